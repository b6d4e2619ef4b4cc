"""Places that people made under the sky: a farm, a village street, a garden, a market, and a stage under its lights."""

from __future__ import annotations

from core.providers.illustrator.greenery import foliage, round_tree, trees, tufts
from core.providers.illustrator.outdoors import horizon_of, sky_box, strip_of
from core.providers.illustrator.palette import mix
from core.providers.illustrator.scene import Light, Setting, Weather
from core.providers.illustrator.shapes import Box, circle, ellipse, linear, path, polygon, rect, stroke
from core.providers.illustrator.site import Painted, Site
from core.providers.illustrator.sky import paint_sky, ridge

HOUSES = ("#e9c9a4", "#dba48b", "#f0e0bd", "#b9c9c4", "#d9b8b0")
ROOFS = ("#a5523f", "#8a4b3c", "#6f5a5a", "#b0694a")
AWNINGS = ("#d94f4f", "#3f8fb0", "#e0a030", "#5f9a5a")


def farm(site: Site) -> Painted:
    """Fields in rows, a red barn with a silo, and a fence."""
    land, horizon, h, w, unit = site.palette.land, horizon_of(site, 0.58), site.height, site.width, site.unit
    field, soil = mix(land[1], site.palette.sand, 0.45), mix(land[2], site.palette.sand, 0.3)
    parts = [
        paint_sky(site, horizon + h * 0.05),
        ridge(site, "far", horizon, h * 0.03, 2.2, land[0]),
        ridge(site, "mid", horizon + h * 0.05, h * 0.02, 1.6, field),
        trees(site, "trees", horizon + h * 0.07, unit * 11, mix(land[2], land[3], 0.3), "mixed", unit * 30),
        rect(Box(-2, horizon + h * 0.1, w + 4, h), soil),
    ]
    far = horizon + h * 0.1
    for row in range(-12, 13):
        x = w / 2 + row * unit * 6
        parts.append(
            stroke([(x, far), (w / 2 + row * unit * 17, h * 0.84)], mix(field, land[3], 0.25), unit * 0.8, 0.7)
        )
    side = 0.2 if site.chance("barn").unit() < 0.5 else 0.8
    parts.append(_barn(site, w * side, far + h * 0.03, min(unit * 25, h * 0.3)))
    parts.append(ridge(site, "near", h * 0.82, h * 0.012, 1.2, mix(land[2], land[1], 0.4)))
    parts.append(_fence(site, h * 0.835))
    front = tufts(site, h * 0.86, mix(land[3], land[2], 0.2), site.scene.weather is not Weather.SNOW)
    return Painted("".join(parts), front, strip_of(site, 0.85, 0.92), sky_box(site, horizon))


def _barn(site: Site, x: float, y: float, tall: float) -> str:
    lit = site.palette.lit
    red, dark, pale = lit("#b8433a"), lit("#7f2d2b"), lit("#f3e8d8")
    wide = tall * 0.92
    roof = [
        (x - wide * 0.58, y - tall * 0.56),
        (x - wide * 0.4, y - tall * 0.86),
        (x, y - tall),
        (x + wide * 0.4, y - tall * 0.86),
        (x + wide * 0.58, y - tall * 0.56),
    ]
    silo = Box(x + wide * 0.62, y - tall * 0.8, tall * 0.26, tall * 0.8)
    door = Box(x - wide * 0.18, y - tall * 0.4, wide * 0.36, tall * 0.4)
    cross = [
        stroke([(door.x, a), (door.right, b)], pale, tall * 0.018)
        for a, b in ((door.y, door.bottom), (door.bottom, door.y))
    ]
    return (
        ellipse(silo.x + silo.width / 2, silo.y, silo.width / 2, silo.width * 0.45, lit("#8d9aa6"))
        + rect(silo, lit("#b7c1c9"))
        + rect(Box(x - wide / 2, y - tall * 0.58, wide, tall * 0.58), red)
        + polygon(roof, dark)
        + polygon([(x, y - tall * 0.94), (x - wide * 0.34, y - tall * 0.58), (x + wide * 0.34, y - tall * 0.58)], red)
        + rect(door, dark)
        + "".join(cross)
        + rect(Box(x - wide * 0.08, y - tall * 0.74, wide * 0.16, tall * 0.13), pale)
    )


