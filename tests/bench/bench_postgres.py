"""How fast requests are admitted on Postgres, beside plain asyncpg on the same server in the same run.

Ours is the transaction that admits (`Store.admit`), as in `bench_admissions`, and the whole of an admission, with and
without a policy and extra. Both baselines write the very rows of the same admissions, recorded beforehand, a statement
for every row. One as most programs do: a pool, a transaction for every request, and the same lock, without which two
requests could take the last of an allowance. The other on one connection with a commit for every 64, about as fast as
that style goes. The server waits for its disk (fsync=on). Rounds alternate, and each is held against the baseline's of
the same round; the median counts.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
from bench_admissions import check_six_limits, whole_admission
from row import Row
from support_postgres import PostgresEngine, served, there_is_one
from support_ruled import rule
from support_store import SIX_LIMITS, HandClock, plan_of, request_of

from core.model import ImageRequest
from core.ports import Database, Transaction, Value
from core.ports import Row as Record
from core.queue.local import LocalQueue
from core.store.postgres_link import WRITE_LOCK
from core.store.store import Store

T = TypeVar("T")
Statement = tuple[str, Sequence[Value]]

ROUNDS = 3
ADMISSIONS = 2_000
PLAIN_ADMISSIONS = 400
POOL = 8
COMMIT_EVERY = 64
PEOPLE = 50
BURST = 10_000
PLATFORM_SECONDS = 3.0


async def run() -> list[Row]:
    """The table's lines, or none where there is no Postgres. About half a minute."""
    if not there_is_one():
        return []
    with served("fsync=on") as server, tempfile.TemporaryDirectory(prefix="easel-bench-") as name:
        folder, engine = Path(name), PostgresEngine(server)
        recorded = await _recorded(engine, folder / "record")
        await _ours(engine, folder / "warming up", 64)
        few, many, plain, batched, free, ruled = [], [], [], [], [], []
        for number in range(ROUNDS):
            few.append(await _ours(engine, folder / f"few{number}", 64))
            plain.append(await _plain(engine, folder / f"plain{number}", recorded))
            batched.append(await _batched(engine, folder / f"batched{number}", recorded))
            many.append(await _ours(engine, folder / f"many{number}", 256))
            free.append(await _whole(engine, folder / f"free{number}", ruled=False))
            ruled.append(await _whole(engine, folder / f"ruled{number}", ruled=True))
        late, p99 = await _burst(engine, folder / "burst")
    best = statistics.median(many)
    usual, committed = f"asyncpg, a transaction each, pool of {POOL}", f"asyncpg, a commit for every {COMMIT_EVERY}"
    return [
        Row("Postgres: admissions, 64 callers", statistics.median(few), "/s", committed, statistics.median(batched)),
        Row(
            "Postgres: admissions, 256 callers",
            best,
            "/s",
            committed,
            statistics.median(batched),
            *_at_least(many, batched, 2),
        ),
        Row(
            "Postgres: admissions, 256 callers", best, "/s", usual, statistics.median(plain), *_at_least(many, plain, 5)
        ),
        Row(
            "Postgres: whole admissions, with a policy and extra",
            statistics.median(ruled),
            "/s",
            "without them",
            statistics.median(free),
            *_at_least(ruled, free, 0.8),
        ),
        Row(f"Postgres: burst of {BURST:,}: p99", p99, "s"),
        Row(f"Postgres: burst of {BURST:,}: later than {PLATFORM_SECONDS:g} s", late, "requests"),
    ]


def _at_least(ours: Sequence[float], baseline: Sequence[float], ratio: float) -> tuple[str, bool]:
    """The promise and whether it was kept."""
    rounds = [mine / theirs for mine, theirs in zip(ours, baseline, strict=True)]
    return f"at least {ratio:g} times", statistics.median(rounds) >= ratio


def _requests(count: int) -> list[ImageRequest]:
    return [request_of(f"{number:08}", user=f"person-{number % PEOPLE}") for number in range(count)]


def _admit(db: Database) -> Callable[[ImageRequest], Awaitable[Any]]:
    store, plan, queue = Store(db, HandClock()), plan_of(), LocalQueue()
    bounds = {"waiting_max": 10 * BURST, "waiting_max_per_person": 10 * BURST}
    return lambda request: store.admit(request, plan, SIX_LIMITS, service_cost=1573, queue=queue, **bounds)


async def _all(admit: Callable[[ImageRequest], Awaitable[Any]], requests: Iterable[ImageRequest]) -> None:
    for request in requests:
        await admit(request)


