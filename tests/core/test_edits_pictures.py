"""Edits of two real photographs, measured: each effect does what its name says, and a mask is honoured to the pixel."""

from __future__ import annotations

import builtins
import colorsys
import functools

import pytest
import support_images as files
from PIL import Image, ImageChops, ImageFilter, ImageStat

from core.errors import CannotDraw
from core.images.masks import difference, editable
from core.model import OutputFormat, Size
from core.providers.illustrator import edits, edits_lettering
from core.providers.illustrator.edits_plan import Lettering, Side
from core.providers.illustrator.edits_sky import sky_of
from core.providers.illustrator.edits_subject import subject_of

CHINA, FLOWER = "china", "flower"
DAHLIA = (240, 150, 380, 290)  # well inside the flower
LEAVES = (20, 20, 180, 180)  # background of that photograph


def edited(
    name: str,
    text: str,
    *quoted: str,
    mask: bytes | None = None,
    size: Size | None = None,
    output: OutputFormat = OutputFormat.PNG,
) -> edits.Edited:
    plan = edits.plan(text, quoted, has_mask=mask is not None, size=size)
    return edits.apply(plan, files.photo_png(name), mask, output, size)


def photo(name: str) -> Image.Image:
    return files.opened(files.photograph(name))


@functools.cache
def result(name: str, text: str, *quoted: str) -> Image.Image:
    return files.opened(edited(name, text, *quoted).data).convert("RGB")


def light(picture: Image.Image) -> float:
    return ImageStat.Stat(picture.convert("L")).mean[0]


def spread(picture: Image.Image) -> float:
    return ImageStat.Stat(picture.convert("L")).stddev[0]


def detail(picture: Image.Image) -> float:
    edges = picture.convert("L").filter(ImageFilter.FIND_EDGES)
    return ImageStat.Stat(edges.crop((1, 1, picture.width - 1, picture.height - 1))).mean[
        0
    ]  # the filter's rim is noise


def blueness(picture: Image.Image) -> float:
    red, _, blue = ImageStat.Stat(picture.convert("RGB")).mean
    return blue / max(red, 1)


def saturation(picture: Image.Image) -> float:
    return ImageStat.Stat(picture.convert("HSV")).mean[1]


@pytest.mark.parametrize("name", [CHINA, FLOWER])
def test_night_is_darker_and_bluer_and_a_day_sky_is_darkest_at_its_top(name: str) -> None:
    before, after = photo(name), result(name, "make it night")
    assert light(after) < 0.45 * light(before)
    assert blueness(after) > 1.2 * blueness(before)
    assert light(after) > 8, "a night, not a black page"
    if name == CHINA:
        sky, horizon, temple = (
            after.crop((200, 0, 640, 20)),
            after.crop((330, 170, 560, 190)),
            after.crop((110, 200, 300, 330)),
        )
        assert light(sky) < light(horizon) < 80
        assert detail(temple) > 8, "the temple is still to be seen"
        assert sky_of(before) is not None
    else:
        red, _, blue = ImageStat.Stat(after.crop(DAHLIA)).mean
        assert red > blue, "what shines warm keeps shining"
        assert sky_of(before) is None


@pytest.mark.parametrize("name", [CHINA, FLOWER])
def test_tones_do_what_their_names_say(name: str) -> None:
    before = photo(name)
    assert blueness(result(name, "warmer")) < 0.92 * blueness(before)
    assert blueness(result(name, "a bit warmer")) > blueness(result(name, "much warmer"))
    assert blueness(result(name, "cooler")) > 1.08 * blueness(before)
    assert light(result(name, "warmer")) == pytest.approx(light(before), rel=0.08)
    assert light(result(name, "brighter")) > 1.1 * light(before)
    assert light(result(name, "darker")) < 0.9 * light(before)
    assert spread(result(name, "more contrast")) > 1.08 * spread(before)
    assert spread(result(name, "less contrast")) < 0.85 * spread(before)
    assert saturation(result(name, "more vivid")) > 1.1 * saturation(before)
    assert saturation(result(name, "faded")) < 0.8 * saturation(before)
    assert detail(result(name, "sharpen")) > 1.2 * detail(before)
    assert detail(result(name, "blur")) < 0.4 * detail(before)
    assert saturation(result(name, "black and white")) == 0
    assert light(result(name, "pencil sketch")) > 170
    assert saturation(result(name, "pencil sketch")) < 12
    corner, middle = (0, 0, 60, 60), (290, 180, 350, 240)
    vignette = result(name, "add a vignette")
    assert light(vignette.crop(corner)) < 0.7 * light(before.crop(corner))
    assert light(vignette.crop(middle)) == pytest.approx(light(before.crop(middle)), rel=0.03)
    assert ImageChops.invert(result(name, "invert")).tobytes() == before.tobytes()


