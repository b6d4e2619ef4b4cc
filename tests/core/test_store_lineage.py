"""Pictures found again: by a reply, in a thread, in the history, along their line of descent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from support_postgres import Engine
from support_store import DAY_US, SECOND_US, Bench, actor_of, opened, pictures_of, place_of, plan_of, request_of

from core.model import ImageId, MessageRef, Place, StoredImage


@pytest.fixture
async def bench(tmp_path: Path, engine: Engine) -> AsyncIterator[Bench]:
    """A fresh store."""
    async with opened(tmp_path, engine=engine) as fresh:
        yield fresh


async def made(
    bench: Bench,
    user: str = "member",
    *,
    prompt: str = "a red bicycle",
    place: Place | None = None,
    private: bool = False,
    count: int = 1,
    parent: ImageId | None = None,
    message: str | None = None,
) -> list[StoredImage]:
    """Asked for, drawn and posted."""
    await bench.admit(request_of(user=user, prompt=prompt, place=place), plan_of(private=private))
    job, images = await bench.draw(count, parent=parent)
    refs = [MessageRef("web", (place or place_of()).channel, message or f"m-{job.id}")]
    assert await bench.store.delivered(job.id, "worker", refs, [[image.id for image in images]])
    return images


def ids(images: tuple[StoredImage, ...] | list[StoredImage]) -> list[ImageId]:
    return [image.id for image in images]


async def test_a_picture_comes_back_as_it_was_kept(bench: Bench) -> None:
    place = Place("web", "demo", "studio", "thread-1", "Asia/Kolkata")
    images = await made(bench, prompt="海报 “नमस्ते”", place=place, private=True, count=2)
    assert list(await bench.store.images(ids(images))) == images
    assert await bench.store.image(images[1].id) == images[1]
    assert await bench.store.image(ImageId("none")) is None


async def test_pictures_come_in_the_order_asked_for(bench: Bench) -> None:
    images = ids(await made(bench, count=3))
    asked = [images[2], ImageId("none"), images[0], images[2]]
    assert ids(await bench.store.images(asked)) == [images[2], images[0], images[2]]
    assert await bench.store.images([]) == ()


async def test_a_reply_finds_the_messages_pictures_in_their_order(bench: Bench) -> None:
    images = await made(bench, count=4, message="m1")
    assert ids(await bench.store.images_of_message("web", "studio", "m1")) == ids(images)
    assert await bench.store.images_of_message("web", "sketches", "m1") == ()
    assert await bench.store.images_of_message("discord", "studio", "m1") == ()


async def test_a_deleted_picture_keeps_its_number(bench: Bench) -> None:
    """ "Picture 3" must stay picture 3 when picture 2 is deleted."""
    images = await made(bench, count=3, message="m1")
    await bench.store.delete_image(images[1].id)
    shown = await bench.store.images_of_message("web", "studio", "m1")
    assert [(image.id, image.deleted) for image in shown] == [
        (images[0].id, False),
        (images[1].id, True),
        (images[2].id, False),
    ]


async def test_pictures_of_one_job_in_several_messages(bench: Bench) -> None:
    await bench.admit()
    job, images = await bench.draw(3)
    refs = [MessageRef("web", "studio", "m1"), MessageRef("web", "studio", "m2")]
    await bench.store.delivered(job.id, "worker", refs, [ids(images[:2]), ids(images[2:])])
    assert ids(await bench.store.images_of_message("web", "studio", "m2")) == [images[2].id]


async def test_the_line_of_descent(bench: Bench) -> None:
    first = (await made(bench))[0]
    second = (await made(bench, parent=first.id))[0]
    third = (await made(bench, parent=second.id))[0]
    await made(bench, parent=second.id)
    assert ids(await bench.store.lineage(third.id)) == [first.id, second.id, third.id]
    assert ids(await bench.store.lineage(first.id)) == [first.id]
    assert await bench.store.lineage(ImageId("none")) == ()


async def test_a_line_that_bites_its_tail_ends(bench: Bench) -> None:
    first = (await made(bench))[0]
    second = (await made(bench, parent=first.id))[0]
    await bench.db.write(lambda tx: tx.execute("UPDATE image SET parent = $1 WHERE id = $2", second.id, first.id))
    assert len(await bench.store.lineage(second.id)) > 2


# --- the newest --------------------------------------------------------------------------------------------------


async def test_the_newest_picture_of_a_thread(bench: Bench) -> None:
    thread = place_of(thread="t1")
    assert await bench.store.newest_in_thread(thread) is None
    await made(bench, place=thread)
    newest = (await made(bench, place=thread, count=2))[-1]
    await made(bench, place=place_of(thread="t2"))
    await made(bench)
    found = await bench.store.newest_in_thread(thread)
    assert found is not None
    assert found.id == newest.id
    assert await bench.store.newest_in_thread(place_of()) is None
    assert await bench.store.newest_in_thread(place_of(thread="t1", channel="sketches")) is None
    assert await bench.store.newest_in_thread(place_of(thread="t1", workspace="other")) is None


async def test_a_thread_that_hangs_from_a_picture_holds_it(bench: Bench) -> None:
    """Posted into the channel as message m1; somebody opens a thread on it and writes "make it night"."""
    image = (await made(bench, message="m1"))[0]
    found = await bench.store.newest_in_thread(place_of(thread="m1"))
    assert found is not None
    assert found.id == image.id


async def test_a_picture_shown_again_is_the_newest(bench: Bench) -> None:
    """After an undo the next edit starts from what is seen last, not from what was drawn last."""
    thread = place_of(thread="t1")
    first = (await made(bench, place=thread))[0]
    await made(bench, place=thread, parent=first.id)
    plan = plan_of(images=0, nanodollars=0)
    await bench.store.admit_shown(request_of("undo", place=thread), plan, [first.id], bench.queue)
    job = await bench.claim()
    await bench.store.delivered(job.id, "worker", [MessageRef("web", "studio", "m-undo")], [[first.id]])
    found = await bench.store.newest_in_thread(thread)
    assert found is not None
    assert found.id == first.id


async def test_a_thread_hides_what_is_private_or_deleted(bench: Bench) -> None:
    thread = place_of(thread="t1")
    first = (await made(bench, place=thread))[0]
    await made(bench, place=thread, private=True)
    gone = (await made(bench, place=thread))[0]
    await bench.store.delete_image(gone.id)
    found = await bench.store.newest_in_thread(thread)
    assert found is not None
    assert found.id == first.id


async def test_my_newest_picture_here(bench: Bench) -> None:
    since_us = bench.clock.now_us()
    assert await bench.store.newest_by(actor_of(), place_of(), since_us) is None
    mine = (await made(bench, private=True))[0]
    await made(bench, user="guest")
    await made(bench, place=place_of("sketches"))
    found = await bench.store.newest_by(actor_of(), place_of(), since_us)
    assert found is not None
    assert found.id == mine.id
    assert await bench.store.newest_by(actor_of(), place_of(), bench.clock.now_us()) is None
    await bench.store.delete_image(mine.id)
    assert await bench.store.newest_by(actor_of(), place_of(), since_us) is None


# --- history -----------------------------------------------------------------------------------------------------


async def test_history_is_the_newest_first(bench: Bench) -> None:
    made_ids = []
    for _ in range(5):
        bench.clock.advance(SECOND_US)
        made_ids += ids(await made(bench))
    history = await bench.store.history(actor_of("guest"), place_of())
    assert ids(history) == made_ids[::-1]
    page = await bench.store.history(actor_of(), place_of(), limit=2)
    rest = await bench.store.history(actor_of(), place_of(), before_us=page[-1].created_at_us)
    assert ids(page + rest) == made_ids[::-1]


async def test_paging_never_loses_a_picture(bench: Bench) -> None:
    """The pictures of one job are of one moment: a page that would end among them is a little longer."""
    for _ in range(3):
        await made(bench, count=4)
    seen: list[ImageId] = []
    before_us = None
    while page := await bench.store.history(actor_of(), place_of(), before_us=before_us, limit=3):
        assert len(page) == 4
        seen += ids(page)
        before_us = page[-1].created_at_us
    assert len(set(seen)) == len(seen) == 12


async def test_history_shows_only_what_one_may_see(bench: Bench) -> None:
    open_ = (await made(bench))[0]
    mine = (await made(bench, private=True))[0]
    await made(bench, place=place_of("sketches"))
    gone = (await made(bench))[0]
    await bench.store.delete_image(gone.id)
    assert ids(await bench.store.history(actor_of(), place_of())) == [mine.id, open_.id]
    assert ids(await bench.store.history(actor_of("guest"), place_of())) == [open_.id]
    elsewhere = place_of(workspace="other")
    assert await bench.store.history(actor_of(workspace="other"), elsewhere) == ()


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("bicycle", True),
        ("BICYCLE red", True),
        ("grüße", True),
        ("GRÜSSE", True),
        ("नमस्ते", True),
        ("", True),
        ("car", False),
        ("bicycle car", False),
        ("%", True),
        ("100%", True),
        ("100_", False),
        ("_", False),
        ("\\", False),
        ("'; DROP TABLE image; --", False),
    ],
)
async def test_search(bench: Bench, words: str, found: bool) -> None:
    await made(bench, prompt="A red bicycle, 100% “Grüße” नमस्ते")
    assert bool(await bench.store.history(actor_of(), place_of(), words)) is found


async def test_search_finds_alt_texts(bench: Bench) -> None:
    await made(bench, prompt="?")
    assert len(await bench.store.history(actor_of(), place_of(), "a bicycle, red.")) == 1


# --- deleting ----------------------------------------------------------------------------------------------------


async def test_bytes_go_with_the_last_picture_that_has_them(bench: Bench) -> None:
    images = []
    for _ in range(2):
        await bench.admit()
        job = await bench.claim()
        images += pictures_of(job, 1, blob="b" * 64)
        await bench.store.generated(job.id, "worker", images[-1:], 1, 5)
    assert await bench.store.delete_image(images[0].id) is None
    assert await bench.store.delete_image(images[0].id) is None
    assert await bench.store.delete_image(images[1].id) == "b" * 64
    assert await bench.store.delete_image(ImageId("none")) is None


async def test_a_deleted_picture_is_not_delivered(bench: Bench) -> None:
    await bench.admit()
    job, images = await bench.draw(2)
    await bench.store.delete_image(images[0].id)
    outcome = await bench.store.outcome(job.id)
    assert ids(outcome.images) == [images[1].id]  # type: ignore[union-attr] # it is finished


async def test_the_books_stay_in_order_for_long(bench: Bench) -> None:
    for _ in range(3):
        bench.clock.advance(DAY_US)
        first = (await made(bench))[0]
        await made(bench, parent=first.id, count=2)
    assert await bench.store.verify() == ()
