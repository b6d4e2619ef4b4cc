"""The rows of `[[prices]]`: what an operator pays, where that is not what the catalog says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date as Date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from pydantic import Field, NonNegativeInt, model_validator

from core import pricing
from core.errors import BadSettings
from core.model import Quality
from core.pricing import Price, PriceTable, parse_money
from core.providers.profiles import PROVIDER
from core.settings_fields import WrittenRow

if TYPE_CHECKING:
    from core.settings import Settings

Dollars = Decimal | str
_A_MILLION: Final = 1_000_000
_PER_MILLION: Final = (
    *("text_in", "text_in_cached", "text_in_written", "image_in", "image_in_cached", "image_out", "text_out"),
)
_EACH: Final = ("search", "picture", "picture_in")


class PriceRow(WrittenRow):
    """One row, as written: dollars for a million tokens, as providers print them; for one search or picture, dollars.

    What is not said is as in the catalog's row for that model, so a discount on pictures is one line.
    """

    provider: str = PROVIDER
    model: str
    source: str = "the operator's own settings"
    date: Date | None = None
    thinks: bool = False
    text_in: Dollars | None = None
    text_in_cached: Dollars | None = None
    text_in_written: Dollars | None = None
    image_in: Dollars | None = None
    image_in_cached: Dollars | None = None
    image_out: Dollars | None = None
    text_out: Dollars | None = None
    search: Dollars | None = None
    picture: Dollars | None = None
    picture_in: Dollars | None = None
    factors: dict[Quality, NonNegativeInt] = Field(default_factory=dict)
    counts: dict[Quality, tuple[NonNegativeInt, NonNegativeInt, NonNegativeInt]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _can_be_reckoned_with(self) -> PriceRow:
        self.price()
        return self

    def price(self) -> Price:
        """The row in nano-dollars. Raises `ValueError` with a sentence."""
        found, told = self._known(), self._told()
        if self.factors or self.counts:
            told["factors"] = {quality.value: factor for quality, factor in self.factors.items()}
            told["counts"] = {quality.value: tokens for quality, tokens in self.counts.items()}
        told["date"] = self.date or found.date
        price = replace(found, model=self.model, source=self.source, thinks=self.thinks, **told)
        if price.image_out and not price.factors and not price.counts:
            raise ValueError("image_out needs counts or factors: without them no picture has tokens, and all are free.")
        return price

    def _told(self) -> dict[str, Any]:
        """What the row says of money."""
        said = {name: getattr(self, name) for name in (*_PER_MILLION, *_EACH)}
        return {
            name: _a_token(name, dollars) if name in _PER_MILLION else _money(name, dollars)
            for name, dollars in said.items()
            if dollars is not None
        }

    def _known(self) -> Price:
        table = pricing.catalog()
        providers = sorted({row.provider for row in table.rows})
        if self.provider not in providers:
            raise ValueError(f"provider is {self.provider[:60]!r}, but must be one of {', '.join(providers)}.")
        try:
            return table.find(self.provider, self.model, thinks=self.thinks)
        except BadSettings as error:
            raise ValueError(error.what) from error


def _money(name: str, said: Dollars) -> int:
    try:
        return parse_money(str(said))
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error


def _a_token(name: str, said: Dollars) -> int:
    nanodollars, rest = divmod(_money(name, said), _A_MILLION)
    if rest:
        raise ValueError(f"{name} is finer than a tenth of a cent for a million tokens.")
    return nanodollars


def prices_of(settings: Settings) -> PriceTable:
    """The catalog's prices, and the operator's own before them."""
    return pricing.catalog().with_rows(row.price() for row in settings.prices)
