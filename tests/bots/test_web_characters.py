"""Characters in the playground: by typing, with a picture attached, replied to or chosen."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from support_web import Browser, House, house, png


@pytest.fixture
async def easel(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as running:
        yield running


async def attached(browser: Browser, colour: str = "gold") -> list[str]:
    return [(await browser.upload(png(64, 48, colour))).json["upload"]]


async def answer(browser: Browser, text: str, **fields: Any) -> str:
    said = await browser.say(text, **fields)
    assert said.status == 202, said.body
    last = (await browser.messages())[-1]
    assert (last["kind"], last["only_for"]) == ("answer", browser.person)
    return str(last["text"])


async def test_from_a_file_to_a_picture_with_the_character(easel: House) -> None:
    async with easel.browser() as member, easel.browser("guest") as guest:
        assert "You have no characters yet." in await answer(member, "/character")
        kept = await answer(member, "/character Hero", attachments=await attached(member))
        assert kept == "Kept. Say `--character hero`, or `@hero`, and I look at this picture while drawing."
        assert await guest.messages() == [], "nobody else sees anything of it"
        for words in ("/imagine a fox --character hero", "/imagine a fox with @hero", "@easel draw @hero"):
            drawn = await member.drawn(words)
            assert "With Hero." in drawn["remarks"]
        form = await member.drawn("/imagine a fox", command="imagine", options={"character": "Hero"})
        assert "With Hero." in form["remarks"]
        assert (await guest.say("/imagine a fox --character hero")).status == 404
        assert "`Hero` is removed." in await answer(member, "/character hero remove")
        refused = await member.say("/imagine a fox --character hero")
        assert "There is no character called hero here." in refused.sentence


async def test_a_picture_of_the_channel_becomes_one(easel: House) -> None:
    async with easel.browser() as member:
        four = await member.drawn("/imagine boats --n 4")
        asked = await member.say("/character Hero", reply_to=four["id"])
        assert len(asked.json["error"]["choices"]) == 4
        assert "Kept." in await answer(member, "/character Hero", reply_to=four["id"], pick=3)
        third = four["images"][2]["id"]
        assert "Kept." in await answer(member, "/character Zoe shared", image=third)
        await member.press("delete", third)
        drawn = await member.drawn("/imagine a fox --char hero,zoe")
        assert drawn["remarks"][:2] == ["With Hero.", "With Zoe."]
        assert (await answer(member, "/character")).splitlines()[:3] == [
            "**Your characters**",
            "- `Hero`",
            "- `Zoe`, shared",
        ]


async def test_switches_of_the_form(easel: House) -> None:
    async with easel.browser() as member, easel.browser("guest") as guest:
        form: dict[str, Any] = {"command": "character", "options": {"shared": True}}
        await answer(member, "/character Hero", attachments=await attached(member), **form)
        assert "**Shared here**" in await answer(guest, "/character")
        form = {"command": "character", "options": {"remove": True}}
        refused = await guest.say("/character Hero", **form)
        assert "Only the person who shared Hero" in refused.sentence
        await answer(member, "/character Hero", **form)
        assert "no characters yet" in await answer(guest, "/character")


async def test_what_comes_of_a_private_character_is_seen_by_its_owner_alone(easel: House) -> None:
    async with easel.browser() as member, easel.browser("guest") as guest:
        secret = await member.drawn("/imagine a diary --private")
        await answer(member, "/character Diary", reply_to=secret["id"])
        drawn = await member.drawn("/imagine a fox with @diary")
        assert drawn["only_for"] == "member"
        assert await guest.messages() == []


async def test_a_message_that_comes_again_removes_nothing_twice(easel: House) -> None:
    async with easel.browser() as member:
        await answer(member, "/character Hero", attachments=await attached(member))
        key = str(uuid.uuid4())
        first, again = [await member.say("/character Hero remove", client_key=key) for _ in range(2)]
        assert (first.status, again.status) == (202, 202)
        assert first.json["message"] == again.json["message"]
