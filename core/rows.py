"""The catalog's tables: rows of TOML that may be like an earlier row, and the row that fits a model's name."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from typing import Any, Final, Protocol, TypeVar

from core.errors import BadSettings

_SNAPSHOT: Final = re.compile(r"-\d{4}-\d{2}-\d{2}")  # OpenAI's dated snapshots: gpt-image-2-2026-04-21


class NamedRow(Protocol):
    """A row for all models whose names begin like this; "" fits every name."""

    @property
    def model(self) -> str:
        """The beginning."""


R = TypeVar("R", bound=NamedRow)


def read_rows(text: str, kind: str, key: tuple[str, ...], own: Iterable[str]) -> list[dict[str, Any]]:
    """The rows under `[[kind]]`. A row with `like` has all that the earlier row of that name says, and its own instead.

    `key` are the fields by which a row is known, the last of which `like` names; the fields in `own` are never taken
    over. Raises `BadSettings` that names what is wrong.
    """
    try:
        rows = tomllib.loads(text).get(kind, [])
    except tomllib.TOMLDecodeError as error:
        raise BadSettings(f"The {kind}s cannot be read: {error}.", "Mend the file.") from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BadSettings(f"The {kind}s are not rows.", f"Write each one under [[{kind}]].")
    kept = frozenset(own)
    whole: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        taken = _taken(row, kind, key, whole) if "like" in row else {}
        mine = {name: value for name, value in row.items() if name != "like"}
        whole[tuple(row.get(name) for name in key)] = {
            **{name: value for name, value in taken.items() if name not in kept},
            **mine,
        }
    if len(whole) < len(rows):
        raise BadSettings(f"Two {kind}s have the same name.", "Take one of them away.")
    return list(whole.values())


def _taken(
    row: Mapping[str, Any], kind: str, key: tuple[str, ...], whole: Mapping[tuple[Any, ...], dict[str, Any]]
) -> Mapping[str, Any]:
    named = (*(row.get(name) for name in key[:-1]), row["like"])
    if named not in whole:
        raise BadSettings(f"The {kind} {row.get(key[-1])} is like {row['like']}, which is no earlier row.", "Mend it.")
    return whole[named]


def best_fit(rows: Iterable[R], model: str) -> R | None:
    """The row for a model's name: the longest that fits, of equals the first; None when none does.

    A row fits its own name, and longer ones that go on with a hyphen: "gpt-image-2" is for "gpt-image-2-2026-04-21" and
    not for "gpt-image-2.7", of which nobody knows yet what it can do and costs. Gateways put the maker before the name
    (LiteLLM and OpenRouter: "openai/gpt-image-2"): the bare name is tried after the whole one.
    """
    rows = list(rows)
    for name in (model, model.rpartition("/")[2]):
        fitting = [row for row in rows if row.model and (name == row.model or name.startswith(f"{row.model}-"))]
        if fitting:
            return max(fitting, key=lambda row: len(row.model))
    return next((row for row in rows if not row.model), None)


def is_snapshot(model: str, of: str) -> bool:
    """Whether a name is that model itself or a dated snapshot of it, and no variant such as "-pro"."""
    bare = model.rpartition("/")[2]
    return any(name == of or (name.startswith(of) and _SNAPSHOT.fullmatch(name, len(of))) for name in (model, bare))
