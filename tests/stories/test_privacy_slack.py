"""/privacy on the fake Slack: explained, sent into direct messages, and deleted so that no byte of it is left."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from emulators.slack_api.server import FakeSlack
from emulators.slack_api.world import Message, Person
from support_privacy import everything_in, log_lines, unzipped
from support_slack_api import no_proxies, picture, slack_api  # noqa: F401
from support_slack_clicks import Stage, staged

WORDS = {"prompt": b"CANARYPROMPT", "name": b"CANARYNAME", "file name": b"CANARYFILE", "character": b"canaryhero"}


@pytest.fixture
async def stage(
    slack_api: FakeSlack,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Stage]:
    async with staged(slack_api, tmp_path, monkeypatch) as it:
        yield it


async def person_of(stage: Stage) -> Person:
    person = stage.talk.team.person("CANARYNAME")
    await stage.fake.enter(person, stage.talk.art)
    return person


async def question(stage: Stage, by: Person) -> Message:
    await stage.talk.commands("privacy", "delete", by=by)
    asked = stage.fake.ephemerals(by, stage.talk.art)[-1]
    assert "Delete everything of yours, for good?" in asked.text
    return asked


async def deleted(stage: Stage, by: Person) -> str:
    asked = await question(stage, by)
    assert "This cannot be taken back." in repr(asked.blocks), "Slack asks once more by itself"
    await stage.press(asked, "erase", by=by)
    return stage.talk.told(by)[-1]


async def test_it_says_what_is_kept_and_for_how_long(stage: Stage) -> None:
    await stage.talk.commands("privacy", "")
    said = "\n".join(stage.talk.told())
    for words in ("until you delete them", "7 days", "/privacy export", "/privacy delete", "under a pseudonym"):
        assert words in said


async def test_the_export_comes_into_the_persons_direct_messages(stage: Stage) -> None:
    person = await person_of(stage)
    await stage.talk.says("a CANARYPROMPT on a hill", by=person, mention=True)
    await stage.talk.commands("privacy", "export", by=person)
    sent = [each for each in stage.fake.direct(person) if each.files][-1]
    files = unzipped(sent.files[0].data)
    data = json.loads(files["data.json"])
    [workspace] = data["workspaces"]
    assert [each["request"]["prompt"] for each in workspace["requests"]] == ["a CANARYPROMPT on a hill"]
    assert data["slack"]["what_slack_says_of_you"][0]["name"] == "CANARYNAME"
    assert len([name for name in files if name.startswith("pictures/")]) == 1
    assert all("easel-data" not in repr(each) for each in stage.talk.top()), "nothing of it in the channel"


async def test_after_a_deletion_no_byte_of_it_is_left_anywhere(stage: Stage, tmp_path: Path) -> None:
    with log_lines() as logged:
        person = await person_of(stage)
        said = await stage.talk.says("a CANARYPROMPT on a hill", by=person, mention=True)
        pixels = stage.talk.shown(said)[0].files[0].data
        given = ("CANARYFILE.png", picture("gold"))
        await stage.talk.says("CANARYPROMPT at night", by=person, mention=True, files=[given])
        await stage.talk.commands("imagine", "a CANARYPROMPT for me --private", by=person)
        canaries = {**WORDS, "picture": pixels, "id": person.id.encode()}
        canaries.pop("character")
        assert len({line.split(" in ")[0] for line in await everything_in(tmp_path, canaries)}) == len(canaries)

        told = await deleted(stage, person)

        assert told.startswith("Everything is deleted: 3 requests and 3 pictures. What it cost stays in the books")
        canaries.pop("id")
        assert await everything_in(tmp_path, canaries) == []
        assert stage.talk.shown(said) == []
        assert not any("CANARYPROMPT" in each.text for each in stage.fake.direct(person) if each.user.bot_id)
    lines = logged.getvalue()
    assert "erased" in lines
    assert [name for name, canary in WORDS.items() if canary.decode() in lines] == []


async def test_messages_that_slack_does_not_let_go_are_counted(stage: Stage) -> None:
    person = await person_of(stage)
    await stage.talk.says("a CANARYPROMPT on a hill", by=person, mention=True)
    stage.fake.fault("files.delete", error="cant_delete_file")
    assert "One message still stands in channels" in await deleted(stage, person)


async def test_nobody_answers_for_another(stage: Stage) -> None:
    person = await person_of(stage)
    await stage.talk.says("a CANARYPROMPT on a hill", by=person, mention=True)
    asked = await question(stage, stage.talk.member)
    [button] = [each for block in asked.blocks for each in block.get("elements", ()) if each["type"] == "button"]
    button["value"] = person.id
    await stage.press(asked, "erase")
    assert "Only the person who was asked can answer this." in stage.talk.told()[-1]
