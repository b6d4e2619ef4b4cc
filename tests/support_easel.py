"""A real Easel in a process of its own, as `make run` starts it, on a data folder that outlives it."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

LINK = re.compile(r"Easel is ready: (?P<link>(?P<address>http://\S+?)/#token=\S+)")
ADMIN_LINK = re.compile(r"For administrators: (?P<link>http://\S+?/admin#token=\S+)")
START_SECONDS = 30.0


@dataclass(slots=True)
class RunningEasel:
    """Where it is, and what it said on standard error."""

    process: asyncio.subprocess.Process
    link: str
    address: str
    said: list[str]

    async def admin_link(self) -> str:
        """The administrators' page: it is said right after the other link."""
        async with asyncio.timeout(START_SECONDS):
            while (found := ADMIN_LINK.search("".join(self.said))) is None:  # noqa: ASYNC110 - a line of its output
                await asyncio.sleep(0.02)
        return found["link"]

    async def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End it; the exit code."""
        if self.process.returncode is None:
            self.process.send_signal(how)
        return await asyncio.wait_for(self.process.wait(), 60)


def environment(folder: Path, settings: Mapping[str, str]) -> dict[str, str]:
    """This process's environment without any Easel setting of its own, and with these."""
    ambient = ("EASEL_", "OPENAI_", "DISCORD_")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(ambient)}
    return inherited | {"EASEL_DATA_DIR": str(folder), "EASEL_WEB__PORT": "0"} | dict(settings)


@asynccontextmanager
async def running(folder: Path, **settings: str) -> AsyncIterator[RunningEasel]:
    """`easel run` until the block ends. Its working folder is the data folder's parent, where an easel.toml may lie."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bots", "run"),
        cwd=folder.parent,
        env=environment(folder, settings) | {"PYTHONPATH": str(Path(__file__).parent.parent)},
        stderr=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
    )
    assert process.stderr is not None
    said: list[str] = []
    found: asyncio.Future[re.Match[str]] = asyncio.get_running_loop().create_future()

    async def listen(stream: asyncio.StreamReader) -> None:
        async for line in stream:
            said.append(line.decode(errors="replace"))
            match = LINK.search(said[-1])
            if match and not found.done():
                found.set_result(match)
        if not found.done():
            found.set_exception(AssertionError("Easel did not start:\n" + "".join(said)))

    listening = asyncio.create_task(listen(process.stderr))
    try:
        match = await asyncio.wait_for(found, START_SECONDS)
        easel = RunningEasel(process, match["link"], match["address"], said)
        yield easel
        await easel.stop()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        await listening
