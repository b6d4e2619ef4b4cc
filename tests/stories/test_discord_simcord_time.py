"""SimCord: what outlives a restart, fifteen minutes, a day and a year. The clock is virtual, so nobody waits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from simcord.results import InteractionResult, ResponseMessage
from support_house import Hand
from support_simcord import SimEasel, simcord_easel
from support_simcord_talk import PHOTO, SlowHand, edited, lineage, mailbox, mention, of_the_photo
from support_simcord_world import image_of, labels

from bots.discord import clicks
from bots.discord.delivering import BY_DIRECT_MESSAGE, BY_MESSAGE
from core.ports import Order
from core.quota import Limit, Scope, Unit, Window
from core.worker import Pace

QUARTER = 15 * 60
DAILY = (Limit(Scope.USER, "*", Unit.IMAGES, Window.DAY, 3),)


@pytest.fixture
async def it(tmp_path: Path) -> AsyncIterator[SimEasel]:
    async with simcord_easel(tmp_path) as easel:
        yield easel


@pytest.fixture
def hand() -> SlowHand:
    return SlowHand()


@pytest.fixture
async def slow(tmp_path: Path, hand: SlowHand) -> AsyncIterator[SimEasel]:
    async with simcord_easel(tmp_path, hand=hand, limits=DAILY) as easel:
        yield easel


async def begun(it: SimEasel, hand: SlowHand, **options: object) -> InteractionResult:
    """A picture is being drawn, and the person sees that it is."""
    result = await it.member.slash(it.art, "imagine", prompt="a boat", **options)
    await hand.begun.wait()
    await it.until(lambda: True if result.response and result.response.components else None)
    return result


# --- restarts ------------------------------------------------------------------------------------------------------


async def test_buttons_and_forms_know_no_restart_and_no_age(it: SimEasel) -> None:
    seen = await it.imagine("a boat")
    await it.restart()
    await it.env.advance_time(400 * 24 * 3600)
    shown = await it.member.click(seen, label="Edit")
    await it.restart()
    night = await it.drawn(await it.member.submit_modal(shown, {"instruction": "make it night"}))
    assert await lineage(it, night) == ["a boat", "make it night"]
    again = await it.drawn(await it.member.click(seen, label="Redo"))
    assert image_of(again) != image_of(seen)
    thread = await it.replied(await it.member.send(it.art, "make it blue", reply_to=seen))
    assert await lineage(it, thread) == ["a boat", "make it blue"]


async def test_what_a_menu_took_is_there_after_a_restart_and_the_messages_end(it: SimEasel) -> None:
    guest = it.joins("Guest")
    photo = await guest.send(it.art, "", attachments=[PHOTO])
    shown = await it.member.context_menu(it.art, "Edit image", photo)
    await guest.delete(photo)
    it.env.backend.cdn._blobs.clear()  # as addresses on Discord end after a day
    await it.restart()
    await it.drawn(await it.member.submit_modal(shown, {"instruction": "make it night"}))
    assert of_the_photo(edited(it))


async def test_a_question_is_answered_after_a_restart(it: SimEasel) -> None:
    seen = await it.imagine("two boats", count=2)
    said = await it.member.send(it.art, "make it night", reply_to=seen)
    (question,) = it.answers(said)
    assert "Which" in question.content or "2 pictures" in question.content
    await it.restart()
    changed = await it.replied(await it.member.send(it.art, "2", reply_to=question))
    assert await lineage(it, changed) == ["two boats", "make it night"]


async def test_a_picture_that_was_being_drawn_arrives_in_its_message(slow: SimEasel, hand: SlowHand) -> None:
    result = await begun(slow, hand)
    await slow.restart()
    hand.go.set()
    seen = await slow.drawn(result)
    assert [each.id for each in slow.art.history()] == [seen.id]


# --- fifteen minutes -----------------------------------------------------------------------------------------------


async def test_after_fifteen_minutes_the_picture_comes_as_a_message(slow: SimEasel, hand: SlowHand) -> None:
    result = await begun(slow, hand)
    await slow.env.advance_time(QUARTER)
    asked = len(slow.env.http_requests)
    hand.go.set()
    post = await slow.until(lambda: next((each for each in slow.art.history() if each.attachments), None))
    await slow.rest()
    assert post.content.startswith(BY_MESSAGE)
    assert labels([each.to_dict() for each in post.components])[0] == "Edit"
    (body,) = slow.sent("POST", r"/channels/\d+/messages")
    assert body["enforce_nonce"] is True
    assert 0 < len(body["nonce"]) <= 25
    assert not [each for each in slow.env.http_requests[asked:] if "/webhooks/" in each.path], "its token is not tried"
    assert result.response is None, "what said that it is being drawn is gone"
    night = await slow.member.send(slow.art, "make it night", reply_to=post)
    assert await lineage(slow, await slow.replied(night)) == ["a boat", "make it night"]


async def test_after_fifteen_minutes_a_private_picture_comes_by_direct_message(slow: SimEasel, hand: SlowHand) -> None:
    await begun(slow, hand, private=True)
    await slow.env.advance_time(QUARTER)
    hand.go.set()
    letter = await slow.until(lambda: next((each for each in mailbox(slow) if each.attachments), None))
    await slow.rest()
    assert letter.content.startswith(BY_DIRECT_MESSAGE)
    assert not any(each.attachments for each in slow.art.history()), "nobody else saw it"
    assert "Share" in labels([each.to_dict() for each in letter.components])
    before = len(mailbox(slow))
    await slow.member.user.click(letter, label="Redo")
    await slow.until(lambda: next((each for each in mailbox(slow)[before:] if each.attachments), None))


async def test_what_can_be_told_nowhere_is_told_with_the_next_command(slow: SimEasel, hand: SlowHand) -> None:
    await begun(slow, hand, private=True)
    await slow.env.advance_time(QUARTER)
    refused = {"status": 403, "code": 50007, "message": "Cannot send messages to this user"}
    slow.env.inject_error("POST", "/channels/*/messages", times=None, **refused)
    hand.go.set()
    await slow.rest()
    tried = slow.sent("POST", r"/channels/\d+/messages")
    assert len(tried) == 1, "a no is a no"
    slow.env.backend.faults.clear()
    asked = await slow.member.slash(slow.art, "quota")
    told = "\n".join(each.content for each in (await slow.told(asked), *asked.followups))
    assert "direct message" in told
    assert "/history" in told
    listed = await slow.told(await slow.member.slash(slow.art, "history"))
    assert "a boat" in listed.content


async def test_a_mention_is_answered_however_long_it_takes(slow: SimEasel, hand: SlowHand) -> None:
    said = await slow.member.send(slow.art, mention(slow, "a boat"))
    await hand.begun.wait()
    await slow.env.advance_time(4 * QUARTER)
    hand.go.set()
    assert (await slow.replied(said)).attachments
    assert len(slow.answers(said)) == 1


async def test_who_waits_sees_how_many_come_first_and_may_leave(tmp_path: Path) -> None:
    gate = asyncio.Semaphore(0)

    async def meanwhile(_: Order) -> None:
        await gate.acquire()

    one_at_a_time = Pace(concurrency=1, lease_seconds=1_000_000.0)
    async with simcord_easel(tmp_path, hand=Hand(meanwhile=meanwhile), pace=one_at_a_time) as it:
        first, second, third = [
            await it.member.slash(it.art, "imagine", prompt=prompt) for prompt in ("a boat", "a cat", "a lighthouse")
        ]
        waiting = await said_in(it, third, "Waiting … 1 before you.")
        assert labels(waiting.components) == ["Cancel"]
        await said_in(it, second, "Waiting … you are next.")
        gate.release()
        await it.until(lambda: True if first.response and first.response.attachments else None)
        await said_in(it, third, "Waiting … you are next.")
        await said_in(it, second, "Drawing …")
        await it.member.click(waiting, label="Cancel")
        gate.release()
        await it.drawn(second)
        assert "You cancelled this." in (await it.told(third)).content
        assert len(it.hand.orders) == 2


async def said_in(it: SimEasel, result: InteractionResult, words: str) -> ResponseMessage:
    """The answer, once it says this."""

    def look() -> ResponseMessage | None:
        return result.response if result.response is not None and result.response.content == words else None

    return await it.until(look)


# --- days ----------------------------------------------------------------------------------------------------------


async def test_tomorrow_the_quota_is_full_again(tmp_path: Path) -> None:
    async with simcord_easel(tmp_path, limits=DAILY) as it:
        seen = await it.imagine("boats", count=3)
        refused = await it.member.slash(it.art, "imagine", prompt="one more")
        assert "Nothing was charged" in refused.followups[0].content
        await it.env.advance_time(24 * 3600)
        again = await it.imagine("one more")
        assert image_of(again) not in str(seen.components)
        assert "2 images left" in (await it.told(await it.member.slash(it.art, "quota"))).content


async def test_two_quick_presses_are_one_and_a_later_one_is_another(it: SimEasel) -> None:
    seen = await it.imagine("a boat")
    await it.drawn(await it.member.click(seen, label="Redo"))
    twice = await it.member.click(seen, label="Redo")
    assert [each.content for each in twice.followups] == [clicks.ONCE]
    await it.env.advance_time(5)
    await it.drawn(await it.member.click(seen, label="Redo"))
    assert len(it.hand.orders) == 3
