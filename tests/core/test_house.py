"""A request's way through the core, and everything that may go wrong on it: what is posted, and what it costs."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import structlog
from support_house import BOARD, DAILY, GUEST, MEMBER, WALL, Hand, House, asked, became, house, until, used

from core.errors import (
    CannotDraw,
    Gone,
    Later,
    NotAllowed,
    NotFound,
    OutcomeUnknown,
    QuotaExceeded,
)
from core.model import Actor, StageName
from core.ports import Order
from core.store.failure import StorageFull
from core.worker import Pace


async def test_a_wish_becomes_pictures_with_what_is_left(tmp_path: Path) -> None:
    async with house(tmp_path, limits=DAILY) as home:
        admitted = await home.submit("two squares --n 2")
        finished = await home.board.finished(admitted.job)
        assert [image.alt for image in finished.images] == ["square 1", "square 2"]
        assert [allowance.remaining for allowance in finished.allowances] == [1]
        assert {update.stage for update in home.board.told} >= {StageName.READING}
        await became(home, admitted.job, "delivered")
        assert (await home.store.images_of_message(BOARD, "wall", f"post-{admitted.job}")) == finished.images


async def test_the_same_event_twice_is_one_job(tmp_path: Path) -> None:
    async with house(tmp_path, limits=DAILY) as home:
        request = home.request("a square")
        first = await home.studio.submit(request)
        await home.board.outcome(first.job)
        again = await home.studio.submit(request)
        assert again.job == first.job
        assert again.again
        assert len(home.hand.orders) == 1
        assert await used(home) == 1


async def test_a_refusal_names_the_limit_and_leaves_no_trace(tmp_path: Path) -> None:
    async with house(tmp_path, limits=DAILY) as home:
        with pytest.raises(QuotaExceeded, match=r"Nothing was charged\..*") as refused:
            await home.submit("four squares --n 4")
        assert refused.value.allowances[0].refused
        assert await used(home) == 0
        assert (await home.store.counts()).waiting == 0


@pytest.mark.parametrize("repeatable", [True, False])
async def test_silence_is_asked_again_only_where_that_is_free(tmp_path: Path, repeatable: bool) -> None:
    async def hang(order: Order) -> None:
        await asyncio.sleep(60)

    async with house(tmp_path, limits=DAILY, hand=Hand(repeatable=repeatable, meanwhile=hang)) as home:
        admitted = await home.submit("a square")
        told = await home.board.unfinished(admitted.job)
        if repeatable:
            assert told.code == "provider_unavailable"
            assert "Nothing was charged." in told.sentence
            assert await used(home) == 0
        else:
            assert told.code == "outcome_unknown"
            assert "reserved" in told.sentence
            assert await used(home) == 1, "held until somebody has looked"


@pytest.mark.parametrize(
    ("repeatable", "code", "held"), [(True, "provider_unavailable", 0), (False, "outcome_unknown", 1)]
)
async def test_an_answer_that_breaks_off_holds_only_what_may_have_been_paid(
    tmp_path: Path, repeatable: bool, code: str, held: int
) -> None:
    async with house(tmp_path, limits=DAILY, hand=Hand(repeatable=repeatable)) as home:
        admitted = await home.submit("a square that breaks off")
        assert (await home.board.unfinished(admitted.job)).code == code
        assert await used(home) == held


async def test_a_lost_answer_keeps_the_hold_and_is_never_asked_for_again(tmp_path: Path) -> None:
    async def lose(order: Order) -> None:
        raise OutcomeUnknown("The connection broke.")

    async with house(tmp_path, limits=DAILY, hand=Hand(repeatable=False, meanwhile=lose)) as home:
        admitted = await home.submit("a square")
        await home.board.unfinished(admitted.job)
        await asyncio.sleep(0.2)
        assert len(home.hand.orders) == 1
        assert await used(home) == 1
        assert await home.store.resolve(admitted.job, billed=False)
        assert await used(home) == 0


async def test_a_defect_is_told_logged_and_free_and_the_next_job_runs(tmp_path: Path) -> None:
    async def stumble(order: Order) -> None:
        if "stumble" in order.text:
            raise ZeroDivisionError

    async with house(tmp_path, limits=DAILY, hand=Hand(meanwhile=stumble)) as home:
        with structlog.testing.capture_logs() as lines:
            broken = await home.submit("stumble")
            told = await home.board.unfinished(broken.job)
        assert told.code == "internal"
        assert "Nothing was charged." in told.sentence
        assert broken.job[:8] in told.sentence
        assert [line["event"] for line in lines if line["log_level"] == "error"] == ["job_broke"]
        fine = await home.submit("a square")
        await home.board.finished(fine.job)
        assert await used(home) == 1


async def test_a_post_that_fails_is_tried_again_and_the_picture_is_drawn_once(tmp_path: Path) -> None:
    async with house(tmp_path, limits=DAILY) as home:
        home.board.failures += [Later("Busy.", after_seconds=0.01), Later("Busy.", after_seconds=0.01)]
        admitted = await home.submit("a square")
        await home.board.finished(admitted.job)
        await became(home, admitted.job, "delivered")
        assert (len(home.hand.orders), home.board.posts) == (1, 1)
        assert await used(home) == 1


async def test_a_defect_in_posting_keeps_the_picture_and_its_charge(tmp_path: Path) -> None:
    async with house(tmp_path, limits=DAILY) as home:
        home.board.failures.append(RuntimeError("a defect"))
        with structlog.testing.capture_logs():
            admitted = await home.submit("a square")
            await became(home, admitted.job, "generated")
            await until(lambda: _empty(home.board.failures))
        await asyncio.sleep(0.1)
        job = await home.store.job(admitted.job)
        assert job is not None
        assert job.state == "generated", "kept, and to be posted in a while"
        assert await used(home) == 1


async def _empty(these: list[Exception]) -> bool:
    return not these


async def test_a_place_that_is_gone_keeps_the_picture_in_the_history(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        home.board.failures.append(Gone("The channel was deleted."))
        admitted = await home.submit("a square")
        await became(home, admitted.job, "undelivered")
        assert len(await home.studio.history(MEMBER, WALL)) == 1


async def test_who_asked_may_cancel_and_nobody_else_and_it_costs_nothing(tmp_path: Path) -> None:
    started = asyncio.Event()

    async def wait(order: Order) -> None:
        started.set()
        await asyncio.sleep(60)

    async with house(tmp_path, limits=DAILY, hand=Hand(meanwhile=wait), pace=Pace(concurrency=1)) as home:
        drawing = await home.submit("a square")
        waiting = await home.submit("another")
        await started.wait()
        assert await home.studio.ahead(waiting.job) == 0
        with pytest.raises(NotAllowed):
            await home.studio.cancel(drawing.job, GUEST)
        with pytest.raises(NotFound):
            await home.studio.cancel(drawing.job, Actor(BOARD, "another hall", "member", "Member", is_admin=True))
        assert await home.studio.cancel(waiting.job, MEMBER)
        assert await home.studio.cancel(drawing.job, MEMBER)
        assert (await home.board.unfinished(drawing.job)).sentence == "You cancelled this. Nothing was charged."
        assert await used(home) == 0
        assert not await home.studio.cancel(drawing.job, MEMBER), "too late"


async def test_a_drawing_that_is_paid_for_is_not_thrown_away_by_a_cancel(tmp_path: Path) -> None:
    begun = asyncio.Event()

    async def wait(order: Order) -> None:
        begun.set()
        await asyncio.sleep(0.1)

    async with house(tmp_path, hand=Hand(repeatable=False, meanwhile=wait)) as home:
        admitted = await home.submit("a square")
        await begun.wait()
        assert not await home.studio.cancel(admitted.job, MEMBER)
        await home.board.finished(admitted.job)


async def test_a_crash_loses_nothing(tmp_path: Path) -> None:
    async def hang(order: Order) -> None:
        await asyncio.sleep(60)

    async with house(tmp_path, limits=DAILY, hand=Hand(meanwhile=hang), pace=Pace(concurrency=1)) as home:
        running = await home.submit("a square")
        waiting = await home.submit("another")
        await asked(home)
    async with house(tmp_path, limits=DAILY) as home:
        await home.board.finished(running.job)
        await home.board.finished(waiting.job)
        assert await used(home) == 2


async def test_a_paid_drawing_that_a_crash_interrupted_is_uncertain_and_told(tmp_path: Path) -> None:
    async def hang(order: Order) -> None:
        await asyncio.sleep(60)

    async with house(tmp_path, hand=Hand(repeatable=False, meanwhile=hang)) as home:
        admitted = await home.submit("a square")
        await asked(home)
    async with house(tmp_path, hand=Hand(repeatable=False)) as home:
        assert (await home.board.unfinished(admitted.job)).code == "outcome_unknown"
        assert home.hand.orders == []


async def test_a_job_is_drawn_while_its_platform_is_away_and_posted_when_it_is_back(tmp_path: Path) -> None:
    async with house(tmp_path, connected=False) as home:
        admitted = await home.submit("a square")
        await became(home, admitted.job, "generated")
    async with house(tmp_path) as home:
        await home.board.finished(admitted.job)
        assert home.hand.orders == []


async def test_a_worker_that_was_taken_for_dead_posts_nothing(tmp_path: Path) -> None:
    stolen = asyncio.Event()

    async def steal(order: Order) -> None:
        await home.store.sweep(lambda provider, model: True, boot=True)  # as another process would after the lease
        assert (other := await home.store.claim("another worker", 60)) is not None
        assert other.id == order.job
        stolen.set()

    async with house(tmp_path, limits=DAILY, hand=Hand(meanwhile=steal), pace=Pace(concurrency=1)) as home:
        with structlog.testing.capture_logs() as lines:
            admitted = await home.submit("a square")
            await stolen.wait()

            async def idle() -> bool:
                return home.worker.running == 0

            await until(idle)
        assert [line for line in lines if line["log_level"] == "error"] == [], "it did not even try"
        assert home.board.posts == 0
        job = await home.store.job(admitted.job)
        assert job is not None
        assert job.state == "running", "it is the other worker's"
        assert await used(home) == 1


async def test_a_full_disk_stops_nothing_for_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with house(tmp_path, limits=DAILY, pace=Pace(trouble_seconds=0.01)) as home:
        claim, full = home.store.claim, [StorageFull("The disk is full."), StorageFull("The disk is full.")]

        async def sometimes(*details: object, **room: object) -> object:
            if full:
                raise full.pop()
            return await claim(*details, **room)  # type: ignore[arg-type]  # passed on as they came

        with structlog.testing.capture_logs() as lines:
            monkeypatch.setattr(home.store, "claim", sometimes)
            admitted = await home.submit("a square")
            await home.board.finished(admitted.job)
        assert [line["event"] for line in lines if line["log_level"] == "error"] == ["claim_failed", "claim_failed"]


async def test_a_worker_that_is_stopped_finishes_what_it_has_and_takes_nothing_more(tmp_path: Path) -> None:
    begun, go = asyncio.Event(), asyncio.Event()

    async def wait(order: Order) -> None:
        begun.set()
        await go.wait()

    async with house(tmp_path, hand=Hand(meanwhile=wait), pace=Pace(concurrency=1), working=False) as home:
        working = asyncio.create_task(home.worker.run())
        first, second = await home.submit("a square"), await home.submit("another")
        await begun.wait()
        home.worker.stop()
        go.set()
        async with asyncio.timeout(5):
            await working
        assert set(home.board.posted) == {first.job}
        assert (await home.store.counts()).waiting == 1
    async with house(tmp_path) as home:
        await home.board.finished(second.job)


async def test_what_happened_is_counted(tmp_path: Path) -> None:
    async def fail(order: Order) -> None:
        if "badly" in order.text:
            raise CannotDraw("I cannot.")

    async with house(tmp_path, limits=DAILY, hand=Hand(meanwhile=fail)) as home:
        await home.board.finished((await home.submit("a square")).job)
        await home.board.unfinished((await home.submit("badly")).job)
        with pytest.raises(QuotaExceeded):
            await home.submit("a square --n 4")
        await until(lambda: _idle(home))
        said = home.metrics.render().decode()
    for line in (
        'easel_requests_admitted_total{operation="generate"} 2.0',
        'easel_requests_refused_total{code="quota"} 1.0',
        'easel_jobs_finished_total{state="generated"} 1.0',
        'easel_jobs_finished_total{state="failed"} 1.0',
        'easel_step_seconds_count{step="queue"} 2.0',
        'easel_step_seconds_count{step="draw"} 1.0',
        'easel_step_seconds_count{step="deliver"} 2.0',
    ):
        assert line in said, line


async def _idle(home: House) -> bool:
    return home.worker.running == 0
