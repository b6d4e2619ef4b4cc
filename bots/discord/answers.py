"""How a handler talks: acknowledge first, then work, and say a sentence when it does not end in a picture.

Discord waits three seconds for the first answer and gives an interaction's token fifteen minutes ("Receiving and
Responding to Interactions"). What was answered so far is noted on the interaction itself, so that `say` finds the way
that is left: the first answer, an edit of it, or a follow-up that only the person sees.

Payloads are plain dicts: discord.py's own modals and views are registered in a process, and die with it.
"""

from __future__ import annotations

import contextlib
import re
import traceback
import unicodedata
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

import aiohttp
import discord
import structlog
from discord.http import Route
from discord.webhook.async_ import async_context

from bots.discord.precedence import Precedence
from bots.discord.speaking import for_reader
from bots.discord.who import locale_of
from core import i18n
from core.errors import EaselError

if TYPE_CHECKING:
    from bots.discord.desk import Desk

Payload: TypeAlias = "dict[str, Any]"
EventT = TypeVar("EventT", "discord.Interaction", "discord.Message")
Handler: TypeAlias = "Callable[[Desk, EventT], Awaitable[None]]"

BROKEN: Final = i18n.say(
    "Something inside Easel broke. A picture that was begun will still come. Try again, and if this happens again, "
    "tell whoever runs Easel."
)
ASIDE: Final = "The answer is for the person who asked."  # seen for a moment, or where it cannot be taken away
SENTENCE_CHARACTERS: Final = 1900  # of a sentence with its signs escaped
TEXT_CHARACTERS: Final = 2000  # Discord: Message Object, content
NO_MENTIONS: Final[Payload] = {"parse": []}
EPHEMERAL: Final = 1 << 6
UNKNOWN_INTERACTION: Final = 10062  # later than three seconds, or answered by another process
ALREADY_ACKNOWLEDGED: Final = 40060  # a repetition of what had arrived although its answer got lost
_ACK: Final = "easel"
_PRECEDENCE: Final = "easel-precedence"

_log = structlog.get_logger()


class Kind(StrEnum):
    """Discord's interaction callback types, as far as they are used here."""

    MESSAGE = "4"
    THINKING = "5"
    UPDATE = "6"
    CHOICES = "8"
    MODAL = "9"


class Ack(StrEnum):
    """What the person has been answered so far."""

    NONE = "none"
    THINKING = "thinking"  # "Easel is thinking…", for all to see
    THINKING_PRIVATE = "thinking_private"  # the same, for this person alone
    UPDATE = "update"  # a click was taken note of; nothing changed on the screen
    SAID = "said"
    MODAL = "modal"
    LOST = "lost"  # too late, or unreachable: this interaction cannot be answered any more


def ack_of(interaction: discord.Interaction) -> Ack:
    """How far this interaction was answered."""
    known = interaction.extras.get(_ACK, Ack.NONE)
    return known if isinstance(known, Ack) else Ack.NONE


async def acknowledge(interaction: discord.Interaction, *, private: bool) -> bool:
    """Show "Easel is thinking…", and with it decide who sees the answer. False when it came too late.

    After a False the work may go on, without the interaction's token.
    """
    flags = {"flags": EPHEMERAL} if private else {}
    return await _first(interaction, Kind.THINKING, flags, Ack.THINKING_PRIVATE if private else Ack.THINKING)


async def acknowledge_click(interaction: discord.Interaction) -> bool:
    """Take note of a click without changing anything on the screen. False when it came too late."""
    return await _first(interaction, Kind.UPDATE, None, Ack.UPDATE)


async def open_modal(interaction: discord.Interaction, modal: Payload) -> bool:
    """Show a form. Only a first answer may do that, and never one to a form. False when it came too late."""
    return await _first(interaction, Kind.MODAL, modal, Ack.MODAL)


async def suggest(interaction: discord.Interaction, choices: Sequence[Payload]) -> bool:
    """Answer while the person still types."""
    return await _first(interaction, Kind.CHOICES, {"choices": list(choices)[:25]}, Ack.SAID)


