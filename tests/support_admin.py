"""The administrators' page on a real loopback socket, over a house that has been at work for three weeks.

The rows come about as they do in production: admitted, asked, drawn, delivered, failed, lost. Only the clock stands
where it is told to.
"""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from aiohttp import web
from support_postgres import SQLITE, Engine
from support_store import DAY_US, HOUR_US, NOON_US, Bench, HandClock, plan_of

from bots.http import Readiness, create_app
from bots.web.admin.page import Administration as Page
from bots.web.app import Playground
from core.administration.administration import Administration
from core.administration.naming import Named, Naming
from core.administration.office import Office
from core.administration.overseeing import Overseeing, Rulebook
from core.blobs.files import FileBlobs
from core.model import Actor, Cost, Destination, ImageRequest, JobId, MessageRef, Operation, Place, Quality, new_id
from core.ports import PlatformAdapter
from core.pricing import catalog
from core.providers.health import Condition, Health
from core.quota import Limit, Scope, Unit, Window
from core.sealing import Seal
from core.telemetry import Metrics

TOKEN = "an-admin-token-for-tests"
PLAYGROUND_TOKEN = "a-token-for-tests-only"
GUILD = "discord:814093355612356608"
SERVER = GUILD.partition(":")[2]
CENT = 10_000_000
HOSTILE = "<img src=x onerror=\"document.title='broken'\"><script>document.title='broken'</script>"
LIMITS = (
    Limit(Scope.EVERYONE, "*", Unit.MONEY, Window.MONTH, 5000 * CENT),
    Limit(Scope.WORKSPACE, "*", Unit.MONEY, Window.MONTH, 1200 * CENT),
    Limit(Scope.CHANNEL, "*", Unit.IMAGES, Window.DAY, 40),
    Limit(Scope.ROLE, "everyone", Unit.IMAGES, Window.DAY, 5),
    Limit(Scope.ROLE, "designer", Unit.IMAGES, Window.DAY, 30),
    Limit(Scope.USER, "*", Unit.JOBS, Window.NONE, 3),
)
PEOPLE = {
    "100000000000000001": ("Designer", ("designer",)),
    "100000000000000002": ("Member", ("member",)),
    "100000000000000003": ("Guest", ()),
    "100000000000000004": ("Moderator", ("moderator",)),
}
WORDS = ("a fox in a boat", "a poster for the summer fair", "a map of the harbour", "a red bicycle at night")
TROUBLE = "status 503, server_error, request req_0123456789"


@dataclass
class Admin:
    """A running page, and what is behind it."""

    url: str
    bench: Bench
    overseeing: Overseeing
    office: Office
    clock: HandClock
    playground: Playground

    @property
    def link(self) -> str:
        """What Easel prints."""
        return f"{self.url}/admin#token={TOKEN}"


def wish(person: str, words: str, *, home: str = GUILD, channel: str = "posters", name: str = "") -> ImageRequest:
    """What somebody asks for."""
    platform, _, workspace = home.partition(":")
    known, roles = PEOPLE.get(person, (name or person, ()))
    return ImageRequest(
        event_key=f"{platform}:{new_id()}",
        actor=Actor(platform, workspace, person, name or known, roles),
        place=Place(platform, workspace, channel),
        destination=Destination(platform, "somewhere"),
        operation=Operation.GENERATE,
        prompt=words,
    )


async def drawn(bench: Bench, request: ImageRequest, cents: int = 4, *, count: int = 1, measured: bool = True) -> JobId:
    """From the wish to the post."""
    await asked_for(bench, request, cents, count=count)
    job, images = await bench.draw(count, nanodollars=cents * CENT if measured else None)
    await bench.post(job.id, images)
    return job.id


async def asked_for(bench: Bench, request: ImageRequest, cents: int = 4, *, count: int = 1) -> JobId:
    """Admitted, and no more; a second after the one before."""
    bench.clock.advance(1_000_000)
    quality = Quality.LOW if cents < 3 else Quality.HIGH
    plan = replace(plan_of(count, cents * CENT, provider="openai"), model="gpt-image-2", text=request.prompt)
    return (await bench.admit(request, replace(plan, quality=quality, reserved=Cost(count, cents * CENT)))).job


async def lost(bench: Bench, request: ImageRequest, cents: int = 4) -> JobId:
    """Asked for, and its answer never came."""
    await asked_for(bench, request, cents)
    job = await bench.claim()
    await bench.store.asked(job.id, "worker")
    assert await bench.store.uncertain(job.id, "worker", "The answer was lost.")
    return await told(bench, job.id)


