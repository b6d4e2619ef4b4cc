"""Looks up everything that a message points at: its thread, its files, the people in it.

A message that is not said to Easel costs a look into our own tables at most, where it stands in a thread; Slack is
asked only about messages that somebody wants an answer to.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from bots.slack import choosing, photos, threads, who
from bots.slack.answers import api_of
from bots.slack.desk import Desk
from bots.slack.destination import PLATFORM
from bots.slack.event import Event, Payload
from bots.slack.office import core_names
from bots.slack.pictures import Attached, Seen, seen_in
from bots.slack.plainwords import Spoken, emoji_in, spoken
from core.conversation.meaning import Heard, Pictures, Replied
from core.conversation.understanding import addressed, command_in, is_drawing_command
from core.errors import DeliveryError
from core.model import Actor, ImageRef, Place
from core.sources import pick_in

# A person's own words, a file of theirs, a thread's answer that is shown in the channel, too, and "/me". Every other
# subtype says that something about a message changed, or that a program wrote (docs.slack.dev, "message event").
SAID: Final = frozenset({"", "file_share", "thread_broadcast", "me_message"})
_SLACKBOT: Final = frozenset({"USLACKBOT", "USLACK"})
_EARLIER: Final = 100  # messages of a thread that are looked through; some apps are given fifteen


@dataclass(frozen=True, slots=True)
class Message:
    """A person's message, as far as it says itself."""

    event: Event
    said: Payload
    channel: str
    ts: str
    thread: str  # the root of the thread that it stands in; "" at the top level
    direct: bool

    @property
    def root(self) -> str:
        """Where an answer belongs: every message at the top level is the root of a thread of its own."""
        return self.thread or self.ts

    @property
    def text(self) -> str:
        """As Slack sent it."""
        text = self.said.get("text")
        return text if isinstance(text, str) else ""

    @property
    def scope(self) -> str:
        """Its identity: the twin that a mention has, and a message that Slack sends again, have the same."""
        return f"{self.event.team}/{self.channel}/{self.ts}"

    @property
    def question(self) -> str:
        """Where a question to its author may wait for a number: their thread, or all of their direct messages."""
        thread = "" if self.direct else self.root
        return choosing.scope(self.event.team, self.channel, thread, who.user_of(self.event))

    @property
    def place(self) -> str:
        """Its author, and the thread, or the top level, that it stands in."""
        return choosing.scope(self.event.team, self.channel, self.thread, who.user_of(self.event))


def message_of(event: Event) -> Message | None:
    """What somebody said; None for programs, for echoes of our own, and for news about older messages."""
    said = event.body.get("event")
    if not isinstance(said, dict) or not who.is_message(event):
        return None
    user, channel, ts, thread = (said.get(key) for key in ("user", "channel", "ts", "thread_ts"))
    if not (isinstance(user, str) and isinstance(channel, str) and isinstance(ts, str) and user and channel and ts):
        return None
    if user == event.me or user in _SLACKBOT or said.get("bot_id") or said.get("hidden"):
        return None
    if str(said.get("subtype") or "") not in SAID:
        return None
    root = thread if isinstance(thread, str) and thread != ts else ""
    direct = said.get("channel_type") == "im" or channel.startswith("D")
    return Message(event, said, channel, ts, root, direct)


async def glance(desk: Desk, message: Message) -> Heard | None:
    """What the message says by itself, and whether its thread is Easel's. None when it is not said to Easel."""
    words = _spoken(message)
    heard = Heard(PLATFORM, words.words, mentioned=words.mentioned, direct=message.direct, to_others=words.to_others)
    if addressed(heard):
        return heard
    if message.thread and desk.settings.threads and not heard.to_others:
        heard = replace(heard, session=(await _thread(desk, message)).session)
    return heard if addressed(heard) or is_drawing_command(heard.words) else None


