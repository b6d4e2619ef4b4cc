"""Alerts on their way into a channel: each once, whatever fails and whoever else is at work."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from support_house import BOARD, MEMBER, WALL, Board, Hand, House, house

from core.administration.alerts import Alerts
from core.administration.office import Office
from core.administration.telling import Announces, Telling
from core.clock import SystemClock
from core.errors import Gone, Later, NotAllowed, Refused
from core.model import Actor
from core.store.sqlite import SqliteDatabase

MODERATOR = Actor(BOARD, "hall", "moderator", "Moderator", is_admin=True)


class Caller(Board):
    """A board that can announce, or says why not."""

    def __init__(self) -> None:
        super().__init__()
        self.announced: list[tuple[str, str, str]] = []
        self.trouble: list[Exception] = []

    async def announce(self, workspace: str, channel: str, sentence: str) -> None:
        await asyncio.sleep(0)
        if self.trouble:
            raise self.trouble.pop(0)
        self.announced.append((workspace, channel, sentence))


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path, hand=Hand(name="openai", nanodollars=225_000_000)) as at_work:
        for words in ("budget $0.27", "alerts channel:news"):
            await at_work.studio.administration.order(MODERATOR, WALL, words, words)
        admitted = await at_work.submit("a square")
        await at_work.board.finished(admitted.job)
        yield at_work


async def telling(folder: Path, caller: Board, time_zone: str = "UTC") -> Telling:
    """Another process on the same database."""
    database, clock = await SqliteDatabase.open(folder / "easel.sqlite3"), SystemClock()
    office = Office.over(database, clock)
    return Telling(Alerts(database, office.policies, lambda: (), clock, time_zone), office.refusals, {BOARD: caller})


async def test_what_cannot_be_told_now_is_told_later_and_once(home: House, tmp_path: Path) -> None:
    caller = Caller()
    assert isinstance(caller, Announces)
    caller.trouble = [Later("Not now.")]
    one = await telling(tmp_path, caller)
    for _ in range(3):
        await one.turn()
    ((workspace, channel, sentence),) = caller.announced
    assert (workspace, channel) == ("hall", "news")
    assert "is used up to 80 %" in sentence


async def test_two_processes_tell_it_once(home: House, tmp_path: Path) -> None:
    caller = Caller()
    both = [await telling(tmp_path, caller) for _ in range(2)]
    await asyncio.gather(*(each.turn() for each in both))
    assert len(caller.announced) == 1


async def test_a_channel_that_is_gone_is_logged(home: House, tmp_path: Path) -> None:
    caller = Caller()
    caller.trouble = [Gone("No such channel.")]
    one = await telling(tmp_path, caller)
    with capture_logs() as lines:
        for _ in range(2):
            await one.turn()
    assert [line["event"] for line in lines] == ["alert_lost"]
    assert caller.announced == []


async def test_a_month_that_begins_elsewhere_is_the_one_that_is_looked_at(home: House, tmp_path: Path) -> None:
    """The books count by the workspace's own time zone, and so does who looks into them."""
    await home.studio.administration.order(MODERATOR, WALL, "timezone Pacific/Kiritimati", "tz")
    admitted = await home.submit("another square", user="guest")
    await home.board.finished(admitted.job)
    caller = Caller()
    await (await telling(tmp_path, caller)).turn()
    assert len(caller.announced) == 1


async def test_refusals_are_written_down_every_turn(home: House, tmp_path: Path) -> None:
    await home.studio.administration.order(MODERATOR, WALL, "pause", "p")
    with pytest.raises(Refused) as why:
        await home.submit("a square")
    assert isinstance(why.value, NotAllowed)
    office = home.studio._admission.office
    one = Telling(Alerts(office.reports._db, office.policies, lambda: (), SystemClock()), office.refusals, {})
    await one.turn()
    row = await office.reports._db.fetch_one("SELECT person, number FROM refusal")
    assert row is not None
    assert tuple(row) == (MEMBER.user, 1)
