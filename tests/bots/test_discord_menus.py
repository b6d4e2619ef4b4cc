"""Message menus on the wire: on Easel's own posts, and on whatever people and other bots have posted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from emulators.discord_api.modals import Modal
from emulators.discord_api.server import FakeDiscord
from emulators.discord_api.uploads import Upload
from emulators.discord_api.world import Message
from support_discord_api import discord_api, picture  # noqa: F401
from support_discord_easel import LABEL, Easel, easel, image_under

from bots.discord import taken
from bots.discord.commands import MENU_DETAILS, MENU_EDIT, MENU_REFERENCE
from bots.discord.taken import recognised
from core.model import ImageId, ImageRef, JobId, Operation, Place, Size, StoredImage
from core.ports import EditOrder, GenerateOrder

BEACH = Upload("beach.png", picture("gold", (80, 40)))
CAT = Upload("cat.png", picture("navy", (40, 80)))


@pytest.fixture
async def home(discord_api: FakeDiscord, tmp_path: Path) -> AsyncIterator[Easel]:  # noqa: F811 - the fixture
    async with easel(discord_api, tmp_path) as at_work:
        yield at_work


async def form(home: Easel, message: Message, menu: str = MENU_EDIT) -> Modal:
    """The form that a menu opens."""
    return (await home.member.menu(message, menu)).modal


async def edited(home: Easel, opened: Modal, **values: object) -> EditOrder:
    """Send the form off; what the provider was asked to edit."""
    await (await home.member.submit(opened, {"instruction": "make it night", **values})).picture()
    order = home.hand.orders[-1]
    assert isinstance(order, EditOrder)
    return order


# --- edit ------------------------------------------------------------------------------------------------------------


async def test_somebodys_photograph_is_edited(home: Easel) -> None:
    guest = home.fake.user("Guest", guilds=[home.guild])
    photo = await guest.say(home.art, "at the sea", files=[BEACH])
    opened = await form(home, photo)
    assert "which" not in opened.fields
    order = await edited(home, opened)
    assert order.source.size == Size(80, 40)
    assert order.text == "make it night"


async def test_without_the_intent_it_works_just_as_well(tmp_path: Path) -> None:
    fake = await FakeDiscord.start(message_content=False)
    try:
        async with easel(fake, tmp_path, intent=False) as home:
            guest = fake.user("Guest", guilds=[home.guild])
            photo = await guest.say(home.art, files=[BEACH])
            order = await edited(home, await form(home, photo))
            assert order.source.size == Size(80, 40)
    finally:
        await fake.aclose()


async def test_the_picture_is_taken_when_the_menu_is_used(home: Easel) -> None:
    """Deleted before the form is sent, with its file: what was pointed at is edited all the same."""
    guest = home.fake.user("Guest", guilds=[home.guild])
    photo = await guest.say(home.art, files=[BEACH])
    opened = await form(home, photo)
    await _taken(home)
    await guest.delete(photo)
    home.fake.advance(2 * 86_400)  # its address is dead as well
    assert (await edited(home, opened)).source.size == Size(80, 40)


async def test_the_form_works_after_a_restart(discord_api: FakeDiscord, tmp_path: Path) -> None:  # noqa: F811
    async with easel(discord_api, tmp_path) as before:
        photo = await before.member.say(before.art, files=[BEACH])
        opened = await form(before, photo)
        await _taken(before)
    async with easel(discord_api, tmp_path) as after:
        assert (await edited(after, opened)).source.size == Size(80, 40)


async def test_a_form_that_is_sent_at_once_waits_for_the_picture(home: Easel) -> None:
    photo = await home.member.say(home.art, files=[BEACH])
    home.fake.fault("GET", "/attachments/*", delay_seconds=0.6)
    assert (await edited(home, await form(home, photo))).source.size == Size(80, 40)


async def test_a_picture_that_cannot_be_fetched_is_told_of(home: Easel) -> None:
    photo = await home.member.say(home.art, files=[BEACH])
    home.fake.fault("GET", "/attachments/*", status=404, times=5)
    seen = await home.member.submit(await form(home, photo), {"instruction": "night"})
    await seen.until(lambda answer: answer.ephemeral and "Nothing was charged." in answer.text)
    assert home.hand.orders == []


async def test_a_file_that_only_calls_itself_a_picture_is_told_of_at_once(home: Easel) -> None:
    photo = await home.member.say(home.art, files=[Upload("photo.png", b"not a picture at all")])
    seen = await home.member.submit(await form(home, photo), {"instruction": "night"})
    told = await seen.until(lambda answer: "Nothing was charged." in answer.text)
    assert told.ephemeral
    assert "photo.png" in told.text
    assert await _jobs(home) == 0


async def _jobs(home: Easel) -> int:
    row = await home.database.fetch_one("SELECT COUNT(*) FROM job")
    assert row is not None
    return int(row[0] or 0)


async def test_a_picture_that_was_never_taken_is_told_of(home: Easel, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process died between the form and the pictures."""
    monkeypatch.setattr(taken, "WAIT_SECONDS", 0.3)
    photo = await home.member.say(home.art, files=[BEACH])
    opened = await form(home, photo)
    forged = opened.custom_id[:-4] + "0000"
    words = [{"type": 18, "component": {"type": 4, "custom_id": "instruction", "value": "night"}}]
    seen = await home.member.submit_raw(opened, {"custom_id": forged, "components": words})
    await seen.until(lambda answer: answer.ephemeral and answer.text.startswith("The pictures of that message"))


