"""Thinking mode on a real socket: one question, any number of looks, one picture, and every way in which it can end."""

from __future__ import annotations

import asyncio
import base64
import io
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import support_images as files
from emulators.image_api.faults import Fault
from emulators.image_api.script import THOROUGH, Ending, Script, Source, Step
from emulators.image_api.server import FakeImageApi
from PIL import Image
from pydantic import SecretStr
from support_image_api import image_api  # noqa: F401

from core.blobs.files import FileBlobs
from core.errors import CannotDraw, DrawingFailed, Moderated, OutcomeUnknown, ProviderError, ProviderUnavailable
from core.model import Background, JobId, OutputFormat, Quality, Size, StageName
from core.ports import (
    Drawn,
    EditOrder,
    GenerateOrder,
    ProviderEvent,
    SourceImage,
    Stage,
    ThinkingBudget,
    Ticket,
    Usage,
)
from core.pricing import Price, PriceTable
from core.providers.openai import thinking_wish
from core.providers.openai.account import Account
from core.providers.openai.breaker import Breakers
from core.providers.openai.connection import Connection
from core.providers.openai.pacing import Pacing
from core.providers.openai.thinking import NOT_WANTED, Thinking
from core.providers.profiles import server_of

THINKER, PAINTER = "gpt-5.5", "gpt-image-2"
BUDGET = ThinkingBudget(THINKER, tool_calls_max=4, text_in_tokens_max=60_000, text_out_tokens_max=8_000)
DAY = date(2026, 11, 23)
PRICES = PriceTable(
    (
        Price(
            "openai",
            THINKER,
            "test",
            DAY,
            thinks=True,
            text_in=2_000,
            text_in_cached=500,
            text_out=12_000,
            search=10_000_000,
        ),
        Price("openai", "", "test", DAY, text_in=1, text_out=1),  # drawing models that no row knows
        Price("openai", "", "test", DAY, thinks=True, text_in=20_000, text_out=120_000, search=10_000_000),
        Price("openai", PAINTER, "test", DAY, text_in=5_000, image_in=8_000, image_out=30_000),
    )
)
WISH = GenerateOrder(
    job=JobId("0" * 32),
    model=PAINTER,
    text="a kite over the harbour",
    size=Size(1024, 1024),
    quality=Quality.LOW,
    safety_identifier="c" * 64,
)


class QuickClock:
    """Time that passes as soon as somebody waits for it."""

    def __init__(self) -> None:
        self._now_us = 1_795_000_000_000_000
        self.slept: list[float] = []

    def now_us(self) -> int:
        return self._now_us

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._now_us += int(seconds * 1_000_000)
        await asyncio.sleep(0)


@dataclass
class Room:
    """A studio that thinks, and the server that it asks."""

    api: FakeImageApi
    account: Account
    clock: QuickClock
    blobs: FileBlobs
    connection: Connection

    def thinking(self, **changes: Any) -> Thinking:
        return Thinking(replace(self.account, **changes), self.connection, self.clock, prices=PRICES)

    async def told(self, order: GenerateOrder | EditOrder) -> list[ProviderEvent]:
        return [event async for event in self.thinking().draw(order, self.blobs)]

    def looks(self) -> int:
        return sum(each.method == "GET" for each in self.api.requests)


@pytest.fixture
async def room(image_api: FakeImageApi, tmp_path: Path) -> AsyncIterator[Room]:  # noqa: F811
    account = Account(
        base_url=image_api.base_url,
        api_key=SecretStr(image_api.key),
        server=server_of("", "openai"),
        model=PAINTER,
        thinking_model=THINKER,
        thinking=BUDGET,
    )
    clock = QuickClock()
    connection = Connection(account, clock, Pacing(clock), Breakers(clock))
    try:
        yield Room(image_api, account, clock, FileBlobs(tmp_path / "blobs"), connection)
    finally:
        await connection.aclose()


def of(kind: type[Any], events: Sequence[ProviderEvent]) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


def stages(events: Sequence[ProviderEvent]) -> list[StageName]:
    return [event.name for event in of(Stage, events)]


def stored(blobs: FileBlobs) -> list[Path]:
    return [path for path in blobs._folder.rglob("*") if path.is_file()]


async def failure(room: Room, order: GenerateOrder | EditOrder = WISH) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        await room.told(order)
    assert stored(room.blobs) == []
    return caught.value


# --- what a person sees ---------------------------------------------------------------------------------------------


