"""The pictures that a job starts from, opened: ours from the blob store, a person's through the safe opener."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from core import characters
from core.errors import Gone, NoSource, ProviderUnavailable
from core.i18n import say
from core.images.markup import open_markup
from core.images.masks import open_mask
from core.images.opening import open_picture
from core.model import ImageId, ImageRef, Plan
from core.ports import BlobStore, PlatformAdapter, SourceImage
from core.store.store import Store


@dataclass(frozen=True, slots=True)
class Opened:
    """Everything that a provider is handed besides words; an edit's own picture comes first."""

    pictures: tuple[SourceImage, ...] = ()
    first: ImageId | None = None  # the first picture, when it is one of ours
    mask: bytes | None = None
    markup: bytes | None = None


class Originals:
    """Opens what plans point at."""

    def __init__(self, store: Store, blobs: BlobStore, adapters: Mapping[str, PlatformAdapter]) -> None:
        self._store = store
        self._blobs = blobs
        self._adapters = adapters

    async def open(self, plan: Plan) -> Opened:
        """Open them all. Raises a `Refused` for what cannot be used or is not there any more.

        Raises `ProviderUnavailable` when a platform that holds a picture is not connected.
        """
        try:
            pictures = tuple([replace(await self._picture(each.ref), shows=each.shows) for each in plan.sources])
            if not pictures:
                return Opened()
            size = pictures[0].size
            mask = None if plan.mask is None else await open_mask(await self._fetched(plan.mask), size)
            markup = None if plan.markup is None else await open_markup(await self._fetched(plan.markup), size)
        except Gone as error:
            raise NoSource(error.what, error.remedy) from error
        return Opened(pictures, plan.sources[0].ref.image, mask, markup)

    async def bytes_of(self, ref: ImageRef) -> bytes:
        """The bytes of a picture that somebody pointed at: a person's as they gave them, hostile.

        Whether they may see it is asked before. Raises `NoSource` when it is not there any more, `UnusableImage` when
        it is too large, and `ProviderUnavailable` when the platform that holds it is not connected.
        """
        try:
            if ref.image is not None:
                return (await self._picture(ref)).data
            return await self._fetched(ref)
        except Gone as error:
            raise NoSource(error.what, error.remedy) from error

    async def _picture(self, ref: ImageRef) -> SourceImage:
        if ref.platform == characters.PLATFORM:
            return await self._character(ref)
        if ref.image is not None:
            image = await self._store.image(ref.image)
            if image is None or image.deleted:
                raise NoSource(say("The picture to start from was deleted meanwhile."), say("Choose another one."))
            data = await self._blobs.read(image.blob)
            return SourceImage(data, image.media_type, image.size, image.provider_state)
        clean = await open_picture(await self._fetched(ref), name=ref.name)
        return SourceImage(clean.data, clean.media_type, clean.size)

    async def _character(self, ref: ImageRef) -> SourceImage:
        character = await self._store.character(ref.token)
        if character is None:
            raise NoSource(
                say("The character {name} was removed meanwhile.", name=ref.name),
                say("Ask without it, or keep it again."),
            )
        return SourceImage(await self._blobs.read(character.blob), character.media_type, character.size)

    async def _fetched(self, ref: ImageRef) -> bytes:
        adapter = self._adapters.get(ref.platform)
        if adapter is None:
            raise ProviderUnavailable(
                say("The platform that holds the picture is not connected at the moment."), say("Ask again.")
            )
        return await adapter.open(ref)
