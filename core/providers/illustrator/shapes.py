"""Boxes and the small pieces of SVG that everything is built of."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels, its origin at the top left."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.y + self.height

    def grown(self, by: float) -> Box:
        """The same with a margin around it."""
        return Box(self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)

    def overlaps(self, other: Box) -> bool:
        """Whether they share any area."""
        return self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom

    def moved(self, x: float, y: float) -> Box:
        """The same size elsewhere."""
        return Box(self.x + x, self.y + y, self.width, self.height)


def n(value: float) -> str:
    """A number as SVG wants it, short and the same everywhere."""
    return f"{value:.1f}".removesuffix(".0")


def rect(box: Box, fill: str, radius: float = 0.0, opacity: float = 1.0) -> str:
    """A rectangle; `fill` may be a paint server."""
    rounded = f' rx="{n(radius)}"' if radius else ""
    return (
        f'<rect x="{n(box.x)}" y="{n(box.y)}" width="{n(box.width)}" height="{n(box.height)}"{rounded} '
        f'fill="{fill}"{_opacity(opacity)}/>'
    )


def circle(x: float, y: float, radius: float, fill: str, opacity: float = 1.0) -> str:
    """A disc."""
    return f'<circle cx="{n(x)}" cy="{n(y)}" r="{n(radius)}" fill="{fill}"{_opacity(opacity)}/>'


def ellipse(x: float, y: float, rx: float, ry: float, fill: str, opacity: float = 1.0) -> str:
    """An ellipse."""
    return f'<ellipse cx="{n(x)}" cy="{n(y)}" rx="{n(rx)}" ry="{n(ry)}" fill="{fill}"{_opacity(opacity)}/>'


def polygon(points: Sequence[Point], fill: str, opacity: float = 1.0) -> str:
    """A closed shape of straight lines."""
    return f'<polygon points="{" ".join(f"{n(x)},{n(y)}" for x, y in points)}" fill="{fill}"{_opacity(opacity)}/>'


def stroke(points: Sequence[Point], colour: str, width: float, opacity: float = 1.0) -> str:
    """An open line with round ends."""
    line = " ".join(f"{n(x)},{n(y)}" for x, y in points)
    return (
        f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="{n(width)}" stroke-linecap="round" '
        f'stroke-linejoin="round"{_opacity(opacity, "stroke")}/>'
    )


def path(d: str, fill: str, opacity: float = 1.0) -> str:
    """A filled path."""
    return f'<path d="{d}" fill="{fill}"{_opacity(opacity)}/>'


def curve(points: Sequence[Point]) -> str:
    """A smooth path through the points (Catmull-Rom as cubic Béziers), beginning with M."""
    parts = [f"M{n(points[0][0])} {n(points[0][1])}"]
    for i in range(len(points) - 1):
        before, start, end = points[max(0, i - 1)], points[i], points[i + 1]
        after = points[min(len(points) - 1, i + 2)]
        one = (start[0] + (end[0] - before[0]) / 6, start[1] + (end[1] - before[1]) / 6)
        two = (end[0] - (after[0] - start[0]) / 6, end[1] - (after[1] - start[1]) / 6)
        parts.append(f"C{n(one[0])} {n(one[1])} {n(two[0])} {n(two[1])} {n(end[0])} {n(end[1])}")
    return "".join(parts)


def linear(name: str, stops: Sequence[tuple[float, str, float]], horizontal: bool = False) -> str:
    """A gradient from top to bottom, or from left to right. Stops: offset 0 to 1, colour, opacity."""
    x2, y2 = (1, 0) if horizontal else (0, 1)
    return f'<linearGradient id="{name}" x1="0" y1="0" x2="{x2}" y2="{y2}">{_stops(stops)}</linearGradient>'


def radial(name: str, stops: Sequence[tuple[float, str, float]]) -> str:
    """A gradient from the middle outwards."""
    return f'<radialGradient id="{name}">{_stops(stops)}</radialGradient>'


def star(x: float, y: float, radius: float, fill: str, opacity: float) -> str:
    """A four-pointed star."""
    points = [
        (x + math.sin(k * math.pi / 4) * (radius if k % 2 == 0 else radius * 0.28),
         y - math.cos(k * math.pi / 4) * (radius if k % 2 == 0 else radius * 0.28))
        for k in range(8)
    ]  # fmt: skip
    return polygon(points, fill, opacity)


def _stops(stops: Sequence[tuple[float, str, float]]) -> str:
    return "".join(f'<stop offset="{n(at * 100)}%" stop-color="{c}"{_stop_opacity(o)}/>' for at, c, o in stops)


def _stop_opacity(opacity: float) -> str:
    return "" if opacity >= 1 else f' stop-opacity="{opacity:.2f}"'


def _opacity(opacity: float, of: str = "fill") -> str:
    # Never `opacity`: resvg paints a layer of the whole sheet for it.
    return "" if opacity >= 1 else f' {of}-opacity="{opacity:.2f}"'
