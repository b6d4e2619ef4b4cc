"""A message with several pictures: which one is meant is said with a number, or asked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from emulators.discord_api.server import FakeDiscord
from support_discord_api import discord_api, picture  # noqa: F401
from support_discord_easel import Easel, easel
from support_discord_talk import (
    answer,
    drawn,
    lineage,
    steps,
)

from bots.discord import hints
from core.conversation.meaning import Why


@pytest.fixture
async def one(discord_api: FakeDiscord, tmp_path: Path) -> AsyncIterator[Easel]:  # noqa: F811
    """Easel, which reads all messages."""
    async with easel(discord_api, tmp_path) as it:
        yield it


# --- several pictures ----------------------------------------------------------------------------------------------


async def test_a_number_says_which_of_several(one: Easel) -> None:
    three = await one.drawn("a boat --n 3")
    seen = await drawn(await one.member.say(one.art, "2: make it night", reply_to=three))
    assert "Editing picture 2 of the message you replied to." in seen.content
    chosen = (await steps(one, seen))[0]
    assert chosen.position == 2


async def test_which_one_is_asked_and_answered_with_a_number(one: Easel) -> None:
    three = await one.drawn("a boat --n 3")
    said = await one.member.say(one.art, "make it night", reply_to=three)
    asked = await answer(said)
    assert "has 3 pictures" in asked.content
    assert [each["label"] for each in asked.selects[0]["options"]] == ["1. picture 1", "2. picture 2", "3. picture 3"]
    told = await answer(await one.member.say(one.art, "the left one", reply_to=asked))
    assert told.content == hints.sentence(Why.WHICH_NUMBER)
    seen = await drawn(await one.member.say(one.art, "3", reply_to=asked))
    assert await lineage(one, seen) == ["a boat --n 3", "make it night"]
    assert (await steps(one, seen))[0].position == 3


async def test_a_bare_number_right_below_the_question_answers_it(one: Easel) -> None:
    dm = one.member.dm()
    three = await drawn(await one.member.say(dm, "a boat --n 3"))
    asked = await answer(await one.member.say(dm, "make it night", reply_to=three))
    assert asked.selects
    seen = await drawn(await one.member.say(dm, "2"))
    assert await lineage(one, seen) == ["a boat --n 3", "make it night"]


async def test_the_select_answers_it_too(one: Easel) -> None:
    three = await one.drawn("a boat --n 3")
    asked = await answer(await one.member.say(one.art, "make it night", reply_to=three))
    chosen = await one.member.select(asked, "easel:which:", ["2"])
    seen = await chosen.picture()
    assert await lineage(one, seen) == ["a boat --n 3", "make it night"]


async def test_somebody_else_is_not_the_one_who_was_asked(one: Easel) -> None:
    three = await one.drawn("a boat --n 3")
    asked = await answer(await one.member.say(one.art, "make it night", reply_to=three))
    guest = one.fake.user("Guest", guilds=[one.guild])
    told = await answer(await guest.say(one.art, "2", reply_to=asked))
    assert told.content == hints.sentence(Why.NO_PICTURE)
