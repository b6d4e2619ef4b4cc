"""The effects: from RGB to RGB, every pixel in its place. Pillow only, so that they work on every installation."""

from __future__ import annotations

from typing import assert_never

from PIL import Image, ImageChops, ImageFilter, ImageMath, ImageOps, ImageStat

from core.providers.illustrator import edits_detail, edits_weather
from core.providers.illustrator.edits_colours import rgb
from core.providers.illustrator.edits_plan import Effect
from core.providers.illustrator.edits_sky import sky_of
from core.providers.illustrator.edits_tables import WHOLE, table

POSTER_EDGE = 1600  # a print of flat areas gains nothing from more


def tone(picture: Image.Image, effect: Effect, strength: int) -> Image.Image:
    """One effect on an RGB picture. `strength` 100 is the usual measure; it scales what the effect adds."""
    amount = strength / 100
    edge = max(picture.size)
    match effect:  # long because each effect has a line or two, and none is forgotten
        case Effect.NIGHT:
            return _mixed(picture, _night(picture), min(1.0, 0.4 + 0.6 * amount))
        case Effect.SUNSET:
            return _mixed(picture, _sunset(picture), min(1.0, 0.35 + 0.65 * amount))
        case Effect.FOG | Effect.RAIN | Effect.SNOW | Effect.GRAIN:
            return edits_weather.weather(picture, effect, amount)
        case Effect.DENOISE:
            return edits_detail.denoised(picture, amount)
        case Effect.ENHANCE:
            return _mixed(picture, _enhanced(picture), min(1.0, 0.8 * amount))
        case Effect.POSTERIZE:
            return _posterized(picture)
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
            return picture.filter(table(effect, 100 if effect in WHOLE else strength))
        case _:
            assert_never(effect)


def tint(picture: Image.Image, colour: str, region: Image.Image | None, strength: int = 100) -> Image.Image:
    """Everything in one hue, its light and shade kept. The region's mean light becomes the colour itself."""
    light = ImageOps.grayscale(picture)
    middle = int(ImageStat.Stat(light, region).mean[0]) if region is None or region.getbbox() else 128
    paint = rgb(colour)
    red, green, blue = paint
    shade = (round(red * 0.16), round(green * 0.16), round(blue * 0.16))
    shine = (255 - (255 - red) // 5, 255 - (255 - green) // 5, 255 - (255 - blue) // 5)
    toned = ImageOps.colorize(light, shade, shine, paint, 0, 255, max(40, min(215, middle)))
    return _mixed(picture, toned, 0.92 * strength / 100)


def soft(picture: Image.Image, radius: float) -> Image.Image:
    """A Gaussian blur whose time does not grow with its radius: wide ones are made on a smaller copy."""
    step = int(radius // 4)
    if step < 2:
        return picture.filter(ImageFilter.GaussianBlur(radius))
    small = picture.reduce(step).filter(ImageFilter.GaussianBlur(radius / step))
    return small.resize(picture.size, Image.Resampling.BICUBIC)


def turned_hue(picture: Image.Image, degrees: int) -> Image.Image:
    """All hues turned around the colour circle; light and saturation stay."""
    hue, saturation, value = picture.convert("HSV").split()
    shift = round(degrees * 256 / 360)
    return Image.merge("HSV", (hue.point([(at + shift) % 256 for at in range(256)]), saturation, value)).convert("RGB")


def _mixed(before: Image.Image, after: Image.Image, share: float) -> Image.Image:
    return after if share >= 1 else Image.blend(before, after, share)


def _night(picture: Image.Image) -> Image.Image:
    """Moonlight on everything, and a sky that is darker than the land, deepest at its top."""
    moonlit = picture.filter(table(Effect.NIGHT, 100))
    sky = sky_of(picture)
    if sky is None:
        return moonlit
    # Top to horizon: deep blue to a paler one, over what little of the clouds is left.
    column = Image.linear_gradient("L").resize((1, picture.height)).resize(picture.size)
    deep = ImageOps.colorize(column, (8, 14, 36), (52, 66, 108))
    return Image.composite(Image.blend(moonlit, deep, 0.72), moonlit, sky)


def _sunset(picture: Image.Image) -> Image.Image:
    """Low sun: a sky from violet over rose to gold at the horizon, and a land that is warm and a little darker."""
    low = picture.filter(table(Effect.SUNSET, 100))
    sky = sky_of(picture)
    if sky is None:
        return low
    box = sky.getbbox() or (0, 0, *picture.size)
    column = Image.linear_gradient("L").resize((1, max(1, box[3]))).resize((picture.width, max(1, box[3])))
    ramp = Image.new("L", picture.size, 255)
    ramp.paste(column, (0, 0))
    glow = ImageOps.colorize(ramp, (84, 62, 128), (255, 196, 104), (236, 118, 104), 0, 255, 150)
    # What clouds there are keep some of their shape.
    lit = ImageChops.multiply(
        glow,
        ImageOps.autocontrast(ImageOps.grayscale(picture))
        .point([190 + value * 65 // 255 for value in range(256)])
        .convert("RGB"),
    )
    return Image.composite(Image.blend(low, lit, 0.82), low, sky)


def _enhanced(picture: Image.Image) -> Image.Image:
    """What a photo program's "auto" does: the full range, shadows lifted a little, colours a little stronger."""
    light = ImageOps.grayscale(picture)
    stretched = ImageOps.autocontrast(picture, cutoff=(0.4, 0.4), preserve_tone=True)
    mean = ImageStat.Stat(light).mean[0]
    if mean < 118:
        lift = Image.blend(stretched, stretched.filter(table(Effect.BRIGHTER, 100)), min(0.6, (118 - mean) / 90))
        stretched = lift
    return stretched.filter(table(Effect.VIVID, 45)).filter(ImageFilter.UnsharpMask(1.2, 40, 2))


def _posterized(picture: Image.Image) -> Image.Image:
    """Strong, flat colours in five steps of light, as on a screen print."""
    calm = ImageOps.contain(picture, (POSTER_EDGE, POSTER_EDGE)) if max(picture.size) > POSTER_EDGE else picture
    for _ in range(2):
        calm = calm.filter(ImageFilter.MedianFilter(5))
    hue, saturation, value = (
        calm.filter(ImageFilter.GaussianBlur(max(0.8, max(calm.size) / 900))).convert("HSV").split()
    )
    steps = value.point([min(255, 28 + 56 * (at * 5 // 256)) for at in range(256)])
    strong = saturation.point([min(255, round(at * 1.7) // 40 * 40 + 12) if at > 26 else 0 for at in range(256)])
    few = hue.point([round(at / 16) * 16 % 256 for at in range(256)])
    flat = Image.merge("HSV", (few, strong, steps)).convert("RGB").filter(ImageFilter.MedianFilter(3))
    return flat if flat.size == picture.size else flat.resize(picture.size, Image.Resampling.BICUBIC)


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
