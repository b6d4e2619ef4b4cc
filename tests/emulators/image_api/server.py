"""A fake image API on a real loopback socket: strict about what it is sent, exact about what it answers.

Tests start one with `FakeImageApi.start()`, point a client at `base_url` with `key`, and look at `requests`. What goes
wrong is ordered with `fault(...)`. It draws real pictures and counts real tokens.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import deque
from contextlib import suppress
from functools import partial
from typing import Any, Self

from aiohttp import web
from emulators.image_api import faults
from emulators.image_api.answers import Answer, Cut, Visit, document
from emulators.image_api.faults import Fault
from emulators.image_api.personas.base import Handler
from emulators.image_api.personas.table import PERSONAS
from emulators.image_api.pictures import Artist, plate
from emulators.image_api.recorded import Recorded, read_json, read_multipart
from emulators.image_api.refusals import Refusal
from emulators.image_api.script import Script
from emulators.image_api.studio import Studio

BODY_BYTES_MAX = 1_000_000_000
CHUNK_BYTES = 1 << 18
HEARTBEAT_SECONDS = 0.05


class FakeImageApi:
    """One server. What may be set: `delay_seconds`, `chunk_bytes`, `pause_seconds`, `script`, `parameter`.

    `parameter` is the one that `Fault.UNKNOWN_PARAMETER` names.
    """

    def __init__(self, persona: str, artist: Artist) -> None:
        self.key = f"sk-fake-{secrets.token_hex(12)}"
        self.other_keys: set[str] = set()  # of accounts besides that one
        self.keeps_requests = True
        self.requests: list[Recorded] = []
        self.delay_seconds = 0.0
        self.chunk_bytes = CHUNK_BYTES
        self.parameter = "moderation"
        self.studio = Studio(artist)
        self.persona = PERSONAS[persona](self.studio)
        self._faults: deque[Fault] = deque()
        self._closing = asyncio.Event()
        self._runner: web.AppRunner | None = None

    @classmethod
    async def start(
        cls,
        *,
        persona: str = "openai",
        port: int = 0,
        artist: Artist = plate,
        delay_seconds: float = 0.0,
        chunk_bytes: int = CHUNK_BYTES,
        key: str = "",
        keeps_requests: bool = True,
    ) -> Self:
        """Listen. Port 0 takes a free one; without a key one is made. `keeps_requests=False` for long runs."""
        self = cls(persona, artist)
        self.key = key or self.key
        self.delay_seconds, self.chunk_bytes, self.keeps_requests = delay_seconds, chunk_bytes, keeps_requests
        app = web.Application(client_max_size=BODY_BYTES_MAX)
        for route in self.persona.routes():
            app.router.add_route(route.method, self.persona.prefix + route.path, partial(self._serve, route.handler))
        app.router.add_get("/files/{name}", partial(self._serve, self._file))
        app.router.add_route("*", "/{tail:.*}", partial(self._serve, _nowhere))
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        self.studio.origin = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    @property
    def base_url(self) -> str:
        """What a client is pointed at."""
        return self.studio.origin + self.persona.prefix

    @property
    def posts(self) -> int:
        """How many requests arrived that the real API would bill."""
        return sum(each.method == "POST" and _may_fault(each.path) for each in self.requests)

    @property
    def pause_seconds(self) -> float:
        """Silence before each event of a stream but the first."""
        return self.studio.pause_seconds

    @pause_seconds.setter
    def pause_seconds(self, seconds: float) -> None:
        self.studio.pause_seconds = seconds

    @property
    def script(self) -> Script:
        """What the next response does, step by step."""
        return self.studio.script

    @script.setter
    def script(self, script: Script) -> None:
        self.studio.script = script

    def fault(self, *ordered: Fault) -> None:
        """Each is used up by one request to an image or responses route, in order; polls of a response included."""
        self._faults.extend(ordered)

    async def aclose(self) -> None:
        """Stop listening; what hangs is cut."""
        self._closing.set()
        await self.persona.aclose()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _serve(self, handler: Handler, request: web.Request) -> web.StreamResponse:
        recorded = await _recorded(request)
        if self.keeps_requests:
            self.requests.append(recorded)
        fault = self._faults.popleft() if self._faults and _may_fault(recorded.path) else Fault.PASS
        request_id = f"req_{secrets.token_hex(16)}"
        if fault is Fault.HANG:
            await self._closing.wait()
        if fault in (Fault.HANG, Fault.DROP):
            return _dropped(request)
        if fault is Fault.HEARTBEATS:
            return await self._beat(request, recorded)
        if self.delay_seconds:
            await asyncio.sleep(self.delay_seconds)
        params = dict(request.match_info)
        visit = Visit(recorded=recorded, params=params, fault=fault, request_id=request_id)
        return await self._write(request, await self._answer(handler, visit), visit)

    async def _answer(self, handler: Handler, visit: Visit) -> Answer:
        if visit.fault not in faults.SPOILS_ANSWER:
            return self._failed(visit)
        try:
            if not visit.recorded.path.startswith("/files/"):
                given = key_of(visit.recorded)
                self.persona.check_key(visit.recorded, given if given in self.other_keys else self.key)
            if visit.recorded.unreadable is not None:
                raise visit.recorded.unreadable
            return await handler(visit)
        except Refusal as refusal:
            return self.persona.refused(refusal)

    def _failed(self, visit: Visit) -> Answer:
        fault = visit.fault
        if (page := faults.page(fault)) is not None:
            return Answer(status=page[0], media_type="text/html", pieces=[page[1].encode()])
        if (raw := faults.raw(fault)) is not None:
            return Answer(status=raw[0], media_type="text/plain") if raw[1] is None else document(raw[1], raw[0])
        refusal = faults.refusal(fault, visit.request_id, _model(visit.recorded), self.parameter)
        return self.persona.refused(refusal)

    async def _write(self, request: web.Request, answer: Answer, visit: Visit) -> web.StreamResponse:
        recorded = visit.recorded
        response = web.StreamResponse(status=answer.status, headers=answer.headers)
        response.content_type = answer.media_type
        response.headers["x-request-id"] = visit.request_id
        response.headers["openai-processing-ms"] = str(round((time.perf_counter() - recorded.began_at) * 1000))
        length = sum(map(len, answer.pieces))
        half = visit.fault is Fault.HALF_BODY
        if answer.stream is None:
            response.content_length = length
        try:
            await response.prepare(request)
            if answer.stream is None:
                await self._pieces(response, answer.pieces, length // 2 if half else None)
            else:
                async for piece in answer.stream:
                    await self._pieces(response, [piece])
            if half:
                return _dropped(request, response)
            recorded.finished_at, recorded.status = time.perf_counter(), answer.status
            await response.write_eof()
        except Cut:
            return _dropped(request, response)
        except ConnectionError:
            pass  # the client has hung up; that is its right, and tests look at what it sent before
        return response

    async def _beat(self, request: web.Request, recorded: Recorded) -> web.StreamResponse:
        """What keeps a dead answer alive for a client that only waits for the next byte (chatgpt2api 367)."""
        response = web.StreamResponse()
        streamed = _asked(recorded, "stream") in (True, "true")
        response.content_type = "text/event-stream" if streamed else "application/json"
        with suppress(ConnectionError):
            await response.prepare(request)
            while not self._closing.is_set():
                await response.write(b": heartbeat\n\n" if streamed else b" ")
                await asyncio.sleep(HEARTBEAT_SECONDS)
        return _dropped(request, response)

    async def _pieces(self, response: web.StreamResponse, pieces: list[bytes], most: int | None = None) -> None:
        for piece in pieces:
            view = memoryview(piece)
            for at in range(0, len(view), self.chunk_bytes):
                chunk = view[at : at + self.chunk_bytes]
                if most is not None:
                    chunk, most = chunk[:most], max(0, most - len(chunk))
                if len(chunk):
                    await response.write(chunk)

    async def _file(self, visit: Visit) -> Answer:
        media_type, data = self.studio.files.get(visit.params["name"], ("text/plain", b""))
        return Answer(status=200 if data else 404, media_type=media_type, pieces=[data])


def key_of(recorded: Recorded) -> str:
    """Which key a request came with."""
    return recorded.headers.get("authorization", "").removeprefix("Bearer ")


async def _nowhere(visit: Visit) -> Answer:
    """A route that is not there: 404 without a body, as at the real API's edge (variations, since dall-e is gone)."""
    return Answer(status=404, media_type="text/plain")


async def _recorded(request: web.Request) -> Recorded:
    headers = {name.lower(): value for name, value in request.headers.items()}
    body = await request.read()
    recorded = Recorded(method=request.method, path=request.path, query=dict(request.query), headers=headers, body=body)
    content_type = headers.get("content-type", "")
    try:
        if content_type.startswith("multipart/form-data"):
            recorded.parts = read_multipart(content_type, body)
        elif content_type.startswith("application/json") and body:
            recorded.json = read_json(body)
    except Refusal as refusal:
        recorded.unreadable = refusal
    return recorded


def _asked(recorded: Recorded, name: str) -> Any:
    return (recorded.json if isinstance(recorded.json, dict) else recorded.fields()).get(name)


def _model(recorded: Recorded) -> str:
    model = _asked(recorded, "model")
    return model if isinstance(model, str) else ""


def _may_fault(path: str) -> bool:
    return "/images" in path or "/responses" in path


def _dropped(request: web.Request, response: web.StreamResponse | None = None) -> web.StreamResponse:
    """Close the connection where it stands."""
    if request.transport is not None:
        request.transport.close()
    return response if response is not None else web.Response()
