"""Shares as a ring with its legend, where they make up a whole; else as bars."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial

from core.providers.illustrator.layouts.colours import printed
from core.providers.illustrator.layouts.stationery import (
    LEAST_PX,
    from_right,
    height_at,
    largest_that_fits,
    mirrored,
    picture,
    set_at,
)
from core.providers.illustrator.palette import Palette, mix
from core.providers.illustrator.scene import Scene
from core.providers.illustrator.shapes import Box, circle, n, rect
from core.providers.illustrator.sheet import SUBTITLE, TITLE, Slot
from core.providers.illustrator.textbox import extent

WHOLE = (97.0, 103.0)  # per cent: rounded shares
HOLE = 0.56  # of the ring's radius
APART = 0.008  # of a turn, between two parts
WIDE = 1.35
DOT, MARK = 1.3, 2.0  # a dot and a drawing before the name, in em
NUMBER = 1.25  # the size of the percentages, of that of the names


def percent(detail: str) -> float:
    """The number in "60%"."""
    return float(detail.rstrip("%") or 0)


def divide(scene: Scene, paper: Palette, area: Box, colours: Sequence[str]) -> tuple[list[Slot], str]:
    """A ring, or bars."""
    parts = [percent(entry.detail) for entry in scene.entries]
    flip = from_right(scene)
    if not WHOLE[0] <= sum(parts) <= WHOLE[1]:
        return _rows(scene, paper, area, colours, flip, bars=True)
    if area.width / area.height >= WIDE:
        side = min(area.height, area.width * 0.42)
        ring = Box(area.x + area.width * 0.02, area.y + (area.height - side) / 2, side, side)
        x = ring.right + area.width * 0.05
        legend = Box(x, area.y, area.right - x, area.height)
    else:
        side = min(area.width * 0.86, area.height * 0.52)
        ring = Box(area.x + (area.width - side) / 2, area.y, side, side)
        top = ring.bottom + area.height * 0.05
        legend = Box(area.x, top, area.width, area.bottom - top)
    slots, art = _rows(scene, paper, mirrored(legend, area, flip), colours, flip, bars=False)
    return slots, _ring(scene, parts, mirrored(ring, area, flip), paper, colours) + art


def _ring(scene: Scene, parts: Sequence[float], box: Box, paper: Palette, colours: Sequence[str]) -> str:
    """From the top around; the largest share's drawing is in its middle."""
    x, y, radius = box.x + box.width / 2, box.y + box.height / 2, box.width / 2
    total = sum(parts)
    turn = 0.0
    drawn: list[str] = []
    for at, part in enumerate(parts):
        end = turn + part / total
        drawn.append(
            _piece((x, y), radius, turn + APART / 2, max(turn + APART, end - APART / 2), colours[at % len(colours)])
        )
        turn = end
    largest = max(range(len(parts)), key=lambda at: (bool(scene.entries[at].drawing), parts[at]))
    inner = radius * HOLE * 0.62
    shown = scene.entries[largest].drawing if _marked(scene) else ""
    middle = picture(shown, paper, Box(x - inner, y - inner, inner * 2, inner * 2), scene)
    return "".join(drawn) + middle


def _piece(middle: tuple[float, float], radius: float, start: float, end: float, colour: str) -> str:
    def at(share: float, reach: float) -> str:
        angle = share * math.tau
        return f"{n(middle[0] + reach * math.sin(angle))} {n(middle[1] - reach * math.cos(angle))}"

    far = 1 if end - start > 0.5 else 0
    inner = radius * HOLE
    return (
        f'<path fill="{colour}" d="M{at(start, radius)}A{n(radius)} {n(radius)} 0 {far} 1 {at(end, radius)}'
        f'L{at(end, inner)}A{n(inner)} {n(inner)} 0 {far} 0 {at(start, inner)}Z"/>'
    )


