"""What is understood becomes steps, every part that is not is named: nothing is skipped, nothing is guessed."""

from __future__ import annotations

import pickle
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import CannotDraw
from core.model import Ratio, Size
from core.providers.illustrator import edits
from core.providers.illustrator.edits_colours import COLOURS
from core.providers.illustrator.edits_lexicon import lexicon
from core.providers.illustrator.edits_plan import (
    Backdrop,
    Border,
    Effect,
    Erase,
    Fill,
    Lettering,
    Reshape,
    Scope,
    Side,
    Step,
    Tint,
    Tone,
    Turn,
)

QUOTES = re.compile(r"[“\"「](.*?)[”\"」]")


def read(text: str, *, has_mask: bool = False, size: Size | None = None) -> tuple[Step, ...]:
    return edits.plan(text, tuple(QUOTES.findall(text)), has_mask=has_mask, size=size).steps


NIGHT = [
    "make it night",
    "Make it night, please!",
    "turn this into a night scene",
    "把它变成夜晚",
    "夜にしてください",
    "밤으로 바꿔 주세요",
    "इसे रात बना दो",
    "এটাকে রাত করো",
    "hazlo de noche",
    "passe la photo en nuit",
    "mach es zur Nacht",
    "faz ficar de noite",
]
BLACK_AND_WHITE = [
    "black and white",
    "in B&W please",
    "改成黑白",
    "白黒にして",
    "흑백으로 만들어 줘",
    "इसे श्वेत-श्याम करो",
    "ছবিটি সাদাকালো করো",
    "en blanco y negro",
    "en noir et blanc",
    "in Schwarzweiß",
    "deixa em preto e branco",
]
BLUR_BACKGROUND = [
    "blur the background",
    "make the background blurry",
    "模糊背景",
    "背景をぼかして",
    "배경을 흐리게 해줘",
    "पृष्ठभूमि धुंधली करो",
    "পটভূমি ঝাপসা করো",
    "desenfoca el fondo",
    "floute l’arrière-plan",
    "mach den Hintergrund unscharf",
    "desfoca o fundo",
]


@pytest.mark.parametrize("text", NIGHT)
def test_night_is_night_in_ten_languages(text: str) -> None:
    assert read(text) == (Tone(Effect.NIGHT),)


@pytest.mark.parametrize("text", BLACK_AND_WHITE)
def test_black_and_white_is_one_wish_in_ten_languages(text: str) -> None:
    assert read(text) == (Tone(Effect.BLACK_AND_WHITE),)


@pytest.mark.parametrize("text", BLUR_BACKGROUND)
def test_a_blurred_background_is_understood_in_ten_languages(text: str) -> None:
    assert read(text) == (Tone(Effect.BLUR, 100, Scope.BACKGROUND),)


