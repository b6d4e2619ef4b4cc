"""Who asks and where, from every kind of event; and what a stranger's rights are worth."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from emulators.slack_api.server import FakeSlack
from support_slack_api import no_proxies, slack_api  # noqa: F401
from support_slack_talk import Talk, talking

from bots.slack import who
from bots.slack.event import Event
from core.errors import Refused
from core.quota import Limit, Scope, Unit, Window


@pytest.fixture
async def talk(slack_api: FakeSlack, tmp_path: Path):  # noqa: F811
    async with talking(slack_api, tmp_path) as it:
        yield it


def event(talk: Talk, body: dict[str, Any], **more: Any) -> Event:
    return Event(talk.team.id, "", talk.team.bot.id, body, **more)


def command(talk: Talk, **more: Any) -> Event:
    return event(talk, {"command": "/imagine", "user_id": talk.member.id, "channel_id": talk.art.id, **more})


async def test_a_person_and_a_channel(talk: Talk):
    actor = await talk.desk.people.actor_of(command(talk, user_id=talk.guest.id))
    assert (actor.platform, actor.workspace, actor.user, actor.name) == ("slack", talk.team.id, talk.guest.id, "Guest")
    assert (actor.locale, actor.is_admin, actor.roles) == ("de-DE", False, ())
    place = await talk.desk.people.place_of(command(talk, user_id=talk.guest.id))
    assert (place.channel, place.thread, place.time_zone, place.personal) == (talk.art.id, None, "UTC", False)
    assert (await talk.desk.people.person(command(talk), talk.guest.id)).time_zone == "Asia/Tokyo"


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"event": {"type": "message", "user": "U1", "channel": "C1", "ts": "1.2"}}, ("U1", "C1", "1.2")),
        (
            {"event": {"type": "message", "user": "U1", "channel": "C1", "ts": "1.2", "thread_ts": "1.0"}},
            ("U1", "C1", "1.0"),
        ),
        ({"event": {"type": "app_home_opened", "user": "U1", "channel": "D1", "tab": "home"}}, ("U1", "D1", "")),
        ({"command": "/imagine", "user_id": "U1", "channel_id": "C1"}, ("U1", "C1", "")),
        (
            {"type": "block_actions", "user": {"id": "U1"}, "channel": {"id": "C1"}, "container": {"thread_ts": "1.0"}},
            ("U1", "C1", "1.0"),
        ),
        (
            {"type": "message_action", "user": {"id": "U1"}, "channel": {"id": "C1"}, "message": {"ts": "1.2"}},
            ("U1", "C1", ""),
        ),
        ({"type": "view_submission", "user": {"id": "U1"}, "view": {}}, ("U1", "", "")),
        ({"event": 3, "user": 4, "channel": [], "container": "x"}, ("", "", "")),
    ],
)
def test_what_an_event_says_by_itself(body: dict[str, Any], found: tuple[str, str, str]):
    one = Event("T1", "", "U0", body)
    assert (who.user_of(one), who.channel_of(one), who.thread_of(one)) == found


async def test_people_are_asked_for_once_in_ten_minutes(talk: Talk):
    for _ in range(3):
        await talk.desk.people.actor_of(command(talk))
    assert len(talk.fake.calls.of("users.info")) == 1
    assert talk.fake.calls.of("users.info")[0].arguments["include_locale"]


@pytest.mark.parametrize(("said", "is_admin"), [({"is_admin": True}, True), ({"is_owner": True}, True), ({}, False)])
async def test_who_administrates_the_workspace(talk: Talk, said: dict[str, bool], is_admin: bool):
    moderator = talk.team.person("Moderator", **said)
    assert (await talk.desk.people.actor_of(command(talk, user_id=moderator.id))).is_admin is is_admin


async def test_an_administrator_of_another_organisation_is_a_guest_here(talk: Talk):
    moderator = talk.team.person("Moderator", is_admin=True)
    shared = event(talk, {"command": "/imagine", "user_id": moderator.id, "channel_id": talk.art.id}, shared=True)
    assert not (await talk.desk.people.actor_of(shared)).is_admin
    stranger = talk.fake.workspace("Elsewhere", installed=False).person("Stranger", is_admin=True)
    talk.team.channel("fair", members=[stranger], shared=True)
    assert not (await talk.desk.people.actor_of(command(talk, user_id=stranger.id))).is_admin


async def test_when_slack_does_not_say_who_it_is(talk: Talk):
    moderator = talk.team.person("Moderator", is_admin=True)
    one = command(talk, user_id=moderator.id, user_name="moderator")
    talk.fake.fault("users.info", "missing_scope", needed="users:read")
    actor = await talk.desk.people.actor_of(one)
    assert (actor.name, actor.locale, actor.is_admin) == ("moderator", "en", False)
    assert (await talk.desk.people.actor_of(one)).is_admin, "asked again: nothing was kept of the fault"


async def test_what_slack_said_last_counts_while_it_is_away_without_the_rights(talk: Talk):
    moderator = talk.team.person("Moderator", is_admin=True, tz="Asia/Tokyo")
    one = command(talk, user_id=moderator.id)
    await talk.desk.people.actor_of(one)

    class Later:
        def now_us(self) -> int:
            return talk.desk.clock.now_us() + 2 * who.FRESH_US

        async def sleep(self, seconds: float) -> None:
            raise AssertionError

    people = who.People(talk.desk.api, talk.desk.records, Later())
    talk.fake.fault("users.info", status=503, times=9)
    actor = await people.actor_of(one)
    assert (actor.name, actor.is_admin) == ("Moderator", False)
    assert (await people.person(one, moderator.id)).time_zone == "Asia/Tokyo"


async def test_what_an_older_easel_kept_is_no_harm(talk: Talk):
    for body in ("[]", '{"shoe_size": 43}', "{"):
        await talk.desk.records.keep_person(talk.team.id, talk.member.id, body)
        assert (await talk.desk.people.actor_of(command(talk))).name == "Member"


async def test_only_ones_own_conversation_with_easel_is_personal(talk: Talk):
    own = talk.fake.dm(talk.member)
    theirs = talk.fake.add_channel(talk.team, "dm", "im", [talk.member, talk.guest])
    assert (await talk.desk.people.place_of(command(talk, channel_id=own.id))).personal
    assert not (await talk.desk.people.place_of(command(talk, channel_id=theirs.id))).personal
    assert not (await talk.desk.people.place_of(command(talk, user_id=talk.guest.id, channel_id=own.id))).personal
    assert len(talk.fake.calls.of("conversations.open")) == 2, "asked once for each person"
    talk.fake.fault("conversations.open", "missing_scope", needed="im:write")
    other = talk.team.person("Designer")
    assert not (await talk.desk.people.place_of(command(talk, user_id=other.id, channel_id=own.id))).personal


async def test_a_form_happens_in_direct_messages_or_where_it_was_opened(talk: Talk):
    form = event(talk, {"type": "view_submission", "user": {"id": talk.member.id, "name": "member"}, "view": {}})
    place = await talk.desk.people.place_of(form)
    assert (place.channel, place.personal) == (talk.fake.dm(talk.member).id, True)
    place = await talk.desk.people.place_of(form, channel=talk.art.id, thread="1.0")
    assert (place.channel, place.thread, place.personal) == (talk.art.id, "1.0", False)


async def test_where_there_is_no_place_at_all(talk: Talk):
    form = event(talk, {"type": "view_submission", "user": {"id": talk.member.id}, "view": {}})
    talk.fake.fault("conversations.open", "user_disabled")
    with pytest.raises(Refused, match="I cannot write to you"):
        await talk.desk.people.place_of(form)


async def test_people_of_all_zones_share_one_cap_on_the_same_day(slack_api: FakeSlack, tmp_path: Path):  # noqa: F811
    """It is never the same date in these two zones; the day of a cap that both share is the workspace's."""
    cap = Limit(Scope.WORKSPACE, "*", Unit.IMAGES, Window.DAY, 1)
    async with talking(slack_api, tmp_path, limits=[cap]) as talk:
        east = talk.team.person("Designer", tz="Pacific/Kiritimati")
        west = talk.team.person("Moderator", tz="Etc/GMT+12")
        talk.art.members.extend([east, west])
        for person in (east, west):
            await talk.says("a boat", mention=True, by=person)
        assert len(talk.hand.orders) == 1
        assert "1 of 1" in talk.told(west)[0]


@pytest.mark.parametrize(
    ("body", "question"),
    [
        ({"command": "/imagine"}, False),
        ({"type": "block_actions", "container": {"is_ephemeral": True}}, True),
        ({"type": "block_actions", "container": {"is_ephemeral": False}}, False),
        ({"type": "message_action"}, False),
    ],
)
def test_what_an_answer_may_take_the_place_of(body: dict[str, Any], question: bool):
    assert who.is_question(Event("T1", "", "U0", body)) is question
