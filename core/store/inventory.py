"""Kept pictures, counted: whether the bytes of each are where the books say, as many as they say, and the same ones.

Part of what must be true at every moment (see `core.store.verify`): who was charged has a picture that is there.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from core.errors import Gone
from core.ports import BlobStore, Database
from core.store.sql import integer, text
from core.store.verify import told

LOST: Final = "A picture was kept and is not there"
UNREADABLE: Final = "A kept picture cannot be read"
CHANGED: Final = "A kept picture is not what it was"
_CHUNK_BYTES: Final = 1024 * 1024
_READ_MAX: Final = 2000
# The newest first, which an index knows: a job's id begins with its moment.
_PAGE: Final = (
    "SELECT id, job, position, blob, size_bytes FROM image"
    " WHERE deleted = 0 AND job <= $1 AND (job < $1 OR position > $2) ORDER BY job DESC, position LIMIT $3"
)


@dataclass(frozen=True, slots=True)
class Extent:
    """How much one look takes: pictures by their size, and bytes that are read."""

    newest: int = 500  # every time
    others: int = 4500  # the next ones each time
    read_bytes: int = 256 * 1024 * 1024  # the next ones each time; a picture that is begun is read to its end


AT_START: Final = Extent(others=0, read_bytes=32 * 1024 * 1024)


class _Kept(NamedTuple):
    image: str
    job: str
    position: int
    blob: str
    size_bytes: int


class Inventory:
    """Looks at the newest pictures every time, and at all others by and by."""

    def __init__(self, database: Database, blobs: BlobStore) -> None:
        self._db = database
        self._blobs = blobs
        self._sizes = _Walk(database)
        self._contents = _Walk(database)

    async def look(self, extent: Extent) -> tuple[str, ...]:
        """What is not as the books say, one sentence for each kind; empty when all is well."""
        wrong: dict[_Kept, str] = {}
        for walk, number in ((_Walk(self._db), extent.newest), (self._sizes, extent.others)):
            for kept in await walk.next(number):
                await self._note(wrong, kept, read=False)
        for kept in await self._to_read(extent.read_bytes):
            await self._note(wrong, kept, read=True)
        kinds = (LOST, UNREADABLE, CHANGED)
        said = [told(rule, [kept.image for kept, broken in wrong.items() if broken == rule]) for rule in kinds]
        return tuple(filter(None, said))

    async def _to_read(self, read_bytes: int) -> Sequence[_Kept]:
        """As many as that is, and one at least unless it is none."""
        some: list[_Kept] = []
        for kept in await self._contents.next(_READ_MAX if read_bytes else 0):
            some.append(kept)
            read_bytes -= kept.size_bytes
            if read_bytes <= 0:
                self._contents.stop_at(kept)
                break
        return some

    async def _note(self, wrong: dict[_Kept, str], kept: _Kept, *, read: bool) -> None:
        broken = await self._broken(kept, read=read)
        # Deleted while it was looked at: first in the books, then on the disk.
        if broken and await self._db.fetch("SELECT 1 FROM image WHERE id = $1 AND deleted = 0", kept.image):
            wrong[kept] = broken

    async def _broken(self, kept: _Kept, *, read: bool) -> str:
        try:
            path = await self._blobs.path(kept.blob)
            size_bytes, digest = await asyncio.to_thread(_looked_at, path, read=read)
        except (Gone, FileNotFoundError):
            return LOST
        except OSError:  # a broken disk, or somebody else's file
            return UNREADABLE
        return CHANGED if size_bytes != kept.size_bytes or digest not in ("", kept.blob) else ""


class _Walk:
    """From the newest picture to the oldest, some at a time, and then from the newest again."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._begin()

    def _begin(self) -> None:
        self._job, self._position = "g", 0  # behind every id: they are of hex digits

    async def next(self, number: int) -> Sequence[_Kept]:
        """So many, or those that are left."""
        if not number:
            return ()
        rows = await self._db.fetch(_PAGE, self._job, self._position, number)
        found = [_Kept(text(row[0]), text(row[1]), integer(row[2]), text(row[3]), integer(row[4])) for row in rows]
        if len(found) == number:
            self.stop_at(found[-1])
        else:
            self._begin()
        return found

    def stop_at(self, kept: _Kept) -> None:
        """Go on behind this one."""
        self._job, self._position = kept.job, kept.position


def _looked_at(path: Path, *, read: bool) -> tuple[int, str]:
    """The size of a file, and the hash of what is in it when it is `read`. In a thread, a megabyte at a time."""
    if not read:
        return path.stat().st_size, ""
    digest, size_bytes = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
            size_bytes += len(chunk)
    return size_bytes, digest.hexdigest()
