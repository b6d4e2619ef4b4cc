"""What runs in the worker processes for edits: plain functions of plain values, importable on their own."""

from __future__ import annotations

from dataclasses import replace

from core.errors import CannotDraw
from core.model import OutputFormat, Size
from core.providers.illustrator import work
from core.providers.illustrator.edits import EditPlan, apply, plan, shortfall
from core.providers.illustrator.edits_kept import state_of
from core.providers.illustrator.edits_plan import Step
from core.providers.illustrator.scene import Scene


def plan_edit(text: str, quoted: tuple[str, ...], has_mask: bool, size: Size | None, pictures: int) -> EditPlan:
    """What an edit of pixels is to do. Raises `CannotDraw`."""
    return plan(text, quoted, has_mask=has_mask, size=size, pictures=pictures)


def draw(scene: Scene, size: Size, output: OutputFormat, after: tuple[Step, ...]) -> work.Picture:
    """Draw a scene at its full size, and do to its pixels what is said of them, as far as this drawing allows it."""
    if not after:
        return work.draw(scene, size, output)
    drawn = work.draw(scene, size, OutputFormat.PNG)
    try:
        done = apply(EditPlan(after), drawn.data, None, output, None)
    except CannotDraw as refusal:
        plain = work.draw(scene, size, output)
        return replace(plain, remarks=(*plain.remarks, shortfall(refusal)))
    remarks = (*drawn.remarks, *done.shortfalls)
    shape = Size(done.width, done.height)
    return work.Picture(done.data, shape, f"{drawn.alt} {done.alt}", state_of(scene, after, size), remarks)


def preview(scene: Scene, size: Size, with_text: bool, after: tuple[Step, ...]) -> bytes:
    """A PNG of at most 512 pixels: first the bare drawing, later with its text and all that is done to it."""
    drawn = work.preview(scene, size, with_text)
    if not after or not with_text:
        return drawn
    try:
        return apply(EditPlan(after), drawn, None, OutputFormat.PNG, None).data
    except CannotDraw:
        return drawn  # the picture itself will say so
