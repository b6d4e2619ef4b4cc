"""People write messages and see answers: over real sockets, with the real core, with the intent and without it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import support_discord_payloads as payloads
from emulators.discord_api.server import FakeDiscord
from emulators.discord_api.uploads import Upload
from support_discord_api import discord_api, picture  # noqa: F401
from support_discord_easel import Easel, easel
from support_discord_talk import (
    BEACH,
    QUIET_SECONDS,
    answer,
    answers,
    blindfolded,
    drawn,
    edited,
    lineage,
    say_nothing,
    stays_silent,
)

from bots.discord import hints
from bots.discord.listening import glance
from core.conversation.meaning import Why
from core.ports import GenerateOrder


@pytest.fixture
async def one(discord_api: FakeDiscord, tmp_path: Path) -> AsyncIterator[Easel]:  # noqa: F811
    """Easel, which reads all messages."""
    async with easel(discord_api, tmp_path) as it:
        yield it


@pytest.fixture
async def blind(tmp_path: Path) -> AsyncIterator[Easel]:
    """Easel without the privileged intent."""
    async with blindfolded(tmp_path) as it:
        yield it


# --- mentions ------------------------------------------------------------------------------------------------------


async def test_a_mention_draws_and_the_reply_becomes_the_picture(one: Easel) -> None:
    said = await one.member.say(one.art, "a boat --ar 3:2", mention=True)
    seen = await drawn(said)
    assert seen.labels == ["Edit", "Redo", "Vary", "Finalise", "Details", "Delete"]
    assert seen.versions[0].content == "One moment …"
    assert seen.files[0].description == "square 1"
    assert "Member" in seen.content
    assert not seen.mentions, "nobody is called"
    assert len(answers(said)) == 1, "one message from beginning to end"
    assert isinstance(one.hand.orders[0], GenerateOrder)
    assert one.hand.orders[0].text == "a boat"


async def test_a_mention_in_reply_to_our_picture_edits_it(one: Easel) -> None:
    first = await drawn(await one.member.say(one.art, "a boat", mention=True))
    seen = await drawn(await one.member.say(one.art, "make it night", mention=True, reply_to=first))
    assert await lineage(one, seen) == ["a boat", "make it night"]
    assert "Editing the picture of the message you replied to." in seen.content


async def test_a_mention_with_an_attached_picture_edits_that(one: Easel) -> None:
    seen = await drawn(await one.member.say(one.art, "make it night", mention=True, files=[BEACH]))
    assert "Editing the picture you attached" in seen.content
    assert edited(one).source.size.width == 64


async def test_a_mention_without_words_is_told_what_can_be_done(one: Easel) -> None:
    said = await one.member.say(one.art, mention=True)
    assert (await answer(said)).content == hints.HELLO
    await one.fake.tell_message("MESSAGE_CREATE", said)
    await asyncio.sleep(QUIET_SECONDS)
    assert len(answers(said)) == 1, "sent twice, told once"
    told = await answer(await one.member.say(one.art, mention=True, files=[BEACH]))
    assert told.content == hints.sentence(Why.NO_WORDS)
    assert not one.hand.orders


def test_the_role_of_the_bot_is_a_mention_too() -> None:
    """Discord makes one for each bot, and offers it beside the bot's own name."""
    own, other = 910000000000000001, 910000000000000002
    guild = payloads.guild()
    guild["roles"] += [payloads.role(own, "Easel") | {"tags": {"bot_id": str(payloads.APPLICATION)}}]
    guild["roles"] += [payloads.role(other, "Parrot") | {"tags": {"bot_id": "1"}}]
    for role, mentioned in ((own, True), (other, False)):
        said = payloads.message(payloads.MEMBER, payloads.TEXT) | {"content": f"<@&{role}> a boat", "components": []}
        message = payloads.Objects(guild).message(said | {"mention_roles": [str(role)]})
        heard = glance(message, payloads.APPLICATION, has_content=True)
        assert (heard.mentioned, heard.to_others) == (mentioned, not mentioned)
        assert heard.words == ("a boat" if mentioned else "Parrot a boat")


async def test_a_command_that_was_sent_as_text_is_understood(one: Easel) -> None:
    await drawn(await one.member.say(one.art, "/imagine prompt: a boat"))
    assert one.hand.orders[0].text == "a boat"
    told = await answer(await one.member.say(one.art, "/paint a boat", mention=True))
    assert "There is no command called /paint." in told.content


async def test_what_is_the_persons_own_is_not_said_in_a_channel(one: Easel) -> None:
    told = await answer(await one.member.say(one.art, "/quota", mention=True))
    assert "its answer is for you alone" in told.content


# --- other people's pictures ---------------------------------------------------------------------------------------


async def test_a_reply_to_somebodys_photo_with_a_mention_edits_it(one: Easel) -> None:
    designer = one.fake.user("Designer", guilds=[one.guild])
    photo = await designer.say(one.art, "my holiday", files=[Upload("beach.png", picture("gold", (80, 60)))])
    await stays_silent(one, photo, await one.member.say(one.art, "lovely", reply_to=photo))
    await drawn(await one.member.say(one.art, "make it night", mention=True, reply_to=photo))
    assert edited(one).source.size.width == 80


async def test_without_the_intent_a_photo_cannot_be_seen_and_the_menu_is_named(blind: Easel) -> None:
    designer = blind.fake.user("Designer", guilds=[blind.guild])
    photo = await designer.say(blind.art, "my holiday", files=[BEACH])
    for _ in range(2):  # whoever asks is answered each time
        told = await answer(await blind.member.say(blind.art, "make it night", mention=True, reply_to=photo))
        assert told.content == hints.sentence(Why.UNSEEN_PICTURE)
    assert not blind.hand.orders


