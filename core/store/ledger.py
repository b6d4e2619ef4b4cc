"""The two ledgers: what people's limits hold and have used, and what providers billed."""

# ruff: noqa: S608 - statements are put together from constants and parameter numbers, never from anybody's words

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, cast

from core.model import Cost, JobId
from core.ports import Row, Transaction, Value
from core.quota import Applied, Bucket, Counted, Hold, Unit, Window, asked, settlement, unit_of
from core.store.sql import integer, rows_of, text

Fetch = Callable[..., Awaitable[Sequence[Row]]]
Usage = Sequence[tuple[str, str, int, int, int]]  # rows of `bucket`: limit id, holder, slot, pending, posted

_IN_FLIGHT: Final = f":{Unit.JOBS}:{Window.NONE}"

_OPEN_HOLDS: Final = (
    "SELECT h.limit_id, h.holder, h.slot_us, h.pending FROM journal h WHERE h.job = $1 AND h.kind = 'hold'"
    " AND NOT EXISTS (SELECT 1 FROM journal r WHERE r.job = h.job AND r.limit_id = h.limit_id"
    " AND r.holder = h.holder AND r.kind IN ('post', 'void')) ORDER BY h.limit_id"
)
_JOURNAL: Final = "INSERT INTO journal (job, limit_id, holder, kind, slot_us, pending, posted, cap, at_us) VALUES "
_CLOSE_BUCKET: Final = (
    "UPDATE bucket SET pending = pending + $1, posted = posted + $2"
    " WHERE limit_id = $3 AND holder = $4 AND slot_us = $5"
)


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


@lru_cache(maxsize=64)
def _hold_sql(holds: int) -> str:
    return f"{_JOURNAL}{rows_of(holds, 9)}"


@lru_cache(maxsize=64)
def _bucket_sql(holds: int) -> str:
    return (
        f"INSERT INTO bucket (limit_id, holder, slot_us, pending, posted) VALUES {rows_of(holds, 5)}"
        " ON CONFLICT (limit_id, holder, slot_us) DO UPDATE SET pending = bucket.pending + excluded.pending"
    )


async def usage(fetch: Fetch, applied: Sequence[Applied]) -> Usage:
    """What the buckets hold that these limits look at. `fetch` is a transaction's, or the database's own."""
    if not applied:
        return ()
    ranges: list[Value] = []
    for each in applied:
        first = each.buckets[0]
        ranges += (first.limit_id, first.holder, first.slot_us)
    return cast("Usage", await fetch(_counted_sql(len(applied)), *ranges))


def counted(usage: Usage) -> Mapping[Bucket, Counted]:
    """The same by bucket, as `core.quota.decide` wants it."""
    return {
        Bucket(limit_id, holder, slot_us): Counted(pending, posted)
        for limit_id, holder, slot_us, pending, posted in usage
    }


def open_holds(applied: Sequence[Applied], usage: Usage, cost: Cost) -> tuple[Hold, ...] | None:
    """The holds of `core.quota.decide` when it allows, else None: five times as fast, as nobody reads allowances then.

    It runs in the one thread that writes, for every request; that the two agree is a property that is tested.
    """
    used: dict[str, int] = {}
    last_us = {each.buckets[-1].limit_id: each.buckets[-1].slot_us for each in applied}
    for limit_id, _, slot_us, pending, posted in usage:
        if slot_us <= last_us[limit_id]:  # a calendar slot of another time zone may begin later
            settled = 0 if limit_id.endswith(_IN_FLIGHT) else posted
            used[limit_id] = used.get(limit_id, 0) + pending + settled
    holds = []
    for each in applied:
        ask, bucket = asked(each.limit.unit, cost), each.buckets[-1]
        if ask > 0 and used.get(bucket.limit_id, 0) + ask > each.limit.amount:
            return None
        holds.append(Hold(bucket, ask))
    return tuple(holds)


async def reserve(
    tx: Transaction, job: JobId, cost: Cost, holds: Sequence[Hold], applied: Sequence[Applied], now_us: int
) -> None:
    """Open the job's charge and hold its worst case in every bucket that the decision named."""
    await tx.execute(
        "INSERT INTO charge (job, state, reserved_images, reserved_nanodollars, at_us)"
        " VALUES ($1, 'reserved', $2, $3, $4)",
        *(job, cost.images, cost.nanodollars, now_us),
    )
    if not holds:
        return
    entries: list[Value] = []
    sums: list[Value] = []
    for each, hold in zip(applied, holds, strict=True):  # a hold for each limit that applies, in the same order
        bucket, amount = hold.bucket, hold.amount
        key = (bucket.limit_id, bucket.holder)
        entries += (job, *key, "hold", bucket.slot_us, amount, 0, each.limit.amount, now_us)
        sums += (*key, bucket.slot_us, amount, 0)
    await tx.execute(_hold_sql(len(holds)), *entries)
    await tx.execute(_bucket_sql(len(holds)), *sums)


async def settle(tx: Transaction, job: JobId, charged: Cost, now_us: int) -> None:
    """The pictures came: what was held becomes what was used, in the slots where it was held."""
    await _close_charge(tx, job, "settled", charged, now_us)
    await _close_holds(tx, job, await _open_holds(tx, job), "post", charged, now_us)


async def void(tx: Transaction, job: JobId, now_us: int) -> None:
    """No picture came: nothing was used."""
    await _close_charge(tx, job, "voided", Cost(0, 0), now_us)
    await _close_holds(tx, job, await _open_holds(tx, job), "void", Cost(0, 0), now_us)


async def out_of_flight(tx: Transaction, job: JobId, now_us: int) -> None:
    """The job is over although its cost is not known: limits on jobs in flight let go of it, the others do not."""
    holds = [hold for hold in await _open_holds(tx, job) if unit_of(hold.bucket) is Unit.JOBS]
    await _close_holds(tx, job, holds, "void", Cost(0, 0), now_us)


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
        await tx.execute(_hold_sql(len(entries)), *(value for entry in entries for value in entry))
        await tx.execute_many(_CLOSE_BUCKET, sums)