def test_sepia_is_one_hue() -> None:
    red, green, blue = ImageStat.Stat(result(CHINA, "sepia")).mean
    assert 0.08 < colorsys.rgb_to_hsv(red / 255, green / 255, blue / 255)[0] < 0.14


def test_the_subject_is_found_on_both_photographs() -> None:
    flower = subject_of(photo(FLOWER))
    assert ImageStat.Stat(flower.crop(DAHLIA)).mean[0] > 250
    assert ImageStat.Stat(flower.crop(LEAVES)).mean[0] < 3
    temple = subject_of(photo(CHINA))
    assert ImageStat.Stat(temple.crop((90, 130, 260, 330))).mean[0] > 240
    assert ImageStat.Stat(temple.crop((350, 0, 640, 200))).mean[0] < 10
    assert subject_of(photo(CHINA)).tobytes() == temple.tobytes()


def test_a_blurred_background_leaves_the_subject_sharp_and_does_not_shine_around_it() -> None:
    before, after = photo(FLOWER), result(FLOWER, "blur the background")
    assert detail(after.crop(DAHLIA)) == pytest.approx(detail(before.crop(DAHLIA)), rel=0.02)
    assert detail(after.crop((0, 0, 150, 427))) < 0.7 * detail(before.crop((0, 0, 150, 427)))
    beside = (158, 200, 166, 240)  # leaves, right beside the petals
    assert light(after.crop(beside)) < light(before.crop(beside)) + 15


def test_a_background_is_replaced_or_removed() -> None:
    white = result(FLOWER, "white background")
    assert white.getpixel((30, 30)) == (255, 255, 255)
    assert white.crop(DAHLIA).tobytes() == photo(FLOWER).crop(DAHLIA).tobytes()
    cut = files.opened(edited(FLOWER, "remove the background").data)
    assert cut.mode == "RGBA"
    assert cut.getpixel((30, 30))[3] == 0
    assert cut.getpixel((320, 190))[3] == 255
    as_jpeg = edited(FLOWER, "remove the background", output=OutputFormat.JPEG)
    assert "JPEG has no transparency" in as_jpeg.remarks[0]
    grey = result(FLOWER, "make the background black and white")
    assert saturation(grey.crop(LEAVES)) < 3
    assert saturation(grey.crop(DAHLIA)) > 100


def test_without_opencv_the_subject_is_not_guessed_and_the_operator_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def no_opencv(name: str, *rest: object, **more: object) -> object:
        if name == "cv2":
            raise ImportError(name)
        return real(name, *rest, **more)  # type: ignore[arg-type]  # the import statement's own arguments

    monkeypatch.setattr(builtins, "__import__", no_opencv)
    with pytest.raises(CannotDraw, match="without OpenCV") as refusal:
        edited(FLOWER, "blur the background")
    assert "easel[photo]" in refusal.value.remedy
    mask = files.mask_of((640, 427), (420, 330, 600, 426))
    filled = files.opened(edited(FLOWER, "remove it", mask=mask).data)  # erasing has a way without it
    assert light(filled.crop((480, 360, 540, 400))) < light(photo(FLOWER).crop((430, 380, 480, 420)))


def test_a_picture_without_a_subject_is_said_to_have_none() -> None:
    plan = edits.plan("blur the background", (), has_mask=False, size=None)
    ramp = files.encoded(Image.linear_gradient("L").convert("RGB"))
    with pytest.raises(CannotDraw, match="subject"):
        edits.apply(plan, ramp, None, OutputFormat.PNG, None)


def test_cropping_keeps_pixels_and_what_is_worth_seeing() -> None:
    wide = edited(CHINA, "crop to 3:1")
    assert (wide.width, wide.height) == (640, 213)
    before, after = photo(CHINA), files.opened(wide.data)
    rows = [y for y in range(427 - 213 + 1) if before.crop((0, y, 640, y + 213)).tobytes() == after.tobytes()]
    assert len(rows) == 1
    assert rows[0] > 60, "the upper third is empty sky"
    tall = files.opened(edited(CHINA, "crop to 2:3").data)
    columns = [
        x for x in range(640 - tall.width + 1) if before.crop((x, 0, x + tall.width, 427)).tobytes() == tall.tobytes()
    ]
    assert columns
    assert columns[0] < 90, "the temple stands on the left"


