"""Small things in what is admitted and how it is closed, each of which nothing else would notice if it changed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from support_postgres import Engine
from support_store import NOON_US, Bench, actor_of, opened, place_of, plan_of, request_of

from core.errors import Conflict, QueueFull, QuotaExceeded
from core.model import Admitted, Cost, JobId
from core.ports import Transaction
from core.quota import Extra, Limit, Scope, Unit, Window, applicable
from core.store import ledger


@pytest.fixture
async def bench(tmp_path: Path, engine: Engine) -> AsyncIterator[Bench]:
    """A fresh store without limits."""
    async with opened(tmp_path, (), engine) as fresh:
        yield fresh


async def test_more_limits_than_one_statement_asks_for_are_all_counted(bench: Bench) -> None:
    """The first and the last of them: what is read in portions is put together."""
    own = [
        Limit(Scope.ROLE, "member", unit, window, 9)
        for unit in (Unit.IMAGES, Unit.MONEY)
        for window in Window
        if window is not Window.NONE
    ]
    shared = [limit._replace(scope=Scope.CHANNEL, selector="*") for limit in own]
    bench.limits = (*own, *shared)
    await bench.admit(plan=plan_of(2, 3))
    told = await bench.store.allowances(actor_of(), place_of(), bench.limits)
    assert len(told) == 32
    assert {(each.unit, each.used) for each in told} == {("images", 2), ("money", 3)}
    (first, *_, last) = sorted(bench.limits)
    for limit in (first, last):
        bench.limits = tuple(
            each._replace(amount=2) if each == limit else each._replace(amount=99) for each in own + shared
        )
        with pytest.raises(QuotaExceeded):
            await bench.admit(plan=plan_of(1, 3))


def test_what_a_job_in_flight_used_is_not_in_flight() -> None:
    limit = Limit(Scope.USER, "*", Unit.JOBS, Window.NONE, 2)
    applied = applicable([limit], actor_of(), place_of(), NOON_US)
    bucket = applied[0].buckets[0]
    assert ledger.Tally([(*bucket, 1, 99)]).take(applied, Cost(1, 0)) is not None
    assert ledger.Tally([(*bucket, 2, 0)]).take(applied, Cost(1, 0)) is None


@pytest.mark.parametrize("scope", list(Scope))
async def test_what_may_be_billed_is_remembered_by_shared_caps_on_money_only(bench: Bench, scope: Scope) -> None:
    selector = "member" if scope is Scope.ROLE else "*"
    bench.limits = tuple(Limit(scope, selector, unit, Window.DAY, 100) for unit in (Unit.IMAGES, Unit.MONEY))
    await bench.admit(plan=plan_of(2, 30))
    job = await bench.claim()
    await bench.store.asked(job.id, "worker")
    await bench.store.failed(job.id, "worker", "x", "It broke.", may_be_billed=True)
    used = {each.unit: each.used for each in await bench.store.allowances(actor_of(), place_of(), bench.limits)}
    shared = scope in (Scope.EVERYONE, Scope.WORKSPACE, Scope.CHANNEL)
    assert used == {"images": 0, "money": 30 if shared else 0}
    kinds = await bench.db.fetch("SELECT limit_id, kind FROM journal WHERE kind <> 'hold'")
    assert {(str(row[0]).split(":")[-2], row[1]) for row in kinds} == {
        ("images", "void"),
        ("money", "post" if shared else "void"),
    }


async def test_a_charge_is_never_closed_twice(bench: Bench) -> None:
    """Not by a program with a defect, either."""
    admitted = await bench.admit()
    await bench.store.cancel(admitted.job, bench.queue)
    with pytest.raises(RuntimeError, match=r"^A charge was to be closed twice\.$"):
        await bench.db.write(lambda tx: ledger.void(tx, admitted.job, NOON_US))


async def test_a_full_queue_says_how_full_and_what_to_do(bench: Bench) -> None:
    for waits, said in ((1, "1 request"), (2, "2 requests")):
        await bench.admit()
        with pytest.raises(QueueFull) as mine:
            await bench.admit(waiting_max_per_person=waits)
        assert mine.value.what == f"{said} of yours wait already."
        assert mine.value.remedy == "Let one finish first, or cancel one."
        with pytest.raises(QueueFull) as everybodys:
            await bench.admit(request_of(user="guest"), waiting_max=waits)
        assert everybodys.value.what == f"{said} wait already, and more would wait too long."
        assert everybodys.value.remedy == "Try again in some minutes."
        assert (await bench.store.counts()).waiting == waits


async def test_another_wish_under_one_key_says_what_to_do(bench: Bench) -> None:
    await bench.admit(request_of("e"))
    with pytest.raises(Conflict) as raised:
        await bench.admit(request_of("e", prompt="another"))
    assert raised.value.what == "This message was used for another request already."
    assert raised.value.remedy == "Send it as a new message."


async def test_what_an_event_became_before_is_said_again_in_full(bench: Bench) -> None:
    plan = plan_of(2, 30)
    first = await bench.admit(request_of("e"), plan)
    again = await bench.admit(request_of("e"), plan_of(1, 1))
    assert (again.job, again.plan, again.ahead, again.again) == (first.job, plan, 0, True)
    job, images = await bench.draw()
    await bench.post(job.id, images)
    shown, once_more = [
        await bench.store.admit_shown(request_of("show"), plan, [images[0].id], bench.queue) for _ in range(2)
    ]
    assert (shown.plan, shown.ahead, shown.again) == (plan, 0, False)
    assert (once_more.job, once_more.plan, once_more.ahead, once_more.again) == (shown.job, plan, 0, True)


def test_what_a_workspaces_own_key_pays_for_has_an_account_of_its_own() -> None:
    own = ledger.account("openai", own_key=True)
    assert ledger.account("openai", own_key=False) == "openai"
    assert own == f"openai{ledger.OWN_KEY}" != "openai"


# --- together ---------------------------------------------------------------------------------------------------------


class Unwritable(Exception):
    """What only one request's row runs into."""


