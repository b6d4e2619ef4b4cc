"""Discord, put together: the adapter for the core, the handlers for people, and the connection between."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final, Self

import aiohttp
import discord
import structlog

from bots.discord import commands
from bots.discord.adapter import DiscordAdapter
from bots.discord.client import DiscordBot
from bots.discord.desk import Desk
from bots.discord.destination import PLATFORM
from bots.discord.gateway import Gateway, point_at
from bots.discord.identify import IdentifyGate
from bots.discord.mending import keep_mending
from bots.discord.posting import LabelOf, Showing
from bots.discord.precedence import Precedence
from bots.discord.records import Records
from bots.discord.rest import Rest
from bots.discord.router import ears_of
from core.ports import BlobStore, Clock, Database
from core.settings_discord import DiscordSettings
from core.studio import Studio

_COMMANDS_AGAIN_SECONDS: Final = 60.0

_log = structlog.get_logger()


class Discord:
    """One bot in one process, opened by `async with`. `adapter` is for the core; `attach` and `run` bring people in."""

    name = PLATFORM
    adapter: DiscordAdapter

    def __init__(
        self,
        settings: DiscordSettings,
        database: Database,
        blobs: BlobStore,
        clock: Clock,
        *,
        folder: Path,
        label_of: LabelOf,
        time_zone: str,
        connected: Callable[[bool], None],
    ) -> None:
        """`folder`: shared by all processes of this bot on this machine. `connected` hears when that changes."""
        self._settings = settings
        self._blobs = blobs
        self._clock = clock
        self._gate = IdentifyGate(folder)
        self._label_of = label_of
        self._time_zone = time_zone
        self._connected = connected
        self._records = Records(database, clock)
        self._precedence = Precedence()
        self._open = AsyncExitStack()

    async def __aenter__(self) -> Self:
        """Ready to be attached, and to post what was not posted yet. Raises `NewerSchema`."""
        point_at(self._settings)
        await self._records.prepare()
        hosts = frozenset(self._settings.file_hosts)
        self._rest = await self._open.enter_async_context(Rest.opened(file_hosts=hosts))
        said = self._settings
        showing = Showing(price=said.post_price, quota=said.post_quota, spoiler=said.spoiler)
        self.adapter = DiscordAdapter(
            self._rest, self._records, self._blobs, self._clock, self._label_of, showing, self._precedence
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        """Let the connection go."""
        await self._open.aclose()

    def attach(self, studio: Studio) -> None:
        """Whom the handlers ask."""
        desk = Desk(
            studio=studio,
            adapter=self.adapter,
            rest=self._rest,
            records=self._records,
            blobs=self._blobs,
            clock=self._clock,
            settings=self._settings,
            has_content=lambda: gateway.has_content,
            time_zone=self._time_zone,
            precedence=self._precedence,
        )
        gateway = Gateway(
            self._settings,
            ears_of(desk),
            self._rest,
            self._gate,
            logged_in=self.give_commands,
            connected=self._connected,
        )
        self._open.push_async_callback(gateway.close)
        self._gateway, self._desk = gateway, desk

    async def run(self, stopping: asyncio.Event) -> None:
        """Hear people until `stopping` is set; what is posted after that still arrives. Raises `OperatorError`."""
        mending = asyncio.create_task(keep_mending(self._desk))
        try:
            await self._gateway.run(stopping)
        finally:
            mending.cancel()
            await asyncio.gather(mending, return_exceptions=True)

    async def give_commands(self, bot: DiscordBot) -> None:
        """Tell Discord the commands when they are others than the last time: it takes 200 new ones a day."""
        application = bot.application_id
        if application is None or not self._settings.is_first:
            return
        payload = commands.payload()
        digest = commands.digest(payload)
        if await self._records.commands_digest(application) == digest:
            return
        while not await _given(bot, application, payload):  # noqa: ASYNC110 - Discord tells nobody when it is well
            await asyncio.sleep(_COMMANDS_AGAIN_SECONDS)
        await self._records.commands_given(application, digest)
        _log.info("discord_commands_given", count=len(payload))


async def _given(bot: DiscordBot, application: int, payload: list[commands.Json]) -> bool:
    """Whether Discord took them; False when it is worth another try. Raises `HTTPException` when it is not."""
    try:
        await bot.http.bulk_upsert_global_commands(application, payload=payload)
    except discord.HTTPException as error:
        if error.status < 500 and error.status != 429:
            _log.error("discord_commands_refused", status=error.status, code=error.code, why=error.text[:1000])
            raise
        _log.warning("discord_commands_later", status=error.status)
        return False
    except (discord.RateLimited, aiohttp.ClientError, OSError) as error:
        _log.warning("discord_commands_later", error=type(error).__name__)
        return False
    return True
