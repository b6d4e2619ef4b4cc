"""Details: all that may be said about a picture, in a view that one person sees."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from support_slack_blocks import LABEL, image, plan, view_taken_by_slack, words_of

from bots.slack.components import FullSize, Press, parse_action
from bots.slack.details import details_blocks, megabytes
from bots.slack.forms import About, Purpose
from bots.slack.modals import shown
from core.model import Cost, Details, Operation, Quality, Verb

ABOUT = About(Purpose.DETAILS, "0" * 32, "C1")


def details(*before: str, **said: Any) -> Details:
    steps = [image(number, prompt=words) for number, words in enumerate(before, start=10)]
    one = image(1, operation=Operation.EDIT if steps else Operation.GENERATE, **said)
    how = plan(quality=Quality.HIGH, style="poster", seed=41, remarks=("Editing the newest picture in this thread.",))
    return Details(one, how, (*steps, one), Cost(1, 40_000_000, measured=True), {"Content credentials": "yes"})


def test_everything_is_told():
    content = details_blocks(details("a lighthouse"), LABEL, file="F1")
    view_taken_by_slack(shown(ABOUT, content))
    said = words_of(content)
    for each in (
        "a lighthouse at dusk",
        f"Edited by {LABEL} for <@U1>",
        "1024 × 1024",
        "PNG, 1.4 MB",
        "High",
        "poster",
        "*Seed*\n41",
        "1 image, $0.04 measured",
        "Everyone in its channel",
        "• a lighthouse ·",
        "Editing the newest picture in this thread.",
        "Content credentials: yes",
        image(1).id,
    ):
        assert each in said, each
    assert content[0]["accessory"]["slack_file"] == {"id": "F1"}
    assert [parse_action(each) for each in content[-1]["elements"]] == [
        FullSize(image(1).id),
        Press(Verb.DELETE, image(1).id),
    ]


def test_a_first_picture_was_made_from_nothing():
    content = details_blocks(Details(image(1, private=True), plan(seed=None), (image(1),), Cost(0, 0)), LABEL)
    said = words_of(content)
    assert "Made from" not in said
    assert "Seed" not in said
    assert "You alone" in said
    assert "*Cost of its request*\nNothing" in said
    assert "accessory" not in content[0]


def test_a_long_line_of_descent_is_shortened_in_its_middle():
    said = words_of(details_blocks(details(*(f"step {number}" for number in range(20))), LABEL))
    assert "step 0 " in said
    assert "… 14 more steps" in said
    assert "step 19 " in said
    assert "step 7 " not in said


@given(st.text(max_size=5000), st.text(max_size=400))
@settings(derandomize=True, max_examples=60, deadline=None)
def test_slack_takes_it_whatever_was_written(words: str, name: str):
    told = details(*[words] * 30, prompt=words, alt=words, author=name)
    content = details_blocks(told, name, file="F1")
    view_taken_by_slack(shown(ABOUT, content))


def test_what_people_wrote_calls_nobody():
    told = details("<!channel>", prompt="<!here> https://evil.example *x*", author="U1> <!channel")
    said = words_of(details_blocks(told, "<!everyone>"))
    for forbidden in ("<!channel", "<!here", "<!everyone", "https://", "<@"):
        assert forbidden not in said


def test_megabytes_are_never_less_than_they_are():
    assert megabytes(1) == "0.1 MB"
    assert megabytes(1024 * 1024) == "1.0 MB"
    assert megabytes(1024 * 1024 + 1) == "1.1 MB"
