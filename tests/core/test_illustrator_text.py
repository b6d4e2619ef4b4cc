"""Text is set exactly: the right glyphs in the right order, in its box, in every script that is promised."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.providers.illustrator.fonts import CJK_FILE, installed_fonts
from core.providers.illustrator.shaping import (
    clusters,
    embedding_levels,
    language_of,
    read_paragraph,
    shape_line,
)
from core.providers.illustrator.textbox import break_positions, outline

SCRIPTS = {
    "English": "Midnight Market",
    "Simplified Chinese": "夏日音乐节",
    "Traditional Chinese": "夏日音樂節",
    "Japanese": "夏祭りの花火大会",
    "Korean": "서울 재즈 페스티벌",
    "Hindi": "हिन्दी कविता संध्या क्षत्रिय",
    "Bengali": "বাংলা নববর্ষের শুভেচ্ছা ক্ষুধা",
    "Arabic": "مهرجان الصيف",
    "Thai": "งานเทศกาลอาหารริมทะเล",
    "mixed": "Sale ৫০% – مرحبا 2026 夏 🎉",
}


def glyphs(text: str) -> list[int]:
    paragraph = read_paragraph(text, 700, installed_fonts())
    return [glyph.index for glyph in shape_line(paragraph, 0, len(paragraph.text)).glyphs]


@pytest.mark.parametrize("text", SCRIPTS.values(), ids=SCRIPTS.keys())
def test_every_script_has_all_its_glyphs(text: str) -> None:
    done = outline(text, width=900, height=200)
    assert done.missing == ()
    assert done.svg_path_d.startswith("M")
    assert 0 not in glyphs(text)


def test_a_character_that_no_face_draws_is_reported() -> None:
    assert outline("A\U00012000B", width=300, height=100).missing == ("\U00012000",)


@given(
    text=st.text(st.sampled_from("abc AB12 夏祭りの花 한국어 हिन्दी বাংলা مرحبا ไทย เ-!“”"), min_size=1, max_size=60),
    width=st.integers(40, 1200),
    height=st.integers(20, 900),
)
@settings(max_examples=60)
def test_a_text_always_fits_its_box(text: str, width: int, height: int) -> None:
    done = outline(text, width=width, height=height)
    assert done.width <= width + 0.01
    assert done.height <= height + 0.01


@given(st.text(st.sampled_from("ab 夏り、。กเแาิ์क्ष ি한 مر-"), max_size=40))
def test_lines_never_break_inside_what_a_reader_takes_for_one_character(text: str) -> None:
    starts = {start for start, _ in clusters(text)}
    assert set(break_positions(text)) <= starts


def test_lines_break_where_each_script_allows_it() -> None:
    assert break_positions("red fox") == [4]
    assert break_positions("夏祭り、花火") == [1, 2, 4, 5]  # never before the comma
    assert break_positions("서울 재즈") == [3]
    assert break_positions("ไปเที่ยว") == [2]
    assert break_positions("ริมทะเล") == []  # sara a does not end the word


def test_arabic_letters_join_and_run_from_right_to_left() -> None:
    assert embedding_levels("مرحبا") == (1, 1, 1, 1, 1)
    alone = [index for letter in "مرحبا" for index in glyphs(letter)]
    assert glyphs("مرحبا") != alone[::-1]
    assert embedding_levels("مرحبا 2026") == (1, 1, 1, 1, 1, 1, 2, 2, 2, 2)


def test_numbers_in_arabic_stand_left_of_the_word_before_them() -> None:
    paragraph = read_paragraph("صيف 2026", 700, installed_fonts())
    line = shape_line(paragraph, 0, len(paragraph.text))
    face = paragraph.faces[-1]
    digits = {face.font.get_nominal_glyph(ord(digit)) for digit in "206"}
    numbers = [glyph.x for glyph in line.glyphs if glyph.index in digits]
    letters = [glyph.x for glyph in line.glyphs if glyph.index not in digits]
    assert len(numbers) == 4
    assert max(numbers) < max(letters)
    assert [glyph.index for glyph in line.glyphs][:4] == [face.font.get_nominal_glyph(ord(d)) for d in "2026"]


def test_hindi_and_bengali_form_their_conjuncts() -> None:
    assert len(glyphs("क्ष")) == 1
    assert len(glyphs("ক্ষ")) == 1
    assert glyphs("कि")[0] != glyphs("क")[0]  # the vowel sign is written before its consonant


def test_one_han_character_has_the_shape_of_its_language() -> None:
    assert language_of("直") == "zh-Hans"
    assert language_of("直す") == "ja"
    assert language_of("直하다") == "ko"
    assert language_of("直樂") == "zh-Hant"
    fonts = installed_fonts()
    chinese = read_paragraph("直", 700, fonts)
    japanese = read_paragraph("直す", 700, fonts)
    assert chinese.faces[0] is fonts.typeface(CJK_FILE, 700, 2)
    assert japanese.faces[0] is fonts.typeface(CJK_FILE, 700, 0)


def test_a_longer_title_takes_more_lines_and_keeps_balance() -> None:
    one = outline("Market", width=600, height=300)
    two = outline("The long night market by the harbour", width=600, height=300)
    assert one.lines == 1
    assert two.lines >= 3
    assert one.font_px > two.font_px


def test_alignment_at_the_start_follows_the_reading_direction() -> None:
    assert outline("Hi", width=500, height=40, align="start").left == 0
    arabic = outline("صيف", width=500, height=40, align="start")
    assert arabic.left + arabic.width == pytest.approx(500)
