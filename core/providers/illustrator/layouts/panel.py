"""A storyboard's panel as a picture of its own."""

from __future__ import annotations

from core.providers.illustrator.layouts.lettering import height, shifted
from core.providers.illustrator.palette import Palette
from core.providers.illustrator.scene import Scene
from core.providers.illustrator.shapes import Box, rect
from core.providers.illustrator.sheet import SUBTITLE, TITLE, Sheet, Slot, View
from core.providers.illustrator.textbox import outline


def divide(scene: Scene, palette: Palette, sheet: Box) -> Sheet:
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
        end = sheet.height - height(slots) - margin * 2.4
        slots = shifted(slots, end + margin * 1.2)
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
    view = View(picture, scene, picture, corner=margin * 0.7, quiet=quiet)
    return Sheet((view,), tuple(slots), under=rect(sheet, ground), over=over)
