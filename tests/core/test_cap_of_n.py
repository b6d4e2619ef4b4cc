"""A cap of N admits N, however many ask at once, on every engine and through several processes' connections."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import pytest
from support_postgres import Engine, PostgresEngine, Server, alone
from support_store import Bench, HandClock, opened, plan_of, request_of

from core.errors import QuotaExceeded
from core.model import Admitted
from core.quota import Limit, Scope, Unit, Window

LATER = 10**9


def capped(images: int) -> tuple[Limit, ...]:
    """One cap that everybody shares, and others above it that nobody meets."""
    return (
        Limit(Scope.WORKSPACE, "*", Unit.IMAGES, Window.DAY, images),
        Limit(Scope.EVERYONE, "*", Unit.MONEY, Window.MONTH, 10**18),
        Limit(Scope.USER, "*", Unit.IMAGES, Window.ROLLING_HOUR, 10**9),
    )


async def ask(bench: Bench, number: int) -> str:
    """One person of many, for one picture."""
    request = request_of(f"e{number}", user=f"u{number % 97}")
    try:
        admitted = await bench.admit(request, plan_of(1), waiting_max=LATER, waiting_max_per_person=LATER)
    except QuotaExceeded:
        return "refused"
    assert isinstance(admitted, Admitted)
    return "admitted"


async def race(bench: Bench, asking: int, cap: int) -> None:
    answers = Counter(await asyncio.gather(*(ask(bench, number) for number in range(asking))))
    assert answers == {"admitted": cap, "refused": asking - cap}
    assert await bench.db.fetch("SELECT count(*) FROM job") == [(cap,)]
    assert await bench.db.fetch("SELECT SUM(pending) FROM bucket WHERE limit_id LIKE '%:images:day'") == [(cap,)]


async def test_a_thousand_ask_for_less(tmp_path: Path, engine: Engine) -> None:
    async with opened(tmp_path, capped(137), engine) as bench:
        await race(bench, 1_000, 137)


@pytest.mark.long
async def test_ten_thousand_ask_for_less(tmp_path: Path, engine: Engine) -> None:
    async with opened(tmp_path, capped(4_999), engine) as bench:
        await race(bench, 10_000, 4_999)


@pytest.mark.parametrize("asking", [600, pytest.param(10_000, marks=pytest.mark.long)])
async def test_several_processes_admit_no_more_than_one(tmp_path: Path, postgres_server: Server, asking: int) -> None:
    """Each has its own connection and decides by what the ones before it have written."""
    engine, cap = PostgresEngine(postgres_server), asking // 3
    async with opened(tmp_path, capped(cap), engine) as bench:
        others = [Bench(await engine.open(tmp_path), HandClock(), bench.limits) for _ in range(3)]
        everybody = (bench, *others)
        answers = Counter(await asyncio.gather(*(ask(everybody[n % 4], n) for n in range(asking))))
        for other in others:
            await other.db.close()
        assert answers == {"admitted": cap, "refused": asking - cap}
        assert await bench.db.fetch("SELECT count(*) FROM job") == [(cap,)]
    alone(engine.clear)
