"""Edits of a supplied picture, real photographs included: what is understood is done exactly, the rest is refused.

`plan` reads the instruction, `apply` carries it out. With a mask the edit happens inside only: every effect is computed
on the whole picture and comes through the mask, feathered inward; outside not one pixel changes.
"""

from __future__ import annotations

import io
from typing import assert_never

from PIL import Image, ImageChops, ImageFilter

from core.errors import CannotDraw
from core.images.masks import difference, editable, softened
from core.model import OutputFormat, Size
from core.providers.illustrator import edits_effects, edits_shape
from core.providers.illustrator.edits_alt import described
from core.providers.illustrator.edits_lettering import lettered
from core.providers.illustrator.edits_plan import (
    Backdrop,
    Border,
    Edited,
    EditPlan,
    Effect,
    Erase,
    Fill,
    Lettering,
    Reshape,
    Scope,
    Step,
    Tint,
    Tone,
    Turn,
)
from core.providers.illustrator.edits_reading import MASK_SUGGESTIONS, SUGGESTIONS, read
from core.providers.illustrator.edits_subject import subject_of

__all__ = ["EditPlan", "Edited", "apply", "plan"]


def plan(text: str, quoted: tuple[str, ...], *, has_mask: bool, size: Size | None) -> EditPlan:
    """Understand an instruction: pure and quick. `size` is what was asked for; None keeps the picture's.

    Raises `CannotDraw` that names the first part that cannot be done; nothing is done by halves.
    """
    steps = list(read(text, quoted, has_mask=has_mask))
    wanted = [step for step in steps if isinstance(step, Reshape)]
    if size is not None and not wanted and not has_mask:
        at = next((i for i, step in enumerate(steps) if isinstance(step, Border | Lettering)), len(steps))
        steps.insert(at, Reshape(None, Fill.AUTO))
    if size is None and any(step.ratio is None for step in wanted):
        raise CannotDraw("I do not know which shape you want.", "Say it as a ratio: “crop it to 16:9”, or “square”.")
    if not steps:
        raise CannotDraw("You did not say what to change.", MASK_SUGGESTIONS if has_mask else SUGGESTIONS)
    return EditPlan(tuple(steps))


def apply(
    plan: EditPlan,
    image: bytes,
    mask: bytes | None,
    format: OutputFormat,  # noqa: A002 - the field's term
    size: Size | None,
) -> Edited:
    """Carry out a plan. Blocking, and a text holds the interpreter's lock while it is rendered: use a process.

    `image` is a picture that Easel opened or drew; `mask` is as `core.images.masks.open_mask` returns it. With a size
    the result has exactly these pixels. Raises `CannotDraw`.
    """
    with Image.open(io.BytesIO(image)) as opened:
        picture = opened.convert("RGBA" if opened.has_transparency_data else "RGB")
    bench = _Bench(picture, editable(mask) if mask is not None else None, size)
    for step in plan.steps:
        bench.do(step)
    result = bench.finished()
    data, remark = _encoded(result, format, locked=mask is not None)
    remarks = (*bench.remarks, remark) if remark else tuple(bench.remarks)
    return Edited(data, result.width, result.height, described(plan.steps, masked=mask is not None), remarks)


