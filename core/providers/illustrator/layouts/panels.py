"""Comics and storyboards: up to eight panels on one sheet, the same characters in all of them.

A comic has gutters, captions in boxes and what is said in bubbles; a storyboard has numbered frames of one shape with
their sentences below.
"""

from __future__ import annotations

import math
from dataclasses import replace

from core.providers.illustrator.layouts.balloons import lettered
from core.providers.illustrator.layouts.lettering import line
from core.providers.illustrator.palette import Palette
from core.providers.illustrator.scene import Layout, Scene
from core.providers.illustrator.shapes import Box, rect
from core.providers.illustrator.sheet import DETAIL, TITLE, Sheet, Slot, View, flat_ink
from core.providers.illustrator.textbox import outline

PANEL_RATIO = 1.15  # what a comic's panel should be near to
NARROWEST, WIDEST = 1.25, 2.0  # of a storyboard's frame: 4 to 3, 16 to 9 and what is near
CAPTION = 0.34  # of a frame's height: the room for its sentence


def comic(scene: Scene, palette: Palette, sheet: Box) -> Sheet:
    """Rows of panels with black lines; every row is full."""
    parts = parts_of(scene)
    short = min(sheet.width, sheet.height)
    gutter = short * 0.022
    area, slots = _below_title(scene, palette, sheet.grown(-gutter), gutter)
    views: list[View] = []
    over: list[str] = []
    for part, box in zip(parts, _rows(area, len(parts), gutter), strict=True):
        told = lettered(part, palette, box)
        views.append(told.view)
        slots += told.slots
        over.append(_border(box, palette, max(1.0, short * 0.005)) + told.art)
    return Sheet(tuple(views), tuple(slots), under=rect(sheet, palette.paper), over="".join(over))


def storyboard(scene: Scene, palette: Palette, sheet: Box) -> Sheet:
    """Frames on a grid, each with its number and its sentence below."""
    parts = parts_of(scene)
    short = min(sheet.width, sheet.height)
    margin = short * 0.04
    area, slots = _below_title(scene, palette, sheet.grown(-margin), margin)
    views: list[View] = []
    over: list[str] = []
    for at, (part, cell) in enumerate(zip(parts, _cells(area, len(parts), margin * 0.7), strict=True), 1):
        frame = Box(cell.x, cell.y, cell.width, cell.height / (1 + CAPTION))
        corner = frame.height * 0.05
        side = frame.height * 0.17
        badge = Box(frame.x, frame.y, side, side)
        views.append(View(frame, part, frame, corner=corner, quiet=(badge,)))
        over.append(rect(badge, palette.ink, corner))
        slots.append(line(str(at), badge.grown(-side * 0.22), palette.ink, palette.paper, weight=TITLE))
        slots += _sentence(part, palette, frame, cell)
    return Sheet(tuple(views), tuple(slots), under=rect(sheet, palette.paper), over="".join(over))


def parts_of(scene: Scene) -> tuple[Scene, ...]:
    """The panels, each composed from the sheet's seed. A scene that became a comic by an edit is its own only panel."""
    if scene.parts:
        return tuple(replace(part, seed=scene.seed) for part in scene.parts)
    return (replace(scene, layout=Layout.PANEL, panel=1, panels=1),)


def _sentence(part: Scene, palette: Palette, frame: Box, cell: Box) -> list[Slot]:
    said = " ".join(text for text in (part.caption, *(f"“{text}”" for text in part.texts)) if text)
    if not said:
        return []
    room = Box(cell.x, frame.bottom + frame.height * 0.04, cell.width, cell.bottom - frame.bottom - frame.height * 0.06)
    done = outline(
        said, width=room.width, height=room.height, weight=DETAIL, align="start", largest_px=frame.height * 0.085
    )
    ink = flat_ink(palette.paper, palette)
    return [Slot(said, Box(room.x, room.y, room.width, done.height), done, palette.paper, ink)]


def _below_title(scene: Scene, palette: Palette, area: Box, margin: float) -> tuple[Box, list[Slot]]:
    """What is left of the area below the title, if there is one."""
    title = " · ".join(scene.texts) if scene.parts else ""
    if not title:
        return area, []
    tall = min(area.height * 0.095, area.width * 0.1)
    ink = flat_ink(palette.paper, palette)
    head = line(title, Box(area.x + margin, area.y, area.width - 2 * margin, tall), palette.paper, ink, weight=TITLE)
    return Box(area.x, area.y + tall + margin, area.width, area.height - tall - margin), [head]


def _rows(area: Box, count: int, gutter: float) -> list[Box]:
    """Full rows whose panels come near to the wanted ratio; an odd panel makes a row of its own wider."""
    best: tuple[float, int] = (math.inf, 1)
    for rows in range(1, count + 1):
        ratio = (area.width / (count / rows)) / (area.height / rows)
        uneven = 0.12 if count % rows else 0.0
        best = min(best, (abs(math.log(ratio / PANEL_RATIO)) + uneven, rows))
    rows = best[1]
    tall = (area.height - gutter * (rows - 1)) / rows
    boxes: list[Box] = []
    for row in range(rows):
        here = count // rows + (1 if row < count % rows else 0)
        wide = (area.width - gutter * (here - 1)) / here
        boxes += [Box(area.x + at * (wide + gutter), area.y + row * (tall + gutter), wide, tall) for at in range(here)]
    return boxes


def _cells(area: Box, count: int, gap: float) -> list[Box]:
    """Equal cells with as much picture as can be; frames may be a little narrower or wider than 16 to 9."""
    best: tuple[float, int, float, float] = (0.0, 1, 1.0, 1.0)
    for columns in range(1, count + 1):
        rows = -(-count // columns)
        wide = (area.width - gap * (columns - 1)) / columns
        tall = (area.height - gap * (rows - 1)) / rows / (1 + CAPTION)
        wide, tall = min(wide, tall * WIDEST), min(tall, wide / NARROWEST)
        if wide * tall > best[0] * 1.001:
            best = (wide * tall, columns, wide, tall * (1 + CAPTION))
    _, columns, wide, tall = best
    rows = -(-count // columns)
    apart_x = gap + (area.width - wide * columns - gap * (columns - 1)) / (columns + 1)
    apart_y = gap + (area.height - tall * rows - gap * (rows - 1)) / (rows + 1)
    cells: list[Box] = []
    for row in range(rows):
        here = min(columns, count - row * columns)
        left = area.x + (area.width - here * wide - (here - 1) * apart_x) / 2
        top = area.y + (area.height - rows * tall - (rows - 1) * apart_y) / 2
        cells += [Box(left + at * (wide + apart_x), top + row * (tall + apart_y), wide, tall) for at in range(here)]
    return cells


def _border(box: Box, palette: Palette, width: float) -> str:
    ink = palette.ink
    return (
        f'<rect x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" height="{box.height:.1f}" fill="none" '
        f'stroke="{ink}" stroke-width="{width:.2f}"/>'
    )
