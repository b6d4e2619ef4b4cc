"""From a command to a request: which picture is meant, who sees it, and a wish that waits while it is asked about."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bots.discord import choosing
from bots.discord.commands import parse_options
from bots.discord.records import Records
from bots.discord.wishes import wish_of, with_files
from core import sources
from core.clock import SystemClock
from core.conversation.wishes import Waiting, Wish, kept, request_of, taken_up
from core.errors import BadFlagValue, NoSource, NotFound
from core.model import (
    Actor,
    Destination,
    ImageId,
    ImageRef,
    ImageRequest,
    Operation,
    Options,
    Place,
    Quality,
    Ratio,
)
from core.store.migrate import migrate
from core.store.sqlite import SqliteDatabase

ACTOR = Actor("discord", "1", "7", "Member")
PLACE = Place("discord", "1", "2")
TO = Destination("discord", "d1:{}")
OURS = ImageRef("discord", image=ImageId("a" * 32))
IMAGE, SECOND, MASK = (ImageRef("discord", token=f"k1:{name}") for name in ("image", "second", "mask"))


def said(command: str, **values: object) -> Wish:
    options = [{"name": name, "value": value} for name, value in values.items()]
    return wish_of(parse_options({"name": command, "options": options}))


def request(wish: Wish) -> ImageRequest:
    return request_of(wish, "discord:i:1", ACTOR, PLACE, TO)


def source_of(asked: ImageRequest) -> tuple[sources.Source, ...]:
    """What the core's rules make of it."""
    return sources.choose(
        sources.Clues(attachments=asked.attachments, chosen=asked.chosen, pick=asked.pick, by_command=True)
    )


# --- words and options -----------------------------------------------------------------------------------------------


def test_words_and_options_are_the_persons() -> None:
    wish = said("imagine", prompt="a cat --n 2", ratio="16:9", quality="high", private=False, picture="whatever")
    assert (wish.operation, wish.words) == (Operation.GENERATE, "a cat --n 2")
    assert wish.options == Options(ratio=Ratio(16, 9), quality=Quality.HIGH, private=False)
    assert said("storyboard", story="once", panels=3).options.count == 3
    assert said("edit", instruction="night").operation is Operation.EDIT


def test_an_option_that_cannot_be_is_refused_by_its_name() -> None:
    with pytest.raises(BadFlagValue, match="count cannot be “11”"):
        said("imagine", prompt="a cat", count=11)


@pytest.mark.parametrize(
    ("words", "options", "private"),
    [
        ("a cat", {}, False),
        ("a cat", {"private": True}, True),
        ("a cat --private", {}, True),
        ("a sign “--private”", {}, False),
        ("a cat --unknown", {}, True),  # its refusal is for this person alone
    ],
)
def test_who_sees_it_is_known_before_anything_is_answered(words: str, options: dict[str, bool], private: bool) -> None:
    assert said("imagine", prompt=words, **options).private is private


# --- pictures --------------------------------------------------------------------------------------------------------


def test_the_picture_that_was_put_in_is_changed_and_the_others_are_looked_at() -> None:
    wish = with_files(said("edit", instruction="night"), {"image": IMAGE, "image2": SECOND, "mask": MASK})
    asked = request(wish)
    assert asked.mask == MASK
    assert [source.ref for source in source_of(asked)] == [IMAGE, SECOND]


def test_a_picture_of_ours_is_changed_and_what_was_put_in_besides_is_looked_at() -> None:
    wish = said("edit", instruction="night")
    alone = Wish(wish.operation, wish.words, wish.options, picture=OURS)
    assert [source.ref for source in source_of(request(alone))] == [OURS]
    with_more = with_files(alone, {"image2": SECOND}, found=True)
    assert [source.ref for source in source_of(request(with_more))] == [OURS, SECOND]


def test_with_both_the_one_that_was_put_in_is_changed() -> None:
    wish = Wish(Operation.EDIT, "night", Options(), image=IMAGE, picture=OURS)
    assert [source.ref for source in source_of(request(wish))] == [IMAGE, OURS]


def test_nothing_to_change_is_said_before_a_reference_is_changed_by_mistake() -> None:
    with pytest.raises(NoSource, match=r"none to change.*Nothing was charged\..*“image”"):
        with_files(said("edit", instruction="put this logo on it"), {"image2": SECOND})
    with_files(said("edit", instruction="put this logo on it"), {"image2": SECOND}, found=True)


def test_a_new_picture_looks_at_all_of_them() -> None:
    wish = with_files(said("imagine", prompt="a cat"), {"image": IMAGE, "image3": SECOND})
    asked = request(Wish(wish.operation, wish.words, wish.options, wish.image, wish.further, picture=OURS))
    assert asked.attachments == (IMAGE, SECOND, OURS)
    assert asked.chosen is None


# --- asking which ----------------------------------------------------------------------------------------------------


@pytest.fixture
async def records(tmp_path: Path) -> AsyncIterator[Records]:
    database = await SqliteDatabase.open(tmp_path / "easel.sqlite3")
    await migrate(database)
    records = Records(database, SystemClock())
    await records.prepare()
    yield records
    await database.close()


CHOICES = tuple(
    ImageRef("discord", image=ImageId(f"{number:032x}"), name=f"*light*\n@{number}") for number in range(30)
)
WAITING = Waiting(Wish(Operation.EDIT, "night --n 2", Options(private=True), further=(SECOND,)), "7", CHOICES)


async def asked(records: Records) -> tuple[str, list[dict[str, str]]]:
    (row,) = await choosing.ask(records, WAITING)
    (select,) = row["components"]
    assert len(select["custom_id"]) <= 100
    note = choosing.note_of(select["custom_id"])
    assert note is not None
    return note, select["options"]


async def test_a_wish_goes_on_from_the_choice_with_everything_that_was_said(records: Records) -> None:
    note, options = await asked(records)
    assert len(options) == 25
    assert options[2] == {"label": "3. *light* @2", "value": "3"}
    waiting, ref = await choosing.answered(records, note, "7", "3")
    assert waiting == WAITING
    assert ref == CHOICES[2]


@pytest.mark.parametrize("value", ["0", "31", "-1", "03", "1 ", "３", "", None, 3, ["3"]])
async def test_a_choice_that_was_not_offered_is_none(records: Records, value: object) -> None:
    note, _ = await asked(records)
    with pytest.raises(NotFound, match="none of the pictures that I asked about"):
        await choosing.answered(records, note, "7", value)


async def test_nobody_else_goes_on_from_it(records: Records) -> None:
    note, _ = await asked(records)
    for person, other in (("8", note), ("7", "f" * 32)):
        with pytest.raises(NotFound, match="not open any more"):
            await choosing.answered(records, other, person, "1")


@pytest.mark.parametrize("custom_id", ["easel:which:", "easel:which:../x", "easel:edit:" + "a" * 32, "", None, 7])
def test_another_component_is_no_question_of_ours(custom_id: object) -> None:
    assert choosing.note_of(custom_id) is None


def test_what_an_older_easel_wrote_in_another_form_is_let_go() -> None:
    assert taken_up(kept(WAITING)) == WAITING
    for text in ("{}", "[]", "no JSON", '{"wish": {}}'):
        assert taken_up(text) is None
