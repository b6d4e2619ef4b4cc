"""The books, checked: what must be true of the tables at every moment, as SQL that finds where it is not.

The rules follow TigerBeetle's two-phase transfers (a reservation is resolved at most once, and checked when it is made)
and Stripe's ledger (an append-only journal is the truth, sums are derived from it and compared with it).
"""

# ruff: noqa: S608 - statements are put together from constants and parameter numbers, never from anybody's words

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from core.ports import Database
from core.quota import Unit
from core.windows import ROLLING, SUB_SLOTS, TICK_US, Window

_NAMED_MAX: Final = 5


@dataclass(frozen=True, slots=True)
class Invariant:
    """A rule, and the SQL that finds what breaks it: one row for each, whose first column names it."""

    rule: str
    sql: str


async def verify(db: Database) -> tuple[str, ...]:
    """Every broken rule with its first few culprits; empty when the books are in order."""
    findings = []
    for invariant in INVARIANTS:
        rows = await db.fetch(invariant.sql)
        if rows:
            findings.append(told(invariant.rule, [str(row[0]) for row in rows]))
    return tuple(findings)


def told(rule: str, culprits: Sequence[str]) -> str:
    """A broken rule with the first few of what breaks it; "" for none."""
    more = f" and {len(culprits) - _NAMED_MAX} more" if len(culprits) > _NAMED_MAX else ""
    return f"{rule}: {', '.join(culprits[:_NAMED_MAX])}{more}" if culprits else ""


def _ends(column: str, *tails: str) -> str:
    return "(" + " OR ".join(f"{column} LIKE '%:{tail}'" for tail in tails) + ")"


def _counts(column: str, unit: Unit) -> str:
    """Whether a limit id is of this unit: it ends in unit and window, whatever its selector holds."""
    return _ends(column, *(f"{unit}:{window}" for window in Window))


# A hold with what it came to: itself while it is open, what was used within it once settled, nothing once void.
# What was used beyond it stands in `adjust` rows and is no fault of the limit. Who asked for nothing was let through
# whatever was used, so the cap of such a hold was not asked either.
_NET: Final = (
    "SELECT h.job, h.limit_id, h.holder, h.slot_us, h.at_us, CASE WHEN h.pending > 0 THEN h.cap END AS cap,"
    " CASE WHEN r.kind IS NULL THEN h.pending WHEN r.kind = 'void' THEN 0 ELSE r.posted END AS amount"
    " FROM journal h LEFT JOIN journal r ON r.job = h.job AND r.limit_id = h.limit_id AND r.holder = h.holder"
    " AND r.kind IN ('post', 'void') WHERE h.kind = 'hold' AND "
)


def _within(which: str, owner: str, frame: str) -> str:
    """Holds that went over the cap of their moment, seen with all that counted in their window then.

    A clock that was set back stands still until it is as late again. Which of the holds of one moment came first is
    not known, so the highest of their caps counts.
    """
    return (
        f"SELECT job FROM (SELECT job, cap, SUM(amount) OVER (PARTITION BY {owner} ORDER BY at_us {frame}) AS used,"
        f" MAX(cap) OVER (PARTITION BY {owner}, at_us) AS most FROM ({_NET}{which}) AS net) AS seen"
        " WHERE cap IS NOT NULL AND used > most"
    )


def _rolling(window: Window) -> Invariant:
    width_us = SUB_SLOTS * TICK_US[window]
    frame = f"RANGE BETWEEN {width_us - 1} PRECEDING AND CURRENT ROW"
    rule = f"A limit ({window}) was exceeded"
    return Invariant(rule, _within(_ends("h.limit_id", window), "limit_id, holder", frame))


# Caps that many share: on money they remember what may have been billed for nothing (`core.store.ledger.void`).
_SHARED: Final = "(e.limit_id LIKE 'everyone:%' OR e.limit_id LIKE 'workspace:%' OR e.limit_id LIKE 'channel:%')"
_CALENDAR: Final = tuple(window for window in Window if window not in ROLLING and window is not Window.NONE)
_JOB_IDS: Final = "SELECT j.id FROM job j LEFT JOIN charge c ON c.job = j.id WHERE "

