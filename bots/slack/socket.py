"""Socket Mode: connections that are kept for ever. One that is not connected is thrown away and made anew, whole.

slack_sdk's client reconnects by itself, but its `connect` tries for ever whatever the reason (3.47: a wrong token, too)
and tells nobody. It may renew a connection when Slack asks for it; for anything longer it is replaced.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from time import time
from typing import Final

import aiohttp
import structlog
from pydantic import SecretStr
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.adapter.socket_mode.internals import build_headers
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bots.slack.clients import library_logger
from bots.slack.router import heard
from bots.slack.workspaces import REFUSED, reason_of, refused_app_token
from core.http import is_loopback

_TROUBLE: Final = (SlackClientError, aiohttp.ClientError, OSError, KeyError)

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Patience:
    """How long what is waited for, in seconds."""

    pauses: tuple[float, ...] = (1.0, 2.0, 5.0, 10.0, 30.0)  # before the next try; the last for ever
    refused: float = 60.0  # when Slack does not take the token that it took before
    look: float = 0.25  # between two looks at a connection
    grace: float = 5.0  # for the library to reconnect by itself
    connect: float = 15.0
    good: float = 60.0  # a connection that lasted this long was a good one
    last_words: float = 2.0  # in the end, for what is being acknowledged
    ping: float = 5.0  # four of them without an answer, and the connection counts as dead


class Sockets:
    """A number of connections. Slack hands each event to one of them, whichever."""

    def __init__(
        self,
        app: AsyncApp,
        token: SecretStr,
        count: int,
        connected: Callable[[bool], None],
        patience: Patience | None = None,
    ) -> None:
        """`connected` hears whether there is any connection, whenever that changes."""
        self._app = app
        self._token = token
        self._count = count
        self._connected = connected
        self._patience = patience or Patience()
        self._live: set[int] = set()

    async def run(self, stopping: asyncio.Event) -> None:
        """Hear events until `stopping` is set. Raises `OperatorError` when Slack does not take the token at all."""
        first = await self._first(stopping)
        keepers = [
            asyncio.create_task(self._keep(number, first if number == 0 else "", stopping))
            for number in range(self._count)
        ]
        try:
            await asyncio.gather(*keepers)
        finally:
            for keeper in keepers:
                keeper.cancel()
            await asyncio.gather(*keepers, return_exceptions=True)

    async def _first(self, stopping: asyncio.Event) -> str:
        """The first address. A token that is wrong from the beginning will not become right by waiting."""
        try:
            return await self._address()
        except SlackApiError as error:
            if (reason := reason_of(error)) in REFUSED:
                raise refused_app_token(reason) from None
            _log.warning("slack_disconnected", error=reason, again_in_seconds=0)
        except _TROUBLE as error:
            _log.warning("slack_disconnected", error=type(error).__name__, again_in_seconds=0)
        return ""

    async def _keep(self, number: int, address: str, stopping: asyncio.Event) -> None:
        """One connection after the other, until Easel stops."""
        tries = 0
        while not stopping.is_set():
            began = asyncio.get_running_loop().time()
            why = await self._live_once(number, address, stopping)
            if stopping.is_set():
                return
            address = ""
            if asyncio.get_running_loop().time() - began > self._patience.good:
                tries = 0
            pause = self._patience.pauses[min(tries, len(self._patience.pauses) - 1)]
            pause = max(pause, self._patience.refused) if why in REFUSED else pause
            tries += 1
            _log.warning("slack_disconnected", socket=number, error=why, again_in_seconds=pause)
            await _until(stopping, pause)

    async def _live_once(self, number: int, address: str, stopping: asyncio.Event) -> str:
        """One connection, from its making to its end; why it ended."""
        handler: _Handler | None = None
        try:
            where = address or await self._address()
            handler = _Handler(self._app, self._token, where, self._patience.ping)
            async with asyncio.timeout(self._patience.connect):
                await handler.client.connect()  # type: ignore[no-untyped-call]  # slack_sdk's has no types
            return await self._watch(number, handler, stopping)
        except SlackApiError as error:
            return reason_of(error)
        except _TROUBLE as error:
            return type(error).__name__
        finally:
            self._changed(number, is_live=False)
            if handler is not None:
                await handler.finish(self._patience.last_words if stopping.is_set() else 0)

    async def _watch(self, number: int, handler: _Handler, stopping: asyncio.Event) -> str:
        """Return when it has been dead for longer than the library needs, or when Easel stops."""
        loop = asyncio.get_running_loop()
        lost_at: float | None = None
        while not stopping.is_set():
            if await handler.client.is_connected():
                lost_at = None
                self._changed(number, is_live=True)
            else:
                lost_at = loop.time() if lost_at is None else lost_at
                self._changed(number, is_live=False)
                if loop.time() - lost_at >= self._patience.grace:
                    return "lost"
            await _until(stopping, self._patience.look)
        return ""

    async def _address(self) -> str:
        answer = await self._app.client.apps_connections_open(app_token=self._token.get_secret_value())
        return str(answer["url"])

    def _changed(self, number: int, *, is_live: bool) -> None:
        was = bool(self._live)
        if is_live:
            self._live.add(number)
        else:
            self._live.discard(number)
        if bool(self._live) != was:
            _log.info("slack_connected" if self._live else "slack_not_connected", sockets=len(self._live))
            self._connected(bool(self._live))


class _Handler(AsyncSocketModeHandler):
    """bolt's own, which counts what it has not acknowledged yet."""

    client: SocketModeClient

    def __init__(self, app: AsyncApp, token: SecretStr, address: str, ping: float) -> None:
        super().__init__(app, token.get_secret_value(), logger=library_logger(), ping_interval=ping)
        self.client.wss_uri = address
        if is_loopback(app.client.base_url):
            self.client.proxy = None  # slack_sdk 3.47 takes a proxy from the environment and does not know NO_PROXY
        self._busy = 0

    async def handle(self, client: AsyncBaseSocketModeClient, req: SocketModeRequest) -> None:
        """One envelope."""
        self._busy += 1
        try:
            began = time()
            request = AsyncBoltRequest(mode="socket_mode", body=req.payload, headers=build_headers(req))
            await send_async_response(client, req, await heard(self.app, request), began)
        finally:
            self._busy -= 1

    async def finish(self, seconds: float) -> None:
        """Take nothing new, acknowledge what has come, and let the connection go."""
        if seconds and self.client.message_receiver is not None:
            self.client.message_receiver.cancel()  # what is not read is not acknowledged, and Slack sends it elsewhere
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    while self._busy or self.client.message_queue.qsize():  # noqa: ASYNC110 - the library tells nobody
                        await asyncio.sleep(0.01)
        try:
            await self.client.close()  # type: ignore[no-untyped-call]  # slack_sdk's has no types
        except _TROUBLE as error:
            _log.warning("slack_goodbye_failed", error=type(error).__name__)


async def _until(stopping: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stopping.wait()
    except TimeoutError:
        return
