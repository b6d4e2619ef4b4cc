"""Masks, and the pixel lock: what a person did not mark does not change.

A mask is a PNG of its picture's size with alpha: 0 is where the edit happens, 255 is kept. That is the form that image
models take (OpenAI Images, edits: "fully transparent areas indicate where the image should be edited"). For those a
mask is guidance only and the whole picture is drawn anew; `lock` puts the original's pixels back. What lies between 0
and 255 is a soft edge: models are told the half that is nearer, and the lock lets the edit through by that much.
"""

from __future__ import annotations

import asyncio
import functools
import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from PIL import Image, ImageChops, ImageFilter

from core.errors import UnusableImage, UnusableMask
from core.images.opening import check_file
from core.images.sandbox import DecodeJob, Undecodable, decode
from core.model import Size

HALF = 128
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
# What Pillow says of a file that is cut short, damaged, or far too large.
UNREADABLE = (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning)
PAINT_AGAIN = "Paint on this very picture and send it again."


@dataclass(frozen=True, slots=True)
class Locked:
    """An edited picture with the original's pixels outside the mask. PNG, the original's size.

    `changed_outside_ppm`: how many of a million outside pixels the editor had changed before they were put back.
    """

    data: bytes
    changed_outside_ppm: int


async def open_mask(data: bytes, size: Size) -> bytes:
    """Turn a person's mask into PNG RGBA of the picture's size: alpha 0 to edit, 255 to keep, between them a soft edge.

    Two kinds are understood: with transparency, the transparent part is edited (what Easel's brush makes); without any,
    white is edited and black is kept. Raises `UnusableMask`.
    """
    sheet = await open_sheet(data, size, "The mask")
    return await asyncio.to_thread(_normalised, sheet, size)


async def open_sheet(data: bytes, size: Size, name: str) -> bytes:
    """What a person painted over a picture of this size, decoded where it does no harm. Raises `UnusableMask`."""
    try:
        check_file(data, name)
    except UnusableImage as error:
        raise UnusableMask(error.what, error.remedy) from None
    result = await decode(data, replace(DecodeJob(), long_edge=0, lossless=1, ratio=10_000))
    if isinstance(result, Undecodable):
        raise UnusableMask(f"{name} could not be read as a picture.", PAINT_AGAIN)
    found = Size(result.width, result.height)
    if found != size and not _reduced_alike(found, size):
        raise UnusableMask(
            f"{name} has {found.width} x {found.height} pixels and the picture {size.width} x {size.height}.",
            PAINT_AGAIN,
        )
    return result.data


def _reduced_alike(mask: Size, picture: Size) -> bool:
    """True for a mask made on the picture before it was scaled down on opening: the same shape, and larger."""
    if max(picture.width, picture.height) != DecodeJob().long_edge or mask.width <= picture.width:
        return False
    return abs(mask.height * picture.width / mask.width - picture.height) <= 1


def _normalised(data: bytes, size: Size) -> bytes:
    with Image.open(io.BytesIO(data), formats=("PNG",)) as picture:
        if picture.mode == "RGBA":
            region = ImageChops.invert(picture.getchannel("A"))
        else:
            region = picture.convert("L").point([255 if grey >= HALF else 0 for grey in range(256)])
            if region.getextrema() == (255, 255):
                # A blank page: everything or nothing? An opaque page in one bright colour is more often an empty one.
                raise UnusableMask("The mask has no painted part.", "Paint what is to change, or leave the mask out.")
    if region.size != (size.width, size.height):
        region = region.resize((size.width, size.height), Image.Resampling.NEAREST)
    if region.point([0] * HALF + [255] * HALF).getbbox() is None:
        raise UnusableMask("The mask marks nothing to change.", "Paint what is to change and send it again.")
    mask = Image.new("RGBA", region.size)
    mask.putalpha(ImageChops.invert(region))
    return png(mask)


