"""What goes wrong on order: answers that are errors, before or after the thing was done, slow answers, cut lines."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from aiohttp import web
from emulators.discord_api.refusals import MESSAGES


@dataclass
class Fault:
    """An order for the next `times` requests of this method whose path fits the pattern (`*` fits anything).

    `lands`: the thing is done all the same, only its answer is lost. `via` False on a 429 is what Cloudflare sends.
    """

    method: str
    path: str
    status: int = 0
    code: int = 0
    times: int = 1
    retry_after: float = 0.05
    via: bool = True
    is_global: bool = False
    lands: bool = False
    delay_seconds: float = 0.0
    cut: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    endless_bytes: int = 0  # so many zeros, without saying beforehand how many

    def fits(self, method: str, path: str) -> bool:
        """Whether it strikes here."""
        return self.times > 0 and self.method in (method, "*") and fnmatchcase(path, self.path)

    async def strike(
        self, request: web.Request, usual: Callable[[], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Do harm instead of, or after, what is usual."""
        self.times -= 1
        await asyncio.sleep(self.delay_seconds)
        answer = (
            await usual() if self.lands or not (self.status or self.code or self.cut or self.endless_bytes) else None
        )
        if self.cut:
            assert request.transport is not None
            request.transport.abort()
            return answer or web.Response(status=500)
        if self.endless_bytes:
            return await self._pour(request)
        if answer is not None and not (self.status or self.code):
            return answer
        return self._response()

    async def _pour(self, request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers=self.headers)
        await answer.prepare(request)
        with suppress(ConnectionError):
            for _ in range(0, self.endless_bytes, 1 << 16):
                await answer.write(bytes(1 << 16))
            await answer.write_eof()
        return answer

    def _response(self) -> web.Response:
        status, message = MESSAGES.get(self.code, (self.status, f"{self.status}: fault"))
        status = self.status or status
        if self.body is not None:
            return web.Response(status=status, body=self.body, headers=self.headers)
        if status == 429 and not self.via:
            return web.Response(status=429, text="error code: 1015", headers=self.headers)
        document: dict[str, Any] = {"message": message, "code": self.code}
        headers = {"Content-Type": "application/json"} | self.headers
        if status == 429:
            document = {
                "message": "You are being rate limited.",
                "retry_after": self.retry_after,
                "global": self.is_global,
            }
            headers |= {"Via": "1.1 google", "Retry-After": str(max(1, round(self.retry_after)))}
            headers |= {"X-RateLimit-Scope": "global" if self.is_global else "user"}
        if status >= 500:
            return web.Response(status=status, text=f"{status} from upstream", headers=self.headers)
        return web.Response(status=status, body=json.dumps(document).encode(), headers=headers)
