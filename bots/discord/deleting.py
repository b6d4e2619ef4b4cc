"""Takes a deleted picture out of the messages that show it: a message without any picture left goes with it."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, Final

import discord
import structlog

from bots.discord import components
from bots.discord.destination import PLATFORM
from bots.discord.holding import pictures_held
from bots.discord.rest import Unreachable
from bots.discord.who import actor_of, channel_of, place_of
from core.errors import DeliveryError
from core.model import ImageId

if TYPE_CHECKING:
    from bots.discord.desk import Desk

# Unknown Channel, Unknown Message: https://docs.discord.com/developers/topics/opcodes-and-status-codes#json
_GONE: Final = frozenset({10003, 10008})
WAIT_SECONDS: Final = 5.0
LOOK_SECONDS: Final = 0.1
_SHORT_ID: Final = 8  # of a picture's id, in the name of its file: core.fitting.file_stem

_log = structlog.stdlib.get_logger(__name__)


class _End(Enum):
    """What became of one message."""

    CHANGED = "changed"
    GONE = "gone"  # or an ephemeral one: nobody but its reader's client knows it
    LEFT = "left"  # Discord does not let Easel change it


async def take_out(desk: Desk, interaction: discord.Interaction, image: ImageId) -> int:
    """After it was deleted. How many messages still show it, because Discord does not let Easel change them.

    `interaction`: the press on a button under the question whether to delete it. A post is written down a moment after
    it appears; when no message was found, that moment is waited for.
    """
    ends: dict[tuple[int, int], _End] = {}
    until_us = desk.clock.now_us() + int(WAIT_SECONDS * 1_000_000)
    while True:
        posts = await desk.studio.messages_of_picture(image)
        known = {(int(ref.channel), int(ref.message)) for ref in posts if ref.platform == PLATFORM}
        for channel, message in sorted((known | _asked_about(interaction)) - ends.keys()):
            ends[channel, message] = await _taken_out(desk, interaction, channel, message, image)
        if known or _End.CHANGED in ends.values() or desk.clock.now_us() >= until_us:
            return sum(end is _End.LEFT for end in ends.values())
        await desk.clock.sleep(LOOK_SECONDS)


def _asked_about(interaction: discord.Interaction) -> set[tuple[int, int]]:
    """The message that the question was about.

    Discord: "Message Component Interaction Metadata", interacted_message_id.
    """
    question = interaction.message
    told = None if question is None else question.interaction_metadata
    message = None if told is None else told.interacted_message_id
    return set() if message is None else {(channel_of(interaction), message)}


async def _taken_out(desk: Desk, interaction: discord.Interaction, channel: int, message: int, image: ImageId) -> _End:
    actor, place = actor_of(interaction), place_of(interaction, desk.time_zone)
    try:
        posted = await desk.rest.message(channel, message)
        held = await pictures_held(desk, channel, posted, actor, place)
        others = [each for each in held if each is not None]
        if others:
            kept = {
                "attachments": _without(posted, image),
                "components": components.under_result(others[0].job, others),
            }
            await desk.rest.edit(channel, message, kept)
        else:
            await desk.rest.delete(channel, message)
    except DeliveryError as error:
        number = error.number if isinstance(error, Unreachable) else 0
        if number in _GONE:
            return _End.GONE
        _log.info("a deleted picture is still shown", code=error.code, number=number)
        return _End.LEFT
    return _End.CHANGED


def _without(message: dict[str, Any], image: ImageId) -> list[dict[str, Any]]:
    """The attachments that stay, by their ids: those which an edit does not name are removed (Edit Message)."""
    return [{"id": each["id"]} for each in message.get("attachments", []) if image[:_SHORT_ID] not in each["filename"]]