def painted(mask: bytes) -> Image.Image:
    """How strongly each pixel was marked in a normalised mask, as `L`: 255 inside, 0 outside, less at a soft edge."""
    with Image.open(io.BytesIO(mask), formats=("PNG",)) as picture:
        return ImageChops.invert(picture.convert("RGBA").getchannel("A"))


def editable(mask: bytes) -> Image.Image:
    """The part of a normalised mask that may change, for whoever knows no soft edge, as `L`: 255 inside, 0 outside."""
    return painted(mask).point([255 if strength >= HALF else 0 for strength in range(256)])


def softened(marked: Image.Image, feather: int) -> Image.Image:
    """How much of the edit shows, as `L`: 0 outside what was marked, rising to 255 over `feather` pixels inside it.

    Strokes thinner than the feather keep the whole edit; they would vanish otherwise. A softer edge stays as it is.
    """
    if feather <= 0:
        return marked
    region = marked.point([0, *[255] * 255])
    near = region.filter(ImageFilter.BoxBlur(feather))  # one half on a straight edge, whole at `feather` pixels inside
    rising = near.point([max(0, min(255, 2 * value - 255)) for value in range(256)])
    core = near.point([255 if value == 255 else 0 for value in range(256)])
    reached = core.filter(ImageFilter.BoxBlur(feather)).point([255 if value else 0 for value in range(256)])
    thin = ImageChops.subtract(region, reached)
    return ImageChops.darker(ImageChops.lighter(rising, thin), marked)


def lock(original: bytes, edited: bytes, mask: bytes, feather: int = 3) -> Locked:
    """Put the original's pixels back outside the mask. The feather lies inside the mask only. Blocking: use a thread.

    `edited` is scaled to the original's size when a provider rounded it; `mask` is as `open_mask` returns it.
    Raises `UnusableImage` for a file that cannot be read.
    """
    mode = "RGBA" if _is_transparent(original) or _is_transparent(edited) else "RGB"
    ours, theirs = _decoded(original, mode), _decoded(edited, mode)
    if theirs.size != ours.size:
        theirs = theirs.resize(ours.size, Image.Resampling.LANCZOS)
    marked = painted(mask)
    outside = marked.point([255, *[0] * 255])
    count = outside.histogram()[255]
    changed = ImageChops.darker(difference(ours, theirs), outside).histogram()
    drift_ppm = (sum(changed[1:]) * 1_000_000 // count) if count else 0
    return Locked(png(Image.composite(theirs, ours, softened(marked, feather))), drift_ppm)


async def locked(original: bytes, edited: bytes, mask: bytes) -> Locked:
    """`lock`, off the event loop. One at a time: at 3840 x 2160 it takes two seconds and 200 MB."""
    return await asyncio.get_running_loop().run_in_executor(_locksmith(), lock, original, edited, mask)


@functools.cache
def _locksmith() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="pixel-lock")


def _is_transparent(data: bytes) -> bool:
    with _header(data) as picture:
        return picture.has_transparency_data


def _decoded(data: bytes, mode: str) -> Image.Image:
    with _header(data) as picture:
        try:
            return picture.convert(mode)
        except UNREADABLE as error:
            raise UnusableImage("The picture is damaged or incomplete.") from error


def _header(data: bytes) -> Image.Image:
    """The picture, not decoded yet. What a provider sends may be anything, too."""
    try:
        picture = Image.open(io.BytesIO(data), formats=FORMATS)
    except UNREADABLE as error:
        raise UnusableImage("That is not a picture.") from error
    if picture.width * picture.height > DecodeJob().pixels:
        raise UnusableImage("The picture has too many pixels.")
    return picture


def difference(one: Image.Image, other: Image.Image) -> Image.Image:
    """The largest difference of any channel, per pixel, as `L`."""
    bands = ImageChops.difference(one, other).split()
    largest = bands[0]
    for band in bands[1:]:
        largest = ImageChops.lighter(largest, band)
    return largest


def png(picture: Image.Image) -> bytes:
    """PNG at a level that is four times as quick as the default and a tenth larger."""
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=2)
    return out.getvalue()
