"""What happens in Slack finds its handler, over sockets and over HTTP alike, with the real bolt; nothing is left
unacknowledged, and no fault of a handler takes an acknowledgement back."""

from __future__ import annotations

import asyncio

import pytest
from emulators.slack_api.deliveries import Delivery
from emulators.slack_api.server import FakeSlack
from support_slack_api import no_proxies, picture, slack_api  # noqa: F401
from support_slack_transport import Line, Told, over_http, over_sockets

from bots.slack.router import is_said, is_shared

BUTTON = [
    {
        "type": "actions",
        "block_id": "b",
        "elements": [
            {"type": "button", "action_id": "easel:redo", "value": "1", "text": {"type": "plain_text", "text": "Redo"}},
            {"type": "button", "action_id": "other:x", "value": "1", "text": {"type": "plain_text", "text": "Other"}},
        ],
    }
]


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture(params=["sockets", "http"])
async def line(request, slack_api, told):  # noqa: F811
    slack_api.workspace()
    async with (over_sockets if request.param == "sockets" else over_http)(slack_api, told) as connected:
        yield connected


class World:
    """One channel with one member and Easel in it."""

    def __init__(self, fake: FakeSlack) -> None:
        self.fake = fake
        self.team = next(iter(fake.teams.values()))
        self.member = self.team.person("Member")
        self.art = self.team.channel("art", members=[self.member])

    async def settled(self) -> list[Delivery]:
        for each in list(self.fake.deliveries):
            await asyncio.wait_for(each.settled.wait(), 5)
        return self.fake.deliveries


@pytest.fixture
def world(line, slack_api) -> World:  # noqa: F811
    return World(slack_api)


async def test_a_mention_and_its_twin_come_with_whose_they_are(world: World, line: Line, told: Told):
    await world.fake.say(world.member, world.art, "a fox", mention=True)
    await world.settled()
    assert told.kinds() == ["message", "message"]
    keys = {(event.body["event"]["channel"], event.body["event"]["ts"]) for _, event in told.events}
    assert len(keys) == 1, "the twins are one message: the core's key tells"
    event = told.events[0][1]
    assert (event.team, event.enterprise, event.me) == (world.team.id, "", world.team.bot.id)
    assert not event.shared


async def test_pitfall_18_echoes_and_other_bots_and_changes_start_nothing(world: World, line: Line, told: Told):
    await world.fake.bot_says(world.art, "beep")
    said = await world.fake.say(world.member, world.art, "a fox")
    await world.fake.edit(world.member, said.message, "a wolf")
    await world.fake.remove_message(world.member, said.message)
    await line.app.client.chat_postMessage(
        token=world.team.bot_token, channel=world.art.id, text="hello", unfurl_links=False, unfurl_media=False
    )
    deliveries = await world.settled()
    assert told.kinds() == ["message"], "the person's own words, once"
    assert len(deliveries) >= 4
    assert all(each.acknowledged and len(each.attempts) == 1 for each in deliveries), deliveries


async def test_pitfall_4_everything_that_is_subscribed_is_acknowledged(world: World, line: Line, told: Told):
    world.fake.events |= {"reaction_added", "channel_rename", "file_shared", "member_joined_channel"}
    for event in (
        {"type": "message", "subtype": "channel_topic", "channel": world.art.id, "user": world.member.id, "ts": "1.1"},
        {"type": "file_shared", "file_id": "F1", "user_id": world.member.id},
        {"type": "something_new_of_2027"},
        {"type": "app_context_changed", "channel": world.art.id},
        {"type": "member_joined_channel", "user": world.team.bot.id, "channel": world.art.id},
    ):
        world.fake.send_event(world.team, event, world.team.installation)
    assert all(each.acknowledged for each in await world.settled())
    assert told.kinds() == []


