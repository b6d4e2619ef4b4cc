"""Reading the values of a request, each with the refusal that the API has for it. A null is a value left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulators.image_api.refusals import not_one_of, out_of_range, too_long, wrong_type


def word(values: Mapping[str, Any], name: str, allowed: tuple[str, ...], default: str) -> str:
    """One of a list of words."""
    value = values.get(name)
    if value is None:
        return default
    if not isinstance(value, str):
        raise wrong_type(name, f"one of {', '.join(allowed)}", value)
    if value not in allowed:
        raise not_one_of(name, value, allowed)
    return value


def whole(values: Mapping[str, Any], name: str, least: int, most: int, default: int) -> int:
    """A whole number within its range."""
    value = values.get(name)
    if value is None:
        return default
    if not isinstance(value, int) or isinstance(value, bool):
        raise wrong_type(name, "an integer", value)
    if not least <= value <= most:
        raise out_of_range(name, value, least, most)
    return value


def flag(values: Mapping[str, Any], name: str) -> bool:
    """True or false."""
    value = values.get(name)
    if value is None:
        return False
    if not isinstance(value, bool):
        raise wrong_type(name, "a boolean", value)
    return value


def text(values: Mapping[str, Any], name: str, most: int) -> str:
    """A text that is not too long; empty when it is not given."""
    value = values.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise wrong_type(name, "a string", value)
    if len(value) > most:
        raise too_long(name, len(value), most)
    return value
