"""What the compatible servers have in common: a wish without OpenAI's rules, drawn and put into `data`."""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emulators.image_api import events
from emulators.image_api.answers import Answer, Visit
from emulators.image_api.faults import Fault
from emulators.image_api.pictures import Commission
from emulators.image_api.refusals import Refusal
from emulators.image_api.studio import Studio
from emulators.image_api.uploads import opened

_SIZE = re.compile(r"\s*(\d{1,5})\s*x\s*(\d{1,5})\s*")
EDGE_MAX = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """What is drawn."""

    prompt: str
    size: tuple[int, int]
    count: int = 1
    format: str = "png"
    compression: int = 100
    sources: tuple[bytes, ...] = ()
    mask: bytes | None = None
    mask_is_white: bool = True


async def drawn(studio: Studio, plain: Plain, fault: Fault) -> list[bytes]:
    """Each picture as base64."""
    return [
        await studio.base64_of(
            Commission(
                prompt=plain.prompt,
                size=plain.size,
                format=plain.format,
                compression=plain.compression,
                position=position,
                sources=plain.sources,
                mask=plain.mask,
                mask_is_white=plain.mask_is_white,
            ),
            fault,
        )
        for position in range(plain.count)
    ]


async def answer(
    studio: Studio, plain: Plain, visit: Visit, *, url: bool = False, each: Mapping[str, Any] | None = None,
    around: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None,
) -> Answer:  # fmt: skip
    """`created` and `data`; `each` stands in every picture's object, `around` beside `data`."""
    pictures = await drawn(studio, plain, visit.fault)
    if visit.fault is Fault.EMPTY_DATA:
        pictures = []
    said = dict(each or {})
    if url or visit.fault is Fault.URL_INSTEAD:
        kind = f"image/{plain.format}"
        data = [{"url": studio.publish(base64.b64decode(one), kind), **said} for one in pictures]
        pictures = []
    else:
        data = [{"b64_json": events.PICTURE, **said} for _ in pictures]
    body = {"created": int(time.time()), "data": data, **(around or {})}
    return Answer(pieces=events.document(body, *pictures), headers=dict(headers or {}))


def sized(text: str, otherwise: tuple[int, int]) -> tuple[int, int]:
    """Pixels of "512x768"; `otherwise` for everything else."""
    found = _SIZE.fullmatch(text)
    if not found:
        return otherwise
    width, height = int(found[1]), int(found[2])
    if not (16 <= width <= EDGE_MAX and 16 <= height <= EDGE_MAX):
        raise Refusal(500, "generate_image returned no results", kind="server_error")
    return width, height


def picture_size(data: bytes) -> tuple[int, int]:
    """The size that an uploaded picture has."""
    return opened(data, "image").size
