"""From one clause to its steps: colours, light, text, frames. What changes the shape is in `edits_geometry`."""

from __future__ import annotations

from collections.abc import Sequence

from core.errors import CannotDraw
from core.providers.illustrator.edits_clause import MASK_SUGGESTIONS, PAINT_IT, Clause, cannot
from core.providers.illustrator.edits_geometry import geometry
from core.providers.illustrator.edits_nouns import is_scene, names_subject
from core.providers.illustrator.edits_plan import (
    Backdrop,
    Border,
    Collage,
    Effect,
    Erase,
    Frame,
    Hue,
    Lettering,
    Part,
    Reshape,
    Scale,
    Scope,
    Side,
    Step,
    Tint,
    Tone,
    Turn,
    Watermark,
)

ADDING = frozenset({"add", "put", "insert", "place", "print"})
SHADE = 45  # of a colour, for "bluer"
HUE_DEGREES = 40
COLLAGE_MOST = 10
SMALL_TEXT, LARGE_TEXT = 60, 160
FRAMES = {"polaroid": Frame.POLAROID, "rounded": Frame.ROUNDED, "shadow": Frame.SHADOW, "border": Frame.BORDER}
WHICH_WORDS = "Put them in quotation marks: add the text “Hello” at the bottom."


def steps_of(clause: Clause, *, has_mask: bool, pictures: int) -> list[Step]:
    """The steps of a clause. Raises `CannotDraw` when a word of it is not understood."""
    if clause.values("negations"):
        raise cannot(clause, has_mask=has_mask)
    if not has_mask and not clause.quotes and is_scene(clause):
        return [Backdrop(None, clause.words)]
    named = "" if has_mask else names_subject(clause)
    if clause.unknown and not named and not (has_mask and _names_the_painted(clause)):
        raise cannot(clause, has_mask=has_mask, local=_is_local(clause))
    steps = _understood(clause, named, has_mask=has_mask, pictures=pictures)
    if has_mask and any(isinstance(step, Turn | Reshape | Border | Part | Scale | Collage) for step in steps):
        raise CannotDraw(f"I cannot do this inside a painted part: {clause.words}.", MASK_SUGGESTIONS)
    if not steps or _left_over(clause, steps):
        raise cannot(clause, has_mask=has_mask)
    return steps


def _understood(clause: Clause, named: str, *, has_mask: bool, pictures: int) -> list[Step]:
    if clause.has("collage") or (clause.has("row", "column") and not clause.quotes):
        return [_collage(clause, pictures)]
    if clause.has("watermark"):
        return _watermark(clause, has_mask=has_mask)
    scope = Scope.SUBJECT if named else clause.scope
    if has_mask and scope not in (Scope.BACKGROUND, Scope.SUBJECT):
        scope = Scope.ALL  # the mask shows where
    lettering = _lettering(clause, has_mask=has_mask)
    if frames := _frames(clause):
        return [*_tones(clause, scope, named), *frames, *geometry(clause)]
    if clause.quotes:
        return [*lettering, *_tones(clause, scope, named), *geometry(clause)]
    return [*_colours(clause, scope, named, has_mask=has_mask), *geometry(clause)]


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
    edits = clause.values("effects") or clause.values("colours") or clause.values("shades") or clause.has("erase")
    return bool(edits) and not clause.values("making")


def _left_over(clause: Clause, steps: Sequence[Step]) -> bool:
    """Something that was said and that no step answers: a place or a direction without what it belongs to."""
    kinds: set[type] = {type(step) for step in steps}
    said: dict[str, set[type]] = {
        "places": {Lettering, Watermark, Part},
        "numbers": {Turn, Lettering, Scale, Collage, Hue},
        "times": {Scale},
        "edges": {Scale},
        "shares": {Part},
        "quotes": {Lettering, Watermark},
    }
    if any(clause.values(kind) and not kinds & takers for kind, takers in said.items()):
        return True
    directions = any(token.value("directions") and not token.value("fillers") for token in clause.tokens)
    if directions and not kinds & {Turn, Lettering, Watermark, Part}:
        return True
    if clause.has("tiled") and Watermark not in kinds:
        return True
    return clause.has("text") and Lettering not in kinds and kinds <= {Reshape, Turn}


# --- words -------------------------------------------------------------------------------------------------------


def _lettering(clause: Clause, *, has_mask: bool) -> list[Step]:
    replacing = clause.has("replace_text")
    if not clause.quotes:
        wants = replacing or (_speaks_of_text(clause) and _nothing_else(clause))
        if wants and not clause.unknown:
            raise CannotDraw("I do not know which words to set.", WHICH_WORDS)
        return []
    if replacing and not has_mask:
        raise CannotDraw(
            "I cannot take the old words out of a photograph on my own.",
            "Paint a mask over them and say it again, or ask to add text instead.",
        )
    side, across = _place(clause, Side.CENTRE if has_mask else Side.BOTTOM, "centre")
    amount = int(clause.first("amounts") or 100)
    percent = SMALL_TEXT if amount < 100 or clause.has("downscale") else 100
    percent = LARGE_TEXT if amount > 100 or clause.has("upscale") else percent
    # “replace “Old” with “New””: the last is the one to set.
    texts = clause.quotes[-1:] if replacing else clause.quotes
    colour = clause.first("colours") or ""
    return [Lettering(text, side, colour, replacing, across, percent) for text in texts]


