"""Figures without a place: each as large as its box allows, in the scene's style, as a sticker or as a mark."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import replace

from core.providers.illustrator.figure import Figure, figure
from core.providers.illustrator.naming import drawing_names
from core.providers.illustrator.palette import Palette, channels, luminance, mix, recolour
from core.providers.illustrator.scene import Cast, Scene, Style, Weather
from core.providers.illustrator.shapes import Box, ellipse
from core.providers.illustrator.styling import line_width, outlined, styled

GAP = 0.12  # between figures in a row, of their mean width
ROW_RISE = 1.04  # from one row to the one behind it, of a figure's height


# What is part of a place or of its weather in a picture, and a thing of its own without one.
SKY_DRAWINGS = {"sun": "☀️", "moon": "🌙", "stars": "⭐", "clouds": "☁️", "rainbow": "🌈", "fireworks": "🎆"}
PLACE_DRAWINGS = {
    "sea": "🌊", "city": "🏙️", "forest": "🌲", "mountains": "🏔️", "desert": "🏜️", "space": "🪐", "room": "🛋️",
    "hills": "🏞️", "underwater": "🐠",
}  # fmt: skip
WEATHER_DRAWINGS: dict[str, str] = {Weather.RAIN: "🌧️", Weather.SNOW: "❄️", Weather.FOG: "🌫️"}


def everything(scene: Scene) -> tuple[Cast, ...]:
    """The scene's things, and what else was named and has a drawing: sun, rain, ..."""
    named = [(SKY_DRAWINGS[name], name) for name in scene.features if name in SKY_DRAWINGS]
    if scene.weather in WEATHER_DRAWINGS:
        named.append((WEATHER_DRAWINGS[scene.weather], scene.weather.value))
    known = {cast.drawing for cast in scene.casts}
    return (*scene.casts, *(Cast(drawing, name) for drawing, name in named if drawing not in known))


@functools.cache
def _names() -> dict[str, str]:
    named = drawing_names("en", frozenset())
    return {drawing: name for name, drawing in reversed(named.items())}


def called(drawing: str) -> str:
    """What a drawing is called in English, for descriptions."""
    return _names().get(drawing, drawing)


def singles(casts: Sequence[Cast]) -> list[Cast]:
    """Each thing as often as it is wanted."""
    return [replace(cast, count=1) for cast in casts for _ in range(cast.count)]


def drawn(cast: Cast, palette: Palette, box: Box, style: Style, *, foot: bool = False, halo: str = "") -> str:
    """A figure as large as the box allows, in its middle, or with its foot on the box's foot.

    `halo` is the colour of a wide line around it, as on a sticker.
    """
    one = figure(cast, palette)
    scale = min(box.width / one.width, box.height / one.height)
    y = box.bottom if foot else box.y + (box.height + one.height * scale) / 2
    return _at(one, palette, style, box.x + box.width / 2, y, scale, halo)


def group(
    casts: Sequence[Cast],
    palette: Palette,
    box: Box,
    style: Style,
    *,
    halo: str = "",
    shadow: str = "",
    middle: bool = False,
    most_rows: int = 9,
) -> str:
    """Figures of one height, in as many rows as make them largest, the first ones in front.

    They stand on the box's foot, or are in its middle.
    """
    figures = [figure(cast, palette) for cast in casts]
    best: tuple[float, int] = (0.0, 1)
    for rows in range(1, min(most_rows, len(figures)) + 1):
        per_row = -(-len(figures) // rows)
        widest = max(_width(figures[at : at + per_row]) for at in range(0, len(figures), per_row))
        tall = min(box.height / (1 + (rows - 1) * ROW_RISE), box.width / widest)
        if tall > best[0] * 1.15:
            best = (tall, per_row)
    lines = [figures[at : at + best[1]] for at in range(0, len(figures), best[1])]
    lift = (box.height - best[0] * (1 + (len(lines) - 1) * ROW_RISE)) / 2 if middle else 0.0
    parts = [
        _row(line, palette, box, box.bottom - lift - at * best[0] * ROW_RISE, best[0], style, halo, shadow)
        for at, line in enumerate(lines)
    ]
    return "".join(reversed(parts))


def _width(figures: Sequence[Figure]) -> float:
    """A row's, of its height."""
    widths = [one.width / one.height for one in figures]
    return sum(widths) + GAP * sum(widths) / len(widths) * (len(widths) - 1)


def _row(
    figures: Sequence[Figure],
    palette: Palette,
    box: Box,
    foot: float,
    tall: float,
    style: Style,
    halo: str,
    shadow: str,
) -> str:
    widths = [one.width / one.height for one in figures]
    gap = GAP * sum(widths) / len(widths)
    x = box.x + (box.width - tall * _width(figures)) / 2
    parts: list[str] = []
    for one, width in zip(figures, widths, strict=True):
        middle = x + width * tall / 2
        if shadow:
            parts.append(ellipse(middle, foot, width * tall * 0.46, tall * 0.045, shadow, 0.16))
            parts.append(ellipse(middle, foot, width * tall * 0.36, tall * 0.03, shadow, 0.22))
        parts.append(_at(one, palette, style, middle, foot, tall / one.height, halo))
        x += (width + gap) * tall
    return "".join(parts)


def mark(cast: Cast, palette: Palette, box: Box, ink: str, paper: str) -> str:
    """A figure in two colours and what lies between them: for a logo."""
    one = figure(cast, palette)
    scale = min(box.width / one.width, box.height / one.height)
    y = box.y + (box.height + one.height * scale) / 2
    return _placed(recolour(one.svg, lambda colour: _toned(colour, ink, paper)), box.x + box.width / 2, y, scale)


def _toned(colour: str, ink: str, paper: str) -> str:
    light = luminance(channels(colour)) ** 0.45
    return mix(ink, paper, 0.0 if light < 0.34 else 1.0 if light > 0.86 else 0.3 + (light - 0.34) * 0.9)


def _at(one: Figure, palette: Palette, style: Style, x: float, y: float, scale: float, halo: str) -> str:
    unit = one.height * scale / 40
    svg = (
        outlined(one.svg, line_width(unit) / scale) if style is Style.OUTLINE else styled(one.svg, style, palette, unit)
    )
    behind = ""
    if halo:
        around = recolour(one.svg, lambda _: halo)
        behind = f'<g stroke="{halo}" stroke-width="2.4" stroke-linejoin="round">{around}</g>'
    return _placed(behind + svg, x, y, scale)


def _placed(svg: str, x: float, y: float, scale: float) -> str:
    return f'<g transform="translate({x:.2f} {y:.2f}) scale({scale:.5f})">{svg}</g>'
