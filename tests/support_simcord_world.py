"""What Easel is given in SimCord's world instead of a network: a clock, files, answers; and how messages are read."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, cast

import aiohttp
import discord
import simcord
from simcord.http import FakeWebhookAdapter
from simcord.results import ResponseMessage

from bots.discord.rest import Rest

CDN_HOST = "cdn.simcord.invalid"


@dataclass(frozen=True, slots=True)
class SimClock:
    """Discord's virtual time, which goes on as the machine's does while the test leaves it alone."""

    env: simcord.Env
    began: float = field(default_factory=time.perf_counter)

    def now_us(self) -> int:
        return int((self.env.now().timestamp() + time.perf_counter() - self.began) * 1_000_000)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


@dataclass(slots=True)
class _File:
    """One of SimCord's files, as aiohttp would hand it over."""

    data: bytes | None

    @property
    def status(self) -> int:
        return 404 if self.data is None else 200

    @property
    def content_length(self) -> int:
        return len(self.data or b"")

    @property
    def content(self) -> _File:
        return self

    async def iter_chunked(self, size: int) -> AsyncIterator[bytes]:
        data = self.data or b""
        for start in range(0, len(data), size):
            yield data[start : start + size]

    async def __aenter__(self) -> _File:
        return self

    async def __aexit__(self, *_: object) -> None:
        return None


@dataclass(frozen=True, slots=True)
class _Session:
    """What is asked of an `aiohttp.ClientSession`: files."""

    env: simcord.Env

    def get(self, url: object, **_: object) -> _File:
        return _File(self.env.backend.cdn.get(str(url)))


class SimRest(Rest):
    """Easel's requests, answered by SimCord."""

    def __init__(self, env: simcord.Env, *, content: bool) -> None:
        super().__init__(cast("aiohttp.ClientSession", _Session(env)), file_hosts=frozenset({CDN_HOST}))
        self._webhooks = FakeWebhookAdapter(env.backend, message_content_access=content)  # type: ignore[assignment]


# --- what people see -------------------------------------------------------------------------------------------------


def labels(components: list[dict[str, Any]]) -> list[str]:
    """Of the buttons, in their order."""
    return [each.get("label", "") for row in components for each in row.get("components", ())]


def custom_ids(components: list[dict[str, Any]]) -> list[str]:
    """Of everything that can be pressed or chosen from."""
    return [each.get("custom_id", "") for row in components for each in row.get("components", ())]


def image_of(message: ResponseMessage | discord.Message) -> str:
    """The picture under its buttons."""
    return custom_ids(raw(message))[0].rsplit(":", 1)[1]


def raw(message: ResponseMessage | discord.Message) -> list[dict[str, Any]]:
    """The components as they were sent."""
    if isinstance(message, ResponseMessage):
        return message.components
    return [dict(each.to_dict()) for each in message.components]


def is_working(components: list[dict[str, Any]]) -> bool:
    """Whether the message still says that Easel is at work."""
    return labels(components) == ["Cancel"]
