"""How a handler talks: a sentence to the person who caused an event, on the way that is left for it.

A command and a click bring a response_url, which works where Easel is no member; a message is answered in its thread,
for this person alone, and in direct messages plainly; a form without a place is answered by direct message.
"""

from __future__ import annotations

import traceback
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import structlog

from bots.slack import blocks, who
from bots.slack.api import Api
from bots.slack.asking import Unreachable
from bots.slack.event import Event, Payload
from bots.slack.text import shown
from core import i18n
from core.errors import DeliveryError, EaselError

if TYPE_CHECKING:
    from bots.slack.desk import Desk

Handler: TypeAlias = "Callable[[Desk, Event], Awaitable[None]]"

BROKEN: Final = i18n.say(
    "Something inside Easel broke. A picture that was begun will still come. Try again, and if this happens again, "
    "tell whoever runs Easel."
)
NOT_SHARED: Final = (
    "Easel does not work in channels that are shared with another organisation, nor for people of other "
    "organisations. Whoever runs Easel can allow it."
)
SENTENCE_CHARACTERS: Final = 1900

_log = structlog.get_logger()


def api_of(desk: Desk, event: Event) -> Api:
    """Slack, with the token of this event's workspace."""
    return desk.api.within(event.enterprise)


@dataclass(frozen=True, slots=True)
class _Words:
    """What is said, and where it may belong besides where the event happened."""

    text: str
    blocks: list[Payload]
    channel: str
    thread: str
    instead: bool  # of a question that only this person sees


async def say(
    desk: Desk,
    event: Event,
    text: str,
    *,
    rows: Sequence[Payload] = (),
    channel: str = "",
    thread: str = "",
    instead: bool = True,
) -> bool:
    """Words of ours in mrkdwn, to this person alone; whether they arrived. What people wrote goes through `shown`.

    `rows`: blocks under the words. `channel` and `thread`: where a form was opened, which does not say it itself.
    `instead`: of the question that was answered, when only this person sees it; otherwise beside it.
    """
    said = await read_by(desk, event, text)
    words = _Words(said, [blocks.section(said), *rows] if rows else [], channel, thread, instead)
    ways = (_by_response, _in_place, _by_direct_message)
    for way in ways:
        try:
            if await way(desk, event, words):
                return True
        except DeliveryError as error:
            reason = error.reason if isinstance(error, Unreachable) else ""
            _log.info("slack_answer_lost", way=way.__name__, error=error.code, reason=reason)
    return False


async def read_by(desk: Desk, event: Event, sentence: str) -> str:
    """The sentence in the language of the person who caused the event."""
    user = who.user_of(event)
    if not user or not isinstance(sentence, i18n.Said):
        return sentence
    return i18n.into((await desk.people.person(event, user)).locale, sentence)


async def withdraw(desk: Desk, event: Event) -> None:
    """The question that was answered goes, where only this person sees it. Best effort."""
    url = event.body.get("response_url")
    if not who.is_question(event) or not isinstance(url, str) or not url:
        return
    try:
        await desk.adapter.responses.respond(url, {"delete_original": True})
    except DeliveryError as error:
        _log.info("slack_question_stays", error=error.code)


async def welcome(desk: Desk, event: Event) -> bool:
    """Whether Easel works for this person there. Who is not welcome is told so, once for each channel."""
    if not event.shared or desk.settings.shared_channels:
        return True
    scope = f"{event.team}/{who.channel_of(event)}/{who.user_of(event)}"
    if await desk.records.first_time("shared", scope):
        await say(desk, event, NOT_SHARED)
    return False


async def guarded(desk: Desk, event: Event, handler: Handler) -> None:
    """Run a handler. A refusal becomes its sentence, anything else is logged and told: a person is never left alone.

    A message is looked at by its own handler first: most of them are not said to Easel.
    """
    try:
        if "event" in event.body or await welcome(desk, event):
            await handler(desk, event)
    except EaselError as error:
        await _tell(
            desk, event, shown(await read_by(desk, event, error.sentence), SENTENCE_CHARACTERS)
        )  # it may quote what a person wrote
    except Exception as error:  # noqa: BLE001 - the last stop: nobody else would tell the person
        _log.error("slack_handler_failed", handler=getattr(handler, "__module__", ""), **about(error))
        if _is_for_easel(event):
            await _tell(desk, event, BROKEN)


def about(error: BaseException) -> dict[str, Any]:
    """What a log line may hold of an error: never its text, which may quote what a person wrote."""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    at = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames))
    return {"error": type(error).__name__, "at": at}


async def _tell(desk: Desk, event: Event, sentence: str) -> None:
    try:
        await say(desk, event, sentence)
    except Exception as error:  # noqa: BLE001 - what broke the handler may break this, too
        _log.error("slack_answer_failed", **about(error))


def _is_for_easel(event: Event) -> bool:
    """Whether a person spoke to Easel for certain. Most messages are words between people, whatever breaks here."""
    inner = event.body.get("event")
    if not isinstance(inner, dict):
        return True
    return who.is_message(event) and (
        inner.get("channel_type") == "im" or f"<@{event.me}" in str(inner.get("text", ""))
    )


# --- the ways --------------------------------------------------------------------------------------------------------


async def _by_response(desk: Desk, event: Event, words: _Words) -> bool:
    """Only a question that nobody else sees is replaced, by the address that its own button brought along."""
    url = event.body.get("response_url")
    if not isinstance(url, str) or not url:
        return False
    said: Payload = {"text": words.text, "response_type": "ephemeral"}
    if who.is_question(event):
        said["replace_original"] = words.instead
    if words.blocks:
        said["blocks"] = words.blocks
    root = words.thread or who.thread_of(event)
    if root:
        said["thread_ts"] = root
    return await desk.adapter.responses.respond(url, said)


async def _in_place(desk: Desk, event: Event, words: _Words) -> bool:
    """Where it happened. In a thread without an answer nobody would see an ephemeral message: it goes to the channel.

    https://docs.slack.dev/reference/methods/chat.postEphemeral#arg_thread_ts
    """
    user, where, api = who.user_of(event), words.channel or who.channel_of(event), api_of(desk, event)
    if not user or not where:
        return False
    root = words.thread or who.thread_of(event)
    if await desk.people.is_direct(event, where):
        await api.post(event.team, where, words.text, words.blocks, root)
        return True
    inner = event.body.get("event")
    if isinstance(inner, dict):
        root = str(inner.get("thread_ts") or "")
    await api.ephemeral(event.team, where, user, words.text, words.blocks, root)
    return True


async def _by_direct_message(desk: Desk, event: Event, words: _Words) -> bool:
    user = who.user_of(event)
    if not user or event.shared:  # people of other organisations are not written to
        return False
    channel = await desk.people.direct_channel(event, user)
    await api_of(desk, event).post(event.team, channel, words.text, words.blocks)
    return True
