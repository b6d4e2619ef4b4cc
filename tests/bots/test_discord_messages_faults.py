"""Messages when something is wrong: refused, sent twice, deleted, not permitted, too busy."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from emulators.discord_api.server import FakeDiscord
from emulators.discord_api.uploads import Upload
from emulators.discord_api.values import Intent, Permission, Sort
from emulators.discord_api.world import Message
from support_discord_api import discord_api, picture  # noqa: F401
from support_discord_easel import Easel, easel
from support_discord_talk import (
    BEACH,
    QUIET_SECONDS,
    answer,
    answers,
    drawn,
    edited,
    lineage,
    stays_silent,
    steps,
    written_down,
)
from support_house import Hand

from bots.discord import hints
from bots.discord.destination import decode
from core.conversation.meaning import Why
from core.quota import Limit, Scope, Unit, Window


@pytest.fixture
async def one(discord_api: FakeDiscord, tmp_path: Path) -> AsyncIterator[Easel]:  # noqa: F811
    """Easel, which reads all messages."""
    async with easel(discord_api, tmp_path) as it:
        yield it


# --- what goes wrong -----------------------------------------------------------------------------------------------


async def test_a_refusal_takes_the_place_of_the_reply_and_quotes_nothing_that_works(one: Easel) -> None:
    said = await one.member.say(one.art, "a boat --ar **@everyone**", mention=True)
    told = await answer(said)
    assert "Nothing was charged." in told.content
    assert "@everyone" not in told.content
    assert "\\*\\*" in told.content
    assert not told.components
    assert len(answers(said)) == 1


async def test_a_quota_that_is_used_up_is_told(discord_api: FakeDiscord, tmp_path: Path) -> None:  # noqa: F811
    limit = Limit(Scope.USER, "*", Unit.IMAGES, Window.DAY, 1)
    async with easel(discord_api, tmp_path, limits=(limit,)) as it:
        await drawn(await it.member.say(it.art, "a boat", mention=True))
        told = await answer(await it.member.say(it.art, "a boat", mention=True))
        assert "You have used 1 of 1 image for today" in told.content


async def test_something_inside_breaks_and_no_reply_goes_on_saying_that_we_are_at_work(one: Easel) -> None:
    one.hand.name = "nobody whose prices are known"
    said = await one.member.say(one.art, "a boat", mention=True)
    told = await answer(said)
    assert "no price" in told.content
    assert answers(said) == [told]


async def test_a_message_that_discord_sends_twice_is_one_request(one: Easel) -> None:
    said = await one.member.say(one.art, "a boat", mention=True)
    seen = await drawn(said)
    await one.fake.tell_message("MESSAGE_CREATE", said)
    await asyncio.sleep(QUIET_SECONDS)
    one.fake.advance(3600)  # no nonce is remembered so long
    await one.fake.tell_message("MESSAGE_CREATE", said)
    await asyncio.sleep(QUIET_SECONDS)
    assert answers(said) == [seen]
    assert seen.files
    assert seen.components
    assert len(one.hand.orders) == 1


async def test_a_refused_message_that_discord_sends_twice_is_refused_once(one: Easel) -> None:
    said = await one.member.say(one.art, "a boat --nonsense 3", mention=True)
    await answer(said)
    await one.fake.tell_message("MESSAGE_CREATE", said)
    await asyncio.sleep(QUIET_SECONDS)
    assert len(answers(said)) == 1


async def test_the_message_that_was_replied_to_is_gone(one: Easel) -> None:
    photo = await one.member.say(one.art, "my holiday", files=[BEACH])
    await one.member.delete(photo)
    told = await answer(await one.member.say(one.art, "make it night", mention=True, reply_to=photo))
    assert told.content == hints.sentence(Why.DELETED)
    assert not one.hand.orders


async def say_without(it: Easel, text: str, to: Message) -> Message:
    """A reply whose answered message Discord did not look up: the event has no `referenced_message`."""
    said = it.fake.new_message(it.art, it.member, sort=Sort.REPLY)
    said.content, said.replied, said.mentions = f"{it.fake.app.mention} {text}", to, [it.fake.app]
    said.reference = {"type": 0, "message_id": str(to.id), "channel_id": str(it.art.id), "guild_id": str(it.guild.id)}
    it.fake.world.add_message(said)
    told = it.fake.shown.message(said, content=True) | {"guild_id": str(it.guild.id)}
    del told["referenced_message"]
    await it.fake.gateway.dispatch("MESSAGE_CREATE", it.guild.id, Intent.GUILD_MESSAGES, lambda _: told)
    return said


async def test_a_message_that_discord_did_not_send_along_is_fetched(one: Easel) -> None:
    photo = await one.member.say(one.art, "my holiday", files=[Upload("beach.png", picture("gold", (80, 60)))])
    await drawn(await say_without(one, "make it night", photo))
    assert edited(one).source.size.width == 80
    first = await one.drawn("a boat")
    assert await lineage(one, await drawn(await say_without(one, "make it night", first))) == [
        "a boat",
        "make it night",
    ]


async def test_a_message_that_easel_may_not_read_is_told_of_once(one: Easel) -> None:
    photo = await one.member.say(one.art, "my holiday", files=[BEACH])
    await deny(one, Permission.READ_MESSAGE_HISTORY)
    await say_without(one, "make it night", photo)
    sees = lambda: [each for each in one.member.sees(one.art) if each.author.is_app]  # noqa: E731
    told = await one.member.until(one.art, lambda message: message.author.is_app)
    assert told.content == hints.sentence(Why.NOT_READABLE)
    await say_without(one, "make it night", photo)
    await asyncio.sleep(QUIET_SECONDS)
    assert sees() == [told]
    assert not one.hand.orders


async def test_words_between_people_are_not_worth_an_error(one: Easel) -> None:
    photo = await one.member.say(one.art, "my holiday", files=[BEACH])
    one.fake.fault("GET", f"/channels/{one.art.id}/messages/{photo.id}", status=503)
    said = one.fake.new_message(one.art, one.member, sort=Sort.REPLY)
    said.content, said.replied = "lovely", photo
    told = one.fake.shown.message(said, content=True) | {"guild_id": str(one.guild.id), "type": 19}
    told["message_reference"] = {"message_id": str(photo.id), "channel_id": str(one.art.id)}
    told.pop("referenced_message", None)
    await one.fake.gateway.dispatch("MESSAGE_CREATE", one.guild.id, Intent.GUILD_MESSAGES, lambda _: told)
    await asyncio.sleep(QUIET_SECONDS)
    assert not [each for each in one.member.sees(one.art) if each.author.is_app]


async def test_a_result_whose_row_was_lost_is_known_by_its_buttons(one: Easel) -> None:
    first = await one.drawn("a boat")
    await written_down(one, first)
    await one.database.write(lambda tx: tx.execute("DELETE FROM posting"))
    seen = await drawn(await one.member.say(one.art, "make it night", reply_to=first))
    assert await lineage(one, seen) == ["a boat", "make it night"]


async def test_a_reply_while_it_is_still_being_drawn(discord_api: FakeDiscord, tmp_path: Path) -> None:  # noqa: F811
    go_on = asyncio.Event()

    async def meanwhile(_: object) -> None:
        await go_on.wait()

    async with easel(discord_api, tmp_path, hand=Hand(meanwhile=meanwhile)) as it:
        said = await it.member.say(it.art, "a boat", mention=True)
        working = await (await answer(said, done=False)).until(lambda message: "Cancel" in message.labels)
        told = await answer(await it.member.say(it.art, "make it night", reply_to=working))
        assert told.content == hints.sentence(Why.STILL_DRAWING)
        go_on.set()
        assert (await drawn(said)) is working


async def test_a_job_is_cancelled_by_its_button(discord_api: FakeDiscord, tmp_path: Path) -> None:  # noqa: F811
    async def meanwhile(_: object) -> None:
        await asyncio.sleep(30)

    async with easel(discord_api, tmp_path, hand=Hand(meanwhile=meanwhile)) as it:
        said = await it.member.say(it.art, "a boat", mention=True)
        working = await (await answer(said, done=False)).until(lambda message: "Cancel" in message.labels)
        await it.member.click(working, "Cancel")
        told = await working.until(lambda message: not message.labels)
        assert not told.files
        assert "Nothing was charged." in told.content


async def deny(it: Easel, *lacking: Permission) -> None:
    """The channel takes these permissions from everybody, and Discord says so."""
    taken = Permission(0)
    for each in lacking:
        taken |= each
    it.fake.overwrite(it.art, it.fake.app, deny=taken)
    await it.fake.tell_place("CHANNEL_UPDATE", it.art)
    await asyncio.sleep(0.05)


async def test_where_easel_may_not_post_files_nothing_is_drawn(one: Easel) -> None:
    await deny(one, Permission.ATTACH_FILES)
    told = await answer(await one.member.say(one.art, "a boat", mention=True))
    assert "Attach Files" in told.content
    assert not one.hand.orders


async def test_where_easel_may_not_write_the_person_is_told_once_and_alone(one: Easel) -> None:
    await deny(one, Permission.SEND_MESSAGES)
    said = await one.member.say(one.art, "a boat", mention=True)
    told = await one.member.until(one.member.dm(), lambda message: message.author.is_app)
    assert "Send Messages" in told.content
    again = await one.member.say(one.art, "a boat, please", mention=True)
    await stays_silent(one, said, again)
    assert len([each for each in one.member.sees(one.member.dm()) if each.author.is_app]) == 1
    assert not one.hand.orders


async def test_a_permission_that_the_gateway_did_not_tell_of(one: Easel) -> None:
    one.fake.overwrite(one.art, one.fake.app, deny=Permission.SEND_MESSAGES)  # without a word to the gateway
    await one.member.say(one.art, "a boat", mention=True)
    told = await one.member.until(one.member.dm(), lambda message: message.author.is_app)
    assert "may not write" in told.content
    assert not one.hand.orders


async def test_without_the_right_to_read_back_the_answer_is_no_reply_but_comes(one: Easel) -> None:
    await deny(one, Permission.READ_MESSAGE_HISTORY)
    await one.member.say(one.art, "a boat", mention=True)
    await one.member.until(one.art, lambda message: message.author.is_app and message.files)


async def test_discord_is_too_busy_for_the_reply_and_the_picture_comes_all_the_same(one: Easel) -> None:
    one.fake.fault("POST", f"/channels/{one.art.id}/messages", status=503)
    said = await one.member.say(one.art, "a boat", mention=True)
    seen = await drawn(said)
    assert len(seen.versions) == 1


async def test_our_reply_was_deleted_meanwhile(discord_api: FakeDiscord, tmp_path: Path) -> None:  # noqa: F811
    go_on = asyncio.Event()

    async def meanwhile(_: object) -> None:
        await go_on.wait()

    async with easel(discord_api, tmp_path, hand=Hand(meanwhile=meanwhile)) as it:
        said = await it.member.say(it.art, "a boat", mention=True)
        working = await answer(said, done=False)
        await it.member.delete(working)
        go_on.set()
        seen = await drawn(said)
        assert seen is not working


async def test_a_private_wish_is_answered_alone(one: Easel) -> None:
    said = await one.member.say(one.art, "a present --private", mention=True)
    seen = await one.member.until(one.member.dm(), lambda message: message.files)
    assert seen.author.is_app
    job = await one.store.job((await steps(one, seen))[0].job)
    assert job is not None
    assert decode(job.request.destination).private, "previews are not for the channel"
    await said.world.bell.until(lambda: not answers(said), lambda: f"{answers(said)}", 5.0)
