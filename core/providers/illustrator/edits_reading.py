"""Understands an instruction as steps, or says which part it cannot do. Never skips a word, never guesses an edit.

The instruction falls into clauses at commas and conjunctions. A clause is understood when it names at least one edit
and every other word of it is known. One clause that is not understood refuses the whole, naming it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.errors import CannotDraw
from core.model import Ratio, Size
from core.providers.illustrator.edits_lexicon import Token, hide_quotes, tidy, tokens
from core.providers.illustrator.edits_plan import (
    LONG_EDGE_MAX,
    Backdrop,
    Border,
    Effect,
    Erase,
    Fill,
    Lettering,
    Reshape,
    Scope,
    Side,
    Step,
    Tint,
    Tone,
    Turn,
)

INSTRUCTION_CHARACTERS_MAX = 2_000
RATIO_MAX = 5
PIXELS_MIN = 64  # smaller numbers are a ratio
SUGGESTIONS = 'I can, for example: “make it night”, “crop it to 16:9”, “blur the background”, “add the text "Hello"”.'
MASK_SUGGESTIONS = (
    'In a painted part I can, for example: “make it red”, “blur it”, “remove it”, “add the text "Hello"”.'
)
PAINT_IT = "Paint a mask over it (Edit, then “Paint what to change”) and say it again."


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of the instruction, with the quoted texts that stand in it."""

    words: str  # as the person wrote it
    tokens: tuple[Token, ...]
    quotes: tuple[str, ...]

    def values(self, kind: str) -> tuple[str, ...]:
        """All that is said of this kind, in order."""
        return tuple(value for token in self.tokens if (value := token.value(kind)) is not None)

    def first(self, kind: str) -> str | None:
        """The first that is said of this kind."""
        return next(iter(self.values(kind)), None)

    def has(self, mark: str) -> bool:
        """Whether a mark is said: "erase", "crop"."""
        return mark in self.values("marks")


def read(text: str, quoted: tuple[str, ...], *, has_mask: bool) -> tuple[Step, ...]:
    """The steps of an instruction in the order in which they are done; empty when nothing is said at all.

    Raises `CannotDraw` with the part that cannot be done.
    """
    if len(text) > INSTRUCTION_CHARACTERS_MAX:
        raise CannotDraw("That is too long for an edit.", SUGGESTIONS)
    steps: list[Step] = []
    for clause in clauses(text, quoted):
        steps += _steps(clause, has_mask=has_mask)
    return tuple(sorted(steps, key=_stage))


def clauses(text: str, quoted: tuple[str, ...]) -> list[Clause]:
    """Cut at separators and conjunctions; a conjunction between a verb and its quoted text does not cut."""
    plain = tidy(text)
    covered, starts = hide_quotes(plain, quoted)
    groups: list[list[Token]] = [[]]
    found = list(tokens(covered))
    for index, token in enumerate(found):
        if token.value("connectors") is None or _joins_quote(groups[-1], found[index + 1 :]):
            groups[-1].append(token)
        else:
            groups.append([])
    result = [_clause(plain, group, starts) for group in groups if _says_something(group)]
    loose = tuple(words for at, words in starts.items() if at < 0)
    if loose:
        result.append(Clause("“" + loose[0] + "”", (), loose))
    return result


def _clause(plain: str, group: Sequence[Token], starts: dict[int, str]) -> Clause:
    quotes = tuple(starts[token.start] for token in group if token.value("quotes") is not None)
    return Clause(plain[group[0].start : group[-1].end], tuple(group), quotes)


def _says_something(group: Iterable[Token]) -> bool:
    return any(not token.meanings or {meaning.kind for meaning in token.meanings} != {"fillers"} for token in group)


def _joins_quote(before: Sequence[Token], after: Sequence[Token]) -> bool:
    """True at the "with" of: replace the text with “X”. False at the "and" of: “A” at the top and “B” at the bottom."""
    lettering = any(token.value("marks") in ("text", "replace_text") for token in before)
    placed = any(token.value("places") for token in before)
    following = next((token for token in after if token.value("fillers") is None), None)
    return lettering and not placed and following is not None and following.value("quotes") is not None


