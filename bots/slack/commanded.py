"""A command that draws is written down until its person has heard something: Slack shows nothing of it by itself."""

from __future__ import annotations

from bots.slack import slash, who
from bots.slack.desk import Desk
from bots.slack.destination import Spot
from bots.slack.event import Event


async def commanded(desk: Desk, event: Event) -> None:
    """A slash command; what was begun and never answered is found by `mending`. Raises a `Refused`."""
    if not slash.draws(event):
        await slash.handle(desk, event)
        return
    spot = Spot(team=event.team, enterprise=event.enterprise, channel=who.channel_of(event), user=who.user_of(event))
    async with desk.records.undertakings.until_answered(slash.key(event), spot), desk.turns.mine():
        await slash.handle(desk, event)
