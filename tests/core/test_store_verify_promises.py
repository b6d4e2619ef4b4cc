"""What the books promise, which rules of the check hold them to it, and every way in which each rule can be broken."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest
from support_postgres import Engine
from support_store import NOON_US, SECOND_US, Bench, HandClock, actor_of, plan_of, request_of

from core.administration.policies import Policies
from core.quota import Extra, Limit, Scope, Unit, Window
from core.store.verify import INVARIANTS
from core.windows import ROLLING, SUB_SLOTS, TICK_US

EXCEEDED: Final = (
    *(f"A limit ({window}) was exceeded" for window in Window if window in ROLLING),
    "A calendar limit was exceeded",
    "More jobs were in flight than allowed",
)
RESOLVED: Final = "A hold was resolved twice, or something that was never held"
CLOSED: Final = "A closed charge still holds something"
OPEN: Final = "A charge that is open let go of something, or an uncertain one is still in flight"
SAYS_CLOSED: Final = "A charge says that it is closed and is not, or costs something and was not settled"
VOID: Final = "A void charge used something"
EXTRA: Final = "Extra was given and nobody gave it"
ENDED: Final = "A job is over and never ended, or is not and did"
SPENT_WHY: Final = "The provider's spend of a job is not what its end says"
SPENT: Final = "The provider's spend of a job is not its price"
DISAGREE: Final = "A job and its charge disagree on how it ended"

# The promises are those of a ledger with two-phase transfers (see `core.store.verify`) and of a queue of fair turns.
PROMISES: Final = {
    "counters are the sums of the journal": ("A bucket is not the sum of its journal",),
    "a closed charge holds nothing": (CLOSED, OPEN),
    "a void charge used nothing": (VOID,),
    "a hold is resolved at most once": (RESOLVED,),
    "in every window no more was used than the limit and the extra that was given": (*EXCEEDED, EXTRA),
    "what was refused or broke off left nothing": (
        "A job was drawn without a charge, or a picture shown again was charged",
        "A line of people and the jobs that wait in it disagree",
        "A line is not the sum of the lines below it",
    ),
    "one event has one outcome, for ever": ("One event became two jobs", DISAGREE, SAYS_CLOSED, ENDED),
    "what is held is what was reserved, what was used is what was charged": (
        "What is held is not what was reserved",
        "What was used is not what was charged",
    ),
    "the operator's ledger names every job that may be on the provider's bill, with its price": (
        "The provider's spend of a job is missing",
        SPENT_WHY,
        SPENT,
        "A provider's bill for a job stands in the books twice",
        "A job has a ticket and was not asked, or was called off",
    ),
    "who was charged has a picture, and who was not was told why": (
        "A job was charged and has no picture",
        "A picture was made and not charged",
        "A job came to nothing and says nothing about it",
        "A message shows a picture of a job that was not delivered",
    ),
}

LIMITS: Final = (
    Limit(Scope.USER, "*", Unit.IMAGES, Window.DAY, 10),
    Limit(Scope.WORKSPACE, "*", Unit.MONEY, Window.MONTH, 1000),
    Limit(Scope.USER, "*", Unit.MONEY, Window.DAY, 1000),
    Limit(Scope.USER, "*", Unit.JOBS, Window.NONE, 5),
)
NO_SECOND_TIME: Final = "DROP INDEX journal_once"
TWICE: Final = (
    "INSERT INTO journal (job, limit_id, holder, kind, slot_us, pending, posted, at_us)"
    " SELECT job, limit_id, holder, 'void', slot_us, 0, 0, 0 FROM journal WHERE kind = 'post'"
)
BREAKS: Final = (
    (RESOLVED, ("DELETE FROM journal WHERE kind = 'hold' AND job IN (SELECT job FROM journal WHERE kind = 'post')",)),
    (RESOLVED, ("UPDATE journal SET slot_us = slot_us + 1 WHERE kind = 'post' AND limit_id LIKE '%:day'",)),
    (RESOLVED, ("UPDATE journal SET slot_us = slot_us - 1 WHERE kind = 'adjust'",)),
    (RESOLVED, ("UPDATE journal SET pending = pending + 1 WHERE kind = 'post' AND limit_id LIKE '%:images:day'",)),
    (RESOLVED, ("UPDATE journal SET pending = 1 WHERE kind = 'adjust'",)),
    (RESOLVED, (NO_SECOND_TIME, TWICE)),
    (CLOSED, ("DELETE FROM journal WHERE kind = 'void' AND limit_id LIKE 'user:%:money:day'",)),  # a hold of nothing
    (CLOSED, ("DELETE FROM journal WHERE kind = 'post' AND limit_id LIKE '%:images:day'",)),
    (OPEN, ("UPDATE job SET state = 'uncertain', sentence = 'x', finished_at_us = 1 WHERE state = 'running'",)),
    (OPEN, ("UPDATE job SET state = 'running', lease = 'x' WHERE state = 'uncertain'",)),
    (SAYS_CLOSED, ("UPDATE charge SET closed_at_us = 1 WHERE state = 'reserved'",)),
    (SAYS_CLOSED, ("UPDATE charge SET settled_images = 1 WHERE state = 'voided'",)),
    (SAYS_CLOSED, ("UPDATE charge SET settled_nanodollars = 1 WHERE state = 'reserved'",)),
    (SAYS_CLOSED, ("UPDATE charge SET measured = 1 WHERE state = 'voided'",)),
    # Of what may have been billed the shared caps on money keep what was presumed, and nothing else does.
    (VOID, ("UPDATE journal SET posted = posted + 1 WHERE kind = 'post' AND limit_id LIKE 'workspace:%'",)),
    (VOID, ("UPDATE journal SET posted = 20 WHERE kind = 'void' AND limit_id LIKE 'user:%:money:%'",)),
    (VOID, ("UPDATE provider_spend SET kind = 'billed' WHERE kind = 'presumed'",)),
    (DISAGREE, ("UPDATE charge SET state = 'settled' WHERE state = 'reserved'",)),
    (DISAGREE, ("UPDATE charge SET state = 'reserved' WHERE state = 'voided'",)),
    (ENDED, ("UPDATE job SET finished_at_us = NULL WHERE state = 'delivered'",)),
    (SPENT, ("UPDATE provider_spend SET nanodollars = 0 WHERE kind = 'presumed'",)),
    (SPENT, ("UPDATE provider_spend SET nanodollars = 20 WHERE kind = 'billed'",)),
    (SPENT_WHY, ("UPDATE provider_spend SET kind = 'billed'",)),
    (SPENT_WHY, ("UPDATE job SET asked_at_us = NULL WHERE state = 'failed'",)),
    (EXTRA, ("UPDATE extra SET workspace = 'other'",)),
    (EXTRA, ("UPDATE audit SET platform = 'other'",)),
    (EXTRA, ("DELETE FROM audit",)),
)


@pytest.fixture
async def bench(tmp_path: Path, engine: Engine) -> AsyncIterator[Bench]:
    """Books with an end of every kind in them; they are not checked when they are left."""
    db = await engine.open(tmp_path)
    bench = Bench(db, HandClock(), LIMITS)
    plan = plan_of(images=2, nanodollars=20)
    await bench.admit(plan=plan)
    job, images = await bench.draw(2, nanodollars=25)  # dearer than it was reserved
    await bench.post(job.id, images)
    await bench.admit(plan=plan)
    billed = await bench.claim()
    await bench.store.asked(billed.id, "worker")
    assert await bench.store.failed(billed.id, "worker", "x", "It broke.", may_be_billed=True)
    await bench.admit(plan=plan_of(images=1, nanodollars=0))
    await bench.store.cancel((await bench.admit(plan=plan_of(images=1, nanodollars=0))).job, bench.queue)
    await told(bench)
    await bench.store.failed((await bench.claim()).id, "worker", "x", "It broke, too.")
    await bench.admit(plan=plan)
    await told(bench)
    lost = await bench.claim()
    await bench.store.asked(lost.id, "worker")
    assert await bench.store.uncertain(lost.id, "worker", "The answer was lost.")
    await told(bench)
    await bench.admit(plan=plan)
    await bench.claim()
    await bench.admit(plan=plan)
    extra = Extra(Unit.IMAGES, 5, bench.clock.now_us())
    await Policies(db, bench.clock).give(actor_of("moderator"), "e", "give guest 5", "guest", extra, "Given.")
    assert await bench.store.verify() == ()
    yield bench
    await db.close()


async def told(bench: Bench) -> None:
    """All outcomes that there are."""
    while (job := await bench.store.claim("worker", 30, draws=False)) is not None:
        assert await bench.store.delivered(job.id, "worker", [], [])


def test_every_rule_keeps_a_promise() -> None:
    kept = [rule for rules in PROMISES.values() for rule in rules]
    assert sorted(kept) == sorted(invariant.rule for invariant in INVARIANTS)


@pytest.mark.parametrize(("rule", "statements"), BREAKS, ids=range(len(BREAKS)))
async def test_each_way_to_break_a_rule_is_found(
    bench: Bench, engine: Engine, rule: str, statements: tuple[str, ...]
) -> None:
    await engine.unchecked(bench.db)
    for statement in statements:
        changed = await bench.db.write(lambda tx, statement=statement: tx.execute(statement))  # type: ignore[misc]
        assert changed != 0 or statement.startswith("DROP INDEX"), statement
    findings = await bench.store.verify()
    assert [finding for finding in findings if finding.startswith(f"{rule}: ")], findings


@pytest.mark.parametrize("window", [window for window in Window if window in ROLLING])
@pytest.mark.parametrize("early_us", [0, 1])
async def test_a_rolling_window_is_checked_to_the_microsecond(
    tmp_path: Path, engine: Engine, window: Window, early_us: int
) -> None:
    """The true window, however coarsely it is counted when a request is admitted."""
    db = await engine.open(tmp_path)
    bench = Bench(db, HandClock(), (Limit(Scope.USER, "*", Unit.IMAGES, window, 20),))
    await at(bench, NOON_US, 6)
    await at(bench, NOON_US + SUB_SLOTS * TICK_US[window] - early_us, 6)
    await bench.db.write(lambda tx: tx.execute("UPDATE journal SET cap = 11"))
    found = await bench.store.verify()
    await db.close()
    assert [finding.partition(":")[0] for finding in found] == [f"A limit ({window}) was exceeded"] * early_us


async def at(bench: Bench, at_us: int, images: int, user: str = "member", *, extra: int = 0) -> None:
    """A request at this very moment, by somebody who was given that much extra then."""
    bench.clock.now_us = lambda: at_us  # type: ignore[method-assign]
    extras = (Extra(Unit.IMAGES, extra, at_us),) if extra else ()
    await bench.store.admit(
        request_of(user=user),
        plan_of(images, 0),
        bench.limits,
        extras=extras,
        service_cost=1,
        waiting_max=99,
        waiting_max_per_person=99,
        queue=bench.queue,
    )


@pytest.mark.parametrize("window", [Window.DAY, Window.ROLLING_DAY])
async def test_extra_is_part_of_what_was_allowed(tmp_path: Path, engine: Engine, window: Window) -> None:
    db = await engine.open(tmp_path)
    bench = Bench(db, HandClock(), (Limit(Scope.USER, "*", Unit.IMAGES, window, 5),))
    await at(bench, NOON_US, 8, extra=3)
    assert await bench.store.verify() == ()
    await bench.db.write(lambda tx: tx.execute("UPDATE journal SET cap = cap - 1"))
    assert len(await bench.store.verify()) == 1
    await db.close()


async def test_who_is_in_flight_now_was_allowed_to_when_they_started(tmp_path: Path, engine: Engine) -> None:
    """A limit that was higher once allows nothing today."""
    db = await engine.open(tmp_path)
    bench = Bench(db, HandClock(), (Limit(Scope.USER, "*", Unit.JOBS, Window.NONE, 3),))
    for second in range(3):
        await at(bench, NOON_US + second * SECOND_US, 1)
    assert await bench.store.verify() == ()
    lower = "UPDATE journal SET cap = 2 WHERE at_us = (SELECT MAX(at_us) FROM journal)"
    await bench.db.write(lambda tx: tx.execute(lower))
    (finding,) = await bench.store.verify()
    await db.close()
    assert finding.startswith("More jobs were in flight than allowed")
