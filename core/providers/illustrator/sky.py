"""Skies: gradient, sun or moon, stars, clouds, rainbow, and the weather in front of everything."""

from __future__ import annotations

import math

from core.providers.illustrator.palette import mix
from core.providers.illustrator.scene import INDOORS, Light, Setting, Weather
from core.providers.illustrator.shapes import Box, circle, curve, linear, n, path, polygon, radial, rect, star, stroke
from core.providers.illustrator.site import Site

STARS_PER_SQUARE_UNIT = 0.011
TRIES = 24


def paint_sky(site: Site, horizon: float, treetops: float = 0.0) -> str:
    """The sky down to the horizon, with all that is in it; sun and moon above the `treetops` where there are some."""
    top, middle, low = site.palette.sky
    parts = [
        f"<defs>{linear('sky', [(0, top, 1), (0.55, middle, 1), (1, low, 1)])}</defs>",
        rect(Box(0, 0, site.width, horizon + 2), "url(#sky)"),
    ]
    scene = site.scene
    if "stars" in scene.features or (
        scene.light is Light.NIGHT and scene.weather is Weather.CLEAR and "-stars" not in scene.features
    ):
        parts.append(paint_stars(site, Box(0, 0, site.width, horizon * 0.86)))
    parts.append(paint_orb(site, horizon, treetops))
    if "rainbow" in scene.features:
        parts.append(_rainbow(site, horizon))
    parts.append(_clouds(site, horizon))
    if "fireworks" in scene.features:
        parts.append(_fireworks(site, horizon))
    return "".join(parts)


def paint_stars(site: Site, area: Box) -> str:
    """Small stars, a few of them sparkling."""
    chance, unit = site.chance("stars"), site.unit
    parts: list[str] = []
    for _ in range(min(170, int(area.width * area.height / unit**2 * STARS_PER_SQUARE_UNIT) + 10)):
        x, y = area.x + chance.unit() * area.width, area.y + chance.unit() * area.height
        size, shine = chance.between(0.12, 0.34) * unit, chance.between(0.4, 1.0)
        sparkles = chance.unit() < 0.1
        if site.is_quiet(Box(x, y, 0, 0).grown(unit * 1.6)):
            continue
        parts.append(star(x, y, size * 4, "#fff6df", shine) if sparkles else circle(x, y, size, "#fff6df", shine))
    return "".join(parts)


def orb_place(site: Site, horizon: float, treetops: float = 0.0) -> tuple[float, float, float] | None:
    """Where sun or moon stand, with their radius; None when no free place is left for them."""
    scene, chance = site.scene, site.chance("orb")
    if ("-moon" if scene.light is Light.NIGHT else "-sun") in scene.features:
        return None
    wanted = "moon" in scene.features or "sun" in scene.features
    if scene.weather in (Weather.RAIN, Weather.SNOW) and not wanted:
        return None
    low = scene.light in (Light.SUNSET, Light.DAWN)
    radius = site.unit * (8.5 if low else 6.2)
    for _ in range(TRIES):
        x = site.width * (chance.between(0.14, 0.34) if chance.unit() < 0.5 else chance.between(0.66, 0.86))
        y = horizon * (chance.between(0.72, 0.86) if low else chance.between(0.2, 0.48))
        y = min(y, max(radius * 1.15, treetops - radius)) if treetops and not low else y
        if _is_free(site, x, y, radius):
            return x, y, radius
    for _ in range(3 * TRIES if site.crowd is not None or wanted else 0):  # somewhere else, and smaller
        x = site.width * chance.between(0.04, 0.96)
        y = horizon * (0.8 if low else chance.between(0.16, 0.36 if site.crowd is not None else 0.7))
        y = min(y, max(radius, treetops - radius)) if treetops and not low else y
        if _is_free(site, x, y, radius * 0.8):
            return x, y, radius * 0.8
    return None


def _is_free(site: Site, x: float, y: float, radius: float) -> bool:
    """Neither under a text nor half behind a figure."""
    disc = Box(x, y, 0, 0).grown(radius)
    hidden = site.crowd is not None and disc.overlaps(site.crowd)
    return not hidden and not site.is_quiet(disc.grown(radius * 0.9))


