"""The effects: from RGB to RGB, every pixel in its place. Pillow only, so that they work on every installation.

Colour is graded through small three-dimensional tables (a `Color3DLUT` of 17 steps is within one level of the exact
function), which Pillow applies in C and without the interpreter's lock.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import assert_never

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageMath, ImageOps, ImageStat

from core.providers.illustrator.edits_plan import Effect

STEPS = 17
Rgb = tuple[float, float, float]
COLOURS: dict[str, tuple[int, int, int]] = {
    "white": (255, 255, 255),
    "black": (16, 16, 18),
    "grey": (128, 128, 132),
    "red": (214, 40, 40),
    "orange": (240, 130, 30),
    "yellow": (250, 208, 44),
    "green": (46, 152, 70),
    "teal": (20, 160, 160),
    "blue": (38, 98, 210),
    "purple": (128, 62, 180),
    "pink": (240, 110, 170),
    "brown": (122, 78, 44),
    "gold": (212, 168, 60),
}


def tone(picture: Image.Image, effect: Effect, strength: int) -> Image.Image:
    """One effect on an RGB picture. `strength` 100 is the usual measure; it scales what the effect adds."""
    amount = strength / 100
    edge = max(picture.size)
    match effect:
        case Effect.NIGHT:
            return _mixed(picture, _night(picture), min(1.0, 0.4 + 0.6 * amount))
        case Effect.BLUR:
            return soft(picture, max(2.0, edge * 0.012 * amount))
        case Effect.SHARPEN:
            return picture.filter(ImageFilter.UnsharpMask(max(1.0, edge / 900), round(130 * amount), 2))
        case Effect.SKETCH:
            return _sketch(picture)
        case Effect.INVERT:
            return ImageOps.invert(picture)
        case Effect.PIXELATE:
            return _pixelated(picture, max(4, round(edge / 48 * amount)))
        case Effect.VIGNETTE:
            return _vignette(picture, min(0.9, 0.6 * amount))
        case (
            Effect.WARM
            | Effect.COOL
            | Effect.BLACK_AND_WHITE
            | Effect.SEPIA
            | Effect.BRIGHTER
            | Effect.DARKER
            | Effect.MORE_CONTRAST
            | Effect.LESS_CONTRAST
            | Effect.VIVID
            | Effect.FADED
        ):
            return picture.filter(_table(effect, 100 if effect in _WHOLE else strength))
        case _:
            assert_never(effect)


def tint(picture: Image.Image, colour: str, region: Image.Image | None) -> Image.Image:
    """Everything in one hue, its light and shade kept. The region's mean light becomes the colour itself."""
    light = ImageOps.grayscale(picture)
    middle = int(ImageStat.Stat(light, region).mean[0]) if region is None or region.getbbox() else 128
    paint = COLOURS[colour]
    red, green, blue = paint
    shade = (round(red * 0.16), round(green * 0.16), round(blue * 0.16))
    shine = (255 - (255 - red) // 5, 255 - (255 - green) // 5, 255 - (255 - blue) // 5)
    toned = ImageOps.colorize(light, shade, shine, paint, 0, 255, max(40, min(215, middle)))
    return _mixed(picture, toned, 0.92)


def soft(picture: Image.Image, radius: float) -> Image.Image:
    """A Gaussian blur whose time does not grow with its radius: wide ones are made on a smaller copy."""
    step = int(radius // 4)
    if step < 2:
        return picture.filter(ImageFilter.GaussianBlur(radius))
    small = picture.reduce(step).filter(ImageFilter.GaussianBlur(radius / step))
    return small.resize(picture.size, Image.Resampling.BICUBIC)


def flat(size: tuple[int, int], colour: str) -> Image.Image:
    """One colour."""
    return Image.new("RGB", size, COLOURS[colour])


# --- colour tables -----------------------------------------------------------------------------------------------


def _clamp(value: float) -> float:
    return 0.0 if value < 0.0 else min(value, 1.0)


def _light(rgb: Rgb) -> float:
    return 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]


def _toward(rgb: Rgb, target: Rgb, share: float) -> Rgb:
    red, green, blue = (a + (b - a) * share for a, b in zip(rgb, target, strict=True))
    return red, green, blue


def _saturated(rgb: Rgb, factor: float) -> Rgb:
    grey = _light(rgb)
    return _toward((grey, grey, grey), rgb, factor)


def _relit(rgb: Rgb, light: float) -> Rgb:
    """The same colour with the light of its original: a change of temperature is not one of exposure."""
    now = _light(rgb)
    factor = light / now if now > 0.004 else 1.0
    return rgb[0] * factor, rgb[1] * factor, rgb[2] * factor


def _warm(rgb: Rgb, amount: float) -> Rgb:
    light = _light(rgb)
    tinted = rgb[0] * (1 + 0.14 * amount), rgb[1] * (1 + 0.02 * amount), rgb[2] * (1 - 0.24 * amount)
    return _saturated(_relit(tinted, light * (1 + 0.03 * amount)), 1 + 0.08 * amount)


def _cool(rgb: Rgb, amount: float) -> Rgb:
    light = _light(rgb)
    tinted = rgb[0] * (1 - 0.16 * amount), rgb[1] * (1 + 0.01 * amount), rgb[2] * (1 + 0.2 * amount)
    return _saturated(_relit(tinted, light), 1 - 0.06 * amount)


def _black_and_white(rgb: Rgb, amount: float) -> Rgb:
    # A yellow-orange filter's weights, as in black and white photography: skies get depth, skin stays light.
    grey = _steeper(0.36 * rgb[0] + 0.54 * rgb[1] + 0.10 * rgb[2], 0.25)
    return grey, grey, grey


def _sepia(rgb: Rgb, amount: float) -> Rgb:
    grey = _light(rgb) ** 0.95
    faded = 0.06 + 0.90 * grey
    return faded * 1.06, faded * 0.89 + 0.01, faded * 0.66 + 0.01


def _brighter(rgb: Rgb, amount: float) -> Rgb:
    gamma = 1 / (1 + 0.45 * amount)
    return rgb[0] ** gamma, rgb[1] ** gamma, rgb[2] ** gamma


def _darker(rgb: Rgb, amount: float) -> Rgb:
    gamma, scale = 1 + 0.45 * amount, 1 - 0.06 * min(amount, 3)
    return rgb[0] ** gamma * scale, rgb[1] ** gamma * scale, rgb[2] ** gamma * scale


def _steeper(value: float, amount: float) -> float:
    """An S-curve through black, the middle and white."""
    curved = value * value * (3 - 2 * value)
    return _clamp(value + (curved - value) * amount)


def _more_contrast(rgb: Rgb, amount: float) -> Rgb:
    return _steeper(rgb[0], 1.1 * amount), _steeper(rgb[1], 1.1 * amount), _steeper(rgb[2], 1.1 * amount)


def _less_contrast(rgb: Rgb, amount: float) -> Rgb:
    return _toward(rgb, (0.5, 0.5, 0.5), min(0.8, 0.32 * amount))


def _vivid(rgb: Rgb, amount: float) -> Rgb:
    # Vibrance: what is saturated already gains less, so that nothing clips to a flat patch.
    spread = max(rgb) - min(rgb)
    return _saturated(rgb, 1 + amount * (0.75 - 0.5 * spread))


def _faded(rgb: Rgb, amount: float) -> Rgb:
    pale = _saturated(rgb, max(0.1, 1 - 0.4 * amount))
    lift, gain = 0.10 * min(amount, 2), 1 - 0.15 * min(amount, 2)
    return pale[0] * gain + lift, pale[1] * gain + lift * 0.97, pale[2] * gain + lift * 0.95


def _moonlit(rgb: Rgb, amount: float) -> Rgb:
    """Day for night, as on film: under-exposed, blue, little colour; what shines warm keeps shining."""
    light = _light(rgb)
    dim = _saturated(rgb, 0.45)
    exposed = [0.48 * _clamp(part) ** 1.2 for part in dim]
    night = exposed[0] * 0.60 + 0.008, exposed[1] * 0.80 + 0.014, exposed[2] * 1.32 + 0.034
    warmth = _clamp((rgb[0] - rgb[2] - 0.18) / 0.42) * _clamp((max(rgb) - 0.55) / 0.35)
    glow = rgb[0] * 0.66, rgb[1] * 0.50, rgb[2] * 0.34
    return _toward(night, glow, 0.55 * warmth * (0.5 + 0.5 * light))


_TABLES: dict[Effect, Callable[[Rgb, float], Rgb]] = {
    Effect.NIGHT: _moonlit,
    Effect.WARM: _warm,
    Effect.COOL: _cool,
    Effect.BLACK_AND_WHITE: _black_and_white,
    Effect.SEPIA: _sepia,
    Effect.BRIGHTER: _brighter,
    Effect.DARKER: _darker,
    Effect.MORE_CONTRAST: _more_contrast,
    Effect.LESS_CONTRAST: _less_contrast,
    Effect.VIVID: _vivid,
    Effect.FADED: _faded,
}
_WHOLE = frozenset({Effect.BLACK_AND_WHITE, Effect.SEPIA})  # a picture is black and white, or it is not


@functools.lru_cache(maxsize=64)
def _table(effect: Effect, strength: int) -> ImageFilter.Color3DLUT:
    grade = _TABLES[effect]

    def graded(red: float, green: float, blue: float) -> Rgb:
        result = grade((red, green, blue), strength / 100)
        return _clamp(result[0]), _clamp(result[1]), _clamp(result[2])

    return ImageFilter.Color3DLUT.generate(STEPS, graded)


# --- effects that look around ------------------------------------------------------------------------------------


def _mixed(before: Image.Image, after: Image.Image, share: float) -> Image.Image:
    return after if share >= 1 else Image.blend(before, after, share)


def _night(picture: Image.Image) -> Image.Image:
    """Moonlight on everything, and a sky that is darker than the land, deepest at its top."""
    moonlit = picture.filter(_table(Effect.NIGHT, 100))
    sky = sky_of(picture)
    if sky is None:
        return moonlit
    # Top to horizon: deep blue to a paler one, over what little of the clouds is left.
    column = Image.linear_gradient("L").resize((1, picture.height)).resize(picture.size)
    deep = ImageOps.colorize(column, (8, 14, 36), (52, 66, 108))
    return Image.composite(Image.blend(moonlit, deep, 0.72), moonlit, sky)


def sky_of(picture: Image.Image) -> Image.Image | None:
    """Where the sky is, as `L`: bright, not warm, and joined to the upper edge. None when there is none to speak of."""
    small = picture.copy()
    small.thumbnail((160, 160), Image.Resampling.BOX)
    likely = _skylike(small.filter(ImageFilter.GaussianBlur(1))).point([255 if v > 110 else 0 for v in range(256)])
    for x in range(0, likely.width, 4):
        if likely.getpixel((x, 0)) == 255:
            ImageDraw.floodfill(likely, (x, 0), 128)
    joined = likely.point([255 if value == 128 else 0 for value in range(256)])
    if joined.histogram()[255] < likely.width * likely.height * 0.04:
        return None
    # The small mask says where, the full one draws the edge: along roofs and leaves, without a halo.
    near = joined.filter(ImageFilter.MaxFilter(5)).resize(picture.size, Image.Resampling.BICUBIC)
    return ImageChops.darker(near, _skylike(picture))


def _skylike(picture: Image.Image) -> Image.Image:
    """How much each pixel could be sky by its own colour: light and rather blue or grey than warm."""
    red, _, blue = picture.split()
    light = ImageOps.grayscale(picture).point([max(0, min(255, (value - 120) * 5)) for value in range(256)])
    warm = ImageChops.subtract(red, blue).point([max(0, 255 - max(0, value - 12) * 14) for value in range(256)])
    return ImageChops.darker(light, warm)


def _sketch(picture: Image.Image) -> Image.Image:
    """Pencil: colour dodge of the greys with their own blur, on a warm white paper."""
    # The 20 below keeps the noise of shadows from being drawn.
    grey = ImageOps.grayscale(picture)
    soft = grey.filter(ImageFilter.GaussianBlur(max(3.0, max(picture.size) / 110)))
    dodged = ImageMath.lambda_eval(
        lambda given: given["convert"](given["min"]((given["grey"] + 20) * 255 / (given["soft"] + 21), 255), "L"),
        grey=grey,
        soft=soft,
    )
    lines = dodged.point([round(255 * (value / 255) ** 2.2) for value in range(256)])
    shaded = ImageChops.multiply(lines, grey.point([200 + value * 55 // 255 for value in range(256)]))
    return ImageOps.colorize(shaded, (38, 36, 40), (252, 250, 245))


def _pixelated(picture: Image.Image, block: int) -> Image.Image:
    small = picture.reduce(block)
    whole = small.resize((small.width * block, small.height * block), Image.Resampling.NEAREST)
    return whole.crop((0, 0, *picture.size))


def _vignette(picture: Image.Image, depth: float) -> Image.Image:
    ring = Image.radial_gradient("L").resize(picture.size)
    shade = ring.point([round(255 * (1 - depth * max(0.0, (value - 90) / 165) ** 1.6)) for value in range(256)])
    return ImageChops.multiply(picture, Image.merge("RGB", (shade, shade, shade)))
