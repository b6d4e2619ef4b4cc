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

LADDER = (Quality.LOW, Quality.MEDIUM, Quality.HIGH)
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


# What the live API counted for gpt-image-2 on 2026-04-28, low, medium and high.
SEEN = {
    "low": {
        Size(768, 1024): 134,
        Size(1024, 768): 134,
        Size(896, 896): 180,
        Size(960, 960): 187,
        Size(1024, 1024): 196,
        Size(2048, 2048): 397,
        Size(3840, 2160): 371,
        Size(2160, 3840): 371,
        Size(3072, 2160): 380,
    },
    "medium": {Size(1024, 1024): 1756},
    "high": {Size(1024, 1024): 7024},
}

# What a picture costs, in dollars, where OpenAI's calculator and LiteLLM's rows say it: the sizes of COUNTS.
DOLLARS = {
    ("gpt-image-2", "low"): ("0.0059", "0.0047", "0.0119", "0.0062", "0.0111"),
    ("gpt-image-2.5-flare", "medium"): ("0.0132", "0.0103", "0.0268", "0.0143", "0.0260"),
    ("gpt-image-2", "medium"): ("0.0527", "0.0412", "0.107", "0.0553", "0.100"),
    ("gpt-image-2.5-flare", "xhigh"): ("0.0937", "0.0738", "0.190", "0.0983", "0.178"),
    ("gpt-image-2", "high"): ("0.2107", "0.1646", "0.428", "0.221", "0.400"),
}


def price(model: str, provider: str = "openai") -> Price:
    return catalog().find(provider, model)


@pytest.mark.parametrize(("model", "quality"), COUNTS)
def test_output_tokens_are_those_that_were_published(model: str, quality: str) -> None:
    for size, count in zip((SQUARE, WIDE, LARGE, HD, UHD), COUNTS[model, quality], strict=True):
        assert output_tokens(price(model), size, Quality(quality)) == count
        assert output_tokens(price(model), Size(size.height, size.width), Quality(quality)) == count


@pytest.mark.parametrize(("quality", "size"), [(quality, size) for quality, seen in SEEN.items() for size in seen])
def test_output_tokens_are_those_that_were_counted(quality: str, size: Size) -> None:
    assert output_tokens(price("gpt-image-2"), size, Quality(quality)) == SEEN[quality][size]


@pytest.mark.parametrize(("model", "quality"), DOLLARS)
def test_a_picture_costs_what_is_published(model: str, quality: str) -> None:
    for size, dollars in zip((SQUARE, WIDE, LARGE, HD, UHD), DOLLARS[model, quality], strict=True):
        cost = estimate(price(model), size=size, quality=Quality(quality), count=1, text="")
        assert (Decimal(cost.nanodollars) / 10**9).quantize(Decimal(dollars)) == Decimal(dollars)


def test_the_official_guides_table() -> None:
    """To the tenth of a cent: 1024x1024 and 1536x1024 at low, medium and high (OpenAI, image generation guide)."""
    for size, said in ((SQUARE, ("0.006", "0.053", "0.211")), (WIDE, ("0.005", "0.041", "0.165"))):
        for quality, dollars in zip((Quality.LOW, Quality.MEDIUM, Quality.HIGH), said, strict=True):
            cost = estimate(price("gpt-image-2"), size=size, quality=quality, count=1, text="")
            assert (Decimal(cost.nanodollars) / 10**9).quantize(Decimal("0.001")) == Decimal(dollars)


def test_older_models_have_fixed_counts() -> None:
    sizes = (SQUARE, Size(1024, 1536), WIDE)
    for model, dollars in (
        # Tenths of a cent. LiteLLM 1.109.1 has them rounded ("low/1024-x-1024/gpt-image-1.5": 0.009, "high/...": 0.2).
        ("gpt-image-1.5", ((9, 13, 13), (34, 51, 50), (133, 200, 199))),
        ("gpt-image-1-mini", ((2, 3, 3), (8, 13, 13), (33, 50, 50))),
    ):
        row = price(model)
        counted = [[output_tokens(row, size, quality) for size in sizes] for quality in LADDER]
        assert counted == [[272, 408, 400], [1056, 1584, 1568], [4160, 6240, 6208]]
        costs = tuple(tuple(round(tokens * row.image_out / 10**6) for tokens in tier) for tier in counted)
        assert costs == dollars
    assert price("gpt-image-1-mini").image_out == 8_000
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


def test_a_newer_number_and_a_strange_name_have_the_price_of_the_dearest() -> None:
    unknown = price("our-own-deployment")
    assert unknown == price("gpt-image-2.7-flare") == price("")
    known = [row for row in catalog().rows if row.provider == "openai" and row.model and not row.thinks]
    for quality in Quality:
        for size in (SQUARE, WIDE, Size(1024, 1536), LARGE, HD, UHD, Size(2160, 3840), None):
            dearest = max(_picture(row, size, quality) for row in known)
            assert _picture(unknown, size, quality) >= dearest > 0
    for kind in ("text_in", "text_in_cached", "image_in", "image_in_cached", "image_out", "text_out"):
        assert getattr(unknown, kind) == max(getattr(row, kind) for row in known)


