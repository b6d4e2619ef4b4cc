"""Where the answer to an event goes: a `Spot` from what discord.py handed over and from what was answered so far."""

from __future__ import annotations

import discord

from bots.discord import limits, who
from bots.discord.answers import Ack, ack_of
from bots.discord.destination import Spot
from bots.discord.rights import may_thread

_THINKING = frozenset({Ack.THINKING, Ack.THINKING_PRIVATE})


def spot_of(interaction: discord.Interaction, *, private: bool, spoiler: bool = False) -> Spot:
    """For a job that this interaction asks for. To be called after it was acknowledged.

    The original response is the answer's place only when it is the "thinking…" message: after a click was merely taken
    note of, it is the message with the button. An interaction that could not be acknowledged has no token to answer by.
    """
    ack = ack_of(interaction)
    lost = ack is Ack.LOST
    return Spot(
        application=interaction.application_id,
        channel=who.channel_of(interaction),
        guild=who.guild_of(interaction),
        user=interaction.user.id,
        interaction="" if lost else interaction.token,
        expires_at_us=0 if lost else int(interaction.expires_at.timestamp() * 1_000_000),
        original=ack in _THINKING,
        private=private or ack is Ack.THINKING_PRIVATE,
        foreign=who.is_foreign(interaction),
        file_bytes=interaction.filesize_limit,
        spoiler=spoiler,
        name=interaction.user.display_name,
        threads=not who.is_foreign(interaction) and may_thread(interaction),
    )


def spot_of_message(message: discord.Message, application: int, *, spoiler: bool = False) -> Spot:
    """For a job that this message asks for: the answer replies to it."""
    guild = message.guild
    return Spot(
        application=application,
        channel=who.channel_of(message),
        guild=who.guild_of(message),
        user=message.author.id,
        reply_to=message.id,
        file_bytes=limits.FILE_BYTES if guild is None or guild.unavailable else guild.filesize_limit,
        spoiler=spoiler,
        name=message.author.display_name,
        threads=may_thread(message),
    )
