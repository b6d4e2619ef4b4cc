"""Server-sent events, as the image API frames them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

PICTURE = "\x00picture\x00"  # stands where the base64 of a picture goes, which is never copied into a document


def document(value: Mapping[str, Any], *pictures: bytes) -> list[bytes]:
    """A JSON document in pieces: each `PICTURE` in it is replaced by the next of `pictures`, without copying them."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    around = text.split(json.dumps(PICTURE)[1:-1].encode())
    assert len(around) == len(pictures) + 1, "each place for a picture needs its picture"
    pieces = [around[0]]
    for picture, after in zip(pictures, around[1:], strict=True):
        pieces += [picture, after]
    return pieces


def event(value: Mapping[str, Any], *pictures: bytes, name: str | None = None) -> list[bytes]:
    """One event in pieces; its name is the value's `type` where none is given."""
    label = value["type"] if name is None else name
    return [f"event: {label}\ndata: ".encode(), *document(value, *pictures), b"\n\n"]
