"""An answer that comes as events: previews while the picture is drawn, then the picture."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass
from typing import Any, Final

from core.http import Response
from core.ports import BlobStore, BlobWriter
from core.providers.openai.decoding import Document, Wanted, chunks
from core.providers.openai.json_stream import Malformed
from core.providers.openai.previews import spool
from core.providers.openai.sse import Data, Dispatch, SseStream

PARTIAL: Final = ".partial_image"
COMPLETED: Final = ".completed"
DONE: Final = b"[DONE]"  # some servers' last event; it is no JSON
# OpenRouter puts an event's content one level deeper (openrouter-rs, src/api/images.rs).
WANTED: Final = Wanted(places=(("b64_json",), ("data", "b64_json")))


@dataclass(frozen=True, slots=True)
class Happened:
    """One event: its type, and its document with `Arrived` where its picture stood."""

    kind: str
    document: dict[str, Any]


async def events(
    response: Response, into: BlobStore, alive: Callable[[], None], turns: asyncio.Semaphore | None = None
) -> AsyncGenerator[Happened, None]:
    """The events of an image API's stream. What they carry is gone when the next one is asked for.

    `alive` is called for every piece of a picture: comments and blank events keep a connection open, but are no sign
    that somebody draws (chatgpt2api issue 367). Raises `Malformed`.
    """
    stream = SseStream()
    event = _Event(stream, into)
    try:
        async for chunk in chunks(response, turns):
            for part in stream.feed(chunk):
                match part:
                    case Data(content):
                        if await event.feed(content):
                            alive()
                    case Dispatch(name, has_data):
                        happened = event.finish(name) if has_data else None
                        if happened is not None:
                            yield happened
                        await event.forget()
        last = event.finish(stream.name) if event.begun else None
        if last is not None:  # complete, though the empty line after it is missing
            yield last
    finally:
        await event.forget()


class _Event:
    """The event that is being read."""

    def __init__(self, stream: SseStream, into: BlobStore) -> None:
        self._stream = stream
        self._into = into
        self._stack = AsyncExitStack()
        self._document: Document | None = None

    @property
    def begun(self) -> bool:
        """Some of its data has come."""
        return self._document is not None

    async def feed(self, content: bytes) -> bool:
        """More data; true when it was more of a picture."""
        if self._document is None:
            self._document = Document(WANTED, self._place, self._stack)
        before = self._document.size_bytes
        await self._document.feed(content)
        return self._document.size_bytes > before

    def finish(self, name: str) -> Happened | None:
        """The event, or None for one that says nothing."""
        if self._document is None or self._document.rest.strip() in (b"", DONE):
            return None
        document = self._document.finish()
        if not isinstance(document, dict):
            raise Malformed("an event is not an object")
        if "type" not in document and "b64_json" not in document and isinstance(document.get("data"), dict):
            document = document["data"]
        kind = document.get("type", name)
        return Happened(kind if isinstance(kind, str) else name, document)

    async def forget(self) -> None:
        """Let go of its temporary files."""
        self._document = None
        await self._stack.aclose()
        self._stack = AsyncExitStack()

    def _place(self, rest: bytes) -> AbstractAsyncContextManager[BlobWriter]:
        """A finished picture goes where it is to stay. What is not known to be unfinished might be it."""
        partial = self._stream.name.endswith(PARTIAL) or PARTIAL.encode() + b'"' in rest
        return spool() if partial else self._into.writer()
