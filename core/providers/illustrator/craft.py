"""Styles that draw every shape anew: outline, blueprint, chalk and cut paper, and pixels from a finished picture."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable
from typing import assert_never

from PIL import Image

from core.model import Size
from core.providers.illustrator.palette import HEX, channels, luminance, mix, recolour
from core.providers.illustrator.render import svg_to_png
from core.providers.illustrator.scene import Style

# Shapes of one colour; glows and skies stay without a line. Clips and gradients are no shapes.
FILLED = re.compile(r"<(path|circle|ellipse|rect|polygon)((?:(?!stroke=|url\(|fill-opacity)[^>])*)/>")
NO_SHAPES = re.compile(r"(<clipPath.*?</clipPath>|<defs>.*?</defs>)", re.DOTALL)
LINE = "rgb(34,38,46)"  # not as "#...", which is what a recolouring looks for
BLUE, PALE_BLUE, BLUE_LINE = "#123f7c", "#2a64ac", "rgb(207,226,252)"
BOARD = "#25302c"
SHADOW = "rgb(30,24,30)"
PIXELS_ACROSS = 112  # of the shorter edge
PIXEL_COLOURS = 40


def crafted(svg: str, style: Style, line: float) -> str:
    """Shapes redrawn in a style; `line` is an outline's width in the SVG's own units. Other styles change nothing."""
    match style:
        case Style.OUTLINE:
            return outlined(svg, line)
        case Style.BLUEPRINT:
            return _shapes(recolour(svg, _blue), lambda shape: _stroked(shape, BLUE_LINE, line * 0.8))
        case Style.CHALK:
            return _shapes(svg, lambda shape: _chalked(shape, line * 1.5), _board)
        case Style.PAPERCUT:
            return _shapes(recolour(svg, _paper), lambda shape: _cut(shape, line))
        case Style.FLAT | Style.PASTEL | Style.VINTAGE | Style.DUOTONE:
            return svg
        case Style.PIXEL | Style.WATERCOLOUR | Style.OIL:
            return svg  # made of the finished picture
        case _:
            assert_never(style)


def outlined(svg: str, line: float) -> str:
    """White shapes with dark lines, to be coloured in."""
    pale = HEX.sub(lambda match: mix(match.group(), "#ffffff", 0.93), svg)
    return FILLED.sub(f'<\\1\\2 stroke="{LINE}" stroke-width="{line:.2f}" stroke-linejoin="round"/>', pale)


def _shapes(svg: str, draw: Callable[[re.Match[str]], str], rest: Callable[[str], str] | None = None) -> str:
    """Each shape drawn anew; then every colour that is left."""
    parts = NO_SHAPES.split(svg)
    drawn = "".join(part if at % 2 else FILLED.sub(draw, part) for at, part in enumerate(parts))
    return recolour(drawn, rest) if rest is not None else drawn


def _stroked(shape: re.Match[str], colour: str, width: float) -> str:
    return f'<{shape[1]}{shape[2]} stroke="{colour}" stroke-width="{width:.3f}" stroke-linejoin="round"/>'


def _blue(colour: str) -> str:
    return _settled(mix(BLUE, PALE_BLUE, luminance(channels(colour)) ** 0.6))


def _board(colour: str) -> str:
    return _settled(mix(BOARD, colour, 0.22))


def _chalked(shape: re.Match[str], width: float) -> str:
    """A line in the shape's own colour, as pale as chalk."""
    found = HEX.search(shape[2])
    if found is None:
        return shape[0]
    return _stroked(shape, _settled(mix(found.group(), "#ffffff", 0.5)), width)


def _settled(colour: str) -> str:
    """Written so that the recolouring of the whole picture passes it by: figures are crafted before."""
    red, green, blue = channels(colour)
    return f"rgb({red},{green},{blue})"


def _paper(colour: str) -> str:
    """Paper has no deep black and no pure white."""
    return mix(mix(colour, "#fff6e6", 0.08), "#3a2f3a", 0.03)


