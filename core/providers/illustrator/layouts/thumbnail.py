"""The thumbnail of a video: read at the size of a stamp. Few words, as large as can be, on plates of loud colour."""

from __future__ import annotations

from dataclasses import replace

from core.providers.illustrator.layouts.colours import Print, daylight, grounds
from core.providers.illustrator.layouts.emblem import group, singles
from core.providers.illustrator.palette import Palette, mix
from core.providers.illustrator.scene import Light, Scene, Setting
from core.providers.illustrator.shapes import Box, linear, polygon, rect
from core.providers.illustrator.sheet import Sheet, Slot, View
from core.providers.illustrator.sky import sunburst
from core.providers.illustrator.textbox import outline

HEAVIEST = 900
MOST_FIGURES = 3
BESIDE = 1.2
PLATES = 0.24  # of the height of the words, what the plates' edges may take in all
APART = 1.45  # from a text to the next one's, of the margin: the plates reach beyond them


def divide(scene: Scene, palette: Palette, sheet: Box) -> Sheet:
    """The figures as large stickers at one side, the words at the other; one above the other where it is tall."""
    w, h = sheet.width, sheet.height
    margin = min(w, h) * 0.055
    casts = singles(scene.casts)[:MOST_FIGURES]
    words, figures = _places(scene, sheet, margin, bool(casts))
    loud = _loud(palette, scene.seed)
    slots, plates = _words(scene.texts, words, loud, margin)
    backdrop, views = _backdrop(scene, palette, sheet, figures)
    people = group(casts, daylight(scene, palette), figures, scene.style, halo="#ffffff") if casts else ""
    frame = rect(Box(0, h - margin * 0.35, w, margin * 0.35), loud[0].ground)
    return Sheet(views, tuple(slots), under=backdrop, over=people + frame + plates)


def _places(scene: Scene, sheet: Box, margin: float, peopled: bool) -> tuple[Box, Box]:
    """Where the words go, and where the figures do."""
    w, h = sheet.width, sheet.height
    low = h - margin * 0.35
    if not scene.texts:
        return Box(0, 0, 0, 0), Box(margin, margin, w - 2 * margin, low - margin)
    if not peopled:
        return Box(margin, margin, w - 2 * margin, h - 2.4 * margin), Box(w / 2, h / 2, 0, 0)
    if w / h >= BESIDE:
        share = 0.56 if w / h < 2.2 else 0.6
        figures = Box(w * share, h * 0.07, w * (1 - share) - margin, low - h * 0.07)
        return Box(margin, margin, w * share - 1.6 * margin, h - 2.4 * margin), figures
    top = h * (0.46 if w / h > 0.7 else 0.42)
    return Box(margin, margin, w - 2 * margin, top - margin), Box(
        margin, top + margin, w - 2 * margin, low - top - margin
    )


def _loud(palette: Palette, seed: int) -> tuple[Print, ...]:
    """The plates' colours: the first text's, and the others'."""
    paper, ink, deep, orb, _ = grounds(palette)
    return ((orb, ink), (deep, paper), (paper, deep))[seed % 3]


def _words(texts: tuple[str, ...], box: Box, loud: tuple[Print, ...], margin: float) -> tuple[list[Slot], str]:
    """Each text on its own plate, the first the largest, all together in the middle of the box's height."""
    margin = min(margin, box.height * PLATES / max(1, len(texts)))
    slots: list[Slot] = []
    y = 0.0
    inner = box.width - margin * 1.6
    for at, text in enumerate(texts):
        share = 0.62 if at == 0 and len(texts) > 1 else (0.38 / (len(texts) - 1) if at else 1.0)
        room = max(4.0, box.height * share - margin * APART)
        largest = box.height * ((0.54 if len(texts) == 1 else 0.4) if at == 0 else 0.17)
        done = outline(text, width=inner, height=room, weight=HEAVIEST, align="start", largest_px=largest)
        colours = loud[min(at, 1)]
        slots.append(Slot(text, Box(box.x + margin * 0.8, y, inner, done.height), done, colours.ground, colours.ink))
        y += done.height + margin * APART
    down = box.y + max(margin * 0.5, (box.height - y + margin * APART) / 2)
    slots = [slot.moved(0, down) for slot in slots]
    return slots, "".join(_plate(slot, margin) for slot in slots)


def _plate(slot: Slot, margin: float) -> str:
    ink = slot.ink_box
    left, right, top, bottom = (
        ink.x - margin * 0.7,
        ink.right + margin * 0.7,
        ink.y - margin * 0.45,
        ink.bottom + margin * 0.45,
    )
    lean = margin * 0.35
    shade = [(left + lean, top + lean), (right + lean, top + lean), (right, bottom + lean), (left, bottom + lean)]
    face = [(left + lean * 0.4, top), (right + lean, top), (right - lean * 0.2, bottom), (left - lean * 0.5, bottom)]
    return polygon(shade, "#000000", 0.28) + polygon(face, slot.ground)


def _backdrop(scene: Scene, palette: Palette, sheet: Box, figures: Box) -> tuple[str, tuple[View, ...]]:
    """Rays behind the figures, or the place that was named."""
    if scene.setting is not Setting.PLAIN:
        away = replace(scene, casts=(), features=(*scene.features, "-moon", "-sun"))
        return "", (View(sheet, away, sheet),)
    dark = scene.light is Light.NIGHT
    one = mix(palette.accent, palette.ink, 0.5) if dark else mix(palette.sky[0], palette.accent, 0.1)
    two = mix(palette.sky[1], palette.ink, 0.1 if dark else 0.0)
    x, y = figures.x + figures.width / 2, figures.y + figures.height * 0.6
    ground = f"<defs>{linear('loud', [(0, two, 1), (1, one, 1)])}</defs>" + rect(sheet, "url(#loud)")
    return ground + sunburst(x, y, sheet.width + sheet.height, 32, mix(two, "#ffffff", 0.5), 0.3), ()
