"""Messages in Slack: mentions, turns in threads, files, direct messages; and people who are left alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from emulators.slack_api.server import FakeSlack
from support_slack_api import no_proxies, picture, slack, slack_api  # noqa: F401
from support_slack_talk import BEACH, Talk, talking

from bots.slack.messages import ALONE
from bots.slack.replies import WORKING
from core.model import Operation


@pytest.fixture
async def talk(slack_api: FakeSlack, tmp_path: Path):  # noqa: F811
    async with talking(slack_api, tmp_path) as it:
        yield it


async def test_a_mention_is_drawn_once_into_its_thread(talk: Talk):
    said = await talk.says("a lighthouse at dusk", mention=True)
    assert talk.prompts == ["a lighthouse at dusk"], "the mention and its twin are one request"
    said_so = [each for each in talk.fake.calls.of("chat.postMessage") if each.arguments["text"] == WORKING]
    assert len(said_so) == 1, "and one message says that we are at work"
    (shown,) = talk.shown(said)
    assert len(shown.files) == 1
    image = await talk.image_of(said)
    assert image.place.channel == talk.art.id
    assert image.place.time_zone == "UTC"
    assert [each.text for each in talk.thread(said) if "One moment" in each.text] == []
    assert talk.top() == []
    assert talk.told() == []


async def test_j1_a_reply_with_a_mention_edits(talk: Talk):
    said = await talk.says("a lighthouse", mention=True)
    first = await talk.image_of(said)
    await talk.says("make it night", mention=True, thread=said.message)
    second = await talk.image_of(said)
    assert second.parent == first.id
    assert await talk.line(second) == ["a lighthouse", "make it night"]


async def test_j2_a_reply_without_a_mention_edits_and_the_next_one_goes_on(talk: Talk):
    said = await talk.says("a lighthouse", mention=True)
    await talk.says("make it night", thread=said.message)
    await talk.says("add a moon", thread=said.message, by=talk.guest)
    image = await talk.image_of(said)
    assert await talk.line(image) == ["a lighthouse", "make it night", "add a moon"]
    assert len(talk.shown(said)) == 3


async def test_j2_in_the_thread_of_a_commands_picture(talk: Talk):
    await talk.commands("/imagine", "a boat")
    (shown,) = talk.top()
    await talk.says("in a storm", thread=shown, by=talk.guest)
    assert await talk.line(await talk.image_of(shown)) == ["a boat", "in a storm"]


async def test_j3_a_file_in_a_mention_is_edited_and_the_others_are_looked_at(talk: Talk):
    said = await talk.says("make it snow", mention=True, files=[BEACH, ("dune.png", picture("tan"))])
    order = talk.edited()
    assert order.text == "make it snow"
    assert len(order.references) == 1
    image = await talk.image_of(said)
    assert image.operation is Operation.EDIT


async def test_j3_a_file_that_somebody_posted_before(talk: Talk):
    root = await talk.says("my holiday", files=[BEACH])
    assert talk.prompts == []
    await talk.says("make it snow", mention=True, thread=root.message, by=talk.guest)
    assert talk.edited().text == "make it snow"
    assert len(talk.shown(root)) == 1


async def test_j6_direct_messages_need_no_mention_and_each_is_a_thread(talk: Talk):
    dm = talk.fake.dm(talk.member)
    said = await talk.says("a fox", at=dm)
    assert len(talk.shown(said, dm)) == 1
    await talk.says("make it blue", at=dm, thread=said.message)
    assert await talk.line(await talk.image_of(said, dm)) == ["a fox", "make it blue"]
    other = await talk.says("an owl", at=dm)
    assert await talk.line(await talk.image_of(other, dm)) == ["an owl"]


async def test_j6_the_messages_tab_suggests(talk: Talk):
    await talk.fake.open_home(talk.member, "messages")
    await talk.quiet()
    (call,) = talk.fake.calls.of("assistant.threads.setSuggestedPrompts")
    assert len(call.arguments["prompts"]) == 4


# --- people are left alone -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["lunch?", "<@U0SOMEBODY> lunch?", "<!here> lunch", "/me waves"])
async def test_words_between_people_cost_nothing(talk: Talk, words: str):
    before = len(talk.fake.calls)
    root = await talk.says(words)
    await talk.says("yes", by=talk.guest, thread=root.message)
    assert len(talk.fake.calls) == before
    assert talk.prompts == []


async def test_who_mentions_somebody_else_in_easels_thread_talks_to_them(talk: Talk):
    said = await talk.says("a lighthouse", mention=True)
    before = len(talk.fake.calls)
    await talk.says(f"{talk.guest.mention} make it night?", thread=said.message)
    assert len(talk.prompts) == 1
    assert len(talk.fake.calls) == before
    await talk.says(f"{talk.guest.mention} as its keeper", thread=said.message, mention=True)
    assert talk.prompts[1:] == ["Guest as its keeper"]


async def test_a_thread_of_other_people_stays_theirs(talk: Talk):
    root = await talk.says("what shall we put on the poster?")
    await talk.says("a lighthouse", mention=True, thread=root.message, by=talk.guest)
    assert len(talk.shown(root)) == 1
    await talk.says("I would rather have a boat", thread=root.message)
    assert talk.prompts == ["a lighthouse"]
    await talk.says("make it night", mention=True, thread=root.message)
    assert await talk.line(await talk.image_of(root)) == ["a lighthouse", "make it night"]


async def test_thanks_and_applause_are_for_people(talk: Talk):
    said = await talk.says("a lighthouse", mention=True)
    for words in ("thanks!", ":heart:", "love it", ":tada: :tada:"):
        await talk.says(words, thread=said.message)
    assert len(talk.prompts) == 1
    assert talk.told() == []


async def test_a_change_of_a_message_is_no_new_wish(talk: Talk):
    said = await talk.says("a lighthouse", mention=True)
    await talk.fake.edit(talk.member, said.message, f"{talk.team.bot.mention} a boat")
    await talk.quiet()
    await talk.fake.remove_message(talk.member, said.message)
    await talk.quiet()
    assert talk.prompts == ["a lighthouse"]


async def test_other_bots_start_nothing(talk: Talk):
    await talk.fake.bot_says(talk.art, f"{talk.team.bot.mention} a lighthouse")
    await talk.quiet()
    assert talk.prompts == []


async def test_a_thread_broadcast_is_one_message(talk: Talk):
    said = await talk.says("a lighthouse", mention=True)
    await talk.says("make it night", thread=said.message, broadcast=True)
    assert len(talk.prompts) == 2


async def test_pitfall_2_a_redelivery_is_no_new_wish(talk: Talk):
    said = await talk.says("a lighthouse", mention=True)
    for each in said.deliveries:
        await talk.fake.redeliver(each)
    await talk.quiet()
    assert talk.prompts == ["a lighthouse"]
    assert len(talk.shown(said)) == 1


async def test_threads_can_be_switched_off(slack_api: FakeSlack, tmp_path: Path):  # noqa: F811
    async with talking(slack_api, tmp_path, threads=False) as talk:
        said = await talk.says("a lighthouse", mention=True)
        await talk.says("make it night", thread=said.message)
        assert len(talk.prompts) == 1
        await talk.says("make it night", thread=said.message, mention=True)
        assert await talk.line(await talk.image_of(said)) == ["a lighthouse", "make it night"]


# --- what is private -------------------------------------------------------------------------------------------------


async def test_a_private_wish_is_answered_in_direct_messages(talk: Talk):
    said = await talk.says("a surprise --private", mention=True)
    assert talk.thread(said) == []
    assert [each for each in talk.fake.direct(talk.member) if each.files]
    assert ALONE in talk.told()
    await talk.says("make it bigger", thread=said.message, by=talk.guest)
    assert len(talk.prompts) == 1


async def test_a_private_picture_is_gone_on_with_where_it_came(talk: Talk):
    await talk.says("a surprise --private", mention=True)
    dm = talk.fake.dm(talk.member)
    (shown,) = [each for each in talk.fake.direct(talk.member) if each.files]
    await talk.says("make it bigger", at=dm, thread=shown)
    assert await talk.line(await talk.image_of(shown, dm)) == ["a surprise —private", "make it bigger"]
    assert talk.top() == []
