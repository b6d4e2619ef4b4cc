"""Who and what is in a picture after an edit: added, removed, replaced, or given something to hold."""

from __future__ import annotations

import re
from dataclasses import replace

from core.providers.illustrator.figures import figures
from core.providers.illustrator.reading import MOST_OF_ONE, Reading
from core.providers.illustrator.scene import Cast, Scene

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
MENTION = re.compile(r"\b(?:the|this|that|my|his|her|its|their)\s+(?:\w+\s+)?", re.IGNORECASE)


def recast(scene: Scene, reading: Reading, part: str) -> Scene:
    """The scene after one wish. What is only mentioned stays as it is: "make the boat bigger" changes nothing here."""
    casts = [_without(cast, reading.excluded) for cast in scene.casts if cast.drawing not in reading.excluded]
    here = {cast.drawing for cast in casts}
    mentioned = [cast for cast in reading.casts if cast.drawing in here and not _is_more(cast, part)]
    new = [cast for cast in reading.casts if cast not in mentioned]
    if mentioned and new and (REPLACE.search(part) or BECOMES.search(part)) and not ADD.search(part):
        casts = [_in_place(cast, mentioned[0], new[0]) for cast in casts]
        new = new[1:]
    elif mentioned:
        held = tuple(cast.drawing for cast in new if cast.count == 1 and figures().can_be_held(cast.drawing))
        casts = [_changed(cast, mentioned, held) for cast in casts]
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
    return cast.count > 1 or ADD.search(part) is not None


def _without(cast: Cast, excluded: tuple[str, ...]) -> Cast:
    held = tuple(drawing for drawing in cast.holds if drawing not in excluded)
    return replace(cast, holds=held, mount="" if cast.mount in excluded else cast.mount)


def _in_place(cast: Cast, old: Cast, new: Cast) -> Cast:
    """The newcomer takes over number, things and seat."""
    if cast.drawing != old.drawing:
        return cast
    return replace(new, count=max(cast.count, new.count), holds=new.holds or cast.holds, mount=new.mount or cast.mount)


def _changed(cast: Cast, mentioned: list[Cast], held: tuple[str, ...]) -> Cast:
    for other in mentioned:
        if other.drawing == cast.drawing:
            given = (*cast.holds, *other.holds, *(held if other is mentioned[0] else ()))
            return replace(cast, holds=tuple(dict.fromkeys(given))[-2:], mount=other.mount or cast.mount)
    return cast


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
