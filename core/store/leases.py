"""The steps of a job: claimed, asked for, drawn, told. Every change of a running job is fenced by its lease."""

# ruff: noqa: S608 - statements are put together from constants and parameter numbers, never from anybody's words

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

from core.model import JobId, MessageRef
from core.ports import Row, Transaction
from core.store import codec
from core.store.flows import Path
from core.store.jobs import ClaimedJob, JobState
from core.store.sql import integer, list_of, text

DELIVERY_ATTEMPTS_MAX: Final = 20  # of posts that broke without saying why
_CLAIMED: Final = "id, request, plan, attempt, state, delivery_attempts, created_at_us, ticket"


async def claim_delivery(
    tx: Transaction, lease: str, until_us: int, now_us: int, platforms: Sequence[str] | None
) -> Row | None:
    """Take the outcome that has waited longest to be told, of those for these platforms; None means all."""
    among = () if platforms is None else tuple(platforms)
    if platforms is not None and not among:
        return None
    return await tx.fetch_one(_claim_delivery(len(among)), lease, until_us, now_us, *among)


@cache
def _claim_delivery(platforms: int) -> str:
    among = f" AND platform IN ({list_of(platforms, first=4)})" if platforms else ""
    return (
        "UPDATE job SET lease = $1, lease_until_us = $2, delivery_attempts = delivery_attempts + 1 WHERE id ="
        " (SELECT id FROM job WHERE outbox = 1 AND not_before_us <= $3 AND (lease IS NULL OR lease_until_us < $3)"
        f"{among} ORDER BY not_before_us, id LIMIT 1)"
        f" RETURNING {_CLAIMED}"
    )


async def claim_waiting(tx: Transaction, path: Path, lease: str, until_us: int, now_us: int) -> tuple[Row, int]:
    """Take the oldest job of the person whose turn it is, and what it counts in the queue."""
    row = await tx.fetch_one(
        "UPDATE job SET state = 'running', lease = $1, lease_until_us = $2, started_at_us = $3, attempt = attempt + 1"
        " WHERE id = (SELECT id FROM job WHERE state = 'queued' AND flow_parent = $4 AND flow_key = $5"
        "  ORDER BY created_at_us, id LIMIT 1)"
        f" RETURNING {_CLAIMED}, service_cost",
        *(lease, until_us, now_us, path.workspace, path.person),
    )
    assert row is not None  # `verify` holds a person's backlog to the count of their jobs that wait
    return row[:-1], integer(row[-1])


def claimed(row: Row) -> ClaimedJob:
    """A claim's row as a value."""
    identity, request, plan, attempt, state, delivery_attempts, created_at_us, ticket = row
    return ClaimedJob(
        id=JobId(text(identity)),
        request=codec.REQUESTS.decode(text(request)),
        plan=codec.PLANS.decode(text(plan)),
        attempt=integer(attempt),
        state=JobState(text(state)),
        delivery_attempts=integer(delivery_attempts),
        created_at_us=integer(created_at_us),
        ticket=text(ticket),
    )


async def asked(tx: Transaction, job: JobId, lease: str, now_us: int) -> bool:
    """The provider is about to be asked. False when the job is no longer this lease's, or no longer wanted."""
    changed = await tx.execute(
        "UPDATE job SET asked_at_us = $3 WHERE id = $1 AND lease = $2 AND state = 'running' AND cancel_requested = 0",
        *(job, lease, now_us),
    )
    return changed == 1


async def keep_ticket(tx: Transaction, job: JobId, lease: str, ticket: str) -> bool:
    """The provider can be asked for its answer by this. False when the job is no longer this lease's."""
    changed = await tx.execute(
        "UPDATE job SET ticket = $3 WHERE id = $1 AND lease = $2 AND state = 'running' AND asked_at_us IS NOT NULL",
        *(job, lease, ticket),
    )
    return changed == 1


async def requeued(tx: Transaction, job: JobId) -> None:
    """Nobody works on it any more: it waits again. With a ticket it stays asked, since its answer is on the way."""
    await tx.execute(
        "UPDATE job SET state = 'queued', lease = NULL, lease_until_us = NULL,"
        " asked_at_us = CASE WHEN ticket = '' THEN NULL ELSE asked_at_us END WHERE id = $1",
        job,
    )


