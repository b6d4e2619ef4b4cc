"""Buttons under pictures in Slack: what they do, for whom, and how often."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from emulators.slack_api.server import FakeSlack
from support_slack_api import no_proxies, slack_api  # noqa: F401
from support_slack_clicks import Stage, staged

from bots.slack import clicks, interactions
from bots.slack.result_blocks import images_in
from core.model import Operation


@pytest.fixture
async def stage(
    slack_api: FakeSlack,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Stage]:
    async with staged(slack_api, tmp_path, monkeypatch) as it:
        yield it


@pytest.mark.parametrize("verb", ["redo", "vary", "finalise"])
async def test_j5_a_button_draws_into_the_thread_of_its_picture(stage: Stage, verb: str):
    said, controls, first = await stage.drawn()
    acted = await stage.press(controls, verb, by=stage.talk.guest)
    assert acted.error == ""
    second = await stage.talk.image_of(said)
    assert second.id != first.id
    assert second.author == stage.talk.guest.id
    assert len(stage.talk.shown(said)) == 2
    assert stage.talk.top() == []
    assert [each.text for each in stage.talk.thread(said) if interactions.WORKING in each.text] == []
    assert stage.talk.told(stage.talk.guest) == []


async def test_undo_brings_the_step_before_back(stage: Stage):
    said, _, first = await stage.drawn()
    await stage.talk.says("make it night", thread=said.message)
    await stage.press(stage.controls(said)[-1], "undo")
    shown = await stage.talk.image_of(said)
    assert shown.id == first.id
    assert len(stage.talk.prompts) == 2, "nothing was drawn"


async def test_a_double_click_is_one_request_and_the_second_is_told(stage: Stage):
    said, controls, _ = await stage.drawn()
    both = [stage.fake.press(stage.talk.member, controls, "easel:redo") for _ in range(2)]
    await asyncio.gather(*both)
    await stage.talk.quiet()
    assert len(stage.talk.prompts) == 2
    assert len(stage.talk.shown(said)) == 2
    assert stage.talk.told() == [clicks.ONCE]


async def test_two_people_who_press_are_two_requests(stage: Stage):
    said, controls, _ = await stage.drawn()
    await asyncio.gather(
        stage.fake.press(stage.talk.member, controls, "easel:redo"),
        stage.fake.press(stage.talk.guest, controls, "easel:redo"),
    )
    await stage.talk.quiet()
    assert len(stage.talk.shown(said)) == 3


async def test_a_value_from_another_workspace_finds_nothing(stage: Stage):
    said, controls, _ = await stage.drawn()
    elsewhere = "f" * 32
    for block in controls.blocks:
        for element in block.get("elements", ()):
            if element.get("action_id") == "easel:redo":
                element["value"] = elsewhere
    await stage.press(controls, "redo", value=elsewhere)
    assert len(stage.talk.prompts) == 1
    (told,) = stage.talk.told()
    assert told.startswith("I have no such picture here.")
    assert len(stage.talk.shown(said)) == 1


async def test_a_picture_of_another_channel_is_not_to_be_had_here(stage: Stage):
    """The id is real, and its picture was made in a channel that this one knows nothing of."""
    talk = stage.talk
    closed = talk.team.channel("closed", members=[talk.member], is_private=True)
    said = await talk.says("a secret plan", at=closed, mention=True)
    hidden = images_in(talk.thread(said, closed)[-1].blocks)[0]
    _, controls, _ = await stage.drawn()
    for block in controls.blocks:
        for element in block.get("elements", ()):
            element["value"] = hidden
    before = len(talk.prompts)
    for verb in ("redo", "delete"):
        await stage.press(controls, verb, by=talk.guest)
    await stage.press(controls, "details", by=talk.guest)
    assert "I have no such picture here." in stage.words(talk.guest)
    assert len(talk.prompts) == before
    assert len(talk.told(talk.guest)) == 2
    assert await stage.image(hidden)


async def test_a_button_of_long_ago_or_of_nobody_is_explained(stage: Stage):
    _, controls, _ = await stage.drawn()
    controls.blocks[-1]["elements"][0]["action_id"] = "easel:explode"
    await stage.press(controls, "explode")
    assert stage.talk.told() == [clicks.UNKNOWN_BUTTON]


# --- several pictures ------------------------------------------------------------------------------------------------


async def test_of_several_pictures_one_is_picked_and_its_buttons_are_for_that_person(stage: Stage):
    said, controls, _ = await stage.drawn("a lighthouse --n 3")
    second = images_in(controls.blocks)[1]
    await stage.choose(controls, "pick", second, by=stage.talk.guest)
    (row,) = stage.only_for(stage.talk.guest)
    assert row.thread == said.ts
    assert "*Picture 2*" in row.text
    await stage.press(row, "vary", by=stage.talk.guest)
    made = await stage.talk.image_of(said)
    assert made.parent == second, "an ephemeral message tells no thread: its row carries it"


# --- cancel, details, full size, delete ------------------------------------------------------------------------------


async def test_cancel_is_for_who_asked(stage: Stage):
    hand, talk = stage.talk.hand, stage.talk
    going = asyncio.Event()

    async def wait(order: object) -> None:
        await going.wait()

    hand.meanwhile = wait
    said = await talk.fake.say(talk.member, talk.art, "a lighthouse", mention=True)
    working = await _until(lambda: [each for each in talk.thread(said) if _has(each, "easel:cancel")])
    await talk.fake.press(talk.guest, working[0], "easel:cancel")
    await _until(lambda: talk.told(talk.guest))
    assert talk.told(talk.guest) == ["Only the person who asked may cancel this. Nothing was charged."]
    await talk.fake.press(talk.member, working[0], "easel:cancel")
    await _until(lambda: "Nothing was charged." in talk.thread(said)[0].text)
    going.set()
    await talk.quiet()
    assert talk.shown(said) == []
    assert len(talk.thread(said)) == 1, "what said that we are at work says what became of it"
    assert "Nothing was charged." in talk.thread(said)[0].text


async def test_details_open_at_once_and_say_all(stage: Stage):
    _, controls, image = await stage.drawn()
    stage.fake.slow("users.info", 0.3)
    await stage.press(controls, "details", by=stage.talk.guest)
    view = stage.form(stage.talk.guest)
    assert view.title == "About this picture"
    assert "One moment" in str(view.versions[0]), "a loading view came before any look-up"
    said = stage.words(stage.talk.guest)
    assert image.id in said
    assert "A steady hand" in said
    assert f"<@{stage.talk.member.id}>" in said
    assert "slack_file" in str(view.document), "with its picture"


async def test_the_full_size_file_comes_by_direct_message(stage: Stage):
    _, controls, image = await stage.drawn()
    await stage.press(controls, "details", by=stage.talk.guest)
    await stage.press(stage.form(stage.talk.guest), "full", by=stage.talk.guest)
    (message,) = stage.fake.direct(stage.talk.guest)
    assert len(message.files) == 1
    kept = await stage.talk.desk.blobs.read(image.blob)
    assert message.files[0].data == kept
    assert clicks.SENT in stage.words(stage.talk.guest)


async def test_a_deleted_picture_is_gone_from_slack(stage: Stage):
    said, controls, image = await stage.drawn()
    await stage.press(controls, "delete")
    assert stage.talk.shown(said) == []
    assert stage.controls(said) == []
    assert (await stage.image(image.id)).deleted
    assert [each for each in stage.fake.files(stage.talk.art) if not each.deleted] == []


async def test_only_its_maker_or_a_moderator_deletes(stage: Stage):
    said, controls, image = await stage.drawn()
    await stage.press(controls, "delete", by=stage.talk.guest)
    assert stage.talk.told(stage.talk.guest)[0].startswith("Only the person who made this picture, or a moderator")
    assert len(stage.talk.shown(said)) == 1
    boss = stage.talk.team.person("Moderator", is_admin=True)
    stage.talk.art.members.append(boss)
    await stage.press(controls, "delete", by=boss)
    assert (await stage.image(image.id)).deleted


async def test_one_of_several_is_deleted_and_the_others_stay(stage: Stage):
    said, controls, _ = await stage.drawn("a lighthouse --n 3")
    first, second, third = images_in(controls.blocks)
    await stage.choose(controls, "pick", second)
    await stage.press(stage.only_for(stage.talk.member)[-1], "delete")
    (left,) = stage.controls(said)
    assert images_in(left.blocks) == (first, third)
    assert (await stage.image(second)).deleted


async def test_deleting_in_the_details_says_so_there(stage: Stage):
    said, controls, image = await stage.drawn()
    await stage.press(controls, "details")
    await stage.press(stage.form(), "delete")
    assert "The picture is deleted." in stage.words()
    assert stage.talk.shown(said) == []
    assert (await stage.image(image.id)).deleted


async def test_what_slack_keeps_showing_is_admitted(stage: Stage):
    _, controls, image = await stage.drawn()
    stage.fake.fault("files.delete", error="access_denied", times=5)
    await stage.press(controls, "delete")
    assert (await stage.image(image.id)).deleted
    assert stage.talk.told()[0].startswith("A message may still show it")


# --- privacy ---------------------------------------------------------------------------------------------------------


async def test_what_comes_of_a_private_picture_stays_in_direct_messages(stage: Stage):
    controls, first = await stage.private()
    assert first.private
    await stage.press(controls, "vary")
    pictures = [each for each in stage.fake.direct(stage.talk.member) if each.files]
    assert len(pictures) == 2
    assert stage.talk.top() == []
    last = [each for each in stage.fake.direct(stage.talk.member) if images_in(each.blocks)][-1]
    made = await stage.image(images_in(last.blocks)[0])
    assert made.private
    assert made.operation is Operation.EDIT


async def test_of_a_private_picture_nothing_is_shown_where_others_read(stage: Stage):
    """Not even that something is being drawn: its author has pressed a button of it in the channel."""
    _, hidden = await stage.private()
    said, controls, _ = await stage.drawn()
    for block in controls.blocks:
        for element in block.get("elements", ()):
            element["value"] = hidden.id
    before, told = len(stage.fake.calls), len(stage.talk.told())
    await stage.press(controls, "vary")
    await stage.press(controls, "edit")
    await stage.submit({"instruction": "make it night", "private": []})  # whatever is ticked
    later = list(stage.fake.calls)[before:]
    in_public = [
        each
        for each in later
        if each.method == "chat.postMessage" and each.arguments["channel"] != stage.fake.dm(stage.talk.member).id
    ]
    assert in_public == []
    assert len(stage.talk.shown(said)) == 1
    assert len([each for each in stage.fake.direct(stage.talk.member) if each.files]) == 3
    assert sum(each.startswith(interactions.ALONE) for each in stage.talk.told()[told:]) == 2


async def test_j7_where_easel_may_not_post_any_more_it_comes_by_direct_message(stage: Stage):
    said, controls, _ = await stage.drawn()
    stage.fake.fault("chat.postMessage", error="not_in_channel", times=1)
    await stage.press(controls, "redo")
    assert stage.talk.told()[0] == interactions.OUTSIDE
    assert len([each for each in stage.fake.direct(stage.talk.member) if each.files]) == 1
    assert len(stage.talk.shown(said)) == 1


def _has(message: object, action_id: str) -> bool:
    return action_id in str(getattr(message, "blocks", ""))


async def _until(look):
    for _ in range(1500):
        if found := look():
            return found
        await asyncio.sleep(0.02)
    raise AssertionError("not seen")
