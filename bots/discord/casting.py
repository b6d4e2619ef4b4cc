"""/character on Discord: a picture is kept under a name, removed, or all of them are listed. For the person alone."""

from __future__ import annotations

import discord

from bots.discord import overview, who
from bots.discord.answers import acknowledge, say
from bots.discord.commands import NAME, PICTURE, Parsed
from bots.discord.desk import Desk
from bots.discord.destination import PLATFORM
from bots.discord.optionfiles import take
from bots.discord.speaking import for_reader
from core.conversation.characters import CharacterWish, answered
from core.conversation.finding import find
from core.errors import WhichPicture
from core.model import ImageRef


async def answer(desk: Desk, interaction: discord.Interaction, parsed: Parsed) -> None:
    """Raises a `Refused` with the person's sentence."""
    if not await acknowledge(interaction, private=True):
        return
    actor, place = who.actor_of(interaction), who.place_of(interaction, desk.time_zone)
    shared = parsed.options.get("shared")
    wish = CharacterWish(
        str(parsed.options.get(NAME, "")),
        await _picture(desk, interaction, parsed),
        remove=parsed.options.get("remove") is True,
        shared=shared if isinstance(shared, bool) else None,
    )
    texts = overview.parts(for_reader(actor.locale, await answered(desk.studio, wish, actor, place)))
    for text in (*texts, *await desk.records.take_from_inbox(interaction.user.id)):
        await say(interaction, text)


async def _picture(desk: Desk, interaction: discord.Interaction, parsed: Parsed) -> ImageRef | None:
    files = await take(desk, f"i:{interaction.id}", parsed.attachments, interaction.user.id)
    said = str(parsed.options.get(PICTURE, "")).strip()
    if not said:
        return files.get("image")
    if files:
        raise WhichPicture("You gave two pictures.", "Give a file or one of your pictures, not both.")
    actor, place = who.actor_of(interaction), who.place_of(interaction, desk.time_zone)
    try:
        found = await find(desk.studio, said, actor, place)
    except WhichPicture as error:
        raise WhichPicture(error.what, "Choose it from the list that opens while you type.") from error
    return ImageRef(PLATFORM, image=found.id, name="this picture")
