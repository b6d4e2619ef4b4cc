"""Turns SVG into pixels. The SVG holds shapes only: text arrives as outlines."""

from __future__ import annotations

import io

import resvg_py
from PIL import Image

from core.model import OutputFormat

JPEG_QUALITY = 90
WEBP_QUALITY = 90
WEBP_METHOD = 2  # higher ones cost seconds at 2048 pixels and save a few per cent


def svg_to_png(svg: str, width: int, height: int) -> bytes:
    """Render to a PNG of this size in pixels.

    Holds the interpreter's lock throughout: never call it in the event loop's process.
    """
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, width=width, height=height, skip_system_fonts=True))


def encode(png: bytes, output: OutputFormat) -> bytes:
    """The same picture in another format. PNG stays as resvg wrote it, so that it is the same on every machine."""
    if output is OutputFormat.PNG:
        return png
    target = io.BytesIO()
    with Image.open(io.BytesIO(png)) as picture:
        if output is OutputFormat.JPEG:
            whole = Image.new("RGBA", picture.size, "white")  # JPEG knows no transparency
            whole.alpha_composite(picture.convert("RGBA"))
            whole.convert("RGB").save(target, "JPEG", quality=JPEG_QUALITY)
        else:
            picture.save(target, "WEBP", quality=WEBP_QUALITY, method=WEBP_METHOD)
    return target.getvalue()
