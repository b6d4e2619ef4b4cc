"""What runs in the worker processes: plain functions of plain values, importable on their own."""

from __future__ import annotations

from dataclasses import dataclass

from core.model import OutputFormat, Size
from core.providers.illustrator.alt import alt_text
from core.providers.illustrator.compose import compose
from core.providers.illustrator.planning import plan_order, scene_of
from core.providers.illustrator.reading import read
from core.providers.illustrator.render import encode, svg_to_png
from core.providers.illustrator.scene import Scene, to_state

PREVIEW_EDGE = 512

__all__ = ["Picture", "draw", "plan_order", "preview", "warm"]


@dataclass(frozen=True, slots=True)
class Picture:
    """A finished picture's file, and what is to be said and kept about it."""

    data: bytes
    size: Size
    alt: str
    state: str
    remarks: tuple[str, ...]


def draw(scene: Scene, size: Size, output: OutputFormat) -> Picture:
    """Draw a scene at its full size."""
    composition = compose(scene, size)
    png = svg_to_png(composition.full, size.width, size.height)
    return Picture(encode(png, output), size, alt_text(scene), to_state(scene), composition.check.remarks)


def preview(scene: Scene, size: Size, with_text: bool) -> bytes:
    """A PNG of at most 512 pixels: first without, later with its text."""
    composition = compose(scene, size)
    scale = min(1.0, PREVIEW_EDGE / max(size.width, size.height))
    svg = composition.full if with_text else composition.art
    return svg_to_png(svg, max(1, round(size.width * scale)), max(1, round(size.height * scale)))


def warm() -> None:
    """Load fonts, words and drawings before the first person waits for them."""
    scene = scene_of(read("a fox in a boat on the sea"), ("Aa 一",), None, 1)
    draw(scene, Size(128, 128), OutputFormat.PNG)
