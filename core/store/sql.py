"""Small pieces of SQL text and the way back from a row to typed values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final, TypeVar

from core.ports import Value

T = TypeVar("T")

_PORTION_MAX: Final = 16


def portions(keys: Iterable[T]) -> Iterator[Sequence[T]]:
    """The keys, some at a time: every number of them is another statement for a database to compile and to keep."""
    left = list(keys)
    for start in range(0, len(left), _PORTION_MAX):
        yield left[start : start + _PORTION_MAX]


@lru_cache(maxsize=256)
def rows_of(count: int, columns: int, first: int = 1) -> str:
    """The parameters of `count` rows for VALUES: `($1, $2), ($3, $4)`. One statement is faster than many."""
    numbers = iter(range(first, first + count * columns))
    return ", ".join("(" + ", ".join(f"${next(numbers)}" for _ in range(columns)) + ")" for _ in range(count))


@lru_cache(maxsize=256)
def list_of(count: int, first: int = 1) -> str:
    """The parameters of one list, for IN: `$1, $2, $3`."""
    return ", ".join(f"${number}" for number in range(first, first + count))


def text(value: Value) -> str:
    """A column that is text and not null."""
    assert isinstance(value, str)
    return value


def text_or_none(value: Value) -> str | None:
    """A column that is text or null."""
    assert value is None or isinstance(value, str)
    return value


def integer(value: Value) -> int:
    """A column that is a whole number and not null."""
    assert isinstance(value, int)
    return value
