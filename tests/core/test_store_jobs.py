"""A job's way: claimed under a lease, drawn once, told once, and taken back from the dead."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from support_postgres import Engine
from support_store import HOUR_US, SECOND_US, Bench, opened, pictures_of, plan_of, request_of

from core.errors import Cancelled, NotFound
from core.model import Cost, Finished, JobId, MessageRef, Unfinished


@pytest.fixture
async def bench(tmp_path: Path, engine: Engine) -> AsyncIterator[Bench]:
    """A fresh store."""
    async with opened(tmp_path, engine=engine) as fresh:
        yield fresh


async def state(bench: Bench, job: JobId) -> str:
    known = await bench.store.job(job)
    assert known is not None
    return known.state.value


def always(provider: str, model: str) -> bool:
    return True


def never(provider: str, model: str) -> bool:
    return False


async def test_the_whole_way(bench: Bench) -> None:
    request, plan = request_of("e1"), plan_of(images=2)
    admitted = await bench.admit(request, plan)
    job = await bench.claim()
    assert (job.id, job.request, job.plan, job.attempt, job.to_draw) == (admitted.job, request, plan, 1, True)
    await bench.store.asked(job.id, "worker")
    images = pictures_of(job, 2)
    assert await bench.store.generated(job.id, "worker", images, 2, 30_000_000, ("A remark.",))
    outcome = await bench.store.outcome(job.id)
    assert outcome == Finished(
        job=job.id,
        request=request,
        plan=plan,
        images=tuple(images),
        remarks=("Drawn at 1:1.", "A remark."),
        charged=Cost(2, 30_000_000, measured=True),
    )
    message = MessageRef("web", "studio", "m1")
    assert await bench.store.delivered(job.id, "worker", [message], [[image.id for image in images]])
    known = await bench.store.job(job.id)
    assert known is not None
    assert (known.state, known.messages) == ("delivered", (message,))
    assert await bench.store.claim("worker", 30) is None


async def test_a_job_is_one_workers(bench: Bench) -> None:
    await bench.admit()
    await bench.claim("one")
    assert await bench.store.claim("two", 30) is None


async def test_turns_are_fair(bench: Bench) -> None:
    """Who asks once is served after one job of the one who asked for twenty, not after all of them."""
    for number in range(20):
        await bench.admit(request_of(f"flood{number}", user="designer"))
    await bench.claim()
    late = await bench.admit(request_of("late", user="guest"))
    assert await bench.store.ahead(late.job) == 0
    assert (await bench.claim()).id == late.job


async def test_a_workspace_gains_nothing_by_many_people(bench: Bench) -> None:
    for number in range(20):
        await bench.admit(request_of(f"w{number}", user=f"u{number}", workspace="large"))
    await bench.claim()
    one = await bench.admit(request_of("one", workspace="small"))
    two = await bench.admit(request_of("two", workspace="small"))
    order = [(await bench.claim()).id for _ in range(4)]
    assert order[0] == one.job
    assert two.job in order[1:]


@pytest.mark.parametrize(("users", "workspaces"), [(("designer", "guest"), ("w", "w")), (("member",) * 2, ("w", "x"))])
async def test_who_was_away_gets_no_credit_for_it(
    bench: Bench, users: tuple[str, str], workspaces: tuple[str, str]
) -> None:
    """Eight jobs of the first were served while the second slept; from now on they take turns."""
    for number in range(12):
        await bench.admit(request_of(f"a{number}", users[0], workspace=workspaces[0]))
    for _ in range(8):
        await bench.claim()
    for number in range(12):
        await bench.admit(request_of(f"b{number}", users[1], workspace=workspaces[1]))
    turns = [(await bench.claim()).request.event_key[len("web:")] for _ in range(8)]
    assert turns.count("a") == turns.count("b") == 4


async def test_a_worker_tells_only_where_it_can(bench: Bench) -> None:
    await bench.admit()
    job, _ = await bench.draw()
    await bench.store.deliver_later(job.id, "worker", bench.clock.now_us(), "busy")
    assert await bench.store.claim("other", 30, ["discord", "slack"]) is None
    assert await bench.store.claim("other", 30, []) is None
    told = await bench.store.claim("other", 30, ["discord", "web"])
    assert told is not None
    assert told.id == job.id


async def test_the_predicted_order_is_the_order(bench: Bench) -> None:
    for number in range(30):
        user, workspace = f"u{number % 4}", f"w{number % 3}"
        await bench.admit(request_of(user=user, workspace=workspace), service_cost=100 + 37 * (number % 5))
    for _ in range(3):
        await bench.claim()
    predicted = [job for job, _, _ in await bench.store.waiting()]
    assert [ahead for _, _, ahead in await bench.store.waiting()] == list(range(27))
    assert [await bench.store.ahead(job) for job in predicted[:3]] == [0, 1, 2]
    assert [(await bench.claim()).id for _ in range(27)] == predicted
    assert await bench.store.ahead(predicted[0]) is None


async def test_telling_comes_before_drawing(bench: Bench) -> None:
    await bench.admit()
    await bench.admit()
    job, _ = await bench.draw()
    await bench.store.deliver_later(job.id, "worker", bench.clock.now_us(), "busy")
    assert (await bench.claim()).id == job.id


# --- the fence ---------------------------------------------------------------------------------------------------


async def test_a_worker_taken_for_dead_changes_nothing(bench: Bench) -> None:
    await bench.admit()
    zombie = await bench.claim("zombie", seconds=10)
    bench.clock.advance(11 * SECOND_US)
    assert (await bench.store.sweep(always)).requeued == (zombie.id,)
    living = await bench.claim("living")
    assert (living.id, living.attempt) == (zombie.id, 2)
    assert await bench.store.heartbeat([zombie.id], "zombie", 30) == (zombie.id,)
    with pytest.raises(Cancelled):
        await bench.store.asked(zombie.id, "zombie")
    assert not await bench.store.generated(zombie.id, "zombie", pictures_of(zombie), 1, 5)
    assert not await bench.store.failed(zombie.id, "zombie", "x", "x")
    assert not await bench.store.uncertain(zombie.id, "zombie", "x")
    assert not await bench.store.delivered(zombie.id, "zombie", [], [])
    assert await state(bench, living.id) == "running"
    images = pictures_of(living)
    assert await bench.store.generated(living.id, "living", images, 1, 5)
    assert not await bench.store.generated(living.id, "living", pictures_of(living), 1, 5)
    assert not await bench.store.delivered(living.id, "zombie", [], [])
    assert [image.id for image in await bench.store.history(living.request.actor, living.request.place)] == [
        images[0].id
    ]


async def test_a_heartbeat_keeps_the_lease(bench: Bench) -> None:
    await bench.admit()
    job = await bench.claim("worker", seconds=10)
    for _ in range(5):
        bench.clock.advance(9 * SECOND_US)
        assert await bench.store.heartbeat([job.id], "worker", 10) == ()
        assert not (await bench.store.sweep(always)).changed


async def test_a_picture_is_told_by_one_at_a_time(bench: Bench) -> None:
    await bench.admit()
    await bench.draw(lease="one")
    assert await bench.store.claim("two", 30) is None
    bench.clock.advance(31 * SECOND_US)
    assert (await bench.claim("two")).delivery_attempts == 1


# --- cancelling --------------------------------------------------------------------------------------------------


async def test_who_waits_may_cancel(bench: Bench) -> None:
    admitted = await bench.admit()
    assert await bench.store.cancel(admitted.job, bench.queue)
    assert await state(bench, admitted.job) == "cancelled"
    assert await bench.store.charge_of(admitted.job) == Cost(0, 0)
    assert not await bench.store.cancel(admitted.job, bench.queue)
    told = await bench.claim()
    assert (told.id, told.to_draw) == (admitted.job, False), "it is told like every other outcome"
    assert await bench.store.delivered(told.id, "worker", [], [])
    assert await bench.store.claim("worker", 30) is None
    outcome = await bench.store.outcome(admitted.job)
    assert isinstance(outcome, Unfinished)
    assert (outcome.code, outcome.sentence) == ("cancelled", "You cancelled this. Nothing was charged.")


async def test_what_was_not_asked_for_yet_is_never_asked_for(bench: Bench) -> None:
    await bench.admit()
    job = await bench.claim()
    assert await bench.store.cancel(job.id, bench.queue)
    assert await bench.store.heartbeat([job.id], "worker", 30) == (job.id,)
    with pytest.raises(Cancelled):
        await bench.store.asked(job.id, "worker")
    assert await bench.store.failed(job.id, "worker", "cancelled", "You cancelled this.")
    assert await bench.store.charge_of(job.id) == Cost(0, 0)


async def test_what_was_asked_for_is_paid_for(bench: Bench) -> None:
    """Stopping now would lose a picture that is paid for: the answer is "too late", and the drawing goes on."""
    await bench.admit()
    job = await bench.claim()
    await bench.store.asked(job.id, "worker")
    assert not await bench.store.cancel(job.id, bench.queue)
    assert await bench.store.heartbeat([job.id], "worker", 30) == ()
    assert await bench.store.generated(job.id, "worker", pictures_of(job), 1, None)
    assert not await bench.store.cancel(job.id, bench.queue)


async def test_nobody_cancels_what_does_not_exist(bench: Bench) -> None:
    assert not await bench.store.cancel(JobId("none"), bench.queue)


# --- telling -----------------------------------------------------------------------------------------------------


async def test_a_failure_is_told_like_a_picture(bench: Bench) -> None:
    await bench.admit()
    job = await bench.claim()
    assert await bench.store.failed(job.id, "worker", "cannot_draw", "I have no drawing for that.")
    assert await bench.store.claim("other", 30) is None  # the worker itself tells it, first
    bench.clock.advance(31 * SECOND_US)
    due = await bench.claim("other")
    assert (due.id, due.to_draw) == (job.id, False)
    outcome = await bench.store.outcome(job.id)
    assert outcome == Unfinished(job.id, job.request, job.plan, "cannot_draw", "I have no drawing for that.")
    assert await bench.store.delivered(job.id, "other", [MessageRef("web", "studio", "m")], [[]])
    assert await state(bench, job.id) == "failed"
    assert await bench.store.claim("other", 30) is None


async def test_a_delivery_waits_as_long_as_it_should(bench: Bench) -> None:
    await bench.admit()
    job, _ = await bench.draw()
    assert job.delivery_attempts == 0
    due_us = bench.clock.now_us() + 60 * SECOND_US
    assert await bench.store.deliver_later(job.id, "worker", due_us, "The platform is busy.")
    assert await bench.store.claim("worker", 30) is None
    bench.clock.advance(60 * SECOND_US)
    assert (await bench.claim()).delivery_attempts == 1
    known = await bench.store.job(job.id)
    assert known is not None
    assert known.note == "The platform is busy."


async def test_what_cannot_be_told_is_kept(bench: Bench) -> None:
    await bench.admit()
    job, images = await bench.draw()
    assert await bench.store.undeliverable(job.id, "worker", "The channel is gone.")
    assert await state(bench, job.id) == "undelivered"
    assert await bench.store.claim("worker", 30) is None
    history = await bench.store.history(job.request.actor, job.request.place)
    assert [image.id for image in history] == [images[0].id]
    assert await bench.store.charge_of(job.id) == Cost(1, 40_000_000)


async def test_telling_that_breaks_is_tried_again_and_not_for_ever(bench: Bench) -> None:
    """A defect while posting must neither undo the charge of a kept picture nor turn for ever."""
    await bench.admit()
    job, _ = await bench.draw()
    assert not await bench.store.failed(job.id, "worker", "internal", "Something broke.")
    assert await state(bench, job.id) == "generated"
    assert await bench.store.charge_of(job.id) == Cost(1, 40_000_000)
    for _ in range(20):
        assert await bench.store.claim("worker", 30) is None
        bench.clock.advance(61 * SECOND_US)
        assert not await bench.store.failed((await bench.claim()).id, "worker", "internal", "Something broke.")
    assert await state(bench, job.id) == "undelivered"
    known = await bench.store.job(job.id)
    assert known is not None
    assert known.finished_at_us is not None, "given up is an end"


async def test_what_is_not_done_has_no_outcome(bench: Bench) -> None:
    admitted = await bench.admit()
    with pytest.raises(NotFound):
        await bench.store.outcome(admitted.job)
    await bench.claim()
    with pytest.raises(NotFound):
        await bench.store.outcome(admitted.job)
    with pytest.raises(NotFound):
        await bench.store.outcome(JobId("none"))


# --- the sweep ---------------------------------------------------------------------------------------------------


async def test_what_was_not_asked_for_is_drawn_again(bench: Bench) -> None:
    await bench.admit()
    job = await bench.claim()
    report = await bench.store.sweep(never, boot=True)
    assert (report.requeued, report.changed) == ((job.id,), True)
    assert report.counts() == {"requeued": 1, "uncertain": 0, "failed": 0, "deliveries": 0}
    assert (await bench.claim()).attempt == 2


async def test_what_may_have_been_paid_for_is_never_asked_for_again(bench: Bench) -> None:
    await bench.admit()
    job = await bench.claim()
    await bench.store.asked(job.id, "worker")
    assert (await bench.store.sweep(never, boot=True)).uncertain == (job.id,)
    assert await bench.store.charge_of(job.id) == Cost(1, 40_000_000)
    spend = await bench.db.fetch("SELECT kind, nanodollars FROM provider_spend")
    assert spend == [("presumed", 40_000_000)]
    told = await bench.claim("next")
    assert (told.id, told.to_draw) == (job.id, False)
    outcome = await bench.store.outcome(job.id)
    assert isinstance(outcome, Unfinished)
    assert "stays reserved" in outcome.sentence


async def test_what_may_be_asked_for_twice_is(bench: Bench) -> None:
    await bench.admit(plan=plan_of(provider="illustrator"))
    await bench.admit(plan=plan_of(provider="paid"))
    for _ in range(2):
        await bench.store.asked((await bench.claim()).id, "worker")
    report = await bench.store.sweep(lambda provider, model: provider == "illustrator", boot=True)
    assert (len(report.requeued), len(report.uncertain)) == (1, 1)
    again = await bench.claim()
    while not again.to_draw:
        again = await bench.claim()
    assert again.plan.provider == "illustrator"
    await bench.store.asked(again.id, "worker")


async def test_a_job_that_kills_its_workers_is_given_up(bench: Bench) -> None:
    await bench.admit()
    for _ in range(2):
        await bench.claim()
        assert len((await bench.store.sweep(always, boot=True)).requeued) == 1
    job = await bench.claim()
    assert job.attempt == 3
    assert (await bench.store.sweep(always, boot=True)).failed == (job.id,)
    assert await bench.store.charge_of(job.id) == Cost(0, 0)
    assert not (await bench.claim()).to_draw


async def test_what_was_cancelled_before_the_crash_stays_cancelled(bench: Bench) -> None:
    await bench.admit()
    job = await bench.claim()
    await bench.store.cancel(job.id, bench.queue)
    assert (await bench.store.sweep(always, boot=True)).failed == (job.id,)


async def test_a_sweep_leaves_the_living_alone(bench: Bench) -> None:
    await bench.admit()
    await bench.claim(seconds=3600)
    bench.clock.advance(HOUR_US // 2)
    assert not (await bench.store.sweep(always)).changed


async def test_an_interrupted_post_is_due_at_once_after_a_restart(bench: Bench) -> None:
    await bench.admit()
    job, _ = await bench.draw(lease="dead")
    report = await bench.store.sweep(always, boot=True)
    assert (report.deliveries, report.changed) == (1, True)
    assert (await bench.claim("new")).id == job.id


async def test_who_was_swept_back_waits_in_line(bench: Bench) -> None:
    await bench.admit(request_of(user="guest"))
    await bench.admit(request_of(user="member"))
    await bench.claim()
    assert (await bench.store.counts()).waiting == 1
    await bench.store.sweep(always, boot=True)
    counts = await bench.store.counts()
    assert (counts.waiting, counts.running, counts.to_tell) == (2, 0, 0)
