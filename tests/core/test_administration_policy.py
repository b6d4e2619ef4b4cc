"""What a workspace's decisions make of the operator's rules: caps hold, allowances are the workspace's own."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.administration.carrying_out import NothingToDo, carried_out
from core.administration.policy import NO_POLICY, Policy, limits_for, may_approve, needs_approval, permit
from core.administration.reading import read_order
from core.administration.reading_parts import Speaker
from core.administration.showing import policy_text
from core.errors import NotAllowed
from core.model import Actor, Cost, Place
from core.quota import Extra, Limit, Scope, Unit, Window, applicable, decide
from core.windows import slots

NOON_US = 1_795_435_200_000_000  # 2026-11-23 12:00 UTC
SPEAKER = Speaker("U1", "C1")
MEMBER = Actor("discord", "W", "U2", "Member", roles=("5",))
MODERATOR = replace(MEMBER, user="U1", name="Moderator", roles=(), is_admin=True)
HERE = Place("discord", "W", "C1")
OPERATORS = (
    Limit(Scope.ROLE, "everyone", Unit.IMAGES, Window.DAY, 5),
    Limit(Scope.USER, "*", Unit.IMAGES, Window.MONTH, 100),
    Limit(Scope.WORKSPACE, "*", Unit.MONEY, Window.MONTH, 10_000_000_000),
)


def after(*orders: str, policy: Policy = NO_POLICY) -> Policy:
    for words in orders:
        policy, sentence = carried_out(policy, read_order(words, SPEAKER), OPERATORS)  # type: ignore[arg-type] # changes
        assert sentence
    return policy


def cap(policy: Policy, scope: Scope, unit: Unit, actor: Actor = MEMBER, extras: tuple[Extra, ...] = ()) -> int | None:
    applied = applicable(limits_for(OPERATORS, policy, actor, HERE), actor, HERE, NOON_US, extras)
    return next((each.limit.amount for each in applied if (each.limit.scope, each.limit.unit) == (scope, unit)), None)


def test_a_workspace_sets_the_allowance_of_a_role_lower_and_higher() -> None:
    assert cap(NO_POLICY, Scope.ROLE, Unit.IMAGES) == 5
    assert cap(after("limit 2 images a day for everyone"), Scope.ROLE, Unit.IMAGES) == 2
    assert cap(after("limit 9 images a day for everyone"), Scope.ROLE, Unit.IMAGES) == 9
    assert cap(after("limit 9 images a day for role:5"), Scope.ROLE, Unit.IMAGES) == 9  # the most generous counts
    assert cap(after("limit off images a day for everyone"), Scope.ROLE, Unit.IMAGES) is None


@pytest.mark.parametrize(("dollars", "holds"), [("$3", 3), ("$30", 10)])
def test_a_cap_of_the_operator_may_be_tightened_and_not_loosened(dollars: str, holds: int) -> None:
    policy = after(f"budget {dollars}")
    assert cap(policy, Scope.WORKSPACE, Unit.MONEY) == holds * 1_000_000_000
    assert cap(after("budget off", policy=policy), Scope.WORKSPACE, Unit.MONEY) == 10_000_000_000


def test_who_wants_more_than_the_operator_allows_is_told_what_holds() -> None:
    _, sentence = carried_out(NO_POLICY, read_order("budget $30", SPEAKER), OPERATORS)  # type: ignore[arg-type] # a change
    assert "Whoever runs Easel allows $10.00 a month" in sentence


def test_exempt_people_have_no_allowance_and_keep_to_the_caps() -> None:
    policy = after("exempt user:U2")
    assert cap(policy, Scope.ROLE, Unit.IMAGES) is None
    assert cap(policy, Scope.USER, Unit.IMAGES) is None
    assert cap(policy, Scope.WORKSPACE, Unit.MONEY) == 10_000_000_000
    assert cap(policy, Scope.ROLE, Unit.IMAGES, replace(MEMBER, user="U3")) == 5
    assert cap(after("unexempt user:U2", policy=policy), Scope.ROLE, Unit.IMAGES) == 5


def test_an_extra_counts_in_the_windows_that_ran_when_it_was_given() -> None:
    (midnight_us,), _ = slots(Window.DAY, "UTC", NOON_US)
    today = Extra(Unit.IMAGES, 20, midnight_us)
    yesterday = Extra(Unit.IMAGES, 20, midnight_us - 1)
    assert cap(NO_POLICY, Scope.ROLE, Unit.IMAGES, extras=(today,)) == 25
    assert cap(NO_POLICY, Scope.ROLE, Unit.IMAGES, extras=(yesterday,)) == 5
    assert cap(NO_POLICY, Scope.USER, Unit.IMAGES, extras=(yesterday, today)) == 140  # the month runs since the 1st
    assert cap(NO_POLICY, Scope.WORKSPACE, Unit.MONEY, extras=(today._replace(unit=Unit.MONEY),)) == 10_000_000_000


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 60))
def test_with_an_extra_exactly_so_many_more_are_allowed(amount: int, more: int, ask: int) -> None:
    limits = (Limit(Scope.ROLE, "everyone", Unit.IMAGES, Window.DAY, amount),)
    extras = (Extra(Unit.IMAGES, more, NOON_US),) if more else ()
    decision = decide(applicable(limits, MEMBER, HERE, NOON_US, extras), {}, Cost(images=ask, nanodollars=0))
    assert decision.allowed is (ask <= amount + more or ask == 0)


@pytest.mark.parametrize(
    ("order", "told"),
    [
        ("pause until Monday", "Drawing is paused in this workspace. The reason given: until Monday"),
        ("block user:U2", "You may not use Easel here."),
        ("channels only channel:C7", "does not draw in this channel"),
        ("channels close here", "does not draw in this channel"),
        ("roles only role:6", "Drawing is for certain roles here."),
    ],
)
def test_who_may_not_draw_is_told_why(order: str, told: str) -> None:
    policy = after(order)
    with pytest.raises(NotAllowed, match=told):
        permit(policy, MEMBER, HERE)
    if order.startswith("pause"):
        with pytest.raises(NotAllowed):
            permit(policy, MODERATOR, HERE)
    else:
        permit(policy, MODERATOR, HERE)  # could change it anyway


@pytest.mark.parametrize(
    "orders",
    [
        ("pause", "resume"),
        ("block user:U2", "unblock user:U2"),
        ("channels only channel:C7", "channels all"),
        ("channels close here", "channels open here"),
        ("roles only role:6", "roles all"),
    ],
)
def test_what_is_undone_is_as_if_it_had_never_been(orders: tuple[str, ...]) -> None:
    policy = after(*orders)
    assert policy == NO_POLICY
    permit(policy, MEMBER, HERE)


def test_what_costs_more_needs_somebody_who_may_agree() -> None:
    policy = after("approval above $0.50 by role:7")
    approver = replace(MEMBER, roles=("7",))
    assert not needs_approval(policy, MEMBER, 500_000_000)
    assert needs_approval(policy, MEMBER, 500_000_001)
    assert not needs_approval(policy, approver, 10**12)
    assert (may_approve(policy, MEMBER), may_approve(policy, approver), may_approve(policy, MODERATOR)) == (
        False,
        True,
        True,
    )
    assert not needs_approval(after("approval off", policy=policy), MEMBER, 10**12)


@pytest.mark.parametrize(
    "order",
    [
        "resume",
        "unblock user:U2",
        "channels open here",
        "words remove casino",
        "presets remove house",
        "presets add poster: mine",
        "budget off",
        "limit off images a day for role:77",
    ],
)
def test_what_is_so_already_is_not_done_again(order: str) -> None:
    with pytest.raises(NothingToDo):
        after(order)


def test_all_that_was_decided_is_shown() -> None:
    policy = after(
        "limit 2 images a day for everyone",
        "block user:U2",
        "words add casino",
        "presets add house: flat shapes",
        "approval above $0.50 by role:7",
        "private on",
        "alerts here",
        "retention 30 days",
        "pause for lunch",
    )
    told = policy_text(policy, OPERATORS)
    for part in (
        "2 images a day for each person (this workspace's own)",
        "user:U2",
        "casino",
        "`house`: flat shapes",
        "$0.50 needs role:7 or an administrator",
        "private at first",
        "channel:C1",
        "30 days",
        "for lunch",
        "$10.00 a month for each workspace (whoever runs Easel)",
    ):
        assert part in told, part
    assert "5 images a day" not in told
