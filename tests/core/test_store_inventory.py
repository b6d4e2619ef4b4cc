"""Kept pictures are where the books say, as large as they say, and the same ones."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from support_postgres import Engine
from support_store import SECOND_US, Bench, opened, pictures_of, request_of

from core.blobs.files import FileBlobs
from core.model import StoredImage
from core.store.inventory import AT_START, CHANGED, LOST, UNREADABLE, Extent, Inventory

ALL = Extent()
SIZES = Extent(read_bytes=0)


class Broken(FileBlobs):
    """A disk that has every file, and lets nobody read it."""

    async def path(self, key: str) -> Path:
        """What opens with an error that is no absence."""
        return (await super().path(key)).parent


class Shelf:
    """A store, and the folder of its pictures."""

    def __init__(self, bench: Bench, folder: Path) -> None:
        self.bench = bench
        self.blobs = FileBlobs(folder)
        self.folder = folder
        self.inventory = Inventory(bench.db, self.blobs)

    async def keep(self, *contents: bytes) -> list[StoredImage]:
        """A job's pictures."""
        self.bench.clock.advance(SECOND_US)
        await self.bench.admit(request_of())
        job = await self.bench.claim()
        await self.bench.store.asked(job.id, "worker")
        images = []
        for position, content in enumerate(contents, start=1):
            blob = await self.blobs.put(content)
            (image,) = pictures_of(job, blob=blob.key, at_us=self.bench.clock.now_us())
            images.append(StoredImage(**(fields(image) | {"position": position, "size_bytes": blob.size_bytes})))
        assert await self.bench.store.generated(job.id, "worker", images, len(images), None)
        await self.bench.post(job.id, images)
        return images

    def path(self, image: StoredImage) -> Path:
        """Where its bytes are."""
        return self.folder / image.blob[:2] / image.blob[2:]


def fields(image: StoredImage) -> dict[str, object]:
    return {name: getattr(image, name) for name in StoredImage.__slots__}


@pytest.fixture
async def shelf(tmp_path: Path, engine: Engine) -> AsyncIterator[Shelf]:
    async with opened(tmp_path, (), engine) as bench:
        yield Shelf(bench, tmp_path / "blobs")


async def test_all_is_well(shelf: Shelf) -> None:
    assert await shelf.inventory.look(ALL) == ()
    await shelf.keep(b"a boat", b"a fox")
    for extent in (AT_START, ALL, ALL):
        assert await shelf.inventory.look(extent) == ()


async def test_what_is_not_there_or_not_the_same_is_told(shelf: Shelf) -> None:
    lost, short, painted_over, _ = await shelf.keep(b"a boat", b"a fox", b"a bicycle", b"a lighthouse")
    shelf.path(lost).unlink()
    shelf.path(short).write_bytes(b"a")
    shelf.path(painted_over).write_bytes(b"a bicyclE")
    assert await shelf.inventory.look(SIZES) == (f"{LOST}: {lost.id}", f"{CHANGED}: {short.id}")
    assert await shelf.inventory.look(ALL) == (f"{LOST}: {lost.id}", f"{CHANGED}: {short.id}, {painted_over.id}")
    for image in (lost, short, painted_over):
        await shelf.bench.store.delete_image(image.id)
    assert await shelf.inventory.look(ALL) == (), "what was deleted need not be there"


async def test_what_cannot_be_read_is_told_and_stops_nothing(shelf: Shelf) -> None:
    (broken,) = await shelf.keep(b"a boat")
    inventory = Inventory(shelf.bench.db, Broken(shelf.folder))
    assert await inventory.look(Extent(newest=0, others=0)) == (f"{UNREADABLE}: {broken.id}",)


async def test_every_picture_is_looked_at_by_and_by(shelf: Shelf) -> None:
    images = [image for content in (b"one", b"two", b"three") for image in await shelf.keep(content, content + b"!")]
    oldest = images[0]
    shelf.path(oldest).write_bytes(b"ONE")  # of the same size
    assert await shelf.inventory.look(AT_START) == (f"{CHANGED}: {oldest.id}",)
    little = Extent(newest=1, others=2, read_bytes=1)  # one is read each time
    rounds = [await shelf.inventory.look(little) for _ in range(14)]
    assert [bool(found) for found in rounds].count(True) == 2, "each of the six pictures twice"
    shelf.path(oldest).unlink()
    rounds = [await shelf.inventory.look(Extent(newest=1, others=2, read_bytes=0)) for _ in range(4)]
    assert (f"{LOST}: {oldest.id}",) in rounds
    assert () in rounds, "and not all of them every time"
    shelf.path(images[-2]).unlink()
    only_newest = Extent(newest=2, others=0, read_bytes=0)
    for _ in range(2):
        assert await shelf.inventory.look(only_newest) == (f"{LOST}: {images[-2].id}",)
