"""A page's one secret: a token in the printed link, and a cookie that proves that its holder had it."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from aiohttp import web

from core.errors import BadSettings

_YEAR_SECONDS = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Door:
    """What a session opens: its cookie's name and reach, and what the cookie is made for."""

    cookie: str
    path: str
    purpose: bytes
    missing: str
    setting: str


PLAYGROUND = Door(
    "easel_session",
    "/",
    b"easel playground session, version 1",
    "The playground has no token.",
    "EASEL_WEB__TOKEN",
)
ADMINISTRATION = Door(
    "easel_admin",
    "/admin",
    b"easel administration session, version 1",
    "The administrators' page has no token.",
    "EASEL_WEB__ADMIN_TOKEN",
)


class Session:
    """Checks tokens and cookies in constant time. The cookie is a digest of the token, so that it outlives a restart
    and never holds the token itself: browsers send cookies to every port of a host."""

    def __init__(self, token: str, door: Door = PLAYGROUND) -> None:
        if not token.strip():
            raise BadSettings(door.missing, f"Set {door.setting} to a long random text.")
        self._door = door
        self._token = token.encode()
        self._cookie = hmac.new(self._token, door.purpose, hashlib.sha256).hexdigest()

    def opens(self, token: str) -> bool:
        """Whether this is the token."""
        return hmac.compare_digest(token.encode(errors="replace"), self._token)

    def holds(self, request: web.Request) -> bool:
        """Whether the request comes from a browser that had the token."""
        shown = request.cookies.get(self._door.cookie, "")
        return hmac.compare_digest(shown.encode(errors="replace"), self._cookie.encode())

    def grant(self, response: web.StreamResponse) -> None:
        """Give the browser its proof. Another site's page can neither read it nor have it sent."""
        door = self._door
        response.set_cookie(
            door.cookie, self._cookie, max_age=_YEAR_SECONDS, httponly=True, samesite="Strict", path=door.path
        )
