"""The ids that Slack's buttons and selects carry, and how they are read when they come back. Pure.

An action_id is `easel:<verb>`, its value says what it is about: a picture, a job, a note. Never a secret and never a
permission: it works after a restart and for ever, and whoever presses is asked anew whether they may. Anybody can send
any id, and a value copied from another workspace finds nothing there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, assert_never

from bots.slack import blocks
from bots.slack.blocks import Payload
from core.administration.asking import Act, Choice
from core.model import ImageId, ImageRef, JobId, Verb

PREFIX: Final = "easel:"
CHOICES_MAX: Final = 99  # a number of two digits; a select takes a hundred

_SUBJECT: Final = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_MOMENT: Final = re.compile(r"0|[1-9][0-9]{0,17}", re.ASCII)
_CHOSEN: Final = re.compile(r"(?P<note>[A-Za-z0-9_-]{1,64}):(?P<number>[1-9][0-9]?)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Press:
    """A verb on a picture. Sharing has a type of its own: it has to be asked where to."""

    verb: Verb
    image: ImageId


@dataclass(frozen=True, slots=True)
class Share:
    """Show a private picture in the channel where it was asked for, or in one that is still to be chosen."""

    image: ImageId


@dataclass(frozen=True, slots=True)
class FullSize:
    """The kept file itself."""

    image: ImageId


@dataclass(frozen=True, slots=True)
class Pick:
    """The answer to "Which one?" under several pictures of ours."""

    image: ImageId


@dataclass(frozen=True, slots=True)
class Which:
    """The answer to "which picture do you mean?": the note holds the wish, `number` counts its choices from 1."""

    note: str
    number: int


@dataclass(frozen=True, slots=True)
class Cancel:
    """Not wanted any more."""

    job: JobId


@dataclass(frozen=True, slots=True)
class Join:
    """Join this channel and draw: the answer to a command where Easel is no member. The note holds the wish."""

    note: str


@dataclass(frozen=True, slots=True)
class Direct:
    """Draw, and send it to me alone."""

    note: str


@dataclass(frozen=True, slots=True)
class Never:
    """Then not."""

    note: str


@dataclass(frozen=True, slots=True)
class NewPicture:
    """Draw a picture from words: a form of the Home tab."""


@dataclass(frozen=True, slots=True)
class Page:
    """The pictures in the Home tab that were made before this moment; 0 for the newest."""

    before_us: int


@dataclass(frozen=True, slots=True)
class Answer:
    """A question of administration, answered: `subject` is what it is about."""

    act: Act
    subject: str


@dataclass(frozen=True, slots=True)
class Erase:
    """Delete everything of this person."""

    person: str


Action = Press | Share | FullSize | Pick | Which | Cancel | Join | Direct | Never | NewPicture | Page | Answer | Erase

_SHARE: Final = "share"
_FULL: Final = "full"
_PICK: Final = "pick"
_WHICH: Final = "which"
_CANCEL: Final = "cancel"
_JOIN: Final = "join"
_DIRECT: Final = "direct"
_NEVER: Final = "never"
_NEW: Final = "new"
_PAGE: Final = "page"
_NEWEST: Final = "newest"
_ERASE: Final = "erase"
_VERBS: Final = frozenset(verb.value for verb in Verb if verb is not Verb.SHARE)
_ACTS: Final = frozenset(act.value for act in Act)


def ids(what: Action) -> tuple[str, str]:
    """The action_id and the value of a button, or of an option in a select."""
    match what:
        case Press(verb, image):
            return _of(Share(image)) if verb is Verb.SHARE else (PREFIX + verb.value, _subject(image))
        case NewPicture():
            return PREFIX + _NEW, _NEW
        case Page(before_us):
            # Two buttons of one row may not share their action_id.
            return PREFIX + (_PAGE if before_us else _NEWEST), str(before_us)
        case Answer(act, subject):
            return PREFIX + act.value, _subject(subject)
        case Erase(person):
            return PREFIX + _ERASE, _subject(person)
        case Share() | FullSize() | Pick() | Which() | Cancel() | Join() | Direct() | Never():
            return _of(what)
        case _:
            assert_never(what)


def _of(what: Share | FullSize | Pick | Which | Cancel | Join | Direct | Never) -> tuple[str, str]:
    match what:
        case Share(image):
            return PREFIX + _SHARE, _subject(image)
        case FullSize(image):
            return PREFIX + _FULL, _subject(image)
        case Pick(image):
            return PREFIX + _PICK, _subject(image)
        case Which(note, number):
            return PREFIX + _WHICH, f"{_subject(note)}:{number}"
        case Cancel(job):
            return PREFIX + _CANCEL, _subject(job)
        case Join(note):
            return PREFIX + _JOIN, _subject(note)
        case Direct(note):
            return PREFIX + _DIRECT, _subject(note)
        case Never(note):
            return PREFIX + _NEVER, _subject(note)
        case _:
            assert_never(what)


def parse_action(action: object) -> Action | None:
    """What was pressed or chosen: one of a `block_actions` payload's `actions`. None for whatever we never wrote."""
    if not isinstance(action, Mapping):
        return None
    action_id, value = action.get("action_id"), _value(action)
    if not isinstance(action_id, str) or not isinstance(value, str) or not action_id.startswith(PREFIX):
        return None
    verb = action_id.removeprefix(PREFIX)
    if verb == _WHICH:
        found = _CHOSEN.fullmatch(value)
        return Which(found["note"], int(found["number"])) if found else None
    return _read(verb, value) if _SUBJECT.fullmatch(value) else None


