"""Styles that change every colour of a finished picture."""

from __future__ import annotations

import re
from typing import assert_never

from core.providers.illustrator.palette import HEX, Palette, channels, luminance, mix, recolour
from core.providers.illustrator.scene import Style

# Shapes of one colour; glows and skies stay without a line.
FILLED = re.compile(r"<(path|circle|ellipse|rect|polygon)((?:(?!stroke=|url\(|fill-opacity)[^>])*)/>")
LINE = "rgb(34,38,46)"  # not as "#...", which is what a recolouring looks for
LINE_PX = 1.4


def styled(svg: str, style: Style, palette: Palette) -> str:
    """The same picture in a style. Pastel and vintage have changed the palette already; drawings follow here."""
    match style:
        case Style.FLAT:
            return svg
        case Style.PASTEL:
            return recolour(svg, lambda colour: mix(colour, "#fdf3ee", 0.16))
        case Style.VINTAGE:
            return recolour(svg, lambda colour: mix(colour, "#b98a4e", 0.16))
        case Style.DUOTONE:
            return recolour(svg, lambda colour: duotone(colour, palette))
        case Style.OUTLINE:
            return outlined(svg, LINE_PX)
        case _:
            assert_never(style)


def duotone(colour: str, palette: Palette) -> str:
    """The colour's lightness on a scale from ink over the accent to paper."""
    light = luminance(channels(colour)) ** 0.45
    middle = mix(palette.accent, palette.paper, 0.15)
    return mix(palette.ink, middle, light / 0.55) if light < 0.55 else mix(middle, palette.paper, (light - 0.55) / 0.45)


def outlined(svg: str, line: float) -> str:
    """White shapes with dark lines, to be coloured in; `line` is their width in the SVG's own units."""
    pale = HEX.sub(lambda match: mix(match.group(), "#ffffff", 0.93), svg)
    return FILLED.sub(f'<\\1\\2 stroke="{LINE}" stroke-width="{line:.2f}" stroke-linejoin="round"/>', pale)
