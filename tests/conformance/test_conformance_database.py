"""What every `core.ports.Database` promises. Another engine joins by the fixture `engine`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from support_postgres import Engine

from core.errors import EaselError, NewerSchema
from core.ports import Database, Transaction
from core.store.migrate import migrate

Open = Callable[[], Awaitable[Database]]


SCRIPTS = "Poster: Плакат 海报 ポスター 포스터 पोस्टर পোস্টার ملصق โปสเตอร์ 👩🏽‍🎨"


class Deliberate(Exception):
    """Raised by a test's own write."""


@pytest.fixture
def open_again(engine: Engine, tmp_path: Path) -> Open:
    """Opens the same rows, as often as a test wants."""
    return lambda: engine.open(tmp_path, migrated=False)


@pytest.fixture
async def db(open_again: Open) -> AsyncIterator[Database]:
    """An open database with one small table."""
    database = await open_again()
    await database.write(lambda tx: tx.execute("CREATE TABLE pair (name text PRIMARY KEY NOT NULL, amount bigint)"))
    yield database
    await database.close()


def put(name: str, amount: int | None) -> Callable[[Transaction], Awaitable[int]]:
    return lambda tx: tx.execute("INSERT INTO pair (name, amount) VALUES ($1, $2)", name, amount)


async def names(db: Database) -> list[str]:
    return [str(row[0]) for row in await db.fetch("SELECT name FROM pair ORDER BY name")]


async def test_a_write_that_has_returned_is_read(db: Database) -> None:
    assert await db.write(put("a", 1)) == 1
    assert await db.fetch("SELECT name, amount FROM pair") == [("a", 1)]
    assert await db.fetch_one("SELECT amount FROM pair WHERE name = $1", "a") == (1,)
    assert await db.fetch_one("SELECT amount FROM pair WHERE name = $1", "nobody") is None


async def test_what_was_deleted_is_scrubbed_while_others_write_and_read(db: Database) -> None:
    await asyncio.gather(*(db.write(put(f"CANARY-{number}", number)) for number in range(200)))
    await db.write(lambda tx: tx.execute("DELETE FROM pair WHERE amount < 100"))
    others = [db.write(put(f"new-{number}", number)) for number in range(50)]
    reads = [names(db) for _ in range(20)]
    assert (await asyncio.gather(db.scrub(["pair"], seconds_max=9), *others, *reads))[0] is True
    assert await db.scrub(["pair"], seconds_max=9) is True, "again, when there is nothing to do"
    assert len(await names(db)) == 150
    await db.close()
    with pytest.raises(EaselError):
        await db.scrub(["pair"], seconds_max=9)


async def test_a_write_outlives_its_database(db: Database, open_again: Open) -> None:
    await db.write(put("a", 1))
    await db.close()
    again = await open_again()
    assert await names(again) == ["a"]
    await again.close()


async def test_parameters_go_where_their_numbers_say(db: Database) -> None:
    await db.write(lambda tx: tx.execute("INSERT INTO pair (amount, name) VALUES ($2, $1)", "a", 5))
    row = await db.fetch_one("SELECT $3, $1, $1, $2 FROM pair WHERE name = $4 AND amount = $5", "x", "y", "z", "a", 5)
    assert row == ("z", "x", "x", "y")


@pytest.mark.parametrize("amount", [None, 0, -1, 2**63 - 1, -(2**63)])
async def test_values_come_back_as_they_went(db: Database, amount: int | None) -> None:
    await db.write(put(SCRIPTS, amount))
    assert await db.fetch("SELECT name, amount FROM pair") == [(SCRIPTS, amount)]


async def test_a_statement_says_what_it_changed(db: Database) -> None:
    async def work(tx: Transaction) -> list[int]:
        await tx.execute_many("INSERT INTO pair (name, amount) VALUES ($1, $2)", [("a", 1), ("b", 1), ("c", 3)])
        return [
            await tx.execute("UPDATE pair SET amount = 2 WHERE amount = $1", 1),
            await tx.execute("UPDATE pair SET amount = 2 WHERE amount = $1", 99),
            await tx.execute("INSERT INTO pair (name) VALUES ($1) ON CONFLICT (name) DO NOTHING", "a"),
            await tx.execute("DELETE FROM pair WHERE name = $1", "c"),
        ]

    assert await db.write(work) == [2, 0, 0, 1]


