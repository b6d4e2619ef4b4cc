"""One request, sent once: on real sockets, with everything that goes wrong, counting what arrives at the server."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import replace
from typing import Any

import pytest
from emulators.image_api.faults import Fault
from emulators.image_api.server import FakeImageApi
from support_connection import (
    CANARY,
    DRAW,
    PROMPT,
    account_at,
    assert_hides,
    connected,
    failure,
    hangs,
    read,
    reads_and_hangs_up,
    reads_and_resets,
    says_half_a_chunked_body,
    says_half_a_head,
    says_nonsense,
    seconds,
)
from support_image_api import image_api  # noqa: F401 - a fixture
from support_raw_server import Exchange, answer, raw_server, says
from support_store import HandClock

from core.errors import (
    DrawingFailed,
    Moderated,
    OutcomeUnknown,
    ProviderBusy,
    ProviderError,
    ProviderUnavailable,
    ProviderUnusable,
)
from core.providers.openai.connection import Sending
from core.providers.openai.failures import NotThere, RefusedValue, UnknownParameter

# --- how many POSTs for every fault ----------------------------------------------------------------------------------

FAULTS: list[tuple[Fault, int, type[ProviderError] | None]] = [
    (Fault.MODERATION_INPUT, 1, Moderated),
    (Fault.MODERATION_OUTPUT, 1, Moderated),
    (Fault.CONTENT_POLICY, 1, Moderated),
    (Fault.AZURE_FILTER, 1, Moderated),
    (Fault.RATE_LIMIT, 2, None),
    (Fault.RATE_LIMIT_BARE, 2, None),
    (Fault.SLOW_DOWN, 2, None),
    (Fault.OVERLOADED, 2, None),
    (Fault.BILLING_LIMIT, 1, ProviderUnusable),
    (Fault.INSUFFICIENT_QUOTA, 1, ProviderUnusable),
    (Fault.UNVERIFIED, 1, ProviderUnusable),
    (Fault.BAD_KEY, 1, ProviderUnusable),
    (Fault.MODEL_NOT_FOUND, 1, NotThere),
    (Fault.INVALID_SIZE, 1, RefusedValue),
    (Fault.UNKNOWN_PARAMETER, 1, UnknownParameter),
    (Fault.SERVER_ERROR, 1, DrawingFailed),
    (Fault.HTML_502, 1, OutcomeUnknown),
    (Fault.HTML_504, 1, OutcomeUnknown),
    (Fault.HTML_200, 1, ProviderUnusable),
    (Fault.HANG, 1, OutcomeUnknown),
    (Fault.DROP, 1, OutcomeUnknown),
    (Fault.HALF_BODY, 1, OutcomeUnknown),
    (Fault.STRING_ERROR, 1, DrawingFailed),
    (Fault.FASTAPI_DETAIL, 1, RefusedValue),
    (Fault.EMPTY_BODY_404, 1, NotThere),
]


@pytest.mark.parametrize(("fault", "posts", "error"), FAULTS, ids=[fault.value for fault, _, _ in FAULTS])
async def test_only_what_certainly_did_not_begin_is_sent_again(
    image_api: FakeImageApi,  # noqa: F811
    fault: Fault,
    posts: int,
    error: type[ProviderError] | None,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    image_api.fault(fault)
    async with connected(account_at(image_api.base_url, image_api.key, read_seconds=0.5)) as connection:
        if error is None:
            assert json.loads(await read(connection))["data"]
        else:
            caught = await failure(connection)
            assert type(caught) is error
            assert_hides(caught, image_api.key, PROMPT)
            assert caught.note
    assert image_api.posts == posts
    assert image_api.key not in caplog.text


@pytest.mark.parametrize("fault", [Fault.RATE_LIMIT_BARE, Fault.SLOW_DOWN, Fault.OVERLOADED])
async def test_after_three_tries_it_is_busy(image_api: FakeImageApi, fault: Fault) -> None:  # noqa: F811
    image_api.fault(*[fault] * 9)
    clock = HandClock()
    async with connected(account_at(image_api.base_url, image_api.key), clock) as connection:
        assert isinstance(await failure(connection), ProviderBusy)
    assert image_api.posts == 3
    assert seconds(clock) > 1, "not all at once"


async def test_the_wait_that_the_server_asks_for_is_kept() -> None:
    answers = [answer("429 Too Many Requests", b"", "Retry-After: 9"), answer("200 OK")]

    async def behave(exchange: Exchange) -> None:
        await exchange.body()
        exchange.writer.write(answers.pop(0))

    clock = HandClock()
    async with raw_server(behave) as server, connected(account_at(server.base_url), clock) as connection:
        assert await read(connection) == b"{}"
    assert 9 <= seconds(clock) < 13


async def test_who_is_told_not_to_come_back_does_not() -> None:
    says_no = says("503 Service Unavailable", b"", "x-should-retry: false")
    async with raw_server(says_no) as server, connected(account_at(server.base_url)) as connection:
        assert isinstance(await failure(connection), ProviderBusy)
        assert server.connections == 1


async def test_what_is_called_busy_by_a_server_that_broke_is_not_sent_again() -> None:
    broken = says("500 Oh", b'{"error": {"code": "overloaded_error"}}')
    async with raw_server(broken) as server, connected(account_at(server.base_url)) as connection:
        assert isinstance(await failure(connection), ProviderBusy)
        assert server.connections == 1


# --- connections that do not come about, and those that break --------------------------------------------------------


async def test_where_nobody_listens_it_is_tried_three_times_and_nothing_was_asked() -> None:
    async with raw_server(says("200 OK")) as server:
        free = server.base_url
    clock = HandClock()
    async with connected(account_at(free), clock) as connection:
        caught = await failure(connection)
    assert type(caught) is ProviderUnavailable
    assert "Nothing was charged." in caught.sentence
    assert seconds(clock) == pytest.approx(1.5, abs=0.1), "two waits between three tries"


async def test_a_server_that_has_just_come_back_is_reached_by_the_second_try() -> None:
    async with raw_server(says("200 OK")) as server:
        port = server.port
    up = asyncio.Event()

    class Waking(HandClock):
        async def sleep(self, seconds: float) -> None:
            up.set()
            await asyncio.sleep(0.05)

    async def come_back() -> int:
        await up.wait()
        async with raw_server(says("200 OK"), port) as server:
            await asyncio.sleep(0.3)
            return server.connections

    coming = asyncio.create_task(come_back())
    async with connected(account_at(f"http://127.0.0.1:{port}/v1"), Waking()) as connection:
        assert await read(connection) == b"{}"
    assert await coming == 1


@pytest.mark.parametrize(
    "behave",
    [
        reads_and_hangs_up,
        reads_and_resets,
        says_half_a_head,
        says_nonsense,
        hangs,
        says_half_a_chunked_body,
        says("200 OK", b"12345", length=10),
    ],
)
async def test_what_breaks_off_was_asked_once_and_its_outcome_is_unknown(behave: Any) -> None:
    clock = HandClock()
    account = account_at("http://127.0.0.1:1/v1")
    async with raw_server(behave) as server:
        account = replace(account, base_url=server.base_url, read_seconds=0.3)
        async with connected(account, clock) as connection:
            caught = await failure(connection)
        assert server.connections == 1
    assert type(caught) is OutcomeUnknown
    assert "answer lost" in caught.note
    assert_hides(caught, CANARY, PROMPT)


async def test_an_upload_that_is_cut_off_is_not_begun_anew() -> None:
    files = [("image[]", (f"picture-{number}.png", bytes(4_000_000), "image/png")) for number in range(5)]
    edit = Sending(path="/images/edits", model="gpt-image-2", parts=[("prompt", (None, PROMPT, None)), *files])
    async with (
        raw_server(reads_and_resets) as server,
        connected(account_at(server.base_url, read_seconds=2)) as connection,
    ):
        assert type(await failure(connection, edit)) is OutcomeUnknown
        assert server.connections == 1


async def test_a_caller_that_is_cancelled_while_it_waits_hangs_up() -> None:
    came, hung_up = asyncio.Event(), asyncio.Event()

    async def behave(exchange: Exchange) -> None:
        came.set()
        await exchange.gone()
        hung_up.set()

    async with raw_server(behave) as server, connected(account_at(server.base_url)) as connection:
        asking = asyncio.create_task(read(connection))
        await came.wait()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        async with asyncio.timeout(2):
            await hung_up.wait()


async def test_a_caller_that_is_cancelled_while_it_reads_hangs_up() -> None:
    hung_up = asyncio.Event()

    async def behave(exchange: Exchange) -> None:
        exchange.writer.write(answer("200 OK", b"12345", length=10))
        await exchange.gone()
        hung_up.set()

    async with raw_server(behave) as server, connected(account_at(server.base_url)) as connection:
        begun = asyncio.Event()

        async def slow() -> None:
            async with connection.send(DRAW) as response:
                async for _ in response.aiter_bytes():
                    begun.set()

        reading = asyncio.create_task(slow())
        await begun.wait()
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        async with asyncio.timeout(2):
            await hung_up.wait()


async def test_a_reader_that_has_seen_enough_hangs_up() -> None:
    hung_up = asyncio.Event()

    async def behave(exchange: Exchange) -> None:
        exchange.writer.write(answer("200 OK", b"12345", length=10))
        await exchange.gone()
        hung_up.set()

    async with raw_server(behave) as server, connected(account_at(server.base_url)) as connection:
        async with connection.send(DRAW) as response:
            assert response.status_code == 200
        async with asyncio.timeout(2):
            await hung_up.wait()


async def test_a_hundred_and_twenty_wait_at_once() -> None:
    together = asyncio.Barrier(120)

    async def behave(exchange: Exchange) -> None:
        await exchange.body()
        await together.wait()
        exchange.writer.write(answer("200 OK"))

    async with raw_server(behave) as server, connected(account_at(server.base_url)) as connection, asyncio.timeout(10):
        assert await asyncio.gather(*(read(connection) for _ in range(120))) == [b"{}"] * 120
