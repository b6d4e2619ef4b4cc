"""What has to happen again and again beside the jobs: news of the queue, lost leases, the books, forgetting."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Protocol, runtime_checkable

import structlog

from core.administration.telling import Telling
from core.errors import OperatorError
from core.model import JobId, Progress, StageName
from core.ports import Clock, JobQueue, PlatformAdapter
from core.store.inventory import AT_START, Extent, Inventory
from core.store.store import Store
from core.telemetry import Metrics

log = structlog.get_logger()


Needed = Callable[[str], Awaitable[bool]]


@runtime_checkable
class Keeps(Protocol):
    """What a `PlatformAdapter` may offer besides, when it keeps people's files in the common blob store."""

    async def keeps(self, blob: str) -> bool:
        """Whether one of its files has these bytes. The store holds the same bytes once, whoever put them there."""
        ...


@runtime_checkable
class Prunes(Keeps, Protocol):
    """The same, when it forgets by age what nobody needs any more."""

    async def prune(self, needed: Needed) -> int:
        """Forget it; how many rows went. `needed`: whether anybody else has the bytes of a blob, which then stay."""
        ...


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often, in seconds."""

    queue_news: float = 2.0
    sweep: float = 15.0
    verify: float = 3600.0
    tell: float = 60.0
    prune: float = 3600.0


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
        telling: Telling | None = None,
        forget: Callable[[], Awaitable[None]] | None = None,
        inventory: Inventory | None = None,
    ) -> None:
        """`forget`: what people and workspaces do not want to be kept any longer."""
        self._inventory = inventory
        self._extent = AT_START
        self._telling = telling
        self._forget_old = forget
        self._store = store
        self._queue = queue
        self._adapters = adapters
        self._repeatable = repeatable
        self._clock = clock
        self._rhythm = rhythm
        self._metrics = metrics
        self._told: dict[JobId, int] = {}
        self.notes: tuple[str, ...] = ()  # what whoever watches over Easel should look at; it works nevertheless

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
            tasks.create_task(self._every(self._rhythm.prune, self.prune))
            tasks.create_task(self._every(self._rhythm.prune, self.forget))
            if self._telling is not None:
                tasks.create_task(self._every(self._rhythm.tell, self._telling.turn))

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
        findings = await self._store.verify()
        for finding in findings:
            log.error("ledger_disagrees", finding=finding)
        missing = await self._inventory.look(self._extent) if self._inventory is not None else ()
        self._extent = Extent()
        for finding in missing:
            log.error("pictures_disagree", finding=finding)
        self.notes = (
            *(("the books do not add up; the log says where",) if findings else ()),
            *(("kept pictures are missing or damaged; the log says which",) if missing else ()),
        )
        self._metrics.books_checked(len(findings) + len(missing), self._clock.now_us())

    async def prune(self) -> None:
        """Let the platforms forget what they keep for a time only."""
        for name, adapter in self._adapters.items():
            if isinstance(adapter, Prunes):
                try:
                    rows = await adapter.prune(partial(self._needed, name))
                except OSError as error:  # a file that cannot be removed; the next round tries it again
                    log.error("pruning_failed", platform=name, error=type(error).__name__)
                else:
                    log.info("pruned", platform=name, rows=rows)

    async def forget(self) -> None:
        """What is older than its workspace keeps, what was left behind, and what somebody asked to have forgotten."""
        if self._forget_old is not None:
            try:
                await self._forget_old()
            except OSError as error:  # a file that cannot be removed; the next round tries it again
                log.error("forgetting_failed", error=type(error).__name__)

    async def _needed(self, but: str, blob: str) -> bool:
        if await self._store.uses(blob):
            return True
        others = [adapter for name, adapter in self._adapters.items() if name != but and isinstance(adapter, Keeps)]
        return any([await other.keeps(blob) for other in others])

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
