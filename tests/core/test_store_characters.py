"""Characters in the store: whose they are, who may use them, and bytes that stay as long as somebody needs them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from support_postgres import Engine
from support_store import NOON_US, Bench, actor_of, opened, request_of

from core.characters import Character
from core.errors import NotAllowed
from core.model import Size, new_id


@pytest.fixture
async def bench(tmp_path: Path, engine: Engine) -> AsyncIterator[Bench]:
    """A fresh store."""
    async with opened(tmp_path, engine=engine) as fresh:
        yield fresh


def character(
    name: str = "Hero", owner: str = "member", *, blob: str = "a" * 64, shared: bool = False, private: bool = False
) -> Character:
    return Character(
        new_id(), "web", "demo", owner, name, blob, "image/png", Size(64, 48), shared, private, created_at_us=NOON_US
    )


async def names(bench: Bench, user: str, workspace: str = "demo") -> list[str]:
    return [each.name for each in await bench.store.characters(actor_of(user, workspace))]


async def test_it_comes_back_as_it_was_kept(bench: Bench) -> None:
    hero = character("Hérø", private=True)
    assert await bench.store.keep_character(hero, 50) is None
    assert await bench.store.characters(actor_of()) == (hero,)
    assert await bench.store.character(hero.id) == hero
    assert await bench.store.characters_named(actor_of(), [hero.key, "nobody"]) == {hero.key: hero}
    assert await bench.store.character("none") is None


async def test_mine_come_first_then_those_that_are_shared_here(bench: Bench) -> None:
    for one in (
        character("zoe"),
        character("Anna"),
        character("Bot", "guest", shared=True),
        character("anna", "guest", shared=True),
        character("secret", "guest"),
    ):
        await bench.store.keep_character(one, 50)
    assert await names(bench, "member") == ["Anna", "zoe", "anna", "Bot"]
    assert await names(bench, "guest") == ["anna", "Bot", "secret"]
    assert await names(bench, "moderator") == ["anna", "Bot"]
    assert await names(bench, "member", "elsewhere") == []
    mine = await bench.store.characters_named(actor_of(), ["anna", "bot", "secret"])
    assert {key: each.owner for key, each in mine.items()} == {"anna": "member", "bot": "guest"}
    many = await bench.store.characters_named(actor_of(), [*(f"n{number}" for number in range(100)), "anna", "bot"])
    assert many == mine, "however many names are asked for"


async def test_the_same_name_again_takes_its_place_and_its_id(bench: Bench) -> None:
    first = character("Hero")
    await bench.store.keep_character(first, 1)
    second = replace(character("HERO", blob="b" * 64), id=first.id)
    assert await bench.store.keep_character(second, 1) == "a" * 64, "nobody needs the bytes of the first"
    assert await bench.store.characters(actor_of()) == (second,)
    assert await bench.store.keep_character(second, 1) is None, "its own bytes stay"


async def test_there_is_an_end_to_how_many(bench: Bench) -> None:
    for number in range(3):
        await bench.store.keep_character(character(f"n{number}"), 3)
    with pytest.raises(NotAllowed, match=r"You have 3 characters, and there is room for no more.*Remove one"):
        await bench.store.keep_character(character("one-more"), 3)
    await bench.store.keep_character(character("n1", blob="b" * 64), 3)
    await bench.store.keep_character(character("theirs", "guest"), 3)
    assert await names(bench, "member") == ["n0", "n1", "n2"]


async def test_one_shared_name_is_one_persons(bench: Bench) -> None:
    await bench.store.keep_character(character("Hero", "guest", shared=True), 50)
    with pytest.raises(NotAllowed, match="Somebody else shares a character called hero"):
        await bench.store.keep_character(character("hero", shared=True), 50)
    await bench.store.keep_character(character("hero"), 50)
    assert await names(bench, "member") == ["hero", "Hero"]


async def test_its_bytes_stay_while_it_lives(bench: Bench) -> None:
    await bench.admit(request_of())
    _, images = await bench.draw(1)
    blob = images[0].blob
    hero, twin = character("Hero", blob=blob), character("Twin", blob=blob)
    await bench.store.keep_character(hero, 50)
    await bench.store.keep_character(twin, 50)
    assert await bench.store.delete_image(images[0].id) is None, "the characters need them"
    assert await bench.store.uses(blob)
    assert await bench.store.forget_character(hero.id) is None, "the other one needs them"
    assert await bench.store.forget_character(twin.id) == blob
    assert not await bench.store.uses(blob)
    assert await bench.store.forget_character(twin.id) is None


async def test_a_picture_keeps_the_bytes_of_a_character_that_goes(bench: Bench) -> None:
    await bench.admit(request_of())
    _, images = await bench.draw(1)
    hero = character("Hero", blob=images[0].blob)
    await bench.store.keep_character(hero, 50)
    assert await bench.store.forget_character(hero.id) is None
    assert await bench.store.delete_image(images[0].id) == images[0].blob
