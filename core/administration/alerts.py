"""Telling a workspace that a shared limit on money is used up to 50, 80 and 100 %: once each, in every window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from core import wording
from core.administration.policies import Policies
from core.administration.policy import Policy
from core.model import Actor, Place
from core.ports import Clock, Database, Transaction
from core.quota import Applied, Limit, Scope, Unit, applicable
from core.store.ledger import tally
from core.store.sql import text

SHARES: Final = (100, 80, 50)  # percent, the highest first


@dataclass(frozen=True, slots=True)
class Alert:
    """One sentence for the administrators of a workspace."""

    platform: str
    workspace: str
    channel: str  # where it is told
    sentence: str
    limit_id: str
    slot_us: int
    percent: int


class Alerts:
    """Finds what has to be told. A share is told of once in its window; of several at once, the highest only."""

    def __init__(
        self,
        database: Database,
        policies: Policies,
        operators: Callable[[], Sequence[Limit]],
        clock: Clock,
        time_zone: str = "UTC",
    ) -> None:
        """`time_zone`: by which limits reset where a workspace has not set its own."""
        self._time_zone = time_zone
        self._db = database
        self._policies = policies
        self._operators = operators
        self._clock = clock

    async def due(self) -> Sequence[Alert]:
        """What nobody was told yet, of all workspaces that want to be told."""
        rows = await self._db.fetch("SELECT platform, workspace FROM policy ORDER BY platform, workspace")
        found: list[Alert] = []
        for row in rows:
            platform, workspace = text(row[0]), text(row[1])
            policy = (await self._policies.of(platform, workspace)).policy
            if policy.alerts:
                found += await self._of(platform, workspace, policy)
        return found

    async def told(self, alert: Alert) -> bool:
        """Write down that it is being told, with all shares below it; False when another process did."""

        async def work(tx: Transaction) -> bool:
            changed = 0
            for percent in SHARES:
                if percent <= alert.percent:
                    key = (alert.platform, alert.workspace, alert.limit_id, alert.slot_us, percent)
                    written = await tx.execute(_INSERT, *key, self._clock.now_us())
                    changed += written if percent == alert.percent else 0
            return changed == 1

        return await self._db.write(work)

    async def untold(self, alert: Alert) -> None:
        """It could not be told at the moment: it is due again."""

        async def work(tx: Transaction) -> None:
            await tx.execute(
                "DELETE FROM alert WHERE platform = $1 AND workspace = $2 AND limit_id = $3 AND slot_us = $4"
                " AND percent = $5",
                *(alert.platform, alert.workspace, alert.limit_id, alert.slot_us, alert.percent),
            )

        await self._db.write(work)

    async def _of(self, platform: str, workspace: str, policy: Policy) -> Sequence[Alert]:
        now_us = self._clock.now_us()
        nobody = Actor(platform, workspace, "", "")
        place = Place(platform, workspace, policy.alerts, time_zone=policy.time_zone or self._time_zone)
        shared = [limit for limit in (*self._operators(), *policy.limits) if _is_budget(limit)]
        alerts: list[Alert] = []
        for applied in applicable(shared, nobody, place, now_us):
            percent = await self._share(applied)
            told = await self._db.fetch(
                "SELECT percent FROM alert WHERE platform = $1 AND workspace = $2 AND limit_id = $3 AND slot_us = $4",
                *(platform, workspace, applied.limit.id, applied.buckets[-1].slot_us),
            )
            if percent and percent > max((int(row[0] or 0) for row in told), default=0):
                alerts.append(_alert(applied, place, percent, now_us))
        return alerts

    async def _share(self, applied: Applied) -> int:
        """The highest share that is reached; 0 for none. What is held counts: it may be spent any moment."""
        counted = (await tally(self._db.fetch, [applied])).counted([applied])
        used = sum(each.pending + each.posted for each in counted.values())
        return next((share for share in SHARES if used * 100 >= applied.limit.amount * share and used), 0)


_INSERT: Final = (
    "INSERT INTO alert (platform, workspace, limit_id, slot_us, percent, at_us) VALUES ($1, $2, $3, $4, $5, $6)"
    " ON CONFLICT (platform, workspace, limit_id, slot_us, percent) DO NOTHING"
)


def _is_budget(limit: Limit) -> bool:
    return limit.unit is Unit.MONEY and limit.scope is Scope.WORKSPACE and limit.amount > 0


def _alert(applied: Applied, place: Place, percent: int, now_us: int) -> Alert:
    limit = applied.limit
    resets = ""
    if applied.resets_at_us is not None:
        resets = f" It resets {wording.moment(applied.resets_at_us, now_us, place.time_zone)}."
    what = "is used up" if percent == 100 else f"is used up to {percent} %"
    budget = wording.limit_label(limit.scope, "this", limit.unit, limit.window, limit.amount)  # said where it holds
    sentence = f"The budget of {budget} {what}, what is being drawn included.{resets}"
    return Alert(
        place.platform, place.workspace, place.channel, sentence, limit.id, applied.buckets[-1].slot_us, percent
    )
