"""Logos: an emblem and a wordmark. Six constructions, one after the other by seed, each in the palette's colours.

Without anything to draw the emblem is the name's first letter.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.providers.illustrator.figures import figures
from core.providers.illustrator.layouts.colours import Print, daylight, grounds
from core.providers.illustrator.layouts.emblem import drawn, everything, mark, singles
from core.providers.illustrator.layouts.form import Taken
from core.providers.illustrator.layouts.lettering import line
from core.providers.illustrator.palette import Palette
from core.providers.illustrator.scene import Cast, Scene, Setting
from core.providers.illustrator.shapes import Box, circle, path, polygon, rect
from core.providers.illustrator.shaping import clusters
from core.providers.illustrator.sheet import DETAIL, TITLE, Sheet, Slot, View

NAMED = re.compile(
    r"\b(?:called|named|for|namens|llamad[ao]|appelée?|chamad[ao]|chiamat[ao])\s+"
    r"(?P<name>[^\W\d_a-zà-öø-ÿ][\w&’'.-]*(?:\s+(?:&|and|[^\W_a-zà-öø-ÿ][\w&’'.-]*))*)(?<![.,'’-])"
)
FOR_SOMEBODY = re.compile(
    r"\bfor\s+(?:my|our|his|her|their|your)\s+(?=[\w-]+\s*(?:$|[.,;:!“\"]|called|named))", re.IGNORECASE
)
CONSTRUCTIONS = 6
BUILDINGS = range(0x1F3D7, 0x1F3F1)  # in the Unicode block Miscellaneous Symbols and Pictographs
HEAVY = 850
WIDE, TALL = 1.3, 0.62


@dataclass(frozen=True, slots=True)
class Scheme:
    """The sheet's print and the emblem's own."""

    sheet: Print
    emblem: Print


@dataclass(frozen=True, slots=True)
class Lockup:
    """Where emblem, name and claim stand; `align` is the texts'."""

    emblem: Box
    name: Box
    claim: Box
    align: str


