"""Several processes of one bot: which shards they connect, and how they take turns to identify."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from emulators.discord_api.server import FakeDiscord
from support_discord_gateway import Connection, connection

from bots.discord.identify import IdentifyGate

HOUSE = Path(__file__).parent.parent.parent


@pytest.fixture
async def server():
    fake = await FakeDiscord.start()
    try:
        yield fake
    finally:
        await fake.aclose()


async def test_each_process_hears_its_own_servers(server, tmp_path):
    guilds = {number: server.guild(f"Server {number}", guild_id=(1 << 50) + (number << 22)) for number in range(4)}
    channels = {number: server.channel("art", guild=guild) for number, guild in guilds.items()}
    person = server.user("Member")
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(connection(server, tmp_path, shard_ids=("0-1",), shard_count=4))
        second = await stack.enter_async_context(connection(server, tmp_path, shard_ids=("2", "3"), shard_count=4))
        assert sorted(session.shard for session in server.gateway.live) == [(0, 4), (1, 4), (2, 4), (3, 4)]
        for number, channel in channels.items():
            await person.say(channel, str(number))
        await person.say(person.dm(), "direct")
        await first.heard.until(lambda: len(first.heard.messages) == 3)
        await second.heard.until(lambda: len(second.heard.messages) == 2)
        assert {message.content for message in first.heard.messages} == {"0", "1", "direct"}
        assert {message.content for message in second.heard.messages} == {"2", "3"}


async def test_as_many_shards_as_discord_recommends(server, tmp_path):
    server.gateway.recommended_shards = 3
    async with connection(server, tmp_path):
        assert sorted(session.shard for session in server.gateway.live) == [(0, 3), (1, 3), (2, 3)]


async def test_it_is_connected_when_all_its_shards_are(server, tmp_path):
    async with connection(server, tmp_path, shard_count=2) as easel:
        assert easel.heard.connected == [False, True], "one of two, and both"
        await server.gateway.drop()
        await easel.heard.until(lambda: easel.heard.connected == [False, True, False, False, False, True])
        assert len(server.gateway.live) == 2


@pytest.mark.parametrize("concurrency", [1, 2])
async def test_nobody_comes_too_early(server, tmp_path, concurrency):
    server.gateway.identify_seconds, server.gateway.max_concurrency = 0.25, concurrency
    processes: list[Connection] = []
    async with AsyncExitStack() as stack:
        began = time.monotonic()
        for shards in (("0-1",), ("2-3",)):
            one = connection(server, tmp_path, window_seconds=0.26, wait=False, shard_ids=shards, shard_count=4)
            processes.append(await stack.enter_async_context(one))
        for each in processes:
            await each.up()
        seconds = time.monotonic() - began
    assert server.gateway.rejected == []
    assert sorted(shard for _, shard in server.gateway.identified) == [0, 1, 2, 3]
    assert seconds > 0.26 * (4 / concurrency - 1)
    assert sorted(path.name for path in tmp_path.glob("*.lock")) == [
        f"discord-identify-{bucket}.lock" for bucket in range(concurrency)
    ]


async def test_the_gate_is_what_keeps_them_apart(server, tmp_path):
    """The same without a common gate: Discord sends somebody away."""
    server.gateway.identify_seconds = 0.25
    processes: list[Connection] = []
    async with AsyncExitStack() as stack:
        for shard in ("0", "1"):
            folder = tmp_path / shard
            folder.mkdir()
            one = connection(server, folder, window_seconds=0.26, wait=False, shard_ids=(shard,), shard_count=2)
            processes.append(await stack.enter_async_context(one))
        for each in processes:
            await each.up()
    assert server.gateway.rejected


async def test_a_restart_waits_its_turn(tmp_path):
    await IdentifyGate(tmp_path, window_seconds=1).wait(0)
    began = time.monotonic()
    await IdentifyGate(tmp_path, window_seconds=1).wait(0)
    assert 0.7 < time.monotonic() - began < 20
    await asyncio.sleep(1)
    began = time.monotonic()
    await IdentifyGate(tmp_path, window_seconds=1).wait(0)
    assert time.monotonic() - began < 0.7


@pytest.mark.parametrize("left", ["", "nonsense", "9e99", "nan", "-5"])
async def test_what_an_earlier_life_of_the_machine_left_holds_nobody_up(tmp_path, left):
    (tmp_path / "discord-identify-0.lock").write_text(left)
    began = time.monotonic()
    await IdentifyGate(tmp_path, window_seconds=30).wait(0)
    assert time.monotonic() - began < 15


HOLD = """
import asyncio, sys
from pathlib import Path
from bots.discord.identify import IdentifyGate

async def hold():
    async with IdentifyGate(Path(sys.argv[1]))._turn(0):
        print("held", flush=True)
        await asyncio.sleep(60)

asyncio.run(hold())
"""


async def test_a_process_that_dies_at_the_gate_lets_the_next_one_in(tmp_path):
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", HOLD, str(tmp_path)),
        env=os.environ | {"PYTHONPATH": str(HOUSE)},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        assert await asyncio.wait_for(process.stdout.readline(), 20) == b"held\n"
        waiting = asyncio.create_task(IdentifyGate(tmp_path).wait(0))
        await asyncio.sleep(0.2)
        assert not waiting.done()
        process.kill()
        await asyncio.wait_for(waiting, 5)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
