"""What Slack tells the app: each envelope, each attempt to deliver it, and whether it was acknowledged in time."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlencode

import aiohttp
from emulators.slack_api.values import ACK_SECONDS, RETRY_SECONDS, Sort

if TYPE_CHECKING:
    from emulators.slack_api.world import Bell, Clock

Payload = dict[str, Any]


@dataclass
class Attempt:
    """One try. `via` is the socket's id or "http"."""

    number: int
    via: str
    acknowledged: bool = False
    ms: int | None = None
    reason: str = ""  # why it failed: http_timeout, http_error, no_connection, connection_lost
    status: int = 0  # over HTTP
    final: bool = False  # the app said x-slack-no-retry
    answer: Any = None


@dataclass(eq=False)
class Delivery:
    """An envelope and what became of it."""

    sort: Sort
    payload: Payload
    attempts: list[Attempt] = field(default_factory=list)
    settled: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def type(self) -> str:
        """The event's type, the interaction's, or the command."""
        if self.sort == "events_api":
            return str(self.payload["event"]["type"])
        return str(self.payload.get("type") or self.payload["command"])

    @property
    def acknowledged(self) -> bool:
        """Whether any attempt was."""
        return any(each.acknowledged for each in self.attempts)

    @property
    def ms(self) -> int | None:
        """How long the acknowledgement took."""
        return next((each.ms for each in self.attempts if each.acknowledged), None)

    @property
    def answer(self) -> Any:
        """What the acknowledgement carried: a dict, a string, or None."""
        return next((each.answer for each in self.attempts if each.acknowledged), None)

    def __repr__(self) -> str:
        return f"<{self.sort} {self.type} {self.attempts}>"


class Transport(Protocol):
    """A way to the app."""

    async def attempt(self, delivery: Delivery, number: int, reason: str) -> Attempt:
        """Deliver once; wait for the acknowledgement as long as Slack does."""


class Postman:
    """Delivers, and delivers events again when they were not acknowledged."""

    def __init__(self, transport: Transport, bell: Bell) -> None:
        self.transport, self._bell = transport, bell
        self.retry_seconds: tuple[float, ...] = RETRY_SECONDS
        self.deliveries: list[Delivery] = []
        self._tasks: set[asyncio.Task[None]] = set()

    def send(self, sort: Sort, payload: Payload) -> Delivery:
        """On its way; `settled` is set when it was acknowledged or given up."""
        delivery = Delivery(sort, payload)
        self.deliveries.append(delivery)
        task = asyncio.create_task(self._deliver(delivery))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return delivery

    async def _deliver(self, delivery: Delivery) -> None:
        reason = ""
        waits = (0.0, *self.retry_seconds) if delivery.sort == "events_api" else (0.0,)
        for number, wait in enumerate(waits):
            await asyncio.sleep(wait)
            attempt = await self.transport.attempt(delivery, number, reason)
            delivery.attempts.append(attempt)
            self._bell.ring()
            if attempt.acknowledged or attempt.final:
                break
            reason = attempt.reason
        delivery.settled.set()
        self._bell.ring()

    async def again(self, delivery: Delivery) -> Attempt:
        """The same once more, as Slack does when an acknowledgement got lost on its way."""
        attempt = await self.transport.attempt(delivery, len(delivery.attempts), "http_timeout")
        delivery.attempts.append(attempt)
        return attempt

    async def aclose(self) -> None:
        """Nothing more is delivered."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def signed(body: bytes, secret: str, stamp: int) -> dict[str, str]:
    """The headers by which an app knows that Slack is speaking."""
    signature = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {
        "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        "X-Slack-Request-Timestamp": str(stamp),
        "X-Slack-Signature": f"v0={signature}",
    }


class Signed:
    """The app's own server: signed requests, form-encoded for commands and interactions, JSON for events."""

    def __init__(self, url: str, secret: str, clock: Clock) -> None:
        self.url, self._secret, self._clock = url, secret, clock
        self.ack_seconds = ACK_SECONDS
        self._session = aiohttp.ClientSession()

    def headers(self, body: bytes, sort: Sort) -> dict[str, str]:
        """Those of Slack's requests."""
        kind = "application/json" if sort == "events_api" else "application/x-www-form-urlencoded"
        return {"Content-Type": kind} | signed(body, self._secret, int(self._clock.now()))

    @staticmethod
    def body(delivery: Delivery) -> bytes:
        """What is posted."""
        if delivery.sort == "events_api":
            return json.dumps(delivery.payload).encode()
        if delivery.sort == "interactive":
            return urlencode({"payload": json.dumps(delivery.payload)}).encode()
        return urlencode({key: value for key, value in delivery.payload.items() if value is not None}).encode()

    async def attempt(self, delivery: Delivery, number: int, reason: str) -> Attempt:
        """One request."""
        body = self.body(delivery)
        headers = self.headers(body, delivery.sort)
        if number:
            headers |= {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": reason}
        attempt = Attempt(number, "http")
        began = asyncio.get_running_loop().time()
        try:
            async with (
                asyncio.timeout(self.ack_seconds),
                self._session.post(self.url, data=body, headers=headers, allow_redirects=False) as answer,
            ):
                raw = await answer.read()
                attempt.status = answer.status
                attempt.acknowledged = answer.status == 200
                attempt.final = answer.headers.get("X-Slack-No-Retry") == "1"
                attempt.reason = "" if attempt.acknowledged else "http_error"
                kind = answer.content_type
        except TimeoutError:
            attempt.reason = "http_timeout"
            return attempt
        except aiohttp.ClientError:
            attempt.reason = "connection_failed"
            return attempt
        attempt.ms = int((asyncio.get_running_loop().time() - began) * 1000)
        attempt.answer = json.loads(raw) if raw and kind == "application/json" else raw.decode() or None
        return attempt

    async def verify(self) -> None:
        """The challenge that Slack sends when somebody enters the address."""
        document = {"token": "verification", "challenge": "3eZbrw1aBm2rZgRNFdxV", "type": "url_verification"}
        body = json.dumps(document).encode()
        async with self._session.post(self.url, data=body, headers=self.headers(body, "events_api")) as answer:
            said = await answer.text()
        assert answer.status == 200, f"the address was not verified: {answer.status} {said}"
        assert document["challenge"] in said, f"the challenge did not come back: {said}"

    async def aclose(self) -> None:
        """Close."""
        await self._session.close()
