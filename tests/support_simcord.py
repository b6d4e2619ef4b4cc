"""Easel in SimCord's Discord: the real core and the real bot, in this process, on a clock that the test moves.

SimCord hands the bot gateway events and answers its requests without a network. It replaces the two clients that
discord.py itself uses; Easel's `Rest` is given the same two here, and SimCord's files through a stand-in for the
session that would fetch them. Its pytest plugin is not needed, and stays off (pyproject.toml, `-p no:simcord`).

What SimCord waits for by itself is what the bot's handlers do. The worker belongs to nobody there, as in a process of
its own: what it posts is waited for with `SimEasel.until`.
"""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import discord
import simcord
from pydantic import SecretStr
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle, GuildHandle
from simcord.results import InteractionResult, ResponseMessage
from support_house import Hand
from support_simcord_world import CDN_HOST, SimClock, SimRest, is_working, raw

from bots.discord import commands
from bots.discord.adapter import DiscordAdapter
from bots.discord.client import DiscordBot, Ears
from bots.discord.desk import Desk
from bots.discord.destination import PLATFORM
from bots.discord.posting import LabelOf, Showing
from bots.discord.records import Records
from bots.discord.router import ears_of
from core.administration.office import Office
from core.admission import Admission, Rules
from core.blobs.files import FileBlobs
from core.delivery import Delivery, Patience
from core.drawing import Draughtsman
from core.identity import Pseudonyms
from core.ports import ImageProvider
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

SECONDS = 10.0
T = TypeVar("T")

# A picture may take as long as the test says: nobody else takes the job for abandoned meanwhile.
PATIENT = Pace(lease_seconds=1_000_000.0)


@dataclass
class _Setup:
    """What stays the same when Easel is started again."""

    folder: Path
    provider: ImageProvider
    model: str
    limits: Sequence[Limit]
    intent: bool
    showing: Showing
    label_of: LabelOf
    pace: Pace = PATIENT


@dataclass
class _Life:
    """Easel from one start to its end."""

    desk: Desk
    store: Store
    rest: SimRest
    worker: Worker


@dataclass
class SimEasel:
    """A bot at work in one server, with a channel and a member."""

    env: simcord.Env
    guild: GuildHandle
    art: ChannelHandle
    member: MemberActor
    hand: Hand
    setup: _Setup
    _stack: AsyncExitStack
    _ears: list[Ears]
    life: _Life

    @property
    def studio(self) -> Studio:
        return self.life.desk.studio

    @property
    def store(self) -> Store:
        return self.life.store

    def joins(self, name: str, **more: Any) -> MemberActor:
        """One more member."""
        return self.guild.add_member(self.env.create_user(name), **more)

    async def restart(self) -> None:
        """End Easel, and start it again on what it has kept: no object lives on."""
        await self.env.settle()
        await self._stack.aclose()
        self.life = await self._stack.enter_async_context(_alive(self.env, self.setup))
        self._ears[:] = [ears_of(self.life.desk)]
        await self.env.restart_bot(_bot(self._ears, self.setup))
        self.life.rest.use(self.env.bot.http)

    # --- what people see ------------------------------------------------------------------------------------------

    async def until(self, look: Callable[[], T | None]) -> T:
        """What `look` finds, once it does; then everything has come to rest."""
        async with asyncio.timeout(SECONDS):
            while (found := look()) is None:  # noqa: ASYNC110 - the worker tells nobody
                await asyncio.sleep(0.005)
        await self.env.settle()
        return found

    async def rest(self) -> None:
        """Wait until everything is written down that was posted."""
        await self.until(lambda: self if self.life.worker.running == 0 else None)

    async def drawn(self, result: InteractionResult) -> ResponseMessage:
        """The answer to an interaction, with its pictures."""

        def look() -> ResponseMessage | None:
            seen = result.response
            return seen if seen is not None and seen.attachments and not is_working(seen.components) else None

        return await self._finally(look)

    async def told(self, result: InteractionResult) -> ResponseMessage:
        """The answer to an interaction that ended in words."""

        def look() -> ResponseMessage | None:
            seen = result.response
            if seen is None or not seen.content or is_working(seen.components):
                return None
            return seen if not seen.content.endswith("…") else None

        return await self.until(look)

    def answers(self, to: discord.Message) -> list[discord.Message]:
        """Easel's replies to a message."""
        history = ChannelHandle(self.env, None, self.env.backend.get_channel(to.channel.id)).history()
        me = self.env.backend.bot_user.id
        return [
            each
            for each in history
            if each.author.id == me and each.reference is not None and each.reference.message_id == to.id
        ]

    async def replied(self, to: discord.Message) -> discord.Message:
        """The reply with the pictures."""

        def look() -> discord.Message | None:
            return next((each for each in self.answers(to) if each.attachments and not _works(each)), None)

        return await self._finally(look)

    async def _finally(self, look: Callable[[], T | None]) -> T:
        found = await self.until(look)
        await self.rest()
        return found

    async def imagine(self, prompt: str = "a square", **options: Any) -> ResponseMessage:
        """The member uses /imagine."""
        return await self.drawn(await self.member.slash(self.art, "imagine", prompt=prompt, **options))

    def bytes_of(self, attachment: discord.Attachment) -> bytes:
        """A file that somebody sees."""
        data = self.env.backend.cdn.get(attachment.url)
        assert data is not None, attachment
        return data

    def sent(self, method: str, path: str) -> list[Any]:
        """The bodies of Easel's requests of a kind; `path` is a regular expression."""
        asked = self.env.http_requests
        return [each.json for each in asked if each.method == method and re.fullmatch(path, each.path)]


