"""Every workspace that Easel works for: whether it is paused, and what it drew and spent lately."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from core.administration.policies import Policies
from core.errors import NotFound
from core.ports import Database
from core.store.sql import integer, text
from core.wording import DAY_US

HOMES_MAX: Final = 500
# A job's id begins with its moment, so a span of time is a span of the primary key; a clock may have stood a day off.
_SLACK_US: Final = DAY_US
_KNOWN: Final = (
    "SELECT platform, workspace FROM policy UNION SELECT platform, workspace FROM audit"
    " UNION SELECT platform, workspace FROM refusal UNION SELECT platform, workspace FROM extra"
)
_SPENT: Final = (
    "SELECT j.platform, j.workspace, CAST(SUM(c.settled_images) AS bigint), CAST(SUM(c.settled_nanodollars) AS bigint)"
    " FROM job j JOIN charge c ON c.job = j.id WHERE j.id >= $1 AND j.created_at_us >= $2"
    " GROUP BY j.platform, j.workspace"
)
_AT_WORK: Final = (
    "SELECT platform, workspace, COUNT(*) FROM (SELECT platform, workspace FROM job WHERE state = 'queued'"
    " UNION ALL SELECT platform, workspace FROM job WHERE state = 'running') AS busy GROUP BY platform, workspace"
)


@dataclass(frozen=True, slots=True)
class Home:
    """A workspace on its platform, said as `discord:123`."""

    platform: str
    workspace: str

    def __str__(self) -> str:
        return f"{self.platform}:{self.workspace}"

    @classmethod
    def read(cls, said: str) -> Home:
        """The way back. Raises `NotFound`."""
        platform, found, workspace = said.partition(":")
        if not (found and platform and workspace):
            raise NotFound("There is no such workspace.", "Choose one of the list.")
        return cls(platform, workspace)


@dataclass(frozen=True, slots=True)
class HomeNow:
    """How a workspace stands. `images`, `nanodollars`: since the moment that was asked for."""

    home: Home
    paused: bool = False
    pause_reason: str = ""
    images: int = 0
    nanodollars: int = 0
    at_work: int = 0  # requests that wait or are being drawn


def first_id(at_us: int) -> str:
    """No job from then on has a smaller id."""
    return f"{max(0, at_us - _SLACK_US) // 1000:012x}"


async def homes(database: Database, policies: Policies, since_us: int) -> Sequence[HomeNow]:
    """By platform and id; of very many those that did most lately: each person's direct messages are one."""
    known = {Home(text(row[0]), text(row[1])) for row in await database.fetch(_KNOWN)}
    for row in await database.fetch("SELECT key FROM flow WHERE parent = '' AND key <> ''"):
        known.add(Home.read(text(row[0])))
    found = {home: HomeNow(home) for home in sorted(known, key=str)}
    for platform, workspace, images, nanodollars in await database.fetch(_SPENT, first_id(since_us), since_us):
        home = Home(text(platform), text(workspace))
        now = found.get(home, HomeNow(home))
        found[home] = replace(now, images=integer(images), nanodollars=integer(nanodollars))
    for platform, workspace, number in await database.fetch(_AT_WORK):
        home = Home(text(platform), text(workspace))
        found[home] = replace(found.get(home, HomeNow(home)), at_work=integer(number))
    for (platform, workspace), policy in (await policies.all()).items():
        home = Home(platform, workspace)
        known_now = found.get(home, HomeNow(home))  # one that decided something just now
        found[home] = replace(known_now, paused=policy.paused, pause_reason=policy.pause_reason)
    busiest = sorted(found.values(), key=lambda now: (-now.at_work, -now.nanodollars, -now.images, str(now.home)))
    return sorted(busiest[:HOMES_MAX], key=lambda now: str(now.home))