async def test_of_several_pictures_the_form_asks_which(home: Easel) -> None:
    photos = await home.member.say(home.art, files=[BEACH, CAT])
    opened = await form(home, photos)
    assert [option["label"] for option in opened.fields["which"]["options"]] == ["1. beach.png", "2. cat.png"]
    assert (await edited(home, opened, which="2")).source.size == Size(40, 80)


async def test_files_of_the_form_are_looked_at_besides(home: Easel) -> None:
    photo = await home.member.say(home.art, files=[BEACH])
    order = await edited(home, await form(home, photo), files=[CAT])
    assert order.source.size == Size(80, 40)
    assert [each.size for each in order.references] == [Size(40, 80)]


async def test_forwards_embeds_and_components_hold_pictures_too(home: Easel) -> None:
    guest = home.fake.user("Guest", guilds=[home.guild])
    photo = await guest.say(home.art, files=[BEACH])
    url = photo.files[0]
    forwarded = await guest.forward(photo, home.art)
    shown = home.fake.shown.attachment(url)["url"]
    robot = home.fake.user("Robot", guilds=[home.guild], bot=True)
    embed = await robot.say(home.art, embeds=[{"type": "rich", "image": {"url": shown, "proxy_url": shown}}])
    gallery = await robot.say(home.art, components=[{"type": 12, "items": [{"media": {"url": shown}}]}])
    for message in (forwarded, embed, gallery):
        assert (await edited(home, await form(home, message))).source.size == Size(80, 40)


async def test_a_message_without_a_picture_is_answered(home: Easel) -> None:
    words = await home.member.say(home.art, "just words", files=[Upload("notes.txt", b"words")])
    for menu in (MENU_EDIT, MENU_REFERENCE):
        answer = await (await home.member.menu(words, menu)).done()
        assert answer.ephemeral
        assert answer.text == "That message has no picture that I can use."


async def test_a_picture_of_easels_own_is_edited_as_its_child(home: Easel) -> None:
    message = await home.drawn("a fox")
    opened = await form(home, message)
    child = await (await home.member.submit(opened, {"instruction": "night"})).picture()
    kept = await home.store.image(image_under(child))
    assert kept is not None
    assert kept.parent == image_under(message)
    assert kept.parent is not None


async def test_the_second_of_easels_own_pictures(home: Easel) -> None:
    message = await home.drawn("a fox --n 3")
    second = message.selects[0]["options"][1]["value"]
    seen = await home.member.submit(await form(home, message), {"instruction": "night", "which": "2"})
    kept = await home.store.image(image_under(await seen.picture()))
    assert kept is not None
    assert kept.parent == second


async def test_a_private_wish_is_answered_privately(home: Easel) -> None:
    photo = await home.member.say(home.art, files=[BEACH])
    seen = await home.member.submit(await form(home, photo), {"instruction": "night", "private": True})
    assert (await seen.picture()).ephemeral


async def test_where_a_person_brought_easel_along(home: Easel) -> None:
    """A server that has not installed it: interactions work, and nothing else."""
    elsewhere = home.fake.guild("Elsewhere", has_bot=False)
    hall = home.fake.channel("hall", guild=elsewhere)
    traveller = home.fake.user("Traveller", guilds=[elsewhere], installed=True)
    photo = await traveller.say(hall, files=[BEACH])
    opened = (await traveller.menu(photo, MENU_EDIT)).modal
    result = await (await traveller.submit(opened, {"instruction": "night"})).picture()
    assert not result.ephemeral
    details = await (await traveller.click(result, "Details")).done()
    assert LABEL in details.text


async def test_what_comes_of_an_own_private_picture_is_private_whatever_is_ticked(home: Easel) -> None:
    message = await home.drawn("a secret fox", private=True)
    opened = await form(home, message)
    assert opened.fields["private"]["default"] is True
    seen = await home.member.submit(opened, {"instruction": "night", "private": False})
    result = await home.member.until(home.art, lambda each: each.files and each is not message)
    assert result.ephemeral
    assert not [each for each in home.art.messages() if each.loading or each.files]
    assert seen.messages


