"""What Easel remembers, read: the last committed state, without waiting for anybody's write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.characters import Character
from core.errors import NotFound
from core.fairness import Waiting, order
from core.model import (
    Actor,
    Allowance,
    Cost,
    Destination,
    Finished,
    ImageId,
    JobId,
    MessageRef,
    Outcome,
    Place,
    StoredImage,
    Unfinished,
)
from core.ports import Clock, Database
from core.quota import Extra, Limit, applicable, decide
from core.store import characters, flows, jobs, ledger, lineage
from core.store.jobs import Job, JobState
from core.store.sql import integer, text
from core.store.verify import verify


@dataclass(frozen=True, slots=True)
class Counts:
    """How much there is to do."""

    waiting: int
    running: int
    to_tell: int


class Recall:
    """The reading half of the store."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    @property
    def database(self) -> Database:
        """Where it all stands: for whoever has tables of their own beside it."""
        return self._db

    async def job(self, job: JobId) -> Job | None:
        """The job as it stands."""
        row = await self._db.fetch_one(jobs.SELECT_JOB, job)
        return None if row is None else jobs.job_of(row)

    async def job_of_event(self, event_key: str) -> JobId | None:
        """What an event became, if it became a job."""
        row = await self._db.fetch_one("SELECT id FROM job WHERE event_key = $1", event_key)
        return None if row is None else JobId(text(row[0]))

    async def unresolved(self) -> list[Job]:
        """The jobs of which nobody knows yet whether they were billed, the oldest first."""
        rows = await self._db.fetch(jobs.UNRESOLVED)
        return [jobs.job_of(row) for row in rows]

    async def outcome(self, job: JobId) -> Outcome:
        """What is told of the job; `allowances` are for whoever knows the limits. Raises `NotFound` before its end."""
        known = await self.job(job)
        if known is None or known.state in (JobState.QUEUED, JobState.RUNNING):
            raise NotFound("This job has no outcome yet.", "Wait until it is done.")
        if known.state in (JobState.FAILED, JobState.CANCELLED, JobState.UNCERTAIN):
            return Unfinished(job, known.request, known.plan, known.code, known.sentence)
        kept = await self.images(known.shown) if known.shown else await lineage.of_job(self._db.fetch, job)
        return Finished(
            job=job,
            request=known.request,
            plan=known.plan,
            images=tuple(image for image in kept if not image.deleted),
            remarks=(*known.plan.remarks, *known.remarks),
            charged=await self.charge_of(job),
        )

    async def image(self, image: ImageId) -> StoredImage | None:
        """One picture; a deleted one is marked."""
        found = await lineage.by_ids(self._db.fetch, [image])
        return found[0] if found else None

    async def images(self, images: Sequence[ImageId]) -> tuple[StoredImage, ...]:
        """These pictures, in the order asked for; unknown ones are left out, deleted ones are marked."""
        return await lineage.by_ids(self._db.fetch, images)

    async def uses(self, blob: str) -> bool:
        """Whether a picture that is still kept, or a character, has these bytes."""
        return await lineage.uses(self._db.fetch, blob)

    async def characters(self, actor: Actor) -> tuple[Character, ...]:
        """All that this person may use: their own first, then those that others here share, by their names."""
        return await characters.usable(self._db.fetch, actor)

    async def characters_named(self, actor: Actor, names: Sequence[str]) -> dict[str, Character]:
        """Those of these folded names that this person may use; of two under one name their own."""
        return await characters.named(self._db.fetch, actor, names)

    async def character(self, character: str) -> Character | None:
        """One by its id, whoever asks: for a plan in which it was settled who may use it."""
        return await characters.by_id(self._db.fetch, character)

    async def lineage(self, image: ImageId) -> tuple[StoredImage, ...]:
        """From the first ancestor to the picture itself; empty when it is unknown."""
        return await lineage.line_of(self._db.fetch, image)

    async def images_of_message(self, platform: str, channel: str, message: str) -> tuple[StoredImage, ...]:
        """What a message shows, numbered from 1 in this order; deleted ones are marked and keep their number."""
        return await lineage.of_message(self._db.fetch, platform, channel, message)

    async def messages_of_image(self, image: ImageId) -> tuple[MessageRef, ...]:
        """The messages that show this picture, the oldest first."""
        return await lineage.messages_of(self._db.fetch, image)

    async def images_of_newest_message(self, platform: str, channel: str) -> tuple[StoredImage, ...]:
        """What the newest message with pictures in this very channel (or thread) shows, private ones aside."""
        return await lineage.of_newest_message(self._db.fetch, platform, channel)

    async def newest_in_thread(self, place: Place) -> StoredImage | None:
        """The picture last posted in this thread, or in the message that it hangs from; None outside a thread."""
        return await lineage.newest_in_thread(self._db.fetch, place) if place.thread is not None else None

    async def newest_by(self, actor: Actor, place: Place, since_us: int) -> StoredImage | None:
        """This person's newest picture in this channel, made at `since_us` or later."""
        return await lineage.newest_by(self._db.fetch, actor, place, since_us)

    async def history(
        self,
        actor: Actor,
        place: Place,
        words: str = "",
        before_us: int | None = None,
        limit: int = 24,
        author: str | None = None,
    ) -> tuple[StoredImage, ...]:
        """This channel's pictures that this person may see, newest first; continue with the last one's moment."""
        return await lineage.history(self._db.fetch, actor, place, words, before_us, limit, author)

    async def newest_of(
        self, platform: str, workspace: str, author: str, before_us: int | None = None, limit: int = 24
    ) -> tuple[StoredImage, ...]:
        """This person's pictures in a workspace, wherever they were made, newest first; continued as `history` is."""
        return await lineage.newest_of(self._db.fetch, platform, workspace, author, before_us, limit)

    async def allowances(
        self, actor: Actor, place: Place, limits: Sequence[Limit], extras: Sequence[Extra] = ()
    ) -> tuple[Allowance, ...]:
        """Every limit that applies to this person here, as it stands."""
        applied = applicable(limits, actor, place, self._clock.now_us(), extras)
        tally = await ledger.tally(self._db.fetch, applied)
        decision = decide(applied, tally.counted(applied), Cost(0, 0))
        return tuple(
            replace(allowance, refused=False) for allowance in decision.allowances
        )  # nobody asked for anything

    async def charge_of(self, job: JobId) -> Cost:
        """What the job cost, or holds until that is known; nothing for one that failed or only shows."""
        charge = await ledger.charge_of(self._db.fetch_one, job)
        return Cost(0, 0) if charge is None else charge.cost

    async def ahead(self, job: JobId) -> int | None:
        """How many jobs will be served before this one, as things stand; None when it does not wait."""
        return (await self._positions()).get(job)

    async def waiting(self) -> list[tuple[JobId, Destination, int]]:
        """Everybody who waits, with how many come before them, in the order of their turns."""
        positions = await self._positions()
        rows = await self._db.fetch("SELECT request, id FROM job WHERE state = 'queued'")
        known = [(JobId(text(row[1])), jobs.destination_of(row)) for row in rows]
        standing = [(job, destination, positions[job]) for job, destination in known if job in positions]
        return sorted(standing, key=lambda each: each[2])

    async def counts(self) -> Counts:
        """How much there is to do, for metrics."""
        row = await self._db.fetch_one(
            "SELECT (SELECT COUNT(*) FROM job WHERE state = 'queued'),"
            " (SELECT COUNT(*) FROM job WHERE state = 'running'), (SELECT COUNT(*) FROM job WHERE outbox = 1)"
        )
        assert row is not None
        return Counts(integer(row[0]), integer(row[1]), integer(row[2]))

    async def latest_us(self) -> int:
        """The latest time in the ledger: a clock that starts earlier would reopen windows."""
        return await flows.latest_us(self._db.fetch)

    async def verify(self) -> tuple[str, ...]:
        """What does not add up, one sentence each; empty when the books are in order."""
        return await verify(self._db)

    async def _positions(self) -> dict[JobId, int]:
        rows = await self._db.fetch(
            "SELECT id, flow_parent, flow_key, service_cost FROM job WHERE state = 'queued' ORDER BY created_at_us, id"
        )
        waiting = [Waiting(text(row[0]), text(row[1]), text(row[2]), integer(row[3])) for row in rows]
        turns = order(waiting, await flows.all_waiting(self._db.fetch))
        return {JobId(turn.job): position for position, turn in enumerate(turns)}
