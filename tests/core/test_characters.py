"""Characters in a real house: kept, named, drawn with, shared and forgotten."""

from __future__ import annotations

from pathlib import Path

import pytest
from support_house import BOARD, GUEST, MEMBER, WALL, House, house, square

from core.errors import BadFlagValue, NotAllowed, NotFound
from core.model import Actor, ImageRef, Operation

FILE = ImageRef(BOARD, token="hero.png", name="hero.png")


async def kept(home: House, name: str = "Hero", actor: Actor = MEMBER, **more: bool) -> None:
    home.board.files["hero.png"] = square(7)
    await home.studio.keep_character(actor, WALL, name, FILE, **more)


@pytest.mark.parametrize("words", ["a boat --character hero", "a boat --char @HERO", "a boat with @hero"])
async def test_a_character_comes_along_by_name(tmp_path: Path, words: str) -> None:
    async with house(tmp_path) as home:
        await kept(home)
        done = await home.board.finished((await home.submit(words)).job)
        (order,) = home.hand.orders
        assert [each.shows for each in order.references] == ["Hero"]
        assert "With Hero." in done.remarks


async def test_a_strange_name_is_refused_and_a_strange_word_is_a_word(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        await kept(home)
        with pytest.raises(NotFound, match="no character called hera here.*Did you mean Hero"):
            await home.submit("a boat --character hera")
        await home.board.finished((await home.submit("a boat with @hera")).job)
        (order,) = home.hand.orders
        assert (order.text, order.references) == ("a boat with @hera", ())
