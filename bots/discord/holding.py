"""Which of Easel's pictures a message holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bots.discord.components import images_under
from bots.discord.destination import PLATFORM
from core.errors import NotFound
from core.model import Actor, ImageId, Place, StoredImage

if TYPE_CHECKING:
    from bots.discord.desk import Desk


async def pictures_held(
    desk: Desk, channel: int, message: Mapping[str, Any], actor: Actor, place: Place
) -> Sequence[StoredImage | None]:
    """In their order; None for one that is deleted or not this person's to see. `message`: as Discord shows it, ours.

    A post is written down a moment after it appears; until then its own buttons say what it holds.
    """
    identity = str(message.get("id"))
    shown = await desk.studio.pictures_of_message(PLATFORM, str(channel), identity, actor, place)
    if shown:
        return shown
    return [await _seen(desk, image, actor, place) for image in images_under(message.get("components"))]


async def _seen(desk: Desk, image: ImageId, actor: Actor, place: Place) -> StoredImage | None:
    try:
        return await desk.studio.picture(image, actor, place)
    except NotFound:
        return None
