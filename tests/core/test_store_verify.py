"""A check of the books that finds nothing proves nothing: each rule is broken by hand once, and must be named."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from support_postgres import Engine
from support_store import NOON_US, Bench, HandClock, pictures_of, plan_of, request_of

from core.quota import Limit, Scope, Unit, Window
from core.store.verify import INVARIANTS

LIMITS = (
    Limit(Scope.USER, "*", Unit.IMAGES, Window.DAY, 10),
    Limit(Scope.USER, "*", Unit.IMAGES, Window.ROLLING_DAY, 10),
    Limit(Scope.WORKSPACE, "*", Unit.MONEY, Window.MONTH, 1000),
    Limit(Scope.USER, "*", Unit.JOBS, Window.NONE, 5),
)

BREAKS: dict[str, tuple[str, ...]] = {
    "A bucket is not the sum of its journal": ("UPDATE bucket SET posted = posted + 1 WHERE limit_id LIKE '%:day'",),
    "A closed charge still holds something": (
        "UPDATE journal SET pending = 0 WHERE kind = 'void' AND limit_id LIKE '%:day'",
    ),
    "A charge that is open let go of something, or an uncertain one is still in flight": (
        "INSERT INTO journal (job, limit_id, holder, kind, slot_us, pending, posted, at_us)"
        " SELECT job, limit_id, holder, 'void', slot_us, -pending, 0, 0 FROM journal"
        " WHERE job IN (SELECT job FROM charge WHERE state = 'reserved') AND limit_id LIKE '%:images:day'",
    ),
    "A charge says that it is closed and is not, or costs something and was not settled": (
        "UPDATE charge SET closed_at_us = NULL WHERE state = 'settled'",
    ),
    "Extra was given and nobody gave it": ("INSERT INTO extra VALUES ('x', 'web', 'demo', 'guest', 'images', 5, 1)",),
    "A void charge used something": ("UPDATE journal SET posted = 1 WHERE kind = 'void' AND limit_id LIKE '%:day'",),
    "A hold was resolved twice, or something that was never held": (
        "UPDATE journal SET kind = 'adjust' WHERE kind = 'post' AND limit_id LIKE '%:day'",
    ),
    "A limit (rolling_day) was exceeded": ("UPDATE journal SET cap = 1 WHERE limit_id LIKE '%:rolling_day'",),
    "A calendar limit was exceeded": ("UPDATE journal SET cap = 1 WHERE limit_id LIKE '%:images:day'",),
    "More jobs were in flight than allowed": ("UPDATE journal SET cap = 0 WHERE limit_id LIKE '%:jobs:none'",),
    "A job was drawn without a charge, or a picture shown again was charged": (
        "UPDATE job SET shown = '[\"x\"]' WHERE state = 'delivered'",
    ),
    "A job and its charge disagree on how it ended": ("UPDATE job SET state = 'failed' WHERE state = 'delivered'",),
    "One event became two jobs": ("DROP INDEX job_event", "UPDATE job SET event_key = 'same'"),
    "What is held is not what was reserved": ("UPDATE charge SET reserved_images = reserved_images + 1",),
    "What was used is not what was charged": ("UPDATE charge SET settled_nanodollars = settled_nanodollars + 1",),
    "A job was charged and has no picture": ("DELETE FROM posting", "DELETE FROM image"),
    "A picture was made and not charged": ("UPDATE charge SET state = 'reserved' WHERE state = 'settled'",),
    "The provider's spend of a job is missing": ("DELETE FROM provider_spend",),
    "The provider's spend of a job is not what its end says": ("UPDATE provider_spend SET kind = 'presumed'",),
    "The provider's spend of a job is not its price": ("UPDATE provider_spend SET nanodollars = nanodollars + 1",),
    "A provider's bill for a job stands in the books twice": (
        "INSERT INTO provider_spend SELECT job, attempt + 1, kind, provider, nanodollars, at_us FROM provider_spend",
    ),
    "A job came to nothing and says nothing about it": ("UPDATE job SET sentence = '' WHERE state = 'cancelled'",),
    "A job is over and never ended, or is not and did": ("UPDATE job SET finished_at_us = 1 WHERE state = 'queued'",),
    "A job has a ticket and was not asked, or was called off": (
        "UPDATE job SET ticket = 'resp_1' WHERE state = 'cancelled'",
    ),
    "A message shows a picture of a job that was not delivered": (
        "UPDATE job SET state = 'undelivered' WHERE state = 'delivered'",
    ),
    "A line of people and the jobs that wait in it disagree": ("UPDATE flow SET backlog = backlog + 1",),
    "A line is not the sum of the lines below it": ("UPDATE flow SET backlog = backlog + 1 WHERE key = ''",),
}


@pytest.fixture
async def bench(tmp_path: Path, engine: Engine) -> AsyncIterator[Bench]:
    """A store with a job in every state, its books in order; it is not checked when it is left."""
    db = await engine.open(tmp_path)
    bench = Bench(db, HandClock(), LIMITS)
    plan = plan_of(images=2, nanodollars=20)
    await bench.admit(plan=plan)
    job, images = await bench.draw(2, nanodollars=10)
    await bench.post(job.id, images)
    await bench.admit(plan=plan)
    await bench.store.cancel((await bench.admit(plan=plan)).job, bench.queue)
    await bench.claim()
    await bench.store.admit_shown(request_of("show"), plan, [images[0].id], bench.queue)
    await bench.admit(request_of(user="guest"), plan)
    assert await bench.store.verify() == ()
    yield bench
    await db.close()


def test_every_rule_is_broken_once() -> None:
    """The rolling windows share one text."""
    rules = {invariant.rule for invariant in INVARIANTS if "rolling" not in invariant.rule}
    assert rules == {rule for rule in BREAKS if "rolling" not in rule}


@pytest.mark.parametrize("rule", BREAKS)
async def test_a_broken_rule_is_named(bench: Bench, engine: Engine, rule: str) -> None:
    await engine.unchecked(bench.db)
    for statement in BREAKS[rule]:
        changed = await bench.db.write(lambda tx, statement=statement: tx.execute(statement))  # type: ignore[misc]
        assert changed != 0 or statement.startswith("DROP INDEX")
    findings = await bench.store.verify()
    assert [finding for finding in findings if finding.startswith(f"{rule}: ")], findings


async def test_a_finding_names_a_few_and_counts_the_rest(bench: Bench) -> None:
    for _ in range(4):
        await bench.admit(request_of(user="designer"), plan_of(images=1, nanodollars=1))
    for _ in range(4):
        await bench.admit(request_of(user="moderator"), plan_of(images=1, nanodollars=1))
    await bench.db.write(lambda tx: tx.execute("UPDATE job SET shown = '[1]'"))
    (finding,) = [each for each in await bench.store.verify() if each.startswith("A job was drawn without")]
    assert finding.count(", ") == 5  # one of them is the rule's own
    assert finding.endswith("and 7 more")


async def test_what_was_used_over_a_limit_through_a_lower_limit_is_no_fault(bench: Bench) -> None:
    """A limit that is lowered later does not make yesterday's bookings wrong."""
    bench.limits = (Limit(Scope.USER, "*", Unit.IMAGES, Window.DAY, 5),)
    await bench.admit(request_of(user="designer"), plan_of(images=5))
    job = await bench.claim()
    while not job.to_draw or job.request.actor.user != "designer":
        job = await bench.claim()
    await bench.store.generated(job.id, "worker", pictures_of(job, 5), 5, 20)
    bench.limits = (Limit(Scope.USER, "*", Unit.IMAGES, Window.DAY, 1),)
    assert await bench.store.verify() == ()


