"""What was taken up and never answered: Easel ended between "One moment …" and the request.

Such a message would say for ever that one moment is needed. Whatever process looks next says what happened instead.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Final

import structlog

from bots.slack.api import Api, Unreachable
from bots.slack.destination import Spot
from bots.slack.posting import at_work
from bots.slack.replies import WORKING
from core.errors import DeliveryError, Gone, Later, OperatorError

if TYPE_CHECKING:
    from bots.slack.desk import Desk

RESTARTED: Final = "I was restarted before I could begin. Nothing was charged. Say it again."
OLD_SECONDS: Final = 60.0  # far longer than a request takes to be admitted, so that nobody is still at it
AGAIN_SECONDS: Final = 30.0

_log = structlog.stdlib.get_logger(__name__)


async def keep_mending(desk: Desk) -> None:
    """Until cancelled."""
    while True:
        try:
            await mend(desk)
        except OperatorError as error:  # a full disk is told, and tried again
            _log.error("mending_failed", code=error.code)
        await desk.clock.sleep(AGAIN_SECONDS)


async def mend(desk: Desk) -> int:
    """Look once; how many were told."""
    told = 0
    old_us = desk.clock.now_us() - int(OLD_SECONDS * 1_000_000)
    for left in await desk.records.undertakings.left(old_us):
        if left.spot is not None and not await desk.studio.became_a_job(left.asked):
            try:
                await _tell(desk, left.spot, old_us)
                told += 1
            except Later:
                continue
            except (Unreachable, Gone) as error:
                reason = error.reason if isinstance(error, Unreachable) else error.code
                _log.info("slack_message_stays", reason=reason)
        await desk.records.undertakings.settled(left.asked)
    return told


async def _tell(desk: Desk, spot: Spot, old_us: int) -> None:
    """In the place of "One moment …" where it stands, and otherwise to the person. Raises a `DeliveryError`."""
    api = desk.api.within(spot.enterprise)
    placeholder = spot.placeholder or await _unknown(api, spot, old_us)
    if placeholder and (spot.thread or spot.direct or spot.placeholder_in):
        if spot.thread:
            with contextlib.suppress(DeliveryError):
                await api.status(spot.team, spot.channel, spot.thread, "")
        await api.update(spot.team, spot.at_work_in, placeholder, RESTARTED)
        return
    if placeholder:  # a command's, in a channel: nobody else knows of it
        with contextlib.suppress(Unreachable):
            await api.delete(spot.team, spot.channel, placeholder)
    await _tell_alone(api, spot)


async def _tell_alone(api: Api, spot: Spot) -> None:
    if not spot.direct:
        root = "" if spot.thread == spot.asked else spot.thread  # in a thread without an answer nobody would see it
        try:
            await api.ephemeral(spot.team, spot.channel, spot.user, RESTARTED, (), root)
        except Unreachable:  # Easel is not there
            await api.post(spot.team, await api.direct_channel(spot.team, spot.user), RESTARTED)
        return
    await api.post(spot.team, spot.channel, RESTARTED, (), spot.thread)


async def _unknown(api: Api, spot: Spot, old_us: int) -> str:
    """The ts of "One moment …" that was posted, and Easel ended before that was written down; "" without one."""
    if not spot.name or (spot.private and not spot.placeholder_in):
        return ""  # nothing of it is posted
    try:
        if spot.thread:
            messages = await api.replies(spot.team, spot.channel, spot.thread)
        else:
            messages = await api.newest(spot.team, spot.at_work_in)
    except Unreachable:  # without the scopes for history nobody can know
        return ""
    said = at_work(spot, WORKING)
    for each in messages:
        ts = str(each.get("ts", ""))
        if (each.get("bot_id") or each.get("app_id")) and each.get("text") == said and _at_us(ts) < old_us:
            return ts
    return ""


def _at_us(ts: str) -> int:
    """The moment that a ts is. For comparing ages only: as an id it stays a string."""
    digits = ts.replace(".", "")
    return int(digits) if digits.isdecimal() else 0
