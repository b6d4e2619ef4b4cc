"""Writes to Postgres share their commits: all that wait go into one transaction, each in its own savepoint.

A commit waits for the server's disk, and every transaction costs rounds to the server; sharing both is worth the more,
the slower the disk and the farther the server. Writes are serialised by a lock that the transaction holds, so that
several Easels on one database decide one after the other, as one would.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import asyncpg

from core.errors import OperatorError
from core.ports import Row, Transaction, Value
from core.store.dialect import all_rows, for_postgres
from core.store.postgres_failure import CONFLICTS, DRIVER_ERRORS, explained, is_lost, postgres_failure
from core.store.postgres_link import WRITE_LOCK, Link, Patience

T = TypeVar("T")

RECONNECT_SECONDS: Final = 2.0  # a chat platform waits three
_TRIES_MAX: Final = 8  # of a transaction that meets others
_BATCH_MAX: Final = 512
_BATCH_SECONDS: Final = 0.05  # then it is committed, whoever else waits: so long do the first ones of it wait
_BEGIN: Final = f"BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SELECT pg_advisory_xact_lock({WRITE_LOCK})"
_NUL: Final = "\x00"


def sendable(values: Sequence[Value]) -> Sequence[Value]:
    """Postgres has no NUL in a text (postgresql.org/docs/current/datatype-character.html): it becomes U+FFFD."""
    if any(isinstance(value, str) and _NUL in value for value in values):
        return [value.replace(_NUL, "\ufffd") if isinstance(value, str) else value for value in values]
    return values


@dataclass(frozen=True, slots=True)
class _Step:
    """One thing to do on the connection. A write awaits it, and the writer that drives the write does it."""

    run: Callable[[asyncpg.Connection], Awaitable[Any]]

    def __await__(self) -> Generator[_Step, Any, Any]:
        return (yield self)


class PostgresTransaction:
    """A `core.ports.Transaction`: it tells the writer what to do, so that a write can wait for nothing else.

    `types` are those of the parameters of statements for many rows, as far as the server was asked for them.
    """

    def __init__(self, types: dict[str, list[str]]) -> None:
        self._types = types

    async def execute(self, sql: str, *values: Value) -> int:
        """Run a statement; how many rows it changed."""
        status: str = await _Step(lambda connection: connection.execute(for_postgres(sql), *sendable(values)))
        count = status.rpartition(" ")[2]
        return int(count) if count.isdigit() else 0

    async def execute_many(self, sql: str, rows: Sequence[Row]) -> None:
        """Run a statement once for each row, or once for all of them where that is the same."""
        ready = [sendable(row) for row in rows]
        if ready:
            await _Step(lambda connection: self._many(connection, sql, ready))

    async def _many(self, connection: asyncpg.Connection, sql: str, rows: Sequence[Row]) -> None:
        together = all_rows(sql) if len(rows) > 1 else None
        if together is None:
            await connection.executemany(sql, rows)
            return
        types = self._types.get(sql)
        if types is None:
            prepared = await connection.prepare(sql)
            types = self._types[sql] = [kind.name for kind in prepared.get_parameters()]
        await connection.execute(together.sql(types), *zip(*rows, strict=True))

    async def fetch(self, sql: str, *values: Value) -> Sequence[Row]:
        """All rows."""
        rows = await _Step(lambda connection: connection.fetch(for_postgres(sql), *sendable(values)))
        return [tuple(row) for row in rows]

    async def fetch_one(self, sql: str, *values: Value) -> Row | None:
        """The first row, if any."""
        rows = await self.fetch(sql, *values)
        return rows[0] if rows else None


@dataclass(slots=True)
class Write:
    """One caller's write: what to do, and who waits for it."""

    work: Callable[[Transaction], Awaitable[Any]]
    waiting: asyncio.Future[Any]
    result: Any = None
    error: Exception | None = None


class _AgainError(Exception):
    """The transaction was undone as a whole by no fault of its writes."""

    def __init__(self, cause: Exception) -> None:
        super().__init__()
        self.cause = cause


