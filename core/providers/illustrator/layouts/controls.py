"""Draws what is pressed and filled in on a screen: header, search, buttons, fields, tabs, switches, the foot's bar."""

from __future__ import annotations

from collections.abc import Sequence

from core.providers.illustrator.layouts.lettering import line
from core.providers.illustrator.layouts.looks import Look, Made
from core.providers.illustrator.layouts.stationery import mirrored
from core.providers.illustrator.palette import mix
from core.providers.illustrator.scene import Entry
from core.providers.illustrator.shapes import Box, circle, rect, stroke
from core.providers.illustrator.sheet import DETAIL, SUBTITLE, TITLE, Slot
from core.providers.illustrator.textbox import extent


def header(entries: Sequence[Entry], box: Box, look: Look) -> Made:
    """A bar of the accent colour with a title."""
    bar = rect(box, look.accent.ground, look.em * 0.5)
    side = look.em * 1.1
    left = mirrored(Box(box.x + look.em * 0.9, box.y + (box.height - side * 0.7) / 2, side, side * 0.7), box, look.flip)
    lines = "".join(rect(Box(left.x, left.y + at * side * 0.3, side, side * 0.1), look.accent.ink) for at in range(3))
    inner = Box(box.x + look.em * 2.6, box.y + box.height * 0.18, box.width - look.em * 5.2, box.height * 0.64)
    slots, art = look.words(entries[0].text, inner, look.accent, TITLE, "center", 1.25)
    return slots, bar + lines + art


def search(entries: Sequence[Entry], box: Box, look: Look) -> Made:
    """A pill with a magnifying glass."""
    pill = rect(box, look.card.ground, box.height / 2)
    radius = look.em * 0.42
    spot = mirrored(Box(box.x + look.em * 0.9, box.y, radius * 2, box.height), box, look.flip)
    x, y = spot.x + radius, box.y + box.height / 2 - radius * 0.2
    glass = circle(x, y, radius, look.card.ink) + circle(x, y, radius * 0.68, look.card.ground)
    glass += stroke(
        [(x + radius * 0.75, y + radius * 0.75), (x + radius * 1.5, y + radius * 1.5)], look.card.ink, radius * 0.4
    )
    inner = mirrored(
        Box(box.x + look.em * 2.7, box.y + box.height * 0.2, box.width - look.em * 3.6, box.height * 0.6),
        box,
        look.flip,
    )
    slots, art = look.words(entries[0].text, inner, look.card)
    return slots, pill + glass + art


def buttons(entries: Sequence[Entry], box: Box, look: Look) -> Made:
    """The first one full, the others outlined; side by side where their words fit."""
    gap = look.em * 0.8
    needed = (
        max((extent(entry.text, SUBTITLE).width for entry in entries if entry.text), default=3.0) * look.em
        + look.em * 2
    )
    beside = len(entries) * needed + gap * (len(entries) - 1) <= box.width
    count = len(entries)
    slots: list[Slot] = []
    parts: list[str] = []
    for at, entry in enumerate(entries):
        if beside:
            width = (box.width - gap * (count - 1)) / count
            cell = mirrored(Box(box.x + at * (width + gap), box.y, width, box.height), box, look.flip)
        else:
            tall = (box.height - gap * 0.6 * (count - 1)) / count
            cell = Box(box.x, box.y + at * (tall + gap * 0.6), box.width, tall)
        high = min(cell.height, look.em * 3.2)
        cell = Box(cell.x, cell.y + (cell.height - high) / 2, cell.width, high)
        face = look.accent if at == 0 else look.screen
        parts.append(rect(cell, look.accent.ground, high * 0.3))
        if at:
            parts.append(rect(cell.grown(-max(1.0, look.em * 0.12)), face.ground, high * 0.27))
        inner = Box(cell.x + look.em * 0.8, cell.y + high * 0.2, cell.width - look.em * 1.6, high * 0.6)
        made, art = look.words(entry.text, inner, face, SUBTITLE, "center", 1.1)
        slots += made
        parts.append(art)
    return slots, "".join(parts)


