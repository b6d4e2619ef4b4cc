"""Buttons and selects: what they carry, what Discord takes, and what a stranger's id does."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.discord import components, limits
from bots.discord.components import Cancel, CustomId, Pick, Press, Sure, custom_id, parse_custom_id
from core.actions import verbs_for
from core.model import ImageId, JobId, Operation, Place, Size, StoredImage, Verb, new_id

IDS = st.text("0123456789abcdef", min_size=32, max_size=32)
WHAT = st.one_of(
    st.builds(Press, st.sampled_from(Verb), IDS.map(ImageId)),
    st.builds(Pick, IDS.map(JobId)),
    st.builds(Cancel, IDS.map(JobId)),
    st.builds(Sure, IDS.map(ImageId)),
)


def image(*, private: bool = False, parent: str | None = None, alt: str = "A fox.") -> StoredImage:
    return StoredImage(
        id=ImageId(new_id()), job=JobId("j"), position=1, parent=ImageId(parent) if parent else None, blob="0" * 64,
        media_type="image/png", size=Size(1, 1), size_bytes=1, alt=alt, prompt="a fox", operation=Operation.GENERATE,
        provider="p", model="m", place=Place("discord", "1", "2"), author="3", private=private, created_at_us=0,
    )  # fmt: skip


def inside(rows: list[components.Payload]) -> list[dict[str, Any]]:
    return [each for row in rows for each in row["components"]]


@given(WHAT)
def test_every_id_survives_the_trip_and_fits(what: CustomId) -> None:
    written = custom_id(what)
    assert parse_custom_id(written) == what
    assert len(written) <= limits.CUSTOM_ID_CHARACTERS


def test_ids_are_for_ever() -> None:
    """They stand in messages that nobody can change any more."""
    picture, job = ImageId("a" * 32), JobId("b" * 32)
    assert custom_id(Press(Verb.EDIT, picture)) == "easel:edit:" + "a" * 32
    assert custom_id(Press(Verb.FINALISE, picture)) == "easel:finalise:" + "a" * 32
    assert custom_id(Pick(job)) == "easel:pick:" + "b" * 32
    assert custom_id(Cancel(job)) == "easel:cancel:" + "b" * 32
    assert custom_id(Sure(picture)) == "easel:sure:" + "a" * 32


@pytest.mark.parametrize(
    "text",
    [
        None, 7, [], "", "easel", "easel:edit", "easel:edit:", "easel:paint:abc", "EASEL:edit:abc", "easel:edit:a b",
        "easel:edit:a\n", "easel:edit:" + "a" * 65, "easel:edit:../..", "easel:edit:ä", "easel:edit:a:b", "x:edit:a",
        "easel:m:edit:abc", "easel:EDIT:abc",
    ],
)  # fmt: skip
def test_an_id_that_is_none_of_ours_is_nothing(text: object) -> None:
    assert parse_custom_id(text) is None


@given(st.text())
def test_no_text_breaks_the_parser(text: str) -> None:
    assert parse_custom_id("easel:" + text) is None or custom_id(parse_custom_id("easel:" + text)) == "easel:" + text  # type: ignore[arg-type]  # None was answered before the or


@pytest.mark.parametrize("subject", ["", "a b", "x" * 65, "a:b"])
def test_an_id_that_could_not_be_read_back_is_never_written(subject: str) -> None:
    with pytest.raises(ValueError, match="fits"):
        custom_id(Press(Verb.EDIT, ImageId(subject)))


@pytest.mark.parametrize("private", [False, True])
@pytest.mark.parametrize("parent", [None, "c" * 32])
def test_a_picture_has_the_buttons_that_make_sense(private: bool, parent: str | None) -> None:
    picture = image(private=private, parent=parent)
    rows = components.under_result(JobId("j"), [picture])
    pressed = [parse_custom_id(each["custom_id"]) for each in inside(rows)]
    assert pressed == [Press(verb, picture.id) for verb in verbs_for(picture)]
    assert len(rows) <= limits.ROWS
    assert all(len(row["components"]) <= limits.BUTTONS_PER_ROW for row in rows)
    assert [each["label"] for each in inside(rows)] == [verb.value.capitalize() for verb in verbs_for(picture)]
    assert [each["label"] for each in inside(rows) if each["style"] == 1] == ["Edit"], "one stands out"
    assert [row["components"][0]["label"] for row in rows] == ["Edit", "Share" if private else "Details"]


def test_of_several_pictures_one_is_chosen_first() -> None:
    pictures = [image(alt=f"Fox {number}. " + "Long " * 40) for number in range(1, 11)]
    [select] = inside(components.under_result(JobId("j" * 32), pictures))
    assert parse_custom_id(select["custom_id"]) == Pick(JobId("j" * 32))
    assert select["placeholder"] == "Which one?"
    assert [option["value"] for option in select["options"]] == [picture.id for picture in pictures]
    assert [option["label"] for option in select["options"]] == [f"Picture {number}" for number in range(1, 11)]
    assert all(0 < len(option["description"]) <= 100 for option in select["options"])


def test_a_select_takes_no_more_than_discord_does() -> None:
    [select] = inside(components.under_result(JobId("j"), [image(alt="") for _ in range(30)]))
    assert len(select["options"]) == limits.CHOICES
    assert all("description" not in option for option in select["options"])  # Discord takes no empty one


def test_nothing_stands_under_no_picture() -> None:
    assert components.under_result(JobId("j"), []) == []


def test_a_message_says_itself_which_pictures_it_shows() -> None:
    pictures = [image(), image()]
    one = components.under_result(JobId("j"), pictures[:1])
    both = components.under_result(JobId("j"), pictures)
    assert components.images_under(json.loads(json.dumps(one))) == (pictures[0].id,)
    assert components.images_under(json.loads(json.dumps(both))) == tuple(picture.id for picture in pictures)


@pytest.mark.parametrize(
    "hostile",
    [
        None, "x", {}, [None], [{}], [{"components": None}], [{"components": [7, {"custom_id": 7}]}],
        [{"components": [{"custom_id": "easel:pick:j", "options": "x"}]}],
        [{"components": [{"custom_id": "easel:pick:j", "options": [None, {"value": 7}, {"value": "a b"}]}]}],
        components.under_progress(JobId("j")),
        components.delete_for_good(ImageId("i")),
    ],
)  # fmt: skip
def test_what_shows_no_picture_names_none(hostile: object) -> None:
    assert components.images_under(hostile) == ()


def test_while_it_is_drawn_there_is_a_way_out() -> None:
    [button] = inside(components.under_progress(JobId("j")))
    assert parse_custom_id(button["custom_id"]) == Cancel(JobId("j"))


def test_deleting_is_asked_twice() -> None:
    [button] = inside(components.delete_for_good(ImageId("i")))
    assert parse_custom_id(button["custom_id"]) == Sure(ImageId("i"))


@pytest.mark.parametrize("value", [None, 7, "", "a b", "x" * 65])
def test_a_choice_that_was_not_offered_is_none(value: object) -> None:
    assert components.chosen_image(value) is None
    assert components.chosen_image("a" * 32) == "a" * 32
