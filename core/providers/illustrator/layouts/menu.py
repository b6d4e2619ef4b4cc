"""Menus with prices: names at the left with their drawings, prices at the right, dots between, in one to three columns.

A wide sheet has its title on a panel beside the list, others above it. What is written from the right is mirrored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from core.providers.illustrator.chance import Chance
from core.providers.illustrator.layouts import poster
from core.providers.illustrator.layouts.colours import Print, printed
from core.providers.illustrator.layouts.lettering import centred, column
from core.providers.illustrator.layouts.pricelist import DISH, SECTION
from core.providers.illustrator.layouts.stationery import (
    FREE,
    LEAST_PX,
    from_right,
    height_at,
    hues,
    largest_that_fits,
    mirrored,
    picture,
    pictured,
    set_at,
    stationery,
    strong,
)
from core.providers.illustrator.palette import Palette, mix
from core.providers.illustrator.scene import Entry, Scene
from core.providers.illustrator.shapes import Box, circle, rect
from core.providers.illustrator.sheet import SUBTITLE, TITLE, Sheet, Slot
from core.providers.illustrator.textbox import extent

WIDE, TALL = 1.45, 1.6


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of one column, each from `y` down, and the size of their type."""

    px: float
    columns: tuple[tuple[tuple[Entry, float, float], ...], ...]  # entry, y, height
    width: float
    height: float


def divide(scene: Scene, palette: Palette, sheet: Box) -> Sheet:
    """Title and list."""
    if not scene.entries:
        return poster.divide(scene, palette, sheet)
    paper = stationery(scene, palette)
    flip = from_right(scene)
    hue = Chance(scene.seed, "menu").choose(hues(paper)[:4])
    short = min(sheet.width, sheet.height)
    margin = short * 0.07
    head = strong(hue, paper)
    under = [rect(sheet, paper.paper)]
    if sheet.width / sheet.height >= WIDE:
        panel = Box(0, 0, sheet.width * 0.3, sheet.height)
        area = Box(panel.right + margin, margin, sheet.width - panel.right - 2 * margin, sheet.height - 2 * margin)
        slots, art = _beside(scene, paper, panel, head, margin)
    else:
        slots, art, top = _above(scene, paper, sheet, head, margin)
        area = Box(margin * 1.3, top + margin, sheet.width - 2.6 * margin, sheet.height - top - 2 * margin)
        panel = Box(0, 0, sheet.width, top)
    if flip:
        moved = mirrored(panel, sheet, True)
        art = f'<g transform="translate({moved.x - panel.x:.1f} 0)">{art}</g>'
        slots = [slot.moved(moved.x - panel.x, 0) for slot in slots]
        area = mirrored(area, sheet, True)
    rows = _fitted(scene, area)
    listed, drawn = _printed(scene, rows, area, printed(paper.paper, paper, hue), paper, flip)
    return Sheet((), (*slots, *listed), under="".join(under), over=art + drawn)


def _beside(scene: Scene, paper: Palette, panel: Box, head: Print, margin: float) -> tuple[list[Slot], str]:
    """The title's panel of a wide sheet: words above, drawings below."""
    inner = panel.grown(-margin)
    things = pictured(scene, 3)
    words = Box(inner.x, inner.y, inner.width, inner.height * (0.5 if things else 1.0))
    slots = column(scene.texts, words, "center", head.ground, (head.ink, head.second), 0.9) if scene.texts else []
    slots = centred(slots, words)
    art = rect(panel, head.ground)
    if things:
        top = words.bottom + margin * 0.4 if scene.texts else inner.y
        art += _still_life(things, scene, paper, Box(inner.x, top, inner.width, inner.bottom - top))
    return slots, art


def _above(scene: Scene, paper: Palette, sheet: Box, head: Print, margin: float) -> tuple[list[Slot], str, float]:
    """The title's band of a square or tall sheet; the drawings are in a row beneath the title."""
    things = pictured(scene, 5)
    crowd = min(1.0, len(scene.entries) / 14)
    tall = sheet.height / sheet.width
    band = sheet.height * (0.4 + 0.04 * (tall > TALL) - (0.14 + 0.1 * (tall > TALL)) * crowd)
    if not things:
        band *= 0.7
    if not scene.texts:
        band *= 0.6
    share = (0.38 if tall > TALL else 0.6) if things and scene.texts else (0.0 if things else 1.0)
    words = Box(margin, margin * 0.8, sheet.width - 2 * margin, (band - margin * 1.6) * share)
    # A second line only where it can be large enough.
    texts = scene.texts if words.height > min(sheet.width, sheet.height) * 0.13 else scene.texts[:1]
    slots = column(texts, words, "center", head.ground, (head.ink, head.second), 1.0) if texts else []
    slots = centred(slots, words)
    art = rect(Box(0, 0, sheet.width, band), head.ground) + _scallops(sheet, band, head.ground)
    if things:
        top = margin * 0.8 + words.height + (margin * 0.5 if scene.texts else 0.0)
        art += _still_life(things, scene, paper, Box(margin, top, words.width, band - top - margin * 0.35))
    return slots, art, band


