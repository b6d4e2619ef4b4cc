"""Where a diagram's boxes stand and its arrows run, at one size of type.

"Along" is the direction in which the arrows lead, "across" the other one. Forward arrows curve in the gaps between
layers only and run straight through their own places in the layers that they pass; arrows that lead back go round the
boxes on lanes beside them. So no arrow crosses a box.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from core.providers.illustrator.layouts.layering import Layered, spread
from core.providers.illustrator.shapes import Box, Point

HEAD = 0.62  # an arrow's head, in em
PASSING = 1.0  # the room of an arrow that passes a layer, in em
LANE = 1.25  # from lane to lane, in em


@dataclass(frozen=True, slots=True)
class Wire:
    """An arrow's way. `curves` are cubic, each as two controls and its end; the last one ends where the head begins."""

    start: Point
    curves: tuple[tuple[Point, Point, Point], ...]
    tip: Point
    label_spots: tuple[Point, ...]  # where its label may be, the best first


@dataclass(frozen=True, slots=True)
class Plan:
    """A laid out diagram: its size along and across, the boxes and the wires in (across, along)."""

    along: float
    across: float
    boxes: dict[int, Box]
    wires: dict[int, Wire]


@dataclass(frozen=True, slots=True)
class Measures:
    """The sizes of one attempt, in pixels: a box along and across, gaps between layers and in them, an em."""

    box_along: float
    box_across: float
    gap_along: float
    gap_across: float
    em: float
    lanes: tuple[float, ...] = ()  # the room of each lane


def plan(graph: Layered, arrows: Sequence[tuple[int, int]], size: Measures) -> Plan:
    """Boxes and ways, from (0, 0)."""
    places = [place for layer in graph.layers for place in layer]
    widths = {place: size.box_across if place >= 0 else PASSING * size.em for place in places}
    middle = spread(graph.layers, list(graph.forward.values()), widths, size.gap_across)
    least = min(middle[place] - widths[place] / 2 for place in places)
    middle = {place: x - least for place, x in middle.items()}
    across = max(middle[place] + widths[place] / 2 for place in places)
    level = {place: at for at, layer in enumerate(graph.layers) for place in layer}
    pitch = size.box_along + size.gap_along
    rim = _rim(graph, arrows, size)
    tops = [rim[0] + at * pitch for at in range(len(graph.layers))]
    boxes = {
        place: Box(middle[place] - size.box_across / 2, tops[level[place]], size.box_across, size.box_along)
        for place in places
        if place >= 0
    }
    wires = _forward(graph, middle, tops, level, size)
    lane = across + size.em * 0.4
    for at, room in zip(graph.back, size.lanes, strict=True):
        wires[at] = _around(graph, boxes, arrows[at], lane + room / 2, size)
        lane += room
    along = tops[-1] + size.box_along + rim[1]
    return Plan(along, lane - size.em * 0.4 + (size.em * 0.4 if graph.back else 0.0), boxes, wires)


def _rim(graph: Layered, arrows: Sequence[tuple[int, int]], size: Measures) -> tuple[float, float]:
    """The room before the first and behind the last layer, for ways round that cannot leave a box at its side."""
    first = any(_hidden(graph, arrows[at][1]) and arrows[at][1] in graph.layers[0] for at in graph.back)
    last = any(_hidden(graph, arrows[at][0]) and arrows[at][0] in graph.layers[-1] for at in graph.back)
    return size.em * 1.6 * first, size.em * 1.6 * last


def _hidden(graph: Layered, box: int) -> bool:
    """Whether something stands between a box and the lanes."""
    return next(layer for layer in graph.layers if box in layer)[-1] != box


