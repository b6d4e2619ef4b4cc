"""The time of the machine that Easel runs on, as the `core.ports.Clock` that everything else is given."""

from __future__ import annotations

import asyncio
import time


class SystemClock:
    """Wall-clock time that never steps back.

    A clock that is set back (by hand, or by a time server's step) must not reopen a quota's window, so the latest time
    that was ever handed out is the least that will be. `not_before_us` carries that over a restart: the store knows it.
    """

    def __init__(self, not_before_us: int = 0) -> None:
        self._latest_us = not_before_us

    def now_us(self) -> int:
        """Microseconds since 1970, UTC; never less than before."""
        self._latest_us = max(self._latest_us, time.time_ns() // 1000)
        return self._latest_us

    async def sleep(self, seconds: float) -> None:
        """Wait, letting everything else run."""
        await asyncio.sleep(seconds)
