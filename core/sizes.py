"""A shape and a resolution become WIDTHxHEIGHT inside a model's rules, or the nearest possible, by name.

What a wish means:

- The resolution is the long edge: 1K is 1024, 2K is 2048, 4K is 4096 pixels. But no picture is asked to have fewer
  pixels than a 1K square, so wide pictures at 1K are longer (16:9 at 1K is 1280x720, not 1024x576).
- 3840 counts as 4K, as on every UHD screen.
- Without a resolution a picture is drawn at 1K, and an edit keeps the number of pixels that its source has.
- An exact ratio is preferred to a few more pixels: where edges are multiples of 16, 16:9 is exact only in steps of
  256x144. So the size is the largest exact one that is not above the wish and not below 5/6 of its pixels; failing
  that, the largest within 1 % of the ratio; failing that, the largest there is.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Protocol

from core.errors import BadSettings
from core.i18n import joined, say
from core.model import Ratio, Resolution, Size
from core.options import LONG_EDGES

SQUARE = Ratio(1, 1)
WINDOW = Fraction(5, 6)  # how far below the wished number of pixels a better ratio may take us
CLOSE = Fraction(1, 100)  # a ratio this near is the ratio, to the eye
SMALLER = Fraction(8, 5)  # with more pixels than this times the wish, the wish was not met
AS_GOOD_AS = Fraction(3840, 4096) ** 2 - Fraction(1, 1000)  # of the wished pixels: UHD is 4K


class SizeRules(Protocol):
    """What sizes a model draws; `core.ports.ModelProfile` is one."""

    @property
    def edge_multiple(self) -> int:
        """Both edges are multiples of it."""

    @property
    def longest_edge(self) -> int:
        """No edge is longer, in pixels."""

    @property
    def pixels_min(self) -> int:
        """No picture has fewer pixels."""

    @property
    def pixels_max(self) -> int:
        """No picture has more pixels."""

    @property
    def ratio_max(self) -> float:
        """3.0 stands for 3:1 to 1:3."""

    @property
    def sizes(self) -> tuple[Size, ...]:
        """When not empty, only these, whatever the other rules say."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """The size to ask for, and a sentence when it is not what was wished."""

    size: Size
    remark: str


@dataclass(frozen=True, slots=True)
class Rules:
    """A model's size rules and nothing else of it: small and hashable."""

    edge_multiple: int
    longest_edge: int
    pixels_min: int
    pixels_max: int
    ratio_max: float
    sizes: tuple[Size, ...] = ()


def fit(wish: Ratio | None, resolution: Resolution | None, rules: SizeRules, *, source: Size | None = None) -> Fitted:
    """The legal size nearest to the wish. `source` is the picture that an edit starts from: its shape is the default.

    Raises `BadSettings` when the rules allow no size at all.
    """
    bare = Rules(
        rules.edge_multiple, rules.longest_edge, rules.pixels_min, rules.pixels_max, rules.ratio_max, rules.sizes
    )
    return _fit(wish, resolution, bare, source)


@lru_cache(maxsize=1024)
def _fit(wish: Ratio | None, resolution: Resolution | None, rules: Rules, source: Size | None) -> Fitted:
    """Cached because every admission asks, and nearly always the same few things (100 microseconds without)."""
    shape = wish or (Ratio(source.width, source.height) if source else SQUARE)
    stretch = _stretch(shape) if rules.sizes else min(_stretch(shape), _stretch_max(rules))
    pixels = _pixels(stretch, resolution, source)
    if rules.sizes:
        size = min(rules.sizes, key=lambda one: _distance(one, shape, pixels))
    else:
        size = _drawn(shape, stretch, pixels, rules)
    remarks = [_about_shape(wish, shape, size, rules)]
    if resolution is not None:
        asked: str = resolution.value.upper()
        if wish and not remarks[0]:
            asked = say("{resolution} at {ratio}", resolution=asked, ratio=str(wish))
        remarks.append(_about_resolution(asked, pixels, size, rules))
    return Fitted(size, joined(remarks))


def legal(size: Size, rules: SizeRules) -> bool:
    """Does the model draw this size?"""
    if rules.sizes:
        return size in rules.sizes
    long, short = max(size.width, size.height), min(size.width, size.height)
    return (
        short > 0
        and size.width % rules.edge_multiple == 0
        and size.height % rules.edge_multiple == 0
        and long <= rules.longest_edge
        and rules.pixels_min <= long * short <= rules.pixels_max
        and Fraction(long, short) <= _exactly(rules.ratio_max)
    )


def _exactly(ratio_max: float) -> Fraction:
    return Fraction(ratio_max).limit_denominator(1000)


def _stretch(shape: Ratio) -> Fraction:
    """Long edge to short edge, 1 or more."""
    return Fraction(max(shape.width, shape.height), min(shape.width, shape.height))


def _pixels(stretch: Fraction, resolution: Resolution | None, source: Size | None) -> Fraction:
    """How many pixels are wished for."""
    floor = LONG_EDGES[Resolution.ONE_K] ** 2
    if resolution is None:
        return Fraction(source.width * source.height if source else floor)
    return max(LONG_EDGES[resolution] ** 2 / stretch, Fraction(floor))