async def test_a_statement_for_many_rows_is_as_one_after_another(db: Database) -> None:
    plain = "INSERT INTO pair (amount, name) VALUES ($2, 'n-' || $1)"
    unless = "INSERT INTO pair (name, amount) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING"
    added = (
        "INSERT INTO pair (name, amount) VALUES ($1, $2)"
        " ON CONFLICT (name) DO UPDATE SET amount = pair.amount + excluded.amount"
    )

    async def work(tx: Transaction) -> None:
        await tx.execute_many(plain, [(SCRIPTS, None), ("b", 2**63 - 1), ("c", -1)])
        await tx.execute_many(unless, [("n-c", 5), ("d", 6), ("d", 7)])
        await tx.execute_many(added, [("d", 10), ("e", 1), ("e", 2), ("d", 100)])
        await tx.execute_many(plain, [])
        await tx.execute_many("UPDATE pair SET amount = $2 WHERE name = $1", [("n-c", 8), ("n-c", 9), ("x", 1)])

    await db.write(work)
    rows = await db.fetch("SELECT name, amount FROM pair ORDER BY amount, name")
    assert [row for row in rows if row[1] is not None] == [("e", 3), ("n-c", 9), ("d", 116), ("n-b", 2**63 - 1)]
    assert [row for row in rows if row[1] is None] == [(f"n-{SCRIPTS}", None)]


async def test_returning_gives_the_changed_row(db: Database) -> None:
    await db.write(put("a", 1))
    row = await db.write(
        lambda tx: tx.fetch_one("UPDATE pair SET amount = amount + $2 WHERE name = $1 RETURNING amount", "a", 4)
    )
    assert row == (5,)
    assert await db.fetch("SELECT amount FROM pair") == [(5,)]


async def test_a_transaction_sees_its_own_writes_and_nobody_else_does_yet(db: Database) -> None:
    async def work(tx: Transaction) -> int:
        await put("a", 1)(tx)
        return len(await tx.fetch("SELECT name FROM pair"))

    assert await db.write(work) == 1


async def test_an_error_undoes_its_own_write_only(db: Database) -> None:
    async def half(tx: Transaction) -> None:
        await put("half", 1)(tx)
        raise Deliberate

    results = await asyncio.gather(
        db.write(put("before", 1)), db.write(half), db.write(put("after", 1)), return_exceptions=True
    )
    assert [type(result) for result in results] == [int, Deliberate, int]
    assert await names(db) == ["after", "before"]


async def test_a_broken_constraint_undoes_its_own_write_only(db: Database) -> None:
    async def twice(tx: Transaction) -> None:
        await put("first", 1)(tx)
        await put("a", 2)(tx)

    await db.write(put("a", 1))
    results = await asyncio.gather(db.write(twice), db.write(put("b", 1)), return_exceptions=True)
    assert isinstance(results[0], Exception)
    assert await names(db) == ["a", "b"]


async def test_writes_never_overlap(db: Database) -> None:
    """A read and a write of one transaction belong together: a thousand callers count to a thousand."""
    await db.write(put("counter", 0))

    async def count(tx: Transaction) -> None:
        row = await tx.fetch_one("SELECT amount FROM pair WHERE name = 'counter'")
        assert row is not None
        await tx.execute("UPDATE pair SET amount = $1 WHERE name = 'counter'", int(row[0] or 0) + 1)

    await asyncio.gather(*(db.write(count) for _ in range(1000)))
    assert await db.fetch_one("SELECT amount FROM pair") == (1000,)


