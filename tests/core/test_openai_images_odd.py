"""Servers that answer in ways of their own: too much, in another currency, or without an end."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import support_images as files
from aiohttp import web
from PIL import Image
from support_openai import account_at, drawing_at, pictures, told, usage, wish

from core.blobs.files import FileBlobs
from core.errors import DrawingFailed, OutcomeUnknown

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
PICTURE = base64.b64encode(files.encoded(Image.new("RGB", (64, 48), "teal"))).decode()


@pytest.fixture
def blobs(tmp_path: Path) -> FileBlobs:
    return FileBlobs(tmp_path)


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[str]:
    """A server that answers every POST with this; its base URL."""
    app = web.Application()
    app.router.add_post("/{tail:.*}", handler)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    finally:
        await runner.cleanup()


def saying(document: object) -> Handler:
    async def handler(_: web.Request) -> web.StreamResponse:
        return web.json_response(document)

    return handler


def streaming(*events: object, again: bytes) -> Handler:
    """These events, then the same bytes for ever."""

    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream; charset=utf-8"})
        await response.prepare(request)
        for event in events:
            await response.write(f"data: {json.dumps(event)}\n\n".encode())
        try:
            while True:
                await response.write(again)
                await asyncio.sleep(0.05)
        except ConnectionError:
            return response

    return handler


async def test_more_pictures_than_were_ordered_are_not_delivered(blobs: FileBlobs) -> None:
    async with (
        serving(saying({"data": [{"b64_json": PICTURE}] * 3})) as url,
        drawing_at(account_at(url, "k")) as provider,
    ):
        events = await told(provider.generate(wish(count=2), blobs))
    assert len(pictures(events)) == usage(events).images == 2
    assert usage(events).nanodollars is None  # it did not say


async def test_fewer_pictures_than_were_ordered_are_delivered_with_a_remark(blobs: FileBlobs) -> None:
    said = {"data": [{"b64_json": PICTURE}, {"b64_json": "%%%"}], "usage": {"input_tokens": 9, "output_tokens": 400}}
    async with serving(saying(said)) as url, drawing_at(account_at(url, "k")) as provider:
        events = await told(provider.generate(wish(count=2), blobs))
    assert len(pictures(events)) == usage(events).images == 1
    assert usage(events).nanodollars == 9 * 8_000 + 400 * 30_000  # both were paid, at the dearer rate
    assert usage(events).remarks == ("Only 1 of 2 pictures came.",)


@pytest.mark.parametrize("server", ["openrouter", "generic"])
async def test_a_bill_in_dollars_counts(blobs: FileBlobs, server: str) -> None:
    said = {"data": [{"b64_json": PICTURE}], "usage": {"prompt_tokens": 10, "completion_tokens": 4175, "cost": 0.0413}}
    async with serving(saying(said)) as url, drawing_at(account_at(url, "k", server)) as provider:
        events = await told(provider.generate(wish(), blobs))
    assert usage(events).nanodollars == 41_300_000


async def test_what_the_server_notes_is_a_short_line(blobs: FileBlobs) -> None:
    entry = {"b64_json": PICTURE, "revised_prompt": "a fox\n\x1b[31m  by \u202ethe sea" + "!" * 9_000}
    said = {"model": "m" * 500, "quality": ["high"], "data": [entry]}
    async with serving(saying(said)) as url, drawing_at(account_at(url, "k")) as provider:
        (picture,) = pictures(await told(provider.generate(wish(), blobs)))
    facts = dict(picture.facts)
    assert facts["Drawn from the words"].startswith("a fox [31m by the sea!!")
    assert len(facts["Drawn from the words"]) == 2_000
    assert len(facts["Model"]) == 120
    assert "Quality" not in facts


@pytest.mark.parametrize("said", [{}, [], 7, None, {"data": None}, {"data": 7}, {"data": [7]}, {"data": [{"url": ""}]}])
async def test_an_answer_without_a_picture_is_a_failure(blobs: FileBlobs, said: object) -> None:
    async with serving(saying(said)) as url, drawing_at(account_at(url, "k")) as provider:
        with pytest.raises(DrawingFailed):
            await told(provider.generate(wish(), blobs))


async def test_an_error_in_a_good_answer_is_an_error(blobs: FileBlobs) -> None:
    said = {"error": {"message": "no", "type": "server_error"}, "data": [{"b64_json": PICTURE}]}
    async with serving(saying(said)) as url, drawing_at(account_at(url, "k")) as provider:
        with pytest.raises(DrawingFailed):
            await told(provider.generate(wish(), blobs))


@pytest.mark.parametrize("beat", [b": ping\n\n", b'data: {"type": "ping"}\n\n', b"\n", b"event: ping\ndata: {}\n\n"])
async def test_a_heart_that_beats_draws_nothing(blobs: FileBlobs, beat: bytes) -> None:
    async with (
        serving(streaming(again=beat)) as url,
        drawing_at(account_at(url, "k", read_seconds=0.5)) as provider,
    ):
        with pytest.raises(OutcomeUnknown):
            async with asyncio.timeout(5):
                await told(provider.generate(wish(), blobs))


async def test_what_comes_after_the_picture_is_not_waited_for(blobs: FileBlobs) -> None:
    done = {"type": "image_generation.completed", "b64_json": PICTURE}
    began = time.monotonic()
    async with serving(streaming(done, again=b": ping\n\n")) as url, drawing_at(account_at(url, "k")) as provider:
        events = await told(provider.generate(wish(), blobs))
    assert pictures(events)
    assert time.monotonic() - began < 6  # of the 20 seconds that silence may last
