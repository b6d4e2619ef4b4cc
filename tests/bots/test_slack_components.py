"""The ids of buttons and selects: what is written is read again, and whatever else is sent is nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support_slack_blocks import taken_by_slack

from bots.slack.components import (
    CHOICES_MAX,
    Action,
    Cancel,
    Direct,
    FullSize,
    Join,
    Never,
    NewPicture,
    Page,
    Pick,
    Press,
    Share,
    Which,
    ids,
    not_a_member,
    parse_action,
    press,
    which,
)
from core.model import ImageId, ImageRef, JobId, Verb

ID = ImageId("0123456789abcdef" * 2)
EVERY: tuple[Action, ...] = (
    *(Press(verb, ID) for verb in Verb if verb is not Verb.SHARE),
    *(Share(ID), FullSize(ID), Pick(ID), Cancel(JobId(ID)), Which("note", 12)),
    *(Join("note"), Direct("note"), Never("note"), NewPicture(), Page(0), Page(1_760_000_000_000_000)),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from(["action_id", "value", "selected_option", "type"])


@pytest.mark.parametrize("what", EVERY, ids=lambda what: type(what).__name__)
def test_what_is_written_is_read_again(what: Action):
    action_id, value = ids(what)
    assert parse_action({"type": "button", "action_id": action_id, "value": value}) == what
    chosen = {"type": "static_select", "action_id": action_id, "selected_option": {"value": value}}
    assert parse_action(chosen) == what


def test_the_ids_are_a_contract_with_every_button_that_was_ever_posted():
    assert ids(Press(Verb.EDIT, ID)) == ("easel:edit", ID)
    assert ids(Press(Verb.DELETE, ID)) == ("easel:delete", ID)
    assert ids(Share(ID)) == ids(Press(Verb.SHARE, ID)) == ("easel:share", ID)
    assert ids(Pick(ID)) == ("easel:pick", ID)
    assert ids(Cancel(JobId(ID))) == ("easel:cancel", ID)
    assert ids(Which("note", 2)) == ("easel:which", "note:2")


def test_nothing_unreadable_is_written():
    for subject in ("", "a b", "ä", "a" * 65, "a:b"):
        with pytest.raises(ValueError, match="id"):
            ids(Press(Verb.EDIT, ImageId(subject)))


@given(JSON | st.dictionaries(KEYS, JSON, max_size=4))
@example({"action_id": "easel:edit", "value": "a" * 65})
@example({"action_id": "easel:edit", "value": "../../etc"})
@example({"action_id": "easel:edit", "value": "٣"})
@example({"action_id": "easel:EDIT", "value": ID})
@example({"action_id": "other:edit", "value": ID})
@example({"action_id": "easel:edit\n", "value": ID})
@example({"action_id": "easel:edit", "value": ID + "\n"})
@example({"action_id": "easel:which", "value": "note:0"})
@example({"action_id": "easel:which", "value": "note:100"})
@example({"action_id": "easel:which", "value": "note"})
@example({"action_id": "easel:page", "value": "007"})
@example({"action_id": "easel:page", "value": "9" * 19})
@example({"action_id": "easel:edit", "selected_option": {"value": [ID]}})
@example({"action_id": ["easel:edit"], "value": ID})
@settings(derandomize=True, max_examples=200, deadline=None)
def test_whatever_else_is_sent_is_nothing(action: Any):
    assert parse_action(action) is None


def test_the_question_which_one():
    choices = [ImageRef("slack", image=ID, name=f"beach {'x' * 90}\n{number}") for number in range(120)]
    row = which("note", choices)
    taken_by_slack([row])
    (select,) = row["elements"]
    assert len(select["options"]) == CHOICES_MAX
    last = {"action_id": select["action_id"], "selected_option": select["options"][-1]}
    assert parse_action(last) == Which("note", CHOICES_MAX)
    assert which("note", [ImageRef("slack")])["elements"][0]["options"][0]["text"]["text"] == "1. Picture"


def test_a_private_channel_cannot_be_joined():
    for public, said in ((True, [Join("n"), Direct("n"), Never("n")]), (False, [Direct("n"), Never("n")])):
        row = not_a_member("n", public=public)
        taken_by_slack([row])
        assert [parse_action(each) for each in row["elements"]] == said


def test_a_button_fits():
    taken_by_slack([{"type": "actions", "elements": [press("Edit", Press(Verb.EDIT, ID), style="primary")]}])