async def say(
    interaction: discord.Interaction, text: str, *, components: Sequence[Payload] = (), public: bool = False
) -> bool:
    """A sentence, to this person alone unless `public`; whether it arrived. `text` is ours: what a person wrote goes
    through `shown` before it is put in.

    A public "thinking…" is taken back for a private sentence: who sees a message is fixed by its first answer.
    """
    message = message_of(text if public else for_reader(locale_of(interaction), text), components, private=not public)
    try:
        match ack_of(interaction):
            case Ack.NONE:
                return await _first(interaction, Kind.MESSAGE, message, Ack.SAID)
            case Ack.THINKING if not public:
                await _aside(interaction, message)
            case Ack.THINKING | Ack.THINKING_PRIVATE:
                await _webhook(interaction, "PATCH", "/messages/@original", message)
            case Ack.UPDATE | Ack.SAID | Ack.MODAL:
                await _webhook(interaction, "POST", "", message)
            case Ack.LOST:
                return False
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        _log.warning("discord_answer_lost", interaction=interaction.id, **about(error))
        return False
    interaction.extras[_ACK] = Ack.SAID
    return True


def message_of(text: str, components: Sequence[Payload] = (), *, private: bool = True) -> Payload:
    """A message that pings nobody, cut to what Discord takes."""
    message: Payload = {"content": cut(text, TEXT_CHARACTERS), "allowed_mentions": NO_MENTIONS}
    if components:
        message["components"] = list(components)
    if private:
        message["flags"] = EPHEMERAL
    return message


# --- what people wrote -------------------------------------------------------------------------------------------

# simple-markdown, which Discord's clients parse with, takes a backslash before any sign that is no letter or digit.
_MARKED = re.compile(r"[\\*_~`|>#<\[\]()]|:(?=//)|^-|(?<=^\d)\.")
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def shown(text: str, characters: int = 300) -> str:
    """A person's words as one line that may stand in a message: no markup, no mention, no link, no reordering.

    At most `characters` of them; the escapes come on top.
    """
    visible = "".join(" " if sign.isspace() else sign for sign in text if sign.isspace() or _visible(sign))
    line = cut(" ".join(visible.split()), characters)
    return _MARKED.sub(lambda found: "\\" + found[0], line).replace("@", "@\u200b")


def cut(text: str, characters: int) -> str:
    """The text, or as much of it as fits, with an ellipsis in its end."""
    return text if len(text) <= characters else text[: max(0, characters - 1)] + "…"


def _visible(sign: str) -> bool:
    return sign not in _BIDI and unicodedata.category(sign) not in ("Cc", "Cs", "Cn")


# --- around every handler ----------------------------------------------------------------------------------------


async def guarded(desk: Desk, event: EventT, handler: Handler[EventT]) -> None:
    """Run a handler. A refusal becomes its sentence, anything else is logged and told: a person is never left alone."""
    try:
        await handler(desk, event)
    except EaselError as error:
        sentence = _read_by(event, error.sentence)
        await _tell(event, shown(sentence, SENTENCE_CHARACTERS))  # it may quote what a person wrote
    except Exception as error:  # noqa: BLE001 - the last stop before the library, which would only print it
        _log.error("discord_handler_failed", event_id=event.id, handler=handler.__module__, **about(error))
        if _is_for(desk.settings.application, event):
            await _tell(event, _read_by(event, BROKEN))


def _read_by(event: discord.Interaction | discord.Message, sentence: str) -> str:
    """In the language of the person, or of the server whose people read the answer to a message.

    What its administrators decided is not asked: what broke a handler may break that, too.
    """
    if isinstance(event, discord.Interaction):
        return for_reader(locale_of(event), sentence)
    return i18n.into(locale_of(event), sentence)


async def _tell(event: discord.Interaction | discord.Message, sentence: str) -> None:
    if isinstance(event, discord.Interaction):
        if event.type is not discord.InteractionType.autocomplete:
            await say(event, sentence)
    elif not event.author.bot:  # two bots that tell each other what went wrong never end
        await reply(event, sentence)


