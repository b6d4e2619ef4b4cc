"""Staying connected to Discord: the first connection and every later one, and what to say when there will be none."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Final, Protocol, assert_never

import aiohttp
import discord
import structlog
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import HTTPClient, Route

from bots.discord.answers import about
from bots.discord.client import DiscordBot, Ears
from bots.discord.identify import IdentifyGate
from core.errors import OperatorError
from core.settings_discord import DiscordSettings

DRAIN_SECONDS: Final = 5.0  # for what was begun when Easel stops: an acknowledgement and one write
_PAUSE_SECONDS: Final = (1.0, 2.0, 5.0, 15.0, 60.0, 300.0)
# A connection that lasted this long was a good one. Every new one counts against the thousand sessions of a day, and
# the bot's token is taken away when they are used up (Discord, "Gateway", Session Start Limit).
_GOOD_SECONDS: Final = 300.0

# What ends a connection without anybody's fault, or with its own sentence.
_USUAL: Final = (discord.DiscordException, OperatorError, aiohttp.ClientError, OSError)

_PORTAL: Final = "the Discord developer portal (https://discord.com/developers/applications), under Bot"
NO_CONTENT: Final = (
    "Discord does not show Easel the words of messages that do not mention it. Everything else works: commands, menus, "
    "buttons, mentions. To have replies and threads without a mention, switch on “Message Content Intent” in "
    f"{_PORTAL}, and start Easel again."
)

_log = structlog.get_logger()


class Uses(Protocol):
    """Something that works with a client that is logged in."""

    def use(self, http: HTTPClient | None) -> None:
        """From now on this one; None: there is none at the moment."""
        ...


@dataclass(frozen=True, slots=True)
class _Again:
    """Connect once more, after a pause."""

    why: str
    code: int = 0


@dataclass(frozen=True, slots=True)
class _WithoutContent:
    """Connect once more, without asking for the words of messages."""


@dataclass(frozen=True, slots=True)
class _Never:
    """Somebody has to mend it."""

    error: OperatorError


class Gateway:
    """Connects, and connects again. `run` ends when Easel stops, or with an `OperatorError` that says what to mend."""

    def __init__(
        self,
        settings: DiscordSettings,
        ears: Ears,
        rest: Uses,
        gate: IdentifyGate,
        *,
        logged_in: Callable[[DiscordBot], Awaitable[None]],
        connected: Callable[[bool], None],
    ) -> None:
        """`logged_in` is called beside the connection, once for each; `connected` whenever that changes."""
        self._settings = settings
        self._ears = ears
        self._rest = rest
        self._gate = gate
        self._logged_in = logged_in
        self._connected = connected
        self._content = settings.message_content
        self._open = AsyncExitStack()  # of the present bot

    @property
    def has_content(self) -> bool:
        """Whether Discord shows the words of messages that do not mention Easel."""
        return self._content

    async def run(self, stopping: asyncio.Event) -> None:
        """Hear events until `stopping` is set; then finish what was begun, and leave REST open until `close`.

        Raises `OperatorError` when Discord will not have this bot until somebody has mended something.
        """
        pauses = iter(_PAUSE_SECONDS)
        while not stopping.is_set():
            began = asyncio.get_running_loop().time()
            end = await self._live(stopping)
            match end:
                case None:
                    return
                case _Never(error):
                    raise error
                case _WithoutContent():
                    self._content = False
                    _log.warning("discord_without_content", what=NO_CONTENT)
                case _Again(why, code):
                    if asyncio.get_running_loop().time() - began > _GOOD_SECONDS:
                        pauses = iter(_PAUSE_SECONDS)
                    pause = next(pauses, _PAUSE_SECONDS[-1])
                    _log.warning("discord_disconnected", error=why, code=code, again_in_seconds=pause)
                    await _until(stopping, pause)
                case _:
                    assert_never(end)

    async def close(self) -> None:
        """Let go of Discord altogether."""
        self._rest.use(None)
        await self._open.aclose()

    async def _live(self, stopping: asyncio.Event) -> _Again | _WithoutContent | _Never | None:
        """One bot, from login to its end; None when Easel stops."""
        bot = await self._open.enter_async_context(
            DiscordBot(
                self._settings,
                self._ears,
                content=self._content,
                before_identify=self._gate.wait,
                connection_changed=lambda: self._changed(bot),
            )
        )
        life = asyncio.create_task(self._connect(bot))
        self._open.push_async_callback(_cancelled, life)
        waiting = asyncio.create_task(stopping.wait())
        await asyncio.wait([life, waiting], return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if not life.done():
            bot.stop_listening()
            await _cancelled(life)  # or a shard that is reconnecting would come back
            await bot.drain(DRAIN_SECONDS)
            return None
        await self.close()
        self._connected(False)
        error = life.exception()
        if error is None:
            return _Again("closed")
        if not isinstance(error, _USUAL):
            _log.error("discord_connection_broke", **about(error))
        return judged(error, asked_for_content=self._content)

    def _changed(self, bot: DiscordBot) -> None:
        if bot.is_connected:
            _log.info("discord_connected", bot=str(bot.user), shards=bot.shard_count)
        self._connected(bot.is_connected)

    async def _connect(self, bot: DiscordBot) -> None:
        token = self._settings.token
        if token is None:
            raise OperatorError("Discord is not set up.", "Set DISCORD_TOKEN.")
        await bot.login(token.get_secret_value())
        self._rest.use(bot.http)
        await self._sessions_left(bot)
        beside = asyncio.create_task(self._beside(bot))
        try:
            await bot.connect()
        finally:
            beside.cancel()
            await asyncio.gather(beside, return_exceptions=True)

    async def _beside(self, bot: DiscordBot) -> None:
        try:
            await self._logged_in(bot)
        except Exception as error:  # noqa: BLE001 - whatever it is, people are answered all the same
            _log.error("discord_login_work_failed", error=type(error).__name__)

    async def _sessions_left(self, bot: DiscordBot) -> None:
        """Wait rather than ask for one session too many."""
        limits = await bot.fetch_session_start_limits()
        self._gate.buckets = max(1, limits.max_concurrency)
        wanted = len(self._settings.shard_ids) or 1
        if limits.remaining < wanted:
            pause = limits.reset_after / 1000
            _log.error("discord_sessions_used_up", remaining=limits.remaining, again_in_seconds=pause)
            await asyncio.sleep(pause)


def point_at(settings: DiscordSettings) -> None:
    """Where discord.py finds Discord. Its seams are attributes of classes: they hold for the whole process."""
    if settings.api_base:
        Route.BASE = settings.api_base
    if settings.gateway_url:
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(settings.gateway_url)


def judged(error: BaseException, *, asked_for_content: bool) -> _Again | _WithoutContent | _Never:
    """What the end of a connection means."""
    match error:
        case discord.LoginFailure():
            return _Never(_bad_token())
        case discord.PrivilegedIntentsRequired() if asked_for_content:
            return _WithoutContent()
        case OperatorError():
            return _Never(error)
        case discord.ConnectionClosed():
            return _closed(error.code, asked_for_content=asked_for_content)
        case discord.HTTPException():
            return _Again(type(error).__name__, error.status)
        case _:
            # The network; or a fault of the library's, such as a first connection that fails (Rapptz/discord.py#10520).
            return _Again(type(error).__name__)


def _closed(code: int | None, *, asked_for_content: bool) -> _Again | _WithoutContent | _Never:
    """Gateway close codes after which Discord wants no reconnection (Discord, "Opcodes and Status Codes")."""
    match code:
        case 4004:
            return _Never(_bad_token())
        case 4014 if asked_for_content:
            return _WithoutContent()
        case 4010:
            return _Never(
                OperatorError(
                    "Discord does not accept these shards.",
                    "Mend EASEL_DISCORD__SHARD_IDS and EASEL_DISCORD__SHARD_COUNT.",
                )
            )
        case 4011:
            return _Never(
                OperatorError(
                    "Easel is in too many servers for this number of shards.",
                    "Raise EASEL_DISCORD__SHARD_COUNT, or set it to 0.",
                )
            )
        case 4012 | 4013 | 4014:
            return _Never(
                OperatorError(
                    f"Discord refuses the connection (close code {code}).", "Install a newer version of Easel."
                )
            )
        case _:
            return _Again("ConnectionClosed", code or 0)


def _bad_token() -> OperatorError:
    return OperatorError(
        "Discord does not know this token, or not any more.",
        f"Make a new one in {_PORTAL}, and put it into DISCORD_TOKEN.",
    )


async def _cancelled(task: asyncio.Task[None]) -> None:
    """End it. Once is not enough: a shard that reconnects swallows a cancellation (discord.py 2.7.1, `Shard`)."""
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=0.1)


async def _until(stopping: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stopping.wait()
    except TimeoutError:
        return
