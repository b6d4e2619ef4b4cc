"""Landscapes under a sky: hills, sea, city, forest, mountains, desert."""

from __future__ import annotations

from core.providers.illustrator.greenery import pine, trees, tufts
from core.providers.illustrator.palette import mix
from core.providers.illustrator.scene import Light, Setting, Weather
from core.providers.illustrator.shapes import Box, curve, ellipse, linear, n, path, polygon, rect, stroke
from core.providers.illustrator.site import Painted, Site, Strip
from core.providers.illustrator.sky import orb_place, paint_sky, ridge


def horizon_of(site: Site, share: float) -> float:
    """Tall sheets get more ground, so that the figures stand in the middle of things."""
    return site.height * (share - 0.06 * min(1.0, max(0.0, site.height / site.width - 1)))


def strip_of(site: Site, far: float, near: float) -> Strip:
    """Where feet may stand between these shares of the height."""
    return Strip(site.width * 0.06, site.width * 0.94, site.height * far, site.height * near)


def sky_box(site: Site, horizon: float) -> Box:
    """Where something may fly."""
    return Box(site.width * 0.06, horizon * 0.1, site.width * 0.88, horizon * 0.72)


def hills(site: Site) -> Painted:
    """Rolling hills with trees and flowers."""
    land, horizon, h = site.palette.land, horizon_of(site, 0.6), site.height
    snowy = site.scene.weather is Weather.SNOW
    mid = horizon + h * 0.06
    behind = [
        paint_sky(site, horizon + h * 0.06),
        ridge(site, "far", horizon, h * 0.05, 2.2, land[0]),
        ridge(site, "mid", mid, h * 0.04, 1.7, land[1]),
        trees(site, "trees", mid + h * 0.045, site.unit * 15, mix(land[2], land[3], 0.3), "mixed", site.unit * 26),
        ridge(site, "near", horizon + h * 0.14, h * 0.03, 1.3, land[2]),
        ridge(site, "front", h * 0.95, h * 0.02, 1.6, mix(land[2], land[3], 0.55)),
    ]
    grass = tufts(site, h * 0.8, mix(land[3], land[2], 0.2), flowers=not snowy)
    return Painted("".join(behind), grass if not snowy else "", strip_of(site, 0.79, 0.9), sky_box(site, horizon))


def mountains(site: Site) -> Painted:
    """Two ranges with snow, foothills and firs."""
    land, horizon, h = site.palette.land, horizon_of(site, 0.62), site.height
    behind = [
        paint_sky(site, horizon + h * 0.05),
        _range(site, "range one", horizon + h * 0.03, h * 0.4, mix(land[0], site.palette.sky[2], 0.25)),
        _range(site, "range two", horizon + h * 0.06, h * 0.27, land[1]),
        ridge(site, "foothills", horizon + h * 0.07, h * 0.03, 2.4, land[2]),
        trees(site, "firs", horizon + h * 0.13, site.unit * 16, mix(land[2], land[3], 0.6), "pine", site.unit * 12),
        ridge(site, "meadow", horizon + h * 0.15, h * 0.025, 1.5, mix(land[1], land[2], 0.6)),
        ridge(site, "front", h * 0.94, h * 0.02, 1.4, mix(land[2], land[3], 0.4)),
    ]
    return Painted("".join(behind), "", strip_of(site, 0.8, 0.91), sky_box(site, horizon * 0.7))


def _range(site: Site, purpose: str, base: float, height: float, colour: str) -> str:
    chance = site.chance(purpose)
    snow = mix("#ffffff", site.palette.sky[1], 0.15 if not site.palette.is_dark else 0.4)
    shade = mix(colour, site.palette.ink, 0.22)
    parts: list[str] = []
    x = -site.unit * 12
    while x < site.width + site.unit * 12:
        half, tall = height * chance.between(0.55, 0.95), height * chance.between(0.62, 1.0)
        top, lean = base - tall, chance.between(-0.1, 0.1) * half
        peak = (x + lean, top)
        left, right = (x - half, base), (x + half, base)
        ledge = [(0.26, -0.42), (0.34, -0.16), (0.27, 0.02), (0.38, 0.2), (0.25, 0.4)]
        cap = [peak] + [(peak[0] + half * at * 0.68, top + tall * down) for down, at in ledge]
        parts.append(polygon([left, peak, right], colour))
        parts.append(polygon([peak, right, (peak[0] + half * 0.16, base)], shade, 0.55))
        if not site.is_quiet(Box(peak[0] - half * 0.3, top, half * 0.6, tall * 0.4)):
            parts.append(polygon(cap, snow))
        x += half * chance.between(0.75, 1.15)
    parts.append(rect(Box(-2, base - 1, site.width + 4, site.height - base + 2), colour))
    return "".join(parts)


