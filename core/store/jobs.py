"""The job table: what stands in it, how a job comes into it, and the way back to values."""

# ruff: noqa: S608 - statements are put together from constants and parameter numbers, never from anybody's words

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final

from core.model import Actor, Destination, ImageId, ImageRequest, JobId, MessageRef, Plan
from core.ports import Row, Transaction
from core.store import codec
from core.store.flows import Path
from core.store.sql import integer, list_of, portions, rows_of, text

Person = tuple[str, str, str]  # platform, workspace, user


class JobState(StrEnum):
    """How far a job is. The last five are ends, though the outbox may still have to tell of them."""

    QUEUED = "queued"
    RUNNING = "running"
    GENERATED = "generated"  # the picture is kept and not posted yet
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"  # the picture is kept and could not be posted
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNCERTAIN = "uncertain"  # a provider was asked and its answer was lost


@dataclass(frozen=True, slots=True)
class Entry:
    """A job as it is admitted."""

    id: JobId
    request: ImageRequest
    request_json: str
    plan_json: str
    fingerprint: str
    path: Path
    service_cost: int
    state: JobState = JobState.QUEUED
    shown: tuple[ImageId, ...] = ()


@dataclass(frozen=True, slots=True)
class ClaimedJob:
    """A job in a worker's hands: to be drawn, or to be told of."""

    id: JobId
    request: ImageRequest
    plan: Plan
    attempt: int  # of drawing, from 1; 0 when it was never drawn
    state: JobState
    delivery_attempts: int
    created_at_us: int
    ticket: str = ""  # what an earlier attempt was given: its answer is taken up, nobody is asked again

    @property
    def to_draw(self) -> bool:
        """Whether it has to be drawn first; otherwise its outcome is known and has to be told."""
        return self.state is JobState.RUNNING


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it stands."""

    id: JobId
    request: ImageRequest
    plan: Plan
    state: JobState
    attempt: int
    created_at_us: int
    started_at_us: int | None
    asked_at_us: int | None
    finished_at_us: int | None
    code: str
    sentence: str
    note: str  # what became of the delivery, when it was not the usual
    remarks: tuple[str, ...]
    shown: tuple[ImageId, ...]
    messages: tuple[MessageRef, ...]
    path: Path
    ticket: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What an event that came before became."""

    id: JobId
    fingerprint: str
    plan: Plan


_INSERT: Final = (
    "INSERT INTO job (id, event_key, fingerprint, platform, workspace, channel, thread, user_id, flow_parent, flow_key,"
    " state, request, plan, service_cost, created_at_us, outbox, not_before_us, shown)"
    f" VALUES {rows_of(1, 18)}"
)
_JOB: Final = (
    "id, request, plan, state, attempt, created_at_us, started_at_us, asked_at_us, finished_at_us,"
    " code, sentence, note, remarks, shown, messages, flow_parent, flow_key, ticket"
)
SELECT_JOB: Final = f"SELECT {_JOB} FROM job WHERE id = $1"
UNRESOLVED: Final = (
    f"SELECT {_JOB} FROM job WHERE state = 'uncertain'"
    " AND EXISTS (SELECT 1 FROM charge c WHERE c.job = job.id AND c.state = 'reserved') ORDER BY created_at_us, id"
)


async def insert(tx: Transaction, entries: Sequence[tuple[Entry, int]]) -> None:
    """Add jobs, each with the moment when it was admitted. Their events must be new: look with `known` before."""
    await tx.execute_many(_INSERT, [_row(entry, now_us) for entry, now_us in entries])


async def known(tx: Transaction, event_keys: Iterable[str]) -> dict[str, Known]:
    """The jobs that these events became, as far as they came before."""
    found: dict[str, Known] = {}
    for portion in portions(dict.fromkeys(event_keys)):
        for row in await tx.fetch(_known(len(portion)), *portion):
            found[text(row[0])] = Known(JobId(text(row[1])), text(row[2]), codec.PLANS.decode(text(row[3])))
    return found


@cache
def _known(events: int) -> str:
    return f"SELECT event_key, id, fingerprint, plan FROM job WHERE event_key IN ({list_of(events)})"


async def declined(tx: Transaction, actors: Iterable[Actor], since_us: int) -> dict[Person, list[int]]:
    """When a safety check declined what these people asked for, since then."""
    tenants: dict[tuple[str, str], dict[str, None]] = {}
    for actor in actors:
        tenants.setdefault((actor.platform, actor.workspace), {})[actor.user] = None
    found: dict[Person, list[int]] = {}
    for (platform, workspace), users in tenants.items():
        for portion in portions(users):
            for row in await tx.fetch(declined_sql(len(portion)), platform, workspace, since_us, *portion):
                found.setdefault((platform, workspace, text(row[0])), []).append(integer(row[1]))
    return found


@cache
def declined_sql(users: int) -> str:
    """The refusals of so many people of one workspace."""
    # The code stands in the text, not in a parameter: only then does a partial index answer it. Who has had their data
    # deleted meanwhile stands in the jobs under another name: that ends nobody's break.
    among = list_of(users, first=4)
    return (
        "SELECT user_id, finished_at_us FROM job WHERE code = 'moderated'"
        f" AND platform = $1 AND workspace = $2 AND finished_at_us >= $3 AND user_id IN ({among})"
        " UNION ALL SELECT e.person, j.finished_at_us FROM erasure e JOIN job j"
        " ON j.platform = e.platform AND j.user_id = e.pseudonym WHERE e.platform = $1 AND e.workspace = $2"
        f" AND e.person IN ({among}) AND j.code = 'moderated' AND j.finished_at_us >= $3"
    )


def _row(entry: Entry, now_us: int) -> Row:
    request, place = entry.request, entry.request.place
    outbox = int(entry.state is JobState.GENERATED)
    return (
        *(entry.id, request.event_key, entry.fingerprint, place.platform, place.workspace, place.channel, place.thread),
        *(request.actor.user, entry.path.workspace, entry.path.person, entry.state.value),
        *(entry.request_json, entry.plan_json, entry.service_cost, now_us, outbox, now_us if outbox else 0),
        codec.IMAGE_IDS.encode(entry.shown) if entry.shown else "[]",
    )


def job_of(row: Row) -> Job:
    """A `SELECT_JOB` row as a value."""
    return Job(
        id=JobId(text(row[0])),
        request=codec.REQUESTS.decode(text(row[1])),
        plan=codec.PLANS.decode(text(row[2])),
        state=JobState(text(row[3])),
        attempt=integer(row[4]),
        created_at_us=integer(row[5]),
        started_at_us=_moment(row, 6),
        asked_at_us=_moment(row, 7),
        finished_at_us=_moment(row, 8),
        code=text(row[9]),
        sentence=text(row[10]),
        note=text(row[11]),
        remarks=codec.SENTENCES.decode(text(row[12])),
        shown=codec.IMAGE_IDS.decode(text(row[13])),
        messages=codec.MESSAGES.decode(text(row[14])),
        path=Path(text(row[15]), text(row[16])),
        ticket=text(row[17]),
    )


def destination_of(row: Row) -> Destination:
    """Where the answer to a waiting job goes."""
    return codec.REQUESTS.decode(text(row[0])).destination


def _moment(row: Row, column: int) -> int | None:
    value = row[column]
    return None if value is None else integer(value)
