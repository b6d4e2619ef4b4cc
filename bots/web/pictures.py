"""Serves bytes of pictures, to those who may see them, so that a browser can do nothing with them but show them."""

from __future__ import annotations

from aiohttp import web

from bots.web import limits, present
from bots.web.family import Known, family_of
from bots.web.live import Live
from bots.web.people import Person, Roster
from bots.web.thumbnails import Thumbnails
from bots.web.uploads import MASK, Uploads, spoken_name, too_large
from core.errors import NotFound
from core.model import ImageId, JobId, StoredImage
from core.ports import BlobStore
from core.studio import Studio

_EXTENSIONS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}
_CHUNK_BYTES = 64 * 1024
# A picture that is opened by itself runs nothing and loads nothing, whatever its bytes pretend to be.
_SANDBOX = "sandbox; default-src 'none'"


class Pictures:
    """Images, attachments and previews over HTTP."""

    def __init__(self, blobs: BlobStore, uploads: Uploads, live: Live, roster: Roster, thumbnails: Thumbnails) -> None:
        self._blobs = blobs
        self._uploads = uploads
        self._live = live
        self._roster = roster
        self._thumbnails = thumbnails

    async def image(self, studio: Studio, image: ImageId, person: Person, *, thumb: bool) -> web.StreamResponse:
        """One of Easel's pictures, or its small copy. Raises `NotFound` and `Gone`."""
        stored = await self._readable(studio, image, person)
        if thumb:
            data = await self._thumbnails.of(stored.blob)
            return web.Response(body=data, headers=_headers("image/webp", image, lasting=True))
        path = await self._blobs.path(stored.blob)
        return web.FileResponse(path, headers=_headers(stored.media_type, image, lasting=True))

    async def details(self, studio: Studio, image: ImageId, person: Person) -> Known:
        """All about a picture and what came of it, wherever it was made. Raises `NotFound`."""
        stored = await self._readable(studio, image, person)
        actor, place = self._roster.actor(person), self._roster.place(self._roster.channel(stored.place.channel))
        details = await studio.details(image, actor, place)
        recent = await studio.history(actor, place, limit=limits.FAMILY_AMONG)
        return Known(details, family_of(details.lineage, recent))

    async def upload(self, upload: str, person: Person) -> web.StreamResponse:
        """An attachment, as it was rewritten by us. Raises `NotFound` and `Gone`."""
        kept = await self._uploads.upload(upload, person.id)
        if kept.purpose == MASK:
            raise NotFound("There is no such attachment here.")
        path = await self._blobs.path(kept.blob)
        return web.FileResponse(path, headers=_headers(kept.media_type, upload, lasting=True))

    async def preview(self, job: JobId, number: int, person: Person) -> web.StreamResponse:
        """An unfinished picture, while it is remembered. Raises `NotFound`."""
        news = self._live.news(job)
        if news is not None and news.seen_by(person.id):
            for known, data, media_type in news.previews:
                if known == number:
                    return web.Response(body=data, headers=_headers(media_type, job, lasting=False))
        raise NotFound("This preview is over.")

    async def receive(self, request: web.Request, person: str, *, mask: bool) -> web.Response:
        """A file from a person. Raises `UnusableImage` and `UnusableMask`."""
        name = spoken_name(request.headers.get("X-File-Name", ""))
        data = await _body(request)
        if mask:
            upload, remark = await self._uploads.keep_mask(data, name), ""
        else:
            upload, remark = await self._uploads.keep_picture(data, name)
        return web.json_response(present.upload(upload, remark, person), status=201)

    async def _readable(self, studio: Studio, image: ImageId, person: Person) -> StoredImage:
        """The picture, if it may be seen in any of the channels that this person reads. A link names no channel."""
        actor = self._roster.actor(person)
        for channel in self._roster.channels:
            try:
                return await studio.picture(image, actor, self._roster.place(channel))
            except NotFound:
                continue
        raise NotFound("I have no such picture here.", "It may have been deleted.")


async def _body(request: web.Request) -> bytes:
    """The body, bounded while it is read: what a header says about its length is only what a header says."""
    if (request.content_length or 0) > limits.UPLOAD_BYTES:
        raise too_large()
    parts = bytearray()
    async for chunk in request.content.iter_chunked(_CHUNK_BYTES):
        parts += chunk
        if len(parts) > limits.UPLOAD_BYTES:
            raise too_large()
    return bytes(parts)


def _headers(media_type: str, identity: str, *, lasting: bool) -> dict[str, str]:
    """Only what browsers show as a picture is shown; anything else would be a download."""
    extension = _EXTENSIONS.get(media_type)
    how = "attachment" if extension is None else "inline"
    return {
        "Content-Type": "application/octet-stream" if extension is None else media_type,
        "Content-Disposition": f"{how}; filename=easel-{identity[:8]}.{extension or 'bin'}",
        "Content-Security-Policy": _SANDBOX,
        "Cache-Control": "private, max-age=31536000, immutable" if lasting else "no-store",
    }
