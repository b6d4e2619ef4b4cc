"""A request whose answer was lost: who runs Easel looks at the bill, says so, and the allowance is free again."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from support_store import Bench, actor_of, opened, place_of, plan_of, request_of

from bots.cli import Exit, main
from core.model import JobId
from core.quota import Limit, Scope, Unit, Window
from core.store.lock import DataFolderLock

OWN = Limit(Scope.USER, "*", Unit.IMAGES, Window.MONTH, 5)
SHARED = Limit(Scope.WORKSPACE, "*", Unit.MONEY, Window.MONTH, 10**9)


async def lost(bench: Bench) -> JobId:
    """Two pictures were asked for, and nobody knows what became of them."""
    await bench.admit(request_of(prompt="a secret wish"), plan_of(2, 80_000_000))
    job = await bench.claim()
    await bench.store.asked(job.id, "worker")
    assert await bench.store.uncertain(job.id, "worker", "The answer was lost.")
    return job.id


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


def easel(*arguments: str) -> Result:
    return CliRunner(catch_exceptions=False).invoke(main, ["resolve", *arguments])


def with_a_lost_one(folder: Path) -> JobId:
    async def make() -> JobId:
        async with opened(folder, (OWN, SHARED)) as bench:
            return await lost(bench)

    return asyncio.run(make())


def used(folder: Path) -> list[int]:
    async def look() -> list[int]:
        async with opened(folder, (OWN, SHARED)) as bench:
            return [each.used for each in await bench.store.allowances(actor_of(), place_of(), bench.limits)]

    return asyncio.run(look())


def test_nothing_to_resolve_is_said(folder: Path) -> None:
    answer = easel()
    assert (answer.exit_code, answer.stdout) == (Exit.OK, "No request is waiting to be resolved.\n")


@pytest.mark.parametrize(("word", "then"), [("--billed", [0, 80_000_000]), ("--not-billed", [0, 0])])
def test_what_the_bill_says_frees_the_person(folder: Path, word: str, then: list[int]) -> None:
    job = with_a_lost_one(folder)
    assert used(folder) == [2, 80_000_000]
    shown = easel().stdout
    for told in (job, "Member", "2 images, $0.08", "--not-billed"):
        assert told in shown
    assert "secret" not in shown
    answer = easel(job[:12], word)
    assert (answer.exit_code, "2 images went back to Member" in answer.stdout) == (Exit.OK, True)
    assert used(folder) == then
    assert easel(job[:12], word).exit_code == Exit.REFUSED


@pytest.mark.parametrize("wrong", [["0123"], ["--billed"]])
def test_half_an_answer_is_no_answer(folder: Path, wrong: list[str]) -> None:
    assert easel(*wrong).exit_code == Exit.SETTINGS


def test_beside_a_running_easel_it_says_so(folder: Path) -> None:
    with DataFolderLock(folder):
        answer = easel()
    assert answer.exit_code == Exit.BUSY