def test_extending_keeps_the_whole_picture_and_continues_its_edges() -> None:
    wide = edited(CHINA, "extend to 3:1")
    assert (wide.width, wide.height) == (1281, 427)
    after = files.opened(wide.data)
    assert after.crop((320, 0, 960, 427)).tobytes() == photo(CHINA).tobytes()
    for inside, outside in ((324, 314), (955, 965)):
        for y in (20, 200, 400):
            one, other = (ImageStat.Stat(after.crop((x - 3, y - 9, x + 3, y + 9))).mean for x in (inside, outside))
            assert max(abs(a - b) for a, b in zip(one, other, strict=True)) < 45
    assert detail(after.crop((0, 0, 200, 427))) < 0.35 * detail(photo(CHINA))


def test_a_ratio_alone_crops_unless_that_loses_more_than_half() -> None:
    cropped = edited(FLOWER, "16:9")
    assert (cropped.width, cropped.height) == (640, 360)
    assert "say “extend”" in cropped.remarks[0]
    extended = edited(FLOWER, "2:3")
    assert (extended.width, extended.height) == (640, 960)
    assert "would have lost 55 %" in extended.remarks[0]


@pytest.mark.parametrize("size", [Size(1536, 512), Size(512, 768), Size(640, 427)])
def test_a_size_is_met_to_the_pixel(size: Size) -> None:
    for text in ("", "make it night and extend it"):
        done = edited(CHINA, text, size=size)
        assert files.opened(done.data).size == (done.width, done.height) == (size.width, size.height)


def test_pixels_that_are_said_are_pixels_that_are_made() -> None:
    done = edited(FLOWER, "crop to 800x450 and make it warmer")
    assert (done.width, done.height) == files.opened(done.data).size == (800, 450)


def test_turning_and_mirroring_lose_nothing() -> None:
    before = photo(CHINA)
    assert result(CHINA, "rotate right").tobytes() == before.transpose(Image.Transpose.ROTATE_270).tobytes()
    assert result(CHINA, "rotate left").tobytes() == before.transpose(Image.Transpose.ROTATE_90).tobytes()
    assert result(CHINA, "turn it upside down").tobytes() == before.transpose(Image.Transpose.ROTATE_180).tobytes()
    assert result(CHINA, "flip it").tobytes() == before.transpose(Image.Transpose.FLIP_LEFT_RIGHT).tobytes()
    assert result(CHINA, "flip vertically").tobytes() == before.transpose(Image.Transpose.FLIP_TOP_BOTTOM).tobytes()
    framed = result(CHINA, "add a black frame")
    assert framed.getpixel((3, 200)) == (16, 16, 18)
    assert framed.crop((40, 40, 600, 380)).tobytes() == before.crop((40, 40, 600, 380)).tobytes()


TEXTS = ["Summer Palace", "夏宫", "夏の離宮", "여름 궁전", "ग्रीष्म महल", "গ্রীষ্ম প্রাসাদ", "قصر الصيف", "พระราชวังฤดูร้อน"]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("colour", ["", "red"])
def test_a_text_in_any_script_can_be_read(text: str, colour: str) -> None:
    before = photo(CHINA)
    placed = edits_lettering.lettered(before, Lettering(text, Side.TOP, colour), None)
    assert placed.contrast >= 4.5
    changed = difference(before, placed.picture).crop(placed.box)
    assert sum(changed.histogram()[60:]) > 0.05 * changed.width * changed.height
    assert 0 <= placed.box[0] < placed.box[2] <= 640
    assert placed.box[3] < 427 * 0.4
    below = (0, 300, 640, 427)
    assert placed.picture.crop(below).tobytes() == before.crop(below).tobytes()


def test_the_scrim_really_gives_the_contrast_that_is_claimed() -> None:
    before = photo(CHINA)
    placed = edits_lettering.lettered(before, Lettering("i", Side.TOP, "white"), None)
    left, top, right, bottom = placed.box
    around = placed.picture.crop((left - 6, top, left - 2, bottom)).getcolors(10_000) or []
    assert right > left
    worst = max((colour for _, colour in around), key=edits_lettering.luminance)
    assert edits_lettering.contrast((255, 255, 255), worst) >= 4.5