async def cancelled(tx: Transaction, job: JobId, sentence: str, now_us: int) -> Path | None:
    """A job that waits is called off, which is told like any outcome. Its flows; None when it does not wait.

    One that waits for an answer that is on the way already is not: that picture is paid for.
    """
    row = await tx.fetch_one(
        "UPDATE job SET state = 'cancelled', finished_at_us = $2, code = 'cancelled', sentence = $3,"
        " outbox = 1, not_before_us = $2"
        " WHERE id = $1 AND state = 'queued' AND ticket = '' RETURNING flow_parent, flow_key",
        *(job, now_us, sentence),
    )
    return None if row is None else Path(text(row[0]), text(row[1]))


async def unwanted(tx: Transaction, job: JobId) -> bool:
    """A job that runs and has not asked its provider yet is told not to."""
    changed = await tx.execute(
        "UPDATE job SET cancel_requested = 1 WHERE id = $1 AND state = 'running' AND asked_at_us IS NULL", job
    )
    return changed == 1


async def generated(tx: Transaction, job: JobId, lease: str, remarks: Sequence[str], now_us: int) -> int | None:
    """The pictures are kept. Which attempt made them; None when the job is no longer this lease's."""
    row = await tx.fetch_one(
        "UPDATE job SET state = 'generated', outbox = 1, not_before_us = $3, remarks = $4"
        " WHERE id = $1 AND lease = $2 AND state = 'running' RETURNING attempt",
        *(job, lease, now_us, codec.SENTENCES.encode(tuple(remarks))),
    )
    return None if row is None else integer(row[0])


async def ended(
    tx: Transaction, job: JobId, lease: str, state: JobState, code: str, sentence: str, now_us: int
) -> Row | None:
    """No picture came. Attempt and plan of the job, and when it was asked; None when it is no longer this lease's."""
    return await tx.fetch_one(
        "UPDATE job SET state = $3, code = $4, sentence = $5, outbox = 1, not_before_us = $6, finished_at_us = $6"
        " WHERE id = $1 AND lease = $2 AND state = 'running' RETURNING attempt, plan, asked_at_us",
        *(job, lease, state.value, code, sentence, now_us),
    )


async def delivered(tx: Transaction, job: JobId, lease: str, messages: Sequence[MessageRef], now_us: int) -> bool:
    """The outcome was told."""
    changed = await tx.execute(
        "UPDATE job SET state = CASE WHEN state = 'generated' THEN 'delivered' ELSE state END, outbox = 0,"
        " lease = NULL, lease_until_us = NULL, finished_at_us = $3, messages = $4"
        " WHERE id = $1 AND lease = $2 AND outbox = 1",
        *(job, lease, now_us, codec.MESSAGES.encode(tuple(messages))),
    )
    return changed == 1


async def undeliverable(tx: Transaction, job: JobId, lease: str, note: str, now_us: int) -> bool:
    """The outcome cannot be told; it stays where it is kept."""
    changed = await tx.execute(
        "UPDATE job SET state = CASE WHEN state = 'generated' THEN 'undelivered' ELSE state END, outbox = 0,"
        " lease = NULL, lease_until_us = NULL, finished_at_us = $3, note = $4"
        " WHERE id = $1 AND lease = $2 AND outbox = 1",
        *(job, lease, now_us, note),
    )
    return changed == 1


async def deliver_later(tx: Transaction, job: JobId, lease: str, not_before_us: int, note: str) -> bool:
    """Give the outcome back to the outbox."""
    changed = await tx.execute(
        "UPDATE job SET lease = NULL, lease_until_us = NULL, not_before_us = $3, note = $4"
        " WHERE id = $1 AND lease = $2 AND outbox = 1",
        *(job, lease, not_before_us, note),
    )
    return changed == 1


async def broken(tx: Transaction, job: JobId, lease: str, note: str, now_us: int, wait_us: int) -> None:
    """Telling of a known outcome hit a defect: again after a while, and not for ever."""
    if await deliver_later(tx, job, lease, now_us + wait_us, note):
        await tx.execute(
            "UPDATE job SET state = CASE WHEN state = 'generated' THEN 'undelivered' ELSE state END, outbox = 0,"
            " finished_at_us = $3 WHERE id = $1 AND delivery_attempts >= $2",
            *(job, DELIVERY_ATTEMPTS_MAX, now_us),
        )


async def extend(tx: Transaction, jobs: Sequence[JobId], lease: str, until_us: int) -> set[JobId]:
    """Keep the leases alive. Those that are still this lease's and still wanted."""
    kept = set()
    for job in jobs:
        row = await tx.fetch_one(
            "UPDATE job SET lease_until_us = $3 WHERE id = $1 AND lease = $2 RETURNING cancel_requested, asked_at_us",
            *(job, lease, until_us),
        )
        if row is not None and (not row[0] or row[1] is not None):  # asked already: stopping would save nothing
            kept.add(job)
    return kept
