"""Diagrams: boxes and arrows of a list, in layers from left to right or from top to bottom, as the sheet allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from core.providers.illustrator.chance import Chance
from core.providers.illustrator.layouts import poster
from core.providers.illustrator.layouts.arrows import ARROWS_MOST, BOXES_MOST, graph
from core.providers.illustrator.layouts.colours import Print, printed
from core.providers.illustrator.layouts.depicting import depicted
from core.providers.illustrator.layouts.form import Taken
from core.providers.illustrator.layouts.heading import heading
from core.providers.illustrator.layouts.layering import Layered, layered
from core.providers.illustrator.layouts.listing import lead_and_body, marked
from core.providers.illustrator.layouts.routing import LANE, Measures, Plan, Wire, plan
from core.providers.illustrator.layouts.stationery import (
    FREE,
    LEAST_PX,
    from_right,
    height_at,
    hues,
    largest_that_fits,
    picture,
    set_at,
    soft,
    stationery,
    strong,
    titled,
)
from core.providers.illustrator.palette import Palette, mix
from core.providers.illustrator.scene import Entry, Scene
from core.providers.illustrator.shapes import Box, Point, n, polygon, rect
from core.providers.illustrator.sheet import DETAIL, SUBTITLE, Sheet, Slot
from core.providers.illustrator.textbox import TextOutline, extent

BOX, ARROW = "box", "arrow"
NOTHING_READ = "I found no arrows between things in these words."
EXAMPLE = "Say it like this: diagram: Idea -> Sketch -> Review -> Print, Review -no-> Sketch."
PAD = 0.75  # around the words in a box, in em
ICON = 1.9  # a drawing in a box, in em
LINES = 3  # of words in a box
LABEL = 0.8  # the size of an arrow's words, of that in the boxes
WIDTHS = (3.2, 4.5, 6.0, 8.0, 10.5, 14.0)  # of the words in a box, in em
ACROSS, DOWN = 1.6, 0.72  # sheets wider than this are read from left to right, narrower ones from top to bottom


def take(text: str, quoted: Sequence[str]) -> Taken:
    """Boxes and arrows. A list after a colon without any arrow is a chain."""
    words = marked(text, quoted)
    lead, body = lead_and_body(words)
    if not lead:
        lead, body = _led(words)
    found = graph(body, quoted)
    if not found.arrows:
        return Taken(text, lacking=NOTHING_READ, advice=EXAMPLE)
    drawings = depicted(found.boxes, text)
    boxes = [Entry(name, kind=BOX, drawing=drawing) for name, drawing in zip(found.boxes, drawings, strict=True)]
    kept = [arrow for arrow in found.arrows if max(arrow.start, arrow.end) < BOXES_MOST][:ARROWS_MOST]
    arrows = [Entry(arrow.label, kind=ARROW, to=(arrow.start, arrow.end)) for arrow in kept]
    lacking = f"A diagram has room for {BOXES_MOST} boxes and {ARROWS_MOST} arrows here."
    over = len(boxes) > BOXES_MOST or len(found.arrows) > ARROWS_MOST
    head = heading(lead, quoted)
    title = head.title if head.title != head.kind else ""
    entries = (*boxes[:BOXES_MOST], *arrows)
    return Taken(head.rest, entries, (title,) if title else (), *((lacking, "Make two.") if over else ("", "")))


def _led(words: str) -> tuple[str, str]:
    """Without a colon: "a flowchart from login to cart", "draw a diagram Idea -> Print"."""
    for kind in ("flowchart", "flow chart", "diagram", "diagramm", "diagrama", "diagramme", "流程图", "フローチャート"):
        at = words.casefold().find(kind)
        if at >= 0:
            end = at + len(kind)
            return words[:end], words[end:].removeprefix(" of ").removeprefix(" with ")
    return "", words


def describe(scene: Scene) -> str:
    """Each arrow as a sentence's part."""
    names = [entry.text for entry in scene.entries if entry.kind == BOX]
    said = [
        f"{names[entry.to[0]]} → {names[entry.to[1]]}{f' ({entry.text})' if entry.text else ''}"
        for entry in scene.entries
        if entry.kind == ARROW
    ]
    return "; ".join(said)


