"""Servers that Easel leaves, told by the fake Discord's gateway; and those that it left while it was away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from emulators.discord_api.server import FakeDiscord
from emulators.discord_api.values import Intent
from support_discord_api import discord_api  # noqa: F401 - a fixture
from support_discord_easel import Easel, easel


@pytest.fixture
async def home(discord_api: FakeDiscord, tmp_path: Path) -> AsyncIterator[Easel]:  # noqa: F811
    async with easel(discord_api, tmp_path) as home:
        yield home


async def departed(home: Easel) -> list[str]:
    return [str(row[0]) for row in await home.database.fetch("SELECT workspace FROM departure")]


async def until(home: Easel, *guilds: int) -> None:
    async with asyncio.timeout(5):
        while await departed(home) != [str(guild) for guild in guilds]:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def test_a_server_that_removes_easel_is_written_down_and_forgiven_when_it_comes_back(home: Easel) -> None:
    guild = home.guild
    await home.fake.tell_guild("GUILD_DELETE", guild)
    await until(home, guild.id)
    await home.fake.tell_guild("GUILD_CREATE", guild)
    await until(home)


async def test_one_that_is_only_out_of_order_is_not(home: Easel) -> None:
    away = {"id": str(home.guild.id), "unavailable": True}
    await home.fake.gateway.dispatch("GUILD_DELETE", home.guild.id, Intent.GUILDS, lambda session: away)
    await asyncio.sleep(0.2)
    assert await departed(home) == []


async def test_what_was_left_while_easel_was_away_is_noticed(discord_api: FakeDiscord, tmp_path: Path) -> None:  # noqa: F811
    async with easel(discord_api, tmp_path) as home:
        await home.drawn("a fox")
        await home.database.write(
            lambda tx: tx.execute(
                "INSERT INTO departure (platform, workspace, at_us) VALUES ('discord', $1, 1)", str(home.guild.id)
            )
        )
        await home.database.write(lambda tx: tx.execute("UPDATE job SET workspace = '42424242424242424'"))
    async with easel(discord_api, tmp_path) as again:
        await until(again, 42424242424242424)