async def test_pitfall_3_an_exception_right_after_the_acknowledgement_loses_nothing(
    world: World, line: Line, told: Told
):
    told.failing = True
    commanded = await world.fake.command(world.member, world.art, "/imagine", "a fox")
    assert commanded.delivery.acknowledged
    message = await world.fake.bot_says(world.art, "x")
    message.message.blocks = BUTTON
    pressed = await world.fake.press(world.member, message.message, "easel:redo")
    assert pressed.delivery.acknowledged
    cut = await world.fake.shortcut(world.member, message.message, "edit_image")
    assert cut.delivery.acknowledged
    await world.fake.say(world.member, world.art, "a fox")
    deliveries = await world.settled()
    assert all(each.acknowledged and len(each.attempts) == 1 for each in deliveries), deliveries
    assert told.kinds() == ["command", "click", "shortcut", "message"]


async def test_pitfall_3_a_fault_in_what_is_answered_with_the_acknowledgement(world: World, line: Line, told: Told):
    def broken(view):
        raise KeyError("a fault of ours")

    told.checking = broken
    delivery = world.fake.postman.send(
        "interactive",
        {
            "type": "view_submission",
            "team": {"id": world.team.id},
            "view": {"id": "V1", "type": "modal", "callback_id": "easel"},
        },
    )
    await delivery.settled.wait()
    assert delivery.acknowledged
    await world.fake.until(lambda: "submit" in told.kinds(), "the form")


async def test_a_commands_acknowledgement_says_nothing(world: World, line: Line, told: Told):
    """No later answer replaces what it says (https://github.com/slackapi/bolt-python/issues/1268)."""
    commanded = await world.fake.command(world.member, world.art, "/imagine", "a rocket and its payload=1")
    assert commanded.message is None
    await world.fake.until(lambda: told.kinds() == ["command"], "the command")
    event = told.events[0][1]
    assert event.body["text"] == "a rocket and its payload=1", "bolt takes such a form for an interaction"
    assert event.body["trigger_id"]
    assert event.team == world.team.id


async def test_what_is_wrong_with_a_form_stands_in_it(world: World, line: Line, told: Told):
    told.wrong = {"words": "Say what to change."}
    payload = {
        "type": "view_submission",
        "team": {"id": world.team.id},
        "view": {"id": "V1", "type": "modal", "callback_id": "easel"},
    }
    delivery = world.fake.postman.send("interactive", payload)
    await delivery.settled.wait()
    assert delivery.answer == {"response_action": "errors", "errors": {"words": "Say what to change."}}
    assert told.kinds() == []
    told.wrong = {}
    delivery = world.fake.postman.send("interactive", payload | {"trigger_id": "another"})
    await delivery.settled.wait()
    assert delivery.acknowledged
    assert not delivery.answer
    await world.fake.until(lambda: told.kinds() == ["submit"], "the form")


async def test_only_easels_own_buttons_reach_its_handler(world: World, line: Line, told: Told):
    message = (await world.fake.bot_says(world.art, "x")).message
    message.blocks = BUTTON
    assert (await world.fake.press(world.member, message, "other:x")).delivery.acknowledged
    assert (await world.fake.press(world.member, message, "easel:redo")).delivery.acknowledged
    await world.fake.until(lambda: told.kinds() == ["click"], "the click")
    assert told.events[0][1].body["actions"][0]["action_id"] == "easel:redo"


async def test_the_home_tab(world: World, line: Line, told: Told):
    await world.fake.open_home(world.member)
    await world.settled()
    assert told.kinds() == ["home"]


async def test_other_kinds_are_acknowledged(world: World, line: Line, told: Told):
    team = {"id": world.team.id}
    for payload in (
        {"type": "view_closed", "team": team, "view": {"id": "V1", "type": "modal", "callback_id": "easel"}},
        {"type": "block_suggestion", "team": team, "action_id": "x", "block_id": "b", "value": ""},
        {"type": "shortcut", "team": team, "callback_id": "x", "user": {"id": world.member.id}},
        {
            "type": "interactive_message",
            "team": team,
            "callback_id": "x",
            "actions": [{"name": "x"}],
            "user": {"id": "U1"},
        },
        {"type": "something_new_of_2027", "team": team, "user": {"id": "U1"}},
    ):
        delivery = world.fake.postman.send("interactive", payload)
        await delivery.settled.wait()
        assert delivery.acknowledged, payload


