"""Icon sets: each thing on a tile of its own, all in one manner, on a grid that suits the sheet.

The manner goes by seed, or by the style: soft tiles, two colours on dark discs, lines on white. The texts are a title,
or the labels when there are as many as icons, or both.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.providers.illustrator.layouts.colours import GRAPHITE, WHITE, daylight, printed
from core.providers.illustrator.layouts.emblem import (
    PLACE_DRAWINGS,
    SKY_DRAWINGS,
    WEATHER_DRAWINGS,
    drawn,
    everything,
    mark,
    singles,
)
from core.providers.illustrator.layouts.form import Prompt, Taken, variants
from core.providers.illustrator.layouts.lettering import line
from core.providers.illustrator.palette import Palette, mix
from core.providers.illustrator.pictures import drawing_file
from core.providers.illustrator.reading import without_quotes
from core.providers.illustrator.scene import Cast, Light, Scene, Setting, Style, Weather
from core.providers.illustrator.shapes import Box, circle, rect
from core.providers.illustrator.sheet import SUBTITLE, TITLE, Sheet, Slot
from core.providers.illustrator.vocabulary import Kind
from core.providers.illustrator.words import Token, tokens

MOST = 24
MANNERS = {Style.OUTLINE: 2, Style.DUOTONE: 1}
WHAT_FOR = re.compile(r"\bfor\b[^:;,.“\"]{1,60}(?=:)|\bfor\s+(?:a|an|the|my|our)\s[^:;,.“\"]{1,40}$", re.IGNORECASE)
GAP = 0.22  # between tiles, of a tile
LABEL = 0.24  # a label's height with the room above it, of a tile


def divide(scene: Scene, palette: Palette, sheet: Box) -> Sheet:
    """As many columns as make the tiles largest."""
    casts = singles(everything(scene))[:MOST]
    title, labels = _texts(scene, len(casts))
    bright = daylight(scene, palette)
    manner = MANNERS.get(scene.style, scene.seed % 3 if scene.style is Style.FLAT else 0)
    dark = manner == 1
    ground = bright.ink if dark else mix(bright.paper, WHITE, 0.4)
    print_ = printed(ground, bright)
    margin = min(sheet.width, sheet.height) * 0.08
    slots: list[Slot] = []
    top = margin
    if title:
        head = min(sheet.height * 0.13, sheet.width * 0.13)
        slots.append(
            line(title, Box(margin, margin * 0.8, sheet.width - 2 * margin, head), ground, print_.ink, weight=TITLE)
        )
        top = margin * 0.8 + head + margin * 0.8
    area = Box(margin, top, sheet.width - 2 * margin, sheet.height - top - margin)
    parts: list[str] = []
    for at, (cast, tile) in enumerate(zip(casts, _tiles(area, len(casts), bool(labels)), strict=True)):
        parts.append(_icon(cast, bright, tile, manner, at, scene.style))
        if labels:
            place = Box(
                tile.x - tile.width * 0.06,
                tile.bottom + tile.width * 0.05,
                tile.width * 1.12,
                tile.width * (LABEL - 0.06),
            )
            slots.append(line(labels[at], place, ground, print_.ink, weight=SUBTITLE, largest_px=tile.width * 0.17))
    return Sheet((), tuple(slots), under=rect(sheet, ground), over="".join(parts))


def take(text: str, quoted: Sequence[str]) -> Taken:
    """What the set is for is not one of its icons: "an icon set for a weather app: sun, rain"."""
    return Taken(WHAT_FOR.sub(" ", text))


def plan(scene: Scene, prompt: Prompt) -> tuple[Scene, ...]:
    """Weather and places, too, are things here, in the order of the words."""
    known = {cast.drawing: cast for cast in scene.casts}
    text = without_quotes(take(prompt.text, prompt.quoted).text, prompt.quoted)
    casts: dict[str, Cast] = {}
    for token in tokens(text)[0]:
        drawing = _drawing(token)
        if drawing in known:
            casts[drawing] = known[drawing]
        elif drawing and f"-{token.sense.value if token.sense else ''}" not in scene.features:
            casts.setdefault(drawing, Cast(drawing, token.text.lower()))
    casts = {drawing: cast for drawing, cast in casts.items() if drawing_file(drawing)} | {
        drawing: cast for drawing, cast in known.items() if drawing not in casts
    }
    flat = replace(scene, setting=Setting.PLAIN, weather=Weather.CLEAR, light=Light.DAY, features=())
    return variants(replace(flat, casts=tuple(casts.values())) if casts else scene, prompt)


def _drawing(token: Token) -> str:
    if token.sense is None:
        return ""
    value = token.sense.value
    if token.sense.kind is Kind.SUBJECT:
        return value
    tables: dict[Kind, Mapping[str, str]] = {
        Kind.FEATURE: SKY_DRAWINGS,
        Kind.WEATHER: WEATHER_DRAWINGS,
        Kind.SETTING: PLACE_DRAWINGS,
    }
    return tables.get(token.sense.kind, {}).get(value, "")


def _texts(scene: Scene, icons: int) -> tuple[str, tuple[str, ...]]:
    """A title, labels, or both."""
    texts = scene.texts
    if icons and len(texts) == icons and icons > 1:
        return "", texts
    if icons and len(texts) == icons + 1:
        return texts[0], texts[1:]
    return " · ".join(texts), ()


def _tiles(area: Box, count: int, labelled: bool) -> list[Box]:
    """Squares in rows, the last row in the middle."""
    if not count:
        return []
    extra = LABEL if labelled else 0.0
    best: tuple[float, int] = (0.0, 1)
    for columns in range(1, count + 1):
        rows = -(-count // columns)
        across = area.width / (columns + GAP * (columns - 1))
        down = area.height / (rows * (1 + extra) + GAP * (rows - 1))
        if min(across, down) > best[0] * 1.001:
            best = (min(across, down), columns)
    side, columns = best
    rows = -(-count // columns)
    pitch_x, pitch_y = side * (1 + GAP), side * (1 + extra + GAP)
    if rows > 1:  # what is left of the room goes between the tiles, so that no side stays empty
        pitch_y += min(side * 0.5, (area.height - (pitch_y * rows - side * GAP)) / rows)
    if columns > 1:
        pitch_x += min(side * 0.5, (area.width - (pitch_x * columns - side * GAP)) / columns)
    y = area.y + (area.height - (pitch_y * (rows - 1) + side * (1 + extra))) / 2
    tiles: list[Box] = []
    for row in range(rows):
        here = min(columns, count - row * columns)
        x = area.x + (area.width - (pitch_x * (here - 1) + side)) / 2
        tiles += [Box(x + at * pitch_x, y + row * pitch_y, side, side) for at in range(here)]
    return tiles


def _icon(cast: Cast, palette: Palette, tile: Box, manner: int, at: int, style: Style) -> str:
    inner = tile.grown(-tile.width * 0.19)
    hues = (
        palette.sky[0],
        palette.accent,
        palette.land[1],
        palette.orb,
        palette.water[0],
        mix(palette.accent, palette.sky[0], 0.5),
    )
    hue = hues[at % len(hues)]
    if manner == 1:
        disc = circle(
            tile.x + tile.width / 2, tile.y + tile.height / 2, tile.width / 2, mix(palette.ink, palette.paper, 0.13)
        )
        return disc + mark(
            cast, palette, inner, mix(palette.accent, palette.ink, 0.1), mix(palette.orb, palette.paper, 0.55)
        )
    if manner == 2:
        edge = rect(tile, GRAPHITE, tile.width * 0.24)
        white = rect(tile.grown(-tile.width * 0.022), WHITE, tile.width * 0.22)
        return edge + white + drawn(cast, replace(palette, paper=WHITE), inner, Style.OUTLINE)
    return rect(tile, mix(hue, WHITE, 0.62), tile.width * 0.24) + drawn(cast, palette, inner, style)
