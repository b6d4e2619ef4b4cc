"""What an answer of /responses says so far: how far it is, which picture counts, how it ended. Pure, and hostile input.

The document is what the provider sent, with an `Arrived` where the base64 of a picture stood. Nothing of its shape is
taken for granted: other servers speak this API, too, each with its own gaps.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, assert_never

from core.errors import CannotDraw, DrawingFailed, Moderated, ProviderError
from core.i18n import say
from core.model import StageName
from core.providers.openai.decoding import Arrived
from core.providers.openai.failures import failure_in_event, no_picture
from core.providers.openai.thinking_sources import plain_text

REVISED_CHARACTERS_MAX: Final = 1500
NOTE_CHARACTERS_MAX: Final = 80
ID_CHARACTERS_MAX: Final = 512  # a proxy packs its own routing into it; OpenAI's have about 60
_ID: Final = re.compile(rf"[A-Za-z0-9][A-Za-z0-9_.=-]{{0,{ID_CHARACTERS_MAX - 1}}}", re.ASCII)

DRAW_AGAIN: Final = say("Try again, or ask for it without thinking.")
SIMPLER: Final = say("Ask for something simpler, or for it without thinking.")
REPHRASE: Final = say("Say it differently and ask again.")

# Codes of an answer's error that only this API has (openai-python, types/responses/response_error.py).
_DECLINED: Final = frozenset(
    {"bio_policy", "image_content_policy_violation", "invalid_prompt", "misalignment_policy_violation"}
)
_BAD_PICTURES: Final = frozenset(
    {
        *("invalid_image", "invalid_image_format", "invalid_base64_image", "invalid_image_mode", "image_parse_error"),
        *("image_too_large", "image_too_small", "image_file_too_large", "unsupported_image_media_type"),
        *("empty_image_file",),
    }
)


class Status(StrEnum):
    """The life of an answer (openai-python, types/responses/response_status.py)."""

    QUEUED = "queued"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    INCOMPLETE = "incomplete"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        """Nothing will change any more."""
        return self not in (Status.QUEUED, Status.IN_PROGRESS)


def id_of(document: Mapping[str, Any]) -> str | None:
    """The id by which the answer can be asked for; None when there is none that may stand in an address."""
    found = document.get("id")
    return found if isinstance(found, str) and is_id(found) else None


def is_id(text: str) -> bool:
    """Whether this may be put into a path: one plain segment."""
    return _ID.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked, as far as sentences and notes about its end have to know."""

    label: str  # what people call the provider
    pictures: bool = False  # some were handed in, so that "your words" may be not all that was declined
    hidden: tuple[str, ...] = ()  # what must not stand in a note: the key, the person's words

    def failure(self, error: Mapping[str, Any], document: Mapping[str, Any]) -> ProviderError:
        """The error of an error object in an answer."""
        request_id, code = id_of(document) or "", str(error.get("code"))
        if code in _BAD_PICTURES:
            what = say("{label} cannot use the picture that was handed in.", label=self.label)
            return CannotDraw(what, say("Try another picture."), note=f"{code}, request {request_id}")
        if code in _DECLINED:
            error = {**error, "type": code, "code": "content_policy_violation"}
        return failure_in_event(
            error, label=self.label, request_id=request_id, hidden=self.hidden, pictures=self.pictures
        )


def status_of(document: Mapping[str, Any], asked: Asked) -> Status:
    """How far it is. A server that has no background mode answers when it is done, perhaps without a status.

    Raises the error of a document that is nothing but an error, and `DrawingFailed` for a status that there is not.
    """
    said, error = document.get("status"), document.get("error")
    if said is None and isinstance(error, Mapping) and error:
        raise asked.failure(error, document)
    if said is None and output_of(document):
        return Status.COMPLETED
    try:
        return Status(str(said))
    except ValueError as wrong:
        raise no_picture(asked.label, f"the status {plain_text(str(said), NOTE_CHARACTERS_MAX)!r}") from wrong


def output_of(document: Mapping[str, Any]) -> list[Any]:
    """The output items: reasoning, searches, drawings, the closing words. Empty when there are none."""
    output = document.get("output")
    return output if isinstance(output, list) else []


def stage_of(document: Mapping[str, Any]) -> StageName | None:
    """What a person who waits is told; None when nothing has happened yet.

    Whatever comes after the first drawing is part of checking it: looking, looking things up, drawing it once more.
    """
    stage: StageName | None = None
    drawn = False
    for item in _items(document):
        kind = item.get("type")
        if drawn:
            return StageName.CHECKING
        match kind:
            case "reasoning":
                stage = StageName.PLANNING
            case "web_search_call":
                stage = StageName.SEARCHING
            case "image_generation_call":
                stage, drawn = StageName.DRAWING, True
            case _:  # words between the tools, and kinds of items that are added to the API over time
                pass
    return stage