async def _ours(engine: PostgresEngine, folder: Path, callers: int) -> float:
    db = await engine.open(folder)
    admit, shared = _admit(db), iter(_requests(ADMISSIONS))
    start = time.perf_counter()
    await asyncio.gather(*(_all(admit, shared) for _ in range(callers)))
    seconds = time.perf_counter() - start
    assert await Store(db, HandClock()).verify() == ()
    await db.close()
    return ADMISSIONS / seconds


async def _whole(engine: PostgresEngine, folder: Path, *, ruled: bool) -> float:
    """All that an adapter waits for; `ruled`: in a workspace with a policy, by people who were given extra."""
    db = await engine.open(folder)
    if ruled:
        people = [f"person-{number}" for number in range(PEOPLE)]
        await check_six_limits(Store(db, HandClock()), await rule(db, HandClock(), people))
    admit, shared = whole_admission(db), iter(_requests(ADMISSIONS))
    start = time.perf_counter()
    await asyncio.gather(*(_all(admit, shared) for _ in range(256)))
    seconds = time.perf_counter() - start
    assert await Store(db, HandClock()).verify() == ()
    await db.close()
    return ADMISSIONS / seconds


@dataclass(slots=True)
class _Noting:
    """A transaction that notes every statement with its values, and one for each row."""

    tx: Transaction
    noted: list[Statement] = field(default_factory=list)

    async def execute(self, sql: str, *values: Value) -> int:
        self.noted.append((sql, values))
        return await self.tx.execute(sql, *values)

    async def execute_many(self, sql: str, rows: Sequence[Record]) -> None:
        self.noted += [(sql, row) for row in rows]
        await self.tx.execute_many(sql, rows)

    async def fetch(self, sql: str, *values: Value) -> Sequence[Record]:
        self.noted.append((sql, values))
        return await self.tx.fetch(sql, *values)

    async def fetch_one(self, sql: str, *values: Value) -> Record | None:
        self.noted.append((sql, values))
        return await self.tx.fetch_one(sql, *values)


class _Recorder:
    """A database whose writes are noted."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.writes: list[list[Statement]] = []

    async def write(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """Run and note."""
        noted: list[Statement] = []
        self.writes.append(noted)
        return await self._db.write(lambda tx: work(_Noting(tx, noted)))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._db, name)


async def _recorded(engine: PostgresEngine, folder: Path) -> list[list[Statement]]:
    db = await engine.open(folder)
    recorder = _Recorder(db)
    await _all(_admit(recorder), _requests(PLAIN_ADMISSIONS))
    await db.close()
    return recorder.writes


async def _plain(engine: PostgresEngine, folder: Path, recorded: Sequence[Sequence[Statement]]) -> float:
    async with asyncpg.create_pool(await engine.url(folder), min_size=POOL, max_size=POOL) as pool:
        left = iter(recorded)

        async def caller() -> None:
            for statements in left:
                async with pool.acquire() as connection, connection.transaction():
                    await connection.execute(f"SELECT pg_advisory_xact_lock({WRITE_LOCK})")
                    for sql, values in statements:
                        await connection.fetch(sql, *values)

        start = time.perf_counter()
        await asyncio.gather(*(caller() for _ in range(64)))
        return len(recorded) / (time.perf_counter() - start)


async def _batched(engine: PostgresEngine, folder: Path, recorded: Sequence[Sequence[Statement]]) -> float:
    connection = await asyncpg.connect(await engine.url(folder))
    start = time.perf_counter()
    for first in range(0, len(recorded), COMMIT_EVERY):
        async with connection.transaction():
            await connection.execute(f"SELECT pg_advisory_xact_lock({WRITE_LOCK})")
            for statements in recorded[first : first + COMMIT_EVERY]:
                for sql, values in statements:
                    await connection.fetch(sql, *values)
    seconds = time.perf_counter() - start
    await connection.close()
    return len(recorded) / seconds


async def _burst(engine: PostgresEngine, folder: Path) -> tuple[int, float]:
    """Everybody at once: how many waited longer than a platform does, and the 99th percentile in seconds."""
    db = await engine.open(folder)
    admit = _admit(db)
    latencies: list[float] = []
    start = time.perf_counter()

    async def one(request: ImageRequest) -> None:
        await admit(request)
        latencies.append(time.perf_counter() - start)

    await asyncio.gather(*map(one, _requests(BURST)))
    await db.close()
    return sum(latency > PLATFORM_SECONDS for latency in latencies), statistics.quantiles(latencies, n=100)[98]
