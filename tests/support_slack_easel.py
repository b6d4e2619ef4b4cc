"""Easel on the fake Slack: the real core with a provider that does as told, and the real app, over real sockets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from aiohttp import web
from emulators.slack_api.server import FakeSlack
from emulators.slack_api.world import Channel, Message, Person, Workspace
from pydantic import SecretStr
from support_house import Hand
from support_slack_transport import QUICK

from bots.http import Readiness, create_app
from bots.slack.app import Slack
from bots.slack.destination import PLATFORM
from bots.web.app import Playground
from core.administration.office import Office
from core.admission import Admission, Rules
from core.blobs.files import FileBlobs
from core.clock import SystemClock
from core.delivery import Delivery, Patience
from core.drawing import Draughtsman
from core.identity import Pseudonyms
from core.queue.local import LocalQueue
from core.quota import Limit
from core.settings_slack import SlackSettings
from core.store.migrate import migrate
from core.store.sqlite import SqliteDatabase
from core.store.store import Store
from core.studio import Studio
from core.telemetry import Metrics
from core.upkeep import Rhythm, Upkeep
from core.worker import Pace, Worker

LABEL = "A steady hand"
PUBLIC = "https://easel.example.org"
Mode = Literal["socket", "http"]


@dataclass
class Easel:
    """An app at work in one workspace."""

    fake: FakeSlack
    team: Workspace
    art: Channel
    member: Person
    hand: Hand
    studio: Studio
    store: Store
    database: SqliteDatabase
    url: str = ""  # of the web server, over HTTP
    is_connected: list[bool] = field(default_factory=list)

    async def quiet(self) -> None:
        """Wait until every envelope is settled and Easel asks for nothing any more."""
        asked = -1
        while len(list(self.fake.calls)) != asked:
            asked = len(list(self.fake.calls))
            for each in list(self.fake.deliveries):
                await asyncio.wait_for(each.settled.wait(), 10)
            await asyncio.sleep(0.15)

    def shown(self, at: Channel | None = None) -> list[Message]:
        """The app's messages with pictures there, the oldest first."""
        channel = at or self.art
        everything = [*self.fake.messages(channel)]
        everything += [reply for root in everything for reply in self.fake.messages(channel, root)]
        found = {each.ts: each for each in everything if each.files and each.user.bot_id}
        return [found[ts] for ts in sorted(found)]

    def controls(self, at: Channel | None = None) -> list[Message]:
        """The app's messages with buttons for a finished picture, the oldest first."""
        channel = at or self.art
        everything = [*self.fake.messages(channel)]
        everything += [reply for root in everything for reply in self.fake.messages(channel, root)]
        found = {each.ts: each for each in everything if "easel:redo" in repr(each.blocks)}
        return [found[ts] for ts in sorted(found)]

    async def drawn(self, words: str = "a square", *, by: Person | None = None, at: Channel | None = None) -> Message:
        """Somebody mentions Easel; the message with the buttons under the picture."""
        before = len(self.controls(at))
        await self.fake.say(by or self.member, at or self.art, words, mention=True)
        await self.fake.until(lambda: len(self.controls(at)) > before, "a picture", 10)
        return self.controls(at)[-1]


@asynccontextmanager
async def easel(
    fake: FakeSlack,
    folder: Path,
    *,
    mode: Mode = "socket",
    hand: Hand | None = None,
    limits: Sequence[Limit] = (),
    sockets: int = 1,
    **said: object,
) -> AsyncIterator[Easel]:
    """Easel in the first workspace, with a channel and a member. A second one on the same folder is one restarted."""
    team = next(iter(fake.teams.values()), None) or fake.workspace()
    member = next((each for each in team.people.values() if each.name == "Member"), None) or team.person("Member")
    art = next((each for each in fake.channels.values() if each.name == "art"), None)
    art = art or team.channel("art", members=[member])
    folder.mkdir(parents=True, exist_ok=True)
    database = await SqliteDatabase.open(folder / "easel.sqlite3")
    try:
        await migrate(database)
        settings = settings_of(fake, team, mode, sockets=sockets, **said)
        clock, blobs = SystemClock(), FileBlobs(folder / "blobs")
        is_connected: list[bool] = []
        app = Slack(
            settings,
            database,
            blobs,
            clock,
            label_of=lambda *_: LABEL,
            connected=is_connected.append,
            patience=QUICK,
        )
        async with app:
            one = _built(database, blobs, clock, app, hand or Hand(), limits)
            app.attach(one.studio)
            playground = _playground(database, blobs, clock)
            async with _served(app, playground) as url, _at_work(app, one, fake, sockets, url, is_connected):
                yield Easel(fake, team, art, member, one.hand, one.studio, one.store, database, url, is_connected)
    finally:
        await database.close()


