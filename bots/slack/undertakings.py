"""What was taken up and is not answered yet: from before "One moment …" is said until it is a job, or was answered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bots.slack.destination import PLATFORM, Spot, decode, encode
from core.errors import Gone
from core.model import Destination
from core.ports import Clock, Database


@dataclass(frozen=True, slots=True)
class Undertaking:
    """One of them. A spot without `placeholder`: nobody knows whether "One moment …" arrived, or it was said
    elsewhere."""

    asked: str  # the core's key of the request
    spot: Spot | None  # None when a newer Easel wrote it


class Undertakings:
    """Written down before and after "One moment …", and read by whichever process comes later."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    @asynccontextmanager
    async def until_answered(self, asked: str, spot: Spot) -> AsyncIterator[None]:
        """Taken up until this block ends, however it does; not when the process ends in it: the next one mends."""
        await self.begun(asked, spot)
        try:
            yield
        except asyncio.CancelledError:
            raise
        except BaseException:
            await self.settled(asked)
            raise
        await self.settled(asked)

    async def begun(self, asked: str, spot: Spot) -> None:
        """It is taken up, or "One moment …" stands there by now. What was settled stays so."""
        values = (asked, encode(spot).token, self._clock.now_us())
        await self._execute(
            "INSERT INTO slack_working (asked, spot, at_us) VALUES ($1, $2, $3)"
            " ON CONFLICT (asked) DO UPDATE SET spot = excluded.spot",
            *values,
        )

    async def settled(self, asked: str) -> None:
        """Answered, or the core's business, which outlives this process."""
        await self._execute("UPDATE slack_working SET settled = 1 WHERE asked = $1", asked)

    async def left(self, before_us: int) -> tuple[Undertaking, ...]:
        """What was taken up before that moment and not settled, the oldest first; a hundred at most."""
        rows = await self._database.fetch(
            "SELECT asked, spot FROM slack_working WHERE settled = 0 AND at_us < $1 ORDER BY at_us, asked LIMIT 100",
            before_us,
        )
        return tuple(Undertaking(str(asked), _read(str(spot))) for asked, spot in rows)

    async def _execute(self, sql: str, *values: str | int) -> None:
        await self._database.write(lambda tx: tx.execute(sql, *values))


def _read(token: str) -> Spot | None:
    try:
        return decode(Destination(PLATFORM, token))
    except Gone:
        return None
