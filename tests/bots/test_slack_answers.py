"""A person is never left alone: every refusal and every fault is told, on whatever way is left, to them only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from emulators.slack_api.server import FakeSlack
from structlog.testing import capture_logs
from support_slack_api import no_proxies, slack_api  # noqa: F401
from support_slack_talk import Talk, talking

from bots.slack import answers
from bots.slack.answers import BROKEN, NOT_SHARED, guarded, say
from bots.slack.desk import Desk
from bots.slack.event import Event
from core.errors import Gone, NotFound


@pytest.fixture
async def talk(slack_api: FakeSlack, tmp_path: Path):  # noqa: F811
    async with talking(slack_api, tmp_path) as it:
        yield it


def event(talk: Talk, body: dict[str, Any], **more: Any) -> Event:
    return Event(talk.team.id, "", talk.team.bot.id, body, **more)


def message(talk: Talk, text: str = "hi", **more: Any) -> Event:
    said = {"type": "message", "user": talk.member.id, "channel": talk.art.id, "ts": "1.0", "text": text, **more}
    return event(talk, {"event": said})


async def refuse(desk: Desk, one: Event) -> None:
    raise NotFound("There is no <!channel> *picture*.", "Try another.")


async def lose(desk: Desk, one: Event) -> None:
    raise Gone("Easel is not there.")


async def break_down(desk: Desk, one: Event) -> None:
    raise RuntimeError("the words of a person")


async def test_a_refusal_is_told_without_its_markup(talk: Talk):
    await guarded(talk.desk, message(talk), refuse)
    (told,) = talk.told()
    assert "&lt;!channel&gt;" in told
    assert "*picture*" not in told
    assert "Nothing was charged." in told


async def test_a_post_that_failed_is_told_too(talk: Talk):
    await guarded(talk.desk, message(talk), lose)
    assert talk.told() == ["Easel is not there. The picture is kept."]


async def test_a_fault_is_told_and_logged_without_words(talk: Talk):
    with capture_logs() as log:
        await guarded(talk.desk, message(talk, f"<@{talk.team.bot.id}> hi"), break_down)
    assert talk.told() == [BROKEN]
    (line,) = [each for each in log if each["event"] == "slack_handler_failed"]
    assert line["error"] == "RuntimeError"
    assert "words of a person" not in str(log)


async def test_a_fault_over_words_between_people_is_told_to_nobody(talk: Talk):
    await guarded(talk.desk, message(talk, "lunch?"), break_down)
    assert talk.told() == []


async def test_a_fault_in_telling_is_the_end_of_it(talk: Talk):
    await talk.desk.people.person(message(talk), talk.member.id)
    talk.fake.fault("chat.postEphemeral", "user_not_in_channel")
    talk.fake.fault("conversations.open", "user_disabled")
    await guarded(talk.desk, message(talk), refuse)
    assert talk.told() == []


async def test_where_they_cannot_be_told_alone_they_are_told_by_direct_message(talk: Talk):
    talk.fake.fault("chat.postEphemeral", "user_not_in_channel")
    assert await say(talk.desk, message(talk), "hello")
    assert [each.text for each in talk.fake.direct(talk.member)] == ["hello"]


async def test_a_form_is_answered_where_it_was_opened_or_by_direct_message(talk: Talk):
    form = event(talk, {"type": "view_submission", "user": {"id": talk.member.id}, "view": {}})
    await say(talk.desk, form, "here", channel=talk.art.id)
    await say(talk.desk, form, "there")
    assert talk.told() == ["here"]
    assert [each.text for each in talk.fake.direct(talk.member)] == ["there"]


async def test_a_response_url_that_is_used_up_is_no_end(talk: Talk):
    done = await talk.commands("/help")
    one = event(
        talk,
        {"command": "/help", "user_id": talk.member.id, "channel_id": talk.art.id, "response_url": done.response_url},
    )
    for number in range(6):
        assert await say(talk.desk, one, f"answer {number}", instead=False)
    assert talk.told()[-6:] == [f"answer {number}" for number in range(6)]


async def test_pitfall_20_every_answer_counts_against_the_five(talk: Talk):
    """Those of handlers and those of the adapter: the sixth is never tried at Slack."""
    done = await talk.commands("/help")
    body = {"command": "/help", "user_id": talk.member.id, "channel_id": talk.art.id}
    for _ in range(9):
        await say(talk.desk, event(talk, body | {"response_url": done.response_url}), "hello", instead=False)
    assert len([each for each in talk.fake.calls if each.method == "response_url"]) == 5
    assert not await talk.desk.adapter.responses.respond(done.response_url, {"text": "hello"})


async def test_an_address_that_is_not_slacks_is_never_asked(talk: Talk):
    url = f"http://{talk.fake.evil_host}/commands/x"
    body = {"command": "/help", "user_id": talk.member.id, "channel_id": talk.art.id, "response_url": url}
    assert await say(talk.desk, event(talk, body), "hello")
    assert talk.told() == ["hello"]
    assert not any(each.host == talk.fake.evil_host for each in talk.fake.seen)


async def test_in_a_thread_without_answers_it_is_said_in_the_channel(talk: Talk):
    """Slack shows ephemeral messages in a thread only where it is active already."""
    await say(talk.desk, message(talk), "at the top")
    root = await talk.says("a thread")
    await say(talk.desk, message(talk, ts="2.0", thread_ts=root.ts), "in the thread")
    assert [each.thread for each in talk.fake.ephemerals(talk.member, talk.art)] == ["", root.ts]


async def test_a_command_of_another_organisation_is_refused_before_anything_happens(talk: Talk):
    called = []

    async def handler(desk: Desk, one: Event) -> None:
        called.append(one)

    body = {"command": "/imagine", "user_id": talk.member.id, "channel_id": talk.art.id}
    for _ in range(2):
        await guarded(talk.desk, event(talk, body, shared=True), handler)
    assert called == []
    assert talk.told() == [NOT_SHARED]
    await guarded(talk.desk, event(talk, body), handler)
    assert len(called) == 1


def test_the_sentences_hold_nothing_that_calls_anybody():
    for sentence in (answers.BROKEN, answers.NOT_SHARED):
        assert "<" not in sentence
