"""What a form is about, and what was filled in: read back from Slack's payloads without trust. Pure.

Nothing is remembered between a form and its answer: `private_metadata` says what it is about and where its answer
belongs, and every field is found by the ids of its block and its element, so a form that was opened before a restart
is understood after it. What comes back is a person's: every value is checked against what was offered, and anything
else counts as left open.

Source: docs.slack.dev/reference/interaction-payloads/view-interactions-payload (`view.state.values`), and
/reference/block-kit/block-elements/file-input-element (files come in the state, whole).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from pydantic import SecretStr

from bots.slack import blocks
from bots.slack.blocks import Payload
from core import prompt
from core.administration.own_keys import BadKey, is_usable
from core.commands import COMMANDS, Choice, options_from
from core.errors import PromptError

CALLBACK: Final = "easel:form"  # of every form that is sent in
SHOWN: Final = "easel:view"  # of every view that is only read
FILES_MAX: Final = 10  # file_input: max_files
FILE_BYTES_MAX: Final = 10 * 1024 * 1024  # file_input: 10 MB each
PICTURES_MAX: Final = 10  # of one message: as many as Slack's own composer takes

# A field's block and the element in it share one name.
INSTRUCTION: Final = "instruction"
WHICH: Final = "which"
RATIO: Final = "ratio"
QUALITY: Final = "quality"
PRIVATE: Final = "private"
FILES: Final = "files"
CHANNEL: Final = "channel"
KEY: Final = "key"
YES: Final = "yes"

_SUBJECT: Final = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_FILE: Final = re.compile(r"F[A-Z0-9]{1,30}", re.ASCII)
_PLACE: Final = re.compile(r"[CDG][A-Z0-9]{1,30}", re.ASCII)
_TS: Final = re.compile(r"[0-9]{1,16}\.[0-9]{1,8}", re.ASCII)


class Purpose(StrEnum):
    """What a view is for; the word in its private_metadata."""

    DRAW = "draw"  # a new picture from words; no id
    EDIT = "edit"  # a picture that Easel drew; the id is the picture's
    KEPT = "kept"  # pictures that a shortcut took; the id is what they are kept under
    REFERENCE = "ref"  # a new picture that looks at those; the id as in KEPT
    SHARE = "share"  # a private picture, to a channel that is chosen
    KEY = "key"  # the workspace's own key of the image API; no id
    DETAILS = "details"  # nothing to fill in: what is known about a picture


_NOTHING: Final = SecretStr("")
_PURPOSES: Final = frozenset(each.value for each in Purpose)


@dataclass(frozen=True, slots=True)
class About:
    """What a view is about, and the place that it was opened from: a form itself has neither channel nor thread.

    No `channel`: it was opened from the Home tab, and its answer goes to the person's direct messages.
    """

    purpose: Purpose
    id: str = ""
    channel: str = ""
    thread: str = ""
    direct: bool = False  # the channel is the person's direct messages with Easel

    @property
    def edits(self) -> bool:
        """Whether a picture is changed, and not a new one drawn."""
        return self.purpose in (Purpose.EDIT, Purpose.KEPT)

    @property
    def metadata(self) -> str:
        """As `private_metadata` carries it."""
        said = {"p": self.purpose.value, "i": self.id, "c": self.channel, "h": self.thread, "d": int(self.direct)}
        return json.dumps({key: value for key, value in said.items() if value}, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Filled:
    """A form that came back. `look` holds `ratio` and `quality` where they were chosen, for `options_from`."""

    about: About
    instruction: str = ""
    look: Mapping[str, str] = field(default_factory=dict)
    private: bool = False
    files: tuple[Payload, ...] = ()  # as Slack describes files, each once
    which: tuple[int, ...] = ()  # the numbers of the pictures meant, from 1; empty when there was nothing to choose
    channel: str = ""  # where to share
    secret: SecretStr = _NOTHING  # a key of the workspace's own


def about_of(view: object) -> About | None:
    """What a view of ours is about; None for any other. Never raises, whatever is sent."""
    metadata = view.get("private_metadata") if isinstance(view, Mapping) else None
    if not isinstance(metadata, str) or len(metadata) > blocks.METADATA_CHARACTERS:
        return None
    try:
        said = json.loads(metadata)
    except (ValueError, RecursionError):
        return None
    purpose = said.get("p") if isinstance(said, Mapping) else None
    if not isinstance(purpose, str) or purpose not in _PURPOSES:
        return None
    return About(
        purpose=Purpose(purpose),
        id=_matching(_SUBJECT, said.get("i")),
        channel=_matching(_PLACE, said.get("c")),
        thread=_matching(_TS, said.get("h")),
        direct=said.get("d") == 1,
    )


def read_modal(view: object) -> Filled | None:
    """What was filled in; None for a form that is not one of ours. Never raises, whatever is sent."""
    about = about_of(view)
    if about is None or not isinstance(view, Mapping) or view.get("callback_id") != CALLBACK:
        return None
    state = view.get("state")
    values = state.get("values") if isinstance(state, Mapping) else None
    values = values if isinstance(values, Mapping) else {}
    return Filled(
        about=about,
        instruction=_text(_value(values, INSTRUCTION).get("value")),
        look={name: value for name in (RATIO, QUALITY) for value in _looks(_value(values, name), name)},
        private=YES in _chosen(_value(values, PRIVATE)),
        files=tuple(_uploads(_value(values, FILES))),
        which=tuple(_numbers(_value(values, WHICH))),
        channel=_matching(_PLACE, _value(values, CHANNEL).get("selected_conversation")),
        secret=SecretStr(_text(_value(values, KEY).get("value"))),
    )


def faults(view: object) -> dict[str, str]:
    """What is wrong with a form, by the block to say it at: only what can be seen in the form itself."""
    filled = read_modal(view)
    if filled is None or filled.about.purpose in (Purpose.SHARE, Purpose.DETAILS):
        return {}
    if filled.about.purpose is Purpose.KEY:
        return {} if is_usable(filled.secret) else {KEY: BadKey().sentence}
    found: dict[str, str] = {}
    try:
        prompt.parse(filled.instruction, options_from(filled.look), allow_empty=filled.about.edits)
    except PromptError as error:
        found[INSTRUCTION] = " ".join(part for part in (error.what, error.remedy) if part)
    if not filled.instruction:
        found[INSTRUCTION] = "Say what should change." if filled.about.edits else "Say what to draw."
    for file in filled.files:
        kind, size_bytes = file.get("mimetype"), file.get("size")
        if isinstance(kind, str) and kind and not kind.startswith(("image/", "application/octet-stream")):
            found[FILES] = "One of these files is not a picture. Take it out, or put a PNG, JPEG or WebP in its place."
        elif type(size_bytes) is int and size_bytes > FILE_BYTES_MAX:
            found[FILES] = "One of these files is larger than 10 MB. Take it out, or put a smaller one in its place."
    return found


def choices(name: str) -> tuple[Choice, ...]:
    """What /edit offers under this name: the form and the command cannot disagree."""
    edit = next(command for command in COMMANDS if command.name == "edit")
    return next(option.choices for option in edit.options if option.name == name)


def _value(values: Mapping[Any, Any], name: str) -> Mapping[str, Any]:
    block = values.get(name)
    element = block.get(name) if isinstance(block, Mapping) else None
    return element if isinstance(element, Mapping) else {}


def _text(value: object) -> str:
    return value[: blocks.INPUT_CHARACTERS].strip() if isinstance(value, str) else ""


def _chosen(element: Mapping[str, Any]) -> list[str]:
    """The values of a select or of checkboxes, each once."""
    several = element.get("selected_options")
    options = several if isinstance(several, list) else [element.get("selected_option")]
    values = [each.get("value") for each in options[: blocks.OPTIONS_MAX] if isinstance(each, Mapping)]
    return list(dict.fromkeys(each for each in values if isinstance(each, str)))


def _looks(element: Mapping[str, Any], name: str) -> Iterator[str]:
    offered = {choice.value for choice in choices(name)}
    yield from [value for value in _chosen(element) if value in offered][:1]


def _numbers(element: Mapping[str, Any]) -> Iterator[int]:
    for value in _chosen(element):
        number = int(value) if value.isascii() and value.isdecimal() and len(value) <= 2 else 0
        if 1 <= number <= PICTURES_MAX:
            yield number


def _uploads(element: Mapping[str, Any]) -> Iterator[Payload]:
    files: object = element.get("files")
    seen: set[str] = set()
    for file in _first(files, FILES_MAX):
        identity = file.get("id") if isinstance(file, Mapping) else None
        if isinstance(identity, str) and _FILE.fullmatch(identity) and identity not in seen:
            seen.add(identity)
            yield dict(file)


def _first(items: object, most: int) -> Iterable[Any]:
    return items[:most] if isinstance(items, list) else ()


def _matching(pattern: re.Pattern[str], value: object) -> str:
    return value if isinstance(value, str) and pattern.fullmatch(value) else ""
