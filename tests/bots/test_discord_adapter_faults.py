"""Discord refuses, is busy, loses answers, or the process dies in between: nothing twice, nothing lost."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from emulators.discord_api.values import Permission
from PIL import Image
from support_discord_adapter import SENTENCE, Bed, bed

from bots.discord import limits
from core.errors import Gone, Later
from core.model import MessageRef

EDITS = "/webhooks/*/messages/@original"
POSTS = "/channels/*/messages"
COPY = "This is a copy that fits here."


@pytest.fixture
async def on(tmp_path: Path) -> AsyncIterator[Bed]:
    async with bed(tmp_path) as on:
        yield on


def noise(edge: int) -> bytes:
    """A picture that no encoder makes small: three bytes a pixel."""
    out = BytesIO()
    Image.frombytes("RGB", (edge, edge), os.urandom(edge * edge * 3)).save(out, "PNG", compress_level=1)
    return out.getvalue()


# --- once --------------------------------------------------------------------------------------------------------


async def test_delivered_again_it_is_not_even_asked_about(on: Bed) -> None:
    spot, _ = await on.asked()
    given = await on.finished(spot)
    first = await on.adapter.deliver(*given)
    await on.start()
    on.discord.calls.clear()
    assert await on.adapter.deliver(*given) == first
    assert list(on.discord.calls) == []


async def test_an_answer_whose_acknowledgement_got_lost_is_edited_again_and_stays_one(on: Bed) -> None:
    spot, seen = await on.asked()
    given = await on.finished(spot)
    on.discord.fault("PATCH", EDITS, cut=True, lands=True)
    with pytest.raises(Later):
        await on.adapter.deliver(*given)
    await on.adapter.deliver(*given)
    assert on.seen() == [seen.message]
    assert len(seen.message.files) == 1


async def test_a_message_whose_acknowledgement_got_lost_is_known_by_its_nonce(on: Bed) -> None:
    spot, _ = await on.asked()
    given = await on.finished(spot)
    on.discord.advance(15 * 60)
    on.discord.fault("POST", POSTS, cut=True, lands=True)
    on.discord.fault("GET", POSTS, status=403, code=50001)  # and the history is not to be read
    with pytest.raises(Later):
        await on.adapter.deliver(*given)
    [ref] = await on.adapter.deliver(*given)
    assert [str(message.id) for message in on.seen()] == [ref.message]


@pytest.mark.parametrize("pictures", [0, 1, 3])
async def test_a_message_that_a_crashed_process_posted_is_found_after_days(on: Bed, pictures: int) -> None:
    """A nonce is remembered for minutes only; the message itself says what it shows."""
    spot, _ = await on.asked()
    given = await on.finished(spot, pictures=pictures) if pictures else on.unfinished(spot)
    on.discord.advance(15 * 60)
    on.discord.fault("POST", POSTS, cut=True, lands=True)
    with pytest.raises(Later):
        await on.adapter.deliver(*given)
    await on.member.say(on.channel, "Where is it?")
    on.discord.advance(3 * 86_400)
    await on.start()
    [ref] = await on.adapter.deliver(*given)
    assert [str(message.id) for message in on.seen()] == [ref.message]


async def test_an_answer_that_was_edited_before_its_token_died_is_not_posted_again(on: Bed) -> None:
    spot, seen = await on.asked()
    given = await on.finished(spot)
    on.discord.fault("PATCH", EDITS, cut=True, lands=True)
    with pytest.raises(Later):
        await on.adapter.deliver(*given)
    on.discord.advance(15 * 60)
    for number in range(120):
        await on.member.say(on.channel, f"Chat {number}")
    await on.start()
    [ref] = await on.adapter.deliver(*given)
    assert on.seen() == [seen.message]
    assert ref.message == str(seen.message.id)


async def test_a_lost_message_is_found_under_all_that_was_said_since(on: Bed) -> None:
    spot, _, placeholder = await on.wrote()
    given = await on.finished(spot)
    await on.discord.remove(placeholder)
    for number in range(120):
        await on.member.say(on.channel, f"Before {number}")
    on.discord.advance(3600)
    on.discord.fault("POST", POSTS, cut=True, lands=True)
    with pytest.raises(Later):
        await on.adapter.deliver(*given)
    on.discord.advance(3600)
    for number in range(120):
        await on.member.say(on.channel, f"After {number}")
    await on.adapter.deliver(*given)
    assert len(on.seen()) == 1


@pytest.mark.parametrize("headers", [{}, {"Via": "1.1 google"}])
async def test_a_working_message_that_is_too_old_to_be_edited_becomes_a_new_one(
    on: Bed, headers: dict[str, str]
) -> None:
    spot, _, placeholder = await on.wrote()
    body = b'{"code": 30046, "message": "Maximum number of edits to messages older than 1 hour reached."}'
    headers = {"Content-Type": "application/json"} | headers
    on.discord.fault("PATCH", "/channels/*/messages/*", status=429, body=body, headers=headers)
    await on.adapter.deliver(*await on.finished(spot))
    assert [len(message.files) for message in on.seen()] == [1]
    assert placeholder.deleted


async def test_a_message_of_somebody_else_is_never_taken_for_the_answer(on: Bed) -> None:
    """A hostile bot may copy the ids of buttons."""
    spot, _ = await on.asked()
    given = await on.finished(spot)
    on.discord.advance(15 * 60)
    await on.records.post_begun(given[1].job, 0)
    impostor = on.discord.user("Impostor", bot=True)
    copied = {"type": 2, "style": 1, "label": "Edit", "custom_id": f"easel:edit:{given[1].images[0].id}"}
    await impostor.say(on.channel, components=[{"type": 1, "components": [copied]}])
    await on.adapter.deliver(*given)
    assert [len(message.files) for message in on.seen()] == [1]


async def test_of_several_messages_only_what_is_missing_is_posted(on: Bed) -> None:
    spot, _ = await on.asked()
    to, outcome, plan = await on.finished(spot, pictures=3)
    three = replace(plan, messages=tuple((file,) for file in plan.messages[0]))
    on.discord.fault("POST", POSTS, status=429, via=False)
    with pytest.raises(Later):
        await on.adapter.deliver(to, outcome, three)
    assert len(on.seen()) == 1
    refs = await on.adapter.deliver(to, outcome, three)
    assert [ref.message for ref in refs] == [str(message.id) for message in on.seen()]
    assert len(on.seen()) == 3


async def test_two_processes_that_deliver_the_same_at_once_post_one_message(on: Bed) -> None:
    spot, _ = await on.asked()
    given = await on.finished(spot)
    on.discord.advance(15 * 60)
    adapters = [on.adapter_of(on.rest) for _ in range(4)]
    refs = await asyncio.gather(*(adapter.deliver(*given) for adapter in adapters))
    assert len(on.seen()) == len(set(refs)) == 1


# --- later -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("method", "path"), [("PATCH", EDITS), ("POST", POSTS)])
async def test_a_limit_that_says_how_long_is_waited_for(on: Bed, method: str, path: str) -> None:
    spot, _ = await on.asked()
    given = await on.finished(spot)
    if method == "POST":
        on.discord.advance(15 * 60)
    on.discord.fault(method, path, status=429, retry_after=0.05, times=2)
    await on.adapter.deliver(*given)
    assert [len(message.files) for message in on.seen()] == [1]


@pytest.mark.parametrize(("method", "path"), [("PATCH", EDITS), ("POST", POSTS)])
async def test_being_shut_out_is_for_later_as_long_as_it_says(on: Bed, method: str, path: str) -> None:
    spot, _ = await on.asked()
    given = await on.finished(spot)
    if method == "POST":
        on.discord.advance(15 * 60)
    on.discord.fault(method, path, status=429, via=False, headers={"Retry-After": "77"})
    with pytest.raises(Later) as caught:
        await on.adapter.deliver(*given)
    assert caught.value.after_seconds == 77.0
    assert await on.records.take_from_inbox(on.member.id) == ()


async def test_a_limit_that_takes_too_long_is_for_later(on: Bed) -> None:
    spot, _ = await on.asked()
    given = await on.finished(spot)
    on.discord.advance(15 * 60)
    on.discord.fault("POST", POSTS, status=429, retry_after=120.0)
    with pytest.raises(Later) as caught:
        await on.adapter.deliver(*given)
    assert caught.value.after_seconds >= 100


async def test_a_discord_that_is_away_is_for_later(on: Bed) -> None:
    spot, _ = await on.asked()
    given = await on.finished(spot)
    on.discord.fault("PATCH", EDITS, cut=True)
    with pytest.raises(Later):
        await on.adapter.deliver(*given)
    on.discord.advance(15 * 60)
    on.discord.fault("POST", POSTS, status=503)
    with pytest.raises(Later):
        await on.adapter.deliver(*given)
    await on.adapter.deliver(*given)
    assert len(on.seen()) == 1


async def test_a_hiccup_is_not_even_noticed(on: Bed) -> None:
    spot, _ = await on.asked()
    on.discord.fault("PATCH", EDITS, status=502)
    await on.adapter.deliver(*await on.finished(spot))
    assert len(on.seen()) == 1


async def test_without_a_bot_what_needs_one_is_for_later(on: Bed) -> None:
    spot, _ = await on.asked()
    given = await on.finished(spot)
    on.discord.advance(15 * 60)
    with pytest.raises(Later):
        await (await on.worker()).deliver(*given)
    await on.adapter.deliver(*given)
    assert len(on.seen()) == 1


async def test_no_error_tells_the_token(on: Bed) -> None:
    """The address of an interaction's answer lets its bearer speak as the bot."""
    spot, _ = await on.asked()
    for fault in ({"cut": True}, {"status": 429, "via": False}, {"code": 50035}):
        on.discord.fault("PATCH", EDITS, **fault)
        on.discord.fault("POST", POSTS, code=50013)
        with pytest.raises((Later, Gone)) as caught:
            await on.adapter.deliver(*await on.finished(spot))
        error: BaseException | None = caught.value
        assert error is not None
        assert spot.interaction not in f"{error!r} {error.__cause__!r} {error.__dict__}"
        assert error.__cause__ is None
        assert error.__suppress_context__


