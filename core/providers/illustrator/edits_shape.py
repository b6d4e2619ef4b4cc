"""Changes of a picture's shape: turning, cropping, extending; and filling a part from its surroundings."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

from core.model import Ratio, Size
from core.providers.illustrator.edits_colours import rgb
from core.providers.illustrator.edits_detail import scaled
from core.providers.illustrator.edits_effects import soft
from core.providers.illustrator.edits_plan import LONG_EDGE_MAX, Fill, Part, Turn
from core.providers.illustrator.edits_subject import inpainted

CROP_LOSS_MAX_PERCENT = 50
WORK_EDGE = 96
LEANING_DEGREES = 20  # up to this a turn straightens: no corner is to be empty
BAND = 0.12  # of the picture's width or height
INPAINT_EDGE = 640  # Telea's method is linear in the filled area and takes 0.3 s at this size


@dataclass(frozen=True, slots=True)
class Reshaped:
    """A picture in its new shape, and how it got there: cropped or extended, and the share that cropping loses."""

    picture: Image.Image
    fill: Fill
    loss_percent: int


def turned(picture: Image.Image, turn: Turn) -> Image.Image:
    """Rotated clockwise, or mirrored. Quarter turns lose nothing; a small angle is cropped, a large one has corners."""
    if turn.mirror:
        way = Image.Transpose.FLIP_TOP_BOTTOM if turn.mirror == "vertical" else Image.Transpose.FLIP_LEFT_RIGHT
        return picture.transpose(way)
    way_by_degrees = {
        90: Image.Transpose.ROTATE_270,  # Pillow counts against the clock
        180: Image.Transpose.ROTATE_180,
        270: Image.Transpose.ROTATE_90,
    }
    if turn.degrees in way_by_degrees:
        return picture.transpose(way_by_degrees[turn.degrees])
    leaning = turn.degrees if turn.degrees <= 180 else turn.degrees - 360
    if not leaning:
        return picture
    if abs(leaning) <= LEANING_DEGREES:
        return _straightened(picture, leaning)
    whole = picture.convert("RGBA")
    return whole.rotate(-turn.degrees, Image.Resampling.BICUBIC, expand=True)


def _straightened(picture: Image.Image, degrees: int) -> Image.Image:
    """Turned, and the largest part of the same ratio that has no empty corner."""
    around = picture.rotate(-degrees, Image.Resampling.BICUBIC)
    angle = math.radians(abs(degrees))
    wide, high = picture.size
    share = 1 / (math.cos(angle) + math.sin(angle) * max(wide / high, high / wide))
    inner_x, inner_y = int(wide * share) - 2, int(high * share) - 2
    left, top = (wide - inner_x) // 2, (high - inner_y) // 2
    return around.crop((left, top, left + inner_x, top + inner_y))


def part_of(picture: Image.Image, part: Part, subject: Image.Image | None) -> Image.Image:
    """The part that is kept; around the subject (`L`) there stays some air."""
    wide, high = picture.size
    if subject is not None:
        box = subject.point([0] * 128 + [255] * 128).getbbox() or (0, 0, wide, high)
        air = round(max(box[2] - box[0], box[3] - box[1]) * 0.12)
        box = max(0, box[0] - air), max(0, box[1] - air), min(wide, box[2] + air), min(high, box[3] + air)
        return picture.crop(box)
    box = (
        round(wide * part.left / 100),
        round(high * part.top / 100),
        wide - round(wide * part.right / 100),
        high - round(high * part.bottom / 100),
    )
    return picture.crop(box)


def reshaped(
    picture: Image.Image, ratio: Ratio | None, fill: Fill, size: Size | None, colour: str = "white"
) -> Reshaped:
    """The picture at a ratio, and at exactly `size` pixels when that is given (it then decides the ratio, too).

    Auto crops, unless that would lose more than half of the picture: then it extends.
    """
    wide, high = (size.width, size.height) if size else (ratio.width, ratio.height) if ratio else picture.size
    crop_x, crop_y = _inner(picture.size, wide, high)
    loss = 100 - round(100 * crop_x * crop_y / (picture.width * picture.height))
    chosen = fill
    if fill is Fill.AUTO:
        chosen = Fill.EXTEND if loss > CROP_LOSS_MAX_PERCENT else Fill.CROP
    if chosen is Fill.CROP:
        x, y = best_window(picture, crop_x, crop_y)
        result = picture.crop((x, y, x + crop_x, y + crop_y))
        target = (size.width, size.height) if size else result.size
        result = result if result.size == target else scaled(result, target)
    else:
        target = (size.width, size.height) if size else _outer(picture.size, wide, high)
        result = _extended(picture, target, chosen, colour)
    return Reshaped(result, chosen, loss)


def _inner(shape: tuple[int, int], wide: int, high: int) -> tuple[int, int]:
    """The largest part with that ratio."""
    if shape[0] * high >= shape[1] * wide:
        return max(1, round(shape[1] * wide / high)), shape[1]
    return shape[0], max(1, round(shape[0] * high / wide))


def _outer(shape: tuple[int, int], wide: int, high: int) -> tuple[int, int]:
    """The smallest canvas with that ratio that holds the picture, within the longest edge."""
    if shape[0] * high >= shape[1] * wide:
        canvas = shape[0], round(shape[0] * high / wide)
    else:
        canvas = round(shape[1] * wide / high), shape[1]
    factor = min(1.0, LONG_EDGE_MAX / max(canvas))
    return max(1, round(canvas[0] * factor)), max(1, round(canvas[1] * factor))


def best_window(picture: Image.Image, wide: int, high: int) -> tuple[int, int]:
    """Where to crop: the window with most detail, drawn a little to the middle. Its top left corner."""
    spare_x, spare_y = picture.width - wide, picture.height - high
    if not spare_x and not spare_y:
        return 0, 0
    factor = min(1.0, WORK_EDGE / max(picture.size))
    small = picture.convert("L").resize(
        (max(3, round(picture.width * factor)), max(3, round(picture.height * factor))), Image.Resampling.BOX
    )
    edges = small.filter(ImageFilter.FIND_EDGES)
    ImageDraw.Draw(edges).rectangle((0, 0, edges.width - 1, edges.height - 1), outline=0)  # the filter's own rim
    line = (edges.width, 1) if spare_x else (1, edges.height)
    energy = edges.resize(line, Image.Resampling.BOX).tobytes()
    span = max(1, round(len(energy) * (wide / picture.width if spare_x else high / picture.height)))
    sums = [0, *itertools.accumulate(energy)]
    last = max(1, len(energy) - span)
    best = max(range(last + 1), key=lambda at: (sums[min(len(energy), at + span)] - sums[at]) * _central(at, last))
    offset = round(best / last * (spare_x or spare_y))
    return (offset, 0) if spare_x else (0, offset)


def _central(at: int, last: int) -> float:
    return 1 - 0.25 * abs(2 * at / last - 1)


def _extended(picture: Image.Image, target: tuple[int, int], fill: Fill, colour: str) -> Image.Image:
    """The whole picture in the middle; beside it what `fill` says.

    A picture that is transparent already gets transparent ground, or paper.
    """
    inside = ImageOps.contain(picture, target, Image.Resampling.LANCZOS) if picture.size != target else picture
    left, top = (target[0] - inside.width) // 2, (target[1] - inside.height) // 2
    frame = (left, top, left + inside.width, top + inside.height)
    if fill is Fill.PAPER or inside.mode == "RGBA":
        paint = (*rgb(colour), 255) if fill is Fill.PAPER else (0, 0, 0, 0)
        canvas = Image.new("RGBA", target, paint).convert(inside.mode)
        canvas.paste(inside, frame, inside if inside.mode == "RGBA" else None)
        return canvas
    if fill is Fill.MIRROR:
        return _kaleidoscope(inside, target, left, top)
    if fill is Fill.BLUR:
        canvas = soft(ImageOps.fit(inside, target, Image.Resampling.BICUBIC), max(target) / 40)
        canvas = Image.blend(canvas, Image.new("RGB", target, (18, 18, 20)), 0.18)
        canvas.paste(inside, frame)
        return canvas
    return _continued(inside, target, frame)


def _kaleidoscope(inside: Image.Image, target: tuple[int, int], left: int, top: int) -> Image.Image:
    """The picture beside its own mirror images, as often as there is room."""
    canvas = Image.new("RGB", target)
    wide, high = inside.size
    for column in range(-(-left // wide) * -1, (target[0] - left + wide - 1) // wide):
        for row in range(-(-top // high) * -1, (target[1] - top + high - 1) // high):
            tile = ImageOps.mirror(inside) if column % 2 else inside
            canvas.paste(ImageOps.flip(tile) if row % 2 else tile, (left + column * wide, top + row * high))
    return canvas


def _continued(inside: Image.Image, target: tuple[int, int], frame: tuple[int, int, int, int]) -> Image.Image:
    """Beside the picture the mirror image of its edge, stretched, and softer the farther out."""
    left, top = frame[:2]
    rough = _stretched(inside, target, left, top)
    outside = Image.new("L", target, 255)
    outside.paste(0, frame)
    edge = max(target)
    near, far = soft(rough, edge / 400), soft(rough, edge / 45)
    # Half of a wide blur's flank lies outside: rising from nothing at the picture's edge to all of it.
    reach = max(4, edge // 10)
    rising = outside.filter(ImageFilter.BoxBlur(reach)).point([max(0, min(255, (v - 122) * 2)) for v in range(256)])
    surround = Image.composite(far, near, rising)
    surround.paste(inside, frame)
    return surround


def _stretched(inside: Image.Image, target: tuple[int, int], left: int, top: int) -> Image.Image:
    """The picture on its canvas, each margin covered by the mirrored band beside it.

    A narrow band: a mirror image of the subject itself would look like a second one.
    """
    canvas = Image.new("RGB", target)
    canvas.paste(inside, (left, top))
    right, bottom = left + inside.width, top + inside.height
    for start, end, at in ((0, left, left), (right, target[0], right)):
        if end > start:
            band = min(end - start, max(1, round(inside.width * BAND)))
            box = (at, top, at + band, bottom) if at == left else (at - band, top, at, bottom)
            part = ImageOps.mirror(canvas.crop(box)).resize((end - start, inside.height), Image.Resampling.BICUBIC)
            canvas.paste(part, (start, top))
    for start, end, at in ((0, top, top), (bottom, target[1], bottom)):
        if end > start:
            band = min(end - start, max(1, round(inside.height * BAND)))
            box = (0, at, target[0], at + band) if at == top else (0, at - band, target[0], at)
            part = ImageOps.flip(canvas.crop(box)).resize((target[0], end - start), Image.Resampling.BICUBIC)
            canvas.paste(part, (0, start))
    return canvas


def filled(picture: Image.Image, region: Image.Image) -> Image.Image:
    """An RGB picture whose region (`L`) continues its surroundings: by OpenCV where installed, else smoothly."""
    box = region.getbbox()
    if box is None:
        return picture
    around = max(8, max(box[2] - box[0], box[3] - box[1]) // 3)
    frame = (
        max(0, box[0] - around),
        max(0, box[1] - around),
        min(picture.width, box[2] + around),
        min(picture.height, box[3] + around),
    )
    part, hole = picture.crop(frame), region.crop(frame)
    factor = min(1.0, INPAINT_EDGE / max(part.size))
    shape = max(1, round(part.width * factor)), max(1, round(part.height * factor))
    small_hole = hole.resize(shape, Image.Resampling.BOX).point([255 if value else 0 for value in range(256)])
    small_hole = small_hole.filter(ImageFilter.MaxFilter(3))
    small = part.resize(shape, Image.Resampling.BOX)
    new = inpainted(small, small_hole) or smooth_fill(small, small_hole)
    result = picture.copy()
    result.paste(new.resize(part.size, Image.Resampling.BICUBIC), frame[:2], hole)
    return result


def without(picture: Image.Image, region: Image.Image) -> Image.Image:
    """What might be there if the region's content were not: soft colour only, made at a quarter of the size."""
    shape = max(2, picture.width // 4), max(2, picture.height // 4)
    small = smooth_fill(picture.resize(shape, Image.Resampling.BOX), region.resize(shape, Image.Resampling.BOX))
    return Image.composite(small.resize(picture.size, Image.Resampling.BICUBIC), picture, region)


def smooth_fill(picture: Image.Image, region: Image.Image) -> Image.Image:
    """Push and pull: averages of what is known, from fine to coarse, fill the region without an edge."""
    levels = [picture.convert("RGBA")]
    levels[0].putalpha(ImageChops.invert(region))
    while min(levels[-1].size) > 1:
        last = levels[-1]
        # Pillow weighs colours by alpha when it scales RGBA, which is just what is wanted here.
        levels.append(last.resize(((last.width + 1) // 2, (last.height + 1) // 2), Image.Resampling.BOX))
    whole = levels.pop().convert("RGB").convert("RGBA")
    while levels:
        level = levels.pop()
        whole = whole.resize(level.size, Image.Resampling.BICUBIC)
        whole.alpha_composite(level)
    return whole.convert("RGB")
