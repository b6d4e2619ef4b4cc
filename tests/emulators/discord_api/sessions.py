"""One session of the gateway: what it asked for, what it was told, and what it would be told again after a drop."""

from __future__ import annotations

import asyncio
import json
import secrets
import zlib
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from emulators.discord_api.values import Intent

REPLAY_MAX = 2000
DISPATCH, HEARTBEAT, IDENTIFY, PRESENCE, RESUME, RECONNECT, MEMBERS, INVALID, HELLO, ACK = (
    0,
    1,
    2,
    3,
    6,
    7,
    8,
    9,
    10,
    11,
)


class Line:
    """A websocket, with its one deflate context when the client asked for zlib-stream."""

    def __init__(self, socket: web.WebSocketResponse, *, compress: bool) -> None:
        self.socket = socket
        self.dismissed = False  # closed by us: only a client's own goodbye ends its session
        self._deflate = zlib.compressobj() if compress else None

    async def send(self, op: int, data: Any, *, event: str | None = None, sequence: int | None = None) -> None:
        """Send one frame; a line that has gone is not an error, the session remembers."""
        text = json.dumps({"op": op, "d": data, "s": sequence, "t": event})
        try:
            if self._deflate is None:
                await self.socket.send_str(text)
            else:
                packed = self._deflate.compress(text.encode()) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
                await self.socket.send_bytes(packed)
        except (ConnectionError, RuntimeError):
            return


@dataclass(eq=False)
class Session:
    """A shard of a client that has identified."""

    intents: Intent
    shard: tuple[int, int]
    line: Line | None
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    sequence: int = 0
    told: deque[tuple[int, str, Any]] = field(default_factory=lambda: deque(maxlen=REPLAY_MAX))
    resumable: bool = True
    resumed: int = 0
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)  # what happens during a replay comes after it

    def wants(self, guild_id: int | None) -> bool:
        """Whether what happens in this guild is this shard's; direct messages are the first shard's."""
        number, count = self.shard
        return number == (0 if guild_id is None else (guild_id >> 22) % count)

    async def tell(self, event: str, data: Any) -> None:
        """A dispatch, kept for a later RESUME."""
        async with self._turn:
            self.sequence += 1
            self.told.append((self.sequence, event, data))
            if self.line is not None:
                await self.line.send(DISPATCH, data, event=event, sequence=self.sequence)

    async def replay(self, line: Line, since: int) -> None:
        """Everything after this number over a new line, then RESUMED."""
        async with self._turn:
            self.line = line
            for sequence, event, data in [each for each in self.told if each[0] > since]:
                await line.send(DISPATCH, data, event=event, sequence=sequence)
            self.resumed += 1
        await self.tell("RESUMED", {"_trace": ["fake"]})
