"""Weather laid over a photograph: fog, rain, snow, and the grain of a film. The same picture gets the same drops."""

from __future__ import annotations

import hashlib

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

from core.providers.illustrator.chance import Chance
from core.providers.illustrator.edits_plan import Effect

SEED = 20
GRAIN_TILE = 256


def weather(picture: Image.Image, effect: Effect, amount: float) -> Image.Image:
    """One kind of weather on an RGB picture; `amount` 1 is its usual measure. Other effects leave it as it is."""
    match effect:
        case Effect.FOG:
            return _fog(picture, amount)
        case Effect.RAIN:
            return _rain(picture, amount)
        case Effect.SNOW:
            return _snow(picture, amount)
        case Effect.GRAIN:
            return _grain(picture, amount)
        case _:
            return picture


def _fog(picture: Image.Image, amount: float) -> Image.Image:
    """Thicker where it is farther: at the height of the horizon and above, thin at the feet."""
    column = Image.new("L", (1, 64))
    for y in range(64):
        depth = 0.88 if y < 34 else 0.88 - 0.62 * (y - 34) / 30
        column.putpixel((0, y), round(255 * min(0.96, depth * (0.55 + 0.45 * amount))))
    thick = column.resize(picture.size, Image.Resampling.BICUBIC)
    drifts = _clouds(picture.size)
    thick = ImageChops.multiply(thick, drifts)
    white = Image.new("RGB", picture.size, (222, 226, 231))
    # Far things lose their edges first.
    veiled = picture.filter(ImageFilter.GaussianBlur(max(1.0, max(picture.size) / 700)))
    return Image.composite(white, Image.blend(picture, veiled, 0.6), thick)


def _clouds(size: tuple[int, int]) -> Image.Image:
    """Soft patches between three quarters and all."""
    dice = Chance(SEED, "weather")
    small = Image.new("L", (9, 6))
    small.putdata([round(dice.between(180, 255)) for _ in range(54)])
    return small.resize(size, Image.Resampling.BICUBIC)


def _rain(picture: Image.Image, amount: float) -> Image.Image:
    """A grey, wet light and three layers of slanting drops, the near ones longer."""
    width, height = picture.size
    edge = max(width, height)
    grey = ImageOps.colorize(ImageOps.grayscale(picture), (12, 18, 28), (206, 216, 226))
    wet = Image.blend(picture, grey, 0.5).point([round(value * 0.84) for value in range(256)] * 3)
    dice = Chance(SEED, "weather")
    drops = Image.new("L", picture.size, 0)
    for length, thickness, light, share in ((0.026, 1, 70, 2.6), (0.045, 1, 105, 1.5), (0.075, 2, 140, 0.55)):
        layer = Image.new("L", picture.size, 0)
        pen = ImageDraw.Draw(layer)
        for _ in range(round(260 * share * amount * min(width, height) / edge)):
            x, y = dice.between(-0.1, 1.1) * width, dice.between(-0.1, 1.0) * height
            long = edge * length * dice.between(0.7, 1.3)
            stroke = max(1, round(thickness * edge / 900))
            pen.line((x, y, x - long * 0.22, y + long), fill=light, width=stroke)
        drops = ImageChops.lighter(drops, layer.filter(ImageFilter.GaussianBlur(max(0.5, edge / 1800))))
    return Image.composite(Image.new("RGB", picture.size, (226, 234, 242)), wet, drops)


def _snow(picture: Image.Image, amount: float) -> Image.Image:
    """A cold, pale light and flakes in three sizes, the near ones soft."""
    width, height = picture.size
    edge = max(width, height)
    pale = ImageOps.colorize(ImageOps.grayscale(picture), (40, 52, 74), (250, 252, 255))
    cold = Image.blend(picture, pale, 0.42)
    dice = Chance(SEED, "weather")
    flakes = Image.new("L", picture.size, 0)
    for radius, light, blur, share in (
        (0.0016, 225, 0.0004, 3.0),
        (0.0032, 235, 0.001, 1.1),
        (0.0075, 205, 0.003, 0.22),
    ):
        layer = Image.new("L", picture.size, 0)
        pen = ImageDraw.Draw(layer)
        for _ in range(round(210 * share * amount * min(width, height) / edge)):
            x, y = dice.unit() * width, dice.unit() * height
            size = edge * radius * dice.between(0.6, 1.4)
            pen.ellipse((x - size, y - size, x + size, y + size), fill=light)
        flakes = ImageChops.lighter(flakes, layer.filter(ImageFilter.GaussianBlur(max(0.4, edge * blur))))
    return Image.composite(Image.new("RGB", picture.size, (255, 255, 255)), cold, flakes)


def _grain(picture: Image.Image, amount: float) -> Image.Image:
    """Noise of the greys, strongest in the middle tones, as of a fast film."""
    tile = Image.frombytes(
        "L", (GRAIN_TILE, GRAIN_TILE), hashlib.shake_128(b"film grain").digest(GRAIN_TILE * GRAIN_TILE)
    )
    tile = tile.filter(ImageFilter.GaussianBlur(0.7))
    depth = 0.34 * amount
    tile = tile.point([max(0, min(255, round(128 + (value - 128) * depth * 1.6))) for value in range(256)])
    noise = Image.new("L", picture.size)
    for x in range(0, picture.width, GRAIN_TILE):
        for y in range(0, picture.height, GRAIN_TILE):
            noise.paste(tile, (x, y))
    grained = ImageChops.overlay(picture, Image.merge("RGB", (noise, noise, noise)))
    return Image.blend(picture, grained, min(1.0, 0.8 * amount))