def _stage(step: Step) -> int:
    """Turn first, letter last: a text must not be mirrored, blurred or cut by what was said after it."""
    order = (Turn, Erase, Backdrop, Tint, Tone, Reshape, Border, Lettering)
    return order.index(type(step))


def _steps(clause: Clause, *, has_mask: bool) -> list[Step]:
    if clause.values("negations"):
        raise _cannot(clause, has_mask=has_mask, local=False)
    unknown = [token for token in clause.tokens if not token.meanings]
    if unknown and not (has_mask and _names_the_painted(clause)):
        raise _cannot(clause, has_mask=has_mask, local=_is_local(clause))
    steps = [*_lettering(clause, has_mask=has_mask), *_colours(clause, has_mask=has_mask), *_geometry(clause)]
    if has_mask and any(isinstance(step, Turn | Reshape | Border) for step in steps):
        raise CannotDraw(f"I cannot do this inside a painted part: {clause.words}.", MASK_SUGGESTIONS)
    if not steps or _left_over(clause, steps):
        raise _cannot(clause, has_mask=has_mask, local=False)
    return steps


def _names_the_painted(clause: Clause) -> bool:
    """With a mask, nouns may say what was painted: before the edit ("make the roof blue") or after "remove"."""
    if clause.has("erase"):
        return True
    known = [i for i, t in enumerate(clause.tokens) if t.value("effects") or t.value("colours") or t.value("quotes")]
    last_unknown = max(i for i, token in enumerate(clause.tokens) if not token.meanings)
    making = any(token.value("making") for token in clause.tokens[:last_unknown])
    return bool(known) and last_unknown < known[0] and not making


def _is_local(clause: Clause) -> bool:
    """An edit that is known, of a thing that only a mask can show."""
    edits = clause.values("effects") or clause.values("colours") or clause.has("erase")
    return bool(edits) and not clause.values("making")


def _cannot(clause: Clause, *, has_mask: bool, local: bool) -> CannotDraw:
    if local and not has_mask:
        return CannotDraw(f"I cannot tell by words alone which part to change: {clause.words}.", PAINT_IT)
    return CannotDraw(f"I cannot: {clause.words}.", MASK_SUGGESTIONS if has_mask else SUGGESTIONS)


def _left_over(clause: Clause, steps: Sequence[Step]) -> bool:
    """Something that was said and that no step answers: a place or a direction without what it belongs to."""
    kinds = {type(step) for step in steps}
    places = bool(clause.values("places")) and Lettering not in kinds
    directions = any(
        token.value("directions") and not token.value("fillers") for token in clause.tokens
    ) and not kinds & {Turn}
    numbers = bool(clause.values("numbers")) and not kinds & {Turn, Lettering}
    adding = clause.has("text") and Lettering not in kinds and kinds <= {Reshape, Turn}
    return places or directions or numbers or adding


def _lettering(clause: Clause, *, has_mask: bool) -> list[Step]:
    replacing = clause.has("replace_text")
    if not clause.quotes:
        wants = replacing or (clause.has("text") and _nothing_else(clause))
        if wants and all(token.meanings for token in clause.tokens):
            raise CannotDraw(
                "I do not know which words to set.", "Put them in quotation marks: add the text “Hello” at the bottom."
            )
        return []
    if replacing and not has_mask:
        raise CannotDraw(
            "I cannot take the old words out of a photograph on my own.",
            "Paint a mask over them and say it again, or ask to add text instead.",
        )
    side = Side(clause.first("places") or ("centre" if has_mask else "bottom"))
    colour = clause.first("colours") or ""
    # “replace “Old” with “New””: the last is the one to set.
    texts = clause.quotes[-1:] if replacing else clause.quotes
    return [Lettering(text, side, colour, replacing) for text in texts]


def _nothing_else(clause: Clause) -> bool:
    kinds = ("effects", "colours", "shapes", "ratios", "angles", "directions")
    marks = set(clause.values("marks")) - {"text", "tint"}
    return not marks and not any(clause.values(kind) for kind in kinds)


