"""Who answers what: the handlers of every kind of event, each guarded, so that a person always hears something."""

from __future__ import annotations

from bots.slack import approving, clicks, home, leaving, messages, shortcuts, submits
from bots.slack.answers import Handler, guarded
from bots.slack.commanded import commanded
from bots.slack.desk import Desk
from bots.slack.event import Event
from bots.slack.router import Handler as Told
from bots.slack.router import Handlers


def handlers_of(desk: Desk) -> Handlers:
    """For the router. None of them raises."""

    def to(handler: Handler) -> Told:
        async def told(event: Event) -> None:
            await guarded(desk, event, approving.asking(handler))

        return told

    return Handlers(
        message=to(messages.handle),
        command=to(commanded),
        click=to(clicks.handle),
        shortcut=to(shortcuts.handle),
        submit=to(submits.handle),
        home=to(home.handle),
        left=lambda team, enterprise, whole: leaving.left(desk, team, enterprise, whole_grid=whole),
        check=submits.check,
    )
