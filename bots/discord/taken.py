"""The pictures that a message menu points at: taken when the menu is used, and found again when its form comes back.

Without the privileged intent a message that Easel did not post is shown to it in the menu's own payload and never again
(Discord: "Message Content Intent", api-docs#5395), and addresses of files die within a day. The form has to be the
first answer and within three seconds, so it is opened first, with the id under which the pictures will be; whoever
reads the form, in whatever process, waits for them a moment.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from bots.discord.destination import PLATFORM
from core.errors import DeliveryError, NotFound, UnusableImage
from core.images.opening import check_file, speak_of
from core.model import ImageId, ImageRef, StoredImage

if TYPE_CHECKING:
    from bots.discord.desk import Desk

WAIT_SECONDS: Final = 20.0
LOOK_SECONDS: Final = 0.2
_KIND: Final = "menu"


def recognised(refs: Sequence[ImageRef], shown: Sequence[StoredImage | None]) -> tuple[ImageRef, ...]:
    """The pictures of a message, ours by their id. `shown`: what the posting table says that this message shows.

    A message that lost some of its pictures shows the others in their order. Where the two lists cannot be matched, the
    pictures are taken as they stand in the message.
    """
    ours: Sequence[StoredImage | None] = shown
    if len(ours) != len(refs):
        ours = [image for image in shown if image is not None]
    if len(ours) != len(refs):
        return tuple(refs)
    return tuple(
        ref if image is None else ImageRef(PLATFORM, image=image.id, name=ref.name, size=image.size)
        for ref, image in zip(refs, ours, strict=True)
    )


async def take(desk: Desk, identity: str, refs: Sequence[ImageRef], person: int) -> None:
    """Keep these pictures for a person under this id.

    One that cannot be had is remembered as such, with the sentence about it.
    """
    told: list[dict[str, Any]] = []
    files: list[tuple[str, str]] = []
    for ref in refs:
        if ref.image is not None:
            told.append({"image": ref.image, "name": ref.name})
            continue
        try:
            data = await desk.adapter.open(ref)
            check_file(data, speak_of(ref.name))
        except (DeliveryError, UnusableImage) as error:
            told.append({"what": error.what, "remedy": error.remedy})
        else:
            told.append({"file": len(files), "name": ref.name})
            files.append(((await desk.blobs.put(data)).key, ref.name))
    kept = await desk.records.keep(identity, files, person=person) if files else ()
    for each in told:
        if "file" in each:
            each["kept"] = kept[each.pop("file")].id
    await desk.records.note(_KIND, json.dumps(told), identity)


async def taken(desk: Desk, identity: str, which: Sequence[int]) -> tuple[ImageRef, ...]:
    """The pictures under this id: those with these numbers, or all. Waits until they are there.

    Raises `NotFound` when they do not come, and `UnusableImage` for one that could not be had.
    """
    told = await _told(desk, identity)
    numbers = which or range(1, len(told) + 1)
    chosen = [told[number - 1] for number in numbers if number <= len(told)]
    if not chosen:
        raise NotFound("The message has no such picture.", "Use the menu again.")
    return tuple([await _ref(desk, each) for each in chosen])


async def _told(desk: Desk, identity: str) -> list[dict[str, str]]:
    """What was taken, as it was written down; after the whole wait there is nothing to come any more."""
    until_us = desk.clock.now_us() + int(WAIT_SECONDS * 1_000_000)
    while (body := await desk.records.noted(_KIND, identity)) is None:
        if desk.clock.now_us() >= until_us:
            raise NotFound("The pictures of that message are not here any more.", "Use the menu again.")
        await desk.clock.sleep(LOOK_SECONDS)
    told: list[dict[str, str]] = json.loads(body)
    return told


async def _ref(desk: Desk, told: dict[str, str]) -> ImageRef:
    if "image" in told:
        return ImageRef(PLATFORM, image=ImageId(told["image"]), name=told["name"])
    kept = await desk.records.kept(told["kept"]) if "kept" in told else None
    if kept is None:
        raise UnusableImage(told.get("what", "The picture is not here any more."), told.get("remedy", ""))
    return kept.ref()
