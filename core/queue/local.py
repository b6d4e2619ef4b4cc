"""The job queue of the embedded default: one process that admits and draws."""

from __future__ import annotations

import asyncio

from core.model import JobId
from core.ports import Transaction


class LocalQueue:
    """Wakes the worker of this very process.

    The job table is the truth, so nothing is written here and nothing can be lost: a word that goes missing costs at
    most `poll_seconds`, and the same poll finds the deliveries whose time has come.
    """

    def __init__(self, poll_seconds: float = 1.0) -> None:
        self._poll_seconds = poll_seconds
        self._news = asyncio.Event()

    async def announce(self, tx: Transaction, job: JobId) -> None:
        """Nothing to do: the job's row says it all."""

    def wake(self) -> None:
        """Look now. Call it on the event loop."""
        self._news.set()

    async def wait(self) -> None:
        """Return at news, or when it is time to look anyway. News from before the call counts."""
        try:
            async with asyncio.timeout(self._poll_seconds):
                await self._news.wait()
        except TimeoutError:
            return
        self._news.clear()
