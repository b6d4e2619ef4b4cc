"""How Easel answers a message: a reply without a ping, posted once however often Discord sends the event.

Its nonce comes from the message's id, and Discord answers a repetition within minutes with the message that is there
("Create Message", `enforce_nonce`). The reply that says that we are at work is written down, too: it must not be taken
for a new one once it has become a picture.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any, Final

import discord
import structlog

from bots.discord.answers import cut, shown
from bots.discord.desk import Desk
from bots.discord.limits import TEXT_CHARACTERS
from bots.discord.rest import Unreachable
from core.errors import DeliveryError, Later

Payload = dict[str, Any]

_WORKING: Final = "working"
_MUTE: Final = "mute"
# https://docs.discord.com/developers/topics/opcodes-and-status-codes#json
_NO_REPLY: Final = frozenset({50035, 160002})  # the message is gone; replies need Read Message History
_SENTENCE_CHARACTERS: Final = 1900  # of a sentence with its signs escaped

log = structlog.stdlib.get_logger(__name__)


async def working(desk: Desk, message: discord.Message, text: str) -> int | None:
    """The reply that will become the outcome: its id, or None when Discord is busy. Raises `Unreachable`."""
    try:
        posted = await _post(desk, message, {"content": text}, "w")
    except Later:
        return None  # the outcome will be a message of its own
    await desk.records.note(_WORKING, posted["id"], f"m{message.id}")
    return int(posted["id"])


async def is_taken_up(desk: Desk, message: discord.Message) -> bool:
    """Whether there is such a reply: then its outcome is somebody's business already."""
    return await desk.records.noted(_WORKING, f"m{message.id}") is not None


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
        await _post(desk, message, payload, f"e{part or ''}-")
    except DeliveryError as error:
        number = error.number if isinstance(error, Unreachable) else 0
        log.warning("an answer did not arrive", message=message.id, error=error.code, number=number)


async def say(desk: Desk, message: discord.Message, sentence: str, *, instead_of: int | None = None) -> None:
    """A sentence of the core's, which may quote the person."""
    await tell(desk, message, shown(sentence, _SENTENCE_CHARACTERS), instead_of=instead_of)


async def take_back(desk: Desk, message: discord.Message, reply: int | None) -> None:
    """A reply that says that we are at work, when nobody is. Best effort."""
    if reply is not None:
        with contextlib.suppress(DeliveryError):
            await desk.rest.delete(message.channel.id, reply)


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


async def _post(desk: Desk, message: discord.Message, payload: Payload, kind: str) -> Payload:
    """As a reply where that is possible."""
    nonce = f"{kind}{message.id}"
    reference = {"message_id": str(message.id), "fail_if_not_exists": False}
    try:
        return await desk.rest.send(message.channel.id, payload | {"message_reference": reference}, nonce=nonce)
    except Unreachable as error:
        if error.number not in _NO_REPLY:
            raise
    return await desk.rest.send(message.channel.id, payload, nonce=nonce)
