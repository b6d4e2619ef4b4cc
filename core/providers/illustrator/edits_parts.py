"""Cuts an instruction for a picture of ours into its parts: one wish each, with the texts that stand in it."""

from __future__ import annotations

import re

from core.providers.illustrator.edits_lexicon import fold, tokens
from core.providers.illustrator.edits_reading import is_detail
from core.providers.illustrator.reading import without_quotes
from core.providers.illustrator.recasting import BIGGER, SMALLER
from core.providers.illustrator.revising import PART, REMOVE, TEXT_PLACE, TEXT_WORDS

EACH = re.compile(r"\s+and\s+(?=(?:the|my|his|her|their)\b)", re.IGNORECASE)
MOVED = re.compile(r"\b(move|put|place|set|colou?r|make) (?:it|them|this)\b(?=.*\b(?:top|bottom)\b)", re.IGNORECASE)


def parts_of(text: str, quoted: tuple[str, ...]) -> list[tuple[str, tuple[str, ...]]]:
    """The parts of an instruction, each with its own quoted texts; one that stands nowhere goes to the last part."""
    words = without_quotes(text, quoted)
    told = list(quoted)
    parts: list[tuple[str, tuple[str, ...]]] = []
    for piece in [piece for one in PART.split(words) for piece in _described_apart(one)]:
        # “Add “Hello” and move it to the top”
        of_text = bool(parts) and bool(parts[-1][1] or TEXT_WORDS.search(parts[-1][0]))
        part = MOVED.sub(r"\1 the title", piece) if of_text else piece
        if parts and parts[-1][1] and is_detail(list(tokens(fold(part)))):
            parts[-1] = (f"{parts[-1][0]} {part}", parts[-1][1])  # “add “Hello”, in gold, at the top”
            continue
        own = tuple(told.pop(0) for _ in range(min(part.count(TEXT_PLACE), len(told))))
        shown = part
        for quote in own:
            shown = shown.replace(TEXT_PLACE, f"“{quote}”", 1)
        parts.append((shown, own))
    if told and parts:
        parts[-1] = (" ".join([parts[-1][0], *(f"“{quote}”" for quote in told)]), (*parts[-1][1], *told))
    return parts


def _described_apart(part: str) -> list[str]:
    """“Make the cat black and the tree bigger” says two things of two things."""
    pieces = EACH.split(part)
    if len(pieces) < 2 or REMOVE.search(part) or not all(_describes(piece) for piece in pieces):
        return [part]
    return [pieces[0], *(f"make {piece}" for piece in pieces[1:])]


def _describes(words: str) -> bool:
    coloured = any(token.value("colours") for token in tokens(fold(words)))
    return coloured or bool(BIGGER.search(words) or SMALLER.search(words))
