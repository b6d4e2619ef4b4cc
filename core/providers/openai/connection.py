"""The way to an image API: one request at a time is sent when its turn has come, and never twice when it may have cost.

No idempotency key exists for drawings (openai-python sends none), so a request whose fate is not known is never sent
again: a connection that broke off, a timeout, a status of 500, half a body. What certainly did not begin may be: no
connection, "too many requests", "overloaded".
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final, assert_never

from core.errors import ProviderBusy, ProviderError, ProviderUnavailable
from core.http import (
    URL,
    ConnectError,
    ConnectTimeout,
    HTTPError,
    PoolTimeout,
    ProxyError,
    Request,
    Response,
    client,
)
from core.i18n import say
from core.ports import Clock
from core.providers.openai.account import Account
from core.providers.openai.breaker import Attempt, Breaker, Breakers
from core.providers.openai.failure_body import HIDDEN, one_line
from core.providers.openai.failures import (
    BODY_BYTES_MAX,
    answer_lost,
    failure_of,
    request_id_of,
    unreachable,
)
from core.providers.openai.json_body import body_with_pictures
from core.providers.openai.pacing import Lane, Pacing, Turn
from core.providers.profiles import Auth

TRIES_MAX: Final = 3
CONNECTIONS_MAX: Final = 512  # drawings take minutes: as many at once as anyone's workers ask for
RECONNECT_SECONDS: Final = 0.5  # before the second try; doubled before the third
ERROR_BODY_SECONDS: Final = 10.0  # an error's text is not worth a longer wait
_NOT_BEGUN: Final = (ConnectError, ConnectTimeout, PoolTimeout, ProxyError)
_TURNED_AWAY: Final = frozenset({429, 503})
WORDS_CHARACTERS_MIN: Final = 8
_PROMPTS: Final = ("prompt", "input")  # the parameters with people's words in them

Part = tuple[str, tuple[str | None, bytes | str, str | None]]  # field, (file name, content, media type)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """One HTTP request."""

    path: str  # under the base URL, with its placeholders filled: "/images/generations"
    model: str  # whose pace and whose breaker it is
    method: str = "POST"
    json: Mapping[str, Any] | None = field(default=None, repr=False)
    parts: Sequence[Part] = field(default=(), repr=False)  # multipart, in this order
    images: int = 0  # how many pictures it asks for
    repeatable: bool = False  # asking again costs nothing: every failure is then a `ProviderUnavailable`
    accept: str = "application/json"

    @property
    def follows(self) -> bool:
        """It asks after something that was ordered before: it waits in no line, and no breaker holds it back."""
        return self.repeatable and (self.method != "POST" or self.path.partition("?")[0].endswith("/cancel"))


class Connection:
    """One account's connections. To be closed with `aclose`."""

    def __init__(self, account: Account, clock: Clock, pace: Pacing, breakers: Breakers) -> None:
        self._account = account
        self._clock = clock
        self._pace = pace
        self._breakers = breakers
        self._label = account.server.label
        self._client = client(account.base_url, read_seconds=account.read_seconds, connections_max=CONNECTIONS_MAX)

    def __repr__(self) -> str:
        return f"Connection({self._account.host})"

    async def aclose(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    @asynccontextmanager
    async def send(self, sending: Sending) -> AsyncIterator[Response]:
        """An open, streamed answer with a status of 2xx, whose body is not read yet.

        Waits for its turn, and raises the `ProviderError` that fits when there is no such answer. While the body is
        read inside the `async with`, a broken connection becomes an `OutcomeUnknown`. A caller that is cancelled closes
        the connection.
        """
        call = self._call(sending)
        try:
            async with self._judged(call) as response:
                yield response
        except ProviderError as error:
            error.note = self._without_secrets(error.note, sending)
            if sending.repeatable and error is call.failure and not isinstance(error, ProviderUnavailable):
                raise ProviderUnavailable(error.what, say("Ask again in a while."), note=error.note) from error
            raise

    def _call(self, sending: Sending) -> _Call:
        if not sending.path.startswith("/"):
            raise ValueError(f"not a path: {sending.path!r}")
        if sending.follows:
            return _Call(sending, Lane(self._clock, self._label), Breaker(self._clock, self._label))
        account, label = self._account, self._label
        lane = self._pace.lane(account.payer, sending.model, label=label, images_per_minute=account.images_per_minute)
        return _Call(sending, lane, self._breakers.of(account, sending.model))

    @asynccontextmanager
    async def _judged(self, call: _Call) -> AsyncIterator[Response]:
        """The answer, inside an attempt that the breaker judges by its end."""
        call.breaker.check()
        turn = await call.lane.take(call.sending.images)
        with call.breaker.attempt() as attempt:
            response = await self._answer(call, turn, attempt)
            try:
                yield response
            except HTTPError as error:
                request_id = request_id_of(response.headers)
                raise call.failed(answer_lost(self._label, self._why(call, error), request_id=request_id)) from error
            finally:
                await response.aclose()

    async def _answer(self, call: _Call, turn: Turn, attempt: Attempt) -> Response:
        """Send, again only where nothing was begun, until there is an answer. Raises `ProviderError`."""
        for tries in range(1, TRIES_MAX + 1):
            try:
                response = await self._client.send(self._request(call.sending), stream=True)
            except _NOT_BEGUN as error:
                if tries == TRIES_MAX:
                    raise call.failed(unreachable(self._label, self._why(call, error))) from error
                await self._clock.sleep(RECONNECT_SECONDS * 2 ** (tries - 1))
                continue
            except HTTPError as error:
                raise call.failed(answer_lost(self._label, self._why(call, error))) from error
            failure = await self._failure(call, response)
            call.lane.answered(response.headers, accepted=failure is None)
            if failure is None:
                return response
            attempt.server_failed = response.status_code >= 500
            if not isinstance(failure, ProviderBusy):
                raise call.failed(failure)
            call.lane.refused(turn, failure.after_seconds, too_many=response.status_code == 429)
            if tries == TRIES_MAX or not _may_be_sent_again(response):
                raise call.failed(failure)
            await call.lane.take(call.sending.images, turn)
        raise AssertionError("the last try returns or raises")

    async def _failure(self, call: _Call, response: Response) -> ProviderError | None:
        """What the answer's head says: None when the body is worth reading. Closes what is not."""
        if response.is_success and "html" not in response.headers.get("content-type", "").lower():
            return None
        try:
            body = await _start_of(response)
        finally:
            await response.aclose()
        return failure_of(
            response.status_code,
            response.headers,
            body,
            label=self._label,
            hidden=self._hidden(call.sending),
            pictures=any(name is not None for _, (name, _, _) in call.sending.parts),
            now_us=self._clock.now_us(),
        )

    def _request(self, sending: Sending) -> Request:
        account = self._account
        url = URL(account.base_url + sending.path)
        if account.server.query:
            url = url.copy_merge_params(dict(account.server.query))
        headers = self._headers(sending)
        body = None if sending.json is None else body_with_pictures(sending.json)
        if body is not None:
            headers |= {"Content-Type": "application/json", "Content-Length": str(body.size_bytes)}
            return self._client.build_request(sending.method, url, headers=headers, content=body)
        return self._client.build_request(
            sending.method, url, headers=headers, json=sending.json, files=list(sending.parts) or None
        )

    def _headers(self, sending: Sending) -> dict[str, str]:
        account, key = self._account, self._account.api_key.get_secret_value()
        # Compressing base64 saves little, and undoing it would hold up everybody else's pictures.
        headers = {"Accept": sending.accept, "Accept-Encoding": "identity"}
        match account.server.auth:
            case _ if not key:
                pass
            case Auth.BEARER:
                headers["Authorization"] = f"Bearer {key}"
            case Auth.API_KEY:
                headers["api-key"] = key
            case _:
                assert_never(account.server.auth)
        if account.organization:
            headers["OpenAI-Organization"] = account.organization
        if account.project:
            headers["OpenAI-Project"] = account.project
        return headers

    def _why(self, call: _Call, error: HTTPError) -> str:
        """A network error for the operator. The libraries' texts may quote what was sent or received."""
        return one_line(f"{type(error).__name__} {error}", self._hidden(call.sending))

    def _hidden(self, sending: Sending) -> tuple[str, ...]:
        return (self._account.api_key.get_secret_value(), *_words(sending))

    def _without_secrets(self, note: str, sending: Sending) -> str:
        for secret in filter(None, self._hidden(sending)):
            note = note.replace(secret, HIDDEN)
        return note


@dataclass(slots=True)
class _Call:
    """A sending on its way."""

    sending: Sending
    lane: Lane
    breaker: Breaker
    failure: ProviderError | None = None  # the connection's own, not one of whoever reads the body

    def failed(self, failure: ProviderError) -> ProviderError:
        self.failure = failure
        return failure


def _may_be_sent_again(response: Response) -> bool:
    """Turned away at the door, and not told to stay away (`x-should-retry`, as openai-python obeys it)."""
    return response.status_code in _TURNED_AWAY and response.headers.get("x-should-retry", "").lower() != "false"


async def _start_of(response: Response) -> bytes:
    """The first 64 KB of an error's body, or as much of it as comes. A compressed one was not asked for: not read."""
    body = bytearray()
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        return b""
    try:
        async with asyncio.timeout(ERROR_BODY_SECONDS):
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) >= BODY_BYTES_MAX:
                    break
    except (HTTPError, TimeoutError):  # the status alone says enough
        pass
    return bytes(body[:BODY_BYTES_MAX])


def _words(sending: Sending) -> Iterator[str]:
    """People's words in a request, wherever the three APIs have them."""
    for name, (_, content, _) in sending.parts:
        if name in _PROMPTS and isinstance(content, str):
            yield from _long_enough(content)
    for name in _PROMPTS:
        yield from _texts((sending.json or {}).get(name))


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield from _long_enough(value)
        case list() | tuple():
            for one in value:
                yield from _texts(one)
        case Mapping():
            for name in ("text", "content"):
                yield from _texts(value.get(name))
        case _:
            return


def _long_enough(text: str) -> Iterator[str]:
    """A short wish ("size") stands in servers' messages by chance."""
    if len(text) >= WORDS_CHARACTERS_MIN:
        yield text
