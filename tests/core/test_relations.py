"""Who is where, how many, how large and in which colour: read in many languages, drawn so that things touch, said."""

from __future__ import annotations

import io
import tomllib
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core.model import OutputFormat, Size
from core.providers.illustrator.alt import alt_text
from core.providers.illustrator.attaching import ATTACH
from core.providers.illustrator.compose import compose
from core.providers.illustrator.figure import GRID
from core.providers.illustrator.grouping import build, groups
from core.providers.illustrator.palette import channels, palettes
from core.providers.illustrator.planning import scene_of, shortfalls
from core.providers.illustrator.reading import read
from core.providers.illustrator.render import svg_to_png
from core.providers.illustrator.scene import Cast, Setting, Style, from_state, to_state
from core.providers.illustrator.tinting import colours, tinted, tone
from core.providers.illustrator.work import draw

WORDS = Path(__file__).parent / "words"


def rows(name: str) -> list[tuple[str, ...]]:
    lines = (WORDS / name).read_text("utf-8").splitlines()
    return [tuple(cell.strip() for cell in line.split("|")) for line in lines if not line.startswith("#")]


@pytest.mark.parametrize(("relation", "target", "drawing", "sentence"), rows("placed.psv"))
def test_relations_are_read_in_every_language(relation: str, target: str, drawing: str, sentence: str) -> None:
    assert (relation, target, drawing) in {(cast.relation, cast.to, cast.drawing) for cast in read(sentence).casts}


@pytest.mark.parametrize(("text", "drawing", "count"), rows("counted.psv"))
def test_things_are_counted(text: str, drawing: str, count: str) -> None:
    assert {cast.drawing: cast.count for cast in read(text).casts}.get(drawing) == int(count)


@pytest.mark.parametrize(("text", "drawing", "colour", "size"), rows("described.psv"))
def test_colours_and_sizes_belong_to_things(text: str, drawing: str, colour: str, size: str) -> None:
    assert [(cast.drawing, cast.colour, cast.size) for cast in read(text).casts] == [(drawing, colour, size)]


@pytest.mark.parametrize(("text", "wrong"), rows("traps.psv"))
def test_a_wrong_picture_is_worse_than_none(text: str, wrong: str) -> None:
    assert not [cast for cast in read(text).casts if cast.drawing in wrong]


def test_each_has_its_own_place_and_company() -> None:
    found = {c.drawing: (c.relation, c.to) for c in read("a cat on a table and a dog behind a tree").casts}
    assert found == {"🐈": ("on", "✎table"), "✎table": ("", ""), "🐕": ("behind", "🌳"), "🌳": ("", "")}
    together = read("a cat and a dog on a sofa, a bird above a house").casts
    assert [(c.drawing, c.relation) for c in together] == [
        ("🐈", "on"),
        ("🐕", "on"),
        ("🛋️", ""),
        ("🐦", "above"),
        ("🏠", ""),
    ]
    assert read("an orange and a banana").casts == (Cast("🍊", "orange"), Cast("🍌", "banana"))
    balloons = read("a red balloon and a blue balloon").casts
    assert [(c.drawing, c.colour) for c in balloons] == [("🎈", "red"), ("🎈", "blue")]
    assert read("a fox in a red boat with a blue balloon").casts[0].tints == ("⛵=red", "🎈=blue")


def test_what_cannot_be_drawn_is_said_and_costs_nothing() -> None:
    clock = read("a cat in a clock")
    assert clock.casts[0].relation == "beside"
    assert shortfalls(clock) == ("I cannot draw a cat in a clock; they are beside each other.",)
    many = read("40 balloons")
    assert many.casts[0].count == 12
    assert shortfalls(many) == ("I draw at most 12 of a thing, not 40.",)
    assert shortfalls(read("a cat under a table")) == ()


@pytest.mark.parametrize("relation", ATTACH)
@pytest.mark.parametrize("target", ["✎table", "🌳", "🏠", "🐄", "🪑", "☂️", "✎box", "🗺️", "🛋️", "✎bridge"])
def test_those_who_belong_together_touch_and_nobody_is_hidden(relation: str, target: str) -> None:
    """Together they are one figure: no wider or taller than both, and both can be seen in it."""
    palette = palettes()[0]
    casts = (Cast("🐈", "cat", relation=relation, to=target), Cast(target, "target"))
    found = groups(casts)
    assert len(found) == 1
    both, alone = build(found[0], palette), build(groups(casts[1:])[0], palette)
    cat = build(groups((Cast("🐈", "cat"),))[0], palette)
    assert both.size * GRID <= 2.3 * max(alone.size, cat.size) * GRID + cat.size * GRID
    without = _pixels(build(groups((Cast(target, "target"),))[0], palette).figure.svg)
    assert _pixels(both.figure.svg) != without


