"""Sets a text on a photograph, readable on whatever is behind it: any script, contrast at least 4.5 to 1.

The outlines come from the illustrator's own type setting; a soft scrim behind them is as dark, or as light, as the
brightest or darkest pixel behind the text requires (WCAG 2.2, 1.4.3: 4.5 to 1).
"""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image, ImageFilter

from core.errors import CannotDraw
from core.providers.illustrator.edits_colours import rgb
from core.providers.illustrator.edits_plan import Lettering, Side
from core.providers.illustrator.render import svg_to_png
from core.providers.illustrator.textbox import TextOutline, outline

CONTRAST_MIN = 4.5
CONTRAST_AIM = 5.2  # a little more than is required: JPEG and scaling take some of it
Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Set:
    """A picture with its text, where that stands, and its contrast against the worst pixel behind it."""

    picture: Image.Image
    box: Box
    contrast: float


@dataclass(frozen=True, slots=True)
class _Backing:
    """A text's colour, what lies behind it at which strength, and the contrast that this gives."""

    paint: tuple[int, int, int]
    scrim: tuple[int, int, int]
    percent: int
    contrast: float


def lettered(picture: Image.Image, lettering: Lettering, within: Box | None) -> Set:
    """Set the text on an RGB picture: at its side, or into the box of a painted part. Raises `CannotDraw`."""
    room = within or _room(picture.size, lettering.side, lettering.across)
    wide, high = room[2] - room[0], room[3] - room[1]
    if wide < 8 or high < 8:
        raise CannotDraw("The painted part is too small for a text.", "Paint a larger part.")
    largest = high if within else max(picture.size) * 0.09
    largest *= lettering.percent / 100
    align = "center" if within or lettering.across == "centre" else lettering.across
    glyphs = outline(lettering.text, width=wide, height=high, largest_px=largest, align=align)
    if glyphs.missing or not glyphs.svg_path_d:
        letters = " ".join(glyphs.missing) or lettering.text
        raise CannotDraw(f"I have no letters for: {letters}.", "Leave them out and say it again.")
    top = _top(room, glyphs, Side.CENTRE if within else lettering.side)
    box = (room[0], top, room[2], top + round(glyphs.height))
    shape = _shape(picture.size, glyphs, (room[0], top))
    drawn = shape.getbbox() or box
    backing = _backing(picture.crop(drawn), lettering.colour)
    beside = within is not None or lettering.across != "centre"
    backed = _backed(picture, drawn, backing, None if beside else lettering.side, shape)
    backed.paste(backing.paint, (0, 0), shape)
    return Set(backed, drawn, backing.contrast)


def _room(shape: tuple[int, int], side: Side, across: str) -> Box:
    width, height = shape
    margin_x, margin_y = round(width * 0.07), round(height * 0.06)
    third = round(height * 0.3)
    left, _, right, _ = _column(width, margin_x, across)
    match side:
        case Side.TOP:
            return left, margin_y, right, margin_y + third
        case Side.BOTTOM:
            return left, height - margin_y - third, right, height - margin_y
        case Side.CENTRE:
            return left, (height - third) // 2, right, (height + third) // 2


def _column(width: int, margin: int, across: str) -> Box:
    """The whole width, or a little less than half of it on one side."""
    if across == "centre":
        return margin, 0, width - margin, 0
    margin = round(margin * 0.7)
    half = round(width * 0.46)
    return (margin, 0, half, 0) if across == "left" else (width - half, 0, width - margin, 0)


def _top(room: Box, glyphs: TextOutline, side: Side) -> int:
    spare = room[3] - room[1] - glyphs.height
    return round(room[1] + {Side.TOP: 0.0, Side.CENTRE: spare / 2, Side.BOTTOM: spare}[side])


def _shape(size: tuple[int, int], glyphs: TextOutline, at: tuple[int, int]) -> Image.Image:
    """Where the letters are, as `L`."""
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size[0]}" height="{size[1]}">'
        f'<path transform="translate({at[0]} {at[1]})" fill="#000" d="{glyphs.svg_path_d}"/></svg>'
    )
    with Image.open(io.BytesIO(svg_to_png(svg, *size)), formats=("PNG",)) as rendered:
        return rendered.convert("RGBA").getchannel("A")


