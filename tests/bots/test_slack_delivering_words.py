"""Answers in words, and what becomes of whatever said that Easel is at work."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from support_slack_adapter import SENTENCE, Bed, bed

from core.errors import Gone, Later


@pytest.fixture
async def on(tmp_path: Path) -> AsyncIterator[Bed]:
    async with bed(tmp_path) as made:
        yield made


async def test_in_a_thread_the_placeholder_says_it(on: Bed) -> None:
    spot = await on.wrote()
    [ref] = await on.adapter.deliver(*on.unfinished(spot))
    [said] = on.ours()
    assert (said.ts, said.text, said.blocks) == (spot.placeholder, SENTENCE, [])
    assert ref.message == said.ts


async def test_after_a_command_it_is_for_its_person_alone(on: Bed) -> None:
    [ref] = await on.adapter.deliver(*on.unfinished(await on.commanded()))
    [said] = on.alone()
    assert (said.text, said.ts, said.channel.id) == (SENTENCE, ref.message, ref.channel)
    assert on.ours() == on.direct() == []


async def test_after_a_private_command_it_stands_where_the_picture_would(on: Bed) -> None:
    spot = await on.commanded(private=True)
    [ref] = await on.adapter.deliver(*on.unfinished(spot))
    [said] = on.direct()
    assert (said.text, said.ts) == (SENTENCE, spot.placeholder) == (SENTENCE, ref.message)
    assert on.ours() == on.alone() == []


async def test_where_easel_is_not_any_more_the_person_is_told_directly(on: Bed) -> None:
    spot = await on.commanded()
    on.slack.kick(on.channel)
    [ref] = await on.adapter.deliver(*on.unfinished(spot))
    [said] = on.direct()
    assert (said.text, said.ts, said.channel.id) == (SENTENCE, ref.message, ref.channel)
    assert on.alone() == []


async def test_an_answer_that_was_lost_is_said_directly(on: Bed) -> None:
    """Nobody can look whether it arrived: nothing that one person sees can be read back."""
    what = on.unfinished(await on.commanded())
    on.slack.fault("chat.postEphemeral", after=True)
    with pytest.raises(Later):
        await on.adapter.deliver(*what)
    for _ in range(2):
        await on.adapter.deliver(*what)
    assert [each.text for each in on.direct()] == [SENTENCE]
    assert on.ours() == []


async def test_what_was_private_is_told_privately(on: Bed) -> None:
    to, outcome, plan = on.unfinished(await on.wrote())
    outcome = replace(outcome, plan=replace(outcome.plan, private=True))
    await on.adapter.deliver(to, outcome, plan)
    assert on.ours() == []
    assert [each.text for each in on.direct()] == [SENTENCE]
    assert len(on.alone()) == 1


@pytest.mark.parametrize("fault", [{"status": 503}, {"after": True}])
async def test_without_a_placeholder_it_is_said_in_the_thread_once(on: Bed, fault: dict[str, bool]) -> None:
    what = on.unfinished(await on.wrote(placeholder=False))
    on.slack.fault("chat.postMessage", **fault)  # type: ignore[arg-type]  # one of two keywords
    with pytest.raises(Later):
        await on.adapter.deliver(*what)
    await on.start()
    refs = await on.adapter.deliver(*what)
    [said] = on.ours()
    assert said.text == SENTENCE
    assert await on.adapter.deliver(*what) == refs
    assert len(on.ours()) == 1


async def test_in_direct_messages_it_is_said_once_at_the_top_level_too(on: Bed) -> None:
    spot = replace(await on.wrote(channel=on.slack.dm(on.member), placeholder=False), thread="")
    what = on.unfinished(spot)
    on.slack.fault("chat.postMessage", after=True)
    with pytest.raises(Later):
        await on.adapter.deliver(*what)
    await on.adapter.deliver(*what)
    assert [each.text for each in on.direct()] == [SENTENCE]


async def test_a_thread_that_was_deleted_leads_to_the_person(on: Bed) -> None:
    spot = replace(await on.wrote(), placeholder="1.000009", thread="1.000001")
    await on.adapter.deliver(*on.unfinished(spot))
    assert [each.text for each in on.direct()] == [SENTENCE]


async def test_a_placeholder_that_cannot_be_taken_away_does_not_hold_up_the_picture_for_ever(on: Bed) -> None:
    what = await on.finished(await on.wrote())
    on.slack.fault("chat.delete", retry_after=60, times=99)
    with pytest.raises(Later):
        await on.adapter.deliver(*what)
    refs = await on.adapter.deliver(*what)
    assert len(refs) == 1
    assert len([each for each in on.ours() if each.files]) == 1


async def test_a_picture_that_was_given_up_after_hours_is_told(on: Bed) -> None:
    spot = await on.wrote()
    to, outcome, _ = await on.finished(spot)
    await on.adapter.leave(to, outcome, Later("Slack is busy."))
    [said] = on.ours()
    assert said.ts == spot.placeholder
    assert "I tried for hours." in said.text


async def test_what_was_given_up_is_told_where_the_person_looks(on: Bed) -> None:
    gone = Gone("No room.")
    spots = [await on.commanded(), await on.wrote(channel=on.slack.dm(on.member), placeholder=False)]
    for spot in spots:
        to, outcome, _ = await on.finished(spot)
        await on.adapter.leave(to, outcome, gone)
    assert ["No room." in each.text for each in on.alone()] == [True]
    assert on.channel.messages[spots[0].placeholder].deleted
    [said] = on.direct()
    assert said.thread
    assert "here" in said.text
    to, outcome, _ = on.unfinished(await on.wrote(placeholder=False))
    await on.adapter.leave(to, outcome, gone)
    assert SENTENCE in on.direct()[-1].text


async def test_a_status_ends_where_the_answer_came_elsewhere(on: Bed) -> None:
    spot = await on.wrote()
    await on.api.status(spot.team, spot.channel, spot.thread, "is drawing…")
    await on.adapter.deliver(*await on.finished(spot, private=True))
    shown = on.slack.status_of(on.channel, spot.thread)
    assert shown is None or not shown.text


async def test_a_picture_can_be_taken_away_again(on: Bed) -> None:
    to, outcome, plan = await on.finished(await on.wrote(), pictures=2)
    await on.adapter.deliver(to, outcome, plan)
    first, second = (image.id for image in outcome.images)
    [left] = await on.adapter.take_away(on.team.id, first)
    assert len(left.files) == 1
    assert [each.deleted for each in on.slack.files_by_id.values()] == [True, False]
    assert len(on.ours()) == 2
    assert await on.adapter.take_away(on.team.id, first) == ()
    assert await on.adapter.take_away("T0ELSEWHERE", second) == ()
    assert await on.adapter.take_away(on.team.id, second) == ()
    assert on.ours() == []
    assert all(each.deleted for each in on.slack.files_by_id.values())


async def test_taking_away_goes_on_where_it_stopped(on: Bed) -> None:
    to, outcome, plan = await on.finished(await on.commanded())
    await on.adapter.deliver(to, outcome, plan)
    on.slack.fault("chat.delete", retry_after=60)
    with pytest.raises(Later):
        await on.adapter.take_away(on.team.id, outcome.images[0].id)
    assert await on.adapter.take_away(on.team.id, outcome.images[0].id) == ()
    assert on.ours() == []
