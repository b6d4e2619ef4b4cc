"""Who may still do what: pure arithmetic over limits, usage and windows. Reads no clock and no table.

A limit is (scope, selector, unit, window, amount). Every limit that applies must allow. Role limits are allowances: of
the role limits with the same unit and window that a member has, the most generous counts (the role `everyone` is
everybody's). All other scopes are caps and always hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple, assert_never

from core import wording
from core.model import Actor, Allowance, Cost, Place
from core.windows import ROLLING, SUB_SLOTS, TICK_US, slots
from core.windows import Window as Window

EVERYBODYS_ROLE: Final = "everyone"
NO_COST: Final = Cost(images=0, nanodollars=0)


class Scope(StrEnum):
    """Whose usage is counted together."""

    EVERYONE = "everyone"
    WORKSPACE = "workspace"
    CHANNEL = "channel"
    ROLE = "role"
    USER = "user"

    # `Enum` hashes a member's name in Python, and every request hashes dozens of members.
    __hash__ = str.__hash__


class Unit(StrEnum):
    """What is counted."""

    IMAGES = "images"
    MONEY = "money"  # nano-dollars
    JOBS = "jobs"  # in flight at this moment; has no window

    __hash__ = str.__hash__


class Limit(NamedTuple):
    """One row of `[[limits]]`. `selector`: `*` is each for itself; otherwise one workspace, channel, role or user.

    Like the next ones a named tuple: made or hashed several times for every request, which it does in C.
    """

    scope: Scope
    selector: str
    unit: Unit
    window: Window
    amount: int

    @property
    def id(self) -> str:
        """Its identity in the ledger: a changed amount keeps what was used."""
        return f"{self.scope}:{self.selector}:{self.unit}:{self.window}"


class Extra(NamedTuple):
    """What an administrator gave one person on top of their allowances: it counts in the windows that ran then.

    So it is gone when they reset, and nothing has to be cleaned up.
    """

    unit: Unit
    amount: int
    at_us: int


class Bucket(NamedTuple):
    """Where usage is counted: one limit, one holder (a user, a channel, ...), one slot of time (its start)."""

    limit_id: str
    holder: str
    slot_us: int


class Counted(NamedTuple):
    """What a bucket holds: reserved and not yet settled, and settled."""

    pending: int
    posted: int


@dataclass(frozen=True, slots=True)
class Applied:
    """A limit that applies to a request, with whose usage it counts and the slots that make up its window now."""

    limit: Limit
    holder: str
    buckets: tuple[Bucket, ...]  # all that count; the last one takes the reservation
    resets_at_us: int | None


class Hold(NamedTuple):
    """A part of a reservation: this much in this bucket."""

    bucket: Bucket
    amount: int


@dataclass(frozen=True, slots=True)
class Decision:
    """Allowed when no allowance is refused; then `holds` is what to write."""

    allowed: bool
    holds: tuple[Hold, ...]
    allowances: tuple[Allowance, ...]  # refused ones first
    cost: Cost = NO_COST  # what was asked for


def applicable(
    limits: Sequence[Limit], actor: Actor, place: Place, now_us: int, extras: Sequence[Extra] = ()
) -> tuple[Applied, ...]:
    """The limits that speak of this person in this place, sorted by the ledger's limit id (the lock order).

    Role limits with one unit and window are one family, counted per member in the family's bucket (`role:images:day`):
    whoever changes roles keeps what they used, and only the amount changes. A family of which a member has no role does
    not apply to them. Of two limits with the same id the stricter counts (`validate` names them).

    Months and days are the place's; a limit on everyone counts in UTC, since all places must share its buckets.
    `extras` of this person raise their own allowances, never a cap that people share.
    """
    holders = _holders(actor, place)
    chosen: dict[tuple[str, ...], tuple[Limit, str]] = {}
    for limit in limits:
        if limit.selector != "*" and not _names(limit, actor, place):
            continue
        holder = holders[limit.scope]
        is_role = limit.scope is Scope.ROLE
        family = (limit.scope, "" if is_role else limit.selector, limit.unit, limit.window)
        rival = chosen.get(family)
        if rival is None or (limit.amount > rival[0].amount if is_role else limit.amount < rival[0].amount):
            chosen[family] = (limit, holder)
    applied = [
        _applied(
            limit,
            holder,
            "UTC" if limit.scope is Scope.EVERYONE else place.time_zone,
            now_us // TICK_US[limit.window],
        )
        for limit, holder in chosen.values()
    ]
    return tuple(sorted((_raised(each, extras) for each in applied) if extras else applied, key=_lock_order))


def decide(applied: Sequence[Applied], counted: Mapping[Bucket, Counted], cost: Cost) -> Decision:
    """May a request of this cost (and one job) be reserved on top of what is counted?

    Buckets that `counted` lacks are empty. A limit refuses when what is used and what is asked for exceed its amount;
    in a unit of which nothing is asked for, nothing is refused. Of several refusals the longest comes first.

    Every limit that applies gets a hold, be it of nothing: what a request of no estimated price really costs has to be
    posted somewhere.
    """
    holds: list[Hold] = []
    refused: list[Allowance] = []
    open_: list[Allowance] = []
    for each in applied:
        ask = asked(each.limit.unit, cost)
        allowance = _allowance(each, counted, ask)
        (refused if allowance.refused else open_).append(allowance)
        holds.append(Hold(each.buckets[-1], ask))
    refused.sort(key=lambda each: each.resets_at_us or 0, reverse=True)
    return Decision(not refused, () if refused else tuple(holds), (*refused, *open_), cost)


def asked(unit: Unit, cost: Cost) -> int:
    """How much of a unit a request of this cost takes: its images, its nano-dollars, or itself as one job."""
    match unit:
        case Unit.IMAGES:
            return cost.images
        case Unit.MONEY:
            return cost.nanodollars
        case Unit.JOBS:
            return 1
        case _:
            assert_never(unit)


def settlement(hold: Hold, charged: Cost) -> Counted:
    """What closing a hold adds to its own bucket: the reservation leaves `pending`, what was charged enters `posted`.

    The stored bucket is settled, whatever the limits, roles or clocks say by now; a void is a settlement of nothing.
    A measured cost above the reservation is posted in full: real cost is never hidden. A job only leaves.
    """
    unit = unit_of(hold.bucket)
    return Counted(pending=-hold.amount, posted=0 if unit is Unit.JOBS else asked(unit, charged))


def unit_of(bucket: Bucket) -> Unit:
    """The unit that a bucket counts, from its limit id: the last part but one."""
    return Unit(bucket.limit_id.rsplit(":", 2)[1])


def validate(limits: Sequence[Limit]) -> tuple[str, ...]:
    """What contradicts itself in these limits, one sentence each; empty when they can be used."""
    problems: list[str] = []
    seen: set[str] = set()
    for limit in limits:
        if limit.id in seen:
            problems.append(f"The limit {limit.id} is given twice.")
        seen.add(limit.id)
        if limit.amount < 0:
            problems.append(f"The limit {limit.id} has a negative amount.")
        if not limit.selector:
            problems.append(f'The limit {limit.id} has no selector; "*" means each one for itself.')
        if limit.unit is Unit.JOBS and limit.window is not Window.NONE:
            problems.append(f'The limit {limit.id} counts jobs in flight, so its window must be "none".')
        if limit.unit is not Unit.JOBS and limit.window is Window.NONE:
            problems.append(f"The limit {limit.id} needs a window: an hour, a day, a week or a month.")
        if limit.scope is Scope.EVERYONE and limit.selector != "*":
            problems.append(f'The limit {limit.id} is for everyone, so its selector must be "*".')
    return tuple(problems)


def _names(limit: Limit, actor: Actor, place: Place) -> bool:
    """Whether a limit that is for someone or some place in particular means this one."""
    selector = limit.selector
    match limit.scope:
        case Scope.EVERYONE:
            return True
        case Scope.WORKSPACE:
            return selector == place.workspace
        case Scope.CHANNEL:
            return selector == place.channel
        case Scope.ROLE:
            return selector == EVERYBODYS_ROLE or selector in actor.roles
        case Scope.USER:
            return selector == actor.user
        case _:
            assert_never(limit.scope)


def _holders(actor: Actor, place: Place) -> Mapping[Scope, str]:
    """Whose usage each scope counts. Platform and workspace in it: tenants never mix."""
    person = holder_of(actor.platform, actor.workspace, actor.user)
    return {
        Scope.EVERYONE: "everyone",
        Scope.WORKSPACE: holder_of(place.platform, place.workspace),
        Scope.CHANNEL: holder_of(place.platform, place.workspace, place.channel),
        Scope.ROLE: person,
        Scope.USER: person,
    }


def holder_of(*parts: str) -> str:
    """One string for several ids; two lists of ids never give the same one, whatever stands in them."""
    joined = ":".join(parts)
    if "%" in joined or joined.count(":") != len(parts) - 1:
        return ":".join(part.replace("%", "%25").replace(":", "%3A") for part in parts)
    return joined


def _raised(applied: Applied, extras: Sequence[Extra]) -> Applied:
    """The allowance with what was given on top of it in this very window."""
    limit = applied.limit
    if limit.scope not in (Scope.ROLE, Scope.USER):
        return applied
    since_us = applied.buckets[0].slot_us
    more = sum(extra.amount for extra in extras if extra.unit is limit.unit and extra.at_us >= since_us)
    return replace(applied, limit=limit._replace(amount=limit.amount + more)) if more else applied


def _ledger_id(limit: Limit) -> str:
    """The limit's name in its buckets: its id, or its family's for a role limit."""
    return f"role:{limit.unit}:{limit.window}" if limit.scope is Scope.ROLE else limit.id


def _lock_order(applied: Applied) -> str:
    return applied.buckets[-1].limit_id


@lru_cache(maxsize=16_384)
def _applied(limit: Limit, holder: str, time_zone: str, tick: int) -> Applied:
    """A limit with its buckets. Cached: within one tick the window's slots do not change."""
    now_us = tick * TICK_US[limit.window]
    starts_us, resets_at_us = slots(limit.window, time_zone, now_us)
    ledger_id = _ledger_id(limit)
    return Applied(limit, holder, tuple(Bucket(ledger_id, holder, slot_us) for slot_us in starts_us), resets_at_us)


