"""What people read whom a workspace's decision keeps from drawing, word for word."""

from __future__ import annotations

import pytest

from core.administration.policy import Approval, Policy, may_approve, needs_approval, permit
from core.errors import NotAllowed
from core.model import Actor, Place

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
