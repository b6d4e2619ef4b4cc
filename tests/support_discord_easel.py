"""Easel on the fake Discord: the real core with a provider that does as told, and the real bot, over real sockets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from emulators.discord_api.people import Person
from emulators.discord_api.server import FakeDiscord
from emulators.discord_api.world import Channel, Guild, Message
from pydantic import SecretStr
from support_charts import drawn
from support_discord_api import seams
from support_house import Hand

from bots.discord.adapter import DiscordAdapter
from bots.discord.app import Discord
from bots.discord.destination import PLATFORM
from core.administration.office import Office
from core.admission import Admission, Rules
from core.blobs.files import FileBlobs
from core.clock import SystemClock
from core.delivery import Delivery, Patience
from core.drawing import Draughtsman
from core.identity import Pseudonyms
from core.model import Actor, ImageId, Place
from core.queue.local import LocalQueue
from core.quota import Limit
from core.settings_discord import DiscordSettings
from core.store.migrate import migrate
from core.store.sqlite import SqliteDatabase
from core.store.store import Store
from core.studio import Studio
from core.telemetry import Metrics
from core.upkeep import Rhythm, Upkeep
from core.worker import Pace, Worker

LABEL = "A steady hand"


@dataclass
class Easel:
    """A bot at work in one server."""

    fake: FakeDiscord
    guild: Guild
    art: Channel
    member: Person
    hand: Hand
    studio: Studio
    store: Store
    database: SqliteDatabase
    adapter: DiscordAdapter

    async def notes(self, kind: str) -> int:
        """How many notes of this kind Discord's part has written down."""
        row = await self.database.fetch_one("SELECT COUNT(*) FROM discord_note WHERE kind = $1", kind)
        assert row is not None
        return int(row[0] or 0)

    @property
    def who(self) -> tuple[Actor, Place]:
        """The member, in the channel, as the core knows them."""
        guild = str(self.guild.id)
        return Actor(PLATFORM, guild, str(self.member.id), "Member"), Place(PLATFORM, guild, str(self.art.id))

    async def quiet(self) -> None:
        """Wait until Easel sends nothing any more."""
        sent = -1
        while len(self.fake.calls.of()) != sent:
            sent = len(self.fake.calls.of())
            await asyncio.sleep(0.15)

    async def drawn(
        self, prompt: str = "a square", *, by: Person | None = None, at: Channel | None = None, **more: object
    ) -> Message:
        """Somebody uses /imagine; the message with the pictures."""
        seen = await (by or self.member).slash(at or self.art, "imagine", prompt=prompt, **more)
        return await seen.until(lambda message: message.files and message.components and not message.loading)


@asynccontextmanager
async def easel(
    fake: FakeDiscord,
    folder: Path,
    *,
    hand: Hand | None = None,
    limits: Sequence[Limit] = (),
    intent: bool = True,
    spoiler: bool = False,
) -> AsyncIterator[Easel]:
    """Easel in the first guild, with a channel and a member. A second one on the same folder is one restarted."""
    guild = next(iter(fake.world.guilds.values()), None) or fake.guild()
    art = next(iter(guild.channels.values()), None) or fake.channel("art", guild=guild)
    member = next((each for each in fake.world.users.values() if each.name == "Member"), None)
    member = member or fake.user("Member", guilds=[guild])
    fake.gateway.identify_seconds = 0
    folder.mkdir(parents=True, exist_ok=True)
    gate = folder / f"gate-{len(list(folder.glob('gate-*')))}"  # a restart in a test does not wait for its turn
    gate.mkdir()
    database = await SqliteDatabase.open(folder / "easel.sqlite3")
    try:
        await migrate(database)
        settings = DiscordSettings(
            token=SecretStr(fake.token),
            api_base=fake.api_base,
            gateway_url=fake.gateway_url,
            file_hosts=(fake.file_host,),
            message_content=intent,
            spoiler=spoiler,
        )
        with seams(fake):
            clock, blobs = SystemClock(), FileBlobs(folder / "blobs")
            bot = Discord(
                settings,
                database,
                blobs,
                clock,
                folder=gate,
                label_of=lambda *_: LABEL,
                time_zone="UTC",
                connected=lambda _: None,
            )
            async with bot:
                one = _built(database, blobs, clock, bot, hand or Hand(), limits)
                bot.attach(one.studio)
                async with _at_work(bot, one, fake):
                    yield Easel(fake, guild, art, member, one.hand, one.studio, one.store, database, bot.adapter)
    finally:
        await database.close()


@dataclass
class _Core:
    hand: Hand
    studio: Studio
    store: Store
    worker: Worker
    upkeep: Upkeep


def _built(
    database: SqliteDatabase, blobs: FileBlobs, clock: SystemClock, bot: Discord, hand: Hand, limits: Sequence[Limit]
) -> _Core:
    queue, metrics = LocalQueue(poll_seconds=0.05), Metrics()
    adapters, providers = {PLATFORM: bot.adapter}, {hand.name: hand}
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
    studio = Studio(store, blobs, admission, queue, draughtsman, worker, metrics, drawn)
    return _Core(hand, studio, store, worker, upkeep)


@asynccontextmanager
async def _at_work(bot: Discord, core: _Core, fake: FakeDiscord) -> AsyncIterator[None]:
    stopping = asyncio.Event()
    await core.upkeep.begin()
    running = [asyncio.create_task(core.worker.run()), asyncio.create_task(bot.run(stopping))]
    try:
        async with asyncio.timeout(10):
            while not (fake.gateway.live and fake.commands):  # noqa: ASYNC110 - two things that come in any order
                await asyncio.sleep(0.01)
        yield
    finally:
        stopping.set()
        await asyncio.wait(running[1:], timeout=5)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        assert await core.store.verify() == (), "the books are in order whatever happened"


def image_under(message: Message) -> ImageId:
    """The picture that a message's buttons are about."""
    return ImageId(next(each for each in message.custom_ids() if each.startswith("easel:details:")).rpartition(":")[2])
