"""The kinds of edits, measured on real photographs: each does what its name says, where it says it, and no more."""

from __future__ import annotations

import functools
import re

import pytest
import support_images as files
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageStat

from core.errors import CannotDraw
from core.images.masks import difference
from core.model import OutputFormat, Size
from core.providers.illustrator import edits
from core.providers.illustrator.edits_collage import collage
from core.providers.illustrator.edits_detail import denoised, enlarged
from core.providers.illustrator.edits_lettering import lettered
from core.providers.illustrator.edits_plan import Collage, Lettering, Side

CHINA, FLOWER = "china", "flower"
QUOTES = re.compile(r"“(.*?)”")
TEMPLE, SKY, LAKE, SHRUBS = (150, 120, 250, 320), (420, 10, 630, 90), (360, 215, 460, 260), (380, 340, 520, 420)
DAHLIA, LEAVES = (250, 160, 370, 280), (10, 10, 120, 150)


@functools.cache
def edited(name: str, text: str, size: Size | None = None) -> edits.Edited:
    plan = edits.plan(text, tuple(QUOTES.findall(text)), has_mask=False, size=size)
    return edits.apply(plan, files.photo_png(name), None, OutputFormat.PNG, size)


def after(name: str, text: str) -> Image.Image:
    return files.opened(edited(name, text).data)


def before(name: str) -> Image.Image:
    return files.opened(files.photograph(name))


def mean(picture: Image.Image, box: tuple[int, int, int, int]) -> list[float]:
    return ImageStat.Stat(picture.convert("RGB").crop(box)).mean


def light(picture: Image.Image, box: tuple[int, int, int, int]) -> float:
    return ImageStat.Stat(picture.convert("L").crop(box)).mean[0]


def noise_of(one: Image.Image, other: Image.Image) -> float:
    """The mean square error of all channels."""
    return sum(band**2 for band in ImageStat.Stat(ImageChops.difference(one, other)).rms) / 3


def test_a_sunset_is_warm_at_the_horizon_and_violet_above() -> None:
    picture = after(CHINA, "make it sunset")
    high, low = mean(picture, (420, 2, 630, 14)), mean(picture, (420, 150, 630, 190))
    assert low[0] > 1.4 * low[2], "gold at the horizon"
    assert high[2] > 0.8 * high[0], "violet above"
    assert sum(low) > 1.15 * sum(high)
    assert light(picture, TEMPLE) < light(before(CHINA), TEMPLE)


def test_fog_hides_what_is_far_more_than_what_is_near() -> None:
    spread = [ImageStat.Stat(after(CHINA, "add fog").convert("L").crop(box)).stddev[0] for box in (TEMPLE, SHRUBS)]
    clear = [ImageStat.Stat(before(CHINA).convert("L").crop(box)).stddev[0] for box in (TEMPLE, SHRUBS)]
    assert spread[0] < 0.6 * clear[0]
    assert spread[1] / clear[1] > 1.15 * spread[0] / clear[0]


@pytest.mark.parametrize("text", ["make it rain", "make it snow"])
def test_rain_and_snow_fall_on_all_of_it_and_the_same_each_time(text: str) -> None:
    moved = difference(before(CHINA), after(CHINA, text)).resize((4, 4), Image.Resampling.BOX)
    assert min(moved.tobytes()) > 2
    plan = edits.plan(text, (), has_mask=False, size=None)
    again = edits.apply(plan, files.photo_png(CHINA), None, OutputFormat.PNG, None)
    assert again.data == edited(CHINA, text).data


