"""Decisions of administrators on a real database: durable, audited, made once, and told apart by workspace."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from support_store import HandClock

from core.administration.administration import Administration
from core.administration.policies import Policies
from core.errors import NotAllowed, Refused
from core.model import Actor, Place
from core.ports import Database, Transaction
from core.quota import Limit, Scope, Unit, Window
from core.store.migrate import migrate
from core.store.sqlite import SqliteDatabase

MODERATOR = Actor("discord", "W", "U1", "Moderator", is_admin=True)
ELSEWHERE = replace(MODERATOR, workspace="V")
MEMBER = Actor("discord", "W", "U2", "Member")
HERE = Place("discord", "W", "C1")
OPERATORS = (Limit(Scope.ROLE, "everyone", Unit.IMAGES, Window.DAY, 5),)


@dataclass
class Office:
    """Two processes on one database."""

    policies: Policies
    others: Policies
    administration: Administration
    clock: HandClock
    database: Database


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    database, clock = await SqliteDatabase.open(tmp_path / "easel.sqlite3"), HandClock()
    policies, others = Policies(database, clock), Policies(database, clock)
    await migrate(database)
    yield Office(policies, others, Administration(policies, lambda: OPERATORS, clock), clock, database)
    await database.close()


async def say(office: Office, words: str, actor: Actor = MODERATOR, key: str = "") -> str:
    return await office.administration.order(actor, HERE, words, key or words)


async def test_a_decision_holds_at_once_here_and_within_a_second_everywhere(office: Office) -> None:
    assert not (await office.others.of("discord", "W")).policy.paused
    await say(office, "pause")
    assert (await office.policies.of("discord", "W")).policy.paused
    office.clock.at_us += 1_000_000
    assert (await office.others.of("discord", "W")).policy.paused


async def test_what_an_earlier_easel_wrote_down_still_holds(office: Office) -> None:
    await say(office, "pause for lunch")

    async def older(tx: Transaction) -> None:  # there was an order "language" once, which did nothing
        rows = await tx.fetch("SELECT document FROM policy")
        document = {**json.loads(str(rows[0][0])), "language": "de"}
        await tx.execute("UPDATE policy SET document = $1", json.dumps(document))

    await office.database.write(older)
    office.clock.at_us += 1_000_000
    assert (await office.policies.of("discord", "W")).policy.pause_reason == "for lunch"
    await say(office, "resume")
    assert not (await office.policies.of("discord", "W")).policy.paused


async def test_a_decision_is_for_its_own_workspace(office: Office) -> None:
    await say(office, "pause")
    assert not (await office.policies.of("discord", "V")).policy.paused
    assert not (await office.policies.of("slack", "W")).policy.paused
    assert "Nobody has decided anything" in await say(office, "audit", ELSEWHERE)


async def test_only_administrators_decide_and_read(office: Office) -> None:
    for words in ("pause", "show", "audit", "grant 3 images to me"):
        with pytest.raises(NotAllowed):
            await say(office, words, MEMBER)
    with pytest.raises(NotAllowed):
        await office.administration.audit(MEMBER)
    assert (await office.policies.of("discord", "W")).revision == 0


async def test_the_same_event_twice_is_one_order(office: Office) -> None:
    first = await say(office, "grant 20 images to user:U2", key="event")
    assert await say(office, "grant 20 images to user:U2", key="event") == first
    rules = await office.policies.of("discord", "W")
    assert rules.extras_of(MEMBER)[0][:2] == (Unit.IMAGES, 20)
    assert rules.extras_of(MODERATOR) == ()
    await say(office, "grant 20 images to user:U2", key="another event")
    assert len((await office.policies.of("discord", "W")).extras_of(MEMBER)) == 2


async def test_every_order_is_in_the_audit_with_who_and_when(office: Office) -> None:
    await say(office, "limit 3 images a day for role:2")
    office.clock.at_us += 60_000_000
    await say(office, "grant 2 images to user:U2")
    newest, first = await office.administration.audit(MODERATOR)
    assert (newest.person, newest.name, newest.said) == ("U1", "Moderator", "grant 2 images to user:U2")
    assert first.changed.startswith("From now on: 3 images a day")
    assert newest.at_us - first.at_us >= 60_000_000
    told = await say(office, "audit")
    assert told.index("grant 2 images") < told.index("limit 3 images")


async def test_an_order_that_is_refused_leaves_no_trace(office: Office) -> None:
    with pytest.raises(Refused):
        await say(office, "resume")
    assert list(await office.administration.audit(MODERATOR)) == []
    assert (await office.policies.of("discord", "W")).revision == 0


async def test_many_orders_at_once_all_count(office: Office) -> None:
    await asyncio.gather(*(say(office, f"block user:{number}") for number in range(40)))
    policy = (await office.policies.of("discord", "W")).policy
    assert sorted(map(int, policy.blocked)) == list(range(40))
