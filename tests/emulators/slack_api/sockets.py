"""Socket Mode: tickets, connections, envelopes to exactly one of them, acknowledgements, refreshes."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web
from emulators.slack_api.deliveries import Attempt, Delivery
from emulators.slack_api.refusals import Refusal, require
from emulators.slack_api.values import ACK_SECONDS, SOCKETS

if TYPE_CHECKING:
    from emulators.slack_api.world import Bell


class Socket:
    """One connection of the app."""

    def __init__(self, number: int, ws: web.WebSocketResponse, transport: asyncio.Transport | None) -> None:
        self.id = f"socket-{number}"
        self.ws, self.transport = ws, transport
        self.gone = asyncio.Event()
        self.waiting: dict[str, asyncio.Future[Any]] = {}
        self.carried: list[Delivery] = []
        self.retiring = False

    def heard(self, document: dict[str, Any]) -> None:
        """An acknowledgement, or something that is none."""
        future = self.waiting.pop(str(document.get("envelope_id")), None)
        if future is not None and not future.done():
            future.set_result(document.get("payload"))


class Sockets:
    """All connections of the app."""

    def __init__(self, app_id: str, host: Callable[[], str], bell: Bell) -> None:
        self._app_id, self._host, self._bell = app_id, host, bell
        self.ack_seconds = ACK_SECONDS
        self.open: list[Socket] = []
        self.refused = False
        self.opened = 0
        self.heard: list[dict[str, Any]] = []  # everything that the app sent
        self._tickets: set[str] = set()
        self._turn = 0

    def ticket(self) -> str:
        """The address of apps.connections.open; each opens one connection."""
        require(len(self.open) < SOCKETS, "too_many_websockets")
        if self.refused:
            raise Refusal("internal_error")
        ticket = uuid.uuid4().hex
        self._tickets.add(ticket)
        return f"ws://{self._host()}/link?ticket={ticket}&app_id={self._app_id}"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """GET /link."""
        ticket = request.query.get("ticket", "")
        if self.refused or ticket not in self._tickets:
            return web.Response(status=503 if self.refused else 403)
        self._tickets.discard(ticket)
        ws = web.WebSocketResponse()
        await ws.prepare(request)
        self.opened += 1
        socket = Socket(self.opened, ws, request.transport)
        self.open.append(socket)
        try:
            await ws.send_json(self._hello())
            self._bell.ring()
            await self._read(socket)
        except ConnectionError:
            pass
        finally:
            self.open.remove(socket)
            socket.gone.set()
            self._bell.ring()
        return ws

    def _hello(self) -> dict[str, Any]:
        debug = {"host": "applink", "build_number": 1, "approximate_connection_time": 18060}
        return {
            "type": "hello",
            "num_connections": len(self.open),
            "debug_info": debug,
            "connection_info": {"app_id": self._app_id},
        }

    async def _read(self, socket: Socket) -> None:
        async for message in socket.ws:
            if message.type is WSMsgType.TEXT and message.data.startswith("{"):
                document = json.loads(message.data)
                self.heard.append(document)
                socket.heard(document)
                self._bell.ring()

    def _pick(self) -> Socket | None:
        ready = [each for each in self.open if not each.retiring and not each.ws.closed]
        if not ready:
            return None
        self._turn += 1
        return ready[self._turn % len(ready)]

    async def attempt(self, delivery: Delivery, number: int, reason: str) -> Attempt:
        """To one of the connections, whichever."""
        socket = self._pick()
        if socket is None:
            return Attempt(number, "", reason="no_connection")
        envelope: dict[str, Any] = {
            "envelope_id": str(uuid.uuid4()),
            "payload": delivery.payload,
            "type": delivery.sort,
            "accepts_response_payload": delivery.sort != "events_api",
        }
        if delivery.sort == "events_api":
            envelope |= {"retry_attempt": number, "retry_reason": reason}
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        socket.waiting[envelope["envelope_id"]] = future
        socket.carried.append(delivery)
        attempt = Attempt(number, socket.id)
        began = loop.time()
        gone = asyncio.create_task(socket.gone.wait())
        try:
            await socket.ws.send_json(envelope)
            await asyncio.wait({future, gone}, timeout=self.ack_seconds, return_when=asyncio.FIRST_COMPLETED)
        except ConnectionError:
            attempt.reason = "connection_lost"
            return attempt
        finally:
            gone.cancel()
            socket.waiting.pop(envelope["envelope_id"], None)
        if future.done():
            attempt.acknowledged, attempt.answer = True, future.result() or None
            attempt.ms = int((loop.time() - began) * 1000)
        else:
            attempt.reason = "connection_lost" if socket.gone.is_set() else "http_timeout"
        return attempt

    async def cut(self) -> None:
        """The network goes: no goodbye."""
        for socket in list(self.open):
            if socket.transport is not None:
                socket.transport.abort()
            await asyncio.wait_for(socket.gone.wait(), 5)

    async def refresh(self, reason: str = "refresh_requested") -> None:
        """Slack asks for a new connection, and closes the old ones a moment later."""
        for socket in list(self.open):
            socket.retiring = True
            await socket.ws.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "applink"}})

    async def aclose(self) -> None:
        """Close all."""
        for socket in list(self.open):
            await socket.ws.close()
