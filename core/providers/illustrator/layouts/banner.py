"""Banners: one line that counts, the rest small, and the last of three texts as a button; the picture to the edges."""

from __future__ import annotations

from dataclasses import dataclass

from core.providers.illustrator.layouts import poster
from core.providers.illustrator.layouts.colours import Print, grounds, printed
from core.providers.illustrator.layouts.lettering import column, height, line, runs_from_right, shifted
from core.providers.illustrator.palette import Palette
from core.providers.illustrator.scene import Scene
from core.providers.illustrator.shapes import Box, circle, linear, rect
from core.providers.illustrator.sheet import SUBTITLE, Sheet, Slot, View

BUTTON_FROM = 3  # texts
BUTTON_MOST = 28  # characters


@dataclass(frozen=True, slots=True)
class _Block:
    """The words with the button below them, and the button's plate."""

    slots: tuple[Slot, ...]
    plate: str


def divide(scene: Scene, palette: Palette, sheet: Box) -> Sheet:
    """Wide: words at the left over a veil. Tall: words above and the picture below, as on a skyscraper."""
    if len(scene.texts) < BUTTON_FROM or len(scene.texts[-1]) > BUTTON_MOST:
        return poster.divide(scene, palette, sheet)
    colours = printed(palette.ink if palette.is_dark else palette.paper, palette)
    if sheet.width / sheet.height >= poster.WIDE:
        return _wide(scene, palette, sheet, colours)
    return _tall(scene, palette, sheet, colours)


def _wide(scene: Scene, palette: Palette, sheet: Box, colours: Print) -> Sheet:
    w, h = sheet.width, sheet.height
    margin = h * 0.11
    share = 0.5 if scene.casts else 1.0
    tall = min(h * 0.19, w * 0.08)
    box = Box(margin, 0, w * share - 2 * margin, h - 2.6 * margin - tall)
    block = _block(scene, palette, box, tall, "start" if scene.casts else "center", colours, margin)
    top = (h - (block.slots[-1].box.bottom - block.slots[0].box.y) - tall * 0.3) / 2
    slots = tuple(shifted(block.slots, top))
    plate = f'<g transform="translate(0 {top:.2f})">{block.plate}</g>'
    if not scene.casts:
        return Sheet((), slots, under=rect(sheet, colours.ground) + _ends(palette, sheet, slots), over=plate)
    solid, clear = share, min(0.99, share + 0.14)
    stops = [(0.0, colours.ground, 1.0), (solid, colours.ground, 1.0), (clear, colours.ground, 0.0)]
    veil = f"<defs>{linear('veil', stops, horizontal=True)}</defs>" + rect(sheet, "url(#veil)")
    room = Box(w * share, 0, w * (1 - share) - margin * 0.5, h)
    view = View(sheet, scene, room, quiet=(Box(0, 0, w * share, h),), crowd=poster.crowd(room))
    return Sheet((view,), slots, over=veil + plate)


def _ends(palette: Palette, sheet: Box, slots: tuple[Slot, ...]) -> str:
    """Discs that reach in from both ends, as far as no text is."""
    h = sheet.height
    free = min(slot.ink_box.x for slot in slots) - h * 0.06
    hues = (palette.sky[0], palette.orb, palette.land[1])
    parts: list[str] = []
    for hue, y, size in zip(hues, (0.95, 0.2, 0.62), (0.62, 0.34, 0.2), strict=True):
        radius = min(size * h, free * (0.5 + size))
        x = min(radius * 0.4, free - radius)
        parts += [circle(x, y * h, radius, hue), circle(sheet.width - x, (1.1 - y) * h, radius, hue)]
    return "".join(parts)


def _tall(scene: Scene, palette: Palette, sheet: Box, colours: Print) -> Sheet:
    w, h = sheet.width, sheet.height
    margin = w * 0.08
    tall = min(h * 0.08, w * 0.13)
    box = Box(margin, 0, w - 2 * margin, h * 0.36)
    block = _block(scene, palette, box, tall, "center", colours, margin)
    slots = tuple(shifted(block.slots, margin))
    plate = f'<g transform="translate(0 {margin:.2f})">{block.plate}</g>'
    low = slots[-1].box.bottom + tall * 0.3 + margin
    place = Box(0, low, w, h - low)
    return Sheet((View(place, scene, place),), slots, under=rect(sheet, colours.ground), over=plate)


def _block(scene: Scene, palette: Palette, box: Box, tall: float, align: str, colours: Print, margin: float) -> _Block:
    """The words from y = 0 down, and a pill with the last text in it."""
    words, said = scene.texts[:-1], scene.texts[-1]
    slots = column(words, box, align, colours.ground, (colours.ink, colours.second), 1.2)
    y = height(slots) + margin * 0.6
    pressed = grounds(palette)[2] if colours.ground != palette.ink else grounds(palette)[3]
    inner = Box(box.x + tall * 0.55, y + tall * 0.2, box.width - tall * 1.1, tall * 0.6)
    button = line(said, inner, pressed.ground, pressed.ink, weight=SUBTITLE, align=align)
    if align != "center":  # the pill begins where the words do
        left = slots[0].box.x + slots[0].set.left
        right = slots[0].ink_box.right
        wide = button.set.width + tall * 1.1
        begins = right - wide if runs_from_right(words[0]) else left
        button = button.moved(begins + tall * 0.55 - button.ink_box.x, 0)
    seen = button.ink_box
    pill = Box(seen.x - tall * 0.55, y, seen.width + tall * 1.1, tall)
    return _Block((*slots, button), rect(pill, pressed.ground, tall / 2))
