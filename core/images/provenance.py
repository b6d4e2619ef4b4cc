"""Does a picture's file say where it comes from? Looks for C2PA content credentials; reads headers, never the picture.

Where they stand, by the C2PA specification's sections on embedding manifests (spec.c2pa.org): a JUMBF box (ISO 19566-5)
in PNG's chunk `caBX`, in JPEG's APP11 segments, in WebP's RIFF chunk `C2PA`. Whether the signature in it holds is not
looked at: that needs a list of whom to trust, and is for the viewer's own tool. A manifest that is only linked to, on
somebody's server, does not count.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from io import FileIO
from pathlib import Path
from typing import Final

# A file of 100 MB has fewer even in the 8 kB pieces that libpng writes; more is somebody's joke.
PARTS_MAX: Final = 20_000
_STORE_BYTES: Final = 32
# The content type of a JUMBF superbox that holds a manifest store: "c2pa", then the suffix that ISO types share.
_STORE_TYPE: Final = bytes.fromhex("63327061 0011 0010 8000 00AA00389B71")
_SCAN_STARTS, _PICTURE_ENDS = 0xDA, 0xD9  # JPEG: after either of them there are no more headers
_APP11: Final = 0xEB

Part = tuple[bytes, int]  # what kind, and where its content begins


def carries_credentials(path: Path) -> bool:
    """Whether the file is a PNG, JPEG or WebP with C2PA content credentials. Blocking: a few reads of a few bytes.

    Hostile files are answered with False, after `PARTS_MAX` reads at the latest. Raises `OSError` without a file.
    """
    with path.open("rb", buffering=0) as file:  # a buffer would fetch thousands of bytes for each eight
        end = file.seek(0, 2)
        file.seek(0)
        head = file.read(12)
        if head.startswith(b"\x89PNG\r\n\x1a\n"):
            found = (at for kind, at in _png(file, end) if kind == b"caBX")
        elif head.startswith(b"\xff\xd8"):
            found = (at + 8 for kind, at in _jpeg(file, end) if kind == b"JP")  # after its two counters
        elif head[:4] == b"RIFF" and head[8:] == b"WEBP":
            found = (at for kind, at in _webp(file, end) if kind == b"C2PA")
        else:
            return False
        return any(_is_store(_read(file, at, _STORE_BYTES)) for at in found)


def _is_store(box: bytes) -> bool:
    """A superbox (`jumb`) whose description (`jumd`) says that it is a manifest store."""
    return box[4:8] == b"jumb" and box[12:16] == b"jumd" and box[16:32] == _STORE_TYPE


def _read(file: FileIO, at: int, size: int) -> bytes:
    file.seek(at)
    return file.read(size)


def _png(file: FileIO, end: int) -> Iterator[Part]:
    at = 8
    for _ in range(PARTS_MAX):
        head = _read(file, at, 8)
        if len(head) < 8 or head[4:] == b"IEND":
            return
        (size,) = struct.unpack(">I", head[:4])
        if at + 8 + size > end:  # cut short, or a lie
            return
        yield head[4:], at + 8
        at += 12 + size


def _webp(file: FileIO, end: int) -> Iterator[Part]:
    at = 12
    for _ in range(PARTS_MAX):
        head = _read(file, at, 8)
        if len(head) < 8:
            return
        (size,) = struct.unpack("<I", head[4:])
        if at + 8 + size > end:
            return
        yield head[:4], at + 8
        at += 8 + size + size % 2


def _jpeg(file: FileIO, end: int) -> Iterator[Part]:
    """The APP11 segments, by their two letters (`JP`: JUMBF). What comes after the start of the scan is the picture."""
    at = 2
    for _ in range(PARTS_MAX):
        head = _read(file, at, 6)
        if len(head) < 4 or head[0] != 0xFF or head[1] in (_SCAN_STARTS, _PICTURE_ENDS):
            return
        if head[1] == 0xFF:  # a marker may be preceded by any number of these
            at += 1
            continue
        (size,) = struct.unpack(">H", head[2:4])
        if size < 2 or at + 2 + size > end:
            return
        if head[1] == _APP11:
            yield head[4:6], at + 4
        at += 2 + size
