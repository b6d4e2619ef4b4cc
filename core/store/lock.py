"""The data folder belongs to one process at a time."""

from __future__ import annotations

import fcntl
import json
import os
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from core.errors import DataFolderBusy

_NAME = "easel.lock"


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has the folder: the process, and where its playground can be reached ("" when nowhere)."""

    pid: int
    url: str


class DataFolderLock:
    """A lock that the kernel releases when its process dies, however it dies, so it is never stale.

    Several writers on one SQLite file wait for each other by chance and not in a queue (measured: up to 5 s, longer
    than a chat platform waits for an answer), so the second process is told at once instead.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / _NAME
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Take the folder. Raises `DataFolderBusy`, which names who has it."""
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(descriptor)
            raise _busy(self.holder()) from error
        self._descriptor = descriptor
        self.announce("")

    def announce(self, url: str) -> None:
        """Leave word, for those who come later, where this Easel can be reached."""
        if self._descriptor is None:
            raise RuntimeError("The data folder's lock is not held.")
        text = json.dumps({"pid": os.getpid(), "url": url}).encode()
        # Written over in place: the lock is on this very file, so it cannot be replaced by another.
        os.pwrite(self._descriptor, text, 0)
        os.ftruncate(self._descriptor, len(text))

    def holder(self) -> Holder | None:
        """Who took the folder last, as far as the file says."""
        try:
            said = json.loads(self._path.read_text(encoding="utf-8"))
            return Holder(int(said["pid"]), str(said["url"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None  # it is being written at this moment, or by something else

    def release(self) -> None:
        """Give the folder back. Silent when it is not held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> DataFolderLock:
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def _busy(holder: Holder | None) -> DataFolderBusy:
    who = "Another process" if holder is None else f"Process {holder.pid}"
    where = f"Use it at {holder.url}, stop" if holder is not None and holder.url else "Stop"
    return DataFolderBusy(
        f"{who} already runs Easel on this data folder.",
        f"{where} it, or set EASEL_DATA_DIR to another folder.",
    )