async def test_who_asks_for_nothing_under_a_limit_that_is_used_up_did_not_exceed_it(bench: Bench) -> None:
    """A free request is let through whatever was used: after a limit was lowered that is no fault of the books."""
    windows = (Window.DAY, Window.ROLLING_DAY)
    bench.limits = tuple(Limit(Scope.USER, "*", Unit.MONEY, window, 1000) for window in windows)
    await bench.admit(request_of(user="designer"), plan_of(images=1, nanodollars=900))
    bench.limits = tuple(limit._replace(amount=500) for limit in bench.limits)
    await bench.admit(request_of(user="designer"), plan_of(images=1, nanodollars=0))
    assert await bench.store.verify() == ()


async def test_a_limit_that_was_raised_while_the_clock_stood_still_was_not_exceeded(bench: Bench) -> None:
    """The clock was set back: until it is as late again, every moment is the same one."""
    bench.clock.now_us = lambda: NOON_US + 1  # type: ignore[method-assign]
    windows = (Window.DAY, Window.ROLLING_DAY)
    bench.limits = tuple(Limit(Scope.USER, "*", Unit.IMAGES, window, 5) for window in windows)
    await bench.admit(request_of(user="designer"), plan_of(images=5))
    bench.limits = tuple(limit._replace(amount=10) for limit in bench.limits)
    await bench.admit(request_of(user="designer"), plan_of(images=5))
    assert await bench.store.verify() == ()
    await bench.db.write(lambda tx: tx.execute("UPDATE journal SET cap = 9 WHERE cap = 10 AND holder LIKE '%designer'"))
    assert len(await bench.store.verify()) == 2
