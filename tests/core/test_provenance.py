"""Where a file says that it comes from: found in the three formats, believed of nothing else, and at no cost."""

from __future__ import annotations

import io
import struct
import tempfile
from pathlib import Path

import pytest
import support_images as files
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from support_credentials import app11, manifest_store, png_chunk, webp_chunk, with_credentials

from core.images.provenance import PARTS_MAX, carries_credentials

KINDS = ("PNG", "JPEG", "WEBP")
SMALL = Image.new("RGB", (40, 30), "teal")
PNG_START = b"\x89PNG\r\n\x1a\n"


def kept(folder: Path, data: bytes) -> Path:
    path = folder / "picture"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("kind", KINDS)
def test_credentials_are_found_and_their_absence_too(tmp_path: Path, kind: str) -> None:
    plain = files.encoded(SMALL, kind)
    signed = with_credentials(plain)
    assert Image.open(io.BytesIO(signed)).size == (40, 30), "it is still a picture"
    assert not carries_credentials(kept(tmp_path, plain))
    assert carries_credentials(kept(tmp_path, signed))


def test_a_photograph_with_exif_before_them(tmp_path: Path) -> None:
    plain = files.rotated_with_gps()
    after_exif = 4 + struct.unpack(">H", plain[4:6])[0]
    signed = plain[:after_exif] + app11(manifest_store()) + plain[after_exif:]
    assert not carries_credentials(kept(tmp_path, plain))
    assert carries_credentials(kept(tmp_path, signed))
    assert not carries_credentials(kept(tmp_path, plain + app11(manifest_store()))), "after the picture it counts not"


def test_what_stands_before_them_may_have_any_length(tmp_path: Path) -> None:
    webp = files.encoded(SMALL, "WEBP")
    odd = webp + webp_chunk(b"XMP ", b"odd")
    assert carries_credentials(kept(tmp_path, with_credentials(odd)))
    jpeg = with_credentials(files.encoded(SMALL, "JPEG"))
    assert carries_credentials(kept(tmp_path, jpeg[:2] + b"\xff\xff\xff" + jpeg[2:])), "fill bytes before a marker"


def test_what_stands_in_a_scan_is_the_picture(tmp_path: Path) -> None:
    scan = b"\xff\xda\x00\x08" + bytes(6)
    assert not carries_credentials(kept(tmp_path, b"\xff\xd8" + scan + app11(manifest_store()) + b"\xff\xd9"))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "box", [b"", b"jumb", manifest_store(kind=bytes(16)), b"\0\0\0\x20free" + manifest_store()[8:]], ids=str
)
def test_something_else_in_the_same_place_is_none(tmp_path: Path, kind: str, box: bytes) -> None:
    """JPEG's APP11 is used by JPEG XT and JPEG 360, too."""
    assert not carries_credentials(kept(tmp_path, with_credentials(files.encoded(SMALL, kind), box)))


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_is_cut_short_is_none(tmp_path: Path, kind: str) -> None:
    signed = with_credentials(files.encoded(SMALL, kind))
    for length in range(signed.index(b"claims") + len(b"claims")):
        assert not carries_credentials(kept(tmp_path, signed[:length]))


@pytest.mark.parametrize(
    "data", [b"", b"GIF89a" + manifest_store(), manifest_store(), b"RIFF\0\0\0\0WAVE", b"\xff\xd8"]
)
def test_what_is_no_picture_of_these_kinds_is_none(tmp_path: Path, data: bytes) -> None:
    assert not carries_credentials(kept(tmp_path, data))


class Counted(io.FileIO):
    """A file that counts what is read of it."""

    read_bytes = 0
    reads = 0

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(-1 if size is None else size) or b""
        Counted.read_bytes += len(data)
        Counted.reads += 1
        return data


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> type[Counted]:
    """Counts what is read of every file that is opened by its path."""

    def opened(path: Path, mode: str = "r", buffering: int = -1) -> Counted:
        assert (mode, buffering) == ("rb", 0)
        return Counted(path, mode)

    monkeypatch.setattr(Path, "open", opened)
    Counted.read_bytes = Counted.reads = 0
    return Counted


def test_a_large_picture_costs_a_few_bytes(tmp_path: Path, counted: type[Counted]) -> None:
    head = png_chunk(b"IHDR", bytes(13)) + struct.pack(">I", 1_000_000_000) + b"IDAT"
    path = tmp_path / "large.png"
    with io.FileIO(path, "w") as file:  # a sparse file
        file.write(PNG_START + head)
        file.seek(1_000_000_004, io.SEEK_CUR)
        file.write(png_chunk(b"caBX", manifest_store()))
    assert carries_credentials(path)
    assert counted.read_bytes < 200


@pytest.mark.parametrize(
    "data",
    [
        PNG_START + png_chunk(b"IDAT", b"") * (2 * PARTS_MAX),
        b"RIFF\0\0\0\0WEBP" + webp_chunk(b"XXXX", b"") * (2 * PARTS_MAX),
        b"\xff\xd8" + b"\xff" * (2 * PARTS_MAX),
        b"\xff\xd8" + b"\xff\xe1\x00\x02" * (2 * PARTS_MAX),
    ],
    ids=["png", "webp", "fill", "segments"],
)
def test_a_file_of_countless_parts_is_given_up(tmp_path: Path, counted: type[Counted], data: bytes) -> None:
    with io.FileIO(tmp_path / "joke", "w") as file:
        file.write(data + manifest_store())
    assert not carries_credentials(tmp_path / "joke")
    assert counted.reads <= PARTS_MAX + 5


@given(
    st.sampled_from([PNG_START, b"\xff\xd8", b"RIFF\xff\xff\xff\xffWEBP"]),
    st.lists(
        st.one_of(
            st.binary(max_size=40),
            st.sampled_from(
                [b"caBX", b"C2PA", b"\xff\xeb\x00\x40JP", b"\0\0\0\0", b"\xff\xff\xff\xff", manifest_store()]
            ),
        ),
        max_size=12,
    ),
)
@settings(max_examples=300, derandomize=True, deadline=None)
def test_nothing_that_somebody_sends_is_an_error(start: bytes, pieces: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        data = start + b"".join(pieces)
        if carries_credentials(kept(Path(folder), data)):
            assert b"jumb" in data
