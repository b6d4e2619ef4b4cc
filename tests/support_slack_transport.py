"""Slack's transport with the real bolt over the fake, and handlers that only write down what they were told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import time

from aiohttp import web
from emulators.slack_api.server import FakeSlack
from pydantic import SecretStr
from slack_bolt.app.async_app import AsyncApp

from bots.slack.clients import web_client
from bots.slack.event import Event, Payload
from bots.slack.http_mode import Doorkeeper, HttpMode
from bots.slack.router import Handlers, app_of
from bots.slack.socket import Patience, Sockets
from bots.slack.tasks import Tasks
from bots.slack.workspaces import OneWorkspace, Workspaces

QUICK = Patience(
    pauses=(0.02, 0.05, 0.1), refused=0.1, look=0.01, grace=0.15, connect=1.0, good=0.5, last_words=0.5, ping=0.2
)


@dataclass
class Told:
    """What the handlers were told, in order: the kind and the event."""

    events: list[tuple[str, Event]] = field(default_factory=list)
    failing: bool = False  # each handler raises at once
    wrong: dict[str, str] = field(default_factory=dict)  # what is wrong with every form
    checking: Callable[[Payload], dict[str, str]] | None = None

    def handlers(self) -> Handlers:
        return Handlers(
            message=self._of("message"),
            command=self._of("command"),
            click=self._of("click"),
            shortcut=self._of("shortcut"),
            submit=self._of("submit"),
            home=self._of("home"),
            check=lambda view: self.checking(view) if self.checking else self.wrong,
        )

    def kinds(self) -> list[str]:
        return [kind for kind, _ in self.events]

    def _of(self, kind: str) -> Callable[[Event], object]:
        async def handle(event: Event) -> None:
            self.events.append((kind, event))
            if self.failing:
                raise RuntimeError("at once, in the first moment after the acknowledgement")

        return handle  # type: ignore[return-value]  # a coroutine function is one


@dataclass
class Line:
    """A connected app."""

    app: AsyncApp
    told: Told
    tasks: Tasks
    is_connected: list[bool] = field(default_factory=list)
    url: str = ""
    door: HttpMode | None = None


@asynccontextmanager
async def built(fake: FakeSlack, told: Told, workspaces: Workspaces | None = None) -> AsyncIterator[Line]:
    """bolt and the router, not connected."""
    client = web_client(fake.api_base)
    if workspaces is None:
        one = OneWorkspace(SecretStr(next(iter(fake.teams.values())).bot_token))
        await one.introduce(client)
        workspaces = one
    tasks = Tasks()
    app = app_of(told.handlers(), workspaces, client, fake.signing_secret, tasks)
    yield Line(app, told, tasks)
    await tasks.drain(2)


@asynccontextmanager
async def over_sockets(
    fake: FakeSlack, told: Told, *, count: int = 1, workspaces: Workspaces | None = None, patience: Patience = QUICK
) -> AsyncIterator[Line]:
    """Connected through Socket Mode."""
    async with built(fake, told, workspaces) as line:
        sockets = Sockets(line.app, SecretStr(fake.app_token), count, line.is_connected.append, patience)
        stopping = asyncio.Event()
        running = asyncio.create_task(sockets.run(stopping))
        await fake.connected(count)
        try:
            yield line
        finally:
            stopping.set()
            await asyncio.wait_for(running, 5)


@asynccontextmanager
async def over_http(
    fake: FakeSlack, told: Told, *, workspaces: Workspaces | None = None, now: Callable[[], float] = time
) -> AsyncIterator[Line]:
    """Reached by signed requests."""
    async with built(fake, told, workspaces) as line:
        line.door = HttpMode(line.app, Doorkeeper(fake.signing_secret, now))
        line.door.is_open = True
        site = web.Application()
        line.door.mount(site)
        runner = web.AppRunner(site, shutdown_timeout=0.5, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        line.url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
        await fake.connect_http(line.url)
        try:
            yield line
        finally:
            await runner.cleanup()