def _scallops(sheet: Box, band: float, colour: str) -> str:
    """An awning's edge."""
    count = max(6, round(sheet.width / (min(sheet.width, sheet.height) * 0.07)))
    radius = sheet.width / count / 2
    return "".join(circle((at * 2 + 1) * radius, band, radius, colour) for at in range(count))


def _still_life(things: Sequence[str], scene: Scene, paper: Palette, box: Box) -> str:
    """The drawings in as many rows as make them largest, each on a light plate."""
    side, across = max(
        (
            min(box.height / (rows * 1.2 - 0.2), box.width / (-(-len(things) // rows) * 1.2 - 0.2)),
            -(-len(things) // rows),
        )
        for rows in range(1, len(things) + 1)
    )
    pitch = side * 1.2
    rows = [things[at : at + across] for at in range(0, len(things), across)]
    top = box.y + (box.height - pitch * (len(rows) - 1) - side) / 2
    plates = [
        Box(box.x + (box.width - pitch * (len(row) - 1) - side) / 2 + at * pitch, top + down * pitch, side, side)
        for down, row in enumerate(rows)
        for at in range(len(row))
    ]
    plate = mix(paper.paper, "#ffffff", 0.3)
    return "".join(
        circle(p.x + side / 2, p.y + side / 2, side / 2, plate) + picture(thing, paper, p.grown(-side * 0.2), scene)
        for thing, p in zip(things, plates, strict=True)
    )


def _fitted(scene: Scene, area: Box) -> _Rows:
    """As many columns as make the type largest; more only where that gains something."""
    best: _Rows | None = None
    largest = min(area.width, area.height) * 0.13
    for count in range(1, 4):
        if count > len(scene.entries):
            break
        width = (area.width - area.width * 0.06 * (count - 1)) / count
        found = largest_that_fits(min(largest, width * 0.1), partial(_rows, scene, width, area.height, count))
        if found is not None and (best is None or found.px > best.px * 1.12):
            best = found
    if best is None:
        best = _rows(scene, FREE, FREE, 1, LEAST_PX)
    assert best is not None
    return best


def _rows(scene: Scene, width: float, room: float, count: int, px: float) -> _Rows | None:
    """The rows at one size of type, in at most so many columns of this height; None where they do not fit."""
    heights: list[float] = []
    for entry in scene.entries:
        weight = TITLE if entry.kind == SECTION else SUBTITLE
        size = px * 1.16 if entry.kind == SECTION else px
        tall = height_at(entry.text, _name_width(entry, scene, width, px), size, weight)
        if tall is None:
            return None
        heights.append(max(tall, px * (1.0 if entry.kind == SECTION else 1.5 if _with_icons(scene) else 0.8)))
    low, high = sum(heights) / count, room
    best = _flow(scene, heights, px, high)
    if len(best) > count:
        return None
    for _ in range(12):
        middle = (low + high) / 2
        tried = _flow(scene, heights, px, middle)
        if len(tried) <= count:
            best, high = tried, middle
        else:
            low = middle
    spread = _spread(best, px, room)
    return _Rows(px, spread, width, max(column[-1][1] + column[-1][2] for column in spread))


def _name_width(entry: Entry, scene: Scene, width: float, px: float) -> float:
    if entry.kind == SECTION:
        return width
    price = extent(entry.detail, SUBTITLE).width * px + px * 1.6 if entry.detail else 0.0
    return max(1.0, width - price - (px * 2.1 if _with_icons(scene) else 0.0))


def _with_icons(scene: Scene) -> bool:
    """Whether the rows have drawings: where there are enough of them that the others do not look forgotten."""
    dishes = [entry for entry in scene.entries if entry.kind == DISH]
    return sum(bool(entry.drawing) for entry in dishes) * 2 >= len(dishes)


def _flow(
    scene: Scene, heights: Sequence[float], px: float, room: float
) -> tuple[tuple[tuple[Entry, float, float], ...], ...]:
    """The rows one below the other, in a new column where the room ends. A heading stays with what follows it."""
    columns: list[list[tuple[Entry, float, float]]] = [[]]
    y = 0.0
    for at, (entry, tall) in enumerate(zip(scene.entries, heights, strict=True)):
        here = columns[-1]
        if here:
            y += px * (1.1 if entry.kind == SECTION else 0.62)
        ahead = px * 0.62 + heights[at + 1] if entry.kind == SECTION and at + 1 < len(heights) else 0.0
        if here and y + tall + ahead > room + 0.01:
            columns.append([])
            y = 0.0
        elif y + tall > room + 0.01:
            return tuple(tuple(column) for column in (*columns, [], [], [], []))  # even alone it is too tall
        columns[-1].append((entry, y, tall))
        y += tall
    return tuple(tuple(column) for column in columns)


def _spread(
    columns: tuple[tuple[tuple[Entry, float, float], ...], ...], px: float, room: float
) -> tuple[tuple[tuple[Entry, float, float], ...], ...]:
    """What is left of the height goes between the rows, in all columns alike."""
    tallest = max(column[-1][1] + column[-1][2] for column in columns)
    gaps = max(1, max(len(column) for column in columns) - 1)
    extra = min(px * 4, max(0.0, room - tallest) / gaps)
    return tuple(
        tuple((entry, y + at * extra, tall) for at, (entry, y, tall) in enumerate(column)) for column in columns
    )


def _printed(scene: Scene, rows: _Rows, area: Box, ink: Print, paper: Palette, flip: bool) -> tuple[list[Slot], str]:
    """All rows in their places."""
    slots: list[Slot] = []
    parts: list[str] = []
    gap = area.width * 0.06
    taken = rows.width * len(rows.columns) + gap * (len(rows.columns) - 1)
    down = area.y + max(0.0, (area.height - rows.height) / 2)
    for at, lines in enumerate(rows.columns):
        x = area.x + (area.width - taken) / 2 + at * (rows.width + gap)
        if at:
            parts.append(rect(Box(x - gap / 2 - rows.px * 0.03, down, rows.px * 0.06, rows.height), ink.second, 0, 0.5))
        for entry, y, tall in lines:
            box = Box(x, down + y, rows.width, tall)
            made, art = (_section if entry.kind == SECTION else _dish)(entry, scene, box, rows.px, ink, paper, flip)
            slots += [_mirror(slot, area) for slot in made] if flip else made
            parts.append(
                f'<g transform="translate({area.x + area.right:.1f} 0) scale(-1 1)">{art}</g>' if flip else art
            )
    return slots, "".join(parts)


def _mirror(slot: Slot, area: Box) -> Slot:
    box = mirrored(slot.box, area, True)
    return slot.moved(box.x - slot.box.x, 0)


def _section(
    entry: Entry, scene: Scene, box: Box, px: float, ink: Print, paper: Palette, flip: bool
) -> tuple[list[Slot], str]:
    done = set_at(entry.text, box.width, px * 1.16, TITLE, "right" if flip else "left")
    slot = Slot(entry.text, Box(box.x, box.y, box.width, done.height), done, ink.ground, ink.second)
    line = rect(Box(box.x, box.y + done.height + px * 0.24, box.width, max(1.0, px * 0.07)), ink.second)
    return [slot], line


def _dish(
    entry: Entry, scene: Scene, box: Box, px: float, ink: Print, paper: Palette, flip: bool
) -> tuple[list[Slot], str]:
    """A row as if read from the left: whoever mirrors it mirrors the texts' places and the art."""
    art = ""
    x = box.x
    if _with_icons(scene):
        icon = Box(box.x, box.y + box.height / 2 - px * 0.75, px * 1.5, px * 1.5)
        art += picture(entry.drawing, paper, icon, scene) or circle(
            icon.x + px * 0.75, icon.y + px * 0.75, px * 0.2, ink.second
        )
        x += px * 2.1
    width = _name_width(entry, scene, box.width, px)
    name = set_at(entry.text, width, px, SUBTITLE, "right" if flip else "left")
    top = box.y + (box.height - name.height) / 2
    slots = [Slot(entry.text, Box(x, top, width, name.height), name, ink.ground, ink.ink)]
    if entry.detail:
        room = max(1.0, extent(entry.detail, SUBTITLE).width * px * 1.02)
        price = set_at(entry.detail, room, px, SUBTITLE, "left" if flip else "right")
        # Both stand on the first line's baseline.
        y = top + name.baseline - price.baseline if name.lines == 1 else box.y + (box.height - price.height) / 2
        slots.append(Slot(entry.detail, Box(box.right - room, y, room, price.height), price, ink.ground, ink.second))
        base = top + name.baseline if name.lines == 1 else y + price.baseline
        art += _dots(x + name.width + px * 0.45, box.right - room - px * 0.4, base, px, ink)
    return slots, art


def _dots(left: float, right: float, base: float, px: float, ink: Print) -> str:
    step = px * 0.34
    count = int((right - left) / step)
    colour = mix(ink.ink, ink.ground, 0.45)
    return "".join(circle(right - at * step, base - px * 0.06, max(0.6, px * 0.055), colour) for at in range(count))