def forest(site: Site) -> Painted:
    """Firs in three depths that lose themselves in the haze, and a clearing."""
    land, horizon, h, unit = site.palette.land, horizon_of(site, 0.6), site.height, site.unit
    haze = mix(land[0], site.palette.sky[2], 0.45)
    behind = [
        paint_sky(site, horizon + h * 0.1, treetops=horizon + h * 0.04 - min(h * 0.5, unit * 50)),
        trees(site, "hazy", horizon + h * 0.04, min(h * 0.42, unit * 42), haze, "pine", unit * 6.5),
        trees(site, "far", horizon + h * 0.07, min(h * 0.36, unit * 36), land[1], "pine", unit * 8.5),
        ridge(site, "floor", horizon + h * 0.06, h * 0.015, 2.0, mix(land[1], land[2], 0.5)),
        trees(site, "mid", horizon + h * 0.13, min(h * 0.34, unit * 34), land[2], "pine", unit * 17),
        ridge(site, "clearing", horizon + h * 0.12, h * 0.02, 1.4, mix(land[2], land[1], 0.35)),
        ridge(site, "front", h * 0.94, h * 0.02, 1.5, mix(land[2], land[3], 0.6)),
    ]
    side = mix(land[3], site.palette.ink, 0.2)
    shade = mix(side, site.palette.ink, 0.4)
    frame = [
        pine(x, h * 1.03, min(h * 0.8, unit * 78), side, shade)
        for x in (-unit * 2, site.width + unit * 2)
        if not site.is_quiet(Box(x - unit * 12, h * 0.3, unit * 24, h * 0.7))
    ]
    grass = tufts(site, h * 0.84, mix(land[3], land[2], 0.2), flowers=False)
    return Painted("".join(behind + frame), grass, strip_of(site, 0.79, 0.9), sky_box(site, horizon * 0.7))


def desert(site: Site) -> Painted:
    """Dunes with a lit and a shaded side."""
    palette, horizon, h = site.palette, horizon_of(site, 0.6), site.height
    warm = mix(palette.sand, palette.land[0], 0.12)
    shade = mix(palette.sand, palette.ink, 0.28)
    behind = [
        paint_sky(site, horizon + h * 0.05),
        ridge(site, "far dune", horizon + h * 0.01, h * 0.045, 2.4, mix(shade, palette.sky[2], 0.45)),
        ridge(site, "mid dune", horizon + h * 0.06, h * 0.05, 1.6, mix(warm, shade, 0.55)),
        ridge(site, "lit dune", horizon + h * 0.11, h * 0.055, 1.2, warm),
        ridge(site, "shade dune", horizon + h * 0.2, h * 0.06, 0.9, mix(warm, shade, 0.3)),
        *_cacti(site, horizon + h * 0.17),
        ridge(site, "front dune", h * 0.93, h * 0.03, 1.3, mix(warm, palette.paper, 0.2)),
    ]
    return Painted("".join(behind), "", strip_of(site, 0.8, 0.91), sky_box(site, horizon))


def _cacti(site: Site, base: float) -> list[str]:
    """A few cacti at the sides, so that a wide desert is not empty."""
    chance, unit = site.chance("cacti"), site.unit
    green = mix(site.palette.lit("#3f8f5f"), site.palette.land[2], 0.35)
    parts: list[str] = []
    for side in range(max(2, round(1.6 * site.width / site.height))):
        share = chance.between(0.04, 0.26)
        x, y = site.width * (share if side % 2 else 1 - share), base + chance.between(0, 0.06) * site.height
        tall = chance.between(11, 19) * unit
        if site.is_quiet(Box(x - tall * 0.4, y - tall, tall * 0.8, tall)):
            continue
        left = [(x - tall * 0.3, y - tall * 0.72), (x - tall * 0.3, y - tall * 0.45), (x, y - tall * 0.4)]
        right = [(x + tall * 0.3, y - tall * 0.85), (x + tall * 0.3, y - tall * 0.56), (x, y - tall * 0.52)]
        parts.append(ellipse(x, y, tall * 0.26, tall * 0.04, site.palette.ink, 0.18))
        parts += [stroke(line, green, tall * 0.13) for line in (left, right)]
        parts.append(stroke([(x, y - tall * 0.08), (x, y - tall * 0.94)], green, tall * 0.17))
    return parts


