"""Styles that change every colour of a finished picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from core.presets import preset
from core.providers.illustrator.craft import crafted, outlined
from core.providers.illustrator.painting import can_paint, cannot_paint, is_painterly
from core.providers.illustrator.palette import Palette, channels, luminance, mix, recolour
from core.providers.illustrator.scene import Light, Style

OWN_PRESETS = frozenset({"flat", "poster"})  # what this drawing is by nature


__all__ = ["Chosen", "chosen", "duotone", "line_width", "outlined", "styled"]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a named style means here; None leaves it open. `shortfall` is a sentence when it is only the nearest."""

    style: Style | None = None
    light: Light | None = None
    shortfall: str = ""


def chosen(name: str | None) -> Chosen:
    """The style of a preset's name (catalog/presets.toml). Of a workspace's own style this drawing knows nothing."""
    known = preset(name) if name else None
    if known is None:
        return Chosen(shortfall=_cannot(name)) if name else Chosen()
    if known.illustrator == Light.NIGHT:
        return Chosen(light=Light.NIGHT)
    style = Style(known.illustrator)
    if is_painterly(style) and not can_paint():
        return Chosen(Style.FLAT, shortfall=cannot_paint(known.label))
    if style is Style.FLAT and known.name not in OWN_PRESETS:
        return Chosen(style, shortfall=_cannot(known.label))
    return Chosen(style)


def _cannot(label: str) -> str:
    return f"I cannot draw in the style “{label}”; this is a flat illustration."


def styled(svg: str, style: Style, palette: Palette, unit: float) -> str:
    """The same picture in a style; `unit` is a hundredth of the sheet's shorter edge, in pixels.

    Pastel and vintage have changed the palette already; the drawings follow here.
    """
    match style:
        case Style.FLAT:
            return svg
        case Style.PASTEL:
            return recolour(svg, lambda colour: mix(colour, "#fdf3ee", 0.16))
        case Style.VINTAGE:
            return recolour(svg, lambda colour: mix(colour, "#b98a4e", 0.16))
        case Style.DUOTONE:
            return recolour(svg, lambda colour: duotone(colour, palette))
        case Style.PIXEL | Style.WATERCOLOUR | Style.OIL:
            return svg  # made of the finished picture
        case Style.OUTLINE | Style.PAPERCUT | Style.BLUEPRINT | Style.CHALK:
            return crafted(svg, style, line_width(unit))
        case _:
            assert_never(style)


def line_width(unit: float) -> float:
    """The width of an outline in pixels, for a sheet of this unit."""
    return max(1.1, unit * 0.34)


def duotone(colour: str, palette: Palette) -> str:
    """The colour's lightness on a scale from ink over the accent to paper."""
    light = luminance(channels(colour)) ** 0.45
    middle = mix(palette.accent, palette.paper, 0.15)
    return mix(palette.ink, middle, light / 0.55) if light < 0.55 else mix(middle, palette.paper, (light - 0.55) / 0.45)
