"""Where an answer in Slack goes, as a string: a contract with every job that is stored already."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bots.slack.destination import PREFIX, Spot, decode, encode
from core.errors import Gone
from core.model import Destination

FULL = Spot(
    team="T1",
    channel="C1",
    user="U1",
    enterprise="E1",
    name="Member",
    thread="1.000001",
    placeholder="1.000002",
    placeholder_in="D1",
    words="a fox",
    private=True,
    direct=True,
    asked="1.000001",
    status=True,
)
FULL_TOKEN = (
    's1:{"a":"1.000001","c":"C1","d":true,"e":"E1","h":"1.000001","k":"D1","n":"Member","o":"a fox","p":true,'
    '"s":true,"t":"T1","u":"U1","w":"1.000002"}'
)
TEXT = st.text(max_size=20)
SPOTS = st.builds(
    Spot,
    team=TEXT, channel=TEXT, user=TEXT, enterprise=TEXT, name=TEXT, thread=TEXT, placeholder=TEXT,
    placeholder_in=TEXT, words=TEXT, asked=TEXT, private=st.booleans(), direct=st.booleans(), status=st.booleans(),
)  # fmt: skip


@settings(derandomize=True, max_examples=100)
@given(SPOTS)
def test_what_was_written_is_read(spot: Spot) -> None:
    assert decode(encode(spot)) == spot


def test_its_form_is_pinned() -> None:
    assert encode(FULL) == Destination("slack", FULL_TOKEN)
    assert decode(Destination("slack", FULL_TOKEN)) == FULL
    assert encode(Spot(team="T1", channel="C1", user="U1")).token == 's1:{"c":"C1","t":"T1","u":"U1"}'


@pytest.mark.parametrize(
    "token",
    [
        "", "nonsense", PREFIX, "s1:[]", "s1:3", "s1:{}", "s2:" + FULL_TOKEN[3:], 's1:{"c":"C1","t":"T1"}',
        's1:{"c":"C1","t":"T1","u":1}', 's1:{"c":"C1","t":"T1","u":"U1","o":true}',
        's1:{"c":"C1","t":"T1","u":"U1","p":1}', "s1:" + "[" * 100_000,
    ],
)  # fmt: skip
def test_what_was_never_written_is_gone(token: str) -> None:
    with pytest.raises(Gone):
        decode(Destination("slack", token))


def test_another_platforms_is_gone() -> None:
    with pytest.raises(Gone):
        decode(Destination("discord", FULL_TOKEN))


def test_what_an_older_easel_wrote_is_read_and_its_address_is_not_kept() -> None:
    old = 's1:{"c":"C1","n":"Member","r":"https://hooks.slack.com/commands/T1/2/secret","t":"T1","u":"U1","x":18}'
    spot = decode(Destination("slack", old))
    assert spot == Spot(team="T1", channel="C1", user="U1", name="Member")
    assert "secret" not in encode(spot).token


def test_where_it_says_that_we_are_at_work() -> None:
    assert FULL.at_work_in == "D1"
    assert Spot(team="T1", channel="C1", user="U1").at_work_in == "C1"
    assert not FULL.at_the_top
    assert Spot(team="T1", channel="C1", user="U1").at_the_top