def _allowance(applied: Applied, counted: Mapping[Bucket, Counted], ask: int) -> Allowance:
    limit = applied.limit
    amounts = [_used(limit.unit, counted.get(bucket)) for bucket in applied.buckets]
    used = sum(amounts)
    refused = ask > 0 and used + ask > limit.amount
    resets_at_us = applied.resets_at_us
    if limit.window in ROLLING:
        resets_at_us = _frees_at_us(applied, amounts, used + ask - limit.amount if refused else min(used, 1))
    return Allowance(
        limit_id=limit.id,
        label=_label(limit),
        unit=limit.unit,
        cap=limit.amount,
        used=used,
        resets_at_us=resets_at_us,
        refused=refused,
    )


@lru_cache(maxsize=1024)
def _label(limit: Limit) -> str:
    return wording.limit_label(limit.scope, limit.selector, limit.unit, limit.window, limit.amount)


def _used(unit: Unit, counted: Counted | None) -> int:
    if counted is None:
        return 0
    return counted.pending if unit is Unit.JOBS else counted.pending + counted.posted


def _frees_at_us(applied: Applied, amounts: Sequence[int], wanted: int) -> int | None:
    """When `wanted` of a rolling window's usage will have left it; None when there is nothing to wait for."""
    if wanted <= 0:
        return None
    width_us = TICK_US[applied.limit.window]
    for bucket, amount in zip(applied.buckets, amounts, strict=True):
        wanted -= amount
        if wanted <= 0:
            return bucket.slot_us + (SUB_SLOTS + 1) * width_us
    return None
