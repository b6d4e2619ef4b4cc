"""Places without a landscape: a room, a plain sheet, space, and under water."""

from __future__ import annotations

import math
from dataclasses import replace

from core.providers.illustrator.figures import figures
from core.providers.illustrator.palette import mix
from core.providers.illustrator.scene import Setting
from core.providers.illustrator.shapes import Box, circle, ellipse, linear, polygon, radial, rect, stroke
from core.providers.illustrator.site import Painted, Site, Strip
from core.providers.illustrator.sky import paint_orb, paint_stars, paint_weather, ridge, sunburst


def strip_of(site: Site, far: float, near: float) -> Strip:
    """Where feet may stand between these shares of the height."""
    return Strip(site.width * 0.07, site.width * 0.93, site.height * far, site.height * near)


def plain(site: Site) -> Painted:
    """A sheet of soft colour with a large disc or rays behind the figures."""
    palette, w, h, unit = site.palette, site.width, site.height, site.unit
    top, low = mix(palette.sky[1], palette.paper, 0.3), mix(palette.sky[2], palette.paper, 0.35)
    floor = mix(palette.land[1], palette.paper, 0.25)
    if palette.is_dark:
        top, low, floor = palette.sky[0], palette.sky[1], palette.land[1]
    x, y, radius = _disc_place(site)
    parts = [
        f"<defs>{linear('plain', [(0, top, 1), (1, low, 1)])}</defs>",
        rect(Box(0, 0, w, h), "url(#plain)"),
    ]
    if site.chance("plain").unit() < 0.5:
        parts.append(sunburst(x, y, w + h, 28, mix(low, "#ffffff", 0.5), 0.3))
    parts.append(circle(x, y, radius, mix(palette.orb, low, 0.15), 0.92))
    if palette.is_dark:
        parts.append(paint_stars(site, Box(0, 0, w, h * 0.7)))
    parts += _confetti(site, Box(0, 0, w, h * 0.74), Box(x - radius, y - radius, 2 * radius, 2 * radius))
    parts.append(ridge(site, "floor", h * 0.82, unit * 1.6, 1.2, floor))
    sky = Box(w * 0.08, h * 0.12, w * 0.84, h * 0.4)
    return Painted("".join(parts), "", strip_of(site, 0.86, 0.91), sky)


def _disc_place(site: Site) -> tuple[float, float, float]:
    """In the middle, or where no text is: beside a column of text, or below a title."""
    w, h = site.width, site.height
    x, y, radius = w / 2, h * 0.56, min(w, h) * 0.36
    for calm in site.quiet:
        if not Box(x, y, 0, 0).grown(radius).overlaps(calm):
            continue
        if calm.height > h * 0.9 and calm.right < w:
            x, radius = (calm.right + w) / 2, min(radius, (w - calm.right) * 0.44)
        elif calm.bottom < h * 0.7:
            radius = min(radius, (h * 0.9 - calm.bottom) / 2)
            y = max(y, calm.bottom + radius)
    return x, y, radius


def _confetti(site: Site, area: Box, free: Box) -> list[str]:
    chance, unit, palette = site.chance("confetti"), site.unit, site.palette
    colours = (palette.accent, palette.land[1], palette.orb, palette.paper)
    parts: list[str] = []
    for _ in range(int(22 * max(1.0, site.width / site.height))):
        x, y = chance.between(0.02, 0.98) * area.width, chance.between(0.02, 0.98) * area.height
        size, colour, kind = chance.between(0.6, 1.5) * unit, chance.choose(colours), chance.unit()
        spot = Box(x, y, 0, 0).grown(size * 2)
        if site.is_quiet(spot) or spot.overlaps(free):
            continue
        if kind < 0.6:
            parts.append(circle(x, y, size * 0.7, colour, 0.8))
        else:
            parts.append(stroke([(x - size, y), (x + size, y + size * 0.7)], colour, size * 0.5, 0.8))
    return parts


def underwater(site: Site) -> Painted:
    """Deep water with rays of light, bubbles, weeds and a sandy ground."""
    palette, w, h, unit = site.palette, site.width, site.height, site.unit
    light, deep = mix(palette.water[0], "#7fe3e0", 0.3), mix(palette.water[1], "#06233f", 0.45)
    parts = [
        f"<defs>{linear('deep', [(0, light, 1), (0.6, palette.water[1], 1), (1, deep, 1)])}"
        f"{linear('ray', [(0, '#ffffff', 0.34), (1, '#ffffff', 0)])}</defs>",
        rect(Box(0, 0, w, h), "url(#deep)"),
    ]
    chance = site.chance("rays")
    for _ in range(6):
        x, wide = chance.unit() * w, chance.between(4, 12) * unit
        spread = chance.between(0.5, 1.0) * unit * 18
        parts.append(
            polygon([(x, -2), (x + wide, -2), (x + wide * 2 - spread, h * 0.85), (x - spread, h * 0.85)], "url(#ray)")
        )
    sand = mix(palette.sand, deep, 0.35)
    parts += [
        ridge(site, "reef", h * 0.84, unit * 5, 3.1, mix(deep, palette.water[1], 0.3)),
        ridge(site, "sand", h * 0.9, unit * 1.6, 1.8, sand),
        *_weeds(site, h * 0.93),
    ]
    bubbles = site.chance("bubbles")
    for _ in range(26):
        x, y, size = bubbles.unit() * w, bubbles.between(0.05, 0.85) * h, bubbles.between(0.4, 1.5) * unit
        if not site.is_quiet(Box(x, y, 0, 0).grown(size * 1.5)):
            parts.append(
                circle(x, y, size, "#ffffff", 0.22) + circle(x - size * 0.3, y - size * 0.3, size * 0.3, "#ffffff", 0.6)
            )
    middle = Strip(w * 0.1, w * 0.9, h * 0.48, h * 0.66)
    return Painted(
        "".join(parts), "", strip_of(site, 0.9, 0.95), Box(w * 0.1, h * 0.12, w * 0.8, h * 0.4), middle, floats=True
    )


