"""What people read whom a workspace's decision keeps from drawing, word for word."""

from __future__ import annotations

import pytest

from core.administration.policy import (
    Approval,
    Kind,
    Named,
    Policy,
    is_exempt,
    limits_for,
    may_approve,
    needs_approval,
    permit,
)
from core.errors import NotAllowed
from core.model import Actor, Place
from core.quota import Limit, Scope, Unit, Window

MEMBER = Actor("web", "demo", "u1", "Member", roles=("member",))
GENERAL = Place("web", "demo", "general")


@pytest.mark.parametrize(
    ("policy", "what", "remedy"),
    [
        (Policy(paused=True), "Drawing is paused in this workspace.", "An administrator can resume it."),
        (
            Policy(paused=True, pause_reason="Moving."),
            "Drawing is paused in this workspace. The reason given: Moving.",
            "An administrator can resume it.",
        ),
        (
            Policy(closed_channels=("general",)),
            "Easel does not draw in this channel.",
            "Try another one, or ask an administrator.",
        ),
        (
            Policy(only_channels=("art",)),
            "Easel does not draw in this channel.",
            "Try another one, or ask an administrator.",
        ),
        (
            Policy(only_roles=("designer",)),
            "Drawing is for certain roles here.",
            "Ask an administrator for one of them.",
        ),
        (Policy(blocked=("u1",)), "You may not use Easel here.", "Ask an administrator."),
    ],
)
def test_who_may_not_draw_is_told_why_and_what_to_do(policy: Policy, what: str, remedy: str) -> None:
    with pytest.raises(NotAllowed) as raised:
        permit(policy, MEMBER, GENERAL)
    assert (raised.value.what, raised.value.remedy) == (what, remedy)


def test_what_costs_just_as_much_as_is_allowed_needs_nobody() -> None:
    policy = Policy(approval=Approval(100, ("approver",)))
    assert [needs_approval(policy, MEMBER, cost) for cost in (99, 100, 101)] == [False, False, True]
    assert not may_approve(Policy(), MEMBER)


@pytest.mark.parametrize(
    ("named", "exempt"),
    [
        (Named(Kind.PERSON, "u1"), True),
        (Named(Kind.PERSON, "u2"), False),
        (Named(Kind.ROLE, "member"), True),
        (Named(Kind.ROLE, "designer"), False),
        (Named(Kind.CHANNEL, "general"), True),
        (Named(Kind.CHANNEL, "art"), False),
    ],
)
def test_who_is_exempt_has_no_allowance_and_every_cap(named: Named, exempt: bool) -> None:
    limits = [Limit(scope, "*", Unit.IMAGES, Window.DAY, 1) for scope in Scope]
    policy = Policy(exempt=(named,))
    assert is_exempt(policy, MEMBER, GENERAL) is exempt
    kept = {limit.scope for limit in limits_for(limits, policy, MEMBER, GENERAL)}
    assert kept == ({Scope.EVERYONE, Scope.WORKSPACE, Scope.CHANNEL} if exempt else set(Scope))
