"""Whoever changes a picture again and again is offered a thread for it: over real sockets, with the real core."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from emulators.discord_api.server import FakeDiscord
from emulators.discord_api.values import Permission
from emulators.discord_api.world import Message
from support_discord_api import discord_api  # noqa: F401
from support_discord_easel import Easel, easel
from support_discord_talk import blindfolded, drawn, lineage, written_down

from bots.discord.continuing import EVERY_MESSAGE, MENTION_ME

OFFER = "Continue in a thread"


@pytest.fixture
async def one(discord_api: FakeDiscord, tmp_path: Path) -> AsyncIterator[Easel]:  # noqa: F811
    async with easel(discord_api, tmp_path) as it:
        yield it


async def edited(it: Easel, message: Message, words: str) -> Message:
    """By a reply with a mention."""
    await written_down(it, message)
    return await drawn(await it.member.say(message.channel, words, mention=True, reply_to=message))


async def by_form(it: Easel, message: Message, words: str) -> Message:
    form = await it.member.click(message, "Edit")
    sent = await it.member.submit(form.modal, {"instruction": words})
    return await sent.until(lambda message: message.files and message.components and not message.loading)


async def second(it: Easel) -> Message:
    """A picture that was changed twice."""
    first = await it.drawn("a boat")
    return await edited(it, await edited(it, first, "make it night"), "with stars")


async def test_after_a_second_edit_a_thread_is_offered_and_every_message_in_it_is_a_turn(one: Easel) -> None:
    first = await one.drawn("a boat")
    night = await edited(one, first, "make it night")
    stars = await edited(one, night, "with stars")
    assert [OFFER in each.labels for each in (first, night, stars)] == [False, False, True]
    await written_down(one, stars)
    seen = await one.member.click(stars, OFFER)
    assert (await seen.until(lambda message: f"<#{stars.id}>" in message.text)).ephemeral
    thread = stars.thread
    assert thread is not None
    assert thread.name == "with stars"
    greeting = await one.member.until(thread, lambda message: message.text == EVERY_MESSAGE)
    assert greeting.author.is_app
    moon = await drawn(await one.member.say(thread, "and a moon"))
    assert await lineage(one, moon) == ["a boat", "make it night", "with stars", "and a moon"]
    await written_down(one, moon)
    comet = await drawn(await one.member.say(thread, "and a comet"))
    assert OFFER not in comet.labels, "it is in a thread already"


async def test_buttons_and_forms_count_as_edits_too(one: Easel) -> None:
    first = await by_form(one, await one.drawn("a boat"), "make it night")
    assert OFFER not in first.labels
    assert OFFER in (await by_form(one, first, "with stars")).labels


async def test_pressed_again_it_says_where_the_thread_is(one: Easel) -> None:
    stars = await second(one)
    await (await one.member.click(stars, OFFER)).until(lambda message: "Go on in" in message.text)
    guest = one.fake.user("Guest", guilds=[one.guild])
    again = await guest.click(stars, OFFER)
    await again.until(lambda message: f"Go on in <#{stars.id}>" in message.text)
    assert stars.thread is not None
    said = [message for message in stars.thread.messages() if message.content == EVERY_MESSAGE]
    assert len(said) == 1


@pytest.mark.parametrize("lacking", [Permission.CREATE_PUBLIC_THREADS, Permission.SEND_MESSAGES_IN_THREADS])
@pytest.mark.parametrize("who", ["easel", "member"])
async def test_who_may_make_no_threads_is_offered_none_and_gets_none(one: Easel, lacking: Permission, who: str) -> None:
    """Neither of them: nobody gets by Easel what they may not do themselves."""
    offered = await second(one)
    assert OFFER in offered.labels
    one.fake.overwrite(one.art, one.fake.app if who == "easel" else one.member, deny=lacking)
    await one.fake.tell_place("CHANNEL_UPDATE", one.art)
    refused = await one.member.click(offered, OFFER)
    await refused.until(lambda message: "Create Public Threads" in message.text)
    assert offered.thread is None
    assert OFFER not in (await by_form(one, offered, "more")).labels


async def test_private_pictures_and_direct_messages_have_no_threads(one: Easel) -> None:
    secret = await one.drawn("a secret", private=True)
    for _ in range(2):
        secret = await (await one.member.click(secret, "Vary")).picture()
        assert OFFER not in secret.labels
    alone = await one.drawn("a boat", at=one.member.dm())
    for words in ("make it night", "with stars"):
        alone = await edited(one, alone, words)
    assert OFFER not in alone.labels


async def test_somebody_who_may_not_see_the_picture_makes_no_thread_with_its_id(one: Easel) -> None:
    stars = await second(one)
    elsewhere = one.fake.guild("Elsewhere")
    hall = one.fake.channel("hall", guild=elsewhere)
    stranger = one.fake.user("Stranger", guilds=[elsewhere])
    theirs = await one.drawn("a tree", by=stranger, at=hall)
    image = stars.custom_ids()[0].rpartition(":")[2]
    seen = await stranger.forge(theirs, f"easel:thread:{image}")
    await seen.until(lambda message: "no such picture" in message.text)
    assert theirs.thread is None


async def test_a_name_that_the_rules_of_the_server_refuse_is_a_plain_one(one: Easel) -> None:
    stars = await second(one)
    one.fake.fault("POST", f"/channels/{one.art.id}/messages/{stars.id}/threads", code=200000)
    await (await one.member.click(stars, OFFER)).until(lambda message: "Go on in" in message.text)
    assert stars.thread is not None
    assert stars.thread.name == "Picture"


async def test_without_the_intent_the_thread_says_how_to_be_heard(tmp_path: Path) -> None:
    async with blindfolded(tmp_path) as it:
        stars = await second(it)
        await (await it.member.click(stars, OFFER)).until(lambda message: "Go on in" in message.text)
        assert stars.thread is not None
        await it.member.until(stars.thread, lambda message: message.text == MENTION_ME)
