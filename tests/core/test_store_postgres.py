"""What only Postgres can do to us: go away and come back, also in the middle of a commit, and be used by others."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import asyncpg
import pytest
from support_postgres import PostgresEngine, Server, alone, served, there_is_one
from support_postgres_proxy import Proxy

from bots.cli_schema import SCHEMAS
from core.errors import DataFolderBusy, OperatorError
from core.ports import Database, Transaction
from core.store import postgres_link
from core.store.failure import StorageBusy, StorageFailed
from core.store.migrate import migrate
from core.store.postgres import PostgresDatabase
from core.store.postgres import _is_closed as reader_is_closed
from core.store.postgres_failure import DatabaseBusy, StorageUnreachable, StorageUnusable

Work = Callable[[Transaction], Awaitable[int]]
NOTE = "CREATE TABLE note (id bigint PRIMARY KEY NOT NULL, text text)"


@pytest.fixture
def postgres(postgres_server: Server) -> Iterator[PostgresEngine]:
    """Empty databases."""
    engine = PostgresEngine(postgres_server)
    yield engine
    alone(engine.clear)


@pytest.fixture
async def url(postgres: PostgresEngine, tmp_path: Path) -> str:
    """The address of an empty database."""
    return await postgres.url(tmp_path, migrated=False)


@pytest.fixture
async def db(url: str) -> AsyncIterator[PostgresDatabase]:
    """An open database with one table."""
    database = await PostgresDatabase.open(url)
    await database.write(lambda tx: tx.execute(NOTE))
    yield database
    await database.close()


def note(number: int, text: str = "") -> Work:
    return lambda tx: tx.execute("INSERT INTO note (id, text) VALUES ($1, $2)", number, text)


async def notes(db: Database) -> list[int]:
    return [int(row[0] or 0) for row in await db.fetch("SELECT id FROM note ORDER BY id")]


def once(first: Callable[[Transaction], Awaitable[object]], then: Work) -> tuple[Work, list[int]]:
    """A write that meets some trouble the first time it is run; and a list with an entry for each time."""
    runs: list[int] = []

    async def work(tx: Transaction) -> int:
        runs.append(1)
        changed = await then(tx)
        if len(runs) == 1:
            await first(tx)
        return changed

    return work, runs


def raising(code: str) -> Callable[[Transaction], Awaitable[int]]:
    """What the server says when it wants to, under this code."""
    return lambda tx: tx.execute(f"DO $$BEGIN RAISE EXCEPTION 'on purpose' USING ERRCODE = '{code}'; END$$")


# --- shared commits ----------------------------------------------------------------------------------------------


async def test_writes_that_wait_together_share_a_commit(db: PostgresDatabase) -> None:
    await db.write(lambda tx: tx.execute("ALTER TABLE note ADD COLUMN tx text DEFAULT pg_current_xact_id()::text"))
    await asyncio.gather(*(db.write(note(number)) for number in range(300)))
    row = await db.fetch_one("SELECT count(*), count(DISTINCT tx) FROM note")
    assert row is not None
    assert row[0] == 300
    assert 1 <= int(row[1] or 0) < 60


async def test_a_commit_waits_for_the_servers_disk(url: str, postgres_server: Server) -> None:
    """Whatever is usual on that server."""
    name = url.split("?")[0].rpartition("/")[2]
    await postgres_server.administer(f"ALTER DATABASE {name} SET synchronous_commit = off")
    db = await PostgresDatabase.open(url)
    assert await db.write(lambda tx: tx.fetch_one("SHOW synchronous_commit")) == ("on",)
    assert await db.write(lambda tx: tx.fetch_one("SHOW transaction_isolation")) == ("read committed",)
    await db.close()
    await postgres_server.administer(f"ALTER DATABASE {name} RESET ALL")


async def test_a_write_that_goes_on_after_a_failed_statement_has_failed(db: PostgresDatabase) -> None:
    """Postgres has given the transaction up by then: saying that it was written would be wrong."""

    async def stubborn(tx: Transaction) -> int:
        with contextlib.suppress(asyncpg.PostgresError):
            await tx.execute("SELECT * FROM nowhere")
        return 1

    for others in (), (note(1), note(2)):
        results = await asyncio.gather(db.write(stubborn), *map(db.write, others), return_exceptions=True)
        assert isinstance(results[0], asyncpg.UndefinedTableError)
        assert results[1:] == [1] * len(others)
    assert await notes(db) == [1, 2]


async def test_one_that_takes_too_long_is_stopped_and_the_others_are_written(db: PostgresDatabase) -> None:
    async def slow(tx: Transaction) -> int:
        await tx.execute("SET LOCAL statement_timeout = '30ms'")
        return await tx.execute("SELECT pg_sleep(5)")

    results = await asyncio.gather(db.write(note(1)), db.write(slow), db.write(note(2)), return_exceptions=True)
    assert [type(result) for result in results] == [int, StorageBusy, int]
    assert await notes(db) == [1, 2]


async def test_text_that_postgres_cannot_hold_is_held_without_it(db: PostgresDatabase) -> None:
    await db.write(note(1, "a\x00b"))
    assert await db.fetch("SELECT text FROM note WHERE text = $1", "a\x00b") == [("a\ufffdb",)]


async def test_text_is_in_the_order_of_its_code_points(db: PostgresDatabase) -> None:
    """In whatever order the database itself would have it: turns are predicted by that order."""
    for namespace, package in SCHEMAS:
        await migrate(db, namespace, package)
    rows = await db.fetch(
        "SELECT table_name, column_name, collation_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND data_type = 'text'"
    )
    assert len(rows) > 50
    assert [row for row in rows if row[2] != "C"] == []


async def test_sums_are_whole_numbers(db: PostgresDatabase) -> None:
    await asyncio.gather(*(db.write(note(number)) for number in (2**62, 2**62 - 1, 5)))
    row = await db.fetch_one("SELECT SUM(id), SUM(id) / 4.0 FROM note")
    assert row is not None
    assert (row[0], type(row[0])) == (2**63 + 4, int)


# --- meeting others ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["40001", "40P01"])
async def test_what_met_another_transaction_is_written_again(db: PostgresDatabase, code: str) -> None:
    unlucky, runs = once(raising(code), note(2))
    assert await asyncio.gather(db.write(note(1)), db.write(unlucky), db.write(note(3))) == [1, 1, 1]
    assert len(runs) == 2
    assert await notes(db) == [1, 2, 3]


async def test_what_meets_others_again_and_again_is_given_up_in_words(db: PostgresDatabase) -> None:
    with pytest.raises(StorageBusy, match="busy with something else"):
        await db.write(raising("40P01"))
    assert await db.write(note(1)) == 1


async def test_a_table_that_was_changed_meanwhile_is_no_trouble(db: PostgresDatabase, url: str) -> None:
    """The plan of a statement is kept, and of no use after that."""

    async def columns(tx: Transaction) -> int:
        row = await tx.fetch_one("SELECT * FROM note")
        return len(row or ())

    await db.write(note(1))
    assert await db.write(columns) == 2
    other = await asyncpg.connect(url)
    await other.execute("ALTER TABLE note ADD COLUMN more bigint")
    await other.close()
    assert await db.write(columns) == 3


async def test_several_write_one_after_the_other(url: str) -> None:
    """Each reads what the one before it wrote: nobody's count is lost."""
    first = await PostgresDatabase.open(url, exclusive=False)
    others = [await PostgresDatabase.open(url, exclusive=False) for _ in range(3)]
    await first.write(lambda tx: tx.execute(NOTE))
    await first.write(note(0))

    async def count(tx: Transaction) -> None:
        row = await tx.fetch_one("SELECT id FROM note")
        await tx.execute("UPDATE note SET id = $1", int((row or (0,))[0] or 0) + 1)

    await asyncio.gather(*(db.write(count) for db in (first, *others) for _ in range(50)))
    assert await notes(first) == [200]
    for db in (first, *others):
        await db.close()


