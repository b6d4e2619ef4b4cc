"""Characters in a real house: kept, named, drawn with, shared and forgotten."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin
from support_house import BOARD, GUEST, MEMBER, WALL, Hand, House, click, house, square

from core.blobs.files import FileBlobs
from core.errors import BadFlagValue, Gone, NoSource, NotAllowed, NotFound, UnusableImage
from core.model import Actor, Finished, ImageId, ImageRef, Mode, Operation, Options, Verb
from core.moderation import ModerationRules
from core.moderation_words import WordList
from core.ports import EditOrder, ModelProfile, Order, SourceImage

FILE = ImageRef(BOARD, token="hero.png", name="hero.png")
MODERATOR = Actor(BOARD, "hall", "moderator", "Moderator", is_admin=True)


async def kept(home: House, name: str = "Hero", actor: Actor = MEMBER, shade: int = 7, **more: bool) -> None:
    home.board.files["hero.png"] = square(shade)
    await home.studio.keep_character(actor, WALL, name, FILE, **more)


async def drawn(home: House, words: str, **fields: object) -> Finished:
    return await home.board.finished((await home.submit(words, **fields)).job)


async def names(home: House, actor: Actor = MEMBER) -> list[str]:
    return [each.name for each in await home.studio.characters(actor)]


def shown(order: Order) -> list[str]:
    source = [order.source.shows] if isinstance(order, EditOrder) else []
    return [*source, *(each.shows for each in order.references)]


def blobs_of(folder: Path) -> int:
    return sum(path.is_file() for path in (folder / "blobs").rglob("*"))


# --- drawing ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["a boat --character hero", "a boat --char @HERO", "a boat with @hero"])
async def test_a_character_comes_along_by_name(tmp_path: Path, words: str) -> None:
    async with house(tmp_path) as home:
        await kept(home)
        done = await drawn(home, words)
        (order,) = home.hand.orders
        assert shown(order) == ["Hero"]
        assert Image.open(io.BytesIO(order.references[0].data)).getpixel((0, 0)) in (7, (7, 7, 7))
        assert done.remarks == ("With Hero.",)
        assert order.text == words.split(" --")[0], "the person's own words are not changed"


async def test_an_option_of_a_form_does_the_same(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        await kept(home)
        await drawn(home, "a boat with @hero", options=Options(characters=("hero",)))
        assert shown(home.hand.orders[0]) == ["Hero"], "and each comes once"


async def test_a_strange_name_is_refused_and_a_strange_word_is_a_word(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        with pytest.raises(NotFound, match=r"no character called hera here.*Keep a picture under this name first"):
            await home.submit("a boat --character hera")
        await kept(home)
        with pytest.raises(NotFound, match=r"no character called hera here.*Did you mean Hero"):
            await home.submit("a boat --character hera")
        await kept(home, "Zoe")
        with pytest.raises(NotFound, match=r"There are Hero and Zoe."):
            await home.submit("a boat --character mountain")
        await drawn(home, "a boat with @hera")
        (order,) = home.hand.orders
        assert (order.text, order.references) == ("a boat with @hera", ())


async def test_an_edit_keeps_its_own_picture_first(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        await kept(home)
        home.board.files["beach.png"] = square(200)
        beach = ImageRef(BOARD, token="beach.png", name="beach.png")
        done = await drawn(home, "put @hero on it", operation=Operation.EDIT, attachments=(beach,))
        assert shown(home.hand.orders[0]) == ["", "Hero"]
        assert done.remarks == ("Editing the picture you attached.", "With Hero.")
        with pytest.raises(NoSource):
            await home.submit("put @hero on it", operation=Operation.EDIT, user="guest")


async def test_a_story_has_them_in_its_panels(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        await kept(home)
        await drawn(home, "@hero goes to sea", operation=Operation.STORYBOARD, options=Options(count=2))
        assert shown(home.hand.orders[0]) == ["Hero"]


async def test_more_pictures_than_the_model_takes_are_refused_by_name(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        for name in ("Hero", "Zoe", "Bot"):
            await kept(home, name)
        two = tuple(replace(FILE, token=name) for name in ("a", "b"))
        with pytest.raises(BadFlagValue) as refused:
            await home.submit("a boat with @hero --char zoe,bot", attachments=two)
        assert refused.value.what == (
            "A steady hand takes 4 pictures at most, and this request has 5, Zoe, Bot and Hero among them."
        )
        home.board.files |= {"a": square(1), "b": square(2)}
        await drawn(home, "a boat with @hero --char zoe", attachments=two)
        assert shown(home.hand.orders[0]) == ["", "", "Zoe", "Hero"]


async def test_a_character_that_goes_while_its_picture_waits(tmp_path: Path) -> None:
    async with house(tmp_path, working=False) as home:
        await kept(home)
        admitted = await home.submit("a boat with @hero")
        await home.studio.forget_character(MEMBER, "hero")
        running = asyncio.create_task(home.worker.run())
        told = await home.board.unfinished(admitted.job)
        assert told.sentence.startswith("The character Hero was removed meanwhile. Nothing was charged.")
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


# --- buttons ---------------------------------------------------------------------------------------------------------


async def redone(home: House, done: Finished, actor: Actor = MEMBER) -> Finished:
    return await home.board.finished((await home.studio.act(click(Verb.REDO, done.images[0].id, actor))).job)


async def test_redo_looks_at_the_character_as_it_is_now(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        await kept(home)
        done = await drawn(home, "a boat with @hero")
        await kept(home, shade=99)
        again = await redone(home, done)
        assert again.remarks == ("With Hero.",)
        first, second = home.hand.orders
        assert shown(first) == shown(second) == ["Hero"]
        assert first.references[0].data != second.references[0].data


async def test_somebody_elses_redo_is_drawn_with_their_own_names_only(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        await kept(home)
        done = await drawn(home, "a boat with @hero")
        with pytest.raises(NotFound, match="no character called Hero here"):
            await redone(home, done, GUEST)
        await home.studio.keep_character(MEMBER, WALL, "hero", None, shared=True)
        assert (await redone(home, done, GUEST)).remarks == ("With Hero.",)


async def test_a_final_of_a_drawn_picture_does_not_need_its_characters(tmp_path: Path) -> None:
    async with house(tmp_path, hand=Hand(repeatable=False)) as home:
        await kept(home)
        done = await drawn(home, "a boat --char hero")
        await home.studio.forget_character(MEMBER, "hero")
        final = await home.studio.act(click(Verb.FINALISE, done.images[0].id))
        await home.board.finished(final.job)
        assert (shown(home.hand.orders[1]), final.plan.mode) == ([""], Mode.INSTANT)


# --- whose they are --------------------------------------------------------------------------------------------------


async def test_mine_are_mine_until_i_share_them(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        await kept(home)
        with pytest.raises(NotFound):
            await home.submit("a boat --char hero", user="guest")
        assert await names(home, GUEST) == []
        await home.studio.keep_character(MEMBER, WALL, "hero", None, shared=True)
        await drawn(home, "a boat --char hero", user="guest")
        elsewhere = Actor(BOARD, "attic", "guest", "Guest")
        assert await names(home, elsewhere) == []
        await home.studio.keep_character(MEMBER, WALL, "hero", None, shared=False)
        with pytest.raises(NotFound):
            await home.submit("a boat --char hero", user="guest")


async def test_my_own_comes_before_a_shared_one_of_the_same_name(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        await kept(home, shade=7, shared=True)
        await kept(home, actor=GUEST, shade=99)
        await drawn(home, "a boat --char hero", user="guest")
        (order,) = home.hand.orders
        assert Image.open(io.BytesIO(order.references[0].data)).getpixel((0, 0)) in (99, (99, 99, 99))


async def test_a_shared_one_is_removed_by_its_owner_and_by_moderators_only(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        for remover in (MEMBER, MODERATOR):
            await kept(home, shared=True)
            with pytest.raises(NotAllowed, match="Only the person who shared Hero, or a moderator"):
                await home.studio.forget_character(GUEST, "hero")
            assert (await home.studio.forget_character(remover, "HERO")).name == "Hero"
            assert await names(home) == []
        await kept(home)
        with pytest.raises(NotFound):
            await home.studio.forget_character(MODERATOR, "hero")


async def test_replacing_keeps_who_may_use_it(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        await kept(home, shared=True)
        await kept(home, shade=99)
        assert [each.shared for each in await home.studio.characters(GUEST)] == [True]
        await kept(home, shared=False)
        assert await names(home, GUEST) == []


async def test_there_is_room_for_fifty(tmp_path: Path) -> None:
    async with house(tmp_path, working=False) as home:
        await kept(home)
        (hero,) = await home.studio.characters(MEMBER)
        for number in range(49):
            await home.store.keep_character(replace(hero, id=f"n{number}", name=f"n{number}"), 50)
        before = blobs_of(tmp_path)
        with pytest.raises(NotAllowed, match="You have 50 characters"):
            await kept(home, "one-more", shade=200)
        assert blobs_of(tmp_path) == before, "a refused picture leaves nothing behind"


# --- private pictures ------------------------------------------------------------------------------------------------


async def secret(home: House) -> ImageId:
    return (await drawn(home, "a diary --private")).images[0].id


async def test_a_private_picture_becomes_a_private_character_and_what_comes_of_it_is_private(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        picture = ImageRef(BOARD, image=await secret(home))
        with pytest.raises(NotAllowed, match="not a shared one"):
            await home.studio.keep_character(MEMBER, WALL, "diary", picture, shared=True)
        assert (await home.studio.keep_character(MEMBER, WALL, "diary", picture)).private
        with pytest.raises(NotAllowed, match="not a shared one"):
            await home.studio.keep_character(MEMBER, WALL, "diary", None, shared=True)
        for words, private in (
            ("a boat --char diary", True),
            ("@diary", True),
            ("a boat", False),
        ):
            assert (await drawn(home, words)).images[0].private is private
        openly = await drawn(home, "@diary", options=Options(private=False))
        assert not openly.images[0].private, "unless they say otherwise"


async def test_a_shared_character_cannot_take_a_private_picture_in_silence(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        await kept(home, shared=True)
        picture = ImageRef(BOARD, image=await secret(home))
        with pytest.raises(NotAllowed, match="not a shared one"):
            await home.studio.keep_character(MEMBER, WALL, "hero", picture)
        assert (await home.studio.keep_character(MEMBER, WALL, "hero", picture, shared=False)).private


async def test_nobody_keeps_what_they_may_not_see(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        picture = ImageRef(BOARD, image=await secret(home))
        for ref in (picture, ImageRef(BOARD, image=ImageId("f" * 32))):
            with pytest.raises(NotFound):
                await home.studio.keep_character(GUEST, WALL, "diary", ref)


# --- the picture -----------------------------------------------------------------------------------------------------


async def test_a_picture_that_is_deleted_leaves_its_character_alone(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        image = (await drawn(home, "a fox")).images[0]
        await home.studio.keep_character(MEMBER, WALL, "fox", ImageRef(BOARD, image=image.id))
        await home.studio.delete(image.id, MEMBER, WALL)
        await drawn(home, "a boat with @fox")
        assert shown(home.hand.orders[1]) == ["fox"]


async def test_what_is_kept_is_written_anew_and_goes_with_its_character(tmp_path: Path) -> None:
    async with house(tmp_path, working=False) as home:
        out, notes = io.BytesIO(), PngImagePlugin.PngInfo()
        notes.add_text("Where", "at home")
        Image.new("RGB", (64, 64), "teal").save(out, "PNG", pnginfo=notes)
        home.board.files["hero.png"] = out.getvalue() + b"a stowaway"
        one = await home.studio.keep_character(MEMBER, WALL, "hero", FILE)
        store = FileBlobs(tmp_path / "blobs")
        data = await store.read(one.blob)
        assert b"at home" not in data
        assert b"stowaway" not in data
        await kept(home)
        with pytest.raises(Gone):
            await store.read(one.blob)
        await home.studio.forget_character(MEMBER, "hero")
        assert blobs_of(tmp_path) == 0


async def test_what_cannot_be_kept_leaves_nothing(tmp_path: Path) -> None:
    async with house(tmp_path, working=False) as home:
        home.board.files["hero.png"] = b"%PDF-1.7 not a picture"
        with pytest.raises(UnusableImage, match=r"“hero.png”"):
            await home.studio.keep_character(MEMBER, WALL, "hero", FILE)
        with pytest.raises(NoSource, match="no longer here"):
            await home.studio.keep_character(MEMBER, WALL, "hero", replace(FILE, token="gone"))
        with pytest.raises(NoSource, match="I need a picture"):
            await home.studio.keep_character(MEMBER, WALL, "hero", None)
        for name in ("", "a b", "x" * 41, "🦊"):
            with pytest.raises(BadFlagValue, match="Take 1 to 40 letters"):
                await kept(home, name)
        with pytest.raises(NotAllowed, match="That is what I am called by"):
            await kept(home, "Easel")
        assert (await names(home), blobs_of(tmp_path)) == ([], 0)


# --- what it is held against -----------------------------------------------------------------------------------------


@dataclass
class Dear(Hand):
    """A hand that is paid like an image model."""

    def profile(self, model: str) -> ModelProfile:
        return replace(super().profile(model), provider="openai", model="gpt-image-2", repeatable=False)


async def test_a_character_is_paid_for_as_a_picture_and_its_name_as_words(tmp_path: Path) -> None:
    async with house(tmp_path, hand=Dear(), working=False) as home:
        await kept(home, "h")
        await kept(home, "long-" * 8)
        costs = [
            (await home.submit(words)).plan.reserved.nanodollars
            for words in ("a boat with @xx", "a boat with @h", "a boat --char " + "long-" * 8)
        ]
        assert costs[0] < costs[1] < costs[2]


async def test_a_name_that_may_not_be_said_is_neither_kept_nor_drawn_with(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        await kept(home, "grumble")
        admission = home.studio._admission
        admission.rules = replace(admission.rules, moderation=ModerationRules(words=WordList(("grumble",))))
        with pytest.raises(NotAllowed):
            await kept(home, "Grumble")
        with pytest.raises(NotAllowed):
            await home.submit("a boat --char grumble")
        admission.rules = replace(admission.rules, moderation=ModerationRules(), blocked_users=frozenset({"guest"}))
        with pytest.raises(NotAllowed, match="may not use Easel"):
            await kept(home, "hero", GUEST)
        await admission.office.policies.change(
            MODERATOR, "event", "block", lambda policy: (replace(policy, blocked=("member",)), "Blocked.")
        )
        with pytest.raises(NotAllowed, match="Ask an administrator"):
            await kept(home, "hero")


async def test_the_safety_check_sees_the_picture_and_the_name(tmp_path: Path) -> None:
    seen: list[tuple[str, int]] = []

    class Looking:
        async def check(self, prompt: str, pictures: Sequence[SourceImage], workspace: str) -> None:
            seen.append((prompt, len(pictures)))

    async with house(tmp_path, hand=Hand(repeatable=False), safety_check=Looking()) as home:
        await kept(home)
        await drawn(home, "a boat --char hero")
    assert seen == [("a boat\nHero", 1)]


async def test_what_is_shared_does_not_share_the_private_character_that_it_was_drawn_with(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        await home.studio.keep_character(MEMBER, WALL, "diary", ImageRef(BOARD, image=await secret(home)))
        done = await drawn(home, "a boat with @diary")
        await home.board.finished((await home.studio.act(click(Verb.SHARE, done.images[0].id))).job)
        assert (await redone(home, done)).images[0].private, "its owner draws it again for themselves"
        with pytest.raises(NotFound, match="no character called diary here"):
            await redone(home, done, GUEST)
