"""What every group of settings is made of: a field that says what it does and what it must be."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from core.sealing import fernet_key


class Kind(StrEnum):
    """How a setting is written."""

    ONE = "one"
    MANY = "many"  # a list; in a variable with commas
    ROWS = "rows"  # [[name]] in the file; in a variable a JSON list
    TABLE = "table"  # [name] in the file; in a variable a JSON object


class Explained(ValueError):
    """What is wrong with a value, in words of its own: they go on from the setting's name."""


class Group(BaseModel):
    """Settings that stand under one heading."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=False, hide_input_in_errors=True)


def encryption_keys(said: SecretStr | None) -> SecretStr | None:
    """Keys with commas between them, as Fernet writes them. Raises `ValueError` when one of them is none."""
    parts = [part.strip() for part in (said.get_secret_value() if said else "").split(",") if part.strip()]
    keys = [key for part in parts if (key := fernet_key(part)) is not None]
    if len(keys) != len(parts):
        raise ValueError("not keys")
    return SecretStr(",".join(keys)) if keys else None


class WrittenRow(BaseModel):
    """One row of a list of settings, as written."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


def setting(
    default: Any,
    does: str,
    must_be: str,
    *,
    kind: Kind = Kind.ONE,
    row: type[BaseModel] | None = None,
    also: str = "",
    unset: str = "(none)",
    **rules: Any,
) -> Any:
    """A field with what it does (for the table) and what it must be (for the sentence when it is not).

    `row` is what one of `Kind.ROWS` is; `also` a variable that is read when the setting's own is not given; `unset`
    what the table shows for nothing.
    """
    told: dict[str, Any] = {
        "must_be": must_be,
        "kind": kind,
        "row": tuple(field.alias or name for name, field in row.model_fields.items()) if row else (),
        "also": also,
        "unset": unset,
    }
    return Field(default=default, description=does, json_schema_extra=told, **rules)


def whole(default: int, low: int, high: int, does: str) -> Any:
    """A whole number within bounds."""
    return setting(default, does, f"a whole number from {low} to {high}", ge=low, le=high)
