"""Who may see and delete a picture: a matrix of people, workspaces and channels."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.access import may_delete, may_see, visible
from core.errors import NotFound
from core.model import Actor, ImageId, JobId, Operation, Place, Size, StoredImage

HERE = Place("web", "studio", "general")
AUTHOR = Actor("web", "studio", "author", "Author")
OTHER = Actor("web", "studio", "other", "Other")
MODERATOR = Actor("web", "studio", "moderator", "Moderator", is_admin=True)
PICTURE = StoredImage(
    id=ImageId("1"), job=JobId("2"), position=1, parent=None, blob="0" * 64, media_type="image/png",
    size=Size(1024, 1024), size_bytes=1, alt="", prompt="", operation=Operation.GENERATE, provider="p", model="m",
    place=HERE, author="author", private=False, created_at_us=0,
)  # fmt: skip


@pytest.mark.parametrize(
    ("picture", "actor", "place", "seen"),
    [
        (PICTURE, OTHER, HERE, True),
        (PICTURE, OTHER, replace(HERE, thread="t"), True),
        (PICTURE, OTHER, replace(HERE, channel="elsewhere"), False),
        (PICTURE, AUTHOR, replace(HERE, channel="elsewhere"), True),
        (PICTURE, AUTHOR, replace(HERE, workspace="another"), False),
        (PICTURE, OTHER, replace(HERE, platform="discord"), False),
        (replace(PICTURE, private=True), OTHER, HERE, False),
        (replace(PICTURE, private=True), MODERATOR, HERE, False),
        (replace(PICTURE, private=True), AUTHOR, HERE, True),
        (replace(PICTURE, deleted=True), AUTHOR, HERE, False),
        (replace(PICTURE, private=True), AUTHOR, Place("web", "dm:author", "letters", personal=True), True),
        (PICTURE, OTHER, Place("web", "dm:other", "letters", personal=True), False),
        (PICTURE, AUTHOR, Place("discord", "dm:author", "letters", personal=True), False),
        (replace(PICTURE, deleted=True), AUTHOR, Place("web", "dm:author", "letters", personal=True), False),
    ],
)
def test_a_picture_is_seen_where_it_was_made_and_a_private_one_by_its_author(
    picture: StoredImage, actor: Actor, place: Place, seen: bool
) -> None:
    assert may_see(picture, actor, place) is seen
    if seen:
        assert visible(picture, actor, place) is picture
    else:
        with pytest.raises(NotFound) as hidden:
            visible(picture, actor, place)
        with pytest.raises(NotFound) as missing:
            visible(None, actor, place)
        assert str(hidden.value) == str(missing.value), "someone else's picture and none at all look the same"


def test_its_author_and_moderators_delete_a_picture() -> None:
    assert may_delete(PICTURE, AUTHOR)
    assert may_delete(PICTURE, MODERATOR)
    assert not may_delete(PICTURE, OTHER)
