"""Message shortcuts and their forms in Slack: Edit image, Use as reference, Image details."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from emulators.slack_api.server import FakeSlack
from support_slack_api import no_proxies, picture, slack_api  # noqa: F401
from support_slack_clicks import Stage, staged
from support_slack_talk import BEACH

from bots.slack import interactions, shortcuts, taken
from bots.slack.manifest import SHORTCUTS
from core.model import Operation
from core.ports import EditOrder, GenerateOrder


@pytest.fixture
async def stage(
    slack_api: FakeSlack,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Stage]:
    async with staged(slack_api, tmp_path, monkeypatch) as it:
        yield it


def test_the_manifest_names_the_same_shortcuts():
    assert [callback for _, callback, _ in SHORTCUTS] == [shortcuts.EDIT, shortcuts.REFERENCE, shortcuts.DETAILS]


async def test_j4_anybodys_picture_is_edited_with_a_form(stage: Stage):
    said = await stage.talk.says("my holiday", files=[BEACH], by=stage.talk.guest)
    await stage.shortcut(said.message, shortcuts.EDIT)
    form = stage.form()
    assert form.title == "Edit this picture"
    assert "One moment" in str(form.versions[0]), "a loading view came before any look-up"
    acted = await stage.submit({"instruction": "make it snow", "ratio": "16:9"})
    assert (acted.error, acted.errors, acted.view) == ("", {}, None)
    order = stage.talk.edited()
    assert order.text == "make it snow"
    (shown,) = stage.talk.shown(said)
    assert shown.thread == said.ts, "under the message that it is about"
    assert (await stage.talk.image_of(said)).author == stage.talk.member.id


async def test_the_pictures_are_taken_when_the_shortcut_fires(stage: Stage):
    """Whoever fills in a form takes their time; the message may be gone by then."""
    said = await stage.talk.says("my holiday", files=[BEACH])
    await stage.shortcut(said.message, shortcuts.EDIT)
    await stage.fake.remove_message(stage.talk.member, said.message)
    await stage.submit({"instruction": "make it snow"})
    assert stage.talk.edited().text == "make it snow"


async def test_of_several_pictures_the_form_asks_which(stage: Stage):
    said = await stage.talk.says("my holiday", files=[BEACH, ("dune.png", picture("tan", (80, 40)))])
    await stage.shortcut(said.message, shortcuts.EDIT)
    assert "2. dune.png" in stage.words()
    await stage.submit({"which": "2", "instruction": "make it snow"})
    order = stage.talk.edited()
    assert (order.source.size.width, order.source.size.height) == (80, 40)
    assert order.references == ()


async def test_references_and_files_of_the_form_are_looked_at(stage: Stage):
    said = await stage.talk.says("my holiday", files=[BEACH, ("dune.png", picture("tan"))])
    await stage.shortcut(said.message, shortcuts.REFERENCE)
    more = ("cat.png", picture("black"))
    await stage.submit({"which": ["1", "2"], "instruction": "the cat there"}, [more])
    order = stage.talk.hand.orders[-1]
    assert isinstance(order, GenerateOrder)
    assert len(order.references) == 3
    assert (await stage.talk.image_of(said)).operation is Operation.GENERATE


async def test_a_picture_of_ours_is_known_and_keeps_its_line(stage: Stage):
    said, controls, first = await stage.drawn()
    for message in (stage.talk.shown(said)[0], controls):
        await stage.shortcut(message, shortcuts.EDIT, by=stage.talk.guest)
        await stage.submit({"instruction": "make it night"}, by=stage.talk.guest)
        made = await stage.talk.image_of(said)
        assert made.parent == first.id


async def test_a_message_without_a_picture_is_told_in_the_view(stage: Stage):
    said = await stage.talk.says("only words")
    await stage.shortcut(said.message, shortcuts.EDIT)
    assert taken.NO_PICTURE in stage.words()
    assert "submit" not in stage.form().document


async def test_a_picture_that_cannot_be_had_is_told_in_the_view(stage: Stage):
    said = await stage.talk.says("my holiday", files=[BEACH])
    stage.fake.fault("files.info", error="file_not_found", times=9)
    await stage.shortcut(said.message, shortcuts.EDIT)
    assert "I am not in its channel" in stage.words()
    assert "submit" not in stage.form().document


async def test_of_several_pictures_those_that_can_be_had_are_offered(stage: Stage):
    said = await stage.talk.says("my holiday", files=[BEACH, ("dune.png", picture("tan"))])
    stage.fake.fault("files.info", error="file_not_found")
    await stage.shortcut(said.message, shortcuts.EDIT)
    await stage.submit({"which": "1", "instruction": "make it snow"})
    assert stage.talk.prompts == []
    assert "The picture is no longer in Slack" in stage.talk.fake.direct(stage.talk.member)[-1].text
    await stage.shortcut(said.message, shortcuts.EDIT)
    await stage.submit({"which": "2", "instruction": "make it snow"})
    assert stage.talk.edited().text == "make it snow"


async def test_where_easel_is_no_member_it_cannot_see_the_file_and_says_so(stage: Stage):
    talk = stage.talk
    closed = talk.team.channel("closed", members=[talk.member], app=False)
    said = await talk.fake.say(talk.member, closed, "my holiday", files=[BEACH])
    await stage.shortcut(said.message, shortcuts.EDIT)
    assert "I am not in its channel" in stage.words()
    assert talk.thread(said, closed) == []


async def test_details_of_ours_and_of_others(stage: Stage):
    said, _, first = await stage.drawn()
    await stage.shortcut(stage.talk.shown(said)[0], shortcuts.DETAILS, by=stage.talk.guest)
    assert first.id in stage.words(stage.talk.guest)
    theirs = await stage.talk.says("my holiday", files=[BEACH])
    await stage.shortcut(theirs.message, shortcuts.DETAILS)
    assert shortcuts.NOT_MINE in stage.words()


async def test_details_of_one_of_several(stage: Stage):
    said, _, first = await stage.drawn("a lighthouse --n 2")
    await stage.shortcut(stage.talk.shown(said)[0], shortcuts.DETAILS)
    await stage.press(stage.form(), "details", value=first.id)
    assert f"`{first.id}`" in stage.words()
    assert len(stage.fake.stacks[stage.talk.member.id]) == 1, "in the same view"


async def test_an_unknown_shortcut_is_explained(stage: Stage):
    said = await stage.talk.says("my holiday", files=[BEACH])
    await stage.fake.shortcut(stage.talk.member, said.message, "easel:old")
    await stage.talk.quiet()
    assert stage.talk.told() == [shortcuts.UNKNOWN]


async def test_a_trigger_that_came_too_late_is_told(stage: Stage):
    """Slack gives three seconds; whoever comes later is told, and nothing else happens."""
    said = await stage.talk.says("my holiday", files=[BEACH])
    stage.fake.fault("views.open", error="expired_trigger_id")
    await stage.shortcut(said.message, shortcuts.EDIT)
    assert stage.talk.told()[0].startswith("That took too long")


async def test_a_view_that_was_closed_meanwhile_harms_nobody(stage: Stage):
    said = await stage.talk.says("my holiday", files=[BEACH])
    stage.fake.fault("views.update", error="not_found")
    await stage.shortcut(said.message, shortcuts.EDIT)
    assert stage.talk.told() == []


async def test_without_pictures_where_slack_cannot_show_them(stage: Stage):
    _, controls, image = await stage.drawn()
    stage.fake.fault("views.update", error="invalid_blocks")
    await stage.press(controls, "details")
    assert image.id in stage.words()
    assert "slack_file" not in str(stage.form().document)


async def test_somebody_elses_form_takes_nobodys_pictures(stage: Stage):
    """The id of what was taken stands in the form; in another person's hands it finds nothing."""
    said = await stage.talk.says("my holiday", files=[BEACH])
    await stage.shortcut(said.message, shortcuts.EDIT)
    metadata = stage.form().document["private_metadata"]
    await stage.shortcut(said.message, shortcuts.EDIT, by=stage.talk.guest)
    stage.form(stage.talk.guest).document["private_metadata"] = metadata
    await stage.submit({"instruction": "make it snow"}, by=stage.talk.guest)
    assert stage.talk.prompts == []
    assert "The pictures of that message are not here any more." in " ".join(
        each.text for each in stage.fake.direct(stage.talk.guest)
    )


async def test_while_it_is_drawn_the_thread_says_so(stage: Stage):
    said, controls, _ = await stage.drawn()
    await stage.press(controls, "edit")
    await stage.submit({"instruction": "make it night"})
    order = stage.talk.hand.orders[-1]
    assert isinstance(order, EditOrder)
    posted = [call for call in stage.fake.calls if call.method == "chat.postMessage"]
    assert any(interactions.WORKING in str(call.arguments) for call in posted)
    assert all(interactions.WORKING not in each.text for each in stage.talk.thread(said))
