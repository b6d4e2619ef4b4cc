"""Files on their way to Discord: what is in a request's body, and what becomes of a file's name."""

from __future__ import annotations

import io
import json
import mimetypes
import re
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web
from emulators.discord_api.refusals import Refusal, require
from emulators.discord_api.values import REQUEST_BYTES_MAX
from PIL import Image, UnidentifiedImageError

PART_NAME = re.compile(r"files\[(\d{1,2})\]")
MIMES = {"webp": "image/webp", "avif": "image/avif", "heic": "image/heic", "apng": "image/apng"}


@dataclass(frozen=True)
class Upload:
    """A file that somebody sends."""

    name: str
    data: bytes
    description: str | None = None
    spoiler: bool = False

    def __repr__(self) -> str:
        return f"<{self.name}, {len(self.data)} bytes>"


@dataclass
class Body:
    """What a request said."""

    json: Any = None
    files: dict[int, Upload] = field(default_factory=dict)
    size_bytes: int = 0

    @property
    def object(self) -> dict[str, Any]:
        """The JSON object."""
        require(isinstance(self.json, dict), "_", "Only dictionaries may be used in a DictType", "DICT_TYPE_CONVERT")
        assert isinstance(self.json, dict)
        return self.json


async def read_body(request: web.Request) -> Body:
    """Read all of it, so that even a refusal leaves a usable connection. Raises 50035, 50109 and 40005."""
    if not request.body_exists:
        return Body()
    kind = request.headers.get("Content-Type", "")
    if kind.startswith("multipart/form-data"):
        body = await _multipart(request)
    else:
        raw = await request.read()
        body = Body(None, {}, len(raw))
        if raw:
            require(
                kind == "application/json", "_", f'Expected "Content-Type" header to be application/json, got {kind!r}'
            )
            body.json = _loads(raw)
    if body.size_bytes > REQUEST_BYTES_MAX:
        raise Refusal(40005)
    return body


def _loads(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        raise Refusal(50109) from None


async def _multipart(request: web.Request) -> Body:
    body = Body()
    strange: list[str] = []
    async for part in await request.multipart():
        assert isinstance(part, BodyPartReader)
        data = bytes(await part.read(decode=False))
        body.size_bytes += len(data)
        name = part.name or ""
        if name == "payload_json":
            body.json = _loads(data)
        elif (found := PART_NAME.fullmatch(name)) and part.filename:
            body.files[int(found[1])] = Upload(part.filename, data)
        else:
            strange.append(name)
    require(not strange, "_", f"Parts are named payload_json and files[n], not {strange}", "FAKE_UNKNOWN_PART")
    body.size_bytes = max(body.size_bytes, request.content_length or 0)
    body.json = {} if body.json is None else body.json
    return body


def safe_name(name: str) -> str:
    """What Discord makes of a file's name."""
    return re.sub(r"[^A-Za-z0-9_.\-]", "", name.replace(" ", "_")) or "unknown"


def content_type(name: str) -> str | None:
    """Judged by the name alone, as Discord does."""
    return MIMES.get(name.rsplit(".", 1)[-1].lower()) or mimetypes.guess_type(name)[0]


def pixels(data: bytes) -> tuple[int, int] | None:
    """Width and height, when it is a picture."""
    try:
        with Image.open(io.BytesIO(data)) as picture:
            return picture.size
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        return None