def _speaks_of_text(clause: Clause) -> bool:
    """A title, a caption; “add” alone may mean anything."""
    return any(token.value("marks") == "text" and clause.said(token) not in ADDING for token in clause.tokens)


def _nothing_else(clause: Clause) -> bool:
    kinds = ("effects", "colours", "shapes", "ratios", "angles", "directions")
    marks = set(clause.values("marks")) - {"text", "tint"}
    return not marks and not any(clause.values(kind) for kind in kinds)


def _place(clause: Clause, side: Side, across: str) -> tuple[Side, str]:
    """Where a text stands. "On the left" is half way up; “in the corner” is below on the right."""
    places, ways = clause.values("places"), clause.values("directions")
    way = next((way for way in ways if way in ("left", "right")), "")
    if places:
        return Side(places[0]), way or "centre"
    if "corner" in clause.words.lower():
        return Side.BOTTOM, way or "right"
    return (Side.CENTRE, way) if way else (side, across)


def _watermark(clause: Clause, *, has_mask: bool) -> list[Step]:
    if clause.has("erase"):
        if has_mask:
            return [Erase()]
        raise cannot(clause, has_mask=has_mask, local=True)
    if not clause.quotes:
        raise CannotDraw("I do not know which words the watermark has.", "Add a watermark “© Example” at the bottom.")
    if has_mask:  # the painted part says where
        return [Lettering(text, Side.CENTRE, clause.first("colours") or "") for text in clause.quotes]
    side, across = _place(clause, Side.BOTTOM, "right")
    if clause.values("places") and not clause.values("directions"):
        across = "centre" if side is Side.CENTRE else "right"
    colour = clause.first("colours") or "white"
    return [Watermark(text, side, across, clause.has("tiled"), colour) for text in clause.quotes]


# --- colours -----------------------------------------------------------------------------------------------------


def _frames(clause: Clause) -> list[Step]:
    kinds = [kind for mark, kind in FRAMES.items() if clause.has(mark)]
    if Frame.POLAROID in kinds:
        kinds = [Frame.POLAROID]
    if not kinds or clause.has("erase"):
        return []
    usual = "black" if kinds == [Frame.SHADOW] else "white"
    return [Border(clause.first("colours") or usual, kind, clause.strength) for kind in kinds]


def _tones(clause: Clause, scope: Scope, named: str) -> list[Step]:
    gilding = bool(clause.quotes) or clause.has(*FRAMES)  # "golden" is a light, and of a title or a frame a colour
    said = (token for token in clause.tokens if not (gilding and token.value("colours")))
    effects = dict.fromkeys(value for token in said if (value := token.value("effects")))
    return [Tone(Effect(value), clause.strength, scope, named) for value in effects]


def _colours(clause: Clause, scope: Scope, named: str, *, has_mask: bool) -> list[Step]:
    steps = _tones(clause, scope, named)
    if scope is Scope.BACKGROUND and (clause.has("erase") or clause.has("transparent")):
        return [*steps, Backdrop(None)]
    if clause.has("transparent") and scope is Scope.ALL and not steps:
        return [Backdrop(None)]
    if clause.has("erase"):
        if not has_mask:
            raise CannotDraw(f"I cannot tell by words alone what to take away: {clause.words}.", PAINT_IT)
        return [*steps, Erase()]
    if clause.has("hue"):
        degrees = int(clause.first("angles") or clause.first("numbers") or HUE_DEGREES)
        return [*steps, Hue(degrees % 360, scope, named)]
    return [*steps, *_tints(clause, scope, named)]


def _tints(clause: Clause, scope: Scope, named: str) -> list[Step]:
    lights = {token.value("colours") for token in clause.tokens if token.value("effects")}
    colours = tuple(colour for colour in clause.values("colours") if colour not in lights)
    shade = clause.first("shades")
    if shade:
        return [Tint(shade, scope, named, SHADE)]
    # With bars the colour is theirs.
    if not colours or clause.bars:
        return []
    if scope is Scope.BACKGROUND:
        return [Backdrop(colours[-1])]
    if len(colours) == 2:  # "turn the red car blue", "change red to blue"
        return [Tint(colours[1], Scope.COLOUR, colours[0])]
    return [Tint(colours[-1], scope, named)]


def _collage(clause: Clause, pictures: int) -> Step:
    if pictures < 2:
        raise CannotDraw(
            "A collage needs at least two pictures, and I have only one.",
            f"Attach 2 to {COLLAGE_MOST} pictures to one message and say it again.",
        )
    rows = "row" if clause.has("row") else "column" if clause.has("column") else ""
    return Collage(rows, clause.first("colours") or "white")
