"""Where an answer on Discord goes: a string that jobs keep, so its form is a promise."""

from __future__ import annotations

import json
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.discord import limits
from bots.discord.destination import PREFIX, Spot, decode, encode
from core.errors import Gone
from core.model import Destination

SNOWFLAKES = st.integers(min_value=1, max_value=2**63)
SPOTS = st.builds(
    Spot,
    application=SNOWFLAKES,
    channel=SNOWFLAKES,
    guild=st.none() | SNOWFLAKES,
    user=SNOWFLAKES,
    interaction=st.text(max_size=200),
    expires_at_us=st.integers(min_value=0, max_value=2**53),
    original=st.booleans(),
    reply_to=st.none() | SNOWFLAKES,
    placeholder=st.none() | SNOWFLAKES,
    private=st.booleans(),
    foreign=st.booleans(),
    file_bytes=st.integers(min_value=1, max_value=2**40),
    spoiler=st.booleans(),
    name=st.text(max_size=40),
    threads=st.booleans(),
)

# Written by the first version; a job may have kept them for ever.
PINNED = {
    'd1:{"a":1,"c":2,"g":3,"u":4}': Spot(1, 2, 3, 4),
    'd1:{"a":1,"b":26214400,"c":2,"f":true,"g":null,"i":"tok","n":"Gäst","o":true,"p":true,"r":5,"s":true,"u":4,"w":6,'
    '"x":7}': Spot(
        1, 2, None, 4, "tok", 7, original=True, reply_to=5, placeholder=6, private=True, foreign=True,
        file_bytes=25 * limits.MIB, spoiler=True, name="Gäst",
    ),
    'd1:{"a":1,"c":2,"g":3,"t":true,"u":4}': Spot(1, 2, 3, 4, threads=True),
}  # fmt: skip


@given(SPOTS)
def test_every_spot_survives_the_trip(spot: Spot) -> None:
    written = encode(spot)
    assert written.platform == "discord"
    assert written.token.startswith(PREFIX)
    assert decode(Destination(**json.loads(json.dumps({"platform": written.platform, "token": written.token})))) == spot


@pytest.mark.parametrize("token", PINNED)
def test_what_was_written_once_is_read_for_ever(token: str) -> None:
    assert decode(Destination("discord", token)) == PINNED[token]


def test_what_is_written_today_is_what_was_written_first() -> None:
    for token, spot in PINNED.items():
        assert json.loads(encode(spot).token.removeprefix(PREFIX)) == json.loads(token.removeprefix(PREFIX))


@pytest.mark.parametrize(
    "token",
    [
        "", "d1:", "d1:{}", "d1:[]", "d1:null", 'd1:"x"', "d2:{}", 'd1:{"a":1,"c":2,"g":3}',
        'd1:{"a":"1","c":2,"g":3,"u":4}', 'd1:{"a":1,"c":true,"g":3,"u":4}', 'd1:{"a":1,"c":2,"g":3,"u":4,"o":1}',
        'd1:{"a":1,"c":2,"g":3,"u":4,"i":null}', 'd1:{"a":1,"c":2.5,"g":3,"u":4}', "d1:" + "[" * 5000,
    ],
)  # fmt: skip
def test_anything_else_is_a_place_that_is_gone(token: str) -> None:
    with pytest.raises(Gone):
        decode(Destination("discord", token))


@given(st.text())
def test_no_string_breaks_the_reader(text: str) -> None:
    for token in (text, PREFIX + text):
        with pytest.raises(Gone):
            decode(Destination("discord", token))


def test_another_platforms_place_is_not_ours() -> None:
    with pytest.raises(Gone):
        decode(Destination("web", encode(Spot(1, 2, 3, 4)).token))


def test_an_interaction_answers_for_fourteen_minutes() -> None:
    """Fifteen, says Discord; a late edit costs an invalid request, and ten thousand of those a ban."""
    asked_at_us = 1_000_000_000
    spot = Spot(1, 2, 3, 4, "token", asked_at_us + limits.TOKEN_SECONDS * 1_000_000)
    assert spot.token_lives(asked_at_us + 14 * 60 * 1_000_000 - 1)
    assert not spot.token_lives(asked_at_us + 14 * 60 * 1_000_000)
    assert not Spot(1, 2, 3, 4, "", 2**60).token_lives(0)


def test_the_token_is_not_printed() -> None:
    assert "secret" not in repr(Spot(1, 2, 3, 4, "secret-token"))


def test_every_field_is_written() -> None:
    assert len(fields(Spot)) == len(PINNED[next(reversed(PINNED))].__slots__) == 15
