"""The fake Discord as fixtures: `from support_discord_api import discord_api  # noqa: F401`."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from functools import cache
from typing import Any

import discord
import pytest
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route
from emulators.discord_api.server import FakeDiscord
from PIL import Image


@pytest.fixture
async def discord_api() -> AsyncIterator[FakeDiscord]:
    """A Discord that listens, with the message content intent switched on; stopped afterwards."""
    server = await FakeDiscord.start()
    try:
        yield server
    finally:
        await server.aclose()
    assert not server.errors, f"the fake itself failed: {server.errors!r}"


@contextmanager
def seams(server: FakeDiscord) -> Iterator[None]:
    """Let discord.py talk to it: its two addresses are attributes of classes, the same for a whole process."""
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = server.api_base, yarl.URL(server.gateway_url)
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = before


@asynccontextmanager
async def running(client: discord.Client, server: FakeDiscord, *, shards: int = 1) -> AsyncIterator[discord.Client]:
    """A discord.py client, logged in and ready; closed afterwards."""
    with seams(server):
        task = asyncio.create_task(client.start(server.token))
        ready = asyncio.create_task(client.wait_until_ready())
        try:
            await asyncio.wait((task, ready), timeout=10, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                task.result()
            await ready
            await server.connected(shards)
            yield client
        finally:
            ready.cancel()
            await client.close()
            task.cancel()
            with suppress(asyncio.CancelledError, discord.DiscordException):
                await task


def client_of(kind: type[discord.Client] = discord.AutoShardedClient, *, content: bool = True, **options: Any) -> Any:
    """A client with Easel's intents."""
    intents = discord.Intents(guilds=True, guild_messages=True, dm_messages=True, message_content=content)
    quiet: dict[str, Any] = {"guild_ready_timeout": 0.02, "max_messages": None, "chunk_guilds_at_startup": False}
    quiet |= {"allowed_mentions": discord.AllowedMentions.none(), "member_cache_flags": discord.MemberCacheFlags.none()}
    return kind(intents=intents, **quiet, **options)


@cache
def picture(colour: str = "tomato", size: tuple[int, int] = (64, 48), kind: str = "PNG") -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind)
    return out.getvalue()


class Listening(discord.AutoShardedClient):
    """A client that notes what it hears and answers interactions as the test says."""

    def __init__(self, *, intents: discord.Intents, **options: Any) -> None:
        super().__init__(intents=intents, **options)
        self.heard: asyncio.Queue[discord.Message] = asyncio.Queue()
        self.asked: asyncio.Queue[discord.Interaction] = asyncio.Queue()
        self.answer: Callable[[discord.Interaction], Awaitable[Any]] | None = None
        self.events: list[str] = []

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """The library's own would wait five seconds; the fake's gate is open unless a test closes it."""

    async def on_message(self, message: discord.Message) -> None:
        """Somebody else's messages."""
        if message.author != self.user:
            self.heard.put_nowait(message)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Answer."""
        self.asked.put_nowait(interaction)
        if self.answer is not None:
            await self.answer(interaction)

    async def on_socket_event_type(self, name: str) -> None:
        """The names of what the gateway tells."""
        self.events.append(name)

    async def next_message(self, seconds: float = 5.0) -> discord.Message:
        """What was heard next."""
        return await asyncio.wait_for(self.heard.get(), seconds)

    async def next_interaction(self, seconds: float = 5.0) -> discord.Interaction:
        """What was asked next."""
        return await asyncio.wait_for(self.asked.get(), seconds)
