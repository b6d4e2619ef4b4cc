"""A workspace whose administrators decided things, for measuring what that costs an admission."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from support_store import actor_of

from core.administration.office import Office
from core.administration.policy import Approval, Kind, Named, OwnStyle, Policy
from core.ports import Clock, Database
from core.quota import Extra, Limit, Scope, Unit, Window

OWN_ALLOWANCE = Limit(Scope.ROLE, "member", Unit.IMAGES, Window.DAY, 2_000_000)  # in the operator's one's place
EXTRA = 7


def decided(policy: Policy) -> Policy:
    """A bit of everything."""
    return replace(
        policy,
        limits=(OWN_ALLOWANCE,),
        exempt=(Named(Kind.PERSON, "somebody-else"),),
        closed_channels=("rules",),
        words=("forbidden",),
        styles=(OwnStyle("house", "in the house style"),),
        approval=Approval(10**18),
        time_zone="Europe/Berlin",
    )


async def rule(db: Database, clock: Clock, people: Sequence[str]) -> Office:
    """The office of a workspace with such a policy, where all of these people were given extra."""
    office, admin = Office.over(db, clock), actor_of("admin")
    await office.policies.change(admin, "policy", "set", lambda policy: (decided(policy), "Changed."))
    for person in people:
        extra = Extra(Unit.IMAGES, EXTRA, clock.now_us())
        await office.policies.give(admin, f"extra {person}", "give", person, extra, "Given.")
    return office
