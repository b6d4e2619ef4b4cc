"""The cover of a blog's article: a calm plate of colour with the title, and the picture beside or above it."""

from __future__ import annotations

from core.providers.illustrator.chance import Chance
from core.providers.illustrator.layouts.colours import Print, grounds
from core.providers.illustrator.layouts.lettering import centred, column, runs_from_right
from core.providers.illustrator.palette import Palette
from core.providers.illustrator.scene import Scene
from core.providers.illustrator.shapes import Box, path, polygon, rect
from core.providers.illustrator.sheet import Sheet, View, whole_view

BESIDE = 1.15  # from this ratio on the plate is at the left of the picture, else below it


def divide(scene: Scene, palette: Palette, sheet: Box) -> Sheet:
    """The plate's edge is straight, slanted or round, by seed."""
    if not scene.texts:
        return whole_view(scene, sheet)
    colours = Chance(scene.seed, "cover").choose(grounds(palette)[:3])
    edge = scene.seed % 3
    if sheet.width / sheet.height >= BESIDE:
        return _beside(scene, sheet, colours, edge)
    return _below(scene, sheet, colours, edge)


def _beside(scene: Scene, sheet: Box, colours: Print, edge: int) -> Sheet:
    share = 0.54 if sheet.width / sheet.height < 2.2 else 0.5
    end, lean = sheet.width * share, sheet.height * (0.0, 0.24, 0.16)[edge]
    margin = min(sheet.height * 0.11, sheet.width * 0.06)
    box = Box(margin, margin * 1.6, end - lean - margin * 1.9, sheet.height - margin * 2.6)
    w, h = sheet.width, sheet.height
    plates = (
        rect(Box(0, 0, end, h), colours.ground) + rect(Box(end, 0, margin * 0.12, h), colours.second),
        polygon([(0, 0), (end, 0), (end - lean, h), (0, h)], colours.ground),
        path(f"M0 0H{end - lean:.1f}Q{end + lean:.1f} {h / 2:.1f} {end - lean:.1f} {h:.1f}H0Z", colours.ground),
    )
    begin = end - lean
    view = View(Box(begin - 1, 0, w - begin + 1, h), scene, Box(end, 0, w - end - margin * 0.4, h))
    return _lettered(scene, view, box, plates[edge], colours, margin)


def _below(scene: Scene, sheet: Box, colours: Print, edge: int) -> Sheet:
    w, h = sheet.width, sheet.height
    tall = w / h < 0.6
    top, lean = h * (0.62 if tall else 0.56), w * (0.0, 0.05, 0.045)[edge]
    margin = w * 0.075
    box = Box(margin, top + margin * 1.15, w - 2 * margin, h - top - margin * 1.9)
    plates = (
        rect(Box(0, top, w, h - top), colours.ground) + rect(Box(0, top, w, margin * 0.12), colours.second),
        polygon([(0, top), (w, top - lean), (w, h), (0, h)], colours.ground),
        path(f"M0 {top:.1f}Q{w / 2:.1f} {top - 2 * lean:.1f} {w:.1f} {top:.1f}V{h:.1f}H0Z", colours.ground),
    )
    view = View(Box(0, 0, w, top + 1), scene, Box(0, 0, w, top - lean))
    return _lettered(scene, view, box, plates[edge], colours, margin)


def _lettered(scene: Scene, view: View, box: Box, plate: str, colours: Print, margin: float) -> Sheet:
    slots = centred(column(scene.texts, box, "start", colours.ground, (colours.ink, colours.second), 1.1), box)
    y = slots[0].box.y - margin * 0.55
    right = slots[0].box.x + slots[0].set.left + slots[0].set.width
    begins = right - margin if runs_from_right(scene.texts[0]) else slots[0].box.x
    bar = rect(Box(begins, y, margin, margin * 0.16), colours.second, margin * 0.08)
    return Sheet((view,), tuple(slots), over=plate + bar)
