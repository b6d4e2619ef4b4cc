"""Puts the figures into the picture: who stands, flies and floats where, how large, and what is before what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.providers.illustrator.craft import crafted
from core.providers.illustrator.figure import Figure
from core.providers.illustrator.figures import figures
from core.providers.illustrator.grouping import Built, Group, build, groups
from core.providers.illustrator.palette import mix
from core.providers.illustrator.scene import INDOORS, Cast, Setting
from core.providers.illustrator.shapes import Box, ellipse, rect
from core.providers.illustrator.site import Painted, Site, Strip
from core.providers.illustrator.styling import line_width

PERSON_SHARE = 0.43  # a lone figure's height against the picture's
TIGHT = 0.94
TALL = 1.5  # only sheets taller than this have room for rows behind one another
MOST_ROWS = 3
MOST_ON_AN_ARC = 4
LEAST_HEADROOM = 0.2  # of the height, for the tallest figure
ROW_RISE = 0.8  # of a person's height, from one row to the one behind it
FARTHER = 0.86  # what is on the water is farther away


@dataclass(frozen=True, slots=True)
class Placed:
    """A figure with the middle of its foot, and pixels for one grid unit."""

    figure: Figure
    x: float
    y: float
    scale: float
    shadow: str  # "ground", "water" or ""


def stage(site: Site, painted: Painted, room: Box) -> str:
    """The figures, the farthest first. `room` is the part of the picture where they should be."""
    flying: list[Built] = []
    floating: list[Built] = []
    standing: list[Built] = []
    for group in groups([_in_season(cast, site.scene.season) for cast in site.scene.casts]):
        _zone(site, painted, group, flying, floating, standing).append(build(group, site.palette))
    ashore, afloat = _shares(site, standing, floating, room)
    placed = _row(site, standing, painted.ground, ashore, "" if painted.floats else "ground")
    if painted.water is not None:
        placed += _row(site, floating, painted.water, afloat, "" if painted.floats else "water")
    placed += _in_the_air(site, flying, painted.sky, room)
    placed.sort(key=lambda one: (one.shadow == "ground", one.y))
    return "".join(_markup(site, one) for one in placed)


def _in_season(cast: Cast, season: str) -> Cast:
    """A leafy tree wears the season's colour when it was asked for none."""
    worn = {"spring": "pink", "autumn": "rust"}.get(season, "")
    return replace(cast, colour=worn) if worn and cast.drawing == "🌳" and not cast.colour else cast


def _zone(
    site: Site, painted: Painted, group: Group, flying: list[Built], floating: list[Built], standing: list[Built]
) -> list[Built]:
    kinds, cast = figures(), group.cast
    drawing = cast.mount or cast.drawing
    if site.scene.transparent:
        return standing
    if site.scene.setting is Setting.UNDERWATER:
        return floating if drawing in kinds.water or drawing in kinds.swimming or drawing in kinds.heads else standing
    if drawing in kinds.sky and not cast.holds and not group.is_sheltered and site.scene.setting not in INDOORS:
        return flying
    if painted.water is not None and (drawing in kinds.water or drawing in kinds.swimming):
        return floating
    return standing


def _shares(site: Site, standing: Sequence[Built], floating: Sequence[Built], room: Box) -> tuple[Box, Box]:
    """Who stands and who floats side by side, so that nobody hides a ship."""
    if not standing or not floating:
        return room, room
    share = min(0.6, max(0.4, len(standing) / (len(standing) + len(floating))))
    first = Box(room.x, room.y, room.width * share, room.height)
    second = Box(first.right, room.y, room.width - first.width, room.height)
    if site.chance("shares").unit() < 0.5:
        return first, second
    return Box(room.right - first.width, room.y, first.width, room.height), Box(
        room.x, room.y, second.width, room.height
    )


