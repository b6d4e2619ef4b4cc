"""A test that cannot run is named; where it is strict, it has failed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).parent / "conftest.py"
WANTS_A_BROWSER = """
import pytest

def test_in_a_browser(chromium_path):
    assert False, "must not run"

def test_without():
    pass

@pytest.mark.xfail(reason="known")
def test_known_to_fail():
    assert False
"""
WANTS_A_MODULE = """
import pytest

pytest.importorskip("no_such_module")
"""


PLAIN = ("-p", "no:cacheprovider", "-p", "no:simcord")  # nothing that this house adds


@pytest.mark.parametrize(
    ("strict", "code", "said"),
    [("", 0, "1 passed, 2 skipped, 1 xfailed"), ("1", 1, "1 passed, 1 xfailed, 2 errors")],
)
def test_what_could_not_run_is_named(tmp_path, strict, code, said):
    shutil.copy(CONFTEST, tmp_path)
    (tmp_path / "test_browser.py").write_text(WANTS_A_BROWSER)
    (tmp_path / "test_module.py").write_text(WANTS_A_MODULE)
    run = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-ra",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:simcord",
            "--continue-on-collection-errors",
            ".",
        ],
        cwd=tmp_path,
        env={**os.environ, "PATH": str(tmp_path), "EASEL_TESTS_STRICT": strict},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert run.returncode == code, run.stdout
    assert said in run.stdout
    assert "no Chromium on this machine; install it with: apt-get install chromium" in run.stdout
    assert "no_such_module" in run.stdout
