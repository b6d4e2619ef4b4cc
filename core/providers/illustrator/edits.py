"""Edits of a supplied picture, real photographs included: what is understood is done exactly, the rest is named.

`plan` reads the instruction, `apply` carries it out. With a mask the edit happens inside only: every effect is computed
on the whole picture and comes through the mask, feathered inward; outside not one pixel changes.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import assert_never

from PIL import Image

from core.errors import CannotDraw
from core.images.masks import painted
from core.model import OutputFormat, Size
from core.providers.illustrator.edits_alt import described
from core.providers.illustrator.edits_bench import Bench
from core.providers.illustrator.edits_clause import MASK_SUGGESTIONS, SUGGESTIONS
from core.providers.illustrator.edits_plan import (
    ORDER,
    Border,
    Collage,
    Edited,
    EditPlan,
    Fill,
    Lettering,
    Reshape,
    Scale,
    Step,
    Watermark,
)
from core.providers.illustrator.edits_reading import read

__all__ = ["EditPlan", "Edited", "apply", "plan", "shortfall", "wants_collage"]

AFTER_THE_SHAPE = (Scale, Lettering, Watermark, Border)


def plan(text: str, quoted: tuple[str, ...], *, has_mask: bool, size: Size | None, pictures: int = 1) -> EditPlan:
    """Understand an instruction: pure and quick. `size` is what was asked for; None keeps the picture's.

    `pictures` is how many came with it. Raises `CannotDraw` when nothing of it can be done.
    """
    understood = read(text, quoted, has_mask=has_mask, pictures=pictures)
    refusals = list(understood.refusals)
    steps: list[Step] = []
    for step in understood.steps:
        if isinstance(step, Reshape) and step.ratio is None and size is None:
            refusals.append(
                CannotDraw("I do not know which shape you want.", "Say it as a ratio: “crop it to 16:9”, or “square”.")
            )
        else:
            steps.append(step)
    if refusals and not steps:
        raise refusals[0]
    if size is not None and not has_mask and not any(isinstance(step, Reshape | Scale) for step in steps):
        at = next((i for i, step in enumerate(steps) if isinstance(step, AFTER_THE_SHAPE)), len(steps))
        paper = next((step.colour for step in steps if isinstance(step, Collage)), "")
        steps.insert(at, Reshape(None, Fill.PAPER, colour=paper) if paper else Reshape(None, Fill.AUTO))
    if not steps:
        raise CannotDraw("You did not say what to change.", MASK_SUGGESTIONS if has_mask else SUGGESTIONS)
    return EditPlan(tuple(steps), tuple(shortfall(refusal) for refusal in refusals))


def wants_collage(text: str, quoted: tuple[str, ...]) -> bool:
    """Whether the words ask to put several pictures on one sheet."""
    return any(isinstance(step, Collage) for step in read(text, quoted, has_mask=False, pictures=2).steps)


def shortfall(refusal: CannotDraw) -> str:
    """What the person is told of the part that was not done while the rest was."""
    if refusal.remedy in (SUGGESTIONS, MASK_SUGGESTIONS):
        return refusal.what.replace("I cannot:", "I could not:", 1)
    return f"{refusal.what} {refusal.remedy}".strip()


def joined(plans: Sequence[EditPlan]) -> EditPlan:
    """Several plans as one; a step that is said again counts once."""
    steps = dict.fromkeys(step for one in plans for step in one.steps)
    return EditPlan(
        tuple(sorted(steps, key=lambda step: ORDER.index(type(step)))),
        tuple(said for one in plans for said in one.shortfalls),
    )


def apply(
    plan: EditPlan,
    image: bytes,
    mask: bytes | None,
    format: OutputFormat,  # noqa: A002 - the field's term
    size: Size | None,
    others: Sequence[bytes] = (),
) -> Edited:
    """Carry out a plan. Blocking, and a text holds the interpreter's lock while it is rendered: use a process.

    `image` is a picture that Easel opened or drew; `mask` is as `core.images.masks.open_mask` returns it. With a size
    the result has exactly these pixels. `others` are the further pictures of the order. A step that this picture does
    not allow is left out and said; raises `CannotDraw` when that leaves none.
    """
    bench = Bench(_opened(image), painted(mask) if mask is not None else None, size, [_opened(one) for one in others])
    done: list[Step] = []
    refusals: list[CannotDraw] = []
    for step in plan.steps:
        try:
            bench.do(step)
            done.append(step)
        except CannotDraw as refusal:
            refusals.append(refusal)
    wished = [step for step in done if step != Reshape(None, Fill.AUTO) or len(plan.steps) == 1]
    if refusals and not wished:
        raise refusals[0]
    result = bench.finished()
    data, remark = _encoded(result, format, locked=mask is not None)
    remarks = (*bench.remarks, remark) if remark else tuple(bench.remarks)
    alt = described(done, masked=mask is not None)
    missed = (*plan.shortfalls, *(shortfall(refusal) for refusal in refusals))
    return Edited(data, result.width, result.height, alt, tuple(dict.fromkeys(remarks)), tuple(dict.fromkeys(missed)))


def _opened(image: bytes) -> Image.Image:
    with Image.open(io.BytesIO(image)) as opened:
        return opened.convert("RGBA" if opened.has_transparency_data else "RGB")


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
