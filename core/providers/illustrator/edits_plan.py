"""The values of a photo edit: what was understood, as steps. Plain and picklable, so a step may run in any process."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from core.model import Ratio, Size

LONG_EDGE_MAX = 4096


class Effect(StrEnum):
    """A change of the pixels' colours that keeps every pixel's place. Its names are keys of `edits_words.toml`."""

    NIGHT = "night"
    WARM = "warm"
    COOL = "cool"
    BLACK_AND_WHITE = "black_and_white"
    SEPIA = "sepia"
    BRIGHTER = "brighter"
    DARKER = "darker"
    MORE_CONTRAST = "more_contrast"
    LESS_CONTRAST = "less_contrast"
    VIVID = "vivid"
    FADED = "faded"
    BLUR = "blur"
    SHARPEN = "sharpen"
    SKETCH = "sketch"
    INVERT = "invert"
    PIXELATE = "pixelate"
    VIGNETTE = "vignette"


class Scope(StrEnum):
    """Where in the picture, by what can be told apart without being shown."""

    ALL = "all"
    BACKGROUND = "background"
    SUBJECT = "subject"


class Side(StrEnum):
    """Where a text stands."""

    TOP = "top"
    BOTTOM = "bottom"
    CENTRE = "centre"


class Fill(StrEnum):
    """How a shape is reached: by cutting, by adding blurred surroundings, or by whichever loses less."""

    CROP = "crop"
    EXTEND = "extend"
    AUTO = "auto"


@dataclass(frozen=True, slots=True)
class Tone:
    """One effect; `strength` 100 is its usual measure."""

    effect: Effect
    strength: int = 100
    scope: Scope = Scope.ALL


@dataclass(frozen=True, slots=True)
class Tint:
    """Colour what is there, keeping its light and shade."""

    colour: str
    scope: Scope = Scope.ALL


@dataclass(frozen=True, slots=True)
class Backdrop:
    """Put one colour behind the subject, or nothing at all (None: transparent)."""

    colour: str | None


@dataclass(frozen=True, slots=True)
class Erase:
    """Fill the painted part from its surroundings."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Rotate clockwise by 90, 180 or 270 degrees, or mirror."""

    degrees: int = 0
    mirror: str = ""  # "horizontal", "vertical"


@dataclass(frozen=True, slots=True)
class Reshape:
    """Reach a ratio; with `pixels` exactly these. Neither: the order's own size says it."""

    ratio: Ratio | None
    fill: Fill
    pixels: Size | None = None


@dataclass(frozen=True, slots=True)
class Border:
    """A frame of one colour around the picture."""

    colour: str


@dataclass(frozen=True, slots=True)
class Lettering:
    """Set a text; an empty `colour` takes white or black, whichever needs less behind it.

    `replacing`: first fill the painted part from its surroundings, then set the text into it.
    """

    text: str
    side: Side
    colour: str
    replacing: bool = False


Step = Tone | Tint | Backdrop | Erase | Turn | Reshape | Border | Lettering


@dataclass(frozen=True, slots=True)
class EditPlan:
    """An instruction that was understood as a whole: its steps, in the order in which they are done."""

    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Edited:
    """The result. `remarks` are sentences for the person about what was done in their name."""

    data: bytes
    width: int
    height: int
    alt: str
    remarks: tuple[str, ...] = ()
