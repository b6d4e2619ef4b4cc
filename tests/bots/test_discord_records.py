"""What Discord's adapter remembers, in a real database, and after a restart."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from support_postgres import Engine

from bots.discord.records import Kept, Records
from core.clock import SystemClock
from core.model import ImageRef, JobId, MessageRef
from core.ports import Database


@pytest.fixture
async def database(tmp_path: Path, engine: Engine) -> AsyncIterator[Database]:
    database = await engine.open(tmp_path)
    try:
        await Records(database, SystemClock()).prepare()
        yield database
    finally:
        await database.close()


@pytest.fixture
def records(database: Database) -> Records:
    return Records(database, SystemClock())


async def test_preparing_twice_is_preparing_once(records: Records) -> None:
    await records.keep("menu", [("a" * 64, "fox.png")])
    await records.prepare()
    assert len(await records.bundle("menu")) == 1


async def test_what_was_taken_together_is_found_together_in_order(records: Records, database: Database) -> None:
    kept = await records.keep("menu", [("a" * 64, "fox.png"), ("b" * 64, "cat.png")])
    assert [(each.blob, each.name) for each in kept] == [("a" * 64, "fox.png"), ("b" * 64, "cat.png")]
    later = Records(database, SystemClock())
    assert await later.bundle("menu") == kept
    assert await later.kept(kept[1].id) == kept[1]
    assert await later.bundle("another") == ()
    assert await later.kept("nonsense") is None


async def test_a_redelivered_menu_keeps_what_was_taken_first(records: Records) -> None:
    first = await records.keep("menu", [("a" * 64, "fox.png")])
    assert await records.keep("menu", [("b" * 64, "cat.png"), ("c" * 64, "dog.png")]) == first


async def test_menus_that_fire_together_do_not_mix(records: Records) -> None:
    both = await asyncio.gather(*(records.keep("menu", [(letter * 64, letter)]) for letter in "ab"))
    assert both[0] == both[1] == await records.bundle("menu")


def test_a_kept_file_is_pointed_at_by_its_id() -> None:
    assert Kept("0f", "a" * 64, "fox.png").ref() == ImageRef("discord", token="k1:0f", name="fox.png")


async def test_words_are_found_by_their_id_and_kind(records: Records) -> None:
    identity = await records.note("which", "make it night")
    assert await records.noted("which", identity) == "make it night"
    assert await records.noted("another", identity) is None
    assert await records.noted("which", "nonsense") is None
    assert await records.note("which", "first", "mine") == "mine"
    await records.note("which", "second", "mine")
    assert await records.noted("which", "mine") == "first"


async def test_the_inbox_is_told_once_and_only_to_its_owner(records: Records) -> None:
    await records.put_in_inbox(1, JobId("j1"), "The first.")
    await records.put_in_inbox(1, JobId("j2"), "The second.")
    await records.put_in_inbox(2, JobId("j3"), "Another's.")
    assert set(await records.take_from_inbox(1)) == {"The first.", "The second."}
    assert await records.take_from_inbox(1) == ()
    assert await records.take_from_inbox(2) == ("Another's.",)


async def test_what_was_told_is_not_told_again_with_what_is_new(records: Records) -> None:
    await records.put_in_inbox(1, JobId("j1"), "The first.")
    await records.take_from_inbox(1)
    await records.put_in_inbox(1, JobId("j2"), "The second.")
    assert await records.take_from_inbox(1) == ("The second.",)


async def test_a_job_is_told_of_once_however_often_it_fails(records: Records) -> None:
    await records.put_in_inbox(1, JobId("j1"), "The first.")
    await records.take_from_inbox(1)
    await records.put_in_inbox(1, JobId("j1"), "Once more.")
    assert await records.take_from_inbox(1) == ()


async def test_two_commands_at_once_do_not_both_tell(records: Records) -> None:
    await records.put_in_inbox(1, JobId("j1"), "The first.")
    told = await asyncio.gather(*(records.take_from_inbox(1) for _ in range(8)))
    assert sorted(told, key=len) == [()] * 7 + [("The first.",)]


async def test_commands_are_known_by_their_hash(records: Records) -> None:
    assert await records.commands_digest(1) is None
    await records.commands_given(1, "abc")
    await records.commands_given(1, "def")
    assert await records.commands_digest(1) == "def"
    assert await records.commands_digest(2) is None


async def test_a_hint_is_given_once(records: Records, database: Database) -> None:
    first = await asyncio.gather(*(records.first_time("mention", "1/2") for _ in range(8)))
    assert sorted(first) == [False] * 7 + [True]
    assert await records.first_time("mention", "1/3")
    assert not await Records(database, SystemClock()).first_time("mention", "1/3")


async def test_a_message_is_begun_and_then_done(records: Records) -> None:
    job, ref = JobId("j"), MessageRef("discord", "5", "6", "A note.")
    assert await records.posted(job) == {}
    await records.post_begun(job, 0)
    before = (await records.posted(job))[0]
    assert before.ref is None
    assert before.begun_at_us > 0
    await records.post_done(job, 0, ref)
    await records.post_begun(job, 0)  # a second process, a moment late, takes nothing back
    await records.post_done(job, 1, ref)
    assert {part: posted.ref for part, posted in (await records.posted(job)).items()} == {0: ref, 1: ref}


async def test_what_remains_of_an_answer_is_known(records: Records) -> None:
    assert await records.original(JobId("j")) is None
    await records.original_is(JobId("j"), 7)
    await records.original_is(JobId("j"), 7)
    assert await records.original(JobId("j")) == 7