def paint_orb(site: Site, horizon: float, treetops: float = 0.0) -> str:
    """The sun, or by night the moon."""
    place = orb_place(site, horizon, treetops)
    if place is None:
        return ""
    x, y, radius = place
    palette = site.palette
    strength = 0.55 if palette.is_dark else 0.75
    glow = radial("glow", [(0, palette.glow, strength), (0.35, palette.glow, strength * 0.4), (1, palette.glow, 0)])
    parts = [f"<defs>{glow}</defs>", circle(x, y, radius * 3.4, "url(#glow)"), circle(x, y, radius, palette.orb)]
    if site.scene.light is Light.NIGHT or "moon" in site.scene.features:
        crater = mix(palette.orb, palette.sky[1], 0.16)
        spots = ((-0.35, -0.2, 0.22), (0.3, 0.25, 0.28), (0.25, -0.4, 0.13), (-0.25, 0.45, 0.15))
        parts += [circle(x + a * radius, y + b * radius, c * radius, crater) for a, b, c in spots]
    return "".join(parts)


def _clouds(site: Site, horizon: float) -> str:
    scene, chance, unit = site.scene, site.chance("clouds"), site.unit
    many = "clouds" in scene.features or scene.weather in (Weather.RAIN, Weather.SNOW)
    if "-clouds" in scene.features:
        return ""
    wanted = round((4 if many else 2.4) * max(1.0, site.width / site.height)) + (3 if many else 0)
    opacity = 0.5 if scene.light is Light.NIGHT else 0.82
    parts: list[str] = []
    for _ in range(wanted):
        width = chance.between(14, 27) * unit
        x, y = chance.between(-0.05, 0.95) * site.width, chance.between(0.08, 0.72) * horizon
        puffs = [(chance.between(0.12, 0.3), at) for at in (0.22, 0.42, 0.6, 0.78)]
        if not site.is_quiet(Box(x - width * 0.05, y - width * 0.35, width * 1.1, width * 0.45)):
            parts.append(_cloud(x, y, width, puffs, site.palette.cloud, opacity * (0.7 + 0.3 * y / horizon)))
    return "".join(parts)


def _cloud(x: float, y: float, width: float, puffs: list[tuple[float, float]], fill: str, opacity: float) -> str:
    """One path, so that its parts do not show through one another: a flat foot and round puffs on it."""
    foot = width * 0.08
    parts = [f"M{n(x + foot)} {n(y)}a{n(foot)} {n(foot)} 0 0 1 0 {n(-2 * foot)}H{n(x + width - foot)}"]
    parts.append(f"a{n(foot)} {n(foot)} 0 0 1 0 {n(2 * foot)}Z")
    for size, at in puffs:
        r = size * width * 0.62
        parts.append(
            f"M{n(x + at * width - r)} {n(y - r)}a{n(r)} {n(r)} 0 0 1 {n(2 * r)} 0a{n(r)} {n(r)} 0 0 1 {n(-2 * r)} 0Z"
        )
    return path("".join(parts), fill, opacity)


def _rainbow(site: Site, horizon: float) -> str:
    colours = ("#e4572e", "#f4a63a", "#f7dc6f", "#6fbf73", "#4a90d9", "#8e6bbf")
    radius, band = min(site.width * 0.46, horizon * 0.86), site.unit * 1.5
    x = site.width * site.chance("rainbow").between(0.38, 0.62)
    arcs = []
    for at, colour in enumerate(colours):
        r = radius - at * band
        arcs.append(
            f'<path d="M{n(x - r)} {n(horizon)}A{n(r)} {n(r)} 0 0 1 {n(x + r)} {n(horizon)}" fill="none" '
            f'stroke="{colour}" stroke-width="{n(band + 0.2)}" stroke-opacity="0.6"/>'
        )
    return "".join(arcs)


def _fireworks(site: Site, horizon: float) -> str:
    """Bursts of sparks, each in its own colour, where no text is."""
    chance, unit = site.chance("fireworks"), site.unit
    colours = (site.palette.accent, site.palette.orb, "#ff8fa3", "#8fd3ff", "#b9f2a1")
    parts: list[str] = []
    wanted = round(5 * max(1.0, site.width / site.height))
    for _ in range(wanted * 3):
        x, y = chance.between(0.06, 0.94) * site.width, chance.between(0.1, 0.72) * horizon
        radius, colour, turn = chance.between(7, 14) * unit, chance.choose(colours), chance.unit()
        if len(parts) >= wanted or site.is_quiet(Box(x, y, 0, 0).grown(radius)):
            continue
        sparks = []
        for ray in range(18):
            angle = (ray + turn) * math.pi / 9
            reach = radius * (1.0 if ray % 2 else 0.68)
            inner, outer = reach * 0.34, reach * 0.86
            ends = [(x + math.cos(angle) * r, y + math.sin(angle) * r) for r in (inner, outer)]
            sparks.append(stroke(ends, colour, unit * 0.4, 0.85))
            sparks.append(circle(x + math.cos(angle) * reach, y + math.sin(angle) * reach, unit * 0.42, "#fff6df"))
        parts.append("".join(sparks))
    return "".join(parts)


