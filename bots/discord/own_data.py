"""/privacy on Discord: explained, sent as files, deleted after one question. All of it for the person alone."""

from __future__ import annotations

from contextlib import aclosing, suppress
from typing import TYPE_CHECKING, Final

import discord

from bots.discord import components, limits, overview, who
from bots.discord.answers import acknowledge, acknowledge_click, message_of, say
from bots.discord.commands import Parsed
from bots.discord.rest import Upload
from bots.discord.speaking import for_reader
from core import i18n
from core.errors import DeliveryError, EaselError, NotAllowed
from core.privacy import words

if TYPE_CHECKING:
    from bots.discord.desk import Desk

GATHERING: Final = i18n.say("This is what I keep of you:")
DELETING: Final = i18n.say("Deleting … This takes a while when there are many messages.")


async def answer(desk: Desk, interaction: discord.Interaction, parsed: Parsed) -> None:
    """Raises a `Refused` with the person's sentence."""
    if not await acknowledge(interaction, private=True):
        return
    actor = who.actor_of(interaction)
    match parsed.options.get("do"):
        case "export":
            await _send(desk, interaction)
        case "delete":
            await say(
                interaction,
                words.ASK,
                components=components.erase_for_good(actor.user, for_reader(actor.locale, words.DELETE)),
            )
        case _:
            explained = for_reader(actor.locale, await desk.studio.privacy.explain(actor))
            for text in overview.parts(explained):
                await say(interaction, text)


async def texts(desk: Desk, message: discord.Message) -> list[str]:
    """The answer to /privacy that was typed as a message: what can be done about it takes the command itself."""
    actor = who.actor_of(message)
    return overview.parts(i18n.into(actor.locale, await desk.studio.privacy.explain(actor)))


async def erase(desk: Desk, interaction: discord.Interaction, person: str) -> None:
    """Pressed in answer to the question, which then says what became of it. Raises a `Refused`."""
    if person != str(interaction.user.id):
        raise NotAllowed(i18n.say("Only the person who was asked can answer this."))
    arrived = await acknowledge_click(interaction)
    if arrived:
        await _instead(desk, interaction, DELETING)
    try:
        told: str = words.told_of(await desk.studio.privacy.erase(who.actor_of(interaction)))
    except EaselError as error:
        told = error.sentence
    if arrived:
        await _instead(desk, interaction, told)


async def _send(desk: Desk, interaction: discord.Interaction) -> None:
    """In as many messages as it needs, one file in each."""
    part_bytes = min(max(interaction.filesize_limit, limits.FILE_BYTES), limits.REQUEST_BYTES)
    application, token = interaction.application_id, interaction.token
    first = True
    async with aclosing(desk.studio.privacy.export(who.actor_of(interaction), part_bytes)) as parts:
        async for part in parts:
            file = [Upload(part.name, part.data)]
            if first:
                await desk.rest.edit_original(
                    application, token, {"content": for_reader(who.locale_of(interaction), GATHERING)}, file
                )
            else:
                await desk.rest.follow_up(application, token, message_of(part.name), file)
            first = False


async def _instead(desk: Desk, interaction: discord.Interaction, text: str) -> None:
    """Of the question. When it was dismissed meanwhile, nobody reads the answer."""
    with suppress(DeliveryError):
        payload = {"content": for_reader(who.locale_of(interaction), text), "components": []}
        await desk.rest.edit_original(interaction.application_id, interaction.token, payload)
