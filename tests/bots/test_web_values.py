"""The playground's pure parts: what words mean, strings that travel with jobs, names of files."""

from __future__ import annotations

import contextlib
import string
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.web import destination
from bots.web.destination import WebDestination, message_id
from bots.web.inbound import Ask, Draw, Said, Talk, understand
from bots.web.messages import BODY, Attachment, Body, Button, Kind, Message, Picture, without_picture
from bots.web.people import DEMO_PEOPLE, Person, Roster
from bots.web.uploads import MASK, PICTURE, Upload, spoken_name
from core.commands import COMMANDS, Does
from core.errors import Gone, NoSource, NotFound, Refused
from core.model import Destination, ImageId, ImageRef, Operation, Verb

A, B, C = (ImageId(letter * 32) for letter in "abc")
PHOTO = Upload("1" * 32, PICTURE, "f" * 64, "beach.jpg", "image/jpeg", 80, 60, 1000)
PAINTED = Upload("2" * 32, MASK, "e" * 64, "mask.png", "image/png", 80, 60, 100)


def picture(image: ImageId, number: int, *, deleted: bool = False) -> Picture:
    return Picture(image, number, 64, 48, "A fox", "image/png", deleted=deleted)


def message(*pictures: Picture, thread: str | None = None, text: str = "") -> Message:
    return Message("9" * 32, "studio", thread, "easel", Kind.RESULT, 1, Body(text=text, pictures=pictures))


ONE = message(picture(A, 1))
THREE = message(picture(A, 1), picture(B, 2), picture(C, 3))


# --- what words mean ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "operation", "prompt"),
    [
        (Said("/imagine a fox --n 2"), Operation.GENERATE, "a fox --n 2"),
        (Said("  /IMAGINE\na fox"), Operation.GENERATE, "a fox"),
        (Said("a fox", command="imagine"), Operation.GENERATE, "a fox"),
        (Said("", command="imagine", options={"prompt": "a fox"}), Operation.GENERATE, "a fox"),
        (Said("/storyboard a fox wakes. It runs."), Operation.STORYBOARD, "a fox wakes. It runs."),
        (Said("/edit make it night"), Operation.EDIT, "make it night"),
        (Said("@easel a fox"), Operation.GENERATE, "a fox"),
        (Said("@Easel, a fox"), Operation.GENERATE, "a fox"),
        (Said("@easel make it night", replied=ONE), Operation.EDIT, "make it night"),
        (Said("@easel make it night", attachments=(PHOTO,)), Operation.EDIT, "make it night"),
        (Said("/imagine a fox like this", attachments=(PHOTO,)), Operation.GENERATE, "a fox like this"),
        (Said("/imagine a fox", replied=ONE), Operation.GENERATE, "a fox"),
        (Said("make it night", replied=ONE), Operation.EDIT, "make it night"),
        (Said("--ar 3:1", replied=ONE), Operation.EDIT, "--ar 3:1"),
        (Said("make it night", thread_newest=ONE), Operation.EDIT, "make it night"),
        (Said("make it night", image=A), Operation.EDIT, "make it night"),
        (Said("make it red", image=A, mask=PAINTED), Operation.EDIT, "make it red"),
        (Said(f"/image {A}"), Operation.SHOW, ""),
    ],
)
def test_words_that_draw(said: Said, operation: Operation, prompt: str) -> None:
    meaning = understand(said)
    assert isinstance(meaning, Draw)
    assert (meaning.operation, meaning.prompt) == (operation, prompt)


@pytest.mark.parametrize(
    "said",
    [
        Said("good morning"),
        Said("good morning", replied=replace(ONE, body=Body(text="hello"))),
        Said("", replied=ONE),
        Said("look", attachments=(PHOTO,)),
        Said("mail me@easel.example"),
        Said("@easels are three-legged"),
        Said("and / or"),
        Said("/"),
        Said("// comment"),
    ],
)
def test_words_that_are_just_talk(said: Said) -> None:
    assert understand(said) == Talk()


def test_questions() -> None:
    assert understand(Said("/quota")) == Ask(Does.QUOTA)
    assert understand(Said("/help flags")) == Ask(Does.HELP, "flags")
    assert understand(Said("/history a fox")) == Ask(Does.HISTORY, "a fox")
    assert understand(Said("@easel")) == Ask(Does.HELP)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: str(command.name))
def test_every_command_of_the_table_means_something(command: object) -> None:
    name = getattr(command, "name", "")
    words = A if name == "image" else "words"
    assert not isinstance(understand(Said(f"/{name} {words}")), Talk)


def test_a_slip_of_the_finger_is_told_and_not_posted() -> None:
    with pytest.raises(Refused, match=r"no command called /imagin\."):
        understand(Said("/imagin a fox"))


@pytest.mark.parametrize("words", ["", "12", "../" + "a" * 29, "G" * 32])
def test_a_picture_is_named_by_its_whole_id(words: str) -> None:
    with pytest.raises(NotFound):
        understand(Said(f"/image {words}"))


def test_a_number_picks_among_the_replied_pictures() -> None:
    picked = understand(Said("2 make it night", replied=THREE, replied_by="Easel"))
    assert isinstance(picked, Draw)
    assert (picked.pick, picked.prompt, [ref.image for ref in picked.replied]) == (2, "make it night", [A, B, C])
    kept = understand(Said("2 make it night", replied=ONE))
    assert isinstance(kept, Draw)
    assert (kept.pick, kept.prompt) == (None, "2 make it night")
    in_thread = understand(Said("3: make it night", thread_newest=THREE, thread_by="Easel"))
    assert isinstance(in_thread, Draw)
    assert (in_thread.pick, in_thread.replied_by) == (3, "Easel")