@dataclass(frozen=True, slots=True)
class _Laid:
    """A diagram at one size of type."""

    plan: Plan
    px: float
    words: float  # the width of the words in a box
    across: bool  # read from left to right

    @property
    def size(self) -> tuple[float, float]:
        """Width and height on the sheet."""
        return (self.plan.along, self.plan.across) if self.across else (self.plan.across, self.plan.along)


def divide(scene: Scene, palette: Palette, sheet: Box) -> Sheet:
    """Title above, diagram below."""
    if not scene.entries:
        return poster.divide(scene, palette, sheet)
    paper = stationery(scene, palette)
    margin = min(sheet.width, sheet.height) * 0.07
    ground = printed(paper.paper, paper)
    slots, top = titled(scene, sheet, ground, margin)
    area = Box(margin, top, sheet.width - 2 * margin, sheet.height - top - margin)
    laid = _fitted(scene, area)
    moved = _Onto(laid, area, from_right(scene) and laid.across)
    hue = Chance(scene.seed, "diagram").choose(hues(paper)[:3])
    faces = _faces(scene, hue, paper)
    boxes = [entry for entry in scene.entries if entry.kind == BOX]
    ink = mix(ground.ink, paper.paper, 0.2)
    labels = _labels(scene, laid, moved, ground)
    parts = [_wire(wire, moved, laid.px, ink) for wire in laid.plan.wires.values()]
    parts += [rect(slot.ink_box.grown(laid.px * 0.14), paper.paper, laid.px * 0.2) for slot in labels]
    for at, entry in enumerate(boxes):
        art, slot = _box(entry, moved.box(laid.plan.boxes[at]), laid, faces[at], scene, paper)
        parts.append(art)
        slots.append(slot)
    return Sheet((), (*slots, *labels), under=rect(sheet, paper.paper), over="".join(parts))


def _faces(scene: Scene, hue: str, paper: Palette) -> list[Print]:
    """What begins and what ends stands out."""
    back = _layers(scene).back
    left = {start for start, end in _ends(scene) if start != end}
    reached = {end for at, (_, end) in enumerate(_ends(scene)) if at not in back}
    other = next((colour for colour in hues(paper) if colour != hue), hue)
    faces: list[Print] = []
    for at in range(sum(entry.kind == BOX for entry in scene.entries)):
        if at not in reached and at in left:
            faces.append(strong(hue, paper))
        elif at not in left and at in reached:
            faces.append(strong(other, paper))
        else:
            faces.append(soft(hue, paper))
    return faces


def _fitted(scene: Scene, area: Box) -> _Laid:
    """The direction and the width of boxes that let the type be largest."""
    graphed = _layers(scene)
    ratio = area.width / area.height
    ways = (True,) if ratio >= ACROSS else (False,) if ratio <= DOWN else (False, True)
    best: _Laid | None = None
    largest = min(area.width, area.height) * 0.12
    widest = max(extent(entry.text, SUBTITLE, LINES).width for entry in scene.entries if entry.kind == BOX) * 1.01
    for across in ways:
        for words in (*WIDTHS, widest):
            least = best.px * 1.04 if best is not None else LEAST_PX
            found = largest_that_fits(largest, partial(_laid, scene, graphed, area, across, words), least)
            if found is not None and (best is None or found.px > best.px):
                best = found
    if best is None:
        best = _laid(scene, graphed, Box(0, 0, FREE, FREE), ways[0], widest, LEAST_PX)
    assert best is not None
    return best


def _layers(scene: Scene) -> Layered:
    boxes = sum(entry.kind == BOX for entry in scene.entries)
    return layered(boxes, _ends(scene))


