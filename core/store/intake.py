"""Where requests become jobs: all that arrive while the last ones are written are admitted by one transaction.

Each is decided after those before it, as if it came alone; but the rows that they share (the workspace's counts, the
queue's turns) are read once and written once. That is most of what an admission writes, so a burst costs little more
than its own rows, and on a database across a network one round of statements serves everybody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.errors import Conflict, OperatorError, QueueFull, Refused
from core.i18n import Said, counted, say
from core.model import Admitted, Plan
from core.moderation import ModerationRules, cooling, resting
from core.ports import Clock, Database, JobQueue, Transaction
from core.quota import Applied, Extra, Limit, applicable, decide
from core.quota_words import refusal
from core.store import flows, jobs, ledger
from core.store.jobs import Entry, Known, Person

TOGETHER_MAX = 256  # a transaction of so many takes some 30 ms, which is what the next ones wait


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much may wait."""

    waiting_max: int
    waiting_max_per_person: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A request that wants to be a job, and what it is held against."""

    entry: Entry
    plan: Plan
    limits: Sequence[Limit]
    bounds: Bounds
    moderation: ModerationRules | None = None  # whose refusals call for a break; None: nobody can be declined
    extras: Sequence[Extra] = ()  # what this person was given on top of their allowances


Verdict = Admitted | Refused


@dataclass(slots=True)
class _Arrival:
    candidate: Candidate
    queue: JobQueue
    verdict: asyncio.Future[Admitted]


class Intake:
    """Gathers candidates and admits them together."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._arrivals: list[_Arrival] = []
        self._writing: asyncio.Task[None] | None = None

    async def admit(self, candidate: Candidate, queue: JobQueue) -> Admitted:
        """The verdict, durable. Raises the `Refused` that it is, or what broke the transaction."""
        verdict: asyncio.Future[Admitted] = asyncio.get_running_loop().create_future()
        self._arrivals.append(_Arrival(candidate, queue, verdict))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_all())
        return await verdict

    async def _write_all(self) -> None:
        try:
            while self._arrivals:
                arrivals, self._arrivals = self._arrivals[:TOGETHER_MAX], self._arrivals[TOGETHER_MAX:]
                await self._write([arrival for arrival in arrivals if not arrival.verdict.done()])
        finally:
            self._writing = None
            for arrival in self._arrivals:  # none, unless the whole process is being stopped
                arrival.verdict.cancel()

    async def _write(self, arrivals: Sequence[_Arrival]) -> None:
        """One transaction for all. What breaks it breaks its own request only: then each is written by itself."""

        async def work(tx: Transaction) -> list[Verdict]:
            verdicts = await _decided(tx, [arrival.candidate for arrival in arrivals], self._clock)
            for arrival, verdict in zip(arrivals, verdicts, strict=True):
                if isinstance(verdict, Admitted) and not verdict.again:
                    await arrival.queue.announce(tx, verdict.job)
            return verdicts

        try:
            verdicts = await self._db.write(work)
        except asyncio.CancelledError:
            for arrival in arrivals:
                arrival.verdict.cancel()
            raise
        except Exception as error:  # noqa: BLE001 - handed to whoever asked
            if len(arrivals) > 1 and not isinstance(error, OperatorError):
                for arrival in arrivals:
                    await self._write([arrival])
                return
            for arrival in arrivals:
                _tell(arrival.verdict, error)
            return
        for arrival, verdict in zip(arrivals, verdicts, strict=True):
            _tell(arrival.verdict, verdict)


def _tell(waiting: asyncio.Future[Admitted], verdict: Admitted | Exception) -> None:
    """Tell the one who asked, who may have been cancelled meanwhile."""
    if waiting.done():
        return
    if isinstance(verdict, Admitted):
        waiting.set_result(verdict)
    else:
        waiting.set_exception(verdict)


@dataclass(frozen=True, slots=True)
class _Books:
    """What the candidates are decided by: read once, and kept up with every one that is admitted."""

    known: dict[str, Known]
    declined: Mapping[Person, Sequence[int]]
    standings: flows.Standings
    tally: ledger.Tally