async def failed(bench: Bench, request: ImageRequest, code: str = "moderated") -> JobId:
    """Asked for, and declined."""
    await asked_for(bench, request)
    job = await bench.claim()
    await bench.store.asked(job.id, "worker")
    assert await bench.store.failed(job.id, "worker", code, "It was declined.")
    return await told(bench, job.id)


async def told(bench: Bench, job: JobId) -> JobId:
    """How it ended is said to its person, by whoever worked on it."""
    assert await bench.store.delivered(job, "worker", [MessageRef("discord", "somewhere", "m1")], [[]])
    return job


class Names:
    """What a platform calls everything: by the id in this text, or by nothing."""

    def __init__(self, form: str) -> None:
        self.form = form

    async def name_of(self, workspace: str, channel: str = "") -> str:
        """The workspace's, or the channel's."""
        return self.form.format(channel or workspace)


async def three_weeks(bench: Bench, office: Office) -> None:
    """A guild and a playground at work, up to this noon."""
    clock, people = bench.clock, list(PEOPLE)
    for day in range(20, -1, -1):
        clock.at_us = NOON_US - day * DAY_US - HOUR_US
        for number in range(2 + (day * 7) % 5):
            clock.advance(HOUR_US // 12)
            person = people[(day + number) % 4 % (3 if number % 2 else 4)]
            channel = ("posters", "sketches")[(day + number) % 2]
            request = wish(person, WORDS[(day + number) % 4], channel=channel)
            cents = (4, 17, 2, 9)[(day * 3 + number) % 4]
            await drawn(bench, request, cents, measured=(day + number) % 5 != 0)
        if day % 6 == 2:
            await failed(bench, wish(people[2], "something that was declined"))
            office.refusals.note(wish(people[2], "").actor, "quota")
    await drawn(bench, wish("guest", "a boat", home="web:playground", channel="studio", name="Guest"), 0)
    await lost(bench, wish(people[1], "a lighthouse that nobody ever saw"), 17)
    clock.advance(HOUR_US // 4)
    await asked_for(bench, wish(people[0], "a whale over the town"), 9)


@asynccontextmanager
async def administered(
    folder: Path,
    *,
    engine: Engine = SQLITE,
    limits: Sequence[Limit] = LIMITS,
    busy: bool = True,
    hosts: Sequence[str] = (),
    keys: bool = True,
    named: Named | None = None,
) -> AsyncIterator[Admin]:
    """The page, with three weeks behind it unless it is not `busy`; the books are checked in the end.

    `keys`: a workspace may draw with its own.
    """
    folder.mkdir(parents=True, exist_ok=True)
    db = await engine.open(folder)
    clock = HandClock()
    bench = Bench(db, clock, limits)
    office = Office.over(db, clock, Seal([base64.urlsafe_b64encode(bytes(range(32))).decode()]) if keys else None)
    administration = Administration(office.policies, lambda: limits, clock, office.keys)
    adapters = {} if named is None else {GUILD.partition(":")[0]: cast("PlatformAdapter", named)}
    rulebook, naming = Rulebook(lambda: limits, catalog), Naming(adapters, clock)
    overseeing = Overseeing(db, bench.store, administration, office, clock, rulebook, healths, naming)
    playground = Playground(
        db, FileBlobs(folder / "blobs"), clock, token=PLAYGROUND_TOKEN, provider_label="Painter", product_version="test"
    )
    try:
        if busy:
            await three_weeks(bench, office)
        app = create_app(
            playground, Readiness(), Metrics(), allowed_hosts=hosts, administration=Page(overseeing, TOKEN)
        )
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            yield Admin(f"http://127.0.0.1:{runner.addresses[0][1]}", bench, overseeing, office, clock, playground)
        finally:
            await runner.cleanup()
        assert await bench.store.verify() == ()
    finally:
        await db.close()


def healths() -> Sequence[Health]:
    """One that is well, one that has trouble, and the one in the house."""
    host = "api.openai.com"
    return [
        Health("openai", "gpt-image-2", "GPT Image 2", host, images_per_minute=50.0, waiting=2),
        Health("openai", "gpt-image-2.6-flare", "GPT Image 2.6 Flare", host, Condition.RESTING, TROUBLE),
        Health("illustrator", "illustrator", "Easel illustrator (not an AI model)"),
    ]
