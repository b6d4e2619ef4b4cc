"""Questions that are answered in words: /help, /quota, /history, /character. The words are for one person alone."""

from __future__ import annotations

from typing import assert_never

from bots.slack import limits, office, overview
from bots.slack.answers import api_of
from bots.slack.api import Upload
from bots.slack.desk import Desk
from bots.slack.event import Event
from bots.slack.posts import Post
from bots.slack.text import shown
from core.administration.front import Sheet
from core.commands import Does
from core.conversation import characters
from core.conversation.meaning import Ask
from core.errors import DeliveryError
from core.fitting import shorten
from core.i18n import into
from core.model import Actor, ImageId, Place, StoredImage

_NEWS_CHARACTERS = 1900


async def texts(desk: Desk, event: Event, ask: Ask) -> list[str]:
    """The answer in mrkdwn, in as many messages as it needs, after what could not be told before. Raises `Refused`."""
    actor, place = await desk.people.actor_of(event), await desk.people.place_of(event)
    said = await _answer(desk, event, ask, actor, place)
    news = await desk.records.take_from_inbox(event.team, actor.user)
    return [*(shown(each, _NEWS_CHARACTERS) for each in news), *said]


async def _answer(desk: Desk, event: Event, ask: Ask, actor: Actor, place: Place) -> list[str]:
    match ask.about:
        case Does.HELP:
            return overview.help_messages(ask.words, actor.locale)
        case Does.QUOTA:
            allowances = await desk.studio.allowances(actor, place)
            said = overview.quota_text(allowances, desk.clock.now_us(), place.time_zone, actor.locale)
            return overview.parts(said)
        case Does.HISTORY:
            found = await desk.studio.history(actor, place, ask.words, limit=overview.HISTORY_PICTURES)
            images = found[: overview.HISTORY_PICTURES]
            standing = {each.id: await _standing(desk, event, each) for each in images}
            posts = {image: post for image, post in standing.items() if post is not None}
            return [overview.history_text(images, posts, _domain(event), ask.words, actor.locale)]
        case Does.CHARACTER:
            wish = characters.wish_in(ask.words, ask.pictures)
            answer = into(actor.locale, await characters.answered(desk.studio, wish, actor, place))
            return overview.parts(overview.mrkdwn(answer))
        case Does.USAGE | Does.ADMINISTER:
            key = f"slack:{event.team}:o:{_event_id(event)}"
            told = await desk.studio.front.told(ask.about, actor, place, ask.words, key)
            if told.sheet is None or not told.sheet.is_picture:
                return overview.parts(office.slack_names(overview.mrkdwn(office.words_of(told))))
            words = overview.parts(office.slack_names(overview.mrkdwn(told.text)))
            return [*words, await _sent(desk, event, actor, told.sheet)]
        case Does.PRIVACY:
            return overview.parts(overview.mrkdwn(into(actor.locale, await desk.studio.privacy.explain(actor))))
        case Does.IMAGINE | Does.EDIT | Does.STORYBOARD | Does.IMAGE:
            raise ValueError(f"{ask.about} is not answered in words")
        case _:
            assert_never(ask.about)


async def _sent(desk: Desk, event: Event, actor: Actor, sheet: Sheet) -> str:
    """A picture to where only this person sees it, and the sentence about it: Slack shows nobody a file alone."""
    upload = Upload(sheet.name, sheet.data, sheet.name, shorten(sheet.alt, limits.ALT_CHARACTERS))
    try:
        channel = await desk.people.direct_channel(event, actor.user)
        await api_of(desk, event).upload(event.team, channel, "", [upload], alt=desk.settings.alt_text)
    except DeliveryError:
        return "I could not send the chart to your direct messages. `table` has the same numbers."
    return "The chart comes to your direct messages with me: Slack shows no file to one person alone."


async def _standing(desk: Desk, event: Event, image: StoredImage) -> Post | None:
    """The message that shows a picture, the latest one; of a private one nobody else can follow the link."""
    shows = await desk.records.posts.of_image(event.team, ImageId(image.id))
    return shows[-1][1] if shows else None


def _domain(event: Event) -> str:
    """The workspace's name in addresses: commands and clicks tell it."""
    team = event.body.get("team")
    said = event.body.get("team_domain") or (team.get("domain") if isinstance(team, dict) else "")
    return said if isinstance(said, str) else ""


def _event_id(event: Event) -> str:
    """Its identity: a command's trigger, or a message's moment in its channel."""
    said = event.body.get("event")
    if isinstance(said, dict):
        return f"{said.get('channel')}:{said.get('ts')}"
    return str(event.body.get("trigger_id", ""))
