"""One answer of an image API, whether it comes in one piece or in events, as one document with its pictures kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, Final

from core.errors import OutcomeUnknown, ProviderError
from core.http import HTTPError, Response
from core.ports import BlobStore, ProviderEvent
from core.providers.openai.account import Account
from core.providers.openai.answers import WANTED
from core.providers.openai.bodies import EVENTS, Question
from core.providers.openai.decoding import Arrived, failure_of_malformed, kept
from core.providers.openai.events import COMPLETED, PARTIAL, Happened, events
from core.providers.openai.failures import answer_lost, failure_in_event, request_id_of
from core.providers.openai.json_stream import Malformed
from core.providers.openai.previews import Previews, Spool

DRAIN_SECONDS: Final = 1.0  # for what comes after the picture, so that the connection can be used again
TURNS: Final = 12  # requests that begin, and answers of which a piece is decoded, in one round of the event loop
Tell = Callable[[ProviderEvent], None]


@dataclass(frozen=True, slots=True)
class Desk:
    """What all answers of one account share, so that many at once leave the event loop to others."""

    previews: Previews = field(default_factory=Previews)
    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(TURNS))


@dataclass(slots=True)
class _Came:
    """What an answer has brought so far: its document, once that is there."""

    document: Mapping[str, Any] | None = None


class Reading:
    """An open answer to one question."""

    def __init__(
        self, account: Account, question: Question, response: Response, into: BlobStore, desk: Desk, tell: Tell
    ) -> None:
        self._account = account
        self._question = question
        self._response = response
        self._into = into
        self._desk = desk
        self._tell = tell
        self.label = account.server.label
        self.request_id = request_id_of(response.headers)

    async def document(self) -> Mapping[str, Any]:
        """All of it, with `KeptPicture` or `Flaw` at data[*].b64_json. Raises `ProviderError`."""
        # A server that does not care to stream answers JSON; the header says which, not what was asked for.
        streams = self._response.headers.get("content-type", "").startswith(EVENTS)
        came = _Came()
        try:
            async with asyncio.timeout(self._account.read_seconds) as silence:
                await (self._follow(came, silence) if streams else self._whole(came, silence))
        except (TimeoutError, Malformed, HTTPError) as error:
            if came.document is None:  # else all that matters is there
                raise self._broken(error) from error
        if came.document is None:
            raise self._lost("no last event")
        return came.document

    async def _whole(self, came: _Came, silence: asyncio.Timeout) -> None:
        """Read a body."""
        document = await kept(self._response, self._into, WANTED, lambda: self._heard(silence), self._desk.turns)
        if not isinstance(document, Mapping):
            raise failure_of_malformed(Malformed("not an object"))
        self._check(document)
        came.document = document

    async def _follow(self, came: _Came, silence: asyncio.Timeout) -> None:
        """Read events, up to the last and what comes after it."""
        async with aclosing(
            events(self._response, self._into, lambda: self._heard(silence), self._desk.turns)
        ) as stream:
            async for happened in stream:
                if came.document is not None:
                    continue
                self._check(happened.document, happened.kind)
                if happened.kind.endswith(PARTIAL):
                    self._heard(silence)
                    await self._show(happened)
                elif await self._finished(happened, came):
                    silence.reschedule(asyncio.get_running_loop().time() + DRAIN_SECONDS)

    def _heard(self, silence: asyncio.Timeout) -> None:
        """Somebody draws. What only keeps a connection open does not count."""
        silence.reschedule(asyncio.get_running_loop().time() + self._account.read_seconds)

    async def _show(self, happened: Happened) -> None:
        picture = happened.document.get("b64_json")
        if isinstance(picture, Arrived) and picture.flaw is None and isinstance(picture.writer, Spool):
            preview = await self._desk.previews.of(picture.writer)
            if preview is not None:
                self._tell(preview)

    async def _finished(self, happened: Happened, came: _Came) -> bool:
        """Whether this is the last event, with a picture, with the address of one, or with neither."""
        picture = happened.document.get("b64_json")
        if not happened.kind.endswith(COMPLETED) and (happened.kind or not isinstance(picture, Arrived)):
            return False
        entry = {**happened.document, "b64_json": None}
        if isinstance(picture, Arrived):
            async with self._desk.turns:
                entry["b64_json"] = await picture.keep()
        came.document = {**entry, "data": [entry]}
        return True

    def _check(self, document: Mapping[str, Any], kind: str = "") -> None:
        """Raise what an error object inside a good answer stands for."""
        error = document.get("error")
        if not error and kind != "error":
            return
        raise failure_in_event(
            error if isinstance(error, Mapping) else document,
            label=self.label,
            request_id=self.request_id,
            hidden=(self._question.prompt,),
            pictures=bool(self._question.pictures),
        )

    def _broken(self, error: Exception) -> ProviderError:
        if isinstance(error, Malformed):
            failure = failure_of_malformed(error)
            return self._lost("it breaks off") if isinstance(failure, OutcomeUnknown) else failure
        return self._lost("silence" if isinstance(error, TimeoutError) else type(error).__name__)

    def _lost(self, why: str) -> OutcomeUnknown:
        return answer_lost(self.label, why, request_id=self.request_id)