def test_a_region_is_found_by_its_name_and_the_rest_stays_to_the_pixel() -> None:
    sky = after(CHINA, "a bluer sky")
    assert mean(sky, SKY)[2] - mean(sky, SKY)[0] > 15 + mean(before(CHINA), SKY)[2] - mean(before(CHINA), SKY)[0]
    assert sky.crop(SHRUBS).tobytes() == before(CHINA).crop(SHRUBS).tobytes()
    green = after(CHINA, "greener grass")
    assert (
        mean(green, SHRUBS)[1] - mean(green, SHRUBS)[0]
        > mean(before(CHINA), SHRUBS)[1] - mean(before(CHINA), SHRUBS)[0]
    )
    assert green.crop(SKY).tobytes() == before(CHINA).crop(SKY).tobytes()


def test_one_colour_becomes_another() -> None:
    red, blue = (
        mean(before(CHINA), (170, 185, 215, 205)),
        mean(after(CHINA, "change red to blue"), (170, 185, 215, 205)),
    )
    assert red[0] > red[2]
    assert blue[2] > blue[0]
    assert after(CHINA, "change red to blue").crop(SKY).tobytes() == before(CHINA).crop(SKY).tobytes()


def test_a_named_thing_is_the_subject_and_that_is_said() -> None:
    done = edited(FLOWER, "make the flower blue")
    picture = files.opened(done.data)
    assert mean(picture, DAHLIA)[2] > 1.4 * mean(picture, DAHLIA)[0]
    assert max(difference(before(FLOWER), picture).crop(LEAVES).tobytes()) <= 2
    assert "what stands out most for “flower”" in done.remarks[0]


def test_there_is_no_sky_on_a_flower_and_that_is_said() -> None:
    with pytest.raises(CannotDraw, match="no sky"):
        edited(FLOWER, "a bluer sky")
    rest = edited(FLOWER, "a bluer sky, sepia")
    assert rest.alt == "The picture in sepia."
    assert "no sky" in rest.shortfalls[0]


def test_hues_turn_and_light_stays() -> None:
    picture = after(FLOWER, "shift the hue by 120 degrees")
    assert mean(picture, DAHLIA)[1] > mean(picture, DAHLIA)[0]
    value = ImageChops.difference(before(FLOWER).convert("HSV").getchannel("V"), picture.convert("HSV").getchannel("V"))
    assert value.getextrema()[1] <= 2


def test_a_background_is_drawn_and_the_subject_stands_before_it() -> None:
    done = edited(FLOWER, "put it on a beach")
    picture = files.opened(done.data)
    assert max(difference(before(FLOWER), picture).crop((290, 190, 340, 240)).tobytes()) == 0
    assert mean(picture, (10, 10, 60, 60))[2] > 180, "a sky"
    assert "is drawn" in done.remarks[0]
    night = mean(after(FLOWER, "put it in the city at night"), (10, 10, 120, 60))
    assert sum(night) < 0.5 * sum(mean(picture, (10, 10, 120, 60)))


@pytest.mark.parametrize("name", [CHINA, FLOWER])
@pytest.mark.parametrize("way", [Image.Resampling.BOX, Image.Resampling.BICUBIC, Image.Resampling.LANCZOS])
def test_twice_as_many_pixels_are_nearer_to_the_truth_than_bicubic_ones(name: str, way: Image.Resampling) -> None:
    truth = before(name).crop((0, 0, 640, 426))
    small = truth.resize((320, 213), way)
    plain = small.resize(truth.size, Image.Resampling.BICUBIC)
    ours = enlarged(small, truth.size)
    assert noise_of(truth, ours) < noise_of(truth, plain)
    edges = [ImageStat.Stat(one.convert("L").filter(ImageFilter.FIND_EDGES)).mean[0] for one in (plain, ours)]
    assert edges[1] > 1.15 * edges[0], "and sharper"


def test_more_pixels_within_bounds() -> None:
    done = edited(CHINA, "upscale it 2x")
    assert (done.width, done.height) == (1280, 854)
    assert "invents no detail" in done.remarks[0]
    assert edited(CHINA, "make it 2k").width == 2048
    with pytest.raises(CannotDraw, match="5120 x 3416"):
        edited(CHINA, "upscale it 8x")
    assert edited(CHINA, "half the size").width == 320


