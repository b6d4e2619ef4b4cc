"""Turns: simulated afternoons with a flooder, a farm of accounts and ordinary people, and what holds in every queue."""

from __future__ import annotations

import heapq
import random
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.fairness import ROOT, FairQueue, Flow, Waiting, activate, order, serve, service_cost
from core.model import Size

JOB_SECONDS = 40.0
WORKERS = 8
SECONDS_BETWEEN_STARTS = 4.0  # the provider starts 15 pictures a minute


@dataclass(frozen=True)
class Arrival:
    at: float
    job: Waiting


class Fifo:
    """First come, first served: what the fair queue is measured against."""

    def __init__(self) -> None:
        self._jobs: deque[Waiting] = deque()
        self.push = self._jobs.append

    def pop(self) -> Waiting | None:
        return self._jobs.popleft() if self._jobs else None


def simulate(arrivals: Sequence[Arrival], queue: Fifo | FairQueue) -> dict[str, float]:
    """How long each job waited for a worker, in seconds."""
    coming = deque(sorted(arrivals, key=lambda arrival: arrival.at))
    arrived: dict[str, float] = {}
    waits: dict[str, float] = {}
    free_at = [0.0] * WORKERS
    next_start = 0.0
    waiting = 0
    while coming or waiting:
        now = max(heapq.heappop(free_at), next_start)
        if not waiting and coming:
            now = max(now, coming[0].at)
        while coming and coming[0].at <= now:
            arrival = coming.popleft()
            arrived[arrival.job.job] = arrival.at
            queue.push(arrival.job)
            waiting += 1
        job = queue.pop()
        assert job is not None, "a worker is free and a job waits"
        waiting -= 1
        waits[job.job] = now - arrived[job.job]
        next_start = now + SECONDS_BETWEEN_STARTS
        heapq.heappush(free_at, now + JOB_SECONDS)
    assert len(waits) == len(arrivals)
    return waits


def dump(workspace: str, person: str, count: int, cost: int = 1000) -> list[Arrival]:
    return [Arrival(0.0, Waiting(f"{workspace}/{person}/{index}", workspace, person, cost)) for index in range(count)]


def light(workspace: str, people: int, seed: int = 7) -> list[Arrival]:
    """People who ask for one picture now and then, over the first quarter of an hour."""
    chance = random.Random(seed)
    return [
        Arrival(chance.uniform(1, 900), Waiting(f"light/{workspace}/{index}", workspace, f"light{index}", 1000))
        for index in range(people)
    ]


def p95(waits: dict[str, float], of: Callable[[str], bool]) -> float:
    chosen = sorted(wait for job, wait in waits.items() if of(job))
    return chosen[int(len(chosen) * 0.95)]


def is_light(job: str) -> bool:
    return job.startswith("light/")


def test_one_person_dumps_200_jobs_and_the_others_hardly_notice() -> None:
    arrivals = dump("a", "flooder", 200) + light("a", 20)
    fifo = p95(simulate(arrivals, Fifo()), is_light)
    fair = p95(simulate(arrivals, FairQueue()), is_light)
    assert fifo > 10 * JOB_SECONDS
    assert fair < JOB_SECONDS


def test_the_flooder_loses_nothing_that_others_do_not_use() -> None:
    alone = simulate(dump("a", "flooder", 200), FairQueue())
    beside = simulate(dump("a", "flooder", 200) + light("a", 20), FairQueue())
    latest = max(wait for job, wait in beside.items() if not is_light(job))
    # Twenty more pictures take twenty more turns, and not one more.
    assert latest <= max(alone.values()) + 20 * JOB_SECONDS / WORKERS + JOB_SECONDS


def test_twenty_accounts_in_one_workspace_gain_nothing_against_another() -> None:
    farm = [arrival for index in range(20) for arrival in dump("farm", f"account{index}", 10)]
    ordinary = light("b", 20)
    assert p95(simulate(farm + ordinary, FairQueue()), is_light) < JOB_SECONDS
    one = dump("farm", "account", 200)
    of_farm = simulate(farm + dump("b", "busy", 200), FairQueue())
    of_one = simulate(one + dump("b", "busy", 200), FairQueue())

    def mean(waits: dict[str, float]) -> float:
        own = [wait for job, wait in waits.items() if job.startswith("farm")]
        return sum(own) / len(own)

    assert mean(of_farm) == pytest.approx(mean(of_one), rel=0.01)


