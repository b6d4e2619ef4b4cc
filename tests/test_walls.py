"""The walls of the house stand: the contracts in pyproject.toml, and the limits that hold for every file."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent
SOURCES = sorted(path for top in ("core", "bots") for path in (HOUSE / top).rglob("*.py"))
FILE_LINES_MAX = 350
FUNCTION_LINES_MAX = 40
LONGER_FOR_A_REASON = "# long because"  # the comment that earns a function more lines
LONG_FILES = {
    "core/model.py": "one vocabulary, read from top to bottom",
}


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter where `folder` is the house."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"]
    environ = {**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200"}
    return subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=False, timeout=60)


def test_the_walls_stand():
    run = lint_imports(HOUSE)
    assert run.returncode == 0, run.stdout + run.stderr


def test_a_breach_is_seen(tmp_path):
    """The contracts are not merely well-formed: each of them refuses the import that it is there for."""
    (tmp_path / "pyproject.toml").write_text((HOUSE / "pyproject.toml").read_text(encoding="utf-8"), encoding="utf-8")
    for path in SOURCES:
        copy = tmp_path / path.relative_to(HOUSE)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    with (tmp_path / "core" / "quota.py").open("a", encoding="utf-8") as quota:
        quota.write("\nimport aiohttp\nimport httpx\nimport core.fitting\nimport bots\n")
    with (tmp_path / "bots" / "web" / "limits.py").open("a", encoding="utf-8") as limits:
        limits.write("\nimport bots.discord.limits\n")
    run = lint_imports(tmp_path)
    assert run.returncode == 1, run.stdout + run.stderr
    assert "0 kept" in run.stdout, run.stdout


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(HOUSE)))
def test_files_and_functions_stay_short(path):
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    assert len(lines) < FILE_LINES_MAX or str(path.relative_to(HOUSE)) in LONG_FILES
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            last = node.end_lineno or node.lineno
            length = last - node.lineno + 1
            body = "\n".join(lines[node.lineno - 1 : last])
            assert length <= FUNCTION_LINES_MAX or LONGER_FOR_A_REASON in body, f"{node.name}: {length} lines"


def test_no_folder_of_tests_is_a_package():
    """A tests/core/__init__.py would shadow the core package."""
    assert not list((HOUSE / "tests").rglob("__init__.py"))
