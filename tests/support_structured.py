"""Lists of any texts for the layouts that draw lists: a menu, an infographic, a diagram, a mockup, a carousel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.providers.illustrator.scene import Entry, Layout, Scene

PRICES = ("2.50", "€12.80", "1,250 円", "৳ ৫০", "₹৩৫", "٣٫٥٠", "$4")
PARTS = (
    *("header", "search", "tabs", "list", "card", "button", "field", "nav"),
    *("chart", "map", "avatar", "toggle", "chat", "image", "text"),
)
DRAWINGS = ("🦊", "", "☕", "🍎")


def entries_of(layout: Layout, texts: Sequence[str], seed: int) -> tuple[Entry, ...]:
    """The texts as a list of this layout; none for layouts that draw none."""
    match layout:
        case Layout.MENU:
            found = [Entry(text, PRICES[(at + seed) % len(PRICES)], "dish", DRAWINGS[(at * seed) % len(DRAWINGS)])
                     for at, text in enumerate(texts)]  # fmt: skip
            return (Entry(texts[0], kind="section"), *found) if seed % 3 == 0 else tuple(found)
        case Layout.INFOGRAPHIC:
            return tuple(_fact(text, at, len(texts), seed) for at, text in enumerate(texts))
        case Layout.DIAGRAM:
            return _graph(texts, seed)
        case Layout.MOCKUP:
            device = Entry("", kind="phone" if seed % 2 else "browser")
            return (device, *(Entry(text, kind=PARTS[(at + seed) % len(PARTS)]) for at, text in enumerate(texts)))
        case Layout.CAROUSEL:
            return tuple(Entry(text, kind="slide", drawing=DRAWINGS[(at + seed) % 4]) for at, text in enumerate(texts))
        case _:
            return ()


def _fact(text: str, at: int, count: int, seed: int) -> Entry:
    kind = ("step", "share", "number", "fact", "share")[seed % 5]
    percent = 100 / count if seed % 2 else 40 + at
    detail = {"share": f"{percent:g}%", "number": f"{at * 7 + 1}", "fact": text if at % 2 else ""}.get(kind, "")
    return Entry(text, detail, kind, DRAWINGS[(at + seed) % len(DRAWINGS)])


def _graph(texts: Sequence[str], seed: int) -> tuple[Entry, ...]:
    """A chain with some arrows over several layers, some back, some to the same box, some with words."""
    boxes = [
        Entry(text, kind="box", drawing=DRAWINGS[(at + seed) % 4] if seed % 2 else "") for at, text in enumerate(texts)
    ]
    count = len(boxes)
    ends = {(at, at + 1) for at in range(count - 1)} | {(0, count - 1), (count - 1, seed % count), (seed % count, 0)}
    if seed % 4 == 0:
        ends |= {(0, at) for at in range(1, count)}
    words = ("", "yes", texts[-1][:12])
    return (*boxes, *(Entry(words[(sum(pair) + seed) % 3], kind="arrow", to=pair) for pair in sorted(ends)))


def listed(scene: Scene) -> Scene:
    """The scene with a list of its texts, where its layout draws one; the first text stays its title."""
    entries = entries_of(scene.layout, scene.texts, scene.seed) if scene.texts else ()
    if not entries:
        return scene
    titled = scene.layout is not Layout.CAROUSEL and scene.seed % 5 != 4
    paged = scene.layout is Layout.CAROUSEL and scene.seed % 2
    return replace(
        scene,
        entries=entries,
        texts=scene.texts[:1] if titled else (),
        panel=min(2, len(entries)) if paged else 0,
        panels=len(entries) if paged else 0,
    )
