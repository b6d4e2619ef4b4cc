"""Easel's store in a process that is killed again and again: `python crash_driver.py FOLDER KILLS SEED`.

A nursery forks one life after the other on the same data folder and ends each with SIGKILL at a random moment, the last
one excepted, which finishes everything. What the outside world saw (the chat platform, the paid provider) is kept in
files that are appended to with one system call a line, so that a kill loses nothing that had happened.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
import time
from dataclasses import astuple
from pathlib import Path

from support_store import plan_of, request_of

from core.blobs.files import FileBlobs
from core.clock import SystemClock
from core.errors import Cancelled, Refused
from core.model import Finished, ImageId, JobId, MessageRef, Size, StoredImage, new_id
from core.queue.local import LocalQueue
from core.quota import Limit, Scope, Unit, Window
from core.store.jobs import ClaimedJob
from core.store.lock import DataFolderLock
from core.store.migrate import migrate
from core.store.sqlite import SqliteDatabase
from core.store.store import Store

LIMITS = (
    Limit(Scope.USER, "*", Unit.IMAGES, Window.ROLLING_DAY, 60),
    Limit(Scope.USER, "*", Unit.JOBS, Window.NONE, 6),
    Limit(Scope.WORKSPACE, "*", Unit.MONEY, Window.MONTH, 10**12),
)
USERS = ("guest", "member", "designer", "moderator", "administrator", "visitor")
LIFE_SECONDS_MAX = 0.25
SUBMITTERS = 3
WORKERS = 3
PAID = "paid"  # asking it twice would cost twice
PATIENT = "patient"  # the same, but it works on its own and gives a ticket for its answer


class World:
    """What is outside of Easel: it remembers everything, whoever dies."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def note(self, name: str, *words: str) -> None:
        """Append one line, all or nothing."""
        descriptor = os.open(self._folder / f"{name}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.write(descriptor, (" ".join(words) + "\n").encode())
        os.close(descriptor)

    def notes(self, name: str) -> list[list[str]]:
        """All lines."""
        path = self._folder / f"{name}.log"
        return [line.split(" ") for line in path.read_text().splitlines()] if path.exists() else []

    def post(self, job: JobId) -> MessageRef:
        """A platform's message: asked twice for the same job it posts once, as every adapter must."""
        self.note("deliveries", "asked", job)
        (self._folder / f"post-{job}").touch()
        return MessageRef("web", "studio", f"m-{job}")


class Life:
    """One process' life: people ask, cancel and ask again, workers draw, fail, and post."""

    def __init__(self, folder: Path, number: int, seed: int) -> None:
        self.world = World(folder)
        self.folder = folder
        self.number = number
        self.dice = random.Random(seed)
        self.lease = new_id()
        self.queue = LocalQueue(poll_seconds=0.01)
        self.blobs = FileBlobs(folder / "blobs")
        self.clock = SystemClock()

    async def run(self, *, last: bool) -> None:
        """Until killed; the last one until nothing is left to do."""
        with DataFolderLock(self.folder):
            db = await SqliteDatabase.open(self.folder / "easel.sqlite3")
            await migrate(db)
            self.store = Store(db, self.clock)
            report = await self.store.sweep(lambda provider, model: provider not in (PAID, PATIENT), boot=True)
            self.world.note("swept", *(f"{name}={count}" for name, count in report.counts().items()))
            workers = [asyncio.create_task(self.work()) for _ in range(WORKERS)]
            await self.retry_unanswered()
            if last:
                while any(astuple(await self.store.counts())):  # noqa: ASYNC110 - tables send no events
                    await asyncio.sleep(0.02)
            else:
                await asyncio.gather(*(self.submit(number) for number in range(SUBMITTERS)))
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
            await db.close()

    async def retry_unanswered(self) -> None:
        """A platform sends again what was not acknowledged."""
        answered = {words[0] for name in ("acked", "refused") for words in self.world.notes(name)}
        for key, user, provider, images in self.world.notes("sent"):
            if key not in answered:
                await self.ask(key, user, provider, int(images))

    async def submit(self, number: int) -> None:
        """People."""
        count = 0
        while True:
            count += 1
            key = f"life{self.number}-{number}-{count}"
            user, provider = self.dice.choice(USERS), self.dice.choice(("illustrator", PAID, PATIENT))
            images = self.dice.randint(1, 2)
            self.world.note("sent", key, user, provider, str(images))
            job = await self.ask(key, user, provider, images)
            if job is not None and self.dice.random() < 0.15:
                await asyncio.sleep(self.dice.random() * 0.01)
                if await self.store.cancel(job, self.queue):
                    self.world.note("cancelled", job)
            await asyncio.sleep(self.dice.random() * 0.02)

    async def ask(self, key: str, user: str, provider: str, images: int) -> JobId | None:
        """One request, answered."""
        try:
            admitted = await self.store.admit(
                request_of(key, user),
                plan_of(images, 1000, provider=provider),
                LIMITS,
                service_cost=1000,
                waiting_max=1000,
                waiting_max_per_person=1000,
                queue=self.queue,
            )
        except Refused:
            self.world.note("refused", key)
            return None
        self.world.note("acked", key, admitted.job)
        return admitted.job

    async def work(self) -> None:
        """A worker."""
        while True:
            job = await self.store.claim(self.lease, 30)
            if job is None:
                await self.queue.wait()
                continue
            if job.to_draw:
                await self.draw(job)
            await self.deliver(job)

    async def draw(self, job: ClaimedJob) -> None:
        """Draw, or fail."""
        await asyncio.sleep(self.dice.random() * 0.004)
        try:
            await self.store.asked(job.id, self.lease)
        except Cancelled as error:
            ours = await self.store.failed(job.id, self.lease, error.code, error.sentence)
            assert ours
            return
        if job.ticket:
            self.world.note("taken-up", job.id, job.ticket)
        else:
            self.world.note("asked", job.id, job.plan.provider)
            if job.plan.provider == PATIENT:
                await self.store.keep_ticket(job.id, self.lease, f"answer-to-{job.id}")
                self.world.note("tickets", job.id)
        await asyncio.sleep(self.dice.random() * 0.02)
        if self.dice.random() < 0.15:
            billed = self.dice.random() < 0.5
            assert await self.store.failed(job.id, self.lease, "cannot_draw", "No.", may_be_billed=billed)
            return
        images = [await self.picture(job, position) for position in range(1, job.plan.reserved.images + 1)]
        assert await self.store.generated(job.id, self.lease, images, len(images), self.dice.randint(0, 1000))

    async def picture(self, job: ClaimedJob, position: int) -> StoredImage:
        """One picture, kept."""
        blob = await self.blobs.put(f"{job.id} {position} ".encode() * 200)
        request, plan = job.request, job.plan
        return StoredImage(
            id=ImageId(new_id()),
            job=job.id,
            position=position,
            parent=None,
            blob=blob.key,
            media_type="image/png",
            size=Size(64, 64),
            size_bytes=blob.size_bytes,
            alt="",
            prompt=request.prompt,
            operation=plan.operation,
            provider=plan.provider,
            model=plan.model,
            place=request.place,
            author=request.actor.user,
            private=False,
            created_at_us=self.clock.now_us(),
        )

    async def deliver(self, job: ClaimedJob) -> None:
        """Post, sometimes later."""
        outcome = await self.store.outcome(job.id)
        if self.dice.random() < 0.1:
            await self.store.deliver_later(job.id, self.lease, self.clock.now_us() + 5_000, "busy")
            return
        await asyncio.sleep(self.dice.random() * 0.004)
        message = self.world.post(job.id)
        images = [image.id for image in outcome.images] if isinstance(outcome, Finished) else []
        assert await self.store.delivered(job.id, self.lease, [message], [images])
        self.world.note("deliveries", "recorded", job.id)


def live(folder: Path, number: int, seed: int, *, last: bool) -> None:
    """A whole process; returns only in its last life."""
    asyncio.run(Life(folder, number, seed).run(last=last))


def main(folder: Path, kills: int, seed: int) -> int:
    """Raise and kill."""
    dice = random.Random(seed)
    for number in range(kills):
        child = os.fork()
        if child == 0:
            live(folder, number, seed * 1000 + number, last=False)
            os._exit(1)  # it was to live until killed
        time.sleep(0.03 + dice.random() * LIFE_SECONDS_MAX)
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            return 1
    live(folder, kills, seed, last=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
