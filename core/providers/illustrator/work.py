"""What runs in the worker processes: plain functions of plain values, importable on their own."""

from __future__ import annotations

from dataclasses import dataclass

from core.model import OutputFormat, Size
from core.providers.illustrator.alt import alt_text
from core.providers.illustrator.compose import compose
from core.providers.illustrator.edits import EditPlan, apply, plan
from core.providers.illustrator.edits_kept import state_of
from core.providers.illustrator.edits_own import revise_own
from core.providers.illustrator.edits_plan import Step
from core.providers.illustrator.planning import plan_order, scene_of
from core.providers.illustrator.reading import read
from core.providers.illustrator.render import encode, svg_to_png
from core.providers.illustrator.scene import Scene

PREVIEW_EDGE = 512

__all__ = ["Picture", "draw", "plan_edit", "plan_order", "preview", "revise_own", "warm"]


@dataclass(frozen=True, slots=True)
class Picture:
    """A finished picture's file, and what is to be said and kept about it."""

    data: bytes
    size: Size
    alt: str
    state: str
    remarks: tuple[str, ...]


def draw(scene: Scene, size: Size, output: OutputFormat, after: tuple[Step, ...] = ()) -> Picture:
    """Draw a scene at its full size, and do to its pixels what is said of them. Raises `CannotDraw`."""
    composition = compose(scene, size)
    png = svg_to_png(composition.full, size.width, size.height)
    state, remarks = state_of(scene, after, size), composition.check.remarks
    if not after:
        return Picture(encode(png, output), size, alt_text(scene), state, remarks)
    done = apply(EditPlan(after), png, None, output, None)
    alt = f"{alt_text(scene)} {done.alt}"
    return Picture(done.data, Size(done.width, done.height), alt, state, (*remarks, *done.shortfalls))


def preview(scene: Scene, size: Size, with_text: bool, after: tuple[Step, ...] = ()) -> bytes:
    """A PNG of at most 512 pixels: first without, later with its text."""
    composition = compose(scene, size)
    scale = min(1.0, PREVIEW_EDGE / max(size.width, size.height))
    svg = composition.full if with_text else composition.art
    png = svg_to_png(svg, max(1, round(size.width * scale)), max(1, round(size.height * scale)))
    return apply(EditPlan(after), png, None, OutputFormat.PNG, None).data if after and with_text else png


def plan_edit(text: str, quoted: tuple[str, ...], has_mask: bool, size: Size | None, pictures: int) -> EditPlan:
    """What an edit of pixels is to do. Raises `CannotDraw`."""
    return plan(text, quoted, has_mask=has_mask, size=size, pictures=pictures)


def warm() -> None:
    """Load fonts, words and drawings before the first person waits for them."""
    scene = scene_of(read("a fox in a boat on the sea"), ("Aa 一",), None, 1)
    draw(scene, Size(128, 128), OutputFormat.PNG)
