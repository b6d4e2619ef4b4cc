"""What every `core.ports.BlobStore` promises. Another store joins by one line in `STORES`."""

from __future__ import annotations

import asyncio
import gc
import hashlib
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.blobs import files
from core.blobs.files import FileBlobs
from core.errors import Gone
from core.ports import BlobStore

Open = Callable[[], BlobStore]

STORES: dict[str, Callable[[Path], BlobStore]] = {"files": lambda folder: FileBlobs(folder / "blobs")}

HOSTILE = [
    "",
    "..",
    "../../etc/passwd",
    "/etc/passwd",
    "a" * 63,
    "a" * 65,
    "A" * 64,
    "g" * 64,
    "a" * 63 + "\n",
    "a" * 64 + "\n",
    "../" + "a" * 61,
    "a" * 31 + "/" + "a" * 32,
    "a" * 63 + "\0",
    "٣" * 64,
]


@pytest.fixture(params=STORES)
def open_again(request: pytest.FixtureRequest, tmp_path: Path) -> Open:
    """Opens the same store, as often as a test wants."""
    return lambda: STORES[request.param](tmp_path)


@pytest.fixture
def blobs(open_again: Open) -> BlobStore:
    """An open store."""
    return open_again()


async def test_what_was_put_is_read_under_its_hash(blobs: BlobStore) -> None:
    blob = await blobs.put(b"a picture")
    assert blob.key == hashlib.sha256(b"a picture").hexdigest()
    assert blob.size_bytes == 9
    assert await blobs.read(blob.key) == b"a picture"
    assert (await blobs.path(blob.key)).read_bytes() == b"a picture"


@settings(max_examples=30, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chunks=st.lists(st.binary(max_size=2000), max_size=6))
async def test_chunks_are_one_blob(blobs: BlobStore, chunks: list[bytes]) -> None:
    async with blobs.writer() as writer:
        for chunk in chunks:
            writer.write(chunk)
        written = await writer.commit()
    assert written == await blobs.put(b"".join(chunks))
    assert await blobs.read(written.key) == b"".join(chunks)


async def test_the_same_bytes_are_kept_once(blobs: BlobStore) -> None:
    keys = {blob.key for blob in await asyncio.gather(*(blobs.put(b"same" * 1000) for _ in range(20)))}
    assert len(keys) == 1
    assert await blobs.read(keys.pop()) == b"same" * 1000


async def test_a_blob_outlives_its_store(blobs: BlobStore, open_again: Open) -> None:
    blob = await blobs.put(b"kept")
    assert await open_again().read(blob.key) == b"kept"


async def test_leaving_without_commit_forgets(blobs: BlobStore, tmp_path: Path) -> None:
    async with blobs.writer() as writer:
        writer.write(b"secret")
    with pytest.raises(Gone):
        await blobs.read(hashlib.sha256(b"secret").hexdigest())
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


async def test_what_a_crash_left_is_cleared_away(blobs: BlobStore, open_again: Open, tmp_path: Path) -> None:
    kept = await blobs.put(b"kept")
    writing = blobs.writer()
    (await writing.__aenter__()).write(b"half a pict")
    after_the_crash = open_again()
    assert [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()] == [b"kept"]
    assert await after_the_crash.read(kept.key) == b"kept"
    await writing.__aexit__(None, None, None)


async def test_what_was_deleted_is_gone(blobs: BlobStore) -> None:
    blob = await blobs.put(b"a picture")
    await blobs.delete(blob.key)
    await blobs.delete(blob.key)
    with pytest.raises(Gone):
        await blobs.read(blob.key)
    with pytest.raises(Gone):
        await blobs.path(blob.key)
    assert await blobs.put(b"a picture") == blob
    assert await blobs.read(blob.key) == b"a picture"


@pytest.mark.parametrize("key", HOSTILE)
async def test_a_key_is_never_a_path(blobs: BlobStore, key: str, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_bytes(b"not yours")
    for use in (blobs.read, blobs.path, blobs.delete):
        with pytest.raises(Gone):
            await use(key)
    assert outside.read_bytes() == b"not yours"


async def test_a_picture_of_many_megabytes(blobs: BlobStore) -> None:
    data = bytes(range(256)) * 40_000
    blob = await blobs.put(data)
    assert blob.size_bytes == len(data)
    assert await blobs.read(blob.key) == data


async def test_who_is_cancelled_while_a_file_is_opened_leaves_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thread that opens one cannot be stopped: without care the file stays open, and on the disk."""
    blobs = FileBlobs(tmp_path)
    opening, opens = threading.Event(), threading.Event()
    usual = files.tempfile.mkstemp

    def slow(**where: Path) -> tuple[int, str]:
        opening.set()
        opens.wait(30)
        return usual(**where)

    monkeypatch.setattr(files.tempfile, "mkstemp", slow)
    writing = asyncio.create_task(blobs.put(b"a picture"))
    await asyncio.to_thread(opening.wait, 30)
    writing.cancel()
    asyncio.get_running_loop().call_later(0.05, opens.set)
    with pytest.raises(asyncio.CancelledError):
        await writing
    assert list((tmp_path / "incoming").iterdir()) == []
    gc.collect()  # an open file that nobody holds is a warning, and a warning fails
