"""Rooms with a purpose: a kitchen, an office, a classroom, and a station in space with a view of a planet."""

from __future__ import annotations

from core.providers.illustrator.indoors import strip_of, window, window_share
from core.providers.illustrator.palette import Palette, mix
from core.providers.illustrator.scene import Setting
from core.providers.illustrator.shapes import Box, circle, ellipse, linear, polygon, rect, stroke
from core.providers.illustrator.site import Painted, Site
from core.providers.illustrator.sky import paint_stars

FLOOR = 0.76


def _walls(site: Site, wall: str, floor: str) -> list[str]:
    w, h, unit, palette = site.width, site.height, site.unit, site.palette
    wall = mix(mix(wall, palette.tint, 0.08), palette.ink, 0.34 if palette.is_dark else 0.0)
    floor = mix(mix(floor, palette.tint, 0.08), palette.ink, 0.34 if palette.is_dark else 0.0)
    return [
        rect(Box(0, 0, w, h * FLOOR), wall),
        rect(Box(0, h * FLOOR, w, h), floor),
        rect(Box(0, h * FLOOR - unit * 1.6, w, unit * 1.6), mix(wall, palette.paper, 0.6)),
    ]


def _painted(site: Site, parts: list[str]) -> Painted:
    air = Box(site.width * 0.1, site.height * 0.1, site.width * 0.8, site.height * 0.4)
    return Painted("".join(parts), "", strip_of(site, 0.86, 0.92), air)


def kitchen(site: Site) -> Painted:
    """Tiles, cupboards, a worktop with a hob, pans on hooks, and a window."""
    w, h, unit, palette = site.width, site.height, site.unit, site.palette
    parts = _walls(site, "#f2ead8", "#c9a27a")
    dim = 0.34 if palette.is_dark else 0.0
    tile = unit * 7
    board = h * FLOOR
    top, counter = board - min(h * 0.22, unit * 22), min(h * 0.22, unit * 22)
    line = mix("#d8cdb6", palette.ink, dim)
    for k in range(int(w / tile) + 1):
        parts.append(stroke([(k * tile, top - tile * 2), (k * tile, top)], line, unit * 0.25))
    parts += [stroke([(0, top - tile * row), (w, top - tile * row)], line, unit * 0.25) for row in (0, 1, 2)]
    parts.append(window(site, top - tile * 0.4))
    front, edge, steel = (mix(c, palette.ink, dim) for c in ("#6f9aa0", "#e7dcc5", "#9aa5ad"))
    parts += [rect(Box(0, top, w, counter), front), rect(Box(0, top - unit * 2, w, unit * 3), edge)]
    step = unit * 19
    for k in range(int(w / step) + 1):
        door = Box(k * step + unit, top + unit * 2.4, step - unit * 2, counter - unit * 4)
        parts += [
            rect(door, mix(front, palette.paper, 0.16), unit),
            circle(door.right - unit * 2, door.y + unit * 3, unit * 0.6, steel),
        ]
    rail = h * 0.14
    at = w * 0.06 if window_share(site) > 0.5 else w * 0.7
    if not site.is_quiet(Box(at, rail, unit * 26, unit * 14)):
        parts.append(stroke([(at, rail), (at + unit * 24, rail)], steel, unit * 0.7))
        for k, size in enumerate((3.6, 3.0, 2.4)):
            x = at + unit * (4 + 8 * k)
            parts += [
                stroke([(x, rail), (x, rail + unit * 5)], steel, unit * 0.6),
                circle(x, rail + unit * 8, unit * size, mix("#4a5560", palette.ink, dim)),
            ]
    return _painted(site, parts)


def office(site: Site) -> Painted:
    """Large windows over a city, a shelf of folders and a plant."""
    w, h, unit, palette = site.width, site.height, site.unit, site.palette
    parts = _walls(site, "#e6ebee", "#9fa8ad")
    board, dim = h * FLOOR, 0.3 if palette.is_dark else 0.0
    pane = Box(w * 0.08, h * 0.12, w * 0.84, board - h * 0.24)
    parts += [
        f"<defs>{linear('view', [(0, palette.sky[0], 1), (1, palette.sky[2], 1)])}</defs>",
        rect(pane, "url(#view)"),
    ]
    chance = site.chance("skyline")
    x = pane.x
    while x < pane.right - unit:
        wide = min(unit * chance.between(5, 10), pane.right - x)
        tall = min(pane.height * 0.8, unit * chance.between(8, 26))
        parts.append(
            rect(Box(x, pane.bottom - tall, wide, tall), mix(palette.land[0], palette.sky[2], chance.between(0, 0.4)))
        )
        x += wide
    frame = mix("#f7f8f8", palette.ink, dim)
    count = max(2, round(pane.width / (unit * 26)))
    parts += [
        rect(Box(pane.x + pane.width * k / count - unit * 0.6, pane.y, unit * 1.2, pane.height), frame)
        for k in range(count + 1)
    ]
    parts += [rect(Box(pane.x - unit, y, pane.width + 2 * unit, unit * 1.4), frame) for y in (pane.y, pane.bottom)]
    parts += _plant(palette, Box(w * 0.9, board - unit * 9, unit * 8, unit * 9), unit, dim)
    return _painted(site, parts)


