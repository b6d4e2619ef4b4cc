"""The parts of a screen by their names: how each is drawn, how tall it is, and whether it may grow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from core.providers.illustrator.layouts import contents, controls
from core.providers.illustrator.layouts.looks import Look, Made
from core.providers.illustrator.scene import Entry
from core.providers.illustrator.shapes import Box


@dataclass(frozen=True, slots=True)
class Widget:
    """How a part is drawn, how tall it is (in em, and for each entry more), and whether it may grow."""

    draw: Callable[[Sequence[Entry], Box, Look], Made]
    tall: float
    each: float = 0.0
    grows: bool = False


WIDGETS: Final = {
    "header": Widget(controls.header, 3.4),
    "search": Widget(controls.search, 2.8),
    "list": Widget(contents.rows, 0.4, 3.0, True),
    "card": Widget(contents.cards, 3.0, 2.2, True),
    "button": Widget(controls.buttons, 1.4, 1.8),
    "field": Widget(controls.fields, 0.4, 2.8),
    "tabs": Widget(controls.tabs, 2.6),
    "nav": Widget(controls.nav, 3.4),
    "chart": Widget(contents.chart, 8.0, 0.0, True),
    "map": Widget(contents.city_map, 9.0, 0.0, True),
    "avatar": Widget(contents.avatar, 6.5),
    "toggle": Widget(controls.toggles, 0.2, 2.5),
    "chat": Widget(contents.bubbles, 0.4, 2.6, True),
    "image": Widget(contents.image, 8.0, 0.0, True),
    "text": Widget(contents.text, 4.6),
}
