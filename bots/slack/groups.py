"""Who is in which user group of a workspace: what the core calls roles. Without the scope for it nobody has any."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from bots.slack.api import Api
from bots.slack.asking import Payload, Unreachable
from core.errors import DeliveryError
from core.ports import Clock

_SECOND_US: Final = 1_000_000
FRESH_US: Final = 600 * _SECOND_US  # who leaves a group has left it here ten minutes later
_FORBIDDEN_US: Final = 3600 * _SECOND_US  # a scope comes with a new installation, and each refusal is a line in the log
_AWAY_US: Final = 60 * _SECOND_US
_TEAMS_MAX: Final = 1024


@dataclass(slots=True)
class _Known:
    """One workspace's groups, by their people."""

    until_us: int = 0
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    asking: asyncio.Lock = field(default_factory=asyncio.Lock)


class Groups:
    """Asks once for a whole workspace, and remembers it for a while: Slack answers twenty times a minute.

    https://docs.slack.dev/reference/methods/usergroups.list
    """

    def __init__(self, api: Api, clock: Clock) -> None:
        self._api = api
        self._clock = clock
        self._teams: OrderedDict[str, _Known] = OrderedDict()

    async def of(self, team: str, enterprise: str, user: str) -> tuple[str, ...]:
        """The ids of the groups that this person is in. While Slack does not say, there are none."""
        known = self._teams.setdefault(team, _Known())
        self._teams.move_to_end(team)
        while len(self._teams) > _TEAMS_MAX:
            self._teams.popitem(last=False)
        async with known.asking:
            if self._clock.now_us() >= known.until_us:
                known.groups, fresh_us = await self._ask(team, enterprise)
                known.until_us = self._clock.now_us() + fresh_us
        return known.groups.get(user, ())

    async def _ask(self, team: str, enterprise: str) -> tuple[Mapping[str, tuple[str, ...]], int]:
        """And for how long that holds."""
        try:
            return _by_person(await self._api.within(enterprise).user_groups(team)), FRESH_US
        except Unreachable:
            return {}, _FORBIDDEN_US
        except DeliveryError:
            return {}, _AWAY_US


def _by_person(groups: Iterable[Payload]) -> Mapping[str, tuple[str, ...]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for group in groups:
        name, people = group.get("id"), group.get("users")
        for person in people if isinstance(name, str) and isinstance(people, list) else ():
            found[str(person)].append(str(name))
    return {person: tuple(sorted(names)) for person, names in found.items()}
