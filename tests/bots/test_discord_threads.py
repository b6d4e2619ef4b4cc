"""A thread that hangs from a picture: every message is the next step. Over real sockets, with the real core."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from emulators.discord_api.server import FakeDiscord
from emulators.discord_api.values import Flag, Intent, Kind, Permission, Sort
from emulators.discord_api.world import Channel, Message
from support_discord_api import discord_api  # noqa: F401
from support_discord_easel import Easel, easel
from support_discord_talk import (
    BEACH,
    QUIET_SECONDS,
    answer,
    answers,
    blindfolded,
    drawn,
    edited,
    image_of,
    lineage,
    stays_silent,
    steps,
    written_down,
)

from bots.discord import hints
from core.conversation.meaning import Why


@pytest.fixture
async def one(discord_api: FakeDiscord, tmp_path: Path) -> AsyncIterator[Easel]:  # noqa: F811
    """Easel, which reads all messages."""
    async with easel(discord_api, tmp_path) as it:
        yield it


async def begun(it: Easel, message: Message, *, name: str = "the boat") -> Channel:
    """The member starts a thread from a message, as their client does it."""
    await written_down(it, message)
    return await opened(it, message, name=name)


async def opened(it: Easel, message: Message, *, name: str = "talk") -> Channel:
    """The same from anybody's message."""
    thread = it.fake.world.add_channel(name, Kind.PUBLIC_THREAD, channel_id=message.id, guild=it.guild)
    thread.parent, thread.owner_id = message.channel, it.member.id
    message.thread, message.flags = thread, message.flags | Flag.HAS_THREAD
    starter = it.fake.new_message(thread, message.author, sort=Sort.THREAD_STARTER)
    starter.replied = message
    starter.reference = {"type": 0, "message_id": str(message.id), "channel_id": str(message.channel.id)}
    it.fake.world.add_message(starter)
    await it.fake.tell_place("THREAD_CREATE", thread)
    await asyncio.sleep(0.05)
    return thread


@pytest.mark.parametrize("by", ["mention", "command"])
async def test_every_message_is_a_turn(one: Easel, by: str) -> None:
    first = await (one.drawn("a boat") if by == "command" else _mentioned(one))
    thread = await begun(one, first)
    night = await drawn(await one.member.say(thread, "make it night"))
    assert night.channel is thread
    assert await lineage(one, night) == ["a boat", "make it night"]
    await written_down(one, night)
    guest = one.fake.user("Guest", guilds=[one.guild])
    stars = await drawn(await guest.say(thread, "with stars"))
    assert await lineage(one, stars) == ["a boat", "make it night", "with stars"]


async def _mentioned(it: Easel) -> Message:
    return await drawn(await it.member.say(it.art, "a boat", mention=True))


async def test_a_thread_is_a_place_of_its_own_in_its_channel(one: Easel) -> None:
    first = await one.drawn("a boat")
    thread = await begun(one, first)
    night = await drawn(await one.member.say(thread, "make it night"))
    place = (await steps(one, night))[-1].place
    assert (place.channel, place.thread) == (str(one.art.id), str(thread.id))


async def test_people_talk_to_each_other_in_it(one: Easel) -> None:
    first = await one.drawn("a boat")
    thread = await begun(one, first)
    guest = one.fake.user("Guest", guilds=[one.guild])
    words = await guest.say(thread, f"{one.member.mention} what do you think of it?")
    said = [
        words,
        await one.member.say(thread, "I like the boat", reply_to=words),
        await guest.say(thread, "🎉"),
        await guest.say(thread, "thanks!"),
        await guest.say(thread, files=[BEACH]),
    ]
    await stays_silent(one, *said)


async def test_a_turn_that_discord_sends_twice_is_one_step(one: Easel) -> None:
    thread = await begun(one, await one.drawn("a boat"))
    said = await one.member.say(thread, "make it night")
    night = await drawn(said)
    await written_down(one, night)
    await one.fake.tell_message("MESSAGE_CREATE", said)
    await asyncio.sleep(QUIET_SECONDS)
    assert answers(said) == [night]
    assert night.labels, "what was told stays as it is"


async def test_a_reply_inside_goes_back_to_an_earlier_step(one: Easel) -> None:
    thread = await begun(one, await one.drawn("a boat"))
    night = await drawn(await one.member.say(thread, "make it night"))
    await written_down(one, night)
    await drawn(await one.member.say(thread, "with stars"))
    seen = await drawn(await one.member.say(thread, "with a moon", reply_to=night))
    assert await lineage(one, seen) == ["a boat", "make it night", "with a moon"]


async def test_a_reply_to_the_beginning_of_the_thread_means_the_picture_that_it_hangs_from(one: Easel) -> None:
    thread = await begun(one, await one.drawn("a boat"))
    await written_down(one, await drawn(await one.member.say(thread, "make it night")))
    starter = next(each for each in thread.history.values() if each.sort is Sort.THREAD_STARTER)
    seen = await drawn(await one.member.say(thread, "make it day", reply_to=starter))
    assert await lineage(one, seen) == ["a boat", "make it day"]


