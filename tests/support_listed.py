"""A list of what is tested, as a docstring: each line a subject, then where its tests are. It cannot rot unnoticed."""

from __future__ import annotations

import ast
import re
from pathlib import Path

TESTS = Path(__file__).parent
_ENTRY = re.compile(r"(?P<file>[\w/]+\.py)::(?P<test>test_\w+)")


def subjects(text: str) -> dict[str, list[tuple[str, str]]]:
    """By subject (a line that ends in a colon): the tests that are named below it, as (file below tests/, name)."""
    found: dict[str, list[tuple[str, str]]] = {}
    named: list[tuple[str, str]] = []
    for line in (each.strip() for each in text.splitlines()):
        entry = _ENTRY.fullmatch(line)
        if entry is not None:
            named.append((entry["file"], entry["test"]))
        elif line.endswith(":"):
            named = found.setdefault(line[:-1], [])
    return found


def missing(text: str) -> list[str]:
    """What is named and not there."""
    named = {each for tests in subjects(text).values() for each in tests}
    there = {file: _tests_of(TESTS / file) for file, _ in named}
    return sorted(f"{file}::{test}" for file, test in named if test not in there[file])


def _tests_of(path: Path) -> set[str]:
    if not path.exists():
        return set()
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, functions)}
