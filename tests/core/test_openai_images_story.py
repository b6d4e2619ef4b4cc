"""A story in panels: the first is drawn from words, the others from it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import support_images as files
from emulators.image_api.faults import Fault
from emulators.image_api.server import FakeImageApi
from hypothesis import given, settings
from hypothesis import strategies as st
from support_openai import drawing_with, pictures, told, usage, wish

from core.blobs.files import FileBlobs
from core.errors import Moderated
from core.model import Size
from core.ports import SourceImage
from core.providers.openai.storyboard import AT_ONCE, SAME, panels_of, parts_of

STORY = "A fox wakes in the snow. She walks to the sea. She finds a boat. She sails away."
STEADY = settings(derandomize=True, deadline=None, max_examples=100)


@pytest.fixture
async def api() -> AsyncIterator[FakeImageApi]:
    server = await FakeImageApi.start()
    yield server
    await server.aclose()


@pytest.fixture
def blobs(tmp_path: Path) -> FileBlobs:
    return FileBlobs(tmp_path)


async def test_every_panel_after_the_first_is_shown_the_first(api: FakeImageApi, blobs: FileBlobs) -> None:
    async with drawing_with(api) as provider:
        events = await told(provider.generate(wish(text=STORY, count=4, panels=True), blobs))
    first, *others = api.requests
    drawn = pictures(events)
    assert first.path == "/v1/images/generations"
    assert first.json["prompt"].startswith("Panel 1 of 4 of one story")
    assert SAME not in first.json["prompt"]
    panel = await blobs.read(drawn[0].blob.key)
    for number, request in enumerate(sorted(others, key=lambda one: one.fields()["prompt"]), start=2):
        assert request.path == "/v1/images/edits"
        assert request.files()[0].content == panel
        said = request.fields()["prompt"]
        assert said.startswith(f"Panel {number} of 4 of one story")
        assert SAME in said
    assert [picture.alt for picture in drawn] == [part + "." for part in STORY.rstrip(".").split(". ")]
    assert (api.posts, usage(events).images) == (4, 4)
    assert usage(events).nanodollars


async def test_references_go_along_to_every_panel(api: FakeImageApi, blobs: FileBlobs) -> None:
    flower = SourceImage(files.photograph("flower"), "image/jpeg", Size(640, 427))
    async with drawing_with(api) as provider:
        await told(provider.generate(wish(text=STORY, count=3, panels=True, references=(flower,)), blobs))
    assert [request.path for request in api.requests] == ["/v1/images/edits"] * 3
    assert [len(request.files()) for request in api.requests] == [1, 2, 2]
    assert all(request.files()[-1].content == flower.data for request in api.requests)


async def test_a_set_that_is_not_complete_is_delivered(api: FakeImageApi, blobs: FileBlobs) -> None:
    api.fault(Fault.PASS, Fault.PASS, Fault.MODERATION_OUTPUT)
    async with drawing_with(api) as provider:
        events = await told(provider.generate(wish(text=STORY, count=8, panels=True), blobs))
    drawn = len(pictures(events))
    assert 2 <= drawn <= 1 + AT_ONCE
    assert usage(events).images == drawn
    assert f"Only {drawn} of 8 pictures came." in usage(events).remarks[0]


async def test_without_a_first_panel_there_is_no_story(api: FakeImageApi, blobs: FileBlobs) -> None:
    api.fault(Fault.MODERATION_INPUT)
    async with drawing_with(api) as provider:
        with pytest.raises(Moderated):
            await told(provider.generate(wish(text=STORY, count=4, panels=True), blobs))
    assert api.posts == 1


async def test_a_server_that_takes_no_pictures_draws_every_panel_from_words(blobs: FileBlobs) -> None:
    api = await FakeImageApi.start(persona="sd-server")
    try:
        async with drawing_with(api, "ollama") as provider:
            order = wish(text=STORY, count=3, panels=True, size=Size(512, 512), model="sd-cpp-local")
            events = await told(provider.generate(order, blobs))
    finally:
        await api.aclose()
    assert [request.path for request in api.requests] == ["/v1/images/generations"] * 3
    assert len(pictures(events)) == 3
    assert any("from the words alone" in remark for remark in usage(events).remarks)


def test_a_story_is_told_in_its_own_words() -> None:
    assert parts_of(STORY, 4) == (
        "A fox wakes in the snow.", "She walks to the sea.", "She finds a boat.", "She sails away.",
    )  # fmt: skip
    assert parts_of(STORY, 2) == ("A fox wakes in the snow. She walks to the sea.", "She finds a boat. She sails away.")
    assert parts_of("狐が起きる。海へ行く。船を見つける。", 3) == ("狐が起きる。", "海へ行く。", "船を見つける。")
    assert parts_of("a fox\n- at sea\nat home", 3) == ("a fox", "- at sea", "at home")
    assert parts_of("a fox goes to sea", 3) == ()
    quoting = 'The sign says "Stop. Now." A fox stops.'
    assert parts_of(quoting, 2, ("Stop. Now.",)) == ('The sign says "Stop. Now."', "A fox stops.")


def test_a_story_too_short_for_its_panels_is_told_by_parts() -> None:
    panels = panels_of(wish(text="a fox goes to sea", count=3, panels=True), pictured=True)
    assert ["part 2 of 3" in panel.words for panel in panels] == [False, True, False]
    assert {panel.alt for panel in panels} == {"a fox goes to sea"}
    assert all(SAME not in panel.words for panel in panels_of(wish(text=STORY, count=4, panels=True), pictured=False))


@STEADY
@given(st.lists(st.text('ab .!?。\n"”', max_size=12), max_size=8).map("".join), st.integers(2, 8))
def test_no_word_of_a_story_is_lost(text: str, count: int) -> None:
    parts = parts_of(text, count)
    assert len(parts) in (0, count)
    if parts:
        assert all(parts)
        assert "".join("".join(parts).split()) == "".join(text.split())
