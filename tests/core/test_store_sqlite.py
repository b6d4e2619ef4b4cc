"""The SQLite writer: durable, shared commits, and what happens when the disk has no more room."""

from __future__ import annotations

import asyncio
import resource
import subprocess
import sys
import textwrap
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.errors import DataFolderBusy, OperatorError
from core.ports import Transaction
from core.store.failure import StorageFailed, StorageFull
from core.store.lock import DataFolderLock, Holder
from core.store.sqlite import SqliteDatabase

PAGE_BYTES = 4096


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[SqliteDatabase]:
    """An open database with one table."""
    database = await SqliteDatabase.open(tmp_path / "rows.sqlite3")
    await database.write(lambda tx: tx.execute("CREATE TABLE note (id bigint PRIMARY KEY NOT NULL, text text)"))
    yield database
    await database.close()


def note(number: int, text: str = "") -> Callable[[Transaction], Awaitable[int]]:
    return lambda tx: tx.execute("INSERT INTO note (id, text) VALUES ($1, $2)", number, text)


async def count(db: SqliteDatabase) -> int:
    row = await db.fetch_one("SELECT COUNT(*) FROM note")
    assert row is not None
    return int(row[0] or 0)


async def test_a_commit_waits_for_the_disk(db: SqliteDatabase) -> None:
    """`synchronous=NORMAL` would lose acknowledged reservations in a power cut: 2 is FULL."""
    assert await db.write(lambda tx: tx.fetch_one("PRAGMA synchronous")) == (2,)
    assert await db.write(lambda tx: tx.fetch_one("PRAGMA journal_mode")) == ("wal",)
    assert await db.write(lambda tx: tx.fetch_one("PRAGMA foreign_keys")) == (1,)


async def test_writes_that_wait_together_share_a_commit(db: SqliteDatabase, tmp_path: Path) -> None:
    """Every commit adds at least one page to the log: 300 writes leave far fewer than 300 pages."""
    log = tmp_path / "rows.sqlite3-wal"
    before = log.stat().st_size
    await asyncio.gather(*(db.write(note(number)) for number in range(300)))
    pages = (log.stat().st_size - before) / PAGE_BYTES
    assert pages < 60
    assert await count(db) == 300


async def test_a_batch_is_bounded(tmp_path: Path) -> None:
    db = await SqliteDatabase.open(tmp_path / "rows.sqlite3", batch_max=1)
    await db.write(lambda tx: tx.execute("CREATE TABLE note (id bigint PRIMARY KEY NOT NULL, text text)"))
    before = (tmp_path / "rows.sqlite3-wal").stat().st_size
    await asyncio.gather(*(db.write(note(number)) for number in range(50)))
    after = (tmp_path / "rows.sqlite3-wal").stat().st_size
    await db.close()
    assert (after - before) / PAGE_BYTES >= 50


async def test_closing_folds_the_log_into_one_file(tmp_path: Path) -> None:
    db = await SqliteDatabase.open(tmp_path / "rows.sqlite3")
    await db.write(lambda tx: tx.execute("CREATE TABLE note (id bigint)"))
    await db.close()
    assert [path.name for path in tmp_path.iterdir()] == ["rows.sqlite3"]


async def test_a_file_that_is_no_database_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "rows.sqlite3").write_bytes(b"This is not a database. " * 200)
    with pytest.raises(OperatorError, match="damaged"):
        await SqliteDatabase.open(tmp_path / "rows.sqlite3")


async def test_a_folder_that_is_not_there_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="cannot be written"):
        await SqliteDatabase.open(tmp_path / "nowhere" / "rows.sqlite3")


# --- a full disk -------------------------------------------------------------------------------------------------


