"""Answers of /responses over the network: asked for once, looked at until they end, called off.

An answer that is looked at holds every picture drawn so far, finished or not, each time: megabytes that are not wanted
yet. Nothing can be left out of it (`include` only adds), and `status` may stand behind `output`. So every look goes
through the same incremental reader into temporary files, which are forgotten unless the answer has ended, and then
only the picture that counts is made durable.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode

import structlog

from core.errors import DrawingFailed, EaselError, OutcomeUnknown, ProviderError, ProviderUnavailable
from core.http import Response
from core.model import StageName
from core.ports import BlobStore, Clock
from core.providers.openai.account import Account
from core.providers.openai.connection import Connection, Sending
from core.providers.openai.decoding import Flaw, KeptPicture, Wanted, arrived
from core.providers.openai.failures import NotThere, no_picture
from core.providers.openai.thinking_answer import (
    Asked,
    Call,
    Status,
    call_of,
    id_of,
    stage_of,
    status_of,
    trouble_of,
)
from core.providers.openai.thinking_request import SOURCES

# The second place is an edit's own mask, which the answer repeats among its settings.
WANTED: Final = Wanted((("output", None, "result"), ("tools", None, "input_image_mask", "image_url")))
PAUSE_SECONDS: Final = 1.0  # before the first look
PAUSE_GROWTH: Final = 1.4
PAUSE_SECONDS_MAX: Final = 5.0
TROUBLE_SECONDS_MAX: Final = 300.0  # how long looks may fail in a row before the answer counts as lost
NOT_THERE_MAX: Final = 3  # an id that was given a moment ago may not be known everywhere yet
UNREADABLE_MAX: Final = 3  # answers in a row that cannot be read: one may be a proxy's doing, three are not
STOP_SECONDS_MAX: Final = 10.0
LOST: Final = "A moderator can look this job up."

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Seen:
    """An answer at one moment. `failure` or `picture` once it has ended, exactly one of them."""

    document: Mapping[str, Any]
    status: Status
    failure: ProviderError | None = None
    call: Call | None = None
    picture: KeptPicture | None = None

    @property
    def id(self) -> str:
        """Empty when the server gave none."""
        return id_of(self.document) or ""

    @property
    def stage(self) -> StageName | None:
        """What it is busy with."""
        return stage_of(self.document)


class Responses:
    """The answers of one account."""

    def __init__(self, account: Account, connection: Connection) -> None:
        self._connection = connection
        self._path = account.server.responses
        self._stopping: set[asyncio.Task[None]] = set()

    async def ask(self, body: Mapping[str, Any], model: str, into: BlobStore, asked: Asked) -> Seen:
        """Ask once, never again: it may be billed. Raises `ProviderError`."""
        async with self._connection.send(Sending(path=self._path, model=model, json=body, images=1)) as response:
            return await self._read(response, into, asked)

    async def look(self, ticket: str, model: str, into: BlobStore, asked: Asked) -> Seen:
        """How far it is. Looking costs nothing. Raises `ProviderError`, for an id that there is not, too."""
        path = f"{self._at(ticket)}?{urlencode({'include[]': SOURCES})}"
        sending = Sending(path=path, model=model, method="GET", repeatable=True)
        async with self._connection.send(sending) as response:
            return await self._read(response, into, asked)

    async def stop(self, ticket: str, model: str) -> None:
        """Tell the provider that nobody waits any more, so that no more is billed. Best effort, never raises for it.

        Shielded: the task that draws is being cancelled while this is sent.
        """
        task = asyncio.create_task(self._stop(ticket, model))
        self._stopping.add(task)
        task.add_done_callback(self._stopping.discard)
        await asyncio.shield(task)

    async def _stop(self, ticket: str, model: str) -> None:
        sending = Sending(path=f"{self._at(ticket)}/cancel", model=model, json={}, repeatable=True)
        try:
            async with asyncio.timeout(STOP_SECONDS_MAX), self._connection.send(sending):
                pass
        except (EaselError, TimeoutError) as error:
            log.warning("response_not_cancelled", code=getattr(error, "code", "timeout"))

    def _at(self, ticket: str) -> str:
        return f"{self._path}/{quote(ticket, safe='')}"

    async def _read(self, response: Response, into: BlobStore, asked: Asked) -> Seen:
        async with arrived(response, into, WANTED) as document:
            if not isinstance(document, dict):
                raise no_picture(asked.label, "no JSON object")
            status = status_of(document, asked)
            if not status.ended:
                return Seen(document, status)
            call = call_of(document)
            failure = trouble_of(document, status, asked)
            if failure is not None or call is None:
                return Seen(document, status, failure)
            picture = await call.picture.keep()
        assert not isinstance(picture, Flaw)  # `call_of` passes over those
        return Seen(document, status, None, call, picture)


class Following:
    """One answer, looked at again and again at a gentle pace until it has ended."""

    def __init__(
        self, responses: Responses, ticket: str, model: str, asked: Asked, clock: Clock, *, at_once: bool
    ) -> None:
        self._responses = responses
        self._ticket = ticket
        self._model = model
        self._clock = clock
        self._asked = asked
        self._pause = 0.0 if at_once else PAUSE_SECONDS
        self._unreadable = 0
        self._not_there = 0
        self._trouble_since_us: int | None = None

    async def next(self, into: BlobStore) -> Seen:
        """The answer as it is a moment later. Raises `OutcomeUnknown` when it is gone or cannot be reached for long."""
        while True:
            await self._clock.sleep(self._pause)
            self._pause = min(PAUSE_SECONDS_MAX, max(PAUSE_SECONDS, self._pause * PAUSE_GROWTH))
            try:
                seen = await self._responses.look(self._ticket, self._model, into, self._asked)
            except (ProviderUnavailable, DrawingFailed, OutcomeUnknown) as error:
                self._bear(error)
            else:
                self._unreadable, self._not_there, self._trouble_since_us = 0, 0, None
                return seen

    def _bear(self, error: ProviderError) -> None:
        """Decide whether a failed look matters: mostly the network or a proxy is to blame, and the answer is there."""
        self._not_there = self._not_there + 1 if isinstance(error, NotThere) else 0
        if self._not_there >= NOT_THERE_MAX:
            what = f"{self._asked.label} no longer has the answer to this."
            raise OutcomeUnknown(what, LOST, note=error.note) from error
        now_us = self._clock.now_us()
        since_us = self._trouble_since_us = now_us if self._trouble_since_us is None else self._trouble_since_us
        self._unreadable = self._unreadable + 1 if isinstance(error, DrawingFailed) else 0
        if self._unreadable >= UNREADABLE_MAX:
            raise error
        if now_us - since_us > TROUBLE_SECONDS_MAX * 1_000_000:
            what = f"{self._asked.label} could not be reached any more while it was drawing."
            raise OutcomeUnknown(what, LOST, note=error.note) from error
