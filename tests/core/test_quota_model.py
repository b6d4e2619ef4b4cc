"""Quotas against a naive model: a plain list of charges, summed anew at every question, with clocks of its own.

Any sequence of reserving, settling, voiding, waiting, changing roles and editing limits: what is let through never
exceeds a true window (safety), and what is refused would have exceeded it, or a rolling one a 24th longer (liveness).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from core.model import Actor, Cost, Place
from core.quota import Bucket, Counted, Hold, Limit, Scope, Unit, Window, applicable, decide, settlement

SECOND_US = 1_000_000
HOUR_US = 3600 * SECOND_US
ROLLING_US = {Window.ROLLING_HOUR: HOUR_US, Window.ROLLING_DAY: 24 * HOUR_US, Window.ROLLING_WEEK: 168 * HOUR_US}
ZONES = {"berlin": "Europe/Berlin", "kolkata": "Asia/Kolkata"}
# An hour before the clocks change in Berlin, and near the ends of a week and of a month.
START_US = int(datetime(2026, 10, 24, 22, 30, tzinfo=UTC).timestamp()) * SECOND_US

LIMITS = [
    Limit(Scope.ROLE, "everyone", Unit.IMAGES, Window.DAY, 3),
    Limit(Scope.ROLE, "designer", Unit.IMAGES, Window.DAY, 8),
    Limit(Scope.ROLE, "designer", Unit.MONEY, Window.ROLLING_HOUR, 60),
    Limit(Scope.USER, "*", Unit.IMAGES, Window.ROLLING_DAY, 9),
    Limit(Scope.USER, "ann", Unit.IMAGES, Window.HOUR, 2),
    Limit(Scope.CHANNEL, "*", Unit.IMAGES, Window.HOUR, 6),
    Limit(Scope.WORKSPACE, "*", Unit.MONEY, Window.WEEK, 300),
    Limit(Scope.EVERYONE, "*", Unit.MONEY, Window.MONTH, 700),
    Limit(Scope.EVERYONE, "*", Unit.IMAGES, Window.ROLLING_WEEK, 25),
    Limit(Scope.USER, "*", Unit.JOBS, Window.NONE, 3),
]


@dataclass(eq=False)
class Charge:
    """One request as a person would note it down."""

    at_us: int
    actor: Actor
    place: Place
    cost: Cost
    under: frozenset[tuple[str, ...]]  # the limits, or families of role limits, that it was reserved under
    holds: tuple[Hold, ...]
    open: bool = True


def family(limit: Limit) -> tuple[str, ...]:
    """What a role's limit shares with those of other roles; any other limit's own name."""
    return ("role", limit.unit, limit.window) if limit.scope is Scope.ROLE else (limit.id,)


def speaks_of(limit: Limit, actor: Actor, place: Place) -> bool:
    mine = {
        Scope.EVERYONE: [],
        Scope.WORKSPACE: [place.workspace],
        Scope.CHANNEL: [place.channel],
        Scope.ROLE: ["everyone", *actor.roles],
        Scope.USER: [actor.user],
    }[limit.scope]
    return limit.selector == "*" or limit.selector in mine


def whose(scope: Scope, actor: Actor, place: Place) -> tuple[str, ...]:
    return {
        Scope.EVERYONE: (),
        Scope.WORKSPACE: (place.workspace,),
        Scope.CHANNEL: (place.workspace, place.channel),
        Scope.ROLE: (actor.workspace, actor.user),
        Scope.USER: (actor.workspace, actor.user),
    }[scope]


def page(window: Window, zone: str, at_us: int) -> tuple[object, ...]:
    """The page of the calendar that a moment is on."""
    local = datetime.fromtimestamp(at_us // SECOND_US, ZoneInfo(zone))
    if window is Window.HOUR:
        return (local.date(), local.hour, local.utcoffset())
    if window is Window.WEEK:
        return tuple(local.isocalendar()[:2])
    return (local.year, local.month) if window is Window.MONTH else (local.date(),)


@dataclass
class Ledger:
    """Counters as a store keeps them."""

    counted: dict[Bucket, Counted] = field(default_factory=dict)

    def add(self, bucket: Bucket, delta: Counted) -> None:
        old = self.counted.get(bucket, Counted(0, 0))
        self.counted[bucket] = Counted(old.pending + delta.pending, old.posted + delta.posted)


class Quotas(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.now_us = START_US
        self.limits = list(LIMITS)
        self.roles: dict[str, tuple[str, ...]] = {}
        self.charges: list[Charge] = []
        self.ledger = Ledger()

    @initialize(offset_s=st.integers(0, 9 * 86_400))
    def begin(self, offset_s: int) -> None:
        self.now_us += offset_s * SECOND_US

    @rule(
        user=st.sampled_from(["ann", "ben"]),
        workspace=st.sampled_from(sorted(ZONES)),
        channel=st.sampled_from(["art", "talk"]),
        images=st.integers(0, 4),
        nanodollars=st.integers(0, 60),
    )
    def ask(self, user: str, workspace: str, channel: str, images: int, nanodollars: int) -> None:
        actor = Actor("web", workspace, user, user, roles=self.roles.get(user, ()))
        place = Place("web", workspace, channel, time_zone=ZONES[workspace])
        cost = Cost(images, nanodollars)
        applied = applicable(self.limits, actor, place, self.now_us)
        decision = decide(applied, self.ledger.counted, cost)
        exact = self._exceeded(actor, place, cost, slack=0)
        assert not (decision.allowed and exact), f"let through: {exact}"
        assert decision.allowed or self._exceeded(actor, place, cost, slack=1), "refused without need"
        assert {each.limit_id for each in decision.allowances if each.refused} >= {limit.id for limit in exact}
        if decision.allowed:
            under = frozenset(family(each.limit) for each in applied)
            for hold in decision.holds:
                self.ledger.add(hold.bucket, Counted(hold.amount, 0))
            self.charges.append(Charge(self.now_us, actor, place, cost, under, decision.holds))

    def _exceeded(self, actor: Actor, place: Place, cost: Cost, slack: int) -> list[Limit]:
        """The limits that this would break; with `slack`, a rolling window reaches a 24th further back."""
        mine = [limit for limit in self.limits if speaks_of(limit, actor, place)]
        roles = [limit for limit in mine if limit.scope is Scope.ROLE]
        best = {
            family(limit): max((each for each in roles if family(each) == family(limit)), key=lambda each: each.amount)
            for limit in roles
        }
        binding = [limit for limit in mine if limit.scope is not Scope.ROLE] + list(best.values())
        return [limit for limit in binding if self._breaks(limit, actor, place, cost, slack)]

    def _breaks(self, limit: Limit, actor: Actor, place: Place, cost: Cost, slack: int) -> bool:
        wanted = {Unit.IMAGES: cost.images, Unit.MONEY: cost.nanodollars, Unit.JOBS: 1}[limit.unit]
        if wanted == 0:
            return False
        counts = self._within(limit, place, slack)
        used = 0
        for charge in self.charges:
            if family(limit) not in charge.under or not counts(charge.at_us):
                continue
            if whose(limit.scope, charge.actor, charge.place) != whose(limit.scope, actor, place):
                continue
            amounts = {Unit.IMAGES: charge.cost.images, Unit.MONEY: charge.cost.nanodollars, Unit.JOBS: charge.open}
            used += int(amounts[limit.unit])
        return used + wanted > limit.amount

    def _within(self, limit: Limit, place: Place, slack: int) -> Callable[[int], bool]:
        if limit.window is Window.NONE:
            return lambda _at_us: True
        if limit.window in ROLLING_US:
            whole_us = ROLLING_US[limit.window]
            since_us = self.now_us - whole_us - slack * whole_us // 24
            return lambda at_us: at_us > since_us
        zone = "UTC" if limit.scope is Scope.EVERYONE else place.time_zone
        today = page(limit.window, zone, self.now_us)
        return lambda at_us: page(limit.window, zone, at_us) == today

    @precondition(lambda self: any(charge.open for charge in self.charges))
    @rule(data=st.data(), images=st.integers(0, 4), nanodollars=st.integers(0, 60))
    def settle(self, data: st.DataObject, images: int, nanodollars: int) -> None:
        """What it really was, often less; nothing at all is a void."""
        charge = data.draw(st.sampled_from([charge for charge in self.charges if charge.open]))
        # Cheaper in every unit: a settlement above its reservation may take a window over its cap, as it must.
        real = Cost(min(images, charge.cost.images), min(nanodollars, charge.cost.nanodollars), measured=True)
        charge.cost, charge.open = real, False
        for hold in charge.holds:
            self.ledger.add(hold.bucket, settlement(hold, real))

    @rule(
        wait_us=st.one_of(
            st.integers(1, 600 * SECOND_US),
            st.sampled_from(
                [HOUR_US // 24, HOUR_US, HOUR_US - 1, HOUR_US + 1, 24 * HOUR_US, 25 * HOUR_US, 168 * HOUR_US]
            ),
        )
    )
    def wait(self, wait_us: int) -> None:
        self.now_us += wait_us

    @rule(user=st.sampled_from(["ann", "ben"]), roles=st.sampled_from([(), ("designer",), ("designer", "other")]))
    def change_roles(self, user: str, roles: tuple[str, ...]) -> None:
        self.roles[user] = roles

    @rule(index=st.integers(0, len(LIMITS) - 1), amount=st.integers(0, 12))
    def edit_a_limit(self, index: int, amount: int) -> None:
        scale = 30 if LIMITS[index].unit is Unit.MONEY else 1
        self.limits[index] = LIMITS[index]._replace(amount=amount * scale)

    @invariant()
    def nothing_is_pending_that_is_not_open(self) -> None:
        pending = sum(counted.pending for counted in self.ledger.counted.values())
        assert pending == sum(hold.amount for charge in self.charges if charge.open for hold in charge.holds)
        assert all(counted.pending >= 0 and counted.posted >= 0 for counted in self.ledger.counted.values())


TestQuotas = Quotas.TestCase
TestQuotas.settings = settings(max_examples=150, stateful_step_count=40, derandomize=True, deadline=None)