def _weeds(site: Site, base: float) -> list[str]:
    chance, unit = site.chance("weeds"), site.unit
    green = mix(site.palette.land[2], "#1d7a5f", 0.5)
    parts: list[str] = []
    for _ in range(int(9 * max(1.0, site.width / site.height))):
        x, tall, lean = chance.unit() * site.width, chance.between(9, 24) * unit, chance.between(0.8, 2.0) * unit
        points = [(x + lean * math.sin(k * 1.1), base - tall * k / 7) for k in range(8)]
        parts.append(stroke(points, mix(green, site.palette.ink, chance.between(0, 0.4)), unit * 1.3, 0.9))
    return parts


def space(site: Site) -> Painted:
    """Stars, a nebula, planets and the curve of a moon to stand on."""
    palette, w, h, unit = site.palette, site.width, site.height, site.unit
    chance = site.chance("space")
    deep, violet = "#0b1026", mix(palette.sky[1], "#3b1d6e", 0.6)
    parts = [
        f"<defs>{linear('void', [(0, deep, 1), (1, violet, 1)])}"
        f"{radial('haze', [(0, palette.accent, 0.5), (0.5, '#7a4bd6', 0.25), (1, '#7a4bd6', 0)])}</defs>",
        rect(Box(0, 0, w, h), "url(#void)"),
        ellipse(chance.between(0.2, 0.8) * w, chance.between(0.2, 0.5) * h, w * 0.5, h * 0.3, "url(#haze)", 0.8),
        paint_stars(site, Box(0, 0, w, h)),
    ]
    parts.append(
        _planet(site, chance.between(0.12, 0.3) * w, chance.between(0.14, 0.3) * h, unit * 9, palette.orb, True)
    )
    parts.append(_planet(site, chance.between(0.7, 0.88) * w, chance.between(0.3, 0.5) * h, unit * 5, "#6fb7c9", False))
    moon = mix("#b9bcd0", violet, 0.25)
    parts.append(ellipse(w / 2, h * 1.12, w * 0.85, h * 0.32, moon))
    for _ in range(9):
        x, y, size = chance.unit() * w, chance.between(0.87, 0.98) * h, chance.between(1.5, 4) * unit
        parts.append(ellipse(x, y, size, size * 0.3, mix(moon, deep, 0.28)))
    sky = Box(w * 0.1, h * 0.14, w * 0.8, h * 0.45)
    return Painted("".join(parts), "", strip_of(site, 0.84, 0.9), sky)


def _planet(site: Site, x: float, y: float, radius: float, colour: str, ringed: bool) -> str:
    if site.is_quiet(Box(x, y, 0, 0).grown(radius * 2)):
        return ""
    shade, light = mix(colour, "#0b1026", 0.4), mix(colour, "#ffffff", 0.3)
    clip = f'<clipPath id="p{round(x)}"><circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"/></clipPath>'
    body = (
        circle(x, y, radius, colour)
        + ellipse(x, y - radius * 0.3, radius, radius * 0.16, light, 0.5)
        + ellipse(x, y + radius * 0.35, radius, radius * 0.2, shade, 0.45)
        + circle(x + radius * 0.5, y + radius * 0.35, radius * 1.05, shade, 0.28)
    )
    ring = (
        f'<ellipse cx="{x:.1f}" cy="{y:.1f}" rx="{radius * 1.75:.1f}" ry="{radius * 0.42:.1f}" fill="none" '
        f'stroke="{light}" stroke-width="{radius * 0.16:.1f}" stroke-opacity="0.8" '
        f'transform="rotate(-16 {x:.1f} {y:.1f})"/>'
    )
    return f'{clip}<g clip-path="url(#p{round(x)})">{body}</g>{ring if ringed else ""}'


