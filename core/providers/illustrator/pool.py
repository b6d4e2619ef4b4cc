"""Worker processes that draw: resvg holds the interpreter's lock for a whole render, and would stall the event loop."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from typing import ParamSpec, TypeVar

from core.errors import ProviderUnavailable
from core.providers.illustrator import work

P = ParamSpec("P")
T = TypeVar("T")

NICENESS = 10  # two busy workers on two cores made the event loop wait 12 ms for its turn (p99)


def _begin() -> None:
    """In the child: the parent's event loop goes first, Ctrl-C is its business, and its end is ours."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(NICENESS)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_follow, args=(parent.sentinel,), daemon=True).start()


def _follow(sentinel: int) -> None:
    wait([sentinel])
    os._exit(0)


class DrawingPool:
    """A few worker processes, started with the first work and rebuilt once when one of them is killed."""

    def __init__(self, workers: int | None = None) -> None:
        self._workers = workers or min(2, os.cpu_count() or 1)
        self._executor: ProcessPoolExecutor | None = None
        self._closed = False

    @property
    def workers(self) -> int:
        """How many pictures are drawn at the same time."""
        return self._workers

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a module's function in a worker. Its exceptions arrive here; the work of one that dies is done again."""
        if kwargs:
            raise TypeError("only positional arguments travel to a worker")
        for _ in range(2):
            executor = self._started()
            try:
                return await asyncio.get_running_loop().run_in_executor(executor, work, *args)
            except BrokenProcessPool:
                self._forget(executor)
        raise ProviderUnavailable("The illustrator stopped in the middle of its work.", "Ask again in a moment.")

    async def warm(self) -> None:
        """Start all workers and load what they need."""
        await asyncio.gather(*(self.run(work.warm) for _ in range(self._workers)))

    def _started(self) -> ProcessPoolExecutor:
        if self._closed:
            raise ProviderUnavailable("Easel is stopping.", "Ask again in a moment.")
        if self._executor is None:
            # Not fork: the parent has threads and an event loop, whose locks a forked child would inherit.
            context = multiprocessing.get_context("forkserver" if hasattr(os, "fork") else "spawn")
            self._executor = ProcessPoolExecutor(self._workers, mp_context=context, initializer=_begin)
        return self._executor

    def _forget(self, broken: ProcessPoolExecutor) -> None:
        if self._executor is broken:
            self._executor = None
            broken.shutdown(wait=False, cancel_futures=True)

    async def aclose(self) -> None:
        """Let the current work end, drop the rest, stop the workers."""
        self._closed = True
        executor, self._executor = self._executor, None
        if executor is not None:
            await asyncio.to_thread(executor.shutdown, wait=True, cancel_futures=True)
