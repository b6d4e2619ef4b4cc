"""The composition root: the one place that knows everybody. Builds an Easel, runs it, and lets it go in order."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import click
from aiohttp import web

from bots.http import Readiness, create_app, product_version
from bots.web.app import Playground
from bots.web.people import Roster
from core.admission import Admission, Rules
from core.blobs.files import FileBlobs
from core.clock import SystemClock
from core.commands import help_text
from core.delivery import Delivery, Patience
from core.drawing import Draughtsman
from core.errors import BadSettings
from core.identity import Pseudonyms
from core.kept_secret import kept_secret
from core.ports import BlobStore, Clock, Database, ImageProvider, PlatformAdapter
from core.providers.illustrator.provider import LABEL, Illustrator
from core.queue.local import LocalQueue
from core.settings import Settings, web_token
from core.store.lock import DataFolderLock
from core.store.migrate import migrate
from core.store.sqlite import SqliteDatabase
from core.store.store import Store
from core.studio import Studio
from core.telemetry import Metrics
from core.upkeep import Rhythm, Upkeep
from core.worker import Pace, Worker

DRAW_SECONDS_MAX = 600.0  # high quality takes minutes with some providers
DRAIN_SECONDS = 50.0  # under the 60 s that a container is given to stop


@dataclass(frozen=True, slots=True)
class Foundation:
    """What an adapter may be built on."""

    settings: Settings
    database: Database
    blobs: BlobStore
    clock: Clock


@dataclass(frozen=True, slots=True)
class Application:
    """An Easel, put together and not yet running."""

    foundation: Foundation
    studio: Studio
    store: Store
    worker: Worker
    upkeep: Upkeep
    metrics: Metrics
    lock: DataFolderLock

    async def run(self, stopping: asyncio.Event) -> None:
        """Draw until `stopping` is set, then finish what is in hand; what takes too long is left to the next start."""
        await self.upkeep.begin()
        upkeep = asyncio.create_task(self.upkeep.run())
        worker = asyncio.create_task(self.worker.run())
        waiting = asyncio.create_task(stopping.wait())
        try:
            await asyncio.wait([upkeep, worker, waiting], return_when=asyncio.FIRST_COMPLETED)
            self.worker.stop()
            await asyncio.wait([worker], timeout=DRAIN_SECONDS)
        finally:
            for task in (waiting, upkeep, worker):
                task.cancel()
            ended = await asyncio.gather(waiting, upkeep, worker, return_exceptions=True)
        for result in ended:
            if isinstance(result, Exception):
                raise result


MakeAdapters = Callable[[Foundation], Sequence[PlatformAdapter]]


@asynccontextmanager
async def assembled(settings: Settings, make_adapters: MakeAdapters) -> AsyncIterator[Application]:
    """Everything open and in its place; closed in the opposite order. Raises `OperatorError`."""
    folder = settings.data_dir
    folder.mkdir(parents=True, exist_ok=True)
    async with AsyncExitStack() as stack:
        lock = stack.enter_context(DataFolderLock(folder))
        database = await SqliteDatabase.open(folder / "easel.sqlite3")
        stack.push_async_callback(database.close)
        await migrate(database)
        clock = SystemClock()
        blobs = FileBlobs(folder / "blobs")
        foundation = Foundation(settings, database, blobs, clock)
        illustrator = Illustrator()
        stack.push_async_callback(illustrator.aclose)
        adapters = {adapter.platform: adapter for adapter in make_adapters(foundation)}
        yield _application(foundation, adapters, {illustrator.name: illustrator}, lock)


def _application(
    foundation: Foundation,
    adapters: Mapping[str, PlatformAdapter],
    providers: Mapping[str, ImageProvider],
    lock: DataFolderLock,
) -> Application:
    settings, clock, blobs = foundation.settings, foundation.clock, foundation.blobs
    store = Store(foundation.database, clock)
    queue = LocalQueue()
    metrics = Metrics()
    admission = Admission(store, queue, providers, rules_of(settings), clock)
    pseudonyms = Pseudonyms(kept_secret(settings.data_dir / "pseudonym-key").encode())
    draughtsman = Draughtsman(store, blobs, providers, adapters, pseudonyms, clock, seconds_max=DRAW_SECONDS_MAX)
    delivery = Delivery(store, blobs, adapters, lambda: admission.rules.limits, clock, Patience())
    worker = Worker(store, queue, draughtsman, delivery, adapters, clock, Pace(settings.worker.concurrency), metrics)
    upkeep = Upkeep(store, queue, adapters, draughtsman.repeatable, clock, Rhythm(), metrics)
    studio = Studio(store, blobs, admission, draughtsman, worker, metrics)
    return Application(foundation, studio, store, worker, upkeep, metrics, lock)


def rules_of(settings: Settings) -> Rules:
    """What admission holds requests against, as the settings say."""
    return Rules(
        provider=settings.provider,
        model=settings.provider,
        limits=settings.limits,
        waiting_max=settings.queue.waiting,
        waiting_max_per_person=settings.queue.waiting_per_person,
    )


async def serve(settings: Settings) -> int:
    """`easel run`: the playground and every connected platform, until SIGINT or SIGTERM. Returns the exit code."""
    stopping = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stopping.set)
    token = web_token(settings).get_secret_value()
    playgrounds: list[Playground] = []

    def adapters(foundation: Foundation) -> Sequence[PlatformAdapter]:
        playgrounds.append(_playground(foundation, token))
        return [each.adapter for each in playgrounds]

    async with assembled(settings, adapters) as application:
        (playground,) = playgrounds
        await playground.prepare()
        playground.attach(application.studio)
        readiness = Readiness("worker")
        app = create_app(playground, readiness, application.metrics, allowed_hosts=settings.web.allowed_hosts)
        async with _listening(app, settings) as url:
            application.lock.announce(url)
            click.echo(f"Easel is ready: {url}/#token={token}", err=True)
            readiness.arrived("worker")
            await application.run(stopping)
            readiness.missing("stopping")
    return 0


def _playground(foundation: Foundation, token: str) -> Playground:
    return Playground(
        foundation.database,
        foundation.blobs,
        foundation.clock,
        token=token,
        provider_label=LABEL,
        product_version=product_version(),
        roster=Roster(time_zone=foundation.settings.time_zone),
        help_for=help_text,
    )


@asynccontextmanager
async def _listening(app: web.Application, settings: Settings) -> AsyncIterator[str]:
    """The web server on its socket; yields the address that a browser on this machine may use."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=5)
    await runner.setup()
    try:
        site = web.TCPSite(runner, settings.web.host, settings.web.port)
        try:
            await site.start()
        except OSError as error:
            raise BadSettings(
                f"Port {settings.web.port} cannot be used ({error.strerror}).", "Set EASEL_WEB__PORT to another one."
            ) from error
        host, port = runner.addresses[0][:2]
        yield f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    finally:
        await runner.cleanup()
