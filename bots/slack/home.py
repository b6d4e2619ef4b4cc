"""The Home tab: published when it is opened, and anew when something in it was pressed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bots.slack import messages, views, who
from bots.slack.answers import api_of
from bots.slack.asking import Unreachable
from bots.slack.event import Event
from bots.slack.home_blocks import PICTURES_MAX, Home, Recent, home_view

if TYPE_CHECKING:
    from bots.slack.desk import Desk


async def handle(desk: Desk, event: Event) -> None:
    """Easel's page was opened: the Home tab is shown, and the Messages tab says what could be asked."""
    said = event.body.get("event")
    tab = said.get("tab") if isinstance(said, dict) else None
    if tab == "home":
        await publish(desk, event)
    elif tab == "messages":
        await messages.opened(desk, event)


async def publish(desk: Desk, event: Event, *, before_us: int = 0) -> None:
    """What this person finds there now. `before_us`: an earlier page of their pictures."""
    home = await _home(desk, event, before_us)
    api, user = api_of(desk, event), who.user_of(event)
    try:
        await api.publish_home(event.team, user, home_view(home))
    except Unreachable as error:
        if error.reason not in views.NOT_SHOWN:
            raise
        await api.publish_home(event.team, user, views.without_pictures(home_view(home)))


async def _home(desk: Desk, event: Event, before_us: int) -> Home:
    """Limits as they hold in the person's own conversation with Easel: that is where the tab stands."""
    actor = await desk.people.actor_of(event)
    channel = await desk.people.direct_channel(event, actor.user)
    place = await desk.people.place_of(event, channel=channel)
    pictures = await desk.studio.own(actor, before_us or None, PICTURES_MAX)
    more = bool(pictures) and bool(await desk.studio.own(actor, pictures[-1].created_at_us, 1))
    return Home(
        allowances=await desk.studio.allowances(actor, place),
        pictures=tuple([Recent(each, await views.file_of(desk, event, each.id)) for each in pictures]),
        now_us=desk.clock.now_us(),
        is_admin=actor.is_admin,
        before_us=before_us,
        more=more,
    )