def settings_of(fake: FakeSlack, team: Workspace, mode: Mode, **said: object) -> SlackSettings:
    """As they would be for this fake."""
    how: dict[str, object] = {"bot_token": SecretStr(team.bot_token)}
    how |= (
        {"app_token": SecretStr(fake.app_token)}
        if mode == "socket"
        else {"signing_secret": SecretStr(fake.signing_secret), "public_url": PUBLIC}
    )
    known = {"api_base": fake.api_base, "file_hosts": (fake.file_host,)}
    return SlackSettings.model_validate({**how, **known, **said})


@dataclass
class _Core:
    hand: Hand
    studio: Studio
    store: Store
    worker: Worker
    upkeep: Upkeep


def _built(
    database: SqliteDatabase, blobs: FileBlobs, clock: SystemClock, app: Slack, hand: Hand, limits: Sequence[Limit]
) -> _Core:
    queue, metrics = LocalQueue(poll_seconds=0.05), Metrics()
    adapters, providers = {PLATFORM: app.adapter}, {hand.name: hand}
    store = Store(database, clock)
    admission = Admission(
        store, queue, providers, Rules(hand.name, hand.name, limits), clock, Office.over(database, clock)
    )
    draughtsman = Draughtsman(store, blobs, providers, adapters, Pseudonyms(b"k"), clock, seconds_max=10)
    delivery = Delivery(
        store,
        blobs,
        adapters,
        admission.allowances,
        clock,
        Patience(seconds_first=0.01, seconds_max=0.05),
        admission.manner,
    )
    worker = Worker(store, queue, draughtsman, delivery, adapters, clock, Pace(), metrics)
    upkeep = Upkeep(store, queue, adapters, draughtsman.repeatable, clock, Rhythm(), metrics)
    return _Core(hand, Studio(store, blobs, admission, queue, draughtsman, worker, metrics), store, worker, upkeep)


@asynccontextmanager
async def _at_work(
    app: Slack, core: _Core, fake: FakeSlack, sockets: int, url: str, is_connected: list[bool]
) -> AsyncIterator[None]:
    stopping = asyncio.Event()
    await core.upkeep.begin()
    running = [asyncio.create_task(core.worker.run()), asyncio.create_task(app.run(stopping))]
    try:
        async with asyncio.timeout(10):
            while not is_connected:
                if running[1].done():
                    running[1].result()
                await asyncio.sleep(0.01)
        if url:
            await fake.connect_http(f"{url}/slack/events")
        else:
            await fake.connected(sockets)
        yield
    finally:
        stopping.set()
        await asyncio.wait(running[1:], timeout=8)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        assert await core.store.verify() == (), "the books are in order whatever happened"


def _playground(database: SqliteDatabase, blobs: FileBlobs, clock: SystemClock) -> Playground:
    return Playground(database, blobs, clock, token="a-token-for-tests-only", provider_label=LABEL, product_version="0")


@asynccontextmanager
async def _served(app: Slack, playground: Playground) -> AsyncIterator[str]:
    """Easel's own web server, with the playground and its rules, when Slack is to reach it there."""
    if app.entrance is None:
        yield ""
        return
    site = create_app(playground, Readiness(), Metrics(), entrances=[app.entrance])
    runner = web.AppRunner(site, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
