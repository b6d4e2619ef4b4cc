"""Posters: a framed picture, a picture above a plate, a title in the sky, and text beside it on wide sheets."""

from __future__ import annotations

from collections.abc import Callable

from core.providers.illustrator.chance import Chance
from core.providers.illustrator.layouts import typographic
from core.providers.illustrator.layouts.lettering import column, equal_lines, height, shifted
from core.providers.illustrator.palette import CONTRAST_LEAST, Palette, contrast, mix
from core.providers.illustrator.scene import Light, Scene
from core.providers.illustrator.shapes import Box, linear, rect
from core.providers.illustrator.sheet import Sheet, View, flat_ink, readable, whole_view

Kind = Callable[[Scene, Palette, Box], Sheet]

WIDE = 1.45  # from this ratio on, text stands beside the picture instead of above it
# How much of a veil a title needs over each sky, at the top and below the title.
VEILS = {Light.DAY: (0.5, 0.34), Light.DAWN: (0.55, 0.42), Light.SUNSET: (0.78, 0.7), Light.NIGHT: (0.3, 0.2)}


def divide(scene: Scene, palette: Palette, sheet: Box) -> Sheet:
    """One of the kinds, by seed; a wide sheet has its own."""
    if not scene.texts:
        return whole_view(scene, sheet)
    if typographic.is_bare(scene):
        return typographic.divide(scene, palette, sheet)
    if sheet.width / sheet.height >= WIDE:
        return _beside(scene, palette, sheet)
    asked: dict[str, tuple[Kind, ...]] = {"bottom": (_plate,), "top": (_framed, _full)}
    kinds = asked.get(scene.text_place, (_framed, _plate, _full))
    return Chance(scene.seed, "sheet").choose(kinds)(scene, palette, sheet)


def _veil_tone(scene: Scene, palette: Palette) -> str:
    """Like the sky; for a title in a colour that somebody asked for, what that colour can be read on."""
    if scene.ink:
        return max((palette.ink, palette.paper), key=lambda tone: contrast(tone, scene.ink))
    return palette.ink if palette.is_dark else palette.paper


def _framed(scene: Scene, palette: Palette, sheet: Box) -> Sheet:
    """Paper with a picture in a frame; the title on the paper above it, further lines below."""
    margin = min(sheet.width, sheet.height) * 0.065
    ground = palette.paper if not palette.is_dark else palette.ink
    title_ink = readable(palette.accent, ground, palette)
    ink = flat_ink(ground, palette)
    box = Box(margin, margin, sheet.width - 2 * margin, sheet.height * (0.27 if scene.casts or scene.features else 0.4))
    top = column(scene.texts[:2], box, "center", ground, (title_ink, ink))
    bottom = equal_lines(scene.texts[2:], Box(margin, 0, box.width, sheet.height), ground, ink)
    y = top[-1].box.bottom + margin * 0.8
    end = sheet.height - margin - (height(bottom) + margin * 0.7 if bottom else 0)
    picture = Box(margin, y, box.width, end - y)
    slots = [*top, *shifted(bottom, end + margin * 0.7)]
    view = View(picture, scene, picture, corner=margin * 0.5)
    return Sheet((view,), tuple(slots), under=rect(sheet, ground))


def _plate(scene: Scene, palette: Palette, sheet: Box) -> Sheet:
    """A picture to the edges above a plate of one colour, as on a travel poster."""
    margin = min(sheet.width, sheet.height) * 0.07
    ground = palette.ink if Chance(scene.seed, "plate").unit() < 0.6 else mix(palette.accent, palette.ink, 0.3)
    if contrast(palette.paper, ground) < CONTRAST_LEAST:
        ground = palette.ink
    if scene.ink:
        ground = _veil_tone(scene, palette)
    second = readable(mix(palette.orb, palette.paper, 0.2), ground, palette)
    share = 0.27 + 0.035 * min(4, len(scene.texts) - 1)
    box = Box(margin, 0, sheet.width - 2 * margin, sheet.height * share - 1.5 * margin)
    slots = column(scene.texts, box, "center", ground, (palette.paper, second))
    tall = height(slots) + 1.7 * margin
    top = sheet.height - tall
    slots = shifted(slots, top + margin * 0.85)
    picture = Box(0, 0, sheet.width, top + 1)
    bar = rect(Box(0, top, sheet.width, sheet.height - top), ground)
    line = rect(Box(0, top, sheet.width, margin * 0.09), second)
    return Sheet((View(picture, scene, picture),), tuple(slots), over=bar + line)


