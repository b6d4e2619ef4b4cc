"""The rows of `[[limits]]`: from what a person writes to `core.quota.Limit`."""

from __future__ import annotations

import re
from decimal import Decimal

from pydantic import BaseModel, ConfigDict, model_validator

from core.quota import Limit, Scope, Unit, Window

NANODOLLARS = 1_000_000_000
_MONEY = re.compile(r"(\$)?\s*(\d{1,9}(\.\d{1,9})?)\s*(USD)?", re.IGNORECASE)

# What holds when the settings name no limits: generous enough to play with, and low enough that a runaway script ends.
DEFAULT_LIMITS: tuple[Limit, ...] = (
    Limit(Scope.ROLE, "everyone", Unit.IMAGES, Window.DAY, 5),
    Limit(Scope.ROLE, "member", Unit.IMAGES, Window.DAY, 30),
    Limit(Scope.ROLE, "designer", Unit.IMAGES, Window.DAY, 100),
    Limit(Scope.ROLE, "moderator", Unit.IMAGES, Window.DAY, 500),
    Limit(Scope.USER, "*", Unit.JOBS, Window.NONE, 3),
)


class LimitRow(BaseModel):
    """One row, as written. `selector` may be left out for "each one for itself", `window` for jobs in flight."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    scope: Scope
    selector: str = "*"
    unit: Unit
    window: Window = Window.NONE
    amount: Decimal | str

    @model_validator(mode="after")
    def _amount_fits(self) -> LimitRow:
        self.limit()
        return self

    def limit(self) -> Limit:
        """The row in integers. Raises `ValueError` with a sentence."""
        return Limit(self.scope, self.selector, self.unit, self.window, _amount(self.unit, str(self.amount)))


def _amount(unit: Unit, said: str) -> int:
    """`"$5.00"`, `5.00` and `"5 USD"` are money in nano-dollars; everything else is counted in whole numbers."""
    money = _MONEY.fullmatch(said.strip())
    if money is None:
        example = '"$5.00"' if unit is Unit.MONEY else "30"
        raise ValueError(f"amount is {said[:60]!r}, but must be a number that is not negative, such as {example}.")
    if unit is Unit.MONEY:
        return int(Decimal(money[2]) * NANODOLLARS)
    if money[1] or money[4] or money[3]:
        raise ValueError(f"amount is {said[:60]!r}, but {unit} are counted in whole numbers, such as 30.")
    return int(money[2])