async def test_two_that_start_at_once_migrate_once(url: str) -> None:
    both = [await PostgresDatabase.open(url, exclusive=False) for _ in range(2)]
    for namespace, package in SCHEMAS:
        versions = await asyncio.gather(*(migrate(db, namespace, package) for db in both))
        assert versions[0] == versions[1] >= 1
    for db in both:
        await db.close()


async def test_a_database_belongs_to_one_easel(db: PostgresDatabase, url: str) -> None:
    with pytest.raises(DatabaseBusy, match=r"Another Easel \(easel on .*, since 20.* UTC\) already uses") as busy:
        await PostgresDatabase.open(url)
    assert isinstance(busy.value, DataFolderBusy)  # the same exit code
    await db.close()
    await (await PostgresDatabase.open(url)).close()


async def test_who_lost_the_database_to_another_writes_nothing_more(
    db: PostgresDatabase, url: str, postgres_server: Server
) -> None:
    await _end_all(postgres_server, url)
    other = await PostgresDatabase.open(url)
    with pytest.raises(DatabaseBusy):
        await db.write(note(1))
    assert await notes(other) == []
    await other.close()
    assert await db.write(note(2)) == 1


# --- away and back again -----------------------------------------------------------------------------------------


async def _end_all(server: Server, url: str) -> None:
    name = url.split("?")[0].rpartition("/")[2]
    await server.administer(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")


async def test_connections_that_were_ended_are_made_anew(
    db: PostgresDatabase, url: str, postgres_server: Server
) -> None:
    await db.write(note(1))
    assert await notes(db) == [1]
    await _end_all(postgres_server, url)
    assert await notes(db) == [1]
    await _end_all(postgres_server, url)
    assert await db.write(note(2)) == 1
    assert await notes(db) == [1, 2]


async def test_who_reads_and_who_writes_waits_for_a_server_that_is_back_in_a_moment(
    url: str, postgres_server: Server
) -> None:
    async with Proxy.between(url) as proxy:
        db = await PostgresDatabase.open(proxy.url)
        await db.write(lambda tx: tx.execute(NOTE))
        for ask in (lambda: db.write(note(1)), lambda: notes(db)):
            await _end_all(postgres_server, url)
            proxy.refuse_the_next(3)
            assert await ask() in (1, [1])
        await db.close()


async def test_a_connection_lost_in_the_middle_of_a_write_is_as_if_it_had_not_begun(db: PostgresDatabase) -> None:
    unlucky, runs = once(lambda tx: tx.execute("SELECT pg_terminate_backend(pg_backend_pid())"), note(2))
    assert await asyncio.gather(db.write(note(1)), db.write(unlucky), db.write(note(3))) == [1, 1, 1]
    assert len(runs) == 2
    assert await notes(db) == [1, 2, 3]


@pytest.mark.parametrize("arrives", [True, False])
async def test_a_commit_that_was_never_answered_is_asked_about(url: str, tmp_path: Path, arrives: bool) -> None:
    """Written again it would be there twice; taken for lost, its caller would be told a lie."""
    async with Proxy.between(url) as proxy:
        db = await PostgresDatabase.open(proxy.url)
        await db.write(lambda tx: tx.execute("CREATE TABLE note (id bigint, text text)"))  # doubles would be seen
        harmless, runs = once(lambda tx: tx.execute("SELECT 1"), note(1))
        proxy.swallow_the_next("COMMIT", arrives=arrives)
        assert await asyncio.gather(db.write(harmless), db.write(note(2))) == [1, 1]
        assert proxy.swallowed == 1
        assert len(runs) == (1 if arrives else 2)
        assert await notes(db) == [1, 2]
        await db.close()


@pytest.mark.parametrize("arrives", [True, False])
async def test_a_transaction_that_cannot_even_be_undone_is_undone_with_its_connection(url: str, arrives: bool) -> None:
    async with Proxy.between(url) as proxy:
        db = await PostgresDatabase.open(proxy.url)
        await db.write(lambda tx: tx.execute(NOTE))
        unlucky, runs = once(raising("40P01"), note(1))
        proxy.swallow_the_next("ROLLBACK", arrives=arrives)
        assert await asyncio.gather(db.write(unlucky), db.write(note(2))) == [1, 1]
        assert (proxy.swallowed, len(runs)) == (1, 2)
        assert await notes(db) == [1, 2]
        await db.close()


@pytest.fixture
def own_server() -> Iterator[Server]:
    """One that may be killed, and that waits for its disk."""
    if not there_is_one():
        pytest.skip("no Postgres on this machine")
    with served("fsync=on") as server:
        if server.process is None:
            pytest.skip("the named server is not ours to kill")
        yield server


async def test_a_server_that_dies_loses_nothing_that_was_acknowledged(own_server: Server) -> None:
    db = await PostgresDatabase.open(own_server.url)
    await db.write(lambda tx: tx.execute("CREATE TABLE note (id bigint, text text)"))  # doubles would be seen
    written: set[int] = set()

    async def write(first: int) -> None:
        for number in range(first, first + 500):
            with contextlib.suppress(OperatorError):
                await db.write(note(number))
                written.add(number)
            await asyncio.sleep(0)

    writers = [asyncio.create_task(write(1000 * number)) for number in range(8)]
    for _ in range(2):
        before = len(written)
        while len(written) < before + 200:  # noqa: ASYNC110 - an event for each would slow the writers down
            await asyncio.sleep(0.005)
        await asyncio.to_thread(own_server.kill)
        assert own_server.restart is not None
        await asyncio.to_thread(own_server.restart)
    await asyncio.gather(*writers)
    found = Counter(await notes(db))
    await db.close()
    assert len(written) > 3500
    assert {number for number in written if found[number] != 1} == set()
    assert {number for number, times in found.items() if times > 1} == set()


async def test_while_the_server_is_away_it_is_said_and_afterwards_all_is_well(own_server: Server) -> None:
    db = await PostgresDatabase.open(own_server.url)
    await db.write(lambda tx: tx.execute(NOTE))
    own_server.kill()
    results = await asyncio.gather(db.write(note(1)), db.fetch("SELECT 1"), return_exceptions=True)
    assert [type(result) for result in results] == [StorageUnreachable, StorageUnreachable]
    assert own_server.restart is not None
    await asyncio.to_thread(own_server.restart)
    assert await db.write(note(2)) == 1
    assert await notes(db) == [2]
    own_server.kill()
    await db.close()
    own_server.restart()


# --- what cannot be used, in words -------------------------------------------------------------------------------

SECRET = "correct-horse-battery"


@pytest.mark.parametrize(
    ("address", "kind", "said"),
    [
        (f"postgresql://easel:{SECRET}@127.0.0.1:1/easel", StorageUnreachable, "cannot be reached"),
        (f"postgresql://easel:{SECRET}@no.such.host.invalid/easel", StorageUnreachable, "cannot be reached"),
        (f"postgresql://easel:{SECRET}@127.0.0.1:port/easel", StorageUnusable, "cannot be understood"),
    ],
)
async def test_an_address_that_does_not_work_is_told_without_its_password(
    address: str, kind: type[StorageFailed], said: str
) -> None:
    with pytest.raises(kind, match=said) as failed:
        await PostgresDatabase.open(address, wait_seconds=0.05)
    error: BaseException | None = failed.value
    while error is not None:
        assert SECRET not in f"{error} {error!r}"
        error = error.__cause__


async def test_a_database_that_is_not_there_and_a_stranger_are_told_apart(url: str, postgres_server: Server) -> None:
    with pytest.raises(StorageUnusable, match="There is no such database"):
        await PostgresDatabase.open(postgres_server.database("nowhere"))
    with pytest.raises(StorageUnusable, match="name or password"):
        await PostgresDatabase.open(url.replace("easel@", "stranger@"))


async def test_an_old_server_is_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_link, "VERSION_MIN", 99)
    with pytest.raises(StorageUnusable, match="Easel needs 99 or newer"):
        await PostgresDatabase.open(url)


async def test_a_database_that_cannot_hold_every_script_is_refused(postgres_server: Server) -> None:
    await postgres_server.administer(
        "DROP DATABASE IF EXISTS narrow",
        "CREATE DATABASE narrow TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'",
    )
    with pytest.raises(StorageUnusable, match="LATIN1"):
        await PostgresDatabase.open(postgres_server.database("narrow"))


async def test_a_user_who_may_not_make_tables_is_told_so(url: str, postgres_server: Server) -> None:
    await postgres_server.administer("DROP ROLE IF EXISTS reader", "CREATE ROLE reader LOGIN")
    db = await PostgresDatabase.open(url.replace("easel@", "reader@"))
    with pytest.raises(StorageUnusable, match="owner"):
        await migrate(db)
    await db.close()


async def test_a_reader_that_the_pool_took_back_is_closed(db: PostgresDatabase) -> None:
    """The server ended it, and the pool heard of that before the one who was reading."""
    reader = await db._readers.acquire()
    assert not reader_is_closed(reader)
    await db._readers.release(reader)
    with pytest.raises(asyncpg.InterfaceError):
        reader.is_closed()
    assert reader_is_closed(reader)
