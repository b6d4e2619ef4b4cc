"""Slack's adapter as the core meets it, where the promises that every adapter makes do not reach."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from support_slack_adapter import Bed, bed

from bots.slack import limits
from bots.slack.asking import Unreachable
from bots.slack.destination import encode
from core.errors import Gone
from core.model import Destination


@pytest.fixture
async def on(tmp_path: Path) -> AsyncIterator[Bed]:
    async with bed(tmp_path) as made:
        yield made


async def test_a_webp_is_posted_as_a_kind_that_slack_shows_everywhere(on: Bed) -> None:
    limits_there = on.adapter.capabilities(encode(await on.wrote()))
    assert "image/webp" not in limits_there.media_types
    assert not limits_there.previews
    assert limits_there.files == limits.FILES


async def test_more_pictures_than_a_message_holds_are_several_messages(on: Bed) -> None:
    await on.adapter.deliver(*await on.finished(await on.wrote(), pictures=13))
    assert [len(each.files) for each in on.ours() if each.files] == [10, 3]


async def test_two_jobs_in_one_thread_do_not_mix(on: Bed) -> None:
    spot = await on.wrote()
    whats = [await on.finished(replace(spot, placeholder=""), pictures=2) for _ in range(3)]
    refs = await asyncio.gather(*[on.adapter.deliver(*what) for what in whats])
    assert len({ref.message for [ref] in refs}) == 3
    for [ref], (_, outcome, _) in zip(refs, whats, strict=True):
        post = await on.records.posts.at(on.team.id, ref.channel, ref.message)
        assert post is not None
        assert post.job == outcome.job
        assert await on.records.posts.images(on.team.id, post.files) == tuple(image.id for image in outcome.images)


async def test_what_cannot_be_read_is_gone_and_told_to_nobody(on: Bed) -> None:
    to, outcome, plan = await on.finished(await on.wrote())
    nowhere = Destination("slack", "nonsense")
    with pytest.raises(Gone):
        await on.adapter.deliver(nowhere, outcome, plan)
    await on.adapter.leave(nowhere, outcome, Gone("Gone."))
    assert to.platform == on.adapter.platform


async def test_workspaces_and_channels_have_names(on: Bed) -> None:
    spot, name = await on.wrote(), on.adapter.name_of
    assert [await name(spot.team), await name(spot.team, spot.channel)] == [
        on.team.name,
        on.team.channels[spot.channel].name,
    ]
    assert await name(spot.team, on.slack.dm(on.member).id) == ""
    with pytest.raises(Unreachable):
        await name(spot.team, "C0NOWHERE")
    with pytest.raises(Gone):
        await name("T0ANOTHER")


async def test_a_workspace_that_removed_easel_is_gone_and_its_letter_waits(on: Bed) -> None:
    to, outcome, plan = await on.finished(await on.wrote())
    on.slack.fault("*", "account_inactive", times=99)
    with pytest.raises(Gone) as gone:
        await on.adapter.deliver(to, outcome, plan)
    await on.adapter.leave(to, outcome, gone.value)
    [letter] = await on.records.take_from_inbox(on.team.id, on.member.id)
    assert "install" in letter
