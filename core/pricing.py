"""What a request may cost before it runs, and what it did cost after: tokens and integer nano-dollars.

The prices are data (`catalog/prices.toml`), each with its source and date. An estimate is a worst case, because it is
what gets reserved; the measured usage settles it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib import resources
from typing import Any, Final, Protocol, TypeVar

from core.errors import BadSettings
from core.model import Cost, Quality, Size
from core.wording import format_money as format_money

T = TypeVar("T", int, tuple[int, int, int])

NANODOLLARS: Final = 1_000_000_000  # in a dollar
NANODOLLARS_MAX: Final = 2**63 - 1  # what a database's integer holds: 9.2 billion dollars

# OpenAI cuts a picture that it is given into patches of 32 pixels, at most 1536 (community.openai.com/t/1382940).
PICTURE_TOKENS_MAX: Final = 1536
PREVIEW_TOKENS: Final = 100  # each partial image costs so many output tokens more (OpenAI, image generation guide)


@dataclass(frozen=True, slots=True)
class Price:
    """What one family of models costs, in nano-dollars per token. The fields are those of `catalog/prices.toml`."""

    provider: str
    model: str  # how the names of these models begin
    source: str
    date: date
    text_in: int = 0
    text_in_cached: int = 0
    image_in: int = 0
    image_in_cached: int = 0
    image_out: int = 0
    text_out: int = 0
    factors: Mapping[str, int] = field(default_factory=dict)  # quality -> factor of the formula
    counts: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)  # quality -> square, portrait, landscape


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a provider says that it counted. The cached ones are not part of the others."""

    text_in: int = 0
    text_in_cached: int = 0
    image_in: int = 0
    image_in_cached: int = 0
    image_out: int = 0
    text_out: int = 0


class Named(Protocol):
    """A row of a catalog, for all models whose names begin like this."""

    @property
    def model(self) -> str:
        """The beginning; "" fits every name."""


R = TypeVar("R", bound=Named)


def best_fit(rows: Iterable[R], model: str) -> R | None:
    """The row for a model's name: the longest that fits, of equals the first; None when none does.

    A row fits its own name, and longer ones that go on with a hyphen: "gpt-image-2" is for "gpt-image-2-2026-04-21" and
    not for "gpt-image-2.7", of which nobody knows yet what it can and costs. A row that itself ends in a hyphen fits
    whatever goes on. Gateways put the maker before the name (LiteLLM and OpenRouter: "openai/gpt-image-2"): the name
    alone is tried after the whole.
    """
    rows = list(rows)
    for name in dict.fromkeys((model, model.rpartition("/")[2])):
        fitting = [row for row in rows if row.model and _begins(name, row.model)]
        if fitting:
            return max(fitting, key=lambda row: len(row.model))
    return next((row for row in rows if not row.model), None)


def _begins(name: str, beginning: str) -> bool:
    return name == beginning or name.startswith(beginning if beginning.endswith("-") else f"{beginning}-")


@dataclass(frozen=True, slots=True)
class PriceTable:
    """All prices. Of the rows that fit a model the longest name counts, and of equals the first."""

    rows: tuple[Price, ...]

    def find(self, provider: str, model: str) -> Price:
        """The price of a model. Raises `BadSettings` when there is none: a money limit would not hold."""
        found = best_fit([row for row in self.rows if row.provider == provider], model)
        if found is None:
            raise BadSettings(f"There is no price for the model {model} of {provider}.", "Add one to your prices.")
        return found

    def with_rows(self, rows: Iterable[Price]) -> PriceTable:
        """The table with an operator's own rows before these."""
        return PriceTable((*rows, *self.rows))


def parse_prices(text: str) -> PriceTable:
    """Read rows in the form of `catalog/prices.toml`. Raises `BadSettings` that names the row and what is wrong."""
    try:
        rows = tomllib.loads(text).get("price", [])
    except tomllib.TOMLDecodeError as error:
        raise BadSettings(f"The prices cannot be read: {error}.", "Mend the file.") from error
    return PriceTable(tuple(_row(row) for row in rows))


