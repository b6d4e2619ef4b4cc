"""The plainest bookkeeping there is: a list of charges, summed anew at every question, with a calendar of its own.

What the store is held against in `test_books_machine`. It knows no bucket, no slot and no journal.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from core.model import Actor, Cost, JobId, Place
from core.quota import NO_COST, Limit, Scope, Unit, Window

SECOND_US = 1_000_000
HOUR_US = 3600 * SECOND_US
QUARTER_US = HOUR_US // 4
ROLLING_US = {
    Window.ROLLING_HOUR: HOUR_US,
    Window.ROLLING_DAY: 24 * HOUR_US,
    Window.ROLLING_WEEK: 168 * HOUR_US,
    Window.ROLLING_MONTH: 720 * HOUR_US,
}
LONGEST_QUARTERS = 32 * 24 * 4
SHARED = (Scope.EVERYONE, Scope.WORKSPACE, Scope.CHANNEL)


def page(window: Window, zone: str, at_us: int) -> tuple[object, ...]:
    """The page of the calendar that a moment is on."""
    local = datetime.fromtimestamp(at_us // SECOND_US, ZoneInfo(zone))
    match window:
        case Window.HOUR:
            return (local.date(), local.hour, local.utcoffset())
        case Window.DAY:
            return (local.date(),)
        case Window.WEEK:
            return tuple(local.isocalendar()[:2])
        case Window.MONTH:
            return (local.year, local.month)
        case _:
            raise ValueError(window)


def page_begins_us(window: Window, zone: str, at_us: int) -> int:
    """When that page was turned: looked for among the quarters of an hour before, on which all clocks change."""
    return _begins_us(window, zone, at_us // QUARTER_US)


@lru_cache(maxsize=100_000)
def _begins_us(window: Window, zone: str, quarter: int) -> int:
    mine = page(window, zone, quarter * QUARTER_US)
    before = range(quarter - LONGEST_QUARTERS, quarter + 1)
    return (
        before[bisect_left(before, True, key=lambda each: page(window, zone, each * QUARTER_US) == mine)] * QUARTER_US
    )


@dataclass(eq=False)
class Charge:
    """One request as a person would note it down, and what became of it."""

    job: JobId
    event: str
    at_us: int
    actor: Actor
    place: Place
    reserved: Cost
    under: frozenset[tuple[str, ...]]  # the limits, or families of role limits, that it was reserved under
    state: str = "queued"  # running, asked, settled, void, gone (paid for and void), uncertain
    settled: Cost = NO_COST

    @property
    def open(self) -> bool:
        """Whether it is in flight."""
        return self.state in ("queued", "running", "asked")

    def amount(self, limit: Limit) -> int:
        """What it counts under this limit now."""
        if limit.unit is Unit.JOBS:
            return int(self.open)
        if self.state == "gone":  # what may have been billed is remembered where money is shared
            return self.reserved.nanodollars if limit.unit is Unit.MONEY and limit.scope in SHARED else 0
        now = {"settled": self.settled, "void": Cost(0, 0)}.get(self.state, self.reserved)
        return now.images if limit.unit is Unit.IMAGES else now.nanodollars


@dataclass
class House:
    """What one workspace's administrators decided."""

    zone: str
    own: dict[str, Limit] = field(default_factory=dict)  # by id
    lifted: set[str] = field(default_factory=set)
    exempt: set[str] = field(default_factory=set)  # people


@dataclass(frozen=True)
class Given:
    """Extra for one person."""

    workspace: str
    user: str
    unit: Unit
    amount: int
    at_us: int


def family(limit: Limit) -> tuple[str, ...]:
    """What a role's limit shares with those of other roles; any other limit's own name."""
    return ("role", limit.unit, limit.window) if limit.scope is Scope.ROLE else (limit.id,)


def whose(scope: Scope, actor: Actor, place: Place) -> tuple[str, ...]:
    """Those whose charges are counted together."""
    return {
        Scope.EVERYONE: (),
        Scope.WORKSPACE: (place.workspace,),
        Scope.CHANNEL: (place.workspace, place.channel),
        Scope.ROLE: (actor.workspace, actor.user),
        Scope.USER: (actor.workspace, actor.user),
    }[scope]


def speaks_of(limit: Limit, actor: Actor, place: Place) -> bool:
    """Whether this person in this place is meant."""
    mine = {
        Scope.EVERYONE: [],
        Scope.WORKSPACE: [place.workspace],
        Scope.CHANNEL: [place.channel],
        Scope.ROLE: ["everyone", *actor.roles],
        Scope.USER: [actor.user],
    }[limit.scope]
    return limit.selector == "*" or limit.selector in mine


