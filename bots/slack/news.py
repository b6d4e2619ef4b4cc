"""How far a job is, told where its person waits. Best effort, and not faster than Slack likes.

A message that says "Drawing …" is changed at most every three seconds and only when there is something new; a thread's
status is shown again before Slack takes it away after two minutes.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Final

from bots.slack import limits
from bots.slack.api import Api
from bots.slack.destination import Spot
from bots.slack.posting import at_work, progress_text, status_text
from bots.slack.records import Records
from bots.slack.result_blocks import working
from bots.slack.turns import Turns
from core.errors import DeliveryError
from core.i18n import into
from core.model import JobId, Progress, StageName
from core.ports import Clock

_LINES_MAX: Final = 4096
_PATIENCE_SECONDS: Final = 5.0  # how long a result waits for news that are on their way
_QUEUE_AT_ONCE: Final = 8  # are told their new place in the queue; when one picture is done, it is everybody's
_STATUS_TIMES_MAX: Final = 48  # an hour: whatever takes longer is not watched


@dataclass(slots=True)
class _Line:
    """One job's news."""

    newest: Progress | None = None
    told: str = ""
    begun: bool = False
    closed: bool = False
    waits: bool = False  # for its turn to tell of the queue
    task: asyncio.Task[None] | None = None
    sending: asyncio.Lock = field(default_factory=asyncio.Lock)
    news: asyncio.Event = field(default_factory=asyncio.Event)


class News:
    """For each job the newest only, and only when something has changed."""

    def __init__(self, api: Api, records: Records, clock: Clock) -> None:
        self._api = api
        self._records = records
        self._clock = clock
        self._lines: OrderedDict[JobId, _Line] = OrderedDict()
        self._turns = Turns(_QUEUE_AT_ONCE, None)

    def tell(self, spot: Spot, update: Progress) -> None:
        """As soon as the pace allows. Nothing is told of a job whose result is on its way."""
        line = self._lines.setdefault(update.job, _Line())
        self._lines.move_to_end(update.job)
        if line.closed or (line.begun and update.stage is StageName.QUEUED):
            return  # who admitted it tells that it waits, and may be slower than who draws it
        line.begun = update.stage is not StageName.QUEUED
        line.newest = update
        line.news.set()
        if line.task is not None and line.waits and line.begun:
            line.task.cancel()  # that it is drawn now waits for nobody's place in the queue
            line.task, line.waits = None, False
        if line.task is None or line.task.done():
            line.task = asyncio.create_task(self._run(spot, line))
        self._forget()

    async def close(self, job: JobId) -> None:
        """The result comes: what is on its way arrives first, or not at all."""
        line = self._lines.setdefault(job, _Line())
        line.closed, line.newest = True, None
        if line.task is None:
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await line.sending.acquire()
        line.task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await line.task
        line.task = None

    async def aclose(self) -> None:
        """Tell nothing more, of any job."""
        tasks = [line.task for line in self._lines.values() if line.task is not None]
        for line in self._lines.values():
            line.closed = True
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self, spot: Spot, line: _Line) -> None:
        """Until the result comes. A thread's status is kept alive while nothing new happens."""
        last: Progress | None = None
        for _ in range(_STATUS_TIMES_MAX):
            while line.newest is not None:
                async with self._turn(line):
                    last, line.newest = line.newest, None
                    if last is not None:
                        await self._tell(spot, line, last)
                await self._clock.sleep(limits.PROGRESS_SECONDS)
            if last is None or not _shows_status(spot):
                return
            line.news.clear()
            if await self._quiet(line):
                await self._refresh(spot, line, last)

    @contextlib.asynccontextmanager
    async def _turn(self, line: _Line) -> AsyncIterator[None]:
        """Those who wait are told one after the other; whose picture is begun, at once."""
        if line.begun:
            yield
            return
        line.waits = True
        async with self._turns.mine():
            line.waits = False
            yield

    async def _quiet(self, line: _Line) -> bool:
        """Whether nothing new came for as long as a status stays."""
        waiting = [
            asyncio.ensure_future(line.news.wait()),
            asyncio.ensure_future(self._clock.sleep(limits.STATUS_SECONDS)),
        ]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waiting:
                each.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
        return line.newest is None

    async def _refresh(self, spot: Spot, line: _Line, update: Progress) -> None:
        async with line.sending:
            if not line.closed:
                with contextlib.suppress(DeliveryError):
                    await self._status(spot, update)

    async def _tell(self, spot: Spot, line: _Line, update: Progress) -> None:
        async with line.sending:
            text = at_work(spot, into(update.language, progress_text(update)), update.language)
            if line.closed or text == line.told or await self._records.posts.of(update.job):
                return
            line.told = text
            if _shows_status(spot):
                with contextlib.suppress(DeliveryError):
                    await self._status(spot, update)
            with contextlib.suppress(DeliveryError):
                await self._show(spot, update, text)

    async def _status(self, spot: Spot, update: Progress) -> None:
        text = into(update.language, status_text(update))
        await self._api.within(spot.enterprise).status(spot.team, spot.channel, spot.thread, text)

    async def _show(self, spot: Spot, update: Progress, text: str) -> None:
        if spot.placeholder:
            api = self._api.within(spot.enterprise)
            await api.update(
                spot.team, spot.at_work_in, spot.placeholder, text, working(update.job, text, update.language)
            )

    def _forget(self) -> None:
        while len(self._lines) > _LINES_MAX:
            _, line = self._lines.popitem(last=False)
            if line.task is not None:
                line.task.cancel()


def _shows_status(spot: Spot) -> bool:
    return spot.status and bool(spot.thread)
