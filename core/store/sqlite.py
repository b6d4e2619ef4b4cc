"""SQLite, fast and durable at once: one writer thread whose writes share their commits.

A commit at `synchronous=FULL` waits for the disk, which takes longer than a hundred statements. So every write that is
waiting when a commit begins goes into it, each in its own savepoint; each of them is durable before its caller goes on.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import queue
import sqlite3
import threading
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite

from core.ports import Row, Transaction, Value
from core.store.dialect import translate
from core.store.failure import StorageClosed, storage_failure

T = TypeVar("T")

_BUSY_TIMEOUT_MS = 5_000
_READERS = 2  # so that a long search does not hold up the rest
_STATEMENTS = 256  # compiled statements kept; more than there are in this program
_CACHE_KIB = 16 * 1024  # a commit of 512 writes dirties more than SQLite's own 2 MB, and would be written twice
_VACUUM_BYTES = 60_000_000  # of a file that are written anew in a second, on a disk that is not the fastest
_LOG_PAGES = 8_000  # 32 MB of log before it is folded into the file: in a burst, folding costs as much as writing


class SqliteTransaction:
    """A `core.ports.Transaction` whose methods never suspend: they run in the writer thread, on its connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def execute(self, sql: str, *values: Value) -> int:
        """Run a statement; how many rows it changed."""
        statement = translate(sql)
        return self._connection.execute(statement.sql, statement.values(values)).rowcount

    async def execute_many(self, sql: str, rows: Sequence[Row]) -> None:
        """Run a statement once for each row."""
        statement = translate(sql)
        ordered = rows if statement.order is None else [statement.values(row) for row in rows]
        self._connection.executemany(statement.sql, ordered)

    async def fetch(self, sql: str, *values: Value) -> Sequence[Row]:
        """All rows."""
        statement = translate(sql)
        return self._connection.execute(statement.sql, statement.values(values)).fetchall()

    async def fetch_one(self, sql: str, *values: Value) -> Row | None:
        """The first row, if any."""
        # All rows are taken even so: a statement that is left half-read keeps its locks over the savepoint's end.
        rows = await self.fetch(sql, *values)
        return rows[0] if rows else None


@dataclass(slots=True)
class _Write:
    """One caller's write: what to do, and who waits for it."""

    work: Callable[[Transaction], Awaitable[Any]]
    waiting: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None


@dataclass(slots=True)
class _Scrub:
    """Somebody waits for the file to be written anew and the log to be emptied."""

    waiting: asyncio.Future[bool]
    seconds_max: float