def _backing(behind: Image.Image, colour: str) -> _Backing:
    """What a text of this colour needs behind it; without a colour, white or black: the one that needs less."""
    if not colour:
        return min((_backing(behind, choice) for choice in ("white", "black")), key=lambda backing: backing.percent)
    paint = rgb(colour)
    light = luminance(paint)
    scrim = (0, 0, 0) if (light + 0.05) / 0.05 >= 1.05 / (light + 0.05) else (255, 255, 255)
    small = behind.convert("RGB")
    small.thumbnail((200, 200), Image.Resampling.BOX)
    worst = _worst(small, scrim)
    enough = (part for part in range(0, 100, 2) if contrast(paint, _over(worst, scrim, part)) >= CONTRAST_AIM)
    percent = next(enough, 100)
    return _Backing(paint, scrim, percent, contrast(paint, _over(worst, scrim, percent)))


def _backed(picture: Image.Image, box: Box, backing: _Backing, side: Side | None, shape: Image.Image) -> Image.Image:
    """A scrim just strong enough: a band that fades slowly away from the text, or a glow around the letters."""
    if backing.percent == 0:
        return picture.copy()
    full = backing.percent * 2.55
    scrim = _glow(box, shape) if side is None else _band(picture.size, box, side)
    depth = scrim.point([round(value * full / 255) for value in range(256)])
    return Image.composite(Image.new("RGB", picture.size, backing.scrim), picture, depth)


def _band(size: tuple[int, int], box: Box, side: Side) -> Image.Image:
    """All of it behind the text, and from there to nothing over the height of two lines: no edge is to be seen."""
    width, height = size
    pad = max(3, (box[3] - box[1]) // 6)
    fade = max(round(height * 0.14), round((box[3] - box[1]) * 1.3))
    top, bottom = box[1] - pad, box[3] + pad
    column = Image.new("L", (1, height))

    def strength(y: int) -> int:
        beyond = max(0 if side is Side.TOP else top - y, 0 if side is Side.BOTTOM else y - bottom, 0)
        left = max(0.0, 1 - beyond / fade)
        return round(255 * left * left * (3 - 2 * left))

    column.putdata([strength(y) for y in range(height)])
    return column.resize((width, height))


def _glow(box: Box, shape: Image.Image) -> Image.Image:
    """Around the letters, whole where they are, and soon gone."""
    reach = max(6, min(60, (box[3] - box[1]) // 3))
    # On a quarter of the size: a glow has no detail, and a wide blur costs by the pixel.
    step = max(1, reach // 6)
    small = shape.reduce(step).point([min(255, value * 6) for value in range(256)])
    wide = small.filter(ImageFilter.MaxFilter(2 * max(1, reach // step // 2) + 1))
    soft = wide.filter(ImageFilter.GaussianBlur(reach / step / 3.2)).point(
        [min(255, value * 2) for value in range(256)]
    )
    soft = soft.filter(ImageFilter.GaussianBlur(reach / step / 2.2)).point(
        [min(255, value * 5 // 4) for value in range(256)]
    )
    return soft.resize(shape.size, Image.Resampling.BICUBIC)


def _worst(behind: Image.Image, scrim: tuple[int, int, int]) -> tuple[int, int, int]:
    """The pixel that a light text fears most is the lightest one; a dark text's is the darkest."""
    colours = behind.getcolors(200 * 200) or []
    pick = max if scrim == (0, 0, 0) else min
    worst = pick(
        (colour for _, colour in colours if isinstance(colour, tuple)), key=lambda c: luminance((c[0], c[1], c[2]))
    )
    return worst[0], worst[1], worst[2]


def _over(below: tuple[int, int, int], above: tuple[int, int, int], percent: int) -> tuple[int, int, int]:
    red, green, blue = (round(b + (a - b) * percent / 100) for a, b in zip(above, below, strict=True))
    return red, green, blue


def luminance(colour: tuple[int, int, int]) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (part / 255 for part in colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    """Contrast ratio, 1 to 21 (WCAG 2.2)."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)
