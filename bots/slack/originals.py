"""Opens pictures that people pointed at in Slack: kept files, and files of Slack's by their id."""

from __future__ import annotations

from typing import Final

from bots.slack import limits
from bots.slack.api import Api, Unreachable
from bots.slack.event import Payload
from bots.slack.pictures import FILE, Attached
from bots.slack.records import KEPT, Records
from core.errors import Gone, Later, UnusableImage
from core.model import ImageRef
from core.ports import BlobStore, Clock

_AGAIN: Final = "Attach it again."
_PAUSES_SECONDS: Final = (1.0, 4.0)  # a hiccup of Slack's
_NOT_HELD: Final = frozenset({"tombstone", "hidden_by_limit", "external"})


class Originals:
    """Bytes for references. What it gives is hostile."""

    def __init__(self, api: Api, records: Records, blobs: BlobStore, clock: Clock) -> None:
        self._api = api
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
        attached = Attached.read(ref.token) if ref.token.startswith(FILE) else None
        if attached is None:
            raise Gone("The picture is not one that was shown in Slack.", _AGAIN)
        for seconds in _PAUSES_SECONDS:
            try:
                return await self._attached(attached)
            except Later:
                await self._clock.sleep(seconds)
        try:
            return await self._attached(attached)
        except Later as error:  # whoever opens a picture cannot come back later
            raise Gone(error.what, error.remedy) from None

    async def _attached(self, attached: Attached) -> bytes:
        url = attached.url
        if attached.file:
            url = _address(await self._described(attached))
        elif not self._api.is_file(url):  # a stranger's server learns nothing of us, and is asked for nothing
            raise Gone("The picture is not one of Slack's files.", "Save it, and attach it.")
        return await self._api.download(attached.team, url, limits.OPEN_BYTES)

    async def _described(self, attached: Attached) -> Payload:
        """Asked anew every time: what a message says of a file may be a stub, or old."""
        try:
            return await self._api.file(attached.team, attached.file)
        except Unreachable as error:
            if error.reason in ("file_not_found", "file_deleted"):
                raise Gone("The picture is no longer in Slack, or I am not in its channel.", _AGAIN) from None
            raise Gone("Slack does not let me see that picture.", "Invite me to its channel.") from None


def _address(file: Payload) -> str:
    if file.get("mode") in _NOT_HELD:
        raise Gone("Slack does not keep that file.", _AGAIN)
    size = file.get("size")
    if type(size) is int and size > limits.OPEN_BYTES:
        raise UnusableImage(f"The picture is larger than {limits.OPEN_BYTES // 1_000_000} MB.", "Make it smaller.")
    url = file.get("url_private_download") or file.get("url_private")
    if not isinstance(url, str):
        raise Gone("Slack does not let me see that picture.", "Invite me to its channel.")
    return url
