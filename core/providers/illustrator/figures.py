"""What the drawings are like: which are heads, which fly, swim, carry somebody or are too large to be held."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from importlib import resources

from core.providers.illustrator.shaping import clusters

# Blocks of animals: U+1F400-1F43F, and the later ones of U+1F980-1F9AE (Unicode emoji charts).
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
    sizes: dict[str, float]

    def is_creature(self, drawing: str) -> bool:
        """Somebody, not something: never held in a hand."""
        return drawing in self.heads or any(ord(drawing[0]) in block for block in ANIMALS) or "🧑" in drawing

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
    sizes = {_plain(drawing): float(size) for size, drawings in table["sizes"].items() for drawing in _split(drawings)}
    groups = {name: _split(table[name]) for name in ("heads", "sky", "water", "swimming", "mounts", "large")}
    return Figures(**groups, sizes=sizes)
