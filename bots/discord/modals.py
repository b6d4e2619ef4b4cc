"""The forms that Discord shows over the chat, as plain payloads, and how they are read when they come back.

Nothing is remembered between the two: the form's custom_id says what it is about, and every field is read by its own
custom_id from `interaction.data`, so a form that was opened before a restart is understood after it. What comes back is
a person's: every value is checked against what was offered, and anything else counts as left open.

Sources: Discord "Component Reference" (Label 18, Text Input 4, String Select 3, File Upload 19, Checkbox 23; five
top-level components, title of 45 characters, Label of 45 with a description of 100) and "Receiving and Responding"
(modal submit: the values by custom_id, uploaded files in `resolved.attachments`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, assert_never

from bots.discord.commands import Attachment
from core.commands import COMMANDS, Choice

Json = dict[str, Any]

TITLE_CHARACTERS: Final = 45
INSTRUCTION_CHARACTERS: Final = 4000  # Text Input: the largest max_length
FILES_MAX: Final = 9  # File Upload takes ten; with the picture itself that makes ten
PICTURES_MAX: Final = 25  # String Select: options

_LABEL, _TEXT_INPUT, _SELECT, _FILE_UPLOAD, _CHECKBOX, _ROW = 18, 4, 3, 19, 23, 1
_PARAGRAPH: Final = 2
_INSTRUCTION, _WHICH, _RATIO, _QUALITY, _PRIVATE, _FILES = (
    "instruction",
    "which",
    "ratio",
    "quality",
    "private",
    "files",
)
_ABOUT: Final = re.compile(r"easel:m:(?P<purpose>[a-z]{2,8}):(?P<id>[0-9a-z]{8,40})", re.ASCII)
_FIELDS_MAX: Final = 12  # more than any form of ours has: whoever sends more is not read to the end


class Purpose(StrEnum):
    """What a form is for; the word in its custom_id."""

    EDIT = "edit"  # a picture that Easel drew; the id is the picture's
    KEPT = "kept"  # pictures that a message menu took; the id is what they are kept under
    REFERENCE = "ref"  # a new picture that looks at those; the id as in KEPT


@dataclass(frozen=True, slots=True)
class About:
    """What a form is about."""

    purpose: Purpose
    id: str

    @property
    def custom_id(self) -> str:
        """As the form carries it; under 100 characters."""
        return f"easel:m:{self.purpose.value}:{self.id}"


@dataclass(frozen=True, slots=True)
class Filled:
    """A form that came back. `look` holds `ratio` and `quality` where they were chosen, for `options_from`."""

    about: About
    instruction: str
    look: Mapping[str, str] = field(default_factory=dict)
    private: bool = False
    files: tuple[Attachment, ...] = ()
    which: tuple[int, ...] = ()  # the numbers of the pictures meant, from 1; empty when there was nothing to choose


# --- asking ----------------------------------------------------------------------------------------------------------


def modal(about: About, *, names: Sequence[str] = (), private: bool = False) -> Json:
    """The form's payload (the `data` of a callback of type 9).

    `names`: how the pictures of the message are called when it has several; then the form asks which one is meant, in
    the place of the quality (a form has five fields; `--quality` in the words still works). `private`: already ticked.
    """
    several = len(names) > 1
    fields = [
        _instruction(about.purpose),
        *([_which(about.purpose, names[:PICTURES_MAX])] if several else []),
        _labelled("Shape", _choose(_RATIO, "As it is" if _edits(about.purpose) else "Square", _choices(_RATIO))),
        *([] if several else [_labelled("Quality", _choose(_QUALITY, "The usual quality", _choices(_QUALITY)))]),
        _labelled("Only for me", {"type": _CHECKBOX, "custom_id": _PRIVATE, "default": private}, _PRIVACY),
        _labelled("More pictures to look at", _files(), "Up to nine. Say in your words what they are for."),
    ]
    return {"custom_id": about.custom_id, "title": _title(about.purpose), "components": fields}


_PRIVACY: Final = "The result is shown to nobody else until you share it."


def _edits(purpose: Purpose) -> bool:
    return purpose is not Purpose.REFERENCE


def _title(purpose: Purpose) -> str:
    match purpose:
        case Purpose.EDIT | Purpose.KEPT:
            return "Edit this picture"
        case Purpose.REFERENCE:
            return "Draw with this picture as a reference"
        case _:
            assert_never(purpose)


def _instruction(purpose: Purpose) -> Json:
    edits = _edits(purpose)
    return _labelled(
        "What should change?" if edits else "What should I draw?",
        {
            "type": _TEXT_INPUT,
            "custom_id": _INSTRUCTION,
            "style": _PARAGRAPH,
            "required": True,
            "min_length": 1,
            "max_length": INSTRUCTION_CHARACTERS,
            "placeholder": "Make it night, with a lit window" if edits else "The same cat, asleep on a sofa",
        },
        "Words in quotes are written in the picture. Flags such as --ar 16:9 work.",
    )


def _which(purpose: Purpose, names: Sequence[str]) -> Json:
    options = [
        {"label": _cut(f"{number}. {name}" if name else f"Picture {number}", 100), "value": str(number)}
        for number, name in enumerate(names, start=1)
    ]
    most = 1 if _edits(purpose) else len(options)
    select = {
        "type": _SELECT,
        "custom_id": _WHICH,
        "required": True,
        "min_values": 1,
        "max_values": min(most, FILES_MAX + 1),
        "options": options,
    }
    return _labelled("Which picture?" if _edits(purpose) else "Which pictures?", select)


def _choose(name: str, placeholder: str, choices: Iterable[Choice]) -> Json:
    return {
        "type": _SELECT,
        "custom_id": name,
        "required": False,
        "min_values": 0,
        "max_values": 1,
        "placeholder": placeholder,
        "options": [{"label": each.label, "value": each.value} for each in choices],
    }


def _files() -> Json:
    # `file_types`: Discord API change log, 2026-08-05; what is no picture is still refused when it is opened.
    return {
        "type": _FILE_UPLOAD,
        "custom_id": _FILES,
        "required": False,
        "min_values": 0,
        "max_values": FILES_MAX,
        "file_types": ["image"],
    }


def _labelled(label: str, component: Json, description: str = "") -> Json:
    labelled: Json = {"type": _LABEL, "label": label, "component": component}
    return {**labelled, "description": description} if description else labelled


def _choices(name: str) -> tuple[Choice, ...]:
    """What /edit offers under this name: the form and the command cannot disagree."""
    edit = next(command for command in COMMANDS if command.name == "edit")
    return next(option.choices for option in edit.options if option.name == name)


def _cut(text: str, characters: int) -> str:
    return text if len(text) <= characters else text[: characters - 1] + "…"


# --- reading ---------------------------------------------------------------------------------------------------------


def read_modal(data: object) -> Filled | None:
    """What was filled in; `None` for a form that is not one of ours. Never raises, whatever is sent."""
    if not isinstance(data, Mapping):
        return None
    about = about_of(data.get("custom_id"))
    if about is None:
        return None
    values = values_of(data)
    return Filled(
        about=about,
        instruction=_text(values.get(_INSTRUCTION, {}).get("value")),
        look={name: value for name in (_RATIO, _QUALITY) for value in _chosen(values.get(name, {}), name)},
        private=values.get(_PRIVATE, {}).get("value") is True,
        files=tuple(_uploads(values.get(_FILES, {}), data.get("resolved"))),
        which=tuple(_numbers(values.get(_WHICH, {}))),
    )


def about_of(custom_id: object) -> About | None:
    """What a form with this custom_id is about; `None` when it is not one of ours."""
    found = _ABOUT.fullmatch(custom_id) if isinstance(custom_id, str) and len(custom_id) <= 100 else None
    if found is None or found["purpose"] not in {each.value for each in Purpose}:
        return None
    return About(Purpose(found["purpose"]), found["id"])


def values_of(data: object) -> dict[str, Mapping[str, Any]]:
    """The fields by their custom_id, out of their Labels (or the rows of older clients); the first of a name counts."""
    components = data.get("components") if isinstance(data, Mapping) else None
    found: dict[str, Mapping[str, Any]] = {}
    for top in _mappings(components):
        inner = [top["component"]] if top.get("type") == _LABEL and "component" in top else top.get("components")
        for each in _mappings(inner):
            name = each.get("custom_id")
            if isinstance(name, str):
                found.setdefault(name, each)
    return found


def _mappings(items: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(items, list | tuple):
        yield from (each for each in items[:_FIELDS_MAX] if isinstance(each, Mapping))


def _text(value: object) -> str:
    return value[:INSTRUCTION_CHARACTERS].strip() if isinstance(value, str) else ""


def _strings(component: Mapping[str, Any], most: int) -> list[str]:
    """The values of a select or an upload, each once."""
    values = component.get("values")
    if not isinstance(values, list | tuple):
        return []
    return list(dict.fromkeys(each for each in values[:most] if isinstance(each, str)))


def _chosen(component: Mapping[str, Any], name: str) -> list[str]:
    offered = {choice.value for choice in _choices(name)}
    return [value for value in _strings(component, 1) if value in offered]


def _numbers(component: Mapping[str, Any]) -> Iterator[int]:
    for value in _strings(component, PICTURES_MAX):
        number = int(value) if value.isascii() and value.isdecimal() and len(value) <= 2 else 0
        if 1 <= number <= PICTURES_MAX:
            yield number


def _uploads(component: Mapping[str, Any], resolved: object) -> Iterator[Attachment]:
    """The files that were put in, in their order; only ids that Discord itself resolved stand for a file."""
    attachments = resolved.get("attachments") if isinstance(resolved, Mapping) else None
    if not isinstance(attachments, Mapping):
        return
    for name in _strings(component, FILES_MAX):
        known = attachments.get(name)
        if isinstance(known, Mapping) and name.isascii() and name.isdecimal() and len(name) <= 20:
            url, size_bytes = known.get("url"), known.get("size")
            if isinstance(url, str):
                size = size_bytes if type(size_bytes) is int and size_bytes >= 0 else 0
                yield Attachment(name, url, _cut(_text(known.get("filename")), 100), size)
