"""What Slack's adapter remembers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from support_slack_adapter import bed

from bots.slack.destination import Spot
from bots.slack.posts import Post, State, either
from bots.slack.records import Records
from core.blobs.files import FileBlobs
from core.delivery import Inbox
from core.errors import Gone
from core.model import ImageId, JobId
from core.store.sqlite import SqliteDatabase
from core.upkeep import Prunes

SECOND_US = 1_000_000
DAY_US = 24 * 3600 * SECOND_US


class HandClock:
    """Set by hand."""

    def __init__(self) -> None:
        self.us = 1_000 * SECOND_US

    def now_us(self) -> int:
        return self.us

    async def sleep(self, seconds: float) -> None:
        self.us += int(seconds * SECOND_US)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def records(tmp_path: Path, clock: HandClock) -> AsyncIterator[Records]:
    database = await SqliteDatabase.open(tmp_path / "easel.sqlite3")
    made = Records(database, clock)
    await made.prepare()
    await made.prepare()
    yield made
    await database.close()


async def test_files_are_kept_once_and_in_order(records: Records) -> None:
    first = await records.keep("m:1", [("blob-a", "a.png"), ("blob-b", "b.png")])
    assert await records.keep("m:1", [("blob-c", "c.png")]) == first
    assert [(each.blob, each.name) for each in first] == [("blob-a", "a.png"), ("blob-b", "b.png")]
    assert first[0].ref().token == f"k1:{first[0].id}"
    assert await records.kept(first[1].id) == first[1]
    assert await records.kept("nobody") is None
    assert await records.bundle("m:2") == ()


async def test_notes_are_of_a_kind_and_the_first_words_stay(records: Records) -> None:
    note = await records.note("wish", "a fox")
    assert await records.noted("wish", note) == "a fox"
    assert await records.noted("other", note) is None
    await records.note("wish", "one", "mine")
    await records.note("wish", "two", "mine")
    await records.note("other", "three", "mine")
    assert await records.noted("wish", "mine") == "one"
    assert await records.take_note("wish", "mine") == "one"
    assert await records.take_note("wish", "mine") is None
    assert await records.noted("other", "mine") == "three"


async def test_what_could_not_be_posted_is_told_once_and_in_its_workspace(records: Records) -> None:
    await records.put_in_inbox("T1", "U1", JobId("one"), "First.")
    await records.put_in_inbox("T1", "U1", JobId("one"), "First, again.")
    await records.put_in_inbox("T1", "U1", JobId("two"), "Second.")
    assert await records.take_from_inbox("T2", "U1") == ()
    assert await records.take_from_inbox("T1", "U1") == ("First.", "Second.")
    assert await records.take_from_inbox("T1", "U1") == ()


async def test_a_first_time_is_for_ever_or_for_a_while(records: Records, clock: HandClock) -> None:
    assert await records.first_time("hint", "T1/U1")
    assert not await records.first_time("hint", "T1/U1")
    assert await records.first_time("hint", "T1/U2")
    assert await records.first_time("click", "x", within_us=2 * SECOND_US)
    clock.us += SECOND_US
    assert not await records.first_time("click", "x", within_us=2 * SECOND_US)
    clock.us += SECOND_US
    assert await records.first_time("click", "x", within_us=2 * SECOND_US)
    assert not await records.first_time("click", "x", within_us=2 * SECOND_US)


async def test_an_answer_is_used_so_many_times_in_all(records: Records) -> None:
    assert [await records.use_response("r1", 3, 0) for _ in range(4)] == [True, True, True, False]
    assert [await records.use_response("r1", 5, 0) for _ in range(3)] == [True, True, False]
    assert await records.use_response("r2", 3, 0)


async def test_an_answer_is_not_used_when_it_is_too_old(records: Records, clock: HandClock) -> None:
    assert await records.use_response("r1", 5, clock.us)
    assert await records.use_response("r1", 5, clock.us)
    clock.us += 1
    assert not await records.use_response("r1", 5, clock.us)


async def test_people_are_known_for_a_while(records: Records, clock: HandClock) -> None:
    await records.keep_person("T1", "U1", "{}")
    assert await records.person("T1", "U1", clock.us) == "{}"
    assert await records.person("T1", "U1", clock.us + 1) is None
    assert await records.person("T2", "U1", 0) is None
    await records.keep_person("T1", "U1", '{"name": "Member"}')
    assert await records.person("T1", "U1", 0) == '{"name": "Member"}'


async def _nobody(blob: str) -> bool:
    return False


async def test_what_is_old_is_forgotten_and_what_is_needed_is_not(
    records: Records, clock: HandClock, tmp_path: Path
) -> None:
    blobs = FileBlobs(tmp_path / "blobs")
    for kind in ("working", "shortcut", "which"):
        await records.note(kind, "words", "x")
    await records.first_time("click", "x")
    await records.first_time("hint:lost", "x")
    await records.use_response("r1", 5, 0)
    await records.keep_person("T1", "U1", "{}")
    await records.put_in_inbox("T1", "U1", JobId("told"), "Told.")
    await records.take_from_inbox("T1", "U1")
    await records.put_in_inbox("T1", "U1", JobId("untold"), "Untold.")
    await records.posts.put(Post(JobId("job"), 0, team="T1"))
    assert await records.prune(blobs, _nobody) == 0
    clock.us += 3 * DAY_US
    assert await records.prune(blobs, _nobody) == 2
    assert [await records.noted(kind, "x") for kind in ("working", "shortcut")] == [None, "words"]
    clock.us += 5 * DAY_US
    assert await records.prune(blobs, _nobody) == 2
    assert await records.noted("which", "x") == "words"
    clock.us += 30 * DAY_US
    assert await records.prune(blobs, _nobody) == 3
    assert not await records.first_time("hint:lost", "x")
    assert await records.take_from_inbox("T1", "U1") == ("Untold.",)
    assert await records.posts.of(JobId("job"))


async def test_peoples_files_go_with_their_bytes_unless_somebody_has_them(
    records: Records, clock: HandClock, tmp_path: Path
) -> None:
    blobs = FileBlobs(tmp_path / "blobs")
    mine, again, others = [await blobs.put(data) for data in (b"mine", b"again", b"others")]
    await records.keep("m:1", [(each.key, "a.png") for each in (mine, again, others)])
    clock.us += 8 * DAY_US
    await records.keep("m:2", [(again.key, "b.png")])

    async def needed(blob: str) -> bool:
        return blob == others.key

    assert await records.prune(blobs, needed) == 3
    assert await records.bundle("m:1") == ()
    assert not await records.keeps(mine.key)
    assert await records.keeps(again.key)
    with pytest.raises(Gone):
        await blobs.read(mine.key)
    assert [await blobs.read(each.key) for each in (again, others)] == [b"again", b"others"]


async def test_what_a_thread_holds_and_whose_buttons_they_are_is_found_by_an_index(
    records: Records, tmp_path: Path
) -> None:
    """Asked for every message in a thread and every press: never by a look at all posts of a channel."""
    database = await SqliteDatabase.open(tmp_path / "easel.sqlite3")
    for other in ("root", "controls"):
        plan = await database.fetch(f"EXPLAIN QUERY PLAN {either('message', other)}", "T1", "C1", "1.0")
        told = [str(row[3]) for row in plan]
        assert any(f"{other}=?" in each for each in told), told
        assert any("message=?" in each for each in told), told
    await database.close()


async def test_what_was_taken_up_is_known_until_it_is_settled(
    records: Records, clock: HandClock, tmp_path: Path
) -> None:
    spot, taken_up = Spot(team="T1", channel="C1", user="U1"), records.undertakings
    await taken_up.begun("a", spot)
    clock.us += SECOND_US
    await taken_up.begun("b", spot)
    await taken_up.begun("b", replace(spot, placeholder="1.0"))
    assert [each.asked for each in await taken_up.left(clock.us)] == ["a"], "b began later"
    await taken_up.settled("a")
    assert [(each.asked, each.spot) for each in await taken_up.left(clock.us + 1)] == [
        ("b", replace(spot, placeholder="1.0"))
    ]
    clock.us += 3 * DAY_US
    await records.prune(FileBlobs(tmp_path), _nobody)
    assert await taken_up.left(clock.us) == ()


async def test_upkeep_knows_that_slack_forgets(tmp_path: Path) -> None:
    async with bed(tmp_path) as on:
        assert isinstance(on.adapter, Prunes)
        assert isinstance(on.adapter, Inbox)
        assert await on.adapter.prune(_nobody) == 0
        assert not await on.adapter.keeps("blob")


async def test_a_post_is_found_by_its_messages_its_thread_its_files_and_its_pictures(records: Records) -> None:
    posts, job = records.posts, JobId("job")
    post = Post(
        job, 0, State.UNDER, "T1", "C1", root="1.0", message="2.0", controls="3.0", note="n", files=("F1", "F2")
    )
    await posts.put(post, [ImageId("one"), ImageId("two")])
    other = await posts.put(Post(job, 1, State.BEGUN, "T1", "C1"))
    assert await posts.of(job) == {0: post, 1: other}
    assert await posts.at("T1", "C1", "2.0") == await posts.at("T1", "C1", "3.0") == post
    assert await posts.at("T2", "C1", "2.0") is None
    assert await posts.in_thread("T1", "C1", "1.0") == (post,)
    assert await posts.in_thread("T1", "C1", "2.0") == (post,)
    assert await posts.of_image("T1", ImageId("two")) == (("F2", post),)
    assert await posts.of_image("T2", ImageId("two")) == ()
    assert await posts.images("T1", ["F2", "F9", "F1"]) == (ImageId("two"), ImageId("one"))
    await posts.drop_file("T1", "F1")
    assert (await posts.of(job))[0].files == ("F2",)


async def test_new_files_take_the_place_of_those_before(records: Records) -> None:
    posts, job = records.posts, JobId("job")
    await posts.put(Post(job, 0, State.UPLOADED, "T1", "C1", files=("F1",)), [ImageId("one")])
    again = await posts.put(Post(job, 0, State.ASKED, "T1", "C1", files=("F1",)))
    assert await posts.of(job) == {0: again}
    await posts.put(Post(job, 0, State.BEGUN, "T1", "C1"))
    assert (await posts.of(job))[0].files == ()
    await posts.put(Post(job, 0, State.UPLOADED, "T1", "C1", files=("F2",)), [ImageId("one")])
    assert await posts.of_image("T1", ImageId("one")) == (("F2", (await posts.of(job))[0]),)