def _cut(shape: re.Match[str], line: float) -> str:
    """A sheet that lies on the others: two soft shadows below it, a lit edge on it."""
    plain = re.sub(r'\s(?:fill|transform)="[^"]*"', "", shape[2])
    turned = re.search(r'transform="([^"]*)"', shape[2])
    own = f" {turned[1]}" if turned else ""
    shadows = "".join(
        f'<{shape[1]}{plain} fill="{SHADOW}" fill-opacity="{opacity}" '
        f'transform="translate({line * x:.2f} {line * y:.2f}){own}"/>'
        for x, y, opacity in ((1.4, 3.4, 0.13), (0.7, 1.6, 0.2))
    )
    edge = f'stroke="rgb(255,255,255)" stroke-opacity="0.3" stroke-width="{line * 0.3:.3f}"'
    return f"{shadows}<{shape[1]}{shape[2]} {edge}/>"


def overlaid(style: Style, size: Size, unit: float) -> str:
    """What lies over a whole picture: a blueprint's grid, a blackboard's dust."""
    if style is Style.BLUEPRINT:
        fine, coarse = unit * 2.5, unit * 12.5
        return _grid("fine", fine, unit * 0.05, 0.10, size) + _grid("coarse", coarse, unit * 0.1, 0.16, size)
    if style is Style.CHALK:
        return _dust(unit, size)
    return ""


def _grid(name: str, step: float, width: float, opacity: float, size: Size) -> str:
    line = f'<path d="M{step:.2f} 0H0V{step:.2f}" fill="none" stroke="{BLUE_LINE}" stroke-width="{width:.2f}"/>'
    return _pattern(name, step, line, size, opacity)


def _dust(unit: float, size: Size) -> str:
    """Where the board's grain took no chalk."""
    step, seed = unit * 14, 9
    specks: list[str] = []
    for _ in range(150):
        seed = (seed * 1103515245 + 12345) % 2**31
        x, y = (seed >> 8) % 1000 / 1000 * step, (seed >> 17) % 1000 / 1000 * step
        radius = unit * (0.05 + seed % 7 * 0.012)
        specks.append(f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{radius:.2f}" fill="{_settled(BOARD)}"/>')
    return _pattern("dust", step, "".join(specks), size, 0.75)


def _pattern(name: str, step: float, tile: str, size: Size, opacity: float) -> str:
    place = f'width="{step:.2f}" height="{step:.2f}" patternUnits="userSpaceOnUse"'
    return (
        f'<defs><pattern id="{name}" {place}>{tile}</pattern></defs>'
        f'<rect width="{size.width}" height="{size.height}" fill="url(#{name})" fill-opacity="{opacity}"/>'
    )


def pixelated(document: str, size: Size) -> str:
    """The picture in large square pixels of few colours, as an image to be put where it was."""
    block = max(2, round(min(size.width, size.height) / PIXELS_ACROSS))
    across, down = -(-size.width // block), -(-size.height // block)
    png = svg_to_png(document, across, down)
    with Image.open(io.BytesIO(png)) as picture:
        seen = picture.convert("RGBA")
    solid = seen.getchannel("A").point(lambda alpha: 255 if alpha > 127 else 0)
    few = seen.convert("RGB").quantize(PIXEL_COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).convert("RGB")
    few.putalpha(solid)
    return embedded(few.resize((across * block, down * block), Image.Resampling.NEAREST), smooth=False)


def embedded(picture: Image.Image, smooth: bool) -> str:
    """A picture as SVG, pixel by pixel; `smooth` where its pixels are not to be seen."""
    target = io.BytesIO()
    picture.save(target, "PNG", compress_level=1)
    data = base64.b64encode(target.getvalue()).decode()
    how = "optimizeQuality" if smooth else "optimizeSpeed"
    place = f'width="{picture.width}" height="{picture.height}" image-rendering="{how}"'
    return f'<image {place} href="data:image/png;base64,{data}"/>'
