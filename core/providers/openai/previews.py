"""Unfinished pictures: kept aside while they arrive, then made small enough to show at once.

They are a kindness. When many are due at the same time, the ones that would have to wait are left out, so that nobody's
finished picture waits for another one's preview.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import IO, Final

from PIL import Image

from core.images.encoding import thumbnail
from core.ports import Blob, Preview

EDGE: Final = 512  # pixels: every platform shows it, and it is made in 50 ms
AT_ONCE: Final = 1  # each needs the memory of a decoded picture
WAITING_MAX: Final = 3


class Spool:
    """A temporary file without a name that takes the place of a blob."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def write(self, data: bytes) -> None:
        """Add a chunk: a copy into the page cache."""
        self._file.write(data)

    async def commit(self) -> Blob:
        """Never: a preview is not kept."""
        raise AssertionError("a preview is not kept")

    def read(self) -> bytes:
        """All of it. Blocking: use a thread."""
        self._file.seek(0)
        return self._file.read()


@asynccontextmanager
async def spool() -> AsyncIterator[Spool]:
    """A place for a picture that is only to be looked at; gone afterwards."""
    file = await asyncio.to_thread(tempfile.TemporaryFile)
    try:
        yield Spool(file)
    finally:
        file.close()


class Previews:
    """Makes previews, for all requests of one account."""

    def __init__(self) -> None:
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    async def of(self, picture: Spool) -> Preview | None:
        """The picture in small; None when it cannot be decoded, or when too many wait."""
        if self._waiting >= WAITING_MAX:
            return None
        self._waiting += 1
        try:
            async with self._slots:
                data = await asyncio.to_thread(picture.read)
                return Preview(await thumbnail(data, EDGE), "image/webp")
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):  # Pillow's errors for broken files
            return None
        finally:
            self._waiting -= 1
