"""What the tests of the store share: wishes, plans and pictures of people named by their role, and a clock to turn."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from support_postgres import SQLITE, Engine

from core.model import (
    Actor,
    Admitted,
    Cost,
    Destination,
    ImageId,
    ImageRequest,
    JobId,
    MessageRef,
    Operation,
    Options,
    Place,
    Plan,
    Size,
    StoredImage,
    new_id,
)
from core.ports import Database
from core.queue.local import LocalQueue
from core.quota import Limit, Scope, Unit, Window
from core.store.jobs import ClaimedJob
from core.store.store import Store

NOON_US = 1_795_435_200_000_000  # 2026-11-23 12:00 UTC, a Monday
SECOND_US = 1_000_000
HOUR_US = 3_600 * SECOND_US
DAY_US = 24 * HOUR_US

SIX_LIMITS: tuple[Limit, ...] = (
    Limit(Scope.USER, "*", Unit.IMAGES, Window.ROLLING_DAY, 1_000_000),
    Limit(Scope.USER, "*", Unit.IMAGES, Window.MONTH, 1_000_000),
    Limit(Scope.ROLE, "member", Unit.IMAGES, Window.DAY, 1_000_000),
    Limit(Scope.CHANNEL, "*", Unit.IMAGES, Window.DAY, 1_000_000),
    Limit(Scope.WORKSPACE, "*", Unit.MONEY, Window.MONTH, 10**15),
    Limit(Scope.EVERYONE, "*", Unit.MONEY, Window.DAY, 10**15),
)


class HandClock:
    """Time that moves only when a test says so, and by one microsecond at every look, as real time would."""

    def __init__(self, now_us: int = NOON_US) -> None:
        self.at_us = now_us

    def now_us(self) -> int:
        """The next microsecond."""
        self.at_us += 1
        return self.at_us

    async def sleep(self, seconds: float) -> None:
        """Jump there."""
        self.at_us += int(seconds * SECOND_US)
        await asyncio.sleep(0)

    def advance(self, us: int) -> None:
        """Later."""
        self.at_us += us


def actor_of(user: str = "member", workspace: str = "demo", roles: Sequence[str] = ("member",)) -> Actor:
    """A person."""
    return Actor("web", workspace, user, user.title(), tuple(roles))


def place_of(channel: str = "studio", workspace: str = "demo", thread: str | None = None) -> Place:
    """A channel."""
    return Place("web", workspace, channel, thread)


def request_of(
    event: str | None = None,
    user: str = "member",
    *,
    prompt: str = "a red bicycle",
    place: Place | None = None,
    workspace: str = "demo",
    operation: Operation = Operation.GENERATE,
    private: bool = False,
) -> ImageRequest:
    """A wish."""
    return ImageRequest(
        event_key=f"web:{event or new_id()}",
        actor=actor_of(user, workspace),
        place=place or place_of(workspace=workspace),
        destination=Destination("web", "w1:studio"),
        operation=operation,
        prompt=prompt,
        options=Options(private=private),
    )


def plan_of(
    images: int = 1,
    nanodollars: int = 40_000_000,
    *,
    provider: str = "illustrator",
    private: bool = False,
    operation: Operation = Operation.GENERATE,
) -> Plan:
    """What it was planned to become."""
    return Plan(
        provider=provider,
        model=provider,
        operation=operation,
        text="a red bicycle",
        size=Size(1024, 1024),
        count=max(1, images),
        private=private,
        seed=7,
        reserved=Cost(images, nanodollars),
        remarks=("Drawn at 1:1.",),
    )


def pictures_of(
    job: ClaimedJob, count: int = 1, *, parent: ImageId | None = None, blob: str | None = None, at_us: int = NOON_US
) -> list[StoredImage]:
    """What a drawing leaves."""
    return [
        StoredImage(
            id=ImageId(new_id()),
            job=job.id,
            position=position,
            parent=parent,
            blob=blob or hashlib.sha256(f"{job.id}{position}".encode()).hexdigest(),
            media_type="image/png",
            size=Size(1024, 1024),
            size_bytes=1234,
            alt="A bicycle, red.",
            prompt=job.request.prompt,
            operation=job.plan.operation,
            provider=job.plan.provider,
            model=job.plan.model,
            place=job.request.place,
            author=job.request.actor.user,
            private=job.plan.private,
            created_at_us=at_us,
        )
        for position in range(1, count + 1)
    ]


class Bench:
    """A store with its clock and its queue, and the usual steps in one word."""

    def __init__(self, db: Database, clock: HandClock, limits: Sequence[Limit]) -> None:
        self.db = db
        self.clock = clock
        self.limits = limits
        self.store = Store(db, clock)
        self.queue = LocalQueue()

    async def admit(self, request: ImageRequest | None = None, plan: Plan | None = None, **bounds: int) -> Admitted:
        """Ask."""
        return await self.store.admit(
            request or request_of(),
            plan or plan_of(),
            self.limits,
            service_cost=bounds.get("service_cost", 1000),
            waiting_max=bounds.get("waiting_max", 1000),
            waiting_max_per_person=bounds.get("waiting_max_per_person", 1000),
            queue=self.queue,
        )

    async def claim(self, lease: str = "worker", seconds: float = 30) -> ClaimedJob:
        """Take what there surely is."""
        claimed = await self.store.claim(lease, seconds)
        assert claimed is not None
        return claimed

    async def draw(
        self, count: int = 1, *, lease: str = "worker", parent: ImageId | None = None, nanodollars: int | None = None
    ) -> tuple[ClaimedJob, list[StoredImage]]:
        """Claim and draw."""
        job = await self.claim(lease)
        await self.store.asked(job.id, lease)
        images = pictures_of(job, count, parent=parent, at_us=self.clock.now_us())
        assert await self.store.generated(job.id, lease, images, count, nanodollars, ("Drawn.",))
        return job, images

    async def post(self, job: JobId, images: Sequence[StoredImage], lease: str = "worker") -> MessageRef:
        """Tell."""
        message = MessageRef("web", "studio", f"m-{job[:6]}")
        assert await self.store.delivered(job, lease, [message], [[image.id for image in images]])
        return message


@asynccontextmanager
async def opened(folder: Path, limits: Sequence[Limit] = SIX_LIMITS, engine: Engine = SQLITE) -> AsyncIterator[Bench]:
    """A fresh store, or the one that is in this folder already; its books are checked when it is left."""
    db = await engine.open(folder)
    try:
        bench = Bench(db, HandClock(), limits)
        yield bench
        assert await bench.store.verify() == ()
    finally:
        await db.close()
