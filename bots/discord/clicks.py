"""Buttons and selects. What they are about stands in their custom_id; who may press is asked when it is pressed.

A second press of the same drawing button by the same person within two seconds (at most four) is the first one again.
Discord's clients take no press while one waits for its answer, so this is for slow lines and trembling hands; whoever
wants two more pictures waits a moment. It is held in the database, so it also holds between processes.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, assert_never

import discord

from bots.discord import answers, approving, components, own_data
from bots.discord.components import Answer, Cancel, Continue, Erase, Pick, Press, Sure
from bots.discord.continuing import continue_in_thread
from bots.discord.deleting import take_out
from bots.discord.destination import PLATFORM, encode
from bots.discord.details import details_text, full_size_button, full_size_of
from bots.discord.full_size import send_full_size
from bots.discord.modals import About, Purpose, modal
from bots.discord.privacy import asked_privately
from bots.discord.speaking import for_reader
from bots.discord.spots import spot_of
from bots.discord.who import actor_of, is_foreign, locale_of, place_of
from core import i18n
from core.access import may_delete
from core.errors import DeliveryError, NotAllowed
from core.model import Click, ImageId, JobId, Verb

if TYPE_CHECKING:
    from bots.discord.desk import Desk

SAME_PRESS_MS: Final = 2000
_CLICK: Final = "click"
UNKNOWN_BUTTON: Final = i18n.say("I do not know this button any more. Use a command such as /edit instead.")
ONCE: Final = i18n.say("You pressed that twice: I took it as once. Press again for another one.")
TOO_LATE: Final = i18n.say(
    "It is too late to stop this: it is done, or it is being drawn and paid for. The picture will come."
)
REALLY: Final = i18n.say("Delete this picture for everyone, for good? To keep it, dismiss this message.")


async def handle(desk: Desk, interaction: discord.Interaction) -> None:
    """A button was pressed, or something chosen. Raises a `Refused` with the person's sentence."""
    data: Mapping[str, Any] = interaction.data or {}
    custom_id = data.get("custom_id")
    full_size = full_size_of(custom_id)
    if full_size is not None:
        await send_full_size(desk, interaction, full_size)
        return
    match components.parse_custom_id(custom_id):
        case Press(verb, image):
            await _pressed(desk, interaction, verb, image)
        case Pick():
            await _picked(desk, interaction, data)
        case Cancel(job):
            await _cancel(desk, interaction, job)
        case Sure(image):
            await _delete(desk, interaction, image)
        case Continue(image):
            await continue_in_thread(desk, interaction, image)
        case Erase(person):
            await own_data.erase(desk, interaction, person)
        case Answer(act, subject):
            await approving.answered(desk, interaction, act, subject)
        case None:
            await answers.say(interaction, UNKNOWN_BUTTON)


async def _pressed(desk: Desk, interaction: discord.Interaction, verb: Verb, image: ImageId) -> None:
    match verb:
        case Verb.EDIT:
            about = About(Purpose.EDIT, image)
            await answers.open_modal(interaction, modal(about, private=asked_privately(interaction)))
        case Verb.REDO | Verb.VARY | Verb.FINALISE | Verb.UNDO | Verb.SHARE:
            await _act(desk, interaction, verb, image)
        case Verb.DETAILS:
            await _details(desk, interaction, image)
        case Verb.DELETE:
            await _ask_whether_to_delete(desk, interaction, image)
        case _:
            assert_never(verb)


async def _act(desk: Desk, interaction: discord.Interaction, verb: Verb, image: ImageId) -> None:
    """Whatever ends in a picture: a new message, private when the button was, open when it shares."""
    private = asked_privately(interaction) and verb is not Verb.SHARE
    arrived = await answers.acknowledge(interaction, private=private)
    if not arrived and is_foreign(interaction):
        return  # nothing could be shown there: the interaction was the only way
    actor, place = actor_of(interaction), place_of(interaction, desk.time_zone)
    await desk.studio.picture(image, actor, place)
    if not await _is_first_press(desk, interaction, verb, image):
        await answers.say(interaction, ONCE)
        return
    spot = spot_of(interaction, private=private, spoiler=desk.settings.spoiler)
    message = interaction.message
    if message is not None and not message.flags.ephemeral:
        spot = replace(spot, reply_to=message.id)  # where the answer goes when the interaction's token has died
    click = Click(f"{PLATFORM}:i:{interaction.id}", actor, place, encode(spot), verb, image, private=private)
    await desk.studio.act(click)


