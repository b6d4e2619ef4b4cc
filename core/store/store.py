"""Everything that Easel remembers: each write is one transaction that leaves the books in order.

A request is admitted with its job, its reservation and its turn in the queue, or not at all. What happens to the money
later happens together with the job's change of state, and every change of a running job is fenced by the lease.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace

from core.characters import Character
from core.errors import Cancelled
from core.i18n import ENGLISH, into, say
from core.model import (
    Admitted,
    Cost,
    ImageId,
    ImageRequest,
    JobId,
    MessageRef,
    Plan,
    StoredImage,
)
from core.moderation import ModerationRules
from core.ports import Clock, Database, JobQueue, Transaction
from core.quota import Extra, Limit
from core.store import characters, codec, flows, jobs, leases, ledger, lineage, sweep
from core.store.intake import Bounds, Candidate, Intake, again
from core.store.jobs import ClaimedJob, Entry, Job, JobState
from core.store.recall import Counts, Recall
from core.store.sweep import Repeatable, SweepReport

__all__ = ["ClaimedJob", "Counts", "Job", "JobState", "Store", "SweepReport"]

_BROKEN_WAIT_US = 60_000_000


class Store(Recall):
    """Jobs, ledgers and pictures over one `Database`; what is only read stands in `core.store.recall`."""

    def __init__(self, db: Database, clock: Clock) -> None:
        super().__init__(db, clock)
        self._intake = Intake(db, clock)

    async def admit(
        self,
        request: ImageRequest,
        plan: Plan,
        limits: Sequence[Limit],
        *,
        service_cost: int,
        waiting_max: int,
        waiting_max_per_person: int,
        queue: JobQueue,
        moderation: ModerationRules | None = None,
        extras: Sequence[Extra] = (),
    ) -> Admitted:
        """Make the request a job, in one transaction; durable when this returns.

        The same event again is the same job (`again`). Raises `Conflict` when it is another request under the same key,
        `QueueFull`, `QuotaExceeded`, or `NotAllowed` for who was declined several times lately, by `moderation`; then
        nothing was written.
        """
        entry = _entry(request, plan, service_cost, self._clock.now_us())
        candidate = Candidate(entry, plan, limits, Bounds(waiting_max, waiting_max_per_person), moderation, extras)
        admitted = await self._intake.admit(candidate, queue)
        queue.wake()
        if admitted.again:
            return replace(admitted, ahead=await self.ahead(admitted.job) or 0)
        return admitted

    async def admit_shown(
        self, request: ImageRequest, plan: Plan, images: Sequence[ImageId], queue: JobQueue
    ) -> Admitted:
        """A job that only posts pictures that are kept already: nothing is drawn, waited for or charged.

        A private picture that is shown openly (only its author can ask for that) is private no more.
        """
        entry = replace(_entry(request, plan, 0, self._clock.now_us()), state=JobState.GENERATED, shown=tuple(images))

        async def work(tx: Transaction) -> Admitted:
            known = await jobs.known(tx, [request.event_key])
            if known:
                return again(known[request.event_key], entry)
            await jobs.insert(tx, [(entry, self._clock.now_us())])
            if not plan.private:
                await lineage.publish(tx, entry.shown)
            await queue.announce(tx, entry.id)
            return Admitted(entry.id, plan, ahead=0)

        admitted = await self._db.write(work)
        queue.wake()
        return admitted

    async def claim(
        self,
        lease: str,
        lease_seconds: float,
        platforms: Sequence[str] | None = None,
        *,
        tells: bool = True,
        draws: bool = True,
    ) -> ClaimedJob | None:
        """The next job for this worker: an outcome that is due to be told, else a drawing, by fair turns.

        `platforms`: where this worker can post (None: everywhere). What is for others waits for a worker that can.
        `tells`, `draws`: what it has room for.
        """

        async def work(tx: Transaction) -> ClaimedJob | None:
            now_us = self._clock.now_us()
            until_us = now_us + int(lease_seconds * 1_000_000)
            row = await leases.claim_delivery(tx, lease, until_us, now_us, platforms) if tells else None
            if row is None:
                path = await flows.next_turn(tx) if draws else None
                if path is None:
                    return None
                row, service_cost = await leases.claim_waiting(tx, path, lease, until_us, now_us)
                await flows.take_turn(tx, path, service_cost)
            return leases.claimed(row)

        return await self._db.write(work)

    async def asked(self, job: JobId, lease: str) -> None:
        """Call it just before the provider is asked: from here on an answer may be lost, and a cancel comes too late.

        Raises `Cancelled` when the job is not wanted any more, or no longer this lease's: then do not ask.
        """
        if not await self._db.write(lambda tx: leases.asked(tx, job, lease, self._clock.now_us())):
            raise Cancelled(say("You cancelled this."))

    async def keep_ticket(self, job: JobId, lease: str, ticket: str) -> None:
        """The provider works on its own now: when this returns, its answer is taken up even after a crash.

        Raises `Cancelled` when the job is no longer this lease's: then leave the answer to whoever has it now.
        """
        if not await self._db.write(lambda tx: leases.keep_ticket(tx, job, lease, ticket)):
            raise Cancelled("This is done elsewhere now.")

    async def heartbeat(self, running: Sequence[JobId], lease: str, lease_seconds: float) -> tuple[JobId, ...]:
        """Keep the leases alive. Returns those that may stop: cancelled before they cost anything, or taken over."""
        until_us = self._clock.now_us() + int(lease_seconds * 1_000_000)
        kept = await self._db.write(lambda tx: leases.extend(tx, running, lease, until_us))
        return tuple(job for job in running if job not in kept)

    async def generated(
        self,
        job: JobId,
        lease: str,
        images: Sequence[StoredImage],
        usage_images: int,
        usage_nanodollars: int | None,
        remarks: Sequence[str] = (),
        *,
        own_key: bool = False,
    ) -> bool:
        """Keep the pictures, settle the charge and put the outcome into the outbox, all at once.

        Without `usage_nanodollars` the reservation is what it cost. `own_key`: the workspace paid. False: the lease was
        lost, nothing was written.
        """

        async def work(tx: Transaction) -> bool:
            now_us = self._clock.now_us()
            attempt = await leases.generated(tx, job, lease, remarks, now_us)
            if attempt is None:
                return False
            charge = await ledger.charge_of(tx.fetch_one, job)
            assert charge is not None  # only drawn jobs run, and they have one
            measured = usage_nanodollars is not None
            nanodollars = charge.reserved.nanodollars if usage_nanodollars is None else usage_nanodollars
            await lineage.insert(tx, images)
            await ledger.settle(tx, job, Cost(usage_images, nanodollars, measured=measured), now_us)
            account = ledger.account(images[0].provider if images else "", own_key=own_key)
            await ledger.spend(tx, job, attempt, "billed", account, nanodollars, now_us)
            return True

        return await self._db.write(work)

    async def delivered(
        self, job: JobId, lease: str, refs: Sequence[MessageRef], postings: Sequence[Sequence[ImageId]]
    ) -> bool:
        """The outcome was told: `postings[n]` are the pictures that the message `refs[n]` shows. False: lease lost."""

        async def work(tx: Transaction) -> bool:
            now_us = self._clock.now_us()
            if not await leases.delivered(tx, job, lease, refs, now_us):
                return False
            await lineage.post(tx, job, refs, postings, now_us)
            return True

        return await self._db.write(work)

    async def deliver_later(self, job: JobId, lease: str, not_before_us: int, note: str) -> bool:
        """Tell the outcome again, not before then."""
        return await self._db.write(lambda tx: leases.deliver_later(tx, job, lease, not_before_us, note))

    async def undeliverable(self, job: JobId, lease: str, sentence: str) -> bool:
        """The outcome cannot be told. Its pictures stay, and are found in the history."""
        return await self._db.write(lambda tx: leases.undeliverable(tx, job, lease, sentence, self._clock.now_us()))

    async def failed(self, job: JobId, lease: str, code: str, sentence: str, *, may_be_billed: bool = False) -> bool:
        """No picture came: the charge is void and the sentence goes to the outbox.

        `may_be_billed`: if the provider was asked, what was reserved is presumed in the operator's ledger, at once.
        When the outcome was known already and only telling it broke, it is told again after a minute; then, as with a
        lost lease, the answer is False.
        """

        async def work(tx: Transaction) -> bool:
            now_us = self._clock.now_us()
            if await sweep.failed(tx, job, lease, code, sentence, now_us, may_be_billed=may_be_billed):
                return True
            await leases.broken(tx, job, lease, sentence, now_us, _BROKEN_WAIT_US)
            return False

        return await self._db.write(work)

    async def uncertain(self, job: JobId, lease: str, sentence: str) -> bool:
        """The provider was asked and its answer was lost: the hold stays, and its spend is presumed."""
        return await self._db.write(lambda tx: sweep.uncertain(tx, job, lease, sentence, self._clock.now_us()))

    async def resolve(self, job: JobId, *, billed: bool) -> bool:
        """Somebody looked what became of an uncertain job. False: there is nothing to resolve.

        Its person is freed either way, since nobody pays without a picture; with `billed` the shared caps on money keep
        what was held.
        """
        return await self._db.write(lambda tx: sweep.looked_up(tx, job, self._clock.now_us(), billed=billed))

    async def cancel(self, job: JobId, queue: JobQueue, language: str = ENGLISH) -> bool:
        """True when no picture will be drawn: it waited, or had not asked its provider yet. False: it is too late.

        Like every outcome it is told through the outbox, so that the waiting message changes even after a crash:
        in this language.
        """

        async def work(tx: Transaction) -> bool:
            now_us = self._clock.now_us()
            path = await leases.cancelled(tx, job, into(language, sweep.CANCELLED), now_us)
            if path is None:
                return await leases.unwanted(tx, job)
            await flows.leave(tx, path)
            await ledger.void(tx, job, now_us)
            return True

        cancelled = await self._db.write(work)
        queue.wake()
        return cancelled

    async def sweep(self, repeatable: Repeatable, boot: bool = False) -> SweepReport:
        """Take back what the dead held. `boot`: nobody else can be alive, so everything that runs is taken back."""
        return await self._db.write(lambda tx: sweep.sweep(tx, repeatable, self._clock.now_us(), boot=boot))

    async def keep_character(self, new: Character, most: int) -> str | None:
        """Keep a character, in the place of its owner's earlier one; the blob's key that nothing needs any more.

        Raises `NotAllowed` for more than `most` of one owner, and for a name that somebody else shares already.
        """
        return await self._db.write(lambda tx: characters.keep(tx, new, most))

    async def forget_character(self, character: str) -> str | None:
        """Forget a character; the blob's key that nothing needs any more."""
        return await self._db.write(lambda tx: characters.forget(tx, character))

    async def delete_image(self, image: ImageId) -> str | None:
        """Forget a picture; the blob's key when no other kept picture has the same bytes and they may go."""
        return await self._db.write(lambda tx: lineage.delete(tx, image))


def _entry(request: ImageRequest, plan: Plan, service_cost: int, now_us: int) -> Entry:
    return Entry(
        id=_job_id(now_us),
        request=request,
        request_json=codec.REQUESTS.encode(request),
        plan_json=codec.PLANS.encode(plan),
        fingerprint=codec.fingerprint(request),
        path=flows.path_of(request.actor),
        service_cost=service_cost,
    )


def _job_id(now_us: int) -> JobId:
    """32 hex digits, as hard to guess as any id (80 random bits), but in order of time, as in RFC 9562 (UUIDv7).

    Neighbours in time are then neighbours in every index that begins with a job, and a commit touches few pages.
    """
    return JobId(f"{now_us // 1000:012x}{secrets.token_hex(10)}")
