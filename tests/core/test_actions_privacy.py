"""Who sees what comes of a button: it follows the picture that is pressed, and never shows what was not shared."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from support_house import BOARD, GUEST, MEMBER, Hand, House, click, house, square

from core.errors import NotAllowed, NotFound
from core.model import Actor, Finished, ImageRef, Operation, Options, StoredImage, Verb

PHOTO = ImageRef(BOARD, token="photo", name="photo.png")


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as home:
        home.board.files["photo"] = square(7)
        yield home


async def pressed(home: House, verb: Verb, image: StoredImage, by: Actor = MEMBER, *, alone: bool = False) -> Finished:
    """A button, where others look or not: what it posted."""
    admitted = await home.studio.act(replace(click(verb, image.id, by), private=alone))
    return await home.board.finished(admitted.job)


async def shared(home: House, finished: Finished) -> StoredImage:
    """Its author shows it to all."""
    return (await pressed(home, Verb.SHARE, finished.images[0])).images[0]


async def drawn(home: House, prompt: str, **more: object) -> Finished:
    return await home.board.finished((await home.submit(prompt, **more)).job)


@pytest.mark.parametrize("verb", [Verb.REDO, Verb.VARY, Verb.FINALISE])
@pytest.mark.parametrize("asked", ["by a flag", "in a form"])
async def test_what_comes_of_a_shared_picture_is_everybodys(home: House, verb: Verb, asked: str) -> None:
    wish = ("a square --private", Options()) if asked == "by a flag" else ("a square", Options(private=True))
    image = await shared(home, await drawn(home, wish[0], options=wish[1]))
    for actor in (MEMBER, GUEST):
        again = await pressed(home, verb, image, actor)
        assert not again.plan.private
        assert not again.images[0].private


@pytest.mark.parametrize("verb", [Verb.REDO, Verb.VARY, Verb.FINALISE])
async def test_what_comes_of_a_private_picture_is_private(home: House, verb: Verb) -> None:
    image = (await drawn(home, "a square --private")).images[0]
    assert (await pressed(home, verb, image)).images[0].private


@pytest.mark.parametrize("verb", [Verb.REDO, Verb.VARY, Verb.FINALISE, Verb.UNDO])
async def test_what_is_pressed_where_nobody_else_looks_is_private(home: House, verb: Verb) -> None:
    """Such as on the message that only its author sees, after the picture was shared."""
    first = await shared(home, await drawn(home, "a square --private"))
    second = (await pressed(home, Verb.VARY, first)).images[0]
    assert (await pressed(home, verb, second, alone=True)).plan.private


@pytest.mark.parametrize("verb", [Verb.REDO, Verb.FINALISE])
async def test_a_file_that_was_shown_to_easel_alone_is_not_drawn_from_in_public(home: House, verb: Verb) -> None:
    edited = await drawn(home, "make it night --private", operation=Operation.EDIT, attachments=(PHOTO,))
    image = await shared(home, edited)
    assert (await pressed(home, verb, image)).images[0].private, "its author may, for themselves"
    with pytest.raises(NotAllowed, match="given to me alone"):
        await home.studio.act(click(verb, image.id, GUEST))
    assert not (await pressed(home, Verb.VARY, image, GUEST)).plan.private, "the picture itself was shared"


async def test_a_file_that_was_shown_to_all_is_everybodys(home: House) -> None:
    edited = await drawn(home, "make it night", operation=Operation.EDIT, attachments=(PHOTO,))
    assert not (await pressed(home, Verb.REDO, edited.images[0], GUEST)).plan.private


async def test_without_seeds_the_picture_itself_is_redrawn_by_anybody(tmp_path: Path) -> None:
    async with house(tmp_path, hand=Hand(repeatable=False)) as home:
        home.board.files["photo"] = square(7)
        edited = await drawn(home, "make it night --private", operation=Operation.EDIT, attachments=(PHOTO,))
        image = await shared(home, edited)
        assert edited.plan.seed is None
        assert not (await pressed(home, Verb.FINALISE, image, GUEST)).plan.private


async def test_a_shared_edit_of_a_private_picture_does_not_give_that_away(home: House) -> None:
    first = (await drawn(home, "a square --private")).images[0]
    second = await shared(home, await pressed(home, Verb.EDIT, first))
    assert second.parent == first.id
    assert (await pressed(home, Verb.REDO, second)).images[0].private
    with pytest.raises(NotFound):
        await home.studio.act(click(Verb.REDO, second.id, GUEST))


async def test_a_step_back_from_a_shared_picture_shows_no_private_one(home: House) -> None:
    first = (await drawn(home, "a square --private")).images[0]
    second = await shared(home, await pressed(home, Verb.EDIT, first))
    back = await pressed(home, Verb.UNDO, second)
    assert [image.id for image in back.images] == [first.id]
    assert back.plan.private
    still = await home.store.image(first.id)
    assert still is not None
    assert still.private, "nobody shared it"
    with pytest.raises(NotFound):
        await home.studio.act(click(Verb.UNDO, second.id, GUEST))
