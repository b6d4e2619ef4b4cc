"""Who is served next: start-time fair queueing on two levels, first among workspaces, then among a workspace's people.

Pure integer arithmetic, after Goyal, Vin and Cheng, "Start-time Fair Queuing" (SIGCOMM 1996), and its form for several
servers, Jin, Chase and Kaur, "Interposed Proportional Sharing for a Storage Service Utility" (SIGMETRICS 2004).

A job cannot carry its place in the queue with it: that depends on who else waits when it is reached. So the tags live
on flows. A flow is a workspace among all workspaces, or a person inside a workspace; its `tag` is the virtual time at
which its next job is due, its `virtual` is how far the time of its own children has come. A free worker takes the
waiting workspace with the smallest tag, in it the waiting person with the smallest tag (equal tags: by key), and that
person's oldest job. Then `serve` moves both flows on by what the job costs.

What follows, and is tested: nobody starves; among flows that wait, each gets its weight's share of the service, give or
take one job of each; 20 people of one workspace get no more than that one workspace's share; no job waits while there
is a free worker; and whoever was away gets no credit for it.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from core.model import Size

ROOT: Final = ""  # the parent of every workspace; its own row is Flow(parent=ROOT, key=ROOT)
PIXELS_PER_UNIT: Final = 1000


class Flow(NamedTuple):
    """One who takes turns: a workspace (`parent` is `ROOT`), or a person (`parent` is the workspace's key)."""

    parent: str
    key: str
    tag: int = 0
    virtual: int = 0
    backlog: int = 0  # jobs that wait
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Waiting:
    """A job that waits, as the queue sees it. Keys hold platform and workspace, so that tenants never mix."""

    job: str
    workspace: str
    person: str
    cost: int  # from `service_cost`


def service_cost(size: Size, count: int) -> int:
    """How much of the workers' time a request takes, in thousands of pixels, at least 1.

    Time and price of a picture grow with its pixels on every provider that Easel knows; nothing finer is needed for
    turns to be fair.
    """
    return max(1, -(-size.width * size.height * count // PIXELS_PER_UNIT))


def activate(tag: int, parent_virtual: int) -> int:
    """The tag of a flow that begins to wait: no credit for the time that it was away, no forgetting of what it had."""
    return max(tag, parent_virtual)


def serve(tag: int, cost: int, weight: int = 1) -> tuple[int, int]:
    """One job of a flow starts: (the least that the parent's virtual time is now, the flow's next tag).

    The parent's time becomes the larger of what it was and this. It moves by at least 1 a job, so that whoever comes
    later never ties with someone who waits: an endless row of newcomers cannot starve anyone.
    """
    return tag + 1, tag + max(1, -(-cost // max(1, weight)))


class FairQueue:
    """The waiting jobs in memory, served by the same arithmetic as the stored flows: for predictions and simulations.

    Whose turn it is, a heap for each level says: thousands of people may wait, and everybody's place is told every
    few seconds. What is in a heap is not taken out when it changes: it is known by its tag to be out of date.
    """

    def __init__(self, flows: Iterable[Flow] = ()) -> None:
        self._flows: dict[tuple[str, str], Flow] = {(ROOT, ROOT): Flow(ROOT, ROOT)}
        self._flows |= {(flow.parent, flow.key): flow for flow in flows}
        self._jobs: dict[tuple[str, str], deque[Waiting]] = {}
        self._waiting: dict[str, set[str]] = {ROOT: set()}  # a flow -> those of its own who wait
        self._turns: dict[str, list[tuple[int, str]]] = {}  # a flow -> a heap of its own, by tag and key

    def __len__(self) -> int:
        return sum(len(jobs) for jobs in self._jobs.values())

    @property
    def flows(self) -> tuple[Flow, ...]:
        """Every flow as it stands, the root's own row first."""
        return tuple(self._flows.values())

    def push(self, job: Waiting) -> None:
        """A job begins to wait, behind its person's other jobs."""
        self._join(ROOT, job.workspace)
        self._join(job.workspace, job.person)
        self._jobs.setdefault((job.workspace, job.person), deque()).append(job)

    def pop(self) -> Waiting | None:
        """The job whose turn it is, or None when none waits."""
        if not self._waiting[ROOT]:
            return None
        workspace = self._least(ROOT)
        person = self._least(workspace)
        job = self._jobs[workspace, person].popleft()
        self._move_on(ROOT, workspace, job.cost)
        self._move_on(workspace, person, job.cost)
        self._leave(job)
        return job

    def remove(self, job: Waiting) -> None:
        """A job stops waiting without being served: nobody's tag moves. Raises ValueError when it does not wait."""
        self._jobs.get((job.workspace, job.person), deque()).remove(job)
        self._leave(job)

    def _virtual(self, parent: str) -> int:
        return self._flows[ROOT, parent].virtual

    def _join(self, parent: str, key: str) -> None:
        flow = self._flows.get((parent, key), Flow(parent, key))
        tag = activate(flow.tag, self._virtual(parent)) if flow.backlog == 0 else flow.tag
        self._flows[parent, key] = flow._replace(tag=tag, backlog=flow.backlog + 1)
        waiting = self._waiting.setdefault(parent, set())
        if key not in waiting or tag != flow.tag:
            waiting.add(key)
            self._take_turn(parent, key, tag)

    def _take_turn(self, parent: str, key: str, tag: int) -> None:
        heapq.heappush(self._turns.setdefault(parent, []), (tag, key))

    def _least(self, parent: str) -> str:
        """Of those who wait, the one with the smallest tag, and of equals the first by key."""
        turns, waiting = self._turns[parent], self._waiting[parent]
        while True:
            tag, key = turns[0]
            if key in waiting and self._flows[parent, key].tag == tag:
                return key
            heapq.heappop(turns)

    def _move_on(self, parent: str, key: str, cost: int) -> None:
        flow, above = self._flows[parent, key], self._flows[ROOT, parent]
        virtual, tag = serve(flow.tag, cost, flow.weight)
        self._flows[ROOT, parent] = above._replace(virtual=max(above.virtual, virtual))
        self._flows[parent, key] = self._flows[parent, key]._replace(tag=tag)
        self._take_turn(parent, key, tag)

    def _leave(self, job: Waiting) -> None:
        for parent, key in ((ROOT, job.workspace), (job.workspace, job.person)):
            flow = self._flows[parent, key]
            self._flows[parent, key] = flow._replace(backlog=flow.backlog - 1)
        if not self._jobs[job.workspace, job.person]:
            del self._jobs[job.workspace, job.person]
            self._waiting[job.workspace].discard(job.person)
        if not self._waiting[job.workspace]:
            del self._waiting[job.workspace], self._turns[job.workspace]
            self._waiting[ROOT].discard(job.workspace)


def order(jobs: Sequence[Waiting], flows: Iterable[Flow]) -> list[Waiting]:
    """In which order these jobs are served if nobody else comes: everyone's position in the queue.

    `jobs` are all that wait, oldest first; `flows` are the stored rows. A flow whose row has a backlog waits already
    and keeps its tag; any other joins now. An estimate only: whoever comes later may be due earlier.
    """
    queue = FairQueue(flows)
    for job in jobs:
        queue.push(job)
    return [served for _ in jobs if (served := queue.pop()) is not None]
