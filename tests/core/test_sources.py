"""Which picture an edit means: every rule, every order of precedence, and the sentence that is said."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import NoSource, WhichPicture
from core.model import ImageId, ImageRef, Source
from core.sources import Clues, choose, pick_in

QUIET = settings(derandomize=True, max_examples=300, deadline=None)


def ref(name: str) -> ImageRef:
    return ImageRef("web", image=ImageId(name))


def said(clues: Clues) -> list[tuple[str, str]]:
    return [(str(source.ref.image), source.why) for source in choose(clues)]


EVERYTHING = Clues(
    attachments=(ref("attached"),),
    chosen=ref("chosen"),
    replied=(ref("replied"),),
    replied_by="Guest",
    thread_newest=ref("thread"),
    mine_recent=ref("mine"),
    by_command=True,
)


def test_the_order_from_near_to_far() -> None:
    clues = EVERYTHING
    assert said(clues) == [
        ("attached", "Editing the picture you attached."),
        ("chosen", "Using the picture you chose as a reference."),
    ]
    clues = replace(clues, attachments=())
    assert said(clues) == [("chosen", "Editing the picture you chose.")]
    clues = replace(clues, chosen=None)
    assert said(clues) == [("replied", "Editing the picture of the message you replied to.")]
    clues = replace(clues, replied=(), replied_by="")
    assert said(clues) == [("thread", "Editing the newest picture in this thread.")]
    clues = replace(clues, thread_newest=None)
    assert said(clues) == [("mine", "Editing your newest picture in this channel.")]
    with pytest.raises(NoSource, match=r"I found no picture to edit\. Nothing was charged\. Attach a picture"):
        choose(replace(clues, mine_recent=None))


def test_a_turn_in_a_thread_replied_to_nothing() -> None:
    """What it goes on from is said as it is: nobody chose a message to reply to."""
    one = Clues(replied=(ref("a"),), replied_by="Easel", in_thread=True)
    assert said(one) == [("a", "Editing the newest picture in this thread.")]
    assert said(replace(one, attachments=(ref("x"),)))[1] == (
        "a",
        "Using the newest picture in this thread as a reference.",
    )
    two = replace(one, replied=(ref("a"), ref("b")))
    assert said(replace(two, pick=2)) == [("b", "Editing picture 2 of the newest in this thread.")]
    assert said(replace(two, pick=2, attachments=(ref("x"),)))[1] == (
        "b",
        "Using picture 2 of the newest in this thread as a reference.",
    )
    assert said(replace(two, attachments=(ref("x"),))) == [
        (
            "x",
            "Editing the picture you attached. The newest message in this thread has 2 pictures; none was chosen, "
            "so none is used.",
        )
    ]
    with pytest.raises(WhichPicture, match="The newest message with pictures in this thread has 2, and I do not know"):
        choose(two)
    with pytest.raises(
        NoSource, match=r"The newest message in this thread has 2 pictures, and you asked for picture 3"
    ):
        choose(replace(two, pick=3))


def test_my_newest_picture_is_for_the_command_alone() -> None:
    with pytest.raises(NoSource):
        choose(Clues(mine_recent=ref("mine"), by_command=False))


def test_a_reply_to_a_message_without_a_picture() -> None:
    with pytest.raises(NoSource, match="The message you replied to has no picture"):
        choose(Clues(replied_by="Guest"))
    with pytest.raises(NoSource, match="The message you replied to has no picture"):
        choose(Clues(replied_by="Guest", pick=2, thread_newest=ref("thread")))
    assert said(Clues(replied_by="Guest", thread_newest=ref("thread")))[0][0] == "thread"


def test_a_number_chooses_among_the_replied_to_pictures() -> None:
    clues = Clues(replied=(ref("a"), ref("b"), ref("c")), replied_by="Guest", pick=2)
    assert said(clues) == [("b", "Editing picture 2 of the message you replied to.")]
    for pick in (0, 4, -1):
        with pytest.raises(NoSource, match=f"has 3 pictures, and you asked for picture {pick}"):
            choose(replace(clues, pick=pick))
    with pytest.raises(NoSource, match=r"has 1 picture, .* Say 1, or no number"):
        choose(replace(clues, replied=(ref("a"),)))


def test_several_pictures_and_none_chosen_are_asked_about() -> None:
    pictures = (ref("a"), ref("b"))
    with pytest.raises(WhichPicture, match="has 2 pictures") as asked:
        choose(Clues(replied=pictures, replied_by="Guest", thread_newest=ref("thread")))
    assert asked.value.choices == pictures


def test_a_number_without_a_reply() -> None:
    with pytest.raises(NoSource, match="You asked for picture 2, and your message is not a reply"):
        choose(Clues(pick=2, thread_newest=ref("thread"), mine_recent=ref("mine"), by_command=True))


def test_several_attached_pictures() -> None:
    clues = Clues(attachments=(ref("a"), ref("b"), ref("c")))
    assert said(clues) == [
        ("a", "Editing picture 1 of the 3 you attached."),
        ("b", "Using picture 2 of the 3 you attached as a reference."),
        ("c", "Using picture 3 of the 3 you attached as a reference."),
    ]
    assert [name for name, _ in said(replace(clues, pick=3))] == ["c", "a", "b"]
    with pytest.raises(NoSource, match="You attached 3 pictures, and you asked for picture 4"):
        choose(replace(clues, pick=4))


def test_attaching_in_a_reply_edits_the_attached_picture_and_says_what_the_other_is_for() -> None:
    one = Clues(attachments=(ref("a"),), replied=(ref("x"),), replied_by="Guest")
    assert said(one) == [
        ("a", "Editing the picture you attached."),
        ("x", "Using the picture of the message you replied to as a reference."),
    ]
    several = replace(one, replied=(ref("x"), ref("y")))
    assert said(several) == [
        (
            "a",
            "Editing the picture you attached. The message you replied to has 2 pictures; none was chosen, "
            "so none is used.",
        )
    ]
    assert said(replace(several, pick=2))[1] == ("y", "Using picture 2 of the message you replied to as a reference.")


REFS = st.sampled_from([ref(name) for name in "abc"])


@QUIET
@given(
    st.builds(
        Clues,
        attachments=st.lists(REFS, max_size=3).map(tuple),
        chosen=st.none() | REFS,
        pick=st.none() | st.integers(-1, 5),
        replied=st.lists(REFS, max_size=3).map(tuple),
        replied_by=st.sampled_from(["", "Guest"]),
        thread_newest=st.none() | REFS,
        mine_recent=st.none() | REFS,
        by_command=st.booleans(),
    )
)
def test_there_is_always_a_picture_with_a_reason_or_a_refusal_with_a_remedy(clues: Clues) -> None:
    refused: NoSource | WhichPicture | None = None
    sources: tuple[Source, ...] = ()
    try:
        sources = choose(clues)
    except (NoSource, WhichPicture) as error:
        refused = error
    if refused is not None:
        assert refused.what.endswith(".")
        assert refused.remedy.endswith(".")
        return
    assert sources[0].why.startswith("Editing ")
    assert all(source.why.startswith("Using ") for source in sources[1:])
    given_refs = {*clues.attachments, clues.chosen, *clues.replied, clues.thread_newest, clues.mine_recent}
    assert {source.ref for source in sources} <= given_refs


@pytest.mark.parametrize(
    ("text", "pick", "rest"),
    [
        ("2", 2, ""),
        (" 2. ", 2, ""),
        ("2)", 2, ""),
        ("#2", 2, ""),
        ("2: make it night", 2, "make it night"),
        ("2) make it night", 2, "make it night"),
        ("2. make it night", 2, "make it night"),
        ("2, a bit darker", 2, "a bit darker"),
        ("2 - darker", 2, "darker"),
        ("2 — darker", 2, "darker"),
        ("2 make it night", 2, "make it night"),
        ("2 --ar 3:1", 2, "--ar 3:1"),
        ("2 —ar 3:1", 2, "—ar 3:1"),
        ("#2 darker", 2, "darker"),
        ("picture 2 darker", 2, "darker"),
        ("Image #12: darker", 12, "darker"),
        ("no. 3 darker", 3, "darker"),
        ("the second one, darker", 2, "darker"),
        ("third picture make it red", 3, "make it red"),
        ("2nd: darker", 2, "darker"),
        ("２：夜にして", 2, "夜にして"),
        ("图2 变成晚上", 2, "变成晚上"),
        ("第2张，变成晚上", 2, "变成晚上"),
        ("2枚目を夜に", 2, "を夜に"),
        ("2번째 밤으로", 2, "밤으로"),
    ],
)
def test_what_plainly_is_a_pick(text: str, pick: int, rest: str) -> None:
    assert pick_in(text) == (pick, rest)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "make it night",
        "2 cats",
        "2 more boats",
        "2x larger",
        "16:9 please",
        "image 16:9",
        "2:1",
        "2.5 metres",
        "2024",
        "100 balloons",
        "2-colour print",
        "2nd floor with lights",
        "second thoughts",
        "3张猫的照片",
        "pictures 2",
        "1. a boat\n2. a gull",
        "1) a boat 2) a gull",
        "make 2: darker",
        "-2",
    ],
)
def test_what_is_not_plainly_a_pick_stays_in_the_words(text: str) -> None:
    assert pick_in(text) == (None, text)


def test_looking_for_a_pick_is_quick_on_any_text() -> None:
    began = time.thread_time()
    for text in ("2" + " " * 32_000 + "x", " " * 32_000, "2 " * 16_000, "1. " * 10_000, "the " + " " * 30_000):
        pick_in(text)
    assert time.thread_time() - began < 0.5
