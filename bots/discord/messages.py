"""Messages: a mention, a reply, a turn in a thread, a direct message.

The answer is a reply that says that we are at work, and becomes the picture, or the sentence why there is none. It is
posted before the request is made, so that the job knows it; an event that Discord sends twice finds it again.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Final, assert_never

import discord

from bots.discord import approving, choosing, hints, office, overview, own_data, replies, who
from bots.discord.answers import shown
from bots.discord.components import question
from bots.discord.desk import Desk
from bots.discord.destination import encode
from bots.discord.listening import listen, my_id
from bots.discord.rest import Unreachable
from bots.discord.rights import lacking
from bots.discord.spots import spot_of_message
from core.administration.asking import more_offer
from core.commands import Does
from core.conversation import characters
from core.conversation.meaning import Ask, Draw, Hint, Silence, Why
from core.conversation.understanding import understand
from core.conversation.wishes import Waiting, Wish
from core.errors import Conflict, QuotaExceeded, Refused, WhichPicture
from core.i18n import into, joined, say
from core.model import Admitted, Destination, ImageId, ImageRequest, Progress, StageName
from core.options import spoken

_PEOPLE: Final = frozenset({discord.MessageType.default, discord.MessageType.reply})


async def handle(desk: Desk, message: discord.Message) -> None:
    """A message that Easel may see. Most of them are words between people, and stay that."""
    if not by_a_person(message):
        return
    try:
        heard = await listen(desk, message)
        if heard is None:
            return
        match meaning := understand(heard):
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
    except Refused as error:
        await replies.say(desk, message, error.sentence)


def by_a_person(message: discord.Message) -> bool:
    """Bots, webhooks and Discord's own notices start nothing: two bots that answer each other never end."""
    return not message.author.bot and message.webhook_id is None and message.type in _PEOPLE


async def _draw(desk: Desk, message: discord.Message, draw: Draw) -> None:
    """Post the reply, make the request."""
    rights = lacking(message)
    if rights.to_speak:
        await replies.tell_alone(desk, message, _may_not_speak(rights.to_speak))
        return
    if rights.to_draw:
        await replies.tell(desk, message, _may_not_draw(rights.to_draw))
        return
    if await replies.taken_up(desk, message):  # Discord sends an event again when a connection is taken up
        return
    try:
        placeholder = await replies.working(desk, message)
    except Unreachable:  # a permission that was not known, a channel that is gone: nothing could be shown there
        await replies.settled(desk, message)
        await replies.tell_alone(desk, message, _may_not_speak(("Send Messages",)))
        return
    answered = False
    try:
        await _request(desk, message, draw, placeholder)
        answered = True
    finally:  # whoever handles an error says so in a message of its own
        if answered or await replies.take_back(desk, message, placeholder):
            await replies.settled(desk, message)


async def _request(desk: Desk, message: discord.Message, draw: Draw, placeholder: int | None) -> None:
    """Make the request. A refusal is told in the reply that is there already."""
    try:
        async with approving.asking(desk):
            destination, admitted = await _submit(desk, message, draw, placeholder)
    except WhichPicture as error:
        await _ask_which(desk, message, draw, error, placeholder)
    except QuotaExceeded as error:
        offer = None if message.guild is None else more_offer(error)
        row = [] if offer is None else question((offer,), await who.language_of(desk, message))
        language = await who.language_of(desk, message)
        sentence = shown(into(language, error.sentence), replies.SENTENCE_CHARACTERS)
        await replies.tell(desk, message, sentence, components=row, instead_of=placeholder)
    except Conflict:  # admitted before, when the newest picture was another one
        await replies.take_back(desk, message, placeholder)
    except Refused as error:
        await replies.say(desk, message, error.sentence, instead_of=placeholder)
    else:
        if admitted.again:
            await replies.take_back(desk, message, placeholder)
        elif admitted.ahead:
            await desk.adapter.progress(destination, Progress(admitted.job, StageName.QUEUED, ahead=admitted.ahead))


