"""Pictures that a command points at: a picture's number first, and links to files and messages of Slack's anywhere.

A command carries no files. Whoever gives a link may not open doors with it: Easel sees channels that this person does
not. So a file is taken when it is theirs or stands in this very channel, and a message when it does; pictures of
Easel's own are the core's to show or not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bots.slack.answers import api_of
from bots.slack.api import share_in
from bots.slack.desk import Desk
from bots.slack.destination import PLATFORM
from bots.slack.event import Event
from bots.slack.pictures import Attached, file_in, message_in, seen_in
from core.conversation.meaning import refs_of
from core.errors import DeliveryError, NoSource, UnusableImage
from core.model import Actor, ImageId, ImageRef, Place

# With a link's escaping or without it: that is the manifest's to say (`should_escape`).
_LINK: Final = re.compile(r"<(?P<held>https://[^<>|\s]+)(?:\|[^<>]*)?>|(?P<bare>https://[^<>|\s]+)", re.ASCII)
_NUMBER: Final = re.compile(r"\s*`?(?P<image>[0-9a-f]{32})`?(?=\s|$)", re.ASCII | re.IGNORECASE)
_ELSEWHERE: Final = "That picture stands in another channel."
_TAKE: Final = "Give me a link to a picture of this channel, or to a file of your own."


@dataclass(frozen=True, slots=True)
class Pointed:
    """A command's text without what points at pictures, and these in their order."""

    text: str
    pictures: tuple[ImageRef, ...] = ()


async def pointed(desk: Desk, event: Event, text: str, actor: Actor, place: Place) -> Pointed:
    """Read a command's text. Links to other pages stay where they are. Raises a `Refused` for what is not theirs."""
    found: list[ImageRef] = []
    number = _NUMBER.match(text)
    if number is not None:
        image = await desk.studio.picture(ImageId(number["image"].lower()), actor, place)
        found.append(ImageRef(PLATFORM, image=image.id, name="the picture you named"))
        text = text[number.end() :]
    kept, at = [], 0
    for link in _LINK.finditer(text):
        url = (link["held"] or link["bare"]).replace("&amp;", "&")
        pictures = await _behind(desk, event, url, actor, place)
        if pictures is not None:
            kept.append(text[at : link.start()])
            found += pictures
            at = link.end()
    rest = "".join((*kept, text[at:]))
    return Pointed(rest.strip() if found else text, tuple(found))


async def _behind(desk: Desk, event: Event, url: str, actor: Actor, place: Place) -> Sequence[ImageRef] | None:
    """The pictures behind a link; None for an address that is none of Slack's."""
    file = file_in(url, event.team)
    if file is not None:
        return [await _file(desk, event, file, actor, place)]
    message = message_in(url)
    if message is None:
        return None
    channel, ts = message
    shown = refs_of(PLATFORM, await desk.studio.pictures_of_message(PLATFORM, channel, ts, actor, place))
    pictures = [each for each in shown if each is not None] or await _of_message(desk, event, channel, ts, place)
    if not pictures:
        raise NoSource("There is no picture in that message.", _TAKE)
    return pictures


async def _file(desk: Desk, event: Event, file: Attached, actor: Actor, place: Place) -> ImageRef:
    try:
        said = await api_of(desk, event).file(event.team, file.file)
    except DeliveryError as error:
        raise NoSource("Slack does not let me see that file.", _TAKE) from error
    if said.get("user") != actor.user and share_in(said, place.channel) is None:
        raise NoSource(_ELSEWHERE, _TAKE)
    seen = seen_in({"files": [said]}, event.team, known={})
    if not seen.pictures:
        raise UnusableImage("That file is not a picture that I can work on.", "Give me a PNG, JPEG or WebP file.")
    return seen.pictures[0].ref()


async def _of_message(desk: Desk, event: Event, channel: str, ts: str, place: Place) -> list[ImageRef]:
    if channel != place.channel:
        raise NoSource(_ELSEWHERE, _TAKE)
    try:
        messages = await api_of(desk, event).replies(event.team, channel, ts, count=1)
    except DeliveryError as error:
        raise NoSource("Slack does not let me see that message.", _TAKE) from error
    one = next((each for each in messages if each.get("ts") == ts), None)
    return [each.ref() for each in seen_in(one, event.team, known={}).pictures]