def _colours(clause: Clause, *, has_mask: bool) -> list[Step]:
    scope = _scope(clause)
    steps: list[Step] = [Tone(effect, _strength(clause), scope) for effect in _effects(clause)]
    colour = clause.first("colours")
    if clause.has("border"):
        return [*steps, Border(colour or "white")]
    if clause.quotes:
        return steps
    if scope is Scope.BACKGROUND and (clause.has("erase") or clause.has("transparent")):
        return [*steps, Backdrop(None)]
    if clause.has("erase"):
        if not has_mask:
            raise CannotDraw(f"I cannot tell by words alone what to take away: {clause.words}.", PAINT_IT)
        return [*steps, Erase()]
    if colour and scope is Scope.BACKGROUND:
        return [*steps, Backdrop(colour)]
    if colour:
        return [*steps, Tint(colour, scope)]
    return steps


def _effects(clause: Clause) -> list[Effect]:
    """The effects said, once each. A word that is an effect in one language and a mark in another is the effect."""
    return [Effect(value) for value in dict.fromkeys(clause.values("effects"))]


def _scope(clause: Clause) -> Scope:
    if clause.has("background"):
        return Scope.BACKGROUND
    return Scope.SUBJECT if clause.has("subject") else Scope.ALL


def _strength(clause: Clause) -> int:
    percent = clause.first("percents")
    if percent is not None:
        return max(10, min(300, int(percent) * 3))  # the usual measure of an effect is about a third
    return int(clause.first("amounts") or 100)


def _geometry(clause: Clause) -> list[Step]:
    steps: list[Step] = []
    if clause.has("flip"):
        steps.append(Turn(mirror="vertical" if "vertical" in clause.values("directions") else "horizontal"))
    elif degrees := _degrees(clause):
        steps.append(Turn(degrees=degrees))
    wants = clause.has("crop"), clause.has("extend")
    ratio = _ratio(clause)
    fill = Fill.CROP if wants[0] else Fill.EXTEND if wants[1] else Fill.AUTO
    if ratio is not None or (any(wants) and not clause.values("effects")):
        steps.append(Reshape(ratio, fill, _pixels(clause)))
    return steps


def _degrees(clause: Clause) -> int:
    if clause.has("upside_down"):
        return 180
    said = clause.first("angles") or (clause.first("numbers") if clause.has("rotate") else None)
    way = next((value for value in clause.values("directions") if value in ("left", "right")), None)
    if not clause.has("rotate") or (said is None and way is None and clause.values("effects")):
        return 0
    degrees = int(said) if said is not None else 90
    if degrees % 90:
        raise CannotDraw(f"I cannot turn a picture by {degrees} degrees.", "I can turn it by 90, 180 or 270 degrees.")
    return (-degrees if way == "left" else degrees) % 360


def _ratio(clause: Clause) -> Ratio | None:
    said = clause.first("ratios") or clause.first("shapes")
    if said is None:
        return None
    width, height = (round(float(part) * 10) for part in said.split(":"))
    if not width or not height or max(width, height) > RATIO_MAX * min(width, height):
        raise CannotDraw(
            f"I cannot make a picture of {said}.", f"Ask for a ratio between {RATIO_MAX}:1 and 1:{RATIO_MAX}."
        )
    shared = _common(width, height)
    return Ratio(width // shared, height // shared)


def _pixels(clause: Clause) -> Size | None:
    """“1920x1080” means pixels; “16:9” and “21 x 9” do not."""
    said = clause.first("ratios")
    if said is None or any("." in part or int(part) < PIXELS_MIN for part in said.split(":")):
        return None
    width, height = (int(part) for part in said.split(":"))
    if max(width, height) > LONG_EDGE_MAX:
        raise CannotDraw(
            f"I cannot make a picture of {width} x {height} pixels.",
            f"I can go up to {LONG_EDGE_MAX} on the longer edge.",
        )
    return Size(width, height)


def _common(one: int, other: int) -> int:
    while other:
        one, other = other, one % other
    return one
