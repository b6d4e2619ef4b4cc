"""Copies for posting: never over the budget, never larger than asked, as good as fits."""

from __future__ import annotations

import io

import pytest
import support_images as files
from PIL import Image, ImageChops, ImageStat

from core.errors import DeliveryError
from core.images.encoding import encode_within, fit, grid, thumbnail
from core.model import Size

FULL = Size(640, 427)


def _error(one: Image.Image, other: Image.Image) -> float:
    return ImageStat.Stat(ImageChops.difference(one.convert("RGB"), other.convert("RGB"))).mean[1]


@pytest.mark.parametrize("media_type", ["image/jpeg", "image/webp", "image/png"])
@pytest.mark.parametrize("byte_budget", [600_000, 60_000, 9_000])
async def test_a_copy_stays_within_its_budget_and_is_of_the_kind_asked_for(media_type: str, byte_budget: int) -> None:
    copy = await encode_within(files.photo_png("china"), media_type, byte_budget, FULL)
    assert len(copy) <= byte_budget
    with Image.open(io.BytesIO(copy)) as picture:
        assert Image.MIME[picture.format or ""] == media_type
        assert picture.width / picture.height == pytest.approx(640 / 427, rel=0.03)


async def test_quality_goes_before_size_and_more_room_looks_better() -> None:
    photo = files.opened(files.photograph("china"))
    errors = []
    for byte_budget in (45_000, 80_000, 200_000):
        copy = files.opened(await encode_within(files.photo_png("china"), "image/jpeg", byte_budget, FULL))
        assert copy.size == photo.size
        errors.append(_error(copy, photo))
    assert errors[0] > errors[1] > errors[2]


async def test_the_largest_quality_that_fits_is_found() -> None:
    copy = await encode_within(files.photo_png("flower"), "image/webp", 30_000, FULL)
    assert 26_000 < len(copy) <= 30_000


async def test_transparency_stays_where_it_can_and_turns_white_where_it_cannot() -> None:
    disc = files.encoded(Image.new("RGBA", (80, 80), (255, 0, 0, 0)))
    assert files.opened(await encode_within(disc, "image/webp", 9_000, Size(80, 80))).getpixel((5, 5))[3] == 0
    assert files.opened(await encode_within(disc, "image/jpeg", 9_000, Size(80, 80))).getpixel((5, 5)) == (
        255,
        255,
        255,
    )


async def test_a_budget_that_nothing_meets_is_said() -> None:
    with pytest.raises(DeliveryError, match="small enough"):
        await encode_within(files.photo_png("china"), "image/jpeg", 100, FULL)


async def test_a_copy_is_never_larger_than_asked_nor_than_its_original() -> None:
    assert files.opened(await encode_within(files.photo_png("china"), "image/webp", 10**6, Size(320, 320))).size == (
        320,
        214,
    )
    assert files.opened(await encode_within(files.photo_png("china"), "image/webp", 10**6, Size(9000, 9000))).size == (
        640,
        427,
    )


async def test_a_thumbnail_is_a_small_webp_of_the_whole_picture() -> None:
    small = await thumbnail(files.photograph("flower"), 160)
    assert small[8:12] == b"WEBP"
    assert len(small) < 12_000
    picture = files.opened(small)
    assert max(picture.size) == 160
    reference = files.opened(files.photograph("flower")).resize(picture.size, Image.Resampling.LANCZOS)
    assert _error(picture, reference) < 5
    assert fit(files.opened(files.photograph("flower")), 9, 9).size == (9, 6)


async def test_a_contact_sheet_numbers_its_pictures_in_reading_order() -> None:
    colours = ["red", "lime", "blue", "yellow", "cyan"]
    sheet = files.opened(await grid([files.encoded(Image.new("RGB", (100, 100), colour)) for colour in colours]))
    assert sheet.size == (3 * 112 + 12, 2 * 112 + 12)
    centres = [(12 + column * 112 + 70, 12 + row * 112 + 70) for row in range(2) for column in range(3)][:5]
    assert [sheet.getpixel(at) for at in centres] == [Image.new("RGB", (1, 1), c).getpixel((0, 0)) for c in colours]
    badges = [
        sheet.crop((12 + i * 112 + 5, 17, 12 + i * 112 + 33, 45)).convert("L").point(lambda v: 255 if v > 225 else 0)
        for i in range(2)
    ]
    assert all(badge.getbbox() for badge in badges[:1])
    assert badges[0].tobytes() != badges[1].tobytes()
    with pytest.raises(ValueError, match="needs a picture"):
        await grid([])
