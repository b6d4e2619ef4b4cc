"""`easel run` with a token: Discord and the playground in one process, and neither takes the other along."""

from __future__ import annotations

import asyncio
import io
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
import structlog
import support_easel
from discord import HTTPException
from emulators.discord_api.server import FakeDiscord
from PIL import Image
from support_discord_api import seams
from support_discord_gateway import settings_of

from bots.discord import app, commands
from bots.discord.app import Discord
from bots.discord.client import DiscordBot, Ears
from core.blobs.files import FileBlobs
from core.clock import SystemClock
from core.store.sqlite import SqliteDatabase

SECONDS = 20.0


@pytest.fixture
async def server():
    fake = await FakeDiscord.start()
    try:
        yield fake
    finally:
        await fake.aclose()


def told(server: FakeDiscord, **more: str) -> dict[str, str]:
    return {
        "DISCORD_TOKEN": server.token,
        "EASEL_DISCORD__API_BASE": server.api_base,
        "EASEL_DISCORD__GATEWAY_URL": server.gateway_url,
        "EASEL_DISCORD__FILE_HOSTS": server.file_host,
        "EASEL_LOG__FORMAT": "json",
        **more,
    }


async def waiting_for(easel: support_easel.RunningEasel) -> list[str]:
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(f"{easel.address}/readyz")
    reasons: list[str] = answer.json()["waiting_for"]
    assert (answer.status_code == 200) == (not reasons)
    return reasons


async def until_waiting_for(easel: support_easel.RunningEasel, *reasons: str) -> None:
    async with asyncio.timeout(SECONDS):
        while await waiting_for(easel) != list(reasons):  # noqa: ASYNC110 - another process: it can only be asked
            await asyncio.sleep(0.02)


async def until_said(easel: support_easel.RunningEasel, words: str) -> str:
    async with asyncio.timeout(SECONDS):
        while True:
            for line in easel.said:
                if words in line:
                    return line
            await asyncio.sleep(0.05)


def sized(picture: bytes) -> tuple[int, int]:
    """A preview, which may be seen on the way, is smaller than the picture."""
    return Image.open(io.BytesIO(picture)).size


async def test_from_a_command_to_a_picture_and_a_clean_end(server, tmp_path):
    channel, person = server.channel("art"), server.user("Member")
    folder = tmp_path / "data"
    async with support_easel.running(folder, **told(server)) as easel:
        await until_waiting_for(easel)
        await server.connected(commands=True, seconds=SECONDS)
        seen = await person.slash(channel, "imagine", prompt=f"a fox in a boat @everyone {person.mention}")
        await seen.until(lambda answer: [sized(file.data) for file in answer.files] == [(1024, 1024)], SECONDS)
        said = "".join(easel.said)
        server.gateway.refuses_connects = 1000
        await server.gateway.drop(resumable=False)
        await until_waiting_for(easel, "discord")
        assert await easel.stop() == 0
    assert_nobody_was_pinged(server)
    assert "Traceback" not in said
    assert server.token not in said
    assert "fox" not in said, "people's words are in no log"
    assert server.gateway.live == []


def assert_nobody_was_pinged(server: FakeDiscord) -> None:
    posts = [call.json for call in (*server.calls.of("POST"), *server.calls.of("PATCH")) if isinstance(call.json, dict)]
    said = [post for post in posts if "content" in post]
    assert said
    for post in said:
        assert post["allowed_mentions"]["parse"] == [], post


async def test_discord_turns_the_bot_away_and_the_playground_lives_on(server, tmp_path):
    wrong = server.token[:-5] + ("AAAAA" if server.token[-5:] != "AAAAA" else "BBBBB")
    async with support_easel.running(tmp_path / "data", **told(server, DISCORD_TOKEN=wrong)) as easel:
        line = await until_said(easel, "platform_lost")
        assert "Discord does not know this token" in line
        assert "Traceback" not in line
        assert await waiting_for(easel) == ["discord"]
        async with httpx.AsyncClient(trust_env=False) as client:
            assert (await client.get(f"{easel.address}/healthz")).status_code == 200
        assert await easel.stop(signal.SIGINT) == 0
        assert wrong not in "".join(easel.said)


@asynccontextmanager
async def login(server: FakeDiscord, folder: Path, **more: object) -> AsyncIterator[tuple[Discord, DiscordBot]]:
    """Discord put together on a data folder, with a bot that is logged in and connects nowhere."""

    async def hear(_: object) -> None:
        return

    async def turn(_: int) -> None:
        return

    database = await SqliteDatabase.open(folder / "easel.sqlite3")
    settings = settings_of(server, **more)
    bot = DiscordBot(settings, Ears(hear, hear), content=True, before_identify=turn, connection_changed=lambda: None)
    with seams(server):
        try:
            async with (
                Discord(
                    settings,
                    database,
                    FileBlobs(folder / "blobs"),
                    SystemClock(),
                    folder=folder,
                    label_of=lambda *_: "",
                    time_zone="UTC",
                    connected=lambda _: None,
                ) as discord,
                bot,
            ):
                await bot.login(server.token)
                yield discord, bot
        finally:
            await database.close()


async def test_commands_are_given_when_they_changed(server, tmp_path, monkeypatch):
    for _ in range(2):  # two lives of one data folder
        async with login(server, tmp_path) as (discord, bot):
            await discord.give_commands(bot)
            await discord.give_commands(bot)
    assert server.syncs == 1
    assert {each["name"] for each in server.commands[None]} == {each["name"] for each in commands.payload()}
    fewer = commands.payload()[:2]
    monkeypatch.setattr(commands, "payload", lambda: fewer)
    async with login(server, tmp_path) as (discord, bot):
        await discord.give_commands(bot)
    assert server.syncs == 2
    assert len(server.commands[None]) == 2


async def test_only_the_first_process_gives_them(server, tmp_path):
    async with login(server, tmp_path, shard_ids=("1",), shard_count=2) as (discord, bot):
        await discord.give_commands(bot)
    assert server.syncs == 0


async def test_commands_are_given_later_when_discord_is_down(server, tmp_path, monkeypatch):
    monkeypatch.setattr(app, "_COMMANDS_AGAIN_SECONDS", 0.05)
    server.fault("PUT", "/applications/*/commands", status=503)
    async with login(server, tmp_path) as (discord, bot):
        await discord.give_commands(bot)
    assert server.syncs == 1


async def test_commands_that_discord_refuses_are_not_tried_again(server, tmp_path, monkeypatch):
    monkeypatch.setattr(commands, "payload", lambda: [{"name": "NOT A NAME", "type": 1, "description": "x"}])
    async with login(server, tmp_path) as (discord, bot):
        with structlog.testing.capture_logs() as lines, pytest.raises(HTTPException):
            await discord.give_commands(bot)
        assert [line["event"] for line in lines] == ["discord_commands_refused"]
        assert await discord._records.commands_digest(server.app.id) is None
    assert server.syncs == 0


def test_the_readme_says_how(tmp_path):
    readme = (Path(__file__).parent.parent.parent / "README.md").read_text(encoding="utf-8")
    assert "DISCORD_TOKEN=" in readme
    assert "easel invite discord" in readme
