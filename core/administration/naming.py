"""How people call the workspaces and channels that the books know by their ids: asked of the platforms, best effort."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple, Protocol, runtime_checkable

import structlog

from core.administration.homes import Home
from core.errors import EaselError, Later
from core.ports import Clock, PlatformAdapter
from core.wording import SECOND_US

SECONDS_MAX: Final = 1.0  # of waiting for names: a page shows ids rather than nothing
ASKED_MAX: Final = 100  # names at once; the next look asks for the next ones
_TOGETHER_MAX: Final = 8
_FRESH_US: Final = 3600 * SECOND_US
_CHARACTERS_MAX: Final = 80
_KEPT_MAX: Final = 5000

log = structlog.get_logger()


@runtime_checkable
class Named(Protocol):
    """What a `PlatformAdapter` may offer besides: the names of its workspaces and channels."""

    async def name_of(self, workspace: str, channel: str = "") -> str:
        """How people call this channel, or the workspace when none is named; "" when nobody says. Raises `EaselError`.

        Called for whatever stands in the books: also for what is no more, or never was.
        """
        ...


class _Thing(NamedTuple):
    home: Home
    channel: str  # "": the workspace itself


class Naming:
    """Names, kept for an hour. What cannot be had in time is left out, and what came by then is there next time."""

    def __init__(self, adapters: Mapping[str, PlatformAdapter], clock: Clock) -> None:
        self._adapters = adapters
        self._clock = clock
        self._together = asyncio.Semaphore(_TOGETHER_MAX)
        self._kept: dict[_Thing, tuple[str, int]] = {}

    async def workspaces(self, homes: Iterable[Home]) -> Mapping[Home, str]:
        """Those that have a name."""
        return {thing.home: name for thing, name in (await self._of(_Thing(home, "") for home in homes)).items()}

    async def channels(self, home: Home, channels: Iterable[str]) -> Mapping[str, str]:
        """Those of one workspace that have a name, by id."""
        found = await self._of(_Thing(home, channel) for channel in channels if channel)
        return {thing.channel: name for thing, name in found.items()}

    async def _of(self, things: Iterable[_Thing]) -> Mapping[_Thing, str]:
        wanted = tuple(dict.fromkeys(things))
        await self._ask([thing for thing in wanted if not self._is_fresh(thing)][:ASKED_MAX])
        known = {thing: self._kept[thing][0] for thing in wanted if thing in self._kept}
        return {thing: name for thing, name in known.items() if name}

    def _is_fresh(self, thing: _Thing) -> bool:
        return thing in self._kept and self._clock.now_us() - self._kept[thing][1] < _FRESH_US

    async def _ask(self, things: Iterable[_Thing]) -> None:
        asked = [asyncio.create_task(self._look(thing)) for thing in things]
        if not asked:
            return
        try:
            done, _ = await asyncio.wait(asked, timeout=SECONDS_MAX)
        finally:
            for task in asked:
                task.cancel()
            await asyncio.gather(*asked, return_exceptions=True)
        for task in done:
            error = None if task.cancelled() else task.exception()
            if error is not None:  # a page without a name is better than no page
                log.error("name_lookup_failed", error=type(error).__name__)

    async def _look(self, thing: _Thing) -> None:
        adapter: object = self._adapters.get(thing.home.platform)
        if not isinstance(adapter, Named):
            return
        async with self._together:
            try:
                name = await adapter.name_of(thing.home.workspace, thing.channel)
            except Later:  # not connected yet, or too busy: asked again at the next look
                return
            except EaselError:  # not there, or not for Easel: asked again in an hour
                name = ""
        if len(self._kept) >= _KEPT_MAX:
            self._kept.clear()
        self._kept[thing] = (" ".join(name.split())[:_CHARACTERS_MAX], self._clock.now_us())
