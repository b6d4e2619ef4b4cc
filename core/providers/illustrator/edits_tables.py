"""The grades: from colour to colour, as small three-dimensional tables, which Pillow applies in C without the lock.

A `Color3DLUT` of 17 steps is within one level of the exact function.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

from PIL import ImageFilter

from core.providers.illustrator.edits_plan import Effect

STEPS = 17
Rgb = tuple[float, float, float]


def _clamp(value: float) -> float:
    return 0.0 if value < 0.0 else min(value, 1.0)


def light_of(rgb: Rgb) -> float:
    return 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]


def _toward(rgb: Rgb, target: Rgb, share: float) -> Rgb:
    red, green, blue = (a + (b - a) * share for a, b in zip(rgb, target, strict=True))
    return red, green, blue


def _saturated(rgb: Rgb, factor: float) -> Rgb:
    grey = light_of(rgb)
    return _toward((grey, grey, grey), rgb, factor)


def _relit(rgb: Rgb, light: float) -> Rgb:
    """The same colour with the light of its original: a change of temperature is not one of exposure."""
    now = light_of(rgb)
    factor = light / now if now > 0.004 else 1.0
    return rgb[0] * factor, rgb[1] * factor, rgb[2] * factor


def _warm(rgb: Rgb, amount: float) -> Rgb:
    light = light_of(rgb)
    tinted = rgb[0] * (1 + 0.14 * amount), rgb[1] * (1 + 0.02 * amount), rgb[2] * (1 - 0.24 * amount)
    return _saturated(_relit(tinted, light * (1 + 0.03 * amount)), 1 + 0.08 * amount)


def _cool(rgb: Rgb, amount: float) -> Rgb:
    light = light_of(rgb)
    tinted = rgb[0] * (1 - 0.16 * amount), rgb[1] * (1 + 0.01 * amount), rgb[2] * (1 + 0.2 * amount)
    return _saturated(_relit(tinted, light), 1 - 0.06 * amount)


def _black_and_white(rgb: Rgb, amount: float) -> Rgb:
    # A yellow-orange filter's weights, as in black and white photography: skies get depth, skin stays light.
    grey = _steeper(0.36 * rgb[0] + 0.54 * rgb[1] + 0.10 * rgb[2], 0.25)
    return grey, grey, grey


def _sepia(rgb: Rgb, amount: float) -> Rgb:
    grey = light_of(rgb) ** 0.95
    faded = 0.06 + 0.90 * grey
    return faded * 1.06, faded * 0.89 + 0.01, faded * 0.66 + 0.01


def _brighter(rgb: Rgb, amount: float) -> Rgb:
    gamma = 1 / (1 + 0.45 * amount)
    return rgb[0] ** gamma, rgb[1] ** gamma, rgb[2] ** gamma


def _darker(rgb: Rgb, amount: float) -> Rgb:
    gamma, scale = 1 + 0.45 * amount, 1 - 0.06 * min(amount, 3)
    return rgb[0] ** gamma * scale, rgb[1] ** gamma * scale, rgb[2] ** gamma * scale


def _steeper(value: float, amount: float) -> float:
    """An S-curve through black, the middle and white."""
    curved = value * value * (3 - 2 * value)
    return _clamp(value + (curved - value) * amount)


def _more_contrast(rgb: Rgb, amount: float) -> Rgb:
    return _steeper(rgb[0], 1.1 * amount), _steeper(rgb[1], 1.1 * amount), _steeper(rgb[2], 1.1 * amount)


def _less_contrast(rgb: Rgb, amount: float) -> Rgb:
    return _toward(rgb, (0.5, 0.5, 0.5), min(0.8, 0.32 * amount))


def _vivid(rgb: Rgb, amount: float) -> Rgb:
    # Vibrance: what is saturated already gains less, so that nothing clips to a flat patch.
    spread = max(rgb) - min(rgb)
    return _saturated(rgb, 1 + amount * (0.75 - 0.5 * spread))


def _faded(rgb: Rgb, amount: float) -> Rgb:
    pale = _saturated(rgb, max(0.1, 1 - 0.4 * amount))
    lift, gain = 0.10 * min(amount, 2), 1 - 0.15 * min(amount, 2)
    return pale[0] * gain + lift, pale[1] * gain + lift * 0.97, pale[2] * gain + lift * 0.95


def _moonlit(rgb: Rgb, amount: float) -> Rgb:
    """Day for night, as on film: under-exposed, blue, little colour; what shines warm keeps shining."""
    light = light_of(rgb)
    dim = _saturated(rgb, 0.45)
    exposed = [0.48 * _clamp(part) ** 1.2 for part in dim]
    night = exposed[0] * 0.60 + 0.008, exposed[1] * 0.80 + 0.014, exposed[2] * 1.32 + 0.034
    warmth = _clamp((rgb[0] - rgb[2] - 0.18) / 0.42) * _clamp((max(rgb) - 0.55) / 0.35)
    glow = rgb[0] * 0.66, rgb[1] * 0.50, rgb[2] * 0.34
    return _toward(night, glow, 0.55 * warmth * (0.5 + 0.5 * light))


def _low_sun(rgb: Rgb, amount: float) -> Rgb:
    """The land at sunset: light from the side, all of it gold, and the shadows towards violet."""
    light = light_of(rgb)
    dim = _saturated(rgb, 0.85)
    exposed = [_clamp(part) ** 1.22 * 0.92 for part in dim]
    gold = exposed[0] * 1.20 + 0.03, exposed[1] * 0.86 + 0.012, exposed[2] * 0.60 + 0.02
    violet = exposed[0] * 0.92 + 0.05, exposed[1] * 0.74 + 0.02, exposed[2] * 1.02 + 0.06
    return _toward(violet, gold, _clamp(light * 2.0))


TABLES: dict[Effect, Callable[[Rgb, float], Rgb]] = {
    Effect.NIGHT: _moonlit,
    Effect.SUNSET: _low_sun,
    Effect.WARM: _warm,
    Effect.COOL: _cool,
    Effect.BLACK_AND_WHITE: _black_and_white,
    Effect.SEPIA: _sepia,
    Effect.BRIGHTER: _brighter,
    Effect.DARKER: _darker,
    Effect.MORE_CONTRAST: _more_contrast,
    Effect.LESS_CONTRAST: _less_contrast,
    Effect.VIVID: _vivid,
    Effect.FADED: _faded,
}
WHOLE = frozenset({Effect.BLACK_AND_WHITE, Effect.SEPIA})  # a picture is black and white, or it is not


@functools.lru_cache(maxsize=64)
def table(effect: Effect, strength: int) -> ImageFilter.Color3DLUT:
    grade = TABLES[effect]

    def graded(red: float, green: float, blue: float) -> Rgb:
        result = grade((red, green, blue), strength / 100)
        return _clamp(result[0]), _clamp(result[1]), _clamp(result[2])

    return ImageFilter.Color3DLUT.generate(STEPS, graded)