def _fence(site: Site, y: float) -> str:
    unit, wood = site.unit, site.palette.lit("#e6d8c3")
    parts = [rect(Box(0, y - unit * up, site.width, unit * 0.9), wood) for up in (2.6, 5.0)]
    step = unit * 8
    parts += [
        rect(Box(k * step, y - unit * 6.4, unit * 1.3, unit * 7.2), wood, unit * 0.4)
        for k in range(int(site.width / step) + 1)
    ]
    return "".join(parts)


def village(site: Site) -> Painted:
    """Small houses side by side along a cobbled street."""
    palette, h, w, unit = site.palette, site.height, site.width, site.unit
    horizon, street = horizon_of(site, 0.62), h * 0.76
    stone = mix(mix("#b9a993", palette.tint, palette.tint_percent / 100), palette.ink, 0.2 if palette.is_dark else 0.05)
    parts = [
        paint_sky(site, horizon),
        ridge(site, "far", horizon - h * 0.02, h * 0.05, 2.0, palette.land[0]),
        trees(site, "trees", street - h * 0.02, unit * 24, palette.land[2], "mixed", unit * 16),
    ]
    chance = site.chance("houses")
    x = -chance.unit() * unit * 12
    while x < w:
        wide, tall = unit * chance.between(17, 24), min(unit * chance.between(20, 29), h * 0.34)
        walls, roof = palette.lit(chance.choose(HOUSES)), palette.lit(chance.choose(ROOFS))
        parts.append(_house(site, Box(x, street - tall, wide, tall), walls, roof))
        x += wide + unit * chance.between(0, 4)
    parts.append(rect(Box(-2, street, w + 4, h), stone))
    cobbles = site.chance("cobbles")
    for _ in range(int(60 * max(1.0, w / h))):
        a, b = cobbles.unit() * w, cobbles.between(street + unit * 2, h)
        size = unit * (0.9 + 1.6 * (b - street) / (h - street))
        parts.append(ellipse(a, b, size, size * 0.42, mix(stone, palette.ink, 0.16), 0.7))
    return Painted("".join(parts), "", strip_of(site, 0.84, 0.93), sky_box(site, horizon * 0.6))


def _house(site: Site, wall: Box, walls: str, roof: str) -> str:
    lit = site.scene.light in (Light.NIGHT, Light.SUNSET)
    glass = site.palette.orb if lit else mix(site.palette.sky[1], "#ffffff", 0.3)
    snow = site.scene.weather is Weather.SNOW
    frame, w, h = mix(walls, site.palette.ink, 0.35), wall.width, wall.height
    peak = [
        (wall.x - w * 0.06, wall.y + h * 0.42),
        (wall.x + w / 2, wall.y),
        (wall.right + w * 0.06, wall.y + h * 0.42),
    ]
    parts = [
        rect(Box(wall.x + w * 0.7, wall.y + h * 0.02, w * 0.1, h * 0.28), frame),
        polygon(peak, mix("#ffffff", site.palette.sky[1], 0.15) if snow else roof),
        rect(Box(wall.x, wall.y + h * 0.42, w, h * 0.58 + 1), walls),
        rect(Box(wall.x + w * 0.58, wall.y + h * 0.66, w * 0.2, h * 0.34), mix(roof, site.palette.ink, 0.15), w * 0.03),
    ]
    for x, y in ((0.16, 0.52), (0.16, 0.76), (0.58, 0.48)):
        box = Box(wall.x + w * x, wall.y + h * y, w * 0.22, h * 0.13)
        parts += [
            rect(box.grown(w * 0.02), frame),
            rect(box, glass),
            rect(Box(box.x + box.width * 0.45, box.y, w * 0.02, box.height), frame),
        ]
    return "".join(parts)


