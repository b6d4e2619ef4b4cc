"""The divided sheet: its pictures, its texts and what is painted under and over the pictures. Layouts make them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from core.providers.illustrator.palette import CONTRAST_LEAST, Palette, contrast
from core.providers.illustrator.scene import Scene
from core.providers.illustrator.shapes import Box
from core.providers.illustrator.textbox import TextOutline

TITLE, SUBTITLE, DETAIL = 800, 600, 500  # the weights of type


@dataclass(frozen=True, slots=True)
class Slot:
    """A text, set. `ground` is the flat colour under it, or "" when it stands on the picture."""

    text: str
    box: Box
    set: TextOutline
    ground: str
    ink: str = ""  # decided already when the ground is flat

    @property
    def ink_box(self) -> Box:
        """What the letters take, within the box."""
        return Box(self.box.x + self.set.left, self.box.y, self.set.width, self.set.height)

    def moved(self, x: float, y: float) -> Slot:
        """The same text elsewhere."""
        return replace(self, box=self.box.moved(x, y))


@dataclass(frozen=True, slots=True)
class View:
    """A picture on the sheet: a scene in its box, in the sheet's pixels."""

    box: Box
    scene: Scene
    room: Box  # where the figures go
    corner: float = 0.0
    quiet: tuple[Box, ...] = field(default=())  # where text is: nothing restless goes there
    crowd: Box | None = None  # where figures hide what is behind them


@dataclass(frozen=True, slots=True)
class Sheet:
    """A divided sheet. `under` and `over` are SVG, and are not changed by the picture's style: text stands on them."""

    views: tuple[View, ...]
    slots: tuple[Slot, ...]
    under: str = ""  # what is beneath the pictures: paper
    over: str = ""  # what is above the pictures and beneath the text: a plate, a veil, a bubble


def whole_view(scene: Scene, sheet: Box) -> Sheet:
    """The picture to the edges, without text."""
    return Sheet((View(sheet, scene, sheet),), ())


def flat_ink(ground: str, palette: Palette) -> str:
    """The palette's lighter or darker print colour, whichever reads better on a flat colour."""
    return max((palette.ink, palette.paper), key=lambda colour: contrast(colour, ground))


def readable(colour: str, ground: str, palette: Palette) -> str:
    """A colour if it can be read on this ground, else the best of the print colours."""
    return colour if contrast(colour, ground) >= CONTRAST_LEAST else flat_ink(ground, palette)
