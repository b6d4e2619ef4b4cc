"""What a message on Discord means: every rule as a row of a table."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.discord import hints
from bots.discord.destination import PLATFORM
from bots.discord.plainwords import spoken
from core.commands import Does
from core.conversation.meaning import Ask, Draw, Heard, Hint, Lost, Question, Replied, Silence, Why
from core.conversation.understanding import UnknownCommand, addressed, command_in, understand
from core.errors import NoSource, NotFound
from core.model import ImageId, ImageRef, Operation, Options, Quality

ONE, TWO, THREE = (ImageRef(PLATFORM, image=ImageId(letter * 32)) for letter in "abc")
FILE = ImageRef(PLATFORM, token="a1:{}", name="beach.jpg")
OURS = Replied(ours=True, by="Easel", pictures=(ONE,))
FOUR = Replied(ours=True, by="Easel", pictures=(ONE, TWO, THREE))
THEIRS = Replied(ours=False, by="Designer", pictures=(FILE,))
WORDS = Replied(ours=False, by="Designer")
NOTICE = Replied(ours=True, by="Easel")
NIGHT = "make it night"


def heard(words: str = NIGHT, **more: object) -> Heard:
    return Heard(PLATFORM, words, **more)  # type: ignore[arg-type] # the table names the fields


# --- who is spoken to ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("message", "to_us"),
    [
        (heard(), False),
        (heard(mentioned=True), True),
        (heard(direct=True), True),
        (heard(replied=OURS), True),
        (heard(replied=THEIRS), False),
        (heard(replied=THEIRS, mentioned=True), True),
        (heard(session=True), True),
        (heard(session=True, replied=WORDS), False),  # an answer to somebody in the thread
        (heard(session=True, replied=OURS), True),
        (heard(session=True, to_others=True), False),  # "@Designer look"
        (heard(replied=OURS, to_others=True), False),
        (heard(direct=True, to_others=True), True),
        (heard(pictures=(FILE,)), False),
    ],
)
def test_who_is_spoken_to(message: Heard, to_us: bool) -> None:
    assert addressed(message) is to_us
    if not to_us:
        assert understand(message) == Silence()


@given(
    words=st.text(max_size=30).filter(lambda text: not text.strip().startswith("/")),
    pictures=st.sampled_from([(), (FILE,)]),
    files=st.booleans(),
    thread=st.sampled_from([(), (ONE,), (ONE, None)]),
    unseen=st.booleans(),
    replied=st.sampled_from([None, THEIRS, WORDS, replace(WORDS, blank=True), replace(WORDS, lost=Lost.DELETED)]),
)
def test_words_between_people_stay_untouched_whatever_they_are(words: str, **more: object) -> None:
    assert understand(heard(words, **more)) == Silence()


# --- plain words ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("message", "drawn"),
    [
        # a mention draws; with a picture it edits that
        (heard("a boat", mentioned=True), Draw(Operation.GENERATE, "a boat")),
        (heard("a boat", direct=True), Draw(Operation.GENERATE, "a boat")),
        (heard(mentioned=True, pictures=(FILE,)), Draw(Operation.EDIT, NIGHT, attachments=(FILE,))),
        (heard(direct=True, pictures=(FILE,)), Draw(Operation.EDIT, NIGHT, attachments=(FILE,))),
        (heard(mentioned=True, replied=THEIRS), Draw(Operation.EDIT, NIGHT, replied=(FILE,), replied_by="Designer")),
        (
            heard(mentioned=True, thread=(ONE,)),
            Draw(Operation.EDIT, NIGHT, replied=(ONE,), replied_by="Easel", in_thread=True),
        ),
        # a reply to words is no reply to a picture
        (heard("a boat", mentioned=True, replied=WORDS), Draw(Operation.GENERATE, "a boat")),
        (heard("a boat", mentioned=True, replied=NOTICE), Draw(Operation.GENERATE, "a boat")),
        # a reply to a picture of ours, with a mention or not
        (heard(replied=OURS), Draw(Operation.EDIT, NIGHT, replied=(ONE,), replied_by="Easel")),
        (heard(replied=OURS, mentioned=True), Draw(Operation.EDIT, NIGHT, replied=(ONE,), replied_by="Easel")),
        (heard("--ar 3:1", replied=OURS), Draw(Operation.EDIT, "--ar 3:1", replied=(ONE,), replied_by="Easel")),
        # the number of a picture, where there are several to count
        (
            heard("2: make it night", replied=FOUR),
            Draw(Operation.EDIT, NIGHT, pick=2, replied=(ONE, TWO, THREE), replied_by="Easel"),
        ),
        (heard("2: cats", replied=OURS), Draw(Operation.EDIT, "2: cats", replied=(ONE,), replied_by="Easel")),
        (heard("2 cats", replied=OURS), Draw(Operation.EDIT, "2 cats", replied=(ONE,), replied_by="Easel")),
        (heard(replied=FOUR), Draw(Operation.EDIT, NIGHT, replied=(ONE, TWO, THREE), replied_by="Easel")),
        # a turn in a thread
        (
            heard(session=True, thread=(ONE,)),
            Draw(Operation.EDIT, NIGHT, replied=(ONE,), replied_by="Easel", in_thread=True),
        ),
        (
            heard(session=True, thread=(ONE,), pictures=(FILE,)),
            Draw(Operation.EDIT, NIGHT, attachments=(FILE,), replied=(ONE,), replied_by="Easel", in_thread=True),
        ),
        # words for Easel in signs alone are words, after a mention
        (heard("🎅", replied=OURS, mentioned=True), Draw(Operation.EDIT, "🎅", replied=(ONE,), replied_by="Easel")),
    ],
)
def test_words_that_draw(message: Heard, drawn: Draw) -> None:
    assert understand(message) == drawn


@pytest.mark.parametrize(
    "message",
    [
        heard("thanks!", replied=OURS),
        heard("Love it 😍", replied=OURS),
        heard("danke", session=True, thread=(ONE,)),
        heard("🔥🔥", replied=OURS),
        heard("hello", session=True, thread=(ONE,)),
        heard("", session=True, thread=(ONE,)),  # a sticker
        heard("", session=True, thread=(ONE,), pictures=(FILE,)),  # something to look at
        heard("", replied=OURS),
        heard("ok", direct=True),
        heard("?!", replied=NOTICE),
    ],
)
def test_applause_costs_nothing(message: Heard) -> None:
    assert understand(message) == Silence()


@pytest.mark.parametrize("words", ["", "hello", "Help!", "hi"])
def test_a_greeting_is_answered_with_help(words: str) -> None:
    assert understand(heard(words, mentioned=True)) == Ask(Does.HELP)
    assert understand(heard(words, direct=True)) == Ask(Does.HELP)


# --- what cannot be drawn ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("message", "why"),
    [
        (heard("", unseen=True, replied=OURS), Why.UNSEEN_WORDS),
        (heard("", unseen=True, replied=NOTICE), Why.UNSEEN_WORDS),
        (heard("", unseen=True, session=True, thread=(ONE,)), Why.UNSEEN_WORDS),
        (heard(mentioned=True, replied=replace(WORDS, blank=True)), Why.UNSEEN_PICTURE),
        (heard("/edit make it night", replied=replace(WORDS, blank=True)), Why.UNSEEN_PICTURE),
        (heard("", mentioned=True, pictures=(FILE,)), Why.NO_WORDS),
        (heard("", direct=True, pictures=(FILE,)), Why.NO_WORDS),
        (heard("", mentioned=True, replied=THEIRS), Why.NO_WORDS),
        (heard("", replied=OURS, pictures=(FILE,)), Why.NO_WORDS),
        (heard("2", replied=FOUR), Why.NO_WORDS),
        (heard("nice weather", replied=NOTICE), Why.NO_PICTURE),
        (heard(mentioned=True, files=True), Why.NOT_A_PICTURE),
        (heard("/edit make it night", mentioned=True, files=True), Why.NOT_A_PICTURE),
        (heard(mentioned=True, replied=replace(WORDS, files=True)), Why.NOT_A_PICTURE),
        (heard(replied=replace(NOTICE, drawing=True)), Why.STILL_DRAWING),
        (heard("/edit darker", replied=replace(NOTICE, drawing=True)), Why.STILL_DRAWING),
        (heard("/edit darker", replied=replace(OURS, drawing=True)), Why.STILL_DRAWING),  # its preview is no picture
        (heard(mentioned=True, replied=replace(WORDS, lost=Lost.DELETED)), Why.DELETED),
        (heard(direct=True, replied=replace(WORDS, lost=Lost.DELETED)), Why.DELETED),
        (heard(mentioned=True, replied=replace(WORDS, lost=Lost.NOT_READABLE)), Why.NOT_READABLE),
        (heard("/edit darker", replied=replace(WORDS, lost=Lost.NOT_READABLE)), Why.NOT_READABLE),
    ],
)
def test_advice(message: Heard, why: Why) -> None:
    assert understand(message) == Hint(why)


def test_a_picture_that_was_deleted_is_told_and_the_numbers_of_the_others_stay() -> None:
    some = replace(FOUR, pictures=(ONE, None, THREE))
    assert understand(heard("3: night", replied=some)) == Draw(
        Operation.EDIT, "night", chosen=THREE, replied=(ONE, THREE), replied_by="Easel"
    )
    with pytest.raises(NoSource, match="Picture 2 of that message is no longer there"):
        understand(heard("2: night", replied=some))
    with pytest.raises(NoSource, match="was deleted"):
        understand(heard(replied=replace(OURS, pictures=(None,))))


@pytest.mark.parametrize("why", Why)
def test_every_advice_says_what_to_do_in_plain_words(why: Why) -> None:
    said = hints.sentence(why)
    assert said.endswith(".")
    assert 40 < len(said) < 300 or why is Why.WHICH_NUMBER


# --- commands that were typed as text ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("/imagine a boat", Draw(Operation.GENERATE, "a boat")),
        ("  /IMAGINE   prompt: a boat --ar 3:1", Draw(Operation.GENERATE, "a boat --ar 3:1")),
        ("/storyboard story:a boat sails", Draw(Operation.STORYBOARD, "a boat sails")),
        ("/edit instruction: darker", Draw(Operation.EDIT, "darker")),
    ],
)
def test_a_drawing_command_that_was_sent_as_text_is_understood_anywhere(words: str, meant: Draw) -> None:
    assert understand(heard(words)) == meant
    assert understand(heard(words, mentioned=True)) == meant


def test_an_edit_typed_in_reply_to_a_picture_takes_it() -> None:
    meant = understand(heard("/edit darker", replied=THEIRS))
    assert meant == Draw(Operation.EDIT, "darker", replied=(FILE,), replied_by="Designer")


def test_a_typed_command_looks_at_what_is_attached() -> None:
    assert understand(heard("/imagine a boat", pictures=(FILE,))) == Draw(
        Operation.GENERATE, "a boat", attachments=(FILE,)
    )


@pytest.mark.parametrize("words", ["/help", "/quota", "/history", "/imagine", "/play music", "/image " + "a" * 32])
def test_other_commands_may_be_another_bots(words: str) -> None:
    assert understand(heard(words)) == Silence()


def test_commands_said_to_easel() -> None:
    assert understand(heard("/help flags", mentioned=True)) == Ask(Does.HELP, "flags")
    assert understand(heard("/quota", direct=True)) == Ask(Does.QUOTA)
    shown = understand(heard("/image id: " + "a" * 32, direct=True))
    assert shown == Draw(Operation.SHOW, "", chosen=ImageRef(PLATFORM, image=ImageId("a" * 32)))
    with pytest.raises(NotFound):
        understand(heard("/image 7", direct=True))
    with pytest.raises(UnknownCommand, match="/paint"):
        understand(heard("/paint a boat", mentioned=True))


@pytest.mark.parametrize("words", ["/imagine2 a", "imagine a boat", "a / b", "/ imagine", "//imagine a"])
def test_what_is_no_command(words: str) -> None:
    assert command_in(words) == (None, words)


# --- "which one?" --------------------------------------------------------------------------------------------------

QUESTION = Question(NIGHT, Options(quality=Quality.HIGH), (ONE, TWO))
ASKED = replace(NOTICE, question=QUESTION)


def chosen(words: str, pick: int) -> Draw:
    return Draw(
        Operation.EDIT,
        words,
        Options(quality=Quality.HIGH),
        pick=pick,
        replied=(ONE, TWO),
        replied_by="the one who was asked",
    )


def test_the_number_goes_on_with_the_words_of_then_or_with_new_ones() -> None:
    assert understand(heard("2", replied=ASKED)) == chosen(NIGHT, 2)
    assert understand(heard("the first one", replied=ASKED)) == chosen(NIGHT, 1)
    assert understand(heard("1: make it day", replied=ASKED)) == chosen("make it day", 1)
    assert understand(heard("the left one", replied=ASKED)) == Hint(Why.WHICH_NUMBER)


def test_a_bare_number_below_the_question_answers_it_and_other_words_are_their_own() -> None:
    assert understand(heard("2", direct=True, question=QUESTION)) == chosen(NIGHT, 2)
    assert understand(heard("a boat", direct=True, question=QUESTION)) == Draw(Operation.GENERATE, "a boat")


# --- the words themselves ------------------------------------------------------------------------------------------

ME, OTHER, MY_ROLE, CHANNEL = 100000000000000001, 100000000000000002, 100000000000000003, 100000000000000004


@pytest.mark.parametrize(
    ("content", "words", "mentioned", "to_others"),
    [
        (f"<@{ME}> a boat", "a boat", True, False),
        (f"<@!{ME}>, a boat", "a boat", True, False),
        (f"a boat <@{ME}> at night", "a boat at night", True, False),
        (f"<@&{MY_ROLE}> a boat", "a boat", True, False),
        (f"<@{ME}>\na boat\n\nat night", "a boat\n\nat night", True, False),
        (f"<@{ME}> <@{ME}> a boat", "a boat", True, False),
        ("a boat", "a boat", False, False),
        (f"<@{OTHER}> look", "Ann n 10 look", False, True),
        (f"<@{ME}> a portrait of <@{OTHER}>", "a portrait of Ann n 10", True, False),
        ("<@&100000000000000009> look", "somebody look", False, True),
        ("@everyone look", "@everyone look", False, True),
        (f"see <#{CHANNEL}> and <#100000000000000009>", "see art and that channel", False, False),
        ("<a:party_cat:100000000000000009> dances", "party_cat dances", False, False),
        ("</imagine:100000000000000009> a boat", "/imagine a boat", False, False),
        ("<@12> <@x> <:a:1>", "<@12> <@x> <:a:1>", False, False),
        ("", "", False, False),
    ],
)
def test_words_as_a_person_reads_them(content: str, words: str, mentioned: bool, to_others: bool) -> None:
    said = spoken(content, ME, frozenset({MY_ROLE}), {OTHER: "Ann “--n 10”", CHANNEL: "art"})
    assert (said.words, said.mentioned, said.to_others) == (words, mentioned, to_others)


@given(st.text(max_size=60))
def test_any_words_can_be_read(content: str) -> None:
    said = spoken(content, ME, frozenset(), {})
    assert not said.mentioned or str(ME) in content