def _full(scene: Scene, palette: Palette, sheet: Box) -> Sheet:
    """The picture everywhere; the title in its sky, the rest of the lines on a plate at the foot."""
    margin = min(sheet.width, sheet.height) * 0.075
    box = Box(margin, margin, sheet.width - 2 * margin, sheet.height * 0.3)
    top = column(scene.texts[:2], box, "center", "", ("", ""))
    bottom = equal_lines(scene.texts[2:], Box(margin, 0, box.width, sheet.height), palette.ink, palette.paper)
    tone = _veil_tone(scene, palette)
    low = top[-1].box.bottom + margin * 0.4
    depth = min(1.0, low * 1.35 / sheet.height)
    upper, lower = VEILS[palette.light]
    veil = linear("veil", [(0, tone, upper), (depth * 0.72, tone, lower), (depth, tone, 0)])
    over = f"<defs>{veil}</defs>" + rect(sheet, "url(#veil)")
    if bottom:
        tall = height(bottom) + margin
        over += rect(Box(0, sheet.height - tall, sheet.width, tall), palette.ink)
        bottom = shifted(bottom, sheet.height - tall + margin * 0.5)
    picture = Box(0, 0, sheet.width, sheet.height - (height(bottom) + margin if bottom else 0))
    quiet = tuple(slot.ink_box.grown(margin * 0.35) for slot in top)
    low += max(slot.set.font_px for slot in top) * 0.3  # where a plate under the text would end
    room = Box(picture.x, low, picture.width, picture.bottom - low)
    return Sheet((View(picture, scene, room, quiet=quiet),), (*top, *bottom), over=over)


def _beside(scene: Scene, palette: Palette, sheet: Box) -> Sheet:
    """A wide sheet: text on one side over a veil that thins out towards the figures on the other."""
    wide = sheet.width / sheet.height
    margin = sheet.height * (0.11 if wide < 2.4 else 0.13)
    share = 0.46 if scene.casts else 0.84
    across = sheet.width * share - 1.5 * margin
    box = Box(margin * 1.2, 0, across, sheet.height - 2 * margin)
    align = "start" if scene.casts else "center"
    slots = column(scene.texts, box, align, "", ("", ""), 1.25)
    slots = shifted(slots, (sheet.height - height(slots)) / 2)
    if not scene.casts:
        slots = [slot.moved((sheet.width - across) / 2 - slot.box.x, 0) for slot in slots]
        quiet = tuple(s.ink_box.grown(margin * 0.4) for s in slots)
        return Sheet((View(sheet, scene, sheet, quiet=quiet),), tuple(slots))
    tone = _veil_tone(scene, palette)
    veil = linear(
        "veil", [(0, tone, 0.95), (share * 0.86, tone, 0.9), (min(0.98, share + 0.2), tone, 0)], horizontal=True
    )
    over = f"<defs>{veil}</defs>" + rect(sheet, "url(#veil)")
    room = Box(sheet.width * (share + 0.04), 0, sheet.width * (0.96 - share), sheet.height)
    quiet = (Box(0, 0, sheet.width * share, sheet.height),)
    view = View(sheet, scene, room, quiet=quiet, crowd=crowd(room))
    return Sheet((view,), tuple(slots), over=over)


def crowd(room: Box) -> Box:
    """Where the figures will be, beside a text: no sun or moon is to be half behind them."""
    return Box(room.x + room.width * 0.18, 0, room.width * 0.64, room.height)