CASES: dict[str, tuple[Step, ...]] = {
    "warmer": (Tone(Effect.WARM),),
    "a bit cooler": (Tone(Effect.COOL, 50),),
    "much brighter and less contrast": (Tone(Effect.BRIGHTER, 170), Tone(Effect.LESS_CONTRAST)),
    "make it 20% darker": (Tone(Effect.DARKER, 60),),
    "turn it into a pencil sketch": (Tone(Effect.SKETCH),),
    "like an old photo": (Tone(Effect.SEPIA),),
    "add a vignette": (Tone(Effect.VIGNETTE),),
    "make it night and crop to 3:1": (Tone(Effect.NIGHT), Reshape(Ratio(3, 1), Fill.CROP)),
    "crop to 16:9, then black and white": (Tone(Effect.BLACK_AND_WHITE), Reshape(Ratio(16, 9), Fill.CROP)),
    "extend it to 16 : 9": (Reshape(Ratio(16, 9), Fill.EXTEND),),
    "2:3": (Reshape(Ratio(2, 3), Fill.AUTO),),
    "裁剪成正方形": (Reshape(Ratio(1, 1), Fill.CROP),),
    "crop to 1920x1080": (Reshape(Ratio(16, 9), Fill.CROP, Size(1920, 1080)),),
    "rotate left": (Turn(270),),
    "rotate 90 degrees clockwise": (Turn(90),),
    "turn it upside down": (Turn(180),),
    "flip it": (Turn(mirror="horizontal"),),
    "flip vertically": (Turn(mirror="vertical"),),
    "white background": (Backdrop("white"),),
    "change the background to blue": (Backdrop("blue"),),
    "remove the background": (Backdrop(None),),
    "transparent background": (Backdrop(None),),
    "make the background black and white": (Tone(Effect.BLACK_AND_WHITE, 100, Scope.BACKGROUND),),
    "make the subject brighter": (Tone(Effect.BRIGHTER, 100, Scope.SUBJECT),),
    "tint it blue": (Tint("blue"),),
    "put a black frame around it": (Border("black"),),
    "a border": (Border("white"),),
    "add “Hello” at the top": (Lettering("Hello", Side.TOP, ""),),
    "write “Hola, y adiós” in red": (Lettering("Hola, y adiós", Side.BOTTOM, "red"),),
    "“make it night”": (Lettering("make it night", Side.BOTTOM, ""),),
    "add “A” at the top and “B” in the middle": (Lettering("A", Side.TOP, ""), Lettering("B", Side.CENTRE, "")),
    "make it night with the text 「夜」": (Tone(Effect.NIGHT), Lettering("夜", Side.BOTTOM, "")),
}  # fmt: skip


@pytest.mark.parametrize("text", CASES)
def test_an_instruction_becomes_these_steps(text: str) -> None:
    assert read(text) == CASES[text]


