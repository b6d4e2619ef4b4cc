"""What is asked of people who decide, in words and with buttons. Pure: a platform's adapter shows it its own way.

A button carries what it does and what it is about, never a permission: whoever presses is asked anew whether they may.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Final

from core import wording
from core.administration.approvals import Approval, TurnedDown
from core.errors import QueueFull, QuotaExceeded
from core.i18n import say
from core.model import Actor, ImageRequest, Operation
from core.quota import Unit

Shown = Callable[[str, int], str]  # a person's words as a platform may repeat them, at most so many characters

_EXTRAS: Final[Mapping[str, int]] = {Unit.IMAGES: 5, Unit.MONEY: 10**9}  # what is given at a press
_NAME_CHARACTERS: Final = 64
_WORDS_CHARACTERS: Final = 300


class Act(StrEnum):
    """What a button of a question does."""

    AGREE = "agree"
    DECLINE = "decline"
    MORE = "more"
    GIVE = "give"


@dataclass(frozen=True, slots=True)
class Choice:
    """One button. `subject`: letters, digits, `-` and `_`, at most 64."""

    label: str
    act: Act
    subject: str


@dataclass(frozen=True, slots=True)
class Question:
    """Words, with what people wrote in them made safe already, and the buttons below."""

    text: str
    choices: tuple[Choice, ...]


def approval_question(approval: Approval, shown: Shown) -> Question:
    """For all in the channel to see. What a private request is about is not said."""
    money = wording.format_money(approval.nanodollars)
    return Question(
        f"{_wish(approval, shown)} Whoever may approve it decides.",
        (Choice(f"Agree · ~{money}", Act.AGREE, approval.id), Choice("Decline", Act.DECLINE, approval.id)),
    )


def approval_answer(approval: Approval, by: str, *, agreed: bool, shown: Shown) -> str:
    """The same message, once `by` has decided."""
    name = shown(by, _NAME_CHARACTERS)
    return f"{_wish(approval, shown)} {name} {'agreed' if agreed else 'declined'}."


def in_vain_answer(error: TurnedDown, by: str, shown: Shown) -> str:
    """The same message, when `by` agreed and it is not drawn: a reason that anybody may read."""
    asked, name = (shown(each, _NAME_CHARACTERS) for each in (error.approval.request.actor.name, by))
    match error.why:
        case QuotaExceeded():
            reason = "a limit has nothing left for it"
        case QueueFull():
            reason = "too many requests wait already"
        case _:
            reason = "it is not possible any more"
    return f"{_wish(error.approval, shown)} {name} agreed, but {reason}: nothing is drawn, and {asked} is told why."


def in_vain_letter(error: TurnedDown, by: str) -> str:
    """For whoever asked, alone: what became of it, and what to do."""
    return f"{by} agreed, and yet it is not drawn. {error.sentence}"


def more_offer(error: QuotaExceeded) -> Choice | None:
    """A way to ask for more, where more can be given: an extra raises what one person may have, and no shared cap."""
    full = [each for each in error.allowances if each.refused]
    own = [each for each in full if each.limit_id.split(":")[0] in ("role", "user") and each.unit in _EXTRAS]
    return Choice(say("Ask for more"), Act.MORE, own[0].unit) if own and len(own) == len(full) else None


def more_question(actor: Actor, unit: Unit, day: str, shown: Shown) -> Question:
    """For administrators. The same person's on the same day is the same question, and is answered once."""
    more = wording.amount(unit, _EXTRAS[unit])
    mark = sha256(f"{actor.workspace}\n{actor.user}\n{unit}\n{day}".encode()).hexdigest()[:12]
    return Question(
        f"{shown(actor.name, _NAME_CHARACTERS)} has used up their allowance and asks for more.",
        (Choice(f"Give {more} more", Act.GIVE, f"{unit}-{mark}-{actor.user}"),),
    )


def extra_in(subject: str) -> tuple[str, Unit, int] | None:
    """Whom the button gives what; None for what no question ever said."""
    unit, _, rest = subject.partition("-")
    _, _, person = rest.partition("-")
    return (person, Unit(unit), _EXTRAS[Unit(unit)]) if unit in _EXTRAS and person else None


def _wish(approval: Approval, shown: Shown) -> str:
    request = approval.request
    name, money = shown(request.actor.name, _NAME_CHARACTERS), wording.format_money(approval.nanodollars)
    if request.options.private:
        return f"{name} asks for something private that may cost up to {money}."
    words = shown(request.prompt, _WORDS_CHARACTERS)
    said = f": “{words}”." if words else "."
    return f"{name} asks for {_what(request)} that may cost up to {money}{said}"


def _what(request: ImageRequest) -> str:
    names = {
        Operation.GENERATE: "a picture",
        Operation.EDIT: "a changed picture",
        Operation.STORYBOARD: "a storyboard",
        Operation.SHOW: "a picture",
    }
    return names[request.operation]
