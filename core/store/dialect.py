"""One SQL text for every engine: `$1` parameters, turned into what SQLite's driver wants."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from core.ports import Value

_PARAMETER = re.compile(r"\$(\d+)")


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement with plain `?`, and which value goes to which; `order` is None when they already stand in order.

    Numbered `?1` would do, but Python 3.12.0 to 3.12.3 takes it for a name and warns (python/cpython#117995).
    """

    sql: str
    order: tuple[int, ...] | None

    def values(self, values: Sequence[Value]) -> Sequence[Value]:
        """The values in the statement's order."""
        return values if self.order is None else [values[index] for index in self.order]


@lru_cache(maxsize=512)
def translate(sql: str) -> Statement:
    """`$1` to `?`. The dollar sign stands for nothing else in our SQL."""
    order = tuple(int(number) - 1 for number in _PARAMETER.findall(sql))
    return Statement(_PARAMETER.sub("?", sql), None if order == tuple(range(len(order))) else order)
