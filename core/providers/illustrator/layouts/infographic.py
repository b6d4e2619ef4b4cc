"""Infographics: steps, facts and numbers on cards, each with its drawing; shares as a ring or as bars.

Shares that make up the whole are a ring with its legend, others are bars of their own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.providers.illustrator.chance import Chance
from core.providers.illustrator.layouts import cards, poster, shares
from core.providers.illustrator.layouts.colours import printed
from core.providers.illustrator.layouts.depicting import depicted
from core.providers.illustrator.layouts.form import Taken
from core.providers.illustrator.layouts.heading import heading
from core.providers.illustrator.layouts.listing import (
    COLON,
    NUMBERED,
    capital,
    items,
    lead_and_body,
    marked,
    shared,
    unmarked,
)
from core.providers.illustrator.layouts.stationery import hues, stationery, titled
from core.providers.illustrator.palette import Palette
from core.providers.illustrator.scene import Entry, Scene
from core.providers.illustrator.shapes import Box, rect
from core.providers.illustrator.sheet import Sheet

STEP, FACT, NUMBER, SHARE = "step", "fact", "number", "share"
MOST = 16
NOTHING_READ = "I found no list of steps or facts in these words."
EXAMPLE = (
    "Say it like this: infographic about tea: 1. boil water 2. add tea 3. wait — or: 60% walk, 30% bike, 10% drive."
)
STEPS = re.compile(
    r"\b(?:steps?|how to|guide|recipe|schritte|anleitung|étapes|pasos|passos|passi|шаг\w*)\b|"
    r"步骤|手順|단계|चरण|ধাপ|خطوات|ขั้นตอน",
    re.IGNORECASE,
)
AMOUNT = re.compile(
    r"^(?P<number>[~<>+]?\d[\d.,]*(?:\s?(?:million|billion|thousand|mio|mrd|k|m|bn|km|kg|°C|°|x|h|万|億|亿|만|억)\b)?\+?)"
    r"\s+(?P<what>\D.+)$",
    re.IGNORECASE | re.DOTALL,
)


def take(text: str, quoted: Sequence[str]) -> Taken:
    """The entries of the list, and what each is."""
    words = marked(text, quoted)
    lead, body = lead_and_body(words)
    if not lead and len(NUMBERED.findall(body)) > 1:
        at = NUMBERED.search(body)
        lead, body = (body[: at.start()], body[at.start() :]) if at is not None else (lead, body)
    found = [unmarked(item, quoted) for item in items(body)]
    percentages = sum(shared(item)[1] is not None for item in found)
    if len(found) < 2 or not (lead or percentages):
        return Taken(text, lacking=NOTHING_READ, advice=EXAMPLE)
    numbered = len(NUMBERED.findall(body)) > 1 or STEPS.search(lead) is not None
    entries = [_entry(item, numbered, percentages * 2 > len(found)) for item in found]
    drawings = depicted([f"{entry.text} {entry.detail if entry.kind != SHARE else ''}" for entry in entries], text)
    drawn = tuple(
        Entry(entry.text, entry.detail, entry.kind, drawing) for entry, drawing in zip(entries, drawings, strict=True)
    )
    head = heading(lead, quoted)
    title = head.title if head.title != head.kind or not drawn else ""
    over = (f"An infographic has room for {MOST} entries here.", "Make two.") if len(drawn) > MOST else ("", "")
    return Taken(head.rest, drawn[:MOST], (title,) if title else (), *over)


def _entry(item: str, numbered: bool, compared: bool) -> Entry:
    name, percent = shared(item)
    if percent is not None and compared:
        return Entry(capital(name) or f"{percent:g}%", f"{percent:g}%", SHARE)
    amount = AMOUNT.match(item)
    if amount is not None and not numbered:
        return Entry(capital(amount["what"].strip()), amount["number"].strip(), NUMBER)
    first, colon, rest = item.partition(":") if COLON.search(item) else (item, "", "")
    kind = STEP if numbered else FACT
    return Entry(capital(first.strip()), capital(rest.strip()) if colon else "", kind)


def describe(scene: Scene) -> str:
    """Its entries in order."""
    said: list[str] = []
    for at, entry in enumerate(scene.entries):
        number = f"{at + 1}. " if entry.kind == STEP else ""
        ahead = f"{entry.detail} " if entry.kind in (NUMBER, SHARE) and entry.detail != entry.text else ""
        behind = f": {entry.detail}" if entry.detail and entry.kind in (STEP, FACT) else ""
        said.append(f"{number}{ahead}{entry.text}{behind}")
    return "; ".join(said)


def divide(scene: Scene, palette: Palette, sheet: Box) -> Sheet:
    """Title above, entries below."""
    if not scene.entries:
        return poster.divide(scene, palette, sheet)
    paper = stationery(scene, palette)
    margin = min(sheet.width, sheet.height) * 0.065
    ground = printed(paper.paper, paper)
    slots, top = titled(scene, sheet, ground, margin)
    area = Box(margin, top, sheet.width - 2 * margin, sheet.height - top - margin)
    colours = list(hues(paper))
    first = Chance(scene.seed, "infographic").choose(range(len(colours)))
    colours = colours[first:] + colours[:first]
    if all(entry.kind == SHARE for entry in scene.entries):
        made, art = shares.divide(scene, paper, area, colours)
    else:
        made, art = cards.divide(scene, paper, area, colours)
    return Sheet((), (*slots, *made), under=rect(sheet, paper.paper), over=art)
