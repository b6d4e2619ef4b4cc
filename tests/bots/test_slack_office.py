"""Administrators' orders name people, groups and channels by what was chosen from Slack's menus, never by a name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from emulators.slack_api.server import FakeSlack
from emulators.slack_api.world import Person
from support_slack_api import no_proxies, slack, slack_api  # noqa: F401
from support_slack_talk import Talk, talking

from bots.slack import groups, who
from bots.slack.event import Event
from bots.slack.office import core_names


@pytest.fixture
async def talk(slack_api: FakeSlack, tmp_path: Path):  # noqa: F811
    async with talking(slack_api, tmp_path) as it:
        yield it


async def boss_of(talk: Talk) -> Person:
    boss = talk.team.person("Moderator", is_admin=True)
    await talk.fake.enter(boss, talk.art)
    return boss


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("block <@U1|x>", "block user:U1"),
        ("block <@W1>", "block user:W1"),
        ("roles only <!subteam^S1|@art> <!subteam^S2>", "roles only role:S1 role:S2"),
        ("channels only <#C1|art>", "channels only channel:C1"),
        ("block <!here> <https://example.org|@x>", "block <!here> <https://example.org|@x>"),
    ],
)
def test_mentions_become_the_cores_names(said: str, named: str):
    assert core_names(said) == named


def test_easels_own_name_stays_where_it_is_called():
    assert core_names("<@U0> block <@U1>", "U0") == "<@U0> block user:U1"


async def test_easel_blocks_whom_the_order_mentions_and_not_who_has_the_name(talk: Talk):
    boss = await boss_of(talk)
    namesake = talk.team.person("Guest")
    await talk.fake.enter(namesake, talk.art)
    await talk.commands("/easel", f"block <@{talk.guest.id}|guest>", by=boss)
    assert f"<@{talk.guest.id}>" in talk.told(boss)[-1]
    for person in (talk.guest, namesake):
        await talk.commands("/imagine", "a boat", by=person)
    assert len(talk.prompts) == 1
    assert len(talk.told(talk.guest)) == 1


async def test_an_order_that_is_said_names_people_too(talk: Talk):
    boss = await boss_of(talk)
    await talk.says(f"/easel block {talk.guest.mention}", by=boss, mention=True)
    await talk.commands("/imagine", "a boat", by=talk.guest)
    assert talk.prompts == []


async def test_a_rule_for_a_user_group_holds_for_its_people(talk: Talk):
    boss = await boss_of(talk)
    group = talk.team.user_group("art", members=[talk.guest])
    await talk.commands("/easel", f"roles only {group.mention}", by=boss)
    assert f"role:{group.id}" in talk.told(boss)[-1], "a mention would notify all of them"
    for person in (talk.member, talk.guest):
        await talk.commands("/imagine", "a boat", by=person)
    assert len(talk.prompts) == 1
    assert "certain roles" in talk.told()[-1]
    assert talk.told(talk.guest) == []


# --- who is in which group -------------------------------------------------------------------------------------------


def command(talk: Talk, person: Person, **more: Any) -> Event:
    body = {"command": "/imagine", "user_id": person.id, "channel_id": talk.art.id}
    return Event(talk.team.id, "", talk.team.bot.id, body, **more)


class Later:
    """The clock of some time after."""

    def __init__(self, clock: Any) -> None:
        self._clock = clock
        self.us = 0

    def now_us(self) -> int:
        return int(self._clock.now_us()) + self.us

    async def sleep(self, seconds: float) -> None:
        raise AssertionError


def people_of(talk: Talk) -> tuple[who.People, Later]:
    clock = Later(talk.desk.clock)
    return who.People(talk.desk.api, talk.desk.records, clock), clock


async def test_roles_are_the_groups_that_a_person_is_in(talk: Talk):
    art = talk.team.user_group("art", members=[talk.member, talk.guest])
    press = talk.team.user_group("press", members=[talk.member])
    talk.team.user_group("old", members=[talk.member]).disabled = True
    people, clock = people_of(talk)
    assert (await people.actor_of(command(talk, talk.member))).roles == (art.id, press.id)
    assert (await people.actor_of(command(talk, talk.guest))).roles == (art.id,)
    assert len(talk.fake.calls.of("usergroups.list")) == 1, "once for the whole workspace"
    art.members.remove(talk.guest)
    clock.us = groups.FRESH_US - 1_000_000
    assert (await people.actor_of(command(talk, talk.guest))).roles == (art.id,)
    clock.us = groups.FRESH_US
    assert (await people.actor_of(command(talk, talk.guest))).roles == ()


async def test_while_slack_is_away_nobody_has_a_role_and_it_is_asked_soon_again(talk: Talk):
    art = talk.team.user_group("art", members=[talk.member])
    people, clock = people_of(talk)
    talk.fake.fault("usergroups.list", retry_after=60)
    for _ in range(3):
        assert (await people.actor_of(command(talk, talk.member))).roles == ()
    assert len(talk.fake.calls.of("usergroups.list")) == 1
    clock.us = 60_000_000
    assert (await people.actor_of(command(talk, talk.member))).roles == (art.id,)


async def test_without_the_scope_there_are_none(no_proxies: None, tmp_path: Path):  # noqa: F811
    async with slack(profile="minimal") as fake, talking(fake, tmp_path) as talk:
        talk.team.user_group("art", members=[talk.member])
        people, _ = people_of(talk)
        for _ in range(3):
            assert (await people.actor_of(command(talk, talk.member))).roles == ()
        (asked,) = talk.fake.calls.of("usergroups.list")
        assert asked.error == "missing_scope"


async def test_each_workspace_of_a_grid_has_its_own_groups(no_proxies: None, tmp_path: Path):  # noqa: F811
    async with slack() as fake:
        grid = fake.enterprise("Grid")
        first, second = (fake.workspace(name, installed=False, enterprise=grid) for name in ("One", "Two"))
        fake.install(grid)
        async with talking(fake, tmp_path) as talk:
            other = second.person("Designer")
            here = first.user_group("art", members=[talk.member])
            there = second.user_group("art", members=[other])
            people, _ = people_of(talk)
            one = replace(command(talk, talk.member), enterprise=grid.id)
            two = replace(command(talk, other), team=second.id, enterprise=grid.id)
            assert (await people.actor_of(one)).roles == (here.id,)
            assert (await people.actor_of(two)).roles == (there.id,)