class _Bench:
    """One picture being worked on: its colours, its transparency, and where it may change."""

    def __init__(self, picture: Image.Image, region: Image.Image | None, size: Size | None) -> None:
        if region is not None and region.size != picture.size:
            raise CannotDraw("The mask does not have the picture's size.", "Paint it on this very picture.")
        if region is not None and size is not None and (size.width, size.height) != picture.size:
            raise CannotDraw(
                "A painted part is changed in place, so the picture keeps its size.",
                "Leave the size out, or crop the picture first.",
            )
        self._original = picture
        self._picture = picture.convert("RGB")
        self._alpha = picture.getchannel("A") if picture.mode == "RGBA" else None
        self._region = region
        self._size = size
        self._feather = max(2, max(picture.size) // 300)
        self.remarks: list[str] = []

    def do(self, step: Step) -> None:
        """Carry out one step."""
        match step:
            case Tone():
                self._tone(step)
            case Tint():
                self._within(edits_effects.tint(self._picture, step.colour, self._region), step.scope)
            case Backdrop():
                self._backdrop(step.colour)
            case Erase():
                self._erase()
            case Turn():
                self._reform(edits_shape.turned(self._whole(), step))
            case Reshape():
                self._reshape(step)
            case Border():
                self._reform(edits_shape.bordered(self._whole(), step.colour))
            case Lettering():
                self._letter(step)
            case _:
                assert_never(step)

    def finished(self) -> Image.Image:
        """The result; outside the region it is the original's pixels."""
        whole = self._whole()
        if self._region is None:
            return whole
        mode = "RGBA" if "RGBA" in (whole.mode, self._original.mode) else "RGB"
        return Image.composite(whole.convert(mode), self._original.convert(mode), softened(self._region, self._feather))

    def _whole(self) -> Image.Image:
        if self._alpha is None:
            return self._picture
        whole = self._picture.convert("RGBA")
        whole.putalpha(self._alpha)
        return whole

    def _reform(self, whole: Image.Image) -> None:
        self._alpha = whole.getchannel("A") if whole.mode == "RGBA" else None
        self._picture = whole.convert("RGB")

    def _tone(self, step: Tone) -> None:
        if step.effect is Effect.BLUR and step.scope is Scope.BACKGROUND:
            # Blurred with the subject still in it, the background would shine around the subject's edge.
            subject = subject_of(self._picture)
            alone = edits_shape.without(self._picture, subject.filter(ImageFilter.MaxFilter(9)))
            blurred = edits_effects.tone(alone, step.effect, step.strength)
            self._picture = Image.composite(self._picture, blurred, subject)
            return
        self._within(edits_effects.tone(self._picture, step.effect, step.strength), step.scope)

    def _within(self, changed: Image.Image, scope: Scope) -> None:
        if scope is not Scope.ALL:
            subject = subject_of(self._picture)
            where = subject if scope is Scope.SUBJECT else ImageChops.invert(subject)
            changed = Image.composite(changed, self._picture, where)
        self._picture = changed

    def _backdrop(self, colour: str | None) -> None:
        subject = subject_of(self._picture)
        if colour is None:
            self._alpha = subject if self._alpha is None else ImageChops.darker(subject, self._alpha)
        else:
            self._picture = Image.composite(self._picture, edits_effects.flat(self._picture.size, colour), subject)

    def _erase(self) -> None:
        assert self._region is not None, "the reading asks for a mask"
        self._picture = edits_shape.filled(self._picture, self._region)
        self._feather = 1  # a wide feather would leave a rim of what is to go
        self.remarks.append("I filled the painted part from what surrounds it; nothing new was drawn there.")

    def _reshape(self, step: Reshape) -> None:
        done = edits_shape.reshaped(self._whole(), step.ratio, step.fill, self._size or step.pixels)
        shape = f"{done.picture.width} x {done.picture.height}"
        if step.fill is Fill.AUTO and done.fill is Fill.EXTEND:
            self.remarks.append(
                f"Extended to {shape} with its blurred mirror image: cropping would have lost {done.loss_percent} %."
            )
        elif step.fill is Fill.AUTO and done.loss_percent:
            self.remarks.append(f"Cropped to {shape}; say “extend” to keep the whole picture.")
        self._reform(done.picture)

    def _letter(self, step: Lettering) -> None:
        within = self._region.getbbox() if self._region is not None else None
        if within is not None:
            inset = max(2, min(within[2] - within[0], within[3] - within[1]) // 12)
            within = (within[0] + inset, within[1] + inset, within[2] - inset, within[3] - inset)
            self._feather = 1
        if step.replacing:
            self._erase()
        before, self._picture = self._picture, lettered(self._picture, step, within).picture
        if self._alpha is not None:
            # What was set on transparent ground is to be seen.
            new = difference(before, self._picture).point([0] + [255] * 255)
            self._alpha = ImageChops.lighter(self._alpha, new)


def _encoded(picture: Image.Image, output: OutputFormat, *, locked: bool) -> tuple[bytes, str]:
    """The file, and a sentence when the format could not hold all of it."""
    out = io.BytesIO()
    match output:
        case OutputFormat.PNG:
            picture.save(out, "PNG", compress_level=3)
            return out.getvalue(), ""
        case OutputFormat.WEBP:
            # Lossy WebP would touch every pixel that a mask protects.
            picture.save(out, "WEBP", quality=92, method=2, lossless=locked, exact=locked)
            return out.getvalue(), ""
        case OutputFormat.JPEG:
            remark = "JPEG compresses the whole picture anew; ask for PNG to keep every pixel." if locked else ""
            if picture.mode == "RGBA":
                paper = Image.new("RGBA", picture.size, (255, 255, 255, 255))
                picture = Image.alpha_composite(paper, picture).convert("RGB")
                remark = "JPEG has no transparency: what was transparent is white. Ask for PNG to keep it."
            picture.save(out, "JPEG", quality=95, subsampling=0)
            return out.getvalue(), remark
        case _:
            assert_never(output)
