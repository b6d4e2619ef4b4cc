"""Draws one figure: an illustration with the light on it, a body under a head, what it holds and what it sits on.

Drawings: Twemoji, copyright Twitter and other contributors, CC BY 4.0.
"""

from __future__ import annotations

import functools
import io
import re
from collections import Counter
from dataclasses import dataclass, replace

from PIL import Image

from core.providers.illustrator.figures import figures
from core.providers.illustrator.palette import Palette, mix, recolour
from core.providers.illustrator.pictures import drawing_file
from core.providers.illustrator.render import svg_to_png
from core.providers.illustrator.scene import Cast
from core.providers.illustrator.shapes import circle, ellipse, path, stroke
from core.providers.illustrator.tinting import colours, prevailing, tinted

GRID = 36  # Twemoji's own square
RAISED = frozenset("🎈🪁☂🚩🏮🪧🎏🪄🎋⭐🎆")
# Ships are drawn with their own patch of sea; ours is painted.
OWN_WATER = re.compile(r'<path fill="#55ACEE" d="M0 (?:\d+(?:\.\d+)?h36v|23\.933V)[^"]*"/>')
PEOPLE = frozenset("👨👩🧑👮👷💂🕵👰🤵👼🦸🦹🧙🧚🧛🧝🧞🧟🥷")
FACES = frozenset("👧👦👶🧒👩👨🧑👴👵🧓🧔👱")
BUST_WIDTH = 14.0  # narrower feet are feet
SMALLEST = 0.36
SIZES = {"tiny": 0.5, "small": 0.75, "big": 1.35, "huge": 1.9}  # against the usual size
LOOK_PX = 72


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawn figure in grid units. Its origin is the middle of its foot; upwards is negative."""

    svg: str
    width: float
    height: float


@functools.cache
def _source(drawing: str) -> str:
    file = drawing_file(drawing)
    if file is None:
        return ""
    markup = file.read_text("utf-8")
    inner = markup[markup.index(">") + 1 : markup.rindex("</svg>")]
    key = "d" + "".join(f"{ord(c):x}" for c in drawing)
    inner = re.sub(r'id="([^"]+)"', rf'id="{key}-\1"', inner)
    return re.sub(r'(url\(#|href="#)', rf"\g<1>{key}-", OWN_WATER.sub("", inner))


@dataclass(frozen=True, slots=True)
class Look:
    """What can be seen of a drawing: its prevailing colour, and where its ink begins and ends on the grid."""

    colour: str
    left: float
    right: float
    top: float
    bottom: float
    foot_width: float  # how much of its lowest row is ink: a bust is cut off there
    foot_colour: str
    main: str  # the colour that people would say it has
    tops: tuple[float, ...]  # the highest ink of each half grid unit from left to right; 36 where there is none


@functools.cache
def look(drawing: str) -> Look:
    """Seen once in each process: a head's body wears the colour, and the lowest ink stands on the ground."""
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 36 36">{_source(drawing)}</svg>'
    with Image.open(io.BytesIO(svg_to_png(svg, LOOK_PX, LOOK_PX))) as picture:
        seen = picture.convert("RGBA")
    data = seen.tobytes()
    colours = Counter(data[at : at + 3] for at in range(0, len(data), 4) if data[at + 3] == 255)
    box = seen.getchannel("A").point(lambda alpha: 255 if alpha > 127 else 0).getbbox() or (0, 0, LOOK_PX, LOOK_PX)
    left, top, right, bottom = (value * GRID / LOOK_PX for value in box)
    colour = "#" + colours.most_common(1)[0][0].hex() if colours else "#888888"
    row = [data[at : at + 4] for at in range(len(data) - 8 * LOOK_PX, len(data) - 4 * LOOK_PX, 4)]
    cut = Counter(pixel[:3] for pixel in row if pixel[3] == 255)
    foot = "#" + cut.most_common(1)[0][0].hex() if cut else colour
    areas = {f"#{pixel.hex()}": count for pixel, count in colours.items() if count >= LOOK_PX // 6}
    return Look(
        colour, left, right, top, bottom, sum(cut.values()) * GRID / LOOK_PX, foot, prevailing(areas), _tops(data)
    )


def _tops(data: bytes) -> tuple[float, ...]:
    """From RGBA rows: where each column's ink begins, in grid units."""
    rows = [data[at * 4 * LOOK_PX + 3 : (at + 1) * 4 * LOOK_PX : 4] for at in range(LOOK_PX)]
    return tuple(
        next((at for at in range(LOOK_PX) if rows[at][x] > 127), LOOK_PX) * GRID / LOOK_PX for x in range(LOOK_PX)
    )


def _draw(drawing: str, palette: Palette, x: float, y: float, size: float, colour: str = "") -> str:
    """The illustration with its ink's foot at (x, y); `size` is the side of its square, `colour` a name or ""."""
    art = tinted(_source(drawing), look(drawing).main, colour) if colour else _source(drawing)
    art, scale = recolour(art, palette.lit), size / GRID
    seen = look(drawing)
    left = x - (seen.left + seen.right) / 2 * scale
    return f'<g transform="translate({left:.2f} {y - seen.bottom * scale:.2f}) scale({scale:.4f})">{art}</g>'


def fronted(cast: Cast) -> Cast:
    """An animal that is drawn from the side, seen from the front: so it can hold, wear and ride something."""
    front = figures().front.get(cast.drawing)
    if front is None:
        return cast
    return replace(cast, drawing=front, colour=cast.colour or ("black" if cast.drawing.endswith("⬛") else ""))


def figure(cast: Cast, palette: Palette) -> Figure:
    """A figure with all that belongs to it."""
    if cast.holds or cast.mount:
        cast = fronted(cast)
    if cast.mount:
        return _mounted(cast, palette)
    wanted = palette.lit(colours()[cast.colour]) if cast.colour else ""
    if cast.drawing in figures().heads:
        return _with_body(cast, palette, wanted or _main(cast.drawing, palette), False)
    if _is_bust(cast.drawing):
        return _with_body(cast, palette, wanted or palette.lit(look(cast.drawing).foot_colour), True)
    return _plain(cast, palette)


def _tint(cast: Cast, drawing: str) -> str:
    """The colour of what somebody holds or sits on."""
    return dict(pair.split("=", 1) for pair in cast.tints).get(drawing, "")


def _is_bust(drawing: str) -> bool:
    """Whether this is a person who ends at the breast; the shoulders' colour is then the body's."""
    return bool(PEOPLE & set(drawing)) and look(drawing).foot_width > BUST_WIDTH


def _main(drawing: str, palette: Palette) -> str:
    colour = look(drawing).colour
    return palette.lit(palette.accent if drawing in FACES else colour)


def _plain(cast: Cast, palette: Palette) -> Figure:
    parts = [_draw(cast.drawing, palette, 0, 0, GRID, cast.colour)]
    seen = look(cast.drawing)
    width = seen.right - seen.left
    for side, held in zip((1, -1), cast.holds, strict=False):
        raised = held[0] in RAISED
        parts.append(_draw(held, palette, side * 20, -12 if raised else -2, 20 if raised else 15, _tint(cast, held)))
        width += 12
    return Figure(
        "".join(parts), width, seen.bottom - seen.top + (4 if cast.holds and cast.holds[0][0] in RAISED else 0)
    )


def _with_body(cast: Cast, palette: Palette, colour: str, bust: bool) -> Figure:
    """A head (or head and shoulders) on a body with arms and feet; held things are before the chest or raised."""
    dark, belly = mix(colour, palette.ink, 0.22), mix(colour, palette.paper, 0.55)
    torso = "M-9 -19C-12 -11 -12.5 -4 -9.5 -1.5C-6 .8 6 .8 9.5 -1.5C12.5 -4 12 -11 9 -19Z"
    if bust:
        torso = "M-11 -20L-11 -4C-11 0 -8 .5 0 .5C8 .5 11 0 11 -4L11 -20Z"
    parts = [ellipse(-5, 0, 4.6, 2.4, dark), ellipse(5, 0, 4.6, 2.4, dark), path(torso, colour)]
    if not bust:
        parts += [ellipse(0, -7.5, 5.6, 6.8, belly, 0.8)]
    head = 28.0 if bust else 26.0
    skin = bust or cast.drawing in FACES  # a "red girl" is dressed in red
    parts.append(_draw(cast.drawing, palette, 0, -16 if bust else -14, head, "" if skin else cast.colour))
    chest = [held for held in cast.holds if held[0] not in RAISED][:1]
    raised = [held for held in cast.holds if held not in chest][:1]
    right = (
        _raised(cast, raised[0], palette, dark) if raised else stroke([(9.6, -15), (12, -9), (7.5, -5.5)], dark, 3.4)
    )
    left = stroke([(-9.6, -15), (-12, -9), (-7.5, -5.5)], dark, 3.4)
    if chest:
        parts += [
            _draw(chest[0], palette, 0, 1.4, 14.5, _tint(cast, chest[0])),
            left,
            right,
            circle(-7, -5.4, 2.1, colour),
        ]
        parts += [] if raised else [circle(7, -5.4, 2.1, colour)]
    else:
        resting = stroke([(-9.6, -15), (-12.2, -9.5), (-11, -5)], dark, 3.4)
        parts += [resting, right if raised else stroke([(9.6, -15), (12.2, -9.5), (11, -5)], dark, 3.4)]
    height = 42.0 + (6.0 if raised else 0.0)
    return Figure("".join(parts), 30.0 + (14.0 if raised else 0.0), height)


def _raised(cast: Cast, held: str, palette: Palette, arm: str) -> str:
    thing = _draw(held, palette, 18, -19, 24, _tint(cast, held))
    return stroke([(9.6, -15), (14, -17), (17, -22)], arm, 3.4) + thing


def _mounted(cast: Cast, palette: Palette) -> Figure:
    """The rider sits behind the mount's near side, so that saddle, hull or arm-rest hides the legs."""
    rider = figure(Cast(cast.drawing, cast.name, 1, cast.holds, colour=cast.colour, tints=cast.tints), palette)
    has_body = cast.drawing in figures().heads or _is_bust(cast.drawing)
    scale, lift = (0.66, 15.0) if has_body else (0.6, 17.0)
    seat = {"⛵": -8.0, "🚀": 0.0, "🛸": 0.0, "🐎": 1.0, "🚲": -2.0, "🏍️": 0.0}.get(cast.mount, 0.0)
    parts = [
        f'<g transform="translate({seat:.1f} {-lift:.1f}) scale({scale})">{rider.svg}</g>',
        _draw(cast.mount, palette, 0, 0, GRID, _tint(cast, cast.mount)),
    ]
    return Figure("".join(parts), max(float(GRID), rider.width * scale), max(float(GRID), lift + rider.height * scale))


def relative_size(cast: Cast) -> float:
    """How tall the whole figure stands, against a person's 1.0."""
    kinds, factor = figures(), SIZES.get(cast.size, 1.0)
    if cast.mount:
        return max(kinds.size(cast.mount), 1.15) * 1.2 * factor
    size = kinds.size(cast.drawing)
    if cast.drawing in kinds.heads:
        size = max(size, 1.0) if size >= 0.75 else size * 1.2
    return max(SMALLEST * min(1.0, factor), size * factor)
