"""Who may see a kept picture. Asked at every use of an id: ids travel in buttons and links, and may be copied."""

from __future__ import annotations

from core.errors import NotFound
from core.i18n import say
from core.model import Actor, Place, StoredImage


def may_see(image: StoredImage, actor: Actor, place: Place) -> bool:
    """A picture is seen in the channel where it was made; a private one, and one from elsewhere, by its author.

    Its author also sees it in a conversation with nobody else: that is where a private answer goes in the end.
    """
    if image.deleted:
        return False
    if place.personal and (image.place.platform, image.author) == (place.platform, actor.user):
        return True
    if (image.place.platform, image.place.workspace) != (place.platform, place.workspace):
        return False
    if image.author == actor.user:
        return True
    return not image.private and image.place.channel == place.channel


def may_delete(image: StoredImage, actor: Actor) -> bool:
    """Its author, and whoever moderates the workspace."""
    return image.author == actor.user or actor.is_admin


def visible(image: StoredImage | None, actor: Actor, place: Place) -> StoredImage:
    """The picture, or `NotFound`: someone else's and none at all look the same."""
    if image is None or not may_see(image, actor, place):
        raise NotFound(
            say("I have no such picture here."), say("It may have been deleted. Look in /history for your pictures.")
        )
    return image
