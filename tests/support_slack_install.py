"""Workspaces that install Easel through the real pages and the fake's own: a browser, and what Easel keeps."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from aiohttp import web
from emulators.slack_api.server import FakeSlack
from emulators.slack_api.world import Enterprise, Person, Workspace
from pydantic import SecretStr

from bots.slack.clients import web_client
from bots.slack.installations import Installations, States
from bots.slack.installing import INSTALL, InstallPages
from bots.slack.records import Records
from bots.slack.rotation import InstalledTokens
from bots.slack.sealing import Seal
from bots.slack.tasks import Tasks
from core.clock import SystemClock
from core.settings_slack import SlackSettings
from core.store.sqlite import SqliteDatabase

KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()


class Moving:
    """The real time, and some more."""

    def __init__(self) -> None:
        self._real = SystemClock()
        self.ahead_us = 0

    def now_us(self) -> int:
        return self._real.now_us() + self.ahead_us

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / 20)


@dataclass
class Answer:
    """What a browser was shown."""

    status: int
    text: str
    location: str
    cookie: str


@dataclass
class Office:
    """The pages on a socket, and what is behind them."""

    fake: FakeSlack
    url: str
    clock: Moving
    database: SqliteDatabase
    installations: Installations
    tokens: InstalledTokens

    async def get(self, url: str, cookie: str = "") -> Answer:
        """A browser goes there, and does not follow."""
        headers = {"Cookie": cookie} if cookie else {}
        async with (
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
            session.get(url, headers=headers, allow_redirects=False) as answer,
        ):
            said = answer.headers.get("Set-Cookie", "").partition(";")[0]
            return Answer(answer.status, await answer.text(), answer.headers.get("Location", ""), said)

    async def begin(self) -> Answer:
        """To the page that leads to Slack."""
        return await self.get(self.url + INSTALL)

    async def install(self, person: Person, where: Workspace | Enterprise | None = None) -> Answer:
        """All of it."""
        begun = await self.begin()
        return await self.get(self.fake.approve(begun.location, person, where), begun.cookie)

    def tokens_beside(self, database: SqliteDatabase) -> InstalledTokens:
        """As another process has them."""
        return tokens_of(self.fake, database, self.clock)


def tokens_of(fake: FakeSlack, database: SqliteDatabase, clock: Moving) -> InstalledTokens:
    """Their tokens, renewed at the fake."""
    return InstalledTokens(
        Installations(database, clock, Seal([KEY])),
        web_client(fake.api_base),
        clock,
        Tasks(),
        client_id=fake.client_id,
        client_secret=SecretStr(fake.client_secret),
    )


@asynccontextmanager
async def office(fake: FakeSlack, folder: Path) -> AsyncIterator[Office]:
    """Open. `public_url` is the pages' own address here."""
    clock = Moving()
    database = await SqliteDatabase.open(folder / "easel.sqlite3")
    await Records(database, clock).prepare()
    site = web.Application()
    holder: list[InstallPages] = []
    runner = web.AppRunner(site, shutdown_timeout=0.5, access_log=None)

    async def install(request: web.Request) -> web.StreamResponse:
        return await holder[0].install(request)

    async def redirect(request: web.Request) -> web.StreamResponse:
        return await holder[0].redirect(request)

    site.router.add_get("/slack/install", install)
    site.router.add_get("/slack/oauth_redirect", redirect)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    settings = SlackSettings(
        client_id=fake.client_id,
        client_secret=SecretStr(fake.client_secret),
        signing_secret=SecretStr(fake.signing_secret),
        encryption_keys=SecretStr(KEY),
        public_url=url,
        api_base=fake.api_base,
    )
    seal = Seal(settings.keys)
    installations = Installations(database, clock, seal)
    client = web_client(fake.api_base)
    holder.append(InstallPages(settings, installations, States(database, clock, seal), client))
    try:
        yield Office(fake, url, clock, database, installations, tokens_of(fake, database, clock))
    finally:
        await runner.cleanup()
        await database.close()
