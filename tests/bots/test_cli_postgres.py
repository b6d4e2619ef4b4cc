"""`easel check`, `easel migrate` and the start, where the rows are on a Postgres server."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from support_postgres import PostgresEngine, Server, alone

from bots.assembly import founded
from bots.cli import exit_code
from bots.cli_check import report
from bots.cli_schema import known_versions, migrate_all
from core.errors import BadSettings, NewerSchema
from core.settings import describe, load, secrets_of
from core.store.postgres_failure import DatabaseBusy
from core.store.postgres_look import look

PASSWORD = "hunter2%3Ahunter2"


@pytest.fixture
def environ(postgres_server: Server, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The variables of an Easel with an empty database."""
    engine = PostgresEngine(postgres_server)
    url = alone(lambda: engine.url(tmp_path, migrated=False))
    yield {"EASEL_WEB__PORT": "0", "EASEL_DATABASE_URL": url.replace("easel@", f"easel:{PASSWORD}@")}
    alone(engine.clear)


async def test_check_looks_at_the_server_and_changes_nothing(
    environ: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await report(environ, tmp_path)
    said = capsys.readouterr().out
    assert "ok  database" in said
    assert "empty" in said
    assert "fsync=off" in said  # as the tests' own server runs
    assert "hunter2" not in said
    assert (await look(environ["EASEL_DATABASE_URL"])).schema is None
    await migrate_all(load(environ, tmp_path))
    assert await report(environ, tmp_path)
    assert f"core {known_versions()['core']}" in capsys.readouterr().out


async def test_a_newer_schema_is_seen_and_not_touched(
    environ: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = load(environ, tmp_path)
    assert dict(await migrate_all(settings)) == known_versions()
    connection = await asyncpg.connect(environ["EASEL_DATABASE_URL"])
    await connection.execute("UPDATE schema_version SET version = 9999 WHERE namespace = 'core'")
    await connection.close()
    assert not await report(environ, tmp_path)
    assert "no  database: it was written by a newer Easel" in capsys.readouterr().out
    with pytest.raises(NewerSchema):
        await migrate_all(settings)


async def test_check_names_a_server_that_cannot_be_reached(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = "postgresql://easel:hunter2@127.0.0.1:1/easel"
    assert not await report({"EASEL_WEB__PORT": "0", "EASEL_DATABASE_URL": url}, tmp_path)
    said = capsys.readouterr().out
    assert "no  database: The database cannot be reached" in said
    assert "EASEL_DATABASE_URL" in said
    assert "hunter2" not in said


async def test_a_second_easel_is_told_that_the_database_is_taken(environ: dict[str, str], tmp_path: Path) -> None:
    """Another data folder, the same database."""
    one, other = (load({**environ, "EASEL_DATA_DIR": str(tmp_path / name)}, tmp_path) for name in ("one", "other"))
    async with founded(one):
        with pytest.raises(DatabaseBusy, match="already uses this database") as busy:
            async with founded(other):
                pass
    assert exit_code(busy.value) == 4
    async with founded(other):
        pass


def test_the_address_and_its_password_are_secrets(environ: dict[str, str], tmp_path: Path) -> None:
    settings = load(environ, tmp_path)
    assert {"hunter2:hunter2", PASSWORD} <= {secret.get_secret_value() for secret in secrets_of(settings)}
    assert ("database_url", "(secret)", "EASEL_DATABASE_URL") in describe(settings)
    assert "hunter2" not in repr(settings)


@pytest.mark.parametrize("url", ["mysql://easel@db/easel", "postgresql://db", "db/easel", "postgresql:///"])
def test_an_address_of_something_else_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="EASEL_DATABASE_URL") as bad:
        load({"EASEL_DATABASE_URL": url}, tmp_path)
    assert url not in bad.value.sentence


async def test_without_its_driver_it_is_said_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    environ = {"EASEL_WEB__PORT": "0", "EASEL_DATABASE_URL": "postgresql://easel@127.0.0.1:1/easel"}
    for module in ("core.store.postgres", "core.store.postgres_look"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(BadSettings, match=r"easel\[postgres\]"):
        async with founded(load(environ, tmp_path)):
            pass
    assert not await report(environ, tmp_path)
    assert "easel[postgres]" in capsys.readouterr().out
