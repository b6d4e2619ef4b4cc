"""Discord's adapter beside the fake Discord, on a real socket, without a gateway: what a worker process has."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp
from discord.http import HTTPClient, Route
from emulators.discord_api.clock import Clock
from emulators.discord_api.interactions import Interaction
from emulators.discord_api.people import Person, Seen
from emulators.discord_api.server import FakeDiscord
from emulators.discord_api.world import Channel, Guild, Message
from PIL import Image
from support_discord_api import picture, seams

from bots.discord import limits
from bots.discord.adapter import DiscordAdapter
from bots.discord.destination import Spot, decode, encode
from bots.discord.posting import Showing
from bots.discord.records import Records
from bots.discord.rest import Rest
from core import fitting
from core.blobs.files import FileBlobs
from core.model import (
    Actor,
    Cost,
    Destination,
    Finished,
    ImageId,
    ImageRequest,
    JobId,
    Operation,
    Place,
    Plan,
    PostingPlan,
    Size,
    StoredImage,
    Unfinished,
    new_id,
)
from core.settings_discord import FILE_HOSTS
from core.store.sqlite import SqliteDatabase

COMMANDS: list[dict[str, Any]] = [
    {
        "name": "imagine",
        "description": "Draw.",
        "type": 1,
        "integration_types": [0, 1],
        "contexts": [0, 1, 2],
        "options": [{"name": "prompt", "description": "What.", "type": 3, "required": True}],
    }
]
SENTENCE = "I cannot draw that. Nothing was charged. Ask for something else."


class BedClock:
    """The fake's own time. Waiting takes no time unless `held`; then until `let_go`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._free = asyncio.Event()
        self._free.set()
        self.slept: list[float] = []

    def now_us(self) -> int:
        """The fake's."""
        return int(self._clock.now() * 1_000_000)

    async def sleep(self, seconds: float) -> None:
        """Remembered, and over at once, unless it is held."""
        self.slept.append(seconds)
        await asyncio.sleep(0)
        await self._free.wait()

    def hold(self) -> None:
        """From now on nobody's waiting ends."""
        self._free.clear()

    def let_go(self) -> None:
        """All waiting is over."""
        self._free.set()


