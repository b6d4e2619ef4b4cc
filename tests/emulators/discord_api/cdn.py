"""The files' own server: addresses are signed, expire, and can be refreshed."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from urllib.parse import parse_qs, urlsplit

from aiohttp import web
from emulators.discord_api.uploads import Upload, content_type, pixels, safe_name
from emulators.discord_api.values import CDN_SECONDS, EPHEMERAL_CDN_SECONDS
from emulators.discord_api.world import Attachment, World

GONE = "This content is no longer available."


class Cdn:
    """Keeps files, signs their addresses and serves them. `seconds` is how long an address lives."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.origin = ""
        self.seconds = CDN_SECONDS
        self.ephemeral_seconds = EPHEMERAL_CDN_SECONDS
        self._key = secrets.token_bytes(16)

    def keep(self, upload: Upload, folder: int, *, ephemeral: bool = False) -> Attachment:
        """Keep a file; `folder` is the channel's or the application's id."""
        name = safe_name(upload.name)
        if upload.spoiler and not name.startswith("SPOILER_"):
            name = f"SPOILER_{name}"
        kind = content_type(name)
        file = Attachment(
            self.world.clock.snowflake(),
            name,
            upload.data,
            folder,
            upload.description,
            name.startswith("SPOILER_"),
            ephemeral,
            pixels(upload.data) if kind and kind.startswith("image/") else None,
            kind,
        )
        self.world.attachments[file.id] = file
        return file

    def url(self, file: Attachment) -> str:
        """An address that works from now until it expires."""
        now = int(self.world.clock.now())
        until = now + int(self.ephemeral_seconds if file.ephemeral else self.seconds)
        return self._signed(file, f"{until:x}", f"{now:x}")

    def _signed(self, file: Attachment, ex: str, issued: str) -> str:
        root = "ephemeral-attachments" if file.ephemeral else "attachments"
        path = f"/{root}/{file.folder}/{file.id}/{file.name}"
        return f"{self.origin}{path}?ex={ex}&is={issued}&hm={self._signature(path, ex, issued)}&"

    def _signature(self, path: str, ex: str, issued: str) -> str:
        return hmac.new(self._key, f"{path}?{ex}&{issued}".encode(), hashlib.sha256).hexdigest()

    def refresh(self, url: str) -> str | None:
        """A fresh address for an old one; None when it never was ours."""
        parts = urlsplit(url)
        file = self._file(parts.path)
        return self.url(file) if file is not None and url.startswith(self.origin) else None

    def _file(self, path: str) -> Attachment | None:
        pieces = path.split("/")
        if len(pieces) != 5 or not pieces[3].isdigit():
            return None
        file = self.world.attachments.get(int(pieces[3]))
        return file if file and file.name == pieces[4] and str(file.folder) == pieces[2] else None

    def serve(self, request: web.Request) -> web.StreamResponse:
        """A file, or 404 in plain text when the signature is wrong or too old."""
        asked = {key: values[-1] for key, values in parse_qs(urlsplit(request.path_qs).query).items()}
        ex, issued, signature = asked.get("ex", ""), asked.get("is", ""), asked.get("hm", "")
        file = self._file(request.path)
        genuine = hmac.compare_digest(signature, self._signature(request.path, ex, issued))
        if file is None or not genuine or int(ex, 16) < self.world.clock.now():
            return web.Response(status=404, text=GONE)
        kind = file.content_type or "application/octet-stream"
        return web.Response(body=file.data, headers={"Content-Type": kind, "Cache-Control": "public, max-age=31536000"})
