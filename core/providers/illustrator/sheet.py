"""Divides the sheet: where the picture is, where each text stands and how large it may be, in every layout."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.providers.illustrator.chance import Chance
from core.providers.illustrator.palette import CONTRAST_LEAST, Palette, contrast, mix
from core.providers.illustrator.scene import Layout, Light, Scene
from core.providers.illustrator.shapes import Box, linear, rect
from core.providers.illustrator.textbox import TextOutline, outline

WIDE = 1.45  # from this ratio on, text stands beside the picture instead of above it
# How much of a veil a title needs over each sky, at the top and below the title.
VEILS = {Light.DAY: (0.5, 0.34), Light.DAWN: (0.55, 0.42), Light.SUNSET: (0.78, 0.7), Light.NIGHT: (0.3, 0.2)}
TITLE, SUBTITLE, DETAIL = 800, 600, 500


@dataclass(frozen=True, slots=True)
class Slot:
    """A text, set. `ground` is the flat colour under it, or "" when it stands on the picture."""

    text: str
    box: Box
    set: TextOutline
    ground: str
    ink: str = ""  # decided already when the ground is flat

    @property
    def ink_box(self) -> Box:
        """What the letters take, within the box."""
        return Box(self.box.x + self.set.left, self.box.y, self.set.width, self.set.height)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A divided sheet."""

    picture: Box
    slots: tuple[Slot, ...]
    room: Box  # where the figures go, in the sheet's pixels
    under: str = ""  # what is beneath the picture: paper
    over: str = ""  # what is above the picture and beneath the text: a plate, a veil
    corner: float = 0.0
    quiet: tuple[Box, ...] = field(default=())


def divide(scene: Scene, palette: Palette, width: float, height: float) -> Sheet:
    """The sheet for a scene at a size."""
    whole = Box(0, 0, width, height)
    if scene.layout is Layout.PANEL:
        return _panel(scene, palette, whole)
    if not scene.texts or scene.transparent:
        return Sheet(whole, (), whole)
    if width / height >= WIDE:
        return _beside(scene, palette, whole)
    kinds = {"top": (_framed, _full), "bottom": (_plate,)}.get(scene.text_place, (_framed, _plate, _full))
    return Chance(scene.seed, "sheet").choose(kinds)(scene, palette, whole)


def _flat_ink(ground: str, palette: Palette) -> str:
    """The palette's lighter or darker print colour, whichever reads better on a flat colour."""
    return max((palette.ink, palette.paper), key=lambda colour: contrast(colour, ground))


def _readable(colour: str, ground: str, palette: Palette) -> str:
    """A colour if it can be read on this ground, else the best of the print colours."""
    return colour if contrast(colour, ground) >= CONTRAST_LEAST else _flat_ink(ground, palette)


def _stack(
    texts: tuple[str, ...], box: Box, align: str, ground: str, inks: tuple[str, str], scale: float
) -> list[Slot]:
    """Title, subtitle and the rest below one another, the hierarchy by size and weight; `scale` limits the title."""
    slots: list[Slot] = []
    y = box.y
    title_px = min(box.height * 0.6, box.width * 0.24) * scale
    for at, text in enumerate(texts):
        left = box.bottom - y
        if at == 0:
            room, largest, weight = left * (0.98 if len(texts) == 1 else 0.66), title_px, TITLE
        else:
            room = left / (len(texts) - at) * 0.94
            largest, weight = title_px * (0.42 if at == 1 else 0.3), SUBTITLE if at == 1 else DETAIL
        done = outline(text, width=box.width, height=max(4.0, room), weight=weight, align=align, largest_px=largest)
        slots.append(Slot(text, Box(box.x, y, box.width, done.height), done, ground, inks[min(at, 1)]))
        y += done.height + max(done.font_px * 0.36, box.height * 0.035)
    return slots


