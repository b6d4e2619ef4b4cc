"""What Easel may not do in a channel, found out before anything is drawn that could not be shown there.

Everything here is known from the gateway. Asking Discord and being told no would cost: ten thousand refused requests in
ten minutes ban the address (Rate Limits, "Invalid Request Limit").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import discord

_ATTACH: Final = "Attach Files"


@dataclass(frozen=True, slots=True)
class Lacking:
    """Permissions, by the names that Discord's settings have for them."""

    to_speak: tuple[str, ...] = ()
    to_draw: tuple[str, ...] = ()


def may_thread(event: discord.Message | discord.Interaction) -> bool:
    """Whether Easel and the person may both make a thread of a message there: nobody gets by Easel what they may not.

    Only text and announcement channels have threads that hang from a message (Discord, "Start Thread from Message").
    """
    channel = event.channel
    if not isinstance(channel, discord.TextChannel):
        return False
    if isinstance(event, discord.Interaction):
        mine, theirs = event.app_permissions, event.permissions
    elif event.guild is None or not isinstance(event.author, discord.Member):
        return False
    else:
        mine, theirs = channel.permissions_for(event.guild.me), channel.permissions_for(event.author)
    speaks = mine.send_messages_in_threads and mine.read_message_history and theirs.send_messages_in_threads
    return speaks and mine.create_public_threads and theirs.create_public_threads


def lacking(message: discord.Message) -> Lacking:
    """What stands in the way of an answer where this message was written; nothing where that is not known."""
    channel, me = message.channel, message.guild.me if message.guild is not None else None
    if me is None or isinstance(channel, discord.PartialMessageable):
        return Lacking()
    try:
        granted = channel.permissions_for(me)
    except discord.ClientException:  # a thread whose channel is not known
        return Lacking()
    if isinstance(channel, discord.Thread):
        speak = granted.send_messages_in_threads, "Send Messages in Threads"
    else:
        speak = granted.send_messages, "Send Messages"
    to_speak = tuple(name for has, name in ((granted.view_channel, "View Channel"), speak) if not has)
    return Lacking(to_speak, () if granted.attach_files else (_ATTACH,))