async def test_a_wish_is_one_question_and_its_stages_picture_sources_and_cost_come_back(room: Room) -> None:
    events = await room.told(WISH)
    assert stages(events) == [StageName.PLANNING, StageName.SEARCHING, StageName.DRAWING, StageName.CHECKING]
    (ticket,) = of(Ticket, events)
    assert ticket.id in {each.path.rpartition("/")[2] for each in room.api.requests}
    (drawn,) = of(Drawn, events)
    assert (drawn.size, drawn.media_type) == (Size(1024, 1024), "image/png")
    with Image.open(io.BytesIO(await room.blobs.read(drawn.blob.key))) as picture:
        assert picture.size == (1024, 1024)
    facts = dict(drawn.facts)
    assert facts["Thought by"] == THINKER
    assert facts["Web searches"] == "1"
    assert facts["Revised prompt"].endswith("composed with care.")
    assert facts["Response"] == ticket.id
    listed = (
        "Kite - Wikipedia (https://en.wikipedia.org/wiki/Kite), "
        "A short history of kites (https://www.rmg.co.uk/stories/kites)"
    )
    assert facts["Sources"] == listed
    usage = events[-1]
    assert isinstance(usage, Usage)
    assert (usage.images, usage.remarks) == (1, (f"Sources: {listed}",))
    assert room.api.posts == 1


async def test_the_cost_is_the_sum_that_the_server_counted(room: Room) -> None:
    events = await room.told(WISH)
    (kept,) = room.api.persona.thinking.kept.values()
    from emulators.image_api import responses_items as counted

    text, tools = counted.text_usage(kept), counted.tool_usage(kept)
    picture = tools["image_gen"]
    details = picture["input_tokens_details"]
    assert picture["output_tokens"] == 196  # a low square, by OpenAI's own calculator
    assert events[-1].nanodollars == (
        text["input_tokens"] * 2_000
        + text["output_tokens"] * 12_000
        + details["text_tokens"] * 5_000
        + details["image_tokens"] * 8_000
        + 196 * 30_000
        + 10_000_000
    )


async def test_the_order_reaches_the_server_as_it_was_meant(room: Room) -> None:
    order = replace(
        WISH, quality=Quality.HIGH, format=OutputFormat.WEBP, background=Background.TRANSPARENT, without=("text",),
        style="poster", size=Size(1536, 1024),
    )  # fmt: skip
    (drawn,) = of(Drawn, await room.told(order))
    assert (drawn.size, drawn.media_type) == (Size(1536, 1024), "image/webp")
    body = room.api.requests[0].json
    assert body["tools"][1] == {
        "type": "image_generation",
        "action": "auto",
        "model": PAINTER,
        "output_format": "webp",
        "size": "1536x1024",
        "quality": "high",
        "background": "transparent",
    }
    words = body["input"][0]["content"][0]["text"]
    assert words.startswith("a kite over the harbour\nScreen-printed poster")
    assert words.endswith("Do not show: text.")
    assert (body["max_tool_calls"], body["max_output_tokens"], body["safety_identifier"]) == (4, 8_000, "c" * 64)
    assert room.api.requests[1].query == {"include[]": "web_search_call.action.sources"}


async def test_the_last_of_several_drawings_counts_and_only_it_is_kept(room: Room) -> None:
    room.api.script = THOROUGH
    events = await room.told(WISH)
    assert stages(events)[-2:] == [StageName.DRAWING, StageName.CHECKING]
    (drawn,) = of(Drawn, events)
    (kept,) = room.api.persona.thinking.kept.values()
    last = base64.b64decode(kept.pictures[max(kept.pictures)])
    assert len(kept.pictures) == 2
    assert await room.blobs.read(drawn.blob.key) == last
    assert [path.read_bytes() for path in stored(room.blobs)] == [last]
    assert dict(drawn.facts)["Drawn"] == "2 times, the last one counts"


async def test_an_edit_hands_in_its_pictures_flat_and_its_mask(room: Room) -> None:
    clear = files.encoded(Image.new("RGBA", (640, 400), (200, 30, 30, 90)))
    photograph = SourceImage(files.photograph("china"), "image/jpeg", Size(640, 427))
    order = EditOrder(
        job=JobId("1" * 32),
        model=PAINTER,
        text="make it night",
        size=None,
        quality=Quality.LOW,
        source=SourceImage(clear, "image/png", Size(640, 400)),
        references=(photograph,),
        mask=files.mask_of((640, 400), (100, 100, 300, 300)),
    )
    (drawn,) = of(Drawn, await room.told(order))
    assert drawn.size.width * 400 == pytest.approx(drawn.size.height * 640, rel=0.02)  # the source's own shape
    body = room.api.requests[0].json
    assert body["tools"][1]["size"] == str(drawn.size)
    sent = [part["image_url"] for part in body["input"][0]["content"] if part["type"] == "input_image"]
    first, second = (base64.b64decode(url.partition(",")[2]) for url in sent)
    with Image.open(io.BytesIO(first)) as opened:
        assert (opened.mode, opened.size) == ("RGB", (640, 400))
    assert second == photograph.data
    with Image.open(io.BytesIO(base64.b64decode(_mask_of(body).partition(",")[2]))) as mask:
        assert mask.size == (640, 400)
        assert mask.getpixel((200, 200))[3] == 0
        assert mask.getpixel((10, 10))[3] == 255
    assert "transparency" in body["input"][0]["content"][0]["text"]