def _row(row: Mapping[str, Any]) -> Price:
    name = f"{row.get('provider', '?')} {row.get('model', '?')}"
    counts = {quality: tuple(tokens) for quality, tokens in row.get("counts", {}).items()}
    try:
        price = Price(**{**row, "counts": counts})
    except TypeError as error:  # a field missing, or one that there is not
        known = ", ".join(Price.__dataclass_fields__)
        raise BadSettings(f"The price of {name} has a wrong or missing field.", f"The fields are {known}.") from error
    numbers = [getattr(price, kind) for kind in Tokens.__dataclass_fields__]
    numbers += [*price.factors.values(), *(number for tokens in counts.values() for number in tokens)]
    if any(type(number) is not int or number < 0 for number in numbers):
        raise BadSettings(f"The price of {name} has a number that is not whole or is negative.", "Give nano-dollars.")
    if any(len(tokens) != 3 for tokens in counts.values()):
        raise BadSettings(f"The price of {name} needs three counts a quality.", "Give square, portrait, landscape.")
    return price


@cache
def catalog() -> PriceTable:
    """The prices that come with Easel."""
    return parse_prices(resources.files("core").joinpath("catalog", "prices.toml").read_text("utf-8"))


def output_tokens(price: Price, size: Size, quality: Quality) -> int:
    """How many output tokens one picture takes. 0 when the price knows no such count (the illustrator).

    The formula is the one in OpenAI's own price calculator, in integers (community.openai.com/t/1382699).
    """
    if price.factors:
        factor = _of_quality(price.factors, quality)
        longest, shortest = max(size.width, size.height), min(size.width, size.height)
        patches = (2 * factor * shortest + longest) // (2 * longest)
        return -(-factor * patches * (2_000_000 + size.width * size.height) // 4_000_000)
    if price.counts:
        square, portrait, landscape = _of_quality(price.counts, quality)
        if size.width == size.height:
            return square
        return portrait if size.width < size.height else landscape
    return 0


def _of_quality(table: Mapping[str, T], quality: Quality) -> T:
    """The entry of a quality. `auto` is reserved as high, and a quality that is not in the table as its dearest."""
    wanted = Quality.HIGH if quality is Quality.AUTO else quality
    return table[wanted] if wanted in table else max(table.values())


def estimate(
    price: Price, *, size: Size, quality: Quality, count: int, text: str, pictures: int = 0, previews: int = 0
) -> Cost:
    """The most that a request costs: `count` pictures of this size, from `text` and so many pictures handed in.

    A text has never more tokens than UTF-8 bytes: the models' encodings are built on bytes. What goes in counts once
    for each picture, since several pictures may need several calls.
    """
    out = count * (output_tokens(price, size, quality) + previews * PREVIEW_TOKENS)
    tokens = Tokens(text_in=count * len(text.encode()), image_in=count * pictures * PICTURE_TOKENS_MAX, image_out=out)
    return Cost(images=count, nanodollars=nanodollars(price, tokens))


def measured(price: Price, tokens: Tokens, images: int) -> Cost:
    """What a request cost by the provider's own count; `images` are those that count against an allowance."""
    return Cost(images=images, nanodollars=nanodollars(price, tokens), measured=True)


def nanodollars(price: Price, tokens: Tokens) -> int:
    """Tokens times prices."""
    return (
        tokens.text_in * price.text_in
        + tokens.text_in_cached * price.text_in_cached
        + tokens.image_in * price.image_in
        + tokens.image_in_cached * price.image_in_cached
        + tokens.image_out * price.image_out
        + tokens.text_out * price.text_out
    )


_MONEY: Final = re.compile(
    r"(?:US)?\$?\s*(?P<dollars>(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+)\s*(?:USD|dollars?)?",
    re.IGNORECASE | re.ASCII,
)


def parse_money(value: str | float) -> int:
    """Nano-dollars of `$5.00`, `5 USD`, `1,000`, `0.05` or a number of dollars. Raises ValueError with a sentence."""
    wrong = f"{value!r} is not an amount of money; write it like $5.00."
    if isinstance(value, bool):
        raise ValueError(wrong)
    said = value.strip() if isinstance(value, str) else repr(value)
    if isinstance(value, str):
        match = _MONEY.fullmatch(said)
        if match is None:
            raise ValueError(wrong)
        said = match["dollars"].replace(",", "")
    try:
        exact = Decimal(said) * NANODOLLARS
    except InvalidOperation as error:
        raise ValueError(wrong) from error
    if not exact.is_finite() or exact < 0 or exact > NANODOLLARS_MAX:
        raise ValueError(f"{value!r} is not an amount of money from $0 to $9 billion.")
    if exact != exact.to_integral_value():
        raise ValueError(f"{value!r} is finer than a billionth of a dollar.")
    return int(exact)
