"""Limits, number by number: which of them apply, what extra adds, and whose bucket is whose."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from core.model import Actor, Cost, Place
from core.quota import Applied, Counted, Extra, Limit, Scope, Unit, Window, applicable, decide, validate

NOON = (datetime(2026, 11, 23, 12, tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
HOUR_US = 3_600_000_000
MIDNIGHT = NOON - 12 * HOUR_US
MEMBER = Actor("web", "demo", "u1", "Member", roles=("member", "designer"))
GENERAL = Place("web", "demo", "general")


def images(scope: Scope, selector: str, amount: int, window: Window = Window.DAY) -> Limit:
    return Limit(scope, selector, Unit.IMAGES, window, amount)


def under(*limits: Limit, extras: tuple[Extra, ...] = ()) -> tuple[Applied, ...]:
    return applicable(limits, MEMBER, GENERAL, NOON, extras)


def caps(*limits: Limit, extras: tuple[Extra, ...] = ()) -> list[int]:
    return [each.limit.amount for each in under(*limits, extras=extras)]


@pytest.mark.parametrize("scope", [Scope.WORKSPACE, Scope.CHANNEL, Scope.USER])
def test_a_limit_for_one_and_a_limit_for_each_hold_both(scope: Scope) -> None:
    mine = {Scope.WORKSPACE: "demo", Scope.CHANNEL: "general", Scope.USER: "u1"}[scope]
    assert caps(images(scope, "*", 9), images(scope, mine, 4)) == [9, 4]
    assert caps(images(scope, mine, 4), images(scope, "*", 9)) == [9, 4]


def test_of_equal_roles_the_first_is_named() -> None:
    (applied,) = under(images(Scope.ROLE, "designer", 5), images(Scope.ROLE, "member", 5))
    assert applied.limit.selector == "designer"


def test_of_two_limits_with_one_id_the_stricter_counts_wherever_it_stands() -> None:
    assert caps(images(Scope.USER, "*", 4), images(Scope.USER, "*", 9)) == [4]


def test_a_limit_on_everyone_means_everyone_whatever_it_is_called() -> None:
    assert caps(images(Scope.EVERYONE, "typo", 3)) == [3]


@pytest.mark.parametrize(
    ("actor", "holder"),
    [
        (Actor("web", "a", "b", ""), "web:a:b"),
        (Actor("web", "a:b:c", "d", ""), "web:a%3Ab%3Ac:d"),
        (Actor("web", "50%", "d", ""), "web:50%25:d"),
        (Actor("web", "%:", "d:", ""), "web:%25%3A:d%3A"),
    ],
)
def test_whoever_is_counted_has_a_name_of_their_own(actor: Actor, holder: str) -> None:
    """The name is in the ledger: another way to write it would lose what was used."""
    (applied,) = applicable([images(Scope.USER, "*", 1)], actor, GENERAL, NOON)
    assert applied.buckets[-1].holder == applied.holder == holder


def test_extra_raises_a_persons_own_allowances_and_no_cap() -> None:
    extras = (Extra(Unit.IMAGES, 3, NOON - 1), Extra(Unit.IMAGES, 4, NOON - 2), Extra(Unit.MONEY, 100, NOON - 1))
    limits = (
        images(Scope.CHANNEL, "*", 10),
        images(Scope.EVERYONE, "*", 10),
        images(Scope.ROLE, "member", 10),
        images(Scope.USER, "*", 10),
        images(Scope.WORKSPACE, "*", 10),
    )
    assert caps(*limits, extras=extras) == [10, 10, 17, 17, 10]
    assert caps(Limit(Scope.USER, "*", Unit.MONEY, Window.DAY, 10), extras=extras) == [110]
    assert [each.buckets for each in under(*limits, extras=extras)] == [each.buckets for each in under(*limits)]


@pytest.mark.parametrize(
    ("window", "since"), [(Window.DAY, MIDNIGHT), (Window.ROLLING_DAY, NOON - 24 * HOUR_US), (Window.HOUR, NOON)]
)
def test_extra_counts_in_the_windows_that_ran_when_it_was_given(window: Window, since: int) -> None:
    limit = images(Scope.USER, "*", 10, window)
    assert caps(limit, extras=(Extra(Unit.IMAGES, 3, since),)) == [13]
    assert caps(limit, extras=(Extra(Unit.IMAGES, 3, since - 1),)) == [10]


def test_what_was_not_given_is_not_there() -> None:
    (without,) = under(images(Scope.USER, "*", 10))
    (other,) = under(images(Scope.USER, "*", 10), extras=(Extra(Unit.MONEY, 5, NOON),))
    assert without is other


def test_a_limit_of_nothing_and_one_for_everyone_are_in_order() -> None:
    assert validate([images(Scope.USER, "*", 0), images(Scope.EVERYONE, "*", 1)]) == ()
    assert len(validate([images(Scope.USER, "*", -1)])) == 1


def test_a_rolling_allowance_that_is_not_used_up_says_when_the_first_of_it_is_free_again() -> None:
    limit = images(Scope.USER, "*", 10, Window.ROLLING_DAY)
    counted = {}
    for hours_ago in (20, 10):
        (applied,) = applicable([limit], MEMBER, GENERAL, NOON - hours_ago * HOUR_US)
        counted[applied.buckets[-1]] = Counted(0, 1)
    (allowance,) = decide(under(limit), counted, Cost(1, 0)).allowances
    assert not allowance.refused
    assert allowance.resets_at_us == NOON + 5 * HOUR_US
