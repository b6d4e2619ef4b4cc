"""A person's data as zip files, each small enough to be sent: the words in the first one, pictures after them."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

PARTS_MAX: Final = 10
_ENTRY_BYTES: Final = 512  # what a zip file says about one of its files, with a long name
_WORDS_BYTES: Final = 2_000_000  # set aside for data.json: a person with ten thousand requests has half of it
_UNSAFE: Final = re.compile(r"[^\w. -]+")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One picture or file that goes along: its name in the zip, where its bytes are, and how many."""

    name: str
    blob: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Packing:
    """What goes into which part, and what is too much."""

    parts: tuple[tuple[Sheet, ...], ...]
    left_out: tuple[Sheet, ...]


def packed(sheets: Sequence[Sheet], part_bytes: int, parts_max: int = PARTS_MAX) -> Packing:
    """In their order, as many as fit. There is always a first part, if only for the words."""
    parts: list[list[Sheet]] = [[]]
    room = part_bytes - min(_WORDS_BYTES, part_bytes // 4)
    left_out = []
    for sheet in sheets:
        needs = sheet.size_bytes + _ENTRY_BYTES
        if needs > room and needs <= part_bytes and len(parts) < parts_max:
            parts.append([])
            room = part_bytes
        if needs > room:
            left_out.append(sheet)
            continue
        parts[-1].append(sheet)
        room -= needs
    return Packing(tuple(map(tuple, parts)), tuple(left_out))


def zipped(texts: Mapping[str, str], files: Sequence[tuple[str, bytes]]) -> bytes:
    """One zip file. Pictures are compressed already."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, said in texts.items():
            made.writestr(name, said)
        for name, data in files:
            made.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_STORED)
    return out.getvalue()


def as_json(data: Mapping[str, Any]) -> str:
    """For programs, and readable."""
    return json.dumps(data, indent=1, ensure_ascii=False, sort_keys=False)


def file_name(name: str, otherwise: str) -> str:
    """A person's name for a file, fit to be one anywhere."""
    plain = _UNSAFE.sub("_", name).strip(" ._")[:80]
    return plain or otherwise
