"""What is asked of people who decide, in words and with buttons. Pure: a platform's adapter shows it its own way.

A button carries what it does and what it is about, never a permission: whoever presses is asked anew whether they may.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from core import wording
from core.administration.approvals import Approval
from core.model import ImageRequest, Operation

Shown = Callable[[str, int], str]  # a person's words as a platform may repeat them, at most so many characters

_NAME_CHARACTERS: Final = 64
_WORDS_CHARACTERS: Final = 300


class Act(StrEnum):
    """What a button of a question does."""

    AGREE = "agree"
    DECLINE = "decline"


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
