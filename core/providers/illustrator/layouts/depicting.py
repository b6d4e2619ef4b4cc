"""Finds the drawing of each entry of a list; of "chocolate cake" it is the cake's, of "tea with lemon" the tea's."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Sequence
from importlib import resources

from core.providers.illustrator.layouts.emblem import SKY_DRAWINGS, WEATHER_DRAWINGS
from core.providers.illustrator.layouts.listing import PLACE
from core.providers.illustrator.vocabulary import Kind
from core.providers.illustrator.words import UNSPACED, Token, tokens

BREAK = "|"
SMALL = frozenset({Kind.COLOUR, Kind.SIZE, Kind.STOP, Kind.NUMBER, Kind.STYLE})


def depicted(names: Sequence[str], around: str = "") -> tuple[str, ...]:
    """The drawing of each name, or "". `around` are the words that they stand in: they tell the language."""
    text = f" {BREAK} ".join((*(name.replace(BREAK, " ") for name in names), around.replace(BREAK, " ")))
    groups: list[list[Token]] = [[]]
    for token in tokens(PLACE.sub(" ", text))[0]:
        if token.text == BREAK:
            groups.append([])
        else:
            groups[-1].append(token)
    return tuple(_drawing(group) for group in groups[: len(names)])


def _drawing(group: Sequence[Token]) -> str:
    found = ""
    adjacent = False
    for token in group:
        named = _named(token)
        subject = bool(named)
        if named and (not found or adjacent):
            found = named
        elif found and (token.sense is None or token.sense.kind not in SMALL):
            break
        adjacent = subject and token.script == "Latn"
    return found


def _named(token: Token) -> str:
    """The drawing of a thing, or of what belongs to the sky or the weather in a picture and is a thing in a list."""
    if token.sense is None or token.sense.kind in (Kind.STOP, Kind.STYLE, Kind.AND):
        return _doing(token)
    match token.sense.kind:
        case Kind.SUBJECT:
            return token.sense.value
        case Kind.FEATURE:
            return SKY_DRAWINGS.get(token.sense.value, "")
        case Kind.WEATHER:
            return next((drawing for name, drawing in WEATHER_DRAWINGS.items() if name == token.sense.value), "")
        case _:
            return ""


def _doing(token: Token) -> str:
    """What stands for something that is done; in a script without spaces its word may be inside a longer run."""
    word = token.text.casefold()
    known = _doings().get(word, "")
    if known or token.script not in UNSPACED | {"Hang"}:
        return known
    return next(
        (drawing for part, drawing in _doings().items() if part in word and (len(part) > 1 or len(word) < 3)), ""
    )


@functools.cache
def _doings() -> dict[str, str]:
    text = resources.files("core.providers.illustrator.layouts").joinpath("doings.toml").read_text("utf-8")
    return {word: drawing for drawing, words in tomllib.loads(text)["words"].items() for word in words}
