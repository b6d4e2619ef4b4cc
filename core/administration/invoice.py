"""The operator's books beside what a provider's invoice says: they are two witnesses of the same money."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from core.ports import Database
from core.store.ledger import OWN_KEY
from core.store.sql import integer
from core.wording import format_money

# `billed`: as the provider's own usage said it; `presumed`: reserved for requests whose answer was lost. What
# workspaces drew with keys of their own stands on other invoices.
_SPENT: Final = (
    "SELECT CAST(COALESCE(SUM(CASE kind WHEN 'billed' THEN nanodollars ELSE 0 END), 0) AS bigint),"
    " CAST(COALESCE(SUM(CASE kind WHEN 'presumed' THEN nanodollars ELSE 0 END), 0) AS bigint)"
    " FROM provider_spend WHERE provider NOT LIKE $1 AND at_us >= $2 AND at_us < $3"
)
_HUNDRED: Final = 100


@dataclass(frozen=True, slots=True)
class Compared:
    """Amounts in nano-dollars; `within_percent` is how far apart the two may be."""

    billed: int
    presumed: int
    invoiced: int
    within_percent: int

    @property
    def agrees(self) -> bool:
        """Whether the invoice lies between what was billed and what may have been billed besides, or near enough."""
        room = self.invoiced * self.within_percent // _HUNDRED
        return self.billed - room <= self.invoiced <= self.billed + self.presumed + room

    @property
    def sentence(self) -> str:
        """Both, and whether they agree."""
        billed, presumed = format_money(self.billed), format_money(self.presumed)
        books = f"By Easel's books {billed} was billed, and {presumed} more may have been."
        invoice = f"The invoice says {format_money(self.invoiced)}."
        if self.agrees:
            return f"{books} {invoice} They agree within {self.within_percent} %."
        less = self.invoiced < self.billed
        gap = self.billed - self.invoiced if less else self.invoiced - self.billed - self.presumed
        which = "less than was billed" if less else "more than was and may have been billed"
        return (
            f"{books} {invoice} That is {format_money(gap)} {which}: look whether the invoice is for the same days, "
            "whether the key is used elsewhere, too, and whether [[prices]] are right."
        )


async def compared(database: Database, since_us: int, until_us: int, invoiced: int, within_percent: int) -> Compared:
    """The books of a span beside its invoice."""
    row = await database.fetch_one(_SPENT, f"%{OWN_KEY}", since_us, until_us)
    assert row is not None
    return Compared(integer(row[0]), integer(row[1]), invoiced, within_percent)