# --- never -------------------------------------------------------------------------------------------------------


async def test_where_the_bot_may_not_post_the_person_is_told_once(on: Bed) -> None:
    spot, _ = await on.asked()
    given = await on.finished(spot)
    on.discord.overwrite(on.channel, on.guild.everyone, deny=Permission.SEND_MESSAGES)
    on.discord.advance(15 * 60)
    for _ in range(2):
        with pytest.raises(Gone, match="may not post"):
            await on.adapter.deliver(*given)
    [letter] = await on.records.take_from_inbox(on.member.id)
    assert f"<#{on.channel.id}>" in letter
    assert "Send Messages" in letter
    assert await on.records.take_from_inbox(on.member.id) == ()
    assert on.member.dm().messages() == []


async def test_the_inbox_tells_a_failure_as_one(on: Bed) -> None:
    spot, _ = await on.asked()
    await on.discord.close_channel(on.channel)
    on.discord.advance(15 * 60)
    with pytest.raises(Gone):
        await on.adapter.deliver(*on.unfinished(spot))
    [letter] = await on.records.take_from_inbox(on.member.id)
    assert SENTENCE in letter
    assert "history" not in letter


async def test_a_channel_that_is_gone_is_gone(on: Bed) -> None:
    spot, _, _ = await on.wrote()
    await on.discord.close_channel(on.channel)
    with pytest.raises(Gone, match="no more"):
        await on.adapter.deliver(*await on.finished(spot))


