"""What all parts of a screen share: their grounds, their size of type, and words or bars in the place of words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.providers.illustrator.layouts.colours import Print
from core.providers.illustrator.layouts.lettering import line
from core.providers.illustrator.palette import Palette, mix
from core.providers.illustrator.scene import Scene
from core.providers.illustrator.shapes import Box, rect
from core.providers.illustrator.sheet import DETAIL, Slot

Made = tuple[list[Slot], str]


@dataclass(frozen=True, slots=True)
class Look:
    """What all parts of a screen share: its grounds, its em in pixels, the drawings to show."""

    scene: Scene
    paper: Palette
    screen: Print
    card: Print
    accent: Print
    em: float
    things: Sequence[str]
    flip: bool

    @property
    def quiet(self) -> str:
        """Where words would be."""
        return mix(self.screen.ink, self.screen.ground, 0.8)

    def thing(self, at: int) -> str:
        """One of the drawings, in turns; "" when there are none."""
        return self.things[at % len(self.things)] if self.things else ""

    def words(
        self, text: str, box: Box, face: Print, weight: int = DETAIL, align: str = "start", size: float = 1.0
    ) -> Made:
        """A label, or a bar in its place."""
        if text:
            side = {"start": "right" if self.flip else "left", "end": "left" if self.flip else "right"}.get(
                align, align
            )
            return [line(text, box, face.ground, face.ink, weight=weight, align=side, largest_px=self.em * size)], ""
        tall = self.em * 0.5 * size
        wide = box.width * (0.5 if align == "center" else 0.62)
        x = box.x + (box.width - wide) / 2 if align == "center" else (box.right - wide if self.flip else box.x)
        bar = Box(x, box.y + (box.height - tall) / 2, wide, tall)
        return [], rect(bar, mix(face.ink, face.ground, 0.72), tall / 2)
