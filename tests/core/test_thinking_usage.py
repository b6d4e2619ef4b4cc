"""What a thinking answer cost: three rates, and no sum where something is missing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.pricing import Price
from core.providers.openai.thinking_usage import charged

DAY = date(2026, 11, 23)
TEXT = Price(
    "openai", "thinker", "test", DAY, thinks=True,
    text_in=2_000, text_in_cached=500, text_in_written=2_500, text_out=12_000, search=10_000_000,
)  # fmt: skip
IMAGE = Price(
    "openai", "painter", "test", DAY,
    text_in=5_000, text_in_cached=1_250, image_in=8_000, image_in_cached=2_000, image_out=30_000,
)  # fmt: skip


def answer(**changes: Any) -> dict[str, Any]:
    """An answer whose cost is easily added up by hand."""
    document: dict[str, Any] = {
        "output": [{"type": "web_search_call"}, {"type": "image_generation_call", "result": "kept"}],
        "usage": {
            "input_tokens": 9_000,
            "input_tokens_details": {"cached_tokens": 1_000, "cache_write_tokens": 500},
            "output_tokens": 2_500,
            "output_tokens_details": {"reasoning_tokens": 2_000},
            "total_tokens": 11_500,
        },
        "tool_usage": {
            "image_gen": {
                "input_tokens": 1_600,
                "input_tokens_details": {"image_tokens": 1_536, "text_tokens": 64},
                "output_tokens": 1_756,
                "total_tokens": 3_356,
            },
            "web_search": {"num_requests": 3},
        },
    }
    return {**document, **changes}


def image_gen(**changes: Any) -> dict[str, Any]:
    tools = answer()["tool_usage"]
    return answer(tool_usage={**tools, "image_gen": {**tools["image_gen"], **changes}})


def test_text_picture_and_searches_each_at_their_rate() -> None:
    text = 7_500 * 2_000 + 1_000 * 500 + 500 * 2_500 + 2_500 * 12_000
    picture = 64 * 5_000 + 1_536 * 8_000 + 1_756 * 30_000
    assert charged(answer(), TEXT, IMAGE) == text + picture + 3 * 10_000_000


def test_cached_tokens_of_the_picture_are_cheaper_where_they_are_broken_down() -> None:
    whole = charged(image_gen(), TEXT, IMAGE)
    cached = image_gen(
        cached_tokens=1_060, cached_tokens_details={"cached_image_tokens": 1_000, "cached_text_tokens": 60}
    )
    assert whole is not None
    assert charged(cached, TEXT, IMAGE) == whole - 1_000 * 6_000 - 60 * 3_750
    assert charged(image_gen(cached_tokens=1_060), TEXT, IMAGE) == whole


def test_output_that_is_called_text_is_charged_as_picture_all_the_same() -> None:
    split = image_gen(output_tokens_details={"image_tokens": 1_700, "text_tokens": 56})
    assert charged(split, TEXT, IMAGE) == charged(answer(), TEXT, IMAGE)


@pytest.mark.parametrize(
    "document",
    [
        answer(usage=None),
        answer(tool_usage=None),
        answer(tool_usage={}),
        answer(tool_usage={"web_search": {"num_requests": 1}}),
        answer(tool_usage={"image_gen": answer()["tool_usage"]["image_gen"]}),  # it searched, and nobody counted
        answer(tool_usage={**answer()["tool_usage"], "web_search": {}}),
        image_gen(output_tokens=0),  # "calls with missing usage records may be skipped"
        image_gen(output_tokens=-5),
        image_gen(output_tokens=1_756.0),
        image_gen(output_tokens="1756"),
        image_gen(output_tokens=True),
        image_gen(output_tokens=10**30),
        image_gen(input_tokens=None),
        image_gen(input_tokens_details={"image_tokens": 1_601}),
        image_gen(cached_tokens_details={"cached_image_tokens": 2_000, "cached_text_tokens": 0}),
        answer(usage={"input_tokens": 10, "output_tokens": 5, "input_tokens_details": {"cached_tokens": 11}}),
        answer(usage={"input_tokens": 0, "output_tokens": 0}),
        answer(usage={"input_tokens": 10}),
        answer(usage=[]),
    ],
)
def test_where_anything_is_missing_or_mad_there_is_no_sum(document: dict[str, Any]) -> None:
    assert charged(document, TEXT, IMAGE) is None


def test_details_may_be_absent_and_an_unsearched_answer_need_not_count_searches() -> None:
    bare = answer(
        output=[{"type": "image_generation_call", "result": "kept"}],
        usage={"input_tokens": 100, "output_tokens": 10},
        tool_usage={"image_gen": {"input_tokens": 20, "output_tokens": 300}},
    )
    assert charged(bare, TEXT, IMAGE) == 100 * 2_000 + 10 * 12_000 + 20 * 8_000 + 300 * 30_000


COUNTS = st.none() | st.booleans() | st.integers(-5, 10**20) | st.floats() | st.text(max_size=3)
OBJECTS = st.dictionaries(
    st.sampled_from(
        ["input_tokens", "output_tokens", "input_tokens_details", "cached_tokens", "image_tokens", "num_requests"]
    ),
    COUNTS | st.dictionaries(st.sampled_from(["image_tokens", "cached_tokens"]), COUNTS),
)


@given(OBJECTS | COUNTS, OBJECTS | COUNTS, OBJECTS | COUNTS)
def test_no_count_gives_a_negative_cost_or_one_that_does_not_fit(
    usage: object, picture: object, search: object
) -> None:
    cost = charged(answer(usage=usage, tool_usage={"image_gen": picture, "web_search": search}), TEXT, IMAGE)
    assert cost is None or 0 < cost < 2**63
