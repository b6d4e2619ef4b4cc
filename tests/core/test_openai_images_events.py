"""Events are cut out of the bytes as they come, however the bytes are cut."""

from __future__ import annotations

import asyncio
import base64
import json
import tracemalloc
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from random import Random

import httpx
import pytest
import support_images as files
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core.blobs.files import FileBlobs
from core.providers.openai.decoding import Arrived, KeptPicture
from core.providers.openai.events import events
from core.providers.openai.json_stream import Malformed, Unfinished
from core.providers.openai.previews import WAITING_MAX, Previews, Spool, spool
from core.providers.openai.sse import Data, Dispatch, SseStream

STEADY = settings(derandomize=True, deadline=None, max_examples=80)


class Body(httpx.AsyncByteStream):
    """A body that comes in pieces of this length."""

    def __init__(self, body: bytes, step: int) -> None:
        self.body, self.step = body, step

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for at in range(0, len(self.body), self.step):
            yield self.body[at : at + self.step]


def picture(edge: int = 64, kind: str = "PNG") -> bytes:
    return files.encoded(Image.frombytes("RGB", (edge, edge), Random(2).randbytes(edge * edge * 3)), kind)


def event(kind: str, data: bytes | None = None, **more: object) -> str:
    said = {"type": kind, **more}
    if data is not None:
        said["b64_json"] = base64.b64encode(data).decode()
    return f"event: {kind}\ndata: {json.dumps(said)}\n\n"


@pytest.fixture
def blobs(tmp_path: Path) -> FileBlobs:
    return FileBlobs(tmp_path)


async def seen(body: str | bytes, blobs: FileBlobs, step: int = 65_536) -> list[tuple[str, object]]:
    """Every event's type, with its picture: kept, or the word "preview"."""
    raw = body.encode() if isinstance(body, str) else body
    response = httpx.Response(200, stream=Body(raw, step))
    out: list[tuple[str, object]] = []
    async for happened in events(response, blobs, lambda: None):
        shown = happened.document.get("b64_json")
        if isinstance(shown, Arrived):
            shown = "preview" if isinstance(shown.writer, Spool) else await shown.keep()
        out.append((happened.kind, shown))
    return out


# --- cutting -----------------------------------------------------------------------------------------------------


def cut(text: bytes, cuts: Sequence[int]) -> list[tuple[str, str | None]]:
    """The events by name and data; data of None where an event has none."""
    stream, out, data = SseStream(), list[tuple[str, str | None]](), bytearray()
    ends = [*sorted(cuts), len(text)]
    for start, end in zip([0, *ends], ends, strict=False):
        for part in stream.feed(text[start:end]):
            match part:
                case Data(content):
                    data += content
                case Dispatch(name, has_data):
                    out.append((name, data.decode() if has_data else None))
                    data.clear()
    return out


STANDARD = [
    (b"data: one\n\n", [("", "one")]),
    (b"event: a\ndata: one\n\nevent: b\ndata: two\n\n", [("a", "one"), ("b", "two")]),
    (b"data: one\ndata:  two\ndata\n\n", [("", "one\n two\n")]),
    (b": a comment\n\ndata: one\n\n", [("", None), ("", "one")]),
    (b"\xef\xbb\xbfdata: one\r\n\r\n", [("", "one")]),
    (b"data: one\r\rdata:two\r\r", [("", "one"), ("", "two")]),
    (b"data: one\r\n\r\ndata: two\n\r\n", [("", "one"), ("", "two")]),
    (b"id: 7\nretry: 10\nunknown: x\nevent: a\nevent: b\ndata: one\n\n", [("b", "one")]),
    (b"data: a:b\n\n", [("", "a:b")]),
    (b"data:\n\n", [("", "")]),
    (b"data: not yet complete\n", []),
]


@pytest.mark.parametrize(("text", "expected"), STANDARD, ids=range(len(STANDARD)))
def test_the_standards_rules_wherever_it_is_cut(text: bytes, expected: list[tuple[str, str | None]]) -> None:
    for at in range(len(text) + 1):
        assert cut(text, [at]) == expected
    assert cut(text, range(len(text))) == expected


