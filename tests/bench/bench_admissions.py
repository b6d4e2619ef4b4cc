"""How fast requests are admitted, and how many of a burst wait longer than a chat platform does.

Ours is the transaction that admits (`Store.admit`: the job, six limits, the reservation, the turn in the queue), and
then the whole of `Admission.admit`, which also reads the words and decides source, size and price; once more in a
workspace with a policy of its own, by people who were given extra, where six limits still apply. Both baselines write
the very rows of the same admissions, recorded beforehand. Raw `sqlite3`: the same statements in one thread, a
commit after every 64, about as fast as SQLite goes at `synchronous=FULL`. aiosqlite: as its README writes and most
asyncio programs do, one shared connection, a lock, a transaction for every request, a statement for every row of it,
and an await for every statement. Rounds alternate, and each is held against the baseline's of the same round, since the
speed of a shared machine changes from minute to minute; the median of the rounds counts.
"""

from __future__ import annotations

import asyncio
import re
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite
from row import Row
from support_ruled import EXTRA, OWN_ALLOWANCE, rule
from support_store import SIX_LIMITS, HandClock, plan_of, request_of

from core.administration.office import Office
from core.admission import Admission, Rules
from core.model import Admitted, ImageRequest
from core.ports import Database, Transaction, Value
from core.ports import Row as Record
from core.providers.illustrator.provider import Illustrator
from core.queue.local import LocalQueue
from core.store.dialect import translate
from core.store.migrate import migrate
from core.store.sqlite import SqliteDatabase
from core.store.store import Store

T = TypeVar("T")
Statement = tuple[str, Sequence[Value]]
Admit = Callable[[ImageRequest], Awaitable[Admitted]]

ROUNDS = 5
ADMISSIONS = 3_000
SLOW_ADMISSIONS = 300
COMMIT_EVERY = 64
BURST = 10_000
DURABLE = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA busy_timeout = 5000",
)
PLATFORM_SECONDS = 3.0  # Discord and Slack give a request up when it is not acknowledged by then
PEOPLE = 50
PROMPT = "A lighthouse on a cliff at dusk, „Grüße aus dem Norden“ in the sky, watercolour, soft light --ar 3:2"


async def run() -> list[Row]:
    """The table's lines (a) and (b). About half a minute."""
    with tempfile.TemporaryDirectory(prefix="easel-bench-") as name:
        folder = Path(name)
        recorded = await _recorded(folder / "record", ADMISSIONS)
        await _ours(folder / "warming up", 64, _transaction)
        await _raw(folder / "warming up, too", recorded)
        few, many, whole, ruled, raw, slow = [], [], [], [], [], []
        for number in range(ROUNDS):
            few.append(await _ours(folder / f"few{number}", 64, _transaction))
            raw.append(await _raw(folder / f"raw{number}", recorded))
            many.append(await _ours(folder / f"many{number}", 256, _transaction))
            whole.append(await _ours(folder / f"whole{number}", 256, whole_admission))
            ruled.append(await _ours(folder / f"ruled{number}", 256, whole_admission, ruled=True))
            slow.append(await _statement_by_statement(folder / f"slow{number}", recorded[:SLOW_ADMISSIONS]))
        late, p99 = await _burst(folder / "burst")
    best, ceiling, usual = statistics.median(many), statistics.median(raw), statistics.median(slow)
    committed, plain = "sqlite3, a commit for every 64", "aiosqlite, statement by statement"
    return [
        Row("admissions, 64 callers", statistics.median(few), "/s", committed, ceiling, *_at_least(few, raw, 0.5)),
        Row("admissions, 256 callers", best, "/s", committed, ceiling, *_at_least(many, raw, 0.5)),
        Row("admissions, 256 callers", best, "/s", plain, usual, *_at_least(many, slow, 10)),
        Row("whole admissions, from the words on", statistics.median(whole), "/s", committed, ceiling),
        Row("whole admissions, from the words on", statistics.median(whole), "/s", plain, usual),
        Row(
            "whole admissions, with a policy and extra",
            statistics.median(ruled),
            "/s",
            "without them",
            statistics.median(whole),
            *_at_least(ruled, whole, 0.8),
        ),
        Row(f"burst of {BURST:,}: later than {PLATFORM_SECONDS:g} s", late, "requests", target="none", met=late == 0),
        Row(f"burst of {BURST:,}: p99", p99, "s", target=f"under {PLATFORM_SECONDS:g} s", met=p99 < PLATFORM_SECONDS),
    ]


