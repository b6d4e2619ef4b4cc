"""A comic's panel with its letters: the caption at the top, what is said in bubbles that point at the speaker."""

from __future__ import annotations

from dataclasses import dataclass

from core.providers.illustrator.figures import figures
from core.providers.illustrator.layouts.lettering import runs_from_right
from core.providers.illustrator.palette import Palette, mix
from core.providers.illustrator.scene import Scene
from core.providers.illustrator.shapes import Box, n, rect
from core.providers.illustrator.sheet import SUBTITLE, Slot, View
from core.providers.illustrator.textbox import outline

BUBBLE, LINE = "#ffffff", "#1b1b20"
LETTERING = 700
MIDDLE = 0.5
ROUND = 2.4  # a corner's radius, of the room round the letters: rounder ones would cut into the letters'


@dataclass(frozen=True, slots=True)
class Told:
    """A panel: its view, its texts and what is under them."""

    view: View
    slots: list[Slot]
    art: str


def lettered(part: Scene, palette: Palette, box: Box) -> Told:
    """Captions and bubbles take the upper part at most; the figures have the rest."""
    slots: list[Slot] = []
    art: list[str] = []
    unit = (min(box.width, box.height) * 0.6 + (box.width * box.height) ** 0.5 * 0.4) / 100
    low = box.y
    said = part.texts
    if part.caption:
        slot, plate = _caption(part.caption, palette, box, unit, 0.3 if not said else 0.22)
        slots.append(slot)
        art.append(plate)
        low = slot.box.bottom + unit * 2
    room = (box.height * 0.56 - (low - box.y)) / max(1, len(said))
    for at, text in enumerate(said):
        where = _speaker(part, text, at)
        right = where > MIDDLE or (where == MIDDLE and (at % 2 == 1) != runs_from_right(text))
        aim_x = box.x + box.width * (where if where != MIDDLE else 0.6 if right else 0.4)
        slot, bubble, low = _bubble(text, box, low + unit * 1.6, room, unit, aim_x, right, last=at == len(said) - 1)
        slots.append(slot)
        art.append(bubble)
    quiet = tuple(slot.ink_box.grown(unit * 3) for slot in slots)
    if part.caption:  # no moon half under its strip
        quiet += (Box(box.x, box.y, box.width, slots[0].box.bottom + unit * 2.4 - box.y),)
    figures = Box(box.x, low, box.width, box.bottom - low)
    return Told(View(box, part, figures, quiet=quiet), slots, "".join(art))


def _speaker(part: Scene, text: str, at: int) -> float:
    """Where whoever says it stands in the row of the panel's figures, from 0 to 1."""
    cast = [one.drawing for one in part.casts]
    speech = next((entry for entry in part.entries if entry.kind == "said" and entry.text == text), None)
    if speech is None or speech.drawing not in cast or len(cast) < 2 or len({_element(one) for one in cast}) > 1:
        return MIDDLE  # who swims or flies is not in one row with who stands
    apart = min(0.26, 0.7 / len(cast))
    return MIDDLE + (cast.index(speech.drawing) - (len(cast) - 1) / 2) * apart


def _element(drawing: str) -> str:
    kinds = figures()
    if drawing in kinds.sky:
        return "air"
    return "water" if drawing in kinds.water or drawing in kinds.swimming else "ground"


def _caption(text: str, palette: Palette, box: Box, unit: float, share: float) -> tuple[Slot, str]:
    """A strip of pale yellow along the top."""
    ground = mix(palette.orb, "#ffffff", 0.66)
    pad = unit * 2.2
    wide, tall = box.width - 2 * pad, box.height * share - 2 * pad
    done = outline(text, width=wide, height=max(4.0, tall), weight=SUBTITLE, align="start", largest_px=unit * 6.2)
    place = Box(box.x + pad, box.y + pad, wide, done.height)
    strip = Box(box.x, box.y, box.width, done.height + 2 * pad)
    plate = rect(strip, ground) + rect(Box(box.x, strip.bottom, box.width, max(1.0, unit * 0.5)), LINE)
    return Slot(text, place, done, ground, LINE), plate


def _bubble(
    text: str, box: Box, top: float, room: float, unit: float, aim_x: float, right: bool, *, last: bool
) -> tuple[Slot, str, float]:
    """A rounded bubble at one side, its tail towards the middle of the figures; returns where it ends."""
    pad = unit * 3.4
    wide = box.width * (0.66 if box.width > box.height * 0.8 else 0.84) - 2 * pad
    tail = room * 0.2 if last else unit * 2
    done = outline(text, width=wide, height=max(4.0, room - 2 * pad - tail), weight=LETTERING, largest_px=unit * 8.4)
    across = done.width + 2 * pad
    left = box.right - unit * 3 - across if right else box.x + unit * 3
    bubble = Box(left, top, across, done.height + 2 * pad * 0.82)
    place = Box(bubble.x + pad - (wide - done.width) / 2, top + pad * 0.82, wide, done.height)
    slot = Slot(text, place, done, BUBBLE, LINE)
    foot = min(bubble.bottom + max(unit * 5, tail), box.y + box.height * 0.66)
    return slot, _shape(bubble, aim_x, foot, unit, pad), bubble.bottom + unit


def _shape(bubble: Box, aim_x: float, foot: float, unit: float, pad: float) -> str:
    """One outline: the rounded box with a curved tail."""
    r = min(bubble.width * 0.42, bubble.height * 0.42, pad * ROUND)
    x, y, right, bottom = bubble.x, bubble.y, bubble.right, bubble.bottom
    root = min(max(aim_x, x + r + unit * 3), right - r - unit * 3)
    half = unit * 2.4
    if right - r - unit * 3 < x + r + unit * 3:  # a small bubble: from its middle
        root, half = (x + right) / 2, min(half, max(0.5, (right - x) / 2 - r))
    aim_x = min(max(aim_x, root - unit * 5), root + unit * 5)  # a tail that runs flat under the bubble points at nobody
    d = (
        f"M{n(x + r)} {n(y)}H{n(right - r)}A{n(r)} {n(r)} 0 0 1 {n(right)} {n(y + r)}V{n(bottom - r)}"
        f"A{n(r)} {n(r)} 0 0 1 {n(right - r)} {n(bottom)}H{n(root + half)}"
        f"Q{n(root + half * 0.6)} {n((bottom + foot) / 2)} {n(aim_x)} {n(foot)}"
        f"Q{n(root - half * 0.6)} {n((bottom + foot) / 2)} {n(root - half)} {n(bottom)}"
        f"H{n(x + r)}A{n(r)} {n(r)} 0 0 1 {n(x)} {n(bottom - r)}V{n(y + r)}A{n(r)} {n(r)} 0 0 1 {n(x + r)} {n(y)}Z"
    )
    return f'<path d="{d}" fill="{BUBBLE}" stroke="{LINE}" stroke-width="{unit * 0.55:.2f}" stroke-linejoin="round"/>'