def _picture(row: Price, size: Size | None, quality: Quality) -> int:
    return estimate(row, size=size, quality=quality, count=1, text="").nanodollars


@pytest.mark.parametrize("provider", ["openai", "xai", "openrouter"])
def test_who_bills_has_a_price_for_every_model(provider: str) -> None:
    assert _picture(price("nobody-knows-it", provider), SQUARE, Quality.LOW) > 0
    assert estimate(
        price("nobody-knows-it", provider), size=SQUARE, quality=Quality.AUTO, count=3, text="", pictures=2
    ).nanodollars > 3 * _picture(price("nobody-knows-it", provider), SQUARE, Quality.AUTO)


def test_of_the_rows_that_fit_the_longest_counts() -> None:
    cents = {
        "grok-imagine-image": 2,
        "grok-imagine-image-2026-03-02": 2,
        "grok-imagine-image-quality-latest": 5,
        "grok-imagine-image-2.0": 8,
        "grok-4": 8,
    }
    assert {model: price(model, "xai").picture // 10**7 for model in cents} == cents


def test_a_server_at_home_bills_nobody() -> None:
    home = price("sd-cpp-local", "compatible")
    assert estimate(home, size=UHD, quality=Quality.MAX, count=10, text="a cat", pictures=16) == Cost(10, 0)
    assert "home" in home.source


def test_what_is_left_open_is_reserved_as_the_dearer() -> None:
    two = price("gpt-image-2")
    newer = price("gpt-image-2.5-flare")
    assert output_tokens(newer, SQUARE, Quality.AUTO) == output_tokens(newer, SQUARE, Quality.HIGH) == 1756
    assert output_tokens(two, SQUARE, Quality.AUTO) == output_tokens(two, SQUARE, Quality.HIGH)
    assert output_tokens(two, SQUARE, Quality.XHIGH) == 7024
    newest = price("gpt-image-2.6-flare")
    assert [output_tokens(newest, SQUARE, quality) for quality in LADDER] == [1756, 1756, 1756]
    assert output_tokens(two, None, Quality.HIGH) == 11_239  # 7024 and six tenths more
    assert output_tokens(two, None, Quality.HIGH) >= output_tokens(two, Size(1254, 1254), Quality.HIGH)
    older = price("gpt-image-1.5")
    for quality in Quality:
        assert output_tokens(older, None, quality) >= output_tokens(older, Size(1024, 1536), quality)


@pytest.mark.parametrize("model", ["gpt-image-2", "gpt-image-2.5-flare", "gpt-image-1.5", "mystery"])
@pytest.mark.parametrize("quality", Quality)
def test_no_shape_is_free(model: str, quality: Quality) -> None:
    for width, height in ((3840, 16), (16, 3840), (1, 4000), (10_000, 1), (1, 1)):
        tokens = output_tokens(price(model), Size(width, height), quality)
        assert tokens > 0
        if model.startswith("gpt-image-2"):
            assert tokens >= output_tokens(price(model), Size(3, 1), quality)


@given(
    model=st.sampled_from(["gpt-image-2", "gpt-image-2.5-flare", "gpt-image-2.6-flare", "mystery"]),
    shape=st.tuples(st.integers(1, 20), st.integers(1, 20)),
    units=st.integers(1, 100),
    more=st.integers(1, 100),
    quality=st.sampled_from(Quality),
    count=st.integers(1, 9),
)
@settings(derandomize=True, max_examples=150, deadline=None)
def test_a_larger_picture_of_a_shape_and_more_of_them_cost_more(
    model: str, shape: tuple[int, int], units: int, more: int, quality: Quality, count: int
) -> None:
    row = price(model)
    sizes = [Size(shape[0] * factor, shape[1] * factor) for factor in (units, units + more)]
    one, larger = (estimate(row, size=size, quality=quality, count=count, text="") for size in sizes)
    assert 0 < one.nanodollars <= larger.nanodollars
    again = estimate(row, size=sizes[0], quality=quality, count=count + 1, text="")
    assert again.nanodollars * count == one.nanodollars * (count + 1)


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
    row = Price("p", "m", "s", date(2026, 1, 1), 1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000)
    assert nanodollars(row, Tokens(1, 2, 3, 4, 5, 6, 7, 8)) == 87_654_321
    assert nanodollars(row, Tokens(text_in_written=1)) == 1_000_000
    plain = Price("p", "m", "s", date(2026, 1, 1), text_in=3, image_out=7)
    assert nanodollars(plain, Tokens(text_in_written=2, text_out=1)) == 2 * 3 + 7
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
        (ROW + "counts = { low = 3 }\n", "wrong or missing field"),
        (ROW + "counts = 3\n", "wrong or missing field"),
        (ROW + "factors = { hd = 3 }\n", "quality"),
        (ROW + "search = -1\n", "negative"),
        (ROW + "image_out = 30_000\n", "says not how many"),
        (ROW + ROW, "same name"),
        (ROW + 'like = "n"\n', "no earlier row"),
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
