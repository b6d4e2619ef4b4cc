"""Carousels: two to ten pictures of one set, in one frame: the title, the points, and last what to do.

As many as were asked for are pictures of their own; asked for one, it shows the whole set side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.providers.illustrator.chance import Chance
from core.providers.illustrator.layouts import poster
from core.providers.illustrator.layouts.colours import Print, printed
from core.providers.illustrator.layouts.depicting import depicted
from core.providers.illustrator.layouts.form import Prompt, Taken, variants
from core.providers.illustrator.layouts.heading import heading
from core.providers.illustrator.layouts.lettering import centred, column, line
from core.providers.illustrator.layouts.listing import capital, items, lead_and_body, marked, places, unmarked
from core.providers.illustrator.layouts.stationery import from_right, hues, picture, pictured, stationery, strong
from core.providers.illustrator.palette import Palette, mix
from core.providers.illustrator.scene import Entry, Scene
from core.providers.illustrator.shapes import Box, circle, polygon, rect
from core.providers.illustrator.sheet import TITLE, Sheet, Slot

SLIDE = "slide"
LEAST, MOST = 2, 10
NOTHING_READ = "I found no texts for the slides in these words."
EXAMPLE = "Say it like this: carousel post: “All about tea”, “Boil fresh water”, “Wait three minutes”, “Try it today”."
WHOLE_SET = "This picture shows the whole set; add --n {count} for each slide as a picture of its own."
WIDE = 1.6
SLENDER = 1.7
READABLE_PX = 13.0  # a disc smaller than this holds no number that could be read


def take(text: str, quoted: Sequence[str]) -> Taken:
    """A slide for each quoted text, else for each entry of the list."""
    words = marked(text, quoted)
    lead, body = lead_and_body(words)
    said = places(words, quoted)
    head = heading(lead, quoted)
    if len(said) >= LEAST:
        texts = list(said)
    else:
        listed = [capital(unmarked(item, quoted)) for item in items(body)] if lead else []
        titles = [head.title] if head.title and len(listed) > 1 and head.title != head.kind else []
        texts = [*titles, *listed]
    if len(texts) < LEAST:
        return Taken(text, lacking=NOTHING_READ, advice=EXAMPLE)
    drawings = depicted(texts, text)
    entries = tuple(Entry(one, kind=SLIDE, drawing=drawing) for one, drawing in zip(texts, drawings, strict=True))
    over = (f"A carousel has room for {MOST} slides.", "Make two.") if len(entries) > MOST else ("", "")
    count = min(MOST, len(entries))
    rest = head.rest if len(said) < LEAST or lead else _unquoted(words)
    return Taken(rest, entries[:MOST], (), *over, note=WHOLE_SET.format(count=count))


def _unquoted(words: str) -> str:
    return heading(words, ()).rest


def plan(scene: Scene, prompt: Prompt) -> tuple[Scene, ...]:
    """A picture for each slide; where there are more texts than pictures, neighbouring points share one."""
    entries = scene.entries
    count = min(prompt.count, MOST)
    if count < LEAST or len(entries) < LEAST:
        return variants(scene, prompt)
    count = min(count, len(entries))
    middle, places_left = entries[1:-1], count - 2
    shares = [
        middle[at * len(middle) // places_left : (at + 1) * len(middle) // places_left] for at in range(places_left)
    ]
    first = [entries[:1], *shares] if places_left else [entries[:-1]]  # of two, the first has all points, too
    slides = [*first, entries[-1:]]
    return tuple(replace(scene, entries=tuple(own), panel=at + 1, panels=count) for at, own in enumerate(slides))


def describe(scene: Scene) -> str:
    """The texts of the slide, or of all of them."""
    said = "; ".join(f"“{entry.text}”" for entry in scene.entries)
    if not scene.panel:
        return f"{len(scene.entries)} slides: {said}" if said else ""
    return f"slide {scene.panel} of {scene.panels}: {said}"


def divide(scene: Scene, palette: Palette, sheet: Box) -> Sheet:
    """One slide to the edges, or all of them on a sheet."""
    if not scene.entries:
        return poster.divide(scene, palette, sheet)
    paper = stationery(scene, palette)
    if scene.panel:
        slots, art = _slide(scene, scene.entries, scene.panel, scene.panels, sheet, paper)
        return Sheet((), tuple(slots), under=art)
    count = len(scene.entries)
    ground = mix(paper.paper, paper.ink, 0.16)
    parts = [rect(sheet, ground)]
    slots = []
    flip = from_right(scene)
    for at, cell in enumerate(_cells(sheet, count)):
        box = Box(sheet.width - cell.right, cell.y, cell.width, cell.height) if flip else cell
        made, art = _slide(scene, scene.entries[at : at + 1], at + 1, count, box, paper)
        slots += made
        parts.append(art)
    return Sheet((), tuple(slots), under="".join(parts))


def _cells(sheet: Box, count: int) -> list[Box]:
    """Upright slides side by side, in as many rows as make them largest."""
    best: tuple[float, list[Box]] = (0.0, [])
    for columns in range(1, count + 1):
        rows = -(-count // columns)
        gap = min(sheet.width, sheet.height) * 0.03
        width = (sheet.width - gap * (columns + 1)) / columns
        height = (sheet.height - gap * (rows + 1)) / rows
        short = min(width, height)
        tall, wide = min(height, short * 1.35), min(width, short * 1.35)
        if short <= best[0] * 1.001:
            continue
        cells: list[Box] = []
        top = (sheet.height - rows * tall - gap * (rows - 1)) / 2
        for row in range(rows):
            here = min(columns, count - row * columns)
            left = (sheet.width - here * wide - gap * (here - 1)) / 2
            cells += [Box(left + at * (wide + gap), top + row * (tall + gap), wide, tall) for at in range(here)]
        best = (short, cells)
    return best[1]


def _face(scene: Scene, at: int, count: int, paper: Palette) -> Print:
    """Title and call to action on full colours, the points between on paper."""
    hue = Chance(scene.seed, "carousel").choose(hues(paper)[:4])
    if at == 1:
        return strong(hue, paper)
    return strong(hue, paper) if at == count else printed(mix(hue, paper.paper, 0.86), paper, hue)


def _slide(
    scene: Scene, entries: Sequence[Entry], at: int, count: int, box: Box, paper: Palette
) -> tuple[list[Slot], str]:
    """One slide: its texts, its drawing, and the dots of the set."""
    face = _face(scene, at, count, paper)
    short = min(box.width, box.height)
    margin = short * 0.085
    flip = from_right(scene)
    parts = [rect(box, face.ground)]
    line_ = mix(face.ink, face.ground, 0.72)
    frame, thick = box.grown(-margin * 0.45), max(1.0, short * 0.006)
    parts += [rect(frame, line_, short * 0.03), rect(frame.grown(-thick), face.ground, short * 0.028)]
    foot = short * 0.15
    slots, dots = _dots(
        at, count, Box(box.x + margin, box.bottom - foot - margin * 0.4, box.width - 2 * margin, foot), face, flip
    )
    parts.append(dots)
    wide = box.width / box.height >= WIDE
    side = margin * (1.6 if wide else 1.0)
    inner = Box(box.x + side, box.y + margin, box.width - 2 * side, box.height - 2 * margin - foot * 0.9)
    tall = min(inner.height, inner.width * SLENDER)  # what is taller has its drawing and its words near each other
    inner = Box(inner.x, inner.y + (inner.height - tall) / 2, inner.width, tall)
    drawing = next((entry.drawing for entry in entries if entry.drawing), "")
    if not drawing and at in (1, count):
        drawing = next(iter(pictured(scene, 1)), "")
    words = inner
    if drawing:
        words, place = _divided(inner, flip)
        side = min(place.width, place.height)
        parts.append(
            circle(place.x + place.width / 2, place.y + place.height / 2, side / 2, mix(face.ground, "#ffffff", 0.55))
        )
        size = side * 0.66
        middle = Box(place.x + (place.width - size) / 2, place.y + (place.height - size) / 2, size, size)
        parts.append(picture(drawing, paper, middle, scene))
    align = "start" if drawing and inner.width / inner.height >= WIDE else "center"
    texts = [entry.text for entry in entries]
    title = 0.9 if at in (1, count) else 0.75
    slots += centred(column(texts, words, align, face.ground, (face.ink, face.ink), title), words)
    return slots, "".join(parts)


def _divided(inner: Box, flip: bool) -> tuple[Box, Box]:
    """Words and drawing: side by side on a wide slide, else the drawing above."""
    if inner.width / inner.height >= WIDE:
        share = inner.width * 0.62
        words = Box(inner.x + (inner.width - share if flip else 0.0), inner.y, share * 0.96, inner.height)
        x = inner.x if flip else inner.x + share
        return words, Box(x, inner.y, inner.width - share, inner.height)
    tall = min(inner.height * 0.48, inner.width)
    rest = Box(inner.x, inner.y + tall + inner.height * 0.05, inner.width, inner.height * 0.95 - tall)
    return rest, Box(inner.x, inner.y, inner.width, tall)


def _dots(at: int, count: int, box: Box, face: Print, flip: bool) -> tuple[list[Slot], str]:
    """A dot for each slide; this one's is larger and has its number. An arrow says that there are more."""
    disc = min(box.height * 0.62, box.width / (count + 3) * 1.5)
    pitch = min(disc * 0.95, (box.width - disc) / max(1, count + 1))
    y = box.y + box.height / 2
    slots: list[Slot] = []
    parts: list[str] = []
    for number in range(1, count + 1):
        offset = (number - (count + 1) / 2) * pitch
        x = box.x + box.width / 2 + (-offset if flip else offset)
        if number != at:
            parts.append(circle(x, y, disc * 0.17, mix(face.ink, face.ground, 0.5)))
            continue
        parts.append(circle(x, y, disc * 0.46, face.ink))
        if disc >= READABLE_PX:
            inner = Box(x - disc * 0.26, y - disc * 0.25, disc * 0.52, disc * 0.5)
            slots.append(line(str(number), inner, face.ink, face.ground, weight=TITLE))
    if at < count:
        tip = box.x + disc * 0.1 if flip else box.right - disc * 0.1
        back = disc * 0.34 if flip else -disc * 0.34
        parts.append(polygon([(tip, y), (tip + back, y - disc * 0.26), (tip + back, y + disc * 0.26)], face.ink))
    return slots, "".join(parts)
