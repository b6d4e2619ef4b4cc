"""User interface mockups: a phone or a browser window with the parts that the words name.

A phone stands; on a wide sheet it lies on its side. A browser window fills the sheet. Wide screens have two columns.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.providers.illustrator.chance import Chance
from core.providers.illustrator.layouts import poster
from core.providers.illustrator.layouts.colours import GRAPHITE, WHITE, printed
from core.providers.illustrator.layouts.form import Taken
from core.providers.illustrator.layouts.interfaces import SEVERAL, interface
from core.providers.illustrator.layouts.lettering import column
from core.providers.illustrator.layouts.listing import marked
from core.providers.illustrator.layouts.looks import Look
from core.providers.illustrator.layouts.stationery import from_right, hues, pictured, stationery, strong
from core.providers.illustrator.layouts.widgets import WIDGETS
from core.providers.illustrator.palette import Palette, mix
from core.providers.illustrator.scene import Entry, Scene
from core.providers.illustrator.shapes import Box, circle, rect
from core.providers.illustrator.sheet import Sheet, Slot

FLAGS = frozenset({"phone", "browser", "dark", "light"})
NOTHING_READ = "I found no parts of a screen in these words."
EXAMPLE = "Say it like this: phone mockup with a header “Shop”, a search bar, a list and a button “Sign in”."
SLIM = 0.56  # a phone's width against its height
WIDE = 1.25  # sheets wider than this have a phone on its side
NIGHT = "#171b24"


def take(text: str, quoted: Sequence[str]) -> Taken:
    """The parts that are named, from top to bottom."""
    found = interface(marked(text, quoted), quoted)
    if not any(entry.kind not in FLAGS for entry in found.entries):
        return Taken(text, lacking=NOTHING_READ, advice=EXAMPLE)
    return Taken(found.rest, found.entries, found.loose)


def describe(scene: Scene) -> str:
    """Its parts from top to bottom."""
    parts = [
        f"{entry.kind}{f' “{entry.text}”' if entry.text else ''}" for entry in scene.entries if entry.kind not in FLAGS
    ]
    counted = [(part, len(list(same))) for part, same in itertools.groupby(parts)]
    said = ", ".join(part if count == 1 else f"{count} × {part}" for part, count in counted)
    return f"a {'browser window' if _is('browser', scene) else 'phone'} with {said}" if said else ""


def _is(flag: str, scene: Scene) -> bool:
    return any(entry.kind == flag for entry in scene.entries)


def divide(scene: Scene, palette: Palette, sheet: Box) -> Sheet:
    """The device, with the texts that belong to no part beside or above it."""
    if not any(entry.kind not in FLAGS for entry in scene.entries):
        return poster.divide(scene, palette, sheet)
    paper = stationery(scene, palette)
    hue = Chance(scene.seed, "mockup").choose(hues(paper)[:4])
    ground = printed(mix(hue, paper.paper, 0.78), paper, hue)
    ratio = sheet.width / sheet.height
    margin = min(sheet.width, sheet.height) * 0.055
    area = sheet.grown(-margin)
    slots: list[Slot] = []
    if scene.texts:
        area, slots = _beside(scene, area, ratio, (ground.ground, ground.ink, ground.second), margin)
    browser = _is("browser", scene) or (not _is("phone", scene) and ratio >= WIDE)
    screen, art = (_window if browser else _phone)(area, _theme(scene, paper), ratio)
    look = _look(scene, paper, hue, screen)
    made, parts = _screen(scene, screen, look)
    return Sheet((), (*slots, *made), under=_backdrop(sheet, ground.ground, hue, paper), over=art + parts)


def _beside(
    scene: Scene, area: Box, ratio: float, colours: tuple[str, str, str], margin: float
) -> tuple[Box, list[Slot]]:
    if ratio >= WIDE:
        words = Box(area.x, area.y + area.height * 0.2, area.width * 0.26, area.height * 0.6)
        rest = Box(words.right + margin, area.y, area.right - words.right - margin, area.height)
    else:
        words = Box(area.x, area.y, area.width, area.height * 0.13)
        rest = Box(area.x, words.bottom + margin * 0.6, area.width, area.bottom - words.bottom - margin * 0.6)
    slots = column(scene.texts, words, "start" if ratio >= WIDE else "center", colours[0], colours[1:], 0.8)
    return rest, slots


def _backdrop(sheet: Box, ground: str, hue: str, paper: Palette) -> str:
    """A flat ground with two large discs at its corners, so that no side is empty."""
    long = max(sheet.width, sheet.height)
    discs = circle(sheet.right, 0, long * 0.3, mix(hue, paper.paper, 0.7)) + circle(
        0, sheet.bottom, long * 0.24, mix(hue, paper.paper, 0.84)
    )
    return rect(sheet, ground) + discs


def _theme(scene: Scene, paper: Palette) -> bool:
    """Whether the screen is dark."""
    return _is("dark", scene) or (paper.is_dark and not _is("light", scene))


def _phone(area: Box, dark: bool, ratio: float) -> tuple[Box, str]:
    """The screen, and the drawing of the device around it."""
    lying = ratio >= WIDE
    width, height = (area.height / SLIM, area.height) if lying else (area.height * SLIM, area.height)
    shrink = min(1.0, area.width / width)
    width, height = width * shrink, height * (shrink if lying else 1.0)
    device = Box(area.x + (area.width - width) / 2, area.y + (area.height - height) / 2, width, height)
    short = min(width, height)
    edge = short * 0.035
    screen = device.grown(-edge)
    face = NIGHT if dark else WHITE
    art = rect(device, GRAPHITE, short * 0.12) + rect(screen, face, short * 0.09)
    if lying:
        art += rect(Box(device.x + edge * 0.35, device.y + height * 0.42, edge * 0.3, height * 0.16), "#6b7280", edge)
        return screen.grown(-short * 0.045), art
    art += rect(Box(device.x + width * 0.36, screen.y, width * 0.28, edge * 1.1), GRAPHITE, edge * 0.5)
    home = Box(device.x + width * 0.35, screen.bottom - edge * 1.1, width * 0.3, edge * 0.4)
    art += rect(home, "#8a909c", edge * 0.2)
    inner = Box(
        screen.x + width * 0.045, screen.y + edge * 1.8, screen.width - width * 0.09, screen.height - edge * 4.0
    )
    return inner, art


def _window(area: Box, dark: bool, ratio: float) -> tuple[Box, str]:
    """A browser's window: three buttons, an address, the page."""
    short = min(area.width, area.height)
    bar = short * 0.085
    face = NIGHT if dark else WHITE
    frame = mix(GRAPHITE, WHITE, 0.16 if dark else 0.82)
    art = rect(area.moved(0, short * 0.012), mix(GRAPHITE, frame, 0.5), short * 0.035) + rect(
        area, frame, short * 0.035
    )
    page = Box(area.x, area.y + bar, area.width, area.height - bar)
    art += rect(page, face, short * 0.035) + rect(Box(page.x, page.y, page.width, page.height * 0.5), face)
    for at, colour in enumerate(("#ff5f57", "#febc2e", "#28c840")):
        art += circle(area.x + bar * (0.6 + 0.55 * at), area.y + bar / 2, bar * 0.17, colour)
    address = Box(area.x + bar * 2.6, area.y + bar * 0.22, area.width - bar * 3.4, bar * 0.56)
    art += rect(address, mix(frame, face, 0.75), bar * 0.28)
    return page.grown(-short * 0.04), art