@dataclass(slots=True)
class _Writer:
    """The thread that owns the one connection that writes."""

    path: Path
    loop: asyncio.AbstractEventLoop
    batch_max: int
    inbox: queue.SimpleQueue[list[_Write] | _Scrub | None] = field(default_factory=queue.SimpleQueue)
    opened: queue.SimpleQueue[sqlite3.Error | None] = field(default_factory=queue.SimpleQueue)

    def run(self) -> None:
        """The thread's whole life: open, write until told to stop, checkpoint, close."""
        try:
            connection = _connect(self.path)
        except sqlite3.Error as error:
            self.opened.put(error)
            return
        self.opened.put(None)
        for work in self._work():
            if isinstance(work, _Scrub):
                self._scrub(connection, work)
            else:
                self._commit(connection, work)
        # Leaves one file behind instead of three, which is what a person copies as a backup. If it cannot be done now
        # (a full disk, a program that reads along), the log stays, and is as good.
        with contextlib.suppress(sqlite3.Error):
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()

    def _work(self) -> Iterator[list[_Write] | _Scrub]:
        """What is waiting, in its order, writes about `batch_max` at a time, until the closing word."""
        following = self.inbox.get()
        while following is not None:
            if isinstance(following, _Scrub):
                yield following
                following = self.inbox.get()
                continue
            batch, following = following, []
            while len(batch) < self.batch_max and isinstance(following, list) and not self.inbox.empty():
                following = self.inbox.get()
                if isinstance(following, list):
                    batch += following
            for start in range(0, len(batch), self.batch_max):
                yield batch[start : start + self.batch_max]
            if isinstance(following, list):
                following = self.inbox.get()

    def _scrub(self, connection: sqlite3.Connection, scrub: _Scrub) -> None:
        """Write the file anew, then fold the log into it and cut that to nothing: old pages stand in it as they were.

        `secure_delete` overwrites what is deleted, but not the copies that a page keeps of rows which moved on to its
        neighbours when it was split.
        """
        done = False
        with contextlib.suppress(sqlite3.Error, OSError):  # whoever waits tries again
            small = self.path.stat().st_size <= scrub.seconds_max * _VACUUM_BYTES
            if small:
                connection.execute("PRAGMA temp_store = FILE")  # which would take as much memory as the file is large
                connection.execute("VACUUM")
            busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            done = small and not busy
        with contextlib.suppress(sqlite3.Error):
            connection.execute("PRAGMA temp_store = MEMORY")
        with contextlib.suppress(RuntimeError):
            self.loop.call_soon_threadsafe(_tell, scrub.waiting, done)

    def _commit(self, connection: sqlite3.Connection, batch: list[_Write]) -> None:
        """One shared commit. When it fails, every write of the batch failed, and the next batch starts afresh."""
        try:
            connection.execute("BEGIN IMMEDIATE")
            transaction = SqliteTransaction(connection)
            for write in batch:
                _run_in_savepoint(connection, transaction, write)
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            failure = storage_failure(error)
            failure.__cause__ = error
            for write in batch:
                write.error = failure
            # Should even this fail, the next BEGIN says so to its own callers.
            with contextlib.suppress(sqlite3.Error):
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
        # One call for the whole batch: waking the loop costs a system call. A closed loop has nobody left to tell.
        with contextlib.suppress(RuntimeError):
            self.loop.call_soon_threadsafe(_resolve, batch)


class SqliteDatabase:
    """A `core.ports.Database` in one file. The folder must belong to this process alone (`core.store.lock`).

    A write whose caller was cancelled happens all the same, unless it never got as far as the writer's inbox.
    """

    def __init__(self, writer: _Writer, thread: threading.Thread, readers: Sequence[aiosqlite.Connection]) -> None:
        self._writer = writer
        self._thread = thread
        self._readers = readers
        self._next_reader = itertools.count()
        self._gathered: list[_Write] = []
        self._closed = False

    @classmethod
    async def open(cls, path: Path, *, batch_max: int = 512) -> SqliteDatabase:
        """Open or create the file. `batch_max` bounds how many writes one commit carries. Raises `StorageFailed`."""
        writer = _Writer(path, asyncio.get_running_loop(), batch_max)
        # A daemon, so that a program that dies without `close` does not hang: the log is durable at every moment.
        thread = threading.Thread(target=writer.run, name="easel-writer", daemon=True)
        thread.start()
        if (trouble := await asyncio.to_thread(writer.opened.get)) is not None:
            raise storage_failure(trouble) from trouble
        readers: list[aiosqlite.Connection] = []
        database = cls(writer, thread, readers)
        try:
            readers += [await _connect_reader(path) for _ in range(_READERS)]
        except sqlite3.Error as error:
            await database.close()
            raise storage_failure(error) from error
        return database

    async def write(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """Run `work` alone, in its own savepoint of a shared commit; return when it is durable."""
        if self._closed:
            raise StorageClosed("Easel is shutting down, so nothing was saved.", "Try again when it is back.")
        waiting: asyncio.Future[T] = self._writer.loop.create_future()
        if not self._gathered:
            # Everybody who writes in this turn of the loop goes together: the first one alone would have a commit to
            # itself, and the others would wait for it.
            self._writer.loop.call_soon(self._hand_over)
        self._gathered.append(_Write(work, waiting))
        return await waiting

    def _hand_over(self) -> None:
        if self._gathered:
            self._writer.inbox.put(self._gathered)
            self._gathered = []

    async def fetch(self, sql: str, *values: Value) -> Sequence[Row]:
        """Read the last committed state."""
        statement = translate(sql)
        reader = self._readers[next(self._next_reader) % _READERS]
        rows = await reader.execute_fetchall(statement.sql, statement.values(values))
        return [tuple(row) for row in rows]

    async def fetch_one(self, sql: str, *values: Value) -> Row | None:
        """The first row of a read, if any."""
        rows = await self.fetch(sql, *values)
        return rows[0] if rows else None

    async def scrub(self, tables: Sequence[str], *, seconds_max: float) -> bool:
        """Write the whole file anew and empty the log; no write is done meanwhile, reads are."""
        if self._closed:
            raise StorageClosed("Easel is shutting down, so nothing was saved.", "Try again when it is back.")
        self._hand_over()
        waiting: asyncio.Future[bool] = self._writer.loop.create_future()
        self._writer.inbox.put(_Scrub(waiting, seconds_max))
        return await waiting

    async def close(self) -> None:
        """Finish what was begun, fold the log into the file, let go of it. May be called twice."""
        if self._closed:
            return
        self._closed = True
        for reader in self._readers:
            await reader.close()
        self._hand_over()
        self._writer.inbox.put(None)
        await asyncio.to_thread(self._thread.join)


_WRITER_PRAGMAS = (
    f"busy_timeout = {_BUSY_TIMEOUT_MS}",
    "journal_mode = WAL",
    "synchronous = FULL",  # NORMAL would lose acknowledged commits in a power cut
    "foreign_keys = ON",
    "temp_store = MEMORY",
    "secure_delete = ON",  # what is deleted is overwritten with zeros (https://sqlite.org/pragma.html#pragma_secure_delete)
    f"cache_size = -{_CACHE_KIB}",
    f"wal_autocheckpoint = {_LOG_PAGES}",
)
_READER_PRAGMAS = (f"busy_timeout = {_BUSY_TIMEOUT_MS}", "query_only = ON")


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, cached_statements=_STATEMENTS)
    try:
        for pragma in _WRITER_PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
    except sqlite3.Error:  # it may not be a database at all, which shows only now
        connection.close()
        raise
    return connection


