"""What an image API says of a failure, as one of Easel's errors: a sentence for people, a note for the operator.

Pure. The rows are in `failure_rows`, the shapes of bodies in `failure_body`. Nothing that a server says is ever shown
to a person; the operator's note has the server's message, cut, and without anything that looks like a key.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from math import isfinite
from typing import Any, Final, assert_never

from core.errors import (
    CannotDraw,
    DrawingFailed,
    Moderated,
    OutcomeUnknown,
    ProviderBusy,
    ProviderError,
    ProviderUnavailable,
    ProviderUnusable,
)
from core.i18n import Said, listed, phrase, say
from core.providers.openai.failure_body import Told, told_in, told_of
from core.providers.openai.failure_rows import Meaning, Row, row_of
from core.wording import duration

BODY_BYTES_MAX: Final = 64 * 1024
RETRY_SECONDS_MAX: Final = 120.0  # as openai-python (_base_client.py): a longer wait is not believed
_SECOND_US: Final = 1_000_000
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9_.:=\-]{1,100}", re.ASCII)
# OpenAI; Azure's gateway; LiteLLM; Cloudflare, in front of most of them
_REQUEST_ID_HEADERS: Final = ("x-request-id", "apim-request-id", "x-litellm-call-id", "cf-ray")
_NOT_TO_BE_LEFT_OUT: Final = frozenset({"model", "prompt", "image", "images", "input"})

# The names of the safety checks' categories (openai-openapi, `Moderation`; Azure's content filter), in plain words.
CATEGORIES: Final[Mapping[str, Said]] = {
    "harassment": say("harassment"),
    "harassment/threatening": say("threats"),
    "hate": say("hate"),
    "hate/threatening": say("hate with threats"),
    "illicit": say("something illegal"),
    "illicit/violent": say("something illegal and violent"),
    "self-harm": say("self-harm"),
    "self-harm/intent": say("self-harm"),
    "self-harm/instructions": say("instructions for self-harm"),
    "sexual": say("sexual content"),
    "sexual/minors": say("sexual content with minors"),
    "violence": say("violence"),
    "violence/graphic": say("graphic violence"),
    "jailbreak": say("an attempt to get around the rules"),
    "protected-material": say("a protected work"),
    "copyright": say("a protected work"),
    "public-figures": say("a real person"),
}


class UnknownParameter(CannotDraw):
    """The server refuses a parameter by its name. It can be left out, and the request sent again: nothing was drawn."""

    def __init__(self, what: str, remedy: str = "", *, note: str = "", parameter: str) -> None:
        super().__init__(what, remedy, note=note)
        self.parameter = parameter  # without what stands inside it: `tools`, not `tools[0].n`


class RefusedValue(CannotDraw):
    """The server knows the parameter and refuses its value: a size, a quality, a transparent background."""

    def __init__(self, what: str, remedy: str = "", *, note: str = "", parameter: str) -> None:
        super().__init__(what, remedy, note=note)
        self.parameter = parameter  # "" when it was not named


class NotThere(ProviderUnusable):
    """What was asked for by its name is not there: a model, a path, or an answer that is no longer kept."""


def failure_of(
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    *,
    label: str,
    hidden: Iterable[str] = (),
    pictures: bool = False,
    now_us: int | None = None,
) -> ProviderError:
    """The error that an answer stands for. `headers` by names in small letters, `body` its first 64 KB.

    `label`: what people call the provider. `hidden`: texts that the note must not repeat (the key, the prompt).
    `pictures`: whether pictures were handed in, so that "your words" may be not all that was declined. `now_us`: for a
    Retry-After that names a moment, when the answer has no date of its own.
    """
    told = told_of(status, headers.get("content-type", ""), body[:BODY_BYTES_MAX], tuple(hidden))
    after_seconds = retry_after(headers, now_us=now_us)
    return _error(told, row_of(told), label, request_id_of(headers), after_seconds, pictures=pictures)


def failure_in_event(
    error: Mapping[str, Any],
    *,
    label: str,
    request_id: str = "",
    hidden: Iterable[str] = (),
    pictures: bool = False,
) -> ProviderError:
    """The error of an error object inside an answer that had begun well (status 200, an event of a stream).

    The request was let in, so "too many requests" and "overloaded" no longer mean that nothing was begun: they may be
    billed and are a `DrawingFailed`.
    """
    told = told_in(error, 0, tuple(hidden))
    failure = _error(told, row_of(told), label, request_id, None, pictures=pictures)
    if isinstance(failure, ProviderUnavailable) and not isinstance(failure, ProviderUnusable):
        return DrawingFailed(failure.what, failure.remedy, note=failure.note)
    return failure


def unreachable(label: str, why: str) -> ProviderUnavailable:
    """No connection came about: certainly nothing was asked."""
    return ProviderUnavailable(
        say("{label} cannot be reached at the moment.", label=label),
        say("Ask again in a few minutes."),
        note=f"not connected: {why}",
    )


def answer_lost(label: str, why: str, *, request_id: str = "") -> OutcomeUnknown:
    """It was asked, and the answer did not come or broke off."""
    return OutcomeUnknown(
        say("{label} was asked, and its answer was lost on the way.", label=label),
        say("A moderator can look this job up."),
        note=", ".join(part for part in (f"answer lost: {why}", _request(request_id)) if part),
    )


def no_picture(label: str, why: str, *, request_id: str = "") -> DrawingFailed:
    """It answered properly, with nothing in it that could be used."""
    return DrawingFailed(
        say("{label} sent an answer that holds no picture.", label=label),
        say("Ask again."),
        note=", ".join(part for part in (f"unusable answer: {why}", _request(request_id)) if part),
    )


def request_id_of(headers: Mapping[str, str]) -> str:
    """By which the provider's own people find this request; "" where there is none."""
    found = (headers.get(name, "") for name in _REQUEST_ID_HEADERS)
    return next((one for one in found if _REQUEST_ID.fullmatch(one)), "")


