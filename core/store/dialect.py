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


# What Postgres needs in other words. Text is ordered by code points, as SQLite and Python do: a database's own order
# (`en_US.UTF-8`) would give other turns than the ones that were predicted, and would change with the C library.
_POSTGRES_TYPES = ((re.compile(r"\b(\w+\s+)text\b", re.IGNORECASE), r'\1text COLLATE "C"'),)
_DEFINES = re.compile(r"\s*(CREATE|ALTER)\s+TABLE\b", re.IGNORECASE)


@lru_cache(maxsize=512)
def for_postgres(sql: str) -> str:
    """The statement as Postgres takes it: only a column's type is ever said in other words."""
    if _DEFINES.match(sql):
        for ours, theirs in _POSTGRES_TYPES:
            sql = ours.sub(theirs, sql)
    return sql


_ROW_BY_ROW = re.compile(r"(INSERT INTO .*?) VALUES \(([^()]*)\)(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class AllRows:
    """An INSERT that takes a list for each column, so that one round and one plan serve all its rows."""

    before: str
    after: str

    def sql(self, types: Sequence[str]) -> str:
        """The statement, for columns of these types."""
        lists = ", ".join(f"${number}::{name}[]" for number, name in enumerate(types, start=1))
        names = ", ".join(f"c{number}" for number in range(1, len(types) + 1))
        return f"{self.before} FROM unnest({lists}) AS given ({names}){self.after}"


@lru_cache(maxsize=512)
def all_rows(sql: str) -> AllRows | None:
    """`VALUES ($1, $2)` for many rows at once, for Postgres; None when the statement has to be run for each.

    An upsert has to be: Postgres refuses to change a row twice in one statement, which two of its rows may mean to do.
    """
    match = _ROW_BY_ROW.fullmatch(sql)
    if match is None or "DO UPDATE" in match[3]:
        return None
    return AllRows(f"{match[1]} SELECT {_PARAMETER.sub(lambda found: f'given.c{found[1]}', match[2])}", match[3])