@pytest.mark.parametrize("name", [CHINA, FLOWER])
def test_noise_goes_and_edges_stay(name: str) -> None:
    truth = before(name)
    noise = Image.effect_noise(truth.size, 40)
    noisy = Image.merge("RGB", [ImageChops.add(band, noise, 1, -128) for band in truth.split()])
    assert noise_of(truth, denoised(noisy, 1.0)) < 0.62 * noise_of(truth, noisy)


def test_denoising_in_bands_leaves_no_seam() -> None:
    tall = before(CHINA).resize((200, 900), Image.Resampling.BICUBIC)
    whole, part = denoised(tall, 1.0), denoised(tall.crop((0, 300, 200, 480)), 1.0)
    assert max(difference(whole.crop((0, 340, 200, 440)), part.crop((0, 40, 200, 140))).tobytes()) < 24
    step = [light(whole, (0, y, 200, y + 1)) - light(tall, (0, y, 200, y + 1)) for y in (382, 383, 384, 385)]
    assert max(step) - min(step) < 4


def test_frames() -> None:
    rounded = after(CHINA, "round the corners")
    assert [rounded.getpixel(at)[3] for at in ((0, 0), (639, 0), (0, 426), (639, 426), (320, 0))] == [0, 0, 0, 0, 255]
    shadow = after(CHINA, "add a drop shadow")
    assert shadow.size == (640, 427)
    assert shadow.getpixel((2, 2)) == (244, 244, 242)
    assert light(shadow, (300, 408, 340, 412)) < 225, "the shadow"
    card = after(CHINA, "polaroid")
    assert card.crop((26, 26, 26 + 640, 26 + 427)).getpixel((320, 200)) == before(CHINA).getpixel((320, 200))
    assert card.height - 427 - 26 > 2.5 * 26, "a wide foot"
    assert after(CHINA, "a thick red border").getpixel((20, 200)) == (214, 40, 40)


def test_a_watermark_is_in_its_corner_or_all_over() -> None:
    corner = difference(before(CHINA), after(CHINA, "add the watermark “© Easel” at the top left"))
    box = corner.getbbox()
    assert box is not None
    assert box[2] < 320
    assert box[3] < 100
    grid = difference(before(CHINA), after(CHINA, "watermark “Easel” all over")).resize((5, 4), Image.Resampling.BOX)
    assert min(grid.tobytes()) > 0


@pytest.mark.parametrize("across", ["left", "right"])
@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("text", ["Open day", "夏の離宮", "দুর্গা পূজা", "قصر الصيف"])
def test_a_text_beside_stays_on_its_side_and_can_be_read(text: str, side: Side, across: str) -> None:
    done = lettered(before(CHINA), Lettering(text, side, "", across=across), None)
    assert done.contrast >= 4.5
    assert done.box[2] <= 330 if across == "left" else done.box[0] >= 310
    middle = (done.box[1] + done.box[3]) / 2
    assert {Side.TOP: middle < 142, Side.CENTRE: 142 <= middle <= 285, Side.BOTTOM: middle > 285}[side]


