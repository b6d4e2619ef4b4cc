"""What a worker has room for: drawings, and beside them outcomes that wait for no drawing."""

from __future__ import annotations

import asyncio
from pathlib import Path

from support_house import MEMBER, Hand, asked, click, house

from core.model import Destination, MessageRef, Outcome, PostingPlan, Verb
from core.ports import Order
from core.worker import Pace

BOUND_SECONDS = 2.0


async def test_a_job_that_is_cancelled_while_all_are_drawing_says_so_at_once(tmp_path: Path) -> None:
    go_on = asyncio.Event()

    async def wait(order: Order) -> None:
        await go_on.wait()

    async with house(tmp_path, hand=Hand(meanwhile=wait), pace=Pace(concurrency=1)) as home:
        drawing = await home.submit("a square")
        waiting = await home.submit("another", user="guest")
        await asked(home)
        assert await home.studio.cancel(waiting.job, home.request("", user="guest").actor)
        async with asyncio.timeout(BOUND_SECONDS):
            told = await home.board.unfinished(waiting.job)
        assert told.code == "cancelled"
        assert drawing.job not in home.board.posted
        go_on.set()
        await home.board.finished(drawing.job)


async def test_a_picture_is_shown_again_while_all_are_drawing(tmp_path: Path) -> None:
    go_on = asyncio.Event()

    async def wait(order: Order) -> None:
        if order.text != "a square":
            await go_on.wait()

    async with house(tmp_path, hand=Hand(meanwhile=wait), pace=Pace(concurrency=1)) as home:
        first = await home.board.finished((await home.submit("a square --private")).job)
        drawing = await home.submit("another")
        shared = await home.studio.act(click(Verb.SHARE, first.images[0].id))
        async with asyncio.timeout(BOUND_SECONDS):
            assert (await home.board.finished(shared.job)).images[0].id == first.images[0].id
        assert drawing.job not in home.board.posted
        go_on.set()
        await home.board.finished(drawing.job)


async def test_no_more_drawings_than_there_is_room_for_and_no_more_outcomes(tmp_path: Path) -> None:
    """A platform that takes its time for every post keeps nobody from drawing, and does not get more at once."""
    go_on, posting, most = asyncio.Event(), 0, 0
    async with house(tmp_path, pace=Pace(concurrency=1, tellings=2), working=False) as home:
        deliver, slow = home.board.deliver, True

        async def slowly(to: Destination, outcome: Outcome, plan: PostingPlan) -> tuple[MessageRef, ...]:
            nonlocal posting, most
            posting += 1
            most = max(most, posting)
            try:
                if slow:
                    await go_on.wait()
                return await deliver(to, outcome, plan)
            finally:
                posting -= 1

        home.board.deliver = slowly  # type: ignore[method-assign]  # a slower board
        cancelled = [await home.submit(f"square {number}") for number in range(5)]
        assert all([await home.studio.cancel(each.job, MEMBER) for each in cancelled])
        running = asyncio.create_task(home.worker.run())
        drawn = [await home.submit(f"square {number}") for number in range(2)]
        async with asyncio.timeout(BOUND_SECONDS):
            await asked(home)
        await asyncio.sleep(0.1)
        assert len(home.hand.orders) == 1, "the one that was drawn is being posted: its room is taken until then"
        assert most == 3
        slow = False
        go_on.set()
        for each in cancelled:
            await home.board.unfinished(each.job)
        for each in drawn:
            await home.board.finished(each.job)
        home.worker.stop()
        await running
        assert home.worker.running == 0
