"""Time that jumps: when everybody waits, it goes on to the moment when the first of them wants to wake up."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Awaitable
from typing import TypeVar

from support_store import NOON_US, SECOND_US

T = TypeVar("T")
SETTLING_STEPS = 12  # turns of the event loop, after which nobody has anything left to do but wait


class VirtualClock:
    """A `core.ports.Clock` for many tasks at once. Hours pass in milliseconds, in the same order every time."""

    def __init__(self, now_us: int = NOON_US) -> None:
        self.at_us = now_us
        self._sleepers: list[tuple[int, int, asyncio.Future[None]]] = []
        self._count = 0

    def now_us(self) -> int:
        """This moment."""
        return self.at_us

    @property
    def seconds(self) -> float:
        """Since noon."""
        return (self.at_us - NOON_US) / SECOND_US

    async def sleep(self, seconds: float) -> None:
        """Wait until time has come this far."""
        self._count += 1
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.at_us + max(0, round(seconds * SECOND_US)), self._count, woken))
        await woken

    async def run(self, work: Awaitable[T]) -> T:
        """Let time pass until the work is done."""
        task = asyncio.ensure_future(work)
        while not task.done():
            for _ in range(SETTLING_STEPS):
                await asyncio.sleep(0)
            if not task.done():
                self._next()
        return await task

    def _next(self) -> None:
        while self._sleepers:
            at_us, _, woken = heapq.heappop(self._sleepers)
            if not woken.done():  # else its sleeper was cancelled
                self.at_us = max(self.at_us, at_us)
                woken.set_result(None)
                return
        raise AssertionError("nobody will ever wake up")
