"""A prompt is read for what it says, and what it does not understand is said: no more and no less."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.providers.illustrator.reading import read
from core.providers.illustrator.scene import Cast
from core.providers.illustrator.story import clauses
from core.providers.illustrator.vocabulary import drawing_file, lexicon


def drawings(text: str) -> list[str]:
    return [cast.drawing for cast in read(text).casts]


def test_an_ordinary_prompt_says_nothing_false() -> None:
    reading = read("a cinematic photo of a red fox reading a newspaper in the rain, 35mm")
    assert reading.casts == (Cast("🦊", "red fox", holds=("📰",)),)
    assert reading.weather == "rain"
    assert reading.missing == ()


def test_a_whole_scene() -> None:
    reading = read("three sailing boats and an owl under a starry night sky by the sea, vintage poster")
    assert [(cast.drawing, cast.count) for cast in reading.casts] == [("⛵", 3), ("🦉", 1)]
    assert (reading.setting, reading.light, reading.style, reading.layout) == ("sea", "night", "vintage", "poster")


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("a vintage astrolabe on a velvet footstool", ("astrolabe", "footstool")),
        ("a dog and a zeppelin", ("zeppelin",)),
        ("a beautiful, dreamy, softly lit fox with intricate details, trending, 8k", ()),
        ("Mila the fox finds a map. Mila sails home.", ()),
        ("a fox named Mila ponders", ()),
        ("a fluffy siamese cat", ()),
    ],
)
def test_missing_drawings_are_named(text: str, missing: tuple[str, ...]) -> None:
    assert read(text).missing == missing


def test_what_is_not_wanted_is_not_drawn() -> None:
    reading = read("a fox and a boat at night without a moon, no birds, no text", (), ("boat",))
    assert [cast.drawing for cast in reading.casts] == ["🦊"]
    assert "moon" in reading.excluded
    assert "moon" not in reading.features
    assert reading.no_text


def test_quoted_words_are_text_and_no_subjects() -> None:
    assert drawings('a poster with a cat and the text "Fox and Owl"') == ["🐈", "🦊", "🦉"]
    assert [c.drawing for c in read('a poster with a cat and the text "Fox and Owl"', ("Fox and Owl",)).casts] == ["🐈"]


def test_compounds_plurals_and_relations() -> None:
    assert drawings("teddy bear") == ["🧸"]
    assert drawings("a snow leopard") == ["🐆"]
    assert read("foxes").casts[0].count > 1
    assert read("a cat riding a bicycle with a balloon").casts == (Cast("🐈", "cat", holds=("🎈",), mount="🚲"),)


@pytest.mark.parametrize(
    ("text", "expected", "setting"),
    [
        ("一只狐狸在海边看报纸", ["🦊"], "sea"),
        ("夜の海でヨットに乗るキツネ", ["⛵", "🦊"], "sea"),
        ("바다 위의 여우와 고양이", ["🦊", "🐈"], "sea"),
        ("समुद्र के किनारे एक लोमड़ी", ["🦊"], "sea"),
        ("সমুদ্রের ধারে একটি নৌকা", ["⛵"], "sea"),
        ("ثعلب في البحر", ["🦊"], "sea"),
        ("แมวริมทะเล", ["🐈"], "sea"),
        ("un renard et deux chats dans la forêt", ["🦊", "🐈"], "forest"),
        ("ein Fuchs und zwei Katzen am Meer", ["🦊", "🐈"], "sea"),
    ],
)
def test_other_languages(text: str, expected: list[str], setting: str) -> None:
    reading = read(text)
    assert [cast.drawing for cast in reading.casts] == expected
    assert reading.setting == setting


def test_words_of_another_language_mean_nothing_in_english() -> None:
    assert drawings("two people in a chat about a boot sale") == ["👫"]


def test_one_han_character_inside_an_unknown_word_is_not_a_subject() -> None:
    assert drawings("花") == ["🌸"]
    assert drawings("花椒") == []
    assert read("花椒").unread == ("花椒",)


@given(st.text(max_size=200))
@settings(max_examples=80)
def test_reading_never_fails(text: str) -> None:
    reading = read(text, (text[:5],) if text[:5].strip() else ())
    assert all(drawing_file(cast.drawing) for cast in reading.casts)


def test_every_curated_word_has_its_drawing_or_setting() -> None:
    words = lexicon("en")
    assert words.find("sailing boat") is not None
    assert words.find("wristwatch") is None


def test_a_story_is_told_in_its_own_words_and_order() -> None:
    story = "A fox wakes up. It finds a map; then it sails away, and it meets an octopus."
    for count in range(2, 9):
        parts = clauses(story, count)
        assert 1 <= len(parts) <= count
        positions = [story.index(part[:8]) for part in parts]
        assert positions == sorted(positions)


@pytest.mark.parametrize("text", ["a" * 40_000, "狐狸" * 20_000, "fox " * 10_000, "\u202e\x00<svg>&amp;" * 3_000])
def test_enormous_and_hostile_prompts_are_read_in_no_time(text: str) -> None:
    begun = time.thread_time()  # of this thread alone, however busy the machine is
    read(text)
    assert time.thread_time() - begun < 5


def test_people_and_animals_are_nobodys_things() -> None:
    assert read("a fox with a cat, a dancer with a superhero").casts == (
        Cast("🦊", "fox"),
        Cast("🐈", "cat"),
        Cast("💃", "dancer"),
        Cast("🦸", "superhero"),
    )


def test_what_the_pack_lacks_is_drawn_by_ourselves() -> None:
    assert drawings("a lighthouse") == ["🛙"]
