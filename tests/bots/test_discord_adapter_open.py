"""Pictures that people pointed at: opened while they can be had, under a new address if need be, and nothing else."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from emulators.discord_api.uploads import Upload
from support_discord_adapter import Bed, bed
from support_discord_api import picture

from bots.discord.downloads import Downloads
from bots.discord.pictures import Attached, images_of
from core.errors import Gone, UnusableImage
from core.model import ImageRef

FOX = Upload("fox.png", picture())


@pytest.fixture
async def on(tmp_path: Path) -> AsyncIterator[Bed]:
    async with bed(tmp_path) as on:
        yield on


async def attached(on: Bed, *files: Upload) -> tuple[ImageRef, ...]:
    """What the gateway shows of a message with files."""
    message = await on.member.say(on.channel, "Look!", files=files or [FOX])
    return images_of(on.discord.shown.message(message, content=True))


@asynccontextmanager
async def elsewhere(handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> AsyncIterator[str]:
    """Another server on this machine: its host and port."""
    app = web.Application()
    app.router.add_get("/{tail:.*}", handler)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def pointing(attached: Attached) -> ImageRef:
    return ImageRef("discord", token=attached.token())


async def test_an_attachment_is_opened(on: Bed) -> None:
    refs = await attached(on, FOX, Upload("cat.png", picture("teal")))
    assert [await on.adapter.open(ref) for ref in refs] == [picture(), picture("teal")]


async def test_an_address_that_has_died_is_not_tried_the_message_is_looked_up(on: Bed) -> None:
    [ref] = await attached(on)
    on.discord.advance(2 * 86_400)
    on.discord.calls.clear()
    assert await on.adapter.open(ref) == picture()
    assert [call.method + " " + call.route for call in on.discord.calls if call.route] == [
        "GET /channels/{channel}/messages/{message}"
    ]
    assert len(on.discord.calls.of("GET", "/attachments/*")) == 1


async def test_an_address_that_died_early_is_looked_up_too(on: Bed) -> None:
    [ref] = await attached(on)
    on.discord.fault("GET", "/attachments/*", status=404)
    assert await on.adapter.open(ref) == picture()


async def test_without_the_message_the_address_itself_is_refreshed(on: Bed) -> None:
    """A file of a command or of another bot's embed, or a message that the bot may not read."""
    [ref] = await attached(on)
    known = Attached.read(ref.token)
    assert known is not None
    on.discord.advance(2 * 86_400)
    assert await on.adapter.open(pointing(Attached(known.url))) == picture()
    assert len(on.discord.calls.of("POST", "/attachments/refresh-urls")) == 1


async def test_where_the_words_are_hidden_the_address_itself_is_refreshed(on: Bed) -> None:
    [ref] = await attached(on)
    on.discord.message_content = False
    on.discord.advance(2 * 86_400)
    assert await on.adapter.open(ref) == picture()


async def test_a_file_that_is_gone_for_good_is_gone(on: Bed) -> None:
    [ref] = await attached(on)
    on.discord.fault("GET", "/attachments/*", status=404, times=9)
    with pytest.raises(Gone, match="no longer on Discord"):
        await on.adapter.open(ref)


async def test_without_a_bot_a_dead_address_is_gone(on: Bed) -> None:
    [ref] = await attached(on)
    on.discord.advance(2 * 86_400)
    with pytest.raises(Gone):
        await (await on.worker()).open(ref)


@pytest.mark.parametrize("fault", [{"status": 503, "times": 2}, {"status": 429}, {"cut": True, "times": 4}])
async def test_a_hiccup_of_the_server_of_files_is_waited_for(on: Bed, fault: dict[str, int]) -> None:
    [ref] = await attached(on)
    on.discord.fault("GET", "/attachments/*", **fault)
    assert await on.adapter.open(ref) == picture()
    assert on.clock.slept[0] == 1.0


async def test_a_server_of_files_that_stays_away_is_said_to_be(on: Bed) -> None:
    """The job that needs the picture ends with this sentence: it cannot be opened later."""
    [ref] = await attached(on)
    on.discord.fault("GET", "/attachments/*", status=503, times=99)
    with pytest.raises(Gone, match="Try again in a minute"):
        await on.adapter.open(ref)
    assert len(on.discord.calls.of("GET", "/attachments/*")) <= 6


async def test_more_bytes_than_allowed_are_not_read(on: Bed) -> None:
    [ref] = await attached(on)
    known = Attached.read(ref.token)
    assert known is not None
    with pytest.raises(UnusableImage, match="larger"):
        await on.rest.download(known.url, bytes_max=10)
    assert len(await on.rest.download(known.url, bytes_max=len(picture()))) == len(picture())


