"""Pictures that people pointed at in Slack are opened: by whoever may see them, and by nobody else's address."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from emulators.slack_api.world import File
from support_slack_adapter import Bed, bed, picture

from bots.slack.pictures import Attached
from core.errors import Gone, UnusableImage
from core.model import ImageRef


@pytest.fixture
async def on(tmp_path: Path) -> AsyncIterator[Bed]:
    async with bed(tmp_path) as made:
        yield made


async def _file(on: Bed) -> File:
    said = await on.slack.say(on.member, on.channel, "look", files=[("photo.png", picture())])
    return said.message.files[0]


def _ref(on: Bed, file: File) -> ImageRef:
    return Attached(on.team.id, file.id).ref()


async def test_a_file_is_opened_by_its_id(on: Bed) -> None:
    assert await on.adapter.open(_ref(on, await _file(on))) == picture()
    assert len(on.slack.calls.of("files.info")) == 1


async def test_a_kept_file_is_opened_without_slack(on: Bed) -> None:
    blob = await on.blobs.put(picture())
    [kept] = await on.records.keep("v:1", [(blob.key, "a.png")])
    assert await on.adapter.open(kept.ref()) == picture()
    assert on.methods() == []


async def test_an_address_of_slacks_is_fetched_and_a_strangers_is_not(on: Bed) -> None:
    described = await on.api.file(on.team.id, (await _file(on)).id)
    assert await on.adapter.open(Attached(on.team.id, url=described["url_private"]).ref()) == picture()
    with pytest.raises(Gone):
        await on.adapter.open(Attached(on.team.id, url=f"http://{on.slack.evil_host}/x.png").ref())
    assert not [each for each in on.slack.seen if each.host == on.slack.evil_host]


async def test_a_file_that_was_deleted_is_gone(on: Bed) -> None:
    file = await _file(on)
    file.deleted = True
    with pytest.raises(Gone):
        await on.adapter.open(_ref(on, file))


async def test_a_file_of_a_channel_without_easel_is_gone_and_says_what_to_do(on: Bed) -> None:
    file = await _file(on)
    on.channel.members.remove(on.team.bot)
    with pytest.raises(Gone) as gone:
        await on.adapter.open(_ref(on, file))
    assert gone.value.remedy


async def test_a_file_that_lives_elsewhere_is_not_fetched(on: Bed) -> None:
    file = await _file(on)
    file.mode, file.external_url = "external", f"http://{on.slack.evil_host}/x.png"
    with pytest.raises(Gone):
        await on.adapter.open(_ref(on, file))
    assert not [each for each in on.slack.seen if each.host == on.slack.evil_host]


async def test_a_file_that_is_far_too_large_is_not_even_fetched(on: Bed) -> None:
    file = await _file(on)
    file.data = bytes(60 * 1024 * 1024)
    with pytest.raises(UnusableImage):
        await on.adapter.open(_ref(on, file))
    assert on.slack.posts_to(on.slack.file_host) == []


async def test_a_hiccup_of_slacks_is_waited_for(on: Bed) -> None:
    file = await _file(on)
    on.slack.fault("download", status=503, times=2)
    assert await on.adapter.open(_ref(on, file)) == picture()
    assert on.clock.slept == [1.0, 4.0]
    on.slack.fault("download", status=503, times=3)
    with pytest.raises(Gone):
        await on.adapter.open(_ref(on, file))


async def test_another_workspaces_file_is_not_opened(on: Bed) -> None:
    file = await _file(on)
    with pytest.raises(Gone):
        await on.adapter.open(Attached("T0ELSEWHERE", file.id).ref())


@pytest.mark.parametrize("token", ["", "k1:", "k1:nobody", "f1:", "f1:{}", 'f1:{"t":"T1"}', "d1:{}", "nonsense"])
async def test_what_was_never_shown_is_gone(on: Bed, token: str) -> None:
    with pytest.raises(Gone):
        await on.adapter.open(ImageRef("slack", token=token))
