"""Taking turns at Discord's door: each bucket of shards may identify once in five seconds, whichever process asks.

Discord, "Gateway", Rate Limiting: shard `n` is in bucket `n % max_concurrency`. Whoever comes too early is sent away
with an invalid session, and each attempt counts against the thousand of a day.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

WINDOW_SECONDS: Final = 5.0
_LOOK_SECONDS: Final = 0.05


class IdentifyGate:
    """One file for each bucket, in a folder that all processes of this bot on this machine share.

    The kernel lets go of a dead process's lock. The file holds when the last one went through, on the machine's own
    clock, which all its processes share and nobody sets.
    """

    def __init__(self, folder: Path, *, window_seconds: float = WINDOW_SECONDS) -> None:
        self._folder = folder
        self._window_seconds = window_seconds
        self.buckets = 1  # Discord's `max_concurrency`, once it is known

    async def wait(self, shard_id: int) -> None:
        """Return when this shard may identify."""
        async with self._turn(shard_id % max(1, self.buckets)) as descriptor:
            since = time.monotonic() - _last(descriptor)
            if 0 <= since < self._window_seconds:  # a negative one is from before the machine was started
                await asyncio.sleep(self._window_seconds - since)
            _write(descriptor, time.monotonic())

    @asynccontextmanager
    async def _turn(self, bucket: int) -> AsyncIterator[int]:
        path = self._folder / f"discord-identify-{bucket}.lock"
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            while not _locked(descriptor):  # noqa: ASYNC110 - another process lets go of it, and tells nobody
                await asyncio.sleep(_LOOK_SECONDS)
            yield descriptor
        finally:
            os.close(descriptor)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _last(descriptor: int) -> float:
    try:
        return float(os.pread(descriptor, 64, 0))
    except ValueError:  # nobody yet
        return float("-inf")


def _write(descriptor: int, moment: float) -> None:
    said = repr(moment).encode()
    os.pwrite(descriptor, said, 0)
    os.ftruncate(descriptor, len(said))
