"""A picture's family: the steps that led to it, and every branch that anybody drew from one of them since."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from core.model import Details, StoredImage


@dataclass(frozen=True, slots=True)
class Known:
    """All that the viewer shows of a picture."""

    details: Details
    family: tuple[StoredImage, ...]  # parents before their children; `details.lineage` is part of it


def family_of(lineage: Iterable[StoredImage], recent: Iterable[StoredImage]) -> tuple[StoredImage, ...]:
    """The line itself, then what came from any of its steps, oldest first.

    `recent` are a channel's pictures that this person may see, in any order: what is not among them is not shown.
    """
    line = tuple(lineage)
    known = {image.id for image in line}
    branches: list[StoredImage] = []
    for image in sorted(recent, key=lambda each: (each.created_at_us, each.position)):
        if image.parent in known and image.id not in known:
            known.add(image.id)
            branches.append(image)
    return (*line, *branches)
