"""The two ledgers: what people's limits hold and have used, and what providers billed."""

# ruff: noqa: S608 - statements are put together from constants and parameter numbers, never from anybody's words

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple, cast

from core.model import Cost, JobId
from core.ports import Row, Transaction
from core.quota import Applied, Bucket, Counted, Hold, Scope, Unit, asked, settlement, unit_of
from core.store.sql import integer, portions, rows_of, text

Fetch = Callable[..., Awaitable[Sequence[Row]]]
Usage = Sequence[tuple[str, str, int, int, int]]  # rows of `bucket`: limit id, holder, slot, pending, posted

_OPEN_HOLDS: Final = (
    "SELECT h.limit_id, h.holder, h.slot_us, h.pending FROM journal h WHERE h.job = $1 AND h.kind = 'hold'"
    " AND NOT EXISTS (SELECT 1 FROM journal r WHERE r.job = h.job AND r.limit_id = h.limit_id"
    " AND r.holder = h.holder AND r.kind IN ('post', 'void')) ORDER BY h.limit_id"
)
_OPEN_CHARGE: Final = (
    "INSERT INTO charge (job, state, reserved_images, reserved_nanodollars, at_us) VALUES ($1, 'reserved', $2, $3, $4)"
)
_JOURNAL: Final = (
    f"INSERT INTO journal (job, limit_id, holder, kind, slot_us, pending, posted, cap, at_us) VALUES {rows_of(1, 9)}"
)
_ADD_PENDING: Final = (
    "INSERT INTO bucket (limit_id, holder, slot_us, pending, posted) VALUES ($1, $2, $3, $4, 0)"
    " ON CONFLICT (limit_id, holder, slot_us) DO UPDATE SET pending = bucket.pending + excluded.pending"
)
_CLOSE_BUCKET: Final = (
    "UPDATE bucket SET pending = pending + $1, posted = posted + $2"
    " WHERE limit_id = $3 AND holder = $4 AND slot_us = $5"
)


OWN_KEY: Final = " (own key)"


@dataclass(frozen=True, slots=True)
class Charge:
    """What one job holds or cost."""

    state: str  # reserved, settled or voided
    reserved: Cost
    settled: Cost

    @property
    def cost(self) -> Cost:
        """What it comes to, as far as is known now."""
        match self.state:
            case "reserved":
                return self.reserved
            case "settled":
                return self.settled
            case _:
                return Cost(0, 0)


@lru_cache(maxsize=64)
def _counted_sql(limits: int) -> str:
    """One statement for all the limits: each a short range of its own part of the key."""
    return " UNION ALL ".join(
        "SELECT limit_id, holder, slot_us, pending, posted FROM bucket"
        f" WHERE limit_id = ${n} AND holder = ${n + 1} AND slot_us >= ${n + 2}"
        for n in range(1, 3 * limits, 3)
    )


async def tally(fetch: Fetch, applied: Iterable[Applied]) -> Tally:
    """What is used under these limits. `fetch` is a transaction's, or the database's own."""
    firsts = dict.fromkeys(
        (first.limit_id, first.holder, first.slot_us) for first in (each.buckets[0] for each in applied)
    )
    usage: list[Row] = []
    for portion in portions(firsts):
        usage += await fetch(_counted_sql(len(portion)), *(value for key in portion for value in key))
    return Tally(cast("Usage", usage))