def _stretch_max(rules: Rules) -> Fraction:
    """The widest possible shape. Very long ones may be out of reach because they would have too few pixels."""
    step = rules.edge_multiple
    long = rules.longest_edge // step * step
    short = max(step, math.ceil(Fraction(rules.pixels_min, long * step)) * step) if long else 0
    if not long or short > long:
        raise BadSettings("The catalog's rules for this model allow no size at all.", "Correct the model's size rules.")
    return min(_exactly(rules.ratio_max), Fraction(long, short))


def _drawn(shape: Ratio, stretch: Fraction, pixels: Fraction, rules: Rules) -> Size:
    """The best legal size; see the module's description for what is best.

    Picking the largest that is not above the wish, from nested sets, makes a larger wish never give a smaller picture.
    """
    pixels = max(min(pixels, Fraction(rules.pixels_max), rules.longest_edge**2 / stretch), Fraction(rules.pixels_min))
    start = math.isqrt(int(pixels * stretch)) + rules.edge_multiple * (math.ceil(stretch) + 1)
    near = [one for one in _candidates(stretch, rules, start, pixels * WINDOW) if one[0] * one[1] <= pixels]
    p, q = stretch.numerator, stretch.denominator
    exact = (one for one in near if one[0] * q == one[1] * p)
    close = (one for one in near if abs(one[0] * q - one[1] * p) <= one[1] * p * CLOSE)
    best = next(exact, None) or next(close, None) or next(iter(near), None) or _any(stretch, rules, pixels)
    if best is None:
        raise BadSettings("The catalog's rules for this model allow no such shape.", "Correct the model's size rules.")
    return Size(*best) if shape.width >= shape.height else Size(*best[::-1])


def _any(stretch: Fraction, rules: Rules, pixels: Fraction) -> tuple[int, int] | None:
    """Where rules leave few sizes: the largest not above the wish, or the smallest there is."""
    smallest = None
    for long, short in _candidates(stretch, rules, rules.longest_edge, Fraction(rules.pixels_min)):
        if long * short <= pixels:
            return long, short
        smallest = long, short
    return smallest


def _candidates(stretch: Fraction, rules: Rules, start: int, least: Fraction) -> Iterator[tuple[int, int]]:
    """Legal (long, short) edges of about this shape: one for each long edge, from `start` down to `least` pixels."""
    step, widest = rules.edge_multiple, _stretch_max(rules)
    p, q = stretch.numerator, stretch.denominator
    floor = max(rules.pixels_min, math.ceil(least))
    for long in range(min(rules.longest_edge, start) // step * step, 0, -step):
        short = max(step, (2 * long * q + p * step) // (2 * p * step) * step)
        if long * widest.denominator > short * widest.numerator:
            short += step
        if long * short < floor:
            return
        if short <= long and long * short <= rules.pixels_max:
            yield long, short


def _distance(size: Size, shape: Ratio, pixels: Fraction) -> tuple[float, bool, float]:
    """How far a fixed size is from the wish: first by shape, then the largest that is not above the wished pixels."""
    off = abs(math.log(size.width * shape.height / (size.height * shape.width)))
    area = size.width * size.height
    return round(off, 6), area > int(pixels), abs(math.log(area / float(pixels)))


def _about_shape(wish: Ratio | None, shape: Ratio, size: Size, rules: Rules) -> str:
    drawn = Fraction(size.width, size.height)
    if abs(drawn * shape.height / shape.width - 1) <= CLOSE:
        return ""
    subject = str(wish) if wish else say("This picture's shape")
    named = drawn.limit_denominator(20)
    near, ratio = str(size), f"{named.numerator}:{named.denominator}"
    if rules.sizes or _stretch(shape) <= _stretch_max(rules):
        return say(
            "{shape} is not among the shapes that this model draws; the nearest is {ratio}, {size}.",
            shape=subject,
            ratio=ratio,
            size=near,
        )
    if shape.width > shape.height:
        return say(
            "{shape} is wider than this model draws; the nearest is {ratio}, {size}.",
            shape=subject,
            ratio=ratio,
            size=near,
        )
    return say(
        "{shape} is taller than this model draws; the nearest is {ratio}, {size}.",
        shape=subject,
        ratio=ratio,
        size=near,
    )


def _about_resolution(asked: str, pixels: Fraction, size: Size, rules: Rules) -> str:
    drawn = size.width * size.height
    long = max(size.width, size.height)
    if rules.sizes:
        too_large = drawn < pixels * WINDOW * AS_GOOD_AS
    else:
        too_large = (
            min(Fraction(rules.pixels_max), Fraction(rules.longest_edge**2 * drawn, long**2)) < pixels * AS_GOOD_AS
        )
    if too_large:
        return say("{shape} is larger than this model draws; the nearest is {size}.", shape=asked, size=str(size))
    if drawn > pixels * SMALLER:
        return say("{shape} is smaller than this model draws; the nearest is {size}.", shape=asked, size=str(size))
    return ""
