"""Sizes: whatever is wished, the size is legal; and when it is not what was wished, the nearest is named."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import BadSettings
from core.model import Ratio, Resolution, Size
from core.sizes import Rules, fit, legal

QUIET = settings(derandomize=True, max_examples=200, deadline=None)

GPT_IMAGE_2 = Rules(16, 3840, 655_360, 8_294_400, 3.0)  # OpenAI image generation guide: size rules of gpt-image-2
ILLUSTRATOR = Rules(2, 4096, 128 * 128, 16_777_216, 3.0)
LEGACY = Rules(16, 1536, 0, 1536 * 1536, 1.5, (Size(1024, 1024), Size(1536, 1024), Size(1024, 1536)))
ONE_K, TWO_K, FOUR_K = Resolution


def size(ratio: str, resolution: Resolution | None, rules: Rules = GPT_IMAGE_2) -> str:
    fitted = fit(Ratio(*map(int, ratio.split(":"))), resolution, rules)
    assert not fitted.remark
    return str(fitted.size)


@pytest.mark.parametrize(
    ("ratio", "one_k", "two_k"),
    [
        ("1:1", "1024x1024", "2048x2048"),
        ("3:2", "1248x832", "2016x1344"),
        ("2:3", "832x1248", "1344x2016"),
        ("4:3", "1152x864", "2048x1536"),
        ("16:9", "1280x720", "2048x1152"),
        ("9:16", "720x1280", "1152x2048"),
        ("21:9", "1456x624", "2016x864"),
        ("3:1", "1728x576", "2016x672"),
        ("1:3", "576x1728", "672x2016"),
    ],
)
def test_shapes_that_people_ask_for_are_met_exactly(ratio: str, one_k: str, two_k: str) -> None:
    assert (size(ratio, None), size(ratio, ONE_K), size(ratio, TWO_K)) == (one_k, one_k, two_k)


def test_four_k() -> None:
    assert size("16:9", FOUR_K) == "3840x2160"
    assert size("9:16", FOUR_K) == "2160x3840"
    assert size("3:1", FOUR_K) == "3840x1280"
    assert size("16:9", FOUR_K, ILLUSTRATOR) == "4096x2304"
    assert size("1:1", FOUR_K, ILLUSTRATOR) == "4096x4096"


def test_a_ratio_without_an_exact_size_is_met_to_the_eye() -> None:
    assert size("1000:1333", TWO_K) == "1536x2048"
    assert size("239:100", TWO_K) == "2032x848"
    assert size("187:100", ONE_K) == "1376x736"  # 1392x736 has more pixels, and is off by more than 1 %


@pytest.mark.parametrize(
    ("ratio", "resolution", "rules", "remark"),
    [
        ((5, 1), TWO_K, GPT_IMAGE_2, "5:1 is wider than this model draws; the nearest is 3:1, 2016x672."),
        ((1, 9), None, GPT_IMAGE_2, "1:9 is taller than this model draws; the nearest is 1:3, 576x1728."),
        ((1, 1), FOUR_K, GPT_IMAGE_2, "4K at 1:1 is larger than this model draws; the nearest is 2880x2880."),
        ((16, 9), None, LEGACY, "16:9 is not among the shapes that this model draws; the nearest is 3:2, 1536x1024."),
        ((1, 1), TWO_K, LEGACY, "2K at 1:1 is larger than this model draws; the nearest is 1024x1024."),
        (
            (1, 5),
            FOUR_K,
            LEGACY,
            "1:5 is not among the shapes that this model draws; the nearest is 2:3, 1024x1536. "
            "4K is larger than this model draws; the nearest is 1024x1536.",
        ),
        (
            (1, 1),
            ONE_K,
            Rules(16, 4096, 4_000_000, 16_000_000, 3.0),
            "1K at 1:1 is smaller than this model draws; the nearest is 2000x2000.",
        ),
    ],
)
def test_an_impossible_wish_is_answered_with_the_nearest_by_name(
    ratio: tuple[int, int], resolution: Resolution | None, rules: Rules, remark: str
) -> None:
    fitted = fit(Ratio(*ratio), resolution, rules)
    assert fitted.remark == remark
    assert str(fitted.size) in remark
    assert legal(fitted.size, rules)


def test_an_edit_takes_shape_and_pixels_from_its_source() -> None:
    assert fit(None, None, GPT_IMAGE_2).size == Size(1024, 1024)
    assert fit(None, None, GPT_IMAGE_2, source=Size(832, 1248)).size == Size(832, 1248)
    assert fit(None, TWO_K, GPT_IMAGE_2, source=Size(720, 1280)).size == Size(1152, 2048)
    large = fit(Ratio(3, 1), None, GPT_IMAGE_2, source=Size(2048, 2048)).size
    assert large == Size(3504, 1168)
    odd = fit(None, None, GPT_IMAGE_2, source=Size(4000, 800))
    assert odd.remark == "This picture's shape is wider than this model draws; the nearest is 3:1, 3072x1024."


def test_rules_that_allow_nothing_are_the_operators_to_mend() -> None:
    with pytest.raises(BadSettings):
        fit(None, None, Rules(16, 1024, 2_000_000, 8_000_000, 3.0))
    with pytest.raises(BadSettings):
        fit(None, None, Rules(16, 4096, 1_000_001, 1_000_002, 3.0))


STEPS = st.sampled_from([1, 2, 8, 16, 32, 64])
RULES = st.builds(
    lambda step, longest, least, spread, ratio: Rules(step, longest, least, int(least * spread), ratio),
    STEPS,
    st.integers(1024, 4096),
    st.integers(65_536, 900_000),
    st.floats(3.0, 20.0),
    st.sampled_from([1.0, 1.5, 2.0, 2.5, 3.0, 8.0]),
)
FIXED = st.lists(st.builds(Size, st.integers(16, 4096), st.integers(16, 4096)), min_size=1, max_size=5).map(
    lambda sizes: Rules(1, 4096, 0, 4096 * 4096, 8.0, tuple(sizes))
)
RATIOS = st.none() | st.builds(Ratio, st.integers(1, 99_999), st.integers(1, 99_999)) | st.sampled_from([Ratio(16, 9)])
SOURCES = st.none() | st.builds(Size, st.integers(1, 20_000), st.integers(1, 20_000))


@QUIET
@given(RATIOS, st.none() | st.sampled_from(Resolution), st.one_of(RULES, FIXED), SOURCES)
def test_always_legal(wish: Ratio | None, resolution: Resolution | None, rules: Rules, source: Size | None) -> None:
    assert legal(fit(wish, resolution, rules, source=source).size, rules)


@QUIET
@given(RATIOS, RULES)
def test_a_larger_resolution_is_never_smaller(wish: Ratio | None, rules: Rules) -> None:
    areas = [one.width * one.height for one in (fit(wish, resolution, rules).size for resolution in Resolution)]
    assert areas == sorted(areas)


@QUIET
@given(st.integers(100, 300), st.booleans(), st.none() | st.sampled_from(Resolution))
def test_the_ratio_is_off_by_two_percent_at_most(hundredths: int, upright: bool, resolution: Resolution | None) -> None:
    wish = Ratio(100, hundredths) if upright else Ratio(hundredths, 100)
    fitted = fit(wish, resolution, GPT_IMAGE_2)
    drawn = fitted.size.width * wish.height / (fitted.size.height * wish.width)
    assert abs(drawn - 1) <= 0.02
    assert "wider" not in fitted.remark
    assert "taller" not in fitted.remark


@QUIET
@given(RATIOS, RULES)
def test_upright_is_wide_turned(wish: Ratio | None, rules: Rules) -> None:
    shape = wish or Ratio(1, 1)
    wide = fit(Ratio(shape.width, shape.height), Resolution.TWO_K, rules).size
    tall = fit(Ratio(shape.height, shape.width), Resolution.TWO_K, rules).size
    assert (wide.width, wide.height) == (tall.height, tall.width)
