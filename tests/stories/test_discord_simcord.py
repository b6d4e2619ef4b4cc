"""SimCord: people draw, change and look up pictures, where Easel may read what is written."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from support_house import Hand, square
from support_images import opened, photo_png
from support_simcord import SimEasel, simcord_easel
from support_simcord_talk import PHOTO, edited, lineage, mention, of_the_photo, quiet_reply, thread_of
from support_simcord_world import custom_ids, image_of, labels

from bots.discord import clicks
from core.model import ImageId, Quality
from core.ports import GenerateOrder, Order
from core.quota import Limit, Scope, Unit, Window


@pytest.fixture
async def it(tmp_path: Path) -> AsyncIterator[SimEasel]:
    async with simcord_easel(tmp_path) as easel:
        yield easel


# --- commands ------------------------------------------------------------------------------------------------------


async def test_a_command_becomes_a_picture_in_the_answer_to_it(it: SimEasel) -> None:
    result = await it.member.slash(it.art, "imagine", prompt="a boat", ratio="3:2", quality="high")
    assert result.deferred
    assert not result.ephemeral
    seen = await it.drawn(result)
    assert labels(seen.components) == ["Edit", "Redo", "Vary", "Finalise", "Details", "Delete"]
    assert seen.content == "For **Member**: a boat\n-# 64 × 64 · 1 image · A steady hand"
    (file,) = seen.attachments
    assert file.description == "square 1", "who cannot see it is told what it shows"
    assert opened(it.bytes_of(file)).size == (64, 64)
    (order,) = it.hand.orders
    assert isinstance(order, GenerateOrder)
    assert (order.text, order.quality, order.size.width * 2) == ("a boat", Quality.HIGH, order.size.height * 3)
    assert [each.id for each in it.art.history()] == [seen.id], "one message from beginning to end"


async def test_of_several_pictures_one_is_chosen_and_changed(it: SimEasel) -> None:
    seen = await it.imagine("three boats", count=3)
    assert len(seen.attachments) == 3
    (pick,) = custom_ids(seen.components)
    options = seen.components[0]["components"][0]["options"]
    assert [each["label"] for each in options] == ["Picture 1", "Picture 2", "Picture 3"]
    picked = await it.member.select(seen, [options[1]["value"]], custom_id=pick)
    assert picked.ephemeral
    own = await it.told(picked)
    assert labels(own.components)[0] == "Edit"
    assert image_of(own) == options[1]["value"]

    said = await it.member.send(it.art, "3: make it night", reply_to=seen)
    changed = await it.replied(said)
    (first, second) = await it.store.lineage(ImageId(image_of(changed)))
    assert (first.id, second.prompt) == (options[2]["value"], "make it night")


async def test_who_types_is_offered_styles_and_their_own_pictures(it: SimEasel) -> None:
    seen = await it.imagine("a red balloon")
    await it.imagine("a lighthouse")
    styles = await it.member.autocomplete(it.art, "imagine", "style", "pos")
    assert "poster" in [each["value"] for each in styles]
    (own,) = await it.member.autocomplete(it.art, "edit", "picture", "balloon")
    assert own["value"] == image_of(seen)
    assert "balloon" in own["name"]
    other = it.joins("Guest")
    assert await it.member.autocomplete(it.art, "edit", "picture", "zebra") == []
    assert await other.autocomplete(it.art, "edit", "picture", "balloon") == []

    changed = await it.drawn(await it.member.slash(it.art, "edit", instruction="blue", picture=own["value"]))
    first, _ = await it.store.lineage(ImageId(image_of(changed)))
    assert first.id == own["value"]


async def test_an_attached_photo_is_edited_and_a_mask_with_it(it: SimEasel) -> None:
    mask = ("mask.png", photo_png("flower"))
    plain = await it.drawn(await it.member.slash(it.art, "edit", instruction="make it night", image=PHOTO))
    assert "Editing the picture you attached" in plain.content
    assert of_the_photo(edited(it))
    assert edited(it).mask is None
    await it.drawn(await it.member.slash(it.art, "edit", instruction="a door", image=PHOTO, mask=mask))
    assert edited(it).mask is not None


async def test_edit_alone_takes_the_newest_picture_of_the_person(it: SimEasel) -> None:
    seen = await it.imagine("a boat")
    guest = it.joins("Guest")
    await it.drawn(await guest.slash(it.art, "imagine", prompt="a cat"))
    changed = await it.drawn(await it.member.slash(it.art, "edit", instruction="make it night"))
    assert (await it.store.lineage(ImageId(image_of(changed))))[0].id == image_of(seen)


async def test_questions_are_answered_to_the_person_alone(tmp_path: Path) -> None:
    daily = Limit(Scope.USER, "*", Unit.IMAGES, Window.DAY, 3)
    async with simcord_easel(tmp_path, limits=[daily]) as it:
        seen = await it.imagine("a red balloon")
        for name, words in (("quota", "2 images left"), ("history", "a red balloon"), ("help", "/imagine")):
            result = await it.member.slash(it.art, name)
            assert result.ephemeral, name
            said = "\n".join(each.content for each in (await it.told(result), *result.followups))
            assert words in said, said
        again = await it.drawn(await it.member.slash(it.art, "image", id=image_of(seen)))
        assert image_of(again) == image_of(seen)
        assert len(it.hand.orders) == 1, "a kept picture is shown, not drawn again"


async def test_a_quota_refuses_in_words_that_only_its_person_sees(tmp_path: Path) -> None:
    daily = Limit(Scope.USER, "*", Unit.IMAGES, Window.DAY, 1)
    async with simcord_easel(tmp_path, limits=[daily]) as it:
        seen = await it.imagine("a boat")
        refused = await it.member.slash(it.art, "imagine", prompt="another boat")
        (told,) = refused.followups
        assert told.ephemeral
        assert "Nothing was charged" in told.content
        assert refused.response is None, "the public “thinking…” is taken back"
        pressed = await it.member.click(seen, label="Redo")
        assert "Nothing was charged" in pressed.followups[-1].content
        said = await it.member.send(it.art, mention(it, "a third boat"))
        (answer,) = it.answers(said)
        assert "Nothing was charged" in answer.content
        assert len(it.hand.orders) == 1


# --- replies and threads -------------------------------------------------------------------------------------------


async def test_a_reply_with_a_mention_edits_our_picture(it: SimEasel) -> None:
    seen = await it.imagine("a boat")
    said = await it.member.send(it.art, mention(it, "make it night"), reply_to=seen)
    changed = await it.replied(said)
    assert "Editing the picture of the message you replied to." in changed.content
    assert await lineage(it, changed) == ["a boat", "make it night"]
    assert len(it.answers(said)) == 1


async def test_a_reply_with_a_mention_edits_anybodys_photo(it: SimEasel) -> None:
    guest = it.joins("Guest")
    photo = await guest.send(it.art, "my holiday", attachments=[PHOTO])
    assert it.hand.orders == []
    said = await it.member.send(it.art, mention(it, "make it night"), reply_to=photo)
    assert "of the message you replied to" in (await it.replied(said)).content
    assert of_the_photo(edited(it))


async def test_a_reply_without_a_mention_edits_a_message_of_ours(it: SimEasel) -> None:
    said = await it.member.send(it.art, mention(it, "a boat"))
    regular = await it.replied(said)
    night = await it.replied(await it.member.send(it.art, "make it night", reply_to=regular))
    assert await lineage(it, night) == ["a boat", "make it night"]
    by_command = await it.imagine("a cat")
    blue = await it.replied(await it.member.send(it.art, "make it blue", reply_to=by_command))
    assert await lineage(it, blue) == ["a cat", "make it blue"]


async def test_a_reply_that_pings_nobody_is_understood_too(it: SimEasel) -> None:
    seen = await it.imagine("a boat")
    said = await quiet_reply(it, seen.id, "make it night")
    assert await lineage(it, await it.replied(said)) == ["a boat", "make it night"]


async def test_words_between_people_stay_theirs(it: SimEasel) -> None:
    seen = await it.imagine("a boat")
    guest = it.joins("Guest")
    photo = await guest.send(it.art, "my holiday", attachments=[PHOTO])
    before = len(it.env.http_requests)
    for words, to in (("what a view", photo), ("make it night", None), ("thanks!", seen)):
        said = await it.member.send(it.art, words, reply_to=to)
        assert it.answers(said) == []
    assert len(it.env.http_requests) == before, "Discord is asked for nothing"
    assert len(it.hand.orders) == 1


async def test_in_a_thread_every_message_is_the_next_step(it: SimEasel) -> None:
    seen = await it.imagine("a boat")
    thread = await thread_of(it, seen.id)
    night = await it.replied(await it.member.send(thread, "make it night"))
    snow = await it.replied(await it.member.send(thread, "now with snow"))
    assert snow.channel.id == thread.id
    assert await lineage(it, snow) == ["a boat", "make it night", "now with snow"]
    assert await lineage(it, night) == ["a boat", "make it night"]


async def test_in_direct_messages_words_are_enough(it: SimEasel) -> None:
    said = await it.member.send_dm("a boat")
    boat = await it.replied(said)
    night = await it.replied(await it.member.send_dm("make it night", reference={"message_id": str(boat.id)}))
    assert await lineage(it, night) == ["a boat", "make it night"]
    user = it.member.user
    seen = await it.drawn(await user.slash("imagine", prompt="a cat"))
    pressed = await it.drawn(await user.click(seen, label="Redo"))
    assert image_of(pressed) != image_of(seen)


# --- menus and forms -----------------------------------------------------------------------------------------------


async def test_the_menu_edits_anybodys_photo(it: SimEasel) -> None:
    photo = await it.joins("Guest").send(it.art, "my holiday", attachments=[PHOTO])
    shown = await it.member.context_menu(it.art, "Edit image", photo)
    assert shown.modal is not None
    values = {"instruction": "make it night", "ratio": ["16:9"], "quality": ["high"]}
    result = await it.member.submit_modal(shown, values)
    await it.drawn(result)
    assert not result.ephemeral
    order = edited(it)
    assert of_the_photo(order)
    assert order.quality is Quality.HIGH
    assert abs(order.size.width / order.size.height - 16 / 9) < 0.05


async def test_the_form_takes_more_pictures_and_keeps_the_result_private(it: SimEasel) -> None:
    photo = await it.joins("Guest").send(it.art, "", attachments=[PHOTO])
    shown = await it.member.context_menu(it.art, "Edit image", photo)
    values = {"instruction": "put the square on it", "private": True, "files": [("square.png", square(9))]}
    result = await it.member.submit_modal(shown, values)
    assert result.ephemeral
    seen = await it.drawn(result)
    assert "Share" in labels(seen.components)
    assert len(edited(it).references) == 1
    shared = await it.member.click(seen, label="Share")
    assert not shared.ephemeral
    assert image_of(await it.drawn(shared)) == image_of(seen)
    assert len(it.hand.orders) == 1, "sharing draws nothing"


async def test_a_picture_that_was_forwarded_is_found(it: SimEasel) -> None:
    guest = it.joins("Guest")
    photo = await guest.send(it.art, "", attachments=[PHOTO])
    other = it.guild.create_text_channel("elsewhere")
    forwarded = await guest.forward(photo, other)
    shown = await it.member.context_menu(other, "Edit image", forwarded)
    await it.drawn(await it.member.submit_modal(shown, {"instruction": "make it night"}))
    assert of_the_photo(edited(it))


async def test_the_form_asks_which_of_several_pictures_is_meant(it: SimEasel) -> None:
    photos = [("small.png", square(1)), PHOTO]
    message = await it.joins("Guest").send(it.art, "", attachments=photos)
    shown = await it.member.context_menu(it.art, "Edit image", message)
    await it.drawn(await it.member.submit_modal(shown, {"which": ["2"], "instruction": "make it night"}))
    assert of_the_photo(edited(it))


async def test_a_message_menu_gives_references_and_details(it: SimEasel) -> None:
    seen = await it.imagine("a boat")
    shown = await it.member.context_menu(it.art, "Use as reference", seen)
    await it.drawn(await it.member.submit_modal(shown, {"instruction": "the same boat, asleep"}))
    order = it.hand.orders[-1]
    assert isinstance(order, GenerateOrder)
    assert len(order.references) == 1
    details = await it.member.context_menu(it.art, "Image details", seen)
    assert details.ephemeral
    assert image_of(seen) in (await it.told(details)).content
    nothing = await it.member.context_menu(it.art, "Edit image", await it.member.send(it.art, "only words"))
    assert nothing.modal is None
    assert nothing.response is not None
    assert "no picture" in nothing.response.content


# --- buttons -------------------------------------------------------------------------------------------------------


async def test_every_button_under_a_picture(it: SimEasel) -> None:
    seen = await it.imagine("a boat")
    for label in ("Redo", "Vary", "Finalise"):
        result = await it.member.click(seen, label=label)
        again = await it.drawn(result)
        assert image_of(again) != image_of(seen), label
        assert not again.ephemeral
    details = await it.told(await it.member.click(seen, label="Details"))
    assert details.ephemeral
    assert "a boat" in details.content
    shown = await it.member.click(seen, label="Edit")
    night = await it.drawn(await it.member.submit_modal(shown, {"instruction": "make it night"}))
    undone = await it.drawn(await it.member.click(night, label="Undo"))
    assert image_of(undone) == image_of(seen)


async def test_a_picture_is_deleted_by_its_maker_alone(it: SimEasel) -> None:
    seen = await it.imagine("a boat")
    guest = await it.joins("Guest").click(seen, label="Delete")
    assert "Only the person who made this picture" in (await it.told(guest)).content
    asked = await it.member.click(seen, label="Delete")
    question = await it.told(asked)
    assert question.content == clicks.REALLY
    await it.member.click(question, label="Delete for good")
    assert it.art.history() == [], "the message that showed it is gone"
    gone = await it.told(await it.member.slash(it.art, "image", id=image_of(seen)))
    assert "no such picture" in gone.content


async def test_what_is_being_drawn_can_be_cancelled(tmp_path: Path) -> None:
    begun, never = asyncio.Event(), asyncio.Event()

    async def meanwhile(_: Order) -> None:
        begun.set()
        await never.wait()

    daily = Limit(Scope.USER, "*", Unit.IMAGES, Window.DAY, 3)
    async with simcord_easel(tmp_path, hand=Hand(meanwhile=meanwhile), limits=[daily]) as it:
        result = await it.member.slash(it.art, "imagine", prompt="a boat")
        await begun.wait()
        working = await it.until(lambda: result.response if result.response and result.response.components else None)
        assert labels(working.components) == ["Cancel"]
        other = await it.joins("Guest").click(working, label="Cancel")
        assert result.response is not None
        assert other.followups, "it is not the Guest's to cancel"
        await it.member.click(working, label="Cancel")
        told = await it.told(result)
        assert "You cancelled this." in told.content
        assert labels(told.components) == []
        quota = await it.told(await it.member.slash(it.art, "quota"))
        assert "3 images left" in quota.content
