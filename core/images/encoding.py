"""Copies for posting: within a byte budget, as a thumbnail, as a numbered contact sheet. All work happens in threads.

The kept picture itself is never touched; platforms' limits are met by copies. Only pictures that Easel has drawn or
opened come here, so they are decoded in this process; Pillow releases the interpreter's lock meanwhile.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

from core.errors import DeliveryError
from core.model import Size

QUALITIES = range(40, 96)
SMALLEST_EDGE = 64
SHRINK = 0.8
WEBP_METHOD = 2  # methods above 2 take several times as long for a few per cent
TILE_EDGE = 640
GAP = 12
PAPER = (24, 24, 28)


async def encode_within(data: bytes, media_type: str, byte_budget: int, size: Size) -> bytes:
    """A copy as `media_type`, no larger than `size` and `byte_budget`: the best quality first, then scaled.

    Transparency stays in PNG and WebP; JPEG gets white behind it. Raises `DeliveryError` when even a tiny
    one is too much.
    """
    return await asyncio.to_thread(_within, data, media_type, byte_budget, size)


async def thumbnail(data: bytes, edge: int) -> bytes:
    """A WebP copy whose long edge is at most `edge` pixels."""
    return await asyncio.to_thread(_thumbnail, data, edge)


async def grid(images: Sequence[bytes]) -> bytes:
    """One PNG that shows all pictures, numbered from 1 as a person picks them. `ValueError` without a picture."""
    return await asyncio.to_thread(_grid, tuple(images))


def _open(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP", "GIF")) as picture:
        return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def fit(picture: Image.Image, edge_x: int, edge_y: int) -> Image.Image:
    """The picture no larger than that, in its own proportions; never enlarged."""
    factor = min(edge_x / picture.width, edge_y / picture.height)
    if factor >= 1:
        return picture
    # Whole-number reduction first: it is fifteen times as quick as one filtered resize from the full size.
    step = max(1, int(1 / factor / 1.5))
    small = picture.reduce(step) if step > 1 else picture
    shape = (max(1, round(picture.width * factor)), max(1, round(picture.height * factor)))
    return small.resize(shape, Image.Resampling.LANCZOS)


def _encoded(picture: Image.Image, media_type: str, quality: int) -> bytes:
    out = io.BytesIO()
    match media_type:
        case "image/jpeg":
            _on_white(picture).save(out, "JPEG", quality=quality, optimize=True)
        case "image/webp":
            picture.save(out, "WEBP", quality=quality, method=WEBP_METHOD)
        case "image/png":
            picture.save(out, "PNG", compress_level=6)
        case _:
            raise ValueError(f"no encoder for {media_type}")
    return out.getvalue()


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGBA":
        return picture
    paper = Image.new("RGBA", picture.size, (255, 255, 255, 255))
    return Image.alpha_composite(paper, picture).convert("RGB")


def _within(data: bytes, media_type: str, byte_budget: int, size: Size) -> bytes:
    picture = fit(_open(data), size.width, size.height)
    while max(picture.size) >= SMALLEST_EDGE or picture.width == size.width:
        best = _best_quality(picture, media_type, byte_budget)
        if best is not None:
            return best
        if max(picture.size) < SMALLEST_EDGE:
            break
        picture = fit(picture, int(picture.width * SHRINK), int(picture.height * SHRINK))
    raise DeliveryError(
        "The picture could not be made small enough for this place.", "Ask for it in a place that takes larger files."
    )


def _best_quality(picture: Image.Image, media_type: str, byte_budget: int) -> bytes | None:
    """The largest quality that fits, by bisection (six encodes); None when the smallest does not."""
    if media_type == "image/png":
        lossless = _encoded(picture, media_type, 0)
        return lossless if len(lossless) <= byte_budget else None
    low, high, best = QUALITIES.start, QUALITIES.stop - 1, None
    while low <= high:
        # The top first: most pictures fit as they are.
        quality = high if high == QUALITIES.stop - 1 and best is None else (low + high) // 2
        attempt = _encoded(picture, media_type, quality)
        if len(attempt) <= byte_budget:
            best, low = attempt, quality + 1
        else:
            high = quality - 1
    return best


def _thumbnail(data: bytes, edge: int) -> bytes:
    return _encoded(fit(_open(data), edge, edge), "image/webp", 80)


def _grid(images: tuple[bytes, ...]) -> bytes:
    if not images:
        raise ValueError("a contact sheet needs a picture")
    tiles = [fit(_open(data), TILE_EDGE, TILE_EDGE) for data in images]
    columns = next(columns for columns in range(1, len(tiles) + 1) if columns * columns >= len(tiles))
    rows = -(-len(tiles) // columns)
    cell_x, cell_y = max(tile.width for tile in tiles), max(tile.height for tile in tiles)
    sheet = Image.new("RGB", (columns * (cell_x + GAP) + GAP, rows * (cell_y + GAP) + GAP), PAPER)
    for index, tile in enumerate(tiles):
        x = GAP + (index % columns) * (cell_x + GAP)
        y = GAP + (index // columns) * (cell_y + GAP)
        at = (x + (cell_x - tile.width) // 2, y + (cell_y - tile.height) // 2)
        sheet.paste(tile, at, tile if tile.mode == "RGBA" else None)
        sheet.paste(*_number(index + 1, x, y, cell_x))
    out = io.BytesIO()
    sheet.save(out, "PNG", compress_level=3)
    return out.getvalue()


def _number(number: int, x: int, y: int, cell: int) -> tuple[Image.Image, tuple[int, int], Image.Image]:
    """A badge with a number, where it goes, and its outline. Digits need no shaping: Pillow's own font is enough."""
    edge = max(28, cell // 9)
    badge = Image.new("RGB", (edge, edge), PAPER)
    font = ImageFont.load_default(size=edge * 0.6)
    ImageDraw.Draw(badge).text((edge / 2, edge / 2), str(number), fill=(255, 255, 255), font=font, anchor="mm")
    shape = Image.new("L", (edge * 4, edge * 4), 0)
    ImageDraw.Draw(shape).rounded_rectangle((0, 0, edge * 4 - 1, edge * 4 - 1), radius=edge, fill=235)
    return badge, (x + edge // 5, y + edge // 5), shape.reduce(4)
