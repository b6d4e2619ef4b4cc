"""Draws a chart with the illustrator's own type and renderer: in a worker process, like its pictures.

Everything is large: a phone shows the 1200 pixels in 400. Text and bars have a contrast of at least 4.5 on the paper
(WCAG 2.2, 1.4.3), and the two kinds of bars differ in more than their colour.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from core.providers.illustrator.render import svg_to_png
from core.providers.illustrator.shapes import Box, n, path, rect, stroke
from core.providers.illustrator.textbox import outline

if TYPE_CHECKING:
    from core.administration.chart import Chart

WIDTH, HEIGHT = 1200, 760
PAPER, INK, SOFT, LINE = "#fdfcfa", "#25221e", "#5c554d", "#d9d2c7"
MEASURED, ESTIMATED = "#0b6b63", "#8a5300"
_PLOT: Final = Box(150, 220, 1000, 430)
_SMALL_PX: Final = 36.0  # 12 pixels on a phone
_BAR_MAX: Final = 96.0
_CORNER: Final = 5.0
_DAY_ROOM: Final = 66.0  # what the number of a day takes with the room around it


def draw(chart: Chart) -> bytes:
    """A PNG of 1200 by 760 pixels."""
    parts = [rect(Box(0, 0, WIDTH, HEIGHT), PAPER), *_head(chart), *_scale(chart), *_bars(chart), *_days(chart)]
    size = f'width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{_HATCHED}{"".join(parts)}</svg>'
    return svg_to_png(svg, WIDTH, HEIGHT)


_HATCHED: Final = (
    '<defs><pattern id="estimated" width="14" height="14" patternUnits="userSpaceOnUse"'
    f' patternTransform="rotate(45)"><rect width="14" height="14" fill="{ESTIMATED}"/>'
    f'<rect width="3" height="14" fill="{PAPER}"/></pattern></defs>'
)


def _head(chart: Chart) -> Iterator[str]:
    yield _text(chart.title, Box(48, 44, 1104, 60), 52.0, INK, weight=700)
    yield _text(chart.subtitle, Box(48, 118, 1104, 50), 38.0, SOFT)
    if chart.unit == "money" and any(bar.estimated for bar in chart.bars):
        for x, fill, word in ((690, MEASURED, "measured"), (930, "url(#estimated)", "estimated")):
            yield rect(Box(x, 54, 34, 34), fill, _CORNER)
            yield _text(word, Box(x + 46, 56, 200, 40), _SMALL_PX, INK)


def _scale(chart: Chart) -> Iterator[str]:
    for tick in chart.ticks:
        y = _height(chart, tick)
        yield stroke([(_PLOT.x, y), (_PLOT.right, y)], LINE if tick else SOFT, 2.0)
        yield _text(chart.says(tick), Box(10, y - 13, _PLOT.x - 26, 40), _SMALL_PX, SOFT, align="right")


def _bars(chart: Chart) -> Iterator[str]:
    pitch = _PLOT.width / len(chart.bars)
    width = min(_BAR_MAX, pitch * 0.72)
    for at, bar in enumerate(chart.bars):
        x = _PLOT.x + pitch * at + (pitch - width) / 2
        middle, top = _height(chart, bar.measured), _height(chart, bar.amount)
        if bar.measured:
            yield rect(Box(x, middle, width, _PLOT.bottom - middle), MEASURED, min(_CORNER, width / 3))
        if bar.estimated:
            yield rect(Box(x, top, width, middle - top), "url(#estimated)", min(_CORNER, width / 3))


def _days(chart: Chart) -> Iterator[str]:
    """The number of the day under as many bars as there is room for, from the last one backwards: that one is today."""
    pitch = _PLOT.width / len(chart.bars)
    each = max(1, -(-int(_DAY_ROOM) // max(1, int(pitch))))
    for at, bar in enumerate(chart.bars):
        if (len(chart.bars) - 1 - at) % each == 0:
            middle = _PLOT.x + pitch * (at + 0.5)
            yield _text(str(bar.day.day), Box(middle - 60, _PLOT.bottom + 22, 120, 40), _SMALL_PX, SOFT, align="center")


def _height(chart: Chart, amount: int) -> float:
    return _PLOT.bottom - _PLOT.height * amount / chart.ticks[-1]


def _text(said: str, box: Box, size_px: float, colour: str, *, weight: int = 450, align: str = "left") -> str:
    found = outline(said, width=box.width, height=box.height, weight=weight, align=align, largest_px=size_px)
    return f'<g transform="translate({n(box.x)} {n(box.y)})">{path(found.svg_path_d, colour)}</g>'