async def test_an_archived_thread_opens_for_the_answer(on: Bed) -> None:
    thread = on.discord.thread(on.channel)
    spot, asked, placeholder = await on.wrote(channel=thread)
    await on.discord.archive(thread)
    await on.adapter.deliver(*await on.finished(spot))
    answers = [message for message in on.seen(thread) if message.files]
    assert [message.replied for message in answers] == [asked]
    assert not thread.archived
    assert placeholder.deleted


async def test_a_locked_thread_stays_closed_and_the_person_is_told(on: Bed) -> None:
    thread = on.discord.thread(on.channel)
    spot, _, _ = await on.wrote(channel=thread)
    await on.discord.archive(thread, locked=True)
    with pytest.raises(Gone, match="closed"):
        await on.adapter.deliver(*await on.finished(spot))
    assert len(await on.records.take_from_inbox(on.member.id)) == 1


async def test_rules_for_messages_are_named(on: Bed) -> None:
    spot, _ = await on.asked()
    on.discord.fault("PATCH", EDITS, code=200000)
    on.discord.fault("POST", POSTS, code=200000)
    with pytest.raises(Gone, match="rules"):
        await on.adapter.deliver(*await on.finished(spot))


async def test_a_place_that_was_never_one_is_gone(on: Bed) -> None:
    spot, _ = await on.asked()
    to, outcome, plan = await on.finished(spot)
    with pytest.raises(Gone):
        await on.adapter.deliver(replace(to, token="d1:nonsense"), outcome, plan)


