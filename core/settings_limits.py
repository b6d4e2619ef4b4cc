"""The rows of `[[limits]]`: from what a person writes to `core.quota.Limit`."""

from __future__ import annotations

import re
from decimal import Decimal

from pydantic import model_validator

from core.pricing import parse_money
from core.quota import Limit, Scope, Unit, Window
from core.settings_fields import WrittenRow

_COUNT = re.compile(r"\d{1,9}", re.ASCII)

# What holds when the settings name no limits: generous enough to play with, and low enough that a runaway script ends.
DEFAULT_LIMITS: tuple[Limit, ...] = (
    Limit(Scope.ROLE, "everyone", Unit.IMAGES, Window.DAY, 5),
    Limit(Scope.ROLE, "member", Unit.IMAGES, Window.DAY, 30),
    Limit(Scope.ROLE, "designer", Unit.IMAGES, Window.DAY, 100),
    Limit(Scope.ROLE, "moderator", Unit.IMAGES, Window.DAY, 500),
    Limit(Scope.USER, "*", Unit.JOBS, Window.NONE, 3),
)


class LimitRow(WrittenRow):
    """One row, as written. `selector` may be left out for "each one for itself", `window` for jobs in flight."""

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
    """Money in nano-dollars, from `"$5.00"`, `"5 USD"` or a number of dollars; everything else is counted."""
    if unit is Unit.MONEY:
        return parse_money(said)
    if _COUNT.fullmatch(said.strip()) is None:
        raise ValueError(f"amount is {said[:60]!r}, but {unit} are counted in whole numbers, such as 30.")
    return int(said)
