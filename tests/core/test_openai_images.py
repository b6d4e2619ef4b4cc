"""Pictures from an image API, over a real socket: what is asked, how often, and what comes of every answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import pytest
import support_images as files
from emulators.image_api.faults import Fault
from emulators.image_api.server import FakeImageApi
from support_openai import (
    SQUARE,
    change,
    drawing_with,
    pictures,
    previews,
    stages,
    told,
    usage,
    wish,
)

from core.blobs.files import FileBlobs
from core.errors import (
    CannotDraw,
    DrawingFailed,
    Moderated,
    OutcomeUnknown,
    ProviderError,
    ProviderUnusable,
)
from core.model import Background, OutputFormat, Quality, Size
from core.ports import Drawn, Preview, SourceImage, Usage
from core.pricing import catalog, estimate

PRICE = catalog().find("openai", "gpt-image-2")


@pytest.fixture
async def api() -> AsyncIterator[FakeImageApi]:
    server = await FakeImageApi.start()
    yield server
    await server.aclose()


@pytest.fixture
def blobs(tmp_path: Path) -> FileBlobs:
    return FileBlobs(tmp_path / "blobs")


@pytest.fixture
def photograph() -> SourceImage:
    return SourceImage(files.photo_png("china"), "image/png", Size(640, 427))


# --- one picture, several pictures, edits ------------------------------------------------------------------------


async def test_one_picture_streams_its_previews(api: FakeImageApi, blobs: FileBlobs) -> None:
    async with drawing_with(api) as provider:
        events = await told(provider.generate(wish(safety_identifier="5afe"), blobs))
    (picture,) = pictures(events)
    (asked,) = api.requests
    assert asked.json["stream"] is True
    assert asked.json["partial_images"] == 2
    assert asked.json["safety_identifier"] == "5afe"
    assert stages(events) == ["drawing", "checking"]
    assert len(previews(events)) == 2
    for preview in previews(events):
        assert max(files.opened(preview.data).size) <= 512
        assert preview.media_type == "image/webp"
    assert (picture.size, picture.media_type, picture.alt) == (SQUARE, "image/png", wish().text)
    assert files.opened(await blobs.read(picture.blob.key)).size == (1024, 1024)
    facts = dict(picture.facts)
    assert facts["Model"] == "gpt-image-2"
    assert facts["Quality"] == "low"
    assert facts["Request"].startswith("req_")


async def test_the_bill_is_what_the_server_counted(api: FakeImageApi, blobs: FileBlobs) -> None:
    order = wish(quality=Quality.MEDIUM, count=3)
    async with drawing_with(api) as provider:
        spent = usage(await told(provider.generate(order, blobs)))
    worst = estimate(PRICE, size=SQUARE, quality=Quality.MEDIUM, count=3, text=order.text)
    assert spent.images == 3
    assert spent.nanodollars is not None
    out = 3 * 1756 * 30_000  # OpenAI's published count for a medium square, at its published price
    assert 0 < spent.nanodollars - out < 1_000_000
    assert spent.nanodollars <= worst.nanodollars


async def test_several_pictures_are_one_request_where_the_server_can(api: FakeImageApi, blobs: FileBlobs) -> None:
    async with drawing_with(api) as provider:
        events = await told(provider.generate(wish(count=4, format=OutputFormat.WEBP), blobs))
    assert api.posts == 1
    assert api.requests[0].json["n"] == 4
    assert "stream" not in api.requests[0].json  # "Streaming is only supported with n=1"
    assert len({picture.blob.key for picture in pictures(events)}) == 4
    assert {picture.media_type for picture in pictures(events)} == {"image/webp"}


async def test_an_edit_sends_the_picture_its_mask_and_the_references(
    api: FakeImageApi, blobs: FileBlobs, photograph: SourceImage
) -> None:
    flower = SourceImage(files.photograph("flower"), "image/jpeg", Size(640, 427))
    mask = files.mask_of((640, 427), (100, 100, 300, 300))
    async with drawing_with(api) as provider:
        events = await told(provider.edit(change(photograph, mask=mask, references=(flower,)), blobs))
    (asked,) = api.requests
    assert asked.path == "/v1/images/edits"
    assert [(part.name, part.filename, part.media_type) for part in asked.files()] == [
        ("image[]", "picture-1.png", "image/png"),
        ("image[]", "picture-2.jpg", "image/jpeg"),
        ("mask", "mask.png", "image/png"),
    ]
    assert asked.fields()["size"] == "1008x672"  # the nearest that this model draws to 640 x 427 pixels
    assert asked.fields()["stream"] == "true"
    assert pictures(events)[0].size == Size(1008, 672)
    assert previews(events)


async def test_references_make_it_an_edit_also_when_it_streams(
    api: FakeImageApi, blobs: FileBlobs, photograph: SourceImage
) -> None:
    async with drawing_with(api) as provider:
        await told(provider.generate(wish(references=(photograph,)), blobs))
    (asked,) = api.requests
    assert asked.path == "/v1/images/edits"
    assert asked.files()[0].content == photograph.data


async def test_transparency_is_explained_where_it_was_flattened(api: FakeImageApi, blobs: FileBlobs) -> None:
    clear = SourceImage(files.palette_with_transparency(), "image/png", Size(64, 64))
    async with drawing_with(api) as provider:
        await told(provider.edit(change(clear, size=SQUARE), blobs))
    assert "stand for transparency" in api.requests[0].fields()["prompt"]
    assert files.opened(api.requests[0].files()[0].content).mode == "RGB"


async def test_without_previews_nothing_streams(api: FakeImageApi, blobs: FileBlobs) -> None:
    async with drawing_with(api, previews=0) as provider:
        events = await told(provider.generate(wish(), blobs))
    assert "stream" not in api.requests[0].json
    assert not previews(events)
    assert pictures(events)


# --- what a server refuses by name -------------------------------------------------------------------------------


async def test_a_refused_parameter_is_left_out_once_and_for_all(api: FakeImageApi, blobs: FileBlobs) -> None:
    api.parameter = "quality"
    api.fault(Fault.UNKNOWN_PARAMETER)
    async with drawing_with(api) as provider:
        first = await told(provider.generate(wish(quality=Quality.HIGH), blobs))
        second = await told(provider.generate(wish(quality=Quality.HIGH, text="a second fox in the snow"), blobs))
        other = await told(provider.generate(wish(quality=Quality.LOW, model="gpt-image-2.5-flare"), blobs))
    assert ["quality" in request.json for request in api.requests] == [True, False, False, True]
    assert pictures(first)
    assert usage(first).remarks == usage(second).remarks == ("This image service chooses the quality itself.",)
    assert usage(other).remarks == ()


async def test_a_parameter_that_stays_refused_is_not_tried_for_ever(api: FakeImageApi, blobs: FileBlobs) -> None:
    api.parameter = "quality"
    api.fault(*[Fault.UNKNOWN_PARAMETER] * 5)
    async with drawing_with(api) as provider:
        with pytest.raises(CannotDraw):
            await told(provider.generate(wish(quality=Quality.HIGH), blobs))
    assert api.posts == 2


async def test_a_server_without_n_is_asked_for_each_picture(api: FakeImageApi, blobs: FileBlobs) -> None:
    api.parameter = "n"
    api.fault(Fault.UNKNOWN_PARAMETER)
    async with drawing_with(api) as provider:
        events = await told(provider.generate(wish(count=4), blobs))
        again = await told(provider.generate(wish(count=2), blobs))
    assert api.posts == 1 + 4 + 2
    assert len(pictures(events)) == usage(events).images == 4
    assert usage(events).nanodollars is not None
    assert len(pictures(again)) == 2


async def test_transparency_that_an_account_does_not_have_becomes_opaque_and_is_said(
    api: FakeImageApi, blobs: FileBlobs
) -> None:
    api.fault(Fault.NO_TRANSPARENCY)
    async with drawing_with(api) as provider:
        first = await told(provider.generate(wish(background=Background.TRANSPARENT), blobs))
        second = await told(provider.generate(wish(background=Background.TRANSPARENT), blobs))
    assert [request.json.get("background") for request in api.requests] == ["transparent", None, None]
    for events in (first, second):
        assert "opaque" in usage(events).remarks[0]
        assert files.opened(await blobs.read(pictures(events)[0].blob.key)).mode == "RGB"


# --- what goes wrong: how many requests, and which error ---------------------------------------------------------

ONE_POST = {
    Fault.MODERATION_INPUT: Moderated,
    Fault.MODERATION_OUTPUT: Moderated,
    Fault.CONTENT_POLICY: Moderated,
    Fault.AZURE_FILTER: Moderated,
    Fault.BILLING_LIMIT: ProviderUnusable,
    Fault.INSUFFICIENT_QUOTA: ProviderUnusable,
    Fault.UNVERIFIED: ProviderUnusable,
    Fault.BAD_KEY: ProviderUnusable,
    Fault.MODEL_NOT_FOUND: ProviderUnusable,
    Fault.INVALID_SIZE: CannotDraw,
    Fault.SERVER_ERROR: DrawingFailed,
    Fault.HTML_502: OutcomeUnknown,
    Fault.HTML_504: OutcomeUnknown,
    Fault.HTML_200: ProviderUnusable,
    Fault.HANG: OutcomeUnknown,
    Fault.HEARTBEATS: OutcomeUnknown,  # a connection that is alive, and nobody who draws
    Fault.DROP: OutcomeUnknown,
    Fault.NOT_BASE64: DrawingFailed,
    Fault.NOT_A_PICTURE: DrawingFailed,
    Fault.STRING_ERROR: DrawingFailed,
    Fault.FASTAPI_DETAIL: CannotDraw,
    Fault.EMPTY_BODY_404: ProviderUnusable,
}
IN_ONE_PIECE = {Fault.HALF_BODY: OutcomeUnknown, Fault.EMPTY_DATA: DrawingFailed}
IN_EVENTS = {
    Fault.TRUNCATED_STREAM: OutcomeUnknown,
    Fault.ENDED_STREAM: OutcomeUnknown,
    Fault.ERROR_IN_STREAM: DrawingFailed,
    Fault.EMPTY_DATA: OutcomeUnknown,
}
SILENT = {Fault.HANG, Fault.HEARTBEATS}
CASES = [
    *[(fault, 1, error) for fault, error in (ONE_POST | IN_EVENTS).items()],
    *[(fault, 2, error) for fault, error in (ONE_POST | IN_ONE_PIECE).items()],
]


@pytest.mark.parametrize(("fault", "count", "error"), CASES, ids=[f"{fault}-{count}" for fault, count, _ in CASES])
async def test_what_may_have_been_paid_is_asked_for_once(
    api: FakeImageApi, blobs: FileBlobs, tmp_path: Path, fault: Fault, count: int, error: type[ProviderError]
) -> None:
    api.fault(fault)
    async with drawing_with(api, read_seconds=0.8 if fault in SILENT else 20.0) as provider:
        with pytest.raises(error) as caught:
            await told(provider.generate(wish(count=count), blobs))
    assert api.posts == 1
    assert type(caught.value) is not OutcomeUnknown or error is OutcomeUnknown
    assert api.key not in f"{caught.value!r} {caught.value.note} {caught.value.sentence}"
    assert wish().text not in caught.value.note
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize("fault", [Fault.RATE_LIMIT, Fault.RATE_LIMIT_BARE, Fault.SLOW_DOWN, Fault.OVERLOADED])
async def test_what_was_turned_away_at_the_door_is_asked_for_again(
    api: FakeImageApi, blobs: FileBlobs, fault: Fault
) -> None:
    api.fault(fault)
    async with drawing_with(api) as provider:
        events = await told(provider.generate(wish(), blobs))
    assert api.posts == 2
    assert len(pictures(events)) == 1


@pytest.mark.parametrize("fault", [Fault.JSON_TO_STREAM, Fault.URL_INSTEAD])
@pytest.mark.parametrize("count", [1, 2])
async def test_other_forms_of_a_good_answer_are_taken(
    api: FakeImageApi, blobs: FileBlobs, fault: Fault, count: int
) -> None:
    api.fault(fault)
    async with drawing_with(api) as provider:
        events = await told(provider.generate(wish(count=count), blobs))
    assert api.posts == 1
    assert len(pictures(events)) == count
    assert usage(events).nanodollars is not None


def test_every_known_fault_has_its_test() -> None:
    good = {Fault.PASS, Fault.RATE_LIMIT, Fault.RATE_LIMIT_BARE, Fault.SLOW_DOWN, Fault.OVERLOADED}
    good |= {Fault.NO_TRANSPARENCY, Fault.UNKNOWN_PARAMETER, Fault.JSON_TO_STREAM, Fault.URL_INSTEAD}
    assert {*ONE_POST, *IN_ONE_PIECE, *IN_EVENTS} | good == set(Fault)


# --- several requests for one order ------------------------------------------------------------------------------


async def test_what_came_is_delivered_when_another_request_fails(api: FakeImageApi, blobs: FileBlobs) -> None:
    api.parameter = "n"
    api.fault(Fault.UNKNOWN_PARAMETER, Fault.PASS, Fault.PASS, Fault.DROP)
    async with drawing_with(api) as provider:
        events = await told(provider.generate(wish(count=4), blobs))
    assert 2 <= len(pictures(events)) < 4
    assert usage(events).images == len(pictures(events))
    assert usage(events).nanodollars is None  # one may have been paid without a picture: the estimate stands
    assert usage(events).remarks[0].startswith(f"Only {len(pictures(events))} of 4 pictures came.")


async def test_a_refusal_is_not_collected_four_times(api: FakeImageApi, blobs: FileBlobs) -> None:
    api.parameter = "n"
    api.fault(Fault.UNKNOWN_PARAMETER, Fault.PASS, Fault.MODERATION_OUTPUT)
    async with drawing_with(api) as provider:
        events = await told(provider.generate(wish(count=10), blobs))
    drawn = len(pictures(events))
    assert api.posts <= 1 + 1 + 4  # four at once, and after the refusal no more
    assert 1 <= drawn <= 4
    assert usage(events).nanodollars is not None  # a refusal is not billed


async def test_never_more_than_four_requests_at_once(blobs: FileBlobs) -> None:
    api = await FakeImageApi.start(persona="sd-server", delay_seconds=0.05)
    try:
        async with drawing_with(api, "ollama", model="sd-cpp-local") as provider:
            await told(provider.generate(wish(count=10, model="sd-cpp-local", size=Size(512, 512)), blobs))
    finally:
        await api.aclose()
    begun = [(request.began_at, 1) for request in api.requests] + [(r.finished_at or 0.0, -1) for r in api.requests]
    most = now = 0
    for _, step in sorted(begun):
        now += step
        most = max(most, now)
    assert api.posts == 10
    assert 2 <= most <= 4


# --- people who leave, and servers that only breathe -------------------------------------------------------------


async def test_a_reader_who_leaves_takes_the_connection_with_them(api: FakeImageApi, blobs: FileBlobs) -> None:
    api.fault(Fault.HANG)
    async with drawing_with(api) as provider:
        reading = asyncio.create_task(told(provider.generate(wish(), blobs)))
        await asyncio.sleep(0.3)
        assert api.posts == 1
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        async with aclosing(provider.generate(wish(), blobs)) as events:  # type: ignore[type-var]  # a generator
            async for event in events:
                if isinstance(event, Preview):
                    break
        events = await told(provider.generate(wish(), blobs))
    assert isinstance(events[-1], Usage)
    assert isinstance(events[-2], Drawn)
    assert not [task for task in asyncio.all_tasks() if "_Work" in repr(task)]