def _pixels(svg: str) -> bytes:
    return svg_to_png(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-60 -110 120 115">{svg}</svg>', 120, 115)


def test_circles_of_relations_are_no_endless_ones() -> None:
    casts = (Cast("🐈", "cat", relation="on", to="🐕"), Cast("🐕", "dog", relation="on", to="🐈"))
    assert len(groups(casts)) == 1
    assert len(groups((Cast("🐈", "cat", relation="on", to="🐈"),))) == 1


@pytest.mark.parametrize("wanted", colours())
def test_a_drawing_takes_another_colour_and_keeps_its_eyes(wanted: str) -> None:
    changed = tinted(
        '<path fill="#DD2E44"/><path fill="#A0041E"/><path fill="#292F33"/><path fill="#BBDDF5"/>', "#dd2e44", wanted
    )
    main, shade, tyre, window = (part[:7] for part in changed.split('fill="')[1:])
    assert (tyre, window) == ("#292F33", "#BBDDF5")
    goal = tone(colours()[wanted])
    assert abs(tone(main).light - goal.light) < 0.05
    assert tone(shade).light < tone(main).light
    assert channels(main) != channels("#dd2e44")


@pytest.mark.parametrize("style", [Style.PAPERCUT, Style.BLUEPRINT, Style.PIXEL, Style.CHALK])
def test_new_styles_draw_text_that_can_be_read(style: Style) -> None:
    for words, size in (("a fox in a village", Size(240, 360)), ("a cat on a table, night", Size(480, 160))):
        scene = scene_of(read(f"{words}, {style}"), ("Open Day", "Free"), None, 4)
        assert scene.style is style
        assert compose(scene, size).check.remarks == ()


@pytest.mark.parametrize("setting", Setting)
@pytest.mark.parametrize("size", [Size(96, 288), Size(288, 96)], ids=str)
def test_every_setting_adapts_to_long_sheets(setting: Setting, size: Size) -> None:
    scene = scene_of(
        read(f"a fox, {setting}" if setting is not Setting.STATION else "a fox in a space station"), (), None, 2
    )
    picture = draw(scene, size, OutputFormat.PNG)
    with Image.open(io.BytesIO(picture.data)) as opened:
        assert opened.size == (size.width, size.height)
        assert len(opened.convert("RGB").getcolors(1 << 16) or ()) > 8


@pytest.mark.parametrize("season", ["spring", "summer", "autumn"])
def test_seasons_change_the_picture(season: str) -> None:
    plain, seasonal = (
        scene_of(read(words), (), None, 2) for words in ("a fox in a garden", f"a fox in a garden in {season}")
    )
    assert seasonal.season == season
    assert draw(plain, Size(96, 96), OutputFormat.PNG).data != draw(seasonal, Size(96, 96), OutputFormat.PNG).data


def test_all_of_it_is_stored_and_described() -> None:
    scene = scene_of(read("two tiny white cats under a big red umbrella in a village in autumn"), (), None, 1)
    assert from_state(to_state(scene)) == scene
    assert alt_text(scene) == "Illustration: two tiny white cats under a big red umbrella in a village street."


@pytest.mark.parametrize(
    ("text", "drawing", "holds"),
    [
        ("a fox reading a newspaper", "🦊", ("📰",)),
        ("一只狐狸看报纸", "🦊", ("📰",)),
        ("猫が本を読んでいる", "🐈", ("📖",)),
        ("本を読む猫", "🐈", ("📖",)),
        ("책을 읽는 여우", "🦊", ("📖",)),
        ("여우가 책을 읽고 있다", "🦊", ("📖",)),
        ("किताब पढ़ती लड़की", "👧", ("📖",)),
        ("un perro leyendo un libro", "🐕", ("📖",)),
        ("кот читает газету", "🐈", ("📰",)),
        ("ein Bär liest eine Zeitung", "🐻", ("📰",)),
        ("kitap okuyan kedi", "🐈", ("📖",)),
    ],
)
def test_who_has_what_in_hand(text: str, drawing: str, holds: tuple[str, ...]) -> None:
    assert [(cast.drawing, cast.holds) for cast in read(text).casts] == [(drawing, holds)]


def test_hats_are_worn_on_heads_and_animals_turn_to_us_to_wear_them() -> None:
    casts = read("a cat wearing a top hat").casts
    assert [(cast.drawing, cast.relation, cast.to) for cast in casts] == [("🐈", "", ""), ("🎩", "on", "🐈")]
    (worn,) = groups(casts)
    assert worn.cast.drawing == "🐱"
    girl = read("桜の木の下で本を読む女の子").casts[1]
    assert (girl.drawing, girl.holds, girl.relation, girl.to) == ("👧", ("📖",), "under", "🌳")


def test_a_colour_behind_what_is_held_is_its_own() -> None:
    (girl,) = read("une fille avec un parapluie jaune").casts
    assert (girl.colour, girl.holds, girl.tints) == ("", ("☂️",), ("☂️=yellow",))
    assert read("una niña con un globo rojo grande").casts[0].size == ""


@given(st.data())
@settings(max_examples=120, deadline=None, derandomize=True)
def test_any_order_of_known_words_is_read_and_described(data: st.DataObject) -> None:
    language = data.draw(st.sampled_from(["en", "zh", "ja", "hi", "fr", "tr", "ar"]))
    joint = "" if language in ("zh", "ja") else " "
    text = joint.join(data.draw(st.lists(st.sampled_from(words_of_lexicon(language)), max_size=10)))
    scene = scene_of(read(text), (), None, 1)
    assert from_state(to_state(scene)) == scene
    assert alt_text(scene)
    for group in groups(scene.casts):
        assert build(group, palettes()[0]).size > 0


def words_of_lexicon(language: str) -> list[str]:
    """Every phrase of lexicons/, those that join things more often than there are things."""
    table = tomllib.loads(
        resources.files("core.providers.illustrator").joinpath(f"lexicons/{language}.toml").read_text()
    )
    often = {"relations": 12, "grammar": 12, "colours": 6, "sizes": 6, "numbers": 6}
    return [
        word.strip()
        for section, rows in table.items()
        for listed in rows.values()
        for word in listed.split(",") * often.get(section, 1)
    ]
