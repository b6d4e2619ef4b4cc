"""What Easel does with a provider's pictures before they are kept: the pixel lock, and a look at their credentials."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import structlog

from core.errors import UnusableImage
from core.images.masks import locked
from core.images.provenance import carries_credentials
from core.model import OutputFormat, Plan, Size
from core.ports import BlobStore, Drawn, SourceImage
from core.store.store import Store

log = structlog.get_logger()

CHANGED: Final = "Changed outside the mask"
CREDENTIALS: Final = "Content credentials"
NOT_LOCKED: Final = "What you did not mark could not be put back: this is the picture as it came."
_STRETCH_MAX_PERCENT: Final = 2  # a size that a model's rules round differs by less from its source's shape


@dataclass(frozen=True, slots=True)
class Marked:
    """What a person's mask keeps: the picture that they marked, and the mask as `open_mask` returns it."""

    original: SourceImage
    mask: bytes


@dataclass(frozen=True, slots=True)
class Finish:
    """The pictures as they are kept, and what has to be said of them."""

    pictures: tuple[Drawn, ...]
    remarks: tuple[str, ...] = ()


class Finishing:
    """Takes pictures as a provider left them in the blob store."""

    def __init__(self, store: Store, blobs: BlobStore) -> None:
        self._store = store
        self._blobs = blobs

    async def finish(self, pictures: Sequence[Drawn], plan: Plan, marked: Marked | None) -> Finish:
        """Put back what the mask keeps, where there is a mask, and note what each file says of where it comes from.

        A picture that cannot be put together stays as it came, and that is said: it is paid for.
        """
        done: list[Drawn] = []
        remarks: list[str] = []
        for picture in pictures:
            kept = None if marked is None else await self._locked(picture, marked)
            if marked is not None:
                remarks += [NOT_LOCKED] if kept is None else _said(picture, plan, marked.original.size)
            done.append(await self._looked_at(picture) if kept is None else kept)
        await self._forget({each.blob.key for each in pictures} - {each.blob.key for each in done})
        return Finish(tuple(done), tuple(dict.fromkeys(remarks)))

    async def _locked(self, picture: Drawn, marked: Marked) -> Drawn | None:
        try:
            edited = await self._blobs.read(picture.blob.key)
            result = await locked(marked.original.data, edited, marked.mask)
            blob = await self._blobs.put(result.data)
        except (UnusableImage, OSError) as error:  # not a picture after all; no room for another file
            log.warning("pixel_lock_failed", error=type(error).__name__)
            return None
        changed = (CHANGED, _share(result.changed_outside_ppm))
        credentials = (CREDENTIALS, "none: the file was put together anew")
        return replace(
            picture,
            blob=blob,
            size=marked.original.size,
            media_type=OutputFormat.PNG.media_type,
            provider_state="",  # it is of the picture that is not kept
            facts=(*picture.facts, changed, credentials),
        )

    async def _looked_at(self, picture: Drawn) -> Drawn:
        path = await self._blobs.path(picture.blob.key)
        there = await asyncio.to_thread(carries_credentials, path)
        return replace(picture, facts=(*picture.facts, (CREDENTIALS, "yes, C2PA" if there else "none")))

    async def _forget(self, blobs: set[str]) -> None:
        """The provider's own files of which only the locked ones are kept, unless an earlier picture has the bytes."""
        for blob in sorted(blobs):
            if not await self._store.uses(blob):
                await self._blobs.delete(blob)


def _share(parts_per_million: int) -> str:
    if not parts_per_million:
        return "nothing"
    percent = parts_per_million / 10_000
    return f"{percent:.1f} % of the pixels, put back" if percent >= 0.1 else "less than 0.1 % of the pixels, put back"


def _said(picture: Drawn, plan: Plan, original: Size) -> list[str]:
    """What a person may wonder about when they see the locked picture."""
    said = []
    if _stretched(picture.size, original):
        said.append(
            f"The answer came in another shape, {picture.size}, and was fitted to your picture's {original}:"
            " what changed may look stretched."
        )
    if (not plan.keep_size and plan.size != original) or plan.format is not OutputFormat.PNG:
        said.append(f"It is a PNG of your picture's size, {original}, so that nothing changes but what you marked.")
    return said


def _stretched(one: Size, other: Size) -> bool:
    across, down = one.width * other.height, one.height * other.width
    return 100 * abs(across - down) > _STRETCH_MAX_PERCENT * max(across, down)
