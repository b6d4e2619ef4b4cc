"""Slack, put together: the adapter for the core, the handlers for people, and the way by which Slack reaches Easel."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Final, Self
from urllib.parse import urlsplit

import aiohttp
import structlog
from aiohttp import web
from pydantic import SecretStr
from slack_sdk.errors import SlackApiError, SlackClientError

from bots.slack.adapter import SlackAdapter
from bots.slack.api import Api
from bots.slack.clients import web_client
from bots.slack.desk import Desk
from bots.slack.destination import PLATFORM
from bots.slack.grids import Grids
from bots.slack.handlers import handlers_of
from bots.slack.http_mode import EVENTS, Doorkeeper, HttpMode
from bots.slack.installations import Installations, States
from bots.slack.installing import INSTALL, REDIRECT, InstallPages
from bots.slack.leaving import back
from bots.slack.mending import keep_mending
from bots.slack.posting import Showing
from bots.slack.records import Records
from bots.slack.result_blocks import LabelOf
from bots.slack.rotation import InstalledTokens
from bots.slack.router import app_of
from bots.slack.sealing import Seal
from bots.slack.socket import Patience, Sockets
from bots.slack.tasks import Tasks
from bots.slack.who import People
from bots.slack.workspaces import OneWorkspace, Workspaces, reason_of
from core.ports import BlobStore, Clock, Database
from core.privacy.retention import Departures
from core.settings_slack import SlackSettings
from core.studio import Studio

DRAIN_SECONDS: Final = 5.0  # for what was acknowledged when Easel stops: a look-up and one write

_log = structlog.get_logger()


class Slack:
    """One app in one process, opened by `async with`. `adapter` is for the core; `attach` and `run` bring people in."""

    name = PLATFORM
    adapter: SlackAdapter
    entrance: Entrance | None = None  # what is to be mounted on Easel's web server; after `attach`

    def __init__(
        self,
        settings: SlackSettings,
        database: Database,
        blobs: BlobStore,
        clock: Clock,
        *,
        label_of: LabelOf,
        connected: Callable[[bool], None],
        time_zone: str = "UTC",
        patience: Patience | None = None,
    ) -> None:
        """`connected` hears when Slack reaches Easel, and when it does not any more. Limits go by `time_zone`."""
        self._settings = settings
        self._database = database
        self._blobs = blobs
        self._clock = clock
        self._label_of = label_of
        self._time_zone = time_zone
        self._connected = connected
        self._patience = patience or Patience()
        self._records = Records(database, clock)
        self._tasks = Tasks()
        self._client = web_client(settings.api_base)
        self._door: HttpMode | None = None
        self._open = AsyncExitStack()

    async def __aenter__(self) -> Self:
        """Ready to be attached, and to post what was not posted yet. Raises `OperatorError`."""
        said = self._settings
        await self._records.prepare()
        self._own, self._workspaces, pages = await self._identified()
        self._pages = pages
        self._api = await self._open.enter_async_context(
            Api.opened(self._workspaces, api_base=said.api_base, file_hosts=frozenset(said.file_hosts))
        )
        showing = Showing(price=said.post_price, quota=said.post_quota, alt_text=said.alt_text)
        self.adapter = SlackAdapter(self._api, self._records, self._blobs, self._clock, self._label_of, showing)
        self._open.push_async_callback(self.adapter.aclose)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Let everything go."""
        await self._tasks.drain(DRAIN_SECONDS)
        await self._open.aclose()

    async def _identified(self) -> tuple[OneWorkspace | None, Workspaces, InstallPages | None]:
        """One workspace by its token, or all that install Easel."""
        said = self._settings
        if not said.installs:
            own = OneWorkspace(said.bot_token or SecretStr(""), Grids(self._database))
            return own, own, None
        seal = Seal(said.keys)
        installations = Installations(self._database, self._clock, seal, self._is_back)
        await installations.prepare()
        tokens = InstalledTokens(
            installations,
            self._client,
            self._clock,
            self._tasks,
            client_id=said.client_id,
            client_secret=said.client_secret or SecretStr(""),
        )
        states = States(self._database, self._clock, seal)
        return None, tokens, InstallPages(said, installations, states, self._client)

    def attach(self, studio: Studio) -> None:
        """Whom the handlers ask."""
        desk = Desk(
            studio=studio,
            adapter=self.adapter,
            api=self._api,
            records=self._records,
            people=People(self._api, self._records, self._clock, self._time_zone),
            blobs=self._blobs,
            clock=self._clock,
            settings=self._settings,
        )
        self._desk = desk
        secret = (self._settings.signing_secret or SecretStr("")).get_secret_value()
        self._app = app_of(handlers_of(desk), self._workspaces, self._client, secret, self._tasks)
        if self._settings.mode == "http":
            self._door = HttpMode(self._app, Doorkeeper(secret, time.time))
        if self._door is not None or self._pages is not None:
            self.entrance = Entrance(self._settings.public_url, self._door, self._pages)

    async def run(self, stopping: asyncio.Event) -> None:
        """Hear people until `stopping` is set; what is posted after that still arrives. Raises `OperatorError`."""
        mending: asyncio.Task[None] | None = None
        try:
            await self._introduce(stopping)
            mending = asyncio.create_task(keep_mending(self._desk))
            await self._hear(stopping)
        finally:
            if mending is not None:
                mending.cancel()
                await asyncio.gather(mending, return_exceptions=True)
            await self._tasks.drain(DRAIN_SECONDS)

    async def _hear(self, stopping: asyncio.Event) -> None:
        token = self._settings.app_token
        if self._door is None and token is not None:
            await Sockets(self._app, token, self._settings.sockets, self._connected, self._patience).run(stopping)
            return
        if self._door is not None and not stopping.is_set():
            self._door.is_open = True
            self._connected(True)
            await stopping.wait()
            self._door.is_open = False

    async def _is_back(self, team: str, enterprise: str) -> None:
        departures = Departures(self._database, self._clock)
        await back(departures, self._database, team, enterprise, whole_grid=not team)

    async def _introduce(self, stopping: asyncio.Event) -> None:
        """Who Easel is in its one workspace. A wrong token is told of at once; a network that is away is waited for."""
        tries = 0
        while self._own is not None and not stopping.is_set():
            try:
                workspace = await self._own.introduce(self._client)
            except (SlackClientError, aiohttp.ClientError, OSError, KeyError) as error:
                reason = reason_of(error) if isinstance(error, SlackApiError) else type(error).__name__
            else:
                _log.info("slack_introduced", team=workspace.team, enterprise=workspace.enterprise)
                await self._is_back(workspace.team, workspace.enterprise)
                return
            pause = self._patience.pauses[min(tries, len(self._patience.pauses) - 1)]
            tries += 1
            _log.warning("slack_not_reached", error=reason, again_in_seconds=pause)
            await _until(stopping, pause)


class Entrance:
    """What Slack, and browsers that install Easel, may reach on its web server: a `bots.http.Entrance`."""

    def __init__(self, public_url: str, door: HttpMode | None, pages: InstallPages | None) -> None:
        self._mounted = [each for each in (door, pages) if each is not None]
        self.paths = frozenset({EVENTS} if door is not None else ()) | (
            {INSTALL, REDIRECT} if pages is not None else frozenset()
        )
        parts = urlsplit(public_url)
        self.hosts = frozenset({parts.netloc.lower(), (parts.hostname or "") if not parts.port else ""} - {""})

    def mount(self, app: web.Application) -> None:
        """Add the routes."""
        for each in self._mounted:
            each.mount(app)


async def _until(stopping: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stopping.wait()
    except TimeoutError:
        return
