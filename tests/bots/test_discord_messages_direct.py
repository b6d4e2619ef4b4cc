"""Direct messages: everything said there is said to Easel."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from emulators.discord_api.people import Person
from emulators.discord_api.server import FakeDiscord
from emulators.discord_api.world import Channel
from support_discord_api import discord_api, picture  # noqa: F401
from support_discord_easel import Easel, easel
from support_discord_talk import (
    BEACH,
    answer,
    answers,
    drawn,
    edited,
    image_of,
    lineage,
    stays_silent,
    written_down,
)

from bots.discord import hints
from core.conversation.meaning import Why
from core.model import Actor, Place


@pytest.fixture
async def one(discord_api: FakeDiscord, tmp_path: Path) -> AsyncIterator[Easel]:  # noqa: F811
    """Easel, which reads all messages."""
    async with easel(discord_api, tmp_path) as it:
        yield it


# --- direct messages -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("intent", [True, False])
async def test_direct_messages_work_fully(tmp_path: Path, intent: bool) -> None:
    fake = await FakeDiscord.start(message_content=intent)
    try:
        async with easel(fake, tmp_path, intent=intent) as it:
            dm = it.member.dm()
            first = await drawn(await it.member.say(dm, "a boat"))
            second = await drawn(await it.member.say(dm, "make it night", reply_to=first))
            assert await lineage(it, second) == ["a boat", "make it night"]
            await drawn(await it.member.say(dm, "make it blue", files=[BEACH]))
            assert edited(it).source.size.width == 64
            await stays_silent(it, await it.member.say(dm, "thanks!"))
            told = await answer(await it.member.say(dm, "", files=[BEACH]))
            assert told.content == hints.sentence(Why.NO_WORDS)
    finally:
        await fake.aclose()


async def test_questions_are_answered_in_direct_messages(one: Easel) -> None:
    dm = one.member.dm()
    assert "On Discord" in await told_in(dm, one.member, "/help")
    assert "No limit applies" in await told_in(dm, one.member, "/quota")
    seen = await drawn(await one.member.say(dm, "a boat"))
    image = image_of(seen)
    await written_down(one, seen)
    history = await told_in(dm, one.member, "/history")
    assert f"/channels/@me/{dm.id}/{seen.id}" in history
    again = await drawn(await one.member.say(dm, f"/image {image}"))
    assert again.files[0].data == seen.files[0].data
    assert len(one.hand.orders) == 1


async def test_a_workspace_of_its_own(one: Easel) -> None:
    await drawn(await one.member.say(one.member.dm(), "a boat"))
    job = (await one.store.history(*_asker(one, one.member.dm())))[0]
    assert job.place.workspace == f"dm:{one.member.id}"


def _asker(it: Easel, dm: Channel) -> tuple[Actor, Place]:
    workspace = f"dm:{it.member.id}"
    return Actor("discord", workspace, str(it.member.id), "Member"), Place("discord", workspace, str(dm.id))


async def told_in(dm: Channel, person: Person, words: str) -> str:
    """Everything that is answered to these words."""
    said = await person.say(dm, words)
    await answer(said)
    await asyncio.sleep(0.1)
    return "\n".join(each.text for each in answers(said))


async def test_a_private_picture_that_came_by_direct_message_is_worked_on_there(one: Easel) -> None:
    await one.member.say(one.art, "a present --private", mention=True)
    dm = one.member.dm()
    first = await one.member.until(dm, lambda message: message.files)
    await written_down(one, first)
    await drawn(await one.member.say(dm, "with a bow", reply_to=first))
    assert edited(one).text == "with a bow"
