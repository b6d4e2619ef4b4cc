"""Every way in which thinking ends without the picture, and what a person is told."""

from __future__ import annotations

import pytest
from emulators.image_api.faults import Fault
from emulators.image_api.script import Ending, Script, Step
from support_thinking import WISH, Room, failure, of
from support_thinking import thinking_room as thinking_room  # the fixture `room`

from core.errors import CannotDraw, DrawingFailed, Moderated, OutcomeUnknown, ProviderError, ProviderUnavailable
from core.ports import (
    Drawn,
)

SHORT = (Step.THINK, Step.SAY)
ENDS: dict[str, tuple[Script, type[ProviderError], str]] = {
    "failed": (Script(steps=(Step.THINK,), ending=Ending.FAILED), DrawingFailed, "fault of its own"),
    "no room": (Script(steps=(Step.THINK,), ending=Ending.OUT_OF_TOKENS), DrawingFailed, "ran out of room"),
    "filtered": (Script(ending=Ending.FILTERED), Moderated, "safety check"),
    "blocked": (Script(steps=(Step.THINK, Step.DRAW_BLOCKED, Step.SAY)), Moderated, "because of violence"),
    "refused": (Script(steps=(Step.THINK, Step.REFUSE)), Moderated, "declined"),
    "only words": (Script(steps=SHORT), DrawingFailed, "sent no picture"),
}


@pytest.mark.parametrize("name", ENDS)
async def test_an_answer_without_a_picture_says_why(room: Room, name: str) -> None:
    script, kind, said = ENDS[name]
    room.api.script = script
    error = await failure(room)
    assert type(error) is kind
    assert said in error.sentence
    assert error.note
    assert room.api.posts == 1


async def test_a_drawing_that_was_declined_and_then_made_differently_counts(room: Room) -> None:
    room.api.script = Script(steps=(Step.DRAW_BLOCKED, Step.DRAW, Step.SAY))
    assert len(of(Drawn, await room.told(WISH))) == 1


async def test_what_ran_out_of_room_after_its_picture_keeps_the_picture(room: Room) -> None:
    room.api.script = Script(steps=(Step.THINK, Step.DRAW), ending=Ending.OUT_OF_TOKENS)
    events = await room.told(WISH)
    assert len(of(Drawn, events)) == 1
    assert events[-1].remarks == ("The thinking ran out of room before it could check this picture.",)


@pytest.mark.parametrize("fault", [Fault.NOT_BASE64, Fault.NOT_A_PICTURE, Fault.EMPTY_DATA])
async def test_a_picture_that_is_none_is_a_failed_drawing(room: Room, fault: Fault) -> None:
    room.api.fault(fault)
    error = await failure(room)
    assert type(error) is DrawingFailed
    assert "without a picture" in error.note


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault.DROP, OutcomeUnknown),
        (Fault.HALF_BODY, OutcomeUnknown),
        (Fault.HTML_502, OutcomeUnknown),
        (Fault.HTML_504, OutcomeUnknown),
        (Fault.SERVER_ERROR, DrawingFailed),
        (Fault.MODERATION_INPUT, Moderated),
        (Fault.BILLING_LIMIT, ProviderUnavailable),
        (Fault.BAD_KEY, ProviderUnavailable),
        (Fault.INVALID_SIZE, CannotDraw),
        (Fault.ERROR_IN_STREAM, DrawingFailed),
    ],
)
async def test_a_question_whose_answer_is_lost_or_refused_is_asked_once(
    room: Room, fault: Fault, kind: type[ProviderError]
) -> None:
    room.api.fault(fault)
    assert isinstance(await failure(room), kind)
    assert room.api.posts == 1
    assert room.looks() == 0


@pytest.mark.parametrize("parameter", ["include", "reasoning.effort", "safety_identifier", "background"])
async def test_a_parameter_that_is_refused_by_name_is_left_out_once_and_for_all(room: Room, parameter: str) -> None:
    room.api.parameter = parameter
    room.api.fault(Fault.UNKNOWN_PARAMETER)
    thinking = room.thinking()
    for _ in range(2):
        events = [event async for event in thinking.draw(WISH, room.blobs)]
        assert len(of(Drawn, events)) == 1
    first, *others = [each.json for each in room.api.requests if each.method == "POST"]
    name = parameter.partition(".")[0]
    assert name in first
    assert [first.keys() - other.keys() for other in others] == [{name}] * 2


@pytest.mark.parametrize("parameter", ["max_tool_calls", "max_output_tokens", "tools[1].action", "instructions"])
async def test_what_caps_the_cost_or_makes_the_picture_is_never_left_out(room: Room, parameter: str) -> None:
    room.api.parameter = parameter
    room.api.fault(Fault.UNKNOWN_PARAMETER)
    assert isinstance(await failure(room), CannotDraw)
    assert room.api.posts == 1
