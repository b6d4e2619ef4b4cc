"""Pictures as files in the data folder."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import re
import sys
import tempfile
from collections.abc import AsyncIterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO

from core.errors import Gone
from core.ports import Blob

_KEY = re.compile(r"[0-9a-f]{64}", re.ASCII)
_TEMPORARY = "incoming"
_CHUNK_BYTES = 256 * 1024
_BEHIND_BYTES = 1024 * 1024


class _FileWriter:
    """One file on its way in. Hashed as it comes, so that committing never reads it again."""

    def __init__(self, folder: Path, behind: Executor) -> None:
        self._folder = folder
        self._behind = behind
        descriptor, name = tempfile.mkstemp(dir=folder / _TEMPORARY)
        self._file = os.fdopen(descriptor, "wb", buffering=0)
        self._temporary = Path(name)
        self._hash = hashlib.sha256()
        self._size_bytes = 0
        self._named = False
        self._begun_bytes = 0  # of them the disk has been told

    def write(self, data: bytes) -> None:
        """Add a chunk: a copy into the page cache."""
        self._hash.update(data)
        left = memoryview(data)
        while left:  # a full disk shortens a write before it refuses one
            left = left[self._file.write(left) :]
        self._size_bytes += len(data)
        if self._size_bytes - self._begun_bytes >= _BEHIND_BYTES:
            self._behind.submit(_begin_writing, self._file, self._begun_bytes, self._size_bytes - self._begun_bytes)
            self._begun_bytes = self._size_bytes

    async def commit(self) -> Blob:
        """Durable, then named: after a power cut the name is either absent or whole."""
        return await asyncio.to_thread(self._commit)

    def _commit(self) -> Blob:
        key = self._hash.hexdigest()
        with self._file:
            os.fsync(self._file.fileno())
        target = _place(self._folder, key)
        if not target.parent.exists():
            target.parent.mkdir(exist_ok=True)
            _sync_folder(self._folder)
        # Also when the content is there already: this file was synced a moment ago, that one perhaps not yet.
        self._temporary.replace(target)
        self._named = True
        _sync_folder(target.parent)
        return Blob(key, self._size_bytes)

    def abandon(self) -> None:
        """Close and forget, if that is still needed."""
        self._file.close()
        if not self._named:  # else there is nothing to look for, which takes milliseconds where many finish at once
            self._temporary.unlink(missing_ok=True)


class FileBlobs:
    """Files named by their SHA-256, two digits of folder first: `ab/cdef…`.

    Names come from content alone, never from people, and a key that is not 64 hex digits is refused before it touches a
    path. What a crash left half-written is removed when the store is opened.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._behind = ThreadPoolExecutor(1, "blobs-write-behind")  # it starts when there is something to do
        incoming = folder / _TEMPORARY
        incoming.mkdir(parents=True, exist_ok=True)
        for abandoned in incoming.iterdir():
            abandoned.unlink(missing_ok=True)
        _make_all_folders(folder)

    @asynccontextmanager
    async def writer(self) -> AsyncIterator[_FileWriter]:
        """A place for new bytes; leaving without `commit` forgets them."""
        writer = await self._opened()
        try:
            yield writer
        finally:
            writer.abandon()

    async def _opened(self) -> _FileWriter:
        """A thread that opens a file cannot be stopped: who is cancelled meanwhile waits for it, and forgets it."""
        opening = asyncio.get_running_loop().run_in_executor(None, _FileWriter, self._folder, self._behind)
        try:
            return await asyncio.shield(opening)
        except asyncio.CancelledError:
            with contextlib.suppress(OSError):
                (await opening).abandon()
            raise

    async def put(self, data: bytes) -> Blob:
        """Keep these bytes."""
        async with self.writer() as writer:
            await asyncio.to_thread(_write_all, writer, data)
            return await writer.commit()

    async def read(self, key: str) -> bytes:
        """All the bytes. Raises `Gone`."""
        path = _place(self._folder, key)
        try:
            return await asyncio.to_thread(path.read_bytes)
        except FileNotFoundError as error:
            raise _gone() from error

    async def path(self, key: str) -> Path:
        """The file itself, to be read only. Raises `Gone`."""
        path = _place(self._folder, key)
        if not await asyncio.to_thread(path.is_file):
            raise _gone()
        return path

    async def delete(self, key: str) -> None:
        """Forget the bytes; silent when they are not there."""
        path = _place(self._folder, key)
        await asyncio.to_thread(path.unlink, missing_ok=True)


def _place(folder: Path, key: str) -> Path:
    if not _KEY.fullmatch(key):  # a key is also what an address bar may hold: `..` must never reach a path
        raise _gone()
    return folder / key[:2] / key[2:]


def _gone() -> Gone:
    return Gone("That picture is no longer here.", "Please make it again.")


def _write_all(writer: _FileWriter, data: bytes) -> None:
    for start in range(0, len(data), _CHUNK_BYTES):
        writer.write(data[start : start + _CHUNK_BYTES])


def _begin_writing(file: IO[bytes], start: int, length: int) -> None:
    """Have the disk begin with these bytes, so that the sync in the end finds little left: a fifth of the time.

    On Linux POSIX_FADV_DONTNEED starts the writing of what is not on the disk yet (mm/fadvise.c), and drops from memory
    only what is. It may have to wait for a slow disk, hence the thread.
    """
    if sys.platform == "linux":
        # Forgotten meanwhile, or a file system that takes no advice.
        with contextlib.suppress(OSError, ValueError):
            os.posix_fadvise(file.fileno(), start, length, os.POSIX_FADV_DONTNEED)


def _make_all_folders(folder: Path) -> None:
    """All 256, once: otherwise each of the first pictures would wait for the disk to know its folder."""
    missing = {f"{number:02x}" for number in range(256)} - {entry.name for entry in folder.iterdir()}
    for name in missing:
        (folder / name).mkdir(exist_ok=True)
    if missing:
        _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    """A new name is durable only when its folder is (fsync(2): "an explicit fsync() on a directory is needed")."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        # Some network file systems cannot sync a folder and say EINVAL; the name is then as durable as it can be.
        with contextlib.suppress(OSError):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
