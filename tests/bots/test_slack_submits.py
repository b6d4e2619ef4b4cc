"""Forms that were sent in: what is drawn, where it goes, and what is refused."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from emulators.slack_api.server import FakeSlack
from support_slack_api import no_proxies, picture, slack_api  # noqa: F401
from support_slack_clicks import Stage, staged

from bots.slack import interactions
from bots.slack.forms import About, Purpose
from bots.slack.result_blocks import images_in
from bots.slack.submits import SHARED
from core.model import Operation
from core.ports import GenerateOrder
from core.quota import Limit, Scope, Unit, Window


@pytest.fixture
async def stage(
    slack_api: FakeSlack,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Stage]:
    async with staged(slack_api, tmp_path, monkeypatch) as it:
        yield it


async def test_edit_opens_a_form_about_its_picture(stage: Stage):
    said, controls, first = await stage.drawn()
    stage.fake.slow("users.info", 0.3)
    await stage.press(controls, "edit", by=stage.talk.guest)
    form = stage.form(stage.talk.guest)
    assert "One moment" in str(form.versions[0])
    assert "*a lighthouse*" in stage.words(stage.talk.guest)
    assert "slack_file" in str(form.document)
    await stage.submit({"instruction": "make it night", "quality": "high"}, by=stage.talk.guest)
    second = await stage.talk.image_of(said)
    assert (second.parent, second.author) == (first.id, stage.talk.guest.id)
    assert stage.talk.edited().quality.value == "high"


async def test_a_form_is_one_request_however_often_it_comes(stage: Stage):
    said, controls, _ = await stage.drawn()
    await stage.press(controls, "edit")
    view = stage.form()
    acted = await stage.submit({"instruction": "make it night"})
    before = len(stage.talk.prompts)
    stage.fake.stacks[stage.talk.member.id].append(view)
    await stage.submit({"instruction": "make it night"})
    assert acted.delivery.acknowledged
    assert len(stage.talk.prompts) == before
    assert len(stage.talk.shown(said)) == 2


async def test_a_fault_is_told_in_the_form_which_stays_open(stage: Stage):
    _, controls, _ = await stage.drawn()
    await stage.press(controls, "edit")
    acted = await stage.submit({"instruction": "make it night --arr 16:9"})
    assert list(acted.errors) == ["instruction"]
    assert acted.view is not None
    assert len(stage.talk.prompts) == 1
    await stage.submit({"instruction": "make it night --ar 16:9"})
    assert len(stage.talk.prompts) == 2


async def test_files_of_a_form_come_along(stage: Stage):
    said, controls, first = await stage.drawn()
    await stage.press(controls, "edit")
    await stage.submit(
        {"instruction": "put the cat on it"}, [("cat.png", picture("black")), ("dog.png", picture("tan"))]
    )
    order = stage.talk.edited()
    assert len(order.references) == 2
    assert (await stage.talk.image_of(said)).parent == first.id
    bundle = [call for call in stage.fake.calls if call.method == "files.info"]
    assert bundle, "each file was asked of Slack and kept before the request was made"


async def test_a_file_that_cannot_be_had_is_told_and_nothing_is_drawn(stage: Stage):
    _, controls, _ = await stage.drawn()
    await stage.press(controls, "edit")
    stage.fake.fault("files.info", error="file_not_found", times=9)
    await stage.submit({"instruction": "put the cat on it"}, [("cat.png", picture("black"))])
    assert len(stage.talk.prompts) == 1
    assert "The picture is no longer in Slack" in stage.fake.direct(stage.talk.member)[-1].text


async def test_only_for_me_comes_by_direct_message(stage: Stage):
    said, controls, _ = await stage.drawn()
    await stage.press(controls, "edit")
    await stage.submit({"instruction": "make it night", "private": ["yes"]})
    assert len(stage.talk.shown(said)) == 1
    message = [each for each in stage.fake.direct(stage.talk.member) if images_in(each.blocks)][-1]
    made = await stage.image(images_in(message.blocks)[0])
    assert made.private
    assert any(interactions.ALONE in each for each in stage.talk.told())


async def test_a_refusal_says_no_longer_that_we_are_at_work(slack_api: FakeSlack, tmp_path: Path, monkeypatch):  # noqa: F811
    limit = Limit(Scope.USER, "*", Unit.IMAGES, Window.DAY, 1)
    async with staged(slack_api, tmp_path, monkeypatch, limits=[limit]) as stage:
        said, controls, _ = await stage.drawn()
        await stage.press(controls, "edit")
        await stage.submit({"instruction": "make it night"})
        assert len(stage.talk.prompts) == 1
        assert len(stage.talk.thread(said)) == 2
        told = [each.text for each in stage.fake.direct(stage.talk.member)]
        assert any("1 of 1 image" in each for each in told), told


async def test_a_form_about_somebody_elses_private_picture_finds_nothing(stage: Stage):
    _, hidden = await stage.private()
    _, controls, _ = await stage.drawn()
    await stage.press(controls, "edit", by=stage.talk.guest)
    about = About(Purpose.EDIT, hidden.id, stage.talk.art.id)
    stage.form(stage.talk.guest).document["private_metadata"] = about.metadata
    before = len(stage.talk.prompts)
    await stage.submit({"instruction": "show me"}, by=stage.talk.guest)
    assert len(stage.talk.prompts) == before


async def test_a_guest_goes_on_from_a_members_picture_where_easel_may_not_post_any_more(stage: Stage):
    said, controls, first = await stage.drawn()
    await stage.press(controls, "edit", by=stage.talk.guest)
    stage.fake.fault("chat.postMessage", error="not_in_channel")
    await stage.submit({"instruction": "make it night"}, by=stage.talk.guest)
    assert len(stage.talk.shown(said)) == 1
    message = [each for each in stage.fake.direct(stage.talk.guest) if images_in(each.blocks)][-1]
    assert (await stage.image(images_in(message.blocks)[0])).parent == first.id


# --- sharing ---------------------------------------------------------------------------------------------------------


async def test_a_private_picture_is_shared_with_the_channel_it_was_asked_in(stage: Stage):
    controls, image = await stage.private()
    await stage.press(controls, "share")
    form = stage.form()
    assert form.title == "Share this picture"
    assert f"'initial_conversation': '{stage.talk.art.id}'" in str(form.document)
    await stage.submit({})
    (shown,) = [each for each in stage.talk.top() if each.files]
    assert not (await stage.image(image.id)).private
    under = stage.controls(shown)[-1]
    assert images_in(under.blocks) == (image.id,)
    await stage.press(under, "vary", by=stage.talk.guest)
    assert len(stage.talk.shown(shown)) == 1, "from now on everybody there may go on from it"
    said = [each.text for each in stage.fake.direct(stage.talk.member)] + [
        each.text for each in stage.fake.ephemerals(stage.talk.member, stage.fake.dm(stage.talk.member))
    ]
    assert any(SHARED.format(channel=stage.talk.art.id) in each for each in said), said


async def test_easel_has_to_be_a_member_where_it_shares(stage: Stage):
    controls, image = await stage.private()
    elsewhere = stage.talk.team.channel("elsewhere", members=[stage.talk.member], app=False)
    await stage.press(controls, "share")
    await stage.submit({"channel": elsewhere.id})
    assert (await stage.image(image.id)).private
    assert stage.talk.top(elsewhere) == []
    assert "I am not a member of that channel." in stage.fake.direct(stage.talk.member)[-1].text


async def test_nobody_else_shares_it(stage: Stage):
    """Not even with the id of the picture in their own form."""
    controls, image = await stage.private()
    theirs = await stage.drawn()
    await stage.press(theirs[1], "edit", by=stage.talk.guest)
    form = stage.form(stage.talk.guest)
    form.document["private_metadata"] = About(Purpose.SHARE, image.id, stage.talk.art.id).metadata
    await stage.submit({"instruction": "x"}, by=stage.talk.guest)
    assert (await stage.image(image.id)).private
    assert controls


# --- from the Home tab -----------------------------------------------------------------------------------------------


async def test_a_picture_is_drawn_from_the_home_tab(stage: Stage):
    home = await stage.opens_home()
    assert home is not None
    await stage.press(home, "new")
    assert stage.form().title == "Draw a picture"
    await stage.submit({"instruction": "a fox"})
    order = stage.talk.hand.orders[-1]
    assert isinstance(order, GenerateOrder)
    message = [each for each in stage.fake.direct(stage.talk.member) if images_in(each.blocks)][-1]
    made = await stage.image(images_in(message.blocks)[0])
    assert made.operation is Operation.GENERATE
    assert made.place.channel == stage.fake.dm(stage.talk.member).id
    assert not made.private
