"""Thinking mode on a real socket: one question, and what a person sees of it."""

from __future__ import annotations

import base64
import io
from dataclasses import replace
from typing import Any

import pytest
import support_images as files
from emulators.image_api.script import THOROUGH, Script, Source, Step
from PIL import Image
from support_thinking import BUDGET, PAINTER, THINKER, WISH, Room, failure, of, stages, stored
from support_thinking import thinking_room as thinking_room  # the fixture `room`

from core.errors import CannotDraw
from core.model import Background, JobId, OutputFormat, Quality, Size, StageName
from core.ports import (
    Drawn,
    EditOrder,
    SourceImage,
    Ticket,
    Usage,
)
from core.providers.openai import thinking_wish
from core.providers.profiles import server_of

# --- what a person sees ------------------------------------------------------------------------------------------


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


# --- what is turned down -----------------------------------------------------------------------------------------


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
