"""Looks up everything that a message points at: the message it answers, its thread, the pictures in them.

A message that is not said to Easel costs a look into our own tables at most, where it answers something or stands in a
thread; Discord is asked only for what it did not send along with a reply.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final

import discord

from bots.discord import choosing, threads, who
from bots.discord.components import Cancel, images_under, parse_custom_id
from bots.discord.desk import Desk
from bots.discord.destination import PLATFORM
from bots.discord.pictures import images_of, payload_of
from bots.discord.plainwords import spoken
from bots.discord.rest import Unreachable
from core.conversation.meaning import Heard, Lost, Pictures, Question, Replied, refs_of
from core.conversation.understanding import addressed, is_drawing_command
from core.errors import Later, NotFound
from core.model import Actor, ImageRef, Place
from core.sources import pick_in

Payload = dict[str, Any]

# https://docs.discord.com/developers/topics/opcodes-and-status-codes#json
_UNKNOWN: Final = frozenset({10003, 10008})  # the channel, the message
_SHOWN: Final = ("content", "attachments", "embeds", "components", "message_snapshots", "sticker_items", "poll")


@dataclass(frozen=True, slots=True)
class _Asker:
    """Who wrote the message, and where."""

    actor: Actor
    place: Place
    me: int


async def listen(desk: Desk, message: discord.Message) -> Heard | None:
    """The message with everything that it points at; None when it is not said to Easel."""
    asker = _Asker(who.actor_of(message), who.place_of(message, desk.time_zone), my_id(message))
    heard = glance(message, asker.me, has_content=desk.has_content())
    target = None
    if answers(message):
        wanted = addressed(heard) or is_drawing_command(heard.words)
        target = await _target(desk, message, asker, wanted=wanted)
        heard = replace(heard, replied=target.known)
    else:
        thread = await threads.look_into(desk.studio, asker.actor, asker.place)
        heard = replace(heard, session=thread.session, thread=thread.pictures)
    if not addressed(heard) and not is_drawing_command(heard.words):
        return None
    if target is not None:
        return replace(heard, replied=await _read(desk, message, asker, target))
    question = await _asked_right_before(desk, message, asker) if _is_bare_number(heard.words) else None
    return replace(heard, question=question)


def my_id(message: discord.Message) -> int:
    """Easel's own id as a user."""
    return message._state.self_id or 0


def answers(message: discord.Message) -> bool:
    """Whether it is a reply. Forwards and notices point at a message, too, and answer nobody."""
    reference = message.reference
    return message.type is discord.MessageType.reply and reference is not None and reference.message_id is not None


def glance(message: discord.Message, me: int, *, has_content: bool) -> Heard:
    """What the message itself holds."""
    said = spoken(message.content, me, _my_roles(message), _names(message))
    direct = message.guild is None
    pictures = images_of(payload_of(message))
    anything = bool(message.content or pictures or message.attachments or message.stickers or message.poll)
    return Heard(
        PLATFORM,
        said.words,
        mentioned=said.mentioned,
        direct=direct,
        to_others=said.to_others,
        unseen=not (anything or direct or has_content),
        pictures=pictures,
        files=bool(message.attachments) and not pictures,
    )


def _my_roles(message: discord.Message) -> frozenset[int]:
    """The role that Discord made for the bot: its name is beside the bot's in the list that `@` opens."""
    role = message.guild.self_role if message.guild is not None and message.raw_role_mentions else None
    return frozenset() if role is None else frozenset({role.id})


def _names(message: discord.Message) -> dict[int, str]:
    names = {each.id: each.display_name for each in message.mentions}
    names |= {each.id: each.name for each in message.role_mentions}
    return names | {each.id: each.name for each in message.channel_mentions if each.name}


# --- the message that it answers ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Target:
    """The replied-to message: whose it is, and what it holds; nothing when our own tables say it all."""

    known: Replied
    payload: Payload = field(default_factory=dict)


async def _target(desk: Desk, message: discord.Message, asker: _Asker, *, wanted: bool) -> _Target:
    """Known at once when Discord sent it along. `wanted`: somebody waits for an answer whatever comes of this."""
    resolved = message.reference.resolved if message.reference is not None else None
    if isinstance(resolved, discord.Message) and resolved.type is not discord.MessageType.thread_starter_message:
        known = Replied(ours=resolved.author.id == asker.me, by=resolved.author.display_name or "somebody")
        return _Target(known, _payload_of(resolved))
    gone = isinstance(resolved, discord.DeletedReferencedMessage)
    if await _shown(desk, message, asker):
        return _Target(Replied(ours=True, by="Easel", lost=Lost.DELETED if gone else None))
    if gone:
        return _Target(Replied(ours=False, lost=Lost.DELETED))
    try:
        return await _fetched(desk, message, asker)
    except Unreachable as error:
        return _Target(Replied(ours=False, lost=Lost.DELETED if error.number in _UNKNOWN else Lost.NOT_READABLE))
    except Later:
        if wanted:
            raise
        return _Target(Replied(ours=False))


