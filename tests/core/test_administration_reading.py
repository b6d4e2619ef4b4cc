"""Orders of administrators: what can be said, what it means, and what is answered to everything else."""

from __future__ import annotations

import contextlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.administration.orders import (
    AddStyle,
    AddWords,
    DropLimit,
    Give,
    Only,
    Order,
    Pause,
    SetAlerts,
    SetApproval,
    SetBlocked,
    SetClosed,
    SetExempt,
    SetLimit,
    SetRetention,
    SetSwitch,
    ShowPolicy,
    Switch,
)
from core.administration.policy import Approval, Kind, Named, OwnStyle
from core.administration.reading import VERBS, help_of, read_order
from core.administration.reading_parts import NotUnderstood, Speaker
from core.quota import Limit, Scope, Unit, Window

SPEAKER = Speaker(person="U1", channel="C9")
CENT = 10_000_000

SAID: list[tuple[str, Order]] = [
    ("", ShowPolicy()),
    ("SHOW", ShowPolicy()),
    (
        "limit 30 images a day for everyone",
        SetLimit(Limit(Scope.ROLE, "everyone", Unit.IMAGES, Window.DAY, 30)),
    ),
    ("limit 1 picture per hour for role:2", SetLimit(Limit(Scope.ROLE, "2", Unit.IMAGES, Window.HOUR, 1))),
    ("limit  $5.50   a week for user:U7", SetLimit(Limit(Scope.USER, "U7", Unit.MONEY, Window.WEEK, 550 * CENT))),
    ("limit 5 dollars monthly for me", SetLimit(Limit(Scope.USER, "U1", Unit.MONEY, Window.MONTH, 500 * CENT))),
    ("limit 40 images a day for here", SetLimit(Limit(Scope.CHANNEL, "C9", Unit.IMAGES, Window.DAY, 40))),
    ("limit 40 images a day for each channel", SetLimit(Limit(Scope.CHANNEL, "*", Unit.IMAGES, Window.DAY, 40))),
    ("limit $50 a month for this server", SetLimit(Limit(Scope.WORKSPACE, "*", Unit.MONEY, Window.MONTH, 5000 * CENT))),
    ("limit 2 requests at a time for each person", SetLimit(Limit(Scope.USER, "*", Unit.JOBS, Window.NONE, 2))),
    ("limit 9 images in any 24 hours for role:2", SetLimit(Limit(Scope.ROLE, "2", Unit.IMAGES, Window.ROLLING_DAY, 9))),
    ("limit off images a day for role:2", DropLimit(Limit(Scope.ROLE, "2", Unit.IMAGES, Window.DAY, 0))),
    ("limit none money a month for workspace", DropLimit(Limit(Scope.WORKSPACE, "*", Unit.MONEY, Window.MONTH, 0))),
    ("budget $50", SetLimit(Limit(Scope.WORKSPACE, "*", Unit.MONEY, Window.MONTH, 5000 * CENT))),
    ("budget 7 USD a week", SetLimit(Limit(Scope.WORKSPACE, "*", Unit.MONEY, Window.WEEK, 700 * CENT))),
    ("grant 20 images to user:U7", Give("U7", Unit.IMAGES, 20)),
    ("grant user:U7 $2", Give("U7", Unit.MONEY, 200 * CENT)),
    ("exempt here", SetExempt(Named(Kind.CHANNEL, "C9"), True)),
    ("unexempt role:2", SetExempt(Named(Kind.ROLE, "2"), False)),
    ("block user:U7", SetBlocked("U7", True)),
    ("pause until the new budget", Pause("until the new budget")),
    ("channels only channel:1, here", Only(Kind.CHANNEL, ("1", "C9"))),
    ("channels close here", SetClosed(("C9",), True)),
    ("channels open channel:3", SetClosed(("3",), False)),
    ("roles all", Only(Kind.ROLE)),
    ("words add casino, free money", AddWords(("casino", "free money"))),
    ("presets add House: flat shapes, teal: sand", AddStyle(OwnStyle("house", "flat shapes, teal: sand"))),
    ("approval above $0.50 by role:2 role:3", SetApproval(Approval(50 * CENT, ("2", "3")))),
    ("approval $1", SetApproval(Approval(100 * CENT))),
    ("approval off", SetApproval(None)),
    ("private on", SetSwitch(Switch.PRIVATE, True)),
    ("alerts", SetAlerts("C9")),
    ("retention 30 days", SetRetention(30)),
]


@pytest.mark.parametrize(("words", "order"), SAID, ids=[words for words, _ in SAID])
def test_what_is_said_is_what_is_meant(words: str, order: Order) -> None:
    assert read_order(words, SPEAKER) == order


@pytest.mark.parametrize("usage", [usage for verb in VERBS.values() for usage in verb.usage])
def test_every_example_in_the_help_can_be_said(usage: str) -> None:
    read_order(usage, SPEAKER)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("limt 30 images a day for everyone", "Did you mean “limit”?"),
        ("limit 30 images a day", "For whom is not said."),
        ("limit 30 images for everyone", "In which time is not said."),
        ("limit 30 images a fortnight for everyone", "“a fortnight” is not a time that I can read."),
        ("limit thirty images a day for everyone", "not an amount that I can read"),
        ("limit -3 images a day for everyone", "not an amount that I can read"),
        ("limit 2 requests a day for each person", "Requests are limited at a time."),
        ("limit 3 images a day for bob", "I do not know whom “bob” means."),
        ("budget 30 images", "A budget is an amount of money."),
        ("grant 0 images to user:1", "An extra is a number of images or an amount of money."),
        ("grant 3 images to role:1", "That is a role, and this is for people."),
        ("block", "Whom is not said."),
        ("channels only", "Name at least one channel"),
        ("channels only role:1", "role:1 is not a channel."),
        ("retention 0 days", "It takes a number of days"),
        ("approval by role:2", "From which price on is not said."),
        ("resume now", "“now” means nothing here."),
        ("presets add two words: x", "The name of a style is one word."),
    ],
)
def test_what_cannot_be_read_is_answered_with_what_could_be_said(words: str, told: str) -> None:
    with pytest.raises(NotUnderstood) as caught:
        read_order(words, SPEAKER)
    assert told in caught.value.sentence
    assert caught.value.remedy


@given(st.one_of(st.text(max_size=80), st.builds("{} {}".format, st.sampled_from(sorted(VERBS)), st.text(max_size=60))))
def test_whatever_is_said_is_read_or_answered(words: str) -> None:
    with contextlib.suppress(NotUnderstood):
        read_order(words, SPEAKER)


@given(st.integers(0, 999_999_999), st.sampled_from(["an hour", "a day", "a week", "a month"]), st.integers(1, 10**18))
def test_a_limit_says_exactly_what_was_said(amount: int, window: str, role: int) -> None:
    order = read_order(f"limit {amount} images {window} for role:{role}", SPEAKER)
    assert isinstance(order, SetLimit)
    assert (order.limit.amount, order.limit.selector) == (amount, str(role))
    assert order.limit.window == window.split()[1]


def test_every_order_explains_itself() -> None:
    for name, verb in VERBS.items():
        told = help_of(name)
        assert told is not None
        assert verb.summary in told
        assert re.search(rf"`{name}", told)
    assert help_of("nothing") is None
