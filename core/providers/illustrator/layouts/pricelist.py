"""Reads the dishes of a menu and their prices, under the headings of their sections."""

from __future__ import annotations

from collections.abc import Sequence

from core.providers.illustrator.layouts.depicting import depicted
from core.providers.illustrator.layouts.form import Taken
from core.providers.illustrator.layouts.heading import heading
from core.providers.illustrator.layouts.listing import (
    Section,
    capital,
    lead_and_body,
    marked,
    priced,
    sections,
    unmarked,
)
from core.providers.illustrator.scene import Entry, Scene

MOST = 48
SECTION, DISH = "section", "dish"
NOTHING_READ = "I found no list of dishes in these words."
EXAMPLE = "Say it like this: menu for a café: espresso 2.50, cappuccino 3.20, croissant 2.80."


def take(text: str, quoted: Sequence[str]) -> Taken:
    """The dishes and their prices, under the headings of their sections."""
    lead, body = lead_and_body(marked(text, quoted))
    parts = sections(body)
    if not lead and len([item for part in parts for item in part.items if priced(item)[1]]) < 2:
        return Taken(text, lacking=NOTHING_READ, advice=EXAMPLE)
    entries = _entries(parts, quoted, text)
    if not any(entry.kind == DISH for entry in entries):
        return Taken(text, lacking=NOTHING_READ, advice=EXAMPLE)
    head = heading(lead, quoted)
    subtitle = head.kind if head.kind and head.kind.casefold() not in head.title.casefold() else ""
    lacking, advice = (f"A menu has room for {MOST} lines here.", "Make two.") if len(entries) > MOST else ("", "")
    texts = tuple(part for part in (head.title, subtitle) if part)
    return Taken(head.rest, entries[:MOST], texts, lacking, advice)


def _entries(parts: Sequence[Section], quoted: Sequence[str], around: str) -> tuple[Entry, ...]:
    lines: list[tuple[str, str, str]] = []
    for part in parts:
        if part.heading:
            lines.append((SECTION, capital(unmarked(part.heading, quoted)), ""))
        for item in part.items:
            name, price = priced(unmarked(item, quoted))
            lines.append((DISH, capital(name), price))
    drawings = depicted([text for _, text, _ in lines], around)
    return tuple(
        Entry(text, price, kind, drawing if kind == DISH else "")
        for (kind, text, price), drawing in zip(lines, drawings, strict=True)
    )


def describe(scene: Scene) -> str:
    """Its lines, for those who do not see them."""
    lines = [f"{entry.text}:" if entry.kind == SECTION else f"{entry.text} {entry.detail}".strip() + ";"
             for entry in scene.entries]  # fmt: skip
    return " ".join(lines).rstrip(";")
