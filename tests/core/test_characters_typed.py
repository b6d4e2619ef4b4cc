"""/character as it is typed where there are no forms, and what it answers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support_house import BOARD, GUEST, MEMBER, WALL, House, house, square

from core.commands import COMMANDS, Does
from core.conversation.characters import NONE, CharacterWish, answered, listed, wish_in
from core.conversation.meaning import Ask, Heard, Replied
from core.conversation.understanding import understand
from core.errors import BadFlagValue, NotFound, Refused, WhichPicture
from core.help import help_text
from core.model import ImageRef

FILE = ImageRef(BOARD, token="hero.png", name="hero.png")
OTHER = ImageRef(BOARD, token="other.png", name="other.png")


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path, working=False) as home:
        home.board.files |= {"hero.png": square(7), "other.png": square(9)}
        yield home


@pytest.mark.parametrize(
    ("words", "wish"),
    [
        ("", CharacterWish()),
        ("  Hero ", CharacterWish("Hero")),
        ("name: Hero", CharacterWish("Hero")),
        ("name:Hero remove:true", CharacterWish("Hero", remove=True)),
        ("NAME : Hero  Remove : True", CharacterWish("Hero", remove=True)),
        ("Hero remove", CharacterWish("Hero", remove=True)),
        ("Hero --remove", CharacterWish("Hero", remove=True)),
        ("Hero —forget", CharacterWish("Hero", remove=True)),
        ("Hero shared", CharacterWish("Hero", shared=True)),
        ("Hero shared: no", CharacterWish("Hero", shared=False)),
        ("Hero --unshared", CharacterWish("Hero", shared=False)),
        ("英雄 shared:true", CharacterWish("英雄", shared=True)),
        ("name", CharacterWish("name")),
        ("remove", CharacterWish("remove")),
    ],
)
def test_what_is_typed(words: str, wish: CharacterWish) -> None:
    assert wish_in(words) == wish
    assert wish_in(words, [FILE]).picture == FILE


@pytest.mark.parametrize("words", ["Hero in a boat", "Hero shared:maybe", "Hero 2", "Dark Elf", "Hero remove, please"])
def test_what_is_not_understood_is_not_guessed(words: str) -> None:
    with pytest.raises(BadFlagValue, match="A name has no spaces"):
        wish_in(words)


def test_one_picture_for_one_character() -> None:
    with pytest.raises(WhichPicture) as asked:
        wish_in("Hero", [FILE, OTHER])
    assert asked.value.choices == (FILE, OTHER)
    assert wish_in("Hero remove", [FILE, OTHER]).remove


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_whatever_is_typed_is_a_wish_or_a_refusal(words: str) -> None:
    try:
        wish = wish_in(words)
    except Refused:
        return
    assert bool(wish.name) == bool(words.strip())
    assert not any(sign.isspace() for sign in wish.name)


def test_a_message_that_begins_with_the_command_brings_its_pictures() -> None:
    assert understand(Heard("board", "/character Hero", mentioned=True, pictures=(FILE,))) == Ask(
        Does.CHARACTER, "Hero", (FILE,)
    )
    replied = Replied(ours=True, pictures=(OTHER, None))
    assert understand(Heard("board", "/character name: Hero", replied=replied)) == Ask(Does.CHARACTER, "Hero", (OTHER,))
    assert understand(Heard("board", "/character", direct=True)) == Ask(Does.CHARACTER)


async def said(home: House, words: str, *pictures: ImageRef, actor: object = MEMBER) -> str:
    return await answered(home.studio, wish_in(words, pictures), actor, WALL)  # type: ignore[arg-type] # an Actor


async def test_from_keeping_to_removing(home: House) -> None:
    assert await said(home, "") == NONE
    assert await said(home, "Hero", FILE) == (
        "Kept. Say `--character hero`, or `@hero`, and I look at this picture while drawing."
    )
    assert await said(home, "hero") == "- `Hero`"
    assert "Everybody here may use `Hero` now." in await said(home, "hero shared")
    assert await said(home, "hero", actor=GUEST) == "- `Hero`, shared by somebody here"
    assert (await said(home, "Zoe shared", OTHER)).endswith(" Everybody here may use it.")
    assert (await said(home, "", actor=GUEST)).splitlines()[:3] == ["**Shared here**", "- `Hero`", "- `Zoe`"]
    assert "`Hero` is yours alone now." in await said(home, "hero unshared")
    assert (await said(home, "")).splitlines() == [
        "**Your characters**",
        "- `Hero`",
        "- `Zoe`, shared",
        "Say `--character Hero`, or `@Hero`, and I look at the picture while drawing.",
    ]
    assert (await said(home, "ZOE remove")).startswith("`Zoe` is removed.")
    with pytest.raises(NotFound, match="no character called Zoe here"):
        await said(home, "Zoe remove")
    with pytest.raises(BadFlagValue, match=r"Which character\?"):
        await said(home, "", FILE)


async def test_a_long_list_of_what_others_share_is_cut_and_says_so(home: House) -> None:
    await said(home, "Hero shared", FILE)
    (hero,) = await home.studio.characters(GUEST)
    many = [replace(hero, name=f"hero-{number}") for number in range(53)]
    text = listed(many, GUEST)
    assert text.count("- `hero-") == 50
    assert "and 3 more." in text


def test_help_explains_the_command_and_the_flag() -> None:
    explained = help_text("character")
    assert next(each.summary for each in COMMANDS if each.does is Does.CHARACTER) in explained
    assert "`--character hero` (also --char)" in explained
    assert "@name" in help_text(None)
