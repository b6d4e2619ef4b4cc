"""Reports from the books: who drew what, where, with which model, and what it cost."""

# ruff: noqa: S608 - statements are put together from constants and parameter numbers, never from anybody's words

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

from core.administration.usage import Turned, Usage, Work, usage
from core.model import Actor, Quality, Size
from core.ports import Clock, Database, Row, Transaction
from core.pricing import PriceTable, estimate
from core.store.codec import REQUESTS
from core.store.sql import integer, list_of, portions, text
from core.wording import DAY_US

_WORK: Final = (
    "SELECT j.user_id, j.channel, j.plan, j.created_at_us, j.state, j.code, c.settled_images, c.settled_nanodollars,"
    " c.measured FROM job j JOIN charge c ON c.job = j.id"
    " WHERE j.platform = $1 AND j.workspace = $2 AND j.created_at_us >= $3 AND j.created_at_us < $4"
)
_TURNED: Final = (
    "SELECT person, code, day_us, number FROM refusal"
    " WHERE platform = $1 AND workspace = $2 AND day_us >= $3 AND day_us < $4"
)
_COUNT: Final = (
    "INSERT INTO refusal (platform, workspace, person, code, day_us, number) VALUES ($1, $2, $3, $4, $5, $6)"
    " ON CONFLICT (platform, workspace, person, code, day_us) DO UPDATE SET number = refusal.number + excluded.number"
)
NAMES_MAX: Final = 200


class Refusals:
    """Counts who was turned down, and writes the counts down now and then: a refusal itself writes nothing."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._db = database
        self._clock = clock
        self._counts: Counter[tuple[str, str, str, str, int]] = Counter()

    def note(self, actor: Actor, code: str) -> None:
        """One more."""
        day_us = self._clock.now_us() // DAY_US * DAY_US
        self._counts[(actor.platform, actor.workspace, actor.user, code, day_us)] += 1

    async def write(self) -> None:
        """What came since the last time. What a crash takes with it is a count in a report, and no money."""
        counts, self._counts = self._counts, Counter()
        if not counts:
            return

        async def work(tx: Transaction) -> None:
            await tx.execute_many(_COUNT, [(*key, number) for key, number in counts.items()])

        await self._db.write(work)


class Reports:
    """Over one database."""

    def __init__(self, database: Database, refusals: Refusals) -> None:
        self._db = database
        self._refusals = refusals

    async def usage(
        self, platform: str, workspace: str, since_us: int, until_us: int, time_zone: str, prices: PriceTable
    ) -> Usage:
        """One workspace's, of what was asked for within `[since_us, until_us)`. `prices`: for what drafts saved."""
        await self._refusals.write()
        jobs = await self._db.fetch(_WORK, platform, workspace, since_us, until_us)
        turned = await self._db.fetch(_TURNED, platform, workspace, since_us - DAY_US + 1, until_us)

        def add_up() -> Usage:
            work = [_work(row, prices) for row in jobs]
            return usage(work, [_turned(row) for row in turned], since_us, until_us, time_zone)

        return await asyncio.to_thread(add_up)

    async def names(self, platform: str, workspace: str, people: Sequence[str]) -> Mapping[str, str]:
        """How these people were called when they last asked for something."""
        found: dict[str, str] = {}
        for portion in portions(people[:NAMES_MAX]):
            for row in await self._db.fetch(_names_sql(len(portion)), platform, workspace, *portion):
                found[text(row[0])] = REQUESTS.decode(text(row[1])).actor.name
        return found


@cache
def _names_sql(people: int) -> str:
    """The newest request of so many people."""
    return (
        "SELECT j.user_id, j.request FROM (SELECT user_id, MAX(created_at_us) AS newest FROM job"
        f" WHERE platform = $1 AND workspace = $2 AND user_id IN ({list_of(people, first=3)}) GROUP BY user_id) AS g"
        " JOIN job j ON j.platform = $1 AND j.workspace = $2 AND j.user_id = g.user_id AND j.created_at_us = g.newest"
    )


def _work(row: Row, prices: PriceTable) -> Work:
    person, channel, plan_text, at_us, state, code, images, nanodollars, measured = row
    plan = json.loads(text(plan_text))
    spent = integer(nanodollars)
    return Work(
        text(person),
        text(channel),
        str(plan["model"]),
        str(plan["quality"]),
        integer(at_us),
        text(state),
        text(code),
        integer(images),
        spent,
        bool(measured),
        _in_high_quality(plan, integer(images), prices) if spent and plan["quality"] == Quality.LOW else 0,
    )


def _in_high_quality(plan: Mapping[str, object], count: int, prices: PriceTable) -> int:
    """What the same pictures would have cost at most, had they not been drafts. In nano-dollars."""
    size, sources = plan["size"], plan.get("sources")
    assert isinstance(size, dict)
    price = prices.find(str(plan["provider"]), str(plan["model"]))
    cost = estimate(
        price,
        size=Size(int(size["width"]), int(size["height"])),
        quality=Quality.HIGH,
        count=count,
        text=str(plan["text"]),
        pictures=len(sources) if isinstance(sources, list) else 0,
    )
    return cost.nanodollars


def _turned(row: Row) -> Turned:
    return Turned(text(row[0]), text(row[1]), integer(row[2]), integer(row[3]))
