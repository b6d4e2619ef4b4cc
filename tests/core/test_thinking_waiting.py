"""Waiting for an answer that is thought about: looks that fail, crashes, cancels. It is asked for once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from typing import Any

import pytest
from emulators.image_api.faults import Fault
from emulators.image_api.script import THOROUGH, Ending, Script
from support_thinking import WISH, Room, failure, of, stored
from support_thinking import thinking_room as thinking_room  # the fixture `room`

from core.errors import DrawingFailed, OutcomeUnknown
from core.model import StageName
from core.ports import (
    NOT_WANTED,
    Drawn,
    ProviderEvent,
    Stage,
    Ticket,
    Usage,
)

# --- crashes -----------------------------------------------------------------------------------------------------


async def test_a_crash_after_the_ticket_costs_nothing_the_next_attempt_takes_up_the_answer(room: Room) -> None:
    async with aclosing(room.thinking().draw(WISH, room.blobs)) as first:
        ticket = [event async for event in _until(first, Ticket)][-1]
    assert isinstance(ticket, Ticket)
    assert room.looks() == 0  # it was there before anyone looked

    events = [event async for event in room.thinking().draw(replace(WISH, ticket=ticket.id), room.blobs)]
    assert events[0] == Stage(StageName.PLANNING)
    assert len(of(Drawn, events)) == 1
    assert of(Ticket, events) == []
    assert isinstance(events[-1], Usage)
    assert room.api.posts == 1


async def _until(events: AsyncIterator[ProviderEvent], kind: type[Any]) -> AsyncIterator[ProviderEvent]:
    async for event in events:
        yield event
        if isinstance(event, kind):
            return


async def test_an_answer_that_ended_meanwhile_is_taken_up_at_the_first_look(room: Room) -> None:
    (ticket,) = of(Ticket, await room.told(WISH))
    before, slept = room.looks(), len(room.clock.slept)
    events = await room.told(replace(WISH, ticket=ticket.id))
    assert room.looks() == before + 1
    assert room.clock.slept[slept:] == [0.0]
    assert len(of(Drawn, events)) == 1
    assert room.api.posts == 1


async def test_a_ticket_that_the_server_has_forgotten_is_an_unknown_outcome(room: Room) -> None:
    error = await failure(room, replace(WISH, ticket="resp_long_ago"))
    assert isinstance(error, OutcomeUnknown)
    assert "no longer has the answer" in error.sentence
    assert room.api.posts == 0
    assert room.looks() == 3


@pytest.mark.parametrize("ticket", ["../files", "resp_1/cancel", "resp 1", "?x=1", "é", "r" * 600])
async def test_a_ticket_never_becomes_another_address(room: Room, ticket: str) -> None:
    assert isinstance(await failure(room, replace(WISH, ticket=ticket)), OutcomeUnknown)
    assert room.api.requests == []


# --- waiting -----------------------------------------------------------------------------------------------------


async def test_looks_grow_rarer_and_are_at_most_five_seconds_apart(room: Room) -> None:
    room.api.script = replace(Script(), polls_queued=12)
    await room.told(WISH)
    assert room.clock.slept[0] == 1.0
    assert room.clock.slept == sorted(room.clock.slept)
    assert room.clock.slept[-1] == 5.0
    assert len(room.clock.slept) == room.looks()


@pytest.mark.parametrize(
    "fault", [Fault.DROP, Fault.HALF_BODY, Fault.HTML_502, Fault.HTML_200, Fault.SERVER_ERROR, Fault.EMPTY_BODY_404,
              Fault.BAD_KEY, Fault.STRING_ERROR, Fault.INVALID_SIZE, Fault.UNKNOWN_PARAMETER, Fault.MODERATION_INPUT,
              Fault.ERROR_IN_STREAM]
)  # fmt: skip
async def test_a_look_that_fails_is_only_a_look(room: Room, fault: Fault) -> None:
    room.api.fault(Fault.PASS, Fault.PASS, fault, fault)
    events = await room.told(WISH)
    assert len(of(Drawn, events)) == 1
    assert room.api.posts == 1


async def test_a_busy_server_is_given_the_time_that_it_asks_for(room: Room) -> None:
    room.api.fault(Fault.PASS, *[Fault.RATE_LIMIT] * 3, *[Fault.OVERLOADED] * 3)
    assert len(of(Drawn, await room.told(WISH))) == 1
    assert room.api.posts == 1


@pytest.mark.parametrize("fault", [Fault.DROP, Fault.EMPTY_BODY_404])
async def test_a_server_that_comes_back_again_and_again_is_not_given_up(room: Room, fault: Fault) -> None:
    room.api.script = replace(Script(), polls_queued=90)
    room.api.fault(Fault.PASS, *[fault, Fault.PASS] * 80)
    assert len(of(Drawn, await room.told(WISH))) == 1
    assert sum(room.clock.slept) > 600


async def test_a_server_that_stays_away_is_given_up_after_minutes_and_the_outcome_is_unknown(room: Room) -> None:
    room.api.fault(Fault.PASS, *[Fault.DROP] * 300)
    error = await failure(room)
    assert isinstance(error, OutcomeUnknown)
    assert "could not be reached any more" in error.sentence
    assert 295 < sum(room.clock.slept) < 320
    assert room.api.posts == 1


async def test_pictures_that_are_not_wanted_yet_leave_nothing_behind(room: Room) -> None:
    room.api.script = replace(THOROUGH, ending=Ending.NEVER)
    events = room.thinking().draw(WISH, room.blobs)
    async with aclosing(events):
        async for event in events:
            if event == Stage(StageName.CHECKING):
                break
    assert stored(room.blobs) == []


# --- stopping ----------------------------------------------------------------------------------------------------


async def drawing_until(room: Room, stage: StageName) -> asyncio.Task[None]:
    """A task that draws and has got this far."""
    reached = asyncio.Event()

    async def draw() -> None:
        async for event in room.thinking().draw(WISH, room.blobs):
            if event == Stage(stage):
                reached.set()

    room.api.script = replace(Script(), ending=Ending.NEVER)
    task = asyncio.create_task(draw())
    await asyncio.wait_for(reached.wait(), 10)
    return task


def cancels(room: Room) -> int:
    return sum(each.path.endswith("/cancel") for each in room.api.requests)


async def test_a_person_who_does_not_want_it_any_more_stops_the_bill(room: Room) -> None:
    task = await drawing_until(room, StageName.DRAWING)
    task.cancel(NOT_WANTED)
    with pytest.raises(asyncio.CancelledError):
        await task
    (kept,) = room.api.persona.thinking.kept.values()
    assert cancels(room) == 1
    assert kept.cancelled

    error = await failure(room, replace(WISH, ticket=kept.id))  # who asks for it all the same
    assert type(error) is DrawingFailed
    assert "told to stop" in error.sentence


async def test_a_second_cancel_does_not_take_back_the_first(room: Room) -> None:
    task = await drawing_until(room, StageName.DRAWING)
    task.cancel(NOT_WANTED)
    for _ in range(3):  # until the stop is on its way, and not yet sent
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    (kept,) = room.api.persona.thinking.kept.values()
    for _ in range(1000):
        if kept.cancelled:
            break
        await asyncio.sleep(0.01)
    assert kept.cancelled
    assert cancels(room) == 1


async def test_a_shutdown_lets_the_provider_finish_and_the_next_start_has_the_picture(room: Room) -> None:
    task = await drawing_until(room, StageName.DRAWING)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert cancels(room) == 0
    (kept,) = room.api.persona.thinking.kept.values()
    kept.script = Script()
    assert len(of(Drawn, await room.told(replace(WISH, ticket=kept.id)))) == 1
    assert room.api.posts == 1


@pytest.mark.parametrize("fault", [Fault.DROP, Fault.SERVER_ERROR, Fault.EMPTY_BODY_404])
async def test_a_stop_that_fails_is_no_other_error(room: Room, fault: Fault) -> None:
    task = await drawing_until(room, StageName.DRAWING)
    room.api.fault(*[fault] * 10)
    task.cancel(NOT_WANTED)
    with pytest.raises(asyncio.CancelledError):
        await task