async def _connect_reader(path: Path) -> aiosqlite.Connection:
    reader = await aiosqlite.connect(path, isolation_level=None, cached_statements=_STATEMENTS)
    try:
        for pragma in _READER_PRAGMAS:
            await reader.execute(f"PRAGMA {pragma}")
    except sqlite3.Error:
        await reader.close()
        raise
    return reader


def _run_in_savepoint(connection: sqlite3.Connection, transaction: SqliteTransaction, write: _Write) -> None:
    """Run one write. Its own error undoes its own statements; only the end of the whole transaction is raised."""
    connection.execute("SAVEPOINT work")
    try:
        write.result = _drive(write.work(transaction))
    except BaseException as error:  # told to the caller, whose error it is: the thread itself lives on
        write.error = _explained(error)
        if not connection.in_transaction:  # a full disk ends the transaction by itself, with all that it carried
            raise _transaction_ended(error) from error
        connection.execute("ROLLBACK TO work")
    connection.execute("RELEASE work")


def _drive(work: Awaitable[T]) -> T:
    """Run an awaitable that never suspends, without an event loop: what lets one text serve SQLite and Postgres."""
    steps = work.__await__()
    try:
        next(steps)
    except StopIteration as finished:
        result: T = finished.value
        return result
    if hasattr(steps, "close"):
        steps.close()
    raise RuntimeError("A write may await nothing but its transaction: anything else would hold up every other write.")


def _explained(error: BaseException) -> BaseException:
    """A trouble of the disk, in words; everything else is the work's own and stays what it is."""
    if isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode != sqlite3.SQLITE_ERROR:
        failure = storage_failure(error)
        failure.__cause__ = error
        return failure
    return error


def _transaction_ended(error: BaseException) -> sqlite3.Error:
    return error if isinstance(error, sqlite3.Error) else sqlite3.OperationalError(str(error))


def _tell(waiting: asyncio.Future[bool], done: bool) -> None:
    if not waiting.done():
        waiting.set_result(done)


def _resolve(batch: Sequence[_Write]) -> None:
    """Tell the callers, on their event loop; a caller who was cancelled meanwhile is no longer there to be told."""
    for write in batch:
        if write.waiting.done():
            continue
        if write.error is not None:
            write.waiting.set_exception(write.error)
        else:
            write.waiting.set_result(write.result)
