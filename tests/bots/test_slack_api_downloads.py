"""Files of Slack's are fetched with the workspace's token, and that token goes nowhere else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from aiohttp import web
from pydantic import SecretStr
from support_slack_adapter import Bed, bed, picture

from bots.slack.api import Api
from bots.slack.tokens import StaticTokens
from core.errors import Gone, Later, UnusableImage


async def _url(on: Bed) -> str:
    said = await on.slack.say(on.member, on.channel, "look", files=[("photo.png", picture())])
    described = await on.api.file(on.team.id, said.message.files[0].id)
    return str(described["url_private_download"])


async def test_a_file_is_fetched_with_the_token(tmp_path: Path) -> None:
    async with bed(tmp_path) as on:
        assert await on.api.download(on.team.id, await _url(on)) == picture()
        assert on.slack.posts_to(on.slack.file_host)


@pytest.mark.parametrize(
    "url",
    [
        "http://{evil}/photo.png", "https://{evil}/photo.png", "http://user@{good}/photo.png", "nonsense", "",
        "file:///etc/passwd", "https://files.slack.com.evil.example/x", "http://files.slack.com/x",
        "https://files.slack.com:8443/x", "http://{good}@{evil}/x", "ftp://{good}/x", "http://[::1/x",
    ],
)  # fmt: skip
async def test_a_token_goes_to_slacks_own_hosts_alone(tmp_path: Path, url: str) -> None:
    async with bed(tmp_path) as on:
        with pytest.raises(Gone):
            await on.api.download(on.team.id, url.format(evil=on.slack.evil_host, good=on.slack.file_host))
        assert not on.slack.seen or all(each.host != on.slack.evil_host for each in on.slack.seen)
        assert not on.slack.posts_to(on.slack.file_host)


@pytest.mark.parametrize("where", ["http://{evil}/stolen.png", "//{evil}/stolen.png", "", "http://[::1/x"])
async def test_a_redirect_steals_no_token(tmp_path: Path, where: str) -> None:
    async with bed(tmp_path) as on:
        said = await on.slack.say(on.member, on.channel, "look", files=[("photo.png", picture())])
        url = str((await on.api.file(on.team.id, said.message.files[0].id))["url_private_download"])
        said.message.files[0].redirect = where.format(evil=on.slack.evil_host)
        if not where:
            said.message.files[0].redirect = url  # to itself, for ever
        with pytest.raises(Gone):
            await on.api.download(on.team.id, url)
        assert not [each for each in on.slack.seen if each.host == on.slack.evil_host]


async def test_a_redirect_among_slacks_hosts_is_followed(tmp_path: Path) -> None:
    async with bed(tmp_path) as on:
        first = await on.slack.say(on.member, on.channel, "look", files=[("one.png", picture())])
        second = await on.slack.say(on.member, on.channel, "look", files=[("two.png", picture("green"))])
        described = [await on.api.file(on.team.id, each.message.files[0].id) for each in (first, second)]
        first.message.files[0].redirect = str(described[1]["url_private_download"])
        data = await on.api.download(on.team.id, str(described[0]["url_private_download"]))
        assert data == picture("green")


async def test_the_login_page_is_no_picture(tmp_path: Path) -> None:
    async with bed(tmp_path) as on:
        url = await _url(on)
        on.channel.members.remove(on.team.bot)
        with pytest.raises(Gone) as gone:
            await on.api.download(on.team.id, url)
        assert "Invite me" in gone.value.sentence


async def test_a_page_that_says_it_is_a_picture_is_none(tmp_path: Path) -> None:
    async with bed(tmp_path) as on:
        said = await on.slack.say(on.member, on.channel, "x", files=[("x.png", b"\n<!DOCTYPE html><html></html>")])
        described = await on.api.file(on.team.id, said.message.files[0].id)
        with pytest.raises(Gone):
            await on.api.download(on.team.id, str(described["url_private_download"]))


async def test_more_than_was_asked_for_is_not_read(tmp_path: Path) -> None:
    async with bed(tmp_path) as on:
        with pytest.raises(UnusableImage):
            await on.api.download(on.team.id, await _url(on), 20)


async def test_files_that_cannot_be_had_now_are_later(tmp_path: Path) -> None:
    async with bed(tmp_path) as on:
        url = await _url(on)
        on.slack.fault("download", status=503)
        with pytest.raises(Later):
            await on.api.download(on.team.id, url)


@asynccontextmanager
async def _server(kind: str, body: bytes) -> AsyncIterator[str]:
    """Says that it has something, and not how much."""

    async def answer(request: web.Request) -> web.StreamResponse:
        stream = web.StreamResponse(headers={"Content-Type": kind})
        stream.enable_chunked_encoding()
        await stream.prepare(request)
        with suppress(ConnectionError):
            for _ in range(8):
                await stream.write(body)
        return stream

    site = web.Application()
    site.router.add_route("*", "/{tail:.*}", answer)
    runner = web.AppRunner(site, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.mark.parametrize(
    ("kind", "body", "error"),
    [
        ("text/html; charset=utf-8", b"<p>Sign in</p>", Gone),
        ("image/png", bytes(1000), UnusableImage),
    ],
)
async def test_what_slack_says_of_a_file_is_not_believed(kind: str, body: bytes, error: type[Exception]) -> None:
    tokens = StaticTokens("T1", SecretStr("xoxb-1"))
    async with (
        _server(kind, body) as host,
        Api.opened(tokens, api_base=f"http://{host}/api/", file_hosts=frozenset({host})) as api,
    ):
        with pytest.raises(error):
            await api.download("T1", f"http://{host}/x.png", 4000)