def _at_least(ours: Sequence[float], baseline: Sequence[float], ratio: float) -> tuple[str, bool]:
    """The promise and whether it was kept."""
    rounds = [mine / theirs for mine, theirs in zip(ours, baseline, strict=True)]
    return f"at least {ratio:g} times", statistics.median(rounds) >= ratio


class _Recorder:
    """A database that notes every statement of a write, for the baselines to run again."""

    def __init__(self, db: SqliteDatabase) -> None:
        self._db = db
        self.writes: list[list[Statement]] = []

    async def write(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """Run and note."""
        noted: list[Statement] = []
        self.writes.append(noted)
        return await self._db.write(lambda tx: work(_Noting(tx, noted)))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._db, name)


_ROW = re.compile(r"VALUES (\([^()]*\))")


class _Noting:
    def __init__(self, tx: Transaction, noted: list[Statement]) -> None:
        self._tx = tx
        self._noted = noted

    def _note(self, sql: str, values: Sequence[Value]) -> None:
        statement = translate(sql)
        self._noted.append((statement.sql, tuple(statement.values(values))))

    async def execute(self, sql: str, *values: Value) -> int:
        self._note(sql, values)
        return await self._tx.execute(sql, *values)

    async def execute_many(self, sql: str, rows: Sequence[Record]) -> None:
        # For the baselines as one statement of several rows, which is faster from Python than one for each.
        head, one, tail = _ROW.split(translate(sql).sql)
        all_ = ", ".join([one] * len(rows))
        self._noted.append((f"{head}VALUES {all_}{tail}", [value for row in rows for value in row]))
        await self._tx.execute_many(sql, rows)

    async def fetch(self, sql: str, *values: Value) -> Sequence[Record]:
        self._note(sql, values)
        return await self._tx.fetch(sql, *values)

    async def fetch_one(self, sql: str, *values: Value) -> Record | None:
        self._note(sql, values)
        return await self._tx.fetch_one(sql, *values)


def _requests(count: int) -> list[ImageRequest]:
    return [request_of(f"{number:08}", user=f"person-{number % PEOPLE}", prompt=PROMPT) for number in range(count)]


async def _opened(folder: Path) -> SqliteDatabase:
    folder.mkdir()
    db = await SqliteDatabase.open(folder / "easel.sqlite3")
    await migrate(db)
    return db


def _transaction(db: Database) -> Admit:
    """The transaction alone, of a request that was read before."""
    store, plan, queue = Store(db, HandClock()), plan_of(), LocalQueue()
    bounds = {"waiting_max": 10 * BURST, "waiting_max_per_person": 10 * BURST}
    return lambda request: store.admit(request, plan, SIX_LIMITS, service_cost=1573, queue=queue, **bounds)


def whole_admission(db: Database) -> Admit:
    """All that an adapter waits for."""
    illustrator = Illustrator()  # never asked to draw, so no process of it is started
    name, clock = illustrator.name, HandClock()
    rules = Rules(name, name, SIX_LIMITS, waiting_max=10 * BURST, waiting_max_per_person=10 * BURST)
    return Admission(Store(db, clock), LocalQueue(), {name: illustrator}, rules, clock, Office.over(db, clock)).admit


async def _admit_all(admit: Admit, requests: Iterable[ImageRequest], latencies: list[float] | None = None) -> None:
    """One caller: the next request as soon as the last was admitted."""
    start = time.perf_counter()
    for request in requests:
        await admit(request)
        if latencies is not None:
            latencies.append(time.perf_counter() - start)


async def _recorded(folder: Path, count: int) -> list[list[Statement]]:
    db = await _opened(folder)
    recorder = _Recorder(db)
    await _admit_all(_transaction(recorder), _requests(count))
    await db.close()
    return recorder.writes


