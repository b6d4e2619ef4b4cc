"""An answer's pictures, from the network straight into the blob store while they arrive.

The usual way (read the body, parse it, decode the text) holds a picture of 2K four times over, 34 MB. Here a picture in
flight costs its chunk: the base64 is decoded as it comes and written to the blob's temporary file.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, Final, Protocol

from core.errors import DrawingFailed, OutcomeUnknown
from core.http import Response
from core.i18n import say
from core.model import Size
from core.ports import Blob, BlobStore, BlobWriter
from core.providers.openai.base64_stream import Base64Stream, NotBase64
from core.providers.openai.json_stream import Begin, End, JsonStream, Malformed, Pattern, Piece, Unfinished
from core.providers.openai.sniffing import Sniffer

CHUNK_BYTES: Final = 64 * 1024  # what is decoded at once: a tenth of a millisecond of the event loop's time
TOTAL_BYTES_MAX: Final = 1024 * 1024 * 1024  # ten pictures of 4K that do not compress
PICTURE_BYTES_MAX: Final = 64 * 1024 * 1024
ASK_AGAIN: Final = say("Ask again, or for something simpler.")


class Sink(Protocol):
    """Where a picture's bytes go; a `BlobWriter` is one."""

    def write(self, data: bytes) -> None:
        """Add a chunk."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where in an answer its pictures stand. None is any number of an array: ("data", None, "b64_json")."""

    places: tuple[Pattern, ...]
    total_bytes_max: int = TOTAL_BYTES_MAX


@dataclass(frozen=True, slots=True)
class KeptPicture:
    """A picture in the blob store, and what its own bytes say of it."""

    blob: Blob
    size: Size
    media_type: str


@dataclass(frozen=True, slots=True)
class Flaw:
    """What stood in a picture's place was none. `why` is for the operator's log."""

    why: str


class Arriving:
    """One picture on its way in: base64 in, bytes out into a sink, format and size noted on the way.

    What is no picture is remembered as `flaw`, and the rest of it is passed over.
    """

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._base64 = Base64Stream()
        self._sniffer = Sniffer()
        self.size_bytes = 0
        self.flaw: Flaw | None = None

    def add(self, letters: bytes) -> None:
        """More of its base64."""
        if self.flaw is None:
            self._write(self._base64.feed, letters)

    def end(self) -> None:
        """That was all of it."""
        if self.flaw is None:
            self._write(lambda _: self._base64.finish(), b"")
        if self.flaw is None and self._sniffer.finish() is None:
            self.flaw = Flaw("not a picture" if self.size_bytes else "nothing")

    @property
    def media_type(self) -> str:
        """What it is. Only after `end`, and without a flaw."""
        assert self._sniffer.found is not None
        return self._sniffer.found.media_type

    @property
    def size(self) -> Size:
        """Its size in pixels. Only after `end`, and without a flaw."""
        assert self._sniffer.found is not None
        return self._sniffer.found.size

    def _write(self, decode: _Decode, letters: bytes) -> None:
        try:
            data = decode(letters)
        except NotBase64:
            self.flaw = Flaw("not base64")
            return
        self.add_bytes(data)

    def add_bytes(self, data: bytes) -> None:
        """More of the picture itself, where it does not come as base64."""
        self.size_bytes += len(data)
        if self.size_bytes > PICTURE_BYTES_MAX:
            self.flaw = Flaw("too large")
            return
        self._sniffer.feed(data)
        self._sink.write(data)


class _Decode(Protocol):
    def __call__(self, letters: bytes, /) -> bytes: ...


class Arrived:
    """A picture that is all there, in the blob's temporary file. Unless `keep` is called, it is forgotten."""

    def __init__(self, arriving: Arriving, writer: BlobWriter) -> None:
        self._arriving = arriving
        self._writer = writer

    @property
    def flaw(self) -> Flaw | None:
        """Why it is no picture."""
        return self._arriving.flaw

    @property
    def writer(self) -> BlobWriter:
        """Where its bytes are."""
        return self._writer

    async def keep(self) -> KeptPicture | Flaw:
        """Make it durable."""
        if self._arriving.flaw is not None:
            return self._arriving.flaw
        return KeptPicture(await self._writer.commit(), self._arriving.size, self._arriving.media_type)


