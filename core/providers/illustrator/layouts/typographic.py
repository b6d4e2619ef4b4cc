"""Posters and banners of nothing but words: large type on a strong ground, with a simple ornament beside it."""

from __future__ import annotations

import math

from core.providers.illustrator.chance import Chance
from core.providers.illustrator.layouts.colours import Print, grounds
from core.providers.illustrator.layouts.lettering import centred, column, runs_from_right
from core.providers.illustrator.palette import Palette, mix
from core.providers.illustrator.scene import Scene, Setting
from core.providers.illustrator.shapes import Box, circle, polygon, rect
from core.providers.illustrator.sheet import Sheet
from core.providers.illustrator.sky import sunburst

WIDE = 1.45
ORNAMENTS = 4


def is_bare(scene: Scene) -> bool:
    """Whether there is nothing in the picture but its words."""
    return bool(scene.texts) and not scene.casts and not scene.features and scene.setting is Setting.PLAIN


def divide(scene: Scene, palette: Palette, sheet: Box) -> Sheet:
    """Words at the left or above, the ornament at the right or below."""
    colours = Chance(scene.seed, "type").choose(grounds(palette))
    w, h = sheet.width, sheet.height
    margin = min(w, h) * 0.085
    if w / h >= WIDE:
        share = 0.68
        words, free = (
            Box(margin, margin * 1.9, w * share - 1.8 * margin, h - 3.1 * margin),
            Box(w * share, 0, w * (1 - share), h),
        )
    else:
        share = 0.62 if w / h > 0.6 else 0.58
        words, free = (
            Box(margin, margin * 1.5, w - 2 * margin, h * share - 2 * margin),
            Box(0, h * share, w, h * (1 - share)),
        )
    slots = column(scene.texts, words, "start", colours.ground, (colours.ink, colours.second), 1.35)
    slots = centred(slots, words) if w / h >= WIDE else slots
    bar_x = words.right - margin if runs_from_right(scene.texts[0]) else words.x
    bar = rect(Box(bar_x, slots[0].box.y - margin * 0.5, margin, margin * 0.14), colours.second, margin * 0.07)
    art = _ornament(scene, palette, free, colours)
    return Sheet((), tuple(slots), under=rect(sheet, colours.ground) + art, over=bar)


def _ornament(scene: Scene, palette: Palette, free: Box, colours: Print) -> str:
    """Within its own part of the sheet, or beyond the sheet's edge, but never towards the words."""
    hues = [hue for hue in (palette.accent, palette.orb, palette.land[1], palette.sky[0]) if hue != colours.ground]
    kind = scene.seed % ORNAMENTS
    clip = f'<clipPath id="free">{rect(free, "#000")}</clipPath>'
    drawn = (_discs, _waves, _rays, _tiles)[kind](free, hues, colours)
    return f'{clip}<g clip-path="url(#free)">{drawn}</g>'


def _discs(free: Box, hues: list[str], colours: Print) -> str:
    """Rings that rise from the corner."""
    x, y = free.right - free.width * 0.12, free.bottom + min(free.width, free.height) * 0.05
    reach = min(math.hypot(free.width, free.height), max(free.width, free.height)) * 0.98
    shares = (1.0, 0.78, 0.56, 0.34)
    return "".join(circle(x, y, reach * share, hues[at % len(hues)]) for at, share in enumerate(shares))


def _waves(free: Box, hues: list[str], colours: Print) -> str:
    """Three ridges, one before the other."""
    parts: list[str] = []
    for at in range(3):
        base = free.y + free.height * (0.34 + 0.24 * at)
        swing = free.height * 0.13
        points = [
            (free.x + free.width * k / 24, base - swing * math.sin(k / 24 * math.tau * (0.75 + at * 0.2) + at * 1.9))
            for k in range(25)
        ]
        parts.append(polygon([*points, (free.right, free.bottom), (free.x, free.bottom)], hues[at % len(hues)]))
    return "".join(parts)


def _rays(free: Box, hues: list[str], colours: Print) -> str:
    """Half a sun at the edge."""
    x, y = free.x + free.width / 2, free.bottom
    radius = min(free.width * 0.3, free.height * 0.5)
    rays = sunburst(x, y, free.width + free.height, 36, mix(hues[1 % len(hues)], colours.ground, 0.35), 1.0)
    return rays + circle(x, y, radius * 1.12, colours.ground) + circle(x, y, radius, hues[0])


def _tiles(free: Box, hues: list[str], colours: Print) -> str:
    """Quarter discs on a grid, as in a quilt."""
    across = max(2, round(free.width / max(1.0, min(free.width, free.height) / 2)))
    side = free.width / across
    down = max(1, math.ceil(free.height / side))
    parts: list[str] = []
    for row in range(down):
        for place in range(across):
            x, y = free.x + place * side, free.bottom - (row + 1) * side
            if y < free.y - 1:
                continue
            turn = (row * 3 + place * 5) % 4
            corner = ((x, y), (x + side, y), (x + side, y + side), (x, y + side))[turn]
            tile = Box(x, y, side + 0.5, side + 0.5)
            name = f"tile{row}-{place}"
            parts.append(rect(tile, hues[(row + place) % len(hues)]))
            parts.append(
                f'<clipPath id="{name}">{rect(tile, "#000")}</clipPath><g clip-path="url(#{name})">'
                f"{circle(*corner, side * 0.98, hues[(row + place + 1) % len(hues)])}</g>"
            )
    return "".join(parts)