@dataclass
class Books:
    """Everything that was noted."""

    operators: list[Limit]
    houses: dict[str, House]
    charges: list[Charge] = field(default_factory=list)
    given: list[Given] = field(default_factory=list)

    def binding(self, actor: Actor, place: Place) -> list[Limit]:
        """The limits that hold for this person there: of role limits of one kind the most generous."""
        house = self.houses[place.workspace]
        own_roles = {limit.id for limit in house.own.values() if limit.scope is Scope.ROLE} | house.lifted
        kept = [limit for limit in self.operators if limit.scope is not Scope.ROLE or limit.id not in own_roles]
        mine = [limit for limit in (*kept, *house.own.values()) if speaks_of(limit, actor, place)]
        if actor.user in house.exempt:
            mine = [limit for limit in mine if limit.scope in SHARED]
        chosen: dict[tuple[str, ...], Limit] = {}
        for limit in mine:
            rival = chosen.setdefault(family(limit), limit)
            better = max if limit.scope is Scope.ROLE else min
            chosen[family(limit)] = better(rival, limit, key=lambda each: each.amount)  # of equals the first
        return list(chosen.values())

    def since_us(self, limit: Limit, place: Place, now_us: int, slack: int) -> int:
        """The first moment that counts; with `slack`, a rolling window reaches a 24th further back."""
        if limit.window is Window.NONE:
            return 0
        if limit.window in ROLLING_US:
            return now_us - ROLLING_US[limit.window] * (24 + slack) // 24 + 1
        zone = "UTC" if limit.scope is Scope.EVERYONE else self.houses[place.workspace].zone
        return page_begins_us(limit.window, zone, now_us)

    def used(self, limit: Limit, actor: Actor, place: Place, now_us: int, slack: int = 0) -> int:
        """What counts under it now."""
        since_us = self.since_us(limit, place, now_us, slack)
        return sum(
            charge.amount(limit)
            for charge in self.charges
            if family(limit) in charge.under
            and whose(limit.scope, charge.actor, charge.place) == whose(limit.scope, actor, place)
            and (self._begins(limit, charge) == since_us if self._is_paged(limit) else charge.at_us >= since_us)
        )

    def _is_paged(self, limit: Limit) -> bool:
        return limit.window is not Window.NONE and limit.window not in ROLLING_US

    def _begins(self, limit: Limit, charge: Charge) -> int:
        """On which page a charge was noted: by the clocks of its place then, whatever they are called by now."""
        zone = "UTC" if limit.scope is Scope.EVERYONE else charge.place.time_zone
        return page_begins_us(limit.window, zone, charge.at_us)

    def cap(self, limit: Limit, actor: Actor, place: Place, now_us: int, slack: int = 0) -> int:
        """What is allowed now, with what was given on top."""
        if limit.scope in SHARED:
            return limit.amount
        since_us = self.since_us(limit, place, now_us, slack)
        return limit.amount + sum(
            each.amount
            for each in self.given
            if (each.workspace, each.user, each.unit) == (actor.workspace, actor.user, limit.unit)
            and each.at_us >= since_us
        )

    def exceeded(self, actor: Actor, place: Place, cost: Cost, now_us: int, *, generous: bool) -> list[Limit]:
        """The limits that this request would break.

        A rolling window is counted in steps of a 24th. `generous`: what counts is what the true window holds, and extra
        counts as long as the steps may let it. Otherwise the other way round: who is refused had to be, by that.
        """
        found = []
        for limit in self.binding(actor, place):
            wanted = {Unit.IMAGES: cost.images, Unit.MONEY: cost.nanodollars, Unit.JOBS: 1}[limit.unit]
            used = self.used(limit, actor, place, now_us, slack=0 if generous else 1)
            cap = self.cap(limit, actor, place, now_us, slack=1 if generous else 0)
            if wanted and used + wanted > cap:
                found.append(limit)
        return found

    def in_state(self, *states: str) -> list[Charge]:
        """The charges of which that is true, in the order in which they were made."""
        return [charge for charge in self.charges if charge.state in states]


def under(limits: Iterable[Limit]) -> frozenset[tuple[str, ...]]:
    """The families of these limits."""
    return frozenset(family(limit) for limit in limits)


def of_jobs(charges: Iterable[Charge], jobs: Sequence[JobId]) -> list[Charge]:
    """The charges of these jobs."""
    return [charge for charge in charges if charge.job in jobs]
