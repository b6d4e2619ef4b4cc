"""A product: alone on white with a soft shadow, or large on a table in the place where it is used."""

from __future__ import annotations

from dataclasses import replace

from core.providers.illustrator.layouts.colours import GRAPHITE, WHITE, daylight
from core.providers.illustrator.layouts.emblem import group, singles
from core.providers.illustrator.layouts.lettering import centred, column
from core.providers.illustrator.palette import Palette, mix
from core.providers.illustrator.scene import Scene, Setting
from core.providers.illustrator.shapes import Box, ellipse, linear, radial, rect
from core.providers.illustrator.sheet import Sheet, Slot, View, readable, whole_view

BESIDE = 1.3
MOST = 6
PRICE = "#a3341f"  # what is said after the name; on white 7:1


def on_white(scene: Scene, palette: Palette, sheet: Box) -> Sheet:
    """Nothing but the product, its shadow, and its name and price where they were given.

    What it stands on belongs to a place: "a mug on a table".
    """
    if any(cast.to for cast in scene.casts):
        return lifestyle(scene, palette, sheet)
    w, h = sheet.width, sheet.height
    margin = min(w, h) * 0.09
    place, words = _places(scene, sheet, margin)
    shown = daylight(scene, palette)
    things = group(singles(scene.casts)[:MOST], shown, place, scene.style, shadow="#5b6472") if scene.casts else ""
    floor = f"<defs>{radial('floor', [(0, '#dfe3e8', 0.9), (0.6, '#eceff2', 0.6), (1, WHITE, 0)])}</defs>"
    wide, y = place.width * 0.62, place.bottom
    floor += ellipse(place.x + place.width / 2, y, wide, place.height * 0.13, "url(#floor)")
    return Sheet(
        (), tuple(_words(scene, words, sheet, WHITE, GRAPHITE, PRICE)), under=rect(sheet, WHITE) + floor, over=things
    )


def lifestyle(scene: Scene, palette: Palette, sheet: Box) -> Sheet:
    """The place behind, a table before it, and the product on the table; words on a plate of paper."""
    if not scene.casts:
        return whole_view(scene, sheet)
    w, h = sheet.width, sheet.height
    margin = min(w, h) * 0.08
    setting = Setting.ROOM if scene.setting is Setting.PLAIN else scene.setting
    behind = replace(scene, casts=(), setting=setting, features=(*scene.features, "-moon", "-sun"))
    place, words = _places(scene, sheet, margin)
    if not scene.texts:
        tall = min(h * 0.66, w * 0.85)
        place = Box(w * 0.13, h * 0.86 - tall, w * 0.74, tall)
    top = place.bottom - place.height * 0.1
    slots = _words(scene, words, sheet, palette.paper, palette.ink, readable(palette.accent, palette.paper, palette))
    plate = ""
    if slots:
        left, right = min(s.ink_box.x for s in slots), max(s.ink_box.right for s in slots)
        block = Box(left, slots[0].box.y, right - left, slots[-1].box.bottom - slots[0].box.y)
        plate = rect(block.grown(margin * 0.55), palette.paper, margin * 0.35)
    under = {cast.to for cast in scene.casts}
    shown = singles([cast for cast in scene.casts if cast.drawing not in under] or scene.casts)[:MOST]
    things = group(shown, palette, place, scene.style, shadow=palette.ink)
    # The room's own floor is below the table's edge; what can be seen of the place is its upper part.
    view = View(Box(0, 0, w, max(h, top * 1.25)), behind, sheet)
    return Sheet((view,), tuple(slots), over=_table(palette, sheet, top) + things + plate)


def _places(scene: Scene, sheet: Box, margin: float) -> tuple[Box, Box]:
    """Where the product stands, and where its words do."""
    w, h = sheet.width, sheet.height
    if not scene.texts:
        tall = min(h - 2.4 * margin, (w - 2 * margin) * 1.25)
        return Box(margin, (h - tall) / 2 + margin * 0.2, w - 2 * margin, tall * 0.96), Box(0, 0, 0, 0)
    if w / h >= BESIDE:
        half = w * (0.5 if w / h < 2.2 else 0.46)
        return Box(half, margin * 1.2, w - half - margin, h - 2.8 * margin), Box(
            margin * 1.3, margin, half - 2.2 * margin, h - 2 * margin
        )
    foot = h * (0.3 if w / h > 0.6 else 0.26)
    tall = min(h - foot - 2.2 * margin, (w - 2 * margin) * 1.3)
    lift = (h - foot - 2.2 * margin - tall) / 2
    return Box(margin, margin * 1.2 + lift, w - 2 * margin, tall), Box(
        margin, h - foot, w - 2 * margin, foot - margin * 0.9
    )


def _words(scene: Scene, box: Box, sheet: Box, ground: str, ink: str, second: str) -> list[Slot]:
    if not scene.texts:
        return []
    align = "start" if sheet.width / sheet.height >= BESIDE else "center"
    return centred(column(scene.texts, box, align, ground, (ink, second), 0.85), box)


def _table(palette: Palette, sheet: Box, top: float) -> str:
    """A wooden table from edge to edge, its front below the top."""
    wood = mix(mix("#b98556", palette.tint, palette.tint_percent / 100), palette.paper, 0.12)
    light, dark = mix(wood, "#ffffff", 0.22), mix(wood, palette.ink, 0.3)
    depth = min(sheet.height * 0.2, max(sheet.height - top, 1.0) * 0.62)
    front = top + depth
    shine = linear("wood", [(0, light, 1), (1, wood, 1)])
    grain = "".join(
        rect(Box(sheet.width * x, top + depth * y, sheet.width * long, max(1.0, depth * 0.02)), dark, 0, 0.16)
        for x, y, long in ((0.04, 0.3, 0.24), (0.5, 0.22, 0.3), (0.3, 0.55, 0.26), (0.7, 0.66, 0.22), (0.08, 0.8, 0.2))
    )
    return (
        f"<defs>{shine}</defs>"
        + rect(Box(0, top, sheet.width, depth), "url(#wood)")
        + grain
        + rect(Box(0, front, sheet.width, max(1.0, sheet.height - front)), dark)
        + rect(Box(0, front, sheet.width, max(1.0, depth * 0.07)), mix(dark, "#ffffff", 0.15))
    )
