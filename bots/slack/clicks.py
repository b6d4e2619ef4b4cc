"""Buttons and selects. What they are about stands in their ids; who may press is asked when it is pressed.

A second press of the same drawing button by the same person within two seconds is the first one again: for slow lines
and trembling hands. It is held in the database, so it also holds between processes.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, assert_never

from bots.slack import (
    approving,
    commanding,
    home,
    interactions,
    membership,
    modals,
    own_data,
    result_blocks,
    showing,
    views,
    who,
)
from bots.slack.answers import api_of, say
from bots.slack.api import Upload
from bots.slack.blocks import Payload
from bots.slack.components import (
    Answer,
    Cancel,
    Direct,
    Erase,
    FullSize,
    Join,
    Never,
    NewPicture,
    Page,
    Pick,
    Press,
    Share,
    Which,
    parse_action,
)
from bots.slack.deleting import taken_away
from bots.slack.destination import encode
from bots.slack.details import megabytes
from bots.slack.event import Event
from bots.slack.forms import About, Purpose
from bots.slack.interactions import Asked
from bots.slack.text import shown
from core import i18n
from core.errors import Refused
from core.fitting import file_stem, shorten
from core.model import Admitted, Click, Destination, ImageId, JobId, Verb

if TYPE_CHECKING:
    from bots.slack.desk import Desk

SAME_PRESS_US: Final = 2_000_000
_CLICK: Final = "click"
UNKNOWN_BUTTON: Final = i18n.say("I do not know this button any more. Use a command such as /edit instead.")
ONCE: Final = i18n.say("You pressed that twice: I took it as once. Press again for another one.")
TOO_LATE: Final = i18n.say(
    "It is too late to stop this: it is done, or it is being drawn and paid for. The picture will come."
)
SENT: Final = i18n.say("The full-size file is in your direct messages with me.")


async def handle(desk: Desk, event: Event) -> None:
    """A button was pressed, or something chosen. Raises a `Refused` with the person's sentence."""
    match parse_action(interactions.action_of(event)):
        case Press(verb, image):
            await _pressed(desk, event, verb, image)
        case Share(image):
            await _form(desk, event, Purpose.SHARE, image)
        case Pick(image):
            await _picked(desk, event, image)
        case FullSize(image):
            await _full_size(desk, event, image)
        case Cancel(job):
            await _cancel(desk, event, job)
        case Which(note, number):
            await commanding.resume(desk, event, note, number)
        case Join() | Direct() | Never() as what:
            await membership.answered(desk, event, what)
        case NewPicture():
            about = interactions.about_here(event, Purpose.DRAW)
            await views.show(desk, event, about, lambda about: _new(desk, event, about))
        case Page(before_us):
            await home.publish(desk, event, before_us=before_us)
        case Erase(person):
            await own_data.erase(desk, event, person)
        case Answer(act, subject):
            await approving.answered(desk, event, act, subject)
        case None:
            await say(desk, event, UNKNOWN_BUTTON)


async def _pressed(desk: Desk, event: Event, verb: Verb, image: ImageId) -> None:
    match verb:
        case Verb.EDIT:
            await _form(desk, event, Purpose.EDIT, image)
        case Verb.REDO | Verb.VARY | Verb.FINALISE | Verb.UNDO:
            await _act(desk, event, verb, image)
        case Verb.SHARE:
            await _form(desk, event, Purpose.SHARE, image)
        case Verb.DETAILS:
            about = interactions.about_here(event, Purpose.DETAILS, image)
            await views.show(desk, event, about, lambda about: showing.details_view(desk, event, about))
        case Verb.DELETE:
            await _delete(desk, event, image)
        case _:
            assert_never(verb)


# --- what draws ------------------------------------------------------------------------------------------------------


async def _act(desk: Desk, event: Event, verb: Verb, image: ImageId) -> None:
    """Whatever ends in a picture, under the one that it is made of."""
    asked = await interactions.asked(desk, event, interactions.about_here(event, Purpose.EDIT, image))
    known = await desk.studio.picture(image, asked.actor, asked.place)
    if not await _is_first_press(desk, event, verb, image):
        await say(desk, event, ONCE)
        return
    key = f"slack:{event.team}:b:{who.user_of(event)}:{interactions.action_of(event).get('action_ts', '')}"
    if known.private:  # what comes of a private picture is private
        asked = replace(asked, spot=replace(asked.spot, private=not asked.place.personal))

    async def submit(shown: Asked, to: Destination) -> Admitted:
        # What may be done with it was decided where the button stands; the answer may have to go elsewhere.
        return await desk.studio.act(Click(key, asked.actor, asked.place, to, verb, image))

    await interactions.submitted(desk, event, key, asked, submit)


