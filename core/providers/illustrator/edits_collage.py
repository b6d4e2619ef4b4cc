"""Several pictures on one sheet: rows of equal width, every picture whole and in its own ratio, one gutter all over."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from PIL import Image

from core.providers.illustrator.edits_colours import rgb
from core.providers.illustrator.edits_plan import Collage

WIDTH_PX = 1600
LONG_EDGE_PX = 2048
GUTTER = 0.014
USUAL_SHAPE = 4 / 3
Box = tuple[int, int, int, int]


def collage(pictures: Sequence[Image.Image], how: Collage, shape: float | None) -> Image.Image:
    """The sheet, RGB. `shape` is the width to height that is aimed at; pictures keep their order and their ratios."""
    ratios = [picture.width / picture.height for picture in pictures]
    if how.rows == "row":
        rows = [list(range(len(pictures)))]
    elif how.rows == "column":
        rows = [[at] for at in range(len(pictures))]
    else:
        rows = _rows(ratios, shape or USUAL_SHAPE)
    gutter = round(WIDTH_PX * GUTTER)
    boxes, size = _boxes(ratios, rows, gutter)
    factor = min(1.0, LONG_EDGE_PX / max(size))
    sheet = Image.new("RGB", (round(size[0] * factor), round(size[1] * factor)), rgb(how.colour))
    for picture, box in zip(pictures, boxes, strict=True):
        left, top, right, bottom = (round(edge * factor) for edge in box)
        small = picture.resize((max(1, right - left), max(1, bottom - top)), Image.Resampling.LANCZOS, reducing_gap=2.0)
        sheet.paste(small, (left, top), small if small.mode == "RGBA" else None)
    return sheet


def _rows(ratios: Sequence[float], shape: float) -> list[list[int]]:
    """Cut the sequence into rows so that the sheet has about the shape and the rows about the same height."""
    count = len(ratios)
    best: tuple[float, list[list[int]]] | None = None
    for cuts in itertools.chain.from_iterable(
        itertools.combinations(range(1, count), many) for many in range(min(count, 5))
    ):
        rows = [list(range(*pair)) for pair in itertools.pairwise((0, *cuts, count))]
        heights = [1 / sum(ratios[at] for at in row) for row in rows]
        off = abs(_log(1 / sum(heights) / shape))
        uneven = sum(abs(_log(height * len(heights) / sum(heights))) for height in heights) / len(heights)
        cost = off + 1.4 * uneven
        if best is None or cost < best[0]:
            best = (cost, rows)
    assert best is not None, "a collage has at least one picture"
    return best[1]


def _log(value: float) -> float:
    """How far from 1, the same for twice and for half."""
    return max(value, 1 / value) - 1


def _boxes(ratios: Sequence[float], rows: Sequence[Sequence[int]], gutter: int) -> tuple[list[Box], tuple[int, int]]:
    """Each row is as high as makes it exactly as wide as the sheet."""
    boxes: list[Box] = []
    top = gutter
    for row in rows:
        room = WIDTH_PX - gutter * (len(row) + 1)
        height = room / sum(ratios[at] for at in row)
        left = float(gutter)
        for at in row:
            right = left + height * ratios[at]
            boxes.append((round(left), top, round(right), top + round(height)))
            left = right + gutter
        top += round(height) + gutter
    return boxes, (WIDTH_PX, top)
