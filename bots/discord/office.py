"""/easel and /usage on Discord: for administrators, answered to them alone.

The core names a person, a role and a channel as `user:1`, `role:2` and `channel:3`; Discord writes `<@1>`, `<@&2>` and
`<#3>` ("Message Formatting"). Nothing that Easel posts notifies anybody.
"""

from __future__ import annotations

import re
from typing import Final

import discord

from bots.discord import overview, who
from bots.discord.answers import acknowledge, say
from bots.discord.commands import Parsed
from bots.discord.desk import Desk
from bots.discord.rest import Upload
from core.administration.front import Told
from core.commands import Does

_MENTION: Final = re.compile(r"<(@!?|@&|#)(\d{15,20})>", re.ASCII)
_NAMED: Final = re.compile(r"\b(user|role|channel):(\d{15,20})\b", re.ASCII)
_KINDS: Final = {"@": "user", "@!": "user", "@&": "role", "#": "channel"}
_SIGNS: Final = {"user": "@", "role": "@&", "channel": "#"}


async def answer(desk: Desk, interaction: discord.Interaction, parsed: Parsed) -> None:
    """Raises a `Refused` with the person's sentence."""
    if not await acknowledge(interaction, private=True):
        return
    actor, place = who.actor_of(interaction), who.place_of(interaction, desk.time_zone)
    said = " ".join(str(value) for value in parsed.options.values())
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


def core_names(text: str) -> str:
    """Discord's mentions as the core names people, roles and channels."""
    return _MENTION.sub(lambda found: f"{_KINDS[found[1]]}:{found[2]}", text)


def discord_names(text: str) -> str:
    """And back, so that people read names."""
    return _NAMED.sub(lambda found: f"<{_SIGNS[found[1]]}{found[2]}>", text)