INVARIANTS: Final = (
    Invariant(
        "A bucket is not the sum of its journal",
        "SELECT limit_id || ' of ' || holder FROM"
        " (SELECT limit_id, holder, slot_us, pending, posted FROM bucket"
        "  UNION ALL SELECT limit_id, holder, slot_us, -pending, -posted FROM journal) AS both_sides"
        " GROUP BY limit_id, holder, slot_us HAVING SUM(pending) <> 0 OR SUM(posted) <> 0",
    ),
    Invariant(
        "A closed charge still holds something",
        "SELECT c.job FROM charge c JOIN journal e ON e.job = c.job WHERE c.state <> 'reserved'"
        " GROUP BY c.job HAVING SUM(e.pending) <> 0 OR SUM(CASE WHEN e.kind = 'hold' THEN 1 ELSE 0 END)"
        " <> SUM(CASE WHEN e.kind IN ('post', 'void') THEN 1 ELSE 0 END)",
    ),
    Invariant(
        "A charge that is open let go of something, or an uncertain one is still in flight",
        "SELECT e.job FROM journal e JOIN charge c ON c.job = e.job JOIN job j ON j.id = e.job"
        " WHERE c.state = 'reserved' GROUP BY e.job, j.state, e.limit_id, e.holder"
        f" HAVING COUNT(*) <> CASE WHEN j.state = 'uncertain' AND {_counts('e.limit_id', Unit.JOBS)} THEN 2 ELSE 1 END",
    ),
    Invariant(
        "A charge says that it is closed and is not, or costs something and was not settled",
        "SELECT job FROM charge WHERE (state = 'reserved') <> (closed_at_us IS NULL)"
        " OR (state <> 'settled' AND settled_images + settled_nanodollars + measured > 0)",
    ),
    Invariant(
        "A void charge used something",
        "SELECT c.job FROM charge c JOIN journal e ON e.job = c.job WHERE c.state = 'voided' AND e.posted <> 0"
        f" AND NOT ({_SHARED} AND {_counts('e.limit_id', Unit.MONEY)} AND e.posted ="
        "  (SELECT COALESCE(SUM(s.nanodollars), 0) FROM provider_spend s WHERE s.job = c.job AND s.kind = 'presumed'))",
    ),
    Invariant(
        "A hold was resolved twice, or something that was never held",
        "SELECT r.job FROM journal r LEFT JOIN journal h ON h.job = r.job AND h.limit_id = r.limit_id"
        " AND h.holder = r.holder AND h.kind = 'hold' WHERE r.kind <> 'hold'"
        " GROUP BY r.job, r.limit_id, r.holder"
        " HAVING COUNT(h.job) = 0 OR SUM(CASE WHEN r.kind IN ('post', 'void') THEN 1 ELSE 0 END) <> 1"
        " OR MIN(r.slot_us) <> MIN(h.slot_us) OR MAX(r.slot_us) <> MIN(h.slot_us)"
        " OR SUM(r.pending) <> -MIN(h.pending)",
    ),
    *(_rolling(window) for window in Window if window in ROLLING),
    Invariant(
        "A calendar limit was exceeded",
        _within(_ends("h.limit_id", *_CALENDAR), "limit_id, holder, slot_us", ""),
    ),
    Invariant(
        "More jobs were in flight than allowed",  # of those that still are
        _within(_counts("h.limit_id", Unit.JOBS), "limit_id, holder", ""),
    ),
    Invariant(
        "Extra was given and nobody gave it",
        "SELECT e.id FROM extra e LEFT JOIN audit a ON a.id = e.id AND a.platform = e.platform"
        " AND a.workspace = e.workspace WHERE a.id IS NULL",
    ),
    Invariant(
        "A job was drawn without a charge, or a picture shown again was charged",
        f"{_JOB_IDS}(c.job IS NULL) <> (j.shown <> '[]')",
    ),
    Invariant(
        "A job and its charge disagree on how it ended",
        f"{_JOB_IDS}c.state <> CASE j.state WHEN 'queued' THEN 'reserved' WHEN 'running' THEN 'reserved'"
        " WHEN 'failed' THEN 'voided' WHEN 'cancelled' THEN 'voided' WHEN 'uncertain' THEN c.state ELSE 'settled' END",
    ),
    Invariant(
        "One event became two jobs",
        "SELECT event_key FROM job GROUP BY event_key HAVING COUNT(*) > 1",
    ),
    Invariant(
        "What is held is not what was reserved",
        "SELECT c.job FROM charge c JOIN journal h ON h.job = c.job AND h.kind = 'hold' WHERE h.pending <> CASE"
        f" WHEN {_counts('h.limit_id', Unit.IMAGES)} THEN c.reserved_images"
        f" WHEN {_counts('h.limit_id', Unit.MONEY)} THEN c.reserved_nanodollars ELSE 1 END",
    ),
    Invariant(
        "What was used is not what was charged",
        "SELECT c.job FROM charge c JOIN journal e ON e.job = c.job WHERE c.state = 'settled'"
        " GROUP BY c.job, e.limit_id, e.holder HAVING SUM(e.posted) <> CASE"
        f" WHEN {_counts('e.limit_id', Unit.IMAGES)} THEN MIN(c.settled_images)"
        f" WHEN {_counts('e.limit_id', Unit.MONEY)} THEN MIN(c.settled_nanodollars) ELSE 0 END",
    ),
    Invariant(
        "A job was charged and has no picture",
        "SELECT c.job FROM charge c JOIN job j ON j.id = c.job WHERE c.state = 'settled' AND j.state <> 'uncertain'"
        " AND c.settled_images > 0 AND NOT EXISTS (SELECT 1 FROM image i WHERE i.job = c.job)",
    ),
    Invariant(
        "A picture was made and not charged",
        "SELECT i.id FROM image i LEFT JOIN charge c ON c.job = i.job WHERE c.state IS NULL OR c.state <> 'settled'",
    ),
    Invariant(
        "The provider's spend of a job is missing",
        f"{_JOB_IDS}j.shown = '[]' AND j.state IN ('generated', 'delivered', 'undelivered', 'uncertain')"
        " AND NOT EXISTS (SELECT 1 FROM provider_spend s WHERE s.job = j.id)",
    ),
    Invariant(
        "The provider's spend of a job is not what its end says",
        "SELECT s.job FROM provider_spend s JOIN job j ON j.id = s.job WHERE s.kind <> CASE"
        " WHEN j.state IN ('generated', 'delivered', 'undelivered') THEN 'billed'"
        " WHEN j.state IN ('failed', 'uncertain') AND j.asked_at_us IS NOT NULL THEN 'presumed' ELSE '' END",
    ),
    Invariant(
        "The provider's spend of a job is not its price",
        "SELECT s.job FROM provider_spend s LEFT JOIN charge c ON c.job = s.job WHERE c.job IS NULL OR s.nanodollars <>"
        " CASE s.kind WHEN 'billed' THEN c.settled_nanodollars ELSE c.reserved_nanodollars END",
    ),
    Invariant(
        "A provider's bill for a job stands in the books twice",  # an attempt follows only on one that cost nothing
        "SELECT job FROM provider_spend GROUP BY job HAVING COUNT(*) > 1",
    ),
    Invariant(
        "A job came to nothing and says nothing about it",  # unless its words were deleted
        f"{_JOB_IDS}j.state IN ('failed', 'cancelled', 'uncertain') AND j.sentence = '' AND j.fingerprint <> ''",
    ),
    Invariant(
        "A job is over and never ended, or is not and did",
        f"{_JOB_IDS}(j.state IN ('delivered', 'undelivered', 'failed', 'cancelled', 'uncertain'))"
        " <> (j.finished_at_us IS NOT NULL)",
    ),
    Invariant(
        "A job has a ticket and was not asked, or was called off",
        f"{_JOB_IDS}j.ticket <> '' AND (j.asked_at_us IS NULL OR j.state = 'cancelled')",
    ),
    Invariant(
        "A message shows a picture of a job that was not delivered",
        "SELECT p.message FROM posting p JOIN job j ON j.id = p.job WHERE j.state <> 'delivered'",
    ),
    Invariant(
        "A line of people and the jobs that wait in it disagree",
        "SELECT parent || '/' || key FROM"
        " (SELECT parent, key, backlog FROM flow WHERE parent <> ''"
        "  UNION ALL SELECT flow_parent, flow_key, -1 FROM job WHERE state = 'queued') AS both_sides"
        " GROUP BY parent, key HAVING SUM(backlog) <> 0",
    ),
    Invariant(
        "A line is not the sum of the lines below it",
        "SELECT f.parent || '/' || f.key FROM flow f WHERE f.parent = '' AND f.backlog <> COALESCE("
        "(SELECT SUM(below.backlog) FROM flow below"
        " WHERE below.parent = f.key AND NOT (below.parent = '' AND below.key = '')), 0)",
    ),
)
