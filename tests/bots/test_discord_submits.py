"""Forms on the wire: opened by a button, sent off by a person, read by whichever process gets them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from emulators.discord_api.modals import Modal
from emulators.discord_api.server import FakeDiscord
from emulators.discord_api.uploads import Upload
from emulators.discord_api.world import Message
from support_discord_api import discord_api, picture  # noqa: F401
from support_discord_easel import Easel, easel, image_under
from support_house import DAILY

from core.model import Quality
from core.ports import EditOrder


@pytest.fixture
async def home(discord_api: FakeDiscord, tmp_path: Path) -> AsyncIterator[Easel]:  # noqa: F811 - the fixture
    async with easel(discord_api, tmp_path) as at_work:
        yield at_work


async def form(home: Easel, message: Message) -> Modal:
    """The form that Edit opens."""
    return (await home.member.click(message, "Edit")).modal


async def test_edit_opens_a_form_and_the_form_edits_this_picture(home: Easel) -> None:
    message = await home.drawn("a fox")
    opened = await form(home, message)
    assert opened.title == "Edit this picture"
    seen = await home.member.submit(opened, {"instruction": "give it a hat", "ratio": "16:9", "quality": "high"})
    edited = await seen.picture()
    assert not edited.ephemeral
    order = home.hand.orders[1]
    assert isinstance(order, EditOrder)
    assert order.text == "give it a hat"
    assert order.quality is Quality.HIGH
    assert order.size.width / order.size.height == pytest.approx(16 / 9, abs=0.05)
    kept = await home.store.image(image_under(edited))
    assert kept is not None
    assert kept.parent == image_under(message)
    assert "Editing the picture you chose." in edited.text


async def test_what_was_left_open_is_as_the_picture_is(home: Easel) -> None:
    message = await home.drawn("a fox")
    await (await home.member.submit(await form(home, message), {"instruction": "night"})).picture()
    order = home.hand.orders[1]
    assert order.quality is Quality.AUTO
    assert order.size is None, "its own"


async def test_files_of_the_form_are_looked_at_and_the_picture_is_edited(home: Easel) -> None:
    message = await home.drawn("a fox")
    hats = [Upload("hat.png", picture("navy")), Upload("scarf.png", picture("green"))]
    seen = await home.member.submit(await form(home, message), {"instruction": "wear these", "files": hats})
    edited = await seen.picture()
    order = home.hand.orders[1]
    assert isinstance(order, EditOrder)
    assert order.source.size.width == 64, "the fox is edited"
    assert len(order.references) == 2
    kept = await home.store.image(image_under(edited))
    assert kept is not None
    assert kept.parent == image_under(message)


async def test_a_file_that_is_no_picture_is_told_of_and_nothing_is_drawn(home: Easel) -> None:
    message = await home.drawn("a fox")
    files = [Upload("notes.png", b"not a picture at all")]
    seen = await home.member.submit(await form(home, message), {"instruction": "wear this", "files": files})
    told = await seen.until(lambda answer: "Nothing was charged." in answer.text)
    assert told.ephemeral
    assert "notes.png" in told.text
    assert len(home.hand.orders) == 1


@pytest.mark.parametrize("values", [{"instruction": "night", "private": True}, {"instruction": "night --private"}])
async def test_a_private_wish_is_answered_privately(home: Easel, values: dict[str, object]) -> None:
    message = await home.drawn("a fox")
    edited = await (await home.member.submit(await form(home, message), values)).picture()
    assert edited.ephemeral
    assert home.art.messages() == [message]
    kept = await home.store.image(image_under(edited))
    assert kept is not None
    assert kept.private


async def test_an_edit_of_a_private_picture_is_private_whatever_the_box_says(home: Easel) -> None:
    message = await home.drawn("a secret fox", private=True)
    opened = await form(home, message)
    assert opened.fields["private"]["default"] is True
    seen = await home.member.submit(opened, {"instruction": "night", "private": False})
    assert seen.message.ephemeral, "not even that something is going on is seen by others"
    edited = await seen.picture()
    kept = await home.store.image(image_under(edited))
    assert kept is not None
    assert kept.private


async def test_a_form_sent_after_a_restart_works(discord_api: FakeDiscord, tmp_path: Path) -> None:  # noqa: F811
    async with easel(discord_api, tmp_path) as before:
        message = await before.drawn("a fox")
        opened = await form(before, message)
    async with easel(discord_api, tmp_path) as after:
        edited = await (await after.member.submit(opened, {"instruction": "night"})).picture()
        assert edited.files
        assert after.hand.orders[0].text == "night"


async def test_the_picture_was_deleted_meanwhile(home: Easel) -> None:
    message = await home.drawn("a fox")
    opened = await form(home, message)
    question = await (await home.member.click(message, "Delete")).done()
    await home.member.click(question, "Delete for good")
    await question.until(lambda told: told.text == "Deleted.")
    seen = await home.member.submit(opened, {"instruction": "night"})
    told = await seen.until(lambda answer: answer.text.startswith("I have no such picture here."))
    assert told.ephemeral
    assert not [each for each in home.art.messages() if each.loading]


async def test_a_form_about_somebody_elses_private_picture_finds_nothing(home: Easel) -> None:
    secret = await home.drawn("a secret fox", private=True)
    guest = home.fake.user("Guest", guilds=[home.guild])
    theirs = await home.drawn("a cat", by=guest)
    opened = (await guest.click(theirs, "Edit")).modal
    forged = {"custom_id": f"easel:m:edit:{image_under(secret)}", "components": _words("night")}
    seen = await guest.submit_raw(opened, forged)
    await seen.until(lambda answer: answer.ephemeral and answer.text.startswith("I have no such picture here."))
    assert len(home.hand.orders) == 2


async def test_a_form_that_is_not_known_or_empty_is_answered(home: Easel) -> None:
    opened = await form(home, await home.drawn("a fox"))
    strange = ("easel:m:edit:nothing-like-it", f"easel:m:burn:{'a' * 32}", "hello", f"easel:m:edit:{'a' * 32}")
    sent = [*((custom_id, "night") for custom_id in strange), (opened.custom_id, ""), (opened.custom_id, "   ")]
    for custom_id, words in sent:
        seen = await home.member.submit_raw(opened, {"custom_id": custom_id, "components": _words(words)})
        await seen.until(lambda answer: answer.ephemeral and answer.text)
    assert len(home.hand.orders) == 1


async def test_a_form_that_was_acknowledged_too_late_is_answered_by_a_message(home: Easel) -> None:
    message = await home.drawn("a fox")
    opened = await form(home, message)
    home.fake.fault("POST", "/interactions/*/callback", code=10062)
    await home.member.submit(opened, {"instruction": "night"}, wait=False)
    await home.art.until(lambda each: each.files and each is not message)


async def test_where_easel_is_not_at_home_a_form_that_comes_too_late_draws_nothing(home: Easel) -> None:
    """Nobody would see the picture, and somebody would pay for it."""
    hall = home.fake.channel("hall", guild=home.fake.guild("Elsewhere", has_bot=False))
    traveller = home.fake.user("Traveller", guilds=list(home.fake.world.guilds.values()), installed=True)
    message = await home.drawn("a fox", by=traveller, at=hall)
    opened = (await traveller.click(message, "Edit")).modal
    home.fake.acknowledge_seconds = 0.2
    home.fake.fault("POST", "/interactions/*/callback", code=10062)
    seen = await traveller.submit(opened, {"instruction": "night"})
    assert seen.failed
    assert len(home.hand.orders) == 1


async def test_an_unknown_flag_is_told_to_this_person_alone(home: Easel) -> None:
    opened = await form(home, await home.drawn("a fox"))
    seen = await home.member.submit(opened, {"instruction": "night --sparkle"})
    await seen.until(lambda answer: answer.ephemeral and "--sparkle" in answer.text)


async def test_a_quota_that_is_used_up_is_told(discord_api: FakeDiscord, tmp_path: Path) -> None:  # noqa: F811
    async with easel(discord_api, tmp_path, limits=DAILY) as home:
        message = await home.drawn("a fox")
        seen = await home.member.submit(await form(home, message), {"instruction": "night --n 3"})
        await seen.until(lambda answer: answer.ephemeral and "Nothing was charged." in answer.text)
        assert not [each for each in home.art.messages() if each.loading]


async def test_the_acknowledgement_is_the_first_thing_that_is_sent(home: Easel) -> None:
    opened = await form(home, await home.drawn("a fox"))
    before = len(home.fake.calls.of())
    await home.member.submit(opened, {"instruction": "night", "files": [Upload("hat.png", picture())]})
    assert home.fake.calls.of()[before].path.endswith("/callback")


def _words(text: str) -> list[dict[str, object]]:
    return [{"type": 18, "component": {"type": 4, "custom_id": "instruction", "value": text}}]
