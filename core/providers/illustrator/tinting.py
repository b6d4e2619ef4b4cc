"""Gives a drawing another colour: its prevailing one and the shades of it change, eyes, windows and wheels stay.

Measured in Oklab (Björn Ottosson, 2020), where equal steps look equal and a change of hue keeps light and shade.
"""

from __future__ import annotations

import functools
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

from core.providers.illustrator.palette import HEX, channels, recolour

NEUTRAL = 0.045  # chroma below which a colour is a grey
DARK = 0.32  # lightness below which it is a line, an eye or a tyre
SAME_HUE = 0.75  # radians
SAME_GREY = 0.3  # lightness
COLOURED_SHARE = 0.22  # of the area; a drawing with less of any colour is a grey one
SKIN = frozenset({"#ffdc5d", "#ef9645", "#f7dece", "#f3d2a2", "#d5ab88", "#af7e57", "#7c533e"})


@dataclass(frozen=True, slots=True)
class Tone:
    """A colour as lightness 0 to 1, chroma and hue in radians."""

    light: float
    chroma: float
    hue: float


@functools.cache
def colours() -> Mapping[str, str]:
    """colours.toml: name -> "#rrggbb"."""
    return dict(
        tomllib.loads(resources.files("core.providers.illustrator").joinpath("colours.toml").read_text("utf-8"))
    )


@functools.cache
def tone(colour: str) -> Tone:
    """An sRGB colour in Oklab's polar form."""
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in channels(colour)))
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    middle = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    bb = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    light = 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short
    return Tone(light, math.hypot(a, bb), math.atan2(bb, a))


def hexed(wanted: Tone) -> str:
    """The nearest sRGB colour."""
    a, b = wanted.chroma * math.cos(wanted.hue), wanted.chroma * math.sin(wanted.hue)
    long = (wanted.light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (wanted.light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (wanted.light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
    return "#" + "".join(f"{round(255 * _gamma(value)):02x}" for value in linear)


def _gamma(value: float) -> float:
    value = min(1.0, max(0.0, value))
    return 12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055


def prevailing(areas: Mapping[str, int]) -> str:
    """Of a drawing's colours, with how much each covers, the one that it is said to have."""
    seen = {c: area for c, area in areas.items() if tone(c).light > DARK and c not in SKIN} or dict(areas)
    hued = {c: area for c, area in seen.items() if tone(c).chroma >= NEUTRAL}
    among = hued if sum(hued.values()) >= COLOURED_SHARE * sum(seen.values()) else seen
    return max(sorted(among), key=lambda c: among[c], default="#888888")


def tinted(svg: str, main: str, wanted: str) -> str:
    """A drawing whose prevailing colour is `main`, in the colour of this name instead."""
    goal, was = tone(colours()[wanted]), tone(main)

    def change(colour: str) -> str:
        full = "#" + "".join(f"{value:02x}" for value in channels(colour))
        now = tone(full)
        if full in SKIN or not _akin(now, was):
            return colour
        light = goal.light + (now.light - was.light) * (0.9 if 0.35 < goal.light < 0.9 else 0.55)
        share = min(1.25, now.chroma / was.chroma) if was.chroma >= NEUTRAL else 1.0
        return hexed(Tone(min(0.98, max(0.14, light)), goal.chroma * share, goal.hue))

    return recolour(svg, change) if HEX.search(svg) else svg


def _akin(now: Tone, was: Tone) -> bool:
    """Whether a colour is a shade of the prevailing one."""
    if was.chroma < NEUTRAL:
        return now.chroma < NEUTRAL and now.light > DARK and abs(now.light - was.light) < SAME_GREY
    apart = abs((now.hue - was.hue + math.pi) % (2 * math.pi) - math.pi)
    return now.chroma >= NEUTRAL * 0.8 and apart < SAME_HUE
