"""The message under a picture."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support_slack_blocks import JOB, LABEL, finished, image, plan, taken_by_slack, words_of

from bots.slack import result_blocks
from bots.slack.components import Cancel, Pick, Share, parse_action
from bots.slack.result_blocks import context_of, controls, images_in, share_note, thread_in, working
from core.model import Allowance, Cost, Operation, Verb

ROOT = "1700000000.000100"


def actions(content: list[dict[str, Any]]) -> list[Any]:
    rows = [block for block in content if block["type"] == "actions"]
    return [parse_action(element) for row in rows for element in row["elements"]]


def verbs(content: list[dict[str, Any]]) -> list[Verb]:
    return [Verb.SHARE if isinstance(each, Share) else each.verb for each in actions(content)]


def test_one_picture_has_its_buttons():
    content = controls(JOB, [image()], private=False, context=["For *Member*", "1024 × 1024"])
    taken_by_slack(content)
    assert verbs(content) == [Verb.EDIT, Verb.REDO, Verb.VARY, Verb.FINALISE, Verb.DETAILS, Verb.DELETE]
    assert content[0]["type"] == "context"


def test_an_edited_private_picture_has_two_rows():
    edited = image(2, parent=image().id, private=True)
    content = controls(JOB, [edited], private=True, context=[])
    taken_by_slack(content)
    makes, concerns = (block for block in content if block["type"] == "actions")
    assert verbs([makes]) == [Verb.EDIT, Verb.REDO, Verb.VARY, Verb.FINALISE, Verb.UNDO]
    assert verbs([concerns]) == [Verb.SHARE, Verb.DETAILS, Verb.DELETE]


def test_what_is_shown_privately_can_be_shared():
    assert Share(image().id) in actions(controls(JOB, [image()], private=True, context=[]))
    assert Share(image().id) not in actions(controls(JOB, [image()], private=False, context=[]))


def test_delete_asks_first():
    content = controls(JOB, [image()], private=False, context=[])
    confirms = [element["action_id"] for element in content[-1]["elements"] if "confirm" in element]
    assert confirms == ["easel:delete"]


def test_of_several_pictures_one_is_chosen():
    pictures = [image(number, alt="") for number in range(1, 11)]
    content = controls(JOB, pictures, private=False, context=["x"], remarks=["I have no drawing for: wristwatch."])
    taken_by_slack(content)
    (select,) = content[-1]["elements"]
    chosen = [parse_action({**select, "selected_option": each}) for each in select["options"]]
    assert chosen == [Pick(each.id) for each in pictures]
    assert select["placeholder"]["text"] == "Which of the 10 pictures?"
    assert content[0]["text"]["text"] == "I have no drawing for: wristwatch."


def test_nothing_is_shown_of_nothing():
    assert controls(JOB, [], private=False, context=[]) == []
    assert share_note([]) == []


@pytest.mark.parametrize("pictures", [1, 3])
def test_the_pictures_of_a_message_are_read_back(pictures: int):
    shown = [image(number) for number in range(1, pictures + 1)]
    assert images_in(controls(JOB, shown, private=True, context=["x"])) == tuple(each.id for each in shown)


@given(
    st.recursive(
        st.none() | st.text(max_size=5) | st.integers(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(st.sampled_from(["elements", "options", "type", "action_id", "value"]), inner)
        ),
        max_leaves=10,
    )
)
@settings(derandomize=True, max_examples=150, deadline=None)
def test_blocks_of_others_hold_no_picture(content: Any):
    assert images_in(content) == ()


def test_a_row_carries_its_thread():
    content = controls(JOB, [image()], private=False, context=[], thread=ROOT)
    assert thread_in(content[-1]["block_id"]) == ROOT
    assert thread_in(controls(JOB, [image()], private=False, context=[])[-1]["block_id"]) == ""
    for name in (None, 3, "", "b1", f"other:{JOB}:{ROOT}", f"easel:{JOB}:now", f"easel:{JOB}:{ROOT}\n"):
        assert thread_in(name) == ""


def test_while_it_is_drawn_there_is_a_way_out():
    content = working(JOB, "Drawing …")
    taken_by_slack(content)
    assert actions(content) == [Cancel(JOB)]


def test_who_may_see_it_is_said():
    (note,) = share_note([image()], place="<#C1>")
    assert note["elements"][0]["text"] == ":lock: Only you can see this. *Share to channel* shows it in <#C1>."
    (note,) = share_note([image(1), image(2)])
    assert "one of them in a channel that you choose" in note["elements"][0]["text"]
    taken_by_slack([note])


def test_the_grey_lines():
    day = Allowance("a", "30 images a day for each person", "images", 30, 12, None)
    jobs = Allowance("b", "3 requests at a time", "jobs", 3, 3, None)
    outcome = finished(image(1), image(2), allowances=(jobs, day))
    assert context_of(outcome, lambda *_: LABEL) == [f"1024 × 1024 · 2 images · {LABEL}"]
    assert context_of(outcome, lambda *_: LABEL, name="Member", words=True, price=True, quota=True) == [
        "For *Member*: a lighthouse at dusk",
        f"1024 × 1024 · 2 images · $0.04 · 18 images left of 30 images a day for each person · {LABEL}",
    ]


def test_what_cost_nothing_says_so():
    free = finished(image(), charged=Cost(0, 0))
    assert "not charged" in context_of(free, lambda *_: LABEL)[0]
    shown = finished(image(), plan=plan(operation=Operation.SHOW), charged=Cost(0, 0))
    assert context_of(shown, lambda *_: LABEL, price=True) == [f"1024 × 1024 · {LABEL}"]


def test_names_and_words_call_nobody():
    hostile = finished(image(alt="<!here> *x*"), plan=plan(text="<!channel> <@U1> https://evil.example"))
    lines = context_of(hostile, lambda *_: "<!everyone>", name="*<@U1>*", words=True)
    content = controls(JOB, [image(alt="<!here>"), image(2)], private=False, context=lines)
    taken_by_slack(content)
    said = words_of([block for block in content if block["type"] != "actions"])
    assert "<" not in said
    assert "https://" not in said
    options = content[-1]["elements"][0]["options"]
    assert options[0]["text"]["type"] == "plain_text", "which shows markup as it is"


def test_pictures_without_their_outcome_are_described():
    assert result_blocks.plain_context([image(1), image(2)], lambda *_: LABEL) == [f"1024 × 1024 · {LABEL}"]
    assert result_blocks.plain_context([], lambda *_: LABEL) == []
