"""/privacy on the fake Discord: explained, sent to the person alone, and deleted so that no byte of it is left."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from emulators.discord_api.people import Person
from emulators.discord_api.server import FakeDiscord
from emulators.discord_api.uploads import Upload
from emulators.discord_api.world import Message
from support_discord_api import discord_api, picture  # noqa: F401 - a fixture
from support_discord_easel import Easel, easel
from support_privacy import everything_in, log_lines, unzipped

from core.privacy.erasing import SCRUB_SECONDS

PROMPT = "a CANARYPROMPT on a hill"
FILE = picture("gold", (64, 64))
WORDS = {"prompt": b"CANARYPROMPT", "name": b"CANARYNAME", "file name": b"CANARYFILE", "character": b"canaryhero"}


@pytest.fixture
async def home(discord_api: FakeDiscord, tmp_path: Path) -> AsyncIterator[Easel]:  # noqa: F811
    async with easel(discord_api, tmp_path) as home:
        yield home


def person_of(home: Easel) -> Person:
    return home.fake.user("CANARYNAME", guilds=[home.guild])


async def privacy(home: Easel, by: Person, **values: object) -> Message:
    seen = await by.slash(home.art, "privacy", **values)
    message = await seen.done()
    assert message.ephemeral, "nobody else's business"
    return message


async def deleted(home: Easel, by: Person) -> str:
    """The question, the button, what it says in the end."""
    while await home.database.fetch("SELECT id FROM job WHERE outbox = 1 AND state = 'generated'"):  # noqa: ASYNC110
        await asyncio.sleep(0.02)  # a picture is seen a moment before it is written down that it was
    question = await privacy(home, by, do="delete")
    assert question.labels == ["Delete everything"]
    await by.click(question, "Delete everything")
    await question.until(lambda told: not told.labels and "…" not in told.text, 20)
    return question.text


async def used(home: Easel, by: Person) -> list[Message]:
    """Everything that leaves something behind."""
    first = await home.drawn(PROMPT, by=by)
    upload = Upload("CANARYFILE.png", FILE)
    edited = await by.slash(home.art, "edit", instruction="CANARYPROMPT at night", image=upload)
    second = await edited.until(lambda message: message.files and message.components and not message.loading)
    await (await by.slash(home.art, "character", name="canaryhero", image=upload)).done()
    private = await home.drawn("CANARYPROMPT for me", by=by, private=True)
    return [first, second, private]


async def test_it_says_what_is_kept_and_for_how_long(home: Easel) -> None:
    said = (await privacy(home, home.member)).text
    for words in ("until you delete them", "7 days", "/privacy export", "/privacy delete", "under a pseudonym"):
        assert words in said


async def test_the_export_holds_everything_and_comes_to_the_person_alone(home: Easel) -> None:
    person = person_of(home)
    messages = await used(home, person)
    before = home.fake.user("Guest", guilds=[home.guild]).sees(home.art)
    sent = await privacy(home, person, do="export")
    files = unzipped(sent.files[0].data)
    data = json.loads(files["data.json"])
    assert sent.files[0].name.startswith("easel-data-2")
    requests = data["workspaces"][-1]["requests"] or data["workspaces"][0]["requests"]
    assert [each["request"]["prompt"] for each in requests] == [PROMPT, "CANARYPROMPT at night", "CANARYPROMPT for me"]
    assert {each["charged"]["images"] for each in requests} == {1}
    assert "destination" not in str(data), "no key to an interaction leaves the house"
    pictures = [name for name in files if name.startswith("pictures/")]
    assert sorted(pictures) == sorted(each["file"] for each in data["pictures"])
    assert {files[name] for name in pictures} >= {messages[0].files[0].data}
    assert any(name.startswith("characters/canaryhero") for name in files)
    assert {files[name] for name in files if name.startswith("files/")} == {FILE}
    assert b"/privacy delete" in files["README.txt"]
    assert home.fake.user("Guest").sees(home.art) == before


async def test_after_a_deletion_no_byte_of_it_is_left_anywhere(home: Easel, tmp_path: Path) -> None:
    with log_lines() as logged:
        person = person_of(home)
        messages = await used(home, person)
        canaries = {**WORDS, "picture": messages[0].files[0].data, "file": FILE, "id": str(person.id).encode()}
        assert len({line.split(" in ")[0] for line in await everything_in(tmp_path, canaries)}) == len(canaries)

        said = await deleted(home, person)
        assert said.startswith("Everything is deleted: 3 requests and 3 pictures. What it cost stays in the books")

        words = {name: canary for name, canary in canaries.items() if name != "id"}
        assert await everything_in(tmp_path, words) == []
        assert messages[0].deleted
        assert messages[1].deleted
    said = logged.getvalue()
    assert "erased" in said
    assert [name for name, canary in WORDS.items() if canary.decode() in said] == []
    assert await home.store.verify() == ()


async def test_others_keep_theirs_and_the_person_may_draw_again(home: Easel, tmp_path: Path) -> None:
    theirs = await home.drawn("a house")
    person = person_of(home)
    await home.drawn(PROMPT, by=person)
    await deleted(home, person)
    assert not theirs.deleted
    assert len(await home.studio.history(*home.who)) == 1
    again = await home.drawn("a boat", by=person)
    assert again.files
    assert SCRUB_SECONDS < 3, "other people's commands wait no longer than Discord does"


async def test_while_something_is_drawn_the_person_is_told_to_wait(home: Easel) -> None:
    person = person_of(home)

    async def ask(order: object) -> None:
        assert (await deleted(home, person)).startswith("A picture of yours is waited for or being drawn")

    home.hand.meanwhile = ask
    message = await home.drawn(PROMPT, by=person)
    assert not message.deleted
    assert PROMPT in str(await home.database.fetch("SELECT request FROM job"))


async def test_messages_that_discord_does_not_let_go_are_counted(home: Easel) -> None:
    person = person_of(home)
    message = await home.drawn(PROMPT, by=person)
    home.fake.fault("DELETE", f"/channels/{home.art.id}/messages/*", status=403, code=50013)
    assert "One message still stands in channels" in await deleted(home, person)
    assert not message.deleted
    assert PROMPT not in str(await home.database.fetch("SELECT request FROM job"))


async def test_nobody_answers_for_another(home: Easel) -> None:
    person = person_of(home)
    await home.drawn(PROMPT, by=person)
    public = await home.drawn("a house")
    seen = await home.member.forge(public, f"easel:erase:{person.id}")
    assert (await seen.done()).text.startswith("Only the person who was asked can answer this.")
    assert PROMPT in str(await home.database.fetch("SELECT request FROM job"))
