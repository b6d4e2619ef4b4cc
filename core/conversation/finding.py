"""One of a person's own pictures, by its number or by words of its prompt."""

from __future__ import annotations

import re
from typing import Final

from core.errors import NotFound, WhichPicture
from core.fitting import shorten
from core.i18n import say
from core.model import Actor, ImageId, ImageRef, Place, StoredImage
from core.studio import Studio

_NUMBER: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
CHOICES_MAX: Final = 25  # that a person is asked to choose from: as many as a menu takes where they are shortest
TITLE_CHARACTERS: Final = 100
# Others draw in the channel, too: so many of its newest pictures are looked through for one's own.
_LOOKED_THROUGH: Final = 200


async def find(studio: Studio, said: str, actor: Actor, place: Place) -> StoredImage:
    """The picture with this number, if they may see it, or their own one with these words.

    Raises `NotFound`, and `WhichPicture` when several have the words.
    """
    number = said.strip().lower().strip("`")
    if _NUMBER.fullmatch(number):
        return await studio.picture(ImageId(number), actor, place)
    found = await own(studio, said, actor, place) if said.strip() else []
    if not found:
        raise NotFound(
            say("I found no picture of yours here with these words."), say("Look in /history for its number.")
        )
    if len(found) > 1:
        some = found[:CHOICES_MAX]
        what = say("{n} of your pictures here fit.", n=len(found))
        if len(found) > len(some):
            what = say("More than {n} of your pictures here fit.", n=CHOICES_MAX)
        raise WhichPicture(
            what,
            say("Choose one."),
            choices=tuple(_ref(place, each) for each in some),
        )
    return found[0]


async def own(studio: Studio, words: str, actor: Actor, place: Place) -> list[StoredImage]:
    """A person's own pictures of this channel with these words, the newest first."""
    newest = await studio.history(actor, place, words, limit=_LOOKED_THROUGH)
    return [image for image in newest if image.author == actor.user]


def titled(image: StoredImage, characters: int = TITLE_CHARACTERS) -> str:
    """What a picture is called in a menu: its words, and its place among several of one request."""
    words = " ".join((image.prompt or image.alt).split()) or "Without words"
    number = f" ({image.position})" if image.position > 1 else ""
    return shorten(words, characters - len(number)) + number


def _ref(place: Place, image: StoredImage) -> ImageRef:
    return ImageRef(place.platform, image=image.id, name=titled(image))
