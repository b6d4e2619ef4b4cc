"""Easel in the fake Slack as stories about words need it: the real core, adapter, router and bolt over a real socket.

What is not here is told by other stories: buttons, forms and the Home tab.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emulators.slack_api.people import Said
from emulators.slack_api.pressing import Commanded
from emulators.slack_api.server import FakeSlack
from emulators.slack_api.world import Channel, Message, Person, Workspace
from pydantic import SecretStr
from support_charts import drawn
from support_house import Hand
from support_slack_api import picture, socket_mode

from bots.slack import messages
from bots.slack.adapter import SlackAdapter
from bots.slack.answers import Handler, guarded
from bots.slack.api import Api
from bots.slack.clients import web_client
from bots.slack.commanded import commanded
from bots.slack.commanding import resume
from bots.slack.components import Direct, Join, Never, Which, parse_action
from bots.slack.desk import Desk
from bots.slack.destination import PLATFORM
from bots.slack.event import Event
from bots.slack.membership import answered
from bots.slack.posting import Showing
from bots.slack.records import Records
from bots.slack.result_blocks import images_in
from bots.slack.router import Handlers, app_of
from bots.slack.tasks import Tasks
from bots.slack.who import People
from bots.slack.workspaces import OneWorkspace
from core.administration.office import Office
from core.admission import Admission, Rules
from core.blobs.files import FileBlobs
from core.clock import SystemClock
from core.delivery import Delivery, Patience
from core.drawing import Draughtsman
from core.identity import Pseudonyms
from core.model import ImageId, StoredImage
from core.ports import EditOrder
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

BEACH = ("beach.png", picture("gold"))
_SHORT_SECONDS = 0.02


class QuickClock(SystemClock):
    """Now is now, and waiting takes hardly any time."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(min(seconds, _SHORT_SECONDS))


@dataclass
class Talk:
    """One workspace with a channel, and Easel in it."""

    fake: FakeSlack
    team: Workspace
    art: Channel
    member: Person
    guest: Person
    hand: Hand
    desk: Desk
    store: Store
    tasks: Tasks
    database: SqliteDatabase

    async def quiet(self) -> None:
        """Until nothing happens any more: every event is handled, and no call follows."""
        for each in list(self.fake.deliveries):
            await asyncio.wait_for(each.settled.wait(), 5)
        sent = -1
        while len(self.tasks) or len(self.fake.calls) != sent or await self._busy():
            sent = len(self.fake.calls)
            await asyncio.sleep(0.06)

    async def _busy(self) -> bool:
        counts = await self.store.counts()
        return bool(counts.waiting or counts.running or counts.to_tell)

    # --- what people do, until all is quiet ---------------------------------------------------------------------------

    async def says(self, words: str, *, by: Person | None = None, at: Channel | None = None, **more: Any) -> Said:
        said = await self.fake.say(by or self.member, at or self.art, words, **more)
        await self.quiet()
        return said

    async def commands(
        self, name: str, words: str = "", *, by: Person | None = None, at: Channel | None = None
    ) -> Commanded:
        done = await self.fake.command(by or self.member, at or self.art, name, words)
        await self.quiet()
        return done

    async def presses(self, message: Message, action_id: str, *, by: Person | None = None) -> None:
        await self.fake.press(by or self.member, message, action_id)
        await self.quiet()

    # --- what is seen -------------------------------------------------------------------------------------------------

    def told(self, person: Person | None = None, at: Channel | None = None) -> list[str]:
        """The sentences that this person alone sees."""
        return [each.text for each in self.fake.ephemerals(person or self.member, at or self.art)]

    def thread(self, root: Message | Said | str, at: Channel | None = None) -> list[Message]:
        """What Easel posted into a thread."""
        ts = root if isinstance(root, str) else root.ts
        return [each for each in self.fake.messages(at or self.art, ts) if each.user is self.team.bot]

    def shown(self, root: Message | Said | str, at: Channel | None = None) -> list[Message]:
        """The messages of a thread with Easel's pictures."""
        return [each for each in self.thread(root, at) if each.files]

    def top(self, at: Channel | None = None) -> list[Message]:
        """Easel's messages at the top level."""
        return [each for each in self.fake.messages(at or self.art) if each.user is self.team.bot]

    @property
    def prompts(self) -> list[str]:
        """What was drawn, in words."""
        return [order.text for order in self.hand.orders]

    def edited(self) -> EditOrder:
        """What the provider was asked last."""
        order = self.hand.orders[-1]
        assert isinstance(order, EditOrder), order
        return order

    async def image_of(self, root: Message | Said | str, at: Channel | None = None) -> StoredImage:
        """The newest picture of a thread, by its buttons."""
        found = [image for each in self.thread(root, at) for image in images_in(each.blocks)]
        (image,) = await self.store.images([found[-1]])
        return image

    async def line(self, image: StoredImage) -> list[str]:
        """The words of every step to this picture."""
        return [each.prompt for each in await self.store.lineage(ImageId(image.id))]


