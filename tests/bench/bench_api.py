"""What a picture from an image API costs on its way, beside the openai SDK used the plain way.

The plain way is the example of OpenAI's own documentation inside a bot's handler: `images.generate`, `b64decode`, post.
Handler and answer live until the post is done, so a picture is held several times over. A thriftier handler, which
lets go of the answer as soon as it is decoded, stands beside it.

Everybody asks the same raw server (`api_server.py`) for pictures of 2048 x 2048 and 6.8 MB, no two alike, and is sent
the very same JSON over a line of one gigabit a second. Each has a process of its own, started anew for each round, that
has drawn one small picture when it begins:

- a hundred in flight at once: Easel's provider drawing into its blob store (`api_ours.py`), the SDK into bytes
  (`api_plain.py`). The process's own memory at the peak, above what it had before; the longest time for which the event
  loop was not free; the processor's time. Who cannot keep up with the line is sent larger pieces, and holds more: on a
  machine that is busy with something else the memory says how busy.
- one after another, from the last byte of the answer to the first byte of the post: all of Easel (`api_house.py`),
  which has by then made the picture durable, settled its price and written the job down, and the SDK. One process
  answers and takes the posts, so one clock says how long it was.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from api_child import Measured
from row import Row

AT_ONCE = 100
ONE_BY_ONE = 40
WARMING = 3
ANSWER_SECONDS = 120.0
MEMORY_RATIO = 70
STALL_MS = 100
WAY_RATIO = 3
WAY_MS = 25
PLAIN, THRIFTY = "openai SDK, the plain way", "openai SDK, thriftier"


class Child:
    """One of the processes of this bench."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def say(self, command: str, number: int = 0) -> Any:
        """Have it do something; its answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{command} {number}\n".encode())
        return json.loads(await self.line())

    async def line(self) -> bytes:
        """The next line that it says."""
        assert self._process.stdout is not None
        async with asyncio.timeout(ANSWER_SECONDS):
            line = await self._process.stdout.readline()
        if not line:
            raise RuntimeError("a process of the bench ended early; standard error says why")
        return line


@asynccontextmanager
async def _child(script: str, *arguments: str) -> AsyncIterator[Child]:
    here = Path(__file__).parent
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("EASEL_", "OPENAI_"))}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(here / script), *arguments),
        env=inherited | {"PYTHONPATH": f"{here.parent.parent}:{here.parent}", "NO_PROXY": "127.0.0.1"},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield Child(process)
        assert process.stdin is not None
        process.stdin.close()
        await asyncio.wait_for(process.wait(), 30)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def run() -> list[Row]:
    """The lines of the table. Under a minute."""
    async with _child("api_server.py") as server:
        port = int(await server.line())
        await server.line()
        addresses = f"http://127.0.0.1:{port}/v1", f"http://127.0.0.1:{port}/upload"
        return [*await _in_flight(server, addresses), *await _on_the_way(server, addresses)]


async def _in_flight(server: Child, addresses: tuple[str, str]) -> list[Row]:
    """Ours is measured around each of the others, and its middle round counts."""
    rounds = [await _together(server, "api_ours.py", "draw", addresses[:1])]
    plain = await _together(server, "api_plain.py", "draw", addresses)
    rounds.append(await _together(server, "api_ours.py", "draw", addresses[:1]))
    thrifty = await _together(server, "api_plain.py", "draw-thriftily", addresses)
    rounds.append(await _together(server, "api_ours.py", "draw", addresses[:1]))
    memory_mb = statistics.median(each.memory_mb for each in rounds)
    stall_ms = statistics.median(each.stall_ms for each in rounds)
    cpu_ms = statistics.median(each.cpu_ms for each in rounds)
    what = f"{AT_ONCE} pictures of 2K at once"
    less = plain.memory_mb / memory_mb
    return [
        Row(f"{what}: memory", memory_mb, "MB", PLAIN, plain.memory_mb,
            f"{MEMORY_RATIO} times less", less >= MEMORY_RATIO),
        Row(f"{what}: memory", memory_mb, "MB", THRIFTY, thrifty.memory_mb),
        Row(f"{what}: longest stall of the event loop", stall_ms, "ms", PLAIN, plain.stall_ms,
            f"under {STALL_MS} ms", stall_ms < STALL_MS),
        Row(f"{what}: processor, each", cpu_ms, "ms", PLAIN, plain.cpu_ms),
        Row(f"{what}: processor, each", cpu_ms, "ms", THRIFTY, thrifty.cpu_ms),
    ]  # fmt: skip


async def _together(server: Child, script: str, command: str, addresses: Sequence[str]) -> Measured:
    async with _child(script, *addresses) as child:
        await child.line()
        await server.say("together", AT_ONCE)
        measured = Measured(**await child.say(command, AT_ONCE))
        await server.say("together", 0)
        return measured


async def _on_the_way(server: Child, addresses: tuple[str, str]) -> list[Row]:
    """Ours and the plain one take turns."""
    ours: list[float] = []
    plain: list[float] = []
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(_child("api_house.py", *addresses))
        bot = await stack.enter_async_context(_child("api_plain.py", *addresses))
        await house.line()
        await bot.line()
        for number in range(WARMING + ONE_BY_ONE):
            for child, ways in ((house, ours), (bot, plain)):
                await child.say("post")
                (way_ms,) = await server.say("ways")
                if number >= WARMING:
                    ways.append(way_ms)
    middle, plain_middle = statistics.median(ours), statistics.median(plain)
    late = _p95(ours)
    return [
        Row("from the API's last byte to the post's first, p50", middle, "ms", PLAIN, plain_middle,
            f"{WAY_RATIO} times or better", plain_middle / middle >= WAY_RATIO),
        Row("from the API's last byte to the post's first, p95", late, "ms", PLAIN, _p95(plain),
            f"under {WAY_MS} ms", late < WAY_MS),
    ]  # fmt: skip


def _p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20)[18]
