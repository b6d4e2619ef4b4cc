"""How far it is, in the answer that is there already: the newest only, not too often, and never after the result."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from support_discord_adapter import Bed, bed
from support_discord_api import picture

from bots.discord import limits
from bots.discord.components import Cancel, parse_custom_id
from bots.discord.destination import encode
from core.model import Destination, JobId, Progress, StageName

EDITS = "/webhooks/*/messages/@original"
JOB = JobId("0" * 32)


@pytest.fixture
async def on(tmp_path: Path) -> AsyncIterator[Bed]:
    async with bed(tmp_path) as on:
        yield on


def drawing(preview: bytes | None = None) -> Progress:
    return Progress(JOB, StageName.DRAWING, preview=preview)


async def test_the_answer_says_how_many_come_first_and_how_to_stop_it(on: Bed) -> None:
    spot, seen = await on.asked()
    await on.adapter.progress(encode(spot), Progress(JOB, StageName.QUEUED, ahead=2))
    message = await seen.until(lambda each: each.content)
    assert message.content == "Waiting … 2 before you."
    assert message.labels == ["Cancel"]
    assert parse_custom_id(message.custom_ids()[0]) == Cancel(JOB)


async def test_the_working_message_in_a_channel_says_it_too(on: Bed) -> None:
    spot, _, placeholder = await on.wrote()
    await on.adapter.progress(encode(spot), drawing())
    await placeholder.until(lambda each: each.content == "Drawing …")


async def test_a_preview_is_shown_kept_and_gone_with_the_result(on: Bed) -> None:
    spot, seen = await on.asked()
    to, outcome, plan = await on.finished(spot)
    await on.adapter.progress(to, Progress(outcome.job, StageName.DRAWING, preview=picture("teal")))
    await seen.until(lambda each: each.content == "Drawing …")
    await on.adapter.progress(to, Progress(outcome.job, StageName.CHECKING))
    await seen.until(lambda each: each.content == "Checking the result …")
    assert [(file.name, file.data) for file in seen.message.files] == [("easel-preview.png", picture("teal"))]
    await on.adapter.deliver(to, outcome, plan)
    assert [file.data for file in seen.message.files] == [picture()]


async def test_a_process_without_a_bot_tells_it_too(on: Bed) -> None:
    spot, seen = await on.asked()
    await (await on.worker()).progress(encode(spot), drawing())
    await seen.until(lambda each: each.content == "Drawing …")


async def test_what_did_not_change_is_not_told_again(on: Bed) -> None:
    spot, seen = await on.asked()
    for _ in range(5):
        await on.adapter.progress(encode(spot), drawing(picture("teal")))
        await asyncio.sleep(0.02)
    await seen.until(lambda each: each.content)
    assert len(on.discord.calls.of("PATCH", EDITS)) == 1


async def test_between_two_news_there_are_two_seconds_and_the_newest_is_told(on: Bed) -> None:
    spot, seen = await on.asked()
    on.clock.hold()
    for ahead in range(9, 0, -1):
        await on.adapter.progress(encode(spot), Progress(JOB, StageName.QUEUED, ahead=ahead))
        await asyncio.sleep(0.01)
    await seen.until(lambda each: each.content == "Waiting … 9 before you.")
    assert on.clock.slept == [limits.PROGRESS_SECONDS]
    on.clock.let_go()
    await seen.until(lambda each: each.content == "Waiting … 1 before you.")
    assert len(on.discord.calls.of("PATCH", EDITS)) == 2


async def test_telling_takes_no_time_however_slow_discord_is(on: Bed) -> None:
    """Whoever tells a whole queue must not wait for each."""
    spot, seen = await on.asked()
    on.discord.fault("PATCH", EDITS, delay_seconds=0.3)
    async with asyncio.timeout(0.1):
        await on.adapter.progress(encode(spot), drawing())
    await seen.until(lambda each: each.content == "Drawing …")


async def test_news_that_are_on_their_way_arrive_before_the_result(on: Bed) -> None:
    spot, seen = await on.asked()
    to, outcome, plan = await on.finished(spot)
    on.discord.fault("PATCH", EDITS, delay_seconds=0.3)
    await on.adapter.progress(to, Progress(outcome.job, StageName.DRAWING))
    await asyncio.sleep(0.05)
    await on.adapter.deliver(to, outcome, plan)
    await asyncio.sleep(0.4)
    assert [len(message.files) for message in on.seen()] == [1]
    assert seen.message.content.startswith("For **Member**")


async def test_what_was_not_told_yet_is_never_told_over_the_result(on: Bed) -> None:
    spot, seen = await on.asked()
    to, outcome, plan = await on.finished(spot)
    on.clock.hold()
    await on.adapter.progress(to, Progress(outcome.job, StageName.DRAWING))
    await seen.until(lambda each: each.content == "Drawing …")
    await on.adapter.progress(to, Progress(outcome.job, StageName.CHECKING))
    on.discord.fault("PATCH", EDITS, delay_seconds=0.2)
    delivering = asyncio.create_task(on.adapter.deliver(to, outcome, plan))
    await asyncio.sleep(0.05)
    on.clock.let_go()
    await on.adapter.progress(to, Progress(outcome.job, StageName.POSTING))
    await delivering
    await asyncio.sleep(0.1)
    assert seen.message.content.startswith("For **Member**")
    assert len(on.discord.calls.of("PATCH", EDITS)) == 2


async def test_news_that_come_while_the_result_is_on_its_way_are_left_out(on: Bed) -> None:
    spot, seen = await on.asked()
    to, outcome, plan = await on.finished(spot)
    on.discord.fault("PATCH", EDITS, delay_seconds=0.2)
    delivering = asyncio.create_task(on.adapter.deliver(to, outcome, plan))
    await asyncio.sleep(0.05)
    await on.adapter.progress(to, Progress(outcome.job, StageName.POSTING))
    await delivering
    await asyncio.sleep(0.1)
    assert seen.message.content.startswith("For **Member**")
    assert len(on.discord.calls.of("PATCH", EDITS)) == 1


async def test_after_the_result_nothing_is_told_not_even_by_another_process(on: Bed) -> None:
    spot, seen = await on.asked()
    to, outcome, plan = await on.finished(spot)
    await on.adapter.deliver(to, outcome, plan)
    for adapter in (on.adapter, await on.worker()):
        await adapter.progress(to, Progress(outcome.job, StageName.DRAWING))
        await asyncio.sleep(0.05)
    assert len(on.discord.calls.of("PATCH", EDITS)) == 1
    assert len(seen.message.files) == 1


async def test_a_dead_token_is_asked_once(on: Bed) -> None:
    spot, _ = await on.asked()
    on.discord.fault("PATCH", EDITS, code=50027, times=99)
    for ahead in range(5):
        await on.adapter.progress(encode(spot), Progress(JOB, StageName.QUEUED, ahead=ahead))
        await asyncio.sleep(0.02)
    assert len(on.discord.calls.of("PATCH", EDITS)) == 1


async def test_an_old_token_is_not_asked_at_all(on: Bed) -> None:
    spot, _ = await on.asked()
    on.discord.advance(14 * 60)
    await on.adapter.progress(encode(spot), drawing())
    await asyncio.sleep(0.05)
    assert on.discord.calls.of("PATCH", EDITS) == []


async def test_an_answer_that_grows_old_is_remembered_by_its_number(on: Bed) -> None:
    spot, seen = await on.asked()
    await on.adapter.progress(encode(spot), drawing())
    await seen.until(lambda each: each.content)
    assert await on.records.original(JOB) is None
    on.discord.advance(11 * 60)
    await on.adapter.progress(encode(spot), Progress(JOB, StageName.CHECKING))
    await seen.until(lambda each: each.content == "Checking the result …")
    await asyncio.sleep(0.05)
    assert await on.records.original(JOB) == seen.message.id


@pytest.mark.parametrize("fault", [{"status": 500}, {"cut": True}, {"code": 50013}, {"status": 429, "via": False}])
async def test_no_trouble_of_discords_reaches_the_one_who_tells(on: Bed, fault: dict[str, int]) -> None:
    loud: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: loud.append(context))
    spot, seen = await on.asked()
    on.discord.fault("PATCH", EDITS, **fault)
    await on.adapter.progress(encode(spot), drawing())
    await asyncio.sleep(0.05)
    await on.adapter.progress(encode(spot), Progress(JOB, StageName.CHECKING))
    await seen.until(lambda each: each.content == "Checking the result …")
    await on.adapter.aclose()
    gc.collect()
    assert loud == []


async def test_a_preview_that_is_too_large_is_left_out(on: Bed) -> None:
    spot, seen = await on.asked()
    await on.adapter.progress(encode(spot), drawing(bytes(limits.PREVIEW_BYTES + 1)))
    message = await seen.until(lambda each: each.content == "Drawing …")
    assert message.files == []


async def test_a_preview_is_veiled_like_its_picture(on: Bed) -> None:
    spot, seen = await on.asked()
    await on.adapter.progress(encode(replace(spot, spoiler=True)), drawing(picture("teal")))
    message = await seen.until(lambda each: each.files)
    assert message.files[0].spoiler


async def test_a_private_picture_is_not_previewed_in_public(on: Bed) -> None:
    spot, _, placeholder = await on.wrote()
    await on.adapter.progress(encode(replace(spot, private=True)), drawing(picture("teal")))
    await placeholder.until(lambda each: each.content == "Drawing …")
    assert placeholder.files == []


async def test_a_place_that_cannot_be_read_hears_nothing(on: Bed) -> None:
    for to in (Destination("discord", "nonsense"), Destination("x", "")):
        await on.adapter.progress(to, drawing())


async def test_a_spot_with_nothing_to_edit_hears_nothing(on: Bed) -> None:
    spot, _ = await on.asked()
    on.discord.calls.clear()
    await on.adapter.progress(encode(replace(spot, original=False)), drawing())
    await asyncio.sleep(0.05)
    assert len(on.discord.calls) == 0