def test_sides_are_kept_apart_and_letters_are_last() -> None:
    both = result(FLOWER, "add “TOP” at the top and “LOW” at the bottom, mirror it, make it night", "TOP", "LOW")
    alone = result(FLOWER, "mirror it, make it night")
    rows = difference(both, alone).resize((1, 427), Image.Resampling.BOX).point(lambda value: 255 if value > 2 else 0)
    assert rows.crop((0, 0, 1, 130)).getbbox()
    assert rows.crop((0, 320, 1, 427)).getbbox()
    assert not rows.crop((0, 190, 1, 240)).getbbox()


def test_letters_that_no_font_has_are_refused_by_name() -> None:
    with pytest.raises(CannotDraw, match="no letters for: \U0001bc00"):
        edited(FLOWER, "add “\U0001bc00” at the top", "\U0001bc00")


MASKED = [
    "make it night",
    "make it blue",
    "blur it",
    "black and white",
    "remove it",
    "add the text “Open”",
    "replace the text “A” with “Open daily”",
    "remove the background",
    "make it sunset",
    "add fog",
    "make it snow",
    "shift the hue by 90 degrees",
    "pop art",
    "add a watermark “Open”",
]


@pytest.mark.parametrize("name", [CHINA, FLOWER])
@pytest.mark.parametrize("text", MASKED)
def test_inside_the_mask_it_changes_and_outside_not_one_pixel_does(name: str, text: str) -> None:
    mask = files.mask_of((640, 427), (150, 90, 470, 330))
    quoted = ("A", "Open daily") if "daily" in text else ("Open",) if "Open" in text else ()
    for output in (OutputFormat.PNG, OutputFormat.WEBP) if text == MASKED[0] else (OutputFormat.PNG,):
        done = edited(name, text, *quoted, mask=mask, output=output)
        moved = difference(photo(name).convert("RGBA"), files.opened(done.data).convert("RGBA"))
        region = editable(mask)
        assert sum(ImageChops.darker(moved, ImageChops.invert(region)).histogram()[1:]) == 0
        assert sum(ImageChops.darker(moved, region).histogram()[8:]) > 1_500
    assert done.alt.startswith("A painted part of the picture")


def test_a_painted_part_takes_the_colour_and_keeps_its_light_and_shade() -> None:
    mask = files.mask_of((640, 427), (240, 110, 400, 270))
    after = files.opened(edited(FLOWER, "make the flower blue", mask=mask).data).crop((280, 150, 360, 230))
    red, _, blue = ImageStat.Stat(after).mean
    assert blue > 1.5 * red
    assert spread(after) > 0.4 * spread(photo(FLOWER).crop((280, 150, 360, 230)))


def test_what_is_erased_is_gone_and_that_is_told_honestly() -> None:
    mask = files.mask_of((640, 427), (470, 210, 550, 245))  # an island in the lake
    done = edited(CHINA, "remove the island", mask=mask)
    part = (490, 218, 530, 237)
    assert detail(files.opened(done.data).crop(part)) < 0.5 * detail(photo(CHINA).crop(part))
    assert "from what surrounds it" in done.remarks[0]


def test_a_masked_edit_keeps_the_picture_s_size() -> None:
    mask = files.mask_of((640, 427), (10, 10, 200, 200))
    with pytest.raises(CannotDraw, match="keeps its size"):
        edited(CHINA, "make it night", mask=mask, size=Size(512, 512))
    assert edited(CHINA, "make it night", mask=mask, size=Size(640, 427)).width == 640
    with pytest.raises(CannotDraw, match="picture's size"):
        edited(CHINA, "make it night", mask=files.mask_of((64, 64), (1, 1, 60, 60)))


def test_the_same_order_gives_the_same_bytes_and_says_what_was_done() -> None:
    text = "make it night, crop to 2:1 and add “Hi”"
    first, second = (edited(CHINA, text, "Hi") for _ in range(2))
    assert first == second
    assert first.alt == "The picture at night, in the shape 2:1, with the text “Hi” at the bottom."


def test_a_transparent_picture_stays_transparent() -> None:
    ghost = Image.new("RGBA", (200, 120), (200, 60, 60, 0))
    ghost.paste((200, 60, 60, 255), (60, 30, 140, 90))
    for text, quoted in (("make it night", ()), ("rotate left", ()), ("extend to 3:1", ()), ("add “Hi”", ("Hi",))):
        plan = edits.plan(text, quoted, has_mask=False, size=None)
        done = files.opened(edits.apply(plan, files.encoded(ghost), None, OutputFormat.PNG, None).data)
        assert done.mode == "RGBA"
        assert done.getpixel((2, 2))[3] == 0
        assert done.getpixel((done.width // 2, done.height // 2))[3] == 255
