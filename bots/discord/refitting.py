"""Smaller copies, for when Discord says that a message is too large: its limits differ from server to server."""

from __future__ import annotations

from dataclasses import replace

from bots.discord import limits
from bots.discord.destination import Spot
from bots.discord.posting import Part
from core.errors import DeliveryError
from core.fitting import share
from core.images.encoding import encode_within
from core.model import PlannedFile
from core.ports import BlobStore

COPY_TYPE = "image/webp"
SENTENCE = "This is a copy that fits here. The full-size original is kept: press Details."


async def refitted(part: Part, spot: Spot, blobs: BlobStore) -> Part | None:
    """The same message within what every server takes; where that was refused already, within half of it.

    None when a picture cannot be made small enough.
    """
    within_file = limits.FILE_BYTES if spot.file_bytes > limits.FILE_BYTES else spot.file_bytes // 2
    originals = [await blobs.read(file.blob) for file in part.files]
    granted = share([min(len(data), within_file) for data in originals], limits.REQUEST_BYTES // 2)
    try:
        files = [
            file if len(data) <= budget else await _copy(file, data, budget, blobs)
            for file, data, budget in zip(part.files, originals, granted, strict=True)
        ]
    except DeliveryError:
        return None
    return replace(part, files=tuple(files), content=_with(part.content, SENTENCE))


async def _copy(file: PlannedFile, data: bytes, budget: int, blobs: BlobStore) -> PlannedFile:
    copy = await blobs.put(await encode_within(data, COPY_TYPE, budget, file.size))
    return replace(file, blob=copy.key, media_type=COPY_TYPE, name=file.name.rpartition(".")[0] + ".webp")


def _with(content: str, sentence: str) -> str:
    """Said where there is room for it, before the last line."""
    if sentence in content or len(content) + len(sentence) + 1 > limits.TEXT_CHARACTERS:
        return content
    head, _, foot = content.rpartition("\n")
    return "\n".join(line for line in (head, sentence, foot) if line)
