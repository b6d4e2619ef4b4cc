"""Looks at every text of a drawn sheet: whole, apart from the others, and readable on what is really under it."""

from __future__ import annotations

import io
import itertools

from PIL import Image

from core.model import Size
from core.providers.illustrator.compose import compose
from core.providers.illustrator.layouts.table import divide
from core.providers.illustrator.palette import CONTRAST_LEAST, choose_palette, contrast
from core.providers.illustrator.render import svg_to_png
from core.providers.illustrator.scene import Scene
from core.providers.illustrator.sheet import Slot


def looked_at(scene: Scene, size: Size) -> None:
    """Every text is whole, in the sheet, apart from the others, and has its contrast on what is really under it."""
    composition = compose(scene, size)
    assert composition.check.missing == ()
    assert composition.check.outside == ()
    assert composition.check.contrast >= CONTRAST_LEAST
    palette = choose_palette(scene.light, scene.weather, scene.style, scene.seed)
    slots = divide(scene, palette, size.width, size.height).slots
    with Image.open(io.BytesIO(svg_to_png(composition.art, size.width, size.height))) as opened:
        art = opened.convert("RGB")
    for slot in slots:
        box = slot.ink_box
        assert box.x >= -0.6, slot.text
        assert box.y >= -0.6, slot.text
        assert box.right <= size.width + 0.6, slot.text
        assert box.bottom <= size.height + 0.6, slot.text
        assert slot.set.font_px > 0
        if slot.ground:
            least = min(contrast(slot.ink, colour) for colour in under(slot, art))
            assert least >= CONTRAST_LEAST, f"{slot.text!r} has {least:.2f}"
    for one, other in itertools.combinations(slots, 2):
        assert not one.ink_box.grown(-0.6).overlaps(other.ink_box.grown(-0.6)), (one.text, other.text)


def under(slot: Slot, art: Image.Image) -> set[tuple[int, int, int]]:
    """The colours within a text's ink, without the seam of a plate's edge."""
    box = slot.ink_box
    left, top = max(0, int(box.x + 1)), max(0, int(box.y + 1))
    part = art.crop((left, top, max(left + 1, int(box.right - 1)), max(top + 1, int(box.bottom - 1))))
    data = part.tobytes()
    return {(data[at], data[at + 1], data[at + 2]) for at in range(0, len(data), 3)}
