"""Layouts: which words ask for which, and that every text of every one fits its place and can be read.

Contrast is measured on the drawn picture under each text, not taken from what the layout claims its ground to be.
"""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support_layouts import CASES, SCRIPTS, scene_of
from support_readable import looked_at

from core.errors import CannotDraw
from core.model import Size
from core.providers.illustrator.compose import compose
from core.providers.illustrator.layouts.choosing import asked_for, held_up, of_preset
from core.providers.illustrator.layouts.colours import grounds
from core.providers.illustrator.layouts.form import Prompt
from core.providers.illustrator.layouts.table import LAYOUTS, divide
from core.providers.illustrator.layouts.telling import beats_of, plan
from core.providers.illustrator.palette import CONTRAST_LEAST, choose_palette, contrast, palettes
from core.providers.illustrator.scene import Cast, Layout, Light, Scene, Setting, Style, Weather, from_state, to_state
from core.providers.illustrator.words import tokens

SIZES = (Size(768, 256), Size(384, 384), Size(256, 768), Size(640, 360), Size(320, 480))
LONG = (
    "Donaudampfschifffahrtsgesellschaftskapitän",
    "The quick brown fox jumps over the lazy dog and runs home to bed before the moon is up.",
    "一只狐狸在海边看报纸，日落之后它慢慢走回家，路上遇见了一只猫。",
    "夏の夜空に大きな花火が上がり、みんなで歓声を上げました。",
    "서울의 여름밤에는 강가에서 음악을 듣는 사람들이 아주 많습니다.",
    "क्षत्रियों की वीरता की कहानियाँ आज भी गाँव-गाँव में सुनाई जाती हैं।",
    "বাংলা নববর্ষের শুভেচ্ছা ও ক্ষুধা নিবারণের জন্য সবাইকে আমন্ত্রণ।",
    "يجتمع الناس في الساحة الكبيرة كل مساء للاستماع إلى الموسيقى.",
    "งานเทศกาลอาหารริมทะเลที่ใหญ่ที่สุดในประเทศไทยเริ่มแล้ววันนี้",
)
SHORT = ("A", "字", "7", "!", "क", "৫০%", "م", "ก", "가")
TEXTS = (*LONG, *SHORT, *(text for texts in SCRIPTS.values() for text in texts))
CAST = tuple(
    Cast(drawing, name) for drawing, name in (("🦊", "fox"), ("⛵", "boat"), ("🎈", "balloon"), ("🌹", "rose"))
)


def bare(layout: Layout, texts: tuple[str, ...], **changes: object) -> Scene:
    fields: dict[str, object] = {
        "layout": layout,
        "setting": Setting.PLAIN,
        "light": Light.DAY,
        "weather": Weather.CLEAR,
        "style": Style.FLAT,
        "features": (),
        "casts": CAST[:1],
        "texts": texts,
        "seed": 1,
    }
    scene = Scene(**(fields | changes))  # type: ignore[arg-type]  # each test names fields of the scene
    if layout in (Layout.COMIC, Layout.STORYBOARD):
        story = " ".join(f"A fox meets a cat “{text}”." for text in texts[1:]) or "A fox sleeps. It wakes."
        return plan(scene, Prompt(f"{layout} “{texts[0]}”: {story}", texts))[0]
    return scene


@given(
    layout=st.sampled_from(sorted(LAYOUTS)),
    size=st.sampled_from(SIZES),
    texts=st.lists(st.sampled_from(TEXTS), min_size=1, max_size=10, unique=True),
    casts=st.integers(0, len(CAST)),
    setting=st.sampled_from((Setting.PLAIN, Setting.PLAIN, Setting.SEA, Setting.CITY, Setting.ROOM)),
    light=st.sampled_from(Light),
    style=st.sampled_from(Style),
    seed=st.integers(0, 23),
)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_every_text_of_every_layout_fits_and_can_be_read(
    layout: Layout,
    size: Size,
    texts: list[str],
    casts: int,
    setting: Setting,
    light: Light,
    style: Style,
    seed: int,
) -> None:
    looked_at(
        bare(layout, tuple(texts), casts=CAST[:casts], setting=setting, light=light, style=style, seed=seed), size
    )


@pytest.mark.parametrize("layout", sorted(LAYOUTS))
@pytest.mark.parametrize("size", SIZES[:3], ids=str)
def test_one_letter_and_ten_lines_fit_every_layout(layout: Layout, size: Size) -> None:
    for seed, texts in enumerate((("A",), TEXTS[:10])):
        looked_at(bare(layout, texts, seed=seed), size)


