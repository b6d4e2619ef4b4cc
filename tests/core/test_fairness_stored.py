"""The store's turns in simulated afternoons: whoever floods the queue costs others little, and accounts buy nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from support_postgres import Engine
from support_store import opened
from support_turns import (
    JOB_SECONDS,
    Arrival,
    Fifo,
    Pure,
    Stored,
    dump,
    farm,
    is_light,
    is_of,
    light,
    mean,
    p95,
    waits_of,
)


@asynccontextmanager
async def stored(folder: Path, engine: Engine) -> AsyncIterator[Stored]:
    folder.mkdir(exist_ok=True)
    async with opened(folder, (), engine) as bench:
        yield Stored(bench)


async def both(tmp_path: Path, engine: Engine, arrivals: list[Arrival]) -> dict[str, float]:
    """What they wait by the store's rows, which is what they wait by the pure arithmetic."""
    async with stored(tmp_path, engine) as turns:
        waits = await waits_of(arrivals, turns)
    assert waits == await waits_of(arrivals, Pure())
    return waits


async def test_one_person_dumps_200_jobs_and_the_others_wait_less_than_one_job_takes(
    tmp_path: Path, engine: Engine
) -> None:
    arrivals = dump("a", "flooder", 200) + light("a", 20)
    assert p95(await waits_of(arrivals, Fifo()), is_light) > 10 * JOB_SECONDS
    assert p95(await both(tmp_path, engine, arrivals), is_light) < JOB_SECONDS


async def test_twenty_accounts_cost_the_other_workspace_no_more_than_one(tmp_path: Path, engine: Engine) -> None:
    """Neither do the others wait longer for them, nor do the accounts wait less together than one would."""
    busy = dump("b", "busy", 100)
    one = await both(tmp_path / "one", engine, dump("farm", "account", 200) + busy)
    twenty = await both(tmp_path / "twenty", engine, farm("farm", 20, 200) + busy)
    for workspace in ("farm", "b"):
        assert mean(twenty, is_of(workspace)) == pytest.approx(mean(one, is_of(workspace)), rel=0.01)


async def test_twenty_accounts_that_dump_all_they_have_do_not_keep_other_workspaces_waiting(
    tmp_path: Path, engine: Engine
) -> None:
    waits = await both(tmp_path, engine, farm("farm", 20, 400) + light("b", 20))
    assert p95(waits, is_light) < JOB_SECONDS