async def test_the_same_where_discord_does_not_look_the_notice_up(one: Easel) -> None:
    thread = await begun(one, await one.drawn("a boat"))
    await written_down(one, await drawn(await one.member.say(thread, "make it night")))
    said = one.fake.new_message(thread, one.member, sort=Sort.REPLY)
    said.content = "make it day"
    said.reference = {"type": 0, "message_id": str(thread.id), "channel_id": str(thread.id)}
    one.fake.world.add_message(said)
    told = one.fake.shown.message(said, content=True) | {"guild_id": str(one.guild.id)}
    del told["referenced_message"]
    await one.fake.gateway.dispatch("MESSAGE_CREATE", one.guild.id, Intent.GUILD_MESSAGES, lambda _: told)
    assert await lineage(one, await drawn(said)) == ["a boat", "make it day"]


async def test_a_private_picture_in_a_thread_is_no_step_of_it(one: Easel) -> None:
    thread = await begun(one, await one.drawn("a boat"))
    private = await one.drawn("a present", at=thread, private=True)
    await written_down(one, private)
    seen = await drawn(await one.member.say(thread, "make it night"))
    assert await lineage(one, seen) == ["a boat", "make it night"]


async def test_which_one_is_asked_in_a_thread_too(one: Easel) -> None:
    thread = await begun(one, await one.drawn("a boat --n 3"))
    asked = await answer(await one.member.say(thread, "make it night"))
    assert asked.selects
    seen = await drawn(await one.member.say(thread, "2"))
    assert await lineage(one, seen) == ["a boat --n 3", "make it night"]
    assert (await steps(one, seen))[0].position == 2
    await written_down(one, seen)
    several = await drawn(await one.member.say(thread, "with gulls --n 2"))
    await written_down(one, several)
    last = await drawn(await one.member.say(thread, "1: with one gull"))
    assert await lineage(one, last) == ["a boat --n 3", "make it night", "with gulls --n 2", "with one gull"]


async def test_an_attached_picture_is_worked_on_and_the_threads_one_is_looked_at(one: Easel) -> None:
    thread = await begun(one, await one.drawn("a boat"))
    await drawn(await one.member.say(thread, "put the boat there", files=[BEACH]))
    assert len(edited(one).references) == 1


async def test_a_thread_that_hangs_from_something_else_needs_a_mention(one: Easel) -> None:
    talk = await opened(one, await one.member.say(one.art, "what a day"))
    await stays_silent(one, await one.member.say(talk, "make it night"))
    first = await drawn(await one.member.say(talk, "a boat", mention=True))
    await written_down(one, first)
    await stays_silent(one, await one.member.say(talk, "make it night"))
    seen = await drawn(await one.member.say(talk, "make it night", mention=True))
    assert await lineage(one, seen) == ["a boat", "make it night"]


async def test_a_thread_whose_pictures_were_deleted_is_talk_again(one: Easel) -> None:
    first = await one.drawn("a boat")
    thread = await begun(one, first)
    await one.store.delete_image(image_of(first))
    await stays_silent(one, await one.member.say(thread, "make it night"))


async def test_without_the_intent_a_turn_is_a_mention_or_a_reply(tmp_path: Path) -> None:
    async with blindfolded(tmp_path) as it:
        thread = await begun(it, await it.drawn("a boat"))
        said = await it.member.say(thread, "make it night")
        assert (await answer(said)).content == hints.sentence(Why.UNSEEN_WORDS)
        await stays_silent(it, await it.member.say(thread, "make it night"))
        night = await drawn(await it.member.say(thread, "make it night", mention=True))
        assert await lineage(it, night) == ["a boat", "make it night"]
        stars = await drawn(await it.member.say(thread, "with stars", reply_to=night))
        assert await lineage(it, stars) == ["a boat", "make it night", "with stars"]


async def test_where_easel_may_not_write_in_threads_nothing_is_drawn(one: Easel) -> None:
    thread = await begun(one, await one.drawn("a boat"))
    drawings = len(one.hand.orders)
    one.fake.overwrite(one.art, one.fake.app, deny=Permission.SEND_MESSAGES_IN_THREADS)
    await one.fake.tell_place("CHANNEL_UPDATE", one.art)
    await asyncio.sleep(0.05)
    said = await one.member.say(thread, "make it night")
    told = await one.member.until(one.member.dm(), lambda message: message.author.is_app)
    assert "Send Messages in Threads" in told.content
    await asyncio.sleep(QUIET_SECONDS)
    assert not answers(said)
    assert len(one.hand.orders) == drawings


async def test_the_thread_was_archived_and_locked_while_it_was_drawn(one: Easel) -> None:
    thread = await begun(one, await one.drawn("a boat"))
    await one.fake.archive(thread)
    await drawn(await one.member.say(thread, "make it night"))
    assert not thread.archived, "a message opens it again"