async def test_pitfall_2_a_redelivery_is_handed_on_as_the_same_event(world: World, line: Line, told: Told):
    said = await world.fake.say(world.member, world.art, "a fox")
    await said.settled()
    await asyncio.sleep(1.1 if line.door else 0)  # over HTTP it is signed anew, with a later second
    assert (await world.fake.redeliver(said.deliveries[0])).acknowledged
    await world.fake.until(lambda: len(told.events) == 2, "both")
    assert told.events[0][1] == told.events[1][1]


async def test_a_strangers_workspace_gets_nothing(world: World, line: Line, told: Told):
    other = world.fake.workspace("Elsewhere")
    guest = other.person("Guest")
    there = other.channel("there", members=[guest])
    await world.fake.say(guest, there, "a fox", mention=True)
    commanded = await world.fake.command(guest, there, "/imagine", "a fox")
    assert all(each.acknowledged for each in await world.settled())
    assert told.kinds() == []
    shown = [each.text for each in world.fake.ephemerals(guest, there)]
    assert commanded.delivery.acknowledged
    assert any("not installed here" in text for text in shown)


async def test_a_shared_channel_is_said(world: World, line: Line, told: Told):
    shared = world.team.channel("shared", members=[world.member], shared=True)
    await world.fake.say(world.member, shared, "a fox")
    await world.settled()
    assert told.events[0][1].shared


def test_who_is_a_stranger():
    assert not is_shared({"event": {"user": "U1", "user_team": "T1"}}, "T1", "")
    assert is_shared({"event": {"user": "U1", "user_team": "T2"}}, "T1", "")
    assert is_shared({"event": {"source_team": "T2"}}, "T1", "")
    assert is_shared({"is_ext_shared_channel": True, "event": {"user_team": "T1"}}, "T1", "")
    assert is_shared({"user": {"id": "U1", "team_id": "T2"}}, "T1", "")
    assert not is_shared({"user": {"id": "U1", "team_id": "T2"}}, "T1", "E1"), "one Grid, two of its workspaces"
    assert is_shared({"event": {"user_team": "E2"}}, "T1", "E1"), "another organisation's Grid"
    assert not is_shared({"user_id": "U1"}, "T1", "")


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ({"user": "U1"}, True),
        ({"user": "U1", "subtype": "file_share"}, True),
        ({"user": "U1", "subtype": "thread_broadcast"}, True),
        ({"user": "U1", "subtype": "channel_join"}, False),
        ({"user": "U1", "subtype": "message_changed"}, False),
        ({"user": "U1", "bot_id": "B1"}, False),
        ({"user": "U1", "hidden": True}, False),
        ({"user": "ME"}, False),
        ({"user": "USLACKBOT"}, False),
        ({"bot_id": "B1", "subtype": "bot_message"}, False),
        ({"user": None}, False),
        ({}, False),
    ],
)
def test_pitfalls_18_and_28_what_is_a_persons_new_message(event, said):
    assert is_said(event, "ME") is said


async def test_pitfall_27_the_environment_changes_nothing(slack_api, told, monkeypatch, tmp_path, capsys):  # noqa: F811
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("SLACK_CLIENT_ID", "1.2")
    monkeypatch.setenv("SLACK_CLIENT_SECRET", "of another app")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-of-another-app")
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "of another app")
    slack_api.workspace()
    async with over_http(slack_api, told):
        world = World(slack_api)
        await world.fake.say(world.member, world.art, "a fox")
        assert all(each.acknowledged for each in await world.settled())
        assert told.kinds() == ["message"]
    assert "slack_library" not in capsys.readouterr().out
    assert not list(tmp_path.iterdir()), "bolt keeps installations in files at home when it is let"