class Document:
    """One JSON document being read: an answer's body, or one event's data. Writers live as long as `stack`.

    `place` says where the next picture goes, from what was read of the document so far.
    """

    def __init__(
        self, wanted: Wanted, place: Callable[[bytes], AbstractAsyncContextManager[BlobWriter]], stack: AsyncExitStack
    ) -> None:
        self._json = JsonStream(wanted.places)
        self._place = place
        self._stack = stack
        self._now: Arriving | None = None
        self._pictures: list[Arrived] = []

    @property
    def rest(self) -> bytes:
        """What was read so far, without the pictures."""
        return self._json.rest

    @property
    def size_bytes(self) -> int:
        """How much of pictures there is so far."""
        return self._now.size_bytes if self._now else 0

    async def feed(self, data: bytes) -> None:
        """The next bytes. Raises `Malformed`."""
        for event in self._json.feed(data):
            match event:
                case Begin():
                    writer = await self._stack.enter_async_context(self._place(self._json.rest))
                    self._now = Arriving(writer)
                    self._pictures.append(Arrived(self._now, writer))
                case Piece(letters):
                    assert self._now is not None
                    self._now.add(letters)
                case End():
                    assert self._now is not None
                    self._now.end()

    def finish(self) -> Any:
        """The document, with `Arrived` where its pictures stood. Raises `Malformed`, `Unfinished`."""
        return self._json.document(self._pictures)


async def chunks(
    response: Response, turns: asyncio.Semaphore | None = None, total_bytes_max: int = TOTAL_BYTES_MAX
) -> AsyncIterator[bytes]:
    """The body in small pieces. Raises `Malformed` when there is no end to it.

    `turns`: so many answers have a piece decoded in one round of the event loop. When a hundred come in at once, the
    others wait for the next round, their connections too, and whoever else uses the loop is not held up.
    """
    total_bytes = 0
    async for data in response.aiter_bytes():
        total_bytes += len(data)
        if total_bytes > total_bytes_max:
            raise Malformed("too long")
        for start in range(0, len(data), CHUNK_BYTES):
            if turns is not None:
                async with turns:
                    await asyncio.sleep(0)
            elif start:  # what was compressed may be much at once: others have their turn in between
                await asyncio.sleep(0)
            yield data[start : start + CHUNK_BYTES]


@asynccontextmanager
async def arrived(
    response: Response,
    into: BlobStore,
    wanted: Wanted,
    alive: Callable[[], None] = lambda: None,
    turns: asyncio.Semaphore | None = None,
) -> AsyncIterator[Any]:
    """The answer's document, with `Arrived` where its pictures stood: `keep` those that are wanted, inside the block.

    `alive` is called whenever more of it comes than the blanks that keep a connection open; `turns`: see `chunks`.
    Raises `DrawingFailed` for what is no answer, `OutcomeUnknown` for one that breaks off.
    """
    async with AsyncExitStack() as stack:
        document = Document(wanted, lambda _: into.writer(), stack)
        try:
            async for data in chunks(response, turns, wanted.total_bytes_max):
                if not data.isspace():
                    alive()
                await document.feed(data)
            parsed = document.finish()
        except Malformed as error:
            raise failure_of_malformed(error) from error
        yield parsed


async def kept(
    response: Response,
    into: BlobStore,
    wanted: Wanted,
    alive: Callable[[], None] = lambda: None,
    turns: asyncio.Semaphore | None = None,
) -> Any:
    """The answer's document, with `KeptPicture` or `Flaw` where its pictures stood. As `arrived` otherwise."""
    async with arrived(response, into, wanted, alive, turns) as document, turns or nullcontext():
        return await keep_all(document)


async def keep_all(document: Any) -> Any:
    """The same document with every `Arrived` kept."""
    match document:
        case Arrived():
            return await document.keep()
        case dict():
            return {name: await keep_all(value) for name, value in document.items()}
        case list():
            return [await keep_all(value) for value in document]
        case _:
            return document


def failure_of_malformed(error: Malformed) -> DrawingFailed | OutcomeUnknown:
    """What an answer that cannot be read means: one that breaks off had a picture in it, perhaps."""
    if isinstance(error, Unfinished) and not error.empty:
        return OutcomeUnknown(say("The answer broke off."), say("A moderator can look this job up."), note=str(error))
    return DrawingFailed(say("The image service sent an answer that cannot be read."), ASK_AGAIN, note=str(error))
