"""Draws what a screen shows: lists, cards, charts, maps, pictures, people, what is said, lines of text."""

from __future__ import annotations

from collections.abc import Sequence

from core.providers.illustrator.chance import Chance
from core.providers.illustrator.layouts.lettering import line
from core.providers.illustrator.layouts.looks import Look, Made
from core.providers.illustrator.layouts.stationery import mirrored, picture
from core.providers.illustrator.palette import mix
from core.providers.illustrator.scene import Entry
from core.providers.illustrator.shapes import Box, circle, n, polygon, rect, stroke
from core.providers.illustrator.sheet import DETAIL, SUBTITLE, TITLE, Slot
from core.providers.illustrator.textbox import extent


def rows(entries: Sequence[Entry], box: Box, look: Look) -> Made:
    """A list: a disc or a drawing, a line, a chevron."""
    if not any(entry.text for entry in entries):  # as many as there is room for
        entries = [Entry("")] * max(2, int(box.height / (look.em * 3.4)))
    pitch = min(box.height / len(entries), look.em * 5)
    box = Box(box.x, box.y, box.width, pitch * len(entries))
    slots: list[Slot] = []
    parts: list[str] = [rect(box, look.card.ground, look.em * 0.6)]
    for at, entry in enumerate(entries):
        row = Box(box.x + look.em * 0.8, box.y + at * pitch, box.width - look.em * 1.6, pitch)
        side = min(pitch * 0.62, look.em * 2.2)
        disc = mirrored(Box(row.x, row.y + (pitch - side) / 2, side, side), row, look.flip)
        thing = look.thing(at)
        hue = look.accent.ground
        parts.append(
            picture(thing, look.paper, disc, look.scene)
            or circle(disc.x + side / 2, disc.y + side / 2, side / 2, mix(hue, look.card.ground, 0.2 + 0.15 * (at % 4)))
        )
        inner = mirrored(
            Box(row.x + side + look.em * 0.8, row.y + pitch * 0.2, row.width - side - look.em * 2, pitch * 0.6),
            row,
            look.flip,
        )
        made, art = look.words(entry.text, inner, look.card, SUBTITLE)
        slots += made
        parts.append(art)
        if at:
            parts.append(
                rect(
                    Box(row.x, row.y - look.em * 0.03, row.width, max(1.0, look.em * 0.06)),
                    mix(look.card.ink, look.card.ground, 0.86),
                )
            )
    return slots, "".join(parts)


