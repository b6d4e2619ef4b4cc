"""Forms that come back. Whoever reads one needs nothing but the form: who opened it may be a process long gone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final, assert_never

from bots.slack import interactions, membership, own_key, taken, who
from bots.slack.answers import say
from bots.slack.blocks import Payload
from bots.slack.destination import PLATFORM, encode
from bots.slack.event import Event
from bots.slack.forms import Filled, Purpose, faults, read_modal
from bots.slack.interactions import Asked
from bots.slack.membership import Standing
from bots.slack.pictures import seen_in
from core import prompt
from core.commands import options_from
from core.errors import DeliveryError, EmptyPrompt, NotAllowed, NotFound, PromptError
from core.images.opening import check_file, speak_of
from core.model import (
    Admitted,
    Click,
    Destination,
    ImageId,
    ImageRef,
    ImageRequest,
    Operation,
    StoredImage,
    Verb,
)

if TYPE_CHECKING:
    from bots.slack.desk import Desk

SHARED: Final = "Shared in <#{channel}>."


def check(view: Payload) -> dict[str, str]:
    """What is wrong with a form, by the block to say it at: only what the form itself tells, since Slack waits."""
    return faults(view)


async def handle(desk: Desk, event: Event) -> None:
    """A form was sent. Raises a `Refused` with the person's sentence."""
    view = event.body.get("view")
    filled = read_modal(view)
    if filled is None or not isinstance(view, dict):
        raise NotFound("I do not know this form any more.", "Open it again.")
    key = f"slack:{event.team}:v:{view.get('id', '')}"
    match filled.about.purpose:
        case Purpose.SHARE:
            await _share(desk, event, filled, key)
        case Purpose.DRAW | Purpose.EDIT | Purpose.KEPT | Purpose.REFERENCE:
            await _draw(desk, event, filled, key)
        case Purpose.KEY:
            await own_key.given(desk, event, filled, key)
        case Purpose.DETAILS:
            raise NotFound("There is nothing to send in this form.", "Close it.")
        case _:
            assert_never(filled.about.purpose)


# --- pictures --------------------------------------------------------------------------------------------------------


async def _draw(desk: Desk, event: Event, filled: Filled, key: str) -> None:
    """The files first: a form's files are nobody's message, and how long Slack keeps them it does not say."""
    further = await _kept(desk, event, filled.files, key)
    if not filled.instruction:
        raise EmptyPrompt("You did not say what to do.", "Open the form again, and write it in the first field.")
    asked = await interactions.asked(desk, event, filled.about)
    pictures = await _pictures(desk, filled, asked)
    ours = await _known(desk, pictures, asked)
    # What comes of a private picture is private, whatever was ticked; the delivery sees to that.
    secret = _wants_privacy(filled) or any(image is not None and image.private for image in ours)
    pictures += further
    edits = filled.about.edits
    alone = edits and len(pictures) == 1

    async def submit(shown: Asked, to: Destination) -> Admitted:
        return await desk.studio.submit(
            ImageRequest(
                event_key=key,
                actor=shown.actor,
                # A picture of this channel is not to be had elsewhere, wherever the answer goes.
                place=asked.place if any(ours) else shown.place,
                destination=to,
                operation=Operation.EDIT if edits else Operation.GENERATE,
                prompt=filled.instruction,
                options=replace(options_from(filled.look), private=secret or None),
                # What was pointed at is edited, what came besides is looked at: of several, the first is the source.
                chosen=pictures[0] if alone else None,
                attachments=() if alone else pictures,
            )
        )

    spot = replace(asked.spot, private=secret and not asked.place.personal)
    await interactions.submitted(desk, event, key, replace(asked, spot=spot), submit)


async def _kept(desk: Desk, event: Event, files: Sequence[Payload], key: str) -> tuple[ImageRef, ...]:
    """The files that were put into the form, downloaded and kept. Raises `UnusableImage` and `NotFound`."""
    if not files:
        return ()
    seen = seen_in({"files": list(files)}, event.team, known={})
    known = await desk.records.bundle(key)
    if not known:
        kept = []
        for each in seen.pictures:
            try:
                data = await desk.adapter.open(each.ref())
            except DeliveryError as error:
                raise NotFound(error.what, error.remedy) from None
            check_file(data, speak_of(each.name))
            kept.append(((await desk.blobs.put(data)).key, each.name))
        known = await desk.records.keep(key, kept, person=f"{event.team}/{who.user_of(event)}") if kept else ()
    return tuple(each.ref() for each in known)


def _wants_privacy(filled: Filled) -> bool:
    """By the box or by a flag. Words that cannot be read are answered to this person alone."""
    try:
        return filled.private or bool(prompt.parse(filled.instruction, allow_empty=True).options.private)
    except PromptError:
        return True


async def _pictures(desk: Desk, filled: Filled, asked: Asked) -> tuple[ImageRef, ...]:
    """What the form is about."""
    match filled.about.purpose:
        case Purpose.EDIT:
            return (ImageRef(PLATFORM, image=ImageId(filled.about.id), name="this picture"),)
        case Purpose.KEPT:
            return await taken.taken(desk, filled.about.id, asked.actor.user, filled.which[:1] or (1,))
        case Purpose.REFERENCE:
            return await taken.taken(desk, filled.about.id, asked.actor.user, filled.which)
        case Purpose.DRAW | Purpose.SHARE | Purpose.KEY | Purpose.DETAILS:
            return ()
        case _:
            assert_never(filled.about.purpose)


async def _known(desk: Desk, pictures: tuple[ImageRef, ...], asked: Asked) -> tuple[StoredImage | None, ...]:
    """Those of them that are ours. Raises `NotFound` for one that this person may not see."""
    return tuple(
        [
            None if ref.image is None else await desk.studio.picture(ref.image, asked.actor, asked.place)
            for ref in pictures
        ]
    )


# --- sharing ---------------------------------------------------------------------------------------------------------


async def _share(desk: Desk, event: Event, filled: Filled, key: str) -> None:
    """In the chosen channel, for all to see: only its author can do that, and only where Easel is a member."""
    here = await interactions.asked(desk, event, filled.about)
    image = await desk.studio.picture(ImageId(filled.about.id), here.actor, here.place)
    if image.author != here.actor.user:
        raise NotAllowed("Only the person who made this picture can share it.")
    if not filled.channel:
        raise NotFound("You did not choose a channel.", "Press Share again.")
    same = filled.channel == image.place.channel
    about = replace(filled.about, channel=filled.channel, thread=(image.place.thread or "") if same else "")
    there = await interactions.asked(desk, event, about)
    if await membership.standing(desk, event, there.place) is not Standing.INSIDE:
        raise NotAllowed("I am not a member of that channel.", "Invite me there, then share it again.")
    spot = replace(there.spot, private=False)
    await desk.studio.act(Click(key, there.actor, there.place, encode(spot), Verb.SHARE, image.id))
    await say(desk, event, SHARED.format(channel=filled.channel), channel=here.place.channel, thread=here.spot.thread)
