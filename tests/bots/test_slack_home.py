"""The Home tab in the fake Slack: what a person and an administrator find there, and what it does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from emulators.slack_api.server import FakeSlack
from support_slack_api import no_proxies, slack_api  # noqa: F401
from support_slack_clicks import Stage, staged

from bots.slack.result_blocks import images_in
from core.quota import Limit, Scope, Unit, Window

LIMITS = (
    Limit(Scope.ROLE, "everyone", Unit.IMAGES, Window.DAY, 30),
    Limit(Scope.WORKSPACE, "*", Unit.IMAGES, Window.MONTH, 500),
)


@pytest.fixture
async def stage(
    slack_api: FakeSlack,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Stage]:
    async with staged(slack_api, tmp_path, monkeypatch, limits=LIMITS) as it:
        yield it


def words(view: Any) -> str:
    assert view is not None
    return str(view.blocks)


async def test_what_a_person_finds(stage: Stage):
    await stage.drawn("a lighthouse")
    await stage.drawn("a boat", by=stage.talk.guest)
    _, hidden = await stage.private("a secret logo")
    said = words(await stage.opens_home())
    assert "*28 images left*" in said
    assert "*a lighthouse*" in said
    assert "*a secret logo --private*" in said
    assert "a boat" not in said, "only what is theirs"
    assert said.count("slack_file") == 2
    assert hidden.id in said
    assert "For administrators" not in said
    assert "for this workspace" not in said


async def test_what_an_administrator_finds(stage: Stage):
    boss = stage.talk.team.person("Moderator", is_admin=True)
    said = words(await stage.opens_home(by=boss))
    assert "For administrators" in said
    assert "*500 images left*" in said
    assert "Nothing yet." in said


async def test_pictures_that_slack_cannot_show_are_left_out(stage: Stage):
    await stage.drawn()
    stage.fake.fault("views.publish", error="invalid_blocks")
    said = words(await stage.opens_home())
    assert "slack_file" not in said
    assert "*a lighthouse*" in said


async def test_pages_of_pictures(stage: Stage):
    for number in range(4):
        await stage.drawn(f"picture {number} --n 2")
    home = await stage.opens_home()
    assert "picture 0" not in words(home)
    await stage.press(home, "page")  # type: ignore[arg-type]  # it was opened
    older = stage.fake.home_of(stage.talk.member)
    assert older is not None
    assert "*picture 0" in words(older)
    assert "picture 3" not in words(older)
    await stage.press(older, "newest")
    assert "picture 3" in words(stage.fake.home_of(stage.talk.member))


async def test_details_and_edit_work_from_there(stage: Stage):
    said, _, image = await stage.drawn()
    home = await stage.opens_home()
    assert home is not None
    await stage.press(home, "details", value=image.id)
    assert image.id in stage.words()
    await stage.fake.close(stage.talk.member)
    await stage.press(home, "edit", value=image.id)
    await stage.submit({"instruction": "make it night"})
    assert len(stage.talk.shown(said)) == 1, "the answer comes into direct messages"
    made = [each for each in stage.fake.direct(stage.talk.member) if images_in(each.blocks)][-1]
    assert (await stage.image(images_in(made.blocks)[0])).parent == image.id


async def test_the_messages_tab_suggests_what_to_say(stage: Stage):
    await stage.opens_home(tab="messages")
    assert [call.ok for call in stage.fake.calls if call.method == "assistant.threads.setSuggestedPrompts"] == [True]
    assert stage.fake.home_of(stage.talk.member) is None
