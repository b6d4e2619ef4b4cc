"""A studio that thinks, and whom it asks: `from support_thinking import thinking_room as thinking_room`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from emulators.image_api.server import FakeImageApi
from pydantic import SecretStr

from core.blobs.files import FileBlobs
from core.errors import ProviderError
from core.model import JobId, Quality, Size, StageName
from core.ports import (
    EditOrder,
    GenerateOrder,
    ProviderEvent,
    Stage,
    ThinkingBudget,
)
from core.pricing import Price, PriceTable
from core.providers.openai.account import Account
from core.providers.openai.breaker import Breakers
from core.providers.openai.connection import Connection
from core.providers.openai.pacing import Pacing
from core.providers.openai.thinking import Thinking
from core.providers.profiles import server_of

THINKER, PAINTER = "gpt-5.5", "gpt-image-2"
BUDGET = ThinkingBudget(THINKER, tool_calls_max=4, text_in_tokens_max=60_000, text_out_tokens_max=8_000)
DAY = date(2026, 11, 23)
PRICES = PriceTable(
    (
        Price(
            "openai",
            THINKER,
            "test",
            DAY,
            thinks=True,
            text_in=2_000,
            text_in_cached=500,
            text_out=12_000,
            search=10_000_000,
        ),
        Price("openai", "", "test", DAY, text_in=1, text_out=1),  # drawing models that no row knows
        Price("openai", "", "test", DAY, thinks=True, text_in=20_000, text_out=120_000, search=10_000_000),
        Price("openai", PAINTER, "test", DAY, text_in=5_000, image_in=8_000, image_out=30_000),
    )
)
WISH = GenerateOrder(
    job=JobId("0" * 32),
    model=PAINTER,
    text="a kite over the harbour",
    size=Size(1024, 1024),
    quality=Quality.LOW,
    safety_identifier="c" * 64,
)


class QuickClock:
    """Time that passes as soon as somebody waits for it."""

    def __init__(self) -> None:
        self._now_us = 1_795_000_000_000_000
        self.slept: list[float] = []

    def now_us(self) -> int:
        return self._now_us

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._now_us += int(seconds * 1_000_000)
        await asyncio.sleep(0)


@dataclass
class Room:
    """A studio that thinks, and the server that it asks."""

    api: FakeImageApi
    account: Account
    clock: QuickClock
    blobs: FileBlobs
    connection: Connection

    def thinking(self, **changes: Any) -> Thinking:
        return Thinking(replace(self.account, **changes), self.connection, self.clock, prices=PRICES)

    async def told(self, order: GenerateOrder | EditOrder) -> list[ProviderEvent]:
        return [event async for event in self.thinking().draw(order, self.blobs)]

    def looks(self) -> int:
        return sum(each.method == "GET" for each in self.api.requests)


@pytest.fixture(name="room")
async def thinking_room(tmp_path: Path) -> AsyncIterator[Room]:
    """OpenAI's own persona, listening, and an account there that may think."""
    api = await FakeImageApi.start()
    account = Account(
        base_url=api.base_url,
        api_key=SecretStr(api.key),
        server=server_of("", "openai"),
        model=PAINTER,
        thinking_model=THINKER,
        thinking=BUDGET,
    )
    clock = QuickClock()
    connection = Connection(account, clock, Pacing(clock), Breakers(clock))
    try:
        yield Room(api, account, clock, FileBlobs(tmp_path / "blobs"), connection)
    finally:
        await connection.aclose()
        await api.aclose()


def of(kind: type[Any], events: Sequence[ProviderEvent]) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


def stages(events: Sequence[ProviderEvent]) -> list[StageName]:
    return [event.name for event in of(Stage, events)]


def stored(blobs: FileBlobs) -> list[Path]:
    return [path for path in blobs._folder.rglob("*") if path.is_file()]


async def failure(room: Room, order: GenerateOrder | EditOrder = WISH) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        await room.told(order)
    assert stored(room.blobs) == []
    return caught.value
