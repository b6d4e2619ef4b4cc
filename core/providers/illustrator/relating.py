"""Which relations between two things can be drawn, and what is said of those that cannot."""

from __future__ import annotations

from dataclasses import dataclass

from core.providers.illustrator.figures import figures
from core.providers.illustrator.scene import Cast

EITHER = "at"  # "en", "em": on or in, as the second thing has it


@dataclass(frozen=True, slots=True)
class Related:
    """The relation to draw ("" for none), and a sentence when it is not the one that was asked for."""

    relation: str
    remark: str = ""


def related(relation: str, source: Cast, target: Cast) -> Related:
    """How `source` can stand to `target`. `relation` is a key of a lexicon's [relations]."""
    kinds, drawing = figures(), target.drawing
    if relation in ("holding", "riding"):
        return Related("")
    if relation == EITHER:
        relation = "in" if drawing in kinds.containers else "on"
    inside = drawing in kinds.containers or drawing in kinds.trees
    below = drawing in kinds.covers or drawing in kinds.trees or drawing in kinds.sky
    if (relation == "in" and not inside) or (relation == "under" and not below):
        said = f"I cannot draw a {source.name} {relation} a {target.name}; they are beside each other."
        return Related("beside", said)
    return Related(relation)