def test_large_pictures_use_up_more_of_a_turn() -> None:
    queue = FairQueue()
    for index in range(40):
        queue.push(Waiting(f"large{index}", "w", "large", service_cost(Size(2048, 2048), 1)))
        queue.push(Waiting(f"small{index}", "w", "small", service_cost(Size(1024, 1024), 1)))
    first = [job.person for _ in range(25) if (job := queue.pop())]
    assert first.count("small") == 4 * first.count("large")


def test_weights_share_the_service() -> None:
    queue = FairQueue([Flow(ROOT, "gold", weight=3), Flow(ROOT, "plain")])
    for index in range(60):
        queue.push(Waiting(f"g{index}", "gold", "g", 900))
        queue.push(Waiting(f"p{index}", "plain", "p", 900))
    first = [job.workspace for _ in range(40) if (job := queue.pop())]
    assert first.count("gold") == 30


def test_being_away_earns_no_credit() -> None:
    queue = FairQueue()
    for index in range(100):
        queue.push(Waiting(f"steady{index}", "w", "steady", 10))
    for _ in range(50):
        queue.pop()
    for index in range(50):
        queue.push(Waiting(f"back{index}", "w", "back", 10))
    next_ten = [job.person for _ in range(10) if (job := queue.pop())]
    assert next_ten.count("steady") == next_ten.count("back") == 5


def test_an_endless_row_of_new_accounts_starves_nobody() -> None:
    queue = FairQueue()
    queue.push(Waiting("first", "w", "zoe", 10))
    served = []
    for index in range(10):
        queue.push(Waiting(f"new{index}", "w", f"account{index}", 10))
        queue.push(Waiting(f"more{index}", "w", "zoe", 10))  # asking again does not send anyone back
        job = queue.pop()
        assert job is not None
        served.append(job.job)
    assert served[:2] == ["new0", "first"]


def test_who_leaves_the_queue_moves_nobody() -> None:
    queue = FairQueue()
    kept, gone = Waiting("kept", "w", "a", 10), Waiting("gone", "w", "a", 10)
    queue.push(gone)
    queue.push(kept)
    queue.remove(gone)
    assert queue.pop() == kept
    assert queue.pop() is None
    assert all(flow.backlog == 0 for flow in queue.flows)
    with pytest.raises(ValueError, match="not in"):
        queue.remove(gone)


def test_a_service_cost_is_thousands_of_pixels() -> None:
    assert service_cost(Size(1024, 1024), 1) == 1049
    assert service_cost(Size(1024, 1024), 4) == 4195
    assert service_cost(Size(1, 1), 1) == 1
    assert service_cost(Size(1, 1), 0) == 1


@given(
    tag=st.integers(0, 10**12), virtual=st.integers(0, 10**12), cost=st.integers(0, 10**9), weight=st.integers(1, 99)
)
@settings(derandomize=True, deadline=None)
def test_tags_only_move_forward(tag: int, virtual: int, cost: int, weight: int) -> None:
    assert activate(tag, virtual) >= max(tag, virtual)
    parent, following = serve(tag, cost, weight)
    assert parent > tag
    assert following > tag
    assert (following - tag) * weight >= cost


MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("push"), st.sampled_from("xyz"), st.sampled_from("abc"), st.integers(1, 100)),
        st.tuples(st.just("pop"), st.just(""), st.just(""), st.just(0)),
        st.tuples(st.just("remove"), st.just(""), st.just(""), st.integers(0, 99)),
    ),
    max_size=60,
)


