"""`[[policies]]`: what is decided in a workspace, for those who keep their configuration in files.

The orders are the words of `/easel`. They are read when the settings are read, so that one that cannot be meant stops
the start, and carried out at every start by `core.administration.declaring`, over what was decided since.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from pydantic import field_validator

from core.administration.orders import AskForKey, DropKey, Give, ShowAudit, ShowPolicy
from core.administration.reading import read_order
from core.administration.reading_parts import NotUnderstood, Speaker
from core.settings_fields import WrittenRow

_WORKSPACE: Final = re.compile(r"[a-z]+:\S{1,200}")
_NOBODY: Final = Speaker("", "")  # in a file nobody is `me`, and nowhere is `here`


class PolicyRow(WrittenRow):
    """Orders for one workspace."""

    workspace: str
    orders: tuple[str, ...] = ()

    @field_validator("workspace")
    @classmethod
    def _named(cls, name: str) -> str:
        if not _WORKSPACE.fullmatch(name):
            raise ValueError(f"workspace is {name[:60]!r}, but must be like discord:123.")
        return name

    @field_validator("orders")
    @classmethod
    def _understood(cls, orders: tuple[str, ...]) -> tuple[str, ...]:
        for number, words in enumerate(orders, start=1):
            where = f"order {number}, {words[:60]!r}:"
            try:
                order = read_order(words, _NOBODY)
            except NotUnderstood as error:
                raise ValueError(f"{where} {error.what} {error.remedy}") from None
            if isinstance(order, Give):
                raise ValueError(f"{where} It would be given at every start. Say it with `easel admin`.")
            if isinstance(order, AskForKey | DropKey | ShowPolicy | ShowAudit):
                raise ValueError(f"{where} It decides nothing.")
        return orders

    @property
    def home(self) -> tuple[str, str]:
        """The platform, and its own name of the workspace."""
        platform, _, workspace = self.workspace.partition(":")
        return platform, workspace


def twice(rows: Sequence[PolicyRow]) -> list[str]:
    """A sentence for each workspace with several rows: which of them holds would be a matter of their order."""
    counts = Counter(row.workspace for row in rows)
    return [f"[[policies]] has {count} rows for {name}: keep one." for name, count in counts.items() if count > 1]
