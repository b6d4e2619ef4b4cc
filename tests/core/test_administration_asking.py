"""Approvals that wait and alerts that are told once, on a real database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from support_store import HandClock

from core.administration.administration import Administration
from core.administration.alerts import Alerts
from core.administration.approvals import WAIT_US, WAITING_MAX, Approvals, NeedsApproval, State
from core.administration.policies import Policies
from core.errors import NotAllowed, NotFound
from core.model import Actor, Destination, ImageRequest, Operation, Place
from core.quota import Limit, Scope, Unit, Window
from core.store.migrate import migrate
from core.store.sqlite import SqliteDatabase

MEMBER = Actor("discord", "W", "U2", "Member")
MODERATOR = Actor("discord", "W", "U1", "Moderator", is_admin=True)
HERE = Place("discord", "W", "C1")
DOLLAR = 1_000_000_000


@dataclass
class Office:
    """One process."""

    database: SqliteDatabase
    approvals: Approvals
    alerts: Alerts
    administration: Administration
    clock: HandClock
    operators: list[Limit]

    async def use(self, nanodollars: int, *, pending: bool = False, slot_us: int | None = None) -> None:
        """As if so much had been spent, or held, of the budget of workspace W."""
        limit = Limit(Scope.WORKSPACE, "*", Unit.MONEY, Window.MONTH, 0)
        slot = (1_793_491_200_000_000 if slot_us is None else slot_us,)  # 2026-11-01
        counts = (nanodollars, 0) if pending else (0, nanodollars)
        await self.database.write(
            lambda tx: tx.execute(
                "INSERT INTO bucket (limit_id, holder, slot_us, pending, posted) VALUES ($1, $2, $3, $4, $5)"
                " ON CONFLICT (limit_id, holder, slot_us) DO UPDATE SET pending = excluded.pending,"
                " posted = excluded.posted",
                *(limit.id, "discord:W", *slot, *counts),
            )
        )


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    database, clock, operators = await SqliteDatabase.open(tmp_path / "easel.sqlite3"), HandClock(), list[Limit]()
    await migrate(database)
    policies = Policies(database, clock)
    administration = Administration(policies, lambda: operators, clock)
    alerts = Alerts(database, policies, lambda: operators, clock)
    yield Office(database, Approvals(database, clock), alerts, administration, clock, operators)
    await database.close()


def request(key: str = "event", prompt: str = "a boat") -> ImageRequest:
    return ImageRequest(key, MEMBER, HERE, Destination("discord", "d1:{}"), Operation.GENERATE, prompt)


async def test_a_request_waits_as_it_was_asked(office: Office) -> None:
    asked = await office.approvals.ask(request(), DOLLAR)
    assert "up to $1.00" in NeedsApproval(asked).sentence
    found = await office.approvals.find(asked.id, MODERATOR)
    assert (found.request, found.state, found.nanodollars) == (request(), State.WAITING, DOLLAR)


async def test_the_same_event_is_asked_about_once(office: Office) -> None:
    first, second = [await office.approvals.ask(request(), DOLLAR) for _ in range(2)]
    assert first.id == second.id


async def test_of_many_answers_the_first_one_counts(office: Office) -> None:
    asked = await office.approvals.ask(request(), DOLLAR)
    people = [replace(MODERATOR, user=str(number)) for number in range(8)]
    states = [State.AGREED, State.DECLINED] * 4
    decided = await asyncio.gather(
        *(office.approvals.decide(asked, who, state) for who, state in zip(people, states, strict=True))
    )
    assert len({(each.state, each.decided_by) for each in decided}) == 1
    assert decided[0].state is not State.WAITING


async def test_another_workspace_finds_nothing_and_nobody_after_a_week(office: Office) -> None:
    asked = await office.approvals.ask(request(), DOLLAR)
    with pytest.raises(NotFound):
        await office.approvals.find(asked.id, replace(MODERATOR, workspace="V"))
    office.clock.at_us += WAIT_US + 1
    with pytest.raises(NotFound):
        await office.approvals.find(asked.id, MODERATOR)


async def test_one_person_does_not_ask_for_everybodys_attention(office: Office) -> None:
    for number in range(WAITING_MAX):
        await office.approvals.ask(request(f"event {number}"), DOLLAR)
    with pytest.raises(NotAllowed, match="wait for an approval already"):
        await office.approvals.ask(request("one more"), DOLLAR)


async def test_each_share_of_a_budget_is_told_once(office: Office) -> None:
    for words in ("budget $10", "alerts here"):
        await office.administration.order(MODERATOR, HERE, words, words)
    told = []
    for cents in (0, 499, 500, 650, 799, 800, 990, 1000, 1500):
        await office.use(cents * DOLLAR // 100)
        for alert in await office.alerts.due():
            assert await office.alerts.told(alert)
            assert not await office.alerts.told(alert)  # another process, at the same moment
            told.append((cents, alert.percent, alert.channel))
    assert told == [(500, 50, "C1"), (800, 80, "C1"), (1000, 100, "C1")]


async def test_of_several_shares_at_once_only_the_highest_is_told(office: Office) -> None:
    for words in ("budget $10", "alerts here"):
        await office.administration.order(MODERATOR, HERE, words, words)
    await office.use(9 * DOLLAR, pending=True)  # what is being drawn counts: it may be spent at any moment
    (alert,) = await office.alerts.due()
    assert "$10.00 a month" in alert.sentence
    assert "used up to 80 %" in alert.sentence
    assert await office.alerts.told(alert)
    await office.use(7 * DOLLAR)  # some of it was given back
    assert list(await office.alerts.due()) == []


async def test_a_new_month_is_told_of_anew(office: Office) -> None:
    for words in ("budget $10", "alerts here"):
        await office.administration.order(MODERATOR, HERE, words, words)
    await office.use(10 * DOLLAR)
    (alert,) = await office.alerts.due()
    await office.alerts.told(alert)
    office.clock.at_us += 20 * 86_400_000_000  # December
    assert list(await office.alerts.due()) == []
    await office.use(5 * DOLLAR, slot_us=1_796_083_200_000_000)
    assert [each.percent for each in await office.alerts.due()] == [50]


async def test_the_operators_budget_is_told_too_and_nobody_who_did_not_ask(office: Office) -> None:
    office.operators.append(Limit(Scope.WORKSPACE, "*", Unit.MONEY, Window.MONTH, 4 * DOLLAR))
    await office.use(2 * DOLLAR)
    assert list(await office.alerts.due()) == []
    await office.administration.order(MODERATOR, HERE, "alerts here", "event")
    assert [each.percent for each in await office.alerts.due()] == [50]
