"""How each relation is drawn: on, in, under, behind, before and above, so that figures touch and nobody is hidden."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from core.providers.illustrator.figure import GRID, Figure, look
from core.providers.illustrator.figures import figures

# Where one sits, measured from the foot as a share of the drawing's ink, where that is not its highest line.
SEATS = {"🪑": 0.36, "✎bench": 0.5, "🛏️": 0.52, "🛋️": 0.26, "⛵": 0.22, "🛁": 0.5, "🚂": 0.62}
# How much of the height below is free to be under.
GAPS = {"✎table": 0.72, "✎bench": 0.42, "🪑": 0.34, "🛏️": 0.3, "🛋️": 0.2, "✎bridge": 0.46, "🎠": 0.3}
HELD_OVERHEAD = frozenset("☂☔🪂🎈")
ROOMS = frozenset("🪟⛺🚪")  # whoever is in these is seen through them
RIMS = {"✎box": 0.86, "🛏️": 0.5, "🪴": 0.95, "🎁": 0.62}
SINK = 0.03
LEAST_SHRUNK = 0.4


@dataclass(frozen=True, slots=True)
class Part:
    """A figure in a group: its foot at (x, y), `scale` group units for one of its own grid."""

    drawn: Figure
    scale: float
    x: float = 0.0
    y: float = 0.0
    is_base: bool = False

    @classmethod
    def of(cls, drawn: Figure, scale: float) -> Part:
        """At the origin."""
        return cls(drawn, scale)

    @property
    def width(self) -> float:
        """In group units."""
        return self.drawn.width * self.scale

    @property
    def height(self) -> float:
        """In group units."""
        return self.drawn.height * self.scale

    def moved(self, x: float, y: float) -> Part:
        """The same elsewhere."""
        return replace(self, x=self.x + x, y=self.y + y)

    def within(self, width: float, height: float) -> Part:
        """The same, made smaller until it fits."""
        return replace(self, scale=self.scale * min(1.0, width / self.width, height / self.height))

    def svg(self) -> str:
        """Its markup."""
        place = f"translate({self.x:.2f} {self.y:.2f}) scale({self.scale:.4f})"
        return f'<g transform="{place}">{self.drawn.svg}</g>'


Attach = Callable[[str, Sequence[Part], Part, list[Part]], list[Part]]


def extent(parts: Sequence[Part]) -> tuple[float, float, float]:
    """The leftmost, the rightmost and the highest point."""
    left = min(part.x - part.width / 2 for part in parts)
    right = max(part.x + part.width / 2 for part in parts)
    return left, right, min(part.y - part.height for part in parts)


def _split(parts: Sequence[Part], base: Part) -> tuple[list[Part], Part, list[Part]]:
    """What is behind the base, the base, and what is before it."""
    at = next((i for i, part in enumerate(parts) if part is base), 0)
    return list(parts[:at]), replace(base, is_base=True), list(parts[at + 1 :])


def _side_by_side(guests: list[Part], width: float, height: float) -> list[Part]:
    """In a row around the middle, as large as the width allows."""
    room = max(1.0, sum(guest.width for guest in guests) * 1.06)
    small = max(LEAST_SHRUNK if len(guests) > 1 else 0.2, min(1.0, width / room))
    fitted = [replace(guest, scale=guest.scale * small).within(width, height) for guest in guests]
    x = -sum(guest.width for guest in fitted) * 1.06 / 2
    placed: list[Part] = []
    for guest in fitted:
        x += guest.width * 0.53
        placed.append(replace(guest, x=x))
        x += guest.width * 0.53
    return placed


def _top_at(drawing: str, base: Part, x: float, width: float) -> float:
    """How high the drawing's own ink reaches where a foot of this width stands; group units, upwards positive."""
    if drawing in SEATS:
        return base.height * SEATS[drawing]
    seen = look(drawing)
    unit = base.height / max(1.0, base.drawn.height)
    middle = (seen.left + seen.right) / 2 + x / unit
    half = max(0.75, width * 0.16 / unit)
    per = len(seen.tops) / GRID
    columns = seen.tops[max(0, int((middle - half) * per)) : int((middle + half) * per) + 1]
    inked = sorted(top for top in columns if top < GRID)
    if not inked:
        return base.height
    return base.height - (inked[len(inked) // 4] - seen.top) * unit


def on(drawing: str, parts: Sequence[Part], base: Part, guests: list[Part]) -> list[Part]:
    """On its highest line; before it where it lies flat or hangs on a wall."""
    behind, base, before = _split(parts, base)
    kinds = figures()
    if drawing in kinds.flat:
        lying = drawing.startswith("✎")
        guests = _side_by_side(guests, base.width * 0.8, 1e9 if lying else base.height * 0.7)
        depth = base.height * (0.45 if lying else 0.16)
        return [*behind, base, *before, *(guest.moved(0, -depth) for guest in guests)]
    wide = base.width * (1.5 if kinds.is_creature(drawing) or len(guests) == 1 else 0.98)
    guests = _side_by_side(guests, wide, 1e9)
    across = sum(guest.width for guest in guests) * (1.06 if len(guests) > 1 else 0.0)
    base = replace(base, scale=base.scale * min(2.5, max(1.0, across / (base.width * 0.96))))
    placed = [guest.moved(0, -_top_at(drawing, base, guest.x, guest.width) + guest.height * SINK) for guest in guests]
    if len(placed) == 1 and drawing in kinds.heads:  # a hat on a head
        placed = [replace(placed[0], y=-base.height + placed[0].height * 0.22).within(base.width * 0.8, 1e9)]
    return [*behind, base, *before, *placed]


def inside(drawing: str, parts: Sequence[Part], base: Part, guests: list[Part]) -> list[Part]:
    """Behind its rim, with the upper part to be seen; among the leaves of a tree; framed by a window."""
    behind, base, before = _split(parts, base)
    if drawing in figures().trees:
        guests = _side_by_side(guests, base.width * 0.6, base.height * 0.34)
        return [*behind, base, *before, *(guest.moved(0, -base.height * 0.5) for guest in guests)]
    if drawing[0] in ROOMS:
        guests = _side_by_side(guests, base.width * 0.8, base.height * 0.66)
        return [*behind, base, *before, *(guest.moved(0, -base.height * 0.04) for guest in guests)]
    rim = base.height * RIMS.get(drawing, 0.9)
    guests = _side_by_side(guests, base.width * 0.74, base.height * 1.3)
    peeking = [guest.moved(0, -max(0.0, rim - min(guest.height * 0.3, base.height * 0.6))) for guest in guests]
    return [*behind, *peeking, base, *before]


def under(drawing: str, parts: Sequence[Part], base: Part, guests: list[Part]) -> list[Part]:
    """Beneath what has room below it; what has none is held up over the heads."""
    behind, base, before = _split(parts, base)
    if drawing in GAPS:
        gap = base.height * GAPS[drawing]
        grown = min(2.2, max(1.0, max(guest.height for guest in guests) / gap))
        base = replace(base, scale=base.scale * grown)
        guests = _side_by_side(guests, base.width * 0.66, gap * grown * 0.98)
        arched = drawing == "✎bridge"
        return [*behind, *([] if arched else guests), base, *(guests if arched else []), *before]
    tallest = max(guest.height for guest in guests)
    if drawing[0] in HELD_OVERHEAD:
        guests = _side_by_side(guests, 1e9, 1e9)
        width = sum(guest.width for guest in guests) * 1.3
        base = replace(base, scale=base.scale * max(1.0, width / base.width))
        return [*behind, base.moved(0, -tallest * 0.55), *guests, *before]
    if drawing in figures().sky:
        return [*behind, base.moved(0, -tallest * 1.25), *_side_by_side(guests, 1e9, 1e9), *before]
    guests = _side_by_side(guests, base.width * 1.1, 1e9)
    tallest = max(guest.height for guest in guests)
    base = replace(base, scale=base.scale * max(1.0, tallest * 2.0 / base.height))
    return [*behind, base, *(guest.moved(base.width * 0.2, base.height * 0.02) for guest in guests), *before]


def behind(drawing: str, parts: Sequence[Part], base: Part, guests: list[Part]) -> list[Part]:
    """Looking over what is low, and from the side of what is tall."""
    far, base, before = _split(parts, base)
    guests = _side_by_side(guests, max(base.width * 1.3, 1.0), 1e9)
    tallest = max(guest.height for guest in guests)
    if base.height < tallest * 1.35:
        lift = max(tallest * 0.06, base.height - tallest * 0.52)
        return [*far, *(guest.moved(0, -lift) for guest in guests), base, *before]
    across = sum(guest.width for guest in guests)
    aside = base.width / 2 + across / 2 - min(across * 0.42, base.width * 0.4)
    # To the left, where most drawings look, so that a face is seen and not a tail.
    return [*far, *(guest.moved(-aside, -tallest * 0.06) for guest in guests), base, *before]


def ahead(drawing: str, parts: Sequence[Part], base: Part, guests: list[Part]) -> list[Part]:
    """Nearer, and aside as far as is needed to see what is behind."""
    far, base, before = _split(parts, base)
    guests = _side_by_side(guests, base.width * 1.6, 1e9)
    across = sum(guest.width for guest in guests)
    aside = 0.0 if across < base.width * 0.5 else (base.width + across) * 0.24
    nearer = max(guest.height for guest in guests) * 0.07
    lifted = [part.moved(0, -nearer) for part in (*far, base, *before)]
    return [*lifted, *(guest.moved(-aside, 0) for guest in guests)]


def above(drawing: str, parts: Sequence[Part], base: Part, guests: list[Part]) -> list[Part]:
    """In the air over it."""
    far, base, before = _split(parts, base)
    guests = _side_by_side(guests, max(base.width * 1.4, 30.0), 1e9)
    return [*far, base, *before, *(guest.moved(0, -base.height * 1.1) for guest in guests)]


ATTACH: dict[str, Attach] = {
    "on": on,
    "in": inside,
    "under": under,
    "behind": behind,
    "before": ahead,
    "above": above,
}
