"""Where a picture is painted: its measures and colours, what has to stay calm, and where figures may be."""

from __future__ import annotations

import math
from dataclasses import dataclass

from core.providers.illustrator.chance import Chance
from core.providers.illustrator.palette import Palette
from core.providers.illustrator.scene import Scene
from core.providers.illustrator.shapes import Box


@dataclass(frozen=True, slots=True)
class Strip:
    """Where feet may stand: from left to right, from far to near (pixels)."""

    left: float
    right: float
    far: float
    near: float


@dataclass(frozen=True, slots=True)
class Site:
    """The sheet for a backdrop. `quiet` are boxes for text: nothing restless goes there."""

    width: float
    height: float
    scene: Scene
    palette: Palette
    quiet: tuple[Box, ...]
    crowd: Box | None = None  # where figures will hide what is behind them

    @property
    def unit(self) -> float:
        """A length that suits both directions: a hundredth of the shorter edge, more for long sheets."""
        short, long = min(self.width, self.height), max(self.width, self.height)
        return (short * 0.7 + math.sqrt(short * long) * 0.3) / 100

    def chance(self, purpose: str) -> Chance:
        """Numbers for one purpose."""
        return Chance(self.scene.seed, f"{purpose}/{self.scene.panel}")

    def is_quiet(self, box: Box) -> bool:
        """Whether something here would disturb a text."""
        return any(box.overlaps(calm) for calm in self.quiet)


@dataclass(frozen=True, slots=True)
class Painted:
    """A painted backdrop: what is behind the figures, what is before them, and where they may be."""

    behind: str
    front: str
    ground: Strip
    sky: Box
    water: Strip | None = None
    shadow: str = "#000000"
    floats: bool = False  # figures hang in water or space: no shadow under them