def sea(site: Site) -> Painted:
    """Water to the horizon with islands, a path of light, waves and a beach."""
    palette, h, w = site.palette, site.height, site.width
    horizon = horizon_of(site, 0.54)
    shore = h * 0.83
    gradient = linear("water", [(0, palette.water[0], 1), (1, palette.water[1], 1)])
    behind = [
        paint_sky(site, horizon),
        _islands(site, horizon),
        f"<defs>{gradient}</defs>",
        rect(Box(0, horizon, w, h - horizon), "url(#water)"),
        _light_path(site, horizon, shore),
        _waves(site, horizon, shore),
        _beach(site, shore),
    ]
    water = Strip(w * 0.08, w * 0.92, horizon + (shore - horizon) * 0.42, shore - (shore - horizon) * 0.22)
    front = "" if site.scene.weather is Weather.SNOW else _shells(site, h * 0.93)
    return Painted("".join(behind), front, strip_of(site, 0.88, 0.945), sky_box(site, horizon), water)


def _islands(site: Site, horizon: float) -> str:
    chance, land = site.chance("islands"), site.palette.land
    parts: list[str] = []
    for colour, rise in ((mix(land[0], site.palette.sky[2], 0.35), 7.0), (land[0], 4.5)):
        x, width = chance.between(0.0, 0.9) * site.width, chance.between(28, 55) * site.unit
        tall = rise * site.unit * chance.between(0.8, 1.3)
        points = [(x - width / 2, horizon), (x - width * 0.2, horizon - tall * 0.7), (x, horizon - tall),
                  (x + width * 0.24, horizon - tall * 0.5), (x + width / 2, horizon)]  # fmt: skip
        parts.append(path(curve(points) + "Z", colour))
    return "".join(parts)


def _light_path(site: Site, horizon: float, shore: float) -> str:
    place = orb_place(site, horizon)
    if place is None:
        return ""
    chance, unit = site.chance("light path"), site.unit
    parts: list[str] = []
    for row in range(13):
        y = horizon + (shore - horizon) * (row + 0.6) / 13
        half = place[2] * (0.5 + 0.06 * row) * chance.between(0.5, 1.15)
        x = place[0] + chance.between(-0.4, 0.4) * place[2]
        box = Box(x - half, y, 2 * half, unit * 0.62)
        parts.append(rect(box, site.palette.glow, radius=unit * 0.31, opacity=0.62 - 0.03 * row))
    return "".join(parts)


def _waves(site: Site, horizon: float, shore: float) -> str:
    chance, unit = site.chance("waves"), site.unit
    light = mix(site.palette.water[0], "#ffffff", 0.45)
    parts: list[str] = []
    for _ in range(int(34 * max(1.0, site.width / site.height))):
        depth = chance.unit()
        x, y = chance.unit() * site.width, horizon + (shore - horizon) * (0.06 + 0.88 * depth)
        length = unit * (1.6 + 6.5 * depth) * chance.between(0.6, 1.3)
        if not site.is_quiet(Box(x, y, length, unit)):
            parts.append(rect(Box(x, y, length, unit * (0.16 + 0.3 * depth)), light, radius=unit * 0.2, opacity=0.42))
    return "".join(parts)


def _beach(site: Site, shore: float) -> str:
    w, h = site.width, site.height
    swing = site.unit * 2.2
    chance = site.chance("beach")
    line = [(-4 + (w + 8) * k / 6, shore + swing * chance.between(-0.8, 0.8)) for k in range(7)]
    close = f"L{n(w + 4)} {n(h + 4)}L-4 {n(h + 4)}Z"
    foam = [(x, y - site.unit * 1.3) for x, y in line]
    wet = mix(site.palette.sand, site.palette.water[1], 0.3)
    far_sand = [(x, y + site.unit * 1.4) for x, y in line]
    return (
        path(curve(foam) + close, mix(site.palette.water[0], "#ffffff", 0.72), 0.85)
        + path(curve(line) + close, wet)
        + path(curve(far_sand) + close, site.palette.sand)
    )


