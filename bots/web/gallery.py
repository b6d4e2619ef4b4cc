"""The pictures of a channel as a gallery: newest first, page by page, each with the message that shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bots.web import limits, present
from bots.web.forms import number_or_none

if TYPE_CHECKING:
    from aiohttp import web

    from bots.web.channel import ChannelLog
    from bots.web.people import Channel, Person, Roster
    from core.studio import Studio


async def page(
    request: web.Request, studio: Studio, log: ChannelLog, roster: Roster, person: Person, channel: Channel
) -> dict[str, Any]:
    """What this person may see of it. The address says `q` (words), `author`, and `before_us` for the next page.

    Private pictures are in it for their person alone, exactly as their messages are. Raises `NotFound`.
    """
    author = request.query.get("author") or None
    found = await studio.history(
        roster.actor(person),
        roster.place(channel),
        request.query.get("q", "")[: limits.SEARCH_CHARACTERS],
        number_or_none(request, "before_us"),
        limits.HISTORY_PER_PAGE + 1,
        author=None if author is None else roster.person(author).id,
    )
    more = len(found) > limits.HISTORY_PER_PAGE
    last_us = found[limits.HISTORY_PER_PAGE - 1].created_at_us if more else 0
    shown = [image for image in found if image.created_at_us >= last_us]  # those of one moment are never parted
    veiled = await studio.veils(roster.actor(person))
    posts = await log.posts_of([image.id for image in shown], person.id, channel.id)
    images = [
        {
            **present.found(image, person.id, veiled=veiled),
            "by": roster.name_of(image.author),
            "private": image.private,
            "message": posts[image.id].message if image.id in posts else None,
            "thread": posts[image.id].thread if image.id in posts else None,
        }
        for image in shown
    ]
    return {"images": images, "more": more}
