"""Opens pictures that people pointed at on Discord: kept files, and attachments by an address that may have died."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qs, urlsplit

from bots.discord import pictures
from bots.discord.pictures import ATTACHED, Attached
from bots.discord.records import KEPT, Records
from bots.discord.rest import Rest
from core.errors import DeliveryError, Gone, Later
from core.model import ImageRef
from core.ports import BlobStore, Clock

_AGAIN: Final = "Attach it again."
_SPARE_SECONDS: Final = 30
_PAUSES_SECONDS: Final = (1.0, 4.0)  # a hiccup of Discord's file servers


class Originals:
    """Bytes for references. What it gives is hostile."""

    def __init__(self, rest: Rest, records: Records, blobs: BlobStore, clock: Clock) -> None:
        self._rest = rest
        self._records = records
        self._blobs = blobs
        self._clock = clock

    async def open(self, ref: ImageRef) -> bytes:
        """The file. Raises `Gone`, also after some patience, and `UnusableImage` when it is too large."""
        if ref.token.startswith(KEPT):
            kept = await self._records.kept(ref.token.removeprefix(KEPT))
            if kept is None:
                raise Gone("The picture is no longer here.", _AGAIN)
            return await self._blobs.read(kept.blob)
        if ref.token.startswith(ATTACHED):
            attached = Attached.read(ref.token)
            if attached is not None:
                return await self._attached(attached)
        raise Gone("The picture is not one that was shown on Discord.", _AGAIN)

    async def _attached(self, attached: Attached) -> bytes:
        """At its address while that lives; then where its message says that it is now."""
        if not self._expired(attached.url):
            try:
                return await self._download(attached)
            except Gone:
                fresh = await self._fresh(attached)
                if fresh is None:
                    raise
                return await self._download(fresh)
        fresh = await self._fresh(attached)
        if fresh is None:
            raise Gone("The picture is no longer on Discord.", _AGAIN)
        return await self._download(fresh)

    async def _download(self, attached: Attached) -> bytes:
        """Only ever from Discord's own hosts: what an embed shows from elsewhere is had from their copy of it."""
        url = attached.url if self._rest.is_file(attached.url) else attached.proxy_url
        for seconds in _PAUSES_SECONDS:
            try:
                return await self._rest.download(url)
            except Later:
                await self._clock.sleep(seconds)
        try:
            return await self._rest.download(url)
        except Later as error:  # whoever opens a picture cannot come back later
            raise Gone(error.what, error.remedy) from None

    async def _fresh(self, attached: Attached) -> Attached | None:
        """The same picture under a new address."""
        if attached.channel and attached.message:
            try:
                message = await self._rest.message(attached.channel, attached.message)
            except DeliveryError:  # deleted, not for the bot's eyes, or there is no bot: the address may be enough
                pass
            else:
                found = pictures.find(message, attached)
                if found is not None:
                    return found
        if not self._rest.is_file(attached.url):
            return None
        try:
            url = await self._rest.fresh_url(attached.url)
        except DeliveryError:
            return None
        return Attached(url) if url else None

    def _expired(self, url: str) -> bool:
        """Whether the signature in the address is over: `ex` is the second, in hexadecimal digits."""
        try:
            ends_at = int(parse_qs(urlsplit(url).query).get("ex", [""])[0], 16)
        except ValueError:
            return False
        return ends_at - _SPARE_SECONDS < self._clock.now_us() // 1_000_000
