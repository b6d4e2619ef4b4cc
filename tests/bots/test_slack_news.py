"""How far a job is, told in Slack: seldom enough, never after the result, and never at the result's expense."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from support_slack_adapter import Bed, bed

from bots.slack import limits
from bots.slack.destination import encode
from core.model import JobId, Progress, StageName, new_id

STAGES = (StageName.QUEUED, StageName.READING, StageName.PLANNING, StageName.SEARCHING, StageName.DRAWING)


@pytest.fixture
async def on(tmp_path: Path) -> AsyncIterator[Bed]:
    async with bed(tmp_path) as made:
        yield made


async def _until(look: Callable[[], object]) -> None:
    async with asyncio.timeout(5):
        while not look():  # noqa: ASYNC110 - what is waited for happens on the other side of a socket
            await asyncio.sleep(0.01)


async def test_a_thread_shows_a_status_and_its_placeholder_a_way_out(on: Bed) -> None:
    spot, job = await on.wrote(), JobId(new_id())
    await on.adapter.progress(encode(spot), Progress(job, StageName.QUEUED, ahead=3))
    await _until(lambda: on.channel.messages[spot.placeholder].text == "Waiting … 3 before you.")
    status = on.slack.status_of(on.channel, spot.thread)
    assert status is not None
    assert status.text == "is waiting, 3 before you…"
    assert job in str(on.channel.messages[spot.placeholder].blocks)


async def test_only_what_is_new_is_told(on: Bed) -> None:
    spot, job = await on.wrote(), JobId(new_id())
    for _ in range(3):
        await on.adapter.progress(encode(spot), Progress(job, StageName.DRAWING))
        await asyncio.sleep(0.05)
    assert len(on.slack.calls.of("chat.update")) == 1


async def test_of_many_only_the_newest_is_told_and_not_faster_than_every_three_seconds(on: Bed) -> None:
    spot, job = await on.wrote(), JobId(new_id())
    on.clock.hold()
    for ahead in range(50, 0, -1):
        await on.adapter.progress(encode(spot), Progress(job, StageName.QUEUED, ahead=ahead))
        await asyncio.sleep(0)
    await _until(lambda: on.slack.calls.of("chat.update"))
    assert len(on.slack.calls.of("chat.update")) == 1
    on.clock.let_go()
    await on.adapter.progress(encode(spot), Progress(job, StageName.DRAWING))
    await _until(lambda: on.channel.messages[spot.placeholder].text == "Drawing …")
    assert len(on.slack.calls.of("chat.update")) <= 3
    assert on.clock.slept[0] == limits.PROGRESS_SECONDS == 3.0


async def test_a_status_is_shown_again_before_slack_takes_it_away(on: Bed) -> None:
    spot, job = await on.wrote(), JobId(new_id())
    await on.adapter.progress(encode(spot), Progress(job, StageName.DRAWING))
    await _until(lambda: len(on.slack.calls.of("assistant.threads.setStatus")) >= 3)
    assert len(on.slack.calls.of("chat.update")) == 1
    assert 60 <= limits.STATUS_SECONDS <= 90
    assert limits.STATUS_SECONDS in on.clock.slept


async def test_the_result_ends_all_news(on: Bed) -> None:
    spot = await on.wrote()
    to, outcome, plan = await on.finished(spot)
    await on.adapter.progress(to, Progress(outcome.job, StageName.DRAWING))
    await asyncio.sleep(0.05)
    await on.adapter.deliver(to, outcome, plan)
    on.slack.calls.clear()
    await on.adapter.progress(to, Progress(outcome.job, StageName.CHECKING))
    await asyncio.sleep(0.1)
    assert on.methods() == []
    assert on.slack.status_of(on.channel, spot.thread) is None


async def test_another_process_does_not_talk_over_the_result(on: Bed) -> None:
    to, outcome, plan = await on.finished(await on.wrote())
    await on.adapter.deliver(to, outcome, plan)
    await on.start()
    on.slack.calls.clear()
    await on.adapter.progress(to, Progress(outcome.job, StageName.DRAWING))
    await asyncio.sleep(0.1)
    assert on.slack.calls.of("chat.update") == []


async def test_after_a_command_they_say_who_asked_for_what(on: Bed) -> None:
    spot, job = await on.commanded(), JobId(new_id())
    await on.adapter.progress(encode(spot), Progress(job, StageName.QUEUED, ahead=3))
    working = on.channel.messages[spot.placeholder]
    await _until(lambda: working.text == "For *Member*: a fox\nWaiting … 3 before you.")
    assert job in str(working.blocks)
    assert working.text in str(working.blocks[0]["text"]["text"])
    assert on.slack.calls.of("response_url") == on.slack.calls.of("assistant.threads.setStatus") == []


async def test_after_a_private_command_they_stand_in_direct_messages(on: Bed) -> None:
    spot = await on.commanded(private=True)
    await on.adapter.progress(encode(spot), Progress(JobId(new_id()), StageName.DRAWING))
    await _until(lambda: [each.text for each in on.direct()] == ["a fox\nDrawing …"])
    assert on.ours() == []


async def test_who_admits_it_does_not_talk_over_who_draws_it(on: Bed) -> None:
    """They may be one process, and the one that is slower to tell began earlier."""
    spot, job = await on.wrote(), JobId(new_id())
    await on.adapter.progress(encode(spot), Progress(job, StageName.DRAWING))
    await on.adapter.progress(encode(spot), Progress(job, StageName.QUEUED))
    await _until(lambda: on.slack.calls.of("chat.update"))
    await asyncio.sleep(0.1)
    assert on.channel.messages[spot.placeholder].text == "Drawing …"


@pytest.mark.parametrize("error", [{"error": "not_in_channel"}, {"status": 500}, {"retry_after": 60}])
async def test_trouble_with_news_is_nobodys_trouble(on: Bed, error: dict[str, str]) -> None:
    spot = await on.wrote()
    to, outcome, plan = await on.finished(spot)
    for method in ("chat.update", "assistant.threads.setStatus"):
        on.slack.fault(method, times=99, **error)  # type: ignore[arg-type]  # one keyword of several
    for stage in STAGES:
        await on.adapter.progress(to, Progress(outcome.job, stage))
        await asyncio.sleep(0.03)
    assert len(await on.adapter.deliver(to, outcome, plan)) == 1


async def test_without_a_status_there_is_none(on: Bed) -> None:
    spot = replace(await on.wrote(), status=False)
    await on.adapter.progress(encode(spot), Progress(JobId(new_id()), StageName.DRAWING))
    await _until(lambda: on.slack.calls.of("chat.update"))
    assert on.slack.calls.of("assistant.threads.setStatus") == []


async def test_closing_leaves_nothing_running(on: Bed) -> None:
    spot = await on.wrote()
    on.clock.hold()
    await on.adapter.progress(encode(spot), Progress(JobId(new_id()), StageName.DRAWING))
    await asyncio.sleep(0.05)
    assert _running()
    await on.adapter.aclose()
    assert not _running()


def _running() -> list[str]:
    names = [getattr(task.get_coro(), "__qualname__", "") for task in asyncio.all_tasks()]
    return [name for name in names if name.startswith(("News", "BedClock"))]
