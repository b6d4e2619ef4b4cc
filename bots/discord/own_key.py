"""The form for a server's own key of the image API: what is written in it nobody else sees, and no message holds.

Sources: Discord "Component Reference" (Label 18, Text Input 4; title and label of 45 characters, a description of 100)
and "Receiving and Responding" (a form is a first answer, and is answered like any other interaction).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import discord
from pydantic import SecretStr

from bots.discord import answers
from bots.discord.modals import values_of
from bots.discord.naming import discord_names
from bots.discord.who import PLATFORM, actor_of
from core.administration.own_keys import KEY_CHARACTERS_MAX, KEY_CHARACTERS_MIN

if TYPE_CHECKING:
    from bots.discord.desk import Desk

CUSTOM_ID: Final = "easel:own-key"
FIELD: Final = "key"
FORM: Final[dict[str, Any]] = {
    "custom_id": CUSTOM_ID,
    "title": "A key of your own for the image API",
    "components": [
        {
            "type": 18,
            "label": "The key",
            "description": "Kept encrypted, never shown again. Its account pays for what is drawn in this server.",
            "component": {
                "type": 4,
                "custom_id": FIELD,
                "style": 1,
                "required": True,
                "min_length": KEY_CHARACTERS_MIN,
                "max_length": KEY_CHARACTERS_MAX,
            },
        }
    ],
}


async def asked(desk: Desk, interaction: discord.Interaction, words: str) -> bool:
    """Open the form, where these words of an administrator ask for it. False: they ask for something else."""
    if not desk.studio.administration.takes_key(actor_of(interaction), words):
        return False
    await answers.open_modal(interaction, FORM)
    return True


def is_it(data: object) -> bool:
    """Whether this is the form, sent in."""
    return isinstance(data, Mapping) and data.get("custom_id") == CUSTOM_ID


async def given(desk: Desk, interaction: discord.Interaction) -> None:
    """The form was sent. Raises a `Refused` with the person's sentence, which never repeats the key."""
    await answers.acknowledge(interaction, private=True)
    said = values_of(interaction.data).get(FIELD, {}).get("value")
    key = SecretStr(said if isinstance(said, str) else "")
    told = await desk.studio.administration.give_key(actor_of(interaction), f"{PLATFORM}:i:{interaction.id}", key)
    await answers.say(interaction, discord_names(told))
