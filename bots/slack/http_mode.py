"""Slack over HTTP: signed requests, and the pages by which a workspace installs Easel. Mounted on Easel's web server.

What arrives here comes from anywhere. Before bolt sees it, it has the size, the headers and the signature of one of
Slack's requests, and has not been seen before (https://docs.slack.dev/authentication/verifying-requests-from-slack).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

import structlog
from aiohttp import hdrs, web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from bots.slack.event import Payload
from bots.slack.router import heard

EVENTS: Final = "/slack/events"
SKEW_SECONDS: Final = 300  # Slack's recommendation, on the page above
# A form of Slack's has 250 kB ("Modals"), and grows by up to nine times on its way: %E3%81%82 is one character.
BODY_BYTES_MAX: Final = 3 * 1024 * 1024
_SEEN_MAX: Final = 200_000  # signatures of five minutes at 600 requests a second
_SIGNATURE: Final = re.compile(r"v0=[0-9a-f]{64}", re.ASCII)
_FOR_BOLT: Final = (
    *("X-Slack-Request-Timestamp", "X-Slack-Signature", "X-Slack-Retry-Num", "X-Slack-Retry-Reason"),
    "User-Agent",
)
_TIMESTAMP: Final = re.compile(r"[0-9]{1,12}", re.ASCII)

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Refused:
    """Not one of Slack's requests."""

    status: int
    why: str


class Doorkeeper:
    """Which requests are Slack's, and new."""

    def __init__(self, signing_secret: str, now: Callable[[], float]) -> None:
        """`now`: seconds since 1970."""
        self._secret = signing_secret.encode()
        self._now = now
        self._seen: set[str] = set()
        self._order: deque[tuple[float, str]] = deque()  # when each came

    def checked(self, headers: Mapping[str, str], counts: Callable[[str], int], body: bytes) -> Refused | str:
        """The signature of a request that is Slack's, or why it is none. `counts`: how often a header is there."""
        for name in ("X-Slack-Request-Timestamp", "X-Slack-Signature"):
            if counts(name) != 1:
                return Refused(401, f"{name} is missing")
        said, signature = headers["X-Slack-Request-Timestamp"], headers["X-Slack-Signature"]
        if not _TIMESTAMP.fullmatch(said) or not _SIGNATURE.fullmatch(signature):
            return Refused(401, "a header is garbled")
        if abs(self._now() - int(said)) > SKEW_SECONDS:
            return Refused(401, "it is too old, or this machine's clock is wrong")
        wanted = hmac.new(self._secret, f"v0:{said}:".encode() + body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(f"v0={wanted}", signature):
            return Refused(401, "the signature is not Slack's")
        return signature

    def is_new(self, signature: str) -> bool:
        """Whether it was not seen before; from now on it has been. Slack signs a redelivery anew."""
        now = self._now()
        while self._order and (now - self._order[0][0] > 2 * SKEW_SECONDS or len(self._order) >= _SEEN_MAX):
            self._seen.discard(self._order.popleft()[1])
        if signature in self._seen:
            return False
        self._seen.add(signature)
        self._order.append((now, signature))
        return True

    def forget(self, signature: str) -> None:
        """It was not handled after all: it may come again."""
        self._seen.discard(signature)


class HttpMode:
    """The route that Slack sends everything to."""

    def __init__(self, app: AsyncApp, doorkeeper: Doorkeeper) -> None:
        self._app = app
        self._doorkeeper = doorkeeper
        self.is_open = False  # until Slack was reached once, and when Easel stops: Slack asks again, or asks another

    def mount(self, app: web.Application) -> None:
        """Add the route."""
        app.router.add_post(EVENTS, self.events)

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Events, commands, buttons and forms."""
        body = await _read(request)
        if isinstance(body, Refused):
            return _answer(body)
        headers = request.headers
        signature = self._doorkeeper.checked(headers, lambda name: len(headers.getall(name, ())), body)
        if isinstance(signature, Refused):
            return _answer(signature)
        asked = _read_as(request.content_type, body)
        if isinstance(asked, Refused):
            return _answer(asked)
        if not self.is_open:
            return web.Response(status=503, headers={hdrs.RETRY_AFTER: "5"})
        if not self._doorkeeper.is_new(signature):
            _log.info("slack_replayed")
            return web.Response()
        answered = False
        try:
            response = await heard(self._app, _for_bolt(asked, body, headers))
            answered = response.status < 500
            return await to_aiohttp_response(response)
        finally:
            if not answered:
                self._doorkeeper.forget(signature)


async def _read(request: web.Request) -> bytes | Refused:
    """The body, as long as it is no longer than any of Slack's."""
    if (request.content_length or 0) > BODY_BYTES_MAX:
        return Refused(413, "too large")
    found = bytearray()
    async for chunk in request.content.iter_any():
        found += chunk
        if len(found) > BODY_BYTES_MAX:
            return Refused(413, "too large")
    return bytes(found)


def _read_as(content_type: str, body: bytes) -> Payload | Refused:
    """What bolt is given: the JSON, or the fields of a form, or the JSON in a form's one field."""
    try:
        text = body.decode("utf-8")
        match content_type:
            case "application/json":
                found = json.loads(text)
            case "application/x-www-form-urlencoded":
                fields = dict(parse_qsl(text, keep_blank_values=True))
                found = json.loads(fields["payload"]) if "payload" in fields else fields
            case _:
                return Refused(415, "Slack sends JSON and forms")
    except (ValueError, RecursionError):
        return Refused(400, "it cannot be read")
    return found if isinstance(found, dict) and found else Refused(400, "it cannot be read")


def _for_bolt(asked: Payload, body: bytes, headers: Mapping[str, str]) -> AsyncBoltRequest:
    """Read already: bolt 1.30 takes any form with the letters "payload" in it for an interaction (`parse_body`), and a
    command that asks for a rocket's payload for an empty one. The body itself stays, for its check of the signature."""
    said: dict[str, str | Sequence[str]] = {name: headers[name] for name in _FOR_BOLT if name in headers}
    request = AsyncBoltRequest(body=json.dumps(asked), headers=said)
    request.raw_body = body.decode("utf-8")
    return request


def _answer(refused: Refused) -> web.Response:
    _log.warning("slack_request_refused", status=refused.status, why=refused.why)
    return web.json_response({"error": refused.why}, status=refused.status)
