"""Easel's connection to the fake Discord, with ears that only note what they hear."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import discord
from emulators.discord_api.server import FakeDiscord
from pydantic import SecretStr
from support_discord_api import seams

from bots.discord.client import DiscordBot, Ears
from bots.discord.gateway import Gateway
from bots.discord.identify import IdentifyGate
from bots.discord.rest import Rest
from core.settings_discord import DiscordSettings

SECONDS = 10.0


async def nothing(_: Any) -> None:
    return


@dataclass
class Heard:
    """What arrived, and who is told of it."""

    interactions: list[discord.Interaction] = field(default_factory=list)
    messages: list[discord.Message] = field(default_factory=list)
    on_interaction: Callable[[discord.Interaction], Awaitable[None]] = nothing
    on_message: Callable[[discord.Message], Awaitable[None]] = nothing
    connected: list[bool] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def ears(self) -> Ears:
        async def interaction(event: discord.Interaction) -> None:
            self.interactions.append(event)
            self._news.set()
            await self.on_interaction(event)

        async def message(event: discord.Message) -> None:
            self.messages.append(event)
            self._news.set()
            await self.on_message(event)

        return Ears(interaction, message)

    def changed(self, is_connected: bool) -> None:
        self.connected.append(is_connected)
        self._news.set()

    async def until(self, look: Callable[[], object], seconds: float = SECONDS) -> None:
        """Wait for it."""
        async with asyncio.timeout(seconds):
            while not look():
                self._news.clear()
                await self._news.wait()


@dataclass
class Connection:
    """One process of the bot."""

    gateway: Gateway
    heard: Heard
    rest: Rest
    stopping: asyncio.Event
    life: asyncio.Task[None]
    logins: list[DiscordBot]

    async def up(self) -> None:
        """Wait until it is connected."""
        await self.heard.until(lambda: self.heard.connected and self.heard.connected[-1])


def settings_of(server: FakeDiscord, **more: Any) -> DiscordSettings:
    """What an operator would set to reach the fake."""
    said: dict[str, Any] = {
        "token": SecretStr(server.token),
        "api_base": server.api_base,
        "gateway_url": server.gateway_url,
        "file_hosts": (server.file_host,),
    }
    return DiscordSettings(**said | more)


@asynccontextmanager
async def connection(
    server: FakeDiscord,
    folder: Path,
    *,
    window_seconds: float = 0.0,
    heard: Heard | None = None,
    wait: bool = True,
    **more: Any,
) -> AsyncIterator[Connection]:
    """Connect, until the block ends. What the connection ended with is `life`'s to tell."""
    heard, stopping = heard or Heard(), asyncio.Event()
    logins: list[DiscordBot] = []

    async def logged_in(bot: DiscordBot) -> None:
        logins.append(bot)

    with seams(server):
        async with Rest.opened(file_hosts=frozenset({server.file_host})) as rest:
            gate = IdentifyGate(folder, window_seconds=window_seconds)
            settings = settings_of(server, **more)
            gateway = Gateway(settings, heard.ears(), rest, gate, logged_in=logged_in, connected=heard.changed)
            life = asyncio.create_task(gateway.run(stopping))
            one = Connection(gateway, heard, rest, stopping, life, logins)
            try:
                if wait:
                    await one.up()
                yield one
            finally:
                stopping.set()
                await asyncio.wait([life], timeout=SECONDS)
                await gateway.close()
                life.cancel()
                await asyncio.gather(life, return_exceptions=True)
