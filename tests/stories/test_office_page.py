"""A workspace's administrators and members in the playground: who may draw how much, said and kept in chat."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from support_office import telling
from support_web import Browser, House, house


@pytest.fixture
async def easel(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path, provider="openai") as running:
        yield running


async def ordered(easel: House, words: str) -> str:
    async with easel.browser("moderator") as moderator:
        answer = await moderator.say(f"/easel {words}")
        assert answer.status == 202, answer.body
        return str((await moderator.messages())[-1]["text"])


async def question(person: Browser) -> dict[str, Any]:
    return next(each for each in reversed(await person.messages()) if "asks for" in each["text"])


# --- approvals -------------------------------------------------------------------------------------------------------


async def test_what_costs_more_comes_when_somebody_agreed(easel: House) -> None:
    await ordered(easel, "approval above $0.01")
    async with easel.browser() as member, easel.browser("moderator") as moderator:
        heard = await member.say("/imagine a fox")
        assert (heard.status, heard.json["job"]) == (202, None)
        asked = await question(member)
        assert asked["text"].startswith("Member asks for a picture that may cost up to $0.")
        assert [each["act"] for each in asked["choices"]] == ["agree", "decline"]
        assert asked["choices"][0]["label"].startswith("Agree · ~$0.")
        assert (await member.choose(asked, "agree")).status == 403
        assert (await moderator.choose(asked, "agree")).status == 200
        working = (await member.messages())[-1]
        result = await member.outcome(working["job"])
        assert result["images"]
        told = await question(member)
        assert told["text"].endswith("Moderator agreed.")
        assert told["choices"] == []


async def test_what_a_limit_refuses_although_it_was_agreed_to(easel: House) -> None:
    await ordered(easel, "approval above $0.01")
    async with easel.browser() as member, easel.browser("guest") as guest, easel.browser("moderator") as moderator:
        await member.say("/imagine a fox")
        await ordered(easel, "budget $0.01")
        stale = await question(moderator)
        assert (await moderator.choose(stale, "agree")).status == 200
        told = await question(guest)
        assert "Moderator agreed, but a limit has nothing left for it: nothing is drawn" in told["text"]
        assert told["choices"] == []
        (letter,) = [each for each in await member.messages() if each["text"].startswith("Moderator agreed, and yet")]
        assert letter["only_for"] == "member"
        assert "The limit is $0.01 a month" in letter["text"]
        assert letter["text"] not in str(await guest.messages())
        late = await moderator.choose(stale, "decline")
        assert late.status == 404
        assert "does not wait any more" in late.sentence
        assert easel.painter.orders == []


async def test_a_private_wish_is_asked_about_without_its_words(easel: House) -> None:
    await ordered(easel, "approval above $0.01")
    async with easel.browser() as member, easel.browser("moderator") as moderator:
        await member.say("/imagine a secret fox --private")
        seen = await moderator.messages()
        assert "secret" not in str(seen)
        assert (await moderator.choose(await question(moderator), "agree")).status == 200
        working = (await member.messages())[-1]
        assert (await member.outcome(working["job"]))["only_for"] == "member"
        assert "secret" not in str(await moderator.messages())


async def test_a_button_under_a_picture_is_asked_about_too(easel: House) -> None:
    async with easel.browser() as member, easel.browser("moderator") as moderator:
        drawn = await member.drawn("/imagine a fox")
        await ordered(easel, "approval above $0.01")
        pressed = await member.press("finalise", drawn["images"][0]["id"])
        assert "somebody has to agree" in pressed.sentence
        assert (await moderator.choose(await question(member), "decline")).status == 200
        assert (await question(member))["text"].endswith("Moderator declined.")
        assert len(easel.painter.orders) == 1


# --- alerts ----------------------------------------------------------------------------------------------------------


async def test_an_alert_is_told_once_in_its_channel(easel: House) -> None:
    await ordered(easel, "budget $0.27")
    await ordered(easel, "alerts here")
    easel.painter.nanodollars = 225_000_000
    async with easel.browser() as member:
        await member.drawn("/imagine a fox")
        for _ in range(2):
            await telling(easel.database, easel.playground.adapter).turn()
        (told,) = [each for each in await member.messages() if "The budget of" in each["text"]]
        assert "is used up to 80 %" in told["text"]
        assert told["author"]["kind"] == "easel"


# --- what is seen under a result -------------------------------------------------------------------------------------


async def test_a_workspace_says_what_is_told_under_its_results_and_buttons_tell_their_price(easel: House) -> None:
    easel.painter.nanodollars = 225_000_000
    async with easel.browser() as member:
        plain = await member.drawn("/imagine a fox")
        labels = {each["verb"]: each["label"] for each in plain["buttons"]}
        assert labels["finalise"].startswith("Finalise · ~$0.")
        assert labels["edit"] == "Edit"
        assert "$0.23" in plain["footer"]
        await ordered(easel, "price off")
        await ordered(easel, "quota on")
        told = await member.drawn("/imagine a fox")
        assert "$" not in told["footer"]
        assert "28 images left of 30 images a day" in told["footer"]


# --- asking for more, and a day in the office ------------------------------------------------------------------------


async def test_who_has_used_up_their_allowance_asks_for_more_and_is_given_it_once(easel: House) -> None:
    for who in ("everyone", "role:member"):
        await ordered(easel, f"limit 1 image a day for {who}")
    async with easel.browser() as member, easel.browser("moderator") as moderator:
        await member.drawn("/imagine a fox")
        refused = (await member.say("/imagine a fox")).json["error"]
        assert refused["offer"] == {"label": "Ask for more", "act": "more", "subject": "images"}
        for _ in range(2):
            told = await member.choose({"choices": [refused["offer"]]}, "more")
            assert told.json == {"told": "I have asked the administrators."}
        (question,) = [each for each in await moderator.messages() if "asks for more" in each["text"]]
        assert (await member.choose(question, "give")).status == 403
        assert (await moderator.choose(question, "give")).status == 200
        assert (await moderator.choose(question, "give")).status == 200, "once more gives nothing more"
        for _ in range(5):
            await member.drawn("/imagine a fox")
        assert (await member.say("/imagine a fox")).status == 429


async def test_a_pause_holds_and_a_member_decides_nothing(easel: House) -> None:
    await ordered(easel, "pause until Monday")
    async with easel.browser() as member:
        assert "The reason given: until Monday" in (await member.say("/imagine a fox")).sentence
        assert "Only administrators decide this" in (await member.say("/easel resume")).sentence
        await ordered(easel, "resume")
        await member.drawn("/imagine a fox")
