"""An image API and a chat platform's upload in one process: python api_server.py

In one process, so that one clock tells how long a picture takes from the one to the other. It is a raw server and no
framework, since it has to feed a hundred readers at once. Its first line is its port.

Every answer has another picture: a PNG of 2048 x 2048 that is as heavy as a real one, with a number in its header.
Answers come at the speed of a gigabit line. `together 100` makes the next hundred large ones really be in flight at
once: they begin when all hundred are asked for, and share the line, each given a segment in its turn. Without a line
between them, a server and its client on one machine would exchange whole pictures inside the kernel's buffers.
"""

from __future__ import annotations

import asyncio
import base64
import io
import itertools
import json
import struct
import time
import zlib
from collections.abc import Iterator, Sequence
from typing import Any

from api_child import LARGE, obey
from PIL import Image, ImageChops

LINE_BYTES_A_SECOND = 125_000_000
SEGMENT_BYTES = 16 * 1024  # as much as HTTPS sends at once (RFC 8446, 5.1: a record of at most 2^14 bytes)
SLACK_SECONDS = 0.005  # a clock's tick is made up for; more lost time is not, on a line
# 1.6 bytes for a pixel: scikit-learn's two photographs have 1.3 and 1.8 as PNG. So a picture of 2048 x 2048 has 6.8 MB,
# which the plain way holds five times over: 34 MB.
NOISE = 4
NUMBERED_BYTES = 63  # the PNG's signature, header and comment: a multiple of three, so that its base64 ends with it


class Plate:
    """One picture that can be sent under any number of numbers: they differ in a comment at the start of the file."""

    def __init__(self, edge: int, noise: float) -> None:
        self._edge = edge
        gradient = Image.linear_gradient("L")
        shades = (gradient, gradient.rotate(90), Image.radial_gradient("L"))
        channels = [
            ImageChops.add(shade.resize((edge, edge)), Image.effect_noise((edge, edge), noise), 2) for shade in shades
        ]
        out = io.BytesIO()
        Image.merge("RGB", channels).save(out, "PNG", compress_level=1)
        self._rest = base64.b64encode(out.getvalue()[33:])  # after the signature and IHDR
        self._head = out.getvalue()[:33]

    def body(self, number: int) -> tuple[bytes, bytes, bytes]:
        """The answer's JSON, in three pieces."""
        comment = b"tEXt" + f"Comment\0{number:010}".encode()
        numbered = self._head + struct.pack(">I", 18) + comment + struct.pack(">I", zlib.crc32(comment))
        assert len(numbered) == NUMBERED_BYTES
        before, after = json.dumps(self._answer(), separators=(",", ":")).encode().split(b"PICTURE")
        return before + base64.b64encode(numbered), self._rest, after

    def _answer(self) -> dict[str, Any]:
        details = {"image_tokens": 0, "text_tokens": 16}
        usage = {"input_tokens": 16, "input_tokens_details": details, "output_tokens": 14272, "total_tokens": 14288}
        return {
            "created": 1777371362,
            "background": "opaque",
            "data": [{"b64_json": "PICTURE"}],
            "output_format": "png",
            "quality": "high",
            "size": f"{self._edge}x{self._edge}",
            "usage": usage,
        }


class Server:
    """Both ends of a picture's way."""

    def __init__(self) -> None:
        self._small, self._large = Plate(256, NOISE), Plate(2048, NOISE)
        self._numbers = itertools.count(1)
        self._together = 0
        self._gathered: list[tuple[asyncio.StreamWriter, list[bytes]]] = []
        self._shared = asyncio.Event()  # the gathered answers have been sent
        self._answered_at = 0.0
        self._ways: list[float] = []

    async def together(self, readers: int) -> None:
        """The next large answers are for so many readers at once; 0: each for itself."""
        self._together = readers

    async def ways(self, _: int) -> list[float]:
        """Milliseconds from an answer's last byte to the first byte of the post after it, of all since last asked."""
        ways, self._ways = self._ways, []
        return ways

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        writer.transport.set_write_buffer_limits(high=0)  # drained means: all of it is the kernel's
        try:
            while first := await reader.read(1):
                began_at = time.perf_counter()
                head = (first + await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
                length = int(head.partition("content-length:")[2].partition("\r\n")[0])
                if "/upload" in head.partition("\r\n")[0]:
                    self._ways.append((began_at - self._answered_at) * 1000)
                    await _passed_over(reader, length)
                    await _write(
                        writer, b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"
                    )
                else:
                    await self._draw(json.loads(await reader.readexactly(length)), writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # whoever asked is gone: the end of its process
        finally:
            writer.close()

    async def _draw(self, asked: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        large = asked["size"] == LARGE
        pieces = (self._large if large else self._small).body(next(self._numbers))
        head = (
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-request-id: req_bench\r\n"
            f"content-length: {sum(map(len, pieces))}\r\n\r\n"
        )
        if large and self._together:
            await self._gather(writer, [head.encode(), *pieces])
        else:
            await _at_line_speed([(writer, [head.encode(), *pieces])])
        self._answered_at = time.perf_counter()

    async def _gather(self, writer: asyncio.StreamWriter, pieces: list[bytes]) -> None:
        """Wait for the others. Whoever comes last sends for all."""
        self._gathered.append((writer, pieces))
        if len(self._gathered) < self._together:
            await self._shared.wait()
            return
        answers, self._gathered = self._gathered, []
        await _at_line_speed(answers)
        self._shared.set()
        self._shared = asyncio.Event()


async def _write(writer: asyncio.StreamWriter, data: bytes | memoryview) -> None:
    writer.write(data)
    await writer.drain()


async def _at_line_speed(answers: Sequence[tuple[asyncio.StreamWriter, list[bytes]]]) -> None:
    """A segment for each in turn, until everybody has everything."""
    due = time.perf_counter()
    segments = [(writer, _segments(pieces)) for writer, pieces in answers]
    while segments:
        for writer, left in tuple(segments):
            if (segment := next(left, None)) is None:
                segments.remove((writer, left))
                continue
            await _write(writer, segment)
            due = max(due, time.perf_counter() - SLACK_SECONDS) + len(segment) / LINE_BYTES_A_SECOND
            if (early := due - time.perf_counter()) > 0:
                await asyncio.sleep(early)


def _segments(pieces: list[bytes]) -> Iterator[bytes | memoryview]:
    """An answer's, the first with its head, the last with all that is left of it."""
    *head, rest, last = pieces
    cuts = range(0, len(rest), SEGMENT_BYTES)
    for start in cuts:
        segment: bytes | memoryview = memoryview(rest)[start : start + SEGMENT_BYTES]
        if start == cuts[0]:
            segment = b"".join((*head, segment))
        yield b"".join((segment, last)) if start == cuts[-1] else segment


async def _passed_over(reader: asyncio.StreamReader, length: int) -> None:
    while length:
        length -= len(await reader.read(min(length, SEGMENT_BYTES)))


async def main() -> None:
    """Serve until standard input ends."""
    server = Server()
    async with await asyncio.start_server(server.serve, "127.0.0.1", 0, backlog=512) as listening:
        print(listening.sockets[0].getsockname()[1], flush=True)
        await obey({"together": server.together, "ways": server.ways})


asyncio.run(main())