def _row(site: Site, casts: Sequence[Built], strip: Strip, room: Box, shadow: str) -> list[Placed]:
    """A loose group on a strip of ground, in as many rows as make it largest: the first ones nearest."""
    if not casts:
        return []
    left, right = max(strip.left, room.x), min(strip.right, room.right)
    drawn = [one.figure for one in casts]
    sizes = [one.size for one in casts]
    limit = min(site.height * _share(site, len(casts)), room.height * 0.8, site.width * 0.62)
    limit *= FARTHER if shadow == "water" else 1.0
    limit /= max(1.0, max(sizes) * 0.8) if max(sizes) > 1 else max(sizes) ** 0.6  # small things alone come nearer
    widths = [f.width / f.height * size for f, size in zip(drawn, sizes, strict=True)]
    best: tuple[float, int] = (0.0, 1)
    for rows in range(1, (MOST_ROWS if site.height > site.width * TALL else 1) + 1):
        per_row = -(-len(casts) // rows)
        widest = max(sum(widths[at : at + per_row]) for at in range(0, len(casts), per_row))
        unit = min(limit / (1 + 0.25 * (rows - 1)), (right - left) * TIGHT / (widest + 0.16 * (per_row - 1)))
        if unit > best[0] * 1.25:
            best = (unit, per_row)
    if room.y > 0:  # what is above the room is a text's
        headroom = max(site.height * LEAST_HEADROOM, (strip.far + strip.near) / 2 - room.y)
        best = (min(best[0], headroom / max(sizes)), best[1])
    placed: list[Placed] = []
    for row, at in enumerate(range(0, len(casts), best[1])):
        span = slice(at, at + best[1])
        lift = row * best[0] * ROW_RISE
        band = Strip(left, right, strip.far - lift, strip.near - lift)
        placed += _line(
            site, list(zip(drawn[span], sizes[span], widths[span], strict=True)), band, best[0], shadow, row
        )
    return placed


def _line(
    site: Site, members: list[tuple[Figure, float, float]], band: Strip, unit: float, shadow: str, row: int
) -> list[Placed]:
    """One row: a group that keeps together, with room at its sides."""
    chance = site.chance(f"row {shadow} {row}")
    taken = sum(width for *_, width in members) * unit
    widest_gap = unit * (0.3 + 0.24 * site.width / site.height)
    step = min((band.right - band.left - taken) / (len(members) + 1), widest_gap)
    rest = band.right - band.left - taken - step * (len(members) - 1)
    x = band.left + rest * chance.between(0.42, 0.58) - step
    placed: list[Placed] = []
    for at, (one, size, width) in enumerate(members):
        x += step + width * unit / 2
        depth = (0.75 if len(members) == 1 else 0.35) + (0.3 if at % 2 else -0.2) + chance.between(-0.12, 0.12)
        depth = min(1.0, max(0.0, depth))
        y = band.far + (band.near - band.far) * depth
        wobble = chance.between(-0.16, 0.16) * step
        placed.append(Placed(one, x + wobble, y, size * unit * (0.9 + 0.1 * depth) / one.height, shadow))
        x += width * unit / 2
    return placed


def _share(site: Site, count: int) -> float:
    """How much of the height a person takes: more in a wide sheet, less in a crowd."""
    wide = min(1.0, max(0.0, (site.width / site.height - 1.5) / 1.5))
    if site.scene.transparent:
        return 0.84
    alone = PERSON_SHARE + 0.04 if count == 1 else PERSON_SHARE - 0.015 * min(count, 8)
    return alone * (1 + 0.3 * wide)


def _in_the_air(site: Site, casts: Sequence[Built], sky: Box, room: Box) -> list[Placed]:
    """On a loose arc, where no text is."""
    chance = site.chance("air")
    left, right = max(sky.x, room.x), min(sky.right, room.right)
    top = sky.y
    below = [calm.bottom for calm in site.quiet if calm.x < right and calm.right > left and calm.y < sky.bottom]
    if below:
        top = min(max(below) + site.unit * 2, sky.bottom)
    if len(casts) > MOST_ON_AN_ARC:
        return _swarm(site, casts, Box(left, top, right - left, sky.bottom - top))
    placed: list[Placed] = []
    for at, built in enumerate(casts):
        one = built.figure
        share = (at + 0.5) / len(casts)
        size = min(site.unit * 24 * max(0.55, built.size), (right - left) / len(casts) * 0.9)
        if len(casts) == 1:
            size, share = size * 1.45, 0.5 + (0.16 if chance.unit() < 0.5 else -0.16)
        size = min(size, max(site.unit * 12, (sky.bottom - top) * 0.95 + size * 0.3))
        x = left + (right - left) * share + chance.between(-0.1, 0.1) * size
        lowest = max(top + size, sky.bottom + size * 0.3)
        y = top + size + (lowest - top - size) * (chance.between(0.15, 0.7) if len(casts) > 1 else 0.45)
        placed.append(Placed(one, x, y, size / one.height, ""))
    return placed


def _swarm(site: Site, casts: Sequence[Built], area: Box) -> list[Placed]:
    """Many in the air: loosely in rows, as large as the air allows."""
    chance = site.chance("swarm")
    tall = area.height * 1.12
    rows = max(1, min(len(casts), round((len(casts) * tall / area.width * 0.8) ** 0.5)))
    per_row = -(-len(casts) // rows)
    cell = min(area.width / per_row, tall / rows)
    placed: list[Placed] = []
    for at, built in enumerate(casts):
        row, column = divmod(at, per_row)
        in_row = min(per_row, len(casts) - row * per_row)
        size = min(cell * 0.92, site.unit * 26 * max(0.7, built.size)) * chance.between(0.86, 1.0)
        x = area.x + area.width * (column + 0.5) / in_row + chance.between(-0.12, 0.12) * cell
        y = area.y + tall * (row + 0.5) / rows + size / 2 + chance.between(-0.14, 0.14) * cell
        if column % 2 and rows == 1:
            y += (tall - cell) * 0.4
        placed.append(Placed(built.figure, x, y, size / built.figure.height, ""))
    return placed


def _markup(site: Site, one: Placed) -> str:
    width = one.figure.width * one.scale
    parts: list[str] = []
    if one.shadow == "ground":
        parts.append(ellipse(one.x, one.y, width * 0.44, max(2.0, width * 0.062), site.palette.ink, 0.26))
    svg = one.figure.svg
    # Here, where the scale is known: resvg has no strokes that do not scale.
    svg = crafted(svg, site.scene.style, line_width(site.unit) / one.scale)
    parts.append(f'<g transform="translate({one.x:.2f} {one.y:.2f}) scale({one.scale:.5f})">{svg}</g>')
    if one.shadow == "water":
        parts.append(_wake(site, one.x, one.y, width))
    return "".join(parts)


def _wake(site: Site, x: float, y: float, width: float) -> str:
    """Water before the hull, so that it lies in the sea and not on it."""
    water = mix(site.palette.water[0], site.palette.water[1], 0.6)
    foam = mix(site.palette.water[0], "#ffffff", 0.6)
    thick = width * 0.035
    rows = ((-0.02, 0.62, water, 1.0), (0.035, 0.5, foam, 0.75), (0.085, 0.34, foam, 0.45))
    return "".join(
        rect(Box(x - width * half, y + width * down - thick, width * half * 2, thick * (2.4 if c == water else 1)),
             c, thick, opacity)
        for down, half, c, opacity in rows
    )  # fmt: skip
