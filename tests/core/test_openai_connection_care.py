"""What costs nothing may be asked again; a server in trouble is left alone; nobody goes faster than they may."""

from __future__ import annotations

from typing import Any

import pytest
from emulators.image_api.faults import Fault
from emulators.image_api.server import FakeImageApi
from support_connection import (
    CHECK,
    POLL,
    account_at,
    connected,
    failure,
    read,
    reads_and_hangs_up,
    says_half_a_chunked_body,
    seconds,
)
from support_image_api import image_api  # noqa: F401 - a fixture
from support_raw_server import Exchange, answer, raw_server, says
from support_store import SECOND_US, HandClock

from core.errors import (
    DrawingFailed,
    Moderated,
    OutcomeUnknown,
    ProviderUnavailable,
    ProviderUnusable,
)
from core.providers.openai.breaker import Breakers, State
from core.providers.openai.connection import Connection, Sending
from core.providers.openai.failures import NotThere
from core.providers.openai.pacing import Pacing

# --- repeatable ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sending", [POLL, CHECK], ids=["poll", "check"])
@pytest.mark.parametrize(
    "behave",
    [
        reads_and_hangs_up,
        says_half_a_chunked_body,
        says("500 Oh", b'{"error": {"code": "server_error"}}'),
        says("504 Gateway", b"<html>", "Content-Type: text/html"),
        says("400 Bad Request", b'{"error": {"code": "new"}}'),
    ],
)
async def test_every_failure_of_what_costs_nothing_is_unavailable(behave: Any, sending: Sending) -> None:
    async with raw_server(behave) as server, connected(account_at(server.base_url)) as connection:
        caught = await failure(connection, sending)
        assert type(caught) is ProviderUnavailable
        assert caught.note
        assert server.connections == 1


async def test_what_is_not_kept_any_more_is_told_apart() -> None:
    gone = says("404 Not Found", b'{"error": {"message": "Response not found"}}')
    async with raw_server(gone) as server, connected(account_at(server.base_url)) as connection:
        assert type(await failure(connection, POLL)) is NotThere


async def test_what_a_reader_finds_in_an_answer_stays_what_it_is() -> None:
    async with raw_server(says("200 OK")) as server, connected(account_at(server.base_url)) as connection:
        with pytest.raises(DrawingFailed):
            async with connection.send(POLL):
                raise DrawingFailed("It thought and drew nothing.")


# --- breaker and pace ------------------------------------------------------------------------------------------------


async def test_a_bad_key_is_not_hammered(image_api: FakeImageApi) -> None:  # noqa: F811
    clock = HandClock()
    account = account_at(image_api.base_url, "sk-wrong")
    breakers = Breakers(clock)
    connection = Connection(account, clock, Pacing(clock), breakers)
    assert type(await failure(connection)) is ProviderUnusable
    for _ in range(5):
        assert type(await failure(connection)) is ProviderUnavailable
    assert image_api.posts == 1
    assert breakers.states() == {(account.host, "gpt-image-2"): State.OPEN}
    clock.advance(30 * SECOND_US)
    assert type(await failure(connection)) is ProviderUnusable
    assert image_api.posts == 2
    await connection.aclose()


async def test_a_server_that_drops_everything_is_left_alone_but_its_answers_are_still_asked_for() -> None:
    async def behave(exchange: Exchange) -> None:
        await exchange.body()
        if exchange.line.startswith("GET") or exchange.line.endswith("/cancel HTTP/1.1"):
            exchange.writer.write(answer("200 OK"))

    cancel = Sending(path="/responses/resp_1/cancel", model="gpt-image-2", repeatable=True)
    async with raw_server(behave) as server, connected(account_at(server.base_url)) as connection:
        for _ in range(5):
            assert type(await failure(connection)) is OutcomeUnknown
        assert "tried again" in (await failure(connection)).sentence
        assert server.connections == 5
        assert await read(connection, POLL) == b"{}"
        assert await read(connection, cancel) == b"{}"


async def test_polls_that_fail_do_not_stop_the_drawing() -> None:
    async def behave(exchange: Exchange) -> None:
        await exchange.body()
        if exchange.line.startswith("POST"):
            exchange.writer.write(answer("200 OK"))

    async with raw_server(behave) as server, connected(account_at(server.base_url)) as connection:
        for _ in range(8):
            assert type(await failure(connection, POLL)) is ProviderUnavailable
        assert await read(connection) == b"{}"


async def test_half_answers_open_the_breaker_too() -> None:
    half = says("200 OK", b"12345", length=10)
    async with raw_server(half) as server, connected(account_at(server.base_url)) as connection:
        for _ in range(7):
            await failure(connection)
        assert server.connections == 5


async def test_a_server_with_a_fault_of_its_own_is_left_alone_too() -> None:
    async with raw_server(says("500 Oh")) as server, connected(account_at(server.base_url)) as connection:
        for _ in range(7):
            await failure(connection)
        assert server.connections == 5


async def test_moderation_never_opens_it(image_api: FakeImageApi) -> None:  # noqa: F811
    image_api.fault(*[Fault.MODERATION_INPUT] * 12)
    async with connected(account_at(image_api.base_url, image_api.key)) as connection:
        for _ in range(12):
            assert type(await failure(connection)) is Moderated
        assert await read(connection)


async def test_one_after_another_at_the_operators_rate() -> None:
    clock = HandClock()
    async with raw_server(says("200 OK")) as server:
        account = account_at(server.base_url, images_per_minute=60)
        async with connected(account, clock) as connection:
            for _ in range(45):
                await read(connection)
    assert seconds(clock) == pytest.approx(30, abs=2), "15 at once, 30 more at one a second"


async def test_connections_with_one_key_share_their_pace() -> None:
    clock = HandClock()
    pace, breakers = Pacing(clock), Breakers(clock)
    async with raw_server(says("200 OK")) as server:
        account = account_at(server.base_url, images_per_minute=4)
        first, second = (Connection(account, clock, pace, breakers) for _ in range(2))
        await read(first)
        await read(second)
        assert seconds(clock) == pytest.approx(15, abs=1.1)
        await first.aclose()
        await second.aclose()
