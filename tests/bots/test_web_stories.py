"""A person says, a person sees: the playground over real HTTP, with a real store and worker behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from support_web import House, house


@pytest.fixture
async def easel(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as running:
        yield running


async def test_imagine_posts_a_picture_in_reply_to_the_words(easel: House) -> None:
    async with easel.browser() as member:
        result = await member.drawn("/imagine a red fox")
        said = (await member.messages())[0]
        assert (said["kind"], said["text"], said["author"]["id"]) == ("said", "/imagine a red fox", "member")
        assert result["kind"] == "result"
        assert result["author"]["kind"] == "easel"
        assert result["reply_to"] == said["id"]
        assert result["reply_preview"]["text"] == "/imagine a red fox"
        [image] = result["images"]
        assert image["number"] == 1
        assert image["alt"].startswith("A field of")
        shown = await member.send("GET", image["url"])
        assert shown.status == 200
        assert shown.body.startswith(b"\x89PNG")
        assert [button["verb"] for button in result["buttons"]][:2] == ["edit", "redo"]