@pytest.mark.parametrize("layout", [layout for layout in CASES if layout is not Layout.PANEL])
def test_no_text_is_left_out(layout: Layout) -> None:
    texts = ("Alpha", "Beta", "Gamma", "Delta")
    scene = bare(layout, texts)
    palette = choose_palette(scene.light, scene.weather, scene.style, scene.seed)
    for size in SIZES[:3]:
        said = " ".join(slot.text for slot in divide(scene, palette, size.width, size.height).slots)
        assert all(text in said for text in texts), said


@pytest.mark.parametrize("layout", CASES)
def test_a_prompt_is_drawn_in_the_layout_that_it_names(layout: Layout) -> None:
    scene = CASES[layout].scene("english")
    assert scene.layout is (Layout.PANEL if layout is Layout.PANEL else layout)
    assert from_state(to_state(scene)) == scene


def test_the_state_of_a_picture_from_before_there_were_panels_and_lists_is_read() -> None:
    before = (
        '{"v":1,"layout":"poster","setting":"sea","light":"night","weather":"clear","style":"flat","features":["moon"],'
        '"casts":[{"drawing":"🦊","name":"fox","count":1,"holds":[],"mount":""}],"texts":["Hi"],"seed":3,"names":[],'
        '"caption":"","panel":0,"panels":0,"transparent":false}'
    )
    scene = from_state(before)
    assert scene is not None
    assert (scene.layout, scene.parts, scene.entries) == (Layout.POSTER, (), ())


def test_every_palette_has_grounds_whose_inks_can_be_read() -> None:
    for palette in palettes():
        for colours in grounds(palette):
            assert contrast(colours.ink, colours.ground) >= CONTRAST_LEAST
            assert contrast(colours.second, colours.ground) >= CONTRAST_LEAST


WORDS = {
    "a poster with a fox": Layout.POSTER,
    "a fox in the forest": "",
    "menu poster for a café": Layout.MENU,
    "lifestyle product photo of a mug": Layout.LIFESTYLE,
    "mug on a white background": Layout.PRODUCT,
    "a cat on white sand": "",
    "logo for a coffee shop": Layout.LOGO,
    "icons: house, key": Layout.ICONS,
    "birthday card with balloons": Layout.CARD,
    "a 4-panel comic about a fox": Layout.COMIC,
    "youtube thumbnail of a robot": Layout.THUMBNAIL,
    "a carousel at night": "",
    "a blog cover about tea": Layout.COVER,
    "a fox, no banner": "",
    "eine Speisekarte mit Kaffee": Layout.MENU,
    "un logo para una panadería": Layout.LOGO,
    "une carte d'anniversaire avec un chat": Layout.CARD,
    "狐狸的标志": Layout.LOGO,
    "四格漫画：狐狸": Layout.COMIC,
    "キツネのロゴ": Layout.LOGO,
    "여우 로고": Layout.LOGO,
    "लोमड़ी का लोगो": Layout.LOGO,
    "একটি লোগো": Layout.LOGO,
    "شعار لمقهى": Layout.LOGO,
    "โลโก้ร้านกาแฟ": Layout.LOGO,
}


@pytest.mark.parametrize("text", WORDS)
def test_words_ask_for_layouts(text: str) -> None:
    assert asked_for(tokens(text)[0]) == WORDS[text]


def test_what_somebody_holds_is_a_thing_and_not_the_layout() -> None:
    found = tokens("a fox reading a menu")[0]
    assert asked_for(found) == ""
    assert held_up(found) == ("menu",)


def test_a_style_can_ask_for_a_layout_and_words_come_first() -> None:
    assert of_preset("product") == Layout.PRODUCT
    assert of_preset("watercolour") == ""
    assert of_preset(None) == ""


def test_logos_differ_by_seed_in_at_least_four_ways() -> None:
    drawn = {compose(scene_of("a logo with a fox “Nimbus”", seed), Size(128, 128)).full for seed in range(1, 5)}
    assert len(drawn) == 4


