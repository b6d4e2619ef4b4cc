"""Rows and bytes, kept without knowing by what: the ports of the store and of the pictures. See `core.ports`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

T = TypeVar("T")
Value = str | int | float | None
Row = Sequence[Value]


class Transaction(Protocol):
    """Inside one write. One SQL text for all engines: `$1` parameters, `RETURNING`, `ON CONFLICT`, portable types."""

    async def execute(self, sql: str, *values: Value) -> int:
        """Run a statement; how many rows it changed."""
        ...

    async def execute_many(self, sql: str, rows: Sequence[Row]) -> None:
        """Run a statement once for each row."""
        ...

    async def fetch(self, sql: str, *values: Value) -> Sequence[Row]:
        """All rows."""
        ...

    async def fetch_one(self, sql: str, *values: Value) -> Row | None:
        """The first row, if any."""
        ...


class Database(Protocol):
    """Durable rows. Writes are serialised and share commits; a write that has returned survives a power cut."""

    async def write(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """Run `work` alone, in its own savepoint of a shared commit. It awaits nothing but its transaction.

        Its exception rolls back its own statements only, and reaches the caller.
        """
        ...

    async def fetch(self, sql: str, *values: Value) -> Sequence[Row]:
        """Read outside any write: the last committed state."""
        ...

    async def fetch_one(self, sql: str, *values: Value) -> Row | None:
        """The first row of a read, if any."""
        ...

    async def scrub(self, tables: Sequence[str], *, seconds_max: float) -> bool:
        """See to it that what was deleted from these tables, or written over, can no longer be read from the files.

        False when that could not be done now, because somebody else reads along, or writes would have to wait for
        longer than `seconds_max`: try again when it is quiet. What lies outside of the database's own files (backups,
        replicas, the free blocks of a disk) is out of reach.
        """
        ...

    async def close(self) -> None:
        """Finish what was begun, then let go of the files."""
        ...


@dataclass(frozen=True, slots=True)
class Blob:
    """Kept bytes: `key` is their SHA-256 in hex, so the same bytes are kept once."""

    key: str
    size_bytes: int


class BlobWriter(Protocol):
    """Bytes on their way into the store."""

    def write(self, data: bytes) -> None:
        """Add a chunk of at most a few hundred kilobytes: a copy into the page cache, safe on the event loop."""
        ...

    async def commit(self) -> Blob:
        """Make it durable and give it its name."""
        ...


class BlobStore(Protocol):
    """Pictures by the hash of their content."""

    def writer(self) -> AbstractAsyncContextManager[BlobWriter]:
        """A place for new bytes; leaving without `commit` forgets them."""
        ...

    async def put(self, data: bytes) -> Blob:
        """Keep these bytes."""
        ...

    async def read(self, key: str) -> bytes:
        """All the bytes. Raises `Gone`."""
        ...

    async def path(self, key: str) -> Path:
        """A local file with the bytes, to be read only (a bucket fetches it first). Raises `Gone`."""
        ...

    async def delete(self, key: str) -> None:
        """Forget the bytes; silent when they are not there."""
        ...