def _payload_of(message: discord.Message) -> Payload:
    said: Payload = {"content": message.content, "sticker_items": message.stickers, "poll": message.poll}
    return payload_of(message) | said


async def _fetched(desk: Desk, message: discord.Message, asker: _Asker) -> _Target:
    """From Discord. Raises `Unreachable` and `Later`."""
    reference = message.reference
    if reference is None or reference.message_id is None:
        raise ValueError("not a reply")
    payload = await desk.rest.message(reference.channel_id, reference.message_id)
    author = payload.get("author") or {}
    name = author.get("global_name") or author.get("username") or "somebody"
    return _Target(Replied(ours=str(author.get("id")) == str(asker.me), by=str(name)), payload)


async def _read(desk: Desk, message: discord.Message, asker: _Asker, target: _Target) -> Replied:
    """All of it."""
    known, payload = target.known, target.payload
    if known.lost is not None:
        return known
    ids = tuple(_custom_ids(payload.get("components")))
    pictures: Pictures = images_of(payload)
    drawing = any(isinstance(parse_custom_id(each), Cancel) for each in ids)
    if known.ours:
        pictures = await _our_pictures(desk, message, asker, payload)
    return replace(
        known,
        pictures=pictures,
        files=bool(payload.get("attachments")) and not pictures,
        blank=not known.ours and not desk.has_content() and not any(payload.get(each) for each in _SHOWN),
        drawing=known.ours and drawing,
        question=await _question(desk, ids, asker) if known.ours else None,
    )


async def _our_pictures(desk: Desk, message: discord.Message, asker: _Asker, payload: Payload) -> Pictures:
    """By the table of posts; by the buttons where a crash left no row there; else as they stand in the message.

    What is ours and not this person's to see here (a private picture that came by direct message belongs to its server)
    is taken as the file that they see.
    """
    seen = images_of(payload)
    shown = refs_of(PLATFORM, await _shown(desk, message, asker))
    if shown:
        if len(seen) == len(shown):
            return tuple(ours or file for ours, file in zip(shown, seen, strict=True))
        return shown
    named = []
    for image in images_under(payload.get("components")):
        try:
            named.append((await desk.studio.picture(image, asker.actor, asker.place)).id)
        except NotFound:
            return seen
    if len(named) != len(seen):
        return seen
    return tuple(ImageRef(PLATFORM, image=image, name=f"picture {number}") for number, image in enumerate(named, 1))


async def _shown(desk: Desk, message: discord.Message, asker: _Asker) -> threads.Shown:
    """What the table of posts says of the replied-to message."""
    reference = _beginning(message.reference)
    if reference is None:
        return ()
    channel, target = reference.channel_id, reference.message_id
    if channel == target:  # a thread, and the message that it hangs from, which stands in the thread's own channel
        channel = int(asker.place.channel)
    return await desk.studio.pictures_of_message(PLATFORM, str(channel), str(target), asker.actor, asker.place)


def _beginning(reference: discord.MessageReference | None) -> discord.MessageReference | None:
    """A thread begins with a notice that only points at the message that it hangs from: that one is meant."""
    resolved = reference.resolved if reference is not None else None
    if isinstance(resolved, discord.Message) and resolved.type is discord.MessageType.thread_starter_message:
        return resolved.reference
    return reference


# --- "which one?" --------------------------------------------------------------------------------------------------


def _is_bare_number(words: str) -> bool:
    pick, rest = pick_in(words)
    return pick is not None and not rest


async def _asked_right_before(desk: Desk, message: discord.Message, asker: _Asker) -> Question | None:
    """The question that stands above a bare number. Best effort: without the right to read back there is none."""
    try:
        newest = await desk.rest.newest(message.channel.id, count=5)
    except Unreachable:
        return None
    before = next((each for each in newest if int(each.get("id", 0)) < message.id), None)
    if before is None or str((before.get("author") or {}).get("id")) != str(asker.me):
        return None
    return await _question(desk, tuple(_custom_ids(before.get("components"))), asker)


async def _question(desk: Desk, ids: tuple[object, ...], asker: _Asker) -> Question | None:
    """What was asked in a message of ours, if this person was asked."""
    note = next((note for each in ids if (note := choosing.note_of(each)) is not None), None)
    if note is None:
        return None
    try:
        waiting, _ = await choosing.answered(desk.records, note, asker.actor.user, "1")
    except NotFound:
        return None
    return Question(waiting.wish.words, waiting.wish.options, waiting.choices)


def _custom_ids(components: object) -> Iterator[object]:
    for row in components if isinstance(components, list) else ():
        inside = row.get("components") if isinstance(row, dict) else None
        for each in inside if isinstance(inside, list) else ():
            if isinstance(each, dict):
                yield each.get("custom_id")
