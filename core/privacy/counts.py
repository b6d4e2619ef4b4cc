"""The counts of limits, after somebody's erasure: called by their pseudonym as soon as a window has ended.

Not sooner: who deletes everything must not find a new allowance.
"""

# ruff: noqa: S608 - statements are put together from constants and parameter numbers, never from anybody's words

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, assert_never

from core.model import JobId
from core.ports import Database, Transaction
from core.quota import holder_of
from core.store import erasure
from core.store.erasure import Alias
from core.store.sql import integer, list_of, text
from core.windows import ROLLING, SUB_SLOTS, TICK_US, Window
from core.wording import DAY_US, HOUR_US

_LONGEST_US: Final[Mapping[Window, int]] = {
    Window.HOUR: 2 * HOUR_US,
    Window.DAY: DAY_US + 2 * HOUR_US,  # the day on which clocks are set back
    Window.WEEK: 7 * DAY_US + 2 * HOUR_US,
    Window.MONTH: 31 * DAY_US + 2 * HOUR_US,
}


@dataclass(frozen=True, slots=True)
class Slot:
    """Usage under one limit."""

    limit_id: str
    holder: str
    slot_us: int
    pending: int

    def has_ended(self, now_us: int) -> bool:
        """Whether nothing will be held against it any more. A slot of jobs in flight has no end but none in flight."""
        window = Window(self.limit_id.rpartition(":")[2])
        match window:
            case Window.NONE:
                return self.pending == 0
            case Window.HOUR | Window.DAY | Window.WEEK | Window.MONTH:
                return now_us >= self.slot_us + _LONGEST_US[window]
            case Window.ROLLING_HOUR | Window.ROLLING_DAY | Window.ROLLING_WEEK | Window.ROLLING_MONTH:
                assert window in ROLLING
                return now_us >= self.slot_us + (SUB_SLOTS + 2) * TICK_US[window]
            case _:
                assert_never(window)


class Names:
    """What the counts of one person are called by, and what instead."""

    def __init__(self, alias: Alias, direct: Collection[str]) -> None:
        """`direct`: the channels of their conversations with Easel alone."""
        self._alias = alias
        platform, workspace = alias.platform, alias.workspace
        home = alias.workspace_for(workspace)
        self._whole = {holder_of(platform, workspace, alias.person): holder_of(platform, home, alias.pseudonym)}
        for channel in sorted(direct):
            named = holder_of(platform, home, f"direct-{alias.pseudonym}")
            self._whole[holder_of(platform, workspace, channel)] = named
        self._own = holder_of(platform, workspace) if alias.own else ""

    @property
    def sql(self) -> tuple[str, Sequence[str]]:
        """The condition on `holder`, and its values."""
        values = list(self._whole)
        where = f"holder IN ({list_of(len(values))})"
        if self._own:
            values += [self._own, f"{self._own}:", f"{self._own};"]  # ";" is the sign after ":"
            n = len(values)
            where += f" OR holder = ${n - 2} OR (holder > ${n - 1} AND holder < ${n})"
        return f"({where})", values

    def of(self, limit_id: str, holder: str) -> tuple[str, str]:
        """What this limit and this holder are called from now on."""
        alias = self._alias
        for scope, old in (("user", alias.person), ("workspace", alias.workspace if alias.own else "")):
            if old and limit_id.startswith(f"{scope}:{old}:"):
                limit_id = f"{scope}:{alias.pseudonym}:{limit_id.removeprefix(f'{scope}:{old}:')}"
        if holder in self._whole:
            return limit_id, self._whole[holder]
        return limit_id, holder_of(alias.platform, alias.pseudonym) + holder.removeprefix(self._own)


async def rename_ended(db: Database, names: Names, now_us: int) -> bool:
    """Rename what has ended. Whether nothing is left that still runs."""
    where, values = names.sql
    rows = await db.fetch(f"SELECT limit_id, holder, slot_us, pending FROM bucket WHERE {where}", *values)
    slots = [Slot(text(row[0]), text(row[1]), integer(row[2]), integer(row[3])) for row in rows]
    ended = [slot for slot in slots if slot.has_ended(now_us)]
    if ended:
        held = await _held(db, where, values)
        for slot in ended:
            key = (slot.limit_id, slot.holder)
            jobs = held.get((*key, slot.slot_us), ())
            await db.write(_renaming(jobs, key, names.of(*key), slot.slot_us))
    return len(ended) == len(slots)


def _renaming(
    jobs: Sequence[JobId], old: tuple[str, str], new: tuple[str, str], slot_us: int
) -> Callable[[Transaction], Awaitable[None]]:
    async def work(tx: Transaction) -> None:
        await erasure.rename(tx, jobs, old, new, slot_us)

    return work


async def _held(db: Database, where: str, values: Sequence[str]) -> Mapping[tuple[str, str, int], Sequence[JobId]]:
    """The jobs of each slot: read beside the writes, since the journal is not sorted by holders."""
    rows = await db.fetch(
        f"SELECT job, limit_id, holder, slot_us FROM journal WHERE kind = 'hold' AND {where}", *values
    )
    found: dict[tuple[str, str, int], list[JobId]] = {}
    for job, limit_id, holder, slot_us in rows:
        found.setdefault((text(limit_id), text(holder), integer(slot_us)), []).append(JobId(text(job)))
    return found
