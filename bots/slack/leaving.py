"""Easel was removed from a workspace: what is kept of it is forgotten after a month, unless Easel comes back."""

from __future__ import annotations

from bots.slack.desk import Desk
from bots.slack.destination import PLATFORM
from core.ports import Database
from core.privacy.retention import Departures


async def left(desk: Desk, team: str, enterprise: str, *, whole_grid: bool) -> None:
    """Slack says so."""
    for each in await homes(desk.records.database, team, enterprise, whole_grid=whole_grid):
        await desk.studio.privacy.departures.left(PLATFORM, each)


async def back(departures: Departures, database: Database, team: str, enterprise: str, *, whole_grid: bool) -> None:
    """It was installed, or its token works."""
    await departures.back(PLATFORM, await homes(database, team, enterprise, whole_grid=whole_grid))


async def homes(database: Database, team: str, enterprise: str, *, whole_grid: bool) -> frozenset[str]:
    """The workspaces that an installation speaks for: one, or those of an Enterprise Grid that have no other one."""
    if not whole_grid:
        return frozenset({team} - {""})
    grid = enterprise or team
    rows = await database.fetch(
        "SELECT g.team FROM slack_grid g LEFT JOIN slack_installation i ON i.team = g.team"
        " WHERE g.enterprise = $1 AND i.team IS NULL",
        grid,
    )
    return frozenset({grid, *(str(row[0]) for row in rows)})
