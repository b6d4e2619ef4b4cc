"""A watermark: small and half transparent in a corner, or slanting all over. It may be seen, and it need not shout."""

from __future__ import annotations

import io

from PIL import Image, ImageChops, ImageFilter, ImageStat

from core.errors import CannotDraw
from core.providers.illustrator.edits_colours import rgb
from core.providers.illustrator.edits_plan import Side, Watermark
from core.providers.illustrator.render import svg_to_png
from core.providers.illustrator.textbox import outline

OPACITY, TILED_OPACITY = 0.62, 0.34
SLANT_DEGREES = 28


def marked(picture: Image.Image, mark: Watermark) -> Image.Image:
    """The RGB picture with its watermark. Raises `CannotDraw` for letters that no font has."""
    edge = max(picture.size)
    letters = _letters(mark.text, round(picture.width * (0.42 if not mark.tiled else 0.5)), edge)
    sheet = Image.new("L", picture.size, 0)
    if mark.tiled:
        sheet.paste(_tiles(letters, picture.size))
    else:
        sheet.paste(letters, _corner(picture.size, letters.size, mark))
    share = TILED_OPACITY if mark.tiled else OPACITY
    box = sheet.getbbox()
    if box is None:
        return picture
    light = ImageStat.Stat(picture.convert("L").crop(box)).mean[0]
    paint = rgb(mark.colour) if mark.colour != "white" or light < 208 else (16, 16, 18)
    # A dark rim under light letters, or the other way round, carries them over mixed ground.
    rim_paint = (0, 0, 0) if sum(paint) > 380 else (255, 255, 255)
    rim = sheet.filter(ImageFilter.GaussianBlur(max(1.0, edge / 600))).point(
        [min(255, value * 2) for value in range(256)]
    )
    rim = ImageChops.subtract(rim, sheet).point([round(value * share * 0.5) for value in range(256)])
    below = Image.composite(Image.new("RGB", picture.size, rim_paint), picture, rim)
    strength = sheet.point([round(value * share) for value in range(256)])
    return Image.composite(Image.new("RGB", picture.size, paint), below, strength)


def _letters(text: str, width: int, edge: int) -> Image.Image:
    height = max(10, round(edge * 0.03))
    glyphs = outline(
        text, width=max(16, width), height=height * 1.3, largest_px=max(10.0, edge * 0.026), align="left", weight=600
    )
    if glyphs.missing or not glyphs.svg_path_d:
        raise CannotDraw(
            f"I have no letters for: {' '.join(glyphs.missing) or text}.", "Leave them out and say it again."
        )
    size = max(1, round(glyphs.width) + 2), max(1, round(glyphs.height) + 2)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size[0]}" height="{size[1]}">'
        f'<path transform="translate({1 - glyphs.left:.2f} 1)" fill="#000" d="{glyphs.svg_path_d}"/></svg>'
    )
    with Image.open(io.BytesIO(svg_to_png(svg, *size)), formats=("PNG",)) as rendered:
        return rendered.convert("RGBA").getchannel("A")


def _corner(shape: tuple[int, int], letters: tuple[int, int], mark: Watermark) -> tuple[int, int]:
    margin = round(min(shape) * 0.035)
    free_x, free_y = shape[0] - letters[0] - 2 * margin, shape[1] - letters[1] - 2 * margin
    across = {"left": 0.0, "centre": 0.5, "right": 1.0}[mark.across]
    down = {Side.TOP: 0.0, Side.CENTRE: 0.5, Side.BOTTOM: 1.0}[mark.side]
    return max(0, round(margin + free_x * across)), max(0, round(margin + free_y * down))


def _tiles(letters: Image.Image, shape: tuple[int, int]) -> Image.Image:
    """The letters again and again, every other row shifted, the whole turned."""
    reach = int((shape[0] ** 2 + shape[1] ** 2) ** 0.5) + 2
    sheet = Image.new("L", (reach, reach), 0)
    step_x, step_y = round(letters.width * 1.45) + 4, round(letters.height * 4.2)
    for row, y in enumerate(range(0, reach, step_y)):
        for x in range(-step_x // 2 if row % 2 else 0, reach, step_x):
            sheet.paste(letters, (x, y))
    turned = sheet.rotate(SLANT_DEGREES, Image.Resampling.BICUBIC)
    left, top = (reach - shape[0]) // 2, (reach - shape[1]) // 2
    return turned.crop((left, top, left + shape[0], top + shape[1]))
