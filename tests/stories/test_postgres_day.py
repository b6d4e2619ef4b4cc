"""An Easel whose rows are on a Postgres server: people notice nothing, not even that it was killed."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
import support_easel
from playwright.async_api import Browser, expect
from support_browser import launched
from support_postgres import PostgresEngine, Server, alone
from support_visitor import arrive

from core.clock import SystemClock
from core.store.postgres import PostgresDatabase
from core.store.store import Store

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

WISHES = ("a fox in the snow", "a boat on the sea", "a cat and a balloon")
LAST = ("a lighthouse at dusk", "a red bicycle")
PASSWORD = "hunter2-hunter2"  # the server trusts its socket: whatever is sent is right, and must not be repeated


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(chromium_path: Path) -> AsyncIterator[Browser]:
    async with launched(chromium_path) as started:
        yield started


async def test_drawn_then_killed_and_nothing_is_lost(browser: Browser, tmp_path: Path, postgres_server: Server) -> None:
    engine = PostgresEngine(postgres_server)
    address = await engine.url(tmp_path, migrated=False)
    settings = {"EASEL_DATABASE_URL": address.replace("easel@", f"easel:{PASSWORD}@"), "EASEL_WORKER__CONCURRENCY": "1"}
    folder = tmp_path / "data"
    async with support_easel.running(folder, **settings) as easel:
        guest = await arrive(browser, easel.link)
        await guest.send(f"/imagine {WISHES[0]}")
        first, alt = await guest.picture(await guest.result(1))
        for wish in WISHES[1:]:
            await guest.send(f"/imagine {wish}")
            await expect(guest.page.get_by_test_id("composer")).to_have_value("")
        await _admitted(address, len(WISHES))
        await easel.stop(signal.SIGKILL)
        said = "".join(easel.said)
        await guest.page.context.close()
    async with support_easel.running(folder, **settings) as easel:
        guest = await arrive(browser, easel.link)
        await guest.result(len(WISHES))
        await expect(guest.results).to_have_count(len(WISHES))
        again, same_alt = await guest.picture(await guest.result(1))
        assert (again.tobytes(), same_alt) == (first.tobytes(), alt)
        for number, wish in enumerate(LAST, len(WISHES) + 1):
            await guest.send(f"/imagine {wish}")
            await guest.result(number)
        said += "".join(easel.said)
        await guest.page.context.close()
    assert PASSWORD not in said
    assert [path.name for path in folder.glob("*.sqlite3*")] == []
    await _in_order(address, len(WISHES) + len(LAST))
    await asyncio.to_thread(alone, engine.clear)


async def _admitted(address: str, jobs: int) -> None:
    """Wait until so many are in the books."""
    db = await PostgresDatabase.open(address, exclusive=False)
    async with asyncio.timeout(10):
        while await db.fetch_one("SELECT count(*) FROM job") != (jobs,):  # noqa: ASYNC110 - in another process
            await asyncio.sleep(0.02)
    await db.close()


async def _in_order(address: str, jobs: int) -> None:
    """Everything was drawn and posted once, and the books say so."""
    db = await PostgresDatabase.open(address)
    assert await db.fetch("SELECT state, count(*) FROM job GROUP BY state") == [("delivered", jobs)]
    assert await db.fetch_one("SELECT count(*), SUM(settled_images) FROM charge") == (jobs, jobs)
    assert await Store(db, SystemClock()).verify() == ()
    await db.close()
