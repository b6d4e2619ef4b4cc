"""The way to a Postgres server: a connection as Easel wants it, made anew when it is lost, and who may use it."""

from __future__ import annotations

import asyncio
import socket
import time
from dataclasses import dataclass, field
from typing import Final

import asyncpg

from core.store.failure import StorageFailed
from core.store.postgres_failure import (
    ADDRESS,
    DRIVER_ERRORS,
    DatabaseBusy,
    StorageUnusable,
    may_come_back,
    postgres_failure,
)

VERSION_MIN: Final = 14
_CONNECT_SECONDS: Final = 5.0
_DYING_SECONDS: Final = 1.5
_ANSWER_SECONDS: Final = 40.0  # longer than any statement may take: only a network that swallows packets gets here
_RETRY_SECONDS: Final = (0.02, 0.05, 0.1, 0.2, 0.5)  # the last one again and again
_STATEMENTS: Final = 512  # prepared statements kept; more than there are in this program

# Advisory locks: two numbers of our own, "ease" and which one it is; each database has its own.
_EASE: Final = 0x65617365
HOUSE_LOCK: Final = f"{_EASE}, 1"  # held by the one Easel that has the database
WRITE_LOCK: Final = f"{_EASE}, 2"  # held by the one transaction that writes

_SETTINGS: Final = {
    "jit": "off",  # compiling a statement takes longer than running any of ours
    "timezone": "UTC",
    "statement_timeout": "30s",
}
WRITER_SETTINGS: Final = {
    **_SETTINGS,
    # A plan is kept with its statement, also one that was made when the tables were empty and reading them whole was
    # the cheapest. Every statement of a write has an index to go by (for the checks of foreign keys, too).
    "enable_seqscan": "off",
    "synchronous_commit": "on",  # "off" would lose acknowledged commits when the server dies
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "30s",  # a process that was stopped must not keep the others from writing
}
READER_SETTINGS: Final = {
    **_SETTINGS,
    "default_transaction_read_only": "on",
    "plan_cache_mode": "force_custom_plan",  # for the tables as they are by now
}


async def connect(url: str, settings: dict[str, str]) -> asyncpg.Connection:
    """One connection. Raises what asyncpg raises, and `StorageUnusable`."""
    try:
        connection = await asyncpg.connect(
            url,
            timeout=_CONNECT_SECONDS,
            command_timeout=_ANSWER_SECONDS,
            statement_cache_size=_STATEMENTS,
            max_cached_statement_lifetime=0,
            server_settings={**settings, "application_name": f"easel on {socket.gethostname()}"[:63]},
        )
    except ValueError:  # of the address; the error may quote a piece of it, and a password may be that piece
        raise StorageUnusable("The database's address cannot be understood.", f"Check {ADDRESS}.") from None
    # Postgres adds bigints up as numeric; a sum of whole numbers comes back as a whole number even so.
    await connection.set_type_codec("numeric", schema="pg_catalog", encoder=str, decoder=_number, format="text")
    return connection


def _number(text: str) -> int | float:
    return float(text) if "." in text else int(text)


@dataclass(slots=True)
class Patience:
    """How long something is tried, and how long to wait before the next time."""

    seconds: float
    _until: float = field(init=False)
    _tries: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self._until = time.monotonic() + self.seconds

    async def once_more(self) -> bool:
        """Wait a moment; False when it has taken too long already."""
        pause = _RETRY_SECONDS[min(self._tries, len(_RETRY_SECONDS) - 1)]
        self._tries += 1
        if time.monotonic() + pause > self._until:
            return False
        await asyncio.sleep(pause)
        return True


class Link:
    """The one connection that writes. `exclusive`: only as long as no other Easel has the database.

    That lock belongs to the connection, and everything is written through it: an Easel that lost its connection and
    finds another one in its place can write nothing any more.
    """

    def __init__(self, url: str, *, exclusive: bool) -> None:
        self._url = url
        self._exclusive = exclusive
        self._connection: asyncpg.Connection | None = None

    async def connection(self, patience: Patience) -> asyncpg.Connection:
        """The connection, made anew where that is needed. Raises `StorageFailed`, or `DatabaseBusy`."""
        dying = Patience(_DYING_SECONDS)  # whoever has the database may be on the way out
        while self._connection is None or self._connection.is_closed():
            try:
                self._connection = await self._made()
            except DRIVER_ERRORS as error:
                if not may_come_back(error) or not await patience.once_more():
                    raise postgres_failure(error) from error
            except DatabaseBusy:
                if not await dying.once_more():
                    raise
        return self._connection

    async def _made(self) -> asyncpg.Connection:
        connection = await connect(self._url, WRITER_SETTINGS)
        try:
            check(connection)
            if self._exclusive:
                await _take_house(connection)
        except BaseException:
            connection.terminate()
            raise
        return connection

    def drop(self) -> None:
        """It is of no use any more."""
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None

    async def close(self) -> None:
        """Say goodbye, if there is still somebody to say it to."""
        if self._connection is not None and not self._connection.is_closed():
            try:
                await self._connection.close(timeout=_CONNECT_SECONDS)
            except DRIVER_ERRORS:
                self._connection.terminate()
        self._connection = None

    async def committed(self, transaction: str, patience: Patience) -> bool:
        """What became of a transaction whose COMMIT was sent and never answered. Raises `StorageFailed`."""
        while True:
            try:
                status = await self._status(transaction)
            except DRIVER_ERRORS as error:
                if not may_come_back(error):
                    raise postgres_failure(error) from error
                status = "in progress"
            if status != "in progress":
                return bool(status == "committed")
            if not await patience.once_more():
                raise StorageFailed(
                    "The database went away while it saved, so it is not known whether it did.",
                    "Look whether it is there before you try again.",
                )

    async def _status(self, transaction: str) -> str | None:
        connection = await connect(self._url, READER_SETTINGS)
        try:
            status: str | None = await connection.fetchval("SELECT pg_xact_status($1::text::xid8)", transaction)
            return status
        finally:
            await connection.close()


def check(connection: asyncpg.Connection) -> None:
    """Whether this server is one that Easel can use. Raises `StorageUnusable`."""
    version = connection.get_server_version()
    if version.major < VERSION_MIN:
        raise StorageUnusable(
            f"The database server is Postgres {version.major}.", f"Easel needs {VERSION_MIN} or newer: upgrade it."
        )
    if (encoding := connection.get_settings().server_encoding) != "UTF8":
        raise StorageUnusable(
            f"The database keeps text as {encoding}, which cannot hold every script.",
            f"Create one with createdb --encoding=UTF8 --template=template0, and set {ADDRESS} to it.",
        )


async def _take_house(connection: asyncpg.Connection) -> None:
    if await connection.fetchval(f"SELECT pg_try_advisory_lock({HOUSE_LOCK})"):
        return
    row = await connection.fetchrow(
        "SELECT a.application_name, a.backend_start FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid"
        " WHERE l.locktype = 'advisory' AND l.classid = $1 AND l.objid = 1 AND l.granted"
        " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())",
        _EASE,
    )
    who = f" ({row[0]}, since {row[1]:%Y-%m-%d %H:%M} UTC)" if row and row[0] and row[1] else ""
    raise DatabaseBusy(f"Another Easel{who} already uses this database.", f"Stop it, or set {ADDRESS} to another one.")
