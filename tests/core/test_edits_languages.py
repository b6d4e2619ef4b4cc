"""Every kind of edit, in the ways and the languages in which people say it, becomes the same steps."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from core.model import Ratio
from core.providers.illustrator import edits
from core.providers.illustrator.edits_plan import (
    Backdrop,
    Border,
    Collage,
    Effect,
    Fill,
    Frame,
    Hue,
    Lettering,
    Part,
    Reshape,
    Scale,
    Scope,
    Side,
    Step,
    Tint,
    Tone,
    Turn,
    Watermark,
)

QUOTES = re.compile(r"[“\"「](.*?)[”\"」]")

# Each line of the table is one kind of edit: its key, then what people say for it.
KINDS: dict[str, Step] = {
    "make_it_sunset": Tone(Effect.SUNSET),
    "add_fog": Tone(Effect.FOG),
    "make_it_rain": Tone(Effect.RAIN),
    "make_it_snow": Tone(Effect.SNOW),
    "enhance_it": Tone(Effect.ENHANCE),
    "denoise_it": Tone(Effect.DENOISE),
    "add_film_grain": Tone(Effect.GRAIN),
    "posterize_it": Tone(Effect.POSTERIZE),
    "pencil_sketch": Tone(Effect.SKETCH),
    "sepia": Tone(Effect.SEPIA),
    "add_a_vignette": Tone(Effect.VIGNETTE),
    "brighter": Tone(Effect.BRIGHTER),
    "more_vivid": Tone(Effect.VIVID),
    "a_bluer_sky": Tint("blue", Scope.SKY, "", 45),
    "greener_grass": Tint("green", Scope.GREENERY, "", 45),
    "make_the_car_red": Tint("red", Scope.SUBJECT, "car"),
    "change_red_to_blue": Tint("blue", Scope.COLOUR, "red"),
    "shift_the_hue_by_60_degrees": Hue(60),
    "blur_it": Tone(Effect.BLUR),
    "remove_the_background": Backdrop(None),
    "white_background": Backdrop("white"),
    "upscale_it_2x": Scale(200),
    "a_gold_border": Border("gold"),
    "round_the_corners": Border("white", Frame.ROUNDED),
    "add_a_drop_shadow": Border("black", Frame.SHADOW),
    "polaroid": Border("white", Frame.POLAROID),
    "add_a_watermark_a": Watermark("© A"),
    "watermark_a_all_over": Watermark("A", tiled=True),
    "add_a_in_gold_at_the_top": Lettering("A", Side.TOP, "gold"),
    "put_a_in_the_top_left_corner": Lettering("A", Side.TOP, "", across="left"),
    "a_in_the_corner": Lettering("A", Side.BOTTOM, "", across="right"),
    "make_a_collage": Collage(),
    "put_them_side_by_side": Collage("row"),
    "extend_to_16_9": Reshape(Ratio(16, 9), Fill.EXTEND),
    "extend_to_16_9_with_mirrored_edges": Reshape(Ratio(16, 9), Fill.MIRROR),
    "extend_to_16_9_with_blurred_sides": Reshape(Ratio(16, 9), Fill.BLUR),
    "pad_to_1_1_with_black_bars": Reshape(Ratio(1, 1), Fill.PAPER, colour="black"),
    "crop_to_3_1": Reshape(Ratio(3, 1), Fill.CROP),
    "crop_to_the_left_half": Part(right=50),
    "cut_off_the_bottom_20": Part(bottom=20),
    "zoom_in": Part(16, 16, 16, 16),
    "rotate_right": Turn(90),
    "flip_it": Turn(mirror="horizontal"),
    "straighten_it_by_2_degrees_to_the_left": Turn(358),
}
TABLE = (Path(__file__).parent / "words" / "edits.psv").read_text("utf-8").splitlines()
SAID = [(line.partition("|")[0], sentence) for line in TABLE for sentence in line.split("|")[1:]]


def steps(text: str) -> tuple[Step, ...]:
    plan = edits.plan(text, tuple(QUOTES.findall(text)), has_mask=False, size=None, pictures=2)
    assert plan.shortfalls == ()
    return plan.steps


@pytest.mark.parametrize(("kind", "sentence"), SAID, ids=[sentence for _, sentence in SAID])
def test_a_kind_of_edit_is_understood_however_it_is_said(kind: str, sentence: str) -> None:
    assert steps(sentence) == (KINDS[kind],)


def test_every_kind_is_said_in_at_least_three_ways() -> None:
    assert {key for key, _ in SAID} == set(KINDS)
    assert all(len(line.split("|")) > 3 for line in TABLE)
