"""One picture being worked on: its colours, its transparency, and where it may change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from PIL import Image, ImageChops, ImageFilter, ImageOps

from core.errors import CannotDraw
from core.images.masks import difference, softened
from core.model import Size
from core.providers.illustrator import edits_effects, edits_shape
from core.providers.illustrator.edits_backdrop import before_scene
from core.providers.illustrator.edits_collage import collage
from core.providers.illustrator.edits_colours import flat
from core.providers.illustrator.edits_detail import scaled
from core.providers.illustrator.edits_frames import CARD, framed
from core.providers.illustrator.edits_lettering import lettered
from core.providers.illustrator.edits_plan import (
    LONG_EDGE_MAX,
    PIXELS_MAX,
    Backdrop,
    Border,
    Collage,
    Effect,
    Erase,
    Fill,
    Frame,
    Hue,
    Lettering,
    Part,
    Reshape,
    Scale,
    Scope,
    Side,
    Step,
    Tint,
    Tone,
    Turn,
    Watermark,
)
from core.providers.illustrator.edits_regions import region_of
from core.providers.illustrator.edits_subject import subject_of
from core.providers.illustrator.edits_watermark import marked

SMALLEST_EDGE = 32
TITLE_SHARE = 0.12  # of a collage's width


class Bench:
    """Takes the steps one after the other. `others` are the further pictures of the order, for a collage."""

    def __init__(
        self,
        picture: Image.Image,
        region: Image.Image | None,
        size: Size | None,
        others: Sequence[Image.Image] = (),
    ) -> None:
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
        self._others = others
        self._paper = ""  # of a collage: its titles stand on it, not on the pictures
        self._feather = max(2, max(picture.size) // 300)
        self.remarks: list[str] = []

    def do(self, step: Step) -> None:
        """Carry out one step. Raises `CannotDraw`, and leaves the picture as it was before."""
        match step:
            case Tone():
                self._tone(step)
            case Tint():
                where = self._where(step.scope, step.of)
                within = self._region if where is None else where
                self._within(edits_effects.tint(self._picture, step.colour, within, step.strength), where)
            case Hue():
                self._within(edits_effects.turned_hue(self._picture, step.degrees), self._where(step.scope, step.of))
            case Backdrop():
                self._backdrop(step)
            case Erase():
                self._erase()
            case Lettering():
                self._letter(step)
            case Watermark():
                self._overprinted(marked(self._picture, step))
            case Turn() | Part() | Reshape() | Scale() | Border() | Collage():
                self._form(step)
            case _:
                assert_never(step)

    def finished(self) -> Image.Image:
        """The result; outside the region it is the original's pixels."""
        whole = self._whole()
        if self._region is None:
            return whole
        mode = "RGBA" if "RGBA" in (whole.mode, self._original.mode) else "RGB"
        return Image.composite(whole.convert(mode), self._original.convert(mode), softened(self._region, self._feather))

    def _form(self, step: Turn | Part | Reshape | Scale | Border | Collage) -> None:
        """What makes another sheet of the picture."""
        match step:
            case Turn():
                self._reform(edits_shape.turned(self._whole(), step))
            case Part():
                self._part(step)
            case Reshape():
                self._reshape(step)
            case Scale():
                self._scale(step)
            case Border():
                whole = framed(self._whole(), step)
                if self._size is not None and step.kind is Frame.POLAROID:
                    whole = ImageOps.pad(whole, (self._size.width, self._size.height), color=CARD)
                self._reform(whole)
            case Collage():
                shape = self._size.width / self._size.height if self._size else None
                self._reform(collage([self._whole(), *self._others], step, shape))
                self._paper = step.colour
            case _:
                assert_never(step)

    def _whole(self) -> Image.Image:
        if self._alpha is None:
            return self._picture
        whole = self._picture.convert("RGBA")
        whole.putalpha(self._alpha)
        return whole

    def _reform(self, whole: Image.Image) -> None:
        if max(whole.size) > LONG_EDGE_MAX:
            whole = ImageOps.contain(whole, (LONG_EDGE_MAX, LONG_EDGE_MAX), Image.Resampling.LANCZOS)
        self._alpha = whole.getchannel("A") if whole.mode == "RGBA" else None
        self._picture = whole.convert("RGB")

    def _where(self, scope: Scope, of: str) -> Image.Image | None:
        where = region_of(self._picture, scope, of)
        if scope is Scope.SUBJECT and of:
            self.remarks.append(f"I took what stands out most for “{of}”. If that is wrong, paint a mask over it.")
        return where

    def _tone(self, step: Tone) -> None:
        if step.effect is Effect.BLUR and step.scope is Scope.BACKGROUND:
            # Blurred with the subject still in it, the background would shine around the subject's edge.
            subject = subject_of(self._picture)
            alone = edits_shape.without(self._picture, subject.filter(ImageFilter.MaxFilter(9)))
            blurred = edits_effects.tone(alone, step.effect, step.strength)
            self._picture = Image.composite(self._picture, blurred, subject)
            return
        where = self._where(step.scope, step.of)
        self._within(edits_effects.tone(self._picture, step.effect, step.strength), where)

    def _within(self, changed: Image.Image, where: Image.Image | None) -> None:
        self._picture = changed if where is None else Image.composite(changed, self._picture, where)

    def _backdrop(self, step: Backdrop) -> None:
        cut_out = self._alpha is not None and any(self._alpha.histogram()[:128])
        subject = self._alpha if cut_out and self._alpha is not None else subject_of(self._picture)
        if step.words:
            self._picture = before_scene(self._picture, subject, step.words)
            self._alpha = None
            self.remarks.append("The new background is drawn, as everything that I make.")
        elif step.colour is None:
            self._alpha = subject if self._alpha is None else ImageChops.darker(subject, self._alpha)
        else:
            self._picture = Image.composite(self._picture, flat(self._picture.size, step.colour), subject)
            self._alpha = None

    def _erase(self) -> None:
        assert self._region is not None, "the reading asks for a mask"
        self._picture = edits_shape.filled(self._picture, self._region)
        self._feather = 1  # a wide feather would leave a rim of what is to go
        self.remarks.append("I filled the painted part from what surrounds it; nothing new was drawn there.")

    def _part(self, step: Part) -> None:
        subject = subject_of(self._picture) if step.subject else None
        kept = edits_shape.part_of(self._whole(), step, subject)
        if min(kept.size) < SMALLEST_EDGE:
            raise CannotDraw("Too little of the picture would be left.", "Keep a larger part.")
        self._reform(kept)

    def _reshape(self, step: Reshape) -> None:
        done = edits_shape.reshaped(self._whole(), step.ratio, step.fill, self._size or step.pixels, step.colour)
        shape = f"{done.picture.width} x {done.picture.height}"
        if step.fill is Fill.AUTO and done.fill is Fill.EXTEND:
            self.remarks.append(
                f"Extended to {shape} with its blurred mirror image: cropping would have lost {done.loss_percent} %."
            )
        elif step.fill is Fill.AUTO and done.loss_percent:
            self.remarks.append(f"Cropped to {shape}; say “extend” to keep the whole picture.")
        self._reform(done.picture)

    def _scale(self, step: Scale) -> None:
        wide, high = self._picture.size
        factor = step.long_edge / max(wide, high) if step.long_edge else step.percent / 100
        size = max(1, round(wide * factor)), max(1, round(high * factor))
        if max(size) > LONG_EDGE_MAX or size[0] * size[1] > PIXELS_MAX:
            raise CannotDraw(
                f"I cannot make a picture of {size[0]} x {size[1]} pixels.",
                f"I can go up to {LONG_EDGE_MAX} on the longer edge.",
            )
        if min(size) < SMALLEST_EDGE:
            raise CannotDraw(f"I cannot make a picture of {size[0]} x {size[1]} pixels.", "Ask for a larger one.")
        self._reform(scaled(self._whole(), size))
        if factor > 1:
            self.remarks.append(f"Now {size[0]} x {size[1]} pixels; enlarging sharpens edges, it invents no detail.")

    def _letter(self, step: Lettering) -> None:
        within = self._region.getbbox() if self._region is not None else None
        if within is not None:
            inset = max(2, min(within[2] - within[0], within[3] - within[1]) // 12)
            within = (within[0] + inset, within[1] + inset, within[2] - inset, within[3] - inset)
            self._feather = 1
        if step.replacing:
            self._erase()
        if self._paper and self._size is None and step.side is not Side.CENTRE and step.across == "centre":
            within = self._title_room(step.side)
        self._overprinted(lettered(self._picture, step, within).picture)

    def _title_room(self, side: Side) -> tuple[int, int, int, int]:
        """More paper above or below the collage, and the part of it where a title stands."""
        wide, high = self._picture.size
        room = round(wide * TITLE_SHARE)
        sheet = flat((wide, high + room), self._paper)
        top = side is Side.TOP
        sheet.paste(self._picture, (0, room if top else 0))
        self._reform(sheet)
        wide, high = self._picture.size
        start, inset = 0 if top else high - room, round(room * 0.24)
        return inset, start + inset, wide - inset, start + room - (inset // 2 if top else inset)

    def _overprinted(self, after: Image.Image) -> None:
        before, self._picture = self._picture, after
        if self._alpha is not None:
            # What was set on transparent ground is to be seen.
            new = difference(before, after).point([0] + [255] * 255)
            self._alpha = ImageChops.lighter(self._alpha, new)
