"""What a request cost, in tokens: the very numbers that a client has to settle by.

Output: OpenAI's calculator (forum 1382699), which 14 observed counts agree with. Input pictures: patches of 32 pixels,
1536 at most, small pictures magnified (forum 1382940). Text: four bytes a token. Each unfinished picture costs 100
output tokens (image generation guide). `n` pictures are billed as n calls, what goes in included.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Any

from emulators.image_api.models import MODELS

PARTIAL_TOKENS = 100
PATCH, PATCHES_MAX, MAGNIFIED_EDGE = 32, 1536, 1024
_LEGACY = {"low": (272, 408, 400), "medium": (1056, 1584, 1568), "high": (4160, 6240, 6208)}


def text_tokens(text: str) -> int:
    """Tokens of a prompt."""
    return max(1, ceil(len(text.encode()) / 4))


def picture_tokens(width: int, height: int) -> int:
    """Tokens of a picture that goes in."""
    scale = max(1.0, MAGNIFIED_EDGE / max(width, height))
    return min(PATCHES_MAX, ceil(width * scale / PATCH) * ceil(height * scale / PATCH))


def drawn_tokens(model: str, quality: str, width: int, height: int) -> int:
    """Tokens of one picture that comes out."""
    factors = MODELS[model].factors if model in MODELS else {}
    if not factors:
        square, portrait, landscape = _LEGACY[quality if quality in _LEGACY else "high"]
        return square if width == height else portrait if height > width else landscape
    factor, long, short = factors[quality], max(width, height), min(width, height)
    grid = (2 * factor * short + long) // (2 * long)
    return ceil(factor * grid * (2_000_000 + width * height) / 4_000_000)


def of_pictures(
    model: str,
    quality: str,
    size: tuple[int, int],
    prompt: str,
    *,
    count: int = 1,
    partials: int = 0,
    sources: Sequence[tuple[int, int]] = (),
    pair: bool = True,
) -> dict[str, Any]:
    """The `usage` of an answer. `pair`: with `output_tokens_details`, which stream events do not have."""
    text = text_tokens(prompt) * count
    pictures = sum(picture_tokens(*each) for each in sources) * count
    drawn = drawn_tokens(model, quality, *size) * count + PARTIAL_TOKENS * partials
    usage: dict[str, Any] = {
        "input_tokens": text + pictures,
        "input_tokens_details": {"image_tokens": pictures, "text_tokens": text},
        "output_tokens": drawn,
        "total_tokens": text + pictures + drawn,
    }
    if pair:
        usage["output_tokens_details"] = {"image_tokens": drawn, "text_tokens": 0}
    return usage
