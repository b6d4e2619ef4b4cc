"""/easel and /usage on Discord: for administrators, answered to them alone."""

from __future__ import annotations

import discord

from bots.discord import overview, own_key, who
from bots.discord.answers import acknowledge, say
from bots.discord.commands import Parsed
from bots.discord.desk import Desk
from bots.discord.naming import core_names, discord_names
from bots.discord.rest import Upload
from core.administration.front import Told
from core.commands import Does


async def answer(desk: Desk, interaction: discord.Interaction, parsed: Parsed) -> None:
    """Raises a `Refused` with the person's sentence."""
    said = " ".join(str(value) for value in parsed.options.values())
    if parsed.command.does is Does.ADMINISTER and await own_key.asked(desk, interaction, said):
        return
    if not await acknowledge(interaction, private=True):
        return
    actor, place = who.actor_of(interaction), who.place_of(interaction, desk.time_zone)
    told = await desk.studio.front.told(
        parsed.command.does, actor, place, core_names(said), f"discord:i:{interaction.id}"
    )
    *first, last = texts_of(told)
    if told.sheet is None:
        for text in (*first, last):
            await say(interaction, text)
        return
    file = Upload(told.sheet.name, told.sheet.data, "")
    payload = {"content": first[0] if first else last}
    await desk.rest.edit_original(interaction.application_id, interaction.token, payload, [file])
    for text in (*first[1:], *([last] if first else ())):
        await say(interaction, text)


async def texts(desk: Desk, message: discord.Message, does: Does, words: str) -> list[str]:
    """The answer to an order in direct messages, where nobody administers anything: the refusal says so."""
    actor, place = who.actor_of(message), who.place_of(message, desk.time_zone)
    return texts_of(await desk.studio.front.told(does, actor, place, core_names(words), f"discord:m:{message.id}"))


def texts_of(told: Told) -> list[str]:
    """In as many messages as it needs."""
    return overview.parts(discord_names(told.text))
