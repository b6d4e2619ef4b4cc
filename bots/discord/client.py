"""discord.py's client, as thin as it goes: it keeps the connection and hands every event on, nothing else.

No view, no modal and no command is registered with it. Those live in one process and die with it: a message's button
would end with a restart, and one expired view can take every button of its kind along (discord.py 2.7.1, `ViewStore`).
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Collection, Coroutine
from dataclasses import dataclass
from typing import Any, Final, Protocol

import discord
import structlog
import yarl

from core.settings_discord import DiscordSettings

# The library tries to connect a shard for ever, and one call deeper each time: after this it is begun anew.
LAUNCH_SECONDS: Final = 600.0
# A request that Discord wants to wait longer for is put off by whoever made it.
RATE_LIMIT_SECONDS_MAX: Final = 60.0

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Ears:
    """Who is told of what happens. Each call is a task of its own: a slow one holds nobody up."""

    interaction: Callable[[discord.Interaction], Awaitable[None]]
    message: Callable[[discord.Message], Awaitable[None]]
    homes: Homes | None = None


class Homes(Protocol):
    """Who is told of the servers that Easel is in."""

    async def here(self, guilds: Collection[int], *, all_of_them: bool) -> None:
        """It is in these; `all_of_them`: and in no other."""
        ...

    async def left(self, guild: int) -> None:
        """It was removed from this one."""
        ...


def intents_of(*, content: bool) -> discord.Intents:
    """What Discord is asked to tell: servers with their roles, channels and messages; with `content`, their words."""
    intents = discord.Intents.none()
    intents.guilds = True
    intents.guild_messages = True
    intents.dm_messages = True
    intents.message_content = content
    return intents


class DiscordBot(discord.AutoShardedClient):
    """One life of the connection. It is used once: another life is another bot."""

    def __init__(
        self,
        settings: DiscordSettings,
        ears: Ears,
        *,
        content: bool,
        before_identify: Callable[[int], Awaitable[None]],
        connection_changed: Callable[[], None],
    ) -> None:
        """`content`: ask for the words of messages. `connection_changed` is called when a shard comes or goes."""
        # Easel has no voice: no operator needs to hear that the libraries for one are missing.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        shards: dict[str, Any] = {"shard_ids": list(settings.shard_ids)} if settings.shard_ids else {}
        super().__init__(
            intents=intents_of(content=content),
            shard_count=settings.shard_count or None,
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_ratelimit_timeout=RATE_LIMIT_SECONDS_MAX,
            **shards,
        )
        self._gateway_url = settings.gateway_url
        self._ears = ears
        self._before_identify = before_identify
        self._connection_changed = connection_changed
        self._connected: set[int] = set()
        self._busy: set[asyncio.Task[Any]] = set()
        self._is_deaf = False

    @property
    def is_connected(self) -> bool:
        """Whether every shard of this process is connected."""
        count = len(self.shard_ids) if self.shard_ids else self.shard_count or 1
        return len(self._connected) >= count

    def stop_listening(self) -> None:
        """Take no more events."""
        self._is_deaf = True

    async def drain(self, seconds: float) -> None:
        """Say goodbye to the gateway, and finish what was begun. REST goes on working."""
        await asyncio.gather(*(shard.disconnect() for shard in self.shards.values()))
        if self._busy:
            await asyncio.wait(self._busy, timeout=seconds)

    # --- what the library calls ------------------------------------------------------------------------------------

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """A command, a menu, a button, a form."""
        await self._hear(self._ears.interaction(interaction))

    async def on_message(self, message: discord.Message) -> None:
        """A message that Easel may see. Its own are no news."""
        if self.user is not None and message.author.id == self.user.id:
            return
        await self._hear(self._ears.message(message))

    async def on_ready(self) -> None:
        """All shards of this process know their servers; those that are out of order at the moment are among them."""
        if self._ears.homes is not None:
            guilds = [guild.id for guild in self.guilds]
            await self._ears.homes.here(guilds, all_of_them=not self.shard_ids)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Easel was added to a server."""
        if self._ears.homes is not None:
            await self._ears.homes.here([guild.id], all_of_them=False)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Easel was removed, or the server is gone. A server that is out of order is not told of here."""
        if self._ears.homes is not None:
            await self._ears.homes.left(guild.id)

    async def on_shard_connect(self, shard_id: int) -> None:
        """A new session."""
        self._shard(shard_id, is_connected=True)

    async def on_shard_resumed(self, shard_id: int) -> None:
        """The old session, without a gap."""
        self._shard(shard_id, is_connected=True)

    async def on_shard_disconnect(self, shard_id: int) -> None:
        """The library reconnects by itself."""
        self._shard(shard_id, is_connected=False)

    async def on_error(self, event_method: str, /, *args: object, **kwargs: object) -> None:
        """A fault of ours that nobody caught. Its text may quote a person: only its kind is logged."""
        error = sys.exception()
        _log.error("discord_event_failed", event_name=event_method, error=type(error).__name__)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait for this bot's turn, among all its processes."""
        await self._before_identify(shard_id or 0)

    async def launch_shard(self, gateway: yarl.URL, shard_id: int, *, initial: bool = False) -> None:
        """Connect one shard, where the settings say. Raises `TimeoutError`."""
        address = yarl.URL(self._gateway_url) if self._gateway_url else gateway
        async with asyncio.timeout(LAUNCH_SECONDS):
            await super().launch_shard(address, shard_id, initial=initial)

    # --- small things ----------------------------------------------------------------------------------------------

    async def _hear(self, handling: Awaitable[None]) -> None:
        task = asyncio.current_task()
        if self._is_deaf or task is None:
            if isinstance(handling, Coroutine):
                handling.close()
            return
        self._busy.add(task)
        try:
            await handling
        finally:
            self._busy.discard(task)

    def _shard(self, shard_id: int, *, is_connected: bool) -> None:
        if is_connected:
            self._connected.add(shard_id)
        else:
            self._connected.discard(shard_id)
        self._connection_changed()
