"""What a server says of a failure, read out of any of the shapes in which they say it. Pure, and hostile input.

OpenAI: {"error": {"message", "type", "param", "code"}} (openai-openapi, `Error`). stable-diffusion.cpp:
{"error": "text"}. LiteLLM and others: {"error": "server_error", "message": ...}. FastAPI (vLLM-Omni, SGLang):
{"detail": "text"}, or a list with a place and a message for each field. vLLM and Azure's gateway: the fields at the top
level. Proxies: HTML or nothing at all.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

MESSAGE_CHARACTERS_MAX: Final = 300
LOOKED_AT_CHARACTERS_MAX: Final = 1000  # of a message: what is searched for patterns, hostile as it may be
NAME_CHARACTERS_MAX: Final = 80
CATEGORIES_MAX: Final = 8
HIDDEN: Final = "***"
HIDDEN_CHARACTERS_MIN: Final = 4  # a shorter text stands in other words by chance

_LOOKS_LIKE_A_KEY: Final = re.compile(
    r"\b(?:sk|xai|gsk|pk|rk|sess|key|api)[-_][A-Za-z0-9*_\-]{6,}"  # the usual beginnings
    r"|\b(?:Bearer|Basic)\s+\S{6,}"
    r"|\b(?=[A-Za-z_\-]*\d)(?=[\d_\-]*[A-Za-z])[A-Za-z0-9_\-]{28,}",  # a long run of letters and digits
    re.IGNORECASE,
)
_VIOLATIONS: Final = re.compile(r"safety_violations=\[([^\]]{0,200})\]")
_TITLE: Final = re.compile(r"<title[^>]{0,80}>([^<]{0,200})", re.IGNORECASE)
_PARAMETER: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.\[\]\-]{0,63}", re.ASCII)
# How a parameter is named in words: "Unknown parameter: 'n'." (OpenAI), "Argument not supported: size" (xAI), "Setting
# `style` is not supported by openai" and "does not support parameters: ['style']" (LiteLLM).
_UNKNOWN_IN_WORDS: Final = re.compile(
    r"(?:unknown|unsupported|unrecognized) (?:parameter|argument)s?(?: supplied)?:? ['\"`\[]*(?P<a>\w+)"
    r"|(?:argument|parameter)s? not supported:? ['\"`\[]*(?P<b>\w+)"
    r"|setting [`'\"](?P<c>\w+)[`'\"] is not supported"
    r"|does not support parameters: \[?['\"](?P<d>\w+)",
    re.IGNORECASE,
)


class Form(StrEnum):
    """What kind of body it is."""

    JSON = "json"
    HTML = "html"
    TEXT = "text"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Told:
    """What a server said of its failure. Nothing of it is shown to people; `message` is for the operator."""

    status: int  # 0 inside an answer that had begun well
    form: Form
    message: str = ""  # one line, cut, without keys and without what it was told to hide
    kind: str = ""  # the envelope's `type`, in small letters
    code: str = ""  # in small letters
    parameter: str = ""
    moderated: bool = False  # it names a safety check's findings
    stage: str = "unknown"
    categories: tuple[str, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """By which it may be recognised."""
        return frozenset(name for name in (self.kind, self.code) if name)


def told_of(status: int, content_type: str, body: bytes, hidden: Iterable[str] = ()) -> Told:
    """Read an answer's body. `hidden`: texts that must not stand in the message (a key, a person's words)."""
    text = body.decode("utf-8", "replace").strip().lstrip("\ufeff")
    if not text:
        return Told(status, Form.EMPTY)
    if "html" in content_type.lower() or text[:1] == "<":
        title = _TITLE.search(text)
        return Told(status, Form.HTML, one_line(title[1] if title else "", hidden))
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):  # cut off, no JSON at all, or nested to break parsers
        return Told(status, Form.TEXT, one_line(text, hidden))
    if isinstance(document, list) and document:
        document = document[0]
    if not isinstance(document, Mapping):
        return Told(status, Form.TEXT, one_line(text, hidden))
    return told_in(document, status, hidden)


def told_in(document: Mapping[str, Any], status: int = 0, hidden: Iterable[str] = ()) -> Told:
    """Read a document: an envelope, or the error object itself."""
    error = document.get("error") or document.get("detail") or document.get("errors")
    if isinstance(error, list) and error:
        told = _of_fields(error, status, hidden)
    elif isinstance(error, str):
        said = _text(document.get("message"))
        told = Told(status, Form.JSON, one_line(said or error, hidden), kind=_name(error) if said else "")
    else:
        told = _of_object(error if isinstance(error, Mapping) else document, status, hidden)
    return _with_parameter(told)


def _of_object(error: Mapping[str, Any], status: int, hidden: Iterable[str]) -> Told:
    said = _text(error.get("message")) or _text(error.get("detail")) or _text(error.get("error"))
    details, categories = _findings(error, said)
    parameter = _text(error.get("param"))
    return Told(
        status=status,
        form=Form.JSON,
        message=one_line(said, hidden),
        kind=_name(error.get("type")),
        code=_name(error.get("code")),
        parameter=parameter if _PARAMETER.fullmatch(parameter) else "",
        moderated=bool(details or categories),
        stage=_stage(details),
        categories=categories,
    )


def _of_fields(fields: Sequence[Any], status: int, hidden: Iterable[str]) -> Told:
    """FastAPI's list: the first field counts. Its `input` is what was sent, a person's words: never read."""
    first = fields[0] if isinstance(fields[0], Mapping) else {"msg": fields[0]}
    place = first.get("loc")
    names = [part for part in place if isinstance(part, str)] if isinstance(place, list) else []
    parameter = names[-1] if names and _PARAMETER.fullmatch(names[-1]) else ""
    said = _text(first.get("msg")) or _text(first.get("message"))
    code = "unknown_parameter" if first.get("type") == "extra_forbidden" else "invalid_value"
    return Told(status, Form.JSON, one_line(said, hidden), code=code if parameter else "", parameter=parameter)


def _findings(error: Mapping[str, Any], said: str) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    """A safety check's findings: OpenAI's `moderation_details`, Azure's filter results, OpenRouter's reasons."""
    details = _inner(error, "moderation_details")
    found: list[Any] = _list(details.get("categories")) or _list(_inner(error, "metadata").get("reasons"))
    if not found:
        inner = _inner(error, "inner_error") or _inner(error, "innererror")
        results = _inner(inner, "content_filter_results") or _inner(inner, "content_filter_result")
        found = [name for name, result in results.items() if isinstance(result, Mapping) and result.get("filtered")]
    if not found and (listed := _VIOLATIONS.search(said)):
        found = listed[1].split(",")
    names = (_name(name).replace("_", "-") for name in found if isinstance(name, str))
    return details, tuple(dict.fromkeys(name for name in names if name))[:CATEGORIES_MAX]


def _stage(details: Mapping[str, Any]) -> str:
    stage = details.get("moderation_stage")
    return stage if stage in ("input", "output") else "unknown"


def _with_parameter(told: Told) -> Told:
    """Where a parameter is refused in words only, as if it had been said in the envelope."""
    found = _UNKNOWN_IN_WORDS.search(told.message)
    if not found or told.code == "invalid_value":
        return told
    named = next(name for name in found.groups() if name)
    return replace(told, code="unknown_parameter", parameter=told.parameter or named)


def one_line(said: str, hidden: Iterable[str]) -> str:
    """For the operator: one line, no control characters, nothing secret, not long."""
    for secret in hidden:
        if len(secret) >= HIDDEN_CHARACTERS_MIN:
            said = said.replace(secret, HIDDEN)
    said = _LOOKS_LIKE_A_KEY.sub(HIDDEN, said[:LOOKED_AT_CHARACTERS_MAX])
    said = " ".join("".join(one if one.isprintable() else " " for one in said).split())
    return said if len(said) <= MESSAGE_CHARACTERS_MAX else said[: MESSAGE_CHARACTERS_MAX - 1] + "…"


def _name(value: Any) -> str:
    """A machine's word in small letters; anything else is no name."""
    said = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    said = said.strip().lower()
    return said if len(said) <= NAME_CHARACTERS_MAX and re.fullmatch(r"[a-z0-9_.:/\-]+", said) else ""


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _inner(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = document.get(name)
    return found if isinstance(found, Mapping) else {}
