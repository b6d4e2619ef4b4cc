"""Takes a deleted picture out of the messages that show it: a message without any picture left goes with it."""

from __future__ import annotations

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
_SHORT_ID: Final = 8  # of a picture's id, in the name of its file: core.fitting.file_stem

_log = structlog.stdlib.get_logger(__name__)


async def take_out(desk: Desk, interaction: discord.Interaction, image: ImageId) -> int:
    """After it was deleted. How many messages still show it, because Discord does not let Easel change them.

    `interaction`: the press on a button under the question whether to delete it.
    """
    posts = await desk.studio.messages_of_picture(image)
    messages = {(int(ref.channel), int(ref.message)) for ref in posts if ref.platform == PLATFORM}
    left = 0
    for channel, message in sorted(messages | _asked_about(interaction)):
        left += not await _taken_out(desk, interaction, channel, message, image)
    return left


def _asked_about(interaction: discord.Interaction) -> set[tuple[int, int]]:
    """The message that the question was about: it may be so new that it is not written down as a post yet.

    Discord: "Message Component Interaction Metadata", interacted_message_id.
    """
    question = interaction.message
    told = None if question is None else question.interaction_metadata
    message = None if told is None else told.interacted_message_id
    return set() if message is None else {(channel_of(interaction), message)}


async def _taken_out(desk: Desk, interaction: discord.Interaction, channel: int, message: int, image: ImageId) -> bool:
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
        if number in _GONE:  # an ephemeral one, too: nobody but Discord's clients knows it
            return True
        _log.info("a deleted picture is still shown", code=error.code, number=number)
        return False
    return True


def _without(message: dict[str, Any], image: ImageId) -> list[dict[str, Any]]:
    """The attachments that stay, by their ids: those which an edit does not name are removed (Edit Message)."""
    return [{"id": each["id"]} for each in message.get("attachments", []) if image[:_SHORT_ID] not in each["filename"]]
