"""The requests of a workspace, the newest first: what became of each, what it cost, and whose it was. No words."""

# ruff: noqa: S608 - statements are put together from constants and parameter numbers, never from anybody's words

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from core.administration.homes import Home
from core.ports import Database, Row, Value
from core.store.codec import REQUESTS
from core.store.sql import integer, list_of, text

ROWS_MAX: Final = 50


class Which(StrEnum):
    """Which requests are meant."""

    ALL = "all"
    AT_WORK = "at-work"
    DRAWN = "drawn"
    FAILED = "failed"


_STATES: Final[Mapping[Which, tuple[str, ...]]] = MappingProxyType(
    {
        Which.ALL: (),
        Which.AT_WORK: ("queued", "running", "generated"),
        Which.DRAWN: ("delivered", "undelivered"),
        Which.FAILED: ("failed", "cancelled", "uncertain"),
    }
)
_ROW: Final = (
    "SELECT j.id, j.state, j.code, j.channel, j.user_id, j.created_at_us, j.finished_at_us, j.request,"
    " j.plan, c.state, c.reserved_images, c.reserved_nanodollars, c.settled_images, c.settled_nanodollars, c.measured"
    " FROM job j LEFT JOIN charge c ON c.job = j.id WHERE "
)


@dataclass(frozen=True, slots=True)
class Line:
    """One request. `images`, `nanodollars`: what it cost, or holds as long as that is not known (`is_held`)."""

    job: str
    state: str
    code: str
    channel: str
    person: str
    name: str
    model: str
    operation: str
    created_at_us: int
    finished_at_us: int | None
    images: int
    nanodollars: int
    measured: bool
    is_held: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Some of them; `before` is where the next page begins, "" when there is none."""

    lines: Sequence[Line]
    before: str


async def page(database: Database, home: Home, which: Which, before: str = "") -> Page:
    """The newest of them, or those that are older than `before`."""
    values: list[Value] = [home.platform, home.workspace]
    # Put together with '', these columns are looked up in no index: the newest come from the primary key, one by one.
    where = "j.platform || '' = $1 AND j.workspace || '' = $2"
    states = _STATES[which]
    if states:
        where += f" AND j.state IN ({list_of(len(states), first=3)})"
        values += states
    if before:
        values.append(before)
        where += f" AND j.id < ${len(values)}"
    rows = await database.fetch(f"{_ROW}{where} ORDER BY j.id DESC LIMIT {ROWS_MAX + 1}", *values)
    lines = [_line(row) for row in rows[:ROWS_MAX]]
    return Page(lines, lines[-1].job if len(rows) > ROWS_MAX else "")


async def uncertain(database: Database, home: Home | None = None) -> Sequence[Line]:
    """Those of which nobody knows yet whether they were billed, the oldest first."""
    where = "j.state = 'uncertain' AND c.state = 'reserved'"
    values: tuple[Value, ...] = ()
    if home is not None:
        where, values = f"{where} AND j.platform = $1 AND j.workspace = $2", (home.platform, home.workspace)
    rows = await database.fetch(f"{_ROW}{where} ORDER BY j.id LIMIT {ROWS_MAX}", *values)
    return [_line(row) for row in rows]


async def words(database: Database, home: Home, jobs: Sequence[str]) -> Mapping[str, str]:
    """What people asked for in these requests of the workspace."""
    jobs = jobs[:ROWS_MAX]
    if not jobs:
        return {}
    among = list_of(len(jobs), first=3)
    rows = await database.fetch(
        f"SELECT id, plan FROM job WHERE platform = $1 AND workspace = $2 AND id IN ({among})",
        *(home.platform, home.workspace, *jobs),
    )
    return {text(row[0]): str(json.loads(text(row[1]))["text"]) for row in rows}


def _line(row: Row) -> Line:
    job, state, code, channel, person, created, finished, request, plan_text, charge, *amounts = row
    held_images, held_nanodollars, images, nanodollars, measured = (
        integer(each) if each is not None else 0 for each in amounts
    )
    is_held = charge == "reserved"
    plan = json.loads(text(plan_text))
    return Line(
        text(job),
        text(state),
        text(code),
        text(channel),
        text(person),
        REQUESTS.decode(text(request)).actor.name,
        str(plan["model"]),
        str(plan["operation"]),
        integer(created),
        None if finished is None else integer(finished),
        held_images if is_held else images,
        held_nanodollars if is_held else nanodollars,
        bool(measured),
        is_held,
    )
