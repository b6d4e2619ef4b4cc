"""Which layout a prompt asks for: words.toml says which words do, and here is said when such a word means a thing.

"A poster with a fox" is a poster; "a fox reading a menu" is a fox.
"""

from __future__ import annotations

import functools
import itertools
import tomllib
from collections.abc import Sequence
from importlib import resources

from core.presets import preset
from core.providers.illustrator.scene import Layout
from core.providers.illustrator.vocabulary import Kind
from core.providers.illustrator.words import Token

BETWEEN = frozenset(
    {Kind.STOP, Kind.NUMBER, Kind.AND, Kind.STYLE, Kind.COLOUR, Kind.SIZE}
)  # "holding a small old menu"


def asked_for(found: Sequence[Token]) -> str:
    """The layout that these phrases ask for; "" when they ask for none."""
    named = [at for at, token in enumerate(found) if _asks(found, at)]
    heads = [at for at in named if at + 1 not in named]  # "menu poster": the last one is what it is
    values = [str(token.sense.value) for at in heads if (token := found[at]).sense is not None]
    for first, second in itertools.pairwise(named):  # side by side, too, some outrank others
        if second == first + 1 and _outranks(_value(found[first]), _value(found[second])):
            values[values.index(_value(found[second]))] = _value(found[first])
    if not values:
        return ""
    best = values[0]
    for value in values[1:]:
        if _outranks(value, best) or best == Layout.SCENE:
            best = value
    return best


def held_up(found: Sequence[Token]) -> tuple[str, ...]:
    """The words for layouts that mean a thing in somebody's hands, for which there is no drawing."""
    return tuple(token.text for at, token in enumerate(found) if _is_layout(token) and _is_held(found, at))


def of_preset(style: str | None) -> str:
    """The layout that a style's name implies; "" for most."""
    known = preset(style) if style else None
    return str(words()["presets"].get(known.name, "")) if known is not None else ""


def advice(layout: str) -> str:
    """How to ask for this layout; "" where there is nothing special to say."""
    return str(words()["advice"].get(layout, ""))


def occasion(text: str) -> str:
    """The drawings that go with the occasion that a text names, one after the other; "" when it names none."""
    lowered = text.lower()
    return next(
        (drawings for drawings, said in words()["occasions"].items() if any(one in lowered for one in said)), ""
    )


def _asks(found: Sequence[Token], at: int) -> bool:
    return _is_layout(found[at]) and not _is_held(found, at) and not _is_unwanted(found, at)


def _is_layout(token: Token) -> bool:
    return token.sense is not None and token.sense.kind is Kind.LAYOUT


def _is_held(found: Sequence[Token], at: int) -> bool:
    """Whether somebody who was named before holds it: the nearest word with a meaning of its own is "holding"."""
    somebody = any(token.sense is not None and token.sense.kind is Kind.SUBJECT for token in found[:at])
    for token in reversed(found[:at]):
        if token.is_mark:
            return False
        if token.sense is None or token.sense.kind in BETWEEN:
            continue
        return somebody and token.sense.kind is Kind.HOLDING
    return False


def _is_unwanted(found: Sequence[Token], at: int) -> bool:
    """Whether "no" or "without" is right before it."""
    before = next((token.sense for token in reversed(found[:at]) if not _is_stop(token)), None)
    return before is not None and before.kind is Kind.NEGATION


def _is_stop(token: Token) -> bool:
    return token.sense is not None and token.sense.kind is Kind.STOP


def _value(token: Token) -> str:
    return token.sense.value if token.sense is not None else ""


def _outranks(one: str, other: str) -> bool:
    return other in words()["outranks"].get(one, ())


@functools.cache
def words() -> dict[str, dict[str, list[str] | str]]:
    """The table of words.toml."""
    text = resources.files("core.providers.illustrator.layouts").joinpath("words.toml").read_text("utf-8")
    return tomllib.loads(text)
