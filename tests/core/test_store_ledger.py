"""The ledgers: what is held, what it comes to, and that it is never counted twice or in another's slot."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support_postgres import Engine
from support_store import (
    DAY_US,
    HOUR_US,
    NOON_US,
    SECOND_US,
    Bench,
    actor_of,
    opened,
    pictures_of,
    place_of,
    plan_of,
)

from core.errors import QuotaExceeded, Refused
from core.model import Cost, JobId
from core.quota import Bucket, Counted, Limit, Scope, Unit, Window, applicable, decide
from core.store import ledger

IMAGES = Limit(Scope.USER, "*", Unit.IMAGES, Window.DAY, 10)
MONEY = Limit(Scope.WORKSPACE, "*", Unit.MONEY, Window.MONTH, 1000)
FLIGHT = Limit(Scope.USER, "*", Unit.JOBS, Window.NONE, 2)
ROLLING = Limit(Scope.CHANNEL, "*", Unit.IMAGES, Window.ROLLING_HOUR, 10)

# Wide enough that each of them refuses some steps of a long walk, and lets most of them through.
WALK = (IMAGES._replace(amount=40), MONEY._replace(amount=1800), FLIGHT._replace(amount=4), ROLLING._replace(amount=38))


@pytest.fixture
async def bench(tmp_path: Path, engine: Engine) -> AsyncIterator[Bench]:
    """A fresh store with one limit of each kind."""
    async with opened(tmp_path, (IMAGES, MONEY, FLIGHT, ROLLING), engine) as fresh:
        yield fresh


async def used(bench: Bench) -> dict[str, int]:
    """What each limit counts for the member in the studio."""
    allowances = await bench.store.allowances(actor_of(), place_of(), bench.limits)
    return {allowance.limit_id: allowance.used for allowance in allowances}


async def counted(bench: Bench) -> list[int]:
    """The same, in the order of the limits."""
    now = await used(bench)
    return [now[limit.id] for limit in bench.limits]


async def kinds(bench: Bench) -> list[tuple[str, str, int, int]]:
    rows = await bench.db.fetch("SELECT limit_id, kind, pending, posted FROM journal ORDER BY limit_id, at_us, kind")
    return [(str(row[0]), str(row[1]), int(row[2] or 0), int(row[3] or 0)) for row in rows]


async def test_a_reservation_holds_the_worst_case(bench: Bench) -> None:
    await bench.admit(plan=plan_of(images=3, nanodollars=300))
    assert await counted(bench) == [3, 300, 1, 3]


async def test_what_was_used_is_what_counts(bench: Bench) -> None:
    await bench.admit(plan=plan_of(images=3, nanodollars=300))
    job = await bench.claim()
    assert await bench.store.generated(job.id, "worker", pictures_of(job, 2), 2, 170)
    assert await counted(bench) == [2, 170, 0, 2]
    assert await bench.store.charge_of(job.id) == Cost(2, 170, measured=True)
    assert await bench.db.fetch("SELECT kind, provider, nanodollars FROM provider_spend") == [
        ("billed", "illustrator", 170)
    ]


async def test_without_a_measured_price_the_reservation_is_the_price(bench: Bench) -> None:
    await bench.admit(plan=plan_of(images=1, nanodollars=300))
    job, _ = await bench.draw()
    assert await bench.store.charge_of(job.id) == Cost(1, 300, measured=False)
    assert await counted(bench) == [1, 300, 0, 1]


async def test_a_price_beyond_the_reservation_is_never_hidden(bench: Bench) -> None:
    """The limit of 1000 is exceeded by what really was spent, in a row that says so; the next request is refused."""
    await bench.admit(plan=plan_of(images=1, nanodollars=900))
    job, _ = await bench.draw(nanodollars=1100)
    assert await counted(bench) == [1, 1100, 0, 1]
    assert ("workspace:*:money:month", "adjust", 0, 200) in await kinds(bench)
    with pytest.raises(QuotaExceeded):
        await bench.admit(plan=plan_of(images=1, nanodollars=1))
    assert await bench.store.charge_of(job.id) == Cost(1, 1100, measured=True)


async def test_a_failure_costs_nothing(bench: Bench) -> None:
    await bench.admit(plan=plan_of(images=3, nanodollars=300))
    job = await bench.claim()
    assert await bench.store.failed(job.id, "worker", "cannot_draw", "No.")
    assert await counted(bench) == [0, 0, 0, 0]
    assert await bench.db.fetch("SELECT * FROM provider_spend") == []


async def test_a_second_refund_cannot_exist(bench: Bench) -> None:
    """Not even for a program with a defect: the tables themselves refuse it."""
    admitted = await bench.admit(plan=plan_of(1, 10))
    await bench.store.cancel(admitted.job, bench.queue)
    again = (
        "INSERT INTO journal (job, limit_id, holder, kind, slot_us, pending, posted, at_us)"
        " SELECT job, limit_id, holder, 'post', slot_us, 0, 0, 0 FROM journal WHERE kind = 'void'"
    )
    with pytest.raises(Exception, match=r"(?i)unique"):
        await bench.db.write(lambda tx: tx.execute(again))
    with pytest.raises(Exception, match=r"(?i)check"):
        await bench.db.write(lambda tx: tx.execute("UPDATE bucket SET pending = -1"))


async def test_a_charge_is_settled_in_the_slot_where_it_was_held(bench: Bench) -> None:
    """Reserved before midnight, drawn after it: yesterday's allowance is used, today's is whole."""
    bench.clock.at_us = NOON_US + 12 * HOUR_US - SECOND_US
    await bench.admit(plan=plan_of(images=3, nanodollars=300))
    bench.clock.advance(2 * SECOND_US)
    assert (await used(bench))[IMAGES.id] == 0
    job = await bench.claim()
    assert await bench.store.generated(job.id, "worker", pictures_of(job, 3), 3, 300)
    assert (await used(bench))[IMAGES.id] == 0
    slots = await bench.db.fetch("SELECT DISTINCT slot_us FROM journal WHERE limit_id = $1", IMAGES.id)
    assert slots == [(NOON_US - 12 * HOUR_US,)]


async def test_an_edited_limit_changes_nothing_that_is_held(bench: Bench) -> None:
    await bench.admit(plan=plan_of(images=3, nanodollars=300))
    bench.limits = (IMAGES._replace(amount=1),)
    assert await counted(bench) == [3]
    await bench.draw()
    assert (await used(bench))[IMAGES.id] == 1
    bench.limits = ()
    await bench.admit()
    assert await bench.store.verify() == ()


async def test_a_rolling_window_forgets_in_time(bench: Bench) -> None:
    bench.limits = (ROLLING,)
    await bench.admit(plan=plan_of(images=10))
    with pytest.raises(QuotaExceeded):
        await bench.admit()
    bench.clock.advance(HOUR_US - 10)
    with pytest.raises(QuotaExceeded):
        await bench.admit()
    bench.clock.advance(HOUR_US // 24 + 10)
    await bench.admit(plan=plan_of(images=10))


async def test_a_lost_answer_keeps_the_hold_and_frees_the_flight(bench: Bench) -> None:
    """Nobody may be charged twice, and nobody may be locked out until a moderator has time."""
    await bench.admit(plan=plan_of(images=3, nanodollars=300))
    job = await bench.claim()
    await bench.store.asked(job.id, "worker")
    assert await bench.store.uncertain(job.id, "worker", "The answer was lost.")
    assert await counted(bench) == [3, 300, 0, 3]
    assert await bench.store.verify() == ()
    assert await bench.store.charge_of(job.id) == Cost(3, 300)


@pytest.mark.parametrize(("billed", "then"), [(True, [0, 300, 0, 0]), (False, [0, 0, 0, 0])])
async def test_somebody_looks_what_became_of_it(bench: Bench, billed: bool, then: list[int]) -> None:
    """Nobody pays for a picture that never came; a cap on money that many share counts what the bill says."""
    await bench.admit(plan=plan_of(images=3, nanodollars=300))
    job = await bench.claim()
    await bench.store.asked(job.id, "worker")
    await bench.store.uncertain(job.id, "worker", "The answer was lost.")
    assert [each.id for each in await bench.store.unresolved()] == [job.id]
    assert await bench.store.resolve(job.id, billed=billed)
    assert not await bench.store.resolve(job.id, billed=not billed)
    assert await bench.store.unresolved() == []
    assert await counted(bench) == then
    # What the operator may owe the provider is still known.
    assert await bench.db.fetch("SELECT kind FROM provider_spend") == [("presumed",)]


async def test_only_what_is_uncertain_is_resolved(bench: Bench) -> None:
    admitted = await bench.admit(plan=plan_of(1, 10))
    assert not await bench.store.resolve(admitted.job, billed=True)
    assert not await bench.store.resolve(JobId("none"), billed=True)


async def test_a_clock_that_was_set_back_is_noticed_after_a_restart(bench: Bench) -> None:
    assert await bench.store.latest_us() == 0
    await bench.admit(plan=plan_of(1, 10))
    first = await bench.store.latest_us()
    assert NOON_US < first < NOON_US + SECOND_US
    bench.clock.advance(DAY_US)
    await bench.admit(plan=plan_of(1, 10))
    assert await bench.store.latest_us() > first + DAY_US


@settings(derandomize=True, deadline=None)
@given(
    amounts=st.lists(st.integers(0, 6), min_size=4, max_size=4),
    filled=st.dictionaries(
        st.tuples(st.integers(0, 3), st.integers(0, 25)), st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=12
    ),
    cost=st.builds(Cost, st.integers(0, 3), st.integers(0, 3)),
    zone=st.sampled_from(["UTC", "Asia/Kolkata", "America/New_York"]),
)
def test_the_quick_decision_is_the_decision(
    amounts: list[int], filled: dict[tuple[int, int], tuple[int, int]], cost: Cost, zone: str
) -> None:
    limits = [limit._replace(amount=amount) for limit, amount in zip(WALK, amounts, strict=True)]
    applied = applicable(limits, actor_of(), replace(place_of(), time_zone=zone), NOON_US + 1)
    held: dict[Bucket, Counted] = {}
    for (which, number), (pending, posted) in filled.items():
        buckets = applied[which].buckets
        # One of its slots, or one that begins later: a calendar slot of a place further west.
        later = buckets[-1]._replace(slot_us=buckets[-1].slot_us + HOUR_US)
        held[buckets[number] if number < len(buckets) else later] = Counted(pending, posted)
    usage = [(*bucket, *counted) for bucket, counted in held.items()]
    tally = ledger.Tally(usage)
    decision = decide(applied, tally.counted(applied), cost)
    assert decision == decide(applied, held, cost)
    assert tally.take(applied, cost) == (decision.holds if decision.allowed else None)
    # What was taken counts for the next one, and what was refused does not.
    taken = dict(decision.holds) if decision.allowed else {}
    assert tally.taken == taken
    grown = {bucket: Counted(*held.get(bucket, Counted(0, 0))) for bucket in {*held, *taken}}
    grown |= {bucket: Counted(grown[bucket].pending + ask, grown[bucket].posted) for bucket, ask in taken.items()}
    assert decide(applied, tally.counted(applied), cost) == decide(applied, grown, cost)


class Walk:
    """Hundreds of steps in a random but repeatable order, and next to them the plainest bookkeeping there is."""

    def __init__(self, bench: Bench, seed: int) -> None:
        self.bench = bench
        self.dice = random.Random(seed)
        self.held: dict[JobId, Cost] = {}
        self.spent = Cost(0, 0)
        self.lease = "worker"
        self.admitted = self.refused = 0

    @property
    def expected(self) -> list[int]:
        """Images of the day, money of the month, jobs in flight, images of the rolling hour."""
        images = self.spent.images + sum(cost.images for cost in self.held.values())
        money = self.spent.nanodollars + sum(cost.nanodollars for cost in self.held.values())
        return [images, money, len(self.held), images]

    async def step(self) -> None:
        """One thing happens."""
        await self.dice.choice([self.ask, self.ask, self.work, self.work, self.cancel, self.tell, self.crash])()

    async def ask(self) -> None:
        """A request."""
        cost = Cost(self.dice.randint(1, 3), self.dice.randint(0, 120))
        images, money, flight, rolling = self.expected
        caps = [limit.amount for limit in WALK]
        fits = (
            images + cost.images <= caps[0]
            and (money + cost.nanodollars <= caps[1] or not cost.nanodollars)
            and flight + 1 <= caps[2]
            and rolling + cost.images <= caps[3]
        )
        try:
            admitted = await self.bench.admit(plan=plan_of(cost.images, cost.nanodollars))
        except Refused:
            assert not fits
            self.refused += 1
        else:
            assert fits
            self.admitted += 1
            self.held[admitted.job] = cost

    async def work(self) -> None:
        """A worker takes what there is and ends it somehow."""
        job = await self.bench.store.claim(self.lease, 30)
        if job is None or not job.to_draw:
            return
        await self.bench.store.asked(job.id, self.lease)
        cost = self.held[job.id]
        match self.dice.randint(0, 3):
            case 0:
                billed = self.dice.random() < 0.5
                assert await self.bench.store.failed(job.id, self.lease, "x", "x", may_be_billed=billed)
                if billed:  # a shared cap on money remembers what may be gone
                    self.spent = Cost(self.spent.images, self.spent.nanodollars + cost.nanodollars)
            case 1:
                return  # it hangs
            case _:
                money = self.dice.randint(0, cost.nanodollars + 10)
                drawn = self.dice.randint(1, cost.images)
                assert await self.bench.store.generated(job.id, self.lease, pictures_of(job, drawn), drawn, money)
                self.spent = Cost(self.spent.images + drawn, self.spent.nanodollars + money)
        del self.held[job.id]

    async def cancel(self) -> None:
        """Somebody changes their mind, in time or too late."""
        if self.held:
            job = self.dice.choice(list(self.held))  # in the order of admission: ids are random
            known = await self.bench.store.job(job)
            assert known is not None
            if await self.bench.store.cancel(job, self.bench.queue) and known.state == "queued":
                del self.held[job]

    async def tell(self) -> None:
        """An outcome is posted."""
        job = await self.bench.store.claim(self.lease, 30)
        if job is not None and not job.to_draw:
            await self.bench.store.delivered(job.id, self.lease, [], [])

    async def crash(self) -> None:
        """Everything that runs is taken back."""
        report = await self.bench.store.sweep(lambda provider, model: True, boot=True)
        for job in report.failed:
            del self.held[job]


@pytest.mark.parametrize("seed", range(6))
async def test_the_ledger_agrees_with_plain_bookkeeping(bench: Bench, seed: int) -> None:
    bench.limits = WALK
    walk = Walk(bench, seed)
    for number in range(150):
        await walk.step()
        assert await counted(bench) == walk.expected
        if number % 15 == 14:
            assert await bench.store.verify() == ()
    assert walk.admitted > 20
    assert walk.refused > 5


async def test_money_that_no_estimate_foresaw_is_counted_all_the_same(bench: Bench) -> None:
    bench.limits = (Limit(Scope.EVERYONE, "*", Unit.MONEY, Window.MONTH, 1_000),)
    await bench.admit(plan=plan_of(1, 0))
    await bench.draw(nanodollars=700)
    (spent,) = await bench.store.allowances(actor_of(), place_of(), bench.limits)
    assert spent.used == 700
    with pytest.raises(QuotaExceeded):
        await bench.admit(plan=plan_of(1, 301))
