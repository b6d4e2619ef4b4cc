"""Delete on the wire: asked once, allowed to some, and gone from every message that shows the picture."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from emulators.discord_api.server import FakeDiscord
from emulators.discord_api.values import Permission
from emulators.discord_api.world import Message
from support_discord_api import discord_api  # noqa: F401
from support_discord_easel import Easel, easel, image_under

from core.model import ImageId, MessageRef


@pytest.fixture
async def home(discord_api: FakeDiscord, tmp_path: Path) -> AsyncIterator[Easel]:  # noqa: F811 - the fixture
    async with easel(discord_api, tmp_path) as at_work:
        yield at_work


async def test_delete_asks_once_and_takes_the_message_away(home: Easel) -> None:
    message = await home.drawn("a fox")
    question = await (await home.member.click(message, "Delete")).done()
    assert question.ephemeral
    assert question.labels == ["Delete for good"]
    assert not message.deleted, "nothing happens before the answer"
    await home.member.click(question, "Delete for good")
    await question.until(lambda told: told.text == "Deleted.")
    assert question.labels == []
    assert message.deleted
    assert await home.store.image(image_under(message)) is not None
    assert (await home.studio.history(*home.who)) == ()


async def test_of_several_pictures_only_the_deleted_one_goes(home: Easel) -> None:
    message = await home.drawn("a fox --n 3")
    first, second, third = [option["value"] for option in message.selects[0]["options"]]
    before = [file.data for file in message.files]
    await _delete(home, message, second)
    assert [file.data for file in message.files] == [before[0], before[2]]
    assert [option["value"] for option in message.selects[0]["options"]] == [first, third]
    await _delete(home, message, third)
    assert [file.data for file in message.files] == [before[0]]
    assert image_under(message) == first, "the last one has its buttons"


async def test_a_picture_goes_from_every_message_that_shows_it(home: Easel) -> None:
    message = await home.drawn("a fox", private=True)
    shared = await (await home.member.click(message, "Share")).picture()
    question = await (await home.member.click(shared, "Delete")).done()
    await home.member.click(question, "Delete for good")
    await question.until(lambda told: told.text == "Deleted." and not told.labels)
    assert shared.deleted


async def test_a_private_picture_stays_on_the_screen_until_it_is_dismissed(home: Easel) -> None:
    message = await home.drawn("a fox", private=True)
    question = await (await home.member.click(message, "Delete")).done()
    await home.member.click(question, "Delete for good")
    await question.until(lambda told: told.text == "Deleted. If a private message still shows it to you, dismiss it.")
    assert (await home.studio.history(*home.who)) == ()


async def test_a_post_that_is_not_written_down_yet_goes_too(home: Easel, monkeypatch: pytest.MonkeyPatch) -> None:
    """A moment after a post appears, its own buttons are all that says what it shows."""

    async def nothing(*_: object) -> tuple[()]:
        return ()

    message, several = await home.drawn("a fox"), await home.drawn("a fox --n 3")
    monkeypatch.setattr(home.store, "messages_of_image", nothing)
    monkeypatch.setattr(home.store, "images_of_message", nothing)
    question = await (await home.member.click(message, "Delete")).done()
    await home.member.click(question, "Delete for good")
    await question.until(lambda told: told.text == "Deleted.")
    assert message.deleted
    first, second, third = [option["value"] for option in several.selects[0]["options"]]
    forged = await home.member.forge(several, f"easel:delete:{second}")
    question = await forged.done()
    await home.member.click(question, "Delete for good")
    await question.until(lambda told: told.text == "Deleted.")
    assert len(several.files) == 2
    assert [option["value"] for option in several.selects[0]["options"]] == [first, third]


async def test_a_post_that_is_written_down_late_is_waited_for(home: Easel, monkeypatch: pytest.MonkeyPatch) -> None:
    """The question was asked under somebody's own buttons: only the books know the message that shows it."""
    message = await home.drawn("a fox --n 3")
    read, looks = home.store.messages_of_image, iter([True, True])

    async def late(image: ImageId) -> tuple[MessageRef, ...]:
        return () if next(looks, False) else await read(image)

    monkeypatch.setattr(home.store, "messages_of_image", late)
    await _delete(home, message, message.selects[0]["options"][0]["value"])
    assert len(message.files) == 2


async def test_a_message_that_may_not_be_changed_is_told_of(home: Easel) -> None:
    message = await home.drawn("a fox")
    question = await (await home.member.click(message, "Delete")).done()
    home.fake.fault("DELETE", f"/channels/{home.art.id}/messages/*", code=50001)
    await home.member.click(question, "Delete for good")
    await question.until(lambda told: told.text.startswith("Deleted. One message still shows it"))


async def test_only_its_maker_and_moderators_may_delete(home: Easel) -> None:
    message = await home.drawn("a fox")
    guest = home.fake.user("Guest", guilds=[home.guild])
    refused = await (await guest.click(message, "Delete")).done()
    assert refused.ephemeral
    assert refused.text.startswith("Only the person who made this picture, or a moderator, may delete it.")
    forged = await guest.forge(message, f"easel:sure:{image_under(message)}")
    await forged.until(lambda answer: answer.text.startswith("Only the person who made this picture"))
    assert not message.deleted
    moderators = home.fake.role(home.guild, "Moderators", Permission.MANAGE_GUILD)
    moderator = home.fake.user("Moderator", roles=[moderators], guilds=[home.guild])
    question = await (await moderator.click(message, "Delete")).done()
    await moderator.click(question, "Delete for good")
    await question.until(lambda told: told.text == "Deleted.")
    assert message.deleted


async def _delete(home: Easel, message: Message, image: str) -> None:
    picked = await (await home.member.select(message, "easel:pick:", [image])).done()
    question = await (await home.member.click(picked, "Delete")).done()
    await home.member.click(question, "Delete for good")
    await question.until(lambda told: told.text == "Deleted.")
