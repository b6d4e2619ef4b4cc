"""What the REST handlers share: a visit, its rights, and how an answer is written."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from emulators.discord_api.host import Host
from emulators.discord_api.refusals import Refusal, form
from emulators.discord_api.uploads import Body
from emulators.discord_api.values import Permission
from emulators.discord_api.world import Channel, Message


@dataclass
class Visit:
    """One request, read."""

    host: Host
    request: web.Request
    body: Body

    def number(self, name: str) -> int:
        """A snowflake of the path."""
        raw = self.request.match_info[name]
        if not raw.isdigit():
            raise form(name, "NUMBER_TYPE_COERCE", f'Value "{raw}" is not snowflake.')
        return int(raw)

    def channel(self, *needed: Permission) -> Channel:
        """The channel of the path. Raises 10003 (never was), 50001 (not for the application), 50013."""
        channel = self.host.world.channels.get(self.number("channel"))
        if channel is None or channel.deleted:
            raise Refusal(10003)
        if not self.host.sees(channel):
            raise Refusal(50001)
        may = channel.permissions(self.host.app.id)
        for permission in needed:
            if not may & permission:
                raise Refusal(50013)
        return channel

    def message(self, channel: Channel) -> Message:
        """The message of the path. Raises 10008."""
        found = channel.history.get(self.number("message"))
        if found is None or found.deleted or found.ephemeral:
            raise Refusal(10008)
        return found


Answer = dict[str, Any] | list[Any] | None
Handler = Callable[[Visit], Awaitable[Answer]]


@dataclass(frozen=True)
class Route:
    """A method, a path below the API's root, and whether the bot's token is needed."""

    method: str
    path: str
    handler: Handler
    token: bool = True


def written(answer: Answer, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """JSON with the exact content type that discord.py looks for; nothing at all as 204."""
    if answer is None:
        return web.Response(status=204, headers=headers)
    text = json.dumps(answer).encode()
    return web.Response(body=text, status=status, headers={"Content-Type": "application/json"} | (headers or {}))
