"""What every `core.ports.ImageProvider` promises. Another provider joins by one line in `PROVIDERS`."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
import support_images as files
from PIL import Image, ImageChops

from core.blobs.files import FileBlobs
from core.errors import EaselError, ProviderError
from core.images.masks import difference, editable
from core.model import Background, JobId, Size
from core.ports import (
    Drawn,
    EditOrder,
    GenerateOrder,
    ImageProvider,
    Preview,
    ProviderEvent,
    SourceImage,
    Stage,
    Usage,
)
from core.providers.illustrator.provider import Illustrator

PROVIDERS: dict[str, tuple[Callable[[], Illustrator], str]] = {"illustrator": (lambda: Illustrator(1), "illustrator")}
SMALL = Size(320, 240)
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(params=PROVIDERS, scope="module", loop_scope="module")
async def drawing(request: pytest.FixtureRequest) -> AsyncIterator[tuple[ImageProvider, str]]:
    make, model = PROVIDERS[request.param]
    provider = make()
    yield provider, model
    await provider.aclose()


@pytest.fixture
def blobs(tmp_path: Path) -> FileBlobs:
    return FileBlobs(tmp_path / "blobs")


def wish(model: str, **changes: object) -> GenerateOrder:
    order = GenerateOrder(
        job=JobId("0" * 32),
        model=model,
        text="a fox and a boat by the sea",
        size=SMALL,
        seed=7,
    )
    return replace(order, **changes)  # type: ignore[arg-type]  # each test names fields of the order


def change(model: str, source: SourceImage, **changes: object) -> EditOrder:
    order = EditOrder(
        job=JobId("1" * 32),
        model=model,
        text="make it night",
        size=None,
        seed=7,
        source=source,
    )
    return replace(order, **changes)  # type: ignore[arg-type]  # each test names fields of the order


def photograph() -> SourceImage:
    data = files.photo_png("china")
    return SourceImage(data, "image/png", Size(*files.opened(data).size))


async def told(events: AsyncIterator[ProviderEvent]) -> list[ProviderEvent]:
    return [event async for event in events]


def pictures(events: list[ProviderEvent]) -> list[Drawn]:
    return [event for event in events if isinstance(event, Drawn)]


async def pixels(blobs: FileBlobs, picture: Drawn) -> Image.Image:
    with Image.open(io.BytesIO(await blobs.read(picture.blob.key))) as opened:
        assert Image.MIME[opened.format or ""] == picture.media_type
        opened.load()
        return opened


async def test_a_stream_ends_with_exactly_one_usage(drawing: tuple[ImageProvider, str], blobs: FileBlobs) -> None:
    provider, model = drawing
    events = await told(provider.generate(wish(model), blobs))
    assert [type(event) for event in events].count(Usage) == 1
    usage = events[-1]
    assert isinstance(usage, Usage)
    assert usage.images == 1
    assert any(isinstance(event, Stage) for event in events)


async def test_drawn_pictures_are_durable_decode_and_have_words(
    drawing: tuple[ImageProvider, str], blobs: FileBlobs, tmp_path: Path
) -> None:
    provider, model = drawing
    for output in sorted(provider.profile(model).formats):
        events = await told(provider.generate(wish(model, format=output), blobs))
        (picture,) = pictures(events)
        reopened = FileBlobs(tmp_path / "blobs")  # as a process that starts after a crash would find it
        seen = await pixels(reopened, picture)
        assert seen.size == (SMALL.width, SMALL.height) == (picture.size.width, picture.size.height)
        assert picture.blob.size_bytes == len(await reopened.read(picture.blob.key))
        assert len(picture.alt) > 10


async def test_as_many_different_pictures_as_ordered(drawing: tuple[ImageProvider, str], blobs: FileBlobs) -> None:
    provider, model = drawing
    events = await told(provider.generate(wish(model, count=3), blobs))
    drawn = pictures(events)
    assert len(drawn) == 3
    assert len({picture.blob.key for picture in drawn}) == 3
    assert isinstance(events[-1], Usage)
    assert events[-1].images == 3


async def test_previews_are_few_small_and_before_the_picture(
    drawing: tuple[ImageProvider, str], blobs: FileBlobs
) -> None:
    provider, model = drawing
    events = await told(provider.generate(wish(model, size=Size(1200, 800)), blobs))
    previews = [event for event in events if isinstance(event, Preview)]
    assert len(previews) <= provider.profile(model).previews_max
    last_preview = max((at for at, event in enumerate(events) if isinstance(event, Preview)), default=-1)
    assert last_preview < next(at for at, event in enumerate(events) if isinstance(event, Drawn))
    for preview in previews:
        with Image.open(io.BytesIO(preview.data)) as opened:
            assert max(opened.size) <= 512
            assert Image.MIME[opened.format or ""] == preview.media_type


async def test_every_background_and_quality_of_the_profile_is_drawn(
    drawing: tuple[ImageProvider, str], blobs: FileBlobs
) -> None:
    provider, model = drawing
    profile = provider.profile(model)
    for quality in sorted(profile.qualities):
        assert pictures(await told(provider.generate(wish(model, quality=quality), blobs)))
    for background in sorted(profile.backgrounds):
        (picture,) = pictures(await told(provider.generate(wish(model, background=background), blobs)))
        seen = (await pixels(blobs, picture)).convert("RGBA")
        corner = seen.getpixel((0, 0))
        assert isinstance(corner, tuple)
        assert (corner[3] == 0) == (background is Background.TRANSPARENT)


async def test_what_is_repeatable_gives_the_same_bytes_again(
    drawing: tuple[ImageProvider, str], blobs: FileBlobs
) -> None:
    provider, model = drawing
    if not provider.profile(model).repeatable:
        pytest.skip("this model does not promise to repeat itself")
    (one,) = pictures(await told(provider.generate(wish(model), blobs)))
    (two,) = pictures(await told(provider.generate(wish(model), blobs)))
    assert one == two


async def test_errors_are_provider_errors_and_cost_nothing(
    drawing: tuple[ImageProvider, str], blobs: FileBlobs
) -> None:
    provider, model = drawing
    for events in (
        provider.generate(wish(model, text="…"), blobs),
        provider.edit(change(model, photograph(), text="make it more honest than it is"), blobs),
    ):
        with pytest.raises(EaselError) as caught:
            await told(events)
        assert isinstance(caught.value, ProviderError)
        assert "Nothing was charged." in caught.value.sentence


async def test_a_stream_that_nobody_reads_to_its_end_closes_and_the_next_one_works(
    drawing: tuple[ImageProvider, str], blobs: FileBlobs
) -> None:
    provider, model = drawing
    async with aclosing(provider.generate(wish(model, count=4), blobs)) as events:  # type: ignore[type-var]  # a generator
        async for _ in events:
            break
    reading = asyncio.create_task(told(provider.generate(wish(model, count=8, size=Size(800, 800)), blobs)))
    await asyncio.sleep(0.05)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert pictures(await told(provider.generate(wish(model), blobs)))


async def test_an_edit_keeps_the_size_unless_another_is_asked_for(
    drawing: tuple[ImageProvider, str], blobs: FileBlobs
) -> None:
    provider, model = drawing
    source = photograph()
    (kept,) = pictures(await told(provider.edit(change(model, source), blobs)))
    assert kept.size == source.size
    assert (await pixels(blobs, kept)).size == (source.size.width, source.size.height)
    (wide,) = pictures(await told(provider.edit(change(model, source, text="", size=Size(640, 320)), blobs)))
    assert (await pixels(blobs, wide)).size == (640, 320)


async def test_an_edit_with_a_mask_changes_nothing_outside_it(
    drawing: tuple[ImageProvider, str], blobs: FileBlobs
) -> None:
    provider, model = drawing
    if not provider.profile(model).masks:
        pytest.skip("this model knows no masks")
    (own,) = pictures(await told(provider.generate(wish(model), blobs)))
    ours = SourceImage(await blobs.read(own.blob.key), own.media_type, own.size, own.provider_state)
    for source in (photograph(), ours):
        mask = _hole(source.size)
        (picture,) = pictures(await told(provider.edit(change(model, source, mask=mask), blobs)))
        after = (await pixels(blobs, picture)).convert("RGB")
        changed = difference(files.opened(source.data).convert("RGB"), after)
        inside = editable(mask)
        assert ImageChops.darker(changed, ImageChops.invert(inside)).getbbox() is None
        assert ImageChops.darker(changed, inside).getbbox() is not None


def _hole(size: Size) -> bytes:
    mask = Image.new("RGBA", (size.width, size.height), (0, 0, 0, 255))
    mask.paste((0, 0, 0, 0), (size.width // 4, size.height // 4, size.width // 2, size.height // 2))
    target = io.BytesIO()
    mask.save(target, "PNG")
    return target.getvalue()