@STEADY
@given(
    st.lists(
        st.tuples(st.text("abc.", max_size=5), st.lists(st.text("xyz :{}é", max_size=8), min_size=1, max_size=3)),
        max_size=4,
    ),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.lists(st.integers(0, 200), max_size=5),
)
def test_what_was_framed_is_read_again(framed: list[tuple[str, list[str]]], end: str, cuts: list[int]) -> None:
    said = ""
    for name, lines in framed:
        said += f"event: {name}{end}" + "".join(f"data: {line}{end}" for line in lines) + f":heartbeat{end}{end}"
    text = said.encode()
    assert cut(text, [min(at, len(text)) for at in cuts]) == [(name, "\n".join(lines)) for name, lines in framed]


def test_a_line_without_end_is_no_event_stream() -> None:
    with pytest.raises(Malformed):
        cut(b"x" * 1_000, [])
    with pytest.raises(Malformed):
        cut(b"event: " + b"x" * 1_000, [])


# --- pictures in events ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", [1, 7, 65_536])
async def test_previews_and_the_picture(blobs: FileBlobs, step: int) -> None:
    body = event("image_generation.partial_image", picture(16), partial_image_index=0)
    body += (
        ": heartbeat\n\n"
        + event("image_generation.completed", picture(20), usage={"total_tokens": 1})
        + "data: [DONE]\n\n"
    )
    (first, preview), (last, kept) = await seen(body, blobs, step)
    assert (first, preview, last) == ("image_generation.partial_image", "preview", "image_generation.completed")
    assert isinstance(kept, KeptPicture)
    assert await blobs.read(kept.blob.key) == picture(20)


async def test_no_name_of_the_event_is_needed(blobs: FileBlobs) -> None:
    partial = json.dumps({"type": "image_edit.partial_image", "b64_json": base64.b64encode(picture(16)).decode()})
    late = json.dumps({"b64_json": base64.b64encode(picture(16)).decode(), "type": "image_edit.partial_image"})
    wrapped = json.dumps({"data": {"type": "image_edit.completed", "b64_json": base64.b64encode(picture(16)).decode()}})
    shown = await seen(f"data: {partial}\n\ndata: {late}\n\ndata: {wrapped}\n\n", blobs)
    assert [kind for kind, _ in shown] == [
        "image_edit.partial_image",
        "image_edit.partial_image",
        "image_edit.completed",
    ]
    assert shown[0][1] == "preview"


async def test_a_last_event_without_its_empty_line_counts_and_half_a_one_does_not(blobs: FileBlobs) -> None:
    whole = event("image_edit.completed", picture())
    assert [kind for kind, _ in await seen(whole.rstrip(), blobs)] == ["image_edit.completed"]
    with pytest.raises(Unfinished):
        await seen(whole[: len(whole) // 2], blobs)
    with pytest.raises(Malformed):
        await seen("data: 7\n\n", blobs)


async def test_nothing_is_left_behind(blobs: FileBlobs, tmp_path: Path) -> None:
    response = httpx.Response(200, stream=Body(event("image_edit.completed", picture()).encode() * 3, 4096))
    async for _ in events(response, blobs, lambda: None):
        pass
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


async def test_an_event_of_twenty_megabytes_costs_its_chunk(blobs: FileBlobs) -> None:
    data = picture(512)
    padded = data[:-12] + (14_000_000).to_bytes(4, "big") + b"noIs" + Random(3).randbytes(14_000_004) + data[-12:]
    body = event("image_generation.completed", padded).encode()
    assert len(body) > 18_000_000
    tracemalloc.start()
    ((_, kept),) = await seen(body, blobs)
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(kept, KeptPicture)
    assert kept.blob.size_bytes == len(padded)
    assert peak_bytes < 700_000


# --- previews ----------------------------------------------------------------------------------------------------


async def test_a_preview_is_small_and_a_broken_one_is_none() -> None:
    makes = Previews()
    async with spool() as place:
        place.write(picture(1200, "JPEG"))
        preview = await makes.of(place)
    assert preview is not None
    assert files.opened(preview.data).size == (512, 512)
    async with spool() as place:
        place.write(picture(64)[:200])
        assert await makes.of(place) is None


async def test_many_previews_at_once_are_left_out_and_not_waited_for() -> None:
    makes = Previews()
    async with spool() as place:
        place.write(picture(700))
        made = await asyncio.gather(*[makes.of(place) for _ in range(12)])
    assert sum(preview is not None for preview in made) == WAITING_MAX