REFUSED = {
    "add a dragon": "I cannot: add a dragon.",
    "keep Her Dress": "I cannot: keep Her Dress.",
    "add a red car": "I cannot: add a red car.",
    "make her hair red": "which part to change: make her hair red.",
    "make the text bigger": "I cannot: make the text bigger.",
    "add a watermark": "which words the watermark has",
    "make a collage": "at least two pictures",
    "straighten it": "by how much it leans",
    "加一条龙": "I cannot: 加一条龙.",
    "no blur": "I cannot: no blur.",
    "don’t make it night": "I cannot: don’t make it night.",
    "不要模糊": "I cannot: 不要模糊.",
    "brighter on the left": "I cannot: brighter on the left.",
    "add a banner": "I cannot: add a banner.",
    "make the roof blue": "which part to change: make the roof blue.",
    "remove the car": "which part to change: remove the car.",
    "replace the text “A” with “B”": "the old words out of a photograph",
    "add some text": "which words to set",
    "crop it": "which shape",
    "crop to 9:1": "a picture of 9:1",
    "crop to 8000x4500": "8000 x 4500 pixels",
    "crop to 0:1": "a picture of 0:1",
    "please": "did not say what to change",
    "": "did not say what to change",
    "night " * 500: "too long",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_cannot_be_done_is_refused_by_name_with_a_way_on(text: str) -> None:
    with pytest.raises(CannotDraw) as refusal:
        read(text)
    assert REFUSED[text] in refusal.value.what
    assert len(refusal.value.remedy) > 20


MASKED: dict[str, tuple[Step, ...]] = {
    "make the roof blue": (Tint("blue"),),
    "pinta el techo de azul": (Tint("blue"),),
    "make the sky darker": (Tone(Effect.DARKER),),
    "remove the old car": (Erase(),),
    "erase it": (Erase(),),
    "replace the text “A” with “B”": (Lettering("B", Side.CENTRE, "", replacing=True),),
    "add “Sale” in yellow": (Lettering("Sale", Side.CENTRE, "yellow"),),
}


@pytest.mark.parametrize("text", MASKED)
def test_a_mask_shows_what_the_words_name(text: str) -> None:
    assert read(text, has_mask=True) == MASKED[text]


@pytest.mark.parametrize(
    "text", ["add a red dragon", "turn the cat into a red dragon", "crop to 3:1", "rotate left", "a frame", "no blur"]
)
def test_a_mask_is_no_licence_to_fake(text: str) -> None:
    with pytest.raises(CannotDraw):
        read(text, has_mask=True)


def test_a_size_alone_is_an_edit_and_stands_before_the_lettering() -> None:
    size = Size(1536, 512)
    assert read("", size=size) == (Reshape(None, Fill.AUTO),)
    steps = read("make it night, add “Hi”", size=size)
    assert [type(step) for step in steps] == [Tone, Reshape, Lettering]
    assert read("extend it", size=size) == (Reshape(None, Fill.EXTEND),)


def test_a_plan_travels_to_another_process() -> None:
    plan = edits.plan("make it night, add “Hi”", ("Hi",), has_mask=False, size=None)
    assert pickle.loads(pickle.dumps(plan)) == plan


def test_the_vocabulary_names_only_what_the_program_knows() -> None:
    values = {kind: set() for kind in ("effects", "colours", "places")}
    for meanings in lexicon().terms.values():
        for meaning in meanings:
            if meaning.kind in values:
                values[meaning.kind].add(meaning.value)
    assert values == {"effects": set(Effect), "colours": set(COLOURS), "places": set(Side)}


UNKNOWN_WORDS = st.text("bcdfghjklmnpqrstvwxz", min_size=5, max_size=9).map(lambda word: "zq" + word)


@given(st.sampled_from([*NIGHT, *BLACK_AND_WHITE, *BLUR_BACKGROUND, *list(CASES)]), UNKNOWN_WORDS, st.booleans())
@settings(derandomize=True, max_examples=150, deadline=None)
def test_one_unknown_word_anywhere_is_named_and_what_it_stands_in_is_not_done(
    text: str, word: str, before: bool
) -> None:
    said = f"{word} {text}" if before else f"{text} {word}"
    try:
        told = edits.plan(said, tuple(QUOTES.findall(said)), has_mask=False, size=None).shortfalls
    except CannotDraw as refusal:
        told = (refusal.what,)
    assert any(word in sentence for sentence in told)


HALVES = {
    "make it night and add a dragon": ((Tone(Effect.NIGHT),), "I could not: add a dragon."),
    "black and white, but keep Her Dress": ((Tone(Effect.BLACK_AND_WHITE),), "I could not: keep Her Dress."),
    "blur the roof, crop to 3:1": ((Reshape(Ratio(3, 1), Fill.CROP),), "which part to change: blur the roof."),
    "crop it and make it warmer": ((Tone(Effect.WARM),), "which shape you want"),
}


@pytest.mark.parametrize("text", HALVES)
def test_of_several_wishes_all_that_can_be_done_is_done_and_the_rest_is_named(text: str) -> None:
    plan = edits.plan(text, (), has_mask=False, size=None)
    steps, sentence = HALVES[text]
    assert plan.steps == steps
    assert len(plan.shortfalls) == 1
    assert sentence in plan.shortfalls[0]


def test_a_whole_instruction_falls_short_of_nothing() -> None:
    plan = edits.plan(
        'make it night, add a title "Open day" in gold, crop to 3:1', ("Open day",), has_mask=False, size=None
    )
    assert plan.shortfalls == ()
    assert plan.steps == (
        Tone(Effect.NIGHT),
        Reshape(Ratio(3, 1), Fill.CROP),
        Lettering("Open day", Side.BOTTOM, "gold"),
    )


@given(st.text(max_size=60), st.lists(st.text(max_size=8), max_size=2), st.booleans())
@settings(derandomize=True, max_examples=300, deadline=None)
def test_any_words_are_a_plan_or_a_refusal(text: str, quoted: list[str], has_mask: bool) -> None:
    try:
        plan = edits.plan(text, tuple(quoted), has_mask=has_mask, size=None)
    except CannotDraw:
        return
    assert plan.steps


@given(st.lists(st.sampled_from(sorted(lexicon().terms)), min_size=1, max_size=6), st.booleans())
@settings(derandomize=True, max_examples=400, deadline=None)
def test_known_words_in_any_order_are_a_plan_or_a_refusal(words: list[str], has_mask: bool) -> None:
    try:
        plan = edits.plan(" ".join(words), (), has_mask=has_mask, size=None)
    except CannotDraw:
        return
    assert plan.steps
