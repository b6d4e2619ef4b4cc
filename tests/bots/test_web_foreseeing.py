"""What the page is told while somebody types: the very same that sending would say, with nothing written."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from support_web import Browser, House, house

from core.commands import FLAGS, Takes
from core.prompt import parse


@pytest.fixture
async def easel(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as running:
        yield running


async def foreseen(person: Browser, text: str, **fields: Any) -> dict[str, Any]:
    body = {"client_key": "0" * 32, "person": person.person, "channel": person.channel, "text": text, **fields}
    answer = await person.post("/api/foresee", body)
    assert answer.status == 200, answer.body
    return dict(answer.json)


async def test_the_size_and_the_number_of_what_would_be_drawn(easel: House) -> None:
    async with easel.browser() as member:
        answer = await foreseen(member, "/imagine a fox --ar 3:2 --n 4")
        assert answer["problem"] is None
        plan = answer["plan"]
        assert plan["width"] * 2 == plan["height"] * 3
        assert plan["count"] == 4
        chosen = await foreseen(member, "/imagine a fox", command="imagine", options={"ratio": "2:3"})
        assert chosen["plan"]["width"] * 3 == chosen["plan"]["height"] * 2
        assert (await foreseen(member, "good morning"))["plan"] is None
        assert (await foreseen(member, "/quota"))["plan"] is None


async def test_an_edit_keeps_the_size_of_the_picture_that_is_answered(easel: House) -> None:
    async with easel.browser() as member:
        first = await member.drawn("/imagine a fox")
        answer = await foreseen(member, "make it night", reply_to=first["id"])
        assert (answer["plan"]["width"], answer["plan"]["height"]) == (64, 48)


async def test_what_costs_money_says_so(tmp_path: Path) -> None:
    async with house(tmp_path, provider="openai") as easel, easel.browser() as member:
        easel.painter.name = "openai"
        answer = await foreseen(member, "/imagine a fox --n 2")
        assert answer["plan"]["about"].startswith("about ")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--colour red", "I do not know the flag --colour."),
        ("--ar wide-ish", "--ar cannot be “wide-ish”."),
        ("--n 11", "--n cannot be “11”."),
    ],
)
async def test_a_problem_is_the_refusal_that_sending_would_meet(easel: House, words: str, said: str) -> None:
    async with easel.browser() as member:
        text = f"/imagine a cat {words}"
        problem = (await foreseen(member, text))["problem"]
        assert problem["sentence"] == said
        refused = await member.say(text)
        assert refused.json["error"]["code"] == problem["code"]
        assert refused.sentence.startswith(said)
        assert problem["remedy"] in refused.sentence


async def test_nothing_is_written_and_nobodys_private_picture_is_told(easel: House) -> None:
    async with easel.browser() as member, easel.browser("guest") as guest:
        mine = await member.drawn("/imagine a present --private")
        seq = (await guest.get("/api/hello")).json["seq"]
        left = (await guest.get("/api/quota", channel="studio")).json
        problem = (await foreseen(guest, "/edit make it night", image=mine["images"][0]["id"]))["problem"]
        assert problem is not None
        await foreseen(guest, "/imagine a house")
        assert (await guest.get("/api/hello")).json["seq"] == seq
        assert (await guest.get("/api/quota", channel="studio")).json == left
        assert await easel.database.fetch("SELECT id FROM job WHERE user_id = 'guest'") == []


async def test_the_page_gets_the_flags_with_values_that_the_grammar_takes(easel: House) -> None:
    async with easel.browser() as member:
        told = {each["name"]: each for each in (await member.get("/api/hello")).json["flags"]}
    assert list(told) == [flag.name for flag in FLAGS]
    for flag in FLAGS:
        assert told[flag.name]["takes"] == flag.takes.name.lower()
        assert told[flag.name]["accepts"]
        for value in told[flag.name]["values"] if flag.takes is Takes.ONE else ():
            parse(f"a fox --{flag.name} {value['value']}")
    assert {name for name, each in told.items() if each["values"]} >= {"ar", "size", "n", "quality", "style", "format"}
