"""Prices, number by number, and every sentence that says what is wrong with a table of them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from core.errors import BadSettings
from core.model import Quality, Size
from core.ports import ThinkingBudget
from core.pricing import (
    ANSWER_NANODOLLARS_MAX,
    TOKENS_MAX,
    Price,
    PriceTable,
    Tokens,
    cost_of,
    estimate,
    output_tokens,
    parse_prices,
    tokens_of,
)

ROW = """[[price]]
provider = "house"
model = "brush"
source = "https://example.org"
date = 2026-11-01
"""


def price(**fields: Any) -> Price:
    return Price("house", "brush", "https://example.org", date(2026, 11, 1), **fields)


def wrong(text: str) -> tuple[str, str]:
    with pytest.raises(BadSettings) as raised:
        parse_prices(text)
    return raised.value.what, raised.value.remedy


@pytest.mark.parametrize(
    ("row", "what", "remedy"),
    [
        (
            f"{ROW}colour = 3\n",
            "The price of house brush has a wrong or missing field.",
            f"The fields are {', '.join(Price.__dataclass_fields__)}.",
        ),
        (
            "[[price]]\nlike_none = 1\n",
            "The price of ? ? has a wrong or missing field.",
            f"The fields are {', '.join(Price.__dataclass_fields__)}.",
        ),
        (
            f"{ROW}factors = {{ splendid = 3 }}\n",
            "The price of house brush names a quality that there is not: 'splendid' is not a valid Quality.",
            "Mend it.",
        ),
        (
            f"{ROW}text_in = -1\n",
            "The price of house brush has a number that is not whole or is negative.",
            "Give nano-dollars.",
        ),
        (
            f"{ROW}counts = {{ low = [1, 2] }}\n",
            "The price of house brush needs three counts a quality.",
            "Give square, portrait, landscape.",
        ),
        (
            f"{ROW}counts = {{ low = [1, 2, 3, 4] }}\n",
            "The price of house brush needs three counts a quality.",
            "Give square, portrait, landscape.",
        ),
        (
            f"{ROW}image_out = 5\n",
            "The price of house brush is for tokens, but says not how many.",
            "Give factors or counts.",
        ),
    ],
)
def test_a_wrong_row_is_named_with_what_to_do(row: str, what: str, remedy: str) -> None:
    assert wrong(row) == (what, remedy)


def test_a_row_is_known_by_provider_kind_and_model() -> None:
    """Two of the same are one too many; of what tells them apart, any difference is enough."""
    for other in ('provider = "other"', "thinks = true", 'model = "pen"'):
        field = other.split(" ")[0]
        second = "\n".join(line for line in ROW.splitlines() if not line.startswith(field))
        assert len(parse_prices(f"{ROW}{second}\n{other}\n").rows) == 2
    assert wrong(ROW + ROW)[0] == "Two prices have the same name."


@pytest.mark.parametrize("own", ["source", "date"])
def test_a_row_like_another_has_its_own_source_and_date(own: str) -> None:
    second = ROW.replace('"brush"', '"pen"') + 'like = "brush"\n'
    bare = "\n".join(line for line in second.splitlines() if not line.startswith(own))
    assert len(parse_prices(f"{ROW}{second}").rows) == 2
    assert "wrong or missing field" in wrong(f"{ROW}{bare}\n")[0]


def test_no_price_says_what_to_do() -> None:
    with pytest.raises(BadSettings) as raised:
        PriceTable((price(),)).find("house", "pen")
    assert raised.value.what == "There is no price for the model pen of house."
    assert raised.value.remedy == "Add one to your prices."


def test_the_formula_to_the_last_token() -> None:
    """Sizes at which one millionth more or less in the formula is another whole token."""
    one = price(image_out=1, factors={"low": 16, "high": 64})
    # 16 x 16 x (2,000,000 + 1,000,000) / 4,000,000 = 192 exactly: the least more is 193.
    assert output_tokens(one, Size(1000, 1000), Quality.LOW) == 192
    # 64 x 64 x (2,000,000 + 4,000,000) / 4,000,000 = 6144 exactly.
    assert output_tokens(one, Size(2000, 2000), Quality.HIGH) == 6144
    # A shape beyond 3:1 counts as 3:1, of which 16 patches have 5 rows: 16 x 5 x 5,000,000 / 4,000,000 = 100.
    assert output_tokens(one, Size(6000, 500), Quality.LOW) == 100
    # So large that a divisor of one more is a few tokens less: 16 x 8 x 500,002,000,000 / 4,000,000.
    assert output_tokens(one, Size(1_000_000, 500_000), Quality.LOW) == 16_000_064
    assert output_tokens(price(), Size(1000, 1000), Quality.LOW) == 0


def test_a_size_that_the_model_chooses_is_of_the_quality_that_was_asked_for() -> None:
    one = price(image_out=1, counts={"low": (10, 20, 30), "high": (100, 200, 300)})
    assert output_tokens(one, None, Quality.LOW) == 16
    assert output_tokens(one, None, Quality.HIGH) == 160


def test_a_later_drawing_is_given_the_earlier_ones() -> None:
    drawer = price(picture=1000, picture_in=7)
    thinker = Price("house", "mind", "https://example.org", date(2026, 11, 1), thinks=True)
    budget = ThinkingBudget(model="mind", tool_calls_max=3, text_in_tokens_max=0, text_out_tokens_max=0)
    cost = estimate(
        *(drawer,),
        size=Size(1024, 1024),
        quality=Quality.LOW,
        count=1,
        text="",
        thinking=budget,
        table=PriceTable((drawer, thinker)),
    )
    assert cost.nanodollars == 1000 + 2 * (1000 + 2 * 7)


def test_an_answer_may_cost_as_much_as_can_be_believed_and_no_more() -> None:
    assert cost_of({"cost_in_usd_ticks": ANSWER_NANODOLLARS_MAX * 10}) == ANSWER_NANODOLLARS_MAX
    assert cost_of({"cost_in_usd_ticks": ANSWER_NANODOLLARS_MAX * 10 + 1}) is None
    assert cost_of({"cost": 0}) == 0


def test_a_count_that_is_not_told_is_none() -> None:
    usage: dict[str, Any] = {"input_tokens": 9, "output_tokens": 5}
    assert tokens_of({**usage, "input_tokens_details": {"image_tokens": 4}}) == Tokens(image_in=9, image_out=5)
    assert tokens_of({**usage, "input_tokens_details": {"text_tokens": 4}}) == Tokens(4, image_in=5, image_out=5)
    assert tokens_of({**usage, "input_tokens_details": {"text_tokens": 9}}) == Tokens(9, image_out=5)


def test_the_largest_count_that_can_be_one() -> None:
    assert tokens_of({"input_tokens": 0, "output_tokens": TOKENS_MAX}) == Tokens(image_out=TOKENS_MAX)
    assert tokens_of({"input_tokens": 0, "output_tokens": TOKENS_MAX + 1}) is None