@dataclass
class Writes:
    """How many transactions the intake needed."""

    number: int = 0


@pytest.fixture
def writes(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Writes:
    """Counted from now on."""
    seen, write = Writes(), bench.db.write

    async def counted(work: Callable[[Transaction], Awaitable[object]]) -> object:
        seen.number += 1
        return await write(work)

    monkeypatch.setattr(bench.db, "write", counted)
    return seen


async def test_a_refusal_in_between_costs_the_others_no_transaction(bench: Bench, writes: Writes) -> None:
    bench.limits = (Limit(Scope.USER, "*", Unit.IMAGES, Window.DAY, 3),)
    wishes = [(user, images) for user in ("ann", "ben", "cem") for images in (2, 2, 1)]
    results = await asyncio.gather(
        *(bench.admit(request_of(user=user), plan_of(images)) for user, images in wishes), return_exceptions=True
    )
    assert [isinstance(result, QuotaExceeded) for result in results] == [False, True, False] * 3
    assert writes.number <= 2, "the first one may have gone ahead"


async def test_one_event_twice_in_a_burst_is_one_job_in_one_transaction(bench: Bench, writes: Writes) -> None:
    plans = [plan_of(images, 10 * images) for images in (1, 2)]
    results = await asyncio.gather(*(bench.admit(request_of(f"e{n % 4}"), plans[n // 4]) for n in range(8)))
    assert [result.again for result in results] == [False] * 4 + [True] * 4
    assert [result.plan for result in results] == [plans[0]] * 8
    assert [result.job for result in results[4:]] == [result.job for result in results[:4]]
    assert writes.number <= 2


async def test_of_two_together_the_one_that_breaks_breaks_alone(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    announce = bench.queue.announce

    async def breaking(tx: Transaction, job: JobId) -> None:
        if await tx.fetch_one("SELECT id FROM job WHERE id = $1 AND event_key = 'web:breaks'", job):
            raise Unwritable
        await announce(tx, job)

    monkeypatch.setattr(bench.queue, "announce", breaking)
    stays, breaks = await asyncio.gather(
        bench.admit(request_of("stays")), bench.admit(request_of("breaks")), return_exceptions=True
    )
    assert isinstance(stays, Admitted)
    assert isinstance(breaks, Unwritable)
    assert await bench.db.fetch("SELECT event_key FROM job") == [("web:stays",)]


async def test_what_somebody_was_given_on_top_is_admitted(bench: Bench) -> None:
    limits = (Limit(Scope.USER, "*", Unit.IMAGES, Window.DAY, 1),)
    ask = partial(
        bench.store.admit,
        limits=limits,
        service_cost=1,
        waiting_max=9,
        waiting_max_per_person=9,
        queue=bench.queue,
        extras=(Extra(Unit.IMAGES, 2, NOON_US),),
    )
    await ask(request_of(), plan_of(3))
    with pytest.raises(QuotaExceeded):
        await ask(request_of(), plan_of(1))
