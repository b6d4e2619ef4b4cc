"""Sets several texts as one block: columns with a hierarchy, lines of equal size, single lines in their boxes."""

from __future__ import annotations

from collections.abc import Sequence

from bidi.algorithm import get_base_level

from core.providers.illustrator.shapes import Box
from core.providers.illustrator.sheet import DETAIL, SUBTITLE, TITLE, Slot
from core.providers.illustrator.textbox import outline

MANY = 4  # texts; more of them leave less to the title


def column(
    texts: Sequence[str], box: Box, align: str, ground: str, inks: tuple[str, str], scale: float = 1.0
) -> list[Slot]:
    """Title, subtitle and the rest below one another, the hierarchy by size and weight; `scale` limits the title.

    `inks` are the colours of the title and of all else.
    """
    slots: list[Slot] = []
    y = box.y
    title_px = min(box.height * 0.6, box.width * 0.24) * scale
    title_share = 0.98 if len(texts) == 1 else 0.66 * min(1.0, MANY / len(texts))
    for at, text in enumerate(texts):
        left = box.bottom - y
        if at == 0:
            room, largest, weight = left * title_share, title_px, TITLE
        else:
            room = left / (len(texts) - at) * 0.94
            largest, weight = title_px * (0.42 if at == 1 else 0.3), SUBTITLE if at == 1 else DETAIL
        done = outline(text, width=box.width, height=max(4.0, room), weight=weight, align=align, largest_px=largest)
        slots.append(Slot(text, Box(box.x, y, box.width, done.height), done, ground, inks[min(at, 1)]))
        y += done.height + max(done.font_px * 0.36, box.height * min(0.035, 0.16 / len(texts)))
    return slots


def equal_lines(texts: Sequence[str], sheet: Box, ground: str, ink: str) -> list[Slot]:
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


def runs_from_right(text: str) -> bool:
    """Whether the text is of a script like Arabic or Hebrew: what is set at its start goes to the right."""
    return bool(get_base_level(text) == 1)


def line(
    text: str,
    box: Box,
    ground: str,
    ink: str,
    *,
    weight: int = SUBTITLE,
    align: str = "center",
    largest_px: float = 1e9,
) -> Slot:
    """One text in a box, in the middle of its height."""
    done = outline(text, width=box.width, height=box.height, weight=weight, align=align, largest_px=largest_px)
    place = Box(box.x, box.y + (box.height - done.height) / 2, box.width, done.height)
    return Slot(text, place, done, ground, ink)


def height(slots: Sequence[Slot]) -> float:
    """From the first text's top to the last one's foot."""
    return slots[-1].box.bottom - slots[0].box.y if slots else 0.0


def shifted(slots: Sequence[Slot], down: float) -> list[Slot]:
    """The block, lower."""
    return [slot.moved(0, down) for slot in slots]


def centred(slots: Sequence[Slot], box: Box) -> list[Slot]:
    """The block in the middle of a box's height."""
    if not slots:
        return []
    return shifted(slots, box.y + (box.height - height(slots)) / 2 - slots[0].box.y)
