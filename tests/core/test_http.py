"""The one door to the network: it gives up in the end, follows no redirect, and keeps this machine's traffic on it."""

from __future__ import annotations

import asyncio

import pytest
from support_raw_server import Exchange, answer, raw_server, says

from core import http
from core.http import ConnectTimeout, PoolTimeout, ReadTimeout, client, is_loopback


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://localhost:8080/v1", True),
        ("http://studio.localhost", True),
        ("http://127.0.0.1/v1", True),
        ("http://127.8.9.1", True),
        ("http://[::1]:1/v1", True),
        ("https://api.openai.com/v1", False),
        ("http://192.168.1.2/v1", False),
        ("http://localhost.example.com", False),
        ("", False),
    ],
)
def test_this_machine_is_known(url: str, here: bool) -> None:
    assert is_loopback(url) is here


def test_every_name_that_is_offered_is_there() -> None:
    assert all(hasattr(http, name) for name in http.__all__)


async def test_what_is_for_this_machine_never_goes_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    async with raw_server(says("200 OK", b"proxy")) as proxy, raw_server(says("200 OK", b"here")) as server:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        async with client(server.base_url) as inside, client("http://image.example") as outside:
            assert (await inside.get(server.base_url)).content == b"here"
            assert (await outside.get("http://image.example/v1")).content == b"proxy"
        assert proxy.connections == 1


async def test_a_redirect_is_an_answer_like_any_other() -> None:
    async with raw_server(says("302 Found", b"", "Location: http://127.0.0.1:1/")) as server, client() as asking:
        assert (await asking.get(server.base_url)).status_code == 302


async def test_silence_ends_in_a_timeout() -> None:
    async def hang(exchange: Exchange) -> None:
        await exchange.gone()

    async with raw_server(hang) as server, client(read_seconds=0.1) as asking:
        with pytest.raises(ReadTimeout):
            await asking.get(server.base_url)


async def test_only_so_many_connections_are_opened_at_once() -> None:
    async def slow(exchange: Exchange) -> None:
        await asyncio.sleep(0.05)
        exchange.writer.write(answer("200 OK"))

    async with raw_server(slow) as server, client(connections_max=2, read_seconds=0.01) as asking:
        ended = await asyncio.gather(*(asking.get(server.base_url) for _ in range(3)), return_exceptions=True)
    assert sorted(type(error).__name__ for error in ended) == ["PoolTimeout", "ReadTimeout", "ReadTimeout"]
    assert not issubclass(PoolTimeout, ConnectTimeout)


async def test_an_idle_connection_is_given_up_before_the_server_may_close_it() -> None:
    assert http.KEEP_ALIVE_SECONDS < 5  # what Node and Uvicorn wait for the next request
    async with client() as asking:
        transport = asking._transport_for_url(http.URL("http://127.0.0.1"))
        assert transport._pool._keepalive_expiry == http.KEEP_ALIVE_SECONDS  # type: ignore[attr-defined]  # nothing public says it