@dataclass(frozen=True, slots=True)
class Call:
    """One drawing that was finished: what its item says, and its picture."""

    item: Mapping[str, Any]
    picture: Arrived


def call_of(document: Mapping[str, Any]) -> Call | None:
    """The last drawing that was finished and is a picture: an earlier one was looked at and found wrong."""
    for item in reversed(_items(document)):
        result = item.get("result")
        drawn = item.get("type") == "image_generation_call" and item.get("status") in ("completed", None)
        if drawn and isinstance(result, Arrived) and result.flaw is None:
            return Call(item, result)
    return None


def trouble_of(document: Mapping[str, Any], status: Status, asked: Asked) -> ProviderError | None:
    """Why an answer that has ended is not to be used, or None when its picture counts.

    An answer that ran out of tokens after its picture was finished keeps the picture: it is paid for and whole.
    """
    note = f"response {id_of(document) or 'without an id'} is {status.value}"
    match status:
        case Status.QUEUED | Status.IN_PROGRESS:
            return None
        case Status.COMPLETED:
            return None if call_of(document) else _without_picture(document, note, asked)
        case Status.INCOMPLETE:
            reason = _inner(document, "incomplete_details").get("reason")
            note = f"{note}, {plain_text(reason, NOTE_CHARACTERS_MAX) or 'no reason given'}"
            if reason == "content_filter":
                return Moderated(say("{label}'s safety check stopped this.", label=asked.label), REPHRASE, note=note)
            if call_of(document):
                return None
            what = say("{label} ran out of room to think before it had a picture.", label=asked.label)
            return DrawingFailed(what, SIMPLER, note=note)
        case Status.FAILED:
            error = document.get("error")
            if isinstance(error, Mapping) and error:
                return asked.failure(error, document)
            return _without_picture(document, note, asked)
        case Status.CANCELLED:
            return DrawingFailed(
                say("{label} was told to stop before the picture was done.", label=asked.label),
                say("Ask again."),
                note=note,
            )
        case _:
            assert_never(status)


def _without_picture(document: Mapping[str, Any], note: str, asked: Asked) -> ProviderError:
    """It is done and there is nothing to see: declined while drawing, declined in words, or simply not drawn."""
    for item in reversed(_items(document)):
        error, result = item.get("error"), item.get("result")
        if isinstance(result, Arrived) and result.flaw is not None:
            note = f"{note}, the picture is {result.flaw.why}"
        if item.get("type") == "image_generation_call" and isinstance(error, Mapping) and error:
            return asked.failure(error, document)
    if any(_refuses(item) for item in _items(document)):
        return Moderated(
            say("{label} declined to draw this.", label=asked.label), REPHRASE, note=f"{note}, refused in words"
        )
    return DrawingFailed(
        say("{label} thought about it and sent no picture.", label=asked.label),
        DRAW_AGAIN,
        note=f"{note}, without a picture",
    )


def _refuses(item: Mapping[str, Any]) -> bool:
    content = item.get("content")
    parts = content if isinstance(content, list) else []
    return item.get("type") == "message" and any(
        isinstance(part, Mapping) and part.get("type") == "refusal" for part in parts
    )


def remark_of(status: Status) -> str:
    """A sentence for a picture whose answer broke off after it."""
    return "The thinking ran out of room before it could check this picture." if status is Status.INCOMPLETE else ""


def facts_of(document: Mapping[str, Any], call: Call) -> tuple[tuple[str, str], ...]:
    """What people may want to know who look at the details: who thought, what was asked of the image model, the id."""
    searches = sum(item.get("type") == "web_search_call" for item in _items(document))
    drawings = sum(item.get("type") == "image_generation_call" for item in _items(document))
    said = {
        "Thought by": plain_text(document.get("model"), NOTE_CHARACTERS_MAX),
        "Web searches": str(searches) if searches else "",
        "Drawn": f"{drawings} times, the last one counts" if drawings > 1 else "",
        "Quality": plain_text(call.item.get("quality"), NOTE_CHARACTERS_MAX),
        "Revised prompt": plain_text(call.item.get("revised_prompt"), REVISED_CHARACTERS_MAX),
        "Response": id_of(document) or "",
    }
    return tuple((name, value) for name, value in said.items() if value)


def _items(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [item for item in output_of(document) if isinstance(item, Mapping)]


def _inner(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = document.get(name)
    return found if isinstance(found, Mapping) else {}
