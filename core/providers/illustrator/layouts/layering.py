"""Puts the boxes of a diagram into layers: longest paths, then an order with few crossings (Sugiyama's method).

Arrows that would lead back are taken out first and given lanes around the boxes; arrows over several layers get a
place of their own in each layer between, so that they never cross a box.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

SWEEPS = 8


@dataclass(frozen=True, slots=True)
class Layered:
    """Layers from first to last; each place holds a box (0 and up) or a passing arrow (below 0).

    `forward` are the ways of arrows that lead on, as the places that they touch, by the number of the arrow; `back` the
    numbers of those that lead back or to their own box.
    """

    layers: tuple[tuple[int, ...], ...]
    forward: dict[int, tuple[int, ...]]
    back: tuple[int, ...]


def layered(boxes: int, arrows: Sequence[tuple[int, int]]) -> Layered:
    """Layers for boxes numbered from 0 and the arrows between them."""
    back = _backward(boxes, arrows)
    rank = _ranks(boxes, [arrow for at, arrow in enumerate(arrows) if at not in back])
    layers: list[list[int]] = [[] for _ in range(max(rank, default=-1) + 1)]
    for box in range(boxes):
        layers[rank[box]].append(box)
    forward: dict[int, tuple[int, ...]] = {}
    passing = -1
    for at, (start, end) in enumerate(arrows):
        if at in back:
            continue
        way = [start]
        for level in range(rank[start] + 1, rank[end]):
            layers[level].append(passing)
            way.append(passing)
            passing -= 1
        forward[at] = (*way, end)
    return Layered(_ordered(layers, list(forward.values())), forward, tuple(sorted(back)))


def _backward(boxes: int, arrows: Sequence[tuple[int, int]]) -> frozenset[int]:
    """The arrows that close a circle, met on a walk from the first box on: what was named first stays first."""
    leaving: list[list[tuple[int, int]]] = [[] for _ in range(boxes)]
    for at, (start, end) in enumerate(arrows):
        leaving[start].append((at, end))
    state = [0] * boxes  # 0 not seen, 1 on the way, 2 done
    back: set[int] = set()
    entered = {end for start, end in arrows if start != end}
    for root in sorted(range(boxes), key=lambda box: (box in entered, box)):
        if state[root]:
            continue
        state[root] = 1
        walk = [(root, iter(leaving[root]))]
        while walk:
            box, rest = walk[-1]
            step = next(rest, None)
            if step is None:
                state[box] = 2
                walk.pop()
                continue
            at, end = step
            if state[end] == 1:
                back.add(at)
            elif not state[end]:
                state[end] = 1
                walk.append((end, iter(leaving[end])))
    return frozenset(back)


def _ranks(boxes: int, arrows: Sequence[tuple[int, int]]) -> list[int]:
    """Each box as many layers down as the longest way to it has arrows. The arrows form no circle."""
    rank = [0] * boxes
    for _ in range(boxes):
        changed = False
        for start, end in arrows:
            if rank[end] < rank[start] + 1:
                rank[end] = rank[start] + 1
                changed = True
        if not changed:
            break
    return rank


def _ordered(layers: list[list[int]], ways: Sequence[Sequence[int]]) -> tuple[tuple[int, ...], ...]:
    """Each layer in the order of its neighbours' middles, down and up in turns; the best of all sweeps is kept."""
    above: dict[int, list[int]] = {}
    below: dict[int, list[int]] = {}
    for way in ways:
        for one, other in itertools.pairwise(way):
            below.setdefault(one, []).append(other)
            above.setdefault(other, []).append(one)
    best = [list(layer) for layer in layers]
    fewest = _crossings(best, below)
    current = [list(layer) for layer in layers]
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        for level in range(1, len(current)) if down else range(len(current) - 2, -1, -1):
            fixed = {place: at for at, place in enumerate(current[level - 1 if down else level + 1])}
            near = above if down else below
            current[level] = _by_middle(current[level], fixed, near)
        crossed = _crossings(current, below)
        if crossed < fewest:
            best, fewest = [list(layer) for layer in current], crossed
    return tuple(tuple(layer) for layer in best)


def _by_middle(layer: Sequence[int], fixed: dict[int, int], near: dict[int, list[int]]) -> list[int]:
    def middle(place: int) -> float:
        found = [fixed[other] for other in near.get(place, ()) if other in fixed]
        return sum(found) / len(found) if found else float(layer.index(place))

    return sorted(layer, key=lambda place: (middle(place), layer.index(place)))


def _crossings(layers: Sequence[Sequence[int]], below: dict[int, list[int]]) -> int:
    count = 0
    for upper, lower in itertools.pairwise(layers):
        at = {place: index for index, place in enumerate(lower)}
        lines = [(i, at[end]) for i, place in enumerate(upper) for end in below.get(place, ()) if end in at]
        count += sum((a - c) * (b - d) < 0 for k, (a, b) in enumerate(lines) for c, d in lines[k + 1 :])
    return count


def spread(
    layers: Sequence[Sequence[int]], ways: Sequence[Sequence[int]], widths: dict[int, float], gap: float
) -> dict[int, float]:
    """Where the middle of each place is across its layer, in units of a box's width; boxes near to their neighbours.

    `widths` are the places' widths, `gap` what is between them.
    """
    near: dict[int, list[int]] = {}
    for way in ways:
        for one, other in itertools.pairwise(way):
            near.setdefault(one, []).append(other)
            near.setdefault(other, []).append(one)
    where: dict[int, float] = {}
    for layer in layers:
        total = sum(widths[place] for place in layer) + gap * (len(layer) - 1)
        x = -total / 2
        for place in layer:
            where[place] = x + widths[place] / 2
            x += widths[place] + gap
    for sweep in range(SWEEPS):
        for layer in layers if sweep % 2 == 0 else reversed(layers):
            wanted = [_wanted(place, near, where) for place in layer]
            where |= zip(layer, _apart(layer, wanted, widths, gap), strict=True)
    return where


def _wanted(place: int, near: dict[int, list[int]], where: dict[int, float]) -> float:
    found = [where[other] for other in near.get(place, ())]
    return sum(found) / len(found) if found else where[place]


def _apart(layer: Sequence[int], wanted: Sequence[float], widths: dict[int, float], gap: float) -> list[float]:
    """As near to the wanted places as the order and the widths allow (pool adjacent violators)."""
    offsets = [0.0]
    for one, other in itertools.pairwise(layer):
        offsets.append(offsets[-1] + (widths[one] + widths[other]) / 2 + gap)
    pools: list[tuple[float, int]] = []  # sum and number of wanted places, less their offsets
    for want, offset in zip(wanted, offsets, strict=True):
        pools.append((want - offset, 1))
        while len(pools) > 1 and pools[-2][0] / pools[-2][1] > pools[-1][0] / pools[-1][1]:
            last, before = pools.pop(), pools.pop()
            pools.append((last[0] + before[0], last[1] + before[1]))
    bases = [total / count for total, count in pools for _ in range(count)]
    return [base + offset for base, offset in zip(bases, offsets, strict=True)]
