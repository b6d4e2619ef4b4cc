"""The pictures of a message that a shortcut points at: taken while Slack shows them, and found again with the form.

The message may be in a channel that Easel is no member of, may be edited or deleted while the form is filled in, and
its files may be anybody's: what is taken is kept as it came, and is hostile until the core has opened it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from bots.slack.answers import api_of
from bots.slack.destination import PLATFORM
from bots.slack.event import Event
from bots.slack.forms import PICTURES_MAX
from bots.slack.interactions import Asked
from bots.slack.pictures import Attached, Seen, seen_in
from core.errors import DeliveryError, NotFound, UnusableImage
from core.images.opening import check_file, speak_of
from core.model import ImageId, ImageRef

if TYPE_CHECKING:
    from bots.slack.desk import Desk

NO_PICTURE: Final = "That message has no picture that I can use."
_KIND: Final = "shortcut"


async def held(desk: Desk, event: Event, channel: str) -> tuple[ImageId, ...]:
    """The pictures of ours that the message shows, or has the buttons of; empty for a message of somebody else's."""
    message = event.body.get("message")
    ts = message.get("ts") if isinstance(message, dict) else None
    post = await desk.records.posts.at(event.team, channel, ts) if isinstance(ts, str) else None
    return () if post is None else await desk.records.posts.images(event.team, post.files)


async def pictures_of(desk: Desk, event: Event, asked: Asked) -> tuple[ImageRef, ...]:
    """What the message shows, ours by their ids. Raises `NotFound` when there is nothing."""
    ours = await held(desk, event, asked.place.channel)
    refs = [ImageRef(PLATFORM, image=image, name=f"Picture {number}") for number, image in enumerate(ours, 1)]
    if not refs:
        seen = await _seen(desk, event)
        refs = [await _recognised(desk, event, each) for each in seen.pictures]
    if not refs:
        raise NotFound(NO_PICTURE)
    return tuple(refs[:PICTURES_MAX])


async def take(desk: Desk, event: Event, identity: str, asked: Asked, refs: Sequence[ImageRef]) -> None:
    """Keep these pictures under this id, for this person. One that cannot be had is remembered with the reason.

    Raises the reason when none of them can be had.
    """
    told: list[dict[str, Any]] = []
    files: list[tuple[str, str]] = []
    lost: DeliveryError | UnusableImage | NotFound | None = None
    for ref in refs:
        try:
            if ref.image is not None:
                await desk.studio.picture(ref.image, asked.actor, asked.place)
                told.append({"image": ref.image, "name": ref.name})
                continue
            data = await desk.adapter.open(ref)
            check_file(data, speak_of(ref.name))
        except (DeliveryError, UnusableImage, NotFound) as error:
            lost = lost or error
            told.append({"what": error.what, "remedy": error.remedy})
        else:
            told.append({"file": len(files), "name": ref.name})
            files.append(((await desk.blobs.put(data)).key, ref.name))
    if lost is not None and all("what" in each for each in told):
        raise lost
    kept = await desk.records.keep(identity, files, person=f"{event.team}/{asked.actor.user}") if files else ()
    for each in told:
        if "file" in each:
            each["kept"] = kept[each.pop("file")].id
    await desk.records.note(_KIND, json.dumps({"user": asked.actor.user, "pictures": told}), identity)


async def taken(desk: Desk, identity: str, user: str, which: Sequence[int]) -> tuple[ImageRef, ...]:
    """The pictures that this person took under this id: those with these numbers, or all.

    Raises `NotFound` when there are none, and `UnusableImage` for one that could not be had.
    """
    body = await desk.records.noted(_KIND, identity)
    told: Mapping[str, Any] = json.loads(body) if body is not None else {}
    if told.get("user") != user:
        raise NotFound("The pictures of that message are not here any more.", "Use the shortcut again.")
    pictures: list[dict[str, str]] = told["pictures"]
    chosen = [pictures[number - 1] for number in which or range(1, len(pictures) + 1) if number <= len(pictures)]
    if not chosen:
        raise NotFound("The message has no such picture.", "Use the shortcut again.")
    return tuple([await _ref(desk, each) for each in chosen])


async def _ref(desk: Desk, told: Mapping[str, str]) -> ImageRef:
    if "image" in told:
        return ImageRef(PLATFORM, image=ImageId(told["image"]), name=told["name"])
    kept = await desk.records.kept(told["kept"]) if "kept" in told else None
    if kept is None:
        raise UnusableImage(told.get("what", "The picture is not here any more."), told.get("remedy", ""))
    return kept.ref()


async def _seen(desk: Desk, event: Event) -> Seen:
    """What the message shows; of files that it says too little of, Slack is asked."""
    message = event.body.get("message")
    seen = seen_in(message, event.team)
    if not seen.unsure:
        return seen
    known: dict[str, Mapping[str, Any]] = {}
    for file in seen.unsure:
        try:
            known[file] = await api_of(desk, event).file(event.team, file)
        except DeliveryError:
            continue
    return seen_in(message, event.team, known)


async def _recognised(desk: Desk, event: Event, attached: Attached) -> ImageRef:
    """A file of ours that somebody has shared on is still ours."""
    ours = await desk.records.posts.images(event.team, [attached.file]) if attached.file else ()
    return ImageRef(PLATFORM, image=ours[0], name=attached.name) if ours else attached.ref()
