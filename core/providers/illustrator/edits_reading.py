"""Understands an instruction as steps, or says which part it cannot do. Never skips a word, never guesses an edit.

The instruction falls into clauses at commas and conjunctions. A clause is understood when it names at least one edit
and every other word of it is known. What is understood is done; each clause that is not is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.errors import CannotDraw
from core.providers.illustrator.edits_clause import SUGGESTIONS, Clause
from core.providers.illustrator.edits_lexicon import Token, hide_quotes, tidy, tokens
from core.providers.illustrator.edits_meaning import steps_of
from core.providers.illustrator.edits_plan import ORDER, Step

INSTRUCTION_CHARACTERS_MAX = 2_000
# What may stand in a clause of its own and yet belong to the text, the frame or the new shape before it.
DETAILS = frozenset({"colours", "places", "directions", "amounts", "fillers", "quotes"})
DETAIL_MARKS = frozenset({"mirrored", "blurred_sides", "bars", "tiled", "row", "column"})


@dataclass(frozen=True, slots=True)
class Understood:
    """The steps, and the refusals of the clauses that are none."""

    steps: tuple[Step, ...]
    refusals: tuple[CannotDraw, ...]


def read(text: str, quoted: tuple[str, ...], *, has_mask: bool, pictures: int = 1) -> Understood:
    """The steps of an instruction in the order in which they are done. `pictures` is how many came with it.

    Raises `CannotDraw` for an instruction that is too long to be one.
    """
    if len(text) > INSTRUCTION_CHARACTERS_MAX:
        raise CannotDraw("That is too long for an edit.", SUGGESTIONS)
    steps: list[Step] = []
    refusals: list[CannotDraw] = []
    for clause in clauses(text, quoted):
        try:
            steps += steps_of(clause, has_mask=has_mask, pictures=pictures)
        except CannotDraw as refusal:
            refusals.append(refusal)
    return Understood(tuple(sorted(dict.fromkeys(steps), key=lambda step: ORDER.index(type(step)))), tuple(refusals))


def clauses(text: str, quoted: tuple[str, ...]) -> list[Clause]:
    """Cut at separators and conjunctions; a conjunction between a verb and its quoted text does not cut."""
    plain = tidy(text)
    covered, starts = hide_quotes(plain, quoted)
    groups: list[list[Token]] = [[]]
    found = list(tokens(covered))
    for index, token in enumerate(found):
        after = found[index + 1 :]
        if token.value("connectors") is None or _joins_quote(groups[-1], after) or _joins_place(groups[-1], after):
            groups[-1].append(token)
        else:
            groups.append([])
    told = _with_details([group for group in groups if _says_something(group)])
    result = [_clause(plain, group, starts) for group in told]
    loose = tuple(words for at, words in starts.items() if at < 0)
    if loose:
        result.append(Clause("“" + loose[0] + "”", (), loose))
    return result


def _clause(plain: str, group: Sequence[Token], starts: dict[int, str]) -> Clause:
    quotes = tuple(starts[token.start] for token in group if token.value("quotes") is not None)
    return Clause(plain[group[0].start : group[-1].end], tuple(group), quotes)


def _says_something(group: Iterable[Token]) -> bool:
    return any(not token.meanings or {meaning.kind for meaning in token.meanings} != {"fillers"} for token in group)


def _with_details(groups: Sequence[list[Token]]) -> list[list[Token]]:
    """“add “Hello”, in gold” and “extend it to 16:9 with white bars” are one wish each."""
    told: list[list[Token]] = []
    for group in groups:
        if told and ((is_detail(group) and _takes_details(told[-1])) or _is_ground(told[-1], group)):
            told[-1] = told[-1] + group
        else:
            told.append(group)
    return told


def _joins_place(before: Sequence[Token], after: Sequence[Token]) -> bool:
    """True at the "with" of: replace the background with a forest."""
    kinds = {meaning.kind for token in before for meaning in token.meanings}
    marks = {token.value("marks") for token in before}
    following = next((token for token in after if token.value("fillers") is None), None)
    done = kinds & {"effects", "colours", "quotes"} or marks & {"erase", "transparent", "extend", "subject"}
    return "background" in marks and not done and following is not None and not following.meanings


def is_detail(group: Sequence[Token]) -> bool:
    kinds = {meaning.kind for token in group for meaning in token.meanings}
    if not all(token.meanings for token in group) or "quotes" in kinds or not kinds - {"fillers"}:
        return False
    marks = {token.value("marks") for token in group} - {None, "text"}
    told = (
        (marks <= {None} and "marks" in kinds)
        or bool(marks & DETAIL_MARKS)
        or bool(kinds & {"colours", "places", "directions", "amounts"})
    )
    return told and all(
        any(m.kind in DETAILS or (m.kind == "marks" and m.value in DETAIL_MARKS | {"text"}) for m in token.meanings)
        for token in group
    )


def _is_ground(before: Sequence[Token], group: Sequence[Token]) -> bool:
    """“pad it to 1:1 with a black background”: the colour is of what is added."""
    kinds = {meaning.kind for token in group for meaning in token.meanings}
    extended = any(token.value("marks") == "extend" for token in before)
    ground = {token.value("marks") for token in group} - {None} == {"background"}
    return extended and ground and kinds <= {"marks", "colours", "fillers"} and "colours" in kinds


def _takes_details(group: Sequence[Token]) -> bool:
    marks = {token.value("marks") for token in group}
    quotes = any(token.value("quotes") for token in group)
    return quotes or bool(marks & {"border", "watermark", "extend", "collage"}) or any(t.value("ratios") for t in group)


def _joins_quote(before: Sequence[Token], after: Sequence[Token]) -> bool:
    """True at the "with" of: replace the text with “X”. False at the "and" of: “A” at the top and “B” at the bottom."""
    lettering = any(token.value("marks") in ("text", "replace_text", "watermark") for token in before)
    placed = any(token.value("places") for token in before)
    following = next((token for token in after if token.value("fillers") is None), None)
    return lettering and not placed and following is not None and following.value("quotes") is not None