def garden(site: Site) -> Painted:
    """A lawn with a winding path, flower beds, hedges and round trees."""
    land, palette, h, w, unit = site.palette.land, site.palette, site.height, site.width, site.unit
    horizon = horizon_of(site, 0.56)
    lawn, hedge = mix(land[1], land[2], 0.45), mix(land[2], land[3], 0.5)
    gravel = mix(palette.sand, palette.paper, 0.25)
    turn = w * (0.3 if site.chance("path").unit() < 0.5 else 0.7)
    near, top = horizon + h * 0.08, h * 0.7
    way = (
        f"M{turn:.1f} {near:.1f}C{w * 0.5:.1f} {top:.1f} {w - turn:.1f} {h * 0.72:.1f} {w * 0.34:.1f} {h:.1f}"
        f"L{w * 0.66:.1f} {h:.1f}C{w * 1.16 - turn:.1f} {h * 0.74:.1f} {w * 0.53:.1f} {top:.1f} "
        f"{turn + w * 0.02:.1f} {near:.1f}Z"
    )
    parts = [
        paint_sky(site, horizon + h * 0.04),
        trees(site, "far trees", horizon + h * 0.05, unit * 22, mix(land[1], land[2], 0.6), "round", unit * 12),
        rect(Box(-2, horizon + h * 0.035, w + 4, h), lawn),
        _hedge(site, horizon + h * 0.09, hedge),
        path(way, gravel),
        *_beds(site, horizon + h * 0.1),
    ]
    green = mix(land[2], land[3], 0.35)
    for x, y, tall in ((0.06, 0.76, 34), (0.95, 0.74, 30)):
        if not site.is_quiet(Box(w * x - unit * tall * 0.3, h * y - unit * tall, unit * tall * 0.6, unit * tall)):
            leaves = foliage(site, green, "garden", len(parts))
            parts.append(round_tree(w * x, h * y, min(unit * tall, h * 0.42), leaves, mix(leaves, palette.ink, 0.35)))
    front = tufts(site, h * 0.88, mix(land[3], land[2], 0.2), site.scene.weather is not Weather.SNOW)
    return Painted("".join(parts), front, strip_of(site, 0.8, 0.9), sky_box(site, horizon))


def _hedge(site: Site, base: float, colour: str) -> str:
    chance, unit = site.chance("hedge"), site.unit
    parts: list[str] = []
    x = 0.0
    while x < site.width + unit * 4:
        parts.append(circle(x, base - unit * chance.between(0.5, 2.5), unit * chance.between(3.2, 4.6), colour))
        x += unit * 4.2
    return "".join(parts)


def _beds(site: Site, top: float) -> list[str]:
    """Flower beds: low mounds, full of flowers."""
    chance, unit, palette = site.chance("beds"), site.unit, site.palette
    if site.scene.weather is Weather.SNOW:
        return []
    colours = [palette.lit(colour) for colour in ("#e2557b", "#f2b632", "#f4f1ea", "#9a6bc8", "#ee7d4f")]
    earth = mix(palette.land[3], "#6b4a2e", 0.35)
    parts: list[str] = []
    for _ in range(max(3, round(3 * site.width / site.height))):
        x, y = chance.unit() * site.width, chance.between(top + unit * 5, site.height * 0.78)
        wide = unit * chance.between(9, 15)
        parts.append(ellipse(x, y, wide, wide * 0.24, earth))
        for _ in range(14):
            a, b = x + chance.between(-0.85, 0.85) * wide, y - chance.between(0, 0.26) * wide
            parts.append(circle(a, b, unit * chance.between(0.7, 1.15), chance.choose(colours)))
    return parts


def market(site: Site) -> Painted:
    """Stalls with striped awnings along a square."""
    palette, h, w, unit = site.palette, site.height, site.width, site.unit
    horizon, square = horizon_of(site, 0.62), h * 0.78
    stone = mix(
        mix("#c9b79c", palette.tint, palette.tint_percent / 100), palette.ink, 0.25 if palette.is_dark else 0.04
    )
    parts = [paint_sky(site, horizon)]
    chance = site.chance("stalls")
    x = -unit * 6.0
    while x < w:
        wide = unit * chance.between(15, 20)
        tall = min(unit * chance.between(26, 36), h * 0.42)
        parts.append(
            _house(
                site,
                Box(x, square - tall, wide, tall),
                mix(palette.lit(chance.choose(HOUSES)), palette.sky[2], 0.35),
                mix(palette.lit(chance.choose(ROOFS)), palette.sky[2], 0.35),
            )
        )
        x += wide
    parts.append(rect(Box(-2, square - h * 0.02, w + 4, h), stone))
    x = unit * chance.between(1, 5)
    while x < w - unit * 10:
        wide = unit * chance.between(21, 26)
        parts.append(
            _stall(
                site,
                Box(x, square - min(unit * 21, h * 0.27), wide, min(unit * 21, h * 0.27)),
                palette.lit(chance.choose(AWNINGS)),
            )
        )
        x += wide + unit * chance.between(3, 8)
    return Painted("".join(parts), "", strip_of(site, 0.86, 0.94), sky_box(site, horizon * 0.6))