def _rows(
    scene: Scene, paper: Palette, area: Box, colours: Sequence[str], flip: bool, *, bars: bool
) -> tuple[list[Slot], str]:
    """A row for each share: dot or drawing, name, percentage; and a bar under it, where there is no ring."""
    count = len(scene.entries)
    pitch = area.height / count
    largest = min(area.width * 0.13, pitch * (0.36 if bars else 0.5))
    px = largest_that_fits(largest, partial(_fits, scene, area, pitch, bars)) or LEAST_PX
    pitch = min(pitch, px * (8.0 if bars else 6.0))
    top = area.y + (area.height - pitch * count) / 2
    ink = printed(paper.paper, paper)
    slots: list[Slot] = []
    parts: list[str] = []
    for at, entry in enumerate(scene.entries):
        hue = colours[at % len(colours)]
        row = Box(area.x, top + at * pitch, area.width, pitch)
        bar = min(pitch * 0.2, px * 1.2)
        head = min(pitch * 0.62, px * 3.4)
        words = Box(row.x, row.y + (pitch - head - bar) * 0.4, row.width, head) if bars else row
        middle = words.y + words.height / 2
        icon = mirrored(Box(words.x + (0.0 if bars else px * DOT), middle - px * 0.75, px * 1.5, px * 1.5), area, flip)
        parts.append(picture(entry.drawing, paper, icon, scene) if _marked(scene) else "")
        if bars:
            parts.append(_bar(entry.detail, Box(row.x, words.bottom, row.width, bar), hue, paper, flip))
        else:
            dot = mirrored(Box(words.x, middle, px * 0.8, 0), area, flip)
            parts.append(circle(dot.x + dot.width / 2, middle, px * 0.4, hue))
        slots += _texts(scene, at, words, area, px, (ink.ground, ink.ink), flip, bars)
    return slots, "".join(parts)


def _texts(
    scene: Scene, at: int, words: Box, area: Box, px: float, colours: tuple[str, str], flip: bool, bars: bool
) -> list[Slot]:
    entry = scene.entries[at]
    room = extent(entry.detail, TITLE).width * px * NUMBER * 1.02
    number = set_at(entry.detail, room, px * NUMBER, TITLE, "left" if flip else "right")
    place = mirrored(Box(words.right - room, 0, room, 0), area, flip)
    y = words.y + (words.height - number.height) / 2
    slots = [Slot(entry.detail, Box(place.x, y, room, number.height), number, *colours)]
    if entry.text != entry.detail:
        left = words.x + _lead(scene, px, bars)
        width = max(1.0, words.right - room - px * 0.6 - left)
        name = set_at(entry.text, width, px, SUBTITLE, "right" if flip else "left")
        place = mirrored(Box(left, 0, width, 0), area, flip)
        top = words.y + (words.height - name.height) / 2
        slots.append(Slot(entry.text, Box(place.x, top, width, name.height), name, *colours))
    return slots


def _lead(scene: Scene, px: float, bars: bool) -> float:
    """The room of the dot and the drawing before a name."""
    return (0.0 if bars else px * DOT) + (px * MARK if _marked(scene) else 0.0)


def _marked(scene: Scene) -> bool:
    """Whether there are enough drawings that the others do not look forgotten."""
    return sum(bool(entry.drawing) for entry in scene.entries) * 3 >= len(scene.entries) * 2


def _fits(scene: Scene, area: Box, pitch: float, bars: bool, px: float) -> float | None:
    for entry in scene.entries:
        number = extent(entry.detail, TITLE).width * px * NUMBER
        width = area.width - number - px * 0.6 - _lead(scene, px, bars)
        tall = height_at(entry.text, max(1.0, width), px, SUBTITLE, 3)
        if tall is None or tall > pitch * (0.55 if bars else 0.8):
            return None
    return px


def _bar(detail: str, box: Box, hue: str, paper: Palette, flip: bool) -> str:
    """A track and as much of it as the share says."""
    share = min(1.0, max(0.02, percent(detail) / 100))
    full = mirrored(Box(box.x, box.y, box.width * share, box.height), box, flip)
    return rect(box, mix(hue, paper.paper, 0.78), box.height / 2) + rect(full, hue, box.height / 2)
