"""The Home tab as a view: for a person, for an administrator, and for somebody new."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support_slack_blocks import image, view_taken_by_slack, words_of

from bots.slack.components import NewPicture, Page, Press, Share, parse_action
from bots.slack.home_blocks import Home, Recent, bar, home_view
from bots.slack.views import without_pictures
from core.commands import COMMANDS
from core.model import Allowance, Place, Verb

NOW_US = 1_760_000_000_000_000
MINE = Allowance("role:everyone:images:day", "30 images a day for each person", "images", 30, 12, NOW_US + 10**9)
ALL = Allowance("workspace:*:money:month", "$20.00 a month for this workspace", "money", 20 * 10**9, 0, None)
CHANNEL = Allowance("channel:*:images:day", "9 images a day for each channel", "images", 9, 0, None)
HOME = Home((MINE, ALL, CHANNEL), (Recent(image(1), "F1"), Recent(image(2), "")), NOW_US)


def actions(view: dict[str, Any]) -> list[Any]:
    rows = [block for block in view["blocks"] if block["type"] == "actions"]
    return [parse_action(element) for row in rows for element in row["elements"]]


def test_a_person_sees_what_is_theirs():
    view = home_view(HOME)
    view_taken_by_slack(view)
    said = words_of(view["blocks"])
    assert "*18 images left*" in said
    assert "resets <!date^" in said
    assert "a lighthouse at dusk" in said
    assert "<#C1>" in said
    assert "For administrators" not in said
    assert "$20.00" not in said, "what all spend together is the administrators' to see"
    assert "each channel" not in said, "a limit of the tab's own channel says nothing here"
    everybodys = [each for each in COMMANDS if not each.summary.startswith("For administrators")]
    assert all(f"/{command.name}`" in said for command in everybodys)
    assert said.count("`/") == len(everybodys)


def test_an_administrator_sees_what_holds_for_all():
    view = home_view(replace(HOME, is_admin=True))
    view_taken_by_slack(view)
    assert "*$20.00 left*" in words_of(view["blocks"])
    assert all(f"/{command.name}`" in words_of(view["blocks"]) for command in COMMANDS)
    bare = words_of(home_view(replace(HOME, allowances=(MINE,), is_admin=True))["blocks"])
    assert "No limit holds for the whole workspace" in bare


def test_somebody_new_sees_how_to_begin():
    view = home_view(Home((), (), NOW_US))
    view_taken_by_slack(view)
    said = words_of(view["blocks"])
    assert "No limit applies to you" in said
    assert "The first one is a sentence away." in said
    assert actions(view) == [NewPicture()]


def test_each_picture_has_its_buttons_and_the_private_ones_can_be_shared():
    private = image(3, private=True, place=Place("slack", "T1", "D1", personal=True))
    view = home_view(replace(HOME, pictures=(*HOME.pictures, Recent(private, "F3")), more=True, before_us=5))
    view_taken_by_slack(view)
    one, two, three = image(1).id, image(2).id, private.id
    assert actions(view) == [
        NewPicture(),
        *(Press(Verb.EDIT, one), Press(Verb.DETAILS, one)),
        *(Press(Verb.EDIT, two), Press(Verb.DETAILS, two)),
        *(Press(Verb.EDIT, three), Share(three), Press(Verb.DETAILS, three)),
        *(Page(0), Page(private.created_at_us)),
    ]
    assert ":lock: only you see it" in words_of(view["blocks"])


def test_a_page_of_one_request_is_longer_and_fits():
    """Pictures of one moment are not parted: nine more than a page has may come."""
    many = tuple(Recent(image(number, private=True), f"F{number}") for number in range(1, 16))
    limits = tuple(replace(MINE, limit_id=f"role:{number}:images:day") for number in range(40))
    view_taken_by_slack(home_view(replace(HOME, pictures=many, allowances=(*limits, ALL), more=True, is_admin=True)))


def test_without_pictures_the_words_stay():
    view = home_view(HOME)
    bare = without_pictures(view)
    view_taken_by_slack(bare)
    assert "slack_file" in str(view)
    assert "slack_file" not in str(bare)
    assert words_of(bare["blocks"]) == words_of(view["blocks"])


@given(st.text(max_size=3000))
@settings(derandomize=True, max_examples=50, deadline=None)
def test_slack_takes_it_whatever_was_drawn(words: str):
    place = Place("slack", "T1", "C1|<!here>")
    view_taken_by_slack(
        home_view(replace(HOME, pictures=(Recent(image(1, prompt=words, alt=words, place=place), "F1"),)))
    )


@pytest.mark.parametrize(
    ("used", "cap", "full"), [(0, 30, 12), (30, 30, 0), (29, 30, 1), (15, 30, 6), (40, 30, 0), (0, 0, 0)]
)
def test_a_bar_is_empty_only_when_nothing_is_left(used: int, cap: int, full: int):
    assert bar(used, cap) == "●" * full + "○" * (12 - full)
