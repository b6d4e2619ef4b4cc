"""SimCord: missing permissions, what Discord answers when something is wrong, and people who try things."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import discord
import pytest
from simcord.builders import ChannelHandle
from simcord.results import to_discord_message
from support_simcord import SimEasel, simcord_easel
from support_simcord_talk import SlowHand, lineage, mailbox, mention
from support_simcord_world import image_of, is_working

from bots.discord.answers import BROKEN

CALLBACK, ORIGINAL, POSTS = "/interactions/*/*/callback", "/webhooks/*/*/messages/@original", "/channels/*/messages"


@pytest.fixture
async def it(tmp_path: Path) -> AsyncIterator[SimEasel]:
    async with simcord_easel(tmp_path) as easel:
        yield easel


def without(it: SimEasel, **denied: bool) -> ChannelHandle:
    """A channel where Easel may not do these things."""
    me = it.guild.me
    assert me is not None
    return it.guild.create_text_channel("quiet", overwrites={me: discord.PermissionOverwrite(**denied)})


# --- permissions ---------------------------------------------------------------------------------------------------


async def test_a_command_needs_no_permission_to_write_but_a_mention_does(it: SimEasel) -> None:
    quiet = without(it, send_messages=False)
    await it.drawn(await it.member.slash(quiet, "imagine", prompt="a boat"))
    for _ in range(2):
        await it.member.send(quiet, mention(it, "a cat"))
    (letter,) = mailbox(it)
    assert "may not write in that channel" in letter.content
    assert "Send Messages" in letter.content
    assert len(it.hand.orders) == 1, "what could be shown nowhere is not drawn"


async def test_where_no_files_may_be_posted_nothing_is_drawn(it: SimEasel) -> None:
    quiet = without(it, attach_files=False)
    said = await it.member.send(quiet, mention(it, "a boat"))
    (told,) = it.answers(said)
    assert "Attach Files" in told.content
    assert it.hand.orders == []


async def test_without_history_a_reply_is_a_plain_message(it: SimEasel) -> None:
    quiet = without(it, read_message_history=False)
    await it.member.send(quiet, mention(it, "a boat"))
    await it.until(lambda: next((each for each in quiet.history() if each.attachments), None))
    await it.rest()
    assert [len(each.attachments) for each in quiet.history()] == [0, 1]


async def test_a_permission_that_is_taken_away_meanwhile_is_told_with_the_next_command(tmp_path: Path) -> None:
    hand = SlowHand()
    async with simcord_easel(tmp_path, hand=hand) as it:
        await it.member.slash(it.art, "imagine", prompt="a boat")
        await hand.begun.wait()
        await it.env.advance_time(15 * 60)
        it.env.inject_error("POST", POSTS, status=403, code=50013, message="Missing Permissions", times=None)
        hand.go.set()
        await it.rest()
        assert len(it.sent("POST", r"/channels/\d+/messages")) == 1, "and not asked again"
        it.env.backend.faults.clear()
        asked = await it.member.slash(it.art, "quota")
        told = "\n".join(each.content for each in (await it.told(asked), *asked.followups))
        assert "I may not post there." in told
        assert "/history" in told


# --- what Discord answers ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("status", "code"), [(404, 10062), (400, 40060), (500, 0)])
async def test_an_acknowledgement_that_does_not_arrive_costs_no_picture(it: SimEasel, status: int, code: int) -> None:
    it.env.inject_error("POST", CALLBACK, status=status, code=code)
    await it.member.slash(it.art, "imagine", prompt="a boat")
    post = await it.until(lambda: next((each for each in it.art.history() if each.attachments), None))
    await it.rest()
    assert await lineage(it, post) == ["a boat"]
    assert len(it.art.history()) == 1


async def test_trouble_of_discords_is_sat_out_and_the_picture_comes_once(it: SimEasel) -> None:
    it.env.inject_error("PATCH", ORIGINAL, status=502, times=2)  # what is told of it, and then the picture
    result = await it.member.slash(it.art, "imagine", prompt="a boat")
    await it.until(lambda: True if len(it.sent("PATCH", r"/webhooks/.*")) == 2 else None)
    await it.rest()
    await it.env.advance_time(6)
    seen = await it.drawn(result)
    assert [each.id for each in it.art.history()] == [seen.id]
    assert len(it.hand.orders) == 1


@pytest.mark.parametrize("code", [50027, 10015])
async def test_a_token_that_is_dead_is_not_tried_again(tmp_path: Path, code: int) -> None:
    hand = SlowHand()
    async with simcord_easel(tmp_path, hand=hand) as it:
        result = await it.member.slash(it.art, "imagine", prompt="a boat")
        await hand.begun.wait()
        await it.until(lambda: True if result.response and is_working(result.response.components) else None)
        tried = len(it.sent("PATCH", r"/webhooks/.*"))
        it.env.inject_error("PATCH", ORIGINAL, status=404, code=code, times=None)
        it.env.inject_error("POST", POSTS, status=503)  # so that it is begun again
        hand.go.set()
        await it.rest()
        await it.env.advance_time(6)
        await it.until(lambda: next((each for each in it.art.history() if each.attachments), None))
        await it.rest()
        assert len(it.sent("PATCH", r"/webhooks/.*")) == tried + 1
        assert result.response is None


async def test_the_waiting_message_was_deleted_by_its_person(tmp_path: Path) -> None:
    hand = SlowHand()
    async with simcord_easel(tmp_path, hand=hand) as it:
        result = await it.member.slash(it.art, "imagine", prompt="a boat")
        await hand.begun.wait()
        seen = await it.until(lambda: result.response)
        it.env.backend.delete_message(it.art.id, seen.id)
        hand.go.set()
        await it.until(lambda: next((each for each in it.art.history() if each.attachments), None))
        await it.rest()
        assert len(it.art.history()) == 1


async def test_the_message_that_asked_was_deleted(tmp_path: Path) -> None:
    hand = SlowHand()
    async with simcord_easel(tmp_path, hand=hand) as it:
        said = await it.member.send(it.art, mention(it, "a boat"))
        await hand.begun.wait()
        await it.member.delete(said)
        hand.go.set()
        await it.until(lambda: next((each for each in it.art.history() if each.attachments), None))
        await it.rest()


async def test_a_channel_that_is_gone_ends_in_the_inbox(tmp_path: Path) -> None:
    hand = SlowHand()
    async with simcord_easel(tmp_path, hand=hand) as it:
        doomed = it.guild.create_text_channel("doomed")
        await it.member.send(doomed, mention(it, "a boat"))
        await hand.begun.wait()
        it.env.backend.delete_channel(doomed.id)
        hand.go.set()
        await it.rest()
        asked = await it.member.slash(it.art, "quota")
        told = "\n".join(each.content for each in (await it.told(asked), *asked.followups))
        assert "is no more" in told


async def test_a_fault_of_ours_is_told_and_leaves_nobody_alone(it: SimEasel, monkeypatch: pytest.MonkeyPatch) -> None:
    async def breaks(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(type(it.studio), "submit", breaks)
    refused = await it.member.slash(it.art, "imagine", prompt="a boat")
    assert [(each.content, each.ephemeral) for each in refused.followups] == [(BROKEN, True)]
    said = await it.member.send(it.art, mention(it, "a boat"))
    assert [each.content for each in it.answers(said)] == [BROKEN]


# --- people who try things -----------------------------------------------------------------------------------------


async def test_words_of_people_ping_nobody_and_look_like_words(tmp_path: Path) -> None:
    async with simcord_easel(tmp_path, member="*Mem* @everyone") as it:
        guest = it.joins("Guest")
        role = it.guild.create_role("crew", mentionable=True)
        evil = f"@everyone <@{guest.id}> <@&{role.id}> **bold** [safe](https://evil.example)"
        seen = await it.imagine(evil)
        file = (f"{evil}.png".replace("/", "|"), b"not a picture")
        refused = await it.member.slash(it.art, "edit", instruction=evil, image=file)
        details = await it.told(await it.member.click(seen, label="Details"))
        said = await it.member.send(it.art, mention(it, evil), attachments=[file])
        shown = [seen, *refused.followups, details, *it.answers(said)]
        assert len(shown) == 4
        for each in shown:
            kept = it.env.backend.get_message(it.art.id, each.id)
            pinged = (kept.mention_everyone, len(kept.ping_user_ids), len(kept.ping_role_ids))
            assert pinged == (False, 0, 0), each.content
            assert "**bold**" not in each.content
            assert "](https" not in each.content
            assert "@everyone" not in each.content


async def test_a_button_that_was_carried_to_another_server_does_nothing_there(it: SimEasel) -> None:
    seen = await it.imagine("a boat")
    other = it.env.create_guild("Elsewhere")
    hall = other.create_text_channel("hall")
    stranger = other.add_member(it.env.create_user("Stranger"))
    me = it.env.backend.bot_user.id
    copied = it.env.backend.create_message(hall.id, me, "look", components=seen.components)
    message = to_discord_message(it.env, copied)
    for label in ("Redo", "Vary", "Finalise", "Details", "Delete"):
        result = await stranger.click(message, label=label)
        told = [result.response, *result.followups]
        assert any("no such picture" in each.content and each.ephemeral for each in told if each), label
    shown = await stranger.click(message, label="Edit")
    refused = await stranger.submit_modal(shown, {"instruction": "make it night"})
    told = [refused.response, *refused.followups]
    assert any("no such picture" in each.content for each in told if each)
    assert len(it.hand.orders) == 1
    assert image_of(seen) not in str(it.env.backend.messages[hall.id][copied.id].attachments)


async def test_another_bot_is_not_answered(it: SimEasel) -> None:
    robot = it.guild.add_member(it.env.create_user("Robot", bot=True))
    for words in ("a boat", "/imagine a boat"):
        assert it.answers(await robot.send(it.art, mention(it, words))) == []
    hook = it.guild.create_webhook(it.art, "News")
    await hook.send(mention(it, "a boat"))
    assert it.hand.orders == []


async def test_a_file_that_is_no_picture_is_refused_in_words(it: SimEasel) -> None:
    result = await it.member.slash(it.art, "edit", instruction="make it night", image=("a.png", b"not a picture"))
    assert [each.ephemeral for each in result.followups] == [True]
    assert "“a.png” is not a picture" in result.followups[0].content
    assert "Nothing was charged" in result.followups[0].content
    assert it.hand.orders == []
