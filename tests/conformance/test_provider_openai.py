"""The suite of every provider, for an image API: over a real socket, with a model that draws no small pictures.

What it does not promise is left to others: a mask is guidance for these models (the pixel lock puts the rest back), an
edit's size is the nearest that the model draws, and nothing is the same twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest
import pytest_asyncio
from conformance import test_conformance_provider as suite
from conformance.test_conformance_provider import (
    blobs,
    change,
    photograph,
    pictures,
    test_a_stream_ends_with_exactly_one_usage,
    test_as_many_different_pictures_as_ordered,
    test_drawn_pictures_are_durable_decode_and_have_words,
    test_every_background_and_quality_of_the_profile_is_drawn,
    test_previews_are_few_small_and_before_the_picture,
    told,
    wish,
)
from emulators.image_api.faults import Fault
from emulators.image_api.server import FakeImageApi
from support_openai import drawing_with

from core.blobs.files import FileBlobs
from core.errors import ProviderError
from core.model import Size
from core.ports import ImageProvider
from core.sizes import legal

MODEL = "gpt-image-2"
Drawing = tuple[ImageProvider, str]
pytestmark = pytest.mark.asyncio(loop_scope="module")
__all__ = [
    "blobs",
    "test_a_stream_ends_with_exactly_one_usage",
    "test_as_many_different_pictures_as_ordered",
    "test_drawn_pictures_are_durable_decode_and_have_words",
    "test_every_background_and_quality_of_the_profile_is_drawn",
    "test_previews_are_few_small_and_before_the_picture",
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def api() -> AsyncIterator[FakeImageApi]:
    server = await FakeImageApi.start()
    yield server
    await server.aclose()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def drawing(api: FakeImageApi) -> AsyncIterator[Drawing]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(suite, "SMALL", Size(1024, 640))
        async with drawing_with(api) as provider:
            yield provider, MODEL


async def test_an_edit_is_drawn_in_the_nearest_size_or_the_one_asked_for(drawing: Drawing, blobs: FileBlobs) -> None:
    provider, model = drawing
    source = photograph()
    (kept,) = pictures(await told(provider.edit(change(model, source), blobs)))
    assert legal(kept.size, provider.profile(model))
    assert abs(kept.size.width * source.size.height / (kept.size.height * source.size.width) - 1) < 0.01
    (wide,) = pictures(await told(provider.edit(change(model, source, text="", size=Size(1536, 768)), blobs)))
    assert wide.size == Size(1536, 768)


async def test_errors_are_provider_errors_and_cost_the_person_nothing(
    drawing: Drawing, api: FakeImageApi, blobs: FileBlobs
) -> None:
    provider, model = drawing
    for events in (provider.generate(wish(model), blobs), provider.edit(change(model, photograph()), blobs)):
        api.fault(Fault.MODERATION_INPUT)
        with pytest.raises(ProviderError) as caught:
            await told(events)
        assert "Nothing was charged." in caught.value.sentence


async def test_after_a_stream_that_nobody_reads_to_its_end_the_next_one_works(
    drawing: Drawing, blobs: FileBlobs
) -> None:
    provider, model = drawing
    async with aclosing(provider.generate(wish(model, count=4), blobs)) as events:
        async for _ in events:
            break
    reading = asyncio.create_task(told(provider.generate(wish(model, count=8), blobs)))
    await asyncio.sleep(0.02)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert pictures(await told(provider.generate(wish(model), blobs)))
