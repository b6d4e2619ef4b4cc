"""Layouts that draw lists: menus, infographics, diagrams, mockups, carousels. Every text of theirs can be read."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support_layouts import QUOTED, SCRIPTS
from support_readable import looked_at
from support_structured import listed

from core.errors import CannotDraw
from core.model import JobId, OutputFormat, Size
from core.ports import GenerateOrder
from core.providers.illustrator.alt import alt_text
from core.providers.illustrator.layouts.table import divide
from core.providers.illustrator.palette import choose_palette
from core.providers.illustrator.planning import Planned, plan_order
from core.providers.illustrator.revising import revise
from core.providers.illustrator.scene import (
    Cast,
    Entry,
    Layout,
    Light,
    Scene,
    Setting,
    Style,
    Weather,
    from_state,
    to_state,
)
from core.providers.illustrator.shapes import Box
from core.providers.illustrator.sheet import Slot
from core.providers.illustrator.work import draw

LISTED = (Layout.MENU, Layout.INFOGRAPHIC, Layout.DIAGRAM, Layout.MOCKUP, Layout.CAROUSEL)
SIZES = (Size(768, 256), Size(384, 384), Size(256, 768), Size(640, 360))
WIDE, SQUARE, TALL = SIZES[:3]
TEXTS = (
    *("A", "字", "ก", "!", "Donaudampfschifffahrtsgesellschaftskapitän", "क्षत्रियों की वीरता की कहानियाँ"),
    *("The quick brown fox jumps over the lazy dog and runs home.", "夏の夜空に大きな花火が上がり、歓声を上げました。"),
    *(text for texts in SCRIPTS.values() for text in texts),
)
RECT = re.compile(r'<rect x="(-?[\d.]+)" y="(-?[\d.]+)" width="([\d.]+)" height="([\d.]+)"')
CAFE = "a menu for a café: espresso 2.50, cappuccino 3.20, croissant 2.80"


def planned(text: str, count: int = 1, seed: int = 1) -> Planned:
    quoted = tuple(QUOTED.findall(text))
    return plan_order(
        GenerateOrder(
            job=JobId("0" * 32), model="illustrator", text=text, quoted=quoted, size=SQUARE, seed=seed, count=count
        )
    )


def slots_of(scene: Scene, size: Size) -> tuple[Slot, ...]:
    palette = choose_palette(scene.light, scene.weather, scene.style, scene.seed)
    return divide(scene, palette, size.width, size.height).slots


def slot(scene: Scene, size: Size, text: str) -> Slot:
    return next(one for one in slots_of(scene, size) if one.text == text)


@given(
    layout=st.sampled_from(LISTED),
    size=st.sampled_from(SIZES),
    texts=st.lists(st.sampled_from(TEXTS), min_size=1, max_size=10, unique=True),
    light=st.sampled_from((Light.DAY, Light.NIGHT)),
    style=st.sampled_from((Style.FLAT, Style.FLAT, Style.CHALK, Style.BLUEPRINT, Style.PASTEL, Style.OUTLINE)),
    seed=st.integers(0, 23),
)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_every_text_of_every_list_fits_and_can_be_read(
    layout: Layout, size: Size, texts: list[str], light: Light, style: Style, seed: int
) -> None:
    casts = (Cast("🦊", "fox"),) if seed % 2 else ()
    scene = Scene(layout, Setting.PLAIN, light, Weather.CLEAR, style, (), casts, tuple(texts), seed)
    looked_at(listed(scene), size)


def test_a_menu_has_its_names_left_and_its_prices_right_on_one_line() -> None:
    scene = planned(CAFE).scenes[0]
    assert [(entry.text, entry.detail, entry.drawing) for entry in scene.entries] == [
        ("Espresso", "2.50", "☕"),
        ("Cappuccino", "3.20", "☕"),
        ("Croissant", "2.80", "🥐"),
    ]
    assert scene.texts == ("Café", "Menu")
    for size in SIZES:
        ends = set()
        for entry in scene.entries:
            name, price = slot(scene, size, entry.text), slot(scene, size, entry.detail)
            assert name.ink_box.right < price.ink_box.x
            assert name.box.y + name.set.baseline == pytest.approx(price.box.y + price.set.baseline)
            assert name.set.font_px == pytest.approx(price.set.font_px, rel=0.05)
            ends.add(round(price.ink_box.right))
        assert max(ends) - min(ends) <= 1


def test_a_menu_that_is_read_from_the_right_is_mirrored() -> None:
    scene = planned("قائمة الطعام: قهوة ٢٫٥٠، شاي ٣، كعكة ٤").scenes[0]
    for size in SIZES:
        assert slot(scene, size, "شاي").ink_box.x > slot(scene, size, "٣").ink_box.right
    assert slot(scene, WIDE, "قائمة الطعام").ink_box.x > slot(scene, WIDE, "شاي").ink_box.right


def test_a_long_menu_has_columns_on_a_wide_sheet_and_says_what_is_too_much() -> None:
    dishes = ", ".join(f"dish {chr(65 + at % 26)}{at} {at + 1}.50" for at in range(20))
    scene = planned(f"menu “Long”: {dishes}").scenes[0]
    xs = {round(slot(scene, WIDE, entry.text).box.x) for entry in scene.entries}
    assert len(xs) > 1
    assert len({round(slot(scene, TALL, entry.text).box.x) for entry in scene.entries}) == 1
    many = ", ".join(f"tea {at}.50" for at in range(1, 60))
    plan = planned(f"menu: {many}")
    assert len(plan.scenes[0].entries) == 48
    assert plan.remarks == ("A menu has room for 48 lines here. Make two.",)
    assert not plan.complete


def test_sections_of_a_menu_are_headings_before_their_dishes() -> None:
    scene = planned("menu “Bella”: Drinks: tea €2, wine €5. Food: pizza €9, soup €6.").scenes[0]
    lines = [(entry.kind, entry.text) for entry in scene.entries]
    assert lines[:3] == [("section", "Drinks"), ("dish", "Tea"), ("dish", "Wine")]
    assert lines[3:] == [("section", "Food"), ("dish", "Pizza"), ("dish", "Soup")]
    assert slot(scene, TALL, "Food").box.y > slot(scene, TALL, "Wine").box.bottom


def test_shares_that_make_a_whole_are_a_ring_and_others_are_bars() -> None:
    whole = planned("infographic: 60% walk, 30% bike, 10% drive").scenes[0]
    assert [(entry.kind, entry.detail, entry.drawing) for entry in whole.entries] == [
        ("share", "60%", "🚶"), ("share", "30%", "🚲"), ("share", "10%", "🚗"),
    ]  # fmt: skip
    palette = choose_palette(whole.light, whole.weather, whole.style, whole.seed)
    ring = divide(whole, palette, 384, 384).over
    assert len(re.findall(r'd="M[\d. ]+A', ring)) == 3
    bars = planned("infographic: 85% like tea, 60% like coffee").scenes[0]
    drawn = divide(bars, palette, 384, 384).over
    assert not re.search(r'd="M[\d. ]+A\d+(\.\d)? \d+(\.\d)? 0 [01] 1', drawn)
    widths = [float(width) for width in re.findall(r'<rect x="[\d.]+" y="[\d.]+" width="([\d.]+)"', drawn)]
    assert widths[1] / widths[0] == pytest.approx(0.85, abs=0.01)
    assert widths[3] / widths[2] == pytest.approx(0.6, abs=0.01)


def test_steps_are_numbered_in_their_order() -> None:
    scene = planned("infographic about recycling: 1. collect bottles 2. wash them 3. put them in the box").scenes[0]
    assert scene.texts == ("Recycling",)
    assert [(entry.kind, entry.text) for entry in scene.entries] == [
        ("step", "Collect bottles"), ("step", "Wash them"), ("step", "Put them in the box"),
    ]  # fmt: skip
    assert {one.text for one in slots_of(scene, WIDE)} >= {"1", "2", "3"}


def test_a_diagram_leads_along_the_longer_side() -> None:
    scene = planned("diagram: Idea -> Sketch -> Review -> Print, Review -no-> Sketch").scenes[0]
    names = ("Idea", "Sketch", "Review", "Print")
    wide = [slot(scene, WIDE, name).ink_box for name in names]
    tall = [slot(scene, TALL, name).ink_box for name in names]
    assert [box.x for box in wide] == sorted(box.x for box in wide)
    assert [box.y for box in tall] == sorted(box.y for box in tall)
    assert slot(scene, WIDE, "no").text == "no"


def drawn_boxes_and_ways(svg: str) -> tuple[list[Box], list[list[tuple[float, float]]]]:
    """From a diagram without labels: each box is its shadow, its edge and its face; an arrow is cubic curves."""
    rects = [Box(*map(float, found)) for found in RECT.findall(svg)]
    ways: list[list[tuple[float, float]]] = []
    for found in re.findall(r'<path d="M([^"]+)" fill="none"', svg):
        points = [tuple(map(float, pair.split())) for pair in re.findall(r"-?[\d.]+ -?[\d.]+", found)]
        way: list[tuple[float, float]] = []
        for at in range(0, len(points) - 3, 3):
            for step in range(21):
                t = step / 20
                weights = ((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3)
                part = list(zip(weights, points[at : at + 4], strict=True))
                way.append((sum(w * p[0] for w, p in part), sum(w * p[1] for w, p in part)))
        ways.append(way)
    return rects[1::3], ways


@given(
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=12, unique=True),
    st.sampled_from(SIZES),
)
@settings(max_examples=50, deadline=None, derandomize=True)
def test_arrows_never_cross_a_box(ends: list[tuple[int, int]], size: Size) -> None:
    entries = (
        *(Entry(f"Box {at}", kind="box") for at in range(7)),
        *(Entry("", kind="arrow", to=pair) for pair in ends),
    )
    scene = Scene(Layout.DIAGRAM, Setting.PLAIN, Light.DAY, Weather.CLEAR, Style.FLAT, (), (), (), 1, entries=entries)
    palette = choose_palette(scene.light, scene.weather, scene.style, scene.seed)
    boxes, ways = drawn_boxes_and_ways(divide(scene, palette, size.width, size.height).over)
    assert (len(boxes), len(ways)) == (7, len(ends))
    for one in boxes:
        assert one.x >= -0.5
        assert one.right <= size.width + 0.5
        assert one.y >= -0.5
        assert one.bottom <= size.height + 0.5
    for way in ways:
        for x, y in way:
            assert -0.5 <= x <= size.width + 0.5
            assert -0.5 <= y <= size.height + 0.5
            assert not any(b.x + 0.5 < x < b.right - 0.5 and b.y + 0.5 < y < b.bottom - 0.5 for b in boxes)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_words_on_many_arrows_stay_apart(size: Size) -> None:
    ends = [(one, two) for one in range(5) for two in range(5) if one < two or (one + two) % 3 == 0]
    labels = [f"{one} leads on to {two}" for one, two in ends]
    boxes = [Entry(f"Box {at}", kind="box") for at in range(5)]
    arrows = [Entry(label, kind="arrow", to=pair) for label, pair in zip(labels, ends, strict=True)]
    scene = Scene(
        Layout.DIAGRAM, Setting.PLAIN, Light.DAY, Weather.CLEAR, Style.FLAT, (), (), (), 1, entries=(*boxes, *arrows)
    )
    looked_at(scene, size)
    assert {one.text for one in slots_of(scene, size)} >= set(labels)


def test_a_mockup_has_the_named_parts_on_the_named_device() -> None:
    plan = planned("phone mockup with a header “Shop”, a search bar, a list and a button “Sign in”")
    assert plan.complete
    scene = plan.scenes[0]
    assert [(entry.kind, entry.text) for entry in scene.entries if entry.text] == [
        ("header", "Shop"),
        ("button", "Sign in"),
    ]
    header, button = slot(scene, TALL, "Shop"), slot(scene, TALL, "Sign in")
    assert header.box.bottom < TALL.height * 0.15
    assert button.box.y > TALL.height * 0.8
    dark = planned("dark phone mockup with a header “Shop”").scenes[0]
    assert slot(dark, TALL, "Shop").ground == header.ground  # the accent colour
    pages = [
        planned(f"{mode} website mockup with tabs “A”, “B” and a list").scenes[0]
        for mode in ("dark mode", "light mode")
    ]
    grounds = [slot(page, WIDE, "B").ground for page in pages]
    assert grounds[0] != grounds[1] == "#ffffff"


def test_a_mockup_says_which_of_its_things_it_cannot_draw() -> None:
    plan = planned("website mockup with a fox picture, a button “Buy” and a zeppelin")
    assert plan.remarks == ("I have no drawing for: zeppelin.",)
    assert [cast.drawing for cast in plan.scenes[0].casts] == ["🦊"]


SLIDES = "carousel post about tea: “All about tea”, “Boil fresh water”, “Wait three minutes”, “Try it today”"


def test_a_carousel_is_a_set_in_one_palette_with_its_dots() -> None:
    plan = planned(SLIDES, count=4)
    assert [[entry.text for entry in scene.entries] for scene in plan.scenes] == [
        ["All about tea"], ["Boil fresh water"], ["Wait three minutes"], ["Try it today"],
    ]  # fmt: skip
    assert {(scene.seed, scene.panels) for scene in plan.scenes} == {(1, 4)}
    assert plan.remarks == ()
    numbers = [[one.text for one in slots_of(scene, SQUARE) if one.text.isdigit()] for scene in plan.scenes]
    assert numbers == [["1"], ["2"], ["3"], ["4"]]


@given(st.integers(2, 10), st.integers(2, 10))
@settings(max_examples=30, deadline=None, derandomize=True)
def test_no_text_of_a_carousel_is_lost_whatever_the_number_of_pictures(count: int, texts: int) -> None:
    said = [f"Text {at}" for at in range(texts)]
    plan = planned("carousel post: " + ", ".join(f"“{text}”" for text in said), count=count)
    assert len(plan.scenes) == min(count, texts)
    assert [entry.text for scene in plan.scenes for entry in scene.entries] == said
    assert plan.scenes[0].entries[0].text == said[0]
    assert plan.scenes[-1].entries[-1].text == said[-1]


def test_one_picture_of_a_carousel_shows_all_slides_and_says_how_to_get_each() -> None:
    plan = planned(SLIDES)
    assert len(plan.scenes) == 1
    assert plan.complete
    assert plan.remarks == ("This picture shows the whole set; add --n 4 for each slide as a picture of its own.",)
    said = {one.text for one in slots_of(plan.scenes[0], WIDE)}
    assert said >= {"All about tea", "Boil fresh water", "Wait three minutes", "Try it today"}


@pytest.mark.parametrize("layout", LISTED)
def test_what_holds_no_list_is_refused_with_an_example_that_works(layout: Layout) -> None:
    words = {Layout.MOCKUP: "mockup of something", Layout.CAROUSEL: "carousel post"}.get(layout, f"a {layout}")
    with pytest.raises(CannotDraw) as refused:
        planned(words)
    assert refused.value.what.startswith("I found no")
    example = refused.value.remedy.removeprefix("Say it like this: ").rstrip(".").split(" Or: ")[0]
    plan = planned(example, count=2)
    assert plan.scenes[0].layout is layout
    assert plan.scenes[0].entries
    assert plan.remarks == ()


@pytest.mark.parametrize("layout", LISTED)
def test_something_else_in_the_words_is_drawn_and_the_lack_is_told(layout: Layout) -> None:
    words = "carousel post" if layout is Layout.CAROUSEL else str(layout)
    plan = planned(f"{words} “Hello” in a forest")
    assert plan.remarks[0].startswith("I found no")
    assert not plan.complete
    assert draw(plan.scenes[0], Size(128, 128), OutputFormat.PNG).data


LANGUAGES = {
    "Speisekarte für ein Bistro: Kaffee 2,50 €, Kuchen 3,20 € und Tee 1,80 €": (Layout.MENU, "☕🎂🍵"),
    "菜单：咖啡 25元，红茶 18元、蛋糕30元": (Layout.MENU, "☕🍵🎂"),
    "メニュー：コーヒー 500円、紅茶 450円": (Layout.MENU, "☕🍵"),
    "메뉴: 커피 4500원, 케이크 6000원": (Layout.MENU, "☕🎂"),
    "मेन्यू: चाय ₹३५, कॉफ़ी ₹८०": (Layout.MENU, "🍵☕"),
    "মেনু: চা ৳২০, কফি ৳৮০": (Layout.MENU, "🍵☕"),
    "قائمة الطعام: قهوة ٢٫٥٠، شاي ٣": (Layout.MENU, "☕🍵"),
    "เมนู: ชา 40 บาท, กาแฟ 55 บาท": (Layout.MENU, "🍵☕"),
    "流程图：登录，然后购物车，然后付款": (Layout.DIAGRAM, "🔑🛒💳"),
    "信息图：1. 喝水 2. 吃苹果 3. 睡觉": (Layout.INFOGRAPHIC, "🥤🍎🛏️"),
}


@pytest.mark.parametrize("text", LANGUAGES)
def test_lists_are_read_in_many_languages(text: str) -> None:
    plan = planned(text)
    scene = plan.scenes[0]
    assert scene.layout is LANGUAGES[text][0]
    assert "".join(entry.drawing for entry in scene.entries) == LANGUAGES[text][1]
    assert plan.remarks == ()


def test_a_list_survives_its_state_and_an_edit() -> None:
    scene = planned("diagram: Idea -> Sketch -> Print").scenes[0]
    kept = from_state(to_state(scene))
    assert kept == scene
    assert kept is not None
    night = revise(kept, "make it night", (), (), None, False).scene
    assert night is not None
    assert night.entries == scene.entries
    assert night.light is Light.NIGHT
    pastel = revise(kept, "in pastel colours", (), (), None, False).scene
    assert pastel is not None
    assert (pastel.style, pastel.entries) == (Style.PASTEL, scene.entries)


def test_lists_are_described() -> None:
    assert alt_text(planned(CAFE).scenes[0]) == (
        "Menu titled “Café”, “Menu”: Espresso 2.50; Cappuccino 3.20; Croissant 2.80."
    )
    assert alt_text(planned("diagram: A -> B -yes-> C").scenes[0]) == "Diagram: A → B; B → C (yes)."
