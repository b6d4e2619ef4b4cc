"""Pictures on their way through the core: where they come from, what their buttons do, who sees them, what fits."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pytest
from PIL import Image
from support_house import BOARD, DAILY, GUEST, MEMBER, WALL, Hand, became, click, house, used
from support_images import photo_png, rotated_with_gps

from core.errors import (
    BadFlagValue,
    NoSource,
    NotAllowed,
    NotFound,
)
from core.model import ImageRef, Operation, Options, Size, Verb
from core.ports import EditOrder


async def test_no_source_never_becomes_a_generation(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        with pytest.raises(NoSource):
            await home.submit("make it night", operation=Operation.EDIT, replied_by="Guest")
        assert home.hand.orders == []


async def test_gps_never_reaches_a_provider_and_the_picture_is_upright(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        home.board.files["beach"] = rotated_with_gps()
        beach = ImageRef(BOARD, token="beach", name="beach.jpg")
        admitted = await home.submit("make it night", operation=Operation.EDIT, attachments=(beach,))
        finished = await home.board.finished(admitted.job)
        assert finished.remarks[0] == "Editing the picture you attached."
        (order,) = home.hand.orders
        assert isinstance(order, EditOrder)
        before, after = Image.open(io.BytesIO(rotated_with_gps())), Image.open(io.BytesIO(order.source.data))
        assert before.getexif(), "the photograph has something to lose"
        assert not after.getexif()
        assert b"GPS" not in order.source.data
        assert after.size == (before.height, before.width), "turned upright"
        assert "member" not in order.safety_identifier


@pytest.mark.parametrize("file", ["", "garbage", "gone"])
async def test_a_source_that_cannot_be_used_is_told_and_free(tmp_path: Path, file: str) -> None:
    async with house(tmp_path, limits=DAILY) as home:
        if file != "gone":
            home.board.files["x"] = file.encode()
        picture = ImageRef(BOARD, token="x", name="x.png")
        admitted = await home.submit("make it night", operation=Operation.EDIT, attachments=(picture,))
        told = await home.board.unfinished(admitted.job)
        assert told.code == ("no_source" if file == "gone" else "unusable_image")
        assert "Nothing was charged." in told.sentence
        assert "is kept" not in told.sentence
        assert await used(home) == 0
        assert home.hand.orders == []


async def test_buttons_redo_vary_finalise_and_undo(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        drawn = await home.board.finished((await home.submit("two squares --n 2 --seed 7")).job)
        second = drawn.images[1]

        await home.board.finished((await home.studio.act(click(Verb.REDO, second.id))).job)
        assert home.hand.orders[-1].count == 2
        assert home.hand.orders[-1].seed != 7

        final = await home.board.finished((await home.studio.act(click(Verb.FINALISE, second.id))).job)
        assert home.hand.orders[-1].seed == 8, "this very picture"
        assert home.hand.orders[-1].count == 1
        assert final.plan.size.width == 2048
        assert final.images[0].parent == second.id

        varied = await home.board.finished((await home.studio.act(click(Verb.VARY, second.id))).job)
        assert varied.images[0].parent == second.id

        orders = len(home.hand.orders)
        back = await home.board.finished((await home.studio.act(click(Verb.UNDO, varied.images[0].id))).job)
        assert [image.id for image in back.images] == [second.id]
        assert len(home.hand.orders) == orders
        with pytest.raises(NoSource):
            await home.studio.act(click(Verb.UNDO, second.id))


async def test_without_seeds_finalise_starts_from_the_picture_itself(tmp_path: Path) -> None:
    """A model that never draws the same twice would finalise another picture from the words alone."""
    async with house(tmp_path, hand=Hand(repeatable=False)) as home:
        drawn = await home.board.finished((await home.submit("two squares --n 2 --seed 7")).job)
        assert "has no seeds" in " ".join(drawn.remarks)
        second = drawn.images[1]
        final = await home.board.finished((await home.studio.act(click(Verb.FINALISE, second.id))).job)
        order = home.hand.orders[-1]
        assert isinstance(order, EditOrder)
        assert hashlib.sha256(order.source.data).hexdigest() == second.blob
        assert "Change nothing else" in order.text
        assert (order.quality, final.plan.size.width, final.images[0].parent) == ("high", 2048, second.id)


async def test_a_private_picture_is_its_authors_until_it_is_shared(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        drawn = await home.board.finished((await home.submit("a square --private")).job)
        (image,) = drawn.images
        with pytest.raises(NotFound):
            await home.studio.details(image.id, GUEST, WALL)
        with pytest.raises(NotFound):
            await home.studio.act(click(Verb.EDIT, image.id, GUEST, "make it night"))
        await home.board.finished((await home.studio.act(click(Verb.SHARE, image.id))).job)
        assert (await home.studio.details(image.id, GUEST, WALL)).image.id == image.id


async def test_what_comes_of_a_private_picture_is_private_however_it_was_found(tmp_path: Path) -> None:
    """The newest picture of mine may be a private one: its edit must not appear before everybody."""
    async with house(tmp_path) as home:
        await home.board.finished((await home.submit("a square --private")).job)
        found = await home.submit("make it night", operation=Operation.EDIT)
        assert found.plan.private
        open_again = await home.submit("make it night", operation=Operation.EDIT, options=Options(private=False))
        assert not open_again.plan.private


async def test_deleting_is_for_the_author_and_ends_every_use(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        (image,) = (await home.board.finished((await home.submit("a square")).job)).images
        with pytest.raises(NotAllowed):
            await home.studio.delete(image.id, GUEST, WALL)
        await home.studio.delete(image.id, MEMBER, WALL)
        with pytest.raises(NotFound):
            await home.studio.act(click(Verb.REDO, image.id))
        assert await home.studio.history(MEMBER, WALL) == ()


async def test_a_copy_is_made_where_the_original_does_not_fit(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        home.board.media_types = frozenset({"image/jpeg"})
        admitted = await home.submit("a square")
        finished = await home.board.finished(admitted.job)
        ((file,),) = home.board.plans[admitted.job].messages
        assert file.media_type == "image/jpeg"
        assert file.blob != finished.images[0].blob, "the kept picture stays as it came"


async def test_what_the_model_cannot_do_is_refused_by_name(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        with pytest.raises(BadFlagValue, match="A steady hand does not know the background transparent"):
            await home.submit("a square --bg transparent")
        with pytest.raises(BadFlagValue, match="thinking"):
            await home.submit("a square --think")


async def test_a_photograph_keeps_its_shape_whatever_resolution_is_asked_for(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        home.board.files["photo"] = photo_png("china")
        told = ImageRef(BOARD, token="photo", size=Size(640, 427))
        edited = await home.submit("make it night", operation=Operation.EDIT, attachments=(told,))
        drawn = await home.board.finished(edited.job)
        assert edited.plan.keep_size

        final = await home.studio.act(click(Verb.FINALISE, drawn.images[0].id))
        await home.board.finished(final.job)
        (order,) = home.hand.orders[-1:]
        assert isinstance(order, EditOrder)
        assert order.size is not None
        assert order.size.width == 2048
        assert abs(order.size.width / order.size.height - 640 / 427) < 0.02

        untold = ImageRef(BOARD, token="photo")
        kept = await home.submit("make it night --size 2k", operation=Operation.EDIT, attachments=(untold,))
        finished = await home.board.finished(kept.job)
        assert kept.plan.keep_size
        assert "keeps its own size" in finished.remarks[-1]


async def test_a_reference_does_not_decide_the_size_of_a_new_picture(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        home.board.files["photo"] = photo_png("china")
        told = ImageRef(BOARD, token="photo", size=Size(3000, 1000))
        admitted = await home.submit("a square like this", attachments=(told,))
        assert admitted.plan.size == Size(1024, 1024)


async def test_a_picture_of_which_no_copy_fits_is_kept_and_not_tried_for_ever(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        home.board.file_bytes = 10  # bytes: no picture is that small
        admitted = await home.submit("a square")
        await became(home, admitted.job, "undelivered")
        assert home.board.posts == 0
        assert len(await home.studio.history(MEMBER, WALL)) == 1
