"""From the command to the first answer, and the memory of a process that waits."""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

import httpx
import support_easel
from row import Row

ROUNDS = 5
SETTLE_SECONDS = 3.0
BARE = """
import asyncio, sys, time
from aiohttp import web
async def main():
    app = web.Application()
    app.router.add_get("/readyz", lambda request: asyncio.sleep(0, web.Response(text="ok")))
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.sleep(3600)
asyncio.run(main())
"""


async def run() -> list[Row]:
    """Easel beside a bare aiohttp server: the least that any Python web process costs."""
    ours, bare = [], []
    for _ in range(ROUNDS):
        ours.append(await _easel())
        bare.append(await _bare())
    seconds, memory = (statistics.median(each) for each in zip(*ours, strict=True))
    bare_seconds, bare_memory = (statistics.median(each) for each in zip(*bare, strict=True))
    return [
        Row("start to ready", seconds, "s", "bare aiohttp server", bare_seconds),
        Row("resident memory, idle, with all child processes", memory, "MB", "bare aiohttp server", bare_memory),
    ]


async def _easel() -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        async with support_easel.running(Path(folder) / "data") as easel, httpx.AsyncClient(trust_env=False) as client:
            await _ready(client, f"{easel.address}/readyz")
            seconds = time.perf_counter() - began
            await asyncio.sleep(SETTLE_SECONDS)
            return seconds, resident_mb(easel.process.pid)


async def _bare() -> tuple[float, float]:
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", BARE, stdout=asyncio.subprocess.PIPE)
    try:
        assert process.stdout is not None
        port = int(await process.stdout.readline())
        async with httpx.AsyncClient(trust_env=False) as client:
            await _ready(client, f"http://127.0.0.1:{port}/readyz")
        seconds = time.perf_counter() - began
        await asyncio.sleep(0.5)
        return seconds, resident_mb(process.pid)
    finally:
        process.kill()
        await process.wait()


async def _ready(client: httpx.AsyncClient, address: str) -> None:
    async with asyncio.timeout(30):
        while (await client.get(address)).status_code != 200:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.01)


def resident_mb(process: int) -> float:
    """Resident memory of a process and its children, in MB (proc_pid_status(5): VmRSS)."""
    status = Path(f"/proc/{process}/status").read_text()
    kilobytes = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return kilobytes / 1024 + sum(resident_mb(int(child)) for child in children)