def _mask_of(body: dict[str, Any]) -> str:
    url: str = body["tools"][1]["input_image_mask"]["image_url"]
    return url


async def test_a_picture_that_is_too_large_for_json_goes_as_a_photograph(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thinking_wish, "PICTURE_BYTES_MAX", 100_000)
    small, large = files.encoded(Image.new("RGB", (400, 400))), files.photo_png("china")
    assert len(small) < 100_000 < len(large)
    await room.told(
        replace(WISH, references=tuple(SourceImage(each, "image/png", Size(400, 400)) for each in (small, large)))
    )
    content = room.api.requests[0].json["input"][0]["content"]
    types = [part["image_url"][:16] for part in content if part["type"] == "input_image"]
    assert types == ["data:image/png;b", "data:image/jpeg;"]


async def test_hostile_pages_become_harmless_remarks(room: Room) -> None:
    room.api.script = Script(
        sources=(
            Source("javascript:alert(1)", "Click"),
            Source("https://127.0.0.1/admin", "Router"),
            Source("https://example.org/a?utm_source=openai", "Nice\u202e\n<!channel>" + "x" * 300),
            Source("https://example.org/a", "again"),
        )
    )
    usage = (await room.told(WISH))[-1]
    assert isinstance(usage, Usage)
    (remark,) = usage.remarks
    assert remark.startswith("Sources: Nice <!channel>xxx")
    assert remark.endswith("… (https://example.org/a)")
    assert len(remark) < 150


async def test_without_searching_there_is_nothing_said_of_sources(room: Room) -> None:
    room.api.script = Script(steps=(Step.THINK, Step.DRAW, Step.SAY))
    events = await room.told(WISH)
    assert stages(events) == [StageName.PLANNING, StageName.DRAWING, StageName.CHECKING]
    assert events[-1].remarks == ()
    assert "Sources" not in dict(of(Drawn, events)[0].facts)


async def test_more_than_one_picture_is_one_and_said(room: Room) -> None:
    events = await room.told(replace(WISH, count=3))
    assert len(of(Drawn, events)) == 1
    assert events[-1].images == 1
    assert events[-1].remarks[0] == "In thinking mode one picture is drawn at a time."


async def test_a_thinker_that_no_row_knows_costs_what_the_dearest_thinker_costs(room: Room) -> None:
    events = [
        event async for event in room.thinking(thinking=replace(BUDGET, model="gpt-5.5-nova")).draw(WISH, room.blobs)
    ]
    known = (await room.told(WISH))[-1]
    assert isinstance(known, Usage)
    assert isinstance(events[-1], Usage)
    assert known.nanodollars is not None
    assert events[-1].nanodollars is not None
    assert events[-1].nanodollars > 2 * known.nanodollars


@pytest.mark.parametrize("gone", ["tells_usage", "tells_tool_usage"])
async def test_without_the_servers_own_count_the_estimate_stays(room: Room, gone: str) -> None:
    room.api.script = replace(Script(), **{gone: False})
    assert (await room.told(WISH))[-1].nanodollars is None


# --- crashes --------------------------------------------------------------------------------------------------------


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
    before = room.looks()
    events = await room.told(replace(WISH, ticket=ticket.id))
    assert room.looks() == before + 1
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


# --- waiting --------------------------------------------------------------------------------------------------------


async def test_looks_grow_rarer_and_are_at_most_five_seconds_apart(room: Room) -> None:
    room.api.script = replace(Script(), polls_queued=12)
    await room.told(WISH)
    assert room.clock.slept[0] == 1.0
    assert room.clock.slept == sorted(room.clock.slept)
    assert room.clock.slept[-1] == 5.0
    assert len(room.clock.slept) == room.looks()


@pytest.mark.parametrize(
    "fault", [Fault.DROP, Fault.HALF_BODY, Fault.HTML_502, Fault.HTML_200, Fault.SERVER_ERROR, Fault.EMPTY_BODY_404,
              Fault.BAD_KEY, Fault.STRING_ERROR, Fault.INVALID_SIZE, Fault.UNKNOWN_PARAMETER, Fault.MODERATION_INPUT]
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


# --- ends -----------------------------------------------------------------------------------------------------------

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


# --- stopping -------------------------------------------------------------------------------------------------------


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


# --- what is turned down --------------------------------------------------------------------------------------------


async def test_a_storyboard_is_turned_down_before_anything_is_asked(room: Room) -> None:
    error = await failure(room, replace(WISH, panels=True, count=4))
    assert isinstance(error, CannotDraw)
    assert room.api.requests == []


@pytest.mark.parametrize("changes", [{"thinking": None}, {"server": server_of("", "generic")}])
async def test_who_cannot_think_says_so(room: Room, changes: dict[str, Any]) -> None:
    with pytest.raises(CannotDraw, match="cannot think"):
        async for _ in room.thinking(**changes).draw(WISH, room.blobs):
            pass
    assert room.api.requests == []