async def _submit(
    desk: Desk, message: discord.Message, draw: Draw, placeholder: int | None
) -> tuple[Destination, Admitted]:
    application = desk.settings.application or my_id(message)
    spot = spot_of_message(message, application, spoiler=desk.settings.spoiler)
    wish = Wish(draw.operation, draw.prompt, draw.options)
    destination = encode(replace(spot, placeholder=placeholder, private=wish.private and message.guild is not None))
    request = ImageRequest(
        event_key=replies.event_key(message.id),
        actor=who.actor_of(message),
        place=who.place_of(message, desk.time_zone),
        destination=destination,
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
    return destination, await desk.studio.submit(request)


async def _ask_which(
    desk: Desk, message: discord.Message, draw: Draw, error: WhichPicture, placeholder: int | None
) -> None:
    """The select goes on from here, and so does a reply with the number, in whichever process gets it."""
    waiting = Waiting(Wish(draw.operation, draw.prompt, draw.options), str(message.author.id), error.choices)
    select = await choosing.ask(desk.records, waiting)
    question = joined((error.what, say("Choose one, or answer with its number.")))
    text = into(await who.language_of(desk, message), question)
    await replies.tell(desk, message, text, components=select, instead_of=placeholder)


async def _hint(desk: Desk, message: discord.Message, why: Why) -> None:
    sentence = await hints.due(desk.records, why, channel=message.channel.id, person=message.author.id)
    if sentence is not None:
        await replies.tell(desk, message, into(await who.language_of(desk, message), sentence))


# --- questions that are answered in words ------------------------------------------------------------------------


async def _answer(desk: Desk, message: discord.Message, ask: Ask) -> None:
    """In direct messages in full. In a channel everybody reads it: what is the person's own is not said there."""
    if message.guild is not None:
        is_help = ask.about is Does.HELP
        read = partial(into, await who.language_of(desk, message))
        words = overview.help_messages(ask.words, read)[0] if ask.words else read(hints.HELLO)
        await replies.tell(desk, message, words if is_help else read(hints.as_command(ask.about.value)))
        return
    texts = (*await desk.records.take_from_inbox(message.author.id), *await _texts(desk, message, ask))
    for part, text in enumerate(texts):
        await replies.tell(desk, message, text, part=part)


async def _texts(desk: Desk, message: discord.Message, ask: Ask) -> list[str]:
    actor, place = who.actor_of(message), who.place_of(message, desk.time_zone)
    match ask.about:
        case Does.HELP:
            return overview.help_messages(ask.words, partial(into, actor.locale))
        case Does.QUOTA:
            allowances = await desk.studio.allowances(actor, place)
            return overview.parts(overview.quota_text(allowances, desk.clock.now_us(), actor.locale))
        case Does.HISTORY:
            found = await desk.studio.history(actor, place, ask.words, limit=overview.HISTORY_PICTURES)
            images = found[: overview.HISTORY_PICTURES]
            standing = {image.id: await desk.studio.messages_of_picture(ImageId(image.id)) for image in images}
            messages = {image: refs[0] for image, refs in standing.items() if refs}
            return [overview.history_text(images, messages, None, ask.words, actor.locale)]
        case Does.CHARACTER:
            wish = characters.wish_in(ask.words, ask.pictures)
            return overview.parts(into(actor.locale, await characters.answered(desk.studio, wish, actor, place)))
        case Does.USAGE | Does.ADMINISTER:
            return await office.texts(desk, message, ask.about, ask.words)
        case Does.PRIVACY:
            return await own_data.texts(desk, message)
        case Does.IMAGINE | Does.EDIT | Does.STORYBOARD | Does.IMAGE:
            raise ValueError(f"{ask.about} is not answered in words")
        case _:
            assert_never(ask.about)


def _may_not_speak(names: tuple[str, ...]) -> str:
    return (
        "I saw your message, but may not write in that channel. Nothing was drawn or charged. "
        f"A moderator can allow me there: {spoken(names, 'and')}."
    )


def _may_not_draw(names: tuple[str, ...]) -> str:
    return (
        "I may not post pictures in this channel. Nothing was drawn or charged. "
        f"A moderator can allow me here: {spoken(names, 'and')}."
    )
