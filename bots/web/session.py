"""The playground's one secret: a token in the printed link, and a cookie that proves that its holder had it."""

from __future__ import annotations

import hashlib
import hmac

from aiohttp import web

from core.errors import BadSettings

COOKIE = "easel_session"
_PURPOSE = b"easel playground session, version 1"
_YEAR_SECONDS = 365 * 24 * 3600


class Session:
    """Checks tokens and cookies in constant time. The cookie is a digest of the token, so that it outlives a restart
    and never holds the token itself: browsers send cookies to every port of a host."""

    def __init__(self, token: str) -> None:
        if not token.strip():
            raise BadSettings("The playground has no token.", "Set EASEL_WEB__TOKEN to a long random text.")
        self._token = token.encode()
        self._cookie = hmac.new(self._token, _PURPOSE, hashlib.sha256).hexdigest()

    def opens(self, token: str) -> bool:
        """Whether this is the token."""
        return hmac.compare_digest(token.encode(errors="replace"), self._token)

    def holds(self, request: web.Request) -> bool:
        """Whether the request comes from a browser that had the token."""
        shown = request.cookies.get(COOKIE, "")
        return hmac.compare_digest(shown.encode(errors="replace"), self._cookie.encode())

    def grant(self, response: web.StreamResponse) -> None:
        """Give the browser its proof. Another site's page can neither read it nor have it sent."""
        response.set_cookie(COOKIE, self._cookie, max_age=_YEAR_SECONDS, httponly=True, samesite="Strict", path="/")
