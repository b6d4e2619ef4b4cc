"""Golden pictures of every layout: three ratios and eight scripts, as hashes of the files; contact sheets to look at.

`EASEL_UPDATE_GOLDEN=1 python -m pytest tests/core/test_illustrator_layout_pictures.py` writes both anew: look at the
sheets before they are committed.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
from pathlib import Path

import pytest
from PIL import Image
from support_layouts import CASES, RATIOS, SCRIPTS, golden_pictures

from core.providers.illustrator.scene import Layout
from core.providers.illustrator.work import Picture

GOLDEN = Path(__file__).parent / "golden" / "illustrator"
HASHES = GOLDEN / "layouts.json"
GAP, GREY, COLOURS = 8, "#8a8d92", 96


@pytest.mark.parametrize("layout", CASES)
def test_golden_pictures_of_a_layout(layout: Layout) -> None:
    pictures = dict(golden_pictures(layout))
    for name, picture in pictures.items():
        assert picture.remarks == (), name
    seen = {name: hashlib.sha256(picture.data).hexdigest() for name, picture in pictures.items()}
    if os.environ.get("EASEL_UPDATE_GOLDEN"):
        kept = json.loads(HASHES.read_text("utf-8")) if HASHES.exists() else {}
        HASHES.write_text(json.dumps(dict(sorted((kept | seen).items())), indent=1) + "\n", "utf-8")
        contact_sheet(layout, pictures)
    kept = json.loads(HASHES.read_text("utf-8"))
    changed = [name for name, value in seen.items() if kept.get(name) != value]
    assert not changed, f"differ from their golden pictures: {', '.join(changed)}; see {layout}.png beside the hashes"


def test_every_kept_hash_is_checked() -> None:
    drawn = {f"{layout}/{name}" for layout in CASES for name in (*RATIOS, *SCRIPTS)}
    assert set(json.loads(HASHES.read_text("utf-8"))) == drawn


def contact_sheet(layout: Layout, pictures: dict[str, Picture]) -> None:
    """The wide and the square one above, the tall one at the left, the scripts beside it."""
    images = {name.partition("/")[2]: Image.open(io.BytesIO(p.data)).convert("RGB") for name, p in pictures.items()}
    sheet = Image.new("RGB", (984, 680), GREY)
    sheet.paste(images["3x1"], (GAP, GAP))
    sheet.paste(images["1x1"].resize((160, 160)), (GAP * 2 + 480, GAP))
    sheet.paste(images["1x3"], (GAP, GAP * 2 + 160))
    for at, script in enumerate(SCRIPTS):
        column, row = at % 4, at // 4
        place = (GAP * 2 + 160 + column * 202, GAP * 2 + 160 + row * 248)
        sheet.paste(images[script].resize((196, 196)), place)
    target = GOLDEN / "layouts" / f"{layout}.png"
    target.parent.mkdir(exist_ok=True)
    sheet.quantize(COLOURS, dither=Image.Dither.NONE).save(target, optimize=True)
