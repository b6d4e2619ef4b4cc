"""What the processes of bench_api.py share: how they are talked to, and how they measure themselves."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

BEAT_SECONDS = 0.005
LARGE, SMALL = "2048x2048", "1024x1024"
PROMPT = "a lighthouse on a cliff at dusk, watercolour, soft light"
MODEL = "gpt-image-2"
KEY = "sk-of-a-bench-that-pays-nobody"


@dataclass(frozen=True, slots=True)
class Measured:
    """What some pictures cost the process that asked for them."""

    memory_mb: float  # at the peak, above what it had before
    stall_ms: float  # the longest time for which its event loop did nothing else
    cpu_ms: float  # for each picture, of all threads
    seconds: float


async def obey(commands: Mapping[str, Callable[[int], Awaitable[object]]]) -> None:
    """Say that it is ready, then answer each line of standard input, a command and a number, with a line of JSON."""
    _say(None)
    while line := await asyncio.to_thread(sys.stdin.readline):
        name, number = line.split()
        _say(await commands[name](int(number)))


def _say(answer: object) -> None:
    print(json.dumps(answer), flush=True)


async def measured(pictures: int, draw_one: Callable[[int], Awaitable[object]]) -> dict[str, float]:
    """Ask for all of them at once. What each call returns is kept until the end, as it is until it is posted."""
    gc.collect()
    before_mb = _memory_mb("VmRSS")
    with contextlib.suppress(OSError):  # not everywhere allowed; then the peak counts from the process's start
        Path("/proc/self/clear_refs").write_text("5")  # proc_pid_clear_refs(5): resets VmHWM
    late: list[float] = []
    ticker = asyncio.create_task(_tick(late))
    await asyncio.sleep(10 * BEAT_SECONDS)
    cpu, began = time.process_time(), time.perf_counter()
    kept = await asyncio.gather(*(draw_one(number) for number in range(pictures)))
    cpu, seconds = time.process_time() - cpu, time.perf_counter() - began
    ticker.cancel()
    assert len(kept) == pictures
    return asdict(Measured(_memory_mb("VmHWM") - before_mb, max(late) * 1000, cpu / pictures * 1000, seconds))


async def _tick(late: list[float]) -> None:
    while True:
        due = time.perf_counter() + BEAT_SECONDS
        await asyncio.sleep(BEAT_SECONDS)
        late.append(time.perf_counter() - due)


def _memory_mb(field: str) -> float:
    """This process's own memory (proc_pid_status(5))."""
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith(field)) / 1024
