"""What every test may count on: the same examples each time, a browser or a sentence that says there is none."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

if TYPE_CHECKING:
    from support_postgres import Engine, Server

STRICT = bool(os.environ.get("EASEL_TESTS_STRICT"))  # continuous integration: what could not run has failed
BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")

os.environ.pop("OPENAI_API_KEY", None)  # no test draws with anybody's key

hypothesis.settings.register_profile("easel", derandomize=True, deadline=None, database=None)
hypothesis.settings.load_profile("easel")


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    """A Chromium to drive."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("no Chromium on this machine; install it with: apt-get install chromium")
    return Path(found)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """A Postgres server to make databases in."""
    from support_postgres import MISSING, served, there_is_one

    if not there_is_one():
        pytest.skip(MISSING)
    with served() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Where a test keeps its rows: every test that asks for it runs on each."""
    from support_postgres import SQLITE, PostgresEngine, alone

    if request.param == "sqlite":
        yield SQLITE
        return
    postgres = PostgresEngine(request.getfixturevalue("postgres_server"))
    yield postgres
    alone(postgres.clear)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Where it is strict, a skipped test is a failed one."""
    report = yield
    if STRICT and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} could not run: {report.longrepr[2]}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    """The same for a whole file that could not be collected."""
    report = yield
    if STRICT and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"{collector.nodeid} could not run: {report.longrepr[2]}"
    return report
