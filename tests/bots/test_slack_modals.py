"""Forms: what they offer, what comes back, and what is wrong with them as far as they tell it themselves."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support_slack_blocks import image, view_taken_by_slack, words_of

from bots.slack import blocks, modals
from bots.slack.forms import CALLBACK, About, Filled, Purpose, about_of, faults, read_modal
from bots.slack.modals import loading, modal, shown, told
from bots.slack.submits import check

ID = "0123456789abcdef" * 2
EDIT = About(Purpose.EDIT, ID, "C1", "1700000000.000100")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=10,
)


def sent(view: dict[str, Any], **values: Any) -> dict[str, Any]:
    """The form as Slack gives it back. `values`: the element's state by the field's name."""
    return {**view, "id": "V1", "state": {"values": {name: {name: value} for name, value in values.items()}}}


def text(words: str) -> dict[str, Any]:
    return {"type": "plain_text_input", "value": words}


def chosen(*values: str) -> dict[str, Any]:
    return {"type": "multi_static_select", "selected_options": [{"value": value} for value in values]}


def file(name: str = "F1", **said: Any) -> dict[str, Any]:
    return {"id": name, "name": "beach.png", "mimetype": "image/png", "size": 1000} | said


def fields(view: dict[str, Any]) -> list[str]:
    return [block["block_id"] for block in view["blocks"] if block["type"] == "input"]


@pytest.mark.parametrize("purpose", Purpose)
def test_slack_takes_every_view(purpose: Purpose):
    about = About(purpose, ID, "C1", "1700000000.000100")
    names = [f"beach {'x' * 80} {number}.png" for number in range(12)]
    for view in (loading(about), told(about, "x" * 9000), shown(about, [blocks.divider()] * 120)):
        view_taken_by_slack(view)
        assert "submit" not in view
    for view in (modal(about), modal(about, names=names, private=True, above=[blocks.section("x")], channel="C2")):
        view_taken_by_slack(view)
        assert about_of(view) == about


def test_what_a_form_asks():
    assert fields(modal(EDIT)) == ["instruction", "ratio", "quality", "private", "files"]
    assert fields(modal(About(Purpose.SHARE, ID))) == ["channel"]
    in_direct = About(Purpose.EDIT, ID, "D1", direct=True)
    assert "private" not in fields(modal(in_direct)), "there everything is for one person"
    assert "private" not in fields(modal(About(Purpose.DRAW))), "from the Home tab it comes into direct messages"
    kept = modal(About(Purpose.KEPT, ID, "C1"), names=["a.png", "b.png"])
    assert fields(kept)[0] == "which"
    assert "which" not in fields(modal(About(Purpose.KEPT, ID, "C1"), names=["a.png"]))


def test_of_several_references_several_may_be_chosen():
    names = ["a.png", "b.png"]
    one = modal(About(Purpose.KEPT, ID, "C1"), names=names)["blocks"][0]["element"]
    many = modal(About(Purpose.REFERENCE, ID, "C1"), names=names)["blocks"][0]["element"]
    assert (one["type"], many["type"]) == ("static_select", "multi_static_select")


def test_what_was_private_is_ticked():
    ticked = modal(EDIT, private=True)["blocks"][3]["element"]
    assert ticked["initial_options"] == ticked["options"]
    assert "initial_options" not in modal(EDIT)["blocks"][3]["element"]


def test_what_is_filled_in_is_read():
    view = sent(
        modal(EDIT),
        instruction=text("  make it night \n"),
        ratio={"type": "static_select", "selected_option": {"value": "16:9"}},
        quality={"type": "static_select", "selected_option": None},
        private={"type": "checkboxes", "selected_options": [{"value": "yes"}]},
        files={"type": "file_input", "files": [file("F1"), file("F2"), file("F1")]},
        which=chosen("2", "3", "2"),
    )
    assert read_modal(view) == Filled(
        about=EDIT,
        instruction="make it night",
        look={"ratio": "16:9"},
        private=True,
        files=(file("F1"), file("F2")),
        which=(2, 3),
    )


def test_every_character_of_an_instruction_arrives():
    words = "a “poster” — Tom & Jerry’s <b>café</b> &amp; 日本 👩‍🚀\n\nline two"
    read = read_modal(sent(modal(EDIT), instruction=text(words)))
    assert read is not None
    assert read.instruction == words


def test_what_was_not_offered_counts_as_left_open():
    view = sent(
        modal(EDIT),
        instruction={"value": 7},
        ratio={"selected_option": {"value": "16:10 or so"}},
        quality={"selected_option": {"value": ["high"]}},
        private={"selected_options": [{"value": "no"}]},
        files={"files": [file("../F1"), "F1", None, {"name": "x"}]},
        which=chosen("0", "11", "٣", "1; drop", "-1"),
        channel={"selected_conversation": "https://evil.example"},
    )
    assert read_modal(view) == Filled(about=EDIT)


def test_only_ten_files_are_read():
    many = [file(f"F{number}") for number in range(30)]
    read = read_modal(sent(modal(EDIT), files={"files": many}))
    assert read is not None
    assert len(read.files) == 10


@given(JSON, JSON)
@settings(derandomize=True, max_examples=200, deadline=None)
def test_whatever_comes_back_nothing_breaks(metadata: Any, values: Any):
    for said in (metadata, json.dumps(metadata), json.dumps({"p": metadata, "i": values, "c": 3, "h": [], "d": {}})):
        view = {"callback_id": CALLBACK, "private_metadata": said, "state": {"values": values}}
        assert about_of(view) is None
        assert read_modal(view) is None
        assert faults(view) == {}
    hostile = {"callback_id": CALLBACK, "private_metadata": EDIT.metadata, "state": {"values": values}}
    assert read_modal(hostile) == Filled(about=EDIT)


def test_ids_in_metadata_are_checked():
    said = json.dumps({"p": "edit", "i": "../x", "c": "evil.example/", "h": "now", "d": True})
    assert about_of({"private_metadata": said}) == About(Purpose.EDIT, direct=True)
    assert about_of({"private_metadata": " " * 3001}) is None
    assert about_of({"private_metadata": "[" * 2900}) is None
    assert read_modal(loading(EDIT)) is None, "a view that is only read is not sent in"


# --- what is wrong with a form ---------------------------------------------------------------------------------------


def test_a_good_form_has_no_faults():
    view = sent(modal(EDIT), instruction=text("make it night --ar 16:9"), files={"files": [file()]})
    assert check(view) == {}
    assert check(sent(modal(EDIT), instruction=text("--ar 3:1"))) == {}, "an edit may consist of flags alone"


def test_faults_are_told_at_their_field():
    unknown = check(sent(modal(EDIT), instruction=text("make it night --arr 16:9")))
    assert list(unknown) == ["instruction"]
    assert "--arr" in unknown["instruction"]
    assert "charged" not in unknown["instruction"], "nobody was about to be charged: the form is still open"
    assert list(check(sent(modal(EDIT), instruction=text("  \n ")))) == ["instruction"]
    drawn = check(sent(modal(About(Purpose.DRAW)), instruction=text("--ar 3:1")))
    assert "no words to draw" in drawn["instruction"]


@pytest.mark.parametrize(
    ("attached", "wrong"),
    [
        (file(mimetype="application/pdf"), "not a picture"),
        (file(size=11_000_000), "larger than 10 MB"),
        (file(mimetype=""), ""),
        (file(mimetype="application/octet-stream"), ""),
        ({"id": "F1", "file_access": "check_file_info"}, ""),
    ],
)
def test_a_file_that_is_none(attached: dict[str, Any], wrong: str):
    found = check(sent(modal(EDIT), instruction=text("make it night"), files={"files": [attached]}))
    assert wrong in found.get("files", "")
    assert bool(found) is bool(wrong)


def test_errors_name_fields_that_the_form_has():
    """Slack closes nothing and shows nothing for an error at a block that is no field."""
    view = modal(EDIT)
    bad = sent(view, instruction=text("x --arr"), files={"files": [file(mimetype="text/html")]})
    assert set(check(bad)) == {"instruction", "files"} <= set(fields(view))


def test_forms_of_others_have_no_faults():
    assert check({}) == {}
    assert check({"callback_id": "other", "private_metadata": "{}"}) == {}
    assert check(sent(modal(About(Purpose.SHARE, ID)))) == {}


def test_words_in_a_form_are_ours():
    assert "Edit this picture" in words_of([modal(EDIT)])
    assert modals.loading(EDIT)["blocks"][0]["text"]["text"] == "One moment …"
    assert image().id not in words_of([modal(EDIT)])
