"""/privacy in Slack: explained, sent into the person's direct messages, deleted after Slack asked once."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Final

from bots.slack import blocks, components, limits, overview, who
from bots.slack.answers import api_of, say
from bots.slack.api import Upload
from bots.slack.components import Erase
from bots.slack.event import Event
from bots.slack.text import shown
from core import i18n
from core.errors import EaselError, NotAllowed
from core.privacy import words

if TYPE_CHECKING:
    from bots.slack.desk import Desk

SENDING: Final = i18n.say("I am gathering it; it comes into your direct messages with me.")
GATHERED: Final = i18n.say("This is what I keep of you.")
QUESTION: Final = i18n.say("This cannot be taken back.")
DELETING: Final = i18n.say("Deleting … This takes a while when there are many messages.")


async def answer(desk: Desk, event: Event, said: str) -> None:
    """Raises a `Refused` with the person's sentence."""
    match said.split():
        case ["export"]:
            await say(desk, event, SENDING)
            await _send(desk, event)
        case ["delete"]:
            actor = await desk.people.actor_of(event)
            rows = [_ask(actor.user, actor.locale)]
            await say(desk, event, shown(i18n.into(actor.locale, words.ASK)), rows=rows)
        case _:
            actor = await desk.people.actor_of(event)
            first, *more = overview.parts(
                overview.mrkdwn(i18n.into(actor.locale, await desk.studio.privacy.explain(actor)))
            )
            await say(desk, event, first)
            for text in more:
                await say(desk, event, text, instead=False)


async def erase(desk: Desk, event: Event, person: str) -> None:
    """Pressed, and confirmed: Slack has asked whether they are sure. Raises a `Refused`."""
    if person != who.user_of(event):
        raise NotAllowed(i18n.say("Only the person who was asked can answer this."))
    actor = await desk.people.actor_of(event)
    await say(desk, event, DELETING)
    try:
        told: str = words.told_of(await desk.studio.privacy.erase(actor))
    except EaselError as error:
        told = error.sentence
    await say(desk, event, shown(i18n.into(actor.locale, told)))


def _ask(user: str, language: str) -> blocks.Payload:
    delete, keep = i18n.into(language, words.DELETE), i18n.into(language, i18n.say("Keep it"))
    sure = blocks.confirm(f"{delete}?", i18n.into(language, QUESTION), delete, keep, danger=True)
    return blocks.actions([components.press(delete, Erase(user), style="danger", confirm=sure)])


async def _send(desk: Desk, event: Event) -> None:
    actor = await desk.people.actor_of(event)
    channel = await desk.people.direct_channel(event, actor.user)
    gathered = i18n.into(actor.locale, GATHERED)
    async with aclosing(desk.studio.privacy.export(actor, limits.FILE_BYTES)) as parts:
        async for part in parts:
            await api_of(desk, event).upload(event.team, channel, "", [Upload(part.name, part.data)], gathered)
