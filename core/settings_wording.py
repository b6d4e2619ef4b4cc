"""What is wrong with a setting, in sentences for the person who runs Easel. No library's own error reaches them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from core.settings_fields import Explained, Kind

SettingPath = tuple[str, ...]
_SHOWN_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class Named:
    """One setting: its path, what it does, and what it must be."""

    path: SettingPath
    does: str
    must_be: str
    secret: bool
    default: Any
    kind: Kind = Kind.ONE
    row: tuple[str, ...] = ()  # the names in one of its rows
    also: str = ""  # a variable without our name before it, read when our own is not given
    unset: str = "(none)"  # what the table shows for nothing


def dotted(path: SettingPath) -> str:
    """The name in the file: `web.port`."""
    return ".".join(path)


def variable(path: SettingPath) -> str:
    """The name in the environment: `EASEL_WEB__PORT`."""
    return "EASEL_" + "__".join(path).upper()


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A question with the nearest known name, or nothing when none is near."""
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f" Did you mean {near[0]}?" if near else ""


@dataclass(frozen=True, slots=True)
class Origins:
    """Where settings come from: the name of a variable or of the file, and the lines where rows of a list begin."""

    names: Mapping[SettingPath, str]
    lines: Mapping[SettingPath, Sequence[int]]


def sentences(error: ValidationError, known: Sequence[Named], origins: Origins, values: Mapping[str, Any]) -> list[str]:
    """One sentence for each setting that is not what it must be, in the order of the settings.

    `values`: what was said, as far as it could be read.
    """
    by_path = {named.path: named for named in known}
    said: dict[str, None] = {}  # a dict keeps the order and drops what two checks both say
    for problem in error.errors(include_url=False, include_context=True):
        path, rest = _setting_of(problem["loc"], by_path)
        named = by_path[path]
        where = _where(named, origins.names)
        explained = problem.get("ctx", {}).get("error")
        if rest:
            line = _line(origins.lines.get(path, ()), _rows(values, path), rest)
            said[_inner_sentence(where, named, rest, problem, line)] = None
        elif isinstance(explained, Explained):
            said[f"{where} {explained}"] = None
        else:
            shown = "" if named.secret else f" is {_short(problem['input'])}, but"
            said[f"{where}{shown} must be {named.must_be}."] = None
    return list(said)


def _setting_of(
    loc: tuple[int | str, ...], by_path: Mapping[SettingPath, Named]
) -> tuple[SettingPath, tuple[int | str, ...]]:
    """Split an error's place into the setting and the place inside it."""
    for length in (2, 1):
        path = tuple(str(part) for part in loc[:length])
        if path in by_path:
            return path, () if by_path[path].kind is Kind.MANY else loc[length:]
    raise LookupError(loc)


def _where(named: Named, origins: Mapping[SettingPath, str]) -> str:
    origin = origins.get(named.path, "")
    is_variable = origin.startswith("EASEL_") or (named.also and origin == named.also)
    return origin if is_variable else f"{origin}: {dotted(named.path)}"


def _rows(values: Mapping[str, Any], path: SettingPath) -> int:
    """How many rows there are."""
    found = values.get(path[0]) if len(path) == 1 else values.get(path[0], {}).get(path[1])
    return len(found) if isinstance(found, list) else 0


def _line(headers: Sequence[int], rows: int, rest: tuple[int | str, ...]) -> str:
    """Where this row begins, when it is certain: something that only looks like a header may stand in a long text."""
    return f" (line {headers[int(rest[0])]})" if headers and len(headers) == rows else ""


def _inner_sentence(where: str, named: Named, rest: tuple[int | str, ...], problem: Any, line: str) -> str:
    """A problem inside one row of a list, or inside a table."""
    if named.kind is Kind.TABLE:
        return f"{where} must be {named.must_be}, but {_short(rest[0])} is {_short(problem['input'])}."
    row = f"{where}, row {int(rest[0]) + 1}{line}"
    names = [str(part) for part in rest[1:] if isinstance(part, str)]
    name = names[0] if names else ""
    match problem["type"]:
        case "missing":
            return f"{row}: {name} is missing."
        case "extra_forbidden":
            return f"{row}: there is no {name!r}.{did_you_mean(name, named.row)}"
        case "enum":
            must_be = problem["ctx"]["expected"].replace("'", "")
            return f"{row}: {name} is {_short(problem['input'])}, but must be {must_be}."
        case "value_error":
            return f"{row}: {problem['ctx']['error']}"
        case _:
            return f"{row}: {name or 'it'} is {_short(problem['input'])}, which cannot be used."


def _short(value: object) -> str:
    text = value if isinstance(value, str) else str(value)
    text = "".join(character if character.isprintable() else "?" for character in text)
    return f'"{text}"' if len(text) <= _SHOWN_CHARACTERS else f'"{text[:_SHOWN_CHARACTERS]}…"'