def _works(message: discord.Message) -> bool:
    return is_working(raw(message)) or message.content.endswith("…")


@asynccontextmanager
async def simcord_easel(
    folder: Path,
    *,
    hand: Hand | None = None,
    provider: ImageProvider | None = None,
    model: str = "",
    limits: Sequence[Limit] = (),
    intent: bool = True,
    showing: Showing = Showing(),  # noqa: B008 - frozen
    pace: Pace = PATIENT,
    label_of: LabelOf = lambda *_: "A steady hand",
    member: str = "Member",
    guild: str = "The studio",
) -> AsyncIterator[SimEasel]:
    """Easel in one server. `intent`: whether the developer portal has switched on the words of messages.

    `provider`: who draws instead of the `hand`. Leaving it raises what the bot's handlers raised and nobody told.
    """
    drawer = hand or Hand()
    approved = discord.Intents.all()
    approved.message_content = intent
    setup = _Setup(folder, provider or drawer, model or drawer.name, limits, intent, showing, label_of, pace)
    ears: list[Ears] = []
    env = simcord.Env(_bot(ears, setup), approved_intents=approved)
    _one_id(env)
    async with AsyncExitStack() as stack:
        life = await stack.enter_async_context(_alive(env, setup))
        ears.append(ears_of(life.desk))
        await env.start()
        try:
            life.rest.use(env.bot.http)
            await env.bot.http.bulk_upsert_global_commands(env.backend.application_id, payload=commands.payload())
            server = env.create_guild(guild)
            art, person = server.create_text_channel("art"), server.add_member(env.create_user(member))
            yield SimEasel(env, server, art, person, drawer, setup, stack, ears, life)
        finally:
            await env.shutdown()
    env.raise_errors()


def _bot(ears: list[Ears], setup: _Setup) -> DiscordBot:
    async def interaction(event: discord.Interaction) -> None:
        await ears[0].interaction(event)

    async def message(event: discord.Message) -> None:
        await ears[0].message(event)

    async def turn(_: int) -> None:
        return None

    settings = DiscordSettings(shard_count=1)
    told = Ears(interaction, message)
    return DiscordBot(settings, told, content=setup.intent, before_identify=turn, connection_changed=lambda: None)


@asynccontextmanager
async def _alive(env: simcord.Env, setup: _Setup) -> AsyncIterator[_Life]:
    """The core at work on the folder, and the desk for the handlers."""
    setup.folder.mkdir(parents=True, exist_ok=True)
    database = await SqliteDatabase.open(setup.folder / "easel.sqlite3")
    try:
        await migrate(database)
        clock, blobs, rest = SimClock(env), FileBlobs(setup.folder / "blobs"), SimRest(env, content=setup.intent)
        records = Records(database, clock)
        await records.prepare()
        adapter = DiscordAdapter(rest, records, blobs, clock, setup.label_of, setup.showing)
        store = Store(database, clock)
        studio, worker, upkeep = _core(setup, store, Office.over(database, clock), blobs, clock, adapter)
        settings = DiscordSettings(token=_token(env), file_hosts=(CDN_HOST,), message_content=setup.intent)
        desk = Desk(studio, adapter, rest, records, blobs, clock, settings, has_content=lambda: setup.intent)
        await upkeep.begin()
        running = [asyncio.create_task(each.run()) for each in (worker, upkeep)]
        try:
            yield _Life(desk, store, rest, worker)
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
            await adapter.aclose()
            assert await store.verify() == (), "the books are in order whatever happened"
    finally:
        await database.close()


def _core(
    setup: _Setup, store: Store, office: Office, blobs: FileBlobs, clock: SimClock, adapter: DiscordAdapter
) -> tuple[Studio, Worker, Upkeep]:
    queue, metrics = LocalQueue(poll_seconds=0.05), Metrics()
    name = setup.provider.profile(setup.model).provider
    adapters, providers = {PLATFORM: adapter}, {name: setup.provider}
    admission = Admission(store, queue, providers, Rules(name, setup.model, setup.limits), clock, office)
    draughtsman = Draughtsman(store, blobs, providers, adapters, Pseudonyms(b"k"), clock, seconds_max=SECONDS)
    patience = Patience(seconds_first=0.01, seconds_max=0.05)
    delivery = Delivery(store, blobs, adapters, admission.allowances, clock, patience)
    worker = Worker(store, queue, draughtsman, delivery, adapters, clock, setup.pace, metrics)
    rhythm = Rhythm(queue_news=0.05)
    upkeep = Upkeep(store, queue, adapters, draughtsman.repeatable, clock, rhythm, metrics)
    return Studio(store, blobs, admission, queue, draughtsman, worker, metrics), worker, upkeep


def _one_id(env: simcord.Env) -> None:
    """Discord gives an application and its bot the same id; SimCord gives them two."""
    backend = env.backend
    backend.users[backend.application_id] = backend.users.pop(backend.bot_user.id)
    backend.bot_user.id = backend.application_id
    backend.bot_user.name = "Easel"


def _token(env: simcord.Env) -> SecretStr:
    """A token for SimCord's bot, which is not checked there: Easel reads its own id from it."""
    first = base64.urlsafe_b64encode(str(env.backend.bot_user.id).encode()).decode().rstrip("=")
    return SecretStr(f"{first}.AAAAAA.{'x' * 38}")