def _lines(texts: tuple[str, ...], sheet: Box, ground: str, ink: str) -> list[Slot]:
    """Further lines of equal size, from y = 0 down; `sheet` gives their width and the height of the whole sheet."""
    slots: list[Slot] = []
    y = 0.0
    for text in texts:
        largest = min(sheet.height * 0.03, sheet.width * 0.055)
        room = sheet.height * min(0.07, 0.2 / len(texts))
        done = outline(text, width=sheet.width, height=room, weight=DETAIL, largest_px=largest)
        slots.append(Slot(text, Box(sheet.x, y, sheet.width, done.height), done, ground, ink))
        y += done.height + done.font_px * 0.5
    return slots


def _height(slots: list[Slot]) -> float:
    return slots[-1].box.bottom - slots[0].box.y if slots else 0.0


def _shifted(slots: list[Slot], down: float) -> list[Slot]:
    return [Slot(s.text, s.box.moved(0, down), s.set, s.ground, s.ink) for s in slots]


def _framed(scene: Scene, palette: Palette, sheet: Box) -> Sheet:
    """Paper with a picture in a frame; the title on the paper above it, further lines below."""
    margin = min(sheet.width, sheet.height) * 0.065
    ground = palette.paper if not palette.is_dark else palette.ink
    title_ink = _readable(palette.accent, ground, palette)
    ink = _flat_ink(ground, palette)
    box = Box(margin, margin, sheet.width - 2 * margin, sheet.height * (0.27 if scene.casts or scene.features else 0.4))
    top = _stack(scene.texts[:2], box, "center", ground, (title_ink, ink), 1.0)
    bottom = _lines(scene.texts[2:], Box(margin, 0, box.width, sheet.height), ground, ink)
    y = top[-1].box.bottom + margin * 0.8
    end = sheet.height - margin - (_height(bottom) + margin * 0.7 if bottom else 0)
    picture = Box(margin, y, box.width, end - y)
    slots = [*top, *_shifted(bottom, end + margin * 0.7)]
    return Sheet(picture, tuple(slots), picture, under=rect(sheet, ground), corner=margin * 0.5)


def _plate(scene: Scene, palette: Palette, sheet: Box) -> Sheet:
    """A picture to the edges above a plate of one colour, as on a travel poster."""
    margin = min(sheet.width, sheet.height) * 0.07
    ground = palette.ink if Chance(scene.seed, "plate").unit() < 0.6 else mix(palette.accent, palette.ink, 0.3)
    if contrast(palette.paper, ground) < CONTRAST_LEAST:
        ground = palette.ink
    second = _readable(mix(palette.orb, palette.paper, 0.2), ground, palette)
    share = 0.27 + 0.035 * min(4, len(scene.texts) - 1)
    box = Box(margin, 0, sheet.width - 2 * margin, sheet.height * share - 1.5 * margin)
    slots = _stack(scene.texts, box, "center", ground, (palette.paper, second), 1.0)
    tall = _height(slots) + 1.7 * margin
    top = sheet.height - tall
    slots = _shifted(slots, top + margin * 0.85)
    picture = Box(0, 0, sheet.width, top + 1)
    bar = rect(Box(0, top, sheet.width, sheet.height - top), ground)
    line = rect(Box(0, top, sheet.width, margin * 0.09), second)
    return Sheet(picture, tuple(slots), picture, over=bar + line)


def _full(scene: Scene, palette: Palette, sheet: Box) -> Sheet:
    """The picture everywhere; the title in its sky, the rest of the lines on a plate at the foot."""
    margin = min(sheet.width, sheet.height) * 0.075
    box = Box(margin, margin, sheet.width - 2 * margin, sheet.height * 0.3)
    top = _stack(scene.texts[:2], box, "center", "", ("", ""), 1.0)
    bottom = _lines(scene.texts[2:], Box(margin, 0, box.width, sheet.height), palette.ink, palette.paper)
    tone = palette.ink if palette.is_dark else palette.paper
    low = top[-1].box.bottom + margin * 0.4
    depth = min(1.0, low * 1.35 / sheet.height)
    upper, lower = VEILS[palette.light]
    veil = linear("veil", [(0, tone, upper), (depth * 0.72, tone, lower), (depth, tone, 0)])
    over = f"<defs>{veil}</defs>" + rect(sheet, "url(#veil)")
    if bottom:
        tall = _height(bottom) + margin
        over += rect(Box(0, sheet.height - tall, sheet.width, tall), palette.ink)
        bottom = _shifted(bottom, sheet.height - tall + margin * 0.5)
    picture = Box(0, 0, sheet.width, sheet.height - (_height(bottom) + margin if bottom else 0))
    quiet = tuple(slot.ink_box.grown(margin * 0.35) for slot in top)
    room = Box(picture.x, low, picture.width, picture.bottom - low)
    return Sheet(picture, (*top, *bottom), room, over=over, quiet=quiet)


