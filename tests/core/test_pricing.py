"""Prices: the published counts, worst cases that are worst, and money as people write it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import BadSettings
from core.model import Cost, Quality, Size
from core.pricing import (
    Price,
    PriceTable,
    Tokens,
    catalog,
    estimate,
    format_money,
    measured,
    nanodollars,
    output_tokens,
    parse_money,
    parse_prices,
)

SQUARE, WIDE, LARGE, HD, UHD = Size(1024, 1024), Size(1536, 1024), Size(2048, 2048), Size(2560, 1440), Size(3840, 2160)

# OpenAI's calculator, and counts observed in real answers: 1024x1024, 1536x1024, 2048x2048, 2560x1440, 3840x2160.
COUNTS = {
    ("gpt-image-2", "low"): (196, 158, 397, 205, 371),
    ("gpt-image-2", "medium"): (1756, 1372, 3568, 1843, 3336),
    ("gpt-image-2", "high"): (7024, 5488, 14272, 7370, 13342),
    ("gpt-image-2.5-flare", "low"): (196, 158, 397, 205, 371),
    ("gpt-image-2.5-flare", "medium"): (439, 343, 892, 478, 865),
    ("gpt-image-2.5-sunburst", "high"): (1756, 1372, 3568, 1843, 3336),
    ("gpt-image-2.5-sunburst", "xhigh"): (3122, 2459, 6343, 3276, 5930),
    ("gpt-image-2.5-sunburst-2026-09-08", "max"): (7024, 5488, 14272, 7370, 13342),
}


def price(model: str, provider: str = "openai") -> Price:
    return catalog().find(provider, model)


@pytest.mark.parametrize(("model", "quality"), COUNTS)
def test_output_tokens_are_those_that_were_published(model: str, quality: str) -> None:
    for size, count in zip((SQUARE, WIDE, LARGE, HD, UHD), COUNTS[model, quality], strict=True):
        assert output_tokens(price(model), size, Quality(quality)) == count
        assert output_tokens(price(model), Size(size.height, size.width), Quality(quality)) == count


@pytest.mark.parametrize(
    ("model", "quality", "size", "dollars"),
    [
        # The official guide's table, and LiteLLM's rows.
        ("gpt-image-2", "low", SQUARE, "0.0059"),
        ("gpt-image-2", "medium", SQUARE, "0.0527"),
        ("gpt-image-2", "high", SQUARE, "0.2107"),
        ("gpt-image-2", "low", WIDE, "0.0047"),
        ("gpt-image-2", "medium", WIDE, "0.0412"),
        ("gpt-image-2", "high", WIDE, "0.1646"),
        ("gpt-image-2.5-flare", "medium", SQUARE, "0.0132"),
        ("gpt-image-2.5-flare", "xhigh", SQUARE, "0.0937"),
    ],
)
def test_a_picture_costs_what_the_guide_says(model: str, quality: str, size: Size, dollars: str) -> None:
    cost = estimate(price(model), size=size, quality=Quality(quality), count=1, text="")
    assert (Decimal(cost.nanodollars) / 10**9).quantize(Decimal("0.0001")) == Decimal(dollars)


def test_older_models_have_fixed_counts() -> None:
    mini = price("gpt-image-1-mini")
    sizes = (SQUARE, Size(1024, 1536), WIDE)
    assert [output_tokens(mini, size, Quality.LOW) for size in sizes] == [272, 408, 400]
    assert [output_tokens(mini, size, Quality.HIGH) for size in sizes] == [4160, 6240, 6208]
    assert mini.image_out == 8_000
    assert price("gpt-image-1.5").image_out == price("chatgpt-image-latest").image_out == 32_000


def test_the_illustrator_costs_nothing() -> None:
    own = price("scene-1", "illustrator")
    cost = estimate(own, size=UHD, quality=Quality.HIGH, count=10, text="a long story", pictures=16, previews=3)
    assert cost == Cost(10, 0)


def test_every_price_says_where_it_comes_from_and_since_when() -> None:
    for row in catalog().rows:
        assert len(row.source) > 10
        assert isinstance(row.date, date)
        assert row.date >= date(2026, 1, 1)


def test_the_longest_name_counts_and_an_operators_row_comes_first() -> None:
    assert price("gpt-image-2-2026-04-21").model == "gpt-image-2"
    assert price("gpt-image-2.6-flare").model == "gpt-image-2.6"
    own = Price("openai", "gpt-image-2.6", "our contract", date(2026, 11, 1), image_out=1)
    assert catalog().with_rows([own]).find("openai", "gpt-image-2.6-flare").image_out == 1
    with pytest.raises(BadSettings, match="no price"):
        price("gpt-image-2", "someone-else")


def test_what_is_left_open_is_reserved_as_the_dearer() -> None:
    two = price("gpt-image-2")
    newer = price("gpt-image-2.5-flare")
    assert output_tokens(newer, SQUARE, Quality.AUTO) == output_tokens(newer, SQUARE, Quality.HIGH) == 1756
    assert output_tokens(two, SQUARE, Quality.AUTO) == output_tokens(two, SQUARE, Quality.HIGH)
    assert output_tokens(two, SQUARE, Quality.XHIGH) == 7024
    newest = price("gpt-image-2.6-flare")
    assert output_tokens(newest, SQUARE, Quality.LOW) == 1756


@given(
    model=st.sampled_from(["gpt-image-2", "gpt-image-2.5-flare", "gpt-image-2.6-flare", "gpt-image-1.5"]),
    width=st.integers(10, 256).map(lambda units: units * 16),
    ratio=st.floats(1 / 3, 3),  # as far as these models go
    quality=st.sampled_from(Quality),
    count=st.integers(1, 10),
    text=st.text(max_size=50),
    pictures=st.integers(0, 16),
    previews=st.integers(0, 3),
    share=st.floats(0, 1),
)
@settings(derandomize=True, max_examples=150, deadline=None)
def test_no_measured_cost_within_the_counts_exceeds_the_estimate(
    model: str,
    width: int,
    ratio: float,
    quality: Quality,
    count: int,
    text: str,
    pictures: int,
    previews: int,
    share: float,
) -> None:
    row, size = price(model), Size(width, int(width * ratio))
    reserved = estimate(row, size=size, quality=quality, count=count, text=text, pictures=pictures, previews=previews)
    used = Tokens(
        text_in=len(text),  # no tokenizer makes more tokens than characters of plain text
        image_in=int(share * pictures * 1536) * count,
        image_out=count * output_tokens(row, size, quality) + int(share * count * previews * 100),
    )
    actual = measured(row, used, count)
    assert actual.nanodollars <= reserved.nanodollars
    assert actual.measured
    assert not reserved.measured
    assert reserved.images == count
    more = estimate(row, size=size, quality=quality, count=count + 1, text=text, pictures=pictures, previews=previews)
    assert more.nanodollars > reserved.nanodollars


def test_each_kind_of_token_has_its_own_price() -> None:
    row = Price("p", "m", "s", date(2026, 1, 1), 1, 10, 100, 1_000, 10_000, 100_000)
    assert nanodollars(row, Tokens(1, 2, 3, 4, 5, 6)) == 654_321
    cached = measured(price("gpt-image-2"), Tokens(text_in=100, text_in_cached=900, image_out=1756), 1)
    assert cached == Cost(1, 100 * 5_000 + 900 * 1_250 + 1756 * 30_000, measured=True)


ROW = '[[price]]\nprovider = "p"\nmodel = "m"\nsource = "a page"\ndate = 2026-11-01\n'


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("[[price]\n", "cannot be read"),
        (ROW + "image_out = -1\n", "negative"),
        (ROW + "image_out = 0.5\n", "not whole"),
        (ROW + "image_out = true\n", "not whole"),
        (ROW + "factors = { low = 1.5 }\n", "not whole"),
        (ROW + "imageout = 1\n", "wrong or missing field"),
        (ROW.replace('source = "a page"\n', ""), "wrong or missing field"),
        (ROW + "counts = { low = [1, 2] }\n", "three counts"),
    ],
)
def test_a_wrong_price_row_is_named(text: str, word: str) -> None:
    with pytest.raises(BadSettings, match=word):
        parse_prices(text)
    assert parse_prices("") == PriceTable(())
    assert parse_prices(ROW).rows[0] == Price("p", "m", "a page", datetime(2026, 11, 1).date())  # noqa: DTZ001


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("$5.00", 5_000_000_000),
        ("5 USD", 5_000_000_000),
        ("5 dollars", 5_000_000_000),
        ("US$ 5", 5_000_000_000),
        (" $1,234.50 ", 1_234_500_000_000),
        ("0.05", 50_000_000),
        (".5", 500_000_000),
        ("$0", 0),
        ("0.000000001", 1),
        (5, 5_000_000_000),
        (5.0, 5_000_000_000),
        (0.1, 100_000_000),
        (0.07, 70_000_000),
    ],
)
def test_money_is_read_as_people_write_it(said: str | float, expected: int) -> None:
    assert parse_money(said) == expected


@pytest.mark.parametrize(
    "said",
    [
        *["", "$", "five", "€5", "5,00", "1,00,000", "-5", "$-5", "5 EUR", "1e3", "5.5.5", "٥", "$5 $5"],
        *[-1, -0.5, True, float("nan"), float("inf"), 10**10, "0.0000000001", "9300000000"],
    ],
)
def test_what_is_no_amount_is_refused_with_a_sentence(said: str | float) -> None:
    with pytest.raises(ValueError, match=r"(amount of money|finer)"):
        parse_money(said)


@given(cents=st.integers(0, 9 * 10**11))
@settings(derandomize=True, deadline=None)
def test_whole_cents_survive_being_written_and_read(cents: int) -> None:
    assert parse_money(format_money(cents * 10_000_000)) == cents * 10_000_000