class Tally:
    """What is used under some limits; holds that are taken are counted on top, for whoever asks next."""

    def __init__(self, usage: Usage) -> None:
        self._slots: dict[tuple[str, str], dict[int, tuple[int, int]]] = {}
        for limit_id, holder, slot_us, pending, posted in usage:
            self._slots.setdefault((limit_id, holder), {})[slot_us] = (pending, posted)
        self.taken: dict[Bucket, int] = {}  # what to add to which bucket

    def take(self, applied: Sequence[Applied], cost: Cost) -> tuple[Hold, ...] | None:
        """Take the holds of `core.quota.decide` when it allows, else None: many times as fast, as it says no more.

        It runs in the one thread that writes, for every request; that the two agree is a property that is tested.
        """
        holds = []
        for each in applied:
            bucket, ask = each.buckets[-1], asked(each.limit.unit, cost)
            slots = self._slots.get((bucket.limit_id, bucket.holder), {})
            if ask > 0 and _used(slots, each) + ask > each.limit.amount:
                return None
            holds.append(Hold(bucket, ask))
        for hold in holds:
            self._add(hold.bucket, hold.amount)
        return tuple(holds)

    def _add(self, bucket: Bucket, amount: int) -> None:
        key = (bucket.limit_id, bucket.holder)
        slots = self._slots.get(key)
        if slots is None:
            slots = self._slots[key] = {}
        pending, posted = slots.get(bucket.slot_us, (0, 0))
        slots[bucket.slot_us] = (pending + amount, posted)
        self.taken[bucket] = self.taken.get(bucket, 0) + amount

    def counted(self, applied: Sequence[Applied]) -> Mapping[Bucket, Counted]:
        """By bucket, as `core.quota.decide` wants it."""
        found: dict[Bucket, Counted] = {}
        for bucket in (bucket for each in applied for bucket in each.buckets):
            slots = self._slots.get((bucket.limit_id, bucket.holder), {})
            if bucket.slot_us in slots:
                found[bucket] = Counted(*slots[bucket.slot_us])
        return found


def _used(slots: Mapping[int, tuple[int, int]], applied: Applied) -> int:
    first_us, last_us = applied.buckets[0].slot_us, applied.buckets[-1].slot_us
    in_flight = applied.limit.unit is Unit.JOBS
    used = 0
    for slot_us, (pending, posted) in slots.items():
        if first_us <= slot_us <= last_us:  # a calendar slot of another time zone may begin later
            used += pending if in_flight else pending + posted
    return used


class Reservation(NamedTuple):
    """A job's worst case and where it is held: one hold for each limit that applies, in the same order."""

    job: JobId
    cost: Cost
    holds: Sequence[Hold]
    applied: Sequence[Applied]
    at_us: int


async def reserve(tx: Transaction, reservations: Sequence[Reservation], taken: Mapping[Bucket, int]) -> None:
    """Open the jobs' charges and hold their worst cases. `taken` is what that adds to each bucket."""
    await tx.execute_many(
        _OPEN_CHARGE, [(each.job, each.cost.images, each.cost.nanodollars, each.at_us) for each in reservations]
    )
    entries = [
        (each.job, limit_id, holder, "hold", slot_us, amount, 0, applied.limit.amount, each.at_us)
        for each in reservations
        for ((limit_id, holder, slot_us), amount), applied in zip(each.holds, each.applied, strict=True)
    ]
    if entries:
        await tx.execute_many(_JOURNAL, entries)
        await tx.execute_many(_ADD_PENDING, [(*key, amount) for key, amount in taken.items()])


async def settle(tx: Transaction, job: JobId, charged: Cost, now_us: int) -> None:
    """The pictures came: what was held becomes what was used, in the slots where it was held."""
    await _close_charge(tx, job, "settled", charged, now_us)
    await _close_holds(tx, job, await _open_holds(tx, job), "post", charged, now_us)


async def void(tx: Transaction, job: JobId, now_us: int, *, may_be_billed: bool = False) -> None:
    """No picture came: the person used nothing. `may_be_billed`: the shared caps on money keep what was held."""
    await _close_charge(tx, job, "voided", Cost(0, 0), now_us)
    holds = await _open_holds(tx, job)
    gone = [hold for hold in holds if may_be_billed and _is_shared_money(hold.bucket)]
    await _close_holds(tx, job, [hold for hold in holds if hold not in gone], "void", Cost(0, 0), now_us)
    for hold in gone:
        await _close_holds(tx, job, [hold], "post", Cost(0, hold.amount), now_us)


