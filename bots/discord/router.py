"""The one place where an interaction finds its handler: by its kind and the ids in it, never by anything in memory."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final, assert_never

import discord
import structlog
from discord import InteractionType

from bots.discord import approving, choosing, clicks, menus, messages, slash, submits
from bots.discord.answers import goes_first, guarded, say
from bots.discord.client import Ears
from bots.discord.desk import Desk
from bots.discord.destination import PLATFORM

OLD: Final = "I do not know this any more. Reload Discord and try again."

_log = structlog.get_logger()


def ears_of(desk: Desk) -> Ears:
    """Everything that happens in Discord, handed to whoever handles it. Neither ever raises."""

    async def interaction(event: discord.Interaction) -> None:
        with goes_first(desk.precedence, event):
            await guarded(desk, event, handle)

    async def message(event: discord.Message) -> None:
        await guarded(desk, event, messages.handle)

    return Ears(interaction, message, Comings(desk))


class Comings:
    """Servers that Easel comes to and leaves: what is kept of one that it left is forgotten after a month."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def here(self, guilds: Collection[int], *, all_of_them: bool) -> None:
        """It is in these. Those that it was in before are left, though nobody said so while Easel was away."""
        departures = self._desk.studio.privacy.departures
        ids = {str(guild) for guild in guilds}
        await departures.back(PLATFORM, ids)
        if all_of_them:
            for known in await departures.known(PLATFORM):
                if known.isdecimal() and known not in ids:
                    await departures.left(PLATFORM, known)

    async def left(self, guild: int) -> None:
        """It was removed."""
        _log.info("discord_guild_left", guild=guild)
        await self._desk.studio.privacy.departures.left(PLATFORM, str(guild))


async def handle(desk: Desk, interaction: discord.Interaction) -> None:
    """Hand an interaction to its handler. Raises what that raises."""
    async with approving.offering(interaction), approving.asking(desk):
        await _handle(desk, interaction)


async def _handle(desk: Desk, interaction: discord.Interaction) -> None:
    if interaction.type not in InteractionType:  # newer than the library
        _log.warning("discord_interaction_unknown", kind=str(interaction.type))
        return
    match interaction.type:
        case InteractionType.application_command:
            await _command(desk, interaction)
        case InteractionType.autocomplete:
            await slash.complete(desk, interaction)
        case InteractionType.component:
            await _component(desk, interaction)
        case InteractionType.modal_submit:
            await submits.handle(desk, interaction)
        case InteractionType.ping:  # over HTTP only
            return
        case _:
            assert_never(interaction.type)


async def _command(desk: Desk, interaction: discord.Interaction) -> None:
    match _data(interaction).get("type"):  # Discord: Application Command Types
        case 1:
            await slash.handle(desk, interaction)
        case 3:
            await menus.handle(desk, interaction)
        case _:  # a kind of command that we have never made
            await say(interaction, OLD)


async def _component(desk: Desk, interaction: discord.Interaction) -> None:
    note = choosing.note_of(_data(interaction).get("custom_id"))
    if note is None:
        await clicks.handle(desk, interaction)
    else:
        await slash.resume(desk, interaction, note)


def _data(interaction: discord.Interaction) -> dict[str, Any]:
    return dict(interaction.data or {})
