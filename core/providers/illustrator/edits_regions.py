"""Where the parts of a photograph are that words can name: sky, green, water, all of one colour, its subject."""

from __future__ import annotations

import colorsys
from typing import assert_never

from PIL import Image, ImageChops, ImageFilter

from core.errors import CannotDraw
from core.providers.illustrator.edits_clause import PAINT_IT
from core.providers.illustrator.edits_colours import rgb, spoken
from core.providers.illustrator.edits_plan import Scope
from core.providers.illustrator.edits_sky import sky_of
from core.providers.illustrator.edits_subject import subject_of

LEAST_SHARE = 0.01
HUE_WIDTH = 17  # of 256, to either side
GREENS = (38, 118)  # hues of leaves and grass on Pillow's circle of 256


def region_of(picture: Image.Image, scope: Scope, of: str) -> Image.Image | None:
    """The part as `L` of the RGB picture's size; None is everywhere. Raises `CannotDraw` when there is no such part."""
    match scope:
        case Scope.ALL:
            return None
        case Scope.SUBJECT:
            return subject_of(picture)
        case Scope.BACKGROUND:
            return ImageChops.invert(subject_of(picture))
        case Scope.SKY:
            return _found(sky_of(picture), "no sky that I can tell from the rest")
        case Scope.GREENERY:
            return _found(_hues(picture, *GREENS, 40, 18), "no grass or leaves that I can tell by their green")
        case Scope.WATER:
            return _found(_water(picture), "no water that I can tell by its blue")
        case Scope.COLOUR:
            return _found(_of_colour(picture, of), f"nothing {spoken(of)} that I could change")
        case _:
            assert_never(scope)


def _found(region: Image.Image | None, what: str) -> Image.Image:
    if region is None or sum(region.histogram()[128:]) < LEAST_SHARE * region.width * region.height:
        raise CannotDraw(f"I found {what}.", PAINT_IT)
    return region


def _hues(picture: Image.Image, first: int, last: int, least_saturation: int, least_light: int) -> Image.Image:
    """How much each pixel has a hue from `first` to `last` (around the circle when first > last), soft at its ends."""
    hue, saturation, value = picture.filter(ImageFilter.GaussianBlur(1)).convert("HSV").split()
    middle = ((first + last) / 2 if first <= last else (first + last + 256) / 2) % 256
    half = ((last - first) % 256) / 2

    def share(at: int) -> int:
        apart = abs((at - middle + 128) % 256 - 128)
        return max(0, min(255, round(255 * (half + 6 - apart) / 6)))

    likely = hue.point([share(at) for at in range(256)])
    vivid = saturation.point([max(0, min(255, (at - least_saturation + 12) * 20)) for at in range(256)])
    light = value.point([max(0, min(255, (at - least_light) * 12)) for at in range(256)])
    region = ImageChops.darker(ImageChops.darker(likely, vivid), light)
    # Single pixels of another hue inside a leaf belong to it; single ones outside do not.
    return region.filter(ImageFilter.MedianFilter(5)).filter(ImageFilter.GaussianBlur(1))


def _water(picture: Image.Image) -> Image.Image:
    blue = _hues(picture, 105, 182, 22, 20)
    sky = sky_of(picture)
    return blue if sky is None else ImageChops.darker(blue, ImageChops.invert(sky))


def _of_colour(picture: Image.Image, colour: str) -> Image.Image:
    red, green, blue = (part / 255 for part in rgb(colour))
    hue, saturation, value = colorsys.rgb_to_hsv(red, green, blue)
    if saturation < 0.2:
        return _greys(picture, round(value * 255))
    at = round(hue * 256)
    return _hues(picture, (at - HUE_WIDTH) % 256, (at + HUE_WIDTH) % 256, 70, 24)


def _greys(picture: Image.Image, light: int) -> Image.Image:
    """White, grey and black: little colour, and about that light."""
    _, saturation, value = picture.filter(ImageFilter.GaussianBlur(1)).convert("HSV").split()
    pale = saturation.point([max(0, min(255, (62 - at) * 10)) for at in range(256)])
    near = value.point([max(0, min(255, (62 - abs(at - light)) * 10)) for at in range(256)])
    return ImageChops.darker(pale, near).filter(ImageFilter.MedianFilter(3))
