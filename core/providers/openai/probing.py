"""What a server turns out to support: what its answers to cheap questions say. Pure; `probing_asking` does the asking.

The trick that keeps it free: a picture of 1x1 pixels is asked for, which strict servers refuse before they draw. With
one option more in the same request, the refusal says which of the two the server minded. Whether that can be relied on
is found out first, with an option that nobody has: a server that passes over it would pass over any other, too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final

from core.errors import CannotDraw, DrawingFailed, Moderated, OutcomeUnknown, ProviderError, ProviderUnavailable
from core.model import Quality, Size
from core.providers.openai.connection import Sending
from core.providers.openai.failures import NotThere, RefusedValue, UnknownParameter

REQUESTS_MAX: Final = 16  # the picture itself included
MODELS, MODERATIONS, GENERATIONS, NAMES, EDITS, MASK = (
    "the list of models", "the safety check", "pictures from words", "options that nobody has",
    "pictures from pictures", "masks",
)  # fmt: skip
TEXT_CHARACTERS_MAX: Final = 160  # of what a server says, where it is shown
_SIZES: Final = frozenset({"size", "aspect_ratio", "resolution"})
_OF_SIZES: Final = re.compile(
    r"\b(?:size|resolution|dimensions?|divisible|pixels?|aspect_ratio|aspect|ratio|width|height|edge)\b", re.IGNORECASE
)
_A_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,199}")  # what EASEL_OPENAI__MODEL takes
_PARAMETER_IN_NOTE: Final = re.compile(r"\bparam ([A-Za-z_]\w*)")
_REQUEST_IN_NOTE: Final = re.compile(r"\brequest [A-Za-z0-9_.:=\-]+")


class Verdict(StrEnum):
    """What became of one question."""

    TAKEN = "taken"
    NOT_REFUSED = "not refused"  # by a server that refuses no name: it may be taken, and it may be passed over
    VALUE_REFUSED = "refused with this value"
    REFUSED = "refused by its name"
    ABSENT = "not there"
    UNCLEAR = "unclear"
    NOT_ASKED = "not asked"


class Manner(StrEnum):
    """What a server does with a picture of 1x1 pixels."""

    NOT_ASKED = "not asked"
    REFUSED = "refused"  # for its size, before anything is drawn: more can be asked in this way
    DREW = "drew"
    FAILED = "failed"  # it may have begun to draw
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Probe:
    """One question. `options`: the names that it adds to a request that is known to be refused for its size."""

    feature: str  # by which the answer is remembered
    said: str  # what people read
    sending: Sending
    options: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Heard:
    """One answer: a document, or the failure that it was."""

    document: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    failure: ProviderError | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What is known of one feature. `note`: the server's own words, cut, where nothing better can be said."""

    verdict: Verdict
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The one picture that was drawn, and what came with it. Times in milliseconds since it was asked for."""

    asked_size: Size
    asked_quality: Quality
    size: Size | None  # None: it was answered as an address, and could not be fetched
    media_type: str
    as_address: bool
    stream_asked: bool
    streamed: bool
    previews: int
    first_preview_ms: int | None
    whole_ms: int
    echo: tuple[tuple[str, str], ...]
    usage_given: bool
    nanodollars: int | None  # by the server's own count; None when it gave none that can be used
    estimated_nanodollars: int
    credentials: bool


@dataclass(frozen=True, slots=True)
class Found:
    """All that was found out so far."""

    findings: Mapping[str, Finding] = field(default_factory=dict)
    manner: Manner = Manner.NOT_ASKED
    names_checked: bool = False  # it refuses names that it does not know, so one that is not refused is taken
    listed: tuple[str, ...] = ()  # the models that it names
    looks_like: str = ""  # a row of servers.toml
    requests: int = 0
    failure: ProviderError | None = None  # why it draws nothing
    sample: Sample | None = None

    def verdict(self, feature: str) -> Verdict:
        """What is known of a feature."""
        return self.findings[feature].verdict if feature in self.findings else Verdict.NOT_ASKED

    def with_finding(self, feature: str, verdict: Verdict, note: str = "") -> Found:
        """The same and one more."""
        return replace(self, findings={**self.findings, feature: Finding(verdict, note)})

    @property
    def can_draw(self) -> bool | None:
        """Whether it draws; None when that is not known. A refusal for the size alone says that all else was right."""
        if self.sample is not None:
            return True
        if self.failure is not None:
            return False
        return True if self.manner in (Manner.REFUSED, Manner.DREW) else None


def about(failure: ProviderError | None) -> str:
    """The name of the option that a server complains of; "" when it names none."""
    match failure:
        case UnknownParameter() | RefusedValue() if failure.parameter:
            return failure.parameter
        case CannotDraw():
            named = _PARAMETER_IN_NOTE.search(failure.note)
            return named[1] if named else ""
        case _:
            return ""


def manner_of(heard: Heard) -> Manner:
    """What the answer to a picture of 1x1 pixels and nothing else says of the server."""
    match heard.failure:
        case None:
            return Manner.DREW
        case DrawingFailed() | OutcomeUnknown():
            return Manner.FAILED
        case CannotDraw() if not isinstance(heard.failure, UnknownParameter) and _is_for_size(heard.failure):
            return Manner.REFUSED
        case _:
            return Manner.UNCLEAR


def verdict_of(probe: Probe, heard: Heard, bare: Heard, *, names_checked: bool) -> Verdict:
    """What an answer says of the options in a question. `bare`: the answer to the same question without them."""
    failure = heard.failure
    match failure:
        case None | DrawingFailed() | OutcomeUnknown() | ProviderUnavailable():
            return Verdict.ABSENT if isinstance(failure, NotThere) and not probe.options else Verdict.UNCLEAR
        case UnknownParameter() if failure.parameter in probe.options:
            return Verdict.REFUSED
        case UnknownParameter():
            return Verdict.UNCLEAR
        case CannotDraw() if about(failure) in probe.options:
            return Verdict.VALUE_REFUSED
        case CannotDraw() if about(failure) in _SIZES or _same(failure, bare.failure) or _is_for_size(failure):
            return Verdict.TAKEN if names_checked or not probe.options else Verdict.NOT_REFUSED
        case _:
            return Verdict.UNCLEAR


def ends_all(failure: ProviderError | None) -> bool:
    """Whether asking on makes no sense: a bad key, a bill, too many requests, nobody there."""
    return isinstance(failure, ProviderUnavailable)


def tells_size_apart(heard: Heard) -> bool:
    """Whether more may be asked in this way: the server answered properly, and drew nothing."""
    return isinstance(heard.failure, CannotDraw | Moderated)


def names_of_models(document: Mapping[str, Any]) -> tuple[str, ...]:
    """The models of a list, in its order. Hostile: what is no name is passed over."""
    data = document.get("data")
    rows = data if isinstance(data, list) else []
    names = (row.get("id") for row in rows if isinstance(row, Mapping))
    return tuple(dict.fromkeys(name for name in names if isinstance(name, str) and _A_NAME.fullmatch(name)))


# What a server says of itself. Sources: stable-diffusion.cpp, examples/server/api.md; vllm and sglang, ModelCard in
# entrypoints/openai/protocol.py; litellm, get_custom_headers in proxy/common_request_processing.py.
_OWNERS: Final[Mapping[str, str]] = {"vllm": "vllm-omni", "sglang": "sglang"}


def looks_like(heard: Heard) -> str:
    """The row of servers.toml that a server belongs to by what it says of itself; "" when it says nothing known."""
    if any(name.lower().startswith("x-litellm-") for name in heard.headers):
        return "litellm"
    data = heard.document.get("data")
    for row in data if isinstance(data, list) else []:
        if isinstance(row, Mapping) and row.get("id") == "sd-cpp-local":
            return "sd-server"
        owner = row.get("owned_by") if isinstance(row, Mapping) else None
        if isinstance(owner, str) and owner in _OWNERS:
            return _OWNERS[owner]
    return ""


def told(failure: ProviderError) -> str:
    """A failure for the operator: what happened, and the server's own words, cut."""
    billed = " It may be billed." if failure.may_be_billed or isinstance(failure, OutcomeUnknown) else ""
    return f"{failure.what}{billed} ({cut(failure.note)})" if failure.note else failure.what + billed


def cut(text: str) -> str:
    """A server's words: one line that is not long."""
    said = " ".join("".join(one if one.isprintable() else " " for one in text).split())
    return said if len(said) <= TEXT_CHARACTERS_MAX else said[: TEXT_CHARACTERS_MAX - 1] + "…"


def _is_for_size(failure: ProviderError) -> bool:
    named = about(failure)
    return named in _SIZES if named else _OF_SIZES.search(failure.note) is not None


def _same(failure: ProviderError, other: ProviderError | None) -> bool:
    """Whether two refusals are one and the same, but for the requests' own numbers."""
    return other is not None and type(failure) is type(other) and _bare(failure.note) == _bare(other.note)


def _bare(note: str) -> str:
    return _REQUEST_IN_NOTE.sub("", note)
