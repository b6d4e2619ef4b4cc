"""Who and what is in a picture after an edit: added, removed, replaced, or given something to hold."""

from __future__ import annotations

import re
from dataclasses import replace

from core.providers.illustrator.figures import figures
from core.providers.illustrator.reading import MOST_OF_ONE, Reading
from core.providers.illustrator.scene import Cast, Scene
from core.providers.illustrator.vocabulary import Kind
from core.providers.illustrator.words import tokens

REPLACE = re.compile(
    r"\b(?:replace|swap|exchange|change|turn|switch|transform|make)\b.*?\b(?:with|by|for|into|to)\b", re.IGNORECASE
)
# "make the fox a cat": no preposition, and yet a change of one for the other
BECOMES = re.compile(r"\b(?:make|turn)\s+(?:the|my|this)\s+\S+\s+(?:a|an)\b", re.IGNORECASE)
ADD = re.compile(
    r"\b(?:add|another|more|insert|include|plus|extra|additional|second|third|"
    r"füge|ajoute|ajoutez|añade|agrega|adicione|acrescente|aggiungi|noch)\b"
    r"|加|添加|再|追加|足して|추가|더|जोड़|যোগ|أضف|เพิ่ม",
    re.IGNORECASE,
)
LADDER = ("tiny", "small", "", "big", "huge")
BIGGER = re.compile(
    r"\b(?:bigger|larger|taller|größer|más grande|plus grande?|maior)\b"
    r"|更大|大一点|大きく|크게|बड़ा|বড়",
    re.IGNORECASE,
)
SMALLER = re.compile(
    r"\b(?:smaller|shorter|kleiner|más pequeñ[oa]|plus petite?|menor)\b"
    r"|更小|小一点|小さく|작게|छोटा|ছোট",
    re.IGNORECASE,
)
ONLY = re.compile(r"\b(?:only|just|nur|seulement|solo|só|apenas)\b|只要|だけ|만", re.IGNORECASE)
MENTION = re.compile(r"\b(?:the|this|that|my|his|her|its|their)\s+(?:\w+\s+)?", re.IGNORECASE)


def recast(scene: Scene, reading: Reading, part: str) -> Scene:
    """The scene after one wish. What is only mentioned stays, but for a colour, size or number that it is given."""
    casts = [_without(cast, reading.excluded) for cast in scene.casts if cast.drawing not in reading.excluded]
    here = {drawing for cast in casts for drawing in (cast.drawing, cast.mount, *cast.holds)}
    mentioned = [cast for cast in reading.casts if cast.drawing in here and not _is_more(cast, part)]
    new = [cast for cast in reading.casts if cast not in mentioned]
    if mentioned and new and (REPLACE.search(part) or BECOMES.search(part)) and not ADD.search(part):
        casts = [_in_place(cast, mentioned[0], new[0]) for cast in casts]
        new = new[1:]
    elif mentioned:
        held = tuple(cast.drawing for cast in new if cast.count == 1 and figures().can_be_held(cast.drawing))
        counted = _counted(part)
        tints = tuple(f"{cast.drawing}={cast.colour}" for cast in new if cast.drawing in held and cast.colour)
        casts = [_resized(_changed(cast, mentioned, held, counted, tints), mentioned, part) for cast in casts]
        new = [cast for cast in new if cast.drawing not in held]
    for cast in new:
        casts = _added(casts, cast)
    names = dict.fromkeys((*scene.names, *reading.names, *(f"{c.drawing}={c.name}" for c in reading.casts)))
    return replace(scene, casts=tuple(casts), names=tuple(names)) if tuple(casts) != scene.casts else scene


def _is_more(cast: Cast, part: str) -> bool:
    """ "Add a boat" to a boat wants two; "add a hat to the boat" does not."""
    if any(
        match.end() <= len(part) and part[match.end() :].lower().startswith(cast.name)
        for match in MENTION.finditer(part)
    ):
        return False
    return ADD.search(part) is not None


def _counted(part: str) -> bool:
    """Whether a number is said; a plural alone is none: "make the boats red"."""
    said = tokens(part)[0]
    number = any(t.text.isdecimal() or (t.sense is not None and t.sense.kind is Kind.NUMBER) for t in said)
    return number or ONLY.search(part) is not None


def _without(cast: Cast, excluded: tuple[str, ...]) -> Cast:
    held = tuple(drawing for drawing in cast.holds if drawing not in excluded)
    return replace(cast, holds=held, mount="" if cast.mount in excluded else cast.mount)


def _in_place(cast: Cast, old: Cast, new: Cast) -> Cast:
    """The newcomer takes over number, things and seat."""
    if cast.drawing != old.drawing:
        return cast
    return replace(new, count=max(cast.count, new.count), holds=new.holds or cast.holds, mount=new.mount or cast.mount)


def _changed(cast: Cast, mentioned: list[Cast], held: tuple[str, ...], counted: bool, tints: tuple[str, ...]) -> Cast:
    for other in mentioned:
        if other.drawing == cast.drawing:
            given = (*cast.holds, *other.holds, *(held if other is mentioned[0] else ()))
            return replace(
                cast,
                count=other.count if counted else cast.count,
                holds=tuple(dict.fromkeys(given))[-2:],
                mount=other.mount or cast.mount,
                colour=other.colour or cast.colour,
                size=other.size or cast.size,
                relation=other.relation or cast.relation,
                to=other.to or cast.to,
                tints=(*cast.tints, *tints) if other is mentioned[0] else cast.tints,
            )
        if other.drawing in (cast.mount, *cast.holds) and other.colour:
            kept = [tint for tint in cast.tints if tint.partition("=")[0] != other.drawing]
            return replace(cast, tints=(*kept, f"{other.drawing}={other.colour}"))
    return cast


def _resized(cast: Cast, mentioned: list[Cast], part: str) -> Cast:
    """“Make the boat bigger”: one step of the sizes."""
    step = bool(BIGGER.search(part)) - bool(SMALLER.search(part))
    if not step or cast.drawing not in {other.drawing for other in mentioned}:
        return cast
    at = LADDER.index(cast.size) if cast.size in LADDER else 2
    return replace(cast, size=LADDER[max(0, min(len(LADDER) - 1, at + step))])


def _added(casts: list[Cast], new: Cast) -> list[Cast]:
    """One more of what is there already, or somebody new."""
    for at, cast in enumerate(casts):
        if cast.drawing == new.drawing:
            merged = replace(
                cast,
                count=min(MOST_OF_ONE, cast.count + new.count),
                holds=new.holds or cast.holds,
                mount=new.mount or cast.mount,
            )
            return [*casts[:at], merged, *casts[at + 1 :]]
    return [*casts, new]