def _plant(palette: Palette, pot: Box, unit: float, dim: float) -> list[str]:
    """Leaves over a pot of clay."""
    leaf = mix(palette.land[2], "#2f7a4f", 0.5)
    leaves = [
        ellipse(pot.x + unit * 4 + dx * unit, pot.y - unit * dy, unit * 2.2, unit * 6, mix(leaf, palette.ink, shade))
        for dx, dy, shade in ((-3, 4, 0.1), (3, 4.5, 0.0), (0, 7, 0.05))
    ]
    corners = [
        (pot.x, pot.y),
        (pot.right, pot.y),
        (pot.right - unit * 1.4, pot.bottom),
        (pot.x + unit * 1.4, pot.bottom),
    ]
    return [*leaves, polygon(corners, mix("#c1694f", palette.ink, dim))]


def classroom(site: Site) -> Painted:
    """A blackboard with sums, a clock and a row of hooks."""
    w, h, unit, palette = site.width, site.height, site.unit, site.palette
    parts = _walls(site, "#f3e6c8", "#c79a6b")
    dim = 0.34 if palette.is_dark else 0.0
    wide = min(w * 0.62, unit * 76)
    board = Box(w / 2 - wide / 2, h * 0.14, wide, min(h * 0.42, unit * 40))
    wood, green = mix("#9a6a44", palette.ink, dim), mix("#2f4f43", palette.ink, dim)
    parts += [rect(board.grown(unit * 1.6), wood, unit), rect(board, green)]
    chalk = mix("#f2f4ee", green, 0.25)
    parts += _doodles(board, chalk, unit)
    parts.append(rect(Box(board.x, board.bottom + unit * 1.2, board.width, unit * 1.4), mix(wood, palette.paper, 0.25)))
    clock = (w * 0.9, h * 0.2, unit * 5.5)
    if board.right + unit * 4 < clock[0] - clock[2]:
        x, y, r = clock
        parts += [
            circle(x, y, r, mix("#8a5a3a", palette.ink, dim)),
            circle(x, y, r * 0.84, mix("#fdfaf2", palette.ink, dim)),
            stroke([(x, y - r * 0.6), (x, y), (x + r * 0.42, y + r * 0.2)], palette.ink, unit * 0.6),
        ]
    return _painted(site, parts)


def _doodles(board: Box, chalk: str, unit: float) -> list[str]:
    """A sun, a house and some lines of writing, in chalk."""
    x, y = board.x + board.width * 0.12, board.y + board.height * 0.3
    lines = [
        stroke(
            [
                (board.x + board.width * 0.42, board.y + board.height * at),
                (board.x + board.width * (0.42 + long), board.y + board.height * at),
            ],
            chalk,
            unit * 0.7,
        )
        for at, long in ((0.24, 0.46), (0.42, 0.4), (0.6, 0.43), (0.78, 0.24))
    ]
    house = [
        (x - unit * 4, y + unit * 16),
        (x - unit * 4, y + unit * 9),
        (x, y + unit * 5.5),
        (x + unit * 4, y + unit * 9),
        (x + unit * 4, y + unit * 16),
        (x - unit * 4, y + unit * 16),
    ]
    return [*lines, circle(x, y, unit * 2.6, chalk, 0.8), stroke(house, chalk, unit * 0.7)]


def station(site: Site) -> Painted:
    """The bridge of a station in space: a wide window on stars and a planet, and a console."""
    w, h, unit, palette = site.width, site.height, site.unit, site.palette
    hull, rim, glow = "#3a4257", "#59647f", palette.accent
    view = Box(w * 0.07, h * 0.1, w * 0.86, h * 0.52)
    inner = Site(view.width, view.height, site.scene, palette, ())
    planet = (view.width * 0.72, view.height * 1.12, min(view.width, view.height) * 0.62)
    sky = (
        rect(Box(0, 0, view.width, view.height), "#0a1024")
        + paint_stars(inner, Box(0, 0, view.width, view.height))
        + circle(planet[0], planet[1], planet[2] * 1.05, "#8fc7ff", 0.25)
        + circle(*planet, mix("#3f7fc4", palette.land[1], 0.2))
        + ellipse(
            planet[0] - planet[2] * 0.2, planet[1] - planet[2] * 0.62, planet[2] * 0.5, planet[2] * 0.12, "#7fb87a"
        )
    )
    parts = [
        rect(Box(0, 0, w, h), hull),
        rect(view.grown(unit * 2.4), rim, unit * 7),
        f'<svg x="{view.x:.1f}" y="{view.y:.1f}" width="{view.width:.1f}" height="{view.height:.1f}">{sky}</svg>',
    ]
    count = max(1, round(view.width / (unit * 45)))
    parts += [
        rect(Box(view.x + view.width * k / (count + 1) - unit * 0.8, view.y, unit * 1.6, view.height), rim)
        for k in range(1, count + 1)
    ]
    parts += [rect(Box(0, h * FLOOR, w, h), "#2c3346"), rect(Box(0, h * FLOOR, w, unit), "#6e7b9a")]
    desk = h * 0.68
    parts.append(rect(Box(w * 0.1, desk, w * 0.8, h * FLOOR - desk), "#4b5570", unit * 2))
    lamps = site.chance("lamps")
    for k in range(int(w * 0.76 / (unit * 5))):
        colour = lamps.choose((glow, "#6fd3a8", "#f2c94c", "#7fb2f2"))
        parts.append(rect(Box(w * 0.12 + k * unit * 5, desk + unit * 2, unit * 2.6, unit * 1.4), colour, unit * 0.5))
    step = unit * 16
    parts += [
        stroke([(k * step, h * FLOOR), (k * step * 1.3 - w * 0.15, h)], "#232a3b", unit * 0.4)
        for k in range(int(w / step) + 3)
    ]
    return _painted(site, parts)


INTERIORS = {
    Setting.KITCHEN: kitchen,
    Setting.OFFICE: office,
    Setting.CLASSROOM: classroom,
    Setting.STATION: station,
}
