"""After a picture was deleted: it leaves Slack, and what showed it beside others goes on with those."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import structlog

from bots.slack import result_blocks
from bots.slack.answers import api_of
from bots.slack.blocks import Payload, written
from bots.slack.event import Event
from bots.slack.interactions import Asked
from bots.slack.posts import Post
from core.errors import DeliveryError, NotFound
from core.model import ImageId, StoredImage

if TYPE_CHECKING:
    from bots.slack.desk import Desk

STILL_SHOWN: Final = "A message may still show it: Slack did not let me take it out. You can delete the message there."

_log = structlog.get_logger()


async def taken_away(desk: Desk, event: Event, asked: Asked, image: ImageId) -> str:
    """Everywhere it was posted. What is left to tell the person: nothing, when no message shows it any more."""
    try:
        left = await desk.adapter.take_away(event.team, image, enterprise=event.enterprise)
        for post in left:
            await _renew(desk, event, asked, post)
    except DeliveryError as error:
        _log.info("slack_deleted_still_shown", code=error.code, reason=getattr(error, "reason", ""))
        return STILL_SHOWN
    return ""


async def _renew(desk: Desk, event: Event, asked: Asked, post: Post) -> None:
    """The message under the pictures that stay offers those alone."""
    images = [
        known
        for each in await desk.records.posts.images(event.team, post.files)
        if (known := await _seen(desk, asked, each))
    ]
    if not images or not post.controls:
        return
    kept = _words_of(event, post)
    context = () if kept else result_blocks.plain_context(images, desk.adapter.label_of)
    private = all(each.private for each in images)
    content = [*kept, *result_blocks.controls(post.job, images, private=private, context=context)]
    await api_of(desk, event).update(post.team, post.channel, post.controls, written(content) or "Pictures", content)


async def _seen(desk: Desk, asked: Asked, image: ImageId) -> StoredImage | None:
    try:
        return await desk.studio.picture(image, asked.actor, asked.place)
    except NotFound:
        return None


def _words_of(event: Event, post: Post) -> list[Payload]:
    """What the message says besides its buttons, where the click has brought it along."""
    message = event.body.get("message")
    if not isinstance(message, dict) or message.get("ts") != post.controls:
        return []
    blocks = message.get("blocks")
    said = [each for each in blocks if isinstance(each, dict)] if isinstance(blocks, list) else []
    return [each for each in said if each.get("type") in ("section", "context")]