def paint_weather(site: Site) -> str:
    """Rain, snow or fog before the figures. None of it falls onto a text, or where there is a roof."""
    scene = site.scene
    if scene.setting in INDOORS | {Setting.UNDERWATER, Setting.SPACE}:
        return ""
    if scene.weather is Weather.RAIN:
        return _rain(site)
    if scene.weather is Weather.SNOW:
        return _snow(site)
    return _fog(site) if scene.weather is Weather.FOG else ""


def _rain(site: Site) -> str:
    chance, unit = site.chance("rain"), site.unit
    parts: list[str] = []
    for _ in range(int(140 * max(1.0, site.width * site.height / (unit * 100) ** 2))):
        x, y = chance.between(-0.05, 1.05) * site.width, chance.between(-0.05, 0.95) * site.height
        length, opacity = chance.between(2.4, 6.0) * unit, chance.between(0.22, 0.55)
        if not site.is_quiet(Box(x - length, y, length, length).grown(unit)):
            parts.append(stroke([(x, y), (x - length * 0.26, y + length)], "#eaf3fb", unit * 0.26, opacity))
    return "".join(parts)


def _snow(site: Site) -> str:
    chance, unit = site.chance("snow"), site.unit
    parts: list[str] = []
    for _ in range(int(110 * max(1.0, site.width * site.height / (unit * 100) ** 2))):
        x, y = chance.unit() * site.width, chance.unit() * site.height
        size, opacity = chance.between(0.25, 0.95) * unit, chance.between(0.6, 1.0)
        if not site.is_quiet(Box(x, y, 0, 0).grown(unit * 1.6)):
            parts.append(circle(x, y, size, "#ffffff", opacity))
    return "".join(parts)


def _fog(site: Site) -> str:
    colour = mix(site.palette.sky[2], "#ffffff", 0.35)
    names = [linear(f"fog{i}", [(0, colour, 0), (0.5, colour, 0.5), (1, colour, 0)]) for i in range(3)]
    bands = [
        rect(Box(0, site.height * at, site.width, site.height * 0.26), f"url(#fog{i})")
        for i, at in enumerate((0.38, 0.55, 0.74))
    ]
    return f"<defs>{''.join(names)}</defs>{''.join(bands)}"


def sunburst(x: float, y: float, radius: float, rays: int, fill: str, opacity: float) -> str:
    """Rays from a point, as on old posters."""
    step = 2 * math.pi / rays
    wedges = []
    for ray in range(0, rays, 2):
        a, b = ray * step, (ray + 1) * step
        wedges.append(polygon([(x, y), (x + radius * math.cos(a), y + radius * math.sin(a)),
                               (x + radius * math.cos(b), y + radius * math.sin(b))], fill, opacity))  # fmt: skip
    return "".join(wedges)


def hill_line(site: Site, purpose: str, base: float, swing: float, waves: float) -> str:
    """A rolling ridge from edge to edge, closed at the sheet's bottom."""
    chance = site.chance(purpose)
    one, two = chance.between(0, 6.28), chance.between(0, 6.28)
    steps = 14
    points = []
    for k in range(steps + 1):
        t = k / steps
        y = base - swing * (
            math.sin(t * waves * math.pi + one) * 0.65 + math.sin(t * waves * 2.3 * math.pi + two) * 0.35
        )
        points.append((-4 + t * (site.width + 8), y))
    return f"{curve(points)}L{n(site.width + 4)} {n(site.height + 4)}L-4 {n(site.height + 4)}Z"


def ridge(site: Site, purpose: str, base: float, swing: float, waves: float, fill: str) -> str:
    """A filled ridge."""
    return path(hill_line(site, purpose, base, swing, waves), fill)
