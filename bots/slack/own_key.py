"""`/easel key`: a form for the workspace's own key of the image API. What is written in it stands in no message."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bots.slack import interactions, modals, views
from bots.slack.answers import say
from bots.slack.blocks import Payload
from bots.slack.event import Event
from bots.slack.forms import KEY, About, Filled, Purpose
from bots.slack.office import slack_names
from bots.slack.text import escaped
from core.administration.reading_key import is_about_key

if TYPE_CHECKING:
    from bots.slack.desk import Desk


async def asked(desk: Desk, event: Event, words: str) -> bool:
    """Open the form, where these words ask for it. False: they ask for something else."""
    if not is_about_key(words):
        return False
    await views.open_filled(desk, event, interactions.about_here(event, Purpose.KEY), partial(_form, desk, event))
    return True


async def _form(desk: Desk, event: Event, about: About) -> Payload:
    """Or why there is none, as a `Refused`."""
    actor, place = await desk.people.actor_of(event), await desk.people.place_of(event)
    administration = desk.studio.administration
    if administration.takes_key(actor, KEY):
        return modals.key_form(about)
    return modals.told(about, escaped(await administration.order(actor, place, KEY, f"slack:{event.team}:k")))


async def given(desk: Desk, event: Event, filled: Filled, key: str) -> None:
    """The form was sent; `key`: the core's, of this. Raises a `Refused`, which never repeats what was written."""
    actor = await desk.people.actor_of(event)
    told = await desk.studio.administration.give_key(actor, key, filled.secret)
    await say(desk, event, slack_names(escaped(told)), channel=filled.about.channel, thread=filled.about.thread)