def test_numbers_stay_when_a_picture_is_gone() -> None:
    left = message(picture(A, 1, deleted=True), picture(B, 2), picture(C, 3))
    picked = understand(Said("2 make it night", replied=left))
    assert isinstance(picked, Draw)
    assert (picked.pick, picked.chosen) == (None, ImageRef("web", image=B, name="picture 2"))
    with pytest.raises(NoSource, match="Picture 1"):
        understand(Said("1 make it night", replied=left))


def test_what_was_chosen_is_edited_and_what_was_attached_is_looked_at() -> None:
    meaning = understand(Said("make it like this", image=A, attachments=(PHOTO,), replied=THREE))
    assert isinstance(meaning, Draw)
    assert meaning.chosen is None
    assert [ref.image or ref.token for ref in meaning.attachments] == [A, f"upload:{PHOTO.id}"]


def test_a_message_of_deleted_pictures_holds_none() -> None:
    gone = message(picture(A, 1, deleted=True))
    assert understand(Said("make it night", replied=gone)) == Talk()


@given(st.text(max_size=200), st.booleans(), st.booleans(), st.booleans())
def test_any_words_mean_something_or_are_refused(text: str, reply: bool, turn: bool, photo: bool) -> None:
    said = Said(
        text,
        replied=THREE if reply else None,
        thread_newest=ONE if turn else None,
        attachments=(PHOTO,) if photo else (),
    )
    with contextlib.suppress(Refused):
        assert isinstance(understand(said), Draw | Ask | Talk)


# --- strings that travel with jobs --------------------------------------------------------------------------------


PINNED = (
    'web1:{"a":1795438788455624,"c":"studio","m":"0123456789abcdef0123456789abcdef","p":"member","r":"r1","t":null}'
)


def test_a_stored_destination_is_read_as_it_was_written() -> None:
    """Jobs that are stored hold this string: it may never change its meaning."""
    place = WebDestination("studio", None, "0123456789abcdef0123456789abcdef", "r1", "member", 1795438788455624)
    assert place.stored() == Destination("web", PINNED)
    assert destination.read(Destination("web", PINNED)) == place
    assert message_id("web:6f1c", "said") == "861f22e714e9cb990f9841e6abd0fced"


@given(
    st.builds(
        WebDestination,
        channel=st.text(max_size=40),
        thread=st.none() | st.text(max_size=40),
        message=st.text(max_size=40),
        reply_to=st.none() | st.text(max_size=40),
        person=st.text(max_size=40),
        asked_at_us=st.integers(0, 2**62),
    )
)
def test_every_destination_comes_back(place: WebDestination) -> None:
    assert destination.read(place.stored()) == place


@given(st.text(max_size=80))
def test_any_other_string_is_a_place_that_is_gone(token: str) -> None:
    for tried in (token, destination.PREFIX + token):
        with pytest.raises(Gone):
            destination.read(Destination("web", tried))


def test_another_platforms_destination_is_not_ours() -> None:
    with pytest.raises(Gone):
        destination.read(Destination("discord", PINNED))


def test_a_messages_body_survives_the_database() -> None:
    body = Body(
        text='“نص” 文字\u2028 "x"',
        attachments=(Attachment("1" * 32, "beach.jpg", 80, 60),),
        pictures=(picture(A, 1), picture(B, 2, deleted=True)),
        remarks=("A remark.",),
        footer="64 × 48",
        buttons=(Button(Verb.EDIT, A),),
    )
    assert BODY.validate_json(BODY.dump_json(body)) == body
    less = without_picture(body, A)
    assert [each.deleted for each in less.pictures] == [True, True]
    assert less.buttons == ()


# --- names --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("beach.jpg", "beach.jpg"),
        ("..%2F..%2Fetc%2Fpasswd", "passwd"),
        ("C%3A%5CUsers%5Cme%5Cbeach.jpg", "beach.jpg"),
        ("%E6%B5%B7%E8%BE%B9.png", "海边.png"),
        ("gnp%E2%80%AEexe.png", "gnpexe.png"),
        ("a%0D%0ASet-Cookie%3A%20x.png", "aSet-Cookie: x.png"),
        ("", "picture"),
        ("...", "picture"),
        ("%ff%fe", "��"),
        ("a" * 10_000, "a" * 100),
    ],
)
def test_a_files_name_is_only_words(header: str, name: str) -> None:
    assert spoken_name(header) == name


@given(st.text(alphabet=string.printable + "%é海\u202e", max_size=300))
def test_no_files_name_is_a_path_or_invisible(header: str) -> None:
    name = spoken_name(header)
    assert 0 < len(name) <= 100
    assert not set(name) & set("/\\\r\n\0")
    assert not any(unicodedata.category(char) == "Cc" for char in name)


def test_demo_people_have_roles_and_unknown_ones_are_nobody() -> None:
    roster = Roster()
    assert [(person.name, person.roles, person.is_admin) for person in roster.people] == [
        ("Guest", (), False),
        ("Member", ("member",), False),
        ("Designer", ("designer",), False),
        ("Moderator", ("moderator",), True),
    ]
    assert roster.actor(DEMO_PEOPLE[3]).is_admin
    assert roster.name_of("somebody-of-yesterday") == "somebody-of-yesterday"
    with pytest.raises(NotFound) as told:
        roster.person("x" * 10_000)
    assert len(told.value.sentence) < 200
    with pytest.raises(ValueError, match="like Easel itself"):
        Roster((Person("easel", "Easel"),))
