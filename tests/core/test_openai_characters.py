"""What a model is told of the characters in its pictures: one sentence, and the person's own words untouched."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import support_images as files
from emulators.image_api.server import FakeImageApi
from support_openai import SQUARE, change, drawing_with, told, wish

from core.blobs.files import FileBlobs
from core.model import Size
from core.ports import SourceImage
from core.providers.openai.bodies import prompt_of
from core.providers.profiles import server_of

HERO = SourceImage(files.photograph("flower"), "image/jpeg", Size(640, 427), shows="Hero")
BEACH = SourceImage(files.photograph("flower"), "image/jpeg", Size(640, 427))
OPENAI = server_of("", "openai")


@pytest.fixture
async def api() -> AsyncIterator[FakeImageApi]:
    server = await FakeImageApi.start()
    yield server
    await server.aclose()


def test_the_sentence_stands_behind_the_persons_words() -> None:
    order = wish(text="a boat with @hero", references=(BEACH, HERO), without=("text",))
    assert prompt_of(order, OPENAI) == (
        "a boat with @hero\nPicture 2 shows the character Hero: keep their looks.\nDo not show: text."
    )
    assert prompt_of(wish(text="a boat", references=(BEACH,)), OPENAI) == "a boat"


def test_an_edits_own_picture_is_the_first() -> None:
    order = change(text="add @hero", source=BEACH, references=(HERO,))
    assert prompt_of(order, OPENAI) == "add @hero\nPicture 2 shows the character Hero: keep their looks."
    assert SQUARE  # the support's own size, so that the order is one that is drawn


async def test_on_the_wire(api: FakeImageApi, tmp_path: Path) -> None:
    async with drawing_with(api) as provider:
        await told(provider.generate(wish(text="a boat with @hero", references=(BEACH, HERO)), FileBlobs(tmp_path)))
    (request,) = api.requests
    assert request.fields()["prompt"] == "a boat with @hero\nPicture 2 shows the character Hero: keep their looks."
    assert len(request.files()) == 2


async def test_in_a_story_the_first_panel_moves_the_others_up(api: FakeImageApi, tmp_path: Path) -> None:
    order = wish(text="Hero wakes. Hero sails.", count=2, panels=True, references=(HERO,))
    async with drawing_with(api) as provider:
        await told(provider.generate(order, FileBlobs(tmp_path)))
    first, second = (request.fields()["prompt"] for request in api.requests)
    assert "\nPicture 1 shows the character Hero: keep their looks." in first
    assert "\nPicture 2 shows the character Hero: keep their looks." in second
    assert [len(request.files()) for request in api.requests] == [1, 2]