async def _decided(tx: Transaction, candidates: Sequence[Candidate], clock: Clock) -> list[Verdict]:
    """Decide in order of arrival, then write all that was admitted."""
    dated = [(candidate, clock.now_us()) for candidate in candidates]
    applied = [_applicable(candidate, now_us) for candidate, now_us in dated]
    entries = [candidate.entry for candidate in candidates]
    books = _Books(
        known=await jobs.known(tx, [entry.request.event_key for entry in entries]),
        declined=await _declined(tx, dated),
        standings=await flows.read(tx, [entry.path for entry in entries]),
        tally=await ledger.tally(tx.fetch, [each for limits in applied for each in limits]),
    )
    verdicts: list[Verdict] = []
    reservations: list[ledger.Reservation] = []
    admitted: list[tuple[Entry, int]] = []
    for (candidate, now_us), limits in zip(dated, applied, strict=True):
        try:
            verdict = _verdict(books, candidate, limits, now_us, reservations)
        except Refused as refused:
            verdicts.append(refused)
            continue
        verdicts.append(verdict)
        if not verdict.again:
            admitted.append((candidate.entry, now_us))
    if admitted:
        await jobs.insert(tx, admitted)
        await ledger.reserve(tx, reservations, books.tally.taken)
        await books.standings.write(tx, admitted[-1][1])
    return verdicts


def _applicable(candidate: Candidate, now_us: int) -> tuple[Applied, ...]:
    request = candidate.entry.request
    return applicable(candidate.limits, request.actor, request.place, now_us, candidate.extras)


def _verdict(
    books: _Books, candidate: Candidate, applied: Sequence[Applied], now_us: int, reservations: list[ledger.Reservation]
) -> Admitted:
    """One candidate, after those before it. Raises `Refused`; then the books are as they were."""
    entry, plan, place = candidate.entry, candidate.plan, candidate.entry.request.place
    if (before := books.known.get(entry.request.event_key)) is not None:
        return again(before, entry)
    _check_rest(books.declined, candidate, now_us)
    branch = books.standings.branch(entry.path)
    _check_room(branch, candidate.bounds)
    holds = books.tally.take(applied, plan.reserved)
    if holds is None:
        raise refusal(decide(applied, books.tally.counted(applied), plan.reserved), now_us, place.time_zone)
    books.known[entry.request.event_key] = Known(entry.id, entry.fingerprint, plan)
    books.standings.join(branch)
    reservations.append(ledger.Reservation(entry.id, plan.reserved, holds, applied, now_us))
    return Admitted(entry.id, plan, ahead=branch.root.backlog)


def again(known: Known, entry: Entry) -> Admitted:
    """The job that the same event became before. Raises `Conflict` when it was another wish."""
    if known.fingerprint != entry.fingerprint:
        raise Conflict(say("This message was used for another request already."), say("Send it as a new message."))
    return Admitted(known.id, known.plan, ahead=0, again=True)


async def _declined(tx: Transaction, dated: Sequence[tuple[Candidate, int]]) -> Mapping[Person, Sequence[int]]:
    """The refusals of those who may have to take a break for them."""
    watched = [(candidate, rules, now_us) for candidate, now_us in dated if (rules := candidate.moderation)]
    if not watched:
        return {}
    since_us = min(now_us - 2 * rules.cool_down_us for _, rules, now_us in watched)
    return await jobs.declined(tx, [candidate.entry.request.actor for candidate, _, _ in watched], since_us)


def _check_rest(declined: Mapping[Person, Sequence[int]], candidate: Candidate, now_us: int) -> None:
    actor, rules = candidate.entry.request.actor, candidate.moderation
    refusals = declined.get((actor.platform, actor.workspace, actor.user))
    if rules is not None and refusals and (until_us := cooling(refusals, now_us, rules)) is not None:
        raise resting(until_us, now_us)


def _check_room(branch: flows.Branch, bounds: Bounds) -> None:
    mine, all_ = branch.person.backlog, branch.root.backlog
    if mine >= bounds.waiting_max_per_person:
        raise QueueFull(_waiting(mine), say("Let one finish first, or cancel one."))
    if all_ >= bounds.waiting_max:
        raise QueueFull(
            counted(
                "{n} request wait already, and more would wait too long.",
                "{n} requests wait already, and more would wait too long.",
                all_,
            ),
            say("Try again in some minutes."),
        )


def _waiting(mine: int) -> Said:
    return counted("{n} request of yours wait already.", "{n} requests of yours wait already.", mine)