@contextmanager
def no_file_grows_over(size_bytes: int) -> Iterator[None]:
    """The kernel refuses to let any file of this process grow further (EFBIG), as a full disk would (ENOSPC)."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_when_the_disk_is_full_a_whole_batch_fails_and_the_next_one_works(
    db: SqliteDatabase, tmp_path: Path
) -> None:
    await db.write(note(1))
    with no_file_grows_over((tmp_path / "rows.sqlite3-wal").stat().st_size + PAGE_BYTES):
        results = await asyncio.gather(
            *(db.write(note(number, "x" * 2000)) for number in range(100, 150)), return_exceptions=True
        )
    assert {type(result) for result in results} <= {StorageFailed, StorageFull}
    assert await count(db) == 1
    await db.write(note(2))
    assert await count(db) == 2


async def test_when_the_database_has_no_more_room_it_says_so(db: SqliteDatabase) -> None:
    pages = await db.write(lambda tx: tx.fetch_one("PRAGMA page_count"))
    assert pages is not None
    await db.write(lambda tx: tx.fetch(f"PRAGMA max_page_count = {int(pages[0] or 0) + 1}"))
    results = await asyncio.gather(db.write(note(1)), db.write(note(2, "x" * 100_000)), return_exceptions=True)
    assert isinstance(results[1], StorageFull)
    assert "Make room" in results[1].sentence
    # The small one either stands or failed with the batch; it is never half there.
    assert await count(db) == (1 if results[0] == 1 else 0)
    await db.write(lambda tx: tx.fetch("PRAGMA max_page_count = 1000000"))
    assert await db.write(note(3)) == 1


async def test_when_the_commit_fails_every_write_of_it_failed(db: SqliteDatabase) -> None:
    """A deferred constraint is looked at by COMMIT itself: the one failure that savepoints cannot keep apart."""
    await db.write(
        lambda tx: tx.execute("CREATE TABLE child (id bigint REFERENCES note (id) DEFERRABLE INITIALLY DEFERRED)")
    )
    orphan = db.write(lambda tx: tx.execute("INSERT INTO child (id) VALUES (99)"))
    results = await asyncio.gather(db.write(note(1)), orphan, db.write(note(2)), return_exceptions=True)
    assert [type(result) for result in results] == [StorageFailed] * 3
    assert await count(db) == 0
    await db.write(note(1))
    assert await count(db) == 1


async def test_a_program_that_keeps_the_file_locked_is_named_as_such(tmp_path: Path) -> None:
    """Another program's lock ends in a sentence, and the writer lives on."""
    db = await SqliteDatabase.open(tmp_path / "rows.sqlite3")
    await db.write(lambda tx: tx.execute("CREATE TABLE note (id bigint PRIMARY KEY NOT NULL, text text)"))
    await db.write(lambda tx: tx.fetch("PRAGMA busy_timeout = 50"))
    other = await SqliteDatabase.open(tmp_path / "rows.sqlite3")

    async def hold(tx: Transaction) -> None:
        await note(1)(tx)
        holding.set()
        letting_go.wait(5)

    holding, letting_go = threading.Event(), threading.Event()
    held = asyncio.create_task(other.write(hold))
    await asyncio.to_thread(holding.wait, 5)
    with pytest.raises(OperatorError, match="locked"):
        await db.write(note(2))
    letting_go.set()
    await held
    await db.write(note(3))
    assert await count(db) == 2
    await other.close()
    await db.close()


# --- the folder's lock -------------------------------------------------------------------------------------------


def test_the_data_folder_belongs_to_one_process(tmp_path: Path) -> None:
    code = textwrap.dedent(f"""
        import pathlib, sys
        from core.store.lock import DataFolderLock
        with DataFolderLock(pathlib.Path({str(tmp_path)!r})) as lock:
            lock.announce("http://127.0.0.1:8420/")
            print("held", flush=True)
            sys.stdin.read()
    """)
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(DataFolderBusy) as busy:
            DataFolderLock(tmp_path).acquire()
        assert f"Process {other.pid} " in busy.value.sentence
        assert "http://127.0.0.1:8420/" in busy.value.sentence
        assert "EASEL_DATA_DIR" in busy.value.sentence
        assert DataFolderLock(tmp_path).holder() == Holder(other.pid, "http://127.0.0.1:8420/")
        other.kill()
    with DataFolderLock(tmp_path):
        pass


def test_a_lock_is_given_back(tmp_path: Path) -> None:
    lock = DataFolderLock(tmp_path)
    with lock, pytest.raises(DataFolderBusy):
        DataFolderLock(tmp_path).acquire()
    lock.release()
    with DataFolderLock(tmp_path):
        pass


def test_a_damaged_lock_file_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "easel.lock").write_text("not JSON at all, and longer than what will be written over it")
    assert DataFolderLock(tmp_path).holder() is None
    with DataFolderLock(tmp_path) as lock:
        holder = lock.holder()
        assert holder is not None
        assert holder.url == ""