def divide(scene: Scene, palette: Palette, sheet: Box) -> Sheet:
    """One construction at this ratio."""
    kind = scene.seed % CONSTRUCTIONS
    scheme = _scheme(daylight(scene, palette), kind, scene.seed // CONSTRUCTIONS)
    lockup = _lockup(scene, sheet, kind)
    views: tuple[View, ...] = ()
    if _subject(scene) is None and scene.setting is not Setting.PLAIN:  # a place is its own emblem
        views = (
            View(lockup.emblem, scene, lockup.emblem, corner=lockup.emblem.width * (0.5, 0.5, 0.23, 0.1)[kind % 4]),
        )
        emblem, letters = "", list[Slot]()
    else:
        emblem, letters = _emblem(scene, palette, lockup.emblem, scheme, kind)
    slots = [*letters]
    rest = (" · ".join(scene.texts[1:]),) if scene.texts[1:] else ()  # all that is not the name is one claim
    for text, box, weight, ink in zip(
        (*scene.texts[:1], *rest),
        (lockup.name, lockup.claim),
        (HEAVY, DETAIL),
        (scheme.sheet.ink, scheme.sheet.second),
        strict=False,
    ):
        slots.append(line(text, box, scheme.sheet.ground, ink, weight=weight, align=lockup.align))
    return Sheet(
        views, tuple(slots), under=rect(sheet, scheme.sheet.ground), over=emblem + _rule(slots, lockup, scheme, kind)
    )


def take(text: str, quoted: Sequence[str]) -> Taken:
    """The name may stand without quotation marks: "a logo for a bakery called Sonnenkorn"."""
    rest = FOR_SOMEBODY.sub(" ", text)
    named = None if quoted else NAMED.search(rest)
    if named is None:
        return Taken(rest)
    return Taken(rest[: named.start()] + " " + rest[named.end() :], texts=(named["name"],))


def _scheme(palette: Palette, kind: int, turn: int) -> Scheme:
    paper, ink, deep, orb, land = grounds(palette)
    pairs = ((paper, ink), (ink, orb), (paper, deep), (deep, paper), (paper, land), (orb, ink))
    sheet, emblem = pairs[(kind + turn) % len(pairs)]
    return Scheme(sheet, emblem)


def _lockup(scene: Scene, sheet: Box, kind: int) -> Lockup:
    """Beside one another where the sheet is wide (and, in every other construction, where it is square)."""
    w, h = sheet.width, sheet.height
    short = min(w, h)
    said = len(scene.texts)
    if not said:
        side = short * 0.68
        return Lockup(Box((w - side) / 2, (h - side) / 2, side, side), sheet, sheet, "center")
    if w / h >= WIDE or (kind % 2 and w / h > 1 / WIDE):
        side = min(h * 0.56, w * 0.28)
        gap = side * 0.2
        text_width = min(w * 0.9 - side - gap, side * 3.4)
        x = (w - side - gap - text_width) / 2
        y = (h - side) / 2
        name = Box(
            x + side + gap, y + side * (0.16 if said > 1 else 0.1), text_width, side * (0.48 if said > 1 else 0.8)
        )
        claim = Box(name.x, name.bottom + side * 0.06, text_width, side * 0.2)
        return Lockup(Box(x, y, side, side), name, claim, "left")
    side = min(w * (0.74 if w / h < TALL else 0.46), h * 0.46)
    name_tall, claim_tall = min(h * 0.18, w * 0.24), min(h * 0.07, w * 0.08) if said > 1 else 0.0
    gap = side * 0.14
    y = (h - side - gap - name_tall - claim_tall * 1.4) / 2
    name = Box(w * 0.08, y + side + gap, w * 0.84, name_tall)
    claim = Box(w * 0.12, name.bottom + claim_tall * 0.4, w * 0.76, claim_tall)
    return Lockup(Box((w - side) / 2, y, side, side), name, claim, "center")


def _rule(slots: list[Slot], lockup: Lockup, scheme: Scheme, kind: int) -> str:
    """A short line between emblem and words, in one of the constructions."""
    if kind != 1 or lockup.align != "left" or not slots:
        return ""
    gap = lockup.name.x - lockup.emblem.right
    x, tall = lockup.name.x - gap * 0.55, lockup.emblem.height * 0.72
    y = lockup.emblem.y + (lockup.emblem.height - tall) / 2
    return rect(Box(x, y, max(1.0, gap * 0.06), tall), scheme.sheet.second)


def _emblem(scene: Scene, palette: Palette, box: Box, scheme: Scheme, kind: int) -> tuple[str, list[Slot]]:
    """The shape and what is in it; letters are a text like any other."""
    form, share = _form(box, scheme, kind)
    ground = scheme.sheet if kind == 3 else scheme.emblem
    side = box.width * share
    inner = Box(box.x + (box.width - side) / 2, box.y + (box.height - side) / 2, side, side)
    cast = _subject(scene)
    if cast is not None and kind in (0, 5):
        return form + mark(cast, daylight(scene, palette), inner, ground.ink, ground.ground), []
    if cast is not None:
        return form + drawn(cast, daylight(scene, palette), inner, scene.style), []
    if not scene.texts:
        return form, []
    first, last = clusters(scene.texts[0])[0]
    smaller = inner.grown(-side * 0.08)
    return form, [line(scene.texts[0][first:last], smaller, ground.ground, ground.ink, weight=TITLE)]


def _subject(scene: Scene) -> Cast | None:
    """What the emblem shows: rather the fox than the shop that it stands for."""
    placed = scene.setting not in (Setting.PLAIN, Setting.HILLS)  # hills are where a sun is when nothing is said
    casts = singles(scene.casts if placed else everything(scene))
    small = (cast for cast in casts if cast.drawing not in figures().large and ord(cast.drawing[0]) not in BUILDINGS)
    return next(small, casts[0] if casts else None)


def _form(box: Box, scheme: Scheme, kind: int) -> tuple[str, float]:
    """Disc, ring, rounded square, nothing, hexagon, shield; and how much of the box what is inside may take."""
    x, y, r = box.x + box.width / 2, box.y + box.height / 2, box.width / 2
    fill, line_colour = scheme.emblem.ground, scheme.emblem.second
    if kind == 0:
        return circle(x, y, r, fill), 0.62
    if kind == 1:
        return circle(x, y, r, scheme.emblem.ink) + circle(x, y, r * 0.93, fill), 0.62
    if kind == 2:
        return rect(box, fill, box.width * 0.23), 0.66
    if kind == 3:
        return "", 0.96
    if kind == 4:
        points = [(0.0, -1.0), (0.87, -0.5), (0.87, 0.5), (0.0, 1.0), (-0.87, 0.5), (-0.87, -0.5)]
        outer = polygon([(x + a * r, y + b * r) for a, b in points], line_colour)
        return outer + polygon([(x + a * r * 0.93, y + b * r * 0.93) for a, b in points], fill), 0.6
    a, b = r * 0.82, r * 0.4
    shield = f"M{x - a:.1f} {y - r * 0.92:.1f}H{x + a:.1f}V{y + r * 0.1:.1f}"
    shield += f"C{x + a:.1f} {y + r * 0.6:.1f} {x + b:.1f} {y + r * 0.85:.1f} {x:.1f} {y + r:.1f}"
    shield += f"C{x - b:.1f} {y + r * 0.85:.1f} {x - a:.1f} {y + r * 0.6:.1f} {x - a:.1f} {y + r * 0.1:.1f}Z"
    return path(shield, fill), 0.56
