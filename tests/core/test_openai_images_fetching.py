"""Pictures by address: from the server itself, or from the public internet over https, and from nowhere else."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import support_images as files
from aiohttp import web
from PIL import Image
from support_openai import account_at

from core.blobs.files import FileBlobs
from core.providers.openai import decoding
from core.providers.openai.decoding import Flaw, KeptPicture
from core.providers.openai.fetching import TRIES, Fetcher, Target, is_public, target_of

KEY = "sk-canary-0123456789"
HOME = "http://127.0.0.1:8080/v1"
PUBLIC = "https://images.example/v1"
PICTURE = files.encoded(Image.new("RGB", (64, 48), "teal"))
Handler = Callable[[web.Request], Any]


@pytest.fixture
def blobs(tmp_path: Path) -> FileBlobs:
    return FileBlobs(tmp_path)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """A telephone book in place of the internet's."""
    book: dict[str, list[str]] = {"images.example": ["93.184.216.34"]}

    async def look_up(self: object, host: str, port: int, **_: object) -> list[Any]:
        try:
            found = [str(ipaddress.ip_address(host))]
        except ValueError:
            if host not in book:
                raise socket.gaierror(host) from None
            found = book[host]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(asyncio.base_events.BaseEventLoop, "getaddrinfo", look_up)
    return book


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[str]:
    """A server that answers every path with this; its origin."""
    app = web.Application()
    app.router.add_get("/{tail:.*}", handler)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


# --- where it may lead -------------------------------------------------------------------------------------------

NOT_PUBLIC = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
    "192.0.0.8", "192.88.99.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "fec0::1", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::", "2001::1",
]  # fmt: skip


@pytest.mark.parametrize("address", NOT_PUBLIC)
async def test_no_private_address_is_fetched_from(names: dict[str, list[str]], address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))
    names["cdn.example"] = ["93.184.216.34", address]  # one of several is enough
    account = account_at(PUBLIC, KEY)
    literal = f"[{address}]" if ":" in address else address
    assert await target_of("https://cdn.example/a.png", account) == Flaw("its address is not a public one")
    assert isinstance(await target_of(f"https://{literal}/a.png", account), Flaw)


@pytest.mark.parametrize(
    "url",
    [
        "http://cdn.example/a.png",
        "https://cdn.example:8443/a.png",
        "https://user:word@cdn.example/a.png",
        "https://nowhere.example/a.png",
        "file:///etc/passwd",
        "ftp://cdn.example/a.png",
        "https://[::1/a.png",
        "https://cdn.example:x/a.png",
        "http://images.example/v1/a.png",
        "https://cdn.example/" + "x" * 9_000,
    ],
)
async def test_no_other_kind_of_address_is_followed(names: dict[str, list[str]], url: str) -> None:
    names["cdn.example"] = ["93.184.216.35"]
    assert isinstance(await target_of(url, account_at(PUBLIC, KEY)), Flaw)


async def test_a_public_address_is_pinned_and_gets_no_key(names: dict[str, list[str]]) -> None:
    names["cdn.example"] = ["93.184.216.35"]
    target = await target_of("https://cdn.example/a.png?sig=1#x", account_at(PUBLIC, KEY))
    assert target == Target("https://93.184.216.35/a.png?sig=1", {"Host": "cdn.example"}, "cdn.example")


async def test_the_very_origin_is_trusted_and_gets_the_key(names: dict[str, list[str]]) -> None:
    account = account_at(HOME, KEY)
    bearer = {"Authorization": f"Bearer {KEY}"}
    assert await target_of("http://127.0.0.1:8080/files/a.png", account) == Target(
        "http://127.0.0.1:8080/files/a.png", bearer
    )
    assert await target_of("/files/a.png", account) == Target("http://127.0.0.1:8080/files/a.png", bearer)
    assert isinstance(
        await target_of("http://127.0.0.1:8081/files/a.png", account), Flaw
    )  # another port, another server
    azure = account_at("https://images.example/v1", KEY, "azure")
    assert await target_of("https://images.example/a.png", azure) == Target(
        "https://images.example/a.png", {"api-key": KEY}
    )


async def test_a_server_in_a_private_network_may_point_into_it(names: dict[str, list[str]]) -> None:
    names["store.lan"] = ["192.168.1.9"]
    target = await target_of("https://store.lan:9000/a.png", account_at(HOME, KEY))
    assert target == Target("https://store.lan:9000/a.png", {})
    assert await target_of("http://store.lan/a.png", account_at(HOME, KEY)) == Flaw("its address is not https")


# --- what comes from there ---------------------------------------------------------------------------------------


async def test_a_picture_is_kept_with_its_own_format_and_size(blobs: FileBlobs) -> None:
    asked: list[str] = []

    async def picture(request: web.Request) -> web.Response:
        asked.append(request.headers.get("Authorization", ""))
        return web.Response(body=PICTURE, content_type="image/jpeg")  # what it says is not believed

    async with serving(picture) as origin:
        kept = await Fetcher(account_at(f"{origin}/v1", KEY)).fetch(f"{origin}/files/a", blobs)
    assert isinstance(kept, KeptPicture)
    assert (kept.media_type, kept.size.width) == ("image/png", 64)
    assert await blobs.read(kept.blob.key) == PICTURE
    assert asked == [f"Bearer {KEY}"]


async def test_no_redirect_is_followed(blobs: FileBlobs) -> None:
    asked: list[str] = []

    async def elsewhere(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(status=302, headers={"Location": "/other"})

    async with serving(elsewhere) as origin:
        fetched = await Fetcher(account_at(f"{origin}/v1", KEY)).fetch(f"{origin}/a", blobs)
    assert fetched == Flaw("its address answered 302")
    assert asked == ["/a"]


async def test_what_is_no_picture_or_too_much_is_none(
    blobs: FileBlobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decoding, "PICTURE_BYTES_MAX", 5_000)
    said = {"/page": b"<p>Sign in</p>", "/empty": b"", "/large": PICTURE + bytes(6_000)}

    async def one(request: web.Request) -> web.Response:
        return web.Response(body=said[request.path])

    async with serving(one) as origin:
        fetcher = Fetcher(account_at(f"{origin}/v1", KEY))
        got = [await fetcher.fetch(origin + path, blobs) for path in said]
    assert got == [Flaw("not a picture"), Flaw("nothing"), Flaw("too large")]
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


async def test_a_download_that_breaks_off_is_tried_again(blobs: FileBlobs) -> None:
    asked: list[str] = []

    async def flaky(request: web.Request) -> web.StreamResponse:
        asked.append(request.path)
        if len(asked) < TRIES:
            assert request.transport is not None
            request.transport.close()
        return web.Response(body=PICTURE)

    async with serving(flaky) as origin:
        fetched = await Fetcher(account_at(f"{origin}/v1", KEY)).fetch(f"{origin}/a", blobs)
        assert isinstance(fetched, KeptPicture)
        assert len(asked) == TRIES
    gone = await Fetcher(account_at(f"{origin}/v1", KEY)).fetch(f"{origin}/a", blobs)
    assert gone == Flaw("its address did not answer")
