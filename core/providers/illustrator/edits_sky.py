"""Finds the sky of a photograph by its light, its colour and its place; Pillow alone does it."""

from __future__ import annotations

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps


def sky_of(picture: Image.Image) -> Image.Image | None:
    """Where the sky is, as `L`: bright, not warm, and joined to the upper edge. None when there is none to speak of."""
    small = picture.copy()
    small.thumbnail((160, 160), Image.Resampling.BOX)
    likely = _skylike(small.filter(ImageFilter.GaussianBlur(1))).point([255 if v > 110 else 0 for v in range(256)])
    for x in range(0, likely.width, 4):
        if likely.getpixel((x, 0)) == 255:
            ImageDraw.floodfill(likely, (x, 0), 128)
    joined = likely.point([255 if value == 128 else 0 for value in range(256)])
    if joined.histogram()[255] < likely.width * likely.height * 0.04:
        return None
    # The small mask says where, the full one draws the edge: along roofs and leaves, without a halo.
    near = joined.filter(ImageFilter.MaxFilter(5)).resize(picture.size, Image.Resampling.BICUBIC)
    return ImageChops.darker(near, _skylike(picture))


def _skylike(picture: Image.Image) -> Image.Image:
    """How much each pixel could be sky by its own colour: light and rather blue or grey than warm."""
    red, _, blue = picture.split()
    light = ImageOps.grayscale(picture).point([max(0, min(255, (value - 120) * 5)) for value in range(256)])
    warm = ImageChops.subtract(red, blue).point([max(0, 255 - max(0, value - 12) * 14) for value in range(256)])
    return ImageChops.darker(light, warm)
