"""SimCord, without the privileged intent: what works all the same, and what people are told where it cannot."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from support_simcord import SimEasel, simcord_easel
from support_simcord_talk import PHOTO, edited, lineage, mention, of_the_photo, quiet_reply, thread_of

from bots.discord import hints
from core.conversation.meaning import Why

MENTION_ME = hints.sentence(Why.UNSEEN_WORDS)
USE_THE_MENU = hints.sentence(Why.UNSEEN_PICTURE)


@pytest.fixture
async def it(tmp_path: Path) -> AsyncIterator[SimEasel]:
    async with simcord_easel(tmp_path, intent=False) as easel:
        yield easel


async def test_a_mention_is_heard_with_what_is_attached(it: SimEasel) -> None:
    boat = await it.replied(await it.member.send(it.art, mention(it, "a boat")))
    assert await lineage(it, boat) == ["a boat"]
    said = await it.member.send(it.art, mention(it, "make it night"), attachments=[PHOTO])
    await it.replied(said)
    assert of_the_photo(edited(it))


async def test_a_reply_with_a_mention_edits_our_picture(it: SimEasel) -> None:
    seen = await it.imagine("a boat")
    said = await it.member.send(it.art, mention(it, "make it night"), reply_to=seen)
    assert await lineage(it, await it.replied(said)) == ["a boat", "make it night"]


async def test_somebody_elses_photo_is_not_seen_and_the_menu_is_named(it: SimEasel) -> None:
    photo = await it.joins("Guest").send(it.art, "my holiday", attachments=[PHOTO])
    for _ in range(2):  # it was plainly asked for: so it is told each time
        (told,) = it.answers(await it.member.send(it.art, mention(it, "make it night"), reply_to=photo))
        assert told.content == USE_THE_MENU
    assert it.hand.orders == []


async def test_a_reply_to_a_message_of_ours_needs_no_mention_but_its_ping(it: SimEasel) -> None:
    regular = await it.replied(await it.member.send(it.art, mention(it, "a boat")))
    night = await it.replied(await it.member.send(it.art, "make it night", reply_to=regular))
    assert await lineage(it, night) == ["a boat", "make it night"]
    (told,) = it.answers(await quiet_reply(it, regular.id, "make it blue"))
    assert told.content == MENTION_ME
    assert len(it.hand.orders) == 2


async def test_a_reply_to_an_answer_to_a_command_is_not_seen_and_that_is_said_once(it: SimEasel) -> None:
    seen = await it.imagine("a boat")
    (told,) = it.answers(await it.member.send(it.art, "make it night", reply_to=seen))
    assert told.content == MENTION_ME
    assert it.answers(await it.member.send(it.art, "make it night!", reply_to=seen)) == []
    await it.restart()
    assert it.answers(await it.member.send(it.art, "hello?", reply_to=seen)) == [], "known after a restart, too"
    guest = it.joins("Guest")
    (told,) = it.answers(await guest.send(it.art, "make it day", reply_to=seen))
    assert told.content == MENTION_ME, "another person has not heard it yet"
    assert len(it.hand.orders) == 1


async def test_in_a_thread_a_mention_or_a_reply_is_a_step(it: SimEasel) -> None:
    seen = await it.imagine("a boat")
    thread = await thread_of(it, seen.id)
    night = await it.replied(await it.member.send(thread, mention(it, "make it night")))
    snow = await it.replied(await it.member.send(thread, "now with snow", reply_to=night))
    assert await lineage(it, snow) == ["a boat", "make it night", "now with snow"]
    (told,) = it.answers(await it.member.send(thread, "and a moon"))
    assert told.content == MENTION_ME


async def test_the_menu_sees_what_the_bot_may_not(it: SimEasel) -> None:
    photo = await it.joins("Guest").send(it.art, "my holiday", attachments=[PHOTO])
    shown = await it.member.context_menu(it.art, "Edit image", photo)
    assert shown.modal is not None
    await it.drawn(await it.member.submit_modal(shown, {"instruction": "make it night"}))
    assert of_the_photo(edited(it))


async def test_the_menu_sees_a_forward(it: SimEasel) -> None:
    guest = it.joins("Guest")
    other = it.guild.create_text_channel("elsewhere")
    forwarded = await guest.forward(await guest.send(it.art, "", attachments=[PHOTO]), other)
    shown = await it.member.context_menu(other, "Edit image", forwarded)
    await it.drawn(await it.member.submit_modal(shown, {"instruction": "make it night"}))
    assert of_the_photo(edited(it))


async def test_buttons_commands_and_direct_messages_are_all_there(it: SimEasel) -> None:
    seen = await it.imagine("a boat")
    shown = await it.member.click(seen, label="Edit")
    night = await it.drawn(await it.member.submit_modal(shown, {"instruction": "make it night"}))
    assert await lineage(it, night) == ["a boat", "make it night"]
    await it.drawn(await it.member.slash(it.art, "edit", instruction="make it night", image=PHOTO))
    assert of_the_photo(edited(it))
    cat = await it.replied(await it.member.send_dm("a cat"))
    assert await lineage(it, cat) == ["a cat"]


async def test_words_between_people_stay_theirs(it: SimEasel) -> None:
    guest = it.joins("Guest")
    photo = await guest.send(it.art, "my holiday", attachments=[PHOTO])
    before = len(it.env.http_requests)
    for words, to in (("what a view", photo), ("good morning", None)):
        assert it.answers(await it.member.send(it.art, words, reply_to=to)) == []
    assert len(it.hand.orders) == 0
    assert all(each.method == "GET" for each in it.env.http_requests[before:]), "nothing is said"
