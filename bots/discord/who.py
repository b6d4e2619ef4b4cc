"""Who asks, and where, in the core's terms: from an interaction or a message as discord.py hands them over.

A server is a workspace when Easel was installed there. Where only one person has installed Easel for themselves
(somebody else's server, a group), the workspace is that person's own, `dm:<their id>`, everywhere: the limits that they
meet are theirs wherever they go, and a server that does not know Easel has no say in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

import discord

from core import i18n
from core.errors import EaselError, Refused
from core.i18n import ENGLISH
from core.model import Actor, Place

if TYPE_CHECKING:
    from bots.discord.desk import Desk

PLATFORM: Final = "discord"
_BY_SERVER: Final = (
    0  # a key of `authorizing_integration_owners`: GUILD_INSTALL (Discord: Application Integration Types)
)
_BY_PERSON: Final = 1  # USER_INSTALL

Event: TypeAlias = "discord.Interaction | discord.Message"


def actor_of(event: Event) -> Actor:
    """The person: their roles as ids, their language as Discord writes it (`pt-BR`), and whether they moderate here."""
    person = _person(event)
    return Actor(
        platform=PLATFORM,
        workspace=workspace_of(event),
        user=str(person.id),
        name=person.display_name,
        roles=() if is_foreign(event) else _roles(person),
        locale=locale_of(event),
        is_admin=is_admin(event),
    )


def place_of(event: Event, time_zone: str) -> Place:
    """The channel; a thread is told apart from the channel that it belongs to.

    Discord tells nobody's time zone: `time_zone` is the settings' own. Raises `Refused` where there is no channel.
    """
    channel, thread = _channel_and_thread(event)
    return Place(
        platform=PLATFORM,
        workspace=workspace_of(event),
        channel=str(channel),
        thread=None if thread is None else str(thread),
        time_zone=time_zone,
        # Between two people it is a direct message, too; but there Easel is a guest.
        language=_home_language(event),
        personal=getattr(event.channel, "type", None) is discord.ChannelType.private and not is_foreign(event),
    )


def workspace_of(event: Event) -> str:
    """The server's id, or `dm:<person>`: in direct messages, and wherever only that person has installed Easel."""
    guild = guild_of(event)
    if guild is not None and not is_foreign(event):
        return str(guild)
    return home_of(_installer(event))


def home_of(person: int | str) -> str:
    """The workspace that is this person's own."""
    return f"dm:{person}"


def guild_of(event: Event) -> int | None:
    """The server that this happened in, whether Easel is a member of it or not."""
    if isinstance(event, discord.Interaction):
        return event.guild_id
    return event.guild.id if event.guild is not None else None


def channel_of(event: Event) -> int:
    """Where an answer is posted: the thread itself, or the channel. Raises `Refused` where there is none."""
    channel, thread = _channel_and_thread(event)
    return channel if thread is None else thread


def is_foreign(event: Event) -> bool:
    """Whether Easel is not at home there: a person brought it, and it may answer interactions and nothing else.

    Messages reach Easel only where it is a member.
    """
    if not isinstance(event, discord.Interaction):
        return False
    owners = event._integration_owners  # `authorizing_integration_owners`; the library shows only parts of it
    return _BY_SERVER not in owners and _BY_PERSON in owners


def is_admin(event: Event) -> bool:
    """Whether the person may manage the server. In a server that does not know Easel that gives them nothing."""
    if is_foreign(event):
        return False
    if isinstance(event, discord.Interaction):
        return event.permissions.manage_guild or event.permissions.administrator
    author = event.author
    return isinstance(author, discord.Member) and author.guild_permissions.manage_guild


def locale_of(event: Event) -> str:
    """The person's language; for a message, which does not tell it, the server's."""
    if isinstance(event, discord.Interaction):
        return str(event.locale.value)
    return "en" if event.guild is None else str(event.guild.preferred_locale.value)


async def language_of(desk: Desk, message: discord.Message) -> str:
    """In which a message is answered where others may read it, too: the server's, as its administrators decided."""
    try:
        return await desk.studio.language_in(actor_of(message), place_of(message, desk.time_zone))
    except EaselError:  # no place at all, or no database: the sentence is to come all the same
        return ENGLISH


def _home_language(event: Event) -> str:
    """The server's own, as its settings have it. Where Easel is a guest, too: it is what people there read."""
    if isinstance(event, discord.Interaction):
        locale = event.guild_locale
        return "" if locale is None else _known(str(locale.value))
    return "" if event.guild is None else _known(str(event.guild.preferred_locale.value))


def _known(locale: str) -> str:
    language = i18n.language_of(locale)
    return "" if language == ENGLISH else language


def _person(event: Event) -> discord.User | discord.Member:
    return event.user if isinstance(event, discord.Interaction) else event.author


def _roles(person: discord.User | discord.Member) -> tuple[str, ...]:
    """As the event tells them. `Member.roles` would leave out every role that is not in the cache yet."""
    return tuple(str(role) for role in person._roles) if isinstance(person, discord.Member) else ()


def _installer(event: Event) -> int:
    if isinstance(event, discord.Interaction) and is_foreign(event):
        return int(event._integration_owners[_BY_PERSON])  # not always who clicks: others see the message, too
    return _person(event).id


def _channel_and_thread(event: Event) -> tuple[int, int | None]:
    channel = event.channel
    if channel is None:  # of a kind that this version of the library does not know
        raise Refused("I cannot see what kind of channel this is.", "Try it in a text channel.")
    if isinstance(channel, discord.Thread):
        return channel.parent_id, channel.id
    return channel.id, None