def _read(verb: str, subject: str) -> Action | None:
    match verb:
        case "share":
            return Share(ImageId(subject))
        case "full":
            return FullSize(ImageId(subject))
        case "pick":
            return Pick(ImageId(subject))
        case "cancel":
            return Cancel(JobId(subject))
        case "join":
            return Join(subject)
        case "direct":
            return Direct(subject)
        case "never":
            return Never(subject)
        case "erase":
            return Erase(subject)
        case "new":
            return NewPicture()
        case "newest":
            return Page(0)
        case "page":
            return Page(int(subject)) if _MOMENT.fullmatch(subject) else None
        case _ if verb in _ACTS:
            return Answer(Act(verb), subject)
        case _:
            return Press(Verb(verb), ImageId(subject)) if verb in _VERBS else None


def _value(action: Mapping[str, Any]) -> object:
    """Of a button, or of what was chosen in a select or an overflow menu."""
    chosen = action.get("selected_option")
    return chosen.get("value") if isinstance(chosen, Mapping) else action.get("value")


# --- made here because several files show them -----------------------------------------------------------------------


def press(label: str, what: Action, *, style: str = "", confirm: Payload | None = None) -> Payload:
    """A button."""
    action_id, value = ids(what)
    return blocks.button(label, action_id, value, style=style, confirm=confirm)


def which(note: str, choices: Sequence[ImageRef]) -> Payload:
    """The row under a question: which of these pictures is meant. `note`: where the wish waits for the answer."""
    options = [
        blocks.option(_label(number, ref), ids(Which(note, number))[1])
        for number, ref in enumerate(choices[:CHOICES_MAX], start=1)
    ]
    return blocks.actions([blocks.select(PREFIX + _WHICH, "Which picture?", options)])


def not_a_member(note: str, *, public: bool) -> Payload:
    """The three ways out where Easel is no member of a channel. A private channel cannot be joined from outside."""
    join = [press("Join this channel and draw", Join(note), style="primary")] if public else []
    direct = press("Send it to me alone", Direct(note), style="" if public else "primary")
    return blocks.actions([*join, direct, press("Cancel", Never(note))])


def question(choices: Sequence[Choice]) -> Payload:
    """A row to decide by; the first button is what most people come for."""
    rows = enumerate(choices)
    return blocks.actions(
        [press(each.label, Answer(each.act, each.subject), style="" if number else "primary") for number, each in rows]
    )


def _label(number: int, ref: ImageRef) -> str:
    name = " ".join(ref.name.split()) or "Picture"
    return f"{number}. {name}"


def _subject(subject: str) -> str:
    if not _SUBJECT.fullmatch(subject):
        raise ValueError("no id that fits into a button")
    return subject
