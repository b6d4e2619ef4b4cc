"""Notes that a person draws on a picture: arrows, circles, words, on a transparent sheet that lies over it."""

from __future__ import annotations

import asyncio
import io
from typing import Final

from PIL import Image

from core.errors import UnusableMask
from core.images.masks import open_sheet, png
from core.model import Size

SHEET: Final = "The sheet with your notes"


async def open_markup(data: bytes, size: Size) -> bytes:
    """Turn a person's notes into PNG RGBA of the picture's size, transparent where nothing was drawn.

    A model reads them as what is meant, not as a part of the picture (OpenAI Images, edits: `markup` is "a transparent
    PNG" that "must contain transparent pixels"). Raises `UnusableMask`.
    """
    sheet = await open_sheet(data, size, SHEET)
    return await asyncio.to_thread(_normalised, sheet, size)


def _normalised(data: bytes, size: Size) -> bytes:
    with Image.open(io.BytesIO(data), formats=("PNG",)) as picture:
        if not picture.has_transparency_data:
            raise UnusableMask(f"{SHEET} hides the whole picture.", "Draw on a transparent sheet.")
        notes = picture.convert("RGBA")
    if notes.size != (size.width, size.height):
        notes = notes.resize((size.width, size.height), Image.Resampling.LANCZOS)
    darkest, _ = notes.getchannel("A").getextrema()
    if notes.getchannel("A").getbbox() is None:
        raise UnusableMask(f"{SHEET} is empty.", "Draw what you mean and send it again.")
    if darkest == 255:
        raise UnusableMask(f"{SHEET} hides the whole picture.", "Draw on a transparent sheet.")
    return png(notes)
