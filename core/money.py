"""Amounts of money as people write them, in whole nano-dollars."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Final

NANODOLLARS: Final = 1_000_000_000  # in a dollar
NANODOLLARS_MAX: Final = 2**63 - 1  # what a database's integer holds: 9.2 billion dollars

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
