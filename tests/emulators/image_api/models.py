"""What each model of the image API takes and counts, as the API itself knows it: the fake's own table.

It is written down apart from Easel's catalog on purpose: a mistake there would otherwise agree with itself here.
Sources: the parameter types of the official Python SDK 3.54.0; OpenAI's image generation guide; the token formula of
OpenAI's price calculator as posted in its forum (1382699).
"""

from __future__ import annotations

from dataclasses import dataclass

LEGACY_SIZES = ("1024x1024", "1024x1536", "1536x1024")
CLASSIC = ("low", "medium", "high")
FIVE = (*CLASSIC, "xhigh", "max")
PIXELS_MIN, PIXELS_MAX, EDGE_MAX, EDGE_MULTIPLE, RATIO_MAX = 655_360, 8_294_400, 3840, 16, 3


@dataclass(frozen=True, slots=True)
class Model:
    """One row: `factors` are the token formula's, by quality; a legacy model counts by its table instead."""

    qualities: tuple[str, ...]
    factors: dict[str, int]
    fixed_sizes: tuple[str, ...] = ()  # when not empty, only these and "auto"
    markup: bool = False
    complexity: bool = False
    fidelity: tuple[str, ...] = ()
    formats: tuple[str, ...] = ("png", "jpeg", "webp")


_TWO = Model(CLASSIC, {"low": 16, "medium": 48, "high": 96})
_TWO_FIVE = Model(FIVE, {"low": 16, "medium": 24, "high": 48, "xhigh": 64, "max": 96}, markup=True)
# Low and medium are said to use 3 to 4 times the tokens of 2.5; nobody has published its factors.
_TWO_SIX = Model(
    FIVE,
    {"low": 32, "medium": 48, "high": 48, "xhigh": 64, "max": 96},
    markup=True,
    complexity=True,
    formats=("png", "jpeg", "webp", "gif", "svg"),
)
_ONE_FIVE = Model(CLASSIC, {}, fixed_sizes=LEGACY_SIZES, fidelity=("high", "low"))
_MINI = Model(CLASSIC, {}, fixed_sizes=LEGACY_SIZES, fidelity=("low",))

MODELS: dict[str, Model] = {
    "gpt-image-2": _TWO,
    "gpt-image-2-2026-04-21": _TWO,
    "gpt-image-2.5-sunburst": _TWO_FIVE,
    "gpt-image-2.5-sunburst-2026-09-08": _TWO_FIVE,
    "gpt-image-2.5-flare": _TWO_FIVE,
    "gpt-image-2.5-flare-2026-09-08": _TWO_FIVE,
    "gpt-image-2.6-sunburst": _TWO_SIX,
    "gpt-image-2.6-flare": _TWO_SIX,
    "gpt-image-1.5": _ONE_FIVE,
    "gpt-image-1-mini": _MINI,
    "chatgpt-image-latest": _ONE_FIVE,
}
RETIRED = {
    "gpt-image-1": "GPT Image 1 was shut down on October 23, 2026.",
    "dall-e-2": "This model was retired on May 12, 2026.",
    "dall-e-3": "This model was retired on May 12, 2026.",
}
# Models that think and may hold the image tool; what they are called changes, so a few stand for all.
THINKERS = ("gpt-5", "gpt-5.5", "gpt-6")