def room(site: Site) -> Painted:
    """A wall with a window, a wooden floor and a rug; a table when there are only things to put on one."""
    palette, w, h, unit = site.palette, site.width, site.height, site.unit
    wall = mix(mix(palette.land[0], palette.paper, 0.55), palette.ink, 0.28 if palette.is_dark else 0.0)
    floor_y = h * 0.74
    wood = mix(mix("#b98452", palette.tint, 0.12), palette.ink, 0.35 if palette.is_dark else 0.08)
    parts = [rect(Box(0, 0, w, h), wall)]
    stripe = mix(wall, palette.paper, 0.35)
    step = unit * 9
    parts += [rect(Box(k * step, 0, step * 0.44, floor_y), stripe, 0, 0.4) for k in range(int(w / step) + 1)]
    parts.append(window(site, floor_y))
    parts.append(_picture_frame(site, floor_y))
    parts += [
        rect(Box(0, floor_y, w, h - floor_y), wood),
        rect(Box(0, floor_y - unit * 2, w, unit * 2), mix(wall, palette.paper, 0.7)),
    ]
    board = unit * 14
    line = mix(wood, palette.ink, 0.25)
    parts += [
        stroke([(k * board, floor_y), (k * board * 1.35 - w * 0.175, h)], line, unit * 0.22, 0.5)
        for k in range(int(w / board) + 3)
    ]
    things = site.scene.casts and all(figures().can_be_held(cast.drawing) for cast in site.scene.casts)
    if things:
        top = h * 0.8
        parts += [rect(Box(w * 0.06, top, w * 0.88, h * 0.3), mix(wood, "#5a3620", 0.4), unit * 2),
                  rect(Box(w * 0.03, top, w * 0.94, unit * 7), mix(wood, palette.paper, 0.22), unit * 2)]  # fmt: skip
        return Painted(
            "".join(parts),
            "",
            Strip(w * 0.1, w * 0.9, top + unit * 2, top + unit * 4.5),
            Box(w * 0.1, h * 0.1, w * 0.8, h * 0.4),
        )
    rug = mix(palette.accent, palette.paper, 0.15)
    parts += [
        ellipse(w / 2, h * 0.89, w * 0.4, h * 0.075, rug),
        ellipse(w / 2, h * 0.89, w * 0.35, h * 0.06, mix(rug, palette.paper, 0.4)),
    ]
    return Painted("".join(parts), "", strip_of(site, 0.86, 0.91), Box(w * 0.1, h * 0.1, w * 0.8, h * 0.4))


def window_share(site: Site) -> float:
    """Where a window's middle is when no text is in its way, as a share of the width."""
    return 0.5 + site.chance("window").between(-0.22, 0.22)


def window(site: Site, floor_y: float) -> str:
    """A window with the weather outside, above a floor or a worktop; "" where a text leaves no room for it."""
    palette, unit = site.palette, site.unit
    tall, wide = min(floor_y * 0.56, unit * 44), unit * 38
    for share in (window_share(site), 0.24, 0.76, 0.5):
        box = Box(site.width * share - wide / 2, floor_y * 0.2, wide, tall)
        if not site.is_quiet(box.grown(unit * 2)):
            break
    else:
        return ""
    frame = mix(palette.paper, palette.tint, palette.tint_percent / 100)
    view = Site(box.width, box.height, site.scene, palette, ())
    outside = replace(view, scene=replace(site.scene, setting=Setting.HILLS))
    inner = paint_orb(view, box.height * 0.9) + ridge(view, "view", box.height * 0.78, unit * 2, 1.4, palette.land[1])
    bar, sill = unit * 1.2, mix(frame, palette.ink, 0.12)
    return (
        f"<defs>{linear('view', [(0, palette.sky[0], 1), (1, palette.sky[2], 1)])}</defs>"
        + rect(box.grown(unit * 1.6), frame, unit * 1.2)
        + f'<svg x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" height="{box.height:.1f}">'
        + rect(Box(0, 0, box.width, box.height), "url(#view)") + inner + paint_weather(outside) + "</svg>"
        + rect(Box(box.x + wide / 2 - bar / 2, box.y, bar, tall), frame)
        + rect(Box(box.x, box.y + tall * 0.45, wide, bar), frame)
        + rect(Box(box.x - unit * 3, box.bottom + unit, wide + unit * 6, unit * 2), sill, unit * 0.6)
    )  # fmt: skip


def _picture_frame(site: Site, floor_y: float) -> str:
    palette, unit = site.palette, site.unit
    side = unit * 15
    for share in (0.12, 0.88):
        box = Box(site.width * share - side / 2, floor_y * 0.34, side, side * 1.2)
        one = [(box.x, box.bottom), (box.x + side * 0.4, box.y + side * 0.55), (box.x + side * 0.8, box.bottom)]
        two = [(box.x + side * 0.4, box.bottom), (box.x + side * 0.75, box.y + side * 0.75), (box.right, box.bottom)]
        if not site.is_quiet(box.grown(unit)):
            return (
                rect(box.grown(unit), mix("#8a5a36", palette.tint, 0.2), unit * 0.5)
                + rect(box, mix(palette.sky[2], palette.paper, 0.4))
                + circle(box.x + side * 0.62, box.y + side * 0.4, side * 0.16, palette.orb)
                + polygon(one, palette.land[1])
                + polygon(two, palette.land[2])
            )  # fmt: skip
    return ""


INDOORS = {Setting.PLAIN: plain, Setting.UNDERWATER: underwater, Setting.SPACE: space, Setting.ROOM: room}