async def test_with_the_intent_a_message_that_looks_empty_is_empty(one: Easel) -> None:
    empty = await say_nothing(one)
    await drawn(await one.member.say(one.art, "a boat", mention=True, reply_to=empty))


async def test_a_forward_is_a_picture_too(one: Easel) -> None:
    designer = one.fake.user("Designer", guilds=[one.guild])
    photo = await designer.say(one.art, "my holiday", files=[Upload("beach.png", picture("gold", (96, 60)))])
    forward = await one.member.forward(photo, one.art)
    await stays_silent(one, forward)
    await drawn(await one.member.say(one.art, "make it night", mention=True, reply_to=forward))
    assert edited(one).source.size.width == 96


@pytest.mark.parametrize("how", ["embed", "components"])
async def test_other_bots_show_pictures_in_their_own_ways(one: Easel, how: str) -> None:
    other = one.fake.user("Painter", guilds=[one.guild], bot=True)
    file = Upload("art.png", picture("navy", (72, 60)))
    if how == "embed":
        post = await other.say(
            one.art, files=[file], embeds=[{"title": "Art", "image": {"url": "attachment://art.png"}}]
        )
    else:
        gallery = {"type": 12, "items": [{"media": {"url": "attachment://art.png"}}]}
        post = await other.say(one.art, files=[file], components=[{"type": 17, "components": [gallery]}])
    await stays_silent(one, post)
    await drawn(await one.member.say(one.art, "make it night", mention=True, reply_to=post))
    assert edited(one).source.size.width == 72


async def test_a_file_that_is_no_picture_never_becomes_a_new_drawing(one: Easel) -> None:
    notes = Upload("notes.pdf", b"%PDF-1.4")
    told = await answer(await one.member.say(one.art, "make it blue", mention=True, files=[notes]))
    assert told.content == hints.sentence(Why.NOT_A_PICTURE)
    designer = one.fake.user("Designer", guilds=[one.guild])
    post = await designer.say(one.art, "read this", files=[notes])
    told = await answer(await one.member.say(one.art, "make it blue", mention=True, reply_to=post))
    assert told.content == hints.sentence(Why.NOT_A_PICTURE)
    assert not one.hand.orders


# --- replies without a mention -------------------------------------------------------------------------------------


async def test_a_reply_to_a_message_of_ours_works_without_the_intent(blind: Easel) -> None:
    first = await drawn(await blind.member.say(blind.art, "a boat", mention=True))
    seen = await drawn(await blind.member.say(blind.art, "make it night", reply_to=first))
    assert await lineage(blind, seen) == ["a boat", "make it night"]


async def test_a_reply_to_a_commands_answer_needs_the_intent(one: Easel) -> None:
    first = await one.drawn("a boat")
    seen = await drawn(await one.member.say(one.art, "make it night", reply_to=first))
    assert await lineage(one, seen) == ["a boat", "make it night"]
    pinged_off = await one.member.say(one.art, "and colder", reply_to=seen, ping=False)
    assert await lineage(one, await drawn(pinged_off)) == ["a boat", "make it night", "and colder"]


async def test_without_the_intent_advice_comes_once_for_each_person_and_channel(blind: Easel) -> None:
    first = await blind.drawn("a boat")
    said = await blind.member.say(blind.art, "make it night", reply_to=first)
    assert (await answer(said)).content == hints.sentence(Why.UNSEEN_WORDS)
    await stays_silent(blind, await blind.member.say(blind.art, "make it night!", reply_to=first))
    guest = blind.fake.user("Guest", guilds=[blind.guild])
    said = await guest.say(blind.art, "make it day", reply_to=first)
    assert (await answer(said)).content == hints.sentence(Why.UNSEEN_WORDS)
    # and what the advice says works
    seen = await drawn(await blind.member.say(blind.art, "make it night", reply_to=first, mention=True))
    assert await lineage(blind, seen) == ["a boat", "make it night"]


async def test_a_reply_with_the_ping_switched_off_is_not_seen_without_the_intent(blind: Easel) -> None:
    first = await drawn(await blind.member.say(blind.art, "a boat", mention=True))
    said = await blind.member.say(blind.art, "make it night", reply_to=first, ping=False)
    assert (await answer(said)).content == hints.sentence(Why.UNSEEN_WORDS)


async def test_words_between_people_are_left_alone(one: Easel) -> None:
    designer = one.fake.user("Designer", guilds=[one.guild])
    first = await one.drawn("a boat")
    words = await one.member.say(one.art, "what a day")
    said = [
        words,
        await designer.say(one.art, "indeed, make it night", reply_to=words),
        await designer.say(one.art, "thanks!", reply_to=first),
        await designer.say(one.art, "🔥", reply_to=first),
        await designer.say(one.art, f"{one.member.mention} look at that", reply_to=first),
        await designer.say(one.art, "look", files=[BEACH]),
        await designer.say(one.art, "/play music"),
        await say_nothing(one, reply_to=first),
    ]
    await stays_silent(one, *said)


async def test_bots_start_nothing(one: Easel) -> None:
    other = one.fake.user("Parrot", guilds=[one.guild], bot=True)
    first = await one.drawn("a boat")
    said = [
        await other.say(one.art, "a boat", mention=True),
        await other.say(one.art, "make it night", reply_to=first),
        await other.say(one.art, "/imagine a boat"),
    ]
    await stays_silent(one, *said)