async def _ours(folder: Path, callers: int, admitter: Callable[[Database], Admit], *, ruled: bool = False) -> float:
    """Admissions a second."""
    db = await _opened(folder)
    store = Store(db, HandClock())
    if ruled:
        await check_six_limits(store, await rule(db, HandClock(), [f"person-{number}" for number in range(PEOPLE)]))
    admit, shared = admitter(db), iter(_requests(ADMISSIONS))
    start = time.perf_counter()
    await asyncio.gather(*(_admit_all(admit, shared) for _ in range(callers)))
    seconds = time.perf_counter() - start
    assert await store.verify() == ()
    await db.close()
    return ADMISSIONS / seconds


async def check_six_limits(store: Store, office: Office) -> None:
    """What is measured is what it says: six limits apply, one of them the house's own, and extra counts."""
    request = request_of(user="person-0")
    terms = await office.terms(SIX_LIMITS, request.actor, request.place)
    allowances = await store.allowances(request.actor, terms.place, terms.limits, terms.extras)
    caps = {allowance.limit_id: allowance.cap for allowance in allowances}
    assert len(caps) == len(SIX_LIMITS)
    assert caps[OWN_ALLOWANCE.id] == OWN_ALLOWANCE.amount + EXTRA


async def _raw(folder: Path, recorded: Sequence[Sequence[Statement]]) -> float:
    await (await _opened(folder)).close()
    return await asyncio.to_thread(_raw_in_thread, folder / "easel.sqlite3", recorded)


def _raw_in_thread(path: Path, recorded: Sequence[Sequence[Statement]]) -> float:
    connection = sqlite3.connect(path, isolation_level=None, cached_statements=256)
    for pragma in DURABLE:
        connection.execute(pragma)
    start = time.perf_counter()
    for batch in _batched(recorded):
        connection.execute("BEGIN IMMEDIATE")
        for statements in batch:
            for sql, values in statements:
                connection.execute(sql, values).fetchall()
        connection.execute("COMMIT")
    seconds = time.perf_counter() - start
    connection.close()
    return len(recorded) / seconds


def _batched(recorded: Sequence[Sequence[Statement]]) -> Iterable[Sequence[Sequence[Statement]]]:
    return (recorded[start : start + COMMIT_EVERY] for start in range(0, len(recorded), COMMIT_EVERY))


async def _statement_by_statement(folder: Path, recorded: Sequence[Sequence[Statement]]) -> float:
    await (await _opened(folder)).close()
    plain = [[single for statement in statements for single in _one_row_each(statement)] for statements in recorded]
    async with aiosqlite.connect(folder / "easel.sqlite3", isolation_level=None) as connection:
        for pragma in DURABLE:
            await connection.execute(pragma)
        lock = asyncio.Lock()

        async def caller(statements: Sequence[Statement]) -> None:
            async with lock:
                await connection.execute("BEGIN IMMEDIATE")
                for sql, values in statements:
                    if sql.startswith("SELECT"):
                        async with connection.execute(sql, values) as cursor:
                            async for _ in cursor:
                                pass
                    else:
                        await connection.execute(sql, values)
                await connection.execute("COMMIT")

        start = time.perf_counter()
        await asyncio.gather(*(caller(statements) for statements in plain))
        return len(recorded) / (time.perf_counter() - start)


_ROWS = re.compile(r"VALUES (\([?, ]+\)(?:, \([?, ]+\))+)")


def _one_row_each(statement: Statement) -> Iterable[Statement]:
    """A statement of several rows, or of several SELECTs, as the several plain ones that it saves."""
    sql, values = statement
    if match := _ROWS.search(sql):
        row = match[1].split("), ")[0].rstrip(")") + ")"
        pieces = [sql.replace(match[1], row)] * (match[1].count("("))
    else:
        pieces = sql.split(" UNION ALL ")
    taken = 0
    for piece in pieces:
        count = piece.count("?")
        yield piece, values[taken : taken + count]
        taken += count


async def _burst(folder: Path) -> tuple[int, float]:
    """Everybody at once: how many waited longer than a platform does, and the 99th percentile in seconds."""
    db = await _opened(folder)
    admit = whole_admission(db)
    latencies: list[float] = []
    await asyncio.gather(*(_admit_all(admit, [request], latencies) for request in _requests(BURST)))
    await db.close()
    assert len(latencies) == BURST
    return sum(latency > PLATFORM_SECONDS for latency in latencies), statistics.quantiles(latencies, n=100)[98]
