"""From a job to a posted picture: claim, draw, keep, settle, deliver. Every step is durable before the next begins.

    queued --claim--> running --asked--> (the provider draws) --generated--> (the adapter posts) --> delivered
                         `-- refused or broken --> failed, the reservation void --> told

A job belongs to whoever holds its lease, and every change is fenced by it: a worker that was taken for dead changes
nothing when it wakes up.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

import structlog

from core.delivery import Delivery
from core.drawing import Draughtsman, Drawing
from core.errors import Cancelled, OperatorError, OutcomeUnknown, ProviderError, Refused, Stopped
from core.i18n import into, say
from core.model import JobId, new_id
from core.ports import NOT_WANTED, Clock, JobQueue, PlatformAdapter
from core.store.leases import DELIVERY_ATTEMPTS_MAX
from core.store.store import ClaimedJob, Store
from core.telemetry import Metrics
from core.telling import Teller

log = structlog.get_logger()

_LOOK_SECONDS = 0.1
BROKEN = (
    "Something inside Easel broke. Nothing was charged. Try again; if it stays, tell the moderators this job: {job}"
)


@dataclass(frozen=True, slots=True)
class Pace:
    """How a worker keeps time."""

    concurrency: int = 2  # pictures that are drawn at once
    # Outcomes that are told beside that: who cancels, or has a picture shown again, does not wait for others' drawings.
    tellings: int = 4
    lease_seconds: float = 30.0
    trouble_seconds: float = 5.0  # how long to wait when the store cannot be used


class Worker:
    """Runs jobs until it is told to stop. Any number of them may share one store."""

    def __init__(
        self,
        store: Store,
        queue: JobQueue,
        draughtsman: Draughtsman,
        delivery: Delivery,
        adapters: Mapping[str, PlatformAdapter],
        clock: Clock,
        pace: Pace,
        metrics: Metrics,
    ) -> None:
        self._store = store
        self._queue = queue
        self._draughtsman = draughtsman
        self._delivery = delivery
        self._adapters = adapters
        self._platforms = sorted(adapters)
        self._clock = clock
        self._pace = pace
        self._metrics = metrics
        self._lease = new_id()
        self._running: set[JobId] = set()
        self._to_draw: set[JobId] = set()  # those of them that were claimed as drawings
        self._drawings: dict[JobId, asyncio.Task[Drawing]] = {}
        self._cancelled: set[JobId] = set()
        self._stopping = False
        self._room = asyncio.Event()  # somebody has just ended

    async def run(self) -> None:
        """Claim and run jobs until `stop`, then finish what is running. Cancelling leaves it to its lease."""
        async with asyncio.TaskGroup() as tasks:
            leases = tasks.create_task(self._keep_leases())
            async with asyncio.TaskGroup() as jobs:
                while not self._stopping:
                    claimed = await self._claim()
                    if claimed is None:
                        await self._until_news()
                    else:
                        jobs.create_task(self._run(claimed))
            leases.cancel()

    def stop(self) -> None:
        """Claim nothing more."""
        self._stopping = True
        self._room.set()
        self._queue.wake()

    def cancel(self, job: JobId) -> bool:
        """Stop drawing this job, which its person does not want any more. False when it is not drawn here."""
        return self._stop(job, NOT_WANTED)

    def _stop(self, job: JobId, why: str | None = None) -> bool:
        drawing = self._drawings.get(job)
        if drawing is None or drawing.done():
            return False
        self._cancelled.add(job)
        drawing.cancel(why)
        return True

    @property
    def running(self) -> int:
        """How many jobs are in hand at this moment."""
        return len(self._running)

    async def _keep_leases(self) -> None:
        while True:
            await self._clock.sleep(self._pace.lease_seconds / 3)
            if self._running:
                for job in await self._beat():
                    self._stop(job)

    async def _beat(self) -> tuple[JobId, ...]:
        try:
            return await self._store.heartbeat(sorted(self._running), self._lease, self._pace.lease_seconds)
        except OperatorError as error:
            log.error("heartbeat_failed", code=error.code)
            return ()

    async def _until_news(self) -> None:
        """Return when there may be something to claim.

        While all are drawing, every wish that joins the queue is news and nothing to claim: then outcomes are looked
        for a few times a second, and room is noticed at once.
        """
        if len(self._to_draw) >= self._pace.concurrency:
            self._room.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_SECONDS):
                    await self._room.wait()
                    return
        await self._queue.wait()

    async def _claim(self) -> ClaimedJob | None:
        """What there is room for. None: nothing of that kind waits; whoever ends wakes the queue."""
        draws = len(self._to_draw) < self._pace.concurrency
        tells = len(self._running) - len(self._to_draw) < self._pace.tellings
        if not draws and not tells:
            return None
        try:
            claimed = await self._store.claim(
                self._lease, self._pace.lease_seconds, self._platforms, tells=tells, draws=draws
            )
        except OperatorError as error:  # a full disk is not the end: what is waiting is safe, and room may be made
            log.error("claim_failed", code=error.code)
            await self._clock.sleep(self._pace.trouble_seconds)
            return None
        if claimed is not None:
            self._running.add(claimed.id)
            if claimed.to_draw:
                self._to_draw.add(claimed.id)
        return claimed

    async def _run(self, claimed: ClaimedJob) -> None:
        """One job, as far as it goes now. Every step tells whether the job is still ours."""
        with structlog.contextvars.bound_contextvars(job=claimed.id):
            try:
                ours = not claimed.to_draw or await self._guarded(claimed, self._draw)
                told = not ours or await self._guarded(claimed, self._deliver)
                if not told and claimed.delivery_attempts >= DELIVERY_ATTEMPTS_MAX:  # telling it broke a last time
                    await self._guarded(claimed, self._given_up)
            except OperatorError as error:  # what became of it could not be written down: its lease brings it back
                log.error("job_left_to_its_lease", code=error.code)
            finally:
                self._running.discard(claimed.id)
                self._to_draw.discard(claimed.id)
                self._room.set()
                self._queue.wake()

    async def _guarded(self, claimed: ClaimedJob, step: Callable[[ClaimedJob], Awaitable[bool]]) -> bool:
        """One job's defect must not end the others: it is logged with its trace, told, and costs the person nothing."""
        try:
            return await step(claimed)
        except OperatorError:
            raise
        except Exception as error:
            log.exception("job_broke", step=step.__name__, error=type(error).__name__)
            paid = not self._draughtsman.repeatable(claimed.plan.provider, claimed.plan.model)
            sentence = into(claimed.plan.language, say(BROKEN, job=claimed.id[:8]))
            return await self._store.failed(claimed.id, self._lease, "internal", sentence, may_be_billed=paid)

    async def _draw(self, claimed: ClaimedJob) -> bool:
        job = claimed.id
        began_us = self._clock.now_us()
        self._metrics.took("queue", max(0, began_us - claimed.created_at_us) / 1_000_000)
        try:
            drawing = await self._drawn(claimed)
        except OutcomeUnknown as error:
            self._metrics.finished("uncertain")
            _note(error)
            return await self._store.uncertain(job, self._lease, into(claimed.plan.language, error.sentence))
        except (ProviderError, Refused) as error:
            _note(error)
            self._metrics.finished("cancelled" if isinstance(error, Cancelled) else "failed")
            billed = isinstance(error, ProviderError) and error.may_be_billed
            sentence = into(claimed.plan.language, error.sentence)
            return await self._store.failed(job, self._lease, error.code, sentence, may_be_billed=billed)
        self._metrics.finished("generated")
        self._metrics.took("draw", (self._clock.now_us() - began_us) / 1_000_000)
        usage, own_key = drawing.usage, claimed.plan.own_key
        return await self._store.generated(
            job, self._lease, drawing.images, usage.images, usage.nanodollars, usage.remarks, own_key=own_key
        )

    async def _drawn(self, claimed: ClaimedJob) -> Drawing:
        """Draw in a task of its own, so that a person's cancel ends the drawing and not the worker."""
        adapter = self._adapters.get(claimed.request.destination.platform)
        to, plan = claimed.request.destination, claimed.plan
        async with Teller(adapter, to, claimed.id, self._clock, veiled=plan.veiled, language=plan.language) as teller:
            drawing = asyncio.create_task(
                self._draughtsman.draw(claimed, teller, lambda: self._asked(claimed), lambda t: self._keep(claimed, t))
            )
            self._drawings[claimed.id] = drawing
            try:
                return await drawing
            except asyncio.CancelledError:
                if claimed.id not in self._cancelled:
                    drawing.cancel()
                    raise
                free = self._draughtsman.repeatable(claimed.plan.provider, claimed.plan.model)
                raise (Cancelled if free else Stopped)(say("You cancelled this.")) from None
            finally:
                self._drawings.pop(claimed.id, None)
                self._cancelled.discard(claimed.id)

    async def _asked(self, claimed: ClaimedJob) -> None:
        await self._store.asked(claimed.id, self._lease)

    async def _keep(self, claimed: ClaimedJob, ticket: str) -> None:
        await self._store.keep_ticket(claimed.id, self._lease, ticket)

    async def _deliver(self, claimed: ClaimedJob) -> bool:
        if claimed.request.destination.platform not in self._adapters:
            return await self._store.deliver_later(claimed.id, self._lease, 0, "The platform was not connected.")
        began_us = self._clock.now_us()
        await self._delivery.deliver(claimed, self._lease)
        self._metrics.took("deliver", (self._clock.now_us() - began_us) / 1_000_000)
        return True

    async def _given_up(self, claimed: ClaimedJob) -> bool:
        await self._delivery.broke(claimed)
        return True


def _note(error: ProviderError | Refused) -> None:
    """For the operator: what the provider said of itself where it did, else only that no picture came, and why."""
    if isinstance(error, ProviderError) and error.note:
        log.warning("provider_failed", code=error.code, note=error.note)
    else:
        log.info("job_failed", code=error.code)
