"""Colours: palettes by light, mixing, and the contrast that reading needs (WCAG 2.2, 1.4.3)."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import resources
from typing import Any

from core.providers.illustrator.chance import Chance
from core.providers.illustrator.scene import Light, Style, Weather

CONTRAST_LEAST = 4.5
SHEETS = {Style.CHALK: ("#1b2421", "#f1f3ec"), Style.BLUEPRINT: ("#0c2c5c", "#e8f1ff")}  # what is drawn on dark sheets
HEX = re.compile(r"#([0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b")


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one picture, as "#rrggbb"."""

    name: str
    light: Light
    sky: tuple[str, ...]  # from the zenith to the horizon
    land: tuple[str, ...]  # from the farthest to the nearest
    water: tuple[str, ...]  # far, near
    sand: str
    glow: str
    orb: str
    cloud: str
    accent: str
    paper: str
    ink: str
    tint: str
    tint_percent: int

    @property
    def is_dark(self) -> bool:
        """Whether light text stands on it."""
        return self.light in (Light.NIGHT, Light.SUNSET)

    def lit(self, colour: str) -> str:
        """A drawing's own colour under this light."""
        return mix(colour, self.tint, self.tint_percent / 100)


def channels(colour: str) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255."""
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def mix(colour: str, other: str, share: float) -> str:
    """`colour` with a share (0 to 1) of `other`."""
    pairs = zip(channels(colour), channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def luminance(rgb: tuple[int, int, int]) -> float:
    """Relative luminance (WCAG 2.2)."""
    linear = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in (c / 255 for c in rgb)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str | tuple[int, int, int], other: str | tuple[int, int, int]) -> float:
    """The contrast ratio of two colours, 1 to 21."""
    lights = sorted(luminance(channels(c) if isinstance(c, str) else c) for c in (one, other))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def legible(colour: str, ground: str) -> str:
    """The colour, as little lighter or darker as reading needs on this ground."""
    ends = ("#ffffff", "#000000")
    end = max(ends, key=lambda one: contrast(one, ground))
    steps = (mix(colour, end, part / 20) for part in range(21))
    return next((step for step in steps if contrast(step, ground) >= CONTRAST_LEAST), end)


def shades(colour: str) -> tuple[str, ...]:
    """The colour, and lighter and darker ones that people would still call by its name; the nearest first."""
    steps = [mix(colour, end, part / 20) for part in range(1, 9) for end in ("#ffffff", "#000000")]
    return (colour, *steps)


def recolour(svg: str, change: Callable[[str], str]) -> str:
    """Every colour of an SVG, changed."""
    return HEX.sub(lambda match: change(match.group()), svg)


@functools.cache
def palettes() -> tuple[Palette, ...]:
    """All of palettes.toml."""
    table = tomllib.loads(resources.files("core.providers.illustrator").joinpath("palettes.toml").read_text("utf-8"))
    return tuple(
        Palette(**{**row, "light": Light(row["light"]), **{k: tuple(row[k]) for k in ("sky", "land", "water")}})
        for row in table["palette"]
    )


def choose_palette(light: Light, weather: Weather, style: Style, seed: int) -> Palette:
    """One palette of this light, in this weather and style."""
    palette = Chance(seed, "palette").choose([p for p in palettes() if p.light is light])
    if weather is Weather.RAIN:
        palette = _changed(palette, lambda c: mix(c, "#5b6b7d" if light is Light.DAY else "#38455c", 0.42), "sky cloud")
        palette = _changed(palette, lambda c: mix(c, "#4c5b6b", 0.25), "land water sand")
    if weather is Weather.SNOW:
        white = "#f4f8fc" if light is not Light.NIGHT else "#b9c6e6"
        palette = replace(_changed(palette, lambda c: mix(c, white, 0.72), "land"), sand=mix(palette.sand, white, 0.8))
    if weather is Weather.FOG:
        palette = _changed(palette, lambda c: mix(c, palette.sky[2], 0.45), "land water sky")
    if style in SHEETS:  # the sheet is dark, whatever the hour: light letters, dark plates
        ink, paper = SHEETS[style]
        palette = replace(palette, light=Light.NIGHT, ink=ink, paper=paper)
    if style is Style.PASTEL:
        palette = _changed(palette, lambda c: mix(c, "#fdf3ee", 0.42), "sky land water sand accent cloud")
    if style is Style.VINTAGE:
        palette = _changed(palette, lambda c: mix(c, "#c79a5b", 0.28), "sky land water sand cloud paper")
    return palette


def _changed(palette: Palette, change: Callable[[str], str], names: str) -> Palette:
    fields: dict[str, Any] = {}  # each keeps its own shape: one colour, or several
    for name in names.split():
        value: str | tuple[str, ...] = getattr(palette, name)
        fields[name] = change(value) if isinstance(value, str) else tuple(change(colour) for colour in value)
    return replace(palette, **fields)
