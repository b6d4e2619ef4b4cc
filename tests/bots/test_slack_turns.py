"""When very many ask at once: nobody's acknowledgement waits for what came of others', and nobody is forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from support_slack_adapter import Bed, bed
from support_slack_api import slack
from support_slack_easel import easel

from bots.slack import app, mending, turns
from bots.slack.destination import encode
from bots.slack.turns import Turns
from core.model import JobId, Progress, StageName, new_id

MANY = turns.REQUESTS + 8


@pytest.fixture
async def on(tmp_path: Path) -> AsyncIterator[Bed]:
    async with bed(tmp_path) as made:
        yield made


async def test_so_many_at_once_and_the_others_in_their_order() -> None:
    ours, begun, go_on = Turns(2), list[int](), asyncio.Event()

    async def work(number: int) -> None:
        async with ours.mine():
            begun.append(number)
            await go_on.wait()

    tasks = [asyncio.create_task(work(number)) for number in range(5)]
    await asyncio.sleep(0.01)
    assert begun == [0, 1]
    go_on.set()
    await asyncio.gather(*tasks)
    assert begun == [0, 1, 2, 3, 4]


async def test_whoever_waits_for_too_long_goes_on_and_takes_nobodys_turn() -> None:
    ours, begun = Turns(1, 0.02), list[str]()

    async def second() -> None:
        async with ours.mine():
            begun.append("second")

    async with ours.mine():
        await second()
        assert begun == ["second"]
        third = asyncio.create_task(second())
        await asyncio.sleep(0)
        assert begun == ["second"], "the one that gave up gave no turn back"
        await third


async def test_a_turn_comes_back_from_what_fails_and_from_what_is_cancelled() -> None:
    ours = Turns(1, None)

    async def work(seconds: float) -> None:
        async with ours.mine():
            await asyncio.sleep(seconds)
            raise ValueError

    first, waiting = asyncio.create_task(work(0.01)), asyncio.create_task(work(60))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(first, waiting, return_exceptions=True)
    async with asyncio.timeout(1), ours.mine():
        pass


@pytest.mark.parametrize("how", ["mention", "command"])
async def test_of_very_many_few_are_begun_and_all_are_acknowledged_and_become_jobs(how: str, tmp_path: Path) -> None:
    async with slack() as slack_api, easel(slack_api, tmp_path) as one:
        slack_api.slow("users.info", 0.5)  # the first call of each
        people = [one.team.person(f"Member {number}") for number in range(MANY)]
        one.art.members += people
        slack_api.calls.clear()
        if how == "mention":
            for each in people:
                await slack_api.say(each, one.art, "a square", mention=True)
        else:
            commands = [slack_api.command(each, one.art, "/imagine", "a square") for each in people]
            acted = await asyncio.gather(*commands)
            assert all(each.delivery.acknowledged for each in acted)
        await slack_api.until(lambda: len(slack_api.calls.of("users.info")) == turns.REQUESTS, "the first ones")
        await asyncio.sleep(0.1)
        assert len(slack_api.calls.of("users.info")) == turns.REQUESTS
        assert all(each.acknowledged for each in slack_api.deliveries), "those who wait, too"
        slack_api.slow("users.info", 0)
        async with asyncio.timeout(20):
            while await one.database.fetch_one("SELECT COUNT(*) FROM job") != (MANY,):  # noqa: ASYNC110
                await asyncio.sleep(0.05)


async def test_who_waited_for_a_turn_when_easel_ended_is_told_where_they_see_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "DRAIN_SECONDS", 0.05)
    async with slack() as slack_api:
        async with easel(slack_api, tmp_path) as one:
            slack_api.slow("users.info", 60)  # whoever has a turn keeps it
            await slack_api.say(one.member, one.art, "a square", mention=True)
            await slack_api.until(lambda: slack_api.calls.of("users.info"), "its turn")
        slack_api.slow("users.info", 0)
        monkeypatch.setattr(mending, "OLD_SECONDS", 0.1)
        monkeypatch.setattr(mending, "AGAIN_SECONDS", 0.05)
        async with easel(slack_api, tmp_path) as again:
            await slack_api.until(lambda: slack_api.ephemerals(again.member, again.art), "that it was restarted")
            (told,) = slack_api.ephemerals(again.member, again.art)
            assert (told.text, told.thread) == (mending.RESTARTED, "")


async def test_who_is_drawn_now_is_told_before_those_who_wait(on: Bed) -> None:
    first, *others = [(await on.wrote(), JobId(new_id())) for _ in range(20)]
    on.slack.slow("assistant.threads.setStatus", 0.3)
    for spot, job in (*others, first):
        await on.adapter.progress(encode(spot), Progress(job, StageName.QUEUED, ahead=1))
    await asyncio.sleep(0.1)
    asked = len(on.slack.calls.of("assistant.threads.setStatus"))
    assert 0 < asked < len(others), "places in the queue are told a few at a time"
    spot, job = first
    await on.adapter.progress(encode(spot), Progress(job, StageName.DRAWING))
    async with asyncio.timeout(5):
        while on.channel.messages[spot.placeholder].text != "Drawing …":  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    waiting = [on.channel.messages[each.placeholder].text for each, _ in others]
    assert "Waiting …" in waiting, "most of the others have not been told yet"