# --- too large ---------------------------------------------------------------------------------------------------


async def test_what_is_too_large_here_after_all_comes_as_a_copy(on: Bed) -> None:
    """The interaction allowed more (the person pays Discord) than the channel takes now."""
    spot, _ = await on.asked()
    spot = replace(spot, file_bytes=50 * limits.MIB)
    original = noise(1900)
    assert len(original) > limits.FILE_BYTES
    given = await on.finished(spot, data=original)
    on.discord.advance(15 * 60)
    await on.adapter.deliver(*given)
    [message] = on.seen()
    [file] = message.files
    assert len(file.data) <= limits.FILE_BYTES
    assert file.name.endswith(".webp")
    assert file.description == "A fox, 1."
    assert COPY in message.content
    assert message.content.endswith("-# 1900 × 1900 · 1 image · Painter")
    assert [call.status for call in on.discord.calls.of("POST", POSTS)] == [413, 200]


async def test_that_it_is_a_copy_is_said_once(on: Bed) -> None:
    spot, _ = await on.asked()
    given = await on.finished(spot, data=noise(1500))
    outcome = replace(given[1], remarks=(f"{COPY} The full-size original is kept: press Details.",))
    on.discord.fault("PATCH", EDITS, code=40005)
    await on.adapter.deliver(given[0], outcome, replace(given[2], remarks=outcome.remarks))
    assert on.seen()[0].content.count(COPY) == 1


@pytest.mark.parametrize("fault", [{"status": 413}, {"code": 40005}, {"code": 50045}])
async def test_a_copy_is_tried_once_and_then_no_more(on: Bed, fault: dict[str, int]) -> None:
    spot, _ = await on.asked()
    on.discord.fault("PATCH", EDITS, times=99, **fault)
    with pytest.raises(Gone, match="small enough"):
        await on.adapter.deliver(*await on.finished(spot))
    assert len(on.discord.calls.of("PATCH", EDITS)) == 2
    assert len(await on.records.take_from_inbox(on.member.id)) == 1


async def test_ten_pictures_share_what_a_request_may_hold(on: Bed) -> None:
    spot, _ = await on.asked()
    one = noise(1000)
    given = await on.finished(spot, pictures=10, data=one)
    assert 10 * len(one) > 25 * limits.MIB
    limits_here = on.adapter.capabilities(given[0])
    copies = sum(file.byte_budget or len(one) for message in given[2].messages for file in message)
    assert copies <= limits_here.message_bytes < 25 * limits.MIB


async def test_where_it_went_is_written_down_with_how(on: Bed) -> None:
    spot, _ = await on.asked()
    given = await on.finished(spot)
    on.discord.advance(15 * 60)
    [ref] = await on.adapter.deliver(*given)
    assert ref.note
    assert (await on.records.posted(given[1].job))[0].ref == ref
    assert isinstance(ref, MessageRef)
