"""The books are checked at the start and every hour, and whoever watches over Easel hears of it when they are wrong."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from support_house import House, house

from core.upkeep import Rhythm


async def checked(home: House, times: float) -> float:
    """The moment of the last check in the metrics, once it is later than this one."""
    async with asyncio.timeout(5):
        while (at := number(home, "easel_ledger_checked_timestamp_seconds")) <= times:  # noqa: ASYNC110 - a number is asked for, as Prometheus does
            await asyncio.sleep(0.01)
    return at


def number(home: House, name: str) -> float:
    lines = home.metrics.render().decode().splitlines()
    return float(next(line for line in lines if line.startswith(f"{name} ")).split()[1])


def test_it_happens_every_hour() -> None:
    assert Rhythm().verify == 3600


async def test_books_that_do_not_add_up_are_logged_counted_and_noted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house(tmp_path) as home:
        monkeypatch.setattr(home.upkeep, "_rhythm", Rhythm(verify=0.02))
        await home.board.finished((await home.submit("a square")).job)
        with capture_logs() as lines:
            running = asyncio.create_task(home.upkeep.run())
            at = await checked(home, 0)
            assert (number(home, "easel_ledger_disagreements"), home.upkeep.notes) == (0, ())
            await home.store._db.write(lambda tx: tx.execute("UPDATE charge SET closed_at_us = NULL"))
            await checked(home, await checked(home, at))
            assert number(home, "easel_ledger_disagreements") == 1
            assert home.upkeep.notes == ("the books do not add up; the log says where",)
            await home.store._db.write(lambda tx: tx.execute("UPDATE charge SET closed_at_us = 1"))
            await checked(home, await checked(home, at + 0.1))
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
        assert (number(home, "easel_ledger_disagreements"), home.upkeep.notes) == (0, ())
    told = [line for line in lines if line["event"] == "ledger_disagrees"]
    assert {line["log_level"] for line in told} == {"error"}
    assert told[0]["finding"].startswith("A charge says that it is closed and is not")


async def test_a_picture_that_is_not_there_is_logged_counted_and_noted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house(tmp_path) as home:
        monkeypatch.setattr(home.upkeep, "_rhythm", Rhythm(verify=0.02))
        finished = await home.board.finished((await home.submit("a square")).job)
        blob = finished.images[0].blob
        path = tmp_path / "blobs" / blob[:2] / blob[2:]
        with capture_logs() as lines:
            running = asyncio.create_task(home.upkeep.run())
            at = await checked(home, await checked(home, 0))
            assert (number(home, "easel_ledger_disagreements"), home.upkeep.notes) == (0, ())
            path.rename(tmp_path / "elsewhere")
            at = await checked(home, await checked(home, at))
            assert number(home, "easel_ledger_disagreements") == 1
            assert home.upkeep.notes == ("kept pictures are missing or damaged; the log says which",)
            (tmp_path / "elsewhere").rename(path)
            await checked(home, await checked(home, at))
            assert (number(home, "easel_ledger_disagreements"), home.upkeep.notes) == (0, ())
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
    told = [line for line in lines if line["event"] == "pictures_disagree"]
    assert {(line["log_level"], line["finding"]) for line in told} == {
        ("error", f"A picture was kept and is not there: {finished.images[0].id}")
    }
