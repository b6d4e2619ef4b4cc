"""Small copies of pictures, made in a thread when first asked for and kept in memory, by content."""

from __future__ import annotations

import asyncio
from collections import OrderedDict

from bots.web import limits
from core.images.encoding import thumbnail
from core.ports import BlobStore


class Thumbnails:
    """WebP copies, the most recently used ones, up to a number of bytes."""

    def __init__(self, blobs: BlobStore) -> None:
        self._blobs = blobs
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._bytes = 0
        self._at_once = asyncio.Semaphore(2)  # a page of history asks for many; drawing needs the cores more

    async def of(self, blob: str) -> bytes:
        """The small copy of these kept bytes. Raises `Gone`."""
        found = self._kept.get(blob)
        if found is None:
            async with self._at_once:
                found = self._kept.get(blob) or await thumbnail(await self._blobs.read(blob), limits.THUMBNAIL_EDGE)
            self._keep(blob, found)
        self._kept.move_to_end(blob)
        return found

    def _keep(self, blob: str, data: bytes) -> None:
        if blob not in self._kept:
            self._kept[blob] = data
            self._bytes += len(data)
        while self._bytes > limits.THUMBNAILS_BYTES and len(self._kept) > 1:
            _, dropped = self._kept.popitem(last=False)
            self._bytes -= len(dropped)