def _shells(site: Site, top: float) -> str:
    chance, unit = site.chance("shells"), site.unit
    dots = []
    for _ in range(16):
        x, y = chance.unit() * site.width, chance.between(top, site.height)
        dots.append(ellipse(x, y, unit * 0.5, unit * 0.24, mix(site.palette.sand, site.palette.ink, 0.3), 0.5))
    return "".join(dots)


def city(site: Site) -> Painted:
    """A skyline in three depths, and a street."""
    palette, h, w, unit = site.palette, site.height, site.width, site.unit
    horizon, street = horizon_of(site, 0.7), h * 0.8
    far = mix(palette.land[0], palette.sky[2], 0.3)
    road = mix(palette.land[3], palette.ink, 0.25)
    behind = [
        rect(
            Box(0, horizon, w, street - horizon + 2), palette.sky[2]
        ),  # between the sky and low houses on a tall sheet
        paint_sky(site, horizon),
        _skyline(site, "far", street, min(h * 0.46, unit * 52), far, unit * 9, windows=False),
        _skyline(site, "mid", street, min(h * 0.36, unit * 40), palette.land[1], unit * 12, windows=True),
        _skyline(site, "near", street, min(h * 0.23, unit * 24), palette.land[2], unit * 15, windows=True),
        rect(Box(0, street, w, h - street), mix(road, palette.paper, 0.24)),
        rect(Box(0, street + (h - street) * 0.34, w, h), road),
    ]
    dash = unit * 7
    y = street + (h - street) * 0.78
    behind += [
        rect(Box(x * dash * 2, y, dash, unit * 0.9), palette.paper, 0, 0.55) for x in range(int(w / dash / 2) + 1)
    ]
    strip = Strip(w * 0.06, w * 0.94, street + (h - street) * 0.34, street + (h - street) * 0.66)
    return Painted("".join(behind), "", strip, sky_box(site, horizon * 0.55))


def _skyline(site: Site, purpose: str, base: float, height: float, colour: str, wide: float, windows: bool) -> str:
    chance = site.chance(f"skyline {purpose}")
    lit = site.scene.light in (Light.NIGHT, Light.SUNSET)
    glass = site.palette.orb if lit else mix(colour, "#ffffff", 0.4)
    snow = mix("#ffffff", site.palette.sky[1], 0.15 if not site.palette.is_dark else 0.4)
    parts: list[str] = []
    x = -chance.unit() * wide
    while x < site.width:
        width, tall = wide * chance.between(0.7, 1.4), height * chance.between(0.45, 1.0)
        parts.append(
            rect(Box(x, base - tall, width + 0.6, tall + 2), mix(colour, site.palette.ink, chance.between(0, 0.12)))
        )
        roof = chance.unit()
        if roof < 0.22:
            parts.append(
                polygon(
                    [(x, base - tall), (x + width / 2, base - tall - width * 0.4), (x + width, base - tall)], colour
                )
            )
        elif roof < 0.4:
            parts.append(rect(Box(x + width * 0.45, base - tall - width * 0.5, width * 0.08, width * 0.5), colour))
        if site.scene.weather is Weather.SNOW and roof >= 0.22:
            parts.append(
                rect(Box(x - 0.4, base - tall - site.unit * 0.5, width + 1.2, site.unit * 1.3), snow, site.unit * 0.6)
            )
        if windows:
            parts.append(_windows(site, Box(x, base - tall, width, tall), glass, lit, purpose))
        x += width
    return "".join(parts)


def _windows(site: Site, wall: Box, glass: str, lit: bool, purpose: str) -> str:
    chance = site.chance(f"windows {purpose} {round(wall.x)}")
    columns = max(2, round(wall.width / (site.unit * 3.2)))
    step = wall.width / columns
    parts: list[str] = []
    for row in range(int(wall.height / (step * 1.25))):
        for column in range(columns):
            shown, bright = chance.unit() < (0.5 if lit else 0.85), chance.between(0.45, 0.95)
            box = Box(wall.x + step * (column + 0.28), wall.y + step * (0.5 + row * 1.25), step * 0.44, step * 0.62)
            if shown and not site.is_quiet(box):
                parts.append(rect(box, glass, step * 0.06, bright if lit else 0.7))
    return "".join(parts)


OUTDOORS = {
    Setting.HILLS: hills,
    Setting.MOUNTAINS: mountains,
    Setting.FOREST: forest,
    Setting.DESERT: desert,
    Setting.SEA: sea,
    Setting.CITY: city,
}