def cards(entries: Sequence[Entry], box: Box, look: Look) -> Made:
    """Cards side by side: a drawing above a line."""
    across = len(entries) if box.width / max(1.0, box.height) > 2.2 or len(entries) < 2 else 2
    down = -(-len(entries) // across)
    gap = look.em * 0.8
    width, height = (box.width - gap * (across - 1)) / across, (box.height - gap * (down - 1)) / down
    slots: list[Slot] = []
    parts: list[str] = []
    for at, entry in enumerate(entries):
        wide = box.width if at % across == 0 and at == len(entries) - 1 else width  # a last one alone fills its row
        place = Box(box.x + at % across * (width + gap), box.y + at // across * (height + gap), wide, height)
        cell = mirrored(place, box, look.flip)
        parts.append(rect(cell, look.card.ground, look.em * 0.7))
        foot = min(look.em * 2.4, cell.height * 0.4)
        face = Box(cell.x, cell.y, cell.width, cell.height - foot)
        tint = mix(look.accent.ground, look.card.ground, 0.55 + 0.12 * (at % 3))
        parts.append(rect(face.grown(-look.em * 0.35), tint, look.em * 0.5))
        parts.append(picture(look.thing(at), look.paper, face.grown(-look.em * 0.8), look.scene))
        inner = Box(cell.x + look.em * 0.6, face.bottom + foot * 0.08, cell.width - look.em * 1.2, foot * 0.64)
        made, art = look.words(entry.text, inner, look.card, SUBTITLE)
        slots += made
        parts.append(art)
    return slots, "".join(parts)


def chart(entries: Sequence[Entry], box: Box, look: Look) -> Made:
    """Bars and a line over them."""
    slots: list[Slot] = []
    parts = [rect(box, look.card.ground, look.em * 0.6)]
    inner = box.grown(-min(look.em, box.height * 0.12))
    if entries[0].text:
        head = Box(inner.x, inner.y, inner.width, min(look.em * 1.5, inner.height * 0.3))
        made, _ = look.words(entries[0].text, head, look.card, SUBTITLE)
        slots += made
        inner = Box(inner.x, head.bottom + look.em * 0.3, inner.width, inner.bottom - head.bottom - look.em * 0.3)
    chance = Chance(look.scene.seed, "chart")
    count = max(5, min(12, int(inner.width / (look.em * 1.8))))
    pitch = inner.width / count
    for at in range(count):
        tall = inner.height * (0.25 + 0.5 * at / count + 0.25 * chance.unit())
        colour = look.accent.ground if at == count - 2 else mix(look.accent.ground, look.card.ground, 0.55)
        parts.append(
            rect(
                Box(inner.x + at * pitch + pitch * 0.18, inner.bottom - tall, pitch * 0.64, tall), colour, pitch * 0.14
            )
        )
    return slots, "".join(parts)


def city_map(entries: Sequence[Entry], box: Box, look: Look) -> Made:
    """Streets, a park, a river and a pin."""
    land, street = mix(look.paper.land[0], look.card.ground, 0.6), mix("#ffffff", look.card.ground, 0.25)
    name = f"map{n(box.x)}-{n(box.y)}".replace(".", "_")
    thick = min(box.width, box.height) * 0.05
    park = Box(box.x + box.width * 0.58, box.y + box.height * 0.12, box.width * 0.26, box.height * 0.3)
    inside = rect(box, land) + rect(park, mix(look.paper.land[1], look.card.ground, 0.25), thick)
    inside += stroke(
        [
            (box.x - thick, box.y + box.height * 0.95),
            (box.x + box.width * 0.4, box.y + box.height * 0.74),
            (box.right + thick, box.y + box.height * 0.8),
        ],
        look.paper.water[0],
        thick * 2.2,
    )
    for share in (0.2, 0.48, 0.88):
        inside += stroke(
            [(box.x + box.width * share, box.y), (box.x + box.width * (share + 0.06), box.bottom)], street, thick
        )
    for share in (0.3, 0.55):
        inside += stroke(
            [(box.x, box.y + box.height * share), (box.right, box.y + box.height * (share - 0.07))], street, thick
        )
    x, y, size = box.x + box.width * 0.5, box.y + box.height * 0.53, min(box.width, box.height) * 0.13
    inside += polygon([(x - size * 0.72, y - size), (x + size * 0.72, y - size), (x, y)], look.accent.ground)
    inside += circle(x, y - size * 1.25, size * 0.8, look.accent.ground) + circle(
        x, y - size * 1.25, size * 0.32, look.accent.ink
    )
    clip = (
        f'<clipPath id="{name}">{rect(box, "#000", look.em * 0.7)}</clipPath><g clip-path="url(#{name})">{inside}</g>'
    )
    return _captioned(entries, box, look, clip)


def image(entries: Sequence[Entry], box: Box, look: Look) -> Made:
    """A drawing of what the screen is about, or hills under a sun."""
    sky, hill = look.paper.sky[-1], look.paper.land[1]
    name = f"image{n(box.x)}-{n(box.y)}".replace(".", "_")
    inside = rect(box, mix(sky, look.accent.ground, 0.12))
    thing = look.thing(0)
    if thing:
        inside += circle(
            box.x + box.width / 2, box.y + box.height / 2, min(box.width, box.height) * 0.44, mix(sky, "#ffffff", 0.6)
        )
        inside += picture(thing, look.paper, box.grown(-min(box.width, box.height) * 0.18), look.scene)
    else:
        inside += circle(
            box.x + box.width * 0.72, box.y + box.height * 0.3, min(box.width, box.height) * 0.13, look.paper.orb
        )
        far = [
            (box.x, box.y + box.height * 0.7),
            (box.x + box.width * 0.3, box.y + box.height * 0.35),
            (box.x + box.width * 0.62, box.bottom),
            (box.x, box.bottom),
        ]
        near = [
            (box.x + box.width * 0.25, box.bottom),
            (box.x + box.width * 0.66, box.y + box.height * 0.5),
            (box.right + 1, box.bottom),
        ]
        inside += polygon(far, look.paper.land[0]) + polygon(near, hill)
    clip = (
        f'<clipPath id="{name}">{rect(box, "#000", look.em * 0.7)}</clipPath><g clip-path="url(#{name})">{inside}</g>'
    )
    return _captioned(entries, box, look, clip)


def _captioned(entries: Sequence[Entry], box: Box, look: Look, art: str) -> Made:
    """Its label on a plate in the lower corner."""
    if not entries[0].text:
        return [], art
    tall = min(look.em * 2.0, box.height * 0.3)
    width = min(box.width * 0.9, extent(entries[0].text, SUBTITLE).width * look.em + look.em * 1.6)
    plate = mirrored(Box(box.x + box.width * 0.05, box.bottom - tall - box.height * 0.05, width, tall), box, look.flip)
    inner = Box(plate.x + look.em * 0.5, plate.y + tall * 0.2, plate.width - look.em, tall * 0.6)
    slot = line(entries[0].text, inner, look.screen.ground, look.screen.ink, weight=SUBTITLE, largest_px=look.em)
    return [slot], art + rect(plate, look.screen.ground, tall * 0.3)


def avatar(entries: Sequence[Entry], box: Box, look: Look) -> Made:
    """A round picture of somebody, with the name beneath."""
    named = bool(entries[0].text)
    side = min(box.height * (0.72 if named else 1.0), box.width)
    x, y = box.x + box.width / 2, box.y + side / 2
    art = circle(x, y, side / 2, look.accent.ground)
    thing = look.thing(0)
    if thing:
        art += picture(thing, look.paper, Box(x - side * 0.33, y - side * 0.33, side * 0.66, side * 0.66), look.scene)
    else:
        art += circle(x, y - side * 0.1, side * 0.17, look.accent.ink)
        art += polygon(
            [
                (x - side * 0.28, y + side * 0.33),
                (x - side * 0.2, y + side * 0.13),
                (x + side * 0.2, y + side * 0.13),
                (x + side * 0.28, y + side * 0.33),
            ],
            look.accent.ink,
        )
    if not named:
        return [], art
    inner = Box(box.x, box.y + box.height * 0.78, box.width, box.height * 0.22)
    return [
        line(entries[0].text, inner, look.screen.ground, look.screen.ink, weight=TITLE, largest_px=look.em * 1.2)
    ], art


def bubbles(entries: Sequence[Entry], box: Box, look: Look) -> Made:
    """What is said by one and by the other, in turns."""
    gap = look.em * 0.6
    if not any(entry.text for entry in entries):  # as many as there is room for
        entries = [Entry("")] * max(2, int(box.height / (look.em * 3.4)))
    tall = min((box.height - gap * (len(entries) - 1)) / len(entries), look.em * 3.4)
    slots: list[Slot] = []
    parts: list[str] = []
    for at, entry in enumerate(entries):
        own = at % 2 == 1
        face = look.accent if own else look.card
        needed = extent(entry.text, DETAIL).width * look.em + look.em * 2.2 if entry.text else box.width * 0.6
        wide = min(box.width * 0.82, max(needed, look.em * 5))
        x = box.right - wide if own != look.flip else box.x
        cell = Box(x, box.y + at * (tall + gap), wide, tall)
        tip = cell.right - look.em * 0.2 if own != look.flip else cell.x + look.em * 0.2
        side = -1 if own != look.flip else 1
        parts.append(
            polygon(
                [
                    (tip, cell.bottom),
                    (tip, cell.bottom - tall * 0.5),
                    (tip + side * look.em * 1.4, cell.bottom - tall * 0.1),
                ],
                face.ground,
            )
        )
        parts.append(rect(cell, face.ground, min(tall * 0.36, look.em)))
        inner = Box(cell.x + look.em * 0.9, cell.y + tall * 0.16, cell.width - look.em * 1.8, tall * 0.68)
        made, art = look.words(entry.text, inner, face)
        slots += made
        parts.append(art)
    return slots, "".join(parts)


def text(entries: Sequence[Entry], box: Box, look: Look) -> Made:
    """A headline, and lines beneath."""
    slots: list[Slot] = []
    parts: list[str] = []
    head = Box(box.x, box.y, box.width, min(box.height * 0.5, look.em * 2.2))
    made, art = look.words(entries[0].text, head, look.screen, TITLE, "start", 1.5)
    slots += made
    parts.append(art)
    below = Box(box.x, head.bottom + look.em * 0.3, box.width, box.bottom - head.bottom - look.em * 0.3)
    lines = max(1, int(below.height / (look.em * 1.1)))
    named = [entry.text for entry in entries[1:] if entry.text]
    if named:
        made, _ = look.words(" ".join(named), below, look.screen)
        return slots + made, "".join(parts)
    for at in range(min(3, lines)):
        bar = Box(
            below.x,
            below.y + at * look.em * 1.1,
            below.width * (0.7 if at == min(3, lines) - 1 else 1.0),
            look.em * 0.5,
        )
        parts.append(rect(mirrored(bar, below, look.flip), look.quiet, look.em * 0.25))
    return slots, "".join(parts)