def _beside(scene: Scene, palette: Palette, sheet: Box) -> Sheet:
    """A wide sheet: text on one side over a veil that thins out towards the figures on the other."""
    wide = sheet.width / sheet.height
    margin = sheet.height * (0.11 if wide < 2.4 else 0.13)
    share = 0.46 if scene.casts else 0.84
    column = sheet.width * share - 1.5 * margin
    box = Box(margin * 1.2, 0, column, sheet.height - 2 * margin)
    align = "start" if scene.casts else "center"
    slots = _stack(scene.texts, box, align, "", ("", ""), 1.25)
    slots = _shifted(slots, (sheet.height - _height(slots)) / 2)
    if not scene.casts:
        slots = [
            Slot(s.text, s.box.moved((sheet.width - column) / 2 - s.box.x, 0), s.set, s.ground, s.ink) for s in slots
        ]
        return Sheet(sheet, tuple(slots), sheet, quiet=tuple(s.ink_box.grown(margin * 0.4) for s in slots))
    tone = palette.ink if palette.is_dark else palette.paper
    veil = linear(
        "veil", [(0, tone, 0.95), (share * 0.86, tone, 0.9), (min(0.98, share + 0.2), tone, 0)], horizontal=True
    )
    over = f"<defs>{veil}</defs>" + rect(sheet, "url(#veil)")
    room = Box(sheet.width * (share + 0.04), 0, sheet.width * (0.96 - share), sheet.height)
    return Sheet(sheet, tuple(slots), room, over=over, quiet=(Box(0, 0, sheet.width * share, sheet.height),))


def _panel(scene: Scene, palette: Palette, sheet: Box) -> Sheet:
    """A storyboard's panel: a border of paper, the number in a corner, the sentence below; quoted words above it."""
    short = min(sheet.width, sheet.height)
    margin, ground, ink = short * 0.035, palette.paper, palette.ink
    lines = tuple(line for line in (scene.caption, *scene.texts) if line)
    slots: list[Slot] = []
    end = sheet.height - margin
    if lines:
        box = Box(margin * 2, 0, sheet.width - 4 * margin, sheet.height * min(0.26, 0.14 * len(lines)))
        for text in lines:
            done = outline(
                text, width=box.width, height=box.height / len(lines), weight=SUBTITLE, largest_px=short * 0.05
            )
            y = slots[-1].box.bottom + margin * 0.6 if slots else 0.0
            slots.append(Slot(text, Box(box.x, y, box.width, done.height), done, ground, ink))
        end = sheet.height - _height(slots) - margin * 2.4
        slots = _shifted(slots, end + margin * 1.2)
    picture = Box(margin, margin, sheet.width - 2 * margin, end - margin)
    over = ""
    if scene.panel:
        side = short * 0.105
        badge = Box(picture.x, picture.y, side, side)
        mark = outline(str(scene.panel), width=side * 0.6, height=side * 0.52, weight=TITLE)
        over = rect(badge, palette.ink, side * 0.2)
        place = Box(badge.x + side * 0.2, badge.y + (side - mark.height) / 2, side * 0.6, mark.height)
        slots.append(Slot(str(scene.panel), place, mark, palette.ink, palette.paper))
    quiet = (Box(0, 0, short * 0.16, short * 0.16),) if scene.panel else ()
    return Sheet(picture, tuple(slots), picture, under=rect(sheet, ground), over=over, corner=margin * 0.7, quiet=quiet)
