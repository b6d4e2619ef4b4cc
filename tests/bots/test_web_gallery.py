"""A channel's pictures as a gallery: newest first, in pages, one's own private ones, and where each was posted."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from support_channel import fill
from support_web import Browser, House, house

from core.model import Actor, Place
from core.ports import Row, Value
from core.store import lineage


@pytest.fixture
async def easel(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as running:
        yield running


async def shown(person: Browser, **query: str | int) -> list[dict[str, object]]:
    answer = await person.get("/api/history", channel=person.channel, **query)
    assert answer.status == 200, answer.body
    return list(answer.json["images"])


async def test_each_picture_says_who_made_it_and_which_message_shows_it(easel: House) -> None:
    async with easel.browser() as member, easel.browser("guest") as guest:
        first = await member.drawn("/imagine a red fox")
        second = await guest.drawn("/imagine a blue boat")
        thread = await member.drawn("make it night", thread=first["id"])
        pictures = await shown(guest)
        assert [each["message"] for each in pictures] == [thread["id"], second["id"], first["id"]]
        assert [each["by"] for each in pictures] == ["Member", "Guest", "Member"]
        assert [each["thread"] for each in pictures] == [first["id"], None, None]
        assert [each["message"] for each in await shown(guest, author="guest")] == [second["id"]]
        assert [each["message"] for each in await shown(guest, q="FOX", author="member")][-1] == first["id"]
        assert (await guest.get("/api/history", channel="studio", author="nobody")).status == 404


async def test_private_pictures_are_in_their_own_persons_gallery_alone(easel: House) -> None:
    async with easel.browser() as member, easel.browser("guest") as guest:
        mine = await member.drawn("/imagine a present --private")
        assert [(each["message"], each["private"]) for each in await shown(member)] == [(mine["id"], True)]
        assert await shown(guest) == []
        assert await shown(guest, author="member") == []


async def test_pages_go_on_where_the_last_one_ended_and_leave_nothing_out(easel: House) -> None:
    await fill(easel, 150, every=2)
    async with easel.browser(channel="sketches") as member:
        found: list[dict[str, object]] = []
        more: dict[str, str | int] = {}
        while page := await shown(member, **more):
            assert len(page) <= 24 + 4
            found += page
            more = {"before_us": int(str(page[-1]["created_at_us"]))}
        assert len({each["id"] for each in found}) == len(found) == 75
        assert [each["created_at_us"] for each in found] == sorted((e["created_at_us"] for e in found), reverse=True)
        assert all(each["message"] for each in found)


async def test_four_pictures_of_one_moment_are_not_parted_by_the_end_of_a_page(easel: House) -> None:
    await fill(easel, 22, channel="studio", every=1)
    async with easel.browser() as member:
        await member.drawn("/imagine boats --n 4")
        page = await shown(member)
        assert len(page) == 24
        await easel.database.write(lambda tx: tx.execute("UPDATE image SET created_at_us = 7 WHERE channel = 'studio'"))
        assert len(await shown(member)) == 26


async def test_the_question_is_answered_from_an_index(easel: House) -> None:
    plans: list[str] = []

    async def explained(sql: str, *values: Value) -> Sequence[Row]:
        plans.extend(str(row[3]) for row in await easel.database.fetch(f"EXPLAIN QUERY PLAN {sql}", *values))
        return ()

    actor, place = Actor("web", "playground", "guest", "Guest"), Place("web", "playground", "studio")
    for words, before, author in (("", None, None), ("fox", 5, None), ("", 5, "guest")):
        await lineage.history(explained, actor, place, words, before, 25, author)
    scans = [line for line in plans if line.startswith("SCAN") and "CONSTANT ROW" not in line]
    assert scans == []
    assert any("image_place" in line for line in plans)