def fields(entries: Sequence[Entry], box: Box, look: Look) -> Made:
    """Outlined boxes with what is to be written in them."""
    gap = look.em * 0.7
    tall = (box.height - gap * (len(entries) - 1)) / len(entries)
    slots: list[Slot] = []
    parts: list[str] = []
    for at, entry in enumerate(entries):
        cell = Box(box.x, box.y + at * (tall + gap), box.width, tall)
        parts.append(rect(cell, mix(look.screen.ink, look.screen.ground, 0.6), look.em * 0.5))
        parts.append(rect(cell.grown(-max(1.0, look.em * 0.1)), look.card.ground, look.em * 0.44))
        inner = Box(cell.x + look.em * 0.9, cell.y + tall * 0.2, cell.width - look.em * 1.8, tall * 0.6)
        made, art = look.words(entry.text, inner, look.card)
        slots += made
        parts.append(art)
    return slots, "".join(parts)


def tabs(entries: Sequence[Entry], box: Box, look: Look) -> Made:
    """Words in a row, the first one underlined."""
    width = box.width / len(entries)
    slots: list[Slot] = []
    parts = [rect(Box(box.x, box.bottom - look.em * 0.08, box.width, look.em * 0.08), look.quiet)]
    for at, entry in enumerate(entries):
        cell = mirrored(Box(box.x + at * width, box.y, width, box.height), box, look.flip)
        inner = Box(cell.x + width * 0.08, cell.y + cell.height * 0.15, width * 0.84, cell.height * 0.6)
        made, art = look.words(entry.text, inner, look.screen, TITLE if at == 0 else DETAIL, "center")
        slots += made
        parts.append(art)
        if at == 0:
            parts.append(
                rect(
                    Box(cell.x + width * 0.1, box.bottom - look.em * 0.28, width * 0.8, look.em * 0.28),
                    look.accent.ground,
                    look.em * 0.14,
                )
            )
    return slots, "".join(parts)


def nav(entries: Sequence[Entry], box: Box, look: Look) -> Made:
    """A bar at the foot with places to go to."""
    named = [entry for entry in entries if entry.text]
    count = max(4, len(named)) if not named else len(named)
    width = box.width / count
    parts = [rect(box, look.card.ground, look.em * 0.5)]
    slots: list[Slot] = []
    for at in range(count):
        cell = mirrored(Box(box.x + at * width, box.y, width, box.height), box, look.flip)
        colour = look.accent.ground if at == 0 else mix(look.card.ink, look.card.ground, 0.6)
        radius = min(look.em * 0.62, box.height * 0.2)
        middle = cell.y + cell.height * (0.32 if named else 0.5)
        x = cell.x + width / 2
        parts.append(
            rect(Box(x - radius, middle - radius, radius * 2, radius * 2), colour, radius * (1.0 if at % 2 else 0.5))
        )
        if named:
            inner = Box(cell.x + width * 0.06, cell.y + cell.height * 0.58, width * 0.88, cell.height * 0.3)
            slots.append(
                line(named[at].text, inner, look.card.ground, look.card.ink, weight=DETAIL, largest_px=look.em * 0.8)
            )
    return slots, "".join(parts)


def toggles(entries: Sequence[Entry], box: Box, look: Look) -> Made:
    """Lines with a switch at their end, on and off in turns."""
    pitch = box.height / len(entries)
    slots: list[Slot] = []
    parts: list[str] = []
    for at, entry in enumerate(entries):
        row = Box(box.x, box.y + at * pitch, box.width, pitch)
        tall = min(pitch * 0.5, look.em * 1.5)
        wide = tall * 1.8
        place = mirrored(Box(row.right - wide, row.y + (pitch - tall) / 2, wide, tall), row, look.flip)
        on = at % 2 == 0
        parts.append(rect(place, look.accent.ground if on else mix(look.screen.ink, look.screen.ground, 0.6), tall / 2))
        knob = place.right - tall / 2 if on != look.flip else place.x + tall / 2
        parts.append(circle(knob, place.y + tall / 2, tall * 0.38, "#ffffff"))
        inner = mirrored(Box(row.x, row.y + pitch * 0.2, row.width - wide - look.em * 0.8, pitch * 0.6), row, look.flip)
        made, art = look.words(entry.text, inner, look.screen)
        slots += made
        parts.append(art)
    return slots, "".join(parts)
