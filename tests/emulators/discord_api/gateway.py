"""The fake gateway: HELLO, IDENTIFY with its gate, RESUME with replay, heartbeats, shards, and who is told what."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web
from emulators.discord_api.sessions import (
    ACK,
    HEARTBEAT,
    HELLO,
    IDENTIFY,
    INVALID,
    MEMBERS,
    PRESENCE,
    RECONNECT,
    RESUME,
    Line,
    Session,
)
from emulators.discord_api.values import INTENTS_MAX, PRIVILEGED, Intent

HEARTBEAT_MS = 41_250
VOICE_STATE = 4


class Refused(Exception):
    """The line is closed with this code."""

    def __init__(self, code: int, reason: str) -> None:
        self.code, self.reason = code, reason


class Gateway:
    """All connections. `allowed` are the privileged intents that are switched on in the portal."""

    def __init__(
        self,
        token: Callable[[], str],
        welcome: Callable[[Session], tuple[dict[str, Any], list[Any]]],
        ring: Callable[[], None],
    ) -> None:
        self._token, self._welcome, self._ring = token, welcome, ring
        self.allowed = PRIVILEGED
        self.max_concurrency = 1
        self.identify_seconds = 0.0  # 5 for the real gate
        self.recommended_shards = 1
        self.heartbeat_ms = HEARTBEAT_MS
        self.acknowledges = True
        self.sessions: dict[str, Session] = {}
        self.identified: list[tuple[float, int]] = []
        self.rejected: list[tuple[float, int]] = []
        self.closed_with: list[int] = []
        self.connects = 0
        self.refuses_connects = 0  # so many connection attempts are answered 503
        self._lines: set[Line] = set()
        self._gates: dict[int, float] = {}

    @property
    def live(self) -> list[Session]:
        """Sessions with an open line."""
        return [each for each in self.sessions.values() if each.line is not None]

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One connection, from HELLO to its end."""
        self.connects += 1
        self._ring()
        if self.refuses_connects > 0:
            self.refuses_connects -= 1
            return web.Response(status=503, text="upstream connect error")
        socket = web.WebSocketResponse(max_msg_size=1 << 16, autoclose=True)
        await socket.prepare(request)
        line = Line(socket, compress=request.query.get("compress") == "zlib-stream")
        self._lines.add(line)
        session: Session | None = None
        try:
            if request.query.get("v") not in ("9", "10") or request.query.get("encoding", "json") != "json":
                raise Refused(4012, "Invalid API version")
            await line.send(HELLO, {"heartbeat_interval": self.heartbeat_ms, "_trace": ["fake"]})
            async for frame in socket:
                if frame.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                    continue
                session = await self._hear(line, session, frame.data)
        except Refused as refused:
            self.closed_with.append(refused.code)
            await socket.close(code=refused.code, message=refused.reason.encode())
        finally:
            self._lines.discard(line)
            self._hang_up(session, line, socket.close_code)
        return socket

    def _hang_up(self, session: Session | None, line: Line, code: int | None) -> None:
        self._ring()
        if session is not None and session.line is line:
            session.line = None
            if code in (1000, 1001) and not line.dismissed:  # a client that says goodbye ends its session
                self.sessions.pop(session.id, None)

    async def _hear(self, line: Line, session: Session | None, raw: str | bytes) -> Session | None:
        try:
            frame = json.loads(raw)
            op, data = frame["op"], frame.get("d")
        except (ValueError, KeyError, TypeError):
            raise Refused(4002, "Error while decoding payload.") from None
        match op:
            case 1:
                if self.acknowledges:
                    await line.send(ACK, None)
            case 2 if session is None:
                return await self._identify(line, data)
            case 6 if session is None:
                return await self._resume(line, data)
            case 2 | 6:
                raise Refused(4005, "Already authenticated.")
            case _ if session is None:
                raise Refused(4003, "Not authenticated.")
            case 3 | 4 | 8:
                assert op in (PRESENCE, VOICE_STATE, MEMBERS)
            case _:
                assert op not in (HEARTBEAT, IDENTIFY, RESUME)
                raise Refused(4001, "Unknown opcode.")
        return session

    async def _identify(self, line: Line, data: Any) -> Session | None:
        if not isinstance(data, dict) or data.get("token") != self._token():
            raise Refused(4004, "Authentication failed.")
        shard = tuple(data.get("shard") or (0, 1))
        if len(shard) != 2 or not 0 <= shard[0] < shard[1]:
            raise Refused(4010, "Invalid shard.")
        intents = data.get("intents")
        if not isinstance(intents, int) or not 0 <= intents <= INTENTS_MAX:
            raise Refused(4013, "Invalid intent(s).")
        if Intent(intents) & PRIVILEGED & ~self.allowed:
            raise Refused(4014, "Disallowed intent(s).")
        now, bucket = time.monotonic(), shard[0] % self.max_concurrency
        if now < self._gates.get(bucket, 0.0):
            self.rejected.append((now, shard[0]))
            await line.send(INVALID, False)
            return None
        self._gates[bucket] = now + self.identify_seconds
        self.identified.append((now, shard[0]))
        session = Session(Intent(intents), (shard[0], shard[1]), line)
        ready, guilds = self._welcome(session)
        await session.tell("READY", ready)
        self.sessions[session.id] = session
        for each in guilds:
            await session.tell("GUILD_CREATE", each)
        self._ring()
        return session

    async def _resume(self, line: Line, data: Any) -> Session | None:
        if not isinstance(data, dict) or data.get("token") != self._token():
            raise Refused(4004, "Authentication failed.")
        session = self.sessions.get(str(data.get("session_id")))
        if session is None or not session.resumable:
            await line.send(INVALID, False)
            return None
        if not isinstance(data.get("seq"), int) or data["seq"] > session.sequence:
            raise Refused(4007, "Invalid seq.")
        await session.replay(line, data["seq"])
        self._ring()
        return session

    async def dispatch(
        self, event: str, guild_id: int | None, intent: Intent, render: Callable[[Session], Any]
    ) -> None:
        """Tell every session of the shard that asked for this kind of event; `render` sees whom it is for."""
        for session in list(self.sessions.values()):
            if session.wants(guild_id) and (not intent or session.intents & intent):
                await session.tell(event, render(session))

    async def drop(self, *, resumable: bool = True) -> None:
        """Cut all lines, as a bad network does. Not resumable: RESUME is answered with INVALID_SESSION."""
        for session in self.sessions.values():
            session.resumable, session.line = resumable, None
        for line in list(self._lines):
            transport = line.socket._req.transport if line.socket._req is not None else None
            if transport is not None:
                transport.abort()
        await asyncio.sleep(0)

    async def reconnect(self) -> None:
        """Ask everybody to come again (opcode 7)."""
        for session in self.live:
            assert session.line is not None
            await session.line.send(RECONNECT, None)

    async def invalidate(self, *, resumable: bool = False) -> None:
        """Opcode 9."""
        for session in self.live:
            assert session.line is not None
            session.resumable = resumable
            await session.line.send(INVALID, resumable)

    async def close(self, code: int, reason: str = "") -> None:
        """Close all lines with this code."""
        for line in list(self._lines):
            line.dismissed = True
            await line.socket.close(code=code, message=reason.encode())

    async def aclose(self) -> None:
        """The end."""
        for line in list(self._lines):
            with suppress(ConnectionError):
                await line.socket.close(code=WSCloseCode.GOING_AWAY)
