"""A command that was acknowledged with "One moment …" is written down until something else stands there."""

from __future__ import annotations

import asyncio

from bots.slack import limits, slash, who
from bots.slack.desk import Desk
from bots.slack.destination import Spot
from bots.slack.event import Event


async def commanded(desk: Desk, event: Event) -> None:
    """A slash command; what was begun and never answered is found by `mending`. Raises a `Refused`."""
    url, trigger = event.body.get("response_url"), event.body.get("trigger_id")
    if slash.greeting(event.body) is None or not isinstance(url, str):
        await slash.handle(desk, event)
        return
    spot = Spot(
        team=event.team,
        enterprise=event.enterprise,
        channel=who.channel_of(event),
        user=who.user_of(event),
        response_url=url,
        expires_at_us=desk.clock.now_us() + limits.RESPONSE_SECONDS * 1_000_000,
    )
    key = f"slack:{event.team}:c:{trigger}"
    await desk.records.undertakings.begun(key, spot)
    cut_short = False
    try:
        await slash.handle(desk, event)
    except asyncio.CancelledError:  # this process ends: what is left, the next one mends
        cut_short = True
        raise
    finally:
        if not cut_short:
            await desk.records.undertakings.settled(key)