async def test_in_a_thread_and_in_direct_messages(home: Easel) -> None:
    thread = home.fake.thread(home.art)
    await home.fake.tell_place("THREAD_CREATE", thread)
    for place in (thread, home.member.dm()):
        message = await home.drawn("a fox", at=place)
        details = await (await home.member.menu(message, MENU_DETAILS)).done()
        assert image_under(message) in details.text
        child = await (await home.member.submit(await form(home, message), {"instruction": "night"})).picture()
        kept = await home.store.image(image_under(child))
        assert kept is not None
        assert kept.parent == image_under(message)
        again = await (await home.member.click(child, "Redo")).picture()
        assert again.channel is place


# --- reference -------------------------------------------------------------------------------------------------------


async def test_a_new_picture_that_looks_at_this_one(home: Easel) -> None:
    photo = await home.member.say(home.art, files=[BEACH])
    opened = await form(home, photo, MENU_REFERENCE)
    assert opened.title == "Draw with this picture as a reference"
    await (await home.member.submit(opened, {"instruction": "a ship here"})).picture()
    (order,) = home.hand.orders
    assert isinstance(order, GenerateOrder)
    assert [each.size for each in order.references] == [Size(80, 40)]
    assert order.text == "a ship here"


async def test_several_pictures_may_be_looked_at(home: Easel) -> None:
    photos = await home.member.say(home.art, files=[BEACH, CAT, BEACH])
    opened = await form(home, photos, MENU_REFERENCE)
    await (await home.member.submit(opened, {"instruction": "a ship", "which": ["2", "3"]})).picture()
    (order,) = home.hand.orders
    assert [each.size for each in order.references] == [Size(40, 80), Size(80, 40)]


# --- details ---------------------------------------------------------------------------------------------------------


async def test_details_of_easels_own_picture(home: Easel) -> None:
    message = await home.drawn("a fox")
    answer = await (await home.member.menu(message, MENU_DETAILS)).done()
    assert answer.ephemeral
    assert image_under(message) in answer.text
    assert answer.labels == ["Full-size file"]


async def test_details_of_several_lead_to_each(home: Easel) -> None:
    message = await home.drawn("a fox --n 3")
    answer = await (await home.member.menu(message, MENU_DETAILS)).done()
    assert answer.ephemeral
    third = answer.selects[0]["options"][2]["value"]
    picked = await (await home.member.select(answer, "easel:pick:", [third])).done()
    details = await (await home.member.click(picked, "Details")).done()
    assert third in details.text


async def test_about_what_others_made_it_says_kindly_that_it_knows_nothing(home: Easel) -> None:
    photo = await home.member.say(home.art, files=[BEACH])
    answer = await (await home.member.menu(photo, MENU_DETAILS)).done()
    assert answer.ephemeral
    assert answer.text.startswith("I did not draw what that message shows")


# --- on time ---------------------------------------------------------------------------------------------------------


async def test_the_answer_is_the_first_thing_that_is_sent(home: Easel) -> None:
    photo = await home.member.say(home.art, files=[BEACH])
    for menu in (MENU_EDIT, MENU_REFERENCE, MENU_DETAILS):
        await home.quiet()
        before = len(home.fake.calls.of())
        await home.member.menu(photo, menu)
        assert home.fake.calls.of()[before].path.endswith("/callback"), menu


async def _taken(home: Easel) -> None:
    """Wait until the menu's pictures were fetched and written down."""
    async with asyncio.timeout(5):
        while not await home.notes("menu"):  # noqa: ASYNC110 - a row in a table
            await asyncio.sleep(0.01)


# --- which of a message's pictures are ours --------------------------------------------------------------------------


def ref(number: int) -> ImageRef:
    return ImageRef("discord", token=f"a1:{number}", name=f"{number}.png")


def ours(number: int) -> StoredImage:
    place = Place("discord", "1", "2")
    return StoredImage(
        id=ImageId(f"{number:032x}"),
        job=JobId("j"),
        position=number,
        parent=None,
        blob="b",
        media_type="image/png",
        size=Size(8, 8),
        size_bytes=1,
        alt="",
        prompt="",
        operation=Operation.GENERATE,
        provider="p",
        model="m",
        place=place,
        author="7",
        private=False,
        created_at_us=1,
    )


def test_pictures_are_recognised_by_where_they_stand() -> None:
    found = recognised([ref(1), ref(2)], [ours(1), None])
    assert [each.image for each in found] == [ours(1).id, None]
    assert found[1] == ref(2), "what may not be seen is taken as anybody's picture, since it is seen there"


def test_a_message_that_lost_a_picture_shows_the_others_in_order() -> None:
    found = recognised([ref(1), ref(2)], [ours(1), None, ours(3)])
    assert [each.image for each in found] == [ours(1).id, ours(3).id]


@pytest.mark.parametrize("shown", [[], [None], [ours(1), ours(2), ours(3)]])
def test_what_cannot_be_matched_is_taken_as_it_stands(shown: list[StoredImage | None]) -> None:
    assert recognised([ref(1), ref(2)], shown) == (ref(1), ref(2))