def _is_for(me: int | None, event: discord.Interaction | discord.Message) -> bool:
    """Whether a person spoke to Easel for certain. Most messages are words between people, whatever breaks here."""
    if isinstance(event, discord.Interaction) or event.guild is None:
        return True
    replied = event.reference.resolved if event.reference is not None else None
    asked = isinstance(replied, discord.Message) and replied.author.id == me
    return asked or any(person.id == me for person in event.mentions)


async def reply(message: discord.Message, text: str) -> bool:
    """Answer a message with a sentence, without a ping; whether it arrived."""
    try:
        await message.channel.send(
            cut(text, TEXT_CHARACTERS),
            reference=message.to_reference(fail_if_not_exists=False),
            allowed_mentions=discord.AllowedMentions.none(),
        )
    except (discord.DiscordException, aiohttp.ClientError, OSError) as error:  # `RateLimited` is no HTTPException
        _log.warning("discord_reply_lost", message=message.id, **about(error))
        return False
    return True


def about(error: BaseException) -> Payload:
    """What a log line may hold of an error: never its text, which may quote what a person wrote."""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    told: Payload = {
        "error": type(error).__name__,
        "at": " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames)),
    }
    if isinstance(error, discord.HTTPException):
        told |= {"status": error.status, "code": error.code}
    return told


@contextlib.contextmanager
def goes_first(precedence: Precedence, interaction: discord.Interaction) -> Iterator[None]:
    """Around the handling of an interaction: until its first answer, what follows others' answers comes after it."""
    interaction.extras[_PRECEDENCE] = precedence
    precedence.heard(interaction.id)
    try:
        yield
    finally:
        precedence.answered(interaction.id)


# --- on the wire -------------------------------------------------------------------------------------------------


async def _first(interaction: discord.Interaction, kind: Kind, data: Payload | None, then: Ack) -> bool:
    """The first answer. That it had been given already is as good as giving it.

    When very many ask at once, it returns after most of the others' first answers.
    """
    precedence = interaction.extras.get(_PRECEDENCE)
    if not isinstance(precedence, Precedence):
        return await _answered_first(interaction, kind, data, then)
    async with precedence.acknowledging(interaction.id):
        arrived = await _answered_first(interaction, kind, data, then)
    await precedence.others_first()
    return arrived


async def _answered_first(interaction: discord.Interaction, kind: Kind, data: Payload | None, then: Ack) -> bool:
    payload: Payload = {"type": int(kind)}
    if data is not None:
        payload["data"] = data
    route = Route(
        "POST",
        "/interactions/{webhook_id}/{webhook_token}/callback",
        webhook_id=interaction.id,
        webhook_token=interaction.token,
    )
    try:
        await async_context.get().request(route, interaction._session, payload=payload, params={"with_response": "1"})
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        if getattr(error, "code", None) != ALREADY_ACKNOWLEDGED:
            interaction.extras[_ACK] = Ack.LOST
            _log.warning("discord_acknowledgement_lost", interaction=interaction.id, **about(error))
            return False
    interaction.extras[_ACK] = then
    return True


async def _aside(interaction: discord.Interaction, message: Payload) -> None:
    """A private sentence beside a public "thinking…", which goes.

    While it thinks, the first follow-up would become the public answer; and once it is deleted Discord has refused any
    follow-up (https://github.com/discord/discord-api-docs/issues/2739). So it is ended first, and deleted last.
    """
    with suppress(discord.NotFound):  # the person has dismissed it already
        await _webhook(interaction, "PATCH", "/messages/@original", {"content": ASIDE, "allowed_mentions": NO_MENTIONS})
    await _webhook(interaction, "POST", "", message)
    with suppress(discord.HTTPException, aiohttp.ClientError, OSError):  # the sentence has arrived
        await _webhook(interaction, "DELETE", "/messages/@original", None)


async def _webhook(interaction: discord.Interaction, method: str, path: str, payload: Payload | None) -> None:
    route = Route(
        method,
        "/webhooks/{webhook_id}/{webhook_token}" + path,
        webhook_id=interaction.application_id,
        webhook_token=interaction.token,
    )
    await async_context.get().request(route, interaction._session, payload=payload)
