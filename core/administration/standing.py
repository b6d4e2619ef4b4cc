"""What is used of every limit of a workspace, and by whom: with the very arithmetic that admits requests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from core.administration.carrying_out import label
from core.administration.homes import Home, first_id
from core.administration.policies import HouseRules, Policies
from core.administration.policy import is_allowance, is_exempt, limits_for
from core.model import Actor, Allowance, Place
from core.ports import Clock, Database
from core.quota import Limit, Scope
from core.store.codec import REQUESTS
from core.store.sql import integer, text
from core.store.store import Store
from core.wording import DAY_US

PEOPLE_MAX: Final = 30
CHANNELS_MAX: Final = 30
_LOOK_BACK_US: Final = 32 * DAY_US  # longer than any window runs
_PEOPLE: Final = (
    "SELECT j.request, g.number FROM (SELECT user_id, MAX(id) AS newest, COUNT(*) AS number FROM job"
    " WHERE id >= $1 AND platform = $2 AND workspace = $3 GROUP BY user_id"
    " ORDER BY COUNT(*) DESC, user_id LIMIT $4) AS g JOIN job j ON j.id = g.newest ORDER BY g.number DESC, g.user_id"
)
_CHANNELS: Final = (
    "SELECT channel, COUNT(*) FROM job WHERE id >= $1 AND platform = $2 AND workspace = $3"
    " GROUP BY channel ORDER BY COUNT(*) DESC, channel LIMIT $4"
)


@dataclass(frozen=True, slots=True)
class Rule:
    """A limit in words, and who set it: the workspace, or whoever runs Easel."""

    label: str
    own: bool
    is_allowance: bool


@dataclass(frozen=True, slots=True)
class Used:
    """What one holder has used under its limits."""

    key: str  # a person's or a channel's id; "" for what all share
    name: str
    allowances: Sequence[Allowance]
    exempt: bool = False
    requests: int = 0  # lately


@dataclass(frozen=True, slots=True)
class Standing:
    """A workspace's limits as they stand. People and channels: those that asked most in the last weeks."""

    rules: Sequence[Rule]
    shared: Used
    channels: Sequence[Used]
    people: Sequence[Used]


class Standings:
    """Over one database."""

    def __init__(self, database: Database, store: Store, policies: Policies, clock: Clock) -> None:
        self._db = database
        self._store = store
        self._policies = policies
        self._clock = clock

    async def of(self, home: Home, operators: Sequence[Limit], time_zone: str) -> Standing:
        """One workspace's. `operators`: the limits of whoever runs Easel."""
        rules = await self._policies.of(home.platform, home.workspace)
        zone = rules.policy.time_zone or time_zone
        place = Place(home.platform, home.workspace, "", time_zone=zone)
        nobody = Actor(home.platform, home.workspace, "", "")
        limits = limits_for(operators, rules.policy, nobody, place)
        shared = [limit for limit in limits if limit.scope in (Scope.EVERYONE, Scope.WORKSPACE)]
        in_channels = [limit for limit in limits if limit.scope is Scope.CHANNEL]
        personal = [limit for limit in limits if is_allowance(limit.scope)]
        return Standing(
            _rules(operators, rules, limits, home),
            Used("", "", await self._store.allowances(nobody, place, shared)),
            await self._channels(nobody, place, in_channels) if in_channels else (),
            await self._people(place, operators, rules) if personal else (),
        )

    async def _channels(self, nobody: Actor, place: Place, limits: Sequence[Limit]) -> Sequence[Used]:
        rows = await self._db.fetch(_CHANNELS, self._since(), place.platform, place.workspace, CHANNELS_MAX)
        found = []
        for channel, number in rows:
            there = replace(place, channel=text(channel))
            allowances = await self._store.allowances(nobody, there, limits)
            found.append(Used(there.channel, "", allowances, requests=integer(number)))
        return [each for each in found if each.allowances]

    async def _people(self, place: Place, operators: Sequence[Limit], rules: HouseRules) -> Sequence[Used]:
        """With the roles that they had when they last asked for something: between requests nobody tells Easel."""
        rows = await self._db.fetch(_PEOPLE, self._since(), place.platform, place.workspace, PEOPLE_MAX)
        found = []
        for request, number in rows:
            actor = REQUESTS.decode(text(request)).actor
            limits = limits_for(operators, rules.policy, actor, place)
            own = [limit for limit in limits if is_allowance(limit.scope)]
            allowances = await self._store.allowances(actor, place, own, rules.extras_of(actor))
            exempt = is_exempt(rules.policy, actor, place)
            found.append(Used(actor.user, actor.name, allowances, exempt, integer(number)))
        return found

    def _since(self) -> str:
        return first_id(self._clock.now_us() - _LOOK_BACK_US)


def _rules(operators: Sequence[Limit], rules: HouseRules, limits: Sequence[Limit], home: Home) -> Sequence[Rule]:
    """Every limit that holds there for somebody, the workspace's own first."""
    own = set(rules.policy.limits)
    elsewhere = [
        limit for limit in limits if limit.scope is Scope.WORKSPACE and limit.selector not in ("*", home.workspace)
    ]
    there = [limit for limit in limits if limit not in elsewhere]
    return [
        Rule(label(limit), limit in own, is_allowance(limit.scope))
        for limit in sorted(there, key=lambda limit: limit not in own)
    ]
