"""Sets a text on a photograph, readable on whatever is behind it: any script, contrast at least 4.5 to 1.

The outlines come from the illustrator's own type setting; a soft scrim behind them is as dark, or as light, as the
brightest or darkest pixel behind the text requires (WCAG 2.2, 1.4.3: 4.5 to 1).
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import assert_never

from PIL import Image, ImageDraw, ImageFilter

from core.errors import CannotDraw
from core.providers.illustrator.edits_effects import COLOURS
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
    room = within or _room(picture.size, lettering.side)
    wide, high = room[2] - room[0], room[3] - room[1]
    if wide < 8 or high < 8:
        raise CannotDraw("The painted part is too small for a text.", "Paint a larger part.")
    largest = high if within else max(picture.size) * 0.09
    glyphs = outline(lettering.text, width=wide, height=high, largest_px=largest)
    if glyphs.missing or not glyphs.svg_path_d:
        letters = " ".join(glyphs.missing) or lettering.text
        raise CannotDraw(f"I have no letters for: {letters}.", "Leave them out and say it again.")
    top = _top(room, glyphs, Side.CENTRE if within else lettering.side)
    box = (room[0], top, room[2], top + round(glyphs.height))
    shape = _shape(picture.size, glyphs, (room[0], top))
    drawn = shape.getbbox() or box
    backing = _backing(picture.crop(drawn), lettering.colour)
    backed = _backed(picture, drawn, backing, None if within else lettering.side)
    backed.paste(backing.paint, (0, 0), shape)
    return Set(backed, drawn, backing.contrast)


def _room(shape: tuple[int, int], side: Side) -> Box:
    width, height = shape
    margin_x, margin_y = round(width * 0.07), round(height * 0.06)
    third = round(height * 0.3)
    match side:
        case Side.TOP:
            return margin_x, margin_y, width - margin_x, margin_y + third
        case Side.BOTTOM:
            return margin_x, height - margin_y - third, width - margin_x, height - margin_y
        case Side.CENTRE:
            return margin_x, (height - third) // 2, width - margin_x, (height + third) // 2


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
    paint = COLOURS[colour]
    light = luminance(paint)
    scrim = (0, 0, 0) if (light + 0.05) / 0.05 >= 1.05 / (light + 0.05) else (255, 255, 255)
    small = behind.convert("RGB")
    small.thumbnail((200, 200), Image.Resampling.BOX)
    worst = _worst(small, scrim)
    enough = (part for part in range(0, 100, 2) if contrast(paint, _over(worst, scrim, part)) >= CONTRAST_AIM)
    percent = next(enough, 100)
    return _Backing(paint, scrim, percent, contrast(paint, _over(worst, scrim, percent)))


def _backed(picture: Image.Image, box: Box, backing: _Backing, side: Side | None) -> Image.Image:
    """A scrim just strong enough: from the picture's edge to beyond the text, then fading; else a soft patch."""
    if backing.percent == 0:
        return picture.copy()
    width, height = picture.size
    # A blur's flank is half as strong on the edge of its shape, so the shape reaches that much farther out.
    spread = max(6, (box[3] - box[1]) // 2)
    pad = round(spread * 1.4)
    match side:
        case Side.TOP:
            solid = (-pad, -pad, width + pad, box[3] + pad)
        case Side.BOTTOM:
            solid = (-pad, box[1] - pad, width + pad, height + pad)
        case Side.CENTRE:
            solid = (-pad, box[1] - pad, width + pad, box[3] + pad)
        case None:
            solid = (box[0] - pad, box[1] - pad, box[2] + pad, box[3] + pad)
        case _:
            assert_never(side)
    canvas = Image.new("L", (width + 4 * pad, height + 4 * pad), 0)
    shifted = tuple(edge + 2 * pad for edge in solid)
    ImageDraw.Draw(canvas).rounded_rectangle(shifted, radius=pad, fill=round(backing.percent * 2.55))
    soft = canvas.filter(ImageFilter.GaussianBlur(spread * 0.6)).crop(
        (2 * pad, 2 * pad, 2 * pad + width, 2 * pad + height)
    )
    return Image.composite(Image.new("RGB", picture.size, backing.scrim), picture, soft)


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
