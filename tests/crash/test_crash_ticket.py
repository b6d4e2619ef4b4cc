"""Killed after a ticket was kept, Easel takes up the same answer: one question, one picture, one price."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from support_painter import spending

ROOT = Path(__file__).parents[2]


def live(folder: Path, *job: str) -> subprocess.CompletedProcess[str]:
    """One life, to its end."""
    environment = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}", "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, str(Path(__file__).with_name("ticket_driver.py")), str(folder), *job],
        env=environment,
        cwd=ROOT,
        timeout=60,
        capture_output=True,
        text=True,
        check=False,
    )


async def test_a_kill_after_the_ticket_costs_nothing(tmp_path: Path) -> None:
    first = live(tmp_path)
    assert first.returncode == -signal.SIGKILL, first.stderr[-3000:]
    assert not (tmp_path / "told").exists()
    job = (tmp_path / "job").read_text()
    second = live(tmp_path, job)
    assert second.returncode == 0, second.stderr[-3000:]
    assert (tmp_path / "told").read_text() == "1 1", "a picture, charged once"
    assert (tmp_path / "asked.log").read_text().split() == [job], "one question"
    assert [row[0] for row in await spending(tmp_path / "data")] == ["billed"]
