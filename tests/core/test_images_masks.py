"""Masks as people make them, and the promise of the pixel lock: outside, not one pixel changes."""

from __future__ import annotations

import pytest
import support_images as files
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw

from core.errors import UnusableMask
from core.images.masks import difference, editable, lock, open_mask, painted, softened
from core.model import Size

PHOTO = Size(640, 427)
BOX = (100, 80, 400, 300)


def _outside(mask: bytes) -> Image.Image:
    return ImageChops.invert(editable(mask))


def _changed_outside(before: bytes, after: bytes, mask: bytes) -> int:
    mode = "RGBA"
    moved = difference(files.opened(before).convert(mode), files.opened(after).convert(mode))
    return sum(ImageChops.darker(moved, _outside(mask)).histogram()[1:])


async def test_a_brush_mask_is_taken_as_it_is_with_hard_edges() -> None:
    mask = await open_mask(files.mask_of((640, 427), BOX), PHOTO)
    alpha = files.opened(mask).getchannel("A")
    assert alpha.size == (640, 427)
    assert alpha.getpixel((250, 190)) == 0
    assert alpha.getpixel((5, 5)) == 255
    assert [value for value, count in enumerate(alpha.histogram()) if count] == [0, 255]


async def test_without_transparency_white_is_edited() -> None:
    drawn = Image.new("L", (640, 427), 0)
    ImageDraw.Draw(drawn).rectangle(BOX, fill=255)
    for kind in ("PNG", "JPEG"):
        region = editable(await open_mask(files.encoded(drawn, kind), PHOTO))
        assert region.getbbox() == (BOX[0], BOX[1], BOX[2] + 1, BOX[3] + 1)


async def test_a_soft_edge_is_kept_and_the_edit_comes_through_it_by_as_much() -> None:
    soft = Image.new("RGBA", (640, 427), (0, 0, 0, 255))
    ramp = Image.linear_gradient("L").resize((640, 427))
    soft.putalpha(ramp)
    mask = await open_mask(files.encoded(soft), PHOTO)
    assert painted(mask).tobytes() == ImageChops.invert(ramp).tobytes()
    black, white = (files.encoded(Image.new("L", (640, 427), value).convert("RGB")) for value in (0, 255))
    locked = files.opened(lock(black, white, mask, feather=0).data).convert("L")
    assert locked.tobytes() == ImageChops.invert(ramp).tobytes()
    assert files.opened(lock(black, white, mask, feather=3).data).convert("L").getpixel((320, 200)) == (
        255 - ramp.getpixel((320, 200))
    )


async def test_a_model_is_told_the_nearer_half_of_a_soft_edge() -> None:
    soft = Image.new("RGBA", (640, 427), (0, 0, 0, 255))
    soft.putalpha(Image.linear_gradient("L").resize((640, 427)))
    region = editable(await open_mask(files.encoded(soft), PHOTO))
    assert region.getpixel((9, 190)) == 255
    assert region.getpixel((9, 240)) == 0


REFUSED = {
    "another size": (lambda: files.mask_of((64, 48), (5, 5, 40, 40)), "64 x 48 pixels and the picture 640 x 427"),
    "nothing painted": (lambda: files.encoded(Image.new("RGBA", (640, 427), (0, 0, 0, 255))), "marks nothing"),
    "a black page": (lambda: files.encoded(Image.new("L", (640, 427), 0)), "marks nothing"),
    "a white page": (lambda: files.encoded(Image.new("RGB", (640, 427), "white")), "no painted part"),
    "no picture": (files.svg, "an SVG drawing"),
    "a broken one": (files.truncated, "could not be read"),
    "a bomb": (files.bomb, "could not be read"),
}


@pytest.mark.parametrize("what", REFUSED)
async def test_a_mask_that_does_not_fit_is_refused_with_what_is_wrong(what: str) -> None:
    make, said = REFUSED[what]
    with pytest.raises(UnusableMask, match=said) as refusal:
        await open_mask(make(), PHOTO)
    assert refusal.value.remedy


async def test_a_mask_painted_before_the_picture_was_scaled_down_still_fits() -> None:
    mask = await open_mask(files.mask_of((5760, 240), (0, 0, 2880, 240)), Size(3840, 160))
    assert files.opened(mask).size == (3840, 160)
    assert editable(mask).getpixel((960, 80)) == 255
    with pytest.raises(UnusableMask):
        await open_mask(
            files.mask_of((1280, 854), BOX), PHOTO
        )  # a small picture is never scaled: this is another one's


@pytest.mark.parametrize("name", ["china", "flower"])
@pytest.mark.parametrize("feather", [0, 3, 25])
def test_outside_the_mask_a_photograph_keeps_every_pixel(name: str, feather: int) -> None:
    photo, mask = files.photo_png(name), files.mask_of((640, 427), BOX)
    redrawn = files.encoded(ImageChops.invert(files.opened(photo)))
    locked = lock(photo, redrawn, mask, feather)
    assert _changed_outside(photo, redrawn, mask) > 150_000
    assert _changed_outside(photo, locked.data, mask) == 0
    assert locked.changed_outside_ppm > 990_000
    middle = files.opened(locked.data).getpixel((250, 190))
    assert middle == files.opened(redrawn).getpixel((250, 190))


def test_an_edit_of_another_size_is_fitted_and_an_untouched_one_is_said_to_be() -> None:
    photo, mask = files.photo_png("china"), files.mask_of((640, 427), BOX)
    smaller = files.encoded(files.opened(photo).resize((624, 416)))
    assert files.opened(lock(photo, smaller, mask).data).size == (640, 427)
    assert lock(photo, photo, mask).changed_outside_ppm == 0


def test_a_thin_stroke_is_not_feathered_away() -> None:
    region = Image.new("L", (200, 100), 0)
    ImageDraw.Draw(region).line((10, 50, 190, 50), fill=255, width=3)
    assert softened(region, 8).getpixel((100, 50)) == 255


@given(
    st.lists(st.tuples(*[st.integers(0, 59)] * 4), min_size=1, max_size=5),
    st.integers(0, 12),
    st.sampled_from(["RGB", "RGBA"]),
)
@settings(derandomize=True, max_examples=60, deadline=None)
def test_whatever_is_painted_the_rest_stays(boxes: list[tuple[int, int, int, int]], feather: int, mode: str) -> None:
    alpha = Image.new("L", (60, 60), 255)
    for x0, y0, x1, y1 in boxes:
        ImageDraw.Draw(alpha).ellipse((min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)), fill=0)
    mask = Image.new("RGBA", (60, 60))
    mask.putalpha(alpha)
    before = files.opened(files.photograph("flower")).crop((280, 180, 340, 240)).convert(mode)
    after = ImageChops.invert(before)
    locked = lock(files.encoded(before), files.encoded(after), files.encoded(mask), feather)
    assert _changed_outside(files.encoded(before), locked.data, files.encoded(mask)) == 0