class Bed:
    """A Discord, a data folder, and an adapter that may be started anew. `adapter` has a bot; `worker()` has none."""

    def __init__(self, discord: FakeDiscord, database: SqliteDatabase, blobs: FileBlobs, stack: AsyncExitStack) -> None:
        self.discord = discord
        self.blobs = blobs
        self.clock = BedClock(discord.world.clock)
        self.records = Records(database, self.clock)
        self._stack = stack
        self.guild: Guild = discord.guild("Studio")
        self.channel: Channel = discord.channel("art", guild=self.guild)
        self.member: Person = discord.user("Member")
        self.guest: Person = discord.user("Guest")
        self.rest: Rest
        self.adapter: DiscordAdapter
        self.http: HTTPClient

    async def start(self) -> None:
        """A process begins: it logs in, and knows nothing but the data folder."""
        self.http = HTTPClient(asyncio.get_running_loop(), max_ratelimit_timeout=30.0)
        await self.http.static_login(self.discord.token)
        self._stack.push_async_callback(self.http.close)
        self.rest = await self._rest()
        self.rest.use(self.http)
        self.adapter = self.adapter_of(self.rest)

    async def worker(self) -> DiscordAdapter:
        """Another process, without a gateway and without the bot's token."""
        return self.adapter_of(await self._rest())

    async def _rest(self) -> Rest:
        hosts = frozenset({*FILE_HOSTS, self.discord.file_host})
        return await self._stack.enter_async_context(Rest.opened(file_hosts=hosts))

    def adapter_of(self, rest: Rest, showing: Showing | None = None) -> DiscordAdapter:
        """An adapter over this interface, with memory of its own."""
        label = lambda provider, model: "Painter"  # noqa: E731
        adapter = DiscordAdapter(rest, self.records, self.blobs, self.clock, label, showing or Showing())
        self._stack.push_async_callback(adapter.aclose)
        return adapter

    # --- what people do -------------------------------------------------------------------------------------------

    async def asked(
        self, *, private: bool = False, channel: Channel | None = None, person: Person | None = None
    ) -> tuple[Spot, Seen]:
        """Somebody used /imagine, and saw that Easel thinks."""
        person = person or self.member
        channel = channel or self.channel
        if not self.discord.commands:
            await self.http.bulk_upsert_global_commands(self.discord.app.id, COMMANDS)  # type: ignore[arg-type]  # a plain payload
        seen = await person.slash(channel, "imagine", prompt="a fox", wait=False)
        await self._acknowledge(seen.asked, private=private)
        return self.spot_of(seen.asked, private=private), seen

    async def _acknowledge(self, asked: Interaction, *, private: bool) -> None:
        data = {"flags": 64} if private else {}
        url = f"{self.discord.api_base}/interactions/{asked.id}/{asked.token}/callback"
        async with aiohttp.ClientSession() as session, session.post(url, json={"type": 5, "data": data}) as answer:
            assert answer.status < 300, await answer.text()

    def spot_of(self, asked: Interaction, *, private: bool) -> Spot:
        """As the gateway process writes it."""
        guild = asked.channel.guild
        return Spot(
            application=self.discord.app.id,
            channel=asked.channel.id,
            guild=None if guild is None else guild.id,
            user=asked.person.id,
            interaction=asked.token,
            expires_at_us=int((asked.asked_at + limits.TOKEN_SECONDS) * 1_000_000),
            original=True,
            private=private,
            foreign=asked.foreign,
            file_bytes=asked.file_bytes,
            name=asked.person.name,
        )

    async def wrote(self, *, channel: Channel | None = None, text: str = "a fox") -> tuple[Spot, Message, Message]:
        """Somebody mentioned Easel, which answered that it is at work: the spot, what was asked, the placeholder."""
        channel = channel or self.channel
        asked = await self.member.say(channel, text, mention=True)
        reply = {"content": "Waiting …", "message_reference": {"message_id": str(asked.id)}}
        said = await self.rest.send(channel.id, reply, nonce=new_id()[:25])
        placeholder = channel.history[int(said["id"])]
        guild = None if channel.guild is None else channel.guild.id
        spot = Spot(
            self.discord.app.id, channel.id, guild, self.member.id, reply_to=asked.id, placeholder=placeholder.id,
            name=self.member.name,
        )  # fmt: skip
        return spot, asked, placeholder

    def seen(self, channel: Channel | None = None, person: Person | None = None) -> list[Message]:
        """Easel's messages as a person sees them, oldest first."""
        return [
            each
            for each in (person or self.member).sees(channel or self.channel)
            if each.author is self.discord.app and not each.loading
        ]

    # --- what the core does -----------------------------------------------------------------------------------------

    async def finished(
        self, spot: Spot, *, pictures: int = 1, private: bool | None = None, data: bytes | None = None, **more: Any
    ) -> tuple[Destination, Finished, PostingPlan]:
        """An outcome with kept pictures, and how to post it: what `deliver` takes."""
        to = encode(spot)
        data = data or picture()
        blob = await self.blobs.put(data)
        with Image.open(BytesIO(data)) as opened:
            size = Size(*opened.size)
        job, plan = JobId(new_id()), plan_of(private=spot.private if private is None else private)
        images = tuple(
            StoredImage(
                id=ImageId(new_id()), job=job, position=number, parent=None, blob=blob.key, media_type="image/png",
                size=size, size_bytes=blob.size_bytes, alt=f"A fox, {number}.", prompt="a fox",
                operation=Operation.GENERATE, provider=plan.provider, model=plan.model, place=place_of(spot),
                author=str(spot.user), private=plan.private, created_at_us=number,
            )
            for number in range(1, pictures + 1)
        )  # fmt: skip
        outcome = Finished(job, request_of(spot), plan, images, ("A remark.",), Cost(pictures, 0, measured=True))
        outcome = replace(outcome, **more)
        posted = fitting.fit(outcome.images, outcome.remarks, self.adapter.capabilities(to))
        return to, outcome, posted

    def unfinished(self, spot: Spot) -> tuple[Destination, Unfinished, PostingPlan]:
        """An outcome without a picture: what `deliver` takes."""
        plan = plan_of(private=spot.private)
        outcome = Unfinished(JobId(new_id()), request_of(spot), plan, "cannot_draw", SENTENCE)
        return encode(spot), outcome, PostingPlan(messages=())


def plan_of(*, private: bool) -> Plan:
    """An admitted request."""
    return Plan(
        provider="p", model="m", operation=Operation.GENERATE, text="a fox", size=Size(64, 48), private=private, seed=1
    )


def place_of(spot: Spot) -> Place:
    """In the core's terms."""
    return Place("discord", str(spot.guild or f"dm:{spot.user}"), str(spot.channel))


def request_of(spot: Spot) -> ImageRequest:
    """What was asked."""
    actor = Actor("discord", place_of(spot).workspace, str(spot.user), spot.name)
    return ImageRequest(new_id(), actor, place_of(spot), encode(spot), Operation.GENERATE, "a fox")


@asynccontextmanager
async def bed(folder: Path) -> AsyncIterator[Bed]:
    """A Discord and a data folder; the first process has begun."""
    async with AsyncExitStack() as stack:
        discord = await FakeDiscord.start()
        stack.push_async_callback(discord.aclose)
        stack.enter_context(seams(discord))
        database = await SqliteDatabase.open(folder / "easel.sqlite3")
        stack.push_async_callback(database.close)
        bed = Bed(discord, database, FileBlobs(folder / "blobs"), stack)
        await bed.records.prepare()
        await bed.start()
        yield bed


__all__ = ["COMMANDS", "SENTENCE", "Bed", "Route", "bed", "decode", "encode", "picture"]