async def _is_first_press(desk: Desk, event: Event, verb: Verb, image: ImageId) -> bool:
    scope = f"{event.team}/{who.user_of(event)}/{verb.value}/{image}"
    return await desk.records.first_time(_CLICK, scope, within_us=SAME_PRESS_US)


async def _cancel(desk: Desk, event: Event, job: JobId) -> None:
    """The waiting message itself tells of it, as of every outcome."""
    if not await desk.studio.cancel(job, await desk.people.actor_of(event)):
        await say(desk, event, TOO_LATE)


# --- forms and other views -------------------------------------------------------------------------------------------


async def _form(desk: Desk, event: Event, purpose: Purpose, image: ImageId) -> None:
    about = interactions.about_here(event, purpose, image)
    await views.show(desk, event, about, lambda about: _about_picture(desk, event, about))


async def _about_picture(desk: Desk, event: Event, about: About) -> Payload:
    asked = await interactions.asked(desk, event, about)
    known = await desk.studio.picture(ImageId(about.id), asked.actor, asked.place)
    if about.purpose is Purpose.SHARE and known.author != asked.actor.user:
        raise Refused(i18n.say("Only the person who made this picture can share it."))
    above = [showing.pictured(known, await views.file_of(desk, event, known.id))]
    here = replace(about, direct=asked.place.personal)
    channel = "" if known.place.channel.startswith("D") else known.place.channel
    return modals.modal(here, private=known.private, above=above, channel=channel)


async def _new(desk: Desk, event: Event, about: About) -> Payload:
    asked = await interactions.asked(desk, event, about)
    return modals.modal(replace(about, direct=asked.place.personal))


async def _picked(desk: Desk, event: Event, image: ImageId) -> None:
    """ "Which one?" was answered: the buttons of that picture, for this person alone."""
    about = interactions.about_here(event, Purpose.EDIT, image)
    asked = await interactions.asked(desk, event, about)
    known = await desk.studio.picture(image, asked.actor, asked.place)
    number = i18n.say("Picture {number}", number=known.position)
    said = i18n.joined((i18n.say("*{head}*", head=number), shown(known.alt)), "\n")
    prices = await desk.studio.prices(known, asked.actor, asked.place)
    rows = result_blocks.buttons(
        known, private=known.private, thread=about.thread, prices=prices, language=asked.actor.locale
    )
    await say(desk, event, said, rows=rows, thread=about.thread)


# --- one picture: its file, its end ----------------------------------------------------------------------------------


async def _full_size(desk: Desk, event: Event, image: ImageId) -> None:
    """The kept file itself, to this person alone: what was posted may be a copy that fitted beside others."""
    about = interactions.about_here(event, Purpose.DETAILS, image)
    asked = await interactions.asked(desk, event, about)
    known = await desk.studio.picture(image, asked.actor, asked.place)
    most = desk.adapter.capabilities(encode(asked.spot)).file_bytes
    if known.size_bytes > most:
        raise Refused(f"The file has {megabytes(known.size_bytes)}, and I may post {megabytes(most)} at most.")
    kind = "jpg" if known.media_type == "image/jpeg" else known.media_type.rpartition("/")[2]
    upload = Upload(f"{file_stem(known)}.{kind}", await desk.blobs.read(known.blob), shorten(known.alt, 200))
    channel = await desk.people.direct_channel(event, asked.actor.user)
    await api_of(desk, event).upload(event.team, channel, "", [upload], f"Picture `{known.id}`, as it is kept.")
    view = views.clicked_in(event)
    if view:
        await views.fill_in(desk, event, view, about, lambda about: showing.details_view(desk, event, about, note=SENT))
    else:
        await say(desk, event, SENT)


async def _delete(desk: Desk, event: Event, image: ImageId) -> None:
    """Slack has asked whether they are sure."""
    about = interactions.about_here(event, Purpose.DETAILS, image)
    view = views.clicked_in(event)
    if view:
        await views.fill_in(desk, event, view, about, lambda about: _deleted_in_view(desk, event, about))
        return
    sentence = await _deleted(desk, event, about)
    if sentence:
        await say(desk, event, sentence, thread=about.thread)


async def _deleted_in_view(desk: Desk, event: Event, about: About) -> Payload:
    sentence = await _deleted(desk, event, about)
    return modals.told(about, f"The picture is deleted. {sentence}".strip())


async def _deleted(desk: Desk, event: Event, about: About) -> str:
    """Delete it. What is left to say: nothing, when it is gone from everywhere."""
    asked = await interactions.asked(desk, event, about)
    image = ImageId(about.id)
    await desk.studio.delete(image, asked.actor, asked.place)
    return await taken_away(desk, event, asked, image)
