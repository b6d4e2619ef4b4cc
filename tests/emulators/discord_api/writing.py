"""How people write: messages, replies with the ping on or off, mentions, files, forwards; and what other bots post."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from emulators.discord_api.components import check_message
from emulators.discord_api.drafts import Draft
from emulators.discord_api.uploads import Upload
from emulators.discord_api.values import Flag, Permission, Sort
from emulators.discord_api.world import Channel, Message

if TYPE_CHECKING:
    from emulators.discord_api.people import Person


async def say(
    person: Person,
    channel: Channel,
    text: str = "",
    *,
    reply_to: Message | None = None,
    ping: bool = True,
    mention: bool = False,
    files: Iterable[Upload] = (),
    embeds: list[dict[str, Any]] | None = None,
    components: list[dict[str, Any]] | None = None,
) -> Message:
    """Write a message.

    `reply_to` answers a message, with `ping` as the client's switch; `mention` writes "@application" first. Embeds and
    components are what other bots post (components make it a "Components V2" message).
    """
    needed = Permission.SEND_MESSAGES_IN_THREADS if channel.is_thread else Permission.SEND_MESSAGES
    assert channel.guild is None or channel.permissions(person.id) & needed, f"{person.name} may not write in {channel}"
    host = person.host
    message = host.new_message(channel, person)
    if reply_to is not None:
        assert reply_to.channel is channel, "a reply stays in its channel"
        message.sort, message.replied = Sort.REPLY, reply_to
        message.reference = {"type": 0, "message_id": str(reply_to.id), "channel_id": str(channel.id)}
        message.reference |= {} if channel.guild is None else {"guild_id": str(channel.guild.id)}
        message.pings_reply = ping and reply_to.interaction is None
    words = f"{host.app.mention} {text}".strip() if mention else text
    flags = Flag.COMPONENTS_V2 if components is not None else None
    laid_out = None if components is None else check_message(components, v2=True)
    draft = Draft(words, copy.deepcopy(embeds), laid_out, flags, None, tuple(files))
    return await host.post(message, draft)


async def forward(person: Person, message: Message, to: Channel) -> Message:
    """A forward carries a snapshot, no words of its own."""
    copy = person.host.new_message(to, person)
    copy.reference = {"type": 1, "message_id": str(message.id), "channel_id": str(message.channel.id)}
    copy.snapshots, copy.flags = [message], Flag.HAS_SNAPSHOT
    return await person.host.post(copy, Draft())


async def edit(person: Person, message: Message, text: str) -> Message:
    """Rewrite."""
    assert message.author is person, f"{message} is not {person.name}'s"
    return await person.host.change(message, Draft(text, explicit=frozenset({"content"})))
