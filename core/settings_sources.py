"""Where settings come from: variables, the file, and secrets in files of their own. Gathers; does not judge values."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, assert_never

from core.settings_fields import Kind
from core.settings_wording import Named, SettingPath, did_you_mean, dotted, variable

CONFIG_VARIABLE = "EASEL_CONFIG"
DEFAULT_FILE = "easel.toml"
_OURS_ELSEWHERE = frozenset({CONFIG_VARIABLE, "EASEL_TESTS_STRICT"})  # the second is read by the tests
# Kubernetes tells every container about a service named "easel" in variables that look like ours
# (https://kubernetes.io/docs/tutorials/services/connect-applications-service/#environment-variables).
_SERVICE_LINK = re.compile(r"EASEL_(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT_\d+_(TCP|UDP)(_(PROTO|PORT|ADDR))?)")


@dataclass(slots=True)
class Gathered:
    """What was said, by whom, and what was wrong already."""

    values: dict[str, Any] = field(default_factory=dict)
    origins: dict[SettingPath, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    file: Path | None = None
    kept_for: str = ""  # the server that a kept key was tried with
    lines: dict[SettingPath, Sequence[int]] = field(default_factory=dict)  # of the file, where rows of a list begin


def gather(environ: Mapping[str, str], cwd: Path, known: Sequence[Named]) -> Gathered:
    """The file first, the environment over it."""
    gathered = Gathered()
    _read_file(environ, cwd, known, gathered)
    _read_environment(environ, known, gathered)
    return gathered


def _read_file(environ: Mapping[str, str], cwd: Path, known: Sequence[Named], gathered: Gathered) -> None:
    named = environ.get(CONFIG_VARIABLE, "")
    path = (cwd / (named or DEFAULT_FILE)).absolute()
    if not named and not path.exists():
        return
    try:
        text = path.read_text(encoding="utf-8")
        said = tomllib.loads(text, parse_float=Decimal)  # money is exact
    except tomllib.TOMLDecodeError as error:
        gathered.problems.append(f"{path.name} is not valid TOML: {error}.")
        return
    except (OSError, UnicodeDecodeError):
        gathered.problems.append(f"{CONFIG_VARIABLE} names a file that cannot be read: give the path of a TOML file.")
        return
    gathered.file = path
    _take_known(said, known, path.name, gathered)
    for each in known:
        if each.kind is Kind.ROWS and gathered.origins.get(each.path) == path.name:
            gathered.lines[each.path] = _headers(text, each.path)


def _headers(text: str, path: SettingPath) -> Sequence[int]:
    """The lines, from 1, that read `[[name]]`: `tomllib` says of no value where it stood."""
    parts = r"\s*\.\s*".join(rf"[\"']?{part}[\"']?" for part in path)
    header = re.compile(rf"\s*\[\[\s*{parts}\s*\]\]\s*(#.*)?")
    return [number for number, line in enumerate(text.splitlines(), start=1) if header.fullmatch(line)]


def _take_known(said: dict[str, Any], known: Sequence[Named], file: str, gathered: Gathered) -> None:
    """Copy what is known; name what is not, with the nearest that is."""
    names = {named.path: dotted(named.path) for named in known}
    groups = {path[0] for path in names if len(path) == 2}
    for top, value in said.items():
        if (top,) in names:
            put(gathered, (top,), value, file)
        elif top not in groups:
            gathered.problems.append(f"{file}: there is no setting {top!r}.{did_you_mean(top, names.values())}")
        elif not isinstance(value, dict):
            gathered.problems.append(f"{file}: {top} must be a table: write [{top}] above its settings.")
        else:
            for inner, leaf in value.items():
                if (top, inner) in names:
                    put(gathered, (top, inner), leaf, file)
                else:
                    name = f"{top}.{inner}"
                    gathered.problems.append(
                        f"{file}: there is no setting {name!r}.{did_you_mean(name, names.values())}"
                    )


def _read_environment(environ: Mapping[str, str], known: Sequence[Named], gathered: Gathered) -> None:
    variables = {variable(named.path): named for named in known}
    files = {f"{name}_FILE": named for name, named in variables.items() if named.secret}
    for name in sorted(environ):
        if not name.upper().startswith("EASEL_") or name in _OURS_ELSEWHERE or _is_service_link(name, environ[name]):
            continue
        if name not in variables and name not in files:
            known_names = (*variables, *files, CONFIG_VARIABLE)
            gathered.problems.append(f"There is no setting {name}.{did_you_mean(name.upper(), known_names)}")
        elif environ[name] == "":  # what a compose file passes on for a variable that is not set
            continue
        elif name in files:
            _read_secret(name, files[name], environ, gathered)
        else:
            _put_text(name, variables[name], environ[name], gathered)
    for named in known:  # what other programs read, too, counts least
        if named.also and environ.get(named.also) and named.path not in gathered.origins:
            put(gathered, named.path, environ[named.also], named.also)


def _is_service_link(name: str, value: str) -> bool:
    return _SERVICE_LINK.fullmatch(name) is not None or (
        name == "EASEL_PORT" and value.startswith(("tcp://", "udp://"))
    )


def _read_secret(name: str, named: Named, environ: Mapping[str, str], gathered: Gathered) -> None:
    if environ.get(variable(named.path)):
        gathered.problems.append(f"{variable(named.path)} and {name} are both set: keep one of them.")
        return
    try:
        secret = Path(environ[name]).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        gathered.problems.append(f"{name} names a file that cannot be read: give the path of a file with the secret.")
        return
    put(gathered, named.path, secret, name)


def _put_text(name: str, named: Named, text: str, gathered: Gathered) -> None:
    match named.kind:
        case Kind.ONE:
            put(gathered, named.path, text, name)
        case Kind.MANY:
            put(gathered, named.path, [part.strip() for part in text.split(",") if part.strip()], name)
        case Kind.ROWS | Kind.TABLE:
            try:
                put(gathered, named.path, json.loads(text, parse_float=Decimal), name)
            except json.JSONDecodeError:
                form = "a JSON list of rows" if named.kind is Kind.ROWS else "a JSON object"
                gathered.problems.append(
                    f"{name} must be {form}; easel.toml is the easier place for {dotted(named.path)}."
                )
        case _:
            assert_never(named.kind)


def put(gathered: Gathered, path: SettingPath, value: Any, origin: str) -> None:
    """Take a value, and note who said it."""
    into = gathered.values if len(path) == 1 else gathered.values.setdefault(path[0], {})
    into[path[-1]] = value
    gathered.origins[path] = origin
