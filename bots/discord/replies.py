"""How Easel answers a message: a reply without a ping, posted once however often Discord sends the event.

Its nonce comes from the message's id, and Discord answers a repetition within minutes with the message that is there
("Create Message", `enforce_nonce`). That a message was taken up is written down, too: its reply must not be taken for a
new one once it has become a picture, and must not say for ever that we are at work when nobody is (`mending`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import discord
import structlog

from bots.discord.answers import cut, shown
from bots.discord.desk import Desk
from bots.discord.limits import TEXT_CHARACTERS
from bots.discord.rest import Unreachable
from bots.discord.who import language_of
from core import i18n
from core.errors import DeliveryError, Later

Payload = dict[str, Any]

WORKING: Final = i18n.say("One moment …")
WORKING_NONCE: Final = "w"
_MUTE: Final = "mute"
# https://docs.discord.com/developers/topics/opcodes-and-status-codes#json
_NO_REPLY: Final = frozenset({50035, 160002})  # the message is gone; replies need Read Message History
SENTENCE_CHARACTERS: Final = 1900  # of a sentence with its signs escaped

log = structlog.stdlib.get_logger(__name__)


def event_key(message: int) -> str:
    """How the core knows a message that asked for something."""
    return f"discord:m:{message}"


async def taken_up(desk: Desk, message: discord.Message) -> bool:
    """Whether it was before: then it is somebody's business already. From now on it is, until it is `settled`."""
    return not await desk.records.working_begun(message.id, message.channel.id)


async def working(desk: Desk, message: discord.Message) -> int | None:
    """The reply that will become the outcome: its id, or None when Discord is busy. Raises `Unreachable`."""
    try:
        content = i18n.into(await language_of(desk, message), WORKING)
        posted = await post(desk, message.channel.id, message.id, {"content": content}, WORKING_NONCE)
    except Later:
        return None  # the outcome will be a message of its own
    await desk.records.working_posted(message.id, int(posted["id"]))
    return int(posted["id"])


async def settled(desk: Desk, message: discord.Message) -> None:
    """It was answered, or became a job."""
    await desk.records.working_settled(message.id)


async def tell(
    desk: Desk,
    message: discord.Message,
    text: str,
    *,
    components: Sequence[Payload] = (),
    instead_of: int | None = None,
    part: int = 0,
) -> None:
    """Words: in the reply that said that we are at work (`instead_of`), or in a new one. Best effort."""
    payload: Payload = {"content": cut(text, TEXT_CHARACTERS), "components": list(components)}
    try:
        if instead_of is not None:
            try:
                await desk.rest.edit(message.channel.id, instead_of, payload)
            except Unreachable as error:
                log.info("an answer is posted anew", number=error.number)
            else:
                return
        await post(desk, message.channel.id, message.id, payload, f"e{part or ''}-")
    except DeliveryError as error:
        number = error.number if isinstance(error, Unreachable) else 0
        log.warning("an answer did not arrive", message=message.id, error=error.code, number=number)


async def say(desk: Desk, message: discord.Message, sentence: str, *, instead_of: int | None = None) -> None:
    """A sentence of the core's, which may quote the person."""
    read = i18n.into(await language_of(desk, message), sentence)
    await tell(desk, message, shown(read, SENTENCE_CHARACTERS), instead_of=instead_of)


async def take_back(desk: Desk, message: discord.Message, reply: int | None) -> bool:
    """A reply that says that we are at work, when nobody is. False when it still stands there."""
    if reply is None:
        return True
    try:
        await desk.rest.delete(message.channel.id, reply)
    except Later:
        return False
    except DeliveryError:  # it is gone already, or out of reach
        return True
    return True


async def tell_alone(desk: Desk, message: discord.Message, text: str) -> None:
    """By direct message, once for each person and channel: where Easel may not write, this is the only way."""
    person = message.author.id
    if not await desk.records.first_time(_MUTE, f"{message.channel.id}/{person}"):
        return
    try:
        channel = await desk.rest.direct_channel(person)
        await desk.rest.send(channel, {"content": text}, nonce=f"d{message.id}")
    except DeliveryError as error:
        log.info("a person cannot be told", message=message.id, error=error.code)


async def post(desk: Desk, channel: int, asked: int, payload: Payload, kind: str) -> Payload:
    """Answer that message, as a reply where that is possible. The same `kind` again is the same message."""
    nonce = f"{kind}{asked}"
    reference = {"message_id": str(asked), "fail_if_not_exists": False}
    try:
        return await desk.rest.send(channel, payload | {"message_reference": reference}, nonce=nonce)
    except Unreachable as error:
        if error.number not in _NO_REPLY:
            raise
    return await desk.rest.send(channel, payload, nonce=nonce)
