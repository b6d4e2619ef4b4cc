"""Which sizes can be asked for, and what `auto` becomes."""

from __future__ import annotations

import re
from math import isqrt

from emulators.image_api import models
from emulators.image_api.models import Model
from emulators.image_api.refusals import cannot, not_one_of

_SIZE = re.compile(r"([1-9]\d{0,4})x([1-9]\d{0,4})")
AUTO_EDGE = 1254  # what `auto` really gave once: not even a multiple of 16


def check_size(name: str, row: Model) -> tuple[int, int] | None:
    """The pixels of a size that the model can draw; None for `auto`."""
    if name == "auto":
        return None
    if row.fixed_sizes:
        if name not in row.fixed_sizes:
            raise not_one_of("size", name, (*row.fixed_sizes, "auto"))
        legacy_width, _, legacy_height = name.partition("x")
        return int(legacy_width), int(legacy_height)
    found = _SIZE.fullmatch(name)
    if not found:
        raise cannot(f"Invalid size '{name}'. Expected 'auto' or WIDTHxHEIGHT, for example '1536x864'.", "size")
    width, height = int(found[1]), int(found[2])
    if width % models.EDGE_MULTIPLE or height % models.EDGE_MULTIPLE:
        raise cannot("Width and height must both be divisible by 16.", "size")
    if max(width, height) > models.EDGE_MAX:
        raise cannot("The longest edge must be less than or equal to 3840.", "size")
    if max(width, height) > models.RATIO_MAX * min(width, height):
        raise cannot("The requested aspect ratio must be between 1:3 and 3:1.", "size")
    if width * height < models.PIXELS_MIN:
        raise cannot("Requested resolution is below the current minimum pixel budget.", "size")
    if width * height > models.PIXELS_MAX:
        raise cannot("Requested resolution exceeds the current pixel budget.", "size")
    return width, height


def chosen(row: Model, source: tuple[int, int] | None) -> tuple[int, int]:
    """What `auto` becomes: about 1.5 megapixels in the first picture's own ratio."""
    if row.fixed_sizes:
        return nearest_legacy(source or (1, 1))
    if source is None:
        return AUTO_EDGE, AUTO_EDGE
    width, height = source
    ratio = max(1 / models.RATIO_MAX, min(models.RATIO_MAX, width / height))
    return isqrt(round(AUTO_EDGE * AUTO_EDGE * ratio)), isqrt(round(AUTO_EDGE * AUTO_EDGE / ratio))


def nearest_legacy(size: tuple[int, int]) -> tuple[int, int]:
    """What `auto` becomes where only three sizes exist."""
    width, height = size
    if width > height * 5 // 4:
        return 1536, 1024
    return (1024, 1536) if height > width * 5 // 4 else (1024, 1024)
