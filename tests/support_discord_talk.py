"""How stories about messages are told: what Easel replied to a message, and what it was asked to draw."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from emulators.discord_api.server import FakeDiscord
from emulators.discord_api.uploads import Upload
from emulators.discord_api.values import Sort
from emulators.discord_api.world import Message
from support_discord_api import picture
from support_discord_easel import Easel, easel

from bots.discord.destination import PLATFORM
from core.model import ImageId, StoredImage
from core.ports import EditOrder

QUIET_SECONDS = 0.25
BEACH = Upload("beach.png", picture("gold"))


@asynccontextmanager
async def blindfolded(folder: Path) -> AsyncIterator[Easel]:
    """Easel without the privileged intent."""
    fake = await FakeDiscord.start(message_content=False)
    try:
        async with easel(fake, folder, intent=False) as it:
            yield it
    finally:
        await fake.aclose()


def answers(to: Message) -> list[Message]:
    """What Easel replied to this message, oldest first."""
    history = to.channel.history.values()
    return [each for each in history if each.author.is_app and each.replied is to and not each.deleted]


async def answer(to: Message, *, done: bool = True) -> Message:
    """The one reply to a message, once it no longer says that we are at work."""

    def look() -> Message | None:
        found = answers(to)
        return found[0] if found and (not done or not at_work(found[0])) else None

    return await to.world.bell.until(look, lambda: f"the replies are {answers(to)}", 5.0)


def at_work(message: Message) -> bool:
    return message.content.endswith("…") and not message.selects


async def drawn(to: Message) -> Message:
    """The reply with the pictures."""
    found = await answer(to)
    assert found.files, found
    return found


async def stays_silent(it: Easel, *said: Message) -> None:
    """Nothing happens, and Discord is asked for nothing."""
    before = len(it.fake.calls)
    await asyncio.sleep(QUIET_SECONDS)
    assert [answers(each) for each in said] == [[] for _ in said]
    assert len(it.fake.calls) == before


def edited(it: Easel) -> EditOrder:
    """What the provider was asked last."""
    order = it.hand.orders[-1]
    assert isinstance(order, EditOrder), order
    return order


async def steps(it: Easel, message: Message) -> tuple[StoredImage, ...]:
    """From the first ancestor to the picture of this message."""
    return await it.store.lineage(image_of(message))


async def lineage(it: Easel, message: Message) -> list[str]:
    """The words of every step."""
    return [each.prompt for each in await steps(it, message)]


def image_of(message: Message) -> ImageId:
    """The picture under its buttons."""
    return ImageId(message.custom_ids()[0].rsplit(":", 1)[1])


async def written_down(it: Easel, message: Message) -> None:
    """A message is tied to its picture a moment after it was posted."""
    async with asyncio.timeout(5):
        while not await it.store.images_of_message(PLATFORM, str(message.channel.id), str(message.id)):  # noqa: ASYNC110 - nothing announces it
            await asyncio.sleep(0.01)


async def say_nothing(it: Easel, *, reply_to: Message | None = None) -> Message:
    """A message of a kind that holds neither words nor files."""
    said = it.fake.new_message(it.art, it.member, sort=Sort.REPLY if reply_to else Sort.DEFAULT)
    if reply_to is not None:
        said.replied = reply_to
        said.reference = {"type": 0, "message_id": str(reply_to.id), "channel_id": str(it.art.id)}
    return await it.fake.announce(said)
