"""What is put around a picture: a border, an instant photograph's card, round corners, a shadow."""

from __future__ import annotations

from typing import assert_never

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

from core.providers.illustrator.edits_colours import rgb
from core.providers.illustrator.edits_plan import Border, Frame

OVERSAMPLING = 4
PAPER = (244, 244, 242)
CARD = (250, 249, 245)


def framed(picture: Image.Image, border: Border) -> Image.Image:
    """The picture in its frame, RGB or RGBA; of the same size, but for the card of an instant photograph."""
    match border.kind:
        case Frame.BORDER:
            return _bordered(picture, border)
        case Frame.POLAROID:
            return _polaroid(picture)
        case Frame.ROUNDED:
            return _rounded(picture, border.strength)
        case Frame.SHADOW:
            return _shadowed(picture, border)
        case _:
            assert_never(border.kind)


def _bordered(picture: Image.Image, border: Border) -> Image.Image:
    """The same pixels with a frame of a thirtieth of the short edge, laid over the rim."""
    width = max(4, round(min(picture.size) / 30 * border.strength / 100))
    whole = picture.copy()
    paint = rgb(border.colour) + ((255,) if picture.mode == "RGBA" else ())
    ImageDraw.Draw(whole).rectangle((0, 0, picture.width - 1, picture.height - 1), outline=paint, width=width)
    return whole


def _polaroid(picture: Image.Image) -> Image.Image:
    """A white card with a wide foot around the whole picture, which makes the sheet larger."""
    wide, high = picture.size
    side, foot = round(min(wide, high) * 0.06), round(min(wide, high) * 0.21)
    card = Image.new("RGB", (wide + 2 * side, high + side + foot), CARD)
    card.paste(picture, (side, side), picture if picture.mode == "RGBA" else None)
    box = (side, side, side + wide - 1, side + high - 1)
    ImageDraw.Draw(card).rectangle(box, outline=(206, 204, 198), width=max(1, side // 24))
    return card


def _corner_mask(size: tuple[int, int], radius: int) -> Image.Image:
    """A rounded rectangle, `L`: its corners are drawn four times as large, so that they are smooth."""
    mask = Image.new("L", size, 255)
    side = min(radius, min(size) // 2)
    corner = Image.new("L", (side * OVERSAMPLING, side * OVERSAMPLING), 0)
    ImageDraw.Draw(corner).ellipse((0, 0, 2 * side * OVERSAMPLING - 1, 2 * side * OVERSAMPLING - 1), fill=255)
    corner = corner.resize((side, side), Image.Resampling.LANCZOS)
    mask.paste(corner, (0, 0))
    mask.paste(ImageOps.mirror(corner), (size[0] - side, 0))
    mask.paste(ImageOps.flip(corner), (0, size[1] - side))
    mask.paste(ImageOps.flip(ImageOps.mirror(corner)), (size[0] - side, size[1] - side))
    return mask


def _rounded(picture: Image.Image, strength: int) -> Image.Image:
    radius = round(min(picture.size) * 0.07 * strength / 100)
    whole = picture.convert("RGBA")
    whole.putalpha(ImageChops.darker(whole.getchannel("A"), _corner_mask(picture.size, max(2, radius))))
    return whole


def _shadowed(picture: Image.Image, border: Border) -> Image.Image:
    """A little smaller, with a soft shadow: a cut-out keeps its transparent ground, a photograph lies on paper."""
    wide, high = picture.size
    cut_out = picture.mode == "RGBA"
    share = 0.94 if cut_out else 0.88
    small = picture.resize((round(wide * share), round(high * share)), Image.Resampling.LANCZOS).convert("RGBA")
    left, top = (wide - small.width) // 2, round((high - small.height) * 0.42)
    short = min(picture.size)
    drop, blur = round(short * 0.018), short * 0.02
    shape = Image.new("L", picture.size, 0)
    shape.paste(small.getchannel("A"), (left, top + drop))
    depth = min(0.85, 0.5 * border.strength / 100)
    dim = shape.filter(ImageFilter.GaussianBlur(blur)).point([round(value * depth) for value in range(256)])
    ground = Image.new("RGBA", picture.size, (0, 0, 0, 0) if cut_out else (*PAPER, 255))
    shade = Image.new("RGBA", picture.size, (*rgb(border.colour), 0))
    shade.putalpha(dim)
    ground.alpha_composite(shade)
    ground.alpha_composite(small, (left, top))
    return ground if cut_out else ground.convert("RGB")
