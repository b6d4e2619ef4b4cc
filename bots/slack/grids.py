"""Which Enterprise Grid a workspace belongs to, as events said: what is posted later knows the workspace only."""

from __future__ import annotations

from core.ports import Database


class Grids:
    """Written down, so that an alert finds its way after a restart, too."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[str, str] = {}

    async def belongs(self, team: str, enterprise: str) -> None:
        """An event said so."""
        if team and enterprise and team != enterprise and self._known.get(team) != enterprise:
            await self._database.write(
                lambda tx: tx.execute(
                    "INSERT INTO slack_grid (team, enterprise) VALUES ($1, $2)"
                    " ON CONFLICT (team) DO UPDATE SET enterprise = excluded.enterprise",
                    *(team, enterprise),
                )
            )
            self._known[team] = enterprise

    async def of(self, team: str) -> str:
        """The Grid; "" for a workspace of none, or of which nobody has heard."""
        if team not in self._known:
            row = await self._database.fetch_one("SELECT enterprise FROM slack_grid WHERE team = $1", team)
            if row is None:
                return ""
            self._known[team] = str(row[0])
        return self._known[team]
