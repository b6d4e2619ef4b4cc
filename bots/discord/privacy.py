"""Whether an answer is for one person alone, as far as that is known before anything is looked up.

The first answer settles who sees an interaction's original response. What turns out to be private later (a picture that
is, whatever was ticked) is kept so by the plan of its job: its delivery never goes where others see it.
"""

from __future__ import annotations

import discord


def asked_privately(interaction: discord.Interaction) -> bool:
    """Whether the button was under a message that only this person sees."""
    message = interaction.message
    return message is not None and message.flags.ephemeral
