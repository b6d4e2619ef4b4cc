"""Where the fake's pictures are made and kept: drawn in threads, once for each commission, and served by address."""

from __future__ import annotations

import asyncio
import base64
import secrets
from collections import OrderedDict

from emulators.image_api.faults import Fault
from emulators.image_api.pictures import Artist, Commission
from emulators.image_api.script import Script

CACHE_BYTES = 256_000_000
NO_BASE64 = b"%%% this is not base64 %%%"
NO_PICTURE = base64.b64encode(b"<p>This is not a picture.</p>" * 8)


class Studio:
    """Draws for all routes of one server."""

    def __init__(self, artist: Artist) -> None:
        self.artist = artist
        self.script = Script()  # how a model that thinks goes about it
        self.pause_seconds = 0.0
        self.origin = ""
        self.files: dict[str, tuple[str, bytes]] = {}  # by name: MIME type and bytes
        self._drawn: OrderedDict[Commission, asyncio.Future[bytes]] = OrderedDict()

    async def base64_of(self, commission: Commission, fault: Fault = Fault.PASS) -> bytes:
        """The picture as base64; or what a broken server sends in its place."""
        if fault is Fault.NOT_BASE64:
            return NO_BASE64
        if fault is Fault.NOT_A_PICTURE:
            return NO_PICTURE
        if commission in self._drawn:
            self._drawn.move_to_end(commission)
        else:
            self._drawn[commission] = asyncio.ensure_future(asyncio.to_thread(self._draw, commission))
        try:
            picture = await self._drawn[commission]
        except Exception:
            self._drawn.pop(commission, None)  # the next one may try again
            raise
        self._forget()
        return picture

    def publish(self, data: bytes, media_type: str) -> str:
        """An address on this server where the picture can be fetched."""
        name = f"{secrets.token_hex(8)}.{media_type.partition('/')[2]}"
        self.files[name] = (media_type, data)
        return f"{self.origin}/files/{name}"

    def _draw(self, commission: Commission) -> bytes:
        return base64.b64encode(self.artist(commission))

    def _forget(self) -> None:
        while self._bytes() > CACHE_BYTES and len(self._drawn) > 1:
            self._drawn.popitem(last=False)

    def _bytes(self) -> int:
        return sum(len(each.result()) for each in self._drawn.values() if each.done() and not each.exception())
