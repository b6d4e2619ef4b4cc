"""Acknowledgements before everything else: Discord waits three seconds for one, and minutes for what comes of it.

When very many people ask at once, the event loop would serve them in turn: one's job is written down and its place in
the queue told, while another's three seconds run out. So whoever was acknowledged goes on only when few others still
wait for that, and they go on one by one.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

CALM: Final = 16  # so many are on their way to Discord at any time, when 300 people a second ask
# Long enough for all who came at the same time; and where acknowledging is slow itself, nobody waits for that for ever.
PATIENCE_SECONDS: Final = 2.0
# Each takes a connection, and a new one costs more than what is sent over it. Enough for 300 a second where Discord
# answers within a third of a second.
AT_ONCE: Final = 100


class Precedence:
    """Who goes first, in one process."""

    def __init__(self, *, calm: int = CALM, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._calm = calm
        self._patience_seconds = patience_seconds
        self._unanswered: set[int] = set()
        self._sending = asyncio.Semaphore(AT_ONCE)
        self._behind: deque[tuple[float, asyncio.Future[None]]] = deque()  # until when at most, and who
        self._quiet = asyncio.Event()
        self._letting_on: asyncio.Task[None] | None = None

    def heard(self, interaction: int) -> None:
        """Somebody waits from now on."""
        self._unanswered.add(interaction)
        if len(self._unanswered) >= self._calm:
            self._quiet.clear()

    def answered(self, interaction: int) -> None:
        """Not any more. May be said again."""
        self._unanswered.discard(interaction)
        if len(self._unanswered) < self._calm:
            self._quiet.set()

    @asynccontextmanager
    async def acknowledging(self, interaction: int) -> AsyncIterator[None]:
        """Around the request that acknowledges."""
        try:
            async with self._sending:
                yield
        finally:
            self.answered(interaction)

    async def others_first(self) -> None:
        """Go on when few others wait for their acknowledgement; those who came here earlier go on earlier."""
        loop = asyncio.get_running_loop()
        mine: asyncio.Future[None] = loop.create_future()
        self._behind.append((loop.time() + self._patience_seconds, mine))
        if self._letting_on is None:
            self._letting_on = asyncio.create_task(self._let_on())
        await mine

    async def _let_on(self) -> None:
        """One in each round of the event loop: what is heard in the meantime comes between."""
        try:
            while self._behind:
                until, first = self._behind[0]
                if len(self._unanswered) >= self._calm:
                    await self._calmed(until)
                self._behind.popleft()
                if not first.done():  # not cancelled meanwhile
                    first.set_result(None)
                await asyncio.sleep(0)
        finally:
            self._letting_on = None

    async def _calmed(self, until: float) -> None:
        try:
            async with asyncio.timeout_at(until):
                await self._quiet.wait()
        except TimeoutError:
            return
