"""A picture that somebody posts without a word, and what their next words are about."""

from __future__ import annotations

from pathlib import Path

import pytest
from emulators.slack_api.server import FakeSlack
from support_slack_api import no_proxies, picture, slack_api  # noqa: F401
from support_slack_talk import BEACH, Talk, talking

from bots.slack import photos
from core.model import Operation
from core.ports import GenerateOrder


@pytest.fixture
async def talk(slack_api: FakeSlack, tmp_path: Path):  # noqa: F811
    async with talking(slack_api, tmp_path) as it:
        yield it


async def test_in_easels_thread_it_is_what_their_next_words_change(talk: Talk):
    root = await talk.says("a lighthouse", mention=True)
    drawn = await talk.image_of(root)
    await talk.says("", thread=root.ts, files=[BEACH])
    assert len(talk.hand.orders) == 1, "people show each other things"
    await talk.says("make it night", thread=root.ts)
    assert len(talk.hand.orders) == 2
    night = await talk.image_of(root)
    assert night.operation is Operation.EDIT
    assert night.parent != drawn.id, "the photo, and not the picture before it"
    await talk.says("and calm", thread=root.ts)
    assert (await talk.image_of(root)).parent == night.id, "then it goes on from there"


async def test_somebody_elses_words_are_about_easels_picture(talk: Talk):
    root = await talk.says("a lighthouse", mention=True)
    drawn = await talk.image_of(root)
    await talk.says("", thread=root.ts, files=[BEACH])
    await talk.says("make it night", thread=root.ts, by=talk.guest)
    assert (await talk.image_of(root)).parent == drawn.id


async def test_a_picture_of_easels_that_came_since_takes_its_place(talk: Talk):
    root = await talk.says("a lighthouse", mention=True)
    await talk.says("", thread=root.ts, files=[BEACH])
    await talk.says("make it night", thread=root.ts, by=talk.guest)
    night = await talk.image_of(root)
    await talk.says("and calm", thread=root.ts)
    assert (await talk.image_of(root)).parent == night.id


async def test_in_direct_messages_the_words_may_come_after_the_picture(talk: Talk):
    dm = talk.fake.dm(talk.member)
    await talk.says("", at=dm, files=[BEACH])
    assert "Say what to do with the picture" in talk.fake.direct(talk.member)[-1].text
    said = await talk.says("make it night", at=dm)
    assert (await talk.image_of(said, dm)).operation is Operation.EDIT
    await talk.says("a lighthouse", at=dm)
    assert isinstance(talk.hand.orders[-1], GenerateOrder), "it was about that picture once"


async def test_a_command_in_words_says_itself_what_it_wants(talk: Talk):
    dm = talk.fake.dm(talk.member)
    await talk.says("", at=dm, files=[BEACH])
    await talk.says("/imagine a lighthouse", at=dm)
    assert isinstance(talk.hand.orders[-1], GenerateOrder)


async def test_after_a_while_nobody_speaks_of_it_any_more(talk: Talk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(photos, "_FRESH_US", 0)
    root = await talk.says("a lighthouse", mention=True)
    drawn = await talk.image_of(root)
    await talk.says("", thread=root.ts, files=[BEACH])
    await talk.says("make it night", thread=root.ts)
    assert (await talk.image_of(root)).parent == drawn.id


async def test_a_picture_between_people_is_not_remembered(talk: Talk):
    root = await talk.says("look")
    await talk.says("", thread=root.ts, files=[("cat.png", picture("grey"))])
    assert await talk.desk.records.noted("photo", f"{talk.team.id}/{talk.art.id}/{root.ts}/{talk.member.id}") is None
