"""Characters on Discord: kept, found while typing, drawn with and removed. Real bot, real core, fake Discord."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from emulators.discord_api.server import FakeDiscord
from emulators.discord_api.uploads import Upload
from emulators.discord_api.world import Message
from support_discord_api import discord_api, picture  # noqa: F401 - a fixture
from support_discord_easel import Easel, easel, image_under

KEPT = "Kept. Say `--character hero`, or `@hero`, and I look at this picture while drawing."


@pytest.fixture
async def home(discord_api: FakeDiscord, tmp_path: Path) -> AsyncIterator[Easel]:  # noqa: F811
    async with easel(discord_api, tmp_path) as home:
        yield home


def finished(message: Message) -> bool:
    return bool(message.files and message.components and not message.loading and "preview" not in message.files[0].name)


async def said(home: Easel, **values: object) -> str:
    """What /character answers, to the person alone."""
    by = values.pop("by", home.member)
    seen = await by.slash(home.art, "character", **values)  # type: ignore[attr-defined] # a Person
    message = await seen.done()
    assert message.ephemeral
    return message.text


def file(colour: str = "gold") -> Upload:
    return Upload("hero.png", picture(colour, (64, 64)))


async def test_from_a_file_to_a_picture_with_the_character(home: Easel) -> None:
    assert await said(home, name="Hero", image=file()) == KEPT
    assert home.fake.user("Guest").sees(home.art) == [], "nobody else sees anything of it"
    for values in (
        {"prompt": "a boat", "character": "Hero"},
        {"prompt": "a boat --char hero"},
        {"prompt": "a boat with @hero"},
    ):
        message = await (await home.member.slash(home.art, "imagine", **values)).until(finished)
        assert "With Hero." in message.text
        assert not message.ephemeral
        assert [each.shows for each in home.hand.orders[-1].references] == ["Hero"]
    edit = await home.member.slash(home.art, "edit", instruction="add this one", image=file("lime"), character="hero")
    assert "With Hero." in (await edit.until(finished)).text
    story = await home.member.slash(home.art, "storyboard", story="a square walks", panels=2, character="hero")
    assert "With Hero." in (await story.until(finished)).text
    assert "`Hero` is removed." in await said(home, name="hero", remove=True)
    refused = await home.member.slash(home.art, "imagine", prompt="a boat", character="hero")
    assert "There is no character called hero here." in (await refused.until(lambda each: not each.loading)).text


async def test_one_of_my_pictures_becomes_a_character(home: Easel) -> None:
    drawn = await home.drawn("a fox in a hat")
    assert await said(home, name="Hero", picture="fox in a hat") == KEPT
    assert await said(home, name="Hero", picture=image_under(drawn)) == KEPT
    await home.drawn("a fox in a boat")
    assert "Choose it from the list" in await said(home, name="Hero", picture="fox")
    assert "not both" in await said(home, name="Hero", picture="fox in a hat", image=file())


async def test_the_list_and_who_may_use_what(home: Easel) -> None:
    guest = home.fake.user("Guest", guilds=[home.guild])
    assert "You have no characters yet." in await said(home)
    await said(home, name="Hero", image=file())
    await said(home, name="Robot", image=file("lime"), shared=True)
    assert (await said(home)).splitlines()[:3] == ["**Your characters**", "- `Hero`", "- `Robot`, shared"]
    assert (await said(home, by=guest)).splitlines()[:2] == ["**Shared here**", "- `Robot`"]
    assert "Only the person who shared Robot" in await said(home, by=guest, name="robot", remove=True)
    assert "no character called hero" in await said(home, by=guest, name="hero", remove=True)


async def test_a_name_is_no_markup(home: Easel) -> None:
    await said(home, name="_x_", image=file())
    message = await home.drawn("a boat with @_x_")
    assert r"With \_x\_." in message.text


async def test_names_are_offered_while_typing(home: Easel) -> None:
    guest = home.fake.user("Guest", guilds=[home.guild])
    await said(home, name="Hero", image=file())
    await said(home, name="Héroïne", image=file())
    await said(home, by=guest, name="Robot", image=file(), shared=True)
    await said(home, by=guest, name="Her-secret", image=file())

    async def offered(option: str, typed: str, command: str = "imagine") -> list[str]:
        rows = await home.member.autocomplete(home.art, command, option, typed)
        assert all(row["name"] == row["value"] for row in rows)
        return [row["value"] for row in rows]

    assert await offered("character", "") == ["Hero", "Héroïne", "Robot"]
    assert await offered("character", "@HER") == ["Hero"]
    assert await offered("character", "Hero, ro") == ["Hero, Robot", "Hero, Héroïne"]
    assert await offered("character", "owl", "storyboard") == []
    assert await offered("name", "rob", "character") == ["Robot"]
    for person in (guest,):
        rows = await person.autocomplete(home.art, "edit", "character", "her")
        assert [row["value"] for row in rows] == ["Her-secret"]


async def test_what_comes_of_a_private_character_is_private_from_the_first_answer(home: Easel) -> None:
    secret = await home.drawn("a diary", private=True)
    answer = await said(home, name="Diary", picture=image_under(secret))
    assert "what is drawn with it is private, too" in answer
    assert "not a shared one" in await said(home, name="Diary", shared=True)
    for values in ({"prompt": "a boat", "character": "diary"}, {"prompt": "a boat with @diary"}):
        seen = await home.member.slash(home.art, "imagine", **values)
        assert seen.ephemeral
        message = await seen.until(finished)
        assert message is seen.asked.original, "never was anything else"
    openly = await home.member.slash(home.art, "imagine", prompt="a boat with @diary", private=False)
    assert not (await openly.until(finished)).ephemeral


async def test_a_direct_message_keeps_one_too_and_a_mention_in_a_channel_names_the_command(home: Easel) -> None:
    dm = home.member.dm()
    await home.member.say(dm, "/character Hero", files=[file()])
    answer = await home.member.until(dm, lambda message: "Kept." in message.text)
    assert answer.text == KEPT
    await home.member.say(home.art, "/character Hero", files=[file()], mention=True)
    hint = await home.member.until(home.art, lambda message: "Choose /character" in message.text)
    assert "its answer is for you alone" in hint.text