async def test_a_file_that_hides_its_length_is_cut_off(on: Bed) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        answer.enable_chunked_encoding()
        await answer.prepare(request)
        for _ in range(1000):
            await answer.write(bytes(4096))
        return answer

    async with elsewhere(endless) as host:
        downloads = Downloads(on.rest._session, frozenset({host}))
        with pytest.raises(UnusableImage):
            await downloads.bytes_of(f"http://{host}/a.png", 100_000)


async def test_a_length_that_is_too_much_is_believed(on: Bed) -> None:
    async def slow(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Length": "1000000000"})
        await answer.prepare(request)
        await asyncio.sleep(30)
        return answer

    async with elsewhere(slow) as host, asyncio.timeout(5):
        downloads = Downloads(on.rest._session, frozenset({host}))
        with pytest.raises(UnusableImage):
            await downloads.bytes_of(f"http://{host}/a.png", 100_000)


async def test_a_redirect_is_not_followed_not_even_to_discord(on: Bed) -> None:
    [ref] = await attached(on)
    known = Attached.read(ref.token)
    assert known is not None

    async def away(request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound(known.url)

    async with elsewhere(away) as host:
        downloads = Downloads(on.rest._session, frozenset({host, on.discord.file_host}))
        with pytest.raises(Gone):
            await downloads.bytes_of(f"http://{host}/a.png", 100_000)


@pytest.mark.parametrize(
    "url",
    [
        "", "nonsense", "file:///etc/passwd", "http://cdn.discordapp.com/attachments/1/2/a.png", "//cdn.discordapp.com",
        "https://cdn.discordapp.com.evil.example/a.png", "https://evil.example/a.png", "https://cdn.discordapp.com:8443/a",
        "https://cdn.discordapp.com@evil.example/a.png", "https://u:p@cdn.discordapp.com/a.png", "https://[::1]/a.png",
        "https://169.254.169.254/latest/meta-data", "http://127.0.0.1/a.png", "http://localhost/a.png",
        "https://discord.com/api/v10/users/@me", "ftp://cdn.discordapp.com/a.png", "https://CDN.discordapp.com\\@evil/",
        "https://127.0.0.1:99999/a", "https://cdn.discordapp.com./a.png",
    ],
)  # fmt: skip
async def test_nothing_but_files_of_discord_is_ever_fetched(on: Bed, url: str) -> None:
    on.discord.calls.clear()
    for attached in (Attached(url), Attached(url, url, 1, 2, 3)):
        with pytest.raises(Gone):
            await on.adapter.open(pointing(attached))
    assert on.discord.calls.of("GET", "/attachments/*") == []
    assert not on.rest.is_file(url)


@pytest.mark.parametrize(
    "url",
    ["https://cdn.discordapp.com/attachments/1/2/a.png?ex=1", "https://media.discordapp.net/attachments/1/2/a.png"],
)
async def test_files_of_discord_are(on: Bed, url: str) -> None:
    assert on.rest.is_file(url)


async def test_what_an_embed_shows_from_elsewhere_is_had_from_discords_copy(on: Bed) -> None:
    [ref] = await attached(on)
    known = Attached.read(ref.token)
    assert known is not None
    assert await on.adapter.open(pointing(Attached("https://elsewhere.example/fox.png", known.url))) == picture()


async def test_a_kept_file_is_opened_after_a_restart(on: Bed) -> None:
    blob = await on.blobs.put(picture())
    [kept] = await on.records.keep("menu", [(blob.key, "fox.png")])
    await on.start()
    on.discord.calls.clear()
    assert await on.adapter.open(kept.ref()) == picture()
    assert len(on.discord.calls) == 0


@pytest.mark.parametrize(
    "token", ["", "k1:", "k1:nonsense", "a1:", "a1:{}", "upload:1", "https://cdn.discordapp.com/a"]
)
async def test_a_reference_that_was_never_written_is_gone(on: Bed, token: str) -> None:
    with pytest.raises(Gone):
        await on.adapter.open(ImageRef("discord", token=token))


async def test_a_forward_is_opened_and_looked_up_in_itself(on: Bed) -> None:
    original = await on.member.say(on.channel, "Look!", files=[FOX])
    forward = await on.guest.forward(original, on.channel)
    [ref] = images_of(json.loads(json.dumps(on.discord.shown.message(forward, content=True))))
    assert await on.adapter.open(ref) == picture()
    on.discord.advance(2 * 86_400)
    assert await on.adapter.open(ref) == picture()
