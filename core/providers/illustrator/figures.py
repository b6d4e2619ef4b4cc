"""What the drawings are like: which are heads, which fly, swim, carry somebody or are too large to be held."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from importlib import resources

from core.providers.illustrator.pictures import OWN
from core.providers.illustrator.shaping import clusters

# Blocks of animals: U+1F400-1F43F, and the later ones of U+1F980-1F9AE (Unicode emoji charts).
# People, alone or as the first part of a sequence (Unicode emoji charts, "People & Body").
PEOPLE = (
    range(0x1F466, 0x1F488), range(0x1F574, 0x1F576), range(0x1F57A, 0x1F57B), range(0x1F645, 0x1F650),
    range(0x1F926, 0x1F93F), range(0x1F977, 0x1F978), range(0x1F9B8, 0x1F9BA), range(0x1F9CD, 0x1F9E0),
    range(0x1F3C2, 0x1F3C5), range(0x1F3C7, 0x1F3C8), range(0x1F3CA, 0x1F3CD), range(0x1F385, 0x1F386),
)  # fmt: skip
OTHERS = frozenset("☃⛄👻")  # somebody, too
THING = 0.62  # what can be held and has no size of its own
ANIMALS = (range(0x1F400, 0x1F43E), range(0x1F980, 0x1F9AF))


@dataclass(frozen=True, slots=True)
class Figures:
    """Sets of drawings by how they behave. Sizes are relative to a standing person's 1.0."""

    heads: frozenset[str]
    sky: frozenset[str]
    water: frozenset[str]
    swimming: frozenset[str]
    mounts: frozenset[str]
    large: frozenset[str]
    containers: frozenset[str]
    trees: frozenset[str]
    covers: frozenset[str]
    flat: frozenset[str]
    hats: frozenset[str]
    furniture: frozenset[str]
    sizes: dict[str, float]
    front: dict[str, str]

    def is_creature(self, drawing: str) -> bool:
        """Somebody, not something: never held in a hand."""
        return (
            drawing in self.heads or drawing[0] in OTHERS or any(ord(drawing[0]) in block for block in ANIMALS + PEOPLE)
        )

    def can_be_held(self, drawing: str) -> bool:
        """Small enough for a hand."""
        return not self.is_creature(drawing) and drawing not in self.large and drawing not in self.mounts

    def size(self, drawing: str) -> float:
        """Its height against a standing person's."""
        known = self.sizes.get(_plain(drawing))
        if known is not None:
            return known
        return THING if self.can_be_held(drawing) else 1.0


def _plain(drawing: str) -> str:
    return drawing.replace("\ufe0f", "") if len(drawing) == 2 else drawing


def _split(drawings: str) -> frozenset[str]:
    return frozenset(drawings[start:end] for start, end in clusters(drawings))


@functools.cache
def figures() -> Figures:
    """The table in figures.toml."""
    table = tomllib.loads(resources.files("core.providers.illustrator").joinpath("figures.toml").read_text("utf-8"))
    own = table["own"]
    sizes = {_plain(drawing): float(size) for size, drawings in table["sizes"].items() for drawing in _split(drawings)}
    sizes |= {f"{OWN}{name}": float(size) for size, names in own["sizes"].items() for name in names.split()}
    names = ("heads", "sky", "water", "swimming", "mounts", "large", "containers", "trees", "covers", "flat", "hats")
    groups = {
        group: _split(table.get(group, "")) | {f"{OWN}{name}" for name in own.get(group, "").split()}
        for group in (*names, "furniture")
    }
    return Figures(**groups, sizes=sizes, front=table["front"])
