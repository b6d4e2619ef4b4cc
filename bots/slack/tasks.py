"""What was acknowledged and is still being done: bolt keeps no hold of its own tasks, and nobody hears them fail."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

_log = structlog.get_logger()


class Tasks:
    """Begun, held on to, and waited for in the end."""

    def __init__(self) -> None:
        self._busy: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._busy)

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin it. It never fails its caller."""
        task = asyncio.create_task(work)
        self._busy.add(task)
        task.add_done_callback(self._ended)

    async def drain(self, seconds: float) -> None:
        """Wait for what was begun; what takes longer is cancelled, and a redelivery or a restart takes it up."""
        if self._busy:
            await asyncio.wait(self._busy, timeout=seconds)
        left = list(self._busy)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._busy.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("slack_event_failed", error=type(error).__name__)
