"""Edits of our own pictures, several in one instruction: the scene changes where it can, the pixels where it cannot."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest
from PIL import Image

from core.errors import CannotDraw
from core.model import OutputFormat, Size
from core.providers.illustrator import edits_work
from core.providers.illustrator.edits_kept import opened, state_of
from core.providers.illustrator.edits_own import Own, Wish, revise_own
from core.providers.illustrator.edits_plan import (
    Backdrop,
    Border,
    Effect,
    Frame,
    Hue,
    Lettering,
    Part,
    Scope,
    Side,
    Step,
    Tint,
    Tone,
    Turn,
    Watermark,
)
from core.providers.illustrator.scene import Cast, Layout, Light, Scene, Setting, Style, Weather

QUOTES = re.compile(r"[“\"「](.*?)[”\"」]")
FOX, BOAT = Cast("🦊", "fox"), Cast("⛵", "boat")
SQUARE = Size(512, 512)
BEACH = Scene(
    layout=Layout.POSTER,
    setting=Setting.SEA,
    light=Light.DAY,
    weather=Weather.CLEAR,
    style=Style.FLAT,
    features=(),
    casts=(FOX, BOAT),
    texts=("Market", "Friday"),
    seed=1,
)
BARE = replace(BEACH, layout=Layout.SCENE, texts=())
GREY = Tone(Effect.BLACK_AND_WHITE)


def said(text: str, scene: Scene = BEACH, after: tuple[Step, ...] = (), size: Size | None = None) -> Own:
    wish = Wish(text, tuple(QUOTES.findall(text)), (), None, size, SQUARE)
    done = revise_own(scene, after, wish)
    return replace(done, scene=replace(done.scene, names=scene.names))


def test_night_a_title_in_gold_and_another_shape_in_one_breath() -> None:
    done = said('make it night, add a title "Open day" in gold, crop to 3:1')
    assert done.scene == replace(BEACH, light=Light.NIGHT, texts=("Market", "Friday", "Open day"), ink="#d4a83c")
    assert done.size.width == 3 * done.size.height
    assert (done.after, done.shortfalls) == ((), ())


NIGHT = replace(BEACH, light=Light.NIGHT)
FRAMED = (Border("black"),)
WAYS: dict[str, tuple[Scene, tuple[Step, ...]]] = {
    "make it night and add a black border": (NIGHT, FRAMED),
    "改成夜晚，加一个黑色边框": (NIGHT, FRAMED),
    "夜にして、黒い枠をつけて": (NIGHT, FRAMED),
    "밤으로 바꿔줘, 검은 테두리 추가": (NIGHT, FRAMED),
    "रात कर दो, काला बॉर्डर": (NIGHT, FRAMED),
    "mach es Nacht und ein schwarzer Rahmen": (NIGHT, FRAMED),
    "hazlo de noche, un borde negro": (NIGHT, FRAMED),
    "faz noite, uma borda preta": (NIGHT, FRAMED),
    "night and a black border": (NIGHT, FRAMED),
    "black and white": (BEACH, (GREY,)),
    "make it warmer and more vivid": (BEACH, (Tone(Effect.WARM), Tone(Effect.VIVID))),
    "flip it": (BEACH, (Turn(mirror="horizontal"),)),
    "add a watermark “© A”": (BEACH, (Watermark("© A"),)),
    "add “Free” in the top left corner": (BEACH, (Lettering("Free", Side.TOP, "", across="left", percent=55),)),
    "add “Free”, in gold, at the bottom": (
        replace(BEACH, texts=("Market", "Friday", "Free"), ink="#d4a83c", text_place="bottom"),
        (),
    ),
    "make the title red and move it to the bottom": (replace(BEACH, ink="#d62828", text_place="bottom"), ()),
    "translate the title into “市場” and make it sunset": (
        replace(BEACH, texts=("市場", "Friday"), light=Light.SUNSET),
        (),
    ),
    "make the fox blue and the boat bigger": (
        replace(BEACH, casts=(replace(FOX, colour="blue"), replace(BOAT, size="big"))),
        (),
    ),
    "make the fox navy": (replace(BEACH, casts=(replace(FOX, colour="blue"), BOAT)), ()),
    "one more boat, in the rain": (
        replace(BEACH, casts=(FOX, replace(BOAT, count=2)), weather=Weather.RAIN),
        (),
    ),
    "remove the fox, the boat and make it night": (replace(NIGHT, casts=()), ()),
    "sepia, in the city": (replace(BEACH, setting=Setting.CITY), (Tone(Effect.SEPIA),)),
}


@pytest.mark.parametrize("text", WAYS)
def test_each_part_goes_its_own_way(text: str) -> None:
    done = said(text)
    assert (done.scene, done.after) == WAYS[text]
    assert done.shortfalls == ()
    assert done.size == SQUARE


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("crop to 16:9", (16, 9)),
        ("extend to 3:1", (3, 1)),
        ("make it a square", (1, 1)),
        ("3:1にトリミング", (3, 1)),
        ("schneide es auf 3:1", (3, 1)),
        ("crop to 1:3", (1, 3)),
    ],
)
def test_another_shape_is_a_new_drawing_and_nothing_is_cut_off(text: str, size: tuple[int, int]) -> None:
    if size == (1, 1):
        with pytest.raises(CannotDraw, match="like that already"):
            said(text)
        return
    done = said(text)
    assert (done.scene, done.after) == (BEACH, ())
    assert done.size.width * size[1] == pytest.approx(done.size.height * size[0], rel=0.01)
    assert done.size.width * done.size.height == pytest.approx(512 * 512, rel=0.2)


def test_more_pixels_are_drawn_not_stretched() -> None:
    assert said("upscale it 2x").size == Size(1024, 1024)
    assert said("upscale it to 2000 pixels").size == Size(2000, 2000)
    with pytest.raises(CannotDraw, match="4608 x 4608"):
        said("upscale it 900%")


def test_a_shape_beyond_what_is_drawn_is_said() -> None:
    done = said("extend to 5:1")
    assert done.size.width == 3 * done.size.height
    assert "wider than this model draws" in done.shortfalls[0]


HALVES = {
    "make it night and add a wristwatch": (NIGHT, (), "I have no drawing for: wristwatch."),
    "make it night, translate the title": (NIGHT, (), "I cannot translate."),
    "add a black border and make the fox fly": (BEACH, FRAMED, "make the fox fly"),
    "white background": (
        replace(BEACH, transparent=True),
        (Backdrop("white"),),
        "Without a background I set no text.",
    ),
}


@pytest.mark.parametrize("text", HALVES)
def test_what_could_not_be_done_is_said_and_the_rest_is_done(text: str) -> None:
    done = said(text)
    scene, after, sentence = HALVES[text]
    assert (done.scene, done.after) == (scene, after)
    assert len(done.shortfalls) == 1
    assert sentence in done.shortfalls[0]


@pytest.mark.parametrize(
    "text", ["", "make the fox fly", "add a wristwatch", "put it by the sea", "make a collage", "put it on a beach"]
)
def test_when_nothing_can_be_done_nothing_is(text: str) -> None:
    with pytest.raises(CannotDraw) as refusal:
        said(text)
    assert refusal.value.remedy


@pytest.mark.parametrize("text", ["remove the border", "no border", "without the border, please"])
def test_what_was_done_to_the_pixels_can_be_taken_back(text: str) -> None:
    done = said(text, after=(GREY, *FRAMED))
    assert done.after == (GREY,)
    assert done.scene == BEACH


def test_a_cut_out_stands_on_the_colour_that_is_asked_for() -> None:
    cut = said("remove the background", scene=BARE)
    assert cut.scene.transparent
    assert cut.after == ()
    white = said("white background", scene=cut.scene)
    assert white.after == (Backdrop("white"),)
    picture = edits_work.draw(white.scene, Size(256, 256), OutputFormat.PNG, white.after)
    with Image.open(io.BytesIO(picture.data)) as file:
        assert file.convert("RGB").getpixel((2, 2)) == (255, 255, 255)
        assert not file.has_transparency_data


STEPS: tuple[Step, ...] = (
    GREY,
    Tint("blue", Scope.SKY, "", 45),
    Hue(40),
    Backdrop("white"),
    Turn(90),
    Part(right=50),
    Lettering("「夜」", Side.TOP, "#ff8800", across="left"),
    Watermark("© A", tiled=True),
    Border("gold", Frame.SHADOW),
)


def test_the_scene_and_the_steps_come_back_from_a_picture_s_state() -> None:
    kept = opened(state_of(BEACH, STEPS, SQUARE))
    assert (kept.scene, kept.after, kept.size) == (BEACH, STEPS, SQUARE)
    bare = opened(state_of(BEACH, (), SQUARE))
    assert (bare.scene, bare.after, bare.size) == (BEACH, (), None)


@pytest.mark.parametrize(
    "state",
    ["", "nonsense", "[]", '{"after": 1}', '{"v":1,"after":{"size":[1,2],"steps":[["Exec",{}]]}}', '{"v":1}', "{" * 99],
)
def test_a_foreign_state_is_a_photograph(state: str) -> None:
    assert opened(state).scene is None


def test_a_frame_that_makes_the_sheet_larger_does_not_make_the_scene_grow() -> None:
    card = edits_work.draw(BARE, Size(300, 200), OutputFormat.PNG, (Border("white", Frame.POLAROID),))
    assert card.size.height > 200
    assert opened(card.state).size == Size(300, 200)


def test_a_step_that_a_new_drawing_does_not_allow_is_said_and_the_drawing_comes() -> None:
    night = replace(BARE, light=Light.NIGHT, setting=Setting.SPACE)
    picture = edits_work.draw(night, Size(256, 256), OutputFormat.PNG, (Tint("blue", Scope.GREENERY, "", 45),))
    assert "no grass or leaves" in picture.remarks[-1]
    assert opened(picture.state).scene == night
