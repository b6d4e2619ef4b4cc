"""Pictures are found wherever a message in Slack may hold them, and hostile messages hold none."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bots.slack.pictures import Attached, Seen, file_in, message_in, seen_in
from core.model import Size

TEAM = "T01"
BEACH: dict[str, Any] = {
    "id": "F01",
    "name": "beach.png",
    "mimetype": "image/png",
    "mode": "hosted",
    "original_w": 640,
    "original_h": "480",
    "url_private_download": "https://files.slack.com/files-pri/T01-F01/download/beach.png",
}


def names(message: object) -> list[str]:
    return [each.name for each in seen_in(message, TEAM).pictures]


def test_files_are_named_by_their_id_and_nothing_else():
    (found,) = seen_in({"files": [BEACH]}, TEAM).pictures
    assert found == Attached("T01", "F01", name="beach.png", size=Size(640, 480))
    assert found.ref().token == 'f1:{"f":"F01","t":"T01"}'
    assert found.ref().name == "beach.png"
    assert found.ref().size == Size(640, 480)


def test_a_token_reads_back():
    for each in (Attached("T01", "F01"), Attached("E01", url="https://example.com/x.png")):
        assert Attached.read(each.ref().token) == each


@pytest.mark.parametrize(
    "token",
    [
        *("", "f1:", "f1:3", "f1:[]", "k1:abc", 'f1:{"t":"T01"}', 'f1:{"t":"T01","f":"../x"}', 'f1:{"t":3,"f":"F01"}'),
        *('f1:{"t":"T01","f":{"a":1}}', 'f1:{"f":"F01"}', "f1:" + "[" * 100_000, 'f1:{"t":"T01","u":3}'),
    ],
)
def test_what_was_never_written_is_not_read(token):
    assert Attached.read(token) is None


def test_the_same_file_counts_once_and_the_order_stays():
    second = BEACH | {"id": "F02", "name": "dune.jpg", "mimetype": "image/jpeg"}
    assert names({"files": [second, BEACH, second]}) == ["dune.jpg", "beach.png"]


@pytest.mark.parametrize(
    ("change", "seen"),
    [
        ({"mimetype": "application/pdf", "name": "plan.pdf"}, Seen(others=True)),
        ({"mode": "external"}, Seen(others=True)),
        ({"is_external": True}, Seen(others=True)),
        ({"mode": "tombstone"}, Seen(others=True)),
        ({"mode": "hidden_by_limit"}, Seen(others=True)),
        ({"id": 7}, Seen(others=True)),
        ({"id": "F01/../x"}, Seen(others=True)),
        ({"mimetype": "", "name": ""}, Seen(unsure=("F01",))),
    ],
)
def test_what_is_no_picture(change, seen):
    assert seen_in({"files": [BEACH | change]}, TEAM) == seen


def test_a_file_without_a_type_yet_goes_by_its_name():
    assert names({"files": [BEACH | {"mimetype": ""}]}) == ["beach.png"]
    assert names({"files": [BEACH | {"mimetype": "application/octet-stream", "name": "IMG.HEIC"}]}) == ["IMG.HEIC"]


def test_a_stub_is_unsure_until_slack_was_asked():
    message = {"files": [{"id": "F01", "file_access": "check_file_info"}]}
    assert seen_in(message, TEAM) == Seen(unsure=("F01",))
    assert seen_in(message, TEAM, {"F01": BEACH}).pictures[0].name == "beach.png"
    assert seen_in(message, TEAM, {"F01": BEACH | {"mimetype": "text/plain", "name": "a.txt"}}) == Seen(others=True)
    assert seen_in(message, TEAM, {}).pictures == (Attached("T01", "F01"),), "its first bytes will tell"


def test_what_other_apps_show():
    message = {
        "blocks": [
            {
                "type": "section",
                "accessory": {"type": "image", "image_url": "https://a.example/1.png", "alt_text": "one"},
            },
            {"type": "image", "slack_file": {"id": "F07"}, "alt_text": "two"},
            {
                "type": "context",
                "elements": [{"type": "image", "image_url": "https://a.example/3.png", "alt_text": "3"}],
            },
            {"type": "image", "slack_file": {"url": "https://w.slack.com/files/U1/F08/four.png"}, "alt_text": "four"},
        ],
        "attachments": [
            {"image_url": "https://a.example/5.png", "title": "five"},
            {"blocks": [{"type": "image", "image_url": "https://a.example/6.png", "alt_text": "six"}]},
            {"files": [BEACH], "image_url": "https://a.example/not-this.png"},
            {
                "message_blocks": [
                    {"message": {"blocks": [{"type": "image", "slack_file": {"id": "F09"}, "alt_text": "8"}]}}
                ]
            },
        ],
    }
    assert names(message) == ["one", "two", "3", "four.png", "five", "six", "beach.png", "8"]
    assert [each.file for each in seen_in(message, TEAM).pictures if each.file] == ["F07", "F08", "F01", "F09"]


def test_no_more_than_a_person_could_choose_from():
    assert len(names({"files": [BEACH | {"id": f"F{number}"} for number in range(100)]})) == 20


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["F01", "image", "image/png"]),
    lambda inside: (
        st.lists(inside, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    *("files", "blocks", "attachments", "elements", "accessory", "type", "id", "slack_file"),
                    *("image_url", "name", "mimetype", "mode", "message_blocks", "message", "original_w", "title"),
                    *("alt_text", "url"),
                ]
            ),
            inside,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@settings(derandomize=True, max_examples=200)
@given(JSON)
def test_hostile_messages_are_read_without_harm(message):
    for found in seen_in(message, TEAM).pictures:
        assert Attached.read(found.ref().token) is not None


def test_a_deep_message_ends():
    block: dict[str, Any] = {"type": "image", "slack_file": {"id": "F01"}}
    for _ in range(500):
        block = {"elements": [block]}
    assert seen_in({"blocks": [block]}, TEAM) == Seen()


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("https://work.slack.com/files/U01/F0ABC/beach.png", "F0ABC"),
        ("https://work.enterprise.slack.com/files/W01/F0ABC/beach.png", "F0ABC"),
        ("https://work.slack.com/files/U01/F0ABC", "F0ABC"),
        ("https://slack.com.evil.example/files/U01/F0ABC/x.png", None),
        ("http://work.slack.com/files/U01/F0ABC/x.png", None),
        ("https://work.slack.com/archives/C01/p1700000000000100", None),
        ("https://[bad", None),
    ],
)
def test_links_to_files(url, file):
    found = file_in(url, TEAM)
    assert (found.file if found else None) == file


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("https://work.slack.com/archives/C01/p1700000000000100", ("C01", "1700000000.000100")),
        ("https://work.slack.com/archives/C01/p1700000000000100?thread_ts=1&cid=C01", ("C01", "1700000000.000100")),
        ("https://work.slack.com/archives/C01", None),
        ("https://evil.example/archives/C01/p1700000000000100", None),
    ],
)
def test_links_to_messages(url, message):
    assert message_in(url) == message
