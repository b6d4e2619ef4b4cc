"""What the tests of the connection to an image API share: accounts, requests, and ways to look at failures."""

from __future__ import annotations

import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from pydantic import SecretStr
from support_raw_server import Exchange
from support_store import NOON_US, SECOND_US, HandClock

from core.errors import ProviderError
from core.providers.openai.account import Account
from core.providers.openai.breaker import Breakers
from core.providers.openai.connection import Connection, Sending
from core.providers.openai.pacing import Pacing
from core.providers.profiles import server_of

CANARY = "hunter2hunter2canary"  # a key that does not look like one
PROMPT = "my very secret garden"
WISH = {"model": "gpt-image-2", "prompt": PROMPT, "size": "1024x1024", "quality": "low"}
DRAW = Sending(path="/images/generations", model="gpt-image-2", json=WISH, images=1)
POLL = Sending(path="/responses/resp_1", model="gpt-image-2", method="GET", repeatable=True)
CHECK = Sending(path="/moderations", model="omni-moderation-latest", json={"input": PROMPT}, repeatable=True)


def account_at(base_url: str, key: str = CANARY, server: str = "openai", **more: Any) -> Account:
    return Account(base_url, SecretStr(key), server_of("", server), "gpt-image-2", **more)


@asynccontextmanager
async def connected(account: Account, clock: HandClock | None = None) -> AsyncIterator[Connection]:
    clock = clock or HandClock()
    connection = Connection(account, clock, Pacing(clock), Breakers(clock))
    try:
        yield connection
    finally:
        await connection.aclose()


async def read(connection: Connection, sending: Sending = DRAW) -> bytes:
    async with connection.send(sending) as response:
        return await response.aread()


async def failure(connection: Connection, sending: Sending = DRAW) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        await read(connection, sending)
    return caught.value


def seconds(clock: HandClock) -> float:
    return (clock.at_us - NOON_US) / SECOND_US


def assert_hides(error: BaseException, *secrets: str) -> None:
    """No secret in anything that a log could print of an error, its causes and its notes included."""
    printed = [repr(error), str(error), getattr(error, "note", ""), *traceback.format_exception(error)]
    for secret in secrets:
        assert secret not in "".join(printed)


async def reads_and_hangs_up(exchange: Exchange) -> None:
    await exchange.body()


async def reads_and_resets(exchange: Exchange) -> None:
    await exchange.reader.read(1000)
    exchange.writer.transport.abort()


async def says_half_a_head(exchange: Exchange) -> None:
    await exchange.body()
    exchange.writer.write(b"HTTP/1.1 200 OK\r\nContent-")


async def says_nonsense(exchange: Exchange) -> None:
    await exchange.body()
    exchange.writer.write(b"\x00\x01\x02 what?\r\n\r\n")


async def hangs(exchange: Exchange) -> None:
    await exchange.gone()


async def says_half_a_chunked_body(exchange: Exchange) -> None:
    await exchange.body()
    exchange.writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n12345678")
