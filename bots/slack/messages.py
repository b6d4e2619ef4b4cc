"""Messages: a mention, a turn in a thread, a file, a direct message.

What is drawn comes into the thread of the message that asked. Until then a message of ours stands there that says how
far it is; sentences are for the person who asked alone.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Final, assert_never

import structlog

from bots.slack import answering, blocks, choosing, hints, listening, office, photos, replies, threads, who
from bots.slack.answers import api_of, say, welcome
from bots.slack.asking import Unreachable
from bots.slack.desk import Desk
from bots.slack.destination import Spot, encode
from bots.slack.event import Event
from bots.slack.listening import Message, message_of
from bots.slack.text import shown
from core import i18n
from core.commands import Does
from core.conversation.meaning import Ask, Draw, Hint, Silence, Why
from core.conversation.understanding import understand
from core.conversation.wishes import Waiting, Wish
from core.errors import Conflict, DeliveryError, Refused, WhichPicture
from core.model import Admitted, Destination, ImageRequest, Operation, Progress, StageName

# A mention comes as two events, `app_mention` and `message`, in any order, and only the second is sure to tell of the
# files (docs.slack.dev, "app_mention event"). The first one waits for it for so long.
TWIN_SECONDS: Final = 0.3
ALONE: Final = i18n.say("It is for you alone, so it will come into your direct messages with me.")
_SEEN: Final = "message"
# What the Messages tab offers to somebody who does not know what to say: a title, and what is said then.
PROMPTS: Final = (
    ("Draw a place", "A lighthouse at dusk, long shadows, calm sea"),
    ("Make a poster", "A concert poster with the words “OPEN AIR”, bold shapes --ar 2:3"),
    ("Tell a story", "/storyboard A fox finds a kite, flies it over the hills, and gives it back to its owner"),
    ("What can you do?", "help"),
)

_log = structlog.get_logger()


async def handle(desk: Desk, event: Event) -> None:
    """A message that Easel may see. Most of them are words between people, and stay that. Raises a `Refused`."""
    message = message_of(event)
    if message is None:
        return
    if message.said.get("type") == "app_mention" and not message.said.get("files"):
        await desk.clock.sleep(TWIN_SECONDS)
    glanced = await listening.glance(desk, message)
    if glanced is None or not await desk.records.first_time(_SEEN, message.scope) or not await welcome(desk, event):
        return
    heard = await listening.listen(desk, message, glanced)
    if heard.pictures and not heard.words.strip():
        await photos.posted(desk.records, message.place, message.ts, heard.pictures)
    match meaning := understand(heard):
        case Draw(operation=Operation.EDIT) if not meaning.prompt.strip():
            await _hint(desk, message, Why.NO_WORDS)
        case Draw():
            await _draw(desk, message, meaning)
        case Ask():
            await _answer(desk, message, meaning)
        case Hint():
            await _hint(desk, message, meaning.why)
        case Silence():
            return
        case _:
            assert_never(meaning)


async def opened(desk: Desk, event: Event) -> None:
    """The Messages tab was opened (`app_home_opened`): what could be said there. Best effort."""
    said = event.body.get("event")
    if not isinstance(said, dict) or said.get("tab") != "messages" or not who.channel_of(event):
        return
    try:
        await api_of(desk, event).suggest(event.team, who.channel_of(event), PROMPTS, "What shall I draw?")
    except DeliveryError as error:  # the scope may be missing, and nobody misses a suggestion
        _log.info("slack_suggestions_lost", error=error.code)


# --- pictures --------------------------------------------------------------------------------------------------------


async def _draw(desk: Desk, message: Message, draw: Draw) -> None:
    """Say that we are at work, make the request."""
    event, wish = message.event, Wish(draw.operation, draw.prompt, draw.options)
    alone = wish.private and not message.direct
    spot = Spot(
        team=event.team,
        enterprise=event.enterprise,
        channel=message.channel,
        user=who.user_of(event),
        thread=message.root,
        private=alone,
        direct=message.direct,
        asked=message.ts,
        status=not alone,
    )
    key = f"slack:{event.team}:m:{message.channel}:{message.ts}"
    await desk.records.undertakings.begun(key, spot)
    async with desk.turns.mine():
        await _taken_up(desk, message, draw, spot, key)


async def _taken_up(desk: Desk, message: Message, draw: Draw, spot: Spot, key: str) -> None:
    """Its turn has come. From the second word that it is begun on, "One moment …" may stand there."""
    event = message.event
    actor, place = await desk.people.actor_of(event), await desk.people.place_of(event)
    await choosing.close(desk.records, message.question)
    spot = replace(spot, name=actor.name)
    await desk.records.undertakings.begun(key, spot)
    if not spot.private:
        try:
            spot = replace(spot, placeholder=await replies.working(desk, message))
        except Unreachable as error:  # not a member, archived, muted: nothing could be shown there
            await desk.records.undertakings.settled(key)
            await replies.cannot_post(desk, message, error.reason)
            return
        await desk.records.undertakings.begun(key, spot)
    if not message.thread:  # before it is a job: this process may end between the two, and the picture will come
        await threads.begin(desk.records, event.team, message.channel, message.ts)
    request = ImageRequest(
        event_key=key,
        actor=actor,
        place=place,
        destination=encode(spot),
        operation=draw.operation,
        prompt=draw.prompt,
        options=draw.options,
        attachments=draw.attachments,
        chosen=draw.chosen,
        pick=draw.pick,
        replied=draw.replied,
        replied_by=draw.replied_by,
        in_thread=draw.in_thread,
    )
    await _request(desk, message, request, spot)


async def _request(desk: Desk, message: Message, request: ImageRequest, spot: Spot) -> None:
    """Make it a job. Whatever keeps it from becoming one, nothing says any longer that we are at work."""
    at_work = cut_short = False
    try:
        admitted = await desk.studio.submit(request)
        at_work = not admitted.again
    except WhichPicture as error:
        await _ask_which(desk, message, request, error, spot)
        at_work = True
    except Conflict:  # admitted before, when the newest picture was another one
        return
    except asyncio.CancelledError:  # this process ends: what is left, the next one mends
        cut_short = True
        raise
    except Refused as error:
        if not spot.direct:
            raise
        # Where nobody else reads, it takes the place of what is there.
        sentence = shown(i18n.into(request.actor.locale, error.sentence), replies.SENTENCE_CHARACTERS)
        at_work = await replies.instead(desk, message, spot.placeholder, sentence)
    else:
        if at_work:
            await _begun(desk, message, request.destination, spot, admitted)
    finally:
        if not cut_short and (at_work or await replies.take_back(desk, message, spot.placeholder)):
            await desk.records.undertakings.settled(request.event_key)


async def _begun(desk: Desk, message: Message, destination: Destination, spot: Spot, admitted: Admitted) -> None:
    """It is a job from now on, and the thread knows of it."""
    team, channel = message.event.team, message.channel
    await photos.forget(desk.records, message.place)
    if spot.private:
        await say(desk, message.event, ALONE)
    else:
        now_us = desk.clock.now_us()
        await threads.working(desk.records, team, channel, message.root, admitted.job, now_us)
    if admitted.ahead:
        await desk.adapter.progress(destination, Progress(admitted.job, StageName.QUEUED, ahead=admitted.ahead))


async def _ask_which(desk: Desk, message: Message, request: ImageRequest, error: WhichPicture, spot: Spot) -> None:
    """The select goes on from here, and so does a message with the number, in whichever process gets it."""
    wish = Wish(request.operation, request.prompt, request.options)
    waiting = Waiting(wish, request.actor.user, error.choices)
    row = await choosing.ask(desk.records, waiting, message.question)
    text = f"{shown(error.what)} Choose one, or answer with its number."
    await replies.instead(desk, message, spot.placeholder, text, [blocks.section(text), row])


async def _hint(desk: Desk, message: Message, why: Why) -> None:
    event = message.event
    scope = f"{event.team}/{message.channel}/{who.user_of(event)}"
    sentence = await hints.due(desk.records, why, scope)
    if sentence is not None:
        await say(desk, event, sentence)


# --- questions that are answered in words ----------------------------------------------------------------------------


async def _answer(desk: Desk, message: Message, ask: Ask) -> None:
    """For the person alone, wherever they asked."""
    event = message.event
    if ask.about is Does.HELP and not ask.words and not message.direct:
        await say(desk, event, hints.HELLO)
        return
    if ask.about in office.ORDERS:
        ask = replace(ask, words=listening.ordered(message))
    for text in await answering.texts(desk, event, ask):
        await say(desk, event, text)
