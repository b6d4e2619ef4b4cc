"""A real client of an image API, pointed at the fake one: `async with drawing_with(api) as provider`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from emulators.image_api.server import FakeImageApi
from pydantic import SecretStr

from core.clock import SystemClock
from core.model import JobId, Size
from core.ports import Drawn, EditOrder, GenerateOrder, Preview, ProviderEvent, SourceImage, Stage, Usage
from core.providers.openai.account import Account
from core.providers.openai.breaker import Breakers
from core.providers.openai.connection import Connection
from core.providers.openai.images import Images
from core.providers.openai.pacing import Pacing
from core.providers.openai.provider import OpenAI
from core.providers.profiles import server_of

MODEL = "gpt-image-2"
SQUARE = Size(1024, 1024)


def account_at(base_url: str, key: str, server: str = "openai", **changes: object) -> Account:
    """An account with this kind of server."""
    account = Account(
        base_url=base_url,
        api_key=SecretStr(key),
        server=server_of(base_url, server),
        model=MODEL,
        previews=2,
        read_seconds=20.0,
    )
    return replace(account, **changes)  # type: ignore[arg-type]  # each test names fields of the account


class Hurried(SystemClock):
    """Time that is skipped instead of waited for."""

    def __init__(self) -> None:
        super().__init__()
        self._skipped_us = 0

    def now_us(self) -> int:
        """Later than it is."""
        return super().now_us() + self._skipped_us

    async def sleep(self, seconds: float) -> None:
        """Only others have their turn."""
        self._skipped_us += round(seconds * 1_000_000)
        await asyncio.sleep(0)


@asynccontextmanager
async def drawing_at(account: Account) -> AsyncIterator[OpenAI]:
    """The provider as the composition root makes it, without thinking; it waits for no server's pace."""
    clock = Hurried()
    connection = Connection(account, clock, Pacing(clock), Breakers(clock))
    provider = OpenAI(account, connection, Images(account, connection), None)
    try:
        yield provider
    finally:
        await provider.aclose()


@asynccontextmanager
async def drawing_with(api: FakeImageApi, server: str = "openai", **changes: object) -> AsyncIterator[OpenAI]:
    """The provider of an account at the fake image API."""
    async with drawing_at(account_at(api.base_url, api.key, server, **changes)) as provider:
        yield provider


def wish(**changes: object) -> GenerateOrder:
    """A picture from words."""
    order = GenerateOrder(job=JobId("0" * 32), model=MODEL, text="a fox and a boat by the sea", size=SQUARE)
    return replace(order, **changes)  # type: ignore[arg-type]  # each test names fields of the order


def change(source: SourceImage, **changes: object) -> EditOrder:
    """A picture from a picture."""
    order = EditOrder(job=JobId("1" * 32), model=MODEL, text="make it night", size=None, source=source)
    return replace(order, **changes)  # type: ignore[arg-type]  # each test names fields of the order


async def told(events: AsyncIterator[ProviderEvent]) -> list[ProviderEvent]:
    """All events."""
    return [event async for event in events]


def pictures(events: list[ProviderEvent]) -> list[Drawn]:
    """The pictures among them."""
    return [event for event in events if isinstance(event, Drawn)]


def previews(events: list[ProviderEvent]) -> list[Preview]:
    """The previews among them."""
    return [event for event in events if isinstance(event, Preview)]


def stages(events: list[ProviderEvent]) -> list[str]:
    """The names of the stages, in order."""
    return [event.name.value for event in events if isinstance(event, Stage)]


def usage(events: list[ProviderEvent]) -> Usage:
    """The last event."""
    last = events[-1]
    assert isinstance(last, Usage)
    return last