def _ends(scene: Scene) -> list[tuple[int, int]]:
    return [(entry.to[0], entry.to[1]) for entry in scene.entries if entry.kind == ARROW]


def _laid(scene: Scene, graphed: Layered, area: Box, across: bool, words: float, px: float) -> _Laid | None:
    """The diagram at one size of type and width of boxes; None where it does not fit."""
    width = words * px
    tallest = 0.0
    for entry in scene.entries:
        if entry.kind == BOX:
            tall = height_at(entry.text, width, px, SUBTITLE, LINES)
            if tall is None:
                return None
            tallest = max(tallest, tall)
    icons = px * ICON if _with_icons(scene) else 0.0  # above the words in a box that is read from left to right
    box = (
        width + PAD * 2 * px + (0.0 if across else icons),
        max(tallest, px, 0.0 if across else icons * 0.8) + PAD * 2 * px + (icons if across else 0.0),
    )
    labels = [entry.text for entry in scene.entries if entry.kind == ARROW]
    forward = [labels[at] for at in graphed.forward if labels[at]]
    longest = max((min(extent(label, DETAIL).width, 7.0) for label in forward), default=0.0) * px * LABEL
    gap = (longest + px * 2.2) if across else px * (3.2 if longest else 2.0)
    beside = px * 1.1 if across or not longest else max(px * 1.1, 2 * longest + px - box[0])
    lanes = tuple(_lane(labels[at], across, px) for at in graphed.back)
    measures = Measures(box[0] if across else box[1], box[1] if across else box[0], gap, beside, px, lanes)
    done = _Laid(plan(graphed, _ends(scene), measures), px, width, across)
    if done.size[0] > area.width or done.size[1] > area.height:
        return None
    return _Laid(plan(graphed, _ends(scene), _filling(measures, graphed, done, area)), px, width, across)


def _filling(measures: Measures, graphed: Layered, done: _Laid, area: Box) -> Measures:
    """What is left of the sheet goes between the layers, and into the boxes across them."""
    along, across = (area.width, area.height) if done.across else (area.height, area.width)
    levels = max(1, len(graphed.layers) - 1)
    between = min((along - done.plan.along) / levels, measures.em * 5)
    most = max(sum(place >= 0 for place in layer) for layer in graphed.layers)
    wider = min((across - done.plan.across) / most * 0.6, measures.box_across * 0.6)
    return replace(measures, gap_along=measures.gap_along + between, box_across=measures.box_across + wider)


def _lane(label: str, across: bool, px: float) -> float:
    if not label:
        return LANE * px
    return px * (1.7 if across else min(extent(label, DETAIL).width, 7.0) * LABEL + 0.8)


def _with_icons(scene: Scene) -> bool:
    boxes = [entry for entry in scene.entries if entry.kind == BOX]
    return sum(bool(entry.drawing) for entry in boxes) * 3 >= len(boxes) * 2


@dataclass(frozen=True, slots=True)
class _Onto:
    """From the plan's (across, along) to the sheet, in the middle of the area, mirrored where it is read so."""

    laid: _Laid
    area: Box
    flip: bool

    def point(self, at: Point) -> Point:
        """A point."""
        width, height = self.laid.size
        x, y = (at[1], at[0]) if self.laid.across else at
        x = width - x if self.flip else x
        return self.area.x + (self.area.width - width) / 2 + x, self.area.y + (self.area.height - height) / 2 + y

    def box(self, box: Box) -> Box:
        """A box."""
        one, other = self.point((box.x, box.y)), self.point((box.right, box.bottom))
        return Box(min(one[0], other[0]), min(one[1], other[1]), abs(one[0] - other[0]), abs(one[1] - other[1]))


