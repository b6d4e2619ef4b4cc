"""How far a job is, told in the message that will become its result. Best effort, and not faster than Discord likes."""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from bots.discord import components, limits
from bots.discord.destination import Spot
from bots.discord.posting import Showing
from bots.discord.precedence import Precedence
from bots.discord.records import Records
from bots.discord.rest import Payload, Rest, Unreachable, Upload
from core.errors import DeliveryError
from core.i18n import into, say
from core.model import JobId, Progress
from core.ports import Clock
from core.progress_words import progress_text

PREVIEW: Final = say("A preview: the picture is not done yet.")
_LINES_MAX: Final = 4096
_OLD_SECONDS: Final = 300  # of an interaction's life: it may be over before the picture is there
_PATIENCE_SECONDS: Final = 5.0  # how long a result waits for news that are on their way


class Tokens:
    """Which interactions do not answer any more, so that nobody asks them again.

    A dead token answers 401, and ten thousand of these in ten minutes ban the address (Rate Limits, "Invalid Request
    Limit").
    """

    def __init__(self) -> None:
        self._dead: OrderedDict[str, None] = OrderedDict()

    def dies(self, token: str) -> None:
        """It said that it is dead."""
        self._dead[token] = None
        while len(self._dead) > _LINES_MAX:
            self._dead.popitem(last=False)

    def lives(self, spot: Spot, now_us: int) -> bool:
        """Whether this interaction may still be answered."""
        return spot.token_lives(now_us) and spot.interaction not in self._dead


@dataclass(slots=True)
class _Line:
    """One job's news."""

    newest: Progress | None = None
    told: tuple[str, str] = ("", "")
    closed: bool = False
    task: asyncio.Task[None] | None = None
    sending: asyncio.Lock = field(default_factory=asyncio.Lock)


class News:
    """For each job the newest only, at most every two seconds, and only when something has changed."""

    def __init__(
        self,
        rest: Rest,
        records: Records,
        clock: Clock,
        showing: Showing,
        tokens: Tokens,
        precedence: Precedence,
    ) -> None:
        self._rest = rest
        self._records = records
        self._clock = clock
        self._showing = showing
        self._tokens = tokens
        self._precedence = precedence
        self._lines: OrderedDict[JobId, _Line] = OrderedDict()

    def tell(self, spot: Spot, update: Progress) -> None:
        """As soon as the pace allows. Nothing is told of a job whose result is on its way."""
        line = self._lines.setdefault(update.job, _Line())
        self._lines.move_to_end(update.job)
        if line.closed:
            return
        line.newest = update
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
        while line.newest is not None:
            await self._precedence.others_first()
            await self._tell_newest(spot, line)
            await self._clock.sleep(limits.PROGRESS_SECONDS)

    async def _tell_newest(self, spot: Spot, line: _Line) -> None:
        update, line.newest = line.newest, None
        if update is None:  # the result has come meanwhile
            return
        async with line.sending:
            told = (
                into(update.language, progress_text(update)),
                sha256(update.preview).hexdigest() if update.preview else line.told[1],
            )
            if told != line.told and not await self._records.posted(update.job):
                with contextlib.suppress(DeliveryError):
                    await self._show(spot, update, told[0])
                    line.told = told

    async def _show(self, spot: Spot, update: Progress, text: str) -> None:
        payload = {"content": text, "components": components.under_progress(update.job, update.language)}
        files = self._preview(spot, update)
        if spot.original and self._tokens.lives(spot, self._clock.now_us()):
            await self._show_in_original(spot, update.job, payload, files)
        elif spot.placeholder is not None and self._rest.has_bot:
            await self._rest.edit(spot.channel, spot.placeholder, payload, files)

    async def _show_in_original(self, spot: Spot, job: JobId, payload: Payload, files: list[Upload] | None) -> None:
        try:
            message = await self._rest.edit_original(spot.application, spot.interaction, payload, files)
        except Unreachable as error:
            if error.ended:
                self._tokens.dies(spot.interaction)
            raise
        if not spot.private and spot.expires_at_us - self._clock.now_us() < _OLD_SECONDS * 1_000_000:
            await self._records.original_is(job, int(message["id"]))

    def _preview(self, spot: Spot, update: Progress) -> list[Upload] | None:
        if not update.preview or len(update.preview) > min(spot.file_bytes, limits.PREVIEW_BYTES):
            return None
        if spot.private and not spot.original:  # everybody sees the placeholder, and only the person the picture
            return None
        name = f"easel-preview.{update.preview_media_type.rpartition('/')[2]}"
        veiled = spot.spoiler or self._showing.spoiler or update.veiled
        return [Upload(name, update.preview, into(update.language, PREVIEW), spoiler=veiled)]

    def _forget(self) -> None:
        while len(self._lines) > _LINES_MAX:
            _, line = self._lines.popitem(last=False)
            if line.task is not None:
                line.task.cancel()
