"""From a kept outcome to a posted message. The picture is safe: delivery is tried again, drawing never is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

import structlog

from core import fitting
from core.errors import DeliveryError, Later
from core.images.encoding import encode_within
from core.model import (
    Actor,
    Allowance,
    Destination,
    Finished,
    Manner,
    Operation,
    Outcome,
    Place,
    PlannedFile,
    PostingPlan,
)
from core.ports import BlobStore, Clock, PlatformAdapter
from core.store.store import ClaimedJob, Store

log = structlog.get_logger()


@runtime_checkable
class Inbox(Protocol):
    """What a `PlatformAdapter` may offer besides: to tell a person at another time what could not be posted."""

    async def leave(self, to: Destination, outcome: Outcome, why: DeliveryError) -> None:
        """Keep it for them: the outcome is not posted any more. Called again for the same job it changes nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a post is tried again: twice as long each time, up to a bound."""

    seconds_first: float = 2.0
    seconds_max: float = 600.0
    attempts_max: int = 20

    def wait_seconds(self, attempt: int, asked_seconds: float = 0.0) -> float:
        """How long to wait before the next attempt, the platform's own wish included."""
        return max(asked_seconds, min(self.seconds_max, self.seconds_first * 2.0**attempt))


class Delivery:
    """Posts outcomes through the adapter of their destination and remembers where they went."""

    def __init__(
        self,
        store: Store,
        blobs: BlobStore,
        adapters: Mapping[str, PlatformAdapter],
        allowances_of: Callable[[Actor, Place], Awaitable[tuple[Allowance, ...]]],
        clock: Clock,
        patience: Patience,
        manner_of: Callable[[Finished], Awaitable[Manner]] | None = None,
    ) -> None:
        """`manner_of`: how a result is to be shown there; without it, as the platform's settings say."""
        self._manner_of = manner_of
        self._store = store
        self._blobs = blobs
        self._adapters = adapters
        self._allowances_of = allowances_of
        self._clock = clock
        self._patience = patience

    async def deliver(self, job: ClaimedJob, lease: str) -> None:
        """Post the job's outcome, or write down when to try again, or that it cannot be posted."""
        outcome = await self._outcome(job)
        try:
            await self._post(job, lease, outcome, self._adapters[job.request.destination.platform])
        except Later as error:
            await self._later(job, lease, outcome, error)
        except DeliveryError as error:  # gone, or no copy can be made small enough: trying again would change nothing
            await self._given_up(job, lease, outcome, error)

    async def broke(self, job: ClaimedJob) -> None:
        """Posting it hit a defect for the last time: it is tried no more."""
        await self._leave(job, await self._outcome(job), DeliveryError("Posting it broke every time."))

    async def _post(self, job: ClaimedJob, lease: str, outcome: Outcome, adapter: PlatformAdapter) -> None:
        to = job.request.destination
        plan = PostingPlan(messages=())
        if isinstance(outcome, Finished):
            plan = fitting.fit(
                outcome.images, outcome.remarks, adapter.capabilities(to), language=outcome.plan.language
            )
            plan = replace(plan, messages=tuple([await self._prepared(files) for files in plan.messages]))
        references = await adapter.deliver(to, outcome, plan)
        postings = [[file.image for file in files] for files in plan.messages] or [[]]
        await self._store.delivered(job.id, lease, references, postings)

    async def _outcome(self, job: ClaimedJob) -> Outcome:
        outcome = await self._store.outcome(job.id)
        if isinstance(outcome, Finished):
            request = job.request
            allowances = await self._allowances_of(request.actor, request.place)
            manner = Manner() if self._manner_of is None else await self._manner_of(outcome)
            return replace(outcome, allowances=allowances, edits=await self._edits(outcome), manner=manner)
        return outcome

    async def _edits(self, outcome: Finished) -> int:
        """How often one picture was changed before everybody's eyes in this channel or thread."""
        if outcome.plan.operation is not Operation.EDIT or len(outcome.images) != 1:
            return 0
        place = outcome.request.place
        here = (place.platform, place.workspace, place.channel, place.thread)
        return sum(
            each.operation is Operation.EDIT
            and not each.private
            and (each.place.platform, each.place.workspace, each.place.channel, each.place.thread) == here
            for each in await self._store.lineage(outcome.images[0].id)
        )

    async def _prepared(self, files: Sequence[PlannedFile]) -> tuple[PlannedFile, ...]:
        """Copies made where the original does not fit; the original bytes otherwise, content credentials and all."""
        return tuple([await self._copy(file) if file.re_encode else file for file in files])

    async def _copy(self, file: PlannedFile) -> PlannedFile:
        original = await self._blobs.read(file.blob)
        budget = file.byte_budget or len(original)
        copy = await self._blobs.put(await encode_within(original, file.media_type, budget, file.size))
        return replace(file, blob=copy.key, re_encode=False)

    async def _later(self, job: ClaimedJob, lease: str, outcome: Outcome, error: Later) -> None:
        attempts = job.delivery_attempts
        if attempts >= self._patience.attempts_max:
            await self._given_up(job, lease, outcome, error)
            return
        wait_us = int(self._patience.wait_seconds(attempts, error.after_seconds) * 1_000_000)
        await self._store.deliver_later(job.id, lease, self._clock.now_us() + wait_us, error.what)

    async def _given_up(self, job: ClaimedJob, lease: str, outcome: Outcome, error: DeliveryError) -> None:
        """First it is left for the person: a crash in between tells them of it twice, and not never."""
        log.info("undeliverable", job=job.id, code=error.code)
        await self._leave(job, outcome, error)
        await self._store.undeliverable(job.id, lease, error.sentence)

    async def _leave(self, job: ClaimedJob, outcome: Outcome, why: DeliveryError) -> None:
        to = job.request.destination
        adapter = self._adapters[to.platform]
        if isinstance(adapter, Inbox):
            await adapter.leave(to, outcome, why)
