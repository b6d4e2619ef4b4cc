"""Where Easel is no member of a channel, a command still reaches it, and no picture can be posted there.

So it is asked before anything is drawn: join, send it to the person alone, or leave it. What was wanted waits as a note
until one of the three is pressed, once, by the person who asked.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import Final, assert_never

from bots.slack import commanding, who
from bots.slack.answers import api_of, say
from bots.slack.asking import Unreachable
from bots.slack.components import Direct, Join, Never, not_a_member
from bots.slack.desk import Desk
from bots.slack.event import Event
from core import i18n
from core.conversation.wishes import Waiting, Wish, kept, taken_up
from core.errors import DeliveryError, NotAllowed, NotFound
from core.model import Place

_KIND: Final = "member"
_PUBLIC: Final = i18n.say("I am not in this channel, so I cannot post pictures here. What shall I do?")
_CLOSED: Final = "I am not in this conversation, so I cannot post pictures here. Shall I send it to you alone?"
_MUTE: Final = "I may not post pictures in this channel. Shall I send it to you alone?"
_NO_ENTRY: Final = "Slack does not let me join this channel. Invite me, or let me send it to you alone."
_NO_WORD: Final = "Slack does not let me post in this channel. Let me send it to you alone."
_NEVER: Final = i18n.say("Then not. Nothing was drawn or charged.")


class Standing(StrEnum):
    """How Easel stands to a channel."""

    INSIDE = "inside"  # or not known: then delivery finds another way
    PUBLIC = "public"  # outside, and it can join
    CLOSED = "closed"  # outside, and somebody has to invite it
    MUTE = "mute"  # inside, and only some may post there
    ARCHIVED = "archived"


async def standing(desk: Desk, event: Event, place: Place) -> Standing:
    """Asked before anything is drawn."""
    if place.personal:
        return Standing.INSIDE
    if place.channel.startswith("D"):  # of two other people
        return Standing.CLOSED
    try:
        said = await api_of(desk, event).channel(event.team, place.channel)
    except Unreachable as error:
        return Standing.CLOSED if error.reason == "channel_not_found" else Standing.INSIDE
    except DeliveryError:
        return Standing.INSIDE
    if said.get("is_archived") is True:
        return Standing.ARCHIVED
    if said.get("is_member") is not False:
        return Standing.INSIDE
    return Standing.CLOSED if said.get("is_private") is True or said.get("is_mpim") is True else Standing.PUBLIC


def standing_after(reason: str) -> Standing:
    """What Slack's refusal of a message tells (https://docs.slack.dev/reference/methods/chat.postMessage#errors)."""
    match reason:
        case "not_in_channel":
            return Standing.PUBLIC
        case "channel_not_found":
            return Standing.CLOSED
        case "is_archived":
            return Standing.ARCHIVED
        case _:
            return Standing.MUTE


async def ask(desk: Desk, event: Event, wish: Wish, found: Standing) -> None:
    """Which way it shall go. Raises `NotAllowed` where there is none."""
    if found is Standing.ARCHIVED:
        raise NotAllowed("This channel is archived.", "Ask me in another one, or in direct messages.")
    note = await desk.records.note(_KIND, kept(Waiting(wish, who.user_of(event), ())))
    text = {Standing.PUBLIC: _PUBLIC, Standing.MUTE: _MUTE}.get(found, _CLOSED)
    await say(desk, event, text, rows=[not_a_member(note, public=found is Standing.PUBLIC)])


async def answered(desk: Desk, event: Event, what: Join | Direct | Never) -> None:
    """One of the three was pressed. When Slack lets Easel not in, the question stays open. Raises a `Refused`."""
    waiting = await _waiting(desk, event, what.note)
    wish = waiting.wish
    match what:
        case Never():
            await desk.records.take_note(_KIND, what.note)
            await say(desk, event, _NEVER)
            return
        case Direct():
            wish = replace(wish, options=replace(wish.options, private=True))
        case Join():
            try:
                await api_of(desk, event).join(event.team, who.channel_of(event))
            except Unreachable:
                await say(desk, event, _NO_ENTRY, instead=False)
                return
        case _:
            assert_never(what)
    text = await desk.records.take_note(_KIND, what.note)
    if text is None:
        return
    try:
        await commanding.submit(desk, event, wish, f"slack:{event.team}:n:{what.note}")
    except commanding.Closed:
        await desk.records.note(_KIND, text, what.note)
        await say(desk, event, _NO_WORD, instead=False)


async def _waiting(desk: Desk, event: Event, note: str) -> Waiting:
    text = await desk.records.noted(_KIND, note)
    waiting = None if text is None else taken_up(text)
    if waiting is None or waiting.asked != who.user_of(event):
        raise NotFound("This question is not open any more.", "Say again what you want.")
    return waiting
