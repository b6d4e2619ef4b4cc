"""What sheets with lists are printed on, and texts of one size: grounds by style and hour, lines set alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from core.providers.illustrator.craft import BLUE, BOARD
from core.providers.illustrator.layouts.colours import WHITE, Print, daylight, printed
from core.providers.illustrator.layouts.emblem import drawn
from core.providers.illustrator.layouts.lettering import column, runs_from_right
from core.providers.illustrator.palette import CONTRAST_LEAST, Palette, contrast, mix
from core.providers.illustrator.scene import Cast, Scene, Style
from core.providers.illustrator.shapes import Box
from core.providers.illustrator.sheet import Slot
from core.providers.illustrator.textbox import TextOutline, extent, outline

STEP = 0.93
LEAST_PX = 0.6  # where no letter could be read any more, which is said (`Check.smallest_px`)
FREE = 1e6  # pixels: a height that limits nothing

T = TypeVar("T")


def stationery(scene: Scene, palette: Palette) -> Palette:
    """The palette that the sheet is printed with: its paper is the ground, its ink can be read on it."""
    match scene.style:
        case Style.CHALK:
            return replace(palette, paper=BOARD, ink=WHITE, tint_percent=0)
        case Style.BLUEPRINT:
            return replace(palette, paper=BLUE, ink=WHITE, tint_percent=0)
        case _ if palette.is_dark:
            return replace(palette, paper=palette.ink, ink=palette.paper, tint_percent=0)
        case _:
            return daylight(scene, palette)


def hues(palette: Palette) -> tuple[str, ...]:
    """The palette's colours that keep things apart, the strongest first."""
    return (palette.accent, palette.water[1], palette.land[2], palette.orb, palette.sky[0], palette.land[3])


def soft(hue: str, palette: Palette, share: float = 0.8) -> Print:
    """A quiet ground in this colour, near to the paper."""
    return printed(mix(hue, palette.paper, share), palette)


def strong(hue: str, palette: Palette) -> Print:
    """A full ground in this colour, darker where nothing could be read on it."""
    for share in (0.0, 0.15, 0.3, 0.45):
        ground = mix(hue, "#000000", share)
        if contrast(WHITE, ground) >= CONTRAST_LEAST:
            return Print(ground, WHITE, WHITE)
    return printed(hue, palette)


def ladder(largest: float, least: float = LEAST_PX) -> Iterator[float]:
    """Sizes of type to try, from the largest down."""
    size = max(largest, least)
    while size > least:
        yield size
        size *= STEP
    yield least


def largest_that_fits(largest: float, attempt: Callable[[float], T | None], least: float = LEAST_PX) -> T | None:
    """What the attempt gives at the largest size at which it gives anything. Sizes between are found by halving."""
    sizes = list(ladder(largest, least))
    low, high = 0, len(sizes)  # the first one that fits is in [low, high]
    best: T | None = None
    while low < high:
        middle = (low + high) // 2
        tried = attempt(sizes[middle])
        if tried is None:
            low = middle + 1
        else:
            best, high = tried, middle
    return best


def height_at(text: str, width: float, px: float, weight: int, lines: int = 4) -> float | None:
    """The height that a text takes at this size in this width; None where a word is too wide, or it is too long."""
    for count in range(1, lines + 1):
        taken = extent(text, weight, count)
        if taken.width * px <= width:
            return taken.height * px
    return None


def set_at(text: str, width: float, px: float, weight: int, align: str = "start", height: float = FREE) -> TextOutline:
    """A text at one size of type, in as many lines as it needs, smaller only where a single word is too wide."""
    return outline(text, width=width, height=height, weight=weight, align=align, largest_px=px)


def slot_at(text: str, done: TextOutline, box: Box, colours: tuple[str, str]) -> Slot:
    """A set text in the middle of a box's height. `colours` are ground and ink."""
    place = Box(box.x, box.y + (box.height - done.height) / 2, box.width, done.height)
    return Slot(text, place, done, colours[0], colours[1])


def titled(scene: Scene, sheet: Box, colours: Print, margin: float) -> tuple[list[Slot], float]:
    """The title and a second line above a list, and where the list may begin."""
    if not scene.texts:
        return [], margin
    wide = sheet.width / sheet.height > 2
    room = min(sheet.height * (0.17 if wide else 0.15), sheet.width * 0.26)
    box = Box(margin, margin * 0.9, sheet.width - 2 * margin, room)
    slots = column(scene.texts[:2], box, "center", colours.ground, (colours.ink, colours.second), 0.9)
    return slots, slots[-1].box.bottom + margin * 0.9


def from_right(scene: Scene) -> bool:
    """Whether the sheet is read from the right: its first entry is in a script like Arabic or Hebrew."""
    return any(
        runs_from_right(text) for text in (*(entry.text for entry in scene.entries[:3]), *scene.texts[:1]) if text
    )


def mirrored(box: Box, sheet: Box, flip: bool) -> Box:
    """The same box on the other side of the sheet."""
    return Box(sheet.x + sheet.right - box.right, box.y, box.width, box.height) if flip else box


def picture(drawing: str, palette: Palette, box: Box, scene: Scene) -> str:
    """A small drawing in a box; nothing where there is none."""
    return drawn(Cast(drawing, ""), palette, box, scene.style) if drawing else ""


def pictured(scene: Scene, most: int) -> Sequence[str]:
    """The drawings of a list, each once, the scene's own things first."""
    found = (*(cast.drawing for cast in scene.casts), *(entry.drawing for entry in scene.entries))
    return [drawing for drawing in dict.fromkeys(found) if drawing][:most]