def _wire(wire: Wire, onto: _Onto, px: float, ink: str) -> str:
    x, y = onto.point(wire.start)
    d = f"M{n(x)} {n(y)}"
    for curve in wire.curves:
        d += "C" + " ".join(f"{n(x)} {n(y)}" for x, y in map(onto.point, curve))
    tip, base = onto.point(wire.tip), onto.point(wire.curves[-1][2])
    dx, dy = tip[0] - base[0], tip[1] - base[1]
    half = 0.62
    wings = [(base[0] - dy * half, base[1] + dx * half), (base[0] + dy * half, base[1] - dx * half)]
    line = f'<path d="{d}" fill="none" stroke="{ink}" stroke-width="{n(max(1.2, px * 0.12))}"/>'
    return line + polygon([tip, wings[0], wings[1]], ink)


def _labels(scene: Scene, laid: _Laid, onto: _Onto, ground: Print) -> list[Slot]:
    """Each label on its arrow, where it touches no other."""
    slots: list[Slot] = []
    arrows = [entry for entry in scene.entries if entry.kind == ARROW]
    for at, entry in enumerate(arrows):
        if not entry.text:
            continue
        px = laid.px * LABEL
        done = set_at(entry.text, max(7.0 * px, 1.0), px, DETAIL, "center")
        spots = [onto.point(spot) for spot in laid.plan.wires[at].label_spots]
        found = [_centred(entry.text, done, spot, ground) for spot in spots]
        taken = [slot.ink_box.grown(px * 0.2) for slot in slots]
        boxes = [onto.box(box).grown(laid.px * 0.25) for box in laid.plan.boxes.values()]  # with their shadows
        free = [s for s in found if not any(s.ink_box.overlaps(box) for box in (*taken, *boxes))]
        slots.append(free[0] if free else _aside(found[0], [*taken, *boxes]))
    return slots


def _aside(slot: Slot, taken: Sequence[Box]) -> Slot:
    """As near to its arrow as there is room."""
    step = slot.set.font_px * 0.4
    for ring in range(1, 60):
        for x, y in ((0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, 1), (1, -1), (-1, -1)):
            moved = slot.moved(x * ring * step, y * ring * step)
            if not any(moved.ink_box.overlaps(box) for box in taken):
                return moved
    return slot


def _centred(text: str, done: TextOutline, spot: Point, ground: Print) -> Slot:
    box = Box(spot[0] - done.left - done.width / 2, spot[1] - done.height / 2, done.width + 2 * done.left, done.height)
    return Slot(text, box, done, ground.ground, ground.ink)


def _box(entry: Entry, box: Box, laid: _Laid, face: Print, scene: Scene, paper: Palette) -> tuple[str, Slot]:
    """A box with its words, and its drawing above them where most boxes have one."""
    px = laid.px
    art = rect(box.moved(0, px * 0.12), mix(paper.ink, paper.paper, 0.75), px * 0.5)
    art += rect(box, mix(face.ground, face.ink, 0.18), px * 0.5) + rect(box.grown(-px * 0.08), face.ground, px * 0.44)
    words = Box(box.x + (box.width - laid.words) / 2, box.y, laid.words, box.height)
    if _with_icons(scene) and laid.across:
        icon = Box(box.x + box.width / 2 - px * 0.95, box.y + PAD * px * 0.75, px * ICON, px * ICON)
        words = Box(words.x, icon.bottom, words.width, box.bottom - icon.bottom - PAD * px * 0.4)
        art += picture(entry.drawing, paper, icon, scene)
    elif _with_icons(scene):
        side = px * ICON * 0.9
        icon = Box(box.x + PAD * px * 0.8, box.y + (box.height - side) / 2, side, side)
        words = Box(icon.right, box.y, box.right - icon.right - PAD * px * 0.6, box.height)
        words = Box(words.x + (words.width - laid.words) / 2, words.y, laid.words, words.height)
        art += picture(entry.drawing, paper, icon, scene)
    done = set_at(entry.text, laid.words, px, SUBTITLE, "center")
    y = words.y + (words.height - done.height) / 2
    return art, Slot(entry.text, Box(words.x, y, laid.words, done.height), done, face.ground, face.ink)
