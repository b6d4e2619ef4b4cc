"""What grows: firs, leafy trees in every season, and the grass before them."""

from __future__ import annotations

from dataclasses import replace

from core.providers.illustrator.palette import Palette, mix
from core.providers.illustrator.scene import Weather
from core.providers.illustrator.shapes import Box, circle, ellipse, polygon, rect, stroke
from core.providers.illustrator.site import Site

# What leafy trees wear, and what lies in the grass.
LEAVES = {
    "spring": ("#f6b8cd", "#f3a3c0", "#f8d3de", "#9cc66b", "#a9cf74"),
    "autumn": ("#e0762a", "#d9972f", "#c9502c", "#e8b03c", "#b5452c"),
}
FALLEN = ("#e0762a", "#d9a02f", "#c4472b", "#b8642c")


def pine(x: float, y: float, height: float, fill: str, shade: str) -> str:
    """A fir of three tiers, its trunk's foot at (x, y)."""
    width = height * 0.44
    parts = [rect(Box(x - height * 0.03, y - height * 0.14, height * 0.06, height * 0.14), shade)]
    for tier in range(3):
        low = y - height * (0.1 + tier * 0.26)
        half = width / 2 * (1 - tier * 0.24)
        top = low - height * (0.42 - tier * 0.02)
        parts.append(polygon([(x - half, low), (x, top), (x + half, low)], fill))
        parts.append(polygon([(x, top), (x + half, low), (x + half * 0.1, low)], shade, 0.35))
    return "".join(parts)


def round_tree(x: float, y: float, height: float, fill: str, shade: str) -> str:
    """A tree with a round crown."""
    crown = height * 0.3
    return (
        rect(Box(x - height * 0.035, y - height * 0.5, height * 0.07, height * 0.5), shade, radius=height * 0.02)
        + circle(x, y - height * 0.66, crown, fill)
        + circle(x - crown * 0.7, y - height * 0.52, crown * 0.62, fill)
        + circle(x + crown * 0.7, y - height * 0.5, crown * 0.66, fill)
        + circle(x + crown * 0.3, y - height * 0.56, crown * 0.6, shade, 0.18)
    )


def trees(site: Site, purpose: str, base: float, height: float, colour: str, kind: str, apart: float) -> str:
    """A loose row of trees, without gaps that look planted."""
    chance = site.chance(purpose)
    parts: list[str] = []
    x = -chance.unit() * apart
    while x < site.width + apart:
        tall, y = height * chance.between(0.72, 1.18), base + chance.between(-0.06, 0.1) * height
        draw = pine if kind == "pine" or (kind == "mixed" and chance.unit() < 0.4) else round_tree
        if not site.is_quiet(Box(x - tall * 0.3, y - tall, tall * 0.6, tall)):
            leaves = foliage(site, colour, purpose, len(parts)) if draw is round_tree else colour
            parts.append(draw(x, y, tall, leaves, mix(leaves, site.palette.ink, 0.35)))
        x += apart * chance.between(0.55, 1.6)
    return "".join(parts)


def foliage(site: Site, colour: str, purpose: str, at: int) -> str:
    """A leafy tree's colour in the season: blossom in spring, red and gold in autumn."""
    leaves = LEAVES.get(site.scene.season)
    if leaves is None or site.scene.weather is Weather.SNOW:
        return colour
    return mix(site.palette.lit(site.chance(f"leaves {purpose} {at}").choose(leaves)), colour, 0.22)


def tufts(site: Site, top: float, colour: str, flowers: bool) -> str:
    """Grass, with flowers in it; in autumn with leaves."""
    chance, unit, season = site.chance("tufts"), site.unit, site.scene.season
    parts: list[str] = []
    bright = (site.palette.accent, site.palette.paper, site.palette.orb)
    for _ in range(int(20 * max(1.0, site.width / site.height))):
        x, y = chance.unit() * site.width, chance.between(top, site.height * 0.99)
        size = unit * (0.7 + 1.6 * (y - top) / max(1.0, site.height - top))
        parts += [stroke([(x, y), (x + lean * size, y - size * 1.3)], colour, size * 0.26) for lean in (-0.6, 0, 0.6)]
        if flowers and chance.unit() < (0.9 if season == "spring" else 0.55):
            if season == "autumn":
                leaf = site.palette.lit(chance.choose(FALLEN))
                parts.append(ellipse(x + size, y - size * 0.2, size * 0.62, size * 0.3, leaf))
            else:
                parts.append(circle(x, y - size * 1.5, size * 0.42, chance.choose(bright)))
    return "".join(parts)


def seasoned(palette: Palette, season: str) -> Palette:
    """The land in a season: fresh in spring, straw and rust in autumn."""
    wash = {"spring": ("#9fd05f", 0.22), "summer": ("#7fb53f", 0.1), "autumn": ("#c98b3c", 0.34)}.get(season)
    if wash is None:
        return palette
    colour, share = palette.lit(wash[0]), wash[1]
    return replace(palette, land=tuple(mix(one, colour, share) for one in palette.land))
