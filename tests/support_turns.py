"""Afternoons in virtual time: workers, a provider that starts so many pictures a minute, and who waits how long.

The queue may be the pure one of `core.fairness`, the store's own (rows, and the SQL that picks the next), or plain
first come, first served, which both are measured against.
"""

from __future__ import annotations

import heapq
import random
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from support_store import SECOND_US, Bench, plan_of, request_of

from core.fairness import FairQueue, Waiting

JOB_SECONDS = 40.0
WORKERS = 8
SECONDS_BETWEEN_STARTS = 4.0  # the provider starts 15 pictures a minute
COST = 1000
LATER = 10**9


@dataclass(frozen=True)
class Arrival:
    """A job, and when it comes, in seconds."""

    at: float
    job: Waiting


class Turns(Protocol):
    """Whose turn it is."""

    async def push(self, arrival: Arrival) -> None:
        """It waits from now on."""

    async def pop(self) -> Waiting:
        """The next one, of those that wait."""


class Fifo:
    """First come, first served."""

    def __init__(self) -> None:
        self._jobs: deque[Waiting] = deque()

    async def push(self, arrival: Arrival) -> None:
        self._jobs.append(arrival.job)

    async def pop(self) -> Waiting:
        return self._jobs.popleft()


class Pure:
    """`core.fairness` in memory."""

    def __init__(self) -> None:
        self._queue = FairQueue()

    async def push(self, arrival: Arrival) -> None:
        self._queue.push(arrival.job)

    async def pop(self) -> Waiting:
        job = self._queue.pop()
        assert job is not None
        return job


class Stored:
    """The store: requests are admitted and claimed, as by people and workers."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._jobs: dict[str, Waiting] = {}
        self._began_us = bench.clock.at_us

    async def push(self, arrival: Arrival) -> None:
        job = arrival.job
        self._bench.clock.at_us = max(self._bench.clock.at_us, self._began_us + int(arrival.at * SECOND_US))
        admitted = await self._bench.admit(
            request_of(job.job, job.person, workspace=job.workspace),
            plan_of(1, 0),
            service_cost=job.cost,
            waiting_max=LATER,
            waiting_max_per_person=LATER,
        )
        self._jobs[admitted.job] = job

    async def pop(self) -> Waiting:
        return self._jobs[(await self._bench.claim()).id]


async def waits_of(arrivals: Sequence[Arrival], turns: Turns) -> dict[str, float]:
    """How long each job waited for a worker, in seconds."""
    coming = deque(sorted(arrivals, key=lambda arrival: arrival.at))
    arrived = {arrival.job.job: arrival.at for arrival in arrivals}
    waits: dict[str, float] = {}
    free_at = [0.0] * WORKERS
    next_start = 0.0
    waiting = 0
    while coming or waiting:
        now = max(heapq.heappop(free_at), next_start)
        if not waiting:
            now = max(now, coming[0].at)
        while coming and coming[0].at <= now:
            await turns.push(coming.popleft())
            waiting += 1
        job = await turns.pop()
        waiting -= 1
        waits[job.job] = now - arrived[job.job]
        next_start = now + SECONDS_BETWEEN_STARTS
        heapq.heappush(free_at, now + JOB_SECONDS)
    assert len(waits) == len(arrivals)
    return waits


def dump(workspace: str, person: str, count: int) -> list[Arrival]:
    """Everything at once."""
    return [Arrival(0.0, Waiting(f"{workspace}/{person}/{number}", workspace, person, COST)) for number in range(count)]


def farm(workspace: str, accounts: int, jobs: int) -> list[Arrival]:
    """The same jobs, by so many accounts."""
    return [each for number in range(accounts) for each in dump(workspace, f"account{number}", jobs // accounts)]


def light(workspace: str, people: int, seed: int = 7) -> list[Arrival]:
    """People who ask for one picture each, over the first quarter of an hour."""
    chance = random.Random(seed)
    return [
        Arrival(chance.uniform(1, 900), Waiting(f"light/{workspace}/{number}", workspace, f"light{number}", COST))
        for number in range(people)
    ]


def p95(waits: dict[str, float], of: Callable[[str], bool]) -> float:
    """What 95 of 100 of these jobs wait at most."""
    chosen = sorted(wait for job, wait in waits.items() if of(job))
    return chosen[int(len(chosen) * 0.95)]


def mean(waits: dict[str, float], of: Callable[[str], bool]) -> float:
    """What these jobs wait on average."""
    chosen = [wait for job, wait in waits.items() if of(job)]
    return sum(chosen) / len(chosen)


def is_light(job: str) -> bool:
    """Whether it is one of theirs."""
    return job.startswith("light/")


def is_of(workspace: str) -> Callable[[str], bool]:
    """Whether it is of that workspace."""
    return lambda job: job.startswith(f"{workspace}/")
