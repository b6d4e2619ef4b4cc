"""`easel run`: the composition root, the one place that knows every platform."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import Enum
from pathlib import Path

import click
from aiohttp import web

from bots import platforms
from bots.assembly import Application, Foundation, assembled, founded
from bots.connecting import Connections
from bots.http import Readiness, create_app, product_version
from bots.web.admin.page import Administration
from bots.web.app import Playground
from bots.web.people import Roster
from core.errors import BadSettings
from core.help import help_text
from core.settings import Settings, admin_token, web_token


class Ended(Enum):
    """Why one life of Easel ended."""

    STOPPED = "stopped"  # it was told to
    AGAIN = "again"  # an administrator wants it to begin anew, with what is set by then


class _Life:
    """From one start to the next."""

    def __init__(self) -> None:
        self.stopping = asyncio.Event()
        self.ended = Ended.STOPPED

    def restart(self) -> None:
        """Finish what is in hand, and begin anew."""
        self.ended = Ended.AGAIN
        self.stopping.set()


async def serve(settings: Settings) -> Ended:
    """`easel run`: the playground and every connected platform, until SIGINT or SIGTERM, or until it is to restart."""
    life = _Life()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, life.stopping.set)
    token, admin = web_token(settings).get_secret_value(), admin_token(settings).get_secret_value()
    readiness = Readiness("worker", *platforms.names(settings))
    async with founded(settings) as foundation, platforms.opened(foundation, readiness) as connected:
        playground = _playground(foundation, token)
        await playground.prepare()
        application = assembled(foundation, [playground.adapter, *(each.adapter for each in connected)])
        for row in settings.policies:
            await application.studio.administration.declare(*row.home, row.orders)
        playground.attach(application.studio)
        for platform in connected:
            platform.attach(application.studio)
        readiness.notes = lambda: application.upkeep.notes
        app = create_app(
            playground,
            readiness,
            application.metrics,
            allowed_hosts=settings.web.allowed_hosts,
            entrances=platforms.entrances(connected),
            administration=_administration(foundation, application, admin, life),
        )
        async with _listening(app, settings) as url:
            foundation.lock.announce(url)
            click.echo(f"Easel is ready: {url}/#token={token}", err=True)
            click.echo(f"For administrators: {url}/admin#token={admin}", err=True)
            readiness.arrived("worker")
            async with platforms.living(connected, readiness, life.stopping):
                await application.run(life.stopping)
            readiness.missing("stopping")
    return life.ended


def _administration(foundation: Foundation, application: Application, token: str, life: _Life) -> Administration:
    connections = Connections(os.environ, Path.cwd(), foundation.settings, life.restart, foundation.clock)
    return Administration(application.overseeing, token, product_version=product_version(), connecting=connections)


def _playground(foundation: Foundation, token: str) -> Playground:
    settings = foundation.settings
    return Playground(
        foundation.database,
        foundation.blobs,
        foundation.clock,
        token=token,
        provider_label=foundation.drawers.profile.label,
        reads_notes=foundation.drawers.profile.markup,
        product_version=product_version(),
        roster=Roster(time_zone=settings.time_zone),
        help_for=help_text,
    )


@asynccontextmanager
async def _listening(app: web.Application, settings: Settings) -> AsyncIterator[str]:
    """The web server on its socket; yields the address that a browser on this machine may use."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=5)
    await runner.setup()
    try:
        site = web.TCPSite(runner, settings.web.host, settings.web.port)
        try:
            await site.start()
        except OSError as error:
            raise BadSettings(
                f"Port {settings.web.port} cannot be used ({error.strerror}).", "Set EASEL_WEB__PORT to another one."
            ) from error
        host, port = runner.addresses[0][:2]
        yield f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    finally:
        await runner.cleanup()
