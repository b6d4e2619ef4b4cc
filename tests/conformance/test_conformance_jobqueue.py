"""What every `core.ports.JobQueue` promises. Another queue joins by one line in `QUEUES`."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from core.model import JobId
from core.ports import Database, JobQueue
from core.queue.local import LocalQueue
from core.store.sqlite import SqliteDatabase

POLL_SECONDS = 1.0  # half of it is far more than a busy machine keeps anybody waiting
QUEUES: dict[str, Callable[[], JobQueue]] = {"local": lambda: LocalQueue(POLL_SECONDS)}


@pytest.fixture(params=QUEUES)
def queue(request: pytest.FixtureRequest) -> JobQueue:
    """A queue that looks by itself every `POLL_SECONDS`."""
    return QUEUES[request.param]()


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    """Where jobs are announced."""
    database = await SqliteDatabase.open(tmp_path / "rows.sqlite3")
    yield database
    await database.close()


async def timed(waiting: asyncio.Task[None]) -> float:
    start = time.perf_counter()
    await asyncio.wait_for(waiting, 10 * POLL_SECONDS)
    return time.perf_counter() - start


async def test_news_ends_the_wait_at_once(queue: JobQueue, db: Database) -> None:
    waiting = asyncio.create_task(queue.wait())
    await asyncio.sleep(0)
    await db.write(lambda tx: queue.announce(tx, JobId("a")))
    queue.wake()
    assert await timed(waiting) < POLL_SECONDS / 2


async def test_news_from_before_the_wait_counts(queue: JobQueue) -> None:
    """Between finding nothing and waiting, a job may have come: it must not sleep until the next poll."""
    queue.wake()
    assert await timed(asyncio.create_task(queue.wait())) < POLL_SECONDS / 2


async def test_old_news_is_no_news(queue: JobQueue) -> None:
    """A wait that always returned at once would keep a processor busy."""
    queue.wake()
    queue.wake()
    await queue.wait()
    assert await timed(asyncio.create_task(queue.wait())) > POLL_SECONDS / 2


async def test_without_news_it_looks_by_itself(queue: JobQueue) -> None:
    """A lost word costs a moment, never a job; and a delivery whose time has come sends no word at all."""
    assert await timed(asyncio.create_task(queue.wait())) > POLL_SECONDS / 2


async def test_all_who_wait_hear_it(queue: JobQueue) -> None:
    waiting = [asyncio.create_task(queue.wait()) for _ in range(3)]
    await asyncio.sleep(0)
    queue.wake()
    assert max([await timed(task) for task in waiting]) < POLL_SECONDS / 2


async def test_a_wait_may_be_cancelled(queue: JobQueue) -> None:
    waiting = asyncio.create_task(queue.wait())
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    queue.wake()
    assert await timed(asyncio.create_task(queue.wait())) < POLL_SECONDS / 2
