"""Easel is killed while it draws, and started again: the picture comes, once, and is paid for once."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import pytest
import support_easel
from emulators.slack_api.server import FakeSlack
from support_slack_api import no_proxies, slack_api  # noqa: F401
from support_slack_whole import Whole, place_of, slack_of

from core.clock import SystemClock
from core.store.sqlite import SqliteDatabase
from core.store.store import Store


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_killed_while_drawing(slack_api: FakeSlack, tmp_path: Path, mode) -> None:  # noqa: F811
    team, art, member, guest = place_of(slack_api)
    slack_api.slow("response_url", 0.02)
    folder = tmp_path / "data"
    settings = slack_of(slack_api, team, mode) | {"EASEL_WORKER__CONCURRENCY": "1"}
    async with support_easel.running(folder, **settings) as easel:
        it = Whole(slack_api, team, art, member, guest, folder, easel.address, None)
        await _connected(it, mode)
        said = await slack_api.say(member, art, "a poster of a fox in the snow", mention=True)
        other = await slack_api.say(guest, art, "a boat on the sea", mention=True)
        await _admitted(folder, 2)
        await easel.stop(signal.SIGKILL)
    assert len(it.controls(said)) + len(it.controls(other)) < 2, "there was something left to do"
    async with support_easel.running(folder, **settings) as easel:
        it.url = easel.address
        await _connected(it, mode)
        for each in (said, other):
            await it.rested(each.ts, 1)
        await it.quiet()
        assert [len(it.files(each)) for each in (said, other)] == [1, 1]
        assert slack_api.orphans() == []
        following = await it.drawn("make it night", thread=said.ts)
        assert following.message.thread == said.ts
    database = await SqliteDatabase.open(folder / "easel.sqlite3")
    assert await database.fetch_one("SELECT count(*), SUM(settled_images) FROM charge") == (3, 3)
    assert await Store(database, SystemClock()).verify() == ()
    await database.close()


async def _admitted(folder: Path, jobs: int) -> None:
    """Wait until so many are in the books."""
    database = await SqliteDatabase.open(folder / "easel.sqlite3")
    async with asyncio.timeout(20):
        while await database.fetch_one("SELECT count(*) FROM job") != (jobs,):  # noqa: ASYNC110 - in another process
            await asyncio.sleep(0.01)
    await database.close()


async def _connected(it: Whole, mode: str) -> None:
    if mode == "http":
        await asyncio.sleep(0.5)  # its route answers once the platform runs
        await it.fake.connect_http(f"{it.url}/slack/events")
    else:
        await it.fake.connected(1, 20)
