"""Many at once, and nobody's acknowledgement waits for it: only so many of them are worked at, and the others in turn.

Slack waits three seconds for an acknowledgement, and minutes for what comes of it. When very many people ask at once,
all that is begun shares one event loop with what was not acknowledged yet. So of what was acknowledged only some is
begun, and the loop soon comes back to whoever still waits for a word.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

# A request takes five calls of Slack's, about a second: so many are far more than a workspace may ask of Slack
# (chat.postMessage: several hundred messages a minute, https://docs.slack.dev/apis/web-api/rate-limits).
REQUESTS: Final = 32
# Whoever waits for longer goes on all the same: what is begun late would be taken for left behind (`mending`).
REQUEST_SECONDS: Final = 20.0


class Turns:
    """So many at once; those who came earlier go on earlier."""

    def __init__(self, at_once: int = REQUESTS, patience_seconds: float | None = REQUEST_SECONDS) -> None:
        """`patience_seconds`: for how long anybody waits; None: until it is their turn."""
        self._free = asyncio.Semaphore(at_once)
        self._patience_seconds = patience_seconds

    @asynccontextmanager
    async def mine(self) -> AsyncIterator[None]:
        """Around the work."""
        is_turn = await self._waited()
        try:
            yield
        finally:
            if is_turn:
                self._free.release()

    async def _waited(self) -> bool:
        """Whether it is one's turn; otherwise it took too long."""
        try:
            async with asyncio.timeout(self._patience_seconds):
                await self._free.acquire()
        except TimeoutError:
            return False
        return True