def test_the_glow_behind_a_text_really_gives_its_contrast() -> None:
    striped = Image.new("RGB", (640, 427), "white")
    for x in range(0, 640, 40):
        ImageDraw.Draw(striped).rectangle((x, 0, x + 19, 427), fill="black")
    done = lettered(striped, Lettering("HELLO", Side.TOP, "white", across="left"), None)
    left, top, right, bottom = done.box
    row = done.picture.convert("L").crop((left, (top + bottom) // 2, right, (top + bottom) // 2 + 1)).tobytes()
    # Past the letter's own soft edge of three pixels.
    edges = [row[at + 4] for at in range(len(row) - 5) if row[at] > 250 and max(row[at + 3 : at + 5]) < 200]
    assert edges
    assert max(edges) <= 118, "what is right beside a white letter is dark enough for 4.5 to 1"


def test_parts_and_angles() -> None:
    assert after(CHINA, "crop to the left half").tobytes() == before(CHINA).crop((0, 0, 320, 427)).tobytes()
    assert after(CHINA, "cut off the bottom 20%").size == (640, 342)
    flower = after(FLOWER, "zoom in on the flower")
    assert flower.width < 460
    tilted = after(CHINA, "straighten it by 5 degrees")
    assert tilted.mode == "RGB"
    assert tilted.width / tilted.height == pytest.approx(640 / 427, abs=0.02)
    turned = after(CHINA, "rotate by 30 degrees")
    assert turned.getpixel((0, 0))[3] == 0


def test_a_picture_is_extended_in_the_way_that_is_said() -> None:
    mirrored = after(CHINA, "extend to 3:1 with mirrored edges")
    assert mirrored.crop((320, 0, 960, 427)).tobytes() == before(CHINA).tobytes()
    own = before(CHINA).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    assert mirrored.crop((0, 0, 320, 427)).tobytes() == own.crop((320, 0, 640, 427)).tobytes()
    blurred = after(CHINA, "extend to 3:1 with blurred sides")
    assert blurred.crop((320, 0, 960, 427)).tobytes() == before(CHINA).tobytes()
    assert ImageStat.Stat(blurred.convert("L").crop((0, 0, 200, 427)).filter(ImageFilter.FIND_EDGES)).mean[0] < 4
    bars = after(CHINA, "pad it to 1:1 with a black background")
    assert bars.size == (640, 640)
    assert bars.getpixel((300, 5)) == (16, 16, 18)


SHAPES = [(640, 427), (300, 500), (500, 500), (900, 300), (400, 620), (640, 360), (200, 200), (640, 427), (320, 480)]


@pytest.mark.parametrize("count", range(2, 11))
@pytest.mark.parametrize("rows", ["", "row", "column"])
def test_a_collage_keeps_every_picture_whole_in_its_ratio_and_the_gutters_alike(count: int, rows: str) -> None:
    shapes = (SHAPES * 2)[:count]
    pictures = [Image.new("RGB", shape, (20 + 22 * at, 90, 200 - 15 * at)) for at, shape in enumerate(shapes)]
    sheet = collage(pictures, Collage(rows), None)
    assert max(sheet.size) <= 2048
    for at, shape in enumerate(shapes):
        band = sheet.point(lambda value: value)
        wanted = (20 + 22 * at, 90, 200 - 15 * at)
        flat = ImageChops.difference(band, Image.new("RGB", band.size, wanted)).convert("L").point([255] + [0] * 255)
        box = flat.getbbox()
        assert box is not None
        wide, high = box[2] - box[0], box[3] - box[1]
        assert abs(wide - high * shape[0] / shape[1]) <= 3 + 0.02 * wide
    assert sheet.getpixel((1, 1)) == (255, 255, 255)


def test_a_collage_of_files_with_its_title_on_the_paper() -> None:
    text = "make a collage with the title “Trip” at the top"
    plan = edits.plan(text, ("Trip",), has_mask=False, size=None, pictures=3)
    others = [files.photo_png(FLOWER), files.photo_png(CHINA)]
    done = edits.apply(plan, files.photo_png(CHINA), None, OutputFormat.PNG, None, others)
    picture = files.opened(done.data)
    assert done.alt == "A collage of the pictures with the text “Trip” at the top."
    head = picture.crop((0, 0, picture.width, round(picture.width * 0.11)))
    assert ImageStat.Stat(head).mean[0] > 225, "white paper with a little ink"
    assert head.convert("L").getextrema()[0] < 60
    sized = edits.plan("make a collage", (), has_mask=False, size=Size(800, 800), pictures=3)
    whole = edits.apply(sized, files.photo_png(CHINA), None, OutputFormat.PNG, Size(800, 800), others)
    assert (whole.width, whole.height) == (800, 800)
