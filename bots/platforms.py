"""The chat platforms that are connected besides the playground, and what happens when one of them is lost.

A platform's code is imported when its token is there: without one, Easel starts as fast as if it did not exist.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Protocol, runtime_checkable

import structlog

from bots.assembly import Foundation
from bots.http import Entrance, Readiness
from core.errors import OperatorError
from core.ports import PlatformAdapter
from core.settings import Settings
from core.studio import Studio

_log = structlog.get_logger()


class Platform(Protocol):
    """A connected platform: its adapter for the core, and its own life."""

    @property
    def name(self) -> str:
        """As in the settings and in `/readyz`."""
        ...

    @property
    def adapter(self) -> PlatformAdapter:
        """What the core posts through."""
        ...

    def attach(self, studio: Studio) -> None:
        """Whom it asks; before `run`."""
        ...

    async def run(self, stopping: asyncio.Event) -> None:
        """Hear people until `stopping` is set. The adapter works on after that. Raises `OperatorError`."""
        ...


@runtime_checkable
class Reachable(Protocol):
    """A platform that may have something on Easel's own web server."""

    @property
    def entrance(self) -> Entrance | None:
        """Its routes; None when it connects by itself. After `attach`."""
        ...


def names(settings: Settings) -> tuple[str, ...]:
    """The platforms that will be connected."""
    wanted = {"discord": settings.discord.token is not None, "slack": settings.slack.is_on}
    return tuple(name for name, is_wanted in wanted.items() if is_wanted)


def entrances(platforms: Sequence[Platform]) -> tuple[Entrance, ...]:
    """What they have on Easel's own web server."""
    found = [platform.entrance for platform in platforms if isinstance(platform, Reachable)]
    return tuple(entrance for entrance in found if entrance is not None)


@asynccontextmanager
async def opened(foundation: Foundation, readiness: Readiness) -> AsyncIterator[tuple[Platform, ...]]:
    """Those platforms, ready to be attached; let go of in the end."""
    async with AsyncExitStack() as stack:
        found: list[Platform] = []
        if foundation.settings.discord.token is not None:
            from bots.discord.app import Discord

            discord = Discord(
                foundation.settings.discord,
                foundation.database,
                foundation.blobs,
                foundation.clock,
                folder=foundation.settings.data_dir,
                label_of=partial(_label, foundation),
                time_zone=foundation.settings.time_zone,
                connected=_telling(readiness, "discord"),
            )
            found.append(await stack.enter_async_context(discord))
        if foundation.settings.slack.is_on:
            from bots.slack.app import Slack

            slack = Slack(
                foundation.settings.slack,
                foundation.database,
                foundation.blobs,
                foundation.clock,
                label_of=partial(_label, foundation),
                time_zone=foundation.settings.time_zone,
                connected=_telling(readiness, "slack"),
            )
            found.append(await stack.enter_async_context(slack))
        yield tuple(found)


@asynccontextmanager
async def living(platforms: Sequence[Platform], readiness: Readiness, stopping: asyncio.Event) -> AsyncIterator[None]:
    """Run them beside the block. One that is lost takes nobody along; when the block ends, all of them stop."""
    lives = [asyncio.create_task(_live(platform, readiness, stopping)) for platform in platforms]
    try:
        yield
    finally:
        stopping.set()
        await asyncio.gather(*lives)


async def _live(platform: Platform, readiness: Readiness, stopping: asyncio.Event) -> None:
    try:
        await platform.run(stopping)
    except OperatorError as error:
        _log.error("platform_lost", platform=platform.name, what=error.sentence)
    except Exception as error:  # noqa: BLE001 - whatever it is, the other platforms live on
        _log.error("platform_lost", platform=platform.name, error=type(error).__name__, exc_info=True)
    if not stopping.is_set():
        readiness.missing(platform.name)


def _telling(readiness: Readiness, name: str) -> Callable[[bool], None]:
    """`/readyz` names a platform while it is not connected."""

    def tell(is_connected: bool) -> None:
        if is_connected:
            readiness.arrived(name)
        else:
            readiness.missing(name)

    return tell


def _label(foundation: Foundation, provider: str, model: str) -> str:
    """Who drew, as people know it; a provider that is no longer set up keeps its model's name."""
    known = foundation.drawers.providers.get(provider)
    return model if known is None else known.profile(model).label