def _look(scene: Scene, paper: Palette, hue: str, screen: Box) -> Look:
    dark = _theme(scene, paper)
    ground, ink = (NIGHT, "#f3f5f9") if dark else (WHITE, GRAPHITE)
    inks = replace(paper, paper=WHITE if dark else "#ffffff", ink=ink)
    face, card = printed(ground, inks), printed("#262c39" if dark else "#eef1f6", inks)
    return Look(scene, paper, face, card, strong(hue, paper), 1.0, pictured(scene, 6), from_right(scene))


@dataclass(frozen=True, slots=True)
class _Block:
    """A part with all its entries."""

    kind: str
    entries: tuple[Entry, ...]

    def tall(self, width_em: float) -> float:
        """Its height in em on a screen of this width."""
        widget = WIDGETS[self.kind]
        if self.kind == "card":
            across = len(self.entries) if width_em > 26 else min(2, len(self.entries))
            return -(-len(self.entries) // across) * 6.6
        empty = self.kind in SEVERAL and not any(entry.text for entry in self.entries)
        return widget.tall + widget.each * (2 if empty else len(self.entries))  # what is empty takes what is left


def _blocks(scene: Scene) -> list[_Block]:
    parts = [entry for entry in scene.entries if entry.kind not in FLAGS]
    return [_Block(kind, tuple(same)) for kind, same in itertools.groupby(parts, key=lambda entry: entry.kind)]


def _screen(scene: Scene, screen: Box, look: Look) -> tuple[list[Slot], str]:
    """Bars at the top and the foot over the whole width, the rest in one or two columns."""
    blocks = _blocks(scene)
    top = [block for block in blocks if block.kind in ("header", "tabs", "search")] if blocks else []
    foot = [block for block in blocks if block.kind == "nav"]
    if screen.width / screen.height < 1.2:
        order = [block for block in blocks if block.kind != "nav"] + foot
        return _column(order, screen, look)
    rest = [block for block in blocks if block not in top and block not in foot]
    if len(rest) < 2:
        return _column([*top, *rest, *foot], screen, look)
    half = _halves(rest)
    em = _em([*top, *half[0], *foot], screen, screen.width * 0.48)
    em = min(em, _em([*top, *half[1], *foot], screen, screen.width * 0.48))
    gap = em * 0.9
    head = sum(block.tall(99) + 0.9 for block in top) * em
    tail = sum(block.tall(99) + 0.9 for block in foot) * em
    sized = replace(look, em=em)
    made, art = (
        _column(top, Box(screen.x, screen.y, screen.width, max(1.0, head - gap)), sized, em) if top else ([], "")
    )
    width = (screen.width - gap * 1.4) / 2
    for at, blocks_here in enumerate(half):
        x = screen.x + (width + gap * 1.4) * (at if not look.flip else 1 - at)
        box = Box(x, screen.y + head, width, screen.height - head - tail)
        slots, drawn = _column(blocks_here, box, sized, em)
        made, art = [*made, *slots], art + drawn
    if foot:
        slots, drawn = _column(foot, Box(screen.x, screen.bottom - tail + gap, screen.width, tail - gap), sized, em)
        made, art = [*made, *slots], art + drawn
    return made, art


def _halves(blocks: list[_Block]) -> tuple[list[_Block], list[_Block]]:
    """Cut where both columns are nearest to one height."""
    heights = [block.tall(20) for block in blocks]
    cut = min(range(1, len(blocks)), key=lambda at: abs(sum(heights[:at]) - sum(heights[at:])))
    return blocks[:cut], blocks[cut:]


def _em(blocks: list[_Block], box: Box, width: float) -> float:
    """The em at which the blocks fill the height at least, without being larger than the width suits."""
    total = sum(block.tall(20) for block in blocks) + 0.9 * (len(blocks) - 1)
    return min(width / 16, min(box.width, box.height) / 10, box.height / max(total, 1.0))


def _column(blocks: list[_Block], box: Box, look: Look, em: float = 0.0) -> tuple[list[Slot], str]:
    """Blocks below one another; what is left of the height goes to those that may grow, then between them."""
    em = em or _em(blocks, box, box.width)
    look = replace(look, em=em)
    gap = em * 0.9
    heights = [block.tall(box.width / em) * em for block in blocks]
    free = box.height - sum(heights) - gap * (len(blocks) - 1)
    growing = [at for at, block in enumerate(blocks) if WIDGETS[block.kind].grows]
    if free > 0 and growing:
        for at in growing:
            heights[at] += free / len(growing)
    elif free > 0:
        gap += min(free / (len(blocks) + 1), em * 3)
    y = box.y if growing else box.y + max(0.0, (box.height - sum(heights) - gap * (len(blocks) - 1)) / 2)
    if free < 0:
        heights = [height * box.height / (box.height - free) for height in heights]
        gap *= box.height / (box.height - free)
    if not growing and blocks and blocks[0].kind == "header":
        y = box.y
    slots: list[Slot] = []
    parts: list[str] = []
    for block, height in zip(blocks, heights, strict=True):
        if block.kind == "nav":
            y = max(y, box.bottom - height)
        made, art = WIDGETS[block.kind].draw(block.entries, Box(box.x, y, box.width, height), look)
        slots += made
        parts.append(art)
        y += height + gap
    return slots, "".join(parts)
