"""How stories in SimCord are told: what people do beyond SimCord's own verbs, and what Easel was asked to draw."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import discord
from simcord.backend.models import AllowedMentions
from simcord.builders import ChannelHandle
from simcord.results import ResponseMessage, to_discord_message
from support_house import Hand
from support_images import opened, photograph
from support_simcord import SimEasel
from support_simcord_world import image_of

from core.model import ImageId
from core.ports import EditOrder, Order

PHOTO = ("beach.jpg", photograph("china"))
_PHOTO_SIZE = opened(photograph("china")).size


@dataclass
class SlowHand(Hand):
    """Draws when it is told to."""

    begun: asyncio.Event = field(default_factory=asyncio.Event)
    go: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        async def meanwhile(_: Order) -> None:
            self.begun.set()
            await self.go.wait()

        self.meanwhile = meanwhile


def edited(it: SimEasel) -> EditOrder:
    """What was asked of the provider last."""
    order = it.hand.orders[-1]
    assert isinstance(order, EditOrder), order
    return order


def of_the_photo(order: EditOrder) -> bool:
    """Whether it is the photo that is edited, by its size."""
    return (order.source.size.width, order.source.size.height) == _PHOTO_SIZE


async def lineage(it: SimEasel, message: ResponseMessage | discord.Message) -> list[str]:
    """The words of every step that led to a message's picture."""
    return [each.prompt for each in await it.store.lineage(ImageId(image_of(message)))]


async def thread_of(it: SimEasel, message: int) -> ChannelHandle:
    """A thread that the member hangs from a message."""
    it.env.backend.create_thread(it.art.id, "steps", owner_id=it.member.id, message_id=message)
    await it.env.settle()
    (thread,) = it.art.threads
    return thread


async def quiet_reply(it: SimEasel, message: int, words: str) -> discord.Message:
    """A reply of the member's with the ping switched off."""
    said = it.env.backend.create_message(
        it.art.id,
        it.member.id,
        words,
        reference={"message_id": str(message)},
        allowed_mentions=AllowedMentions(replied_user=False),
    )
    await it.env.settle()
    return to_discord_message(it.env, said)


def mailbox(it: SimEasel) -> list[discord.Message]:
    """The member's direct messages, oldest first."""
    channel = it.env.backend.dm_channels.get(it.member.id)
    if channel is None:
        return []
    return ChannelHandle(it.env, None, it.env.backend.get_channel(channel)).history(viewer=it.member.user)


def mention(it: SimEasel, words: str) -> str:
    """Said to Easel."""
    return f"<@{it.env.backend.bot_user.id}> {words}"
