"""What has to happen again and again beside the jobs: news of the queue, lost leases, the ledger's own checks."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import structlog

from core.errors import OperatorError
from core.model import JobId, Progress, StageName
from core.ports import Clock, JobQueue, PlatformAdapter
from core.store.store import Store
from core.telemetry import Metrics

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often, in seconds."""

    queue_news: float = 2.0
    sweep: float = 15.0
    verify: float = 3600.0


class Upkeep:
    """Keeps a running Easel in order. One of them for each store is enough; more do no harm."""

    def __init__(
        self,
        store: Store,
        queue: JobQueue,
        adapters: Mapping[str, PlatformAdapter],
        repeatable: Callable[[str, str], bool],
        clock: Clock,
        rhythm: Rhythm,
        metrics: Metrics,
    ) -> None:
        self._store = store
        self._queue = queue
        self._adapters = adapters
        self._repeatable = repeatable
        self._clock = clock
        self._rhythm = rhythm
        self._metrics = metrics
        self._told: dict[JobId, int] = {}

    async def begin(self) -> None:
        """At start: take back what a dead process held."""
        report = await self._store.sweep(self._repeatable, boot=True)
        log.info("recovered", **report.counts())

    async def run(self) -> None:
        """Until cancelled. The books are checked at once, beside the work: that takes longer the more there is."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._every(self._rhythm.queue_news, self._tell_the_queue))
            tasks.create_task(self._every(self._rhythm.sweep, self._sweep))
            tasks.create_task(self._every(self._rhythm.verify, self._verify))

    async def _every(self, seconds: float, do: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await do()
            except OperatorError as error:  # a full disk is told, and tried again
                log.error("upkeep_failed", code=error.code)
            await self._clock.sleep(seconds)

    async def _sweep(self) -> None:
        report = await self._store.sweep(self._repeatable)
        if report.changed:
            log.warning("leases_expired", **report.counts())
            self._queue.wake()

    async def _verify(self) -> None:
        for finding in await self._store.verify():
            log.error("ledger_disagrees", finding=finding)

    async def _tell_the_queue(self) -> None:
        """Where everybody stands, to those whose place changed."""
        standing: dict[JobId, int] = {}
        for job, destination, ahead in await self._store.waiting():
            standing[job] = ahead
            adapter = self._adapters.get(destination.platform)
            if adapter is not None and self._told.get(job) != ahead:
                await adapter.progress(destination, Progress(job, StageName.QUEUED, ahead=ahead))
        self._told = standing
        self._metrics.waiting(len(standing))
