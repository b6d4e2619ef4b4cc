"""How an Easel is put together: what is opened, in which order, and who is given what. Knows the core only."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from bots.providers import Drawers, drawers
from core.administration.alerts import Alerts
from core.administration.naming import Naming
from core.administration.office import Office
from core.administration.overseeing import Overseeing, Rulebook
from core.administration.telling import Telling
from core.admission import Admission, Rules
from core.blobs.files import FileBlobs
from core.clock import SystemClock
from core.delivery import Delivery, Patience
from core.drawing import Draughtsman
from core.identity import Pseudonyms
from core.kept_secret import kept_secret
from core.ports import BlobStore, Clock, Database, PlatformAdapter
from core.providers.own_accounts import OwnAccounts
from core.queue.local import LocalQueue
from core.settings import Settings
from core.settings_moderation import moderation_of
from core.settings_openai import ILLUSTRATOR, seal_of_keys
from core.settings_prices import prices_of
from core.store.inventory import Inventory
from core.store.lock import DataFolderLock
from core.store.migrate import migrate
from core.store.opening import open_database
from core.store.store import Store
from core.studio import Studio
from core.telemetry import Metrics
from core.upkeep import Rhythm, Upkeep
from core.worker import Pace, Worker

DRAW_SECONDS_MAX = 600.0  # high quality takes minutes with some providers
DRAIN_SECONDS = 50.0  # under the 60 s that a container is given to stop


@dataclass(frozen=True, slots=True)
class Foundation:
    """The open data folder and who draws: what adapters are built on."""

    settings: Settings
    lock: DataFolderLock
    database: Database
    blobs: BlobStore
    clock: Clock
    store: Store
    drawers: Drawers


@asynccontextmanager
async def founded(settings: Settings) -> AsyncIterator[Foundation]:
    """Open everything; close it in the opposite order. Raises `OperatorError`."""
    folder = settings.data_dir
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    async with AsyncExitStack() as stack:
        lock = stack.enter_context(DataFolderLock(folder))
        database = await open_database(folder, settings.database_url)
        stack.push_async_callback(database.close)
        await migrate(database)
        clock = SystemClock(await Store(database, SystemClock()).latest_us())
        drawing = await stack.enter_async_context(drawers(settings, clock))
        yield Foundation(
            settings=settings,
            lock=lock,
            database=database,
            blobs=FileBlobs(folder / "blobs"),
            clock=clock,
            store=Store(database, clock),
            drawers=drawing,
        )


@dataclass(frozen=True, slots=True)
class Application:
    """An Easel, put together and not yet running."""

    studio: Studio
    worker: Worker
    upkeep: Upkeep
    metrics: Metrics
    telling: Telling
    overseeing: Overseeing
    own_accounts: OwnAccounts | None = None

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
            await self.telling.settled()
            if self.own_accounts is not None:
                await self.own_accounts.aclose()
        for result in ended:
            if isinstance(result, Exception):
                raise result


def assembled(foundation: Foundation, connected: Sequence[PlatformAdapter]) -> Application:
    """Everyone given what they need, and nothing else."""
    settings, clock, blobs = foundation.settings, foundation.clock, foundation.blobs
    store, providers = foundation.store, foundation.drawers.providers
    adapters = {adapter.platform: adapter for adapter in connected}
    queue = LocalQueue()
    metrics = Metrics()
    office = Office.over(foundation.database, clock, seal_of_keys(settings))
    admission = Admission(store, queue, providers, rules_of(settings, foundation.drawers), clock, office)
    pseudonyms = Pseudonyms(kept_secret(settings.data_dir / "pseudonym-key").encode())
    own_accounts = _own_accounts(foundation.drawers, office)
    draughtsman = Draughtsman(
        store,
        blobs,
        providers,
        adapters,
        pseudonyms,
        clock,
        seconds_max=DRAW_SECONDS_MAX,
        safety_check=foundation.drawers.safety_check,
        own_accounts=own_accounts,
    )
    delivery = Delivery(store, blobs, adapters, admission.allowances, clock, Patience(), admission.manner)
    worker = Worker(store, queue, draughtsman, delivery, adapters, clock, Pace(settings.worker.concurrency), metrics)
    alerts = Alerts(
        foundation.database, office.policies, lambda: admission.rules.limits, clock, time_zone=settings.time_zone
    )
    telling = Telling(alerts, office.refusals, adapters)
    upkeep = Upkeep(
        *(store, queue, adapters, draughtsman.repeatable, clock, Rhythm(), metrics, telling),
        forget=lambda: studio.privacy.retention.keep(),  # noqa: PLW0108 - the studio comes after
        inventory=Inventory(foundation.database, blobs),
    )
    studio = Studio(store, blobs, admission, queue, draughtsman, worker, metrics, foundation.drawers.charts)
    rulebook = Rulebook(lambda: admission.rules.limits, lambda: admission.rules.prices, settings.time_zone)
    overseeing = Overseeing(
        *(foundation.database, store, studio.administration, office, clock, rulebook, foundation.drawers.examine),
        naming=Naming(adapters, clock),
    )
    return Application(studio, worker, upkeep, metrics, telling, overseeing, own_accounts)


def _own_accounts(drawing: Drawers, office: Office) -> OwnAccounts | None:
    """Who draws for workspaces with a key of their own; None where keys count for nothing."""
    return None if drawing.connect is None else OwnAccounts(office.keys.secret, drawing.connect)


def rules_of(settings: Settings, drawing: Drawers) -> Rules:
    """What admission holds requests against, as the settings say."""
    fall_back = () if drawing.name == ILLUSTRATOR else settings.openai.fall_back
    return Rules(
        provider=drawing.name,
        model=drawing.model,
        limits=settings.limits,
        waiting_max=settings.queue.waiting,
        waiting_max_per_person=settings.queue.waiting_per_person,
        prices=prices_of(settings),
        mode_in=settings.mode_in,
        fall_back=tuple(name for name in fall_back if name != ILLUSTRATOR),
        moderation=moderation_of(settings),
    )
