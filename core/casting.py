"""Who is meant by a name, and what a person may do with their characters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from core.access import visible
from core.characters import CHARACTERS_MAX, NAME_CHARACTERS_MAX, Character, folded, spelled
from core.errors import BadFlagValue, NoSource, NotAllowed, NotFound
from core.i18n import say
from core.images.opening import open_picture
from core.model import Actor, ImageRef, Place, Size, Source, new_id
from core.options import nearest, spoken
from core.originals import Originals
from core.ports import BlobStore, Clock
from core.prompt import Prompt
from core.store.store import Store

OURS: Final = "easel"  # mentioned, it means Easel and nobody else


async def cast(store: Store, said: Prompt, actor: Actor) -> tuple[Character, ...]:
    """Who comes along: everybody who was named, then those of the @words that are known; each once.

    Raises `NotFound` for a name that this person knows nobody by. A strange @word stays a word.
    """
    named = {folded(name): name for name in said.options.characters}
    if not named and not said.mentions:
        return ()
    known = await store.characters_named(actor, [*named, *(name for names in said.mentions for name in names)])
    for key, name in named.items():
        if key not in known:
            raise await _nobody(store, name, actor)
    mentioned = (next((known[name] for name in names if name in known), None) for names in said.mentions)
    found = (*(known[key] for key in named), *(each for each in mentioned if each is not None))
    return tuple({each.id: each for each in found}.values())


async def _nobody(store: Store, name: str, actor: Actor) -> NotFound:
    """The refusal, with the nearest name that would do."""
    names = {each.key: each.name for each in await store.characters(actor)}
    meant = nearest(folded(name), names)
    if not names:
        remedy = say("Keep a picture under this name first, with /character.")
    else:
        remedy = say("There are {names}.", names=spoken(sorted(names.values()), "and"))
        if meant:
            remedy = say("Did you mean {name}?", name=names[meant])
    return NotFound(say("There is no character called {name} here.", name=name), remedy)


def sources_of(characters: Sequence[Character]) -> tuple[Source, ...]:
    """Their pictures, to look at while drawing."""
    return tuple(Source(each.ref, say("With {name}.", name=each.name), shows=each.name) for each in characters)


class Casting:
    """Keeps characters and forgets them."""

    def __init__(self, store: Store, blobs: BlobStore, originals: Originals, clock: Clock) -> None:
        self._store = store
        self._blobs = blobs
        self._originals = originals
        self._clock = clock

    async def keep(
        self, actor: Actor, place: Place, name: str, picture: ImageRef | None, *, shared: bool | None
    ) -> Character:
        """Keep this picture under this name, in the place of an earlier one of theirs.

        Without a picture only who may use it changes; `shared` is left as it was with None. Raises a `Refused`.
        """
        shown = _named(name)
        before = await self._mine(actor, shown)
        if picture is None:
            if before is None or shared is None:
                raise NoSource(
                    say("I need a picture to keep under this name."), say("Attach one, or choose one of yours.")
                )
            return await self._written(_allowed(replace(before, shared=shared)))
        new = Character(
            id=new_id() if before is None else before.id,
            platform=actor.platform,
            workspace=actor.workspace,
            owner=actor.user,
            name=shown,
            blob="",
            media_type="",
            size=Size(0, 0),
            shared=before is not None and before.shared if shared is None else shared,
            private=await self._is_private(picture, actor, place),
            created_at_us=self._clock.now_us(),
        )
        return await self._written(await self._pictured(_allowed(new), picture))

    async def _written(self, new: Character) -> Character:
        """Kept; what was refused leaves no bytes behind."""
        try:
            freed = await self._store.keep_character(new, CHARACTERS_MAX)
        except NotAllowed:
            if not await self._store.uses(new.blob):
                await self._blobs.delete(new.blob)
            raise
        await self._forgotten(freed)
        return new

    async def forget(self, actor: Actor, name: str) -> Character:
        """Forget their own character of this name, or as a moderator one that is shared. Raises a `Refused`."""
        shown = _named(name)
        found = (await self._store.characters_named(actor, [folded(shown)])).get(folded(shown))
        if found is None:
            raise await _nobody(self._store, shown, actor)
        if found.owner != actor.user and not actor.is_admin:
            raise NotAllowed(say("Only the person who shared {name}, or a moderator, may remove it.", name=found.name))
        await self._forgotten(await self._store.forget_character(found.id))
        return found

    async def _mine(self, actor: Actor, name: str) -> Character | None:
        found = (await self._store.characters_named(actor, [folded(name)])).get(folded(name))
        return found if found is not None and found.owner == actor.user else None

    async def _is_private(self, picture: ImageRef, actor: Actor, place: Place) -> bool:
        """Raises `NotFound` for a picture of Easel's that is not theirs to see."""
        return picture.image is not None and visible(await self._store.image(picture.image), actor, place).private

    async def _pictured(self, new: Character, picture: ImageRef) -> Character:
        """With the picture, checked and written anew as every picture that a person sends."""
        opened = await open_picture(await self._originals.bytes_of(picture), name=picture.name)
        blob = await self._blobs.put(opened.data)
        return replace(new, blob=blob.key, media_type=opened.media_type, size=opened.size)

    async def _forgotten(self, blob: str | None) -> None:
        if blob is not None:
            await self._blobs.delete(blob)


def _allowed(new: Character) -> Character:
    if new.private and new.shared:
        raise NotAllowed(
            say("A private picture can become a character for you alone, not a shared one."),
            say("Leave it unshared, or share the picture first."),
        )
    return new


def _named(name: str) -> str:
    shown = spelled(name)
    if shown is None:
        raise BadFlagValue(
            say("This cannot be a character's name."),
            say(
                "Take 1 to {most} letters, digits, dashes or underscores, as in hero.",
                most=NAME_CHARACTERS_MAX,
            ),
        )
    if folded(shown) == OURS:
        raise NotAllowed(say("That is what I am called by."), say("Choose another name."))
    return shown
