"""What is forgotten by its age: where a workspace keeps pictures for a time only, and where Easel was removed.

Money rows stay. Posts in channels stay, too: they are the channel's, which has its own rules for how long.
"""

# ruff: noqa: S608 - statements are put together from constants and parameter numbers, never from anybody's words

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial
from typing import Final

import structlog

from core.administration.policies import retentions
from core.model import JobId
from core.ports import Clock, Database, PlatformAdapter, Transaction
from core.privacy.erasing import SCRUB_SECONDS, Erasing
from core.privacy.remembering import Remembers, Traces
from core.privacy.subject import tokens_of
from core.store import codec, erasure
from core.store.erasure import PORTION
from core.store.sql import integer, text
from core.wording import DAY_US

GRACE_US: Final = 30 * DAY_US  # Easel may have been removed by mistake, or for an afternoon
QUIET_SECONDS: Final = 60.0  # for which the database may be held when nobody draws

log = structlog.get_logger()


class Departures:
    """Which workspaces Easel was removed from, and when."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._db = database
        self._clock = clock

    async def left(self, platform: str, workspace: str) -> None:
        """Easel was removed there. The first time counts. What the workspace pays with goes at once."""
        now_us = self._clock.now_us()

        async def work(tx: Transaction) -> None:
            await tx.execute(
                "INSERT INTO departure (platform, workspace, at_us) VALUES ($1, $2, $3)"
                " ON CONFLICT (platform, workspace) DO NOTHING",
                *(platform, workspace, now_us),
            )
            await erasure.drop_key(tx, platform, workspace)

        await self._db.write(work)

    async def back(self, platform: str, workspaces: Collection[str]) -> None:
        """Easel is there."""
        rows = await self._db.fetch("SELECT workspace FROM departure WHERE platform = $1", platform)
        gone = sorted({text(row[0]) for row in rows} & set(workspaces))
        if gone:

            async def work(tx: Transaction) -> None:
                await tx.execute_many(
                    "DELETE FROM departure WHERE platform = $1 AND workspace = $2",
                    [(platform, workspace) for workspace in gone],
                )

            await self._db.write(work)

    async def known(self, platform: str) -> frozenset[str]:
        """The workspaces that were ever drawn for and have not been forgotten, and those whose key is kept."""
        rows = await self._db.fetch(
            "SELECT workspace FROM job WHERE platform = $1 AND fingerprint <> ''"
            " UNION SELECT workspace FROM own_key WHERE platform = $1",
            platform,
        )
        return frozenset(text(row[0]) for row in rows)


class Retention:
    """Once an hour; again and again harmless."""

    def __init__(
        self, database: Database, erasing: Erasing, adapters: Mapping[str, PlatformAdapter], clock: Clock
    ) -> None:
        self._db = database
        self._departures = Departures(database, clock)
        self._erasing = erasing
        self._adapters = adapters
        self._clock = clock

    async def keep(self) -> None:
        """Forget what is old enough, and go on with what somebody asked to have forgotten."""
        forgotten = 0
        now_us = self._clock.now_us()
        for (platform, workspace), days in (await retentions(self._db)).items():
            forgotten += await self._forget(platform, workspace, now_us - days * DAY_US)
        rows = await self._db.fetch(
            "SELECT platform, workspace, at_us FROM departure WHERE at_us <= $1", now_us - GRACE_US
        )
        for row in rows:
            platform, workspace = text(row[0]), text(row[1])
            if await self._drew_since(platform, workspace, integer(row[2])):  # it is back, and nobody said so
                await self._departures.back(platform, [workspace])
                continue
            forgotten += await self._forget(platform, workspace, now_us)
            await self._db.write(partial(_workspace, platform, workspace))
            forgotten += 1
        swept = await self._erasing.swept()
        if forgotten or swept:
            log.info("forgotten", requests=forgotten, files=swept)
        await self._erasing.resume()
        busy = await self._db.fetch_one("SELECT id FROM job WHERE state IN ('queued', 'running') LIMIT 1")
        if not await self._erasing.scrubbed(SCRUB_SECONDS if busy else QUIET_SECONDS):
            log.warning("database_not_scrubbed", again="when nobody draws")

    async def _drew_since(self, platform: str, workspace: str, at_us: int) -> bool:
        row = await self._db.fetch_one(
            "SELECT id FROM job WHERE platform = $1 AND workspace = $2 AND created_at_us > $3 LIMIT 1",
            *(platform, workspace, at_us),
        )
        return row is not None

    async def _forget(self, platform: str, workspace: str, before_us: int) -> int:
        """Jobs that are older and over; how many there were."""
        gone = 0
        while rows := await self._db.fetch(
            f"SELECT {erasure.JOBS} FROM job WHERE platform = $1 AND workspace = $2 AND created_at_us < $3"
            " AND fingerprint <> '' AND outbox = 0 AND state NOT IN ('queued', 'running')"
            f" ORDER BY created_at_us, id LIMIT {PORTION}",
            *(platform, workspace, before_us),
        ):
            if platform in self._adapters and isinstance(adapter := self._adapters[platform], Remembers):
                requests = [codec.REQUESTS.decode(text(row[4])) for row in rows]
                traces = Traces(
                    person="",
                    workspaces=frozenset({workspace}),
                    jobs=tuple(JobId(text(row[0])) for row in rows),
                    tokens=frozenset(token for request in requests for token in tokens_of(request)),
                    before_us=before_us,
                )
                await adapter.forget(traces, partial(self._erasing.needed, but=platform))
            await self._erasing.forget_jobs(rows)
            gone += len(rows)
        return gone


async def _workspace(platform: str, workspace: str, tx: Transaction) -> None:
    await erasure.workspace_besides(tx, platform, workspace)
