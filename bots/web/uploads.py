"""What people attach: read with a bound, opened where a hostile file does no harm, kept under names of our own."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote

from bots.web import limits
from core.errors import NotFound, UnusableImage, UnusableMask
from core.images.opening import open_picture
from core.model import ImageRef, Size, new_id
from core.ports import BlobStore, Clock, Database, Row

_SELECT = "SELECT id, purpose, blob, name, media_type, width, height, size_bytes FROM web_upload"
_IN_NO_MESSAGE = "NOT EXISTS (SELECT 1 FROM web_attachment WHERE upload = $1)"
_IN_A_VISIBLE_MESSAGE = (
    "EXISTS (SELECT 1 FROM web_attachment AS a JOIN web_message AS m ON m.id = a.message"
    " WHERE a.upload = $1 AND (m.only_for IS NULL OR m.only_for = $2))"
)
_PNG = b"\x89PNG\r\n\x1a\n"
_SEPARATORS = re.compile(r"[/\\\s]+")

PICTURE = "picture"
MASK = "mask"


@dataclass(frozen=True, slots=True)
class Upload:
    """A person's file as we keep it. `name` is for their eyes only."""

    id: str
    purpose: str
    blob: str
    name: str
    media_type: str
    width: int
    height: int
    size_bytes: int


class Uploads:
    """Takes files in and finds them again."""

    def __init__(self, database: Database, blobs: BlobStore, clock: Clock) -> None:
        self._database = self.database = database
        self._blobs = self.blobs = blobs
        self._clock = clock

    async def keep_picture(self, data: bytes, name: str) -> tuple[Upload, str]:
        """Open, write anew without its metadata, and keep. The sentence says what was changed, or is empty.

        Raises `UnusableImage`.
        """
        opened = await open_picture(data, name=name)
        kept = await self._keep(PICTURE, opened.data, name, opened.media_type, opened.size.width, opened.size.height)
        return kept, opened.remark

    async def keep_mask(self, data: bytes, name: str) -> Upload:
        """Keep a brush's PNG as it came: it must stay as large as its picture. The core checks it when it is used.

        Raises `UnusableMask`. A mask is never served to anyone.
        """
        if not data.startswith(_PNG) or len(data) < 24:
            raise UnusableMask("The mask is not a PNG.", "Paint it again with the brush.")
        width, height = (int.from_bytes(data[at : at + 4], "big") for at in (16, 20))  # PNG specification, 11.2.1 IHDR
        if not (0 < width <= 8192 and 0 < height <= 8192):
            raise UnusableMask("The mask is larger than any picture here.", "Paint it again with the brush.")
        return await self._keep(MASK, data, name, "image/png", width, height)

    async def found(self, ids: Iterable[str], person: str) -> tuple[Upload, ...]:
        """The uploads with these ids, in this order. Raises `NotFound` when this person may not use one of them."""
        return tuple([await self.upload(upload, person) for upload in ids])

    async def upload(self, upload: str, person: str) -> Upload:
        """One upload. It may be seen by whoever may see a message that carries it; until it is in one, by its id alone.

        Raises `NotFound`.
        """
        sql = f"{_SELECT} WHERE id = $1 AND ({_IN_NO_MESSAGE} OR {_IN_A_VISIBLE_MESSAGE})"
        row = await self._database.fetch_one(sql, upload, person)
        if row is None:
            raise NotFound("There is no such attachment here.", "Attach the file again.")
        return _upload(row)

    async def data(self, upload: str) -> bytes:
        """An upload's bytes, for a job that was admitted with it. Raises `NotFound` and `Gone`."""
        row = await self._database.fetch_one(f"{_SELECT} WHERE id = $1", upload)
        if row is None:
            raise NotFound("There is no such attachment here.", "Attach the file again.")
        return await self._blobs.read(_upload(row).blob)

    async def keeps(self, blob: str) -> bool:
        """Whether an upload has these bytes."""
        return await self._database.fetch_one("SELECT 1 FROM web_upload WHERE blob = $1 LIMIT 1", blob) is not None

    async def _keep(self, purpose: str, data: bytes, name: str, media_type: str, width: int, height: int) -> Upload:
        blob = await self._blobs.put(data)
        upload = Upload(new_id(), purpose, blob.key, name, media_type, width, height, blob.size_bytes)
        now_us = self._clock.now_us()
        await self._database.write(
            lambda tx: tx.execute(
                "INSERT INTO web_upload"
                " (id, purpose, blob, name, media_type, width, height, size_bytes, created_at_us)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                upload.id,
                upload.purpose,
                upload.blob,
                upload.name,
                upload.media_type,
                upload.width,
                upload.height,
                upload.size_bytes,
                now_us,
            )
        )
        return upload


def reference(upload: Upload, platform: str) -> ImageRef:
    """The upload as the core refers to it."""
    size = Size(upload.width, upload.height)
    return ImageRef(platform=platform, token=f"upload:{upload.id}", name=upload.name, size=size)


def spoken_name(header: str) -> str:
    """A person's file name, made fit to be shown: no folders, nothing invisible, not long. Never a file's name."""
    plain = unquote(header[: limits.FILE_NAME_CHARACTERS * 12], errors="replace")
    visible = "".join(char for char in plain if unicodedata.category(char)[0] != "C" or char in "\u200c\u200d")
    last = _SEPARATORS.sub(" ", visible.replace("\\", "/").rsplit("/", 1)[-1]).strip(" .")
    return last[: limits.FILE_NAME_CHARACTERS] or "picture"


def too_large() -> UnusableImage:
    """The file is over the limit."""
    megabytes = limits.UPLOAD_BYTES // 1_000_000
    return UnusableImage(f"This file is larger than {megabytes} MB.", "Share a smaller copy of it.")


def _upload(row: Row) -> Upload:
    width, height, size_bytes = (int(row[index] or 0) for index in (5, 6, 7))
    return Upload(str(row[0]), str(row[1]), str(row[2]), str(row[3]), str(row[4]), width, height, size_bytes)
