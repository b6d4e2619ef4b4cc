"""Where a click, a shortcut or a form happened, and where what comes of it belongs.

A form has neither channel nor thread, and an ephemeral message does not tell its thread: both carry them along
(`forms.About`, a row's `block_id`). What was opened from the Home tab is answered in the person's direct messages.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import structlog

from bots.slack import components, threads, who
from bots.slack.answers import api_of, say
from bots.slack.asking import Unreachable
from bots.slack.blocks import Payload, actions
from bots.slack.destination import Spot, encode
from bots.slack.event import Event
from bots.slack.forms import About, Purpose, about_of
from bots.slack.posting import at_work
from bots.slack.replies import WORKING
from bots.slack.result_blocks import thread_in
from core import i18n
from core.errors import DeliveryError, Later
from core.model import Actor, Admitted, Destination, Place, Progress, StageName

if TYPE_CHECKING:
    from bots.slack.desk import Desk

ALONE: Final = i18n.say("It is for you alone, so it will come into your direct messages with me.")
OUTSIDE: Final = i18n.say("I am not in that channel, so the picture will come into your direct messages with me.")
_STATUS: Final = "is getting ready…"
# https://docs.slack.dev/reference/methods/chat.postMessage#errors ; here nothing can be posted for everybody.
_CLOSED: Final = frozenset(
    {
        *("not_in_channel", "channel_not_found", "is_archived", "restricted_action", "cannot_reply_to_message"),
        *("restricted_action_thread_only_channel", "restricted_action_read_only_channel", "no_permission"),
        *("restricted_action_thread_locked", "restricted_action_non_threadable_channel", "thread_not_found"),
    }
)

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, and where what comes of it belongs."""

    actor: Actor
    place: Place
    spot: Spot


def about_here(event: Event, purpose: Purpose, subject: str = "") -> About:
    """A view for this subject, opened by this event; from the payload alone, since a view has to open at once."""
    view = event.body.get("view")
    if isinstance(view, dict):
        before = about_of(view)
        return About(purpose, subject) if before is None else replace(before, purpose=purpose, id=subject)
    return About(purpose, subject, channel=who.channel_of(event), thread=_thread(event))


async def asked(desk: Desk, event: Event, about: About, *, private: bool = False) -> Asked:
    """The person, the place as it is for limits and sight, and the spot for the answer."""
    actor = await desk.people.actor_of(event)
    place = await desk.people.place_of(event, channel=about.channel, thread=about.thread)
    thread = about.thread if about.channel else ""
    place = replace(place, thread=thread or None)
    spot = Spot(
        team=event.team,
        enterprise=event.enterprise,
        channel=place.channel,
        user=actor.user,
        name=actor.name,
        thread=thread,
        private=private and not place.personal,
        direct=place.personal,
    )
    return Asked(actor, place, spot)


async def submitted(
    desk: Desk, event: Event, key: str, who_asks: Asked, submit: Callable[[Asked, Destination], Awaitable[Admitted]]
) -> Admitted:
    """Say that we are at work, where the answer will be; then `submit`. When nothing comes of it, nothing says so.

    `key`: the core's, of this request.

    Where Easel may not post, the place is the person's direct messages: what is made there is seen there.
    """
    if who_asks.spot.private:
        admitted = await submit(who_asks, encode(who_asks.spot))
        if not admitted.again:
            cancel = actions([components.press("Cancel", components.Cancel(admitted.job))])
            await say(desk, event, ALONE, rows=[cancel], channel=who_asks.spot.channel, thread=who_asks.spot.thread)
        return admitted
    await desk.records.undertakings.begun(key, who_asks.spot)
    shown = await _at_work(desk, event, who_asks)
    await desk.records.undertakings.begun(key, shown.spot)
    to = encode(shown.spot)
    begun = cut_short = False
    try:
        admitted = await submit(shown, to)
        begun = not admitted.again
    except asyncio.CancelledError:  # this process ends: what is left, the next one mends
        cut_short = True
        raise
    finally:
        if not cut_short and (begun or await _take_back(desk, event, shown.spot)):
            await desk.records.undertakings.settled(key)
    if begun:
        await _tell_of(desk, shown, to, admitted)
    return admitted


async def _at_work(desk: Desk, event: Event, who_asks: Asked) -> Asked:
    """With the message that says so; in the person's direct messages, when the channel takes none."""
    try:
        return await _with_placeholder(desk, event, who_asks)
    except Unreachable as error:
        _log.info("slack_channel_closed", reason=error.reason)
        if who_asks.spot.direct or error.reason not in _CLOSED:
            return who_asks
    moved = await asked(desk, event, About(Purpose.DRAW, channel=await _direct(desk, event)))
    await say(desk, event, OUTSIDE)
    try:
        return await _with_placeholder(desk, event, moved)
    except Unreachable:  # they do not take messages: what can be told will be told when they are heard of next
        return moved


async def _direct(desk: Desk, event: Event) -> str:
    return await desk.people.direct_channel(event, who.user_of(event))


async def _with_placeholder(desk: Desk, event: Event, who_asks: Asked) -> Asked:
    spot, api = who_asks.spot, api_of(desk, event)
    try:
        ts = await api.post(event.team, spot.channel, at_work(spot, WORKING), (), spot.thread)
    except Later:
        return who_asks  # the outcome will be a message of its own
    shows_status = bool(spot.thread)
    if shows_status:
        with contextlib.suppress(DeliveryError):  # gone with the next message: it comes after ours
            await api.status(event.team, spot.channel, spot.thread, _STATUS)
    return replace(who_asks, spot=replace(spot, placeholder=ts, status=shows_status))


async def _take_back(desk: Desk, event: Event, spot: Spot) -> bool:
    """Whether it is gone; if not, it is mended later."""
    api = api_of(desk, event)
    if spot.status:
        with contextlib.suppress(DeliveryError):
            await api.status(event.team, spot.channel, spot.thread, "")
    try:
        if spot.placeholder:
            await api.delete(event.team, spot.channel, spot.placeholder)
    except Later:
        return False
    except DeliveryError as error:
        _log.info("slack_message_stays", error=error.code)
    return True


async def _tell_of(desk: Desk, shown: Asked, to: Destination, admitted: Admitted) -> None:
    """The thread waits for this picture; and the message that says so gets its Cancel, and how many come before."""
    spot = shown.spot
    if spot.thread:
        now_us = desk.clock.now_us()
        await threads.working(desk.records, spot.team, spot.channel, spot.thread, admitted.job, now_us)
    await desk.adapter.progress(to, Progress(admitted.job, StageName.QUEUED, ahead=admitted.ahead))


def _thread(event: Event) -> str:
    """The thread that it happened in; under a message at the top level a new one begins."""
    body = event.body
    known = who.thread_of(event) or next(
        (thread for each in _acted(body) if (thread := thread_in(each.get("block_id")))), ""
    )
    if known:
        return known
    message = body.get("message")
    ts = message.get("ts") if isinstance(message, dict) else body.get("message_ts")
    return ts if isinstance(ts, str) else ""


def _acted(body: Payload) -> list[dict[str, Any]]:
    acted = body.get("actions")
    return [each for each in acted if isinstance(each, dict)] if isinstance(acted, list) else []


def action_of(event: Event) -> Payload:
    """What was pressed or chosen: the first of ours."""
    for each in _acted(event.body):
        if str(each.get("action_id", "")).startswith(components.PREFIX):
            return each
    return {}
