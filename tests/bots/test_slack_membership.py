"""Where Easel is no member it is asked first, once, and the answer goes on from there."""

from __future__ import annotations

from pathlib import Path

import pytest
from emulators.slack_api.server import FakeSlack
from emulators.slack_api.world import Channel, Message
from support_slack_api import no_proxies, slack_api  # noqa: F401
from support_slack_talk import Talk, talking

from bots.slack.components import Direct, parse_action
from bots.slack.event import Event
from bots.slack.interactions import ALONE
from bots.slack.membership import answered
from core.errors import NotFound


@pytest.fixture
async def talk(slack_api: FakeSlack, tmp_path: Path):  # noqa: F811
    async with talking(slack_api, tmp_path) as it:
        yield it


def outside(talk: Talk, *, private: bool = False) -> Channel:
    return talk.team.channel("lobby", members=[talk.member, talk.guest], is_private=private, app=False)


def buttons(message: Message) -> list[dict]:
    return [each for block in message.blocks for each in block.get("elements", [])]


def labels(message: Message) -> list[str]:
    return [each["text"]["text"] for each in buttons(message)]


async def asked(talk: Talk, lobby: Channel, words: str = "a boat") -> Message:
    await talk.commands("/imagine", words, at=lobby)
    assert talk.prompts == [], "nothing is drawn before it is asked"
    (question,) = talk.fake.ephemerals(talk.member, lobby)
    return question


async def test_a_public_channel_can_be_joined(talk: Talk):
    lobby = outside(talk)
    question = await asked(talk, lobby, "a boat --ar 16:9")
    assert labels(question) == ["Join this channel and draw", "Send it to me alone", "Cancel"]
    await talk.presses(question, "easel:join")
    assert talk.prompts == ["a boat"]
    (shown,) = talk.top(lobby)
    assert shown.files
    assert talk.told(at=lobby) == [], "the question is gone"
    await talk.commands("/imagine", "an owl", at=lobby)
    assert len(talk.top(lobby)) == 2, "never asked again"


async def test_it_can_be_sent_to_the_person_alone(talk: Talk):
    lobby = outside(talk)
    question = await asked(talk, lobby)
    await talk.presses(question, "easel:direct")
    assert talk.top(lobby) == []
    assert [each for each in talk.fake.direct(talk.member) if each.files]
    assert talk.told(at=lobby) == [ALONE], "in the place of the question"


async def test_a_private_channel_has_two_ways_only(talk: Talk):
    question = await asked(talk, outside(talk, private=True))
    assert labels(question) == ["Send it to me alone", "Cancel"]


async def test_other_peoples_conversations_have_two_ways_only(talk: Talk):
    theirs = talk.fake.add_channel(talk.team, "dm", "im", [talk.member, talk.guest])
    question = await asked(talk, theirs)
    assert labels(question) == ["Send it to me alone", "Cancel"]
    assert talk.fake.calls.of("conversations.info") == []


async def test_cancel_leaves_it(talk: Talk):
    lobby = outside(talk)
    question = await asked(talk, lobby)
    await talk.presses(question, "easel:never")
    assert talk.prompts == []
    assert talk.told(at=lobby) == ["Then not. Nothing was drawn or charged."]


async def test_a_question_is_answered_once(talk: Talk):
    lobby = outside(talk)
    question = await asked(talk, lobby)
    blocks = list(question.blocks)
    await talk.presses(question, "easel:direct")
    question.blocks, question.deleted = blocks, False
    await talk.presses(question, "easel:join")
    assert talk.prompts == ["a boat"]


async def test_only_who_asked_can_answer(talk: Talk):
    lobby = outside(talk)
    question = await asked(talk, lobby)
    (what,) = [each for each in map(parse_action, buttons(question)) if isinstance(each, Direct)]
    body = {"type": "block_actions", "user": {"id": talk.guest.id}, "channel": {"id": lobby.id}}
    with pytest.raises(NotFound):
        await answered(talk.desk, Event(talk.team.id, "", talk.team.bot.id, body), what)
    assert talk.prompts == []


async def test_when_joining_fails_the_question_stays_open(talk: Talk):
    lobby = outside(talk)
    question = await asked(talk, lobby)
    talk.fake.fault("conversations.join", "missing_scope", needed="channels:join")
    await talk.presses(question, "easel:join")
    assert talk.prompts == []
    assert any("does not let me join" in each for each in talk.told(at=lobby))
    assert not question.deleted
    await talk.presses(question, "easel:direct")
    assert talk.prompts == ["a boat"]


async def test_a_private_wish_is_never_asked_about(talk: Talk):
    lobby = outside(talk)
    await talk.commands("/imagine", "a boat --private", at=lobby)
    assert talk.prompts == ["a boat"]
    assert [each for each in talk.fake.direct(talk.member) if each.files]


async def test_a_bad_wish_is_refused_before_it_is_asked_about(talk: Talk):
    lobby = outside(talk)
    await talk.commands("/imagine", "a boat --ar banana", at=lobby)
    assert "--ar cannot be" in talk.told(at=lobby)[0]


async def test_an_archived_channel(talk: Talk):
    talk.art.archived = True
    await talk.commands("/imagine", "a boat")
    assert "archived" in talk.told()[0]
    assert talk.prompts == []


@pytest.mark.parametrize("is_private", [False, True])
async def test_without_the_right_to_look_slack_says_so_when_it_is_to_begin(talk: Talk, is_private: bool):
    lobby = outside(talk, private=is_private)
    talk.fake.fault("conversations.info", "missing_scope", times=5, needed="channels:read")
    question = await asked(talk, lobby)
    assert ("Join this channel and draw" in labels(question)) is not is_private
    await talk.presses(question, "easel:direct")
    assert [each for each in talk.fake.direct(talk.member) if each.files]


async def test_where_only_some_may_post_it_is_asked_too(talk: Talk):
    talk.fake.fault("chat.postMessage", "restricted_action")
    question = await asked(talk, talk.art)
    assert labels(question) == ["Send it to me alone", "Cancel"]
    assert "I may not post" in question.text


async def test_a_channel_that_can_be_joined_and_not_written_to_leaves_the_question_open(talk: Talk):
    lobby = outside(talk)
    question = await asked(talk, lobby)
    talk.fake.fault("chat.postMessage", "restricted_action")
    await talk.presses(question, "easel:join")
    assert talk.prompts == []
    assert any("does not let me post" in each for each in talk.told(at=lobby))
    assert not question.deleted
    await talk.presses(question, "easel:direct")
    assert talk.prompts == ["a boat"]
