"""Forms that come back. Whoever reads one needs nothing but the form: who opened it may be a process long gone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

import discord

from bots.discord import answers, own_key
from bots.discord.destination import PLATFORM, encode
from bots.discord.modals import Filled, Purpose, read_modal
from bots.discord.optionfiles import take
from bots.discord.privacy import asked_privately
from bots.discord.spots import spot_of
from bots.discord.taken import taken
from bots.discord.who import actor_of, is_foreign, place_of
from core import prompt
from core.commands import options_from
from core.errors import EmptyPrompt, NotFound, PromptError
from core.model import Actor, ImageId, ImageRef, ImageRequest, Operation, Place, StoredImage

if TYPE_CHECKING:
    from bots.discord.desk import Desk


async def handle(desk: Desk, interaction: discord.Interaction) -> None:
    """A form was sent. Raises a `Refused` with the person's sentence."""
    if own_key.is_it(interaction.data):
        await own_key.given(desk, interaction)
        return
    filled = read_modal(interaction.data)
    private = asked_privately(interaction) or (filled is not None and _wants_privacy(filled))
    arrived = await answers.acknowledge(interaction, private=private)
    if filled is None:
        raise NotFound("I do not know this form any more.", "Open it again.")
    if not arrived and is_foreign(interaction):
        return  # nothing that is drawn could be shown there: the interaction was the only way
    if not filled.instruction:
        raise EmptyPrompt("You did not say what to do.", "Open the form again, and write it in the first field.")
    await desk.studio.submit(await _request(desk, interaction, filled, private=private))


def _wants_privacy(filled: Filled) -> bool:
    """By the box or by a flag. Words that cannot be read are answered to this person alone."""
    try:
        return filled.private or bool(prompt.parse(filled.instruction, allow_empty=True).options.private)
    except PromptError:
        return True


async def _request(desk: Desk, interaction: discord.Interaction, filled: Filled, *, private: bool) -> ImageRequest:
    """The wish. What may not be seen is refused before anything is fetched."""
    actor, place = actor_of(interaction), place_of(interaction, desk.time_zone)
    pictures = await _pictures(desk, filled)
    ours = await _known(desk, pictures, actor, place)
    # What comes of a private picture is private, whatever was ticked; the delivery sees to that.
    secret = private or any(image is not None and image.private for image in ours)
    files = {file.id: file for file in filled.files}
    further = await take(desk, f"i:{interaction.id}", files, interaction.user.id)
    pictures += tuple(further.values())
    edits = filled.about.purpose is not Purpose.REFERENCE
    alone = edits and len(pictures) == 1
    return ImageRequest(
        event_key=f"{PLATFORM}:i:{interaction.id}",
        actor=actor,
        place=place,
        destination=encode(spot_of(interaction, private=private, spoiler=desk.settings.spoiler)),
        operation=Operation.EDIT if edits else Operation.GENERATE,
        prompt=filled.instruction,
        options=replace(options_from(filled.look), private=secret or None),
        # What was pointed at is edited, what came besides is looked at: of several, the first one is the source.
        chosen=pictures[0] if alone else None,
        attachments=() if alone else pictures,
    )


async def _pictures(desk: Desk, filled: Filled) -> tuple[ImageRef, ...]:
    """What the form is about."""
    match filled.about.purpose:
        case Purpose.EDIT:
            return (ImageRef(PLATFORM, image=ImageId(filled.about.id), name="this picture"),)
        case Purpose.KEPT:
            return await taken(desk, filled.about.id, filled.which[:1] or (1,))
        case Purpose.REFERENCE:
            return await taken(desk, filled.about.id, filled.which)
        case _:
            assert_never(filled.about.purpose)


async def _known(
    desk: Desk, pictures: tuple[ImageRef, ...], actor: Actor, place: Place
) -> tuple[StoredImage | None, ...]:
    """Those of them that are ours. Raises `NotFound` for one that this person may not see."""
    return tuple(
        [None if ref.image is None else await desk.studio.picture(ref.image, actor, place) for ref in pictures]
    )