class Writer:
    """Commits what waits, as long as anything does."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._waiting: deque[Write] = deque()
        self._news = asyncio.Event()
        self._closing = False
        self._types: dict[str, list[str]] = {}

    def add(self, write: Write) -> None:
        """It will be part of the next commit that has room."""
        self._waiting.append(write)
        self._news.set()

    def finish(self) -> None:
        """Write what waits, and no more."""
        self._closing = True
        self._news.set()

    async def run(self) -> None:
        """Until `finish`."""
        while self._waiting or not self._closing:
            if not self._waiting:
                self._news.clear()
                await self._news.wait()
                continue
            batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), _BATCH_MAX))]
            try:
                done = await self._settled(batch)
            except BaseException:  # a defect, or the end of the program: nobody is left waiting for ever
                for write in (*batch, *self._waiting):
                    write.waiting.cancel()
                raise
            self._waiting.extendleft(reversed(batch[done:]))
            _resolve(batch[:done])

    async def _settled(self, batch: Sequence[Write]) -> int:
        """Write as many as there is time for, from the first one on, whatever has to be tried again for that."""
        patience = Patience(RECONNECT_SECONDS)
        tries = 0
        while True:
            tries += 1
            try:
                return await self._written(await self._link.connection(patience), batch, patience)
            except OperatorError as failure:
                return _failed(batch, failure)
            except _AgainError as again:
                self._types.clear()  # a table may have been changed
                if tries >= _TRIES_MAX or not await patience.once_more():
                    return _failed(batch, postgres_failure(again.cause))

    async def _written(self, connection: asyncpg.Connection, batch: Sequence[Write], patience: Patience) -> int:
        """One transaction. Raises `_AgainError` when nothing of it was kept, and `OperatorError`."""
        try:
            await connection.execute(_BEGIN)
            done = await _worked(connection, batch, self._types)
            if done == 1 and batch[0].error is not None:
                await connection.execute("ROLLBACK")
                return done
            identity = await connection.fetchval("SELECT pg_current_xact_id_if_assigned()::text")
        except Exception as error:
            await self._undo(connection, error)
            raise
        await self._commit(connection, identity, patience)
        return done

    async def _commit(self, connection: asyncpg.Connection, identity: str | None, patience: Patience) -> None:
        try:
            await connection.execute("COMMIT")
        except DRIVER_ERRORS as error:
            lost = is_lost(error, connection.is_closed())
            if lost:
                self._link.drop()
            # Sent, and never answered: the server knows what became of it. Without a number it had nothing to keep.
            if lost and identity is not None and await self._link.committed(identity, patience):
                return
            if lost or isinstance(error, CONFLICTS):
                raise _AgainError(error) from error
            raise postgres_failure(error) from error

    async def _undo(self, connection: asyncpg.Connection, error: Exception) -> None:
        """Leave the connection ready for the next transaction, or leave the connection."""
        if is_lost(error, connection.is_closed()):
            self._link.drop()
            raise _AgainError(error) from error
        try:
            await connection.execute("ROLLBACK")
        except DRIVER_ERRORS:  # what could not be undone ends with its connection
            self._link.drop()
        if isinstance(error, CONFLICTS):
            raise _AgainError(error) from error
        if isinstance(error, DRIVER_ERRORS):
            raise postgres_failure(error) from error


async def _worked(connection: asyncpg.Connection, batch: Sequence[Write], types: dict[str, list[str]]) -> int:
    """Run the writes, each as if it were alone, as long as there is time; how many that were."""
    until = time.monotonic() + _BATCH_SECONDS
    if len(batch) > 1:
        await connection.execute("SAVEPOINT work")
    for number, write in enumerate(batch, start=1):
        write.result = write.error = None
        try:
            write.result = await _driven(write.work(PostgresTransaction(types)), connection)
        except Exception as error:
            if _ends_all(error, connection):
                raise
            write.error = explained(error)
        if number == len(batch) or time.monotonic() > until:
            if write.error is not None and len(batch) > 1:
                await connection.execute("ROLLBACK TO SAVEPOINT work")
            return number
        # One round for both: the end of this one and the beginning of the next.
        await connection.execute(
            "RELEASE SAVEPOINT work; SAVEPOINT work" if write.error is None else "ROLLBACK TO SAVEPOINT work"
        )
    return 0


def _ends_all(error: Exception, connection: asyncpg.Connection) -> bool:
    return isinstance(error, DRIVER_ERRORS) and (is_lost(error, connection.is_closed()) or isinstance(error, CONFLICTS))


async def _driven(work: Awaitable[T], connection: asyncpg.Connection) -> T:
    """Run a write step by step. An error of a statement is raised inside it; one that ends everything is not.

    A statement that failed has spoilt the write in Postgres, even where the write goes on after it: then that first
    error is raised at its end.
    """
    steps = work.__await__()
    answer: Any = None
    error: Exception | None = None
    first: Exception | None = None
    while True:
        try:
            step: Any = steps.send(answer) if error is None else steps.throw(error)
        except StopIteration as finished:
            if first is not None:
                raise first from None
            result: T = finished.value
            return result
        if not isinstance(step, _Step):
            steps.close()
            raise RuntimeError(
                "A write may await nothing but its transaction: anything else would hold up every other write."
            )
        answer = error = None
        try:
            answer = await step.run(connection)
        except Exception as raised:
            if _ends_all(raised, connection):
                steps.close()
                raise
            error = raised
            first = first or raised


def _failed(batch: Sequence[Write], failure: OperatorError) -> int:
    """All of them: those that come after it may fare better."""
    for write in batch:
        write.error = failure
    return len(batch)


def _resolve(batch: Sequence[Write]) -> None:
    """Tell the callers; one who was cancelled meanwhile is no longer there to be told."""
    for write in batch:
        if write.waiting.done():
            continue
        if write.error is not None:
            write.waiting.set_exception(write.error)
        else:
            write.waiting.set_result(write.result)
