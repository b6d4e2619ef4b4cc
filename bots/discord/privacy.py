"""Who sees an answer: what comes of a private picture is shown to nobody else until it is shared."""

from __future__ import annotations

import discord

from core.errors import NotAllowed
from core.model import StoredImage


def asked_privately(interaction: discord.Interaction) -> bool:
    """Whether the button was under a message that only this person sees."""
    message = interaction.message
    return message is not None and message.flags.ephemeral


def check_secrecy(image: StoredImage, interaction: discord.Interaction, *, private: bool) -> None:
    """Raises `NotAllowed` where a private picture would be answered for all to see.

    That is fixed by the first answer, which is given before the picture can be looked up. In direct messages with Easel
    nobody else is there.
    """
    alone = interaction.context.dm_channel
    if image.private and not private and not alone:
        raise NotAllowed(
            "This picture is private, and what comes of it would be seen by everybody here.",
            "Tick “Only for me”, or press Share under the picture first.",
        )