def _is_shared_money(bucket: Bucket) -> bool:
    """A cap on money that many share: there, what may be gone counts although no picture came."""
    scope, _, _ = bucket.limit_id.partition(":")
    return unit_of(bucket) is Unit.MONEY and scope in (Scope.EVERYONE, Scope.WORKSPACE, Scope.CHANNEL)


async def out_of_flight(tx: Transaction, job: JobId, now_us: int) -> None:
    """The job is over although its cost is not known: limits on jobs in flight let go of it, the others do not."""
    holds = [hold for hold in await _open_holds(tx, job) if unit_of(hold.bucket) is Unit.JOBS]
    await _close_holds(tx, job, holds, "void", Cost(0, 0), now_us)


def account(provider: str, *, own_key: bool) -> str:
    """Whose money it is: what a workspace's own key pays for stands apart from the operator's."""
    return f"{provider}{OWN_KEY}" if own_key else provider


async def spend(
    tx: Transaction, job: JobId, attempt: int, kind: str, provider: str, nanodollars: int, now_us: int
) -> None:
    """The operator's ledger: `billed`, or `presumed` when an answer was lost on the way."""
    await tx.execute(
        "INSERT INTO provider_spend (job, attempt, kind, provider, nanodollars, at_us) VALUES ($1, $2, $3, $4, $5, $6)",
        *(job, attempt, kind, provider, nanodollars, now_us),
    )


async def charge_of(fetch_one: Callable[..., Awaitable[Row | None]], job: JobId) -> Charge | None:
    """The job's charge; None for a job that only shows. `fetch_one` is a transaction's, or the database's own."""
    row = await fetch_one(
        "SELECT state, reserved_images, reserved_nanodollars, settled_images, settled_nanodollars, measured"
        " FROM charge WHERE job = $1",
        job,
    )
    if row is None:
        return None
    state, reserved_images, reserved_nanodollars, settled_images, settled_nanodollars, measured = row
    return Charge(
        text(state),
        Cost(integer(reserved_images), integer(reserved_nanodollars)),
        Cost(integer(settled_images), integer(settled_nanodollars), measured=bool(measured)),
    )


async def _open_holds(tx: Transaction, job: JobId) -> list[Hold]:
    return [
        Hold(Bucket(text(limit_id), text(holder), integer(slot_us)), integer(pending))
        for limit_id, holder, slot_us, pending in await tx.fetch(_OPEN_HOLDS, job)
    ]


async def _close_charge(tx: Transaction, job: JobId, state: str, charged: Cost, now_us: int) -> None:
    changed = await tx.execute(
        "UPDATE charge SET state = $2, settled_images = $3, settled_nanodollars = $4, measured = $5, closed_at_us = $6"
        " WHERE job = $1 AND state = 'reserved'",
        *(job, state, charged.images, charged.nanodollars, int(charged.measured), now_us),
    )
    if changed != 1:
        raise RuntimeError("A charge was to be closed twice.")  # the job's own state has kept this from happening


async def _close_holds(
    tx: Transaction, job: JobId, holds: Sequence[Hold], kind: str, charged: Cost, now_us: int
) -> None:
    """Write the other half of each hold. What was used beyond the reservation stands in a row of its own."""
    entries: list[Row] = []
    sums: list[Row] = []
    for hold in holds:
        bucket, change = hold.bucket, settlement(hold, charged)
        within = min(change.posted, hold.amount)
        key = (job, bucket.limit_id, bucket.holder)
        entries.append((*key, kind, bucket.slot_us, change.pending, within, None, now_us))
        if change.posted > within:
            entries.append((*key, "adjust", bucket.slot_us, 0, change.posted - within, None, now_us))
        sums.append((change.pending, change.posted, bucket.limit_id, bucket.holder, bucket.slot_us))
    if entries:
        await tx.execute_many(_JOURNAL, entries)
        await tx.execute_many(_CLOSE_BUCKET, sums)
