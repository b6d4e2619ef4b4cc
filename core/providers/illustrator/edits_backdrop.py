"""Puts a photograph's subject before a drawn place: the illustrator's own scene, with light and shadow to match."""

from __future__ import annotations

import io
from dataclasses import replace

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from core.model import Size
from core.providers.illustrator.compose import compose
from core.providers.illustrator.edits_effects import soft, tone
from core.providers.illustrator.edits_plan import Effect
from core.providers.illustrator.planning import scene_of
from core.providers.illustrator.reading import read
from core.providers.illustrator.render import svg_to_png
from core.providers.illustrator.scene import Light, Scene, Style

DRAWN_EDGE = 1600  # larger ones are this picture, enlarged: it is out of focus behind the subject anyway
TOUCHES = 0.97  # a subject that reaches this far down stands beyond the lower edge and throws no shadow
SHADOW_DEPTH = 0.5


def before_scene(picture: Image.Image, subject: Image.Image, words: str) -> Image.Image:
    """The RGB picture's subject (`L`) in front of the place that the words name."""
    scene = _place(words)
    ground = _drawn(scene, picture.size)
    cut = subject.filter(ImageFilter.MinFilter(3)).filter(ImageFilter.GaussianBlur(max(0.6, max(picture.size) / 1600)))
    front = tone(picture, Effect.COOL, 60) if scene.light is Light.NIGHT else picture
    front = tone(front, Effect.WARM, 90) if scene.light in (Light.SUNSET, Light.DAWN) else front
    ground = _shaded(ground, subject)
    return Image.composite(front, ground, cut)


def _place(words: str) -> Scene:
    reading = replace(read(words), casts=(), style=Style.FLAT.value, layout="")
    return replace(scene_of(reading, (), None, 3), casts=(), texts=(), style=Style.FLAT)


def _drawn(scene: Scene, shape: tuple[int, int]) -> Image.Image:
    factor = min(1.0, DRAWN_EDGE / max(shape))
    size = Size(max(64, round(shape[0] * factor)), max(64, round(shape[1] * factor)))
    with Image.open(io.BytesIO(svg_to_png(compose(scene, size).art, size.width, size.height))) as drawn:
        sheet = drawn.convert("RGB")
    # A little out of focus, as behind a portrait: a drawing's hard edges would be sharper than the photograph.
    sheet = soft(sheet, max(1.2, max(sheet.size) / 500))
    return sheet if sheet.size == shape else sheet.resize(shape, Image.Resampling.BICUBIC)


def _shaded(ground: Image.Image, subject: Image.Image) -> Image.Image:
    """A soft shadow where the subject meets the ground, and a faint one behind all of it."""
    box = subject.point([0] * 128 + [255] * 128).getbbox()
    if box is None:
        return ground
    wide, high = ground.size
    shade = Image.new("L", ground.size, 0)
    around = subject.filter(ImageFilter.BoxBlur(max(3, max(wide, high) // 50)))
    shade = ImageChops.lighter(shade, around.point([round(value * 0.3) for value in range(256)]))
    if box[3] < high * TOUCHES:
        # As wide as the subject is near its foot.
        foot = (
            subject.crop((0, max(0, box[3] - (box[3] - box[1]) // 6), wide, box[3]))
            .point([0] * 128 + [255] * 128)
            .getbbox()
        )
        left, right = (foot[0], foot[2]) if foot else (box[0], box[2])
        depth = max(4, (right - left) // 10)
        contact = Image.new("L", ground.size, 0)
        pen = ImageDraw.Draw(contact)
        pen.ellipse((left - depth, box[3] - depth, right + depth, box[3] + depth), fill=round(255 * SHADOW_DEPTH))
        shade = ImageChops.lighter(shade, contact.filter(ImageFilter.GaussianBlur(depth * 0.55)))
    return Image.composite(Image.new("RGB", ground.size, (12, 16, 26)), ground, shade)
