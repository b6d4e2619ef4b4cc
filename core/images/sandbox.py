"""Starts the decoding child and reads its answer. What goes wrong in there comes back as a value, never as a crash."""

from __future__ import annotations

import asyncio
import functools
import json
import os
import signal
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO

CHILDREN_MAX = 2  # at the same time: each may take its whole memory limit
WALL_SECONDS = 20


@dataclass(frozen=True, slots=True)
class DecodeJob:
    """The bounds of one decode. Measured with Pillow 13: 40 megapixels of progressive JPEG fit in 768 MiB."""

    pixels: int = 40_000_000
    short_edge: int = 16
    ratio: int = 10
    long_edge: int = 3840  # a larger picture is scaled down; 0: keep its size
    lossless: int = 0
    memory_bytes: int = 768 * 1024 * 1024
    cpu_seconds: int = 10


@dataclass(frozen=True, slots=True)
class Decoded:
    """A picture that our own encoder wrote: upright, sRGB (RGB or RGBA), no metadata."""

    data: bytes
    media_type: str
    width: int
    height: int
    animated: bool


@dataclass(frozen=True, slots=True)
class Undecodable:
    """Why not: `pixels`, `tiny`, `thin`, `damaged`, `memory`, `time` or `crash`; the size where the header told it."""

    code: str
    width: int = 0
    height: int = 0


async def decode(data: bytes, job: DecodeJob) -> Decoded | Undecodable:
    """Decode hostile bytes in a child process, off the event loop. About 60 ms more than decoding them here."""
    return await asyncio.get_running_loop().run_in_executor(_starters(), _run, data, job)


@functools.cache
def _starters() -> ThreadPoolExecutor:
    """Its size is what bounds the memory of all children together; the default pool stays free for other work."""
    return ThreadPoolExecutor(CHILDREN_MAX, thread_name_prefix="decode")


def _run(data: bytes, job: DecodeJob) -> Decoded | Undecodable:
    bounds = {name: getattr(job, name) for name in DecodeJob.__slots__}
    command = [sys.executable, "-I", str(Path(__file__).with_name("child.py")), json.dumps(bounds)]
    with _as_file(data) as source:
        child = subprocess.Popen(  # noqa: S603 - our own file, by its path; the hostile part is standard input
            command, stdin=source, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}, cwd="/", close_fds=True
        )
        with child:
            try:
                out, _ = child.communicate(timeout=WALL_SECONDS)
            except subprocess.TimeoutExpired:
                child.kill()
                return Undecodable("time")
    if child.returncode == -signal.SIGXCPU:
        return Undecodable("time")
    return _answer(out) if child.returncode == 0 else Undecodable("crash")


def _as_file(data: bytes) -> IO[bytes]:
    """The bytes as something to read from: in memory where the system can, else an unlinked temporary file.

    Not a pipe: `communicate` feeds pipes in pieces of 512 bytes, under the interpreter's lock.
    """
    source: IO[bytes] = (
        os.fdopen(os.memfd_create("picture"), "w+b") if sys.platform == "linux" else tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    )
    source.write(data)
    source.seek(0)
    return source


def _answer(out: bytes) -> Decoded | Undecodable:
    """Believe the child only so far: it may have been taken over, so its answer is checked like any other input."""
    end = 4 + int.from_bytes(out[:4], "big")
    try:
        head = json.loads(out[4:end])
        if "error" in head:
            return Undecodable(str(head["error"]), int(head.get("width", 0)), int(head.get("height", 0)))
        media_type = str(head["media_type"])
        decoded = Decoded(out[end:], media_type, int(head["width"]), int(head["height"]), bool(head["animated"]))
    except (ValueError, KeyError, TypeError):
        return Undecodable("crash")
    magic = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}.get(media_type)
    return decoded if magic and decoded.data.startswith(magic) else Undecodable("crash")
