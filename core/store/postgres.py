"""Postgres behind the same port and the same SQL as SQLite, for an Easel that is to share a server with others.

The text of the statements is one and the same (`core.store.dialect`); asyncpg takes `$1` as it is. One connection
writes (`core.store.postgres_writer`), a few others read, and both are made anew when the server comes back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, TypeVar

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from core.ports import Row, Transaction, Value
from core.store.dialect import for_postgres
from core.store.failure import StorageClosed
from core.store.postgres_failure import DRIVER_ERRORS, explained, is_lost, postgres_failure
from core.store.postgres_link import READER_SETTINGS, Link, Patience, connect
from core.store.postgres_writer import RECONNECT_SECONDS, Write, Writer, sendable

T = TypeVar("T")

_READERS: Final = 4
_CLOSE_SECONDS: Final = 5.0
_VACUUM_SECONDS: Final = 600.0


class PostgresDatabase:
    """A `core.ports.Database` on a Postgres server.

    A write whose caller was cancelled happens all the same. A write may be run again from its beginning, when its
    transaction was undone by no fault of its own: it changes nothing but what its transaction holds.
    """

    def __init__(self, link: Link, writer: Writer, readers: asyncpg.Pool) -> None:
        self._link = link
        self._writer = writer
        self._readers = readers
        self._writing = asyncio.create_task(writer.run())
        self._closed = False

    @classmethod
    async def open(cls, url: str, *, exclusive: bool = True, wait_seconds: float = 10.0) -> PostgresDatabase:
        """Connect to `postgresql://user:password@host/database`. `exclusive`: no other Easel may have it meanwhile.

        A server that does not answer may be starting together with Easel: it is given `wait_seconds`. Raises
        `StorageFailed`, and `DatabaseBusy` when another Easel has it.
        """
        link = Link(url, exclusive=exclusive)
        await link.connection(Patience(wait_seconds))

        async def reader(*_: Any, **__: Any) -> asyncpg.Connection:
            return await connect(url, READER_SETTINGS)

        readers = asyncpg.create_pool(min_size=0, max_size=_READERS, connect=reader, reset=_nothing)
        await readers
        return cls(link, Writer(link), readers)

    async def write(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """Run `work` alone, in its own savepoint of a shared commit; return when it is durable."""
        if self._closed:
            raise StorageClosed("Easel is shutting down, so nothing was saved.", "Try again when it is back.")
        waiting: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._writer.add(Write(work, waiting))
        return await waiting

    async def fetch(self, sql: str, *values: Value) -> Sequence[Row]:
        """Read the last committed state."""
        patience = Patience(RECONNECT_SECONDS)
        while True:
            try:
                return await self._read(for_postgres(sql), sendable(values))
            except _LostError as lost:
                if not await patience.once_more():
                    raise postgres_failure(lost.cause) from lost.cause

    async def _read(self, sql: str, values: Sequence[Value]) -> Sequence[Row]:
        try:
            reader = await self._readers.acquire()
        except DRIVER_ERRORS as error:
            raise _LostError(error) from error
        try:
            return [tuple(row) for row in await reader.fetch(sql, *values)]
        except asyncpg.ReadOnlySQLTransactionError:
            raise  # our own rule for those who read
        except DRIVER_ERRORS as error:
            if is_lost(error, _is_closed(reader)):
                raise _LostError(error) from error
            raise explained(error) from error
        finally:
            await self._readers.release(reader)

    async def fetch_one(self, sql: str, *values: Value) -> Row | None:
        """The first row of a read, if any."""
        rows = await self.fetch(sql, *values)
        return rows[0] if rows else None

    async def scrub(self, tables: Sequence[str], *, seconds_max: float) -> bool:
        """VACUUM them, which holds up nobody: old versions of rows are given up, and written over by new ones.

        Until that happens the bytes may stand in the files; and they stand in the server's own log, in its replicas
        and backups as long as whoever runs it keeps those.
        """
        if self._closed:
            raise StorageClosed("Easel is shutting down, so nothing was saved.", "Try again when it is back.")
        try:
            async with self._readers.acquire() as connection:
                await connection.execute("SET statement_timeout = 0")
                for table in tables:
                    # Not allowed inside a transaction, allowed in a read-only session: it changes nothing that is seen.
                    await connection.execute(f'VACUUM "{table}"', timeout=_VACUUM_SECONDS)
                await connection.execute("RESET statement_timeout")
        except (TimeoutError, *DRIVER_ERRORS):
            return False
        return True

    async def close(self) -> None:
        """Finish what was begun, then let go of the connections. May be called twice."""
        if self._closed:
            return
        self._closed = True
        self._writer.finish()
        await self._writing
        try:
            async with asyncio.timeout(_CLOSE_SECONDS):
                await self._readers.close()
        except (TimeoutError, *DRIVER_ERRORS):  # a server that is gone hears no goodbye
            self._readers.terminate()
        await self._link.close()


class _LostError(Exception):
    """The connection that read is gone."""

    def __init__(self, cause: Exception) -> None:
        super().__init__()
        self.cause = cause


async def _nothing(_connection: Any) -> None:
    """What a reader leaves behind is nothing: a round to the server to clean up would be for nothing as well."""


def _is_closed(reader: PoolConnectionProxy[asyncpg.Record]) -> bool:
    """Whether it is of no use any more. One that the server ended may have been taken back by the pool already."""
    try:
        return bool(reader.is_closed())
    except asyncpg.InterfaceError:
        return True
