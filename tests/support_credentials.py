"""Files with C2PA content credentials as signing tools write them, as far as a reader of headers can tell."""

from __future__ import annotations

import struct
import zlib

STORE_TYPE = bytes.fromhex("6332706100110010800000AA00389B71")


def manifest_store(payload: bytes = b"claims", kind: bytes = STORE_TYPE) -> bytes:
    """A JUMBF superbox: a description (type, toggles, label), then whatever it holds."""
    description = kind + b"\x03" + b"c2pa\x00"
    described = struct.pack(">I", 8 + len(description)) + b"jumd" + description
    return struct.pack(">I", 8 + len(described) + len(payload)) + b"jumb" + described + payload


def png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def app11(box: bytes) -> bytes:
    """A JPEG segment: `JP`, the box's number, the segment's number, the box."""
    body = b"JP" + struct.pack(">HI", 1, 1) + box
    return b"\xff\xeb" + struct.pack(">H", 2 + len(body)) + body


def webp_chunk(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def with_credentials(picture: bytes, box: bytes | None = None) -> bytes:
    """The same PNG, JPEG or WebP with a manifest store where the specification wants it."""
    store = manifest_store() if box is None else box
    if picture.startswith(b"\x89PNG"):
        after_header = 8 + 25
        return picture[:after_header] + png_chunk(b"caBX", store) + picture[after_header:]
    if picture.startswith(b"\xff\xd8"):
        return picture[:2] + app11(store) + picture[2:]
    assert picture.startswith(b"RIFF")
    body = picture[8:] + webp_chunk(b"C2PA", store)
    return b"RIFF" + struct.pack("<I", len(body)) + body