@asynccontextmanager
async def talking(
    fake: FakeSlack, folder: Path, *, hand: Hand | None = None, limits: Sequence[Limit] = (), **said: Any
) -> AsyncIterator[Talk]:
    """Easel in the first workspace, connected. `said`: settings."""
    team = next(iter(fake.teams.values()), None) or fake.workspace()
    member, guest = team.person("Member"), team.person("Guest", locale="de-DE", tz="Asia/Tokyo")
    art = team.channel("art", members=[member, guest])
    folder.mkdir(parents=True, exist_ok=True)
    async with AsyncExitStack() as stack:
        database = await SqliteDatabase.open(folder / "easel.sqlite3")
        stack.push_async_callback(database.close)
        await migrate(database)
        clock, blobs = QuickClock(), FileBlobs(folder / "blobs")
        records = Records(database, clock)
        await records.prepare()
        workspaces = OneWorkspace(SecretStr(team.bot_token))
        client = web_client(fake.api_base)
        await workspaces.introduce(client)
        hosts = frozenset({fake.file_host})
        api = await stack.enter_async_context(
            Api.opened(workspaces, api_base=fake.api_base, file_hosts=hosts, sleep=clock.sleep)
        )
        adapter = SlackAdapter(api, records, blobs, clock, lambda *_: "A steady hand", Showing())
        stack.push_async_callback(adapter.aclose)
        core = _core(database, blobs, adapter, hand or Hand(), limits)
        people = People(api, records, clock)
        settings = SlackSettings(bot_token=SecretStr(team.bot_token), app_token=SecretStr(fake.app_token), **said)
        desk = Desk(core.studio, adapter, api, records, people, blobs, clock, settings)
        tasks = Tasks()
        app = app_of(_handlers(desk), workspaces, client, fake.signing_secret, tasks)
        await stack.enter_async_context(_at_work(core))
        await stack.enter_async_context(socket_mode(fake, app))
        yield Talk(fake, team, art, member, guest, core.hand, desk, core.store, tasks, database)
        await tasks.drain(2)


def _handlers(desk: Desk) -> Handlers:
    def of(handler: Handler) -> Any:
        async def handle(event: Event) -> None:
            await guarded(desk, event, handler)

        return handle

    return Handlers(
        message=of(messages.handle),
        command=of(commanded),
        click=of(_click),
        shortcut=of(_nothing),
        submit=of(_nothing),
        home=of(messages.opened),
    )


async def _click(desk: Desk, event: Event) -> None:
    """The questions that messages and commands ask; the other buttons have stories of their own."""
    match parse_action(event.body["actions"][0]):
        case Join() | Direct() | Never() as what:
            await answered(desk, event, what)
        case Which(note, number):
            await resume(desk, event, note, number)


async def _nothing(desk: Desk, event: Event) -> None:
    raise AssertionError("nobody pressed that")


@dataclass
class _Core:
    hand: Hand
    studio: Studio
    store: Store
    worker: Worker
    upkeep: Upkeep


def _core(
    database: SqliteDatabase, blobs: FileBlobs, adapter: SlackAdapter, hand: Hand, limits: Sequence[Limit]
) -> _Core:
    clock, queue, metrics = SystemClock(), LocalQueue(poll_seconds=0.05), Metrics()
    adapters, providers = {PLATFORM: adapter}, {hand.name: hand}
    store = Store(database, clock)
    office = Office.over(database, clock)
    admission = Admission(store, queue, providers, Rules(hand.name, hand.name, limits), clock, office)
    draughtsman = Draughtsman(store, blobs, providers, adapters, Pseudonyms(b"k"), clock, seconds_max=10)
    patience = Patience(seconds_first=0.01, seconds_max=0.05)
    delivery = Delivery(store, blobs, adapters, admission.allowances, clock, patience, admission.manner)
    worker = Worker(store, queue, draughtsman, delivery, adapters, clock, Pace(), metrics)
    upkeep = Upkeep(store, queue, adapters, draughtsman.repeatable, clock, Rhythm(), metrics)
    studio = Studio(store, blobs, admission, queue, draughtsman, worker, metrics, drawn)
    return _Core(hand, studio, store, worker, upkeep)


@asynccontextmanager
async def _at_work(core: _Core) -> AsyncIterator[None]:
    await core.upkeep.begin()
    running = asyncio.create_task(core.worker.run())
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert await core.store.verify() == (), "the books are in order whatever happened"
