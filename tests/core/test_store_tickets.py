"""In the tables: tickets of providers that work on their own, what may have been billed, who was declined how often."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest
from support_postgres import Engine
from support_store import HOUR_US, SECOND_US, Bench, actor_of, opened, pictures_of, place_of, plan_of, request_of

from core.errors import Cancelled, NotAllowed, QuotaExceeded
from core.model import Admitted, Cost
from core.moderation import ModerationRules
from core.quota import Limit, Scope, Unit, Window
from core.store import jobs
from core.store.jobs import ClaimedJob
from core.store.migrate import migrate
from core.store.sweep import ATTEMPTS_MAX


@pytest.fixture
async def bench(tmp_path: Path, engine: Engine) -> AsyncIterator[Bench]:
    """A fresh store."""
    async with opened(tmp_path, engine=engine) as fresh:
        yield fresh


def never(provider: str, model: str) -> bool:
    return False


async def asked(bench: Bench, ticket: str = "", *, lease: str = "worker") -> ClaimedJob:
    """Claimed and asked for, perhaps with a ticket."""
    job = await bench.claim(lease)
    await bench.store.asked(job.id, lease)
    if ticket:
        await bench.store.keep_ticket(job.id, lease, ticket)
    return job


async def spending(bench: Bench) -> list[tuple[object, ...]]:
    return [tuple(row) for row in await bench.db.fetch("SELECT kind, attempt, nanodollars FROM provider_spend")]


# --- tickets ---------------------------------------------------------------------------------------------------------


async def test_who_has_a_ticket_waits_again_and_keeps_it_and_its_hold(bench: Bench) -> None:
    await bench.admit()
    job = await asked(bench, "resp_1")
    assert job.ticket == ""
    assert (await bench.store.sweep(never, boot=True)).requeued == (job.id,)
    assert await spending(bench) == []
    assert await bench.store.charge_of(job.id) == Cost(1, 40_000_000)
    again = await bench.claim("next")
    assert (again.id, again.attempt, again.ticket) == (job.id, 2, "resp_1")
    await bench.store.asked(job.id, "next")
    assert await bench.store.generated(job.id, "next", pictures_of(again), 1, 30_000_000)
    assert await spending(bench) == [("billed", 2, 30_000_000)]


async def test_it_is_taken_up_so_often_and_is_uncertain_then(bench: Bench) -> None:
    await bench.admit()
    job = await asked(bench, "resp_1")
    for _ in range(ATTEMPTS_MAX - 1):
        assert (await bench.store.sweep(never, boot=True)).requeued == (job.id,)
        assert (await bench.claim()).ticket == "resp_1"
    report = await bench.store.sweep(never, boot=True)
    assert (report.uncertain, report.failed) == ((job.id,), ()), "even when that attempt had not come to ask again"
    assert await spending(bench) == [("presumed", ATTEMPTS_MAX, 40_000_000)]
    assert await bench.store.charge_of(job.id) == Cost(1, 40_000_000)


async def test_an_answer_on_its_way_is_not_called_off(bench: Bench) -> None:
    await bench.admit()
    job = await asked(bench, "resp_1")
    await bench.store.sweep(never, boot=True)
    assert not await bench.store.cancel(job.id, bench.queue), "while it waits"
    await bench.claim()
    assert not await bench.store.cancel(job.id, bench.queue), "before it asks again"
    assert await bench.store.heartbeat([job.id], "worker", 30) == ()
    await bench.store.asked(job.id, "worker")


async def test_a_ticket_is_kept_by_whoever_has_the_lease_only(bench: Bench) -> None:
    await bench.admit()
    job = await asked(bench, lease="zombie")
    bench.clock.advance(31 * SECOND_US)
    await bench.store.sweep(lambda provider, model: True)
    with pytest.raises(Cancelled):
        await bench.store.keep_ticket(job.id, "zombie", "resp_1")
    await asked(bench, "resp_2", lease="living")
    with pytest.raises(Cancelled):
        await bench.store.keep_ticket(job.id, "zombie", "resp_1")
    await bench.store.sweep(never, boot=True)
    assert (await bench.claim()).ticket == "resp_2"


async def test_who_was_not_asked_gave_no_ticket(bench: Bench) -> None:
    await bench.admit()
    job = await bench.claim()
    with pytest.raises(Cancelled):
        await bench.store.keep_ticket(job.id, "worker", "resp_1")


# --- what may have been billed ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("question", [True, False], ids=["asked", "not asked"])
@pytest.mark.parametrize("may_be_billed", [True, False])
async def test_a_failure_is_void_for_the_person_and_presumed_where_it_may_be_billed(
    bench: Bench, question: bool, may_be_billed: bool
) -> None:
    await bench.admit()
    job = await asked(bench) if question else await bench.claim()
    assert await bench.store.failed(job.id, "worker", "drawing_failed", "No picture.", may_be_billed=may_be_billed)
    assert await bench.store.charge_of(job.id) == Cost(0, 0)
    assert await spending(bench) == ([("presumed", 1, 40_000_000)] if question and may_be_billed else [])


async def test_a_shared_cap_on_money_never_forgets_money_that_may_be_gone(bench: Bench) -> None:
    """Nobody pays without a picture; but a workspace that allows a dollar must not spend two."""
    shared = [Limit(scope, "*", Unit.MONEY, Window.MONTH, 50_000_000) for scope in (Scope.WORKSPACE, Scope.EVERYONE)]
    own = [
        Limit(Scope.USER, "*", Unit.MONEY, Window.DAY, 50_000_000),
        Limit(Scope.USER, "*", Unit.IMAGES, Window.DAY, 5),
    ]
    jobs_at_once = Limit(Scope.WORKSPACE, "*", Unit.JOBS, Window.NONE, 5)
    bench.limits = (*shared, *own, jobs_at_once)
    await bench.admit()
    job = await asked(bench)
    assert await bench.store.failed(job.id, "worker", "drawing_failed", "No picture.", may_be_billed=True)
    used = {each.limit_id: each.used for each in await bench.store.allowances(actor_of(), place_of(), bench.limits)}
    assert [used[limit.id] for limit in shared] == [40_000_000, 40_000_000]
    assert [used[limit.id] for limit in (*own, jobs_at_once)] == [0, 0, 0]
    with pytest.raises(QuotaExceeded):
        await bench.admit()
    bench.limits = tuple(own)
    await bench.admit()


async def test_who_lost_the_lease_presumes_nothing(bench: Bench) -> None:
    await bench.admit()
    job = await asked(bench)
    assert not await bench.store.failed(job.id, "zombie", "drawing_failed", "No.", may_be_billed=True)
    assert await spending(bench) == []


# --- facts and bytes -------------------------------------------------------------------------------------------------


async def test_facts_come_back_in_their_order(bench: Bench) -> None:
    await bench.admit()
    job = await asked(bench)
    facts = (("Words as drawn", "„Grüße“ ポスター"), ("Source", "one"), ("Source", "two"))
    (image,) = pictures_of(job)
    noted = replace(image, facts=facts)
    assert await bench.store.generated(job.id, "worker", [noted], 1, None)
    assert await bench.store.image(image.id) == noted
    assert (await bench.store.lineage(image.id))[0].facts == facts


async def test_bytes_are_used_while_a_picture_has_them(bench: Bench) -> None:
    await bench.admit()
    job = await asked(bench)
    images = pictures_of(job, 2, blob="a" * 64)
    assert not await bench.store.uses("a" * 64)
    assert await bench.store.generated(job.id, "worker", images, 2, None)
    await bench.store.delete_image(images[0].id)
    assert await bench.store.uses("a" * 64)
    await bench.store.delete_image(images[1].id)
    assert not await bench.store.uses("a" * 64)


# --- cooling down ----------------------------------------------------------------------------------------------------


async def declined(bench: Bench, code: str = "moderated", user: str = "member", workspace: str = "demo") -> None:
    await bench.admit(request_of(user=user, workspace=workspace), plan_of())
    job = await asked(bench)
    assert await bench.store.failed(job.id, "worker", code, "It declined.")
    assert await bench.store.delivered(job.id, "worker", [], [])


RULES = ModerationRules(cool_down_refusals=2, cool_down_us=HOUR_US)


async def ask(bench: Bench, user: str = "member", workspace: str = "demo", event: str | None = None) -> Admitted:
    """A request to a provider that may decline."""
    request = request_of(event, user=user, workspace=workspace)
    return await bench.store.admit(
        *(request, plan_of(), bench.limits),
        service_cost=1,
        waiting_max=100,
        waiting_max_per_person=100,
        queue=bench.queue,
        moderation=RULES,
    )


async def test_who_is_declined_again_and_again_takes_a_break(bench: Bench) -> None:
    await declined(bench)
    first = await ask(bench, event="between")
    await declined(bench)
    with pytest.raises(NotAllowed, match="Several of your requests were declined") as refusal:
        await ask(bench)
    assert "in 1 hour" in refusal.value.sentence or "in 59 minutes" in refusal.value.sentence
    assert (await ask(bench, event="between")).job == first.job, "what was admitted before is admitted still"
    await ask(bench, user="guest")
    await ask(bench, workspace="another")
    bench.clock.advance(HOUR_US)
    await ask(bench)


async def test_other_failures_ask_for_no_break(bench: Bench) -> None:
    for _ in range(5):
        await declined(bench, "cannot_draw")
    await declined(bench, user="guest")
    await ask(bench)


async def test_who_draws_where_nobody_declines_takes_no_break(bench: Bench) -> None:
    for _ in range(5):
        await declined(bench)
    await bench.admit()


async def test_it_is_looked_up_in_its_own_small_index(bench: Bench, engine: Engine) -> None:
    plan = await engine.plan(bench.db, jobs.declined_sql(2), "web", "demo", 0, "member", "guest")
    assert "job_moderated" in plan
    if engine.name == "sqlite":
        assert "(platform=? AND workspace=? AND user_id=? AND finished_at_us>?)" in plan
    else:
        assert "Index Cond: ((platform = " in plan


def undone(since: int) -> list[str]:
    """What takes back the migrations from this one on."""
    steps = [entry for entry in files("core.store.migrations").iterdir() if entry.name.endswith(".sql")]
    text = "".join(step.read_text() for step in steps if int(step.name[:4]) >= since)
    indexes = re.findall(r"CREATE (?:UNIQUE )?INDEX (\w+)", text)
    tables = re.findall(r"CREATE TABLE (\w+)", text)
    columns = re.findall(r"ALTER TABLE (\w+) ADD COLUMN (\w+)", text)
    assert ("job", "ticket") in columns
    return [
        *(f"DROP INDEX {name}" for name in indexes),
        *(f"DROP TABLE {name}" for name in tables[::-1]),
        *(f"ALTER TABLE {table} DROP COLUMN {name}" for table, name in columns if table not in tables),
        f"UPDATE schema_version SET version = {since - 1} WHERE namespace = 'core'",
    ]


async def test_a_folder_of_the_first_schema_gets_the_new_columns(tmp_path: Path, engine: Engine) -> None:
    """What an older Easel wrote is read as before: without tickets, without facts."""
    folder = tmp_path / "older"
    folder.mkdir()
    async with opened(folder, engine=engine) as older:
        await older.admit()
        job, images = await older.draw()
        await older.post(job.id, images)
        for statement in undone(since=2):
            await older.db.write(lambda tx, statement=statement: tx.execute(statement))  # type: ignore[misc]
        assert await migrate(older.db) >= 2
        assert await older.store.images([image.id for image in images]) == tuple(images)
        await older.admit()
        assert (await older.claim()).ticket == ""