def _forward(
    graph: Layered, middle: dict[int, float], tops: Sequence[float], level: dict[int, int], size: Measures
) -> dict[int, Wire]:
    leaving: dict[int, list[tuple[float, int]]] = {}
    coming: dict[int, list[tuple[float, int]]] = {}
    for at, way in graph.forward.items():
        leaving.setdefault(way[0], []).append((middle[way[1]], at))
        coming.setdefault(way[-1], []).append((middle[way[-2]], at))
    wires: dict[int, Wire] = {}
    for at, way in graph.forward.items():
        xs = [middle[place] for place in way]
        xs[0] += _port(leaving[way[0]], at, size)
        xs[-1] += _port(coming[way[-1]], at, size)
        curves: list[tuple[Point, Point, Point]] = []
        spots: list[Point] = []
        start = (xs[0], tops[level[way[0]]] + size.box_along)
        here = start
        for step, (_, place) in enumerate(itertools.pairwise(way)):
            last = step == len(way) - 2
            end = (xs[step + 1], tops[level[place]] - (size.em * HEAD if last else 0.0))
            bend = (here[1] + end[1]) / 2
            one, other = (here[0], bend), (end[0], bend)
            curves.append((one, other, end))
            spots += [_on(here, one, other, end, share) for share in (0.5, 0.36, 0.64, 0.24, 0.76)]
            here = end
            if not last:
                through = (here[0], here[1] + size.box_along)
                curves.append((here, through, through))
                here = through
        wires[at] = Wire(start, tuple(curves), (xs[-1], tops[level[way[-1]]]), tuple(spots))
    return wires


def _port(beside: list[tuple[float, int]], at: int, size: Measures) -> float:
    """How far from a box's middle an arrow leaves or comes, so that several are apart and do not cross at once."""
    order = [number for _, number in sorted(beside)]
    step = min(size.em * 1.3, size.box_across * 0.7 / len(order))
    return (order.index(at) - (len(order) - 1) / 2) * step


def _around(graph: Layered, boxes: dict[int, Box], arrow: tuple[int, int], lane: float, size: Measures) -> Wire:
    """From a box to an earlier one, or itself, on a lane beside all boxes."""
    start, end = boxes[arrow[0]], boxes[arrow[1]]
    shift = size.box_along * 0.22
    out: list[Point]
    back: list[Point]
    if _hidden(graph, arrow[0]):
        x = start.x + start.width * 0.82
        out = [(x, start.bottom), (x, start.bottom + size.em * 0.8), (lane, start.bottom + size.em * 0.8)]
    else:
        y = start.y + start.height / 2 + shift
        out = [(start.right, y), (lane, y)]
    if _hidden(graph, arrow[1]):
        x = end.x + end.width * 0.82
        back = [(lane, end.y - size.em * 1.05), (x, end.y - size.em * 1.05), (x, end.y)]
    else:
        y = end.y + end.height / 2 - shift
        back = [(lane, y), (end.right, y)]
    points = [*out, *back]
    tip, before = points[-1], points[-2]
    head = size.em * HEAD
    points[-1] = (tip[0], tip[1] - head) if before[0] == tip[0] else (tip[0] + head, tip[1])
    spot = (lane, (out[-1][1] + back[0][1]) / 2)
    return Wire(points[0], _rounded(points, size.em * 0.7), tip, (spot,))


def _rounded(points: Sequence[Point], radius: float) -> tuple[tuple[Point, Point, Point], ...]:
    """Straight lines with round corners."""
    curves: list[tuple[Point, Point, Point]] = []
    here = points[0]
    for at in range(1, len(points) - 1):
        corner, after = points[at], points[at + 1]
        entering, leaving = _towards(corner, here, radius), _towards(corner, after, radius)
        curves += [(here, entering, entering), (_between(entering, corner), _between(leaving, corner), leaving)]
        here = leaving
    return (*curves, (here, points[-1], points[-1]))


def _towards(start: Point, end: Point, distance: float) -> Point:
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = max(abs(dx), abs(dy), 1e-6)
    share = min(0.5, distance / length)
    return start[0] + dx * share, start[1] + dy * share


def _between(one: Point, other: Point) -> Point:
    return one[0] + (other[0] - one[0]) * 0.55, one[1] + (other[1] - one[1]) * 0.55


def _on(start: Point, one: Point, other: Point, end: Point, share: float) -> Point:
    rest = 1 - share
    weights = (rest**3, 3 * rest**2 * share, 3 * rest * share**2, share**3)
    ways = (start, one, other, end)
    return (
        sum(weight * point[0] for weight, point in zip(weights, ways, strict=True)),
        sum(weight * point[1] for weight, point in zip(weights, ways, strict=True)),
    )
