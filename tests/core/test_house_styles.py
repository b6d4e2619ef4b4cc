"""A workspace's own styles: said by name, read by the provider, in the price, and known nowhere else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from support_house import BOARD, MEMBER, WALL, Hand, House, house

from core.administration.policy import OwnStyle
from core.administration.styles import own_style
from core.errors import BadFlagValue, NotAllowed
from core.model import Actor, Admitted, Click, Destination, Options, Verb
from core.ports import GenerateOrder
from core.presets import presets
from core.providers.openai.bodies import prompt_of
from core.providers.profiles import server_of

MODERATOR = Actor(BOARD, "hall", "moderator", "Moderator", is_admin=True)
WORDS = "Flat shapes, teal and sand."
HOUSE = (OwnStyle("house", WORDS), OwnStyle("хохлома", "Gold and red on black."))
SERVER = server_of("https://api.openai.com/v1")


async def say(home: House, words: str) -> str:
    return await home.studio.administration.order(MODERATOR, WALL, words, words)


async def drawn(home: House, prompt: str = "a fox --style house") -> Admitted:
    admitted = await home.submit(prompt)
    await home.board.finished(admitted.job)
    return admitted


async def test_its_words_reach_the_provider_as_a_presets_do(tmp_path: Path) -> None:
    async with house(tmp_path, hand=Hand(name="openai")) as home:
        await say(home, f"presets add House: {WORDS}")
        await drawn(home)
        await drawn(home, "a fox --style poster")
        own, known = home.hand.orders
    assert prompt_of(own, SERVER) == f"a fox\n{WORDS}"
    assert prompt_of(known, SERVER) == f"a fox\n{presets()['poster'].words}"
    assert (own.style, known.style_words) == ("house", "")


async def test_its_words_are_in_the_price(tmp_path: Path) -> None:
    async with house(tmp_path, hand=Hand(name="openai")) as home:
        await say(home, f"presets add short: {WORDS}")
        await say(home, f"presets add long: {WORDS * 10}")
        short = (await drawn(home, "a fox --style short")).plan.reserved
        long = (await drawn(home, "a fox --style long")).plan.reserved
    assert long.nanodollars > short.nanodollars


async def test_a_form_may_say_it_too(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        await say(home, f"presets add хохлома: {WORDS}")
        admitted = await home.submit("a fox", options=Options(style="хохлома"))
        assert admitted.plan.style_words == WORDS
        said = (await home.submit("a fox --style ХОХЛОМА")).plan
        assert (said.style, said.style_words) == ("хохлома", WORDS)


async def test_elsewhere_it_is_unknown_and_the_nearest_is_named(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        await say(home, f"presets add house: {WORDS}")
        with pytest.raises(BadFlagValue, match=r"There is no style “hose” here\. .*Did you mean “house”\?"):
            await home.submit("a fox --style hose")
        other = replace(MEMBER, workspace="tower")
        with pytest.raises(BadFlagValue, match="no style “house” here"):
            await home.submit("a fox --style house", actor=other, place=replace(WALL, workspace="tower"))


def test_what_is_not_near_to_anything_is_answered_with_all_there_are() -> None:
    with pytest.raises(BadFlagValue, match=r"There are house, хохлома, .*poster"):
        own_style("qqqqqqq", HOUSE)
    assert own_style(None, HOUSE) is None
    assert own_style("poster", HOUSE) is None
    assert own_style("хохлома", HOUSE) is HOUSE[1]
    with pytest.raises(BadFlagValue, match="Did you mean “poster”"):
        own_style("postr", ())


@pytest.mark.parametrize("seeded", [True, False])
async def test_the_plan_says_all_of_it_and_a_redo_outlives_the_style(tmp_path: Path, *, seeded: bool) -> None:
    async with house(tmp_path, hand=Hand(name="openai", repeatable=seeded)) as home:
        await say(home, f"presets add house: {WORDS}")
        admitted = await drawn(home)
        await say(home, "presets remove house")
        (image,) = (await home.board.finished(admitted.job)).images
        for verb in (Verb.REDO, Verb.FINALISE):
            click = Click(f"click-{verb}", MEMBER, WALL, Destination(BOARD, verb), verb, image.id)
            again = await home.studio.act(click)
            await home.board.finished(again.job)
            assert again.plan.style_words == WORDS
        assert all(order.style_words == WORDS for order in home.hand.orders)
        assert isinstance(home.hand.orders[0], GenerateOrder)
        details = await home.studio.details(image.id, MEMBER, WALL)
        assert details.plan.style == "house"
        with pytest.raises(BadFlagValue, match="no style “house”"):
            await home.submit("a fox --style house")


async def test_words_that_nobody_may_use_are_not_said_by_a_style(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        await say(home, "words add casino")
        await say(home, "presets add house: Like a casino.")
        with pytest.raises(NotAllowed, match="“casino” is on the list"):
            await home.submit("a fox --style house")