def retry_after(headers: Mapping[str, str], *, now_us: int | None = None) -> float | None:
    """How many seconds to wait, 120 at most: `retry-after-ms`, or `retry-after` in seconds or as a date (RFC 9110).

    A date is taken relative to the answer's own `date`, so that it does not matter how our clock is set.
    """
    milliseconds = _number(headers.get("retry-after-ms", ""))
    said = headers.get("retry-after", "")
    seconds = milliseconds / 1000 if milliseconds is not None else _number(said)
    if seconds is None:
        until, now = _moment(said), _moment(headers.get("date", ""))
        now_seconds = now.timestamp() if now else None if now_us is None else now_us / _SECOND_US
        if until is None or now_seconds is None:
            return None
        seconds = until.timestamp() - now_seconds
    return min(max(seconds, 0.0), RETRY_SECONDS_MAX)


def _error(
    told: Told, row: Row, label: str, request_id: str, after_seconds: float | None, *, pictures: bool
) -> ProviderError:
    what, remedy, note = say(row.what, label=label), phrase(row.remedy), _note(told, request_id)
    match row.meaning:
        case Meaning.MODERATED:
            what = _declined(told, label, pictures=pictures)
            return Moderated(what, remedy, note=note, stage=told.stage, categories=told.categories)
        case Meaning.CANNOT:
            return CannotDraw(what, remedy, note=note)
        case Meaning.REFUSED_VALUE:
            return RefusedValue(what, remedy, note=note, parameter=told.parameter)
        case Meaning.UNKNOWN_PARAMETER:
            parameter = re.split(r"[.\[]", told.parameter)[0]
            if not parameter or parameter in _NOT_TO_BE_LEFT_OUT:
                return CannotDraw(what, remedy, note=note)
            return UnknownParameter(what, remedy, note=note, parameter=parameter)
        case Meaning.UNUSABLE:
            return ProviderUnusable(what, remedy, note=note)
        case Meaning.NOT_THERE:
            return NotThere(what, remedy, note=note)
        case Meaning.BUSY:
            if after_seconds is not None:
                remedy = say("Ask again {duration}.", duration=duration(int(after_seconds * _SECOND_US)))
            return ProviderBusy(what, remedy, note=note, after_seconds=after_seconds)
        case Meaning.UNAVAILABLE:
            return ProviderUnavailable(what, remedy, note=note)
        case Meaning.FAILED:
            return DrawingFailed(what, remedy, note=note)
        case Meaning.UNKNOWN:
            return OutcomeUnknown(what, remedy, note=note)
        case _:
            assert_never(row.meaning)


def _declined(told: Told, label: str, *, pictures: bool) -> Said:
    """`... declined your words, because of sexual content and violence.`"""
    yours = say("your words or your pictures") if pictures else say("your words")
    thing = {"input": yours, "output": say("the finished picture")}.get(told.stage, say("this request"))
    reasons = list(dict.fromkeys(CATEGORIES[name] for name in told.categories if name in CATEGORIES))
    if not reasons:
        return say("{label}'s safety check declined {thing}.", label=label, thing=thing)
    return say(
        "{label}'s safety check declined {thing}, because of {reasons}.",
        label=label,
        thing=thing,
        reasons=listed(reasons, "and"),
    )


def _note(told: Told, request_id: str) -> str:
    parts = (
        f"status {told.status}" if told.status else "in an answer",
        "/".join(name for name in (told.kind, told.code) if name),
        f"param {told.parameter}" if told.parameter else "",
        f"{told.stage} {','.join(told.categories)}".strip() if told.moderated else "",
        "" if told.message else f"body: {told.form.value}",
        _request(request_id),
    )
    said = ", ".join(part for part in parts if part)
    return f"{said}: {told.message}" if told.message else said


def _request(request_id: str) -> str:
    return f"request {request_id}" if request_id else ""


def _number(said: str) -> float | None:
    try:
        number = float(said.strip())
    except ValueError:
        return None
    return number if isfinite(number) else None


def _moment(said: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(said)
    except ValueError:
        return None
    return found if found.tzinfo else None
