"""A workspace's administrators and members on the fake Slack: who may draw how much, said and kept in chat."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from emulators.slack_api.server import FakeSlack
from emulators.slack_api.world import Message, Person
from support_house import Hand
from support_office import telling
from support_slack_api import no_proxies, slack_api  # noqa: F401
from support_slack_clicks import Stage, staged


@pytest.fixture
async def stage(
    slack_api: FakeSlack,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Stage]:
    async with staged(slack_api, tmp_path, monkeypatch, hand=Hand(name="openai", nanodollars=225_000_000)) as it:
        yield it


async def boss_of(stage: Stage, name: str = "Moderator") -> Person:
    person = stage.talk.team.person(name, is_admin=True)
    await stage.fake.enter(person, stage.talk.art)
    return person


async def order(stage: Stage, by: Person, words: str) -> str:
    await stage.talk.commands("easel", words, by=by)
    return stage.talk.told(by)[-1]


def asked(stage: Stage) -> Message:
    return next(each for each in reversed(stage.talk.top()) if "asks for" in each.text)


# --- approvals -------------------------------------------------------------------------------------------------------


async def test_what_costs_more_comes_when_somebody_agreed(stage: Stage) -> None:
    boss = await boss_of(stage)
    await order(stage, boss, "approval above $0.01")
    said = await stage.talk.says("a *fox* <!channel>", mention=True)
    assert "somebody has to agree" in stage.talk.told()[-1]
    question = asked(stage)
    assert question.text.startswith("Member asks for a picture that may cost up to $0.")
    assert "*fox*" not in question.text
    assert stage.fake.pings() == []
    await stage.press(question, "agree")
    assert "Somebody else has to agree" in stage.talk.told()[-1]
    assert stage.talk.prompts == []
    await stage.press(question, "agree", by=boss)
    assert len(stage.talk.shown(said)) == 1, "it comes into the thread of who asked"
    assert question.text.endswith("Moderator agreed.")
    assert "easel:agree" not in repr(question.blocks)


async def test_a_command_that_needs_an_approval_is_answered_in_the_channel(stage: Stage) -> None:
    boss = await boss_of(stage)
    await order(stage, boss, "approval above $0.01")
    await stage.talk.commands("imagine", "a fox")
    await stage.talk.commands("imagine", "a secret --private")
    questions = [each for each in stage.talk.top() if "asks for" in each.text]
    assert [("secret" in each.text, "private" in each.text) for each in questions] == [(False, False), (False, True)]
    for question in questions:
        await stage.press(question, "agree", by=boss)
    assert [bool(each.files) for each in stage.talk.top()].count(True) == 1
    assert [each for each in stage.fake.direct(stage.talk.member) if each.files], "the private one is for them alone"


async def test_what_is_declined_does_not_come(stage: Stage) -> None:
    boss = await boss_of(stage)
    await order(stage, boss, "approval above $0.01")
    await stage.talk.says("a fox", mention=True)
    await stage.press(asked(stage), "decline", by=boss)
    assert asked(stage).text.endswith("Moderator declined.")
    assert stage.talk.prompts == []


async def test_what_a_limit_refuses_although_it_was_agreed_to(stage: Stage) -> None:
    boss = await boss_of(stage)
    await order(stage, boss, "approval above $0.01")
    await stage.talk.says("a fox", mention=True)
    await stage.talk.commands("imagine", "a boat")
    await order(stage, boss, "limit 0 images a day for everyone")
    questions = [each for each in stage.talk.top() if "asks for" in each.text]
    assert len(questions) == 2
    for question in questions:
        stale = replace(question)
        await stage.press(question, "agree", by=boss)
        assert "Moderator agreed, but a limit has nothing left for it: nothing is drawn" in question.text
        assert "easel:" not in repr(question.blocks)
        await stage.press(stale, "decline", by=boss)
        assert "does not wait any more" in stage.talk.told(boss)[-1]
        assert "agreed, but" in question.text
    letters = [each.text for each in stage.fake.direct(stage.talk.member) if "agreed, and yet" in each.text]
    assert len(letters) == 2
    assert all("0 images a day" in each for each in letters)
    assert stage.talk.prompts == []


async def test_alone_with_easel_nobody_can_be_asked(stage: Stage) -> None:
    boss = await boss_of(stage)
    await order(stage, boss, "approval above $0.01")
    await stage.talk.says("a fox", at=stage.fake.dm(stage.talk.member))
    (told,) = [each.text for each in stage.fake.direct(stage.talk.member) if each.user is stage.talk.team.bot]
    assert "Here nobody can be asked" in told
    assert stage.talk.prompts == []


# --- alerts ----------------------------------------------------------------------------------------------------------


async def test_an_alert_is_told_once_in_its_channel(stage: Stage) -> None:
    boss = await boss_of(stage)
    await order(stage, boss, "budget $0.27")
    await order(stage, boss, "alerts here")
    await stage.talk.says("a fox", mention=True)
    for _ in range(2):
        await telling(stage.talk.database, stage.talk.desk.adapter).turn()
    (told,) = [each.text for each in stage.talk.top() if "The budget of" in each.text]
    assert "is used up to 80 %" in told


# --- what is seen under a result -------------------------------------------------------------------------------------


async def test_a_workspace_says_what_is_told_under_its_results_and_buttons_tell_their_price(stage: Stage) -> None:
    boss = await boss_of(stage)
    await order(stage, boss, "limit 5 images a day for everyone")
    said = await stage.talk.says("a fox", mention=True)
    assert "left of" not in repr(stage.controls(said)[-1].blocks)
    assert "Finalise · ~$0." in repr(stage.controls(said)[-1].blocks)
    await order(stage, boss, "quota on")
    await order(stage, boss, "price on")
    said = await stage.talk.says("a fox", mention=True)
    assert "3 images left of 5 images a day for each person" in repr(stage.controls(said)[-1].blocks)
    assert "$0.23" in repr(stage.controls(said)[-1].blocks)


# --- asking for more, and a day in the office ------------------------------------------------------------------------


async def test_who_has_used_up_their_allowance_asks_for_more_and_is_given_it_once(stage: Stage) -> None:
    boss = await boss_of(stage)
    await order(stage, boss, "limit 1 image a day for everyone")
    await stage.talk.says("a fox", mention=True)
    await stage.talk.says("a fox", mention=True)
    refused = stage.only_for(stage.talk.member)[-1]
    assert "You have used 1 of 1 image" in refused.text
    await stage.press(refused, "more")
    assert stage.talk.told()[-1] == "I have asked the administrators."
    question = next(each for each in _everything(stage) if "asks for more" in each.text)
    await stage.press(question, "give")
    assert "Only administrators" in stage.talk.told()[-1]
    await stage.press(question, "give", by=boss)
    assert f"<@{stage.talk.member.id}> has 5 images more" in question.text
    for _ in range(6):
        await stage.talk.says("a fox", mention=True)
    assert len(stage.talk.prompts) == 6


def _everything(stage: Stage) -> list[Message]:
    top = stage.fake.messages(stage.talk.art)
    return [*top, *(each for root in top for each in stage.fake.messages(stage.talk.art, root))]


async def test_a_channels_cap_and_a_pause_hold_and_a_member_decides_nothing(stage: Stage) -> None:
    boss = await boss_of(stage)
    await order(stage, boss, "limit 1 image a day for here")
    await stage.talk.says("a fox", mention=True)
    await stage.talk.says("a fox", mention=True)
    assert "has used 1 of 1 image" in stage.talk.told()[-1]
    await order(stage, boss, "limit off images a day for here")
    await order(stage, boss, "pause until Monday")
    await stage.talk.says("a fox", mention=True)
    assert "The reason given: until Monday" in stage.talk.told()[-1]
    await order(stage, boss, "resume")
    await stage.talk.says("a fox", mention=True)
    assert len(stage.talk.prompts) == 2
    await stage.talk.commands("easel", "grant 99 images to me")
    assert "Only administrators decide this" in stage.talk.told()[-1]
