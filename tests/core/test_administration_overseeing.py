"""What the administrators' page is told, on both engines: what the books say. What it does is in the audit."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from support_admin import CENT, GUILD, PEOPLE, Admin, administered, asked_for, drawn, failed, lost, wish
from support_postgres import Engine
from support_store import DAY_US, NOON_US

from core.administration.docket import ROWS_MAX, Which
from core.administration.homes import HOMES_MAX, Home
from core.administration.overseeing import ACTOR
from core.administration.reading_parts import NotUnderstood
from core.administration.usage import By
from core.errors import NotFound, QuotaExceeded
from core.model import JobId
from core.quota import Limit, Scope, Unit, Window

DESIGNER, MEMBER, GUEST, _ = PEOPLE
HOME = Home.read(GUILD)
ELSEWHERE = Home("discord", "999999999999999999")


@pytest.fixture
async def admin(engine: Engine, tmp_path: Path) -> AsyncIterator[Admin]:
    async with administered(tmp_path, engine=engine, busy=False) as running:
        yield running


async def test_every_workspace_with_this_months_money_and_what_is_at_work(admin: Admin) -> None:
    assert list(await admin.overseeing.homes()) == []
    admin.clock.at_us = NOON_US - 40 * DAY_US
    await drawn(admin.bench, wish(MEMBER, "long ago"), 90)
    admin.clock.at_us = NOON_US
    await drawn(admin.bench, wish(MEMBER, "a boat"), 4, count=2)
    await asked_for(admin.bench, wish("guest", "a fox", home="web:playground"))
    await admin.overseeing.order(HOME, "pause for the exam", "one")
    found = {str(each.home): each for each in await admin.overseeing.homes()}
    assert list(found) == [GUILD, "web:playground"]
    assert (found[GUILD].images, found[GUILD].nanodollars, found[GUILD].at_work) == (2, 4 * CENT, 0)
    assert (found[GUILD].paused, found[GUILD].pause_reason) == (True, "for the exam")
    assert (found["web:playground"].images, found["web:playground"].at_work) == (0, 1)


async def test_of_very_many_workspaces_those_are_listed_that_did_most(engine: Engine, tmp_path: Path) -> None:
    async with administered(tmp_path, engine=engine, busy=False) as admin:
        actors = [wish("1", "", home=f"discord:{number}").actor for number in range(HOMES_MAX + 5)]
        for actor in actors:
            admin.office.refusals.note(actor, "quota")
        await admin.office.refusals.write()
        busy = Home("discord", "zzz")
        await drawn(admin.bench, wish(MEMBER, "a boat", home=str(busy)))
        found = [each.home for each in await admin.overseeing.homes()]
        assert len(found) == HOMES_MAX
        assert found[-1] == busy
        assert found == sorted(found, key=str)


async def test_what_is_used_is_what_admission_counts_and_by_whom(admin: Admin) -> None:
    for _ in range(4):
        await drawn(admin.bench, wish(GUEST, "a boat"), 4)
    await drawn(admin.bench, wish(DESIGNER, "a boat", channel="sketches"), 10)
    await asked_for(admin.bench, wish(DESIGNER, "a fox"), 6, count=2)
    standing = await admin.overseeing.standing(HOME)
    assert [(each.label, each.used) for each in standing.shared.allowances] == [
        ("$50.00 a month for everyone together", 32 * CENT),
        ("$12.00 a month for each workspace", 32 * CENT),
    ]
    assert {each.key: each.allowances[0].used for each in standing.channels} == {"posters": 6, "sketches": 1}
    people = {each.name: {one.unit: (one.used, one.cap) for one in each.allowances} for each in standing.people}
    assert people == {
        "Guest": {"images": (4, 5), "jobs": (0, 3)},
        "Designer": {"images": (3, 30), "jobs": (1, 3)},
    }
    await drawn(admin.bench, wish(GUEST, "the fifth"), 4)
    with pytest.raises(QuotaExceeded):
        await asked_for(admin.bench, wish(GUEST, "one too many"))


async def test_extras_exemptions_and_own_limits_are_seen(admin: Admin) -> None:
    await drawn(admin.bench, wish(GUEST, "a boat"))
    await drawn(admin.bench, wish(MEMBER, "a boat"))
    orders = (f"grant 7 images to user:{GUEST}", f"exempt user:{MEMBER}", "limit 9 images a day for everyone")
    for number, order in enumerate(orders):
        await admin.overseeing.order(HOME, order, f"order-{number}")
    standing = await admin.overseeing.standing(HOME)
    people = {each.name: each for each in standing.people}
    assert [each.cap for each in people["Guest"].allowances if each.unit == "images"] == [16]
    assert (people["Member"].exempt, list(people["Member"].allowances)) == (True, [])
    assert standing.rules[0].label.startswith("9 images a day")
    assert [each.own for each in standing.rules] == [True] + [False] * 5, "in place of the operator's row"


async def test_a_limit_of_another_workspace_is_not_shown(engine: Engine, tmp_path: Path) -> None:
    theirs = Limit(Scope.WORKSPACE, ELSEWHERE.workspace, Unit.MONEY, Window.MONTH, 5 * CENT)
    async with administered(tmp_path, engine=engine, busy=False, limits=(theirs,)) as admin:
        standing = await admin.overseeing.standing(HOME)
        assert (list(standing.rules), list(standing.shared.allowances)) == ([], [])
        assert len((await admin.overseeing.standing(ELSEWHERE)).shared.allowances) == 1


async def test_a_months_report_is_that_months_and_its_table_has_the_names(admin: Admin) -> None:
    admin.clock.at_us = NOON_US - 30 * DAY_US  # in October
    await drawn(admin.bench, wish(MEMBER, "a boat"), 50)
    admin.clock.at_us = NOON_US
    await drawn(admin.bench, wish(GUEST, "a boat"), 7, measured=False)
    now, before = await admin.overseeing.report(HOME), await admin.overseeing.report(HOME, "2026-10")
    assert (now.span.month, now.usage.total.nanodollars, now.usage.total.estimated_nanodollars) == (
        *("2026-11", 7 * CENT, 7 * CENT),
    )
    assert (before.span.month, before.usage.total.nanodollars) == ("2026-10", 50 * CENT)
    assert (dict(now.names), dict(before.names)) == ({GUEST: "Guest"}, {MEMBER: "Member"})
    assert [each.key for each in before.usage.broken_down[By.DAY]] == ["2026-10-24"]
    rows = list(csv.DictReader(io.StringIO(await admin.overseeing.table(HOME, "2026-10"))))
    assert [(row["name"], row["dollars"]) for row in rows if row["by"] == "person"] == [("Member", "0.500000000")]
    for month in ("2026-13", "26-01", "2026-1x", "0000-01", "²026-01", "2026-11-01", "' OR 1=1"):
        with pytest.raises(NotFound):
            await admin.overseeing.report(HOME, month)


async def test_requests_come_newest_first_by_state_and_without_words(admin: Admin) -> None:
    await drawn(admin.bench, wish(GUEST, "the canary of words"), 4)
    await failed(admin.bench, wish(GUEST, "the canary of words"))
    waiting = await asked_for(admin.bench, wish(MEMBER, "the canary of words"), 9)
    page = await admin.overseeing.requests(HOME, Which.ALL)
    assert [(each.state, each.name, each.nanodollars // CENT, each.is_held) for each in page.lines] == [
        ("queued", "Member", 9, True),
        ("failed", "Guest", 0, False),
        ("delivered", "Guest", 4, False),
    ]
    assert "canary" not in repr(page)
    assert [each.job for each in (await admin.overseeing.requests(HOME, Which.AT_WORK)).lines] == [waiting]
    assert [each.code for each in (await admin.overseeing.requests(HOME, Which.FAILED)).lines] == ["moderated"]
    assert (await admin.overseeing.requests(ELSEWHERE, Which.ALL)).lines == []


async def test_pages_of_requests_leave_nothing_out(engine: Engine, tmp_path: Path) -> None:
    async with administered(tmp_path, engine=engine, busy=False, limits=()) as admin:
        jobs = [await asked_for(admin.bench, wish(MEMBER, "a boat")) for _ in range(ROWS_MAX + 3)]
        first = await admin.overseeing.requests(HOME, Which.ALL)
        second = await admin.overseeing.requests(HOME, Which.ALL, first.before)
        assert {each.job for each in (*first.lines, *second.lines)} == set(jobs)
        assert (len(first.lines), len(second.lines), second.before) == (ROWS_MAX, 3, "")


async def test_words_are_shown_only_of_this_workspace_and_never_in_silence(admin: Admin) -> None:
    job = await drawn(admin.bench, wish(GUEST, "a secret boat"))
    assert await admin.overseeing.words(ELSEWHERE, [job], "key") == {}
    assert list(await admin.overseeing.decisions()) == []
    assert await admin.overseeing.words(HOME, [job], "key") == {job: "a secret boat"}
    (decision,) = await admin.overseeing.decisions(HOME)
    assert (decision.entry.name, decision.entry.said) == (ACTOR, "show words")
    assert decision.entry.changed == "The words of one request were shown."


@pytest.mark.parametrize("billed", [True, False])
async def test_a_lost_answer_is_settled_once_and_written_down(admin: Admin, billed: bool) -> None:
    job = await lost(admin.bench, wish(GUEST, "a boat"), 17)
    assert [each.job for each in await admin.overseeing.uncertain(HOME)] == [job]
    assert (await admin.overseeing.standing(HOME)).people[0].allowances[0].used == 1
    with pytest.raises(NotFound):
        await admin.overseeing.resolve(ELSEWHERE, job, "key", billed=billed)
    said = await admin.overseeing.resolve(HOME, job, "key", billed=billed)
    assert await admin.overseeing.resolve(HOME, job, "key", billed=billed) == said, "the same event again"
    with pytest.raises(NotFound):
        await admin.overseeing.resolve(HOME, job, "another key", billed=not billed)
    with pytest.raises(NotFound):
        await admin.overseeing.resolve(HOME, JobId("0" * 32), "key", billed=True)
    standing = await admin.overseeing.standing(HOME)
    assert standing.people[0].allowances[0].used == 0, "its person is free either way"
    assert standing.shared.allowances[0].used == (17 * CENT if billed else 0)
    (decision,) = await admin.overseeing.decisions(HOME)
    assert (decision.entry.person, decision.entry.changed) == (ACTOR, said)
    assert decision.entry.said == f"resolve {job} {'billed' if billed else 'not billed'}"


async def test_orders_are_those_of_the_chats_and_nobody_is_here(admin: Admin) -> None:
    said = await admin.overseeing.order(HOME, "limit 3 images a day for everyone", "one")
    assert said == "From now on: 3 images a day for each person."
    assert await admin.overseeing.order(HOME, "limit 3 images a day for everyone", "one") == said
    assert "3 images a day for each person (this workspace's own)" in await admin.overseeing.policy(HOME)
    assert "3 images a day" not in await admin.overseeing.policy(ELSEWHERE)
    for words in ("block me", "exempt here", "limit 3 images a day for here", "frobnicate"):
        with pytest.raises(NotUnderstood):
            await admin.overseeing.order(HOME, words, words)
    assert [each.entry.said for each in await admin.overseeing.decisions()] == ["limit 3 images a day for everyone"]


async def test_decisions_of_one_workspace_or_of_all_page_by_page(admin: Admin) -> None:
    await admin.overseeing.order(HOME, "spoiler on", "one")
    admin.clock.advance(1000)
    await admin.overseeing.order(ELSEWHERE, "private on", "two")
    everywhere = await admin.overseeing.decisions()
    assert [(each.home, each.entry.said) for each in everywhere] == [(ELSEWHERE, "private on"), (HOME, "spoiler on")]
    assert [each.home for each in await admin.overseeing.decisions(HOME)] == [HOME]
    before = everywhere[0].entry.at_us
    assert [each.home for each in await admin.overseeing.decisions(before_us=before)] == [HOME]


async def test_what_providers_billed_this_month_and_may_have(admin: Admin) -> None:
    admin.clock.at_us = NOON_US - 40 * DAY_US
    await drawn(admin.bench, wish(MEMBER, "long ago"), 90)
    admin.clock.at_us = NOON_US
    await drawn(admin.bench, wish(MEMBER, "a boat"), 4)
    await drawn(admin.bench, wish(MEMBER, "a boat"), 5)
    await lost(admin.bench, wish(GUEST, "a boat"), 17)
    works = await admin.overseeing.works()
    assert [tuple(each) for each in works.spent] == [
        ("openai", "billed", 9 * CENT, 2),
        ("openai", "presumed", 17 * CENT, 1),
    ]
    assert works.counts.waiting == 0
    assert [each.condition.value for each in works.health] == ["well", "resting", "well"]
