"""Greeting cards: the words in the middle, and round them what was named, as a wreath, a garland or a frame."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Sequence
from dataclasses import replace

from core.providers.illustrator.chance import Chance
from core.providers.illustrator.layouts.choosing import occasion
from core.providers.illustrator.layouts.colours import WHITE, Print, daylight, grounds, printed
from core.providers.illustrator.layouts.emblem import called, drawn, everything, group, singles
from core.providers.illustrator.layouts.form import Prompt, Taken, variants
from core.providers.illustrator.layouts.lettering import centred, column
from core.providers.illustrator.palette import Palette, channels, luminance, mix
from core.providers.illustrator.reading import read
from core.providers.illustrator.scene import Cast, Scene
from core.providers.illustrator.shapes import Box, circle, rect, star, stroke
from core.providers.illustrator.shaping import clusters
from core.providers.illustrator.sheet import Sheet, Slot, View

FOR_SOMEBODY = re.compile(
    r"\b(?:for|to|für|para|pour|per)\s+(?:my|our|his|her|their|your|mein\w*|unser\w*|mi|mis|mon|ma|mes|meu|minha|mia|mio)\s+"
    r"(?:\w+\s+)?[\w'’-]+(?=\s*(?:[.,;:!“\"„«]|with\b|mit\b|con\b|avec\b|com\b|$))",
    re.IGNORECASE,
)
KINDS = 3
LONGEST_WREATH = 1.8  # a longer oval leaves no room for words
MOST_THINGS = 7
PALE = 0.5  # relative luminance
MOST_ROUND = 26


def divide(scene: Scene, palette: Palette, sheet: Box) -> Sheet:
    """One kind by seed. A card without words shows its things large."""
    bright = daylight(scene, palette)
    pale = printed(mix(bright.paper, bright.sky[2], 0.25), bright)
    colours = (pale, grounds(bright)[2], pale, grounds(bright)[1])[scene.seed % 4]
    casts = list(everything(scene))
    if not scene.texts:
        return _large(scene, bright, sheet, colours, casts)
    long = max(sheet.width / sheet.height, sheet.height / sheet.width) > LONGEST_WREATH
    kinds = (_garland if long else _wreath, _garland, _framed)
    return kinds[scene.seed % KINDS](scene, bright, sheet, colours, casts)


def take(text: str, quoted: Sequence[str]) -> Taken:
    """Who it is for is not in the picture; where nothing is named, what goes with the occasion is."""
    rest = FOR_SOMEBODY.sub(" ", text)
    drawings = occasion(text)
    if drawings and not read(rest, quoted).casts:
        rest = f"{rest} | {' '.join(drawings[start:end] for start, end in clusters(drawings))}"
    return Taken(rest)


def plan(scene: Scene, prompt: Prompt) -> tuple[Scene, ...]:
    """Things that go with the occasion are called by their names."""
    casts = tuple(replace(cast, name=called(cast.name)) for cast in scene.casts)
    return variants(replace(scene, casts=casts), prompt)


def _large(scene: Scene, palette: Palette, sheet: Box, colours: Print, casts: list[Cast]) -> Sheet:
    short = min(sheet.width, sheet.height)
    inner = sheet.grown(-short * 0.16)
    once = singles(casts)
    wanted = max(len(once), round(max(inner.width / inner.height, inner.height / inner.width) * 1.2))
    row = [once[at % len(once)] for at in range(wanted)] if once else []  # no empty ends on a long card
    things = group(row, palette, inner, scene.style, middle=True, halo=_halo(colours)) if row else ""
    return Sheet((), (), under=rect(sheet, colours.ground) + _border(sheet, colours, short), over=things)


def _border(sheet: Box, colours: Print, short: float) -> str:
    """A double line near the edge."""
    outer, line = sheet.grown(-short * 0.045), short * 0.008
    inner = outer.grown(-line)
    thin = outer.grown(-line * 2.6)
    return (
        rect(outer, colours.second, short * 0.03)
        + rect(inner, colours.ground, short * 0.026)
        + rect(thin, colours.second, short * 0.02)
        + rect(thin.grown(-line * 0.5), colours.ground, short * 0.018)
    )


def _halo(colours: Print) -> str:
    """On a dark card the things are stickers: a red rose would not be seen on red."""
    return "" if luminance(channels(colours.ground)) > PALE else WHITE


def _words(scene: Scene, box: Box, colours: Print, scale: float = 0.9) -> list[Slot]:
    return centred(column(scene.texts, box, "center", colours.ground, (colours.second, colours.ink), scale), box)


def _motif(casts: list[Cast], at: int, palette: Palette, box: Box, scene: Scene, halo: str) -> str:
    """What is round the words: the things by turns with stars and dots between them, or flowers."""
    x, y, r = box.x + box.width / 2, box.y + box.height / 2, box.width / 2
    if casts and at % 2 == 0:
        return drawn(casts[(at // 2) % len(casts)], palette, box, scene.style, halo=halo)
    hues = (palette.accent, palette.orb, palette.land[1], palette.sky[0])
    hue = hues[at % len(hues)]
    if casts:
        small = r * 0.32
        return circle(x, y, small, hue) if at % 4 == 1 else star(x, y, small * 1.5, hue, 1.0)
    if at % 2:
        return circle(x, y, r * 0.3, hue)
    petals = [(math.cos(k * math.tau / 5), math.sin(k * math.tau / 5)) for k in range(5)]
    return "".join(circle(x + a * r * 0.45, y + b * r * 0.45, r * 0.4, hue) for a, b in petals) + circle(
        x, y, r * 0.3, palette.orb if hue != palette.orb else palette.accent
    )


def _wreath(scene: Scene, palette: Palette, sheet: Box, colours: Print, casts: list[Cast]) -> Sheet:
    """On an oval round the words."""
    w, h = sheet.width, sheet.height
    short = min(w, h)
    size = short * 0.165
    rx, ry = w / 2 - size * 0.72, h / 2 - size * 0.72
    around = math.pi * (3 * (rx + ry) - math.sqrt((3 * rx + ry) * (rx + 3 * ry)))
    count = min(MOST_ROUND, max(6, 2 * round(around / (size * 1.7))))
    places = _along(rx, ry, count)
    parts = [
        _motif(casts, at, palette, Box(w / 2 + x - size / 2, h / 2 + y - size / 2, size, size), scene, _halo(colours))
        for at, (x, y) in enumerate(places)
    ]
    across, down = (rx - size * 0.62) * 2, (ry - size * 0.62) * 2
    # The largest rectangle in the oval has edges of its axes over the square root of two; a wide one may be wider.
    box = Box(w / 2 - across * 0.37, h / 2 - down * 0.3, across * 0.74, down * 0.6)
    return Sheet((), tuple(_words(scene, box, colours, 1.3)), under=rect(sheet, colours.ground), over="".join(parts))


def _along(rx: float, ry: float, count: int) -> list[tuple[float, float]]:
    """Points at equal distances on an ellipse, from the top."""
    steps = 720
    points = [(rx * math.sin(k * math.tau / steps), -ry * math.cos(k * math.tau / steps)) for k in range(steps + 1)]
    lengths = [0.0]
    for (x1, y1), (x2, y2) in itertools.pairwise(points):
        lengths.append(lengths[-1] + math.hypot(x2 - x1, y2 - y1))
    found: list[tuple[float, float]] = []
    at = 0
    for k in range(count):
        while lengths[at] < lengths[-1] * k / count:
            at += 1
        found.append(points[at])
    return found


def _garland(scene: Scene, palette: Palette, sheet: Box, colours: Print, casts: list[Cast]) -> Sheet:
    """Flags on strings above, the things in a row below, the words between them."""
    w, h = sheet.width, sheet.height
    short = min(w, h)
    top = _flags(palette, sheet, short)
    confetti = _confetti(scene, palette, sheet, short)
    foot = 0.0
    things = ""
    if casts:
        once = singles(casts)
        tall = min(h * 0.34, w * 1.05)
        count = min(MOST_THINGS, max(len(once), round(w / (tall * 1.35)), 4 if h > 1.6 * w else 1))
        row = [once[at % len(once)] for at in range(count)]
        foot = tall + short * 0.05
        things = group(row, palette, Box(w * 0.09, h - foot, w * 0.82, tall), scene.style, halo=_halo(colours))
    box = Box(w * 0.1, h * 0.2 + short * 0.03, w * 0.8, h * 0.77 - foot - short * 0.08)
    return Sheet(
        (), tuple(_words(scene, box, colours)), under=rect(sheet, colours.ground) + confetti + top, over=things
    )


def _flags(palette: Palette, sheet: Box, short: float) -> str:
    """Two strings of pennants that hang through."""
    hues = (palette.accent, palette.orb, palette.land[1], palette.sky[0], palette.water[1])
    spans = max(1, round(sheet.width / (short * 0.9)))
    span, sag, y0 = sheet.width / spans, sheet.height * 0.1, sheet.height * 0.035
    parts: list[str] = []
    for one in range(spans):
        points = [(one * span + span * k / 12, y0 + sag * math.sin(math.pi * k / 12)) for k in range(13)]
        parts.append(stroke(points, mix(palette.ink, palette.paper, 0.35), short * 0.006))
        for k in range(1, 12, 2):
            (x1, y1), (x2, y2) = points[k], points[k + 1]
            tip = ((x1 + x2) / 2, max(y1, y2) + min(sheet.height * 0.075, span * 0.16))
            corners = f"{x1:.1f},{y1:.1f} {x2:.1f},{y2:.1f} {tip[0]:.1f},{tip[1]:.1f}"
            parts.append(f'<polygon points="{corners}" fill="{hues[(one * 6 + k // 2) % len(hues)]}"/>')
    return "".join(parts)


def _confetti(scene: Scene, palette: Palette, sheet: Box, short: float) -> str:
    """Down both sides, outside of the words."""
    chance = Chance(scene.seed, "card")
    hues = (palette.accent, palette.orb, palette.land[1], palette.sky[0])
    parts: list[str] = []
    for _ in range(26):
        side, share = chance.unit() < 0.5, chance.between(0.02, 0.085)
        x = sheet.width * (share if side else 1 - share)
        y, size = sheet.height * chance.between(0.22, 0.95), short * chance.between(0.006, 0.014)
        parts.append(circle(x, y, size, chance.choose(hues)))
    return "".join(parts)


def _framed(scene: Scene, palette: Palette, sheet: Box, colours: Print, casts: list[Cast]) -> Sheet:
    """A double line, the things above the words (beside them on a wide card)."""
    w, h = sheet.width, sheet.height
    short = min(w, h)
    border = rect(sheet, colours.ground) + _border(sheet, colours, short)
    inner = sheet.grown(-short * 0.12)
    if w / h >= 1.5:
        part = min(inner.width * 0.4, inner.height * 1.5)
        art = Box(inner.x, inner.y, part, inner.height)
        box = Box(art.right + short * 0.1, inner.y, inner.width - part - short * 0.1, inner.height)
    else:
        art = Box(inner.x, inner.y, inner.width, inner.height * 0.52)
        box = Box(inner.x, art.bottom + short * 0.06, inner.width, inner.height * 0.48 - short * 0.06)
    slots = tuple(_words(scene, box, colours))
    side = min(art.width, art.height)
    place = Box(art.x + (art.width - side) / 2, art.y + (art.height - side) / 2, side, side)
    if not casts:
        view = View(place, scene, place, corner=side / 2)
        return Sheet((view,), slots, under=border)
    disc = circle(place.x + side / 2, place.y + side / 2, side / 2, mix(palette.orb, colours.ground, 0.45))
    things = group(singles(casts)[:5], palette, place.grown(-side * 0.16), scene.style, middle=True, most_rows=1)
    return Sheet((), slots, under=border, over=disc + things)
