"""Slack says that Easel was removed: the workspace's data is forgotten after a month, unless it comes back."""

from __future__ import annotations

import asyncio
from pathlib import Path

from emulators.slack_api.server import FakeSlack
from support_slack_api import no_proxies, slack_api  # noqa: F401
from support_slack_easel import Easel, easel

from bots.slack.leaving import homes


async def departed(home: Easel) -> list[str]:
    return [str(row[0]) for row in await home.database.fetch("SELECT workspace FROM departure")]


async def test_a_workspace_that_removes_easel_is_written_down(slack_api: FakeSlack, tmp_path: Path) -> None:  # noqa: F811
    async with easel(slack_api, tmp_path) as home:
        await slack_api.uninstall(home.team)
        async with asyncio.timeout(5):
            while await departed(home) != [home.team.id]:  # noqa: ASYNC110
                await asyncio.sleep(0.02)


async def test_one_in_which_the_token_works_again_is_back(slack_api: FakeSlack, tmp_path: Path) -> None:  # noqa: F811
    async with easel(slack_api, tmp_path) as home:
        for workspace in (home.team.id, "T0ELSEWHERE"):
            await home.studio.privacy.departures.left("slack", workspace)
    async with easel(slack_api, tmp_path) as again:
        assert await departed(again) == ["T0ELSEWHERE"]


async def test_an_installation_of_a_whole_grid_speaks_for_its_workspaces_that_have_no_other(
    slack_api: FakeSlack,  # noqa: F811
    tmp_path: Path,
) -> None:
    async with easel(slack_api, tmp_path) as home:
        for team in ("T1", "T2"):
            await home.database.write(
                lambda tx, team=team: tx.execute("INSERT INTO slack_grid (team, enterprise) VALUES ($1, 'E1')", team)
            )
        found = await homes(home.database, "", "E1", whole_grid=True)
        assert found == {"E1", "T1", "T2"}
        assert await homes(home.database, "T1", "E1", whole_grid=False) == {"T1"}
