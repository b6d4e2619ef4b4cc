"""What admission asks of administration: what was decided here, and whether somebody has to agree first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from core.administration.approvals import Approvals
from core.administration.own_keys import OwnKeys
from core.administration.policies import HouseRules, Policies
from core.administration.policy import Policy, limits_for
from core.administration.reports import Refusals, Reports
from core.model import Actor, Place
from core.ports import Clock, Database
from core.quota import Extra, Limit
from core.sealing import Seal


@dataclass(frozen=True, slots=True)
class Terms:
    """What one person is held against in one place."""

    policy: Policy
    limits: Sequence[Limit]
    extras: Sequence[Extra]
    place: Place  # with the workspace's own time zone
    own_key: bool = False  # the workspace draws with a key of its own


@dataclass(frozen=True, slots=True)
class Office:
    """Decisions, approvals, and what is reported of them, over one database."""

    policies: Policies
    approvals: Approvals
    refusals: Refusals
    reports: Reports
    keys: OwnKeys

    @classmethod
    def over(cls, database: Database, clock: Clock, seal: Seal | None = None) -> Self:
        """An office whose tables are there already. `seal`: None where workspaces draw with no keys of their own."""
        refusals, policies = Refusals(database, clock), Policies(database, clock)
        keys = OwnKeys(database, policies, clock, seal)
        return cls(policies, Approvals(database, clock), refusals, Reports(database, refusals), keys)

    async def terms(self, operators: Sequence[Limit], actor: Actor, place: Place) -> Terms:
        """What holds for this person there, at this moment."""
        rules: HouseRules = await self.policies.of(place.platform, place.workspace)
        policy = rules.policy
        home = replace(place, time_zone=policy.time_zone) if policy.time_zone else place
        return Terms(
            policy, limits_for(operators, policy, actor, place), rules.extras_of(actor), home, rules.key is not None
        )