async def test_a_write_may_wait_for_nothing_but_its_transaction(db: Database) -> None:
    async def sleepy(tx: Transaction) -> None:
        await put("sleepy", 1)(tx)
        await asyncio.sleep(0)

    with pytest.raises(RuntimeError, match="nothing but its transaction"):
        await db.write(sleepy)
    await db.write(put("awake", 1))
    assert await names(db) == ["awake"]


async def test_a_caller_who_went_away_disturbs_nobody(db: Database) -> None:
    tasks = [asyncio.create_task(db.write(put(f"n{number:02}", 1))) for number in range(20)]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert results[1::2] == [1] * 10
    await db.write(put("last", 1))
    assert {f"n{number:02}" for number in range(1, 20, 2)} <= set(await names(db))


async def test_a_read_changes_nothing(db: Database) -> None:
    with pytest.raises(Exception, match="read"):
        await db.fetch("INSERT INTO pair (name) VALUES ('smuggled')")
    assert await names(db) == []


async def test_closing_finishes_what_was_begun(db: Database, open_again: Open) -> None:
    writes = [asyncio.create_task(db.write(put(f"n{number:03}", 1))) for number in range(200)]
    await asyncio.sleep(0)
    await db.close()
    assert await asyncio.gather(*writes) == [1] * 200
    again = await open_again()
    assert len(await names(again)) == 200
    await again.close()


async def test_after_closing_a_write_is_refused_in_words(db: Database) -> None:
    await db.close()
    await db.close()
    with pytest.raises(EaselError, match="shutting down"):
        await db.write(put("late", 1))


# --- migrations --------------------------------------------------------------------------------------------------


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of migrations that a test fills, importable as `some_migrations`."""
    folder = tmp_path / "python" / "some_migrations"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(folder.parent))
    sys.modules.pop("some_migrations", None)  # the test before had one of this name
    return folder


async def test_migrations_run_once_and_in_order(db: Database, package: Path) -> None:
    (package / "0001_first.sql").write_text("-- a comment; with a semicolon\nCREATE TABLE a (n bigint);")
    assert await migrate(db, "some", "some_migrations") == 1
    (package / "0002_second.sql").write_text("ALTER TABLE a ADD COLUMN m bigint; INSERT INTO a (n, m) VALUES (1, 2);")
    assert await migrate(db, "some", "some_migrations") == 2
    assert await migrate(db, "some", "some_migrations") == 2
    assert await db.fetch("SELECT n, m FROM a") == [(1, 2)]


async def test_namespaces_count_for_themselves(db: Database, package: Path) -> None:
    (package / "0001_first.sql").write_text("CREATE TABLE a (n bigint)")
    await migrate(db)
    assert await migrate(db, "some", "some_migrations") == 1
    rows = await db.fetch("SELECT namespace FROM schema_version ORDER BY namespace")
    assert rows == [("core",), ("some",)]


async def test_a_step_that_breaks_leaves_nothing_behind(db: Database, package: Path) -> None:
    (package / "0001_first.sql").write_text("CREATE TABLE a (n bigint); CREATE TABLE a (n bigint)")
    with pytest.raises(Exception, match="already exists"):
        await migrate(db, "some", "some_migrations")
    (package / "0001_first.sql").write_text("CREATE TABLE a (n bigint)")
    assert await migrate(db, "some", "some_migrations") == 1


async def test_a_newer_schema_is_refused(db: Database, package: Path) -> None:
    (package / "0001_first.sql").write_text("CREATE TABLE a (n bigint)")
    (package / "0002_second.sql").write_text("CREATE TABLE b (n bigint)")
    await migrate(db, "some", "some_migrations")
    (package / "0002_second.sql").unlink()
    with pytest.raises(NewerSchema, match="schema 2 of 'some'"):
        await migrate(db, "some", "some_migrations")


async def test_a_gap_in_the_numbers_is_a_mistake(db: Database, package: Path) -> None:
    (package / "0002_second.sql").write_text("CREATE TABLE b (n bigint)")
    with pytest.raises(ValueError, match="without a gap"):
        await migrate(db, "some", "some_migrations")
