"""What each model of an image API can draw: rows of `catalog/models.toml`, each with its source and date.

A model's name is free text, since operators name deployments as they like. A name that no row knows gets the permissive
row: what a server then refuses by name is left out of the next request.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache
from importlib import resources
from typing import Any, Final

from core.errors import BadSettings
from core.model import Background, OutputFormat, Quality, Size
from core.rows import best_fit, read_rows

_WHOLE: Final = ("edge_multiple", "longest_edge", "pixels_min", "pixels_max", "count_max")
_FROM_ZERO: Final = ("previews_max", "references_max")
_SWITCHES: Final = ("masks", "markup", "streams")
_OF_ITSELF: Final = frozenset({"label", "retired", "instead", "source", "date"})  # of itself only, never by `like`


@dataclass(frozen=True, slots=True)
class Model:
    """One row: a model, with its variants and dated snapshots. `model` is how their names begin; "" is any other."""

    provider: str
    model: str
    label: str  # what people see; "" means the model's own name
    source: str
    date: datetime.date
    edge_multiple: int  # both edges are multiples of it, in pixels
    longest_edge: int  # pixels
    pixels_min: int  # width times height
    pixels_max: int
    ratio_max: float  # 3.0 stands for 3:1 to 1:3
    sizes: tuple[Size, ...]  # when not empty, only these
    qualities: frozenset[Quality]
    formats: frozenset[OutputFormat]
    backgrounds: frozenset[Background]
    masks: bool
    markup: bool  # a transparent overlay may be drawn on the picture to show what is meant
    streams: bool
    previews_max: int  # partial pictures in one answer
    count_max: int  # pictures in one request
    references_max: int  # pictures handed in, the edited one included
    parameters: frozenset[str]  # the optional request parameters that it takes, by their names in the API
    retired: datetime.date | None = None  # since when it is gone
    instead: str = ""  # what its maker says to use now


@dataclass(frozen=True, slots=True)
class ModelTable:
    """All rows. Of those that fit a name the longest counts."""

    rows: tuple[Model, ...]

    def find(self, provider: str, model: str) -> Model:
        """The row of a model. A provider that is not in the table is asked as OpenAI's are. Raises `BadSettings`."""
        mine = [row for row in self.rows if row.provider == provider] or list(self.rows)
        found = best_fit(mine, model)
        if found is None:
            raise BadSettings(f"There is no row for the model {model} of {provider}.", "Add one to the catalog.")
        return found


def parse_models(text: str) -> ModelTable:
    """Read rows in the form of `catalog/models.toml`. Raises `BadSettings` that names the row and what is wrong."""
    return ModelTable(tuple(_row(row) for row in read_rows(text, "model", ("provider", "model"), _OF_ITSELF)))


@cache
def catalog() -> ModelTable:
    """The models that come with Easel."""
    return parse_models(resources.files("core").joinpath("catalog", "models.toml").read_text("utf-8"))


def _name(row: Mapping[str, Any]) -> str:
    return f"The model {row.get('provider', '?')} {row.get('model', '?')!r}"


def _row(row: Mapping[str, Any]) -> Model:
    known = {field.name for field in fields(Model)}
    needed = {field.name for field in fields(Model) if field.default is MISSING}
    if wrong := sorted((needed - row.keys()) | (row.keys() - known)):
        raise BadSettings(f"{_name(row)} has a wrong or missing field: {', '.join(wrong)}.", "Mend the catalog.")
    try:
        return Model(**{**row, **_numbers(row), **_sets(row)})
    except (ValueError, TypeError, AttributeError) as error:
        raise BadSettings(f"{_name(row)} cannot be used: {error}.", "Mend the catalog.") from error


def _numbers(row: Mapping[str, Any]) -> Mapping[str, Any]:
    for name in (*_WHOLE, *_FROM_ZERO):
        if type(row[name]) is not int or row[name] < (1 if name in _WHOLE else 0):
            raise ValueError(f"{name} is not such a whole number")
    for name in _SWITCHES:
        if type(row[name]) is not bool:
            raise ValueError(f"{name} is neither true nor false")
    if type(row["ratio_max"]) not in (int, float) or not row["ratio_max"] >= 1:
        raise ValueError("ratio_max is not a number from 1")
    for name in ("date", "retired"):
        if name in row and type(row[name]) is not datetime.date:
            raise ValueError(f"{name} is not a date")
    return {"ratio_max": float(row["ratio_max"])}


def _sets(row: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "sizes": tuple(_size(one) for one in row["sizes"]),
        "qualities": frozenset(Quality(one) for one in row["qualities"]),
        "formats": frozenset(OutputFormat(one) for one in row["formats"]),
        "backgrounds": frozenset(Background(one) for one in row["backgrounds"]),
        "parameters": frozenset(str(one) for one in row["parameters"]),
    }


def _size(said: str) -> Size:
    width, _, height = said.partition("x")
    return Size(int(width), int(height))
