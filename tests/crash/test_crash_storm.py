"""Killed at any moment, a process loses nothing that it promised, charges nobody for nothing, posts nothing twice."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from support_store import HandClock

from core.blobs.files import FileBlobs
from core.model import ImageId, JobId
from core.store.sqlite import SqliteDatabase
from core.store.store import Store
from core.store.sweep import ATTEMPTS_MAX

ROOT = Path(__file__).parents[2]
DRIVER = Path(__file__).parent / "crash_driver.py"


class Aftermath:
    """What the world saw and what the tables say."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def seen(self, name: str) -> list[list[str]]:
        """The world's notes."""
        path = self.folder / f"{name}.log"
        return [line.split(" ") for line in path.read_text().splitlines()] if path.exists() else []

    def total(self, what: str) -> int:
        """How often the boot sweeps found this."""
        pairs = (word.split("=") for words in self.seen("swept") for word in words)
        return sum(int(count) for name, count in pairs if name == what)


def storm(folder: Path, kills: int, seed: int, seconds: int) -> Aftermath:
    environment = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, str(DRIVER), str(folder), str(kills), str(seed)],
        env=environment,
        cwd=ROOT,
        timeout=seconds,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return Aftermath(folder)


async def examine(after: Aftermath) -> None:
    """Every promise, held against what happened."""
    db = await SqliteDatabase.open(after.folder / "easel.sqlite3")
    store, blobs = Store(db, HandClock()), FileBlobs(after.folder / "blobs")
    try:
        assert await store.verify() == ()
        await answered(after, db, store)
        await posted_once(after, db)
        await paid_once(after, store)
        await charged_for_pictures(db, store, blobs)
    finally:
        await db.close()


async def answered(after: Aftermath, db: SqliteDatabase, store: Store) -> None:
    """Whatever was acknowledged came to an end that was told, and every event is one job."""
    rows = await db.fetch("SELECT event_key, id, state, outbox FROM job")
    jobs = {str(row[0]): row for row in rows}
    assert len(jobs) == len(rows)
    called_off = {words[0] for words in after.seen("cancelled")}
    for key, job in after.seen("acked"):
        _, identity, state, outbox = jobs[f"web:{key}"]
        assert identity == job
        assert outbox == 0
        assert state in ("delivered", "failed", "uncertain", "cancelled")
    for job in called_off:
        known = await store.job(JobId(job))
        assert known is not None
        assert known.state in ("cancelled", "failed")
    refused = {f"web:{words[0]}" for words in after.seen("refused")}
    assert not refused & set(jobs)


async def posted_once(after: Aftermath, db: SqliteDatabase) -> None:
    """Everything was posted, what was cancelled included, and never again after that was recorded."""
    posted = {path.name.removeprefix("post-") for path in after.folder.glob("post-*")}
    assert posted == {str(row[0]) for row in await db.fetch("SELECT id FROM job")}
    recorded: set[str] = set()
    for what, job in after.seen("deliveries"):
        assert job not in recorded, what
        if what == "recorded":
            recorded.add(job)
    assert len(recorded) > 0.8 * len(posted)
    rows = await db.fetch("SELECT image, COUNT(*) FROM posting GROUP BY image HAVING COUNT(*) > 1")
    assert rows == []


async def paid_once(after: Aftermath, store: Store) -> None:
    """A provider that bills is never asked twice for one job; where a ticket was kept, the answer is taken up."""
    asked = Counter(words[0] for words in after.seen("asked") if words[1] != "illustrator")
    assert set(asked.values()) <= {1}
    given = {words[0] for words in after.seen("tickets")}
    for job, ticket in after.seen("taken-up"):
        assert asked[job] == 1
        assert ticket == f"answer-to-{job}"
    for job in given:
        known = await store.job(JobId(job))
        assert known is not None
        assert known.state in ("delivered", "failed") or known.attempt == ATTEMPTS_MAX


async def charged_for_pictures(db: SqliteDatabase, store: Store, blobs: FileBlobs) -> None:
    """Who was charged has the pictures, bytes and all; who has none was not charged."""
    for job, state, images in await db.fetch(
        "SELECT j.id, j.state, (SELECT COUNT(*) FROM image i WHERE i.job = j.id) FROM job j"
    ):
        cost = await store.charge_of(JobId(str(job)))
        if state == "delivered":
            assert cost.images == images
        elif state in ("failed", "cancelled"):
            assert (cost.images, cost.nanodollars, images) == (0, 0, 0)
    for row in await db.fetch("SELECT id, blob, size_bytes FROM image"):
        assert len(await blobs.read(str(row[1]))) == row[2], ImageId(str(row[0]))


async def test_twenty_four_kills(tmp_path: Path) -> None:
    after = storm(tmp_path, kills=24, seed=1, seconds=90)
    await examine(after)
    assert len(after.seen("acked")) > 24
    # The kills hit something: jobs in hand, some of them asked for and paid.
    assert after.total("requeued") + after.total("uncertain") >= 5
    assert after.total("uncertain") >= 1
    assert after.seen("taken-up")


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 6))
async def test_four_hundred_kills(tmp_path: Path, seed: int) -> None:
    after = storm(tmp_path, kills=100, seed=seed, seconds=300)
    await examine(after)
