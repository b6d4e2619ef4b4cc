"""Which pictures a request starts from: what the rules of `core.sources` want to know is looked up here."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, assert_never

from core import sources
from core.access import visible
from core.model import ImageRef, ImageRequest, Operation, Source, StoredImage
from core.ports import Clock
from core.store.store import Store

RECENT_US: Final = 3_600_000_000  # "my newest picture in this channel of the last hour"


class Lookout:
    """Looks from near to far, and no further than it has to."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def find(self, request: ImageRequest) -> tuple[tuple[Source, ...], list[StoredImage | None]]:
        """The pictures to start from, each allowed to this person, and those of them that are ours."""
        match request.operation:
            case Operation.EDIT:
                chosen = sources.choose(await self._clues(request))
            case Operation.GENERATE | Operation.STORYBOARD:
                chosen = tuple(
                    Source(ref, "Using the picture you attached as a reference.") for ref in request.attachments
                )
            case Operation.SHOW:
                chosen = ()
            case _:
                assert_never(request.operation)
        return chosen, [await self._ours(source.ref, request) for source in chosen]

    async def _ours(self, ref: ImageRef, request: ImageRequest) -> StoredImage | None:
        """The kept picture that is meant, if it is one. Raises `NotFound` when it is not theirs to see."""
        if ref.image is None:
            return None
        return visible(await self._store.image(ref.image), request.actor, request.place)

    async def _clues(self, request: ImageRequest) -> sources.Clues:
        """Look further than the message only when the message itself says nothing: the rules go from near to far."""
        clues = sources.Clues(
            attachments=request.attachments,
            chosen=request.chosen,
            pick=request.pick,
            replied=request.replied,
            replied_by=request.replied_by,
            in_thread=request.in_thread,
            thread_newest=None,
            mine_recent=None,
            by_command=not request.replied_by,
        )
        if request.attachments or request.chosen or request.replied or request.replied_by:
            return clues
        if request.place.thread is not None:
            clues = replace(clues, thread_newest=_ref(await self._store.newest_in_thread(request.place)))
        if clues.thread_newest is None:
            since_us = self._clock.now_us() - RECENT_US
            newest = await self._store.newest_by(request.actor, request.place, since_us)
            clues = replace(clues, mine_recent=_ref(newest))
        return clues


def _ref(image: StoredImage | None) -> ImageRef | None:
    return None if image is None else ImageRef(image.place.platform, image=image.id)
