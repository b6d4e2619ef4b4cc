"""Puts together what belongs together: a cat on a table is one figure, and so is a dog behind a tree.

The relations themselves are drawn in attaching.py; here is decided who is attached to whom.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.providers.illustrator.attaching import ATTACH, Part, extent
from core.providers.illustrator.figure import GRID, Figure, figure, fronted, relative_size
from core.providers.illustrator.figures import figures
from core.providers.illustrator.palette import Palette
from core.providers.illustrator.scene import Cast

# Boards are drawn upright; under somebody's feet they lie.
LYING = {"🛹": "✎riding-skateboard", "✎surfboard": "✎riding-surfboard", "✎snowboard": "✎riding-snowboard"}


@dataclass(frozen=True, slots=True)
class Group:
    """A cast and those that stand in a relation to it."""

    cast: Cast
    members: tuple[Group, ...] = ()

    @property
    def is_sheltered(self) -> bool:
        """Whether somebody stands under it, who keeps it on the ground."""
        return any(member.cast.relation == "under" for member in self.members)


@dataclass(frozen=True, slots=True)
class Built:
    """A group as one figure, and its size against a standing person's 1.0."""

    figure: Figure
    size: float


def groups(casts: Sequence[Cast]) -> list[Group]:
    """The casts as groups, each single thing of its own; whoever refers to nobody in the picture stands alone."""
    hosts: dict[int, int] = {}
    for at, cast in enumerate(casts):
        host = next((i for i, other in enumerate(casts) if other.drawing == cast.to and i != at), None)
        if cast.relation in ATTACH and host is not None and not _leads_to(hosts, host, at):
            hosts[at] = host
    found: list[Group] = []
    for at, cast in enumerate(casts):
        if at in hosts:
            continue
        found.append(_group(at, casts, hosts))
        found += [Group(replace(cast, count=1)) for _ in range(cast.count - 1)]
    return found


def _leads_to(hosts: dict[int, int], start: int, goal: int) -> bool:
    at: int | None = start
    while at is not None:
        if at == goal:
            return True
        at = hosts.get(at)
    return False


def _group(at: int, casts: Sequence[Cast], hosts: dict[int, int]) -> Group:
    guests = [guest for guest, host in hosts.items() if host == at]
    members: list[Group] = []
    for guest in guests:
        members.append(_group(guest, casts, hosts))
        members += [Group(replace(casts[guest], count=1)) for _ in range(casts[guest].count - 1)]
    host = replace(casts[at], count=1)
    if any(member.cast.drawing in figures().hats for member in members):
        host = fronted(host)
    if host.drawing in LYING and any(member.cast.relation == "on" for member in members):
        host = replace(host, drawing=LYING[host.drawing])
    return Group(host, tuple(members))


def build(group: Group, palette: Palette) -> Built:
    """Draw a group. Its figure's grid is that of a person of 36 units."""
    drawn, size = figure(group.cast, palette), relative_size(group.cast)
    if not group.members:
        return Built(drawn, size)
    wide = drawn.width > drawn.height * 2.5  # a board, a rug: its width is what is compared
    base = Part.of(drawn, size * GRID / (drawn.width / 2.2 if wide else drawn.height))
    parts = [base]
    for relation in dict.fromkeys(member.cast.relation for member in group.members):
        several = [build(member, palette) for member in group.members if member.cast.relation == relation]
        guests = [Part.of(one.figure, one.size * GRID / one.figure.height) for one in several]
        parts = ATTACH[relation](group.cast.drawing, parts, base, guests)
        base = next(part for part in parts if part.is_base)
    left, right, top = extent(parts)
    middle = (left + right) / 2
    svg = "".join(part.moved(-middle, 0).svg() for part in parts)
    return Built(Figure(svg, right - left, -top), -top / GRID)
