"""The processes of a bench beside its own, and the image API that knows how long it took."""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import support_easel
from aiohttp import web
from emulators.image_api.answers import Answer, Visit
from emulators.image_api.server import FakeImageApi


class Timed(FakeImageApi):
    """Knows how long it took for the last picture: from the request, once it is read, to the finished answer."""

    took_seconds = 0.0

    async def _write(self, request: web.Request, answer: Answer, visit: Visit) -> web.StreamResponse:
        self.took_seconds = time.perf_counter() - visit.recorded.began_at
        return await super()._write(request, answer, visit)


@asynccontextmanager
async def process(*arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Python with these arguments, the first a script of this folder or `-m`; ended with the block."""
    here = Path(__file__).parent
    paths = f"{here.parent.parent}:{here.parent}:{here}"
    first, *more = arguments
    made = await asyncio.create_subprocess_exec(
        *(sys.executable, first if first == "-m" else str(here / first), *more),
        env=support_easel.environment(here, {"PYTHONPATH": paths, "NO_PROXY": "127.0.0.1"}),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=1 << 22,
    )
    try:
        yield made
    finally:
        if made.returncode is None:
            made.kill()
        await made.wait()


def p95(values: Sequence[float]) -> float:
    """All but the slowest twentieth are quicker."""
    return statistics.quantiles(values, n=20)[18]


def p99(values: Sequence[float]) -> float:
    """All but the slowest hundredth are quicker."""
    return statistics.quantiles(values, n=100)[98]
