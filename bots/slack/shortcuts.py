"""Message shortcuts: Edit image, Use as reference, Image details. They work on any message that a person can see."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bots.slack import blocks, interactions, modals, showing, taken, views
from bots.slack.answers import say
from bots.slack.blocks import Payload
from bots.slack.components import Press, press
from bots.slack.event import Event
from bots.slack.forms import About, Purpose
from core.errors import NotFound
from core.model import ImageId, StoredImage, Verb, new_id

if TYPE_CHECKING:
    from bots.slack.desk import Desk

# The callback ids of the manifest.
EDIT: Final = "easel:edit"
REFERENCE: Final = "easel:reference"
DETAILS: Final = "easel:details"
NOT_MINE: Final = (
    "I did not draw what that message shows, so there is nothing that I could tell about it. "
    "“Edit image” and “Use as reference” work on it all the same."
)
UNKNOWN: Final = "I do not know this shortcut any more. Reload Slack, and try it again."


async def handle(desk: Desk, event: Event) -> None:
    """A shortcut was used on a message. Raises a `Refused` with the person's sentence."""
    called = event.body.get("callback_id")
    if called == EDIT:
        await _form(desk, event, Purpose.KEPT)
    elif called == REFERENCE:
        await _form(desk, event, Purpose.REFERENCE)
    elif called == DETAILS:
        about = interactions.about_here(event, Purpose.DETAILS)
        await views.open_filled(desk, event, about, lambda about: _details(desk, event, about))
    else:
        await say(desk, event, UNKNOWN)


async def _form(desk: Desk, event: Event, purpose: Purpose) -> None:
    about = interactions.about_here(event, purpose, new_id())
    await views.open_filled(desk, event, about, lambda about: _filled(desk, event, about))


async def _filled(desk: Desk, event: Event, about: About) -> Payload:
    """The pictures first, while Slack shows them; then the form that asks what to do with them."""
    asked = await interactions.asked(desk, event, about)
    refs = await taken.pictures_of(desk, event, asked)
    await taken.take(desk, event, about.id, asked, refs)
    here = replace(about, direct=asked.place.personal)
    return modals.modal(here, names=[ref.name for ref in refs])


async def _details(desk: Desk, event: Event, about: About) -> Payload:
    asked = await interactions.asked(desk, event, about)
    held = await taken.held(desk, event, asked.place.channel)
    if not held:
        return modals.told(about, NOT_MINE)
    ours = []
    for image in held:
        try:
            ours.append(await desk.studio.picture(image, asked.actor, asked.place))
        except NotFound:  # deleted, or not theirs to see: the others may be
            continue
    if not ours:
        raise NotFound("That picture was deleted, or it is not for you to see.")
    if len(ours) == 1:
        return await showing.details_view(desk, event, replace(about, id=ours[0].id))
    return modals.shown(about, [block for each in ours for block in await _offered(desk, event, each)])


async def _offered(desk: Desk, event: Event, image: StoredImage) -> tuple[Payload, Payload]:
    row = blocks.actions([press("Details", Press(Verb.DETAILS, ImageId(image.id)))])
    return showing.pictured(image, await views.file_of(desk, event, image.id)), row