def play(moves: Sequence[tuple[str, str, str, int]]) -> tuple[FairQueue, list[Waiting]]:
    """Make the moves; the queue, and the jobs that wait, oldest first. Checks every pop on its way."""
    queue, waiting, virtual = FairQueue(), list[Waiting](), 0
    for number, (move, workspace, person, value) in enumerate(moves):
        if move == "push":
            job = Waiting(str(number), workspace, f"{workspace}:{person}", value)
            queue.push(job)
            waiting.append(job)
        elif move == "pop":
            served = queue.pop()
            assert (served is None) == (not waiting), "idle although a job waits"
            if served is not None:
                oldest = next(job for job in waiting if job.person == served.person)
                assert served == oldest
                waiting.remove(served)
        elif waiting:
            gone = waiting.pop(value % len(waiting))
            queue.remove(gone)
        assert len(queue) == len(waiting)
        root = queue.flows[0]
        assert root.virtual >= virtual
        virtual = root.virtual
    return queue, waiting


@given(moves=MOVES)
@settings(derandomize=True, max_examples=200, deadline=None)
def test_every_job_is_served_once_and_a_free_worker_never_waits(moves: list[tuple[str, str, str, int]]) -> None:
    queue, waiting = play(moves)
    for flow in queue.flows:
        if flow.parent == ROOT and flow.key != ROOT:
            assert flow.backlog == sum(job.workspace == flow.key for job in waiting)
        elif flow.parent != ROOT:
            assert flow.backlog == sum(job.person == flow.key for job in waiting)
    rest = [queue.pop() for _ in waiting]
    assert sorted(job.job for job in rest if job) == sorted(job.job for job in waiting)
    assert queue.pop() is None


@given(moves=MOVES)
@settings(derandomize=True, max_examples=200, deadline=None)
def test_the_predicted_order_is_the_order(moves: list[tuple[str, str, str, int]]) -> None:
    queue, waiting = play(moves)
    predicted = order(waiting, queue.flows)
    assert predicted == [queue.pop() for _ in waiting]


def test_a_prediction_takes_in_those_whom_the_rows_do_not_know() -> None:
    queue = FairQueue()
    for index in range(3):
        queue.push(Waiting(f"old{index}", "w", "w:old", 10))
    queue.pop()
    rows = list(queue.flows)
    jobs = [Waiting("old1", "w", "w:old", 10), Waiting("old2", "w", "w:old", 10), Waiting("new", "w", "w:new", 10)]
    assert [job.job for job in order(jobs, rows)] == ["new", "old1", "old2"]
    assert order([], rows) == []


@given(
    costs=st.lists(st.tuples(st.integers(1, 500), st.integers(1, 500), st.integers(1, 500)), min_size=60, max_size=60),
    weights=st.tuples(st.integers(1, 5), st.integers(1, 5), st.integers(1, 5)),
    level=st.sampled_from(["workspaces", "people"]),
    start=st.integers(0, 20),
)
@settings(derandomize=True, max_examples=150, deadline=None)
def test_service_never_drifts_apart_by_more_than_a_job_of_each(
    costs: list[tuple[int, int, int]], weights: tuple[int, int, int], level: str, start: int
) -> None:
    """The fairness bound of start-time fair queueing, in any stretch during which all of them wait."""
    names = ["a", "b", "c"]
    places = [(name, name) if level == "workspaces" else ("w", name) for name in names]
    parents = [ROOT if level == "workspaces" else "w"] * 3
    queue = FairQueue(Flow(p, name, weight=w) for p, name, w in zip(parents, names, weights, strict=True))
    for number, row in enumerate(costs):
        for (workspace, person), cost in zip(places, row, strict=True):
            queue.push(Waiting(f"{person}{number}", workspace, person, cost))
    largest = {name: max(row[index] for row in costs) / weights[index] for index, name in enumerate(names)}
    served = dict.fromkeys(names, 0.0)
    for step in range(60):  # none of the three can run out: each has 60 jobs
        job = queue.pop()
        assert job is not None
        if step < start:
            continue
        served[job.person] += job.cost / weights[names.index(job.person)]
        for one in names:
            for other in names:
                rounding = step - start + 2
                assert abs(served[one] - served[other]) <= largest[one] + largest[other] + rounding
