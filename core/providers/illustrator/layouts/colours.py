"""Flat grounds to print on: pairs from the palette that can be read, by seed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.providers.illustrator.palette import CONTRAST_LEAST, Palette, choose_palette, contrast, mix
from core.providers.illustrator.scene import Light, Scene, Style, Weather

WHITE, GRAPHITE, BLACK = "#ffffff", "#20242c", "#000000"


@dataclass(frozen=True, slots=True)
class Print:
    """A ground, what is printed on it, and a second colour for what shall stand out; both can be read on it."""

    ground: str
    ink: str
    second: str


def printed(ground: str, palette: Palette, second: str = "") -> Print:
    """The best of the palette's print colours on this ground, or black or white where none of them can be read."""
    ink = max((palette.ink, palette.paper, BLACK, WHITE), key=lambda colour: _rank(colour, ground, palette))
    wanted = second or palette.accent
    for share in (0.0, 0.2, 0.4, 0.6):
        shade = mix(wanted, ink, share)
        if contrast(shade, ground) >= CONTRAST_LEAST:
            return Print(ground, ink, shade)
    return Print(ground, ink, ink)


def _rank(colour: str, ground: str, palette: Palette) -> tuple[bool, bool, float]:
    ratio = contrast(colour, ground)
    return ratio >= CONTRAST_LEAST, colour in (palette.ink, palette.paper), ratio


def grounds(palette: Palette) -> tuple[Print, ...]:
    """The palette's own colours as grounds, light and dark, strong and quiet."""
    deep = mix(palette.accent, palette.ink, 0.35)
    colours = (palette.paper, palette.ink, deep, palette.orb, mix(palette.land[2], palette.ink, 0.35))
    return tuple(printed(colour, palette, palette.orb if colour == deep else "") for colour in colours)


def daylight(scene: Scene, palette: Palette) -> Palette:
    """The palette for things on a plain ground: they keep their own colours, whatever the hour."""
    if palette.is_dark:
        palette = choose_palette(Light.DAY, Weather.CLEAR, scene.style, scene.seed)
    plain = replace(palette, tint_percent=0)
    return replace(plain, paper=WHITE, ink=GRAPHITE) if scene.style is Style.OUTLINE else plain
