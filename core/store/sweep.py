"""Takes back what dead processes held: asks again where asking again is safe, and says so where it is not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from core.i18n import into, joined, say
from core.model import JobId
from core.ports import Row, Transaction
from core.store import codec, flows, leases, ledger
from core.store.jobs import JobState
from core.store.sql import integer, text

ATTEMPTS_MAX: Final = 3
INTERRUPTED: Final = say(
    "Easel was interrupted several times while it drew this. Nothing was charged. Please ask again."
)
UNKNOWN: Final = say(
    "Easel was interrupted after it had asked for this picture, so it is not known whether one was made. "
    "Your allowance stays reserved until a moderator has looked."
)
CANCELLED: Final = joined((say("You cancelled this."), say("Nothing was charged.")))


@dataclass(frozen=True, slots=True)
class SweepReport:
    """What was found without a living owner."""

    requeued: tuple[JobId, ...] = ()
    uncertain: tuple[JobId, ...] = ()
    failed: tuple[JobId, ...] = ()
    deliveries: int = 0  # outcomes whose post was interrupted (told at start only: later their leases simply expire)

    @property
    def changed(self) -> bool:
        """Whether anything was found."""
        return bool(self.requeued or self.uncertain or self.failed or self.deliveries)

    def counts(self) -> dict[str, int]:
        """For a log line."""
        return {
            "requeued": len(self.requeued),
            "uncertain": len(self.uncertain),
            "failed": len(self.failed),
            "deliveries": self.deliveries,
        }


Repeatable = Callable[[str, str], bool]


async def sweep(tx: Transaction, repeatable: Repeatable, now_us: int, *, boot: bool) -> SweepReport:
    """Running jobs whose lease has ended; at boot all of them, since the data folder has one process at a time."""
    freed = 0
    if boot:
        freed = await tx.execute(
            "UPDATE job SET lease = NULL, lease_until_us = NULL WHERE outbox = 1 AND lease IS NOT NULL"
        )
    orphans = await tx.fetch(
        "SELECT id, lease, plan, attempt, asked_at_us, ticket, cancel_requested, flow_parent, flow_key FROM job"
        " WHERE state = 'running' AND (lease_until_us < $1 OR $2 = 1) ORDER BY created_at_us, id",
        *(now_us, int(boot)),
    )
    found: dict[JobState, list[JobId]] = {JobState.QUEUED: [], JobState.UNCERTAIN: [], JobState.FAILED: []}
    for orphan in orphans:
        found[await _resolve(tx, orphan, repeatable, now_us)].append(JobId(text(orphan[0])))
    return SweepReport(
        requeued=tuple(found[JobState.QUEUED]),
        uncertain=tuple(found[JobState.UNCERTAIN]),
        failed=tuple(found[JobState.FAILED]),
        deliveries=freed,
    )


async def _resolve(tx: Transaction, orphan: Row, repeatable: Repeatable, now_us: int) -> JobState:
    identity, lease, plan_json, attempt, asked_at_us, ticket, cancel_requested, parent, key = orphan
    job, holder = JobId(text(identity)), text(lease)
    plan = codec.PLANS.decode(text(plan_json))
    given_up = integer(attempt) >= ATTEMPTS_MAX
    # With a ticket the answer that is on the way is taken up: that asks nothing a second time, and the hold stays.
    lost = asked_at_us is not None and (not ticket or given_up)
    if lost and not repeatable(plan.provider, plan.model):
        await uncertain(tx, job, holder, into(plan.language, UNKNOWN), now_us)
        state = JobState.UNCERTAIN
    elif cancel_requested:
        await failed(tx, job, holder, "cancelled", into(plan.language, CANCELLED), now_us)
        state = JobState.FAILED
    elif given_up:
        await failed(tx, job, holder, "interrupted", into(plan.language, INTERRUPTED), now_us)
        state = JobState.FAILED
    else:
        path = flows.Path(text(parent), text(key))
        await leases.requeued(tx, job)
        standings = await flows.read(tx, [path])
        standings.join(standings.branch(path))
        await standings.write(tx, now_us)
        return JobState.QUEUED
    # Nobody holds it any more: whoever claims next tells of it.
    await tx.execute("UPDATE job SET lease = NULL, lease_until_us = NULL WHERE id = $1", job)
    return state


async def failed(
    tx: Transaction, job: JobId, lease: str, code: str, sentence: str, now_us: int, *, may_be_billed: bool = False
) -> bool:
    """No picture came: the person's charge is void. False when the job is no longer this lease's.

    `may_be_billed`: where the provider was asked, the operator's ledger and the shared caps on money presume the worst.
    """
    row = await leases.ended(tx, job, lease, JobState.FAILED, code, sentence, now_us)
    if row is None:
        return False
    presumed = may_be_billed and row[2] is not None
    await ledger.void(tx, job, now_us, may_be_billed=presumed)
    if presumed:
        await _presume(tx, job, row, now_us)
    return True


async def uncertain(tx: Transaction, job: JobId, lease: str, sentence: str, now_us: int) -> bool:
    """A picture may have been made and paid for: the hold stays, and the operator's ledger presumes the worst."""
    row = await leases.ended(tx, job, lease, JobState.UNCERTAIN, "outcome_unknown", sentence, now_us)
    if row is None:
        return False
    await _presume(tx, job, row, now_us)
    await ledger.out_of_flight(tx, job, now_us)
    return True


async def looked_up(tx: Transaction, job: JobId, now_us: int, *, billed: bool) -> bool:
    """Somebody looked what became of an uncertain job: its charge is closed. False: there is nothing to resolve."""
    charge = await ledger.charge_of(tx.fetch_one, job)
    row = await tx.fetch_one("SELECT state FROM job WHERE id = $1", job)
    if row is None or charge is None or (row[0], charge.state) != (JobState.UNCERTAIN, "reserved"):
        return False
    await ledger.void(tx, job, now_us, may_be_billed=billed)
    return True


async def _presume(tx: Transaction, job: JobId, row: Row, now_us: int) -> None:
    """What was reserved may have been billed: `row` is as `leases.ended` returns it."""
    attempt, plan = integer(row[0]), codec.PLANS.decode(text(row[1]))
    account = ledger.account(plan.provider, own_key=plan.own_key)
    await ledger.spend(tx, job, attempt, "presumed", account, plan.reserved.nanodollars, now_us)
