"""News for the person who waits: only the newest, and not faster than the place can show it."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from types import TracebackType

from core.model import Destination, JobId, Progress, StageName
from core.ports import Clock, PlatformAdapter


class Teller:
    """Tells one job's progress. What comes faster than the platform's pace is replaced by what comes after it.

    Where the platform is not connected at the moment, nobody is told.

    `veiled`: the previews are, as the picture will be. `language`: in which it is told.

    Use as an async context manager around the job; leaving drops what was not told, since the result says more.
    """

    def __init__(
        self,
        adapter: PlatformAdapter | None,
        to: Destination,
        job: JobId,
        clock: Clock,
        *,
        veiled: bool = False,
        language: str = "en",
    ) -> None:
        self._adapter = adapter
        self._to = to
        self._job = job
        self._veiled = veiled
        self._language = language
        self._clock = clock
        self._capabilities = None if adapter is None else adapter.capabilities(to)
        self._newest: Progress | None = None
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Teller:
        if self._adapter is not None and self._capabilities is not None:
            interval_seconds = self._capabilities.progress_interval_us / 1_000_000
            self._task = asyncio.create_task(self._run(self._adapter, interval_seconds))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def stage(self, name: StageName) -> None:
        """The job got this far."""
        preview = self._newest.preview if self._newest else None
        self._say(Progress(self._job, name, preview=preview, veiled=self._veiled, language=self._language))

    def preview(self, stage: StageName, data: bytes, media_type: str) -> None:
        """An unfinished picture, where the place shows them."""
        if self._capabilities is not None and self._capabilities.previews:
            news = Progress(self._job, stage, preview=data, preview_media_type=media_type, veiled=self._veiled)
            self._say(replace(news, language=self._language))

    def _say(self, update: Progress) -> None:
        self._newest = update
        self._news.set()

    async def _run(self, adapter: PlatformAdapter, interval_seconds: float) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            update, self._newest = self._newest, None
            if update is not None:
                await adapter.progress(self._to, update)
            await self._clock.sleep(interval_seconds)