async def _is_first_press(desk: Desk, interaction: discord.Interaction, verb: Verb, image: ImageId) -> bool:
    """Whether this is no repetition. The same event told again by Discord is not one: the core knows it by its key.

    Time is cut into windows. A press leaves its name in its own and, before that, in the next one: so no border parts
    two quick presses, and of two at the same moment exactly one is the first.
    """
    window = (interaction.id >> 22) // SAME_PRESS_MS  # a snowflake begins with its milliseconds
    now, soon = (f"{interaction.user.id}:{verb.value}:{image}:{number}" for number in (window, window + 1))
    own = str(interaction.id)
    if await desk.records.noted(_CLICK, now) is None:
        await desk.records.note(_CLICK, own, soon)
        await desk.records.note(_CLICK, own, now)
    return await desk.records.noted(_CLICK, now) == own


async def _details(desk: Desk, interaction: discord.Interaction, image: ImageId) -> None:
    await answers.acknowledge(interaction, private=True)
    details = await desk.studio.details(image, actor_of(interaction), place_of(interaction, desk.time_zone))
    label = desk.adapter.label_of(details.image.provider, details.image.model)
    await answers.say(interaction, details_text(details, label), components=full_size_button(image))


async def _picked(desk: Desk, interaction: discord.Interaction, data: Mapping[str, Any]) -> None:
    """ "Which one?" was answered: the buttons of that picture, for this person alone."""
    await answers.acknowledge(interaction, private=True)
    values = data.get("values") or [None]
    image = components.chosen_image(values[0])
    if image is None:
        await answers.say(interaction, UNKNOWN_BUTTON)
        return
    actor, place = actor_of(interaction), place_of(interaction, desk.time_zone)
    known = await desk.studio.picture(image, actor, place)
    prices = await desk.studio.prices(known, actor, place)
    said = i18n.say("Picture {number}", number=known.position)
    if known.alt:
        said = i18n.say("{head}: {words}", head=said, words=answers.shown(known.alt))
    await answers.say(interaction, said, components=components.buttons(known, prices, locale_of(interaction)))


async def _cancel(desk: Desk, interaction: discord.Interaction, job: JobId) -> None:
    """The waiting message itself tells of it, as of every outcome."""
    await answers.acknowledge_click(interaction)
    if not await desk.studio.cancel(job, actor_of(interaction)):
        await answers.say(interaction, TOO_LATE)


async def _ask_whether_to_delete(desk: Desk, interaction: discord.Interaction, image: ImageId) -> None:
    await answers.acknowledge(interaction, private=True)
    actor = actor_of(interaction)
    known = await desk.studio.picture(image, actor, place_of(interaction, desk.time_zone))
    if not may_delete(known, actor):
        raise NotAllowed(i18n.say("Only the person who made this picture, or a moderator, may delete it."))
    await answers.say(interaction, REALLY, components=components.delete_for_good(image, locale_of(interaction)))


async def _delete(desk: Desk, interaction: discord.Interaction, image: ImageId) -> None:
    """Pressed in answer to the question, which then says what became of it."""
    arrived = await answers.acknowledge_click(interaction)
    actor, place = actor_of(interaction), place_of(interaction, desk.time_zone)
    known = await desk.studio.picture(image, actor, place)
    await desk.studio.delete(image, actor, place)
    left = await take_out(desk, interaction, image)
    if arrived:
        said = for_reader(locale_of(interaction), deleted_text(left, private=known.private))
        payload = {"content": said, "components": []}
        with suppress(DeliveryError):  # the question was dismissed meanwhile: nobody reads the answer
            await desk.rest.edit_original(interaction.application_id, interaction.token, payload)


def deleted_text(left: int, *, private: bool) -> str:
    """What became of it. `left`: messages that still show it, because they may not be changed."""
    if private:
        return i18n.say("Deleted. If a private message still shows it to you, dismiss it.")
    if left == 0:
        return i18n.say("Deleted.")
    return i18n.counted(
        "Deleted. One message still shows it: I may not change it there.",
        "Deleted. {n} messages still show it: I may not change it there.",
        left,
    )