STORIES = {
    "comic “Mila”: A cat sees a fish. The cat says “Hi!” It swims away.": (
        "Mila",
        [("A cat sees a fish.", ()), ("The cat says", ("Hi!",)), ("It swims away.", ())],
    ),
    "a comic in 2 panels: A fox wakes. It runs. It sleeps. It dreams “of soup”.": (
        "",
        [("A fox wakes. It runs.", ()), ("It sleeps. It dreams", ("of soup",))],
    ),
    "comic: Panel 1: a fox at home. Panel 2: a fox at sea “Ahoy”": (
        "",
        [("a fox at home.", ()), ("a fox at sea", ("Ahoy",))],
    ),
    "comic: A cat builds a rocket. “Three, two, one!” She flies. It meets an owl “Who?” “Me!”. “Hm” says the owl.": (
        "",
        [
            ("A cat builds a rocket", ("Three, two, one!",)),
            ("She flies.", ()),
            ("It meets an owl", ("Who?", "Me!")),
            ("says the owl.", ("Hm",)),
        ],
    ),
    "四格漫画：一只猫在海边。下雨了。": ("", [("一只猫在海边。", ()), ("下雨了。", ()), ("", ()), ("", ())]),
}


@pytest.mark.parametrize("text", STORIES)
def test_a_story_is_cut_into_panels_with_what_is_said_in_them(text: str) -> None:
    quoted = tuple(part.partition("”")[0] for part in text.split("“")[1:])
    title, beats = beats_of(text, quoted)
    assert (title, [(beat.told, beat.said) for beat in beats]) == STORIES[text]


@given(
    st.lists(
        st.sampled_from(("A fox runs.", "It rains", "“Hello there”", "猫が寝る。", "; then", "2 panels")), max_size=14
    )
)
@settings(max_examples=60, derandomize=True)
def test_a_comic_has_one_to_eight_panels_and_loses_no_speech(parts: list[str]) -> None:
    text = "comic: " + " ".join(parts)
    _, beats = beats_of(text, ("Hello there",) if "“Hello there”" in parts else ())
    assert 1 <= len(beats) <= 8
    assert any(beat.said for beat in beats) == ("“Hello there”" in parts)


def test_who_is_named_before_a_speech_says_it() -> None:
    story = "A fox meets an owl “Hello” “Who are you?”. The fox and the owl sit. The owl says “Me”. “Hm” asks the owl."
    scene = scene_of(f"comic: {story}")
    said = [[(entry.text, entry.drawing) for entry in part.entries] for part in scene.parts]
    assert said == [[("Hello", "🦉"), ("Who are you?", "🦊")], [], [("Me", "🦉")], [("Hm", "🦉")]]
    assert scene.parts[3].caption == ""


def test_another_seed_composes_every_panel_anew() -> None:
    scene = scene_of("comic: A fox finds a map in the forest. It sails over the sea.")
    size = Size(128, 128)
    one, two = (compose(replace(scene, seed=seed), size).art for seed in (1, 2))
    first, second = (re.findall(r"<g clip-path.*?</g>", art)[:2] for art in (one, two))
    assert first[0] != second[0]
    assert first[1] != second[1]


def test_the_same_characters_are_in_every_panel() -> None:
    scene = scene_of("comic: A fox finds a map in the forest. It sails over the sea. It meets an owl at night.")
    assert [part.casts[0].drawing for part in scene.parts] == ["🦊"] * 3
    assert scene.parts[2].light is Light.NIGHT


def drawings(text: str) -> list[str]:
    return [cast.drawing for cast in scene_of(text).casts]


def test_a_card_shows_what_goes_with_its_occasion_where_nothing_is_named() -> None:
    assert drawings("birthday card for my mom") == ["🎂", "🎈", "🎁"]
    assert drawings("birthday card with a rose") == ["🌹"]
    assert drawings("バースデーカード") == ["🎂", "🎈", "🎁"]
    assert [cast.name for cast in scene_of("birthday card").casts] == ["birthday cake", "balloon", "wrapped gift"]


def test_a_logo_takes_its_name_without_quotation_marks_and_rather_the_fox_than_the_shop() -> None:
    assert scene_of("a logo with a fox for a shop called Sonnenkorn & Co.").texts == ("Sonnenkorn & Co",)
    assert scene_of("a logo for Nimbus with a cloud").texts == ("Nimbus",)
    assert scene_of("a logo with a fox called “Mila”").texts == ("Mila",)
    assert scene_of("a logo for a bicycle shop with a fox").texts == ()


def test_weather_and_places_are_icons_in_the_order_of_the_words() -> None:
    assert drawings("icon set for a weather app: sun, umbrella, rain, snow, mountains") == ["☀️", "☂️", "🌧️", "❄️", "🏔️"]
    assert scene_of("icons: fox, rain").weather is Weather.CLEAR


def test_a_refusal_says_how_to_ask_for_the_layout() -> None:
    with pytest.raises(CannotDraw, match=r"a card with balloons “Happy birthday”"):
        scene_of("a greeting card")
