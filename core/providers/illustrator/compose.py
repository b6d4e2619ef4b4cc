"""From a scene and a size to SVG: backdrop, figures, text; and the check of what was set."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass

from PIL import Image

from core.model import Size
from core.providers.illustrator.backdrops import BACKDROPS
from core.providers.illustrator.craft import overlaid, pixelated
from core.providers.illustrator.greenery import seasoned
from core.providers.illustrator.layouts.table import divide
from core.providers.illustrator.painting import can_paint, is_painterly, painted
from core.providers.illustrator.palette import (
    CONTRAST_LEAST,
    Palette,
    choose_palette,
    contrast,
    legible,
    mix,
    shades,
)
from core.providers.illustrator.render import svg_to_png
from core.providers.illustrator.scene import Scene, Style
from core.providers.illustrator.shapes import Box, path, rect
from core.providers.illustrator.sheet import Sheet, Slot, View
from core.providers.illustrator.site import Painted, Site, Strip
from core.providers.illustrator.sky import paint_weather
from core.providers.illustrator.staging import stage
from core.providers.illustrator.styling import styled

SAMPLE_EDGE = 256
PLATE_OPACITY = 0.92
SLACK_PX = 1.5
LARGE_ENOUGH_PX = 6.0  # letters of this size can just be read
NAMED = re.compile(r'(\bid="|url\(#|href="#)')


@dataclass(frozen=True, slots=True)
class Check:
    """What a machine can vouch for: each text in its place and readable."""

    missing: tuple[str, ...]
    outside: tuple[str, ...]
    contrast: float
    smallest_px: float = LARGE_ENOUGH_PX

    @property
    def remarks(self) -> tuple[str, ...]:
        """What failed, as sentences for the person."""
        found: list[str] = []
        if self.missing:
            found.append(f"No installed font has these characters: {' '.join(self.missing)}.")
        if self.outside:
            found.append("A text did not fit into its place.")
        if self.contrast < CONTRAST_LEAST:
            found.append("A text may be hard to read on its ground.")
        if self.smallest_px < LARGE_ENOUGH_PX:
            found.append("A text had to be set too small to read; fewer words or a larger picture would help.")
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Composition:
    """A composed picture. `art` is everything but the text; both are complete SVG documents."""

    art: str
    full: str
    check: Check


def compose(scene: Scene, size: Size) -> Composition:
    """Compose a scene at a size."""
    palette = choose_palette(scene.light, scene.weather, scene.style, scene.seed)
    sheet = divide(scene, palette, size.width, size.height)
    unit = min(size.width, size.height) / 100
    views = [_apart(styled(_picture(view, scene, palette), scene.style, palette, unit), at)
             for at, view in enumerate(sheet.views)]  # fmt: skip
    picture = "".join(views) + _texture(sheet, scene.style, size, unit)
    if scene.style is Style.PIXEL and sheet.views:
        picture = pixelated(_document(picture, size), size)
    if is_painterly(scene.style) and can_paint() and sheet.views:
        picture = painted(_document(picture, size), size, scene.style)
    art = sheet.under + picture + sheet.over
    document = _document(art, size)
    letters, check = _letters(sheet, palette, document, size, scene.ink) if sheet.slots else ("", Check((), (), 21.0))
    return Composition(document, _document(art + letters, size), check)


def _texture(sheet: Sheet, style: Style, size: Size, unit: float) -> str:
    """What a style lays over the pictures; the grounds of texts beside them stay as they are."""
    texture = overlaid(style, size, unit) if sheet.views else ""
    whole = len(sheet.views) == 1 and sheet.views[0].box == Box(0, 0, size.width, size.height)
    if not texture or whole:
        return texture
    places = "".join(rect(view.box, "#000", view.corner) for view in sheet.views)
    return f'<clipPath id="texture">{places}</clipPath><g clip-path="url(#texture)">{texture}</g>'


def _document(body: str, size: Size) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size.width} {size.height}" '
        f'width="{size.width}" height="{size.height}">{body}</svg>'
    )


def _apart(picture: str, at: int) -> str:
    """The names of gradients and clips, kept apart from those of the pictures before it on the same sheet."""
    return NAMED.sub(rf"\1v{at}-", picture) if at else picture


def _picture(view: View, whole: Scene, palette: Palette) -> str:
    box, scene = view.box, view.scene
    if scene is not whole:
        palette = choose_palette(scene.light, scene.weather, scene.style, scene.seed)
    quiet = tuple(calm.moved(-box.x, -box.y) for calm in view.quiet)
    crowd = view.crowd.moved(-box.x, -box.y) if view.crowd is not None else None
    site = Site(box.width, box.height, scene, seasoned(palette, scene.season), quiet, crowd)
    room = view.room.moved(-box.x, -box.y)
    paint = BACKDROPS[scene.setting]
    painted = paint(site)
    if scene.transparent:
        return _alone(site, room)
    inner = painted.behind + stage(site, painted, room) + painted.front + paint_weather(site)
    if view.corner == 0 and box.x == 0 and box.y == 0:
        return inner  # what is below the picture is painted over it: a clip costs a layer of the whole sheet
    whole_box = Box(0, 0, box.width, box.height)
    clip = f'<clipPath id="sheet">{rect(whole_box, "#000", view.corner)}</clipPath>'
    return f'<g transform="translate({box.x:.2f} {box.y:.2f})">{clip}<g clip-path="url(#sheet)">{inner}</g></g>'


def _alone(site: Site, room: Box) -> str:
    """Only the figures, large, for a transparent background."""
    ground = Strip(site.width * 0.04, site.width * 0.96, site.height * 0.92, site.height * 0.94)
    sky = Box(site.width * 0.05, site.height * 0.1, site.width * 0.9, site.height * 0.6)
    return stage(site, Painted("", "", ground, sky, floats=True), room)


def _letters(sheet: Sheet, palette: Palette, art: str, size: Size, wish: str) -> tuple[str, Check]:
    """The text, with a plate under it where the picture leaves too little contrast. `wish` is the colour asked for."""
    ground = _ground(sheet, palette, art, size, wish)
    parts = [ground.plate]
    least = 21.0
    for slot in sheet.slots:
        ink = (legible(wish, slot.ground) if wish else slot.ink) if slot.ground else ground.ink
        least = min(least, contrast(ink, slot.ground) if slot.ground else ground.contrast)
        place = f'transform="translate({slot.box.x:.2f} {slot.box.y:.2f})"'
        parts.append(f"<g {place}>{path(slot.set.svg_path_d, ink)}</g>")
    missing = tuple(dict.fromkeys(c for slot in sheet.slots for c in slot.set.missing))
    outside = tuple(slot.text for slot in sheet.slots if not _fits(slot, size))
    smallest = min(slot.set.font_px for slot in sheet.slots)
    return "".join(parts), Check(missing, outside, round(least, 2), round(smallest, 1))


def _fits(slot: Slot, size: Size) -> bool:
    box = slot.ink_box
    inside = box.x >= -SLACK_PX and box.y >= -SLACK_PX
    return inside and box.right <= size.width + SLACK_PX and box.bottom <= size.height + SLACK_PX


@dataclass(frozen=True, slots=True)
class _Ground:
    """What the texts on the picture are printed with: their colour, a plate under them, the least contrast."""

    ink: str
    plate: str
    contrast: float


def _ground(sheet: Sheet, palette: Palette, art: str, size: Size, wish: str) -> _Ground:
    """Measured on the rendered picture itself: no rule about skies and moons could promise as much."""
    boxes = [slot.ink_box for slot in sheet.slots if not slot.ground]
    if not boxes:
        return _Ground(wish or palette.ink, "", 21.0)
    seen = _colours_under(boxes, art, size)
    inks = shades(wish) if wish else (palette.paper, palette.ink)
    rated = [(min(contrast(ink, ground) for ground in seen), ink) for ink in inks]
    # Of a wish the nearest shade that can be read, else the wish itself on a plate.
    ratio, ink = next((one for one in rated if one[0] >= CONTRAST_LEAST), rated[0]) if wish else max(rated)
    if ratio >= CONTRAST_LEAST:
        return _Ground(ink, "", ratio)
    under = max((palette.ink, palette.paper), key=lambda colour: contrast(colour, ink))
    pad = max(slot.set.font_px for slot in sheet.slots) * 0.3
    left, top = min(box.x for box in boxes), min(box.y for box in boxes)
    right, bottom = max(box.right for box in boxes), max(box.bottom for box in boxes)
    plate = rect(Box(left, top, right - left, bottom - top).grown(pad), under, pad * 0.8, PLATE_OPACITY)
    blended = [mix("#" + bytes(ground).hex(), under, PLATE_OPACITY) for ground in seen]
    hardest = min(blended, key=lambda ground: contrast(ink, ground))
    ink = legible(ink, hardest)
    return _Ground(ink, plate, min(contrast(ink, ground) for ground in blended))


def _colours_under(boxes: list[Box], art: str, size: Size) -> set[tuple[int, int, int]]:
    scale = min(1.0, SAMPLE_EDGE / max(size.width, size.height))
    png = svg_to_png(art, max(1, round(size.width * scale)), max(1, round(size.height * scale)))
    seen: set[tuple[int, int, int]] = set()
    with Image.open(io.BytesIO(png)) as picture:
        sample = picture.convert("RGB")
    for box in boxes:
        corners = (int(box.x * scale), int(box.y * scale), int(box.right * scale) + 1, int(box.bottom * scale) + 1)
        data = sample.crop(corners).tobytes()
        seen.update((data[at], data[at + 1], data[at + 2]) for at in range(0, len(data), 3))
    return seen
