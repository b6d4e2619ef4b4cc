"""From a wish to a job, where no message of the person's stands: after a command, and after a question was answered.

Slack shows nobody that a command was used, and what answers it cannot be changed. So a message of Easel's own says at
the channel's top level who asked for what and how far it is, until the picture stands there; for a picture that is for
the person alone it stands in their direct messages.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import structlog

from bots.slack import choosing, who
from bots.slack.answers import api_of, say, withdraw
from bots.slack.asking import Unreachable
from bots.slack.desk import Desk
from bots.slack.destination import Spot, encode
from bots.slack.event import Event
from bots.slack.interactions import ALONE
from bots.slack.posting import at_work
from bots.slack.replies import WORKING
from bots.slack.text import shown
from core import prompt
from core.conversation.wishes import Waiting, Wish, request_of
from core.errors import DeliveryError, Later, NotAllowed, WhichPicture
from core.fitting import shorten
from core.model import Actor, Place, Progress, StageName

_WORDS_CHARACTERS: Final = 400  # of which a part is shown

_log = structlog.get_logger()


class Closed(Exception):
    """Nothing can be posted in that channel. `reason`: Slack's own word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


async def submit(desk: Desk, event: Event, wish: Wish, event_key: str) -> None:
    """Say that we are at work, and make it a job. From there on the answer is the adapter's.

    Raises a `Refused`, and `Closed` where nothing was said and nothing made.
    """
    actor, place = await desk.people.actor_of(event), await desk.people.place_of(event)
    spot = await _spot(desk, event, wish, actor, place)
    async with desk.records.undertakings.until_answered(event_key, spot):
        spot = await _at_work(desk, event, spot)
        await desk.records.undertakings.begun(event_key, spot)
        try:
            admitted = await desk.studio.submit(request_of(wish, event_key, actor, place, encode(spot)))
        except WhichPicture as error:
            await _take_back(desk, event, spot, event_key)
            await ask(desk, event, wish, error)
            return
        except Exception:
            await _take_back(desk, event, spot, event_key)
            raise
        if admitted.again:
            await _take_back(desk, event, spot, event_key)
            return
    await _answered(desk, event, spot)
    await desk.adapter.progress(encode(spot), Progress(admitted.job, StageName.QUEUED, ahead=admitted.ahead))


async def ask(desk: Desk, event: Event, wish: Wish, error: WhichPicture) -> None:
    """Which picture is meant; `resume` goes on from the answer."""
    row = await choosing.ask(desk.records, Waiting(wish, who.user_of(event), error.choices))
    await say(desk, event, f"{shown(error.what)} Choose one.", rows=[row])


async def resume(desk: Desk, event: Event, note: str, number: int) -> None:
    """The answer to "Which one?", in a thread or after a command. Raises a `Refused`."""
    waiting, ref = await choosing.answered(desk.records, note, who.user_of(event), number)
    wish = replace(waiting.wish, picture=ref) if ref.image is not None else replace(waiting.wish, image=ref)
    try:
        await submit(desk, event, wish, f"slack:{event.team}:w:{note}:{number}")
    except Closed as error:
        raise NotAllowed("Slack does not let me post in this channel any more.", "Ask me in another one.") from error


async def _spot(desk: Desk, event: Event, wish: Wish, actor: Actor, place: Place) -> Spot:
    """A question's answer in a thread takes the place of the question. Raises `NotAllowed`."""
    alone = wish.private and not place.personal
    spot = Spot(
        team=event.team,
        enterprise=event.enterprise,
        channel=place.channel,
        user=actor.user,
        name=actor.name,
        thread=place.thread or "",
        words=shorten(prompt.parse(wish.words, wish.options, allow_empty=True).text, _WORDS_CHARACTERS),
        private=alone,
        direct=place.personal,
        status=bool(place.thread) and not alone,
    )
    if not alone:
        return replace(spot, placeholder=_pressed(event))
    try:
        return replace(spot, placeholder_in=await desk.people.direct_channel(event, actor.user))
    except Later:
        return spot  # the outcome will be a message of its own
    except DeliveryError as error:
        raise _unwritable() from error


async def _at_work(desk: Desk, event: Event, spot: Spot) -> Spot:
    """With the message that says so. Raises `Closed`, and `NotAllowed` for direct messages."""
    if spot.placeholder or (spot.private and not spot.placeholder_in):
        return spot
    try:
        ts = await api_of(desk, event).post(event.team, spot.at_work_in, at_work(spot, WORKING), (), spot.thread)
    except Later:
        return spot
    except Unreachable as error:
        if spot.private or spot.direct:
            raise _unwritable() from error
        raise Closed(error.reason) from error
    return replace(spot, placeholder=ts)


async def _answered(desk: Desk, event: Event, spot: Spot) -> None:
    """Who sees nothing happen is told where it does; and what they pressed has had its answer."""
    if spot.private:
        await say(desk, event, ALONE)
    else:
        await withdraw(desk, event)


async def _take_back(desk: Desk, event: Event, spot: Spot, event_key: str) -> None:
    """What says that we are at work goes when nobody is; when Slack is busy it is mended later."""
    if not spot.placeholder or spot.placeholder == _pressed(event):
        return
    try:
        await api_of(desk, event).delete(event.team, spot.at_work_in, spot.placeholder)
    except Later:
        await desk.records.undertakings.begun(f"{event_key}:left", spot)
    except DeliveryError as error:  # gone already
        _log.info("slack_message_stays", error=error.code)


def _unwritable() -> NotAllowed:
    return NotAllowed("I cannot write to you in direct messages.", "Ask for it in a channel, and not for you alone.")


def _pressed(event: Event) -> str:
    """The ts of the message of ours that was pressed, where everybody sees it."""
    container = event.body.get("container")
    if not isinstance(container, dict) or who.is_question(event):
        return ""
    ts = container.get("message_ts")
    return ts if isinstance(ts, str) else ""