def _stall(site: Site, box: Box, colour: str) -> str:
    palette, w, h = site.palette, box.width, box.height
    wood, pale = palette.lit("#9a6a44"), palette.lit("#fbf3e4")
    parts = [rect(Box(box.x + w * at, box.y + h * 0.2, w * 0.04, h * 0.8), wood) for at in (0.04, 0.92)]
    parts += [
        rect(Box(box.x, box.y + h * 0.62, w, h * 0.38), wood),
        rect(Box(box.x - w * 0.02, box.y + h * 0.58, w * 1.04, h * 0.09), mix(wood, palette.paper, 0.3)),
    ]
    chance = site.chance(f"fruit {round(box.x)}")
    for k in range(9):
        fruit = palette.lit(chance.choose(("#d9463e", "#f0a03a", "#7fae4c", "#e7cf4f", "#8f5aa8")))
        parts.append(circle(box.x + w * (0.1 + 0.1 * k), box.y + h * 0.55, w * 0.055, fruit))
    stripes = 8
    step = w * 1.1 / stripes
    for k in range(stripes):
        x, shade = box.x - w * 0.05 + k * step, colour if k % 2 == 0 else pale
        parts.append(rect(Box(x, box.y, step + 0.4, h * 0.22), shade))
        parts.append(circle(x + step / 2, box.y + h * 0.22, step / 2, shade))
    return "".join(parts)


def stage(site: Site) -> Painted:
    """Boards between red curtains, under beams of light."""
    palette, h, w, unit = site.palette, site.height, site.width, site.unit
    dark, boards = mix(palette.ink, "#1a1020", 0.5), mix("#8a5a3a", palette.ink, 0.15)
    red, deep = "#a8273a", "#6f1628"
    beam = linear("beam", [(0, palette.glow, 0.5), (1, palette.glow, 0.0)])
    parts = [
        f"<defs>{beam}{linear('stage', [(0, dark, 1), (1, mix(dark, palette.accent, 0.35), 1)])}</defs>",
        rect(Box(0, 0, w, h), "url(#stage)"),
    ]
    for at, lean in ((0.24, 0.16), (0.5, 0.0), (0.76, -0.16)):
        top, foot = w * at, w * (at + lean)
        parts.append(
            polygon(
                [
                    (top - unit * 2, -2),
                    (top + unit * 2, -2),
                    (foot + unit * 17, h * 0.84),
                    (foot - unit * 17, h * 0.84),
                ],
                "url(#beam)",
            )
        )
    parts += [
        rect(Box(0, h * 0.8, w, h * 0.2), boards),
        rect(Box(0, h * 0.8, w, unit), mix(boards, palette.paper, 0.3)),
    ]
    parts += [stroke([(0, h * y), (w, h * y)], mix(boards, palette.ink, 0.3), unit * 0.25) for y in (0.86, 0.92, 0.97)]
    parts.append(ellipse(w / 2, h * 0.89, min(w * 0.36, unit * 46), h * 0.06, palette.glow, 0.28))
    fold = unit * 4.2
    wide = min(w * 0.17, unit * 24)
    for k in range(int(wide / fold) + 1):
        for x in (k * fold, w - (k + 1) * fold):
            parts.append(rect(Box(x, -2, fold + 0.4, h * 0.9 - (k % 2) * unit), red if k % 2 else deep, unit * 1.4))
    drape = unit * 10
    for k in range(int(w / drape) + 2):
        parts.append(circle(k * drape, unit * 1.5, drape * 0.62, red if k % 2 else deep))
    return Painted("".join(parts), "", strip_of(site, 0.86, 0.92), Box(w * 0.16, h * 0.2, w * 0.68, h * 0.36))


PLACES = {
    Setting.FARM: farm,
    Setting.VILLAGE: village,
    Setting.GARDEN: garden,
    Setting.MARKET: market,
    Setting.STAGE: stage,
}
