"""What a picture may cost when a model thinks before it draws: text, searches and drawings, each at its worst."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openai.types.shared import ChatModel

from core.model import Quality, Size
from core.ports import ThinkingBudget
from core.pricing import Price, PriceTable, Tokens, catalog, estimate, nanodollars

SQUARE = Size(1024, 1024)
DRAWS = catalog().find("openai", "gpt-image-2")
SOL = catalog().find("openai", "gpt-6-sol", thinks=True)
BUDGET = ThinkingBudget("gpt-6-sol", 4, 30_000, 10_000)


def reserved(budget: ThinkingBudget | None, quality: Quality = Quality.LOW, count: int = 1, pictures: int = 0) -> int:
    cost = estimate(DRAWS, size=SQUARE, quality=quality, count=count, text="a cat", pictures=pictures, thinking=budget)
    return cost.nanodollars


def test_a_search_costs_a_cent_and_a_text_model_its_tokens() -> None:
    assert SOL.search == 10_000_000
    assert (SOL.text_in, SOL.text_in_cached, SOL.text_in_written, SOL.text_out) == (2_000, 200, 2_500, 10_000)
    terra = catalog().find("openai", "gpt-6.1-terra", thinks=True)
    assert (terra.text_in, terra.text_in_cached, terra.text_out) == (1_000, 50, 5_000)


def test_the_worst_case_by_hand() -> None:
    text = 30_000 * 2_500 + 10_000 * 10_000  # all that goes in is written to the cache besides
    prompts = 10_000 * 5_000  # the text model writes the prompts
    drawing = 5 * 5_000 + 196 * 30_000  # "a cat", low quality
    again = drawing + 3 * 1536 * 8_000  # each of the later ones is given up to three earlier pictures
    assert again > SOL.search
    assert reserved(BUDGET) == drawing + 3 * again + prompts + text
    assert reserved(BUDGET, count=3) == 3 * reserved(BUDGET)
    assert reserved(replace(BUDGET, tool_calls_max=1)) == drawing + prompts + text
    assert reserved(replace(BUDGET, tool_calls_max=0)) == reserved(replace(BUDGET, tool_calls_max=1))


def test_searches_count_where_they_are_the_dearer() -> None:
    mini = catalog().find("openai", "gpt-image-1-mini")
    two = ThinkingBudget("gpt-6-sol", 2, 0, 0)
    cost = estimate(mini, size=SQUARE, quality=Quality.LOW, count=1, text="", thinking=two)
    assert cost.nanodollars == 272 * 8_000 + SOL.search


def test_an_operators_price_of_a_text_model_counts() -> None:
    own = Price("openai", "gpt-6-sol", "our contract", date(2026, 11, 1), text_out=1, thinks=True)
    table = catalog().with_rows([own])
    cheap = estimate(DRAWS, size=SQUARE, quality=Quality.LOW, count=1, text="a cat", thinking=BUDGET, table=table)
    assert cheap.nanodollars < reserved(BUDGET) - 10_000 * 9_999
    for_all = PriceTable((replace(own, model=""), *catalog().rows))
    assert for_all.find("openai", "gpt-7", thinks=True).source == "our contract"
    assert for_all.find("openai", "our-deployment").source != "our contract"


def test_an_unknown_text_model_and_a_variant_cost_as_much_as_the_dearest() -> None:
    dearest = catalog().find("openai", "somebodys-own", thinks=True)
    assert dearest.thinks
    for name in ("gpt-7-sol", "gpt-5.6-cyber", "gpt-6-sol-pro", "gpt-5-pro", "o9"):
        assert catalog().find("openai", name, thinks=True) == dearest
    known = [row for row in catalog().rows if row.thinks]
    for kind in ("text_in", "text_in_cached", "text_in_written", "text_out", "search"):
        assert getattr(dearest, kind) == max(getattr(row, kind) for row in known)
    assert catalog().find("openai", "somebodys-own").image_out > 0, "what draws is another row"


def test_a_snapshot_costs_what_its_model_does() -> None:
    for name in ("gpt-5.5-2026-04-23", "openai/gpt-5.5", "openai/gpt-5.5-2026-04-23"):
        assert catalog().find("openai", name, thinks=True).model == "gpt-5.5"
    assert catalog().find("openai", "gpt-5.5").model == "gpt-5.5", "known to the letter, however it is asked for"


@pytest.mark.parametrize(
    "name", [name for name in get_args(ChatModel) if name.startswith(("gpt-6", "gpt-5.6", "gpt-5.5"))]
)
def test_the_newest_models_of_the_official_client_have_a_price(name: str) -> None:
    row = catalog().find("openai", name, thinks=True)
    assert row.model
    assert 0 < row.text_in_cached < row.text_in < row.text_out
    assert row.text_in_written in (0, row.text_in * 5 // 4), "a quarter more, where it is billed"


@given(
    model=st.sampled_from(["gpt-6-sol", "gpt-6.1-terra", "gpt-5.5", "unknown"]),
    calls=st.integers(1, 6),
    searches=st.integers(0, 6),
    pictures=st.integers(0, 4),
    text_in=st.integers(0, 50_000),
    text_out=st.integers(0, 20_000),
    written=st.floats(0, 1),
    prompts=st.floats(0, 1),
    quality=st.sampled_from(Quality),
)
@settings(derandomize=True, max_examples=200, deadline=None)
def test_no_answer_within_the_budget_costs_more_than_was_reserved(
    model: str,
    calls: int,
    searches: int,
    pictures: int,
    text_in: int,
    text_out: int,
    written: float,
    prompts: float,
    quality: Quality,
) -> None:
    budget = ThinkingBudget(model, calls, text_in, text_out)
    searches = min(searches, calls - 1)
    drawings = calls - searches
    into_cache = int(text_in * written)
    thought = Tokens(text_in=text_in - into_cache, text_in_written=into_cache, text_out=text_out, searches=searches)
    drawn = Tokens(
        text_in=int(text_out * prompts) + drawings * len("a cat"),
        image_in=sum(pictures + earlier for earlier in range(drawings)) * 1536,
        image_out=drawings * estimate_tokens(quality),
    )
    cost = nanodollars(catalog().find("openai", model, thinks=True), thought) + nanodollars(DRAWS, drawn)
    assert cost <= reserved(budget, quality, pictures=pictures)
    assert reserved(budget, quality) >= reserved(None, quality)
    assert reserved(replace(budget, tool_calls_max=calls + 1), quality) > reserved(budget, quality)


def estimate_tokens(quality: Quality) -> int:
    return {"low": 196, "medium": 1756}.get(quality.value, 7024)
