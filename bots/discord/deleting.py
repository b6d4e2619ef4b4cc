"""Takes a deleted picture out of the messages that show it: a message without any picture left goes with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import structlog

from bots.discord import components
from bots.discord.destination import PLATFORM
from bots.discord.rest import Unreachable
from core.errors import DeliveryError
from core.model import Actor, ImageId, MessageRef, Place

if TYPE_CHECKING:
    from bots.discord.desk import Desk

# Unknown Channel, Unknown Message: https://docs.discord.com/developers/topics/opcodes-and-status-codes#json
_GONE: Final = frozenset({10003, 10008})
_SHORT_ID: Final = 8  # of a picture's id, in the name of its file: core.fitting.file_stem

_log = structlog.stdlib.get_logger(__name__)


async def take_out(desk: Desk, image: ImageId, actor: Actor, place: Place) -> int:
    """After it was deleted. How many messages still show it, because Discord does not let Easel change them."""
    left = 0
    for ref in await desk.studio.messages_of_picture(image):
        if ref.platform == PLATFORM:
            left += not await _taken_out(desk, ref, image, actor, place)
    return left


async def _taken_out(desk: Desk, ref: MessageRef, image: ImageId, actor: Actor, place: Place) -> bool:
    shown = await desk.studio.pictures_of_message(PLATFORM, ref.channel, ref.message, actor, place)
    others = [each for each in shown if each is not None]
    channel, message = int(ref.channel), int(ref.message)
    try:
        if others:
            posted = await desk.rest.message(channel, message)
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
            return True
        _log.info("a deleted picture is still shown", code=error.code, number=number)
        return False
    return True


def _without(message: dict[str, Any], image: ImageId) -> list[dict[str, Any]]:
    """The attachments that stay, by their ids: those which an edit does not name are removed (Edit Message)."""
    return [{"id": each["id"]} for each in message.get("attachments", []) if image[:_SHORT_ID] not in each["filename"]]
