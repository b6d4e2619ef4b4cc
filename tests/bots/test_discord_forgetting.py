"""What Discord's part keeps for a time only goes after that time, and nothing else with it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from support_postgres import Engine

from bots.discord import forgetting
from bots.discord.adapter import DiscordAdapter
from bots.discord.records import Records
from bots.web.adapter import WebAdapter
from core.blobs.files import FileBlobs
from core.errors import Gone
from core.model import JobId, MessageRef
from core.ports import Database
from core.upkeep import Keeps, Prunes

HOUR, DAY = 3600, 86_400


@dataclass
class Time:
    """It stands still until it is moved."""

    us: int = 1_800_000_000_000_000

    def now_us(self) -> int:
        return self.us

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("nobody waits here")

    def passes(self, seconds: int) -> None:
        self.us += seconds * 1_000_000


@dataclass
class Memory:
    time: Time
    records: Records
    blobs: FileBlobs
    database: Database

    async def prune(self, *needed: str) -> int:
        async def asked(blob: str) -> bool:
            return blob in needed

        return await self.records.prune(self.blobs, asked)


@pytest.fixture
async def memory(tmp_path: Path, engine: Engine) -> AsyncIterator[Memory]:
    database = await engine.open(tmp_path)
    time = Time()
    records = Records(database, time)
    await records.prepare()
    yield Memory(time, records, FileBlobs(tmp_path / "blobs"), database)
    await database.close()


@pytest.mark.parametrize(
    ("kind", "seconds"), [("click", HOUR), ("original", 2 * DAY), ("menu", 7 * DAY), ("which", 30 * DAY)]
)
async def test_notes_go_when_nothing_goes_on_from_them(memory: Memory, kind: str, seconds: int) -> None:
    note = await memory.records.note(kind, "words")
    memory.time.passes(seconds)
    assert await memory.prune() == 0
    assert await memory.records.noted(kind, note) == "words"
    memory.time.passes(1)
    assert await memory.prune() == 1
    assert await memory.records.noted(kind, note) is None


async def test_where_messages_of_jobs_are_goes_after_a_month(memory: Memory) -> None:
    job = JobId("job")
    await memory.records.post_done(job, 0, MessageRef("discord", "1", "2"))
    await memory.records.post_begun(job, 1)
    memory.time.passes(30 * DAY)
    assert await memory.prune() == 0
    memory.time.passes(1)
    assert await memory.prune() == 2
    assert await memory.records.posted(job) == {}


async def test_only_what_was_told_leaves_the_inbox(memory: Memory) -> None:
    await memory.records.put_in_inbox(1, JobId("told"), "This was told.")
    await memory.records.take_from_inbox(1)
    await memory.records.put_in_inbox(1, JobId("waits"), "This waits.")
    memory.time.passes(400 * DAY)
    assert await memory.prune() == 1
    assert await memory.records.take_from_inbox(1) == ("This waits.",)


async def test_only_what_was_answered_is_forgotten(memory: Memory) -> None:
    assert await memory.records.working_begun(1, 9)
    await memory.records.working_settled(1)
    await memory.records.working_begun(2, 9)
    memory.time.passes(7 * DAY)
    assert not await memory.records.working_begun(1, 9), "an event that comes again is known"
    memory.time.passes(1)
    assert await memory.prune() == 1
    assert [each.asked for each in await memory.records.unsettled(memory.time.us)] == [2]


async def test_hints_and_commands_stay(memory: Memory) -> None:
    await memory.records.first_time("hint", "here")
    await memory.records.commands_given(1, "digest")
    memory.time.passes(400 * DAY)
    assert await memory.prune() == 0
    assert not await memory.records.first_time("hint", "here")


async def kept(memory: Memory, bundle: str, data: bytes) -> tuple[str, str]:
    """A file of a person's: its id and its blob."""
    blob = (await memory.blobs.put(data)).key
    [file] = await memory.records.keep(bundle, [(blob, "beach.png")])
    return file.id, blob


async def test_a_persons_file_goes_with_its_bytes_after_a_week(memory: Memory) -> None:
    file, blob = await kept(memory, "m:1", b"a photograph")
    memory.time.passes(7 * DAY)
    assert await memory.prune() == 0
    assert await memory.records.kept(file) is not None
    memory.time.passes(1)
    assert await memory.prune() == 1
    assert await memory.records.kept(file) is None
    with pytest.raises(Gone):
        await memory.blobs.read(blob)


async def test_bytes_that_somebody_else_has_stay(memory: Memory) -> None:
    """The same file shown once more, or a picture of Easel's that somebody attached again."""
    old, blob = await kept(memory, "m:1", b"shown twice")
    _, needed = await kept(memory, "m:2", b"a picture of Easel's")
    memory.time.passes(7 * DAY)
    new, _ = await kept(memory, "m:3", b"shown twice")
    memory.time.passes(1)
    assert await memory.prune(needed) == 2
    assert await memory.records.kept(old) is None
    assert await memory.records.kept(new) is not None
    assert await memory.blobs.read(blob) == b"shown twice"
    assert await memory.blobs.read(needed) == b"a picture of Easel's"
    assert await memory.records.keeps(blob)
    assert not await memory.records.keeps(needed)


async def test_bytes_that_are_gone_already_stop_nothing(memory: Memory) -> None:
    """A crash after the bytes and before the rows."""
    _, blob = await kept(memory, "m:1", b"a photograph")
    await memory.blobs.delete(blob)
    memory.time.passes(7 * DAY + 1)
    assert await memory.prune() == 1


async def test_much_goes_in_portions(memory: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(7):
        await memory.records.note("click", str(number))
        await kept(memory, f"m:{number}", bytes([number]))
    monkeypatch.setattr(forgetting, "_PORTION", 3)
    memory.time.passes(8 * DAY)
    assert await memory.prune() == 14
    assert await memory.prune() == 0


def test_upkeep_finds_them() -> None:
    assert issubclass(DiscordAdapter, Prunes)
    assert issubclass(WebAdapter, Keeps)
    assert not issubclass(WebAdapter, Prunes)
