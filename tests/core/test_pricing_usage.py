"""What an answer cost by its own usage: exact where it can be known, nothing where a server says nonsense."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openai.types.images_response import Usage as OfficialUsage
from openai.types.responses.response import ToolUsageImageGen

from core.model import Quality, Size
from core.pricing import Tokens, catalog, cost_of, estimate, nanodollars, output_tokens, settled, tokens_of

OPENAI = catalog().find("openai", "gpt-image-2")

# What the live API answered on 2026-04-28 for a picture of 3072x2160 at low quality.
LIVE: dict[str, Any] = {
    "input_tokens": 14,
    "input_tokens_details": {"image_tokens": 0, "text_tokens": 14},
    "output_tokens": 380,
    "output_tokens_details": {"image_tokens": 380, "text_tokens": 0},
    "total_tokens": 394,
}


def with_parts(**changes: Any) -> dict[str, Any]:
    return {**LIVE, **changes}


def test_a_real_answer_costs_what_it_says() -> None:
    OfficialUsage.model_validate(LIVE)
    assert tokens_of(LIVE) == Tokens(text_in=14, image_out=380)
    assert settled(OPENAI, LIVE) == 14 * 5_000 + 380 * 30_000


def test_an_edit_pays_for_its_pictures_at_their_own_rate() -> None:
    usage = with_parts(input_tokens=1550, input_tokens_details={"image_tokens": 1536, "text_tokens": 14})
    assert settled(OPENAI, usage) == 14 * 5_000 + 1536 * 8_000 + 380 * 30_000


def test_what_comes_out_is_picture_unless_it_is_told_apart_as_words() -> None:
    bare = {key: value for key, value in LIVE.items() if key != "output_tokens_details"}
    assert tokens_of(bare) == tokens_of({**bare, "output_tokens_details": None}) == tokens_of(LIVE)
    words = with_parts(output_tokens_details={"image_tokens": 300, "text_tokens": 80})
    assert tokens_of(words) == Tokens(text_in=14, image_out=300, text_out=80)
    older = catalog().find("openai", "gpt-image-1.5")
    assert settled(older, words) == 14 * 5_000 + 300 * 32_000 + 80 * 10_000
    assert settled(OPENAI, words) == settled(OPENAI, LIVE), "no price for words is no gift"
    mistaken = with_parts(output_tokens_details={"image_tokens": 0, "text_tokens": 380})
    assert tokens_of(mistaken) == tokens_of(LIVE), "a picture was drawn: it was not drawn with words"
    partly = with_parts(output_tokens_details={"image_tokens": 200, "text_tokens": 80})
    assert tokens_of(partly) == Tokens(text_in=14, image_out=300, text_out=80)


def test_what_goes_in_and_is_not_told_apart_is_the_dearer() -> None:
    bare = {key: value for key, value in LIVE.items() if key != "input_tokens_details"}
    assert tokens_of(bare) == Tokens(image_in=14, image_out=380)


def test_cached_tokens_count_when_they_are_told_apart() -> None:
    usage = with_parts(
        input_tokens=1600,
        input_tokens_details={"image_tokens": 1536, "text_tokens": 64},
        cached_tokens=1086,
        cached_tokens_details={"cached_image_tokens": 1024, "cached_text_tokens": 62},
    )
    ToolUsageImageGen.model_validate(usage)
    assert tokens_of(usage) == Tokens(2, 62, 512, 1024, 380)
    assert settled(OPENAI, usage) == 2 * 5_000 + 62 * 1_250 + 512 * 8_000 + 1024 * 2_000 + 380 * 30_000
    del usage["cached_tokens_details"]
    assert tokens_of(usage) == Tokens(64, 0, 1536, 0, 380)
    more = {"cached_image_tokens": 1537, "cached_text_tokens": 0}
    assert tokens_of({**usage, "cached_tokens_details": more}) is None


def test_other_servers_shapes() -> None:
    zeros = {"input_tokens": 0, "output_tokens": 0, "total_tokens": 0, "input_tokens_details": None}  # LocalAI
    assert tokens_of(zeros) is None
    sglang = {"prompt_tokens": 20, "completion_tokens": 4096, "total_tokens": 4116, "image_count": 1}
    assert tokens_of(sglang) == Tokens(image_in=20, image_out=4096)
    assert settled(catalog().find("compatible", "qwen-image"), sglang) == 0
    assert tokens_of({"prompt_tokens": 20, "completion_tokens": 0}) is None
    openrouter = {"completion_tokens": 4175, "cost": 0.04, "prompt_tokens": 0, "total_tokens": 4175}
    assert settled(catalog().find("openrouter", "bytedance-seed/seedream-4.5"), openrouter) == 40_000_000
    xai = {"cost_in_usd_ticks": 200_000_000}
    assert settled(catalog().find("xai", "grok-imagine-image"), xai) == 20_000_000


@pytest.mark.parametrize(
    "usage",
    [
        *(None, [], "usage", 5, {}, {"total_tokens": 5}, {"input_tokens": 5}, {"output_tokens": 5}),
        *(with_parts(output_tokens=number) for number in (-1, 0, 380.0, "380", True, None, 10**9, [380], float("nan"))),
        *(with_parts(input_tokens=number) for number in (-1, 14.0, "14", True, None, 10**30)),
        *(with_parts(input_tokens_details=odd) for odd in ("14", [14], 14, {"text_tokens": -1}, {"text_tokens": "14"})),
        *(with_parts(output_tokens_details=odd) for odd in ("380", {"image_tokens": 1.5}, {"text_tokens": None})),
        with_parts(input_tokens_details={"text_tokens": 14, "image_tokens": 1}),
        with_parts(output_tokens_details={"text_tokens": 1, "image_tokens": 380}),
        with_parts(cached_tokens_details=7),
        {"input_tokens": 14, "output_tokens": True},
        {"prompt_tokens": True, "completion_tokens": 380},
    ],
    ids=repr,
)
def test_nonsense_is_no_usage(usage: object) -> None:
    assert tokens_of(usage) is None
    assert settled(OPENAI, usage) is None


@pytest.mark.parametrize(
    ("usage", "nano"),
    [
        ({"cost": 0.04}, 40_000_000),
        ({"cost": 0.1}, 100_000_000),
        ({"cost": 0.0412345678}, 41_234_568),
        ({"cost": 1e-10}, 1),
        ({"cost": 3}, 3_000_000_000),
        ({"cost": 0}, 0),
        ({"cost": 0.05, "cost_details": {"upstream_inference_cost": 19}}, 50_000_000),
        ({"cost": 0.002, "is_byok": True, "cost_details": {"upstream_inference_cost": 0.04}}, 42_000_000),
        ({"cost": 0.002, "is_byok": "yes", "cost_details": 3}, 2_000_000),
        ({"cost_in_usd_ticks": 37_756_000}, 3_775_600),
        ({"cost_in_usd_ticks": 1}, 1),
    ],
)
def test_a_cost_that_is_named_is_taken_exactly_and_rounded_up(usage: dict[str, Any], nano: int) -> None:
    assert cost_of(usage) == nano
    assert cost_of(json.loads(json.dumps(usage))) == nano


@pytest.mark.parametrize(
    "usage",
    [
        *(None, [], {}, {"cost": None}, {"cost": "0.04"}, {"cost": True}, {"cost": -0.01}, {"cost": 1_001}),
        *({"cost": float(odd)} for odd in ("nan", "inf", "-inf", "1e300")),
        *(
            {"cost": 0.002, "is_byok": True, "cost_details": odd}
            for odd in (None, {}, {"upstream_inference_cost": None})
        ),
        *({"cost_in_usd_ticks": odd} for odd in (0.5, "5", -1, True, 10**40)),
        {"cost": 0.002, "is_byok": True},
    ],
    ids=repr,
)
def test_no_cost_is_none(usage: object) -> None:
    assert cost_of(usage) is None


def test_who_bills_pictures_is_not_settled_by_tokens() -> None:
    tokens = {"prompt_tokens": 20, "completion_tokens": 4096}
    for provider in ("xai", "openrouter"):
        assert settled(catalog().find(provider, "any"), tokens) is None
    assert settled(replace(OPENAI, picture=1), LIVE) is None
    assert settled(OPENAI, {**LIVE, "cost": 0}) == settled(OPENAI, LIVE), (
        "who does not name a cost by rule is not asked"
    )


@given(
    model=st.sampled_from(["gpt-image-2", "gpt-image-2.5-flare", "gpt-image-2.6-flare", "gpt-image-1.5", "mystery"]),
    width=st.integers(16, 256).map(lambda units: units * 16),
    height=st.integers(16, 256).map(lambda units: units * 16),
    quality=st.sampled_from(Quality),
    count=st.integers(1, 10),
    text=st.text(max_size=60),
    pictures=st.integers(0, 16),
    previews=st.integers(0, 3),
    share=st.floats(0, 1),
    told_apart=st.booleans(),
)
@settings(derandomize=True, max_examples=200, deadline=None)
def test_no_usage_of_the_formulas_own_counts_costs_more_than_was_reserved(
    model: str,
    width: int,
    height: int,
    quality: Quality,
    count: int,
    text: str,
    pictures: int,
    previews: int,
    share: float,
    told_apart: bool,
) -> None:
    price, size = catalog().find("openai", model), Size(width, height)
    reserved = estimate(price, size=size, quality=quality, count=count, text=text, pictures=pictures, previews=previews)
    words, seen = count * len(text.encode()), count * int(share * pictures * 1536)
    drawn = count * (output_tokens(price, size, quality) + int(share * previews * 100))
    usage: dict[str, Any] = {"input_tokens": words + seen, "output_tokens": drawn, "total_tokens": words + seen + drawn}
    if told_apart or words:
        usage["input_tokens_details"] = {"text_tokens": words, "image_tokens": seen}
    tokens = tokens_of(usage)
    assert tokens is not None
    assert 0 < nanodollars(price, tokens) <= reserved.nanodollars


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
                    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([
                        *LIVE, "image_tokens", "text_tokens", "cached_tokens_details", "cached_text_tokens", "cost",
                        "prompt_tokens", "completion_tokens", "cost_in_usd_ticks", "is_byok", "cost_details"]), inner,
                        max_size=8), max_leaves=25))  # fmt: skip
@settings(derandomize=True, max_examples=300, deadline=None)
def test_nothing_that_a_server_may_send_breaks_the_books(usage: object) -> None:
    for provider, model in (("openai", "gpt-image-2"), ("openrouter", "x"), ("xai", "x"), ("compatible", "x")):
        cost = settled(catalog().find(provider, model), usage)
        assert cost is None or 0 <= cost < 2**53
