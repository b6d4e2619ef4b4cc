"""Faults on the wire that concern Easel as a whole: an interrupted line, hostile words, a place that is gone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from emulators.discord_api.server import FakeDiscord
from emulators.discord_api.world import Message
from support_discord_api import discord_api  # noqa: F401
from support_discord_easel import Easel, easel
from support_discord_gateway import connection
from support_discord_talk import answers, drawn
from support_house import Hand


@pytest.fixture
async def home(discord_api: FakeDiscord, tmp_path: Path) -> AsyncIterator[Easel]:  # noqa: F811 - the fixture
    async with easel(discord_api, tmp_path) as at_work:
        yield at_work


async def test_an_invalid_session_that_may_be_resumed_is_resumed(discord_api: FakeDiscord, tmp_path: Path) -> None:  # noqa: F811
    channel, person = discord_api.channel("art"), discord_api.user("Member")
    discord_api.gateway.identify_seconds = 0
    async with connection(discord_api, tmp_path) as one:
        await discord_api.gateway.invalidate(resumable=True)
        await one.heard.until(lambda: one.heard.connected == [True, False, True])
        await person.say(channel, "again")
        await one.heard.until(lambda: one.heard.messages)
        assert len(discord_api.gateway.identified) == 1, "none of the thousand sessions of a day was spent"


def calls_nobody(message: Message) -> bool:
    pinged = (message.mentions, message.mention_roles, message.mention_everyone, message.pings_reply)
    return pinged == ([], [], False, False)


async def test_mentions_and_markdown_in_a_prompt_are_only_words(home: Easel) -> None:
    guest, role = home.fake.user("Guest", guilds=[home.guild]), home.fake.role(home.guild, "crew")
    evil = f"@everyone <@{guest.id}> <@&{role.id}> **bold** [safe](https://evil.example) ||veil||"
    by_command = await home.drawn(evil)
    by_mention = await drawn(await home.member.say(home.art, evil, mention=True))
    form = await home.member.click(by_command, "Edit")
    sent = await home.member.submit(form.modal, {"instruction": evil})
    by_form = await sent.until(lambda message: message.files and not message.loading)
    refused = await home.member.slash(home.art, "imagine", prompt=f"{evil} --ar {evil}")
    said = await refused.until(lambda message: "Nothing was charged" in message.text)
    for each in (by_command, by_mention, by_form, said):
        assert calls_nobody(each), each
        for live in ("@everyone", f"<@{guest.id}>", f"<@&{role.id}>", "**bold**", "](https", "||veil"):
            assert live not in each.content, (live, each.content)


async def test_a_bad_gateway_whose_message_landed_makes_one_message(home: Easel) -> None:
    """The library sends it again by itself; the nonce makes it the same one."""
    home.fake.fault("POST", f"/channels/{home.art.id}/messages", status=502, lands=True)
    said = await home.member.say(home.art, "a boat", mention=True)
    seen = await drawn(said)
    await home.quiet()
    assert answers(said) == [seen]
    assert len(home.fake.calls.of("POST", f"/channels/{home.art.id}/messages")) == 2


async def test_a_channel_that_is_deleted_while_it_is_drawn_is_told_at_the_next_command(
    discord_api: FakeDiscord,  # noqa: F811
    tmp_path: Path,
) -> None:
    go_on = asyncio.Event()

    async def meanwhile(_: object) -> None:
        await go_on.wait()

    async with easel(discord_api, tmp_path, hand=Hand(meanwhile=meanwhile)) as it:
        doomed, stays = it.fake.channel("doomed", guild=it.guild), it.art
        said = await it.member.say(doomed, "a boat", mention=True)
        await it.fake.until(lambda: it.hand.orders or None)
        await it.fake.close_channel(doomed)
        go_on.set()
        await it.quiet()
        seen = await it.member.slash(stays, "quota")
        news = await seen.until(lambda message: "could not be posted" in message.text)
        assert news.ephemeral
        assert f"<#{doomed.id}>" in news.content
        assert said.channel is doomed


async def test_an_acknowledgement_that_is_told_to_wait_waits_and_arrives(home: Easel) -> None:
    home.fake.fault("POST", "/interactions/*/callback", status=429, retry_after=0.2)
    seen = await home.member.slash(home.art, "imagine", prompt="a boat")
    assert not seen.failed
    assert (await seen.until(lambda message: message.files)).interaction is not None


async def test_in_a_group_that_easel_is_no_member_of_the_answer_is_the_interactions(home: Easel) -> None:
    traveller = home.fake.user("Traveller", installed=True)
    group = home.fake.group(traveller, home.fake.user("Friend"))
    message = await home.drawn("a square", by=traveller, at=group)
    varied = await traveller.click(message, "Vary")
    assert (await varied.until(lambda each: each.files and each.components and not each.loading)) is not message
    assert home.fake.calls.of("POST", "/channels/*/messages") == [], "it may answer, and post nothing"
