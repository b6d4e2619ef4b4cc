"""The values of a photo edit: what was understood, as steps. Plain and picklable, so a step may run in any process."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from core.model import Ratio, Size

LONG_EDGE_MAX = 4096
PIXELS_MAX = 16_777_216


class Effect(StrEnum):
    """A change of the pixels' colours that keeps every pixel's place. Its names are keys of `edits_words.toml`."""

    NIGHT = "night"
    SUNSET = "sunset"
    FOG = "fog"
    RAIN = "rain"
    SNOW = "snow"
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
    ENHANCE = "enhance"
    BLUR = "blur"
    SHARPEN = "sharpen"
    DENOISE = "denoise"
    SKETCH = "sketch"
    POSTERIZE = "posterize"
    GRAIN = "grain"
    INVERT = "invert"
    PIXELATE = "pixelate"
    VIGNETTE = "vignette"


class Scope(StrEnum):
    """Where in the picture, by what can be told apart without being shown."""

    ALL = "all"
    BACKGROUND = "background"
    SUBJECT = "subject"
    SKY = "sky"
    GREENERY = "greenery"
    WATER = "water"
    COLOUR = "colour"  # all that has one colour: "turn the red parts blue"


class Side(StrEnum):
    """Where a text or a watermark stands."""

    TOP = "top"
    BOTTOM = "bottom"
    CENTRE = "centre"


class Fill(StrEnum):
    """How a shape is reached: by cutting, by adding surroundings, or by whichever loses less."""

    CROP = "crop"
    EXTEND = "extend"  # the edges' mirror image, softer the farther out
    MIRROR = "mirror"  # the picture's own mirror image, sharp
    BLUR = "blur"  # the whole picture behind itself, blurred
    PAPER = "paper"  # one colour
    AUTO = "auto"


class Frame(StrEnum):
    """What is put around a picture."""

    BORDER = "border"
    POLAROID = "polaroid"
    ROUNDED = "rounded"
    SHADOW = "shadow"


@dataclass(frozen=True, slots=True)
class Tone:
    """One effect; `strength` 100 is its usual measure. `of` is the colour, or the noun for the subject."""

    effect: Effect
    strength: int = 100
    scope: Scope = Scope.ALL
    of: str = ""


@dataclass(frozen=True, slots=True)
class Tint:
    """Colour what is there, keeping its light and shade. `strength` 100 is that colour, 45 a shade of it."""

    colour: str
    scope: Scope = Scope.ALL
    of: str = ""
    strength: int = 100


@dataclass(frozen=True, slots=True)
class Hue:
    """Turn all hues around the colour circle."""

    degrees: int
    scope: Scope = Scope.ALL
    of: str = ""


@dataclass(frozen=True, slots=True)
class Backdrop:
    """Put behind the subject: a drawn scene (`words`), one colour, or nothing at all (both empty: transparent)."""

    colour: str | None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Erase:
    """Fill the painted part from its surroundings."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Rotate clockwise, or mirror."""

    degrees: int = 0
    mirror: str = ""  # "horizontal", "vertical"


@dataclass(frozen=True, slots=True)
class Part:
    """Keep a part: the share in per cent that is cut from the left, top, right and bottom; or what stands out."""

    left: int = 0
    top: int = 0
    right: int = 0
    bottom: int = 0
    subject: bool = False


@dataclass(frozen=True, slots=True)
class Reshape:
    """Reach a ratio; with `pixels` exactly these. Neither: the order's own size says it."""

    ratio: Ratio | None
    fill: Fill
    pixels: Size | None = None
    colour: str = "white"  # of the paper


@dataclass(frozen=True, slots=True)
class Scale:
    """More pixels, or fewer: `percent` of each edge; or a longest edge."""

    percent: int = 200
    long_edge: int = 0


@dataclass(frozen=True, slots=True)
class Border:
    """A frame around the picture."""

    colour: str
    kind: Frame = Frame.BORDER
    strength: int = 100


@dataclass(frozen=True, slots=True)
class Collage:
    """All pictures of the order on one sheet: as a grid, in one row, or in one column."""

    rows: str = ""  # "", "row", "column"
    colour: str = "white"


@dataclass(frozen=True, slots=True)
class Lettering:
    """Set a text; an empty `colour` takes white or black, whichever needs less behind it.

    `replacing`: first fill the painted part from its surroundings, then set the text into it. `across` is "left",
    "centre" or "right"; `percent` of the usual size.
    """

    text: str
    side: Side
    colour: str
    replacing: bool = False
    across: str = "centre"
    percent: int = 100


@dataclass(frozen=True, slots=True)
class Watermark:
    """A small, half transparent text in a corner, or all over."""

    text: str
    side: Side = Side.BOTTOM
    across: str = "right"
    tiled: bool = False
    colour: str = "white"


Step = Collage | Turn | Part | Erase | Backdrop | Tint | Hue | Tone | Reshape | Scale | Lettering | Watermark | Border

# The order in which they are done: turned first, lettered late, framed last. A text must not be mirrored, blurred or
# cut by what was said after it. A frame is around the text as well.
ORDER: tuple[type, ...] = (
    Collage,
    Turn,
    Part,
    Erase,
    Backdrop,
    Hue,
    Tint,
    Tone,
    Reshape,
    Scale,
    Lettering,
    Watermark,
    Border,
)


@dataclass(frozen=True, slots=True)
class EditPlan:
    """An instruction: its steps in the order in which they are done, and a sentence for each part that is none."""

    steps: tuple[Step, ...]
    shortfalls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Edited:
    """The result. `remarks` are sentences about what was done in the person's name, `shortfalls` about what was not."""

    data: bytes
    width: int
    height: int
    alt: str
    remarks: tuple[str, ...] = ()
    shortfalls: tuple[str, ...] = ()
