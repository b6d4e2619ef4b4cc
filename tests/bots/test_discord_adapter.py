"""How an answer arrives on Discord: by the interaction while it lives, then by whichever way is left, and once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from support_discord_adapter import SENTENCE, Bed, bed
from support_discord_api import picture

from bots.discord.components import Pick, parse_custom_id
from bots.discord.delivering import BY_MESSAGE, NOT_EDITED
from bots.discord.destination import encode
from bots.discord.limits import MIB
from bots.discord.posting import Showing
from core.errors import DeliveryError, Gone, Later
from core.model import Destination, MessageRef

EDITS = "/webhooks/*/messages/@original"
POSTS = "/channels/*/messages"


@pytest.fixture
async def on(tmp_path: Path) -> AsyncIterator[Bed]:
    async with bed(tmp_path) as on:
        yield on


async def test_the_thinking_answer_becomes_the_result(on: Bed) -> None:
    spot, seen = await on.asked()
    to, outcome, plan = await on.finished(spot)
    refs = await on.adapter.deliver(to, outcome, plan)
    [message] = on.seen()
    assert message is seen.message
    assert refs == (MessageRef("discord", str(on.channel.id), str(message.id)),)
    assert message.content == "For **Member**: a fox\nA remark.\n-# 64 × 48 · 1 image · Painter"
    [file] = message.files
    assert (file.data, file.description) == (picture(), "A fox, 1.")
    assert file.name == f"easel-{outcome.images[0].id[:8]}.png"
    assert message.labels == ["Edit", "Redo", "Vary", "Finalise", "Details", "Delete"]


async def test_a_process_with_the_application_id_and_the_token_alone_delivers(on: Bed) -> None:
    spot, _ = await on.asked()
    worker = await on.worker()
    on.discord.calls.clear()
    await worker.deliver(*await on.finished(spot))
    assert len(on.seen()) == 1
    assert [call.authorised for call in on.discord.calls] == [False]


async def test_ten_pictures_are_one_message_with_a_select(on: Bed) -> None:
    spot, _ = await on.asked()
    to, outcome, plan = await on.finished(spot, pictures=10)
    await on.adapter.deliver(to, outcome, plan)
    [message] = on.seen()
    assert len(message.files) == 10
    [select] = message.selects
    assert parse_custom_id(select["custom_id"]) == Pick(outcome.job)
    assert [option["value"] for option in select["options"]] == [image.id for image in outcome.images]


async def test_why_there_is_no_picture_takes_the_place_of_the_answer(on: Bed) -> None:
    spot, seen = await on.asked()
    await on.adapter.deliver(*on.unfinished(spot))
    assert [message.content for message in on.seen()] == [f"For **Member**\n{SENTENCE}"]
    assert seen.message.custom_ids() == []


async def test_nothing_of_it_calls_anybody(on: Bed) -> None:
    spot, _ = await on.asked()
    await on.adapter.deliver(*await on.finished(replace(spot, name="@everyone <@1>"), remarks=("<@&2> @here",)))
    await on.adapter.deliver(*await on.finished((await on.wrote())[0]))
    for message in on.seen():
        assert (message.mentions, message.mention_roles, message.mention_everyone) == ([], [], False)
        assert not message.pings_reply
    sent = [call.json for call in on.discord.calls if call.method in ("PATCH", "POST") and call.json]
    assert all(body["allowed_mentions"]["parse"] == [] for body in sent if "content" in body)


@pytest.mark.parametrize("whose", ["the place", "the operator"])
async def test_pictures_can_be_veiled(on: Bed, whose: str) -> None:
    spot, _ = await on.asked()
    adapter = on.adapter_of(on.rest, Showing(spoiler=whose == "the operator"))
    await adapter.deliver(*await on.finished(replace(spot, spoiler=whose == "the place")))
    [file] = on.seen()[0].files
    assert file.spoiler
    assert file.name.startswith("SPOILER_easel-")


async def test_what_fits_is_what_the_place_says(on: Bed) -> None:
    spot, _ = await on.asked()
    taken = [on.adapter.capabilities(encode(replace(spot, file_bytes=size))) for size in (1, 20 * MIB, 100 * MIB)]
    assert [each.file_bytes for each in taken] == [MIB // 4, 20 * MIB, 24 * MIB]
    assert on.adapter.capabilities(Destination("discord", "nonsense")).file_bytes == 10 * MIB
    assert {(each.message_bytes, each.files) for each in taken} == {(24 * MIB, 10)}


async def test_guilds_and_channels_have_names(on: Bed) -> None:
    guild, name = str(on.guild.id), on.adapter.name_of
    assert [await name(guild), await name(guild, str(on.channel.id))] == ["Studio", "art"]
    elsewhere = on.discord.channel("elsewhere", guild=on.discord.guild("Another"))
    assert await name(guild, str(elsewhere.id)) == ""
    assert [await name("@77", "12"), await name(guild, "posters")] == ["", ""]
    with pytest.raises(DeliveryError):
        await name(guild, "12")
    with pytest.raises(Later):
        await (await on.worker()).name_of(guild)


# --- when the interaction is over --------------------------------------------------------------------------------


async def test_after_fourteen_minutes_it_comes_as_a_message_and_the_token_is_left_alone(on: Bed) -> None:
    spot, _ = await on.asked()
    given = await on.finished(spot)
    on.discord.advance(14 * 60)
    on.discord.calls.clear()
    [ref] = await on.adapter.deliver(*given)
    assert on.discord.calls.of("*", "/webhooks/*") == []
    [message] = on.seen()
    assert (ref.message, ref.note) == (str(message.id), BY_MESSAGE)
    assert message.content.startswith(BY_MESSAGE + "\nFor **Member**")
    assert message.files[0].data == picture()


@pytest.mark.parametrize(("status", "code"), [(401, 50027), (404, 10015), (404, 10008), (404, 0), (401, 0)])
async def test_an_answer_that_cannot_be_edited_becomes_a_message(on: Bed, status: int, code: int) -> None:
    spot, _ = await on.asked()
    on.discord.fault("PATCH", EDITS, status=status, code=code, times=99)
    [ref] = await on.adapter.deliver(*await on.finished(spot))
    assert [len(message.files) for message in on.seen()] == [1]
    assert len(on.discord.calls.of("PATCH", EDITS)) == 1
    ended = status == 401 or code == 10015
    assert ref.note == (BY_MESSAGE if ended else NOT_EDITED)
    assert on.seen()[0].content.startswith(ref.note)


@pytest.mark.parametrize("fault", [{"code": 50027}, {"code": 10015}, {"status": 401}])
async def test_an_expired_token_is_never_tried_again(on: Bed, fault: dict[str, int]) -> None:
    """Ten thousand invalid requests in ten minutes ban the address."""
    spot, _ = await on.asked()
    on.discord.fault("PATCH", EDITS, times=99, **fault)
    on.discord.fault("POST", POSTS, status=503)
    given = await on.finished(spot)
    with pytest.raises(Later):
        await on.adapter.deliver(*given)
    await on.adapter.deliver(*given)
    assert len(on.discord.calls.of("PATCH", EDITS)) == 1
    assert len(on.seen()) == 1


async def test_what_remains_of_an_answer_that_died_is_taken_away(on: Bed) -> None:
    spot, seen = await on.asked()
    given = await on.finished(spot)
    original = seen.message
    await on.rest.edit_original(spot.application, spot.interaction, {"content": "Drawing …"})
    await on.records.original_is(given[1].job, original.id)
    on.discord.advance(15 * 60)
    await on.adapter.deliver(*given)
    assert original.deleted
    assert [len(message.files) for message in on.seen()] == [1]


# --- private ------------------------------------------------------------------------------------------------------


async def test_a_private_answer_stays_with_its_asker(on: Bed) -> None:
    spot, _ = await on.asked(private=True)
    await on.adapter.deliver(*await on.finished(spot))
    assert [len(message.files) for message in on.seen()] == [1]
    assert on.seen(person=on.guest) == []
    assert "Share" in on.seen()[0].labels


async def test_a_private_answer_that_comes_late_is_a_direct_message_and_never_in_the_channel(on: Bed) -> None:
    spot, _ = await on.asked(private=True)
    given = await on.finished(spot)
    on.discord.advance(20 * 60)
    [ref] = await on.adapter.deliver(*given)
    assert on.channel.messages() == []
    [message] = on.member.dm().messages()
    assert ref.channel == str(on.member.dm().id)
    assert message.files[0].data == picture()


async def test_a_private_answer_that_was_dismissed_comes_again_for_the_asker_alone(on: Bed) -> None:
    spot, seen = await on.asked(private=True)
    await on.member.delete(seen.message)
    await on.adapter.deliver(*await on.finished(spot))
    assert [message.ephemeral for message in on.seen()] == [True]


@pytest.mark.parametrize("told", [False, True])
async def test_a_wish_that_turned_out_private_is_not_shown_in_public(on: Bed, told: bool) -> None:
    """`--private` among the words: the first answer was for all to see already."""
    spot, _ = await on.asked()
    if told:
        await on.rest.edit_original(spot.application, spot.interaction, {"content": "Drawing …"})
    await on.adapter.deliver(*await on.finished(spot, private=True))
    assert [(message.ephemeral, len(message.files)) for message in on.seen()] == [(True, 1)]
    assert on.seen(person=on.guest) == []


async def test_a_private_wish_in_a_message_is_answered_in_a_direct_message(on: Bed) -> None:
    spot, _, placeholder = await on.wrote()
    await on.adapter.deliver(*await on.finished(spot, private=True))
    assert placeholder.deleted
    assert on.seen() == []
    assert len(on.member.dm().messages()[0].files) == 1


async def test_who_takes_no_direct_messages_finds_it_in_the_inbox(on: Bed) -> None:
    spot, _ = await on.asked(private=True)
    given = await on.finished(spot)
    on.member.dms_open = False
    on.discord.advance(20 * 60)
    with pytest.raises(Gone):
        await on.adapter.deliver(*given)
    [letter] = await on.records.take_from_inbox(on.member.id)
    assert "direct message" in letter
    assert "/history" in letter
    assert on.channel.messages() == []


# --- messages -------------------------------------------------------------------------------------------------------


async def test_the_working_message_becomes_the_result(on: Bed) -> None:
    spot, _, placeholder = await on.wrote()
    [ref] = await on.adapter.deliver(*await on.finished(spot))
    assert on.seen() == [placeholder]
    assert ref.message == str(placeholder.id)
    assert placeholder.files[0].data == picture()


async def test_a_working_message_that_was_deleted_becomes_a_reply(on: Bed) -> None:
    spot, asked, placeholder = await on.wrote()
    await on.discord.remove(placeholder)
    await on.adapter.deliver(*await on.finished(spot))
    [message] = on.seen()
    assert message.replied is asked


async def test_when_the_question_was_deleted_too_it_is_a_plain_message(on: Bed) -> None:
    spot, asked, placeholder = await on.wrote()
    await on.discord.remove(placeholder)
    await on.discord.remove(asked)
    await on.adapter.deliver(*await on.finished(spot))
    [message] = on.seen()
    assert message.replied is None
    assert len(message.files) == 1
    assert [call.status for call in on.discord.calls.of("POST", POSTS)] == [200, 200]  # the working one, and this


async def test_without_the_right_to_the_history_it_is_no_reply(on: Bed) -> None:
    spot, _, placeholder = await on.wrote()
    await on.discord.remove(placeholder)
    on.discord.fault("POST", POSTS, code=160002)
    await on.adapter.deliver(*await on.finished(spot))
    [message] = on.seen()
    assert message.replied is None


async def test_an_outcome_of_several_messages_names_each(on: Bed) -> None:
    spot, _ = await on.asked()
    to, outcome, plan = await on.finished(spot, pictures=4)
    halves = replace(plan, messages=(plan.messages[0][:3], plan.messages[0][3:]))
    refs = await on.adapter.deliver(to, outcome, halves)
    assert [ref.message for ref in refs] == [str(message.id) for message in on.seen()]
    assert [len(message.files) for message in on.seen()] == [3, 1]


async def test_a_direct_message_is_answered_where_it_was_asked(on: Bed) -> None:
    spot, _, placeholder = await on.wrote(channel=on.member.dm())
    await on.adapter.deliver(*await on.finished(spot))
    assert len(placeholder.files) == 1


async def test_what_a_person_brings_along_is_answered_by_the_interaction_alone(on: Bed) -> None:
    away = on.discord.guild("Elsewhere", has_bot=False)
    hall = on.discord.channel("hall", guild=away)
    visitor = on.discord.user("Visitor", guilds=[away], installed=True)
    spot, _ = await on.asked(channel=hall, person=visitor)
    assert spot.foreign
    to, outcome, plan = await on.finished(spot, pictures=2)
    halves = replace(plan, messages=(plan.messages[0][:1], plan.messages[0][1:]))
    refs = await on.adapter.deliver(to, outcome, halves)
    assert [ref.message for ref in refs] == [str(each.id) for each in on.seen(hall, visitor)]
    assert on.discord.calls.of("POST", POSTS) == []


@pytest.mark.parametrize("how", ["a command", "a message"])
async def test_in_the_own_conversation_everything_is_private_already(on: Bed, how: str) -> None:
    dm = on.member.dm()
    spot = (await on.asked(channel=dm))[0] if how == "a command" else (await on.wrote(channel=dm))[0]
    before = len(dm.messages())
    await on.adapter.deliver(*await on.finished(spot, private=True))
    answers = [message for message in dm.messages() if message.author is on.discord.app]
    assert len(dm.messages()) == before
    assert [len(message.files) for message in answers] == [1]
