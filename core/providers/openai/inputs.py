"""Pictures and masks on their way to a model: opaque, not too large, in a format that the server reads."""

from __future__ import annotations

import asyncio
import io
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageChops

from core.images.encoding import fit
from core.images.masks import editable, png
from core.model import Size
from core.ports import SourceImage
from core.providers.profiles import MaskKind

# GPT Image 2 does not perceive an input's transparency (community.openai.com/t/1381752): a drawing in black on nothing
# arrives as a black square. Middle grey keeps both light and dark drawings visible.
NEUTRAL: Final = (128, 128, 128)
LONG_EDGE_MAX: Final = 3840  # what image models draw at most; what they are given is cut to 1536 patches anyway
PNG_BYTES_MAX: Final = 24_000_000  # a larger one goes as JPEG: OpenAI's API takes less than 50 MB, others less
JPEG_QUALITY: Final = 95
PNG: Final = "image/png"
JPEG: Final = "image/jpeg"
_OPAQUE_MODES: Final = frozenset({"1", "L", "RGB"})


@dataclass(frozen=True, slots=True)
class Given:
    """A picture as it goes out. `flattened`: what was transparent is neutral grey now."""

    data: bytes
    media_type: str
    size: Size
    flattened: bool = False

    @property
    def extension(self) -> str:
        """For its file name."""
        return "jpg" if self.media_type == JPEG else self.media_type.removeprefix("image/")


async def given(source: SourceImage, taken: frozenset[str]) -> Given:
    """The picture for a server that takes these media types. One that fits already goes out as it is."""
    return await asyncio.to_thread(_given, source, taken)


async def given_mask(mask: bytes, first: Given, kind: MaskKind) -> Given:
    """The mask for a server that reads this kind, as large as the first picture is now. `kind` is not NONE."""
    return await asyncio.to_thread(_mask, mask, first.size, kind)


async def given_markup(markup: bytes, first: Given) -> Given:
    """Notes drawn on the first picture, as large as that is now."""
    return await asyncio.to_thread(_markup, markup, first.size)


def _given(source: SourceImage, taken: frozenset[str]) -> Given:
    with Image.open(io.BytesIO(source.data), formats=("PNG", "JPEG", "WEBP")) as picture:
        size = Size(*picture.size)
        opaque = picture.mode in _OPAQUE_MODES and not picture.has_transparency_data
        known = source.media_type in taken & {PNG, JPEG} and len(source.data) <= PNG_BYTES_MAX
        if opaque and known and max(picture.size) <= LONG_EDGE_MAX:
            return Given(source.data, source.media_type, size)
        flat, flattened = _flat(picture)
    fitted = fit(flat, LONG_EDGE_MAX, LONG_EDGE_MAX)
    return _encoded(fitted, source.media_type, taken, flattened)


def _flat(picture: Image.Image) -> tuple[Image.Image, bool]:
    """Opaque, and whether anything was seen through."""
    if not picture.has_transparency_data:
        return picture.convert("RGB"), False
    clear = picture.convert("RGBA")
    if clear.getchannel("A").getextrema() == (255, 255):
        return clear.convert("RGB"), False
    paper = Image.new("RGBA", clear.size, (*NEUTRAL, 255))
    return Image.alpha_composite(paper, clear).convert("RGB"), True


def _encoded(picture: Image.Image, media_type: str, taken: frozenset[str], flattened: bool) -> Given:
    """PNG unless it came as a photograph does, or is too large for it."""
    size = Size(*picture.size)
    lossless = png(picture) if PNG in taken and (media_type != JPEG or JPEG not in taken) else b""
    if lossless and (len(lossless) <= PNG_BYTES_MAX or JPEG not in taken):
        return Given(lossless, PNG, size, flattened)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=JPEG_QUALITY, subsampling=0)
    return Given(out.getvalue(), JPEG, size, flattened)


def _markup(markup: bytes, size: Size) -> Given:
    with Image.open(io.BytesIO(markup), formats=("PNG",)) as sheet:
        if sheet.size == (size.width, size.height):
            return Given(markup, PNG, size)
        fitted = sheet.convert("RGBA").resize((size.width, size.height), Image.Resampling.LANCZOS)
    return Given(png(fitted), PNG, size)


def _mask(mask: bytes, size: Size, kind: MaskKind) -> Given:
    region = editable(mask)  # 255 where the edit happens
    if region.size != (size.width, size.height):
        region = region.resize((size.width, size.height), Image.Resampling.NEAREST)
    if kind is MaskKind.WHITE:
        return Given(png(region.convert("RGB")), PNG, size)
    holes = Image.new("RGBA", region.size)
    holes.putalpha(ImageChops.invert(region))
    return Given(png(holes), PNG, size)
