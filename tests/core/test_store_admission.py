"""One transaction admits: the job, its reservation and its turn, or nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from support_postgres import Engine
from support_store import DAY_US, SIX_LIMITS, Bench, actor_of, opened, place_of, plan_of, request_of

from core.errors import Conflict, PromptError, QueueFull, QuotaExceeded
from core.model import Cost, ImageId, Operation
from core.quota import Limit, Scope, Unit, Window

TABLES = ("job", "image", "posting", "charge", "journal", "bucket", "provider_spend", "flow")


@pytest.fixture
async def bench(tmp_path: Path, engine: Engine) -> AsyncIterator[Bench]:
    """A fresh store."""
    async with opened(tmp_path, engine=engine) as fresh:
        yield fresh


async def everything(bench: Bench) -> dict[str, object]:
    """All rows of all tables."""
    return {table: await bench.db.fetch(f"SELECT * FROM {table} ORDER BY 1, 2, 3") for table in TABLES}


def daily(amount: int, unit: Unit = Unit.IMAGES) -> tuple[Limit, ...]:
    return (Limit(Scope.USER, "*", unit, Window.DAY, amount),)


async def test_an_admitted_request_is_a_job_that_waits(bench: Bench) -> None:
    request, plan = request_of("e1"), plan_of()
    admitted = await bench.admit(request, plan)
    assert (admitted.plan, admitted.ahead, admitted.again) == (plan, 0, False)
    job = await bench.store.job(admitted.job)
    assert job is not None
    assert (job.request, job.plan, job.state) == (request, plan, "queued")
    assert await bench.store.charge_of(admitted.job) == Cost(1, 40_000_000)
    assert [each[:2] for each in await bench.store.waiting()] == [(admitted.job, request.destination)]


async def test_every_limit_that_applies_holds_it(bench: Bench) -> None:
    await bench.admit(plan=plan_of(images=2, nanodollars=50))
    used = {each.limit_id: each.used for each in await bench.store.allowances(actor_of(), place_of(), SIX_LIMITS)}
    assert sorted(used.values()) == [2, 2, 2, 2, 50, 50]


async def test_the_same_event_is_the_same_job(bench: Bench) -> None:
    first = await bench.admit(request_of("e1"))
    before = await everything(bench)
    again = await bench.admit(request_of("e1"))
    assert (again.job, again.again) == (first.job, True)
    assert await everything(bench) == before


async def test_a_hundred_deliveries_of_one_event_are_one_job(bench: Bench) -> None:
    admitted = await asyncio.gather(*(bench.admit(request_of("e1")) for _ in range(100)))
    assert len({each.job for each in admitted}) == 1
    assert sorted(each.again for each in admitted) == [False] + [True] * 99


async def test_the_same_event_is_the_same_job_even_when_nothing_is_left(bench: Bench) -> None:
    """A redelivered event must not be told that the quota is used up, or the queue full: by itself."""
    bench.limits = daily(1)
    first = await bench.admit(request_of("e1"), waiting_max=1, waiting_max_per_person=1)
    again = await bench.admit(request_of("e1"), waiting_max=1, waiting_max_per_person=1)
    assert again.job == first.job


async def test_one_key_for_two_wishes_is_a_conflict(bench: Bench) -> None:
    await bench.admit(request_of("e1", prompt="a red bicycle"))
    before = await everything(bench)
    with pytest.raises(Conflict, match="another request"):
        await bench.admit(request_of("e1", prompt="a blue bicycle"))
    with pytest.raises(Conflict):
        await bench.admit(request_of("e1", user="guest"))
    assert await everything(bench) == before


async def test_a_refusal_leaves_no_trace(bench: Bench) -> None:
    bench.limits = daily(3)
    await bench.admit(plan=plan_of(images=2))
    before = await everything(bench)
    with pytest.raises(QuotaExceeded) as refused:
        await bench.admit(request_of("e2"), plan_of(images=2))
    assert await everything(bench) == before
    assert "2 of 3 images" in refused.value.sentence
    assert "Nothing was charged." in refused.value.sentence
    assert [(each.used, each.cap, each.refused) for each in refused.value.allowances] == [(2, 3, True)]
    assert not (await bench.admit(request_of("e2"), plan_of(images=1))).again


async def test_concurrent_requests_never_take_more_than_there_is(bench: Bench) -> None:
    bench.limits = daily(50)
    results = await asyncio.gather(*(bench.admit() for _ in range(200)), return_exceptions=True)
    assert sum(isinstance(each, QuotaExceeded) for each in results) == 150
    (allowance,) = await bench.store.allowances(actor_of(), place_of(), bench.limits)
    assert (allowance.used, allowance.remaining, allowance.refused) == (50, 0, False)


async def test_a_day_gives_new_allowances(bench: Bench) -> None:
    bench.limits = daily(1)
    await bench.admit()
    with pytest.raises(QuotaExceeded):
        await bench.admit()
    bench.clock.advance(DAY_US)
    await bench.admit()


async def test_jobs_in_flight_are_counted(bench: Bench) -> None:
    bench.limits = (Limit(Scope.USER, "*", Unit.JOBS, Window.NONE, 2),)
    first = await bench.admit()
    await bench.admit()
    with pytest.raises(QuotaExceeded):
        await bench.admit()
    await bench.store.cancel(first.job, bench.queue)
    await bench.admit()


async def test_a_full_queue_says_so(bench: Bench) -> None:
    for user in ("guest", "member", "designer"):
        await bench.admit(request_of(user=user))
    before = await everything(bench)
    with pytest.raises(QueueFull, match=r"^3 requests wait already.* Try again in some minutes\.$"):
        await bench.admit(request_of(user="moderator"), waiting_max=3)
    with pytest.raises(QueueFull, match=r"^1 request of yours wait"):
        await bench.admit(request_of(user="guest"), waiting_max_per_person=1)
    assert await everything(bench) == before
    await bench.admit(request_of(user="moderator"), waiting_max=4, waiting_max_per_person=1)


async def test_a_job_in_hand_waits_no_more(bench: Bench) -> None:
    await bench.admit(waiting_max=1)
    await bench.claim()
    await bench.admit(waiting_max=1)


async def test_ahead_counts_those_who_wait(bench: Bench) -> None:
    assert [(await bench.admit(request_of(user=f"u{number}"))).ahead for number in range(3)] == [0, 1, 2]


async def test_admission_wakes_the_worker(bench: Bench) -> None:
    waiting = asyncio.create_task(bench.queue.wait())
    await asyncio.sleep(0)
    await bench.admit()
    async with asyncio.timeout(0.5):
        await waiting


async def test_words_that_are_no_words_are_refused(bench: Bench) -> None:
    before = await everything(bench)
    with pytest.raises(PromptError):
        await bench.admit(request_of(prompt="\udc00"))
    assert await everything(bench) == before


# --- showing what is kept ----------------------------------------------------------------------------------------


async def shown(bench: Bench, image: ImageId, event: str, *, private: bool) -> None:
    request = request_of(event, operation=Operation.SHOW, private=private)
    plan = replace(plan_of(images=0, nanodollars=0, operation=Operation.SHOW, private=private), remarks=("Back.",))
    admitted = await bench.store.admit_shown(request, plan, [image], bench.queue)
    again = await bench.store.admit_shown(request, plan, [image], bench.queue)
    assert (again.job, again.again) == (admitted.job, True)
    claimed = await bench.claim()
    assert claimed.id == admitted.job
    assert not claimed.to_draw


async def test_a_kept_picture_is_shown_for_nothing(bench: Bench) -> None:
    await bench.admit()
    job, images = await bench.draw()
    await bench.post(job.id, images)
    await shown(bench, images[0].id, "show", private=False)
    rows = await bench.db.fetch("SELECT id FROM job WHERE event_key = 'web:show'")
    outcome = await bench.store.outcome(rows[0][0])  # type: ignore[arg-type] # an id
    assert [image.id for image in outcome.images] == [images[0].id]  # type: ignore[union-attr] # it is finished
    assert outcome.remarks == ("Back.",)  # type: ignore[union-attr]
    assert outcome.charged == Cost(0, 0)  # type: ignore[union-attr]


async def test_a_private_picture_that_its_author_shares_is_private_no_more(bench: Bench) -> None:
    await bench.admit(plan=plan_of(private=True))
    job, images = await bench.draw()
    await bench.post(job.id, images)
    await shown(bench, images[0].id, "again", private=True)
    kept = await bench.store.image(images[0].id)
    assert kept is not None
    assert kept.private
    await shown(bench, images[0].id, "share", private=False)
    kept = await bench.store.image(images[0].id)
    assert kept is not None
    assert not kept.private
