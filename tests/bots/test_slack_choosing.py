"""A question about pictures waits in the tables, for the person who was asked, and a number finds the latest one."""

from __future__ import annotations

from pathlib import Path

import pytest

from bots.slack import choosing
from bots.slack.components import Which, parse_action
from bots.slack.records import Records
from core.clock import SystemClock
from core.conversation.wishes import Waiting, Wish
from core.errors import NotFound
from core.model import ImageId, ImageRef, Operation, Options
from core.store.migrate import migrate
from core.store.sqlite import SqliteDatabase

CHOICES = tuple(ImageRef("slack", image=ImageId(f"{number}" * 32), name=f"picture {number}") for number in (1, 2, 3))
WAITING = Waiting(Wish(Operation.EDIT, "make it night", Options(private=True)), "U1", CHOICES)
THREAD = choosing.scope("T1", "C1", "1.0", "U1")


@pytest.fixture
async def records(tmp_path: Path):
    database = await SqliteDatabase.open(tmp_path / "easel.sqlite3")
    await migrate(database)
    records = Records(database, SystemClock())
    await records.prepare()
    yield records
    await database.close()


def note_in(row: dict) -> str:
    (select,) = row["elements"]
    read = [parse_action(select | {"selected_option": option}) for option in select["options"]]
    assert [each.number for each in read if isinstance(each, Which)] == [1, 2, 3]
    (note,) = {each.note for each in read if isinstance(each, Which)}
    return note


async def test_a_wish_is_found_again_whole(records: Records):
    note = note_in(await choosing.ask(records, WAITING))
    waiting, ref = await choosing.answered(records, note, "U1", 2)
    assert waiting == WAITING
    assert ref == CHOICES[1]


@pytest.mark.parametrize(("person", "number"), [("U2", 1), ("U1", 0), ("U1", 4), ("U1", -1)])
async def test_who_was_not_asked_and_what_was_not_offered(records: Records, person: str, number: int):
    note = note_in(await choosing.ask(records, WAITING))
    with pytest.raises(NotFound):
        await choosing.answered(records, note, person, number)


async def test_an_unknown_question_and_one_of_an_older_easel(records: Records):
    await records.note("which", '{"old": true}', "n1")
    for note in ("n0", "n1"):
        with pytest.raises(NotFound):
            await choosing.answered(records, note, "U1", 1)


async def test_the_latest_question_of_a_thread_and_person(records: Records):
    assert await choosing.latest(records, THREAD) is None
    await choosing.ask(records, WAITING, THREAD)
    await choosing.ask(records, Waiting(Wish(Operation.EDIT, "a moon", Options()), "U1", CHOICES[:2]), THREAD)
    question = await choosing.latest(records, THREAD)
    assert question is not None
    assert (question.words, question.choices) == ("a moon", CHOICES[:2])
    assert await choosing.latest(records, choosing.scope("T1", "C1", "1.0", "U2")) is None
    await choosing.close(records, THREAD)
    assert await choosing.latest(records, THREAD) is None
