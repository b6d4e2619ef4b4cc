"""A contact sheet of every kind of edit, for people to look at, and held against what was looked at.

`EASEL_UPDATE_GOLDEN=1 python -m pytest tests/core/test_edits_sheet.py` makes `golden/illustrator/edits.webp` anew: look
at it before it is committed. Cells are compared by their mean difference: the sheet is compressed, and other machines
may round a colour differently. What only moves pixels is held by its hash.
"""

from __future__ import annotations

import functools
import hashlib
import os
import re
from pathlib import Path

import pytest
import support_images as files
from PIL import Image, ImageChops, ImageStat

from core.model import OutputFormat
from core.providers.illustrator import edits

GOLDEN = Path(__file__).parent / "golden" / "illustrator" / "edits.webp"
COLUMNS, CELL = 8, (180, 120)
MEAN_MAX = 7.0
QUOTES = re.compile(r"“(.*?)”")
CHINA = """
make it night|make it sunset|add fog|make it rain|make it snow|warmer|cooler|black and white|sepia|brighter|darker|
more contrast|less contrast|more vivid|faded|enhance it|blur it|sharpen it|denoise it|pencil sketch|posterize it|
add film grain|invert it|pixelate it|add a vignette|a bluer sky|greener grass|change red to blue|
shift the hue by 120 degrees|rotate right|rotate by 20 degrees|straighten it by 5 degrees|flip it|crop to 1:1|
crop to the left half|zoom in|extend to 3:1|extend to 3:1 with mirrored edges|extend to 3:1 with blurred sides|
pad it to 1:1 with black bars|half the size|a gold border|round the corners|add a drop shadow|polaroid|
add a watermark “© Easel”|watermark “Easel” all over|write “Open day” in gold at the top|“夏の離宮” at the top left|
“গ্রীষ্ম প্রাসাদ” in the corner|make it night, add a title “Open day” in gold, crop to 3:1
"""
FLOWER = """
blur the background|remove the background|white background|put it on a beach|replace the background with a forest|
put it in the city at night|make the flower blue|make the background black and white|
remove the background and add a drop shadow|zoom in on the flower
"""
EDITS = [("china", ""), *[("china", one) for one in CHINA.replace("\n", "").split("|")], ("flower", "")]
EDITS += [("flower", one) for one in FLOWER.replace("\n", "").split("|")]
EXACT = {
    "rotate right": "65ec341b4ed85296",
    "flip it": "0dd7f1e9000b401b",
    "crop to the left half": "b3419ee938fb502c",
    "invert it": "41420ccc40ef7acd",
    "a gold border": "cc7cf3af52d0cbeb",
    "extend to 3:1 with mirrored edges": "5d47862277618464",
    "pad it to 1:1 with black bars": "a8fe8cbb5db1d9d9",
}


@functools.cache
def result(name: str, text: str) -> Image.Image:
    if not text:
        return files.opened(files.photograph(name))
    plan = edits.plan(text, tuple(QUOTES.findall(text)), has_mask=False, size=None)
    done = edits.apply(plan, files.photo_png(name), None, OutputFormat.PNG, None)
    assert done.shortfalls == (), text
    return files.opened(done.data)


def cell(name: str, text: str) -> Image.Image:
    """The result in the middle of its cell; transparency is shown as a pale violet."""
    picture = result(name, text).convert("RGBA")
    picture.thumbnail((CELL[0] - 8, CELL[1] - 8), Image.Resampling.LANCZOS)
    whole = Image.new("RGBA", CELL, (58, 58, 64, 255))
    at = (CELL[0] - picture.width) // 2, (CELL[1] - picture.height) // 2
    whole.paste((214, 202, 236, 255), (*at, at[0] + picture.width, at[1] + picture.height))
    whole.alpha_composite(picture, at)
    return whole.convert("RGB")


def place(number: int) -> tuple[int, int]:
    return number % COLUMNS * CELL[0], number // COLUMNS * CELL[1]


@functools.cache
def sheet() -> Image.Image:
    if os.environ.get("EASEL_UPDATE_GOLDEN"):
        rows = -(-len(EDITS) // COLUMNS)
        whole = Image.new("RGB", (COLUMNS * CELL[0], rows * CELL[1]), (58, 58, 64))
        for number, (name, text) in enumerate(EDITS):
            whole.paste(cell(name, text), place(number))
        whole.save(GOLDEN, "WEBP", quality=82, method=6)
    return Image.open(GOLDEN).convert("RGB")


# Drawn backgrounds are on the sheet to be looked at; they change with every backdrop that is drawn better.
HELD = [at for at, (_, text) in enumerate(EDITS) if not re.search("put it|replace the background", text)]


@pytest.mark.parametrize("number", HELD, ids=[" ".join(EDITS[at]) for at in HELD])
def test_an_edit_looks_as_it_did_when_somebody_looked(number: int) -> None:
    left, top = place(number)
    kept = sheet().crop((left, top, left + CELL[0], top + CELL[1]))
    now = cell(*EDITS[number])
    assert max(ImageStat.Stat(ImageChops.difference(kept, now)).mean) < MEAN_MAX


@pytest.mark.parametrize("text", EXACT)
def test_what_only_moves_pixels_is_the_same_to_the_bit(text: str) -> None:
    assert hashlib.sha256(result("china", text).tobytes()).hexdigest()[:16] == EXACT[text]
