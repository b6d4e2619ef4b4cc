"""Finds the drawing of each entry of a list; of "chocolate cake" it is the cake's, of "tea with lemon" the tea's."""

from __future__ import annotations

from collections.abc import Sequence

from core.providers.illustrator.layouts.listing import PLACE
from core.providers.illustrator.vocabulary import Kind
from core.providers.illustrator.words import Token, tokens

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
        subject = token.sense is not None and token.sense.kind is Kind.SUBJECT
        if subject and token.sense is not None and (not found or adjacent):
            found = token.sense.value
        elif found and (token.sense is None or token.sense.kind not in SMALL):
            break
        adjacent = subject and token.script == "Latn"
    return found
