"""What Easel shows in the thread of a message: that it is at work, and what comes of it when there is no picture.

Nothing that is posted here calls anybody; a status in small letters says the same where Slack shows one.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Final

import structlog

from bots.slack import who
from bots.slack.answers import api_of, say
from bots.slack.desk import Desk
from bots.slack.event import Payload
from bots.slack.listening import Message
from core.errors import DeliveryError, Later

SENTENCE_CHARACTERS: Final = 1900
WORKING: Final = "One moment …"
_STATUS: Final = "is getting ready…"
_MUTE: Final = "mute"
# https://docs.slack.dev/reference/methods/chat.postMessage#errors
_OUTSIDE: Final = frozenset({"not_in_channel", "channel_not_found"})

_log = structlog.get_logger()


async def working(desk: Desk, message: Message) -> str:
    """The ts of a message that says that we are at work; "" when Slack is busy. Raises `Unreachable`."""
    api, event = api_of(desk, message.event), message.event
    try:
        ts = await api.post(event.team, message.channel, WORKING, (), message.root)
    except Later:
        return ""  # the outcome will be a message of its own
    with contextlib.suppress(DeliveryError):  # gone with the next message: it comes after ours
        await api.status(event.team, message.channel, message.root, _STATUS)
    return ts


async def instead(desk: Desk, message: Message, placeholder: str, text: str, rows: Sequence[Payload] = ()) -> bool:
    """Words in the place of what says that we are at work, or in a message of their own; whether they arrived."""
    api, event = api_of(desk, message.event), message.event
    try:
        if placeholder:
            with contextlib.suppress(DeliveryError):  # ends the status, too, which only a new message would
                await api.status(event.team, message.channel, message.root, "")
            await api.update(event.team, message.channel, placeholder, text, rows)
        else:
            await api.post(event.team, message.channel, text, rows, message.root)
    except DeliveryError as error:
        _log.info("slack_reply_lost", error=error.code)
        return False
    return True


async def take_back(desk: Desk, message: Message, placeholder: str) -> bool:
    """What says that we are at work goes when nobody is. Whether it is gone; if not, it is mended later."""
    if not placeholder:
        return True
    api, event = api_of(desk, message.event), message.event
    with contextlib.suppress(DeliveryError):
        await api.status(event.team, message.channel, message.root, "")
    try:
        await api.delete(event.team, message.channel, placeholder)
    except Later:
        return False
    except DeliveryError as error:  # somebody else took it away, or nobody ever will
        _log.info("slack_message_stays", error=error.code)
    return True


async def cannot_post(desk: Desk, message: Message, reason: str) -> None:
    """Told once for each person and channel, on whatever way is left. `reason`: Slack's own word."""
    event = message.event
    _log.info("slack_channel_closed", reason=reason)
    if not await desk.records.first_time(_MUTE, f"{event.team}/{message.channel}/{who.user_of(event)}"):
        return
    if reason in _OUTSIDE:
        text = "I am not in that channel, so nothing was drawn or charged. Invite me there, or ask me here."
    else:
        text = "I may not post in that channel, so nothing was drawn or charged. Ask me in another one, or here."
    await say(desk, event, text)