async def listen(desk: Desk, message: Message, glanced: Heard) -> Heard:
    """All that it points at."""
    seen = await _pictures(desk, message)
    words = await _named(desk, message)
    heard = replace(
        glanced,
        words=words,
        pictures=tuple(each.ref() for each in seen.pictures),
        files=seen.others and not seen.pictures,
    )
    if message.thread:
        thread = await _thread(desk, message)
        shown = await _shown_before(desk, message, heard, thread.newest)
        heard = replace(heard, session=thread.session, thread=shown or thread.pictures)
        if thread.drawing and not any(heard.thread):
            heard = replace(heard, replied=Replied(ours=True, by="Easel", drawing=True))
        elif not heard.thread and _may_mean_a_picture(heard):
            heard = await _looked_back(desk, message, heard)
    else:
        heard = replace(heard, pictures=heard.pictures or await _shown_before(desk, message, heard))
    if _is_bare_number(heard.words):
        heard = replace(heard, question=await choosing.latest(desk.records, message.question))
    return heard


async def _thread(desk: Desk, message: Message) -> threads.Thread:
    """By our own tables: what counts is who they are and where, and that the event says itself."""
    event = message.event
    actor = Actor(PLATFORM, event.team, who.user_of(event), "")
    place = Place(PLATFORM, event.team, message.channel, message.root, personal=message.direct)
    now_us = desk.clock.now_us()
    return await threads.look_into(desk.studio, desk.records, actor, place, message.thread, now_us)


# --- words -----------------------------------------------------------------------------------------------------------


def _spoken(message: Message, names: Mapping[str, str] | None = None) -> Spoken:
    return spoken(message.text, message.event.me, names or {}, emoji_in(message.said.get("blocks")))


async def _named(desk: Desk, message: Message) -> str:
    """The words, with the names of the people in them."""
    words = _spoken(message)
    if not words.people:
        return words.words
    return _spoken(message, await desk.people.names(message.event, words.people)).words


def ordered(message: Message) -> str:
    """The words of an administrator's order, with the core's names in place of mentions."""
    me = message.event.me
    _, words = command_in(spoken(core_names(message.text, me), me, {}).words)
    return words


def _is_bare_number(words: str) -> bool:
    pick, rest = pick_in(words)
    return pick is not None and not rest


# --- pictures --------------------------------------------------------------------------------------------------------


async def _pictures(desk: Desk, message: Message) -> Seen:
    """Of the message itself. What it does not tell of its files, Slack is asked."""
    seen = seen_in(message.said, message.event.team)
    if not seen.unsure:
        return seen
    told = await asyncio.gather(*(_told(desk, message.event, file) for file in seen.unsure))
    known = {file: each for file, each in zip(seen.unsure, told, strict=True) if each is not None}
    return seen_in(message.said, message.event.team, known)


async def _told(desk: Desk, event: Event, file: str) -> dict[str, Any] | None:
    try:
        return await api_of(desk, event).file(event.team, file)
    except DeliveryError:
        return None  # its first bytes will tell what it is


def _may_mean_a_picture(heard: Heard) -> bool:
    """Whether words with no picture may be about one that stands further up."""
    command, rest = command_in(heard.words)
    return not heard.pictures and not heard.files and bool(rest) and command in (None, "edit", "character")


async def _shown_before(desk: Desk, message: Message, heard: Heard, newest: str = "") -> tuple[ImageRef, ...]:
    """The picture that this person posted right before, without a word; not when Easel has posted one since."""
    if not _may_mean_a_picture(heard):
        return ()
    return await photos.latest(desk.records, message.place, after=newest, now_us=desk.clock.now_us())


async def _looked_back(desk: Desk, message: Message, heard: Heard) -> Heard:
    """In a thread that holds no picture of ours: the newest one before this message, whoever posted it."""
    event = message.event
    try:
        earlier = await api_of(desk, event).replies(event.team, message.channel, message.thread, count=_EARLIER)
    except DeliveryError:  # an edit whose picture cannot be seen never becomes a new drawing
        return replace(heard, replied=Replied(ours=False, blank=True))
    found = next((seen for each in reversed(earlier) if (seen := _before(each, message))), ())
    pictures: Pictures = tuple(each.ref() for each in found)
    return replace(heard, thread=pictures)


def _before(earlier: Payload, message: Message) -> tuple[Attached, ...]:
    ts = earlier.get("ts")
    if not isinstance(ts, str) or ts == message.ts or (len(ts), ts) > (len(message.ts), message.ts):
        return ()
    return seen_in(earlier, message.event.team, known={}).pictures
