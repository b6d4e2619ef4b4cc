"""Cards on a grid: a number, a drawing, words and a second line on each, all words of one size."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from core.providers.illustrator.layouts.colours import Print
from core.providers.illustrator.layouts.lettering import line
from core.providers.illustrator.layouts.stationery import (
    LEAST_PX,
    from_right,
    height_at,
    largest_that_fits,
    mirrored,
    picture,
    set_at,
    soft,
    strong,
)
from core.providers.illustrator.palette import Palette, legible
from core.providers.illustrator.scene import Entry, Scene
from core.providers.illustrator.shapes import Box, circle, rect
from core.providers.illustrator.sheet import DETAIL, SUBTITLE, TITLE, Slot

GAP = 0.045  # between cards, of the shorter side of their area
BESIDE = 1.5  # cards wider than this have their words beside the drawing
SECOND = 0.74  # a second line's size


@dataclass(frozen=True, slots=True)
class _Grid:
    """The cards' cells, and the size of type that fits all of them."""

    cells: tuple[Box, ...]
    px: float


def divide(scene: Scene, paper: Palette, area: Box, colours: list[str]) -> tuple[list[Slot], str]:
    """All cards in their area."""
    grid = _grid(scene, area)
    flip = from_right(scene)
    slots: list[Slot] = []
    parts: list[str] = []
    for at, (entry, cell) in enumerate(zip(scene.entries, grid.cells, strict=True)):
        box = mirrored(cell, area, flip)
        hue = colours[at % len(colours)]
        made, art = _card(entry, at + 1, box, hue, scene, paper, grid.px, flip)
        slots += made
        parts.append(art)
    return slots, "".join(parts)


def _grid(scene: Scene, area: Box) -> _Grid:
    """As many columns as let the words be largest; cards near to squares where that makes no difference."""
    count = len(scene.entries)
    best: tuple[float, _Grid] | None = None
    for columns in range(1, count + 1):
        cells = _cells(area, count, columns)
        if columns * -(-count // columns) - count >= columns:
            continue
        cell = cells[0]
        largest = min(cell.width * 0.16, cell.height * 0.2)
        px = largest_that_fits(largest, partial(_fits, scene, cells)) or LEAST_PX
        ratio = max(cell.width / cell.height, cell.height / cell.width)
        whole = 1.0 if count % columns == 0 else 0.72  # rows of one length are calmer
        score = px * min(1.0, 2.2 / ratio) ** 0.5 * whole
        if best is None or score > best[0] * 1.02:
            best = (score, _Grid(cells, px))
    assert best is not None
    return best[1]


def _cells(area: Box, count: int, columns: int) -> tuple[Box, ...]:
    rows = -(-count // columns)
    gap = min(area.width, area.height) * GAP
    width = (area.width - gap * (columns - 1)) / columns
    height = (area.height - gap * (rows - 1)) / rows
    cells: list[Box] = []
    for row in range(rows):
        here = min(columns, count - row * columns)
        wider = (area.width - gap * (here - 1)) / here if here > columns / 2 else width  # the last row is filled, too
        x = area.x + (area.width - wider * here - gap * (here - 1)) / 2
        cells += [Box(x + at * (wider + gap), area.y + row * (height + gap), wider, height) for at in range(here)]
    return tuple(cells)


def _fits(scene: Scene, cells: tuple[Box, ...], px: float) -> float | None:
    for entry, cell in zip(scene.entries, cells, strict=True):
        words = _words(entry, cell)
        tall = height_at(entry.text, words.width, px, SUBTITLE, 6)
        if tall is None:
            return None
        if _second(entry):
            more = height_at(entry.detail, words.width, px * SECOND, DETAIL, 8)
            tall += px * 0.5 + more if more is not None else 1e9
        if tall > words.height:
            return None
    return px


def _second(entry: Entry) -> bool:
    return bool(entry.detail) and entry.kind != "number"


def _above(entry: Entry) -> bool:
    """Whether anything stands above or beside the words."""
    return bool(entry.drawing) or entry.kind in ("number", "step")


def _art_box(entry: Entry, cell: Box) -> Box:
    """Where the drawing or the number is."""
    pad = min(cell.width, cell.height) * 0.1
    if cell.width / cell.height >= BESIDE:
        side = min(cell.height - 2 * pad, cell.width * 0.34)
        return Box(cell.x + pad, cell.y + (cell.height - side) / 2, side, side)
    tall = min(cell.height * 0.48, cell.width - 2 * pad)
    return Box(cell.x + pad, cell.y + pad, cell.width - 2 * pad, tall)


def _words(entry: Entry, cell: Box) -> Box:
    pad = min(cell.width, cell.height) * 0.1
    if not _above(entry):
        return cell.grown(-pad)
    art = _art_box(entry, cell)
    if cell.width / cell.height >= BESIDE:
        return Box(art.right + pad, cell.y + pad, cell.right - art.right - 2 * pad, cell.height - 2 * pad)
    top = art.bottom + pad * 0.6
    return Box(cell.x + pad, top, cell.width - 2 * pad, cell.bottom - pad - top)


def _card(
    entry: Entry, number: int, cell: Box, hue: str, scene: Scene, paper: Palette, px: float, flip: bool
) -> tuple[list[Slot], str]:
    face = soft(hue, paper)
    full = strong(hue, paper)
    radius = min(cell.width, cell.height) * 0.08
    art = rect(cell, face.ground, radius)
    place, words = mirrored(_art_box(entry, cell), cell, flip), mirrored(_words(entry, cell), cell, flip)
    slots: list[Slot] = []
    if entry.drawing and entry.kind != "number":
        art += picture(entry.drawing, paper, place, scene)
    if entry.kind == "number":
        slots.append(line(entry.detail, place, face.ground, legible(hue, face.ground), weight=TITLE))
    elif entry.kind == "step":
        made, disc = _number(number, cell, place, bool(entry.drawing), full, flip)
        slots.append(made)
        art += disc
    beside = cell.width / cell.height >= BESIDE and _above(entry)
    slots += _texts(entry, words, px, face, "start" if beside else "center")
    return slots, art


def _number(number: int, cell: Box, place: Box, small: bool, full: Print, flip: bool) -> tuple[Slot, str]:
    """A disc with the number: in the corner beside a drawing, or large in its place."""
    if small:
        side = min(min(cell.width, cell.height) * 0.24, max(cell.width, cell.height) * 0.14)
        edge = side * 0.22
        disc = mirrored(Box(cell.x + edge, cell.y + edge, side, side), cell, flip)
    else:
        side = min(place.width, place.height) * 0.8
        disc = Box(place.x + (place.width - side) / 2, place.y + (place.height - side) / 2, side, side)
    inner = disc.grown(-side * 0.24)
    round_ = circle(disc.x + side / 2, disc.y + side / 2, side / 2, full.ground)
    return line(str(number), inner, full.ground, full.ink, weight=TITLE), round_


def _texts(entry: Entry, words: Box, px: float, face: Print, align: str) -> list[Slot]:
    """The words and the second line, in the middle of their height."""
    first = set_at(entry.text, words.width, px, SUBTITLE, align)
    second = set_at(entry.detail, words.width, px * SECOND, DETAIL, align) if _second(entry) else None
    tall = first.height + (px * 0.5 + second.height if second is not None else 0.0)
    y = words.y + (words.height - tall) / 2
    slots = [Slot(entry.text, Box(words.x, y, words.width, first.height), first, face.ground, face.ink)]
    if second is not None:
        below = Box(words.x, y + first.height + px * 0.5, words.width, second.height)
        slots.append(Slot(entry.detail, below, second, face.ground, face.ink))
    return slots
