"""The workspaces that installed Easel by themselves, each with its token, encrypted at rest.

An installation is found by (enterprise, team), as Slack wants it for Enterprise Grid: one workspace, or all of a Grid.
Only the bot's token is kept: a person's is never asked for.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

import structlog
from pydantic import SecretStr
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from bots.slack.clients import library_logger
from bots.slack.grids import Grids
from bots.slack.sealing import Seal, Sealed
from bots.slack.workspaces import Workspace
from core.errors import BadSettings, Later
from core.model import new_id
from core.ports import Clock, Database, Row, Transaction

STATE_SECONDS: Final = 600
_COLUMNS: Final = "enterprise, team, me, bot, sealed, expires_at_us, version"

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Installed:
    """One row. `token` and `refresh` are secrets: they are in no representation."""

    workspace: Workspace
    token: SecretStr
    refresh: SecretStr  # "" where tokens do not end
    expires_at_us: int  # 0: never
    version: int


class Installations(AsyncInstallationStore):
    """What bolt's pages save into, and what everything else reads."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        seal: Seal,
        installed_in: Callable[[str, str], Awaitable[None]] | None = None,
    ) -> None:
        """`installed_in` is told of every (team, enterprise); the team is "" for all of a Grid."""
        self._database = database
        self._clock = clock
        self._seal = seal
        self._installed_in = installed_in
        self._grids = Grids(database)

    @property
    def logger(self) -> logging.Logger:
        """For bolt."""
        return library_logger()

    async def prepare(self) -> None:
        """Encrypt with the newest key what is not. Raises `BadSettings` when no key fits."""
        rows = await self._database.fetch("SELECT enterprise, team, sealed FROM slack_installation")
        unreadable = 0
        for enterprise, team, sealed in rows:
            place, old = _place(str(enterprise), str(team)), str(sealed)
            try:
                said = self._seal.open(place, old)
            except Sealed:
                unreadable += 1
                continue
            if not self._seal.is_newest(old):
                await self._write(
                    "UPDATE slack_installation SET sealed = $1 WHERE enterprise = $2 AND team = $3 AND sealed = $4",
                    *(self._seal.close(place, said), str(enterprise), str(team), old),
                )
        if rows and unreadable == len(rows):
            raise BadSettings(
                "The tokens of Slack's workspaces cannot be read with this key.",
                "Put the key that they were encrypted with into EASEL_SLACK__ENCRYPTION_KEYS, after the new one.",
            )
        if unreadable:
            _log.error("slack_tokens_unreadable", workspaces=unreadable)

    # --- what bolt calls ------------------------------------------------------------------------------------------

    async def async_save(self, installation: Installation) -> None:
        """A workspace said yes. An earlier installation there is replaced."""
        team = "" if installation.is_enterprise_install else installation.team_id or ""
        enterprise = installation.enterprise_id or ""
        token = {"token": installation.bot_token or "", "refresh": installation.bot_refresh_token or ""}
        sealed = self._seal.close(_place(enterprise, team), token)
        expires_at_us = (installation.bot_token_expires_at or 0) * 1_000_000
        values = (
            *(enterprise, team, installation.bot_user_id or "", installation.bot_id or ""),
            *(",".join(installation.bot_scopes or ()), installation.user_id or "", sealed, expires_at_us),
            self._clock.now_us(),
        )

        async def work(tx: Transaction) -> None:
            if team:  # a workspace that moved into a Grid, or out of it
                await tx.execute(
                    "DELETE FROM slack_installation WHERE team = $1 AND enterprise <> $2", team, enterprise
                )
            await tx.execute(
                "INSERT INTO slack_installation"
                " (enterprise, team, me, bot, scopes, installer, sealed, expires_at_us, at_us)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (enterprise, team) DO UPDATE SET"
                " me = excluded.me, bot = excluded.bot, scopes = excluded.scopes, installer = excluded.installer,"
                " sealed = excluded.sealed, expires_at_us = excluded.expires_at_us, at_us = excluded.at_us,"
                " busy_until_us = 0, version = slack_installation.version + 1",
                *values,
            )

        await self._database.write(work)
        _log.info("slack_installed", team=team, enterprise=enterprise)
        if self._installed_in is not None:
            await self._installed_in(team, enterprise)

    # --- what is asked of them ------------------------------------------------------------------------------------

    async def find(self, team: str, enterprise: str, *, whole_grid: bool = False) -> Installed | None:
        """The installation that speaks for this workspace. Raises `Later` when its token cannot be read."""
        if team and not team.startswith("E") and not whole_grid:
            row = await self._row("team = $1", team)
            if row is not None:
                return self._installed(row)
        grid = enterprise or (team if team.startswith("E") else await self._grids.of(team))
        row = await self._row("enterprise = $1 AND team = ''", grid) if grid else None
        return self._installed(row) if row is not None else None

    async def belongs(self, team: str, enterprise: str) -> None:
        """An event said which Grid a workspace belongs to."""
        await self._grids.belongs(team, enterprise)

    async def forget(self, team: str, enterprise: str, *, whole_grid: bool, before_us: int) -> bool:
        """An installation has ended that was made before this time. Whether there was one."""
        if whole_grid or not team:
            where, values = "enterprise = $1 AND team = ''", (enterprise or team,)
        else:
            where, values = "team = $1", (team,)
        sql = f"DELETE FROM slack_installation WHERE {where} AND at_us < $2"  # noqa: S608 - our own words
        return await self._write(sql, *values, before_us) > 0

    async def claim(self, held: Installed, until_us: int) -> bool:
        """Whether the caller alone may fetch the next token until then. Fenced by the token's number."""
        changed = await self._write(
            "UPDATE slack_installation SET busy_until_us = $1"
            " WHERE enterprise = $2 AND team = $3 AND version = $4 AND busy_until_us < $5",
            *(until_us, held.workspace.enterprise, held.workspace.team, held.version, self._clock.now_us()),
        )
        return changed == 1

    async def put_off(self, held: Installed, until_us: int) -> None:
        """No next token came: somebody may try again then."""
        await self._write(
            "UPDATE slack_installation SET busy_until_us = $1 WHERE enterprise = $2 AND team = $3 AND version = $4",
            *(until_us, held.workspace.enterprise, held.workspace.team, held.version),
        )

    async def renew(self, held: Installed, token: str, refresh: str, expires_at_us: int) -> bool:
        """The next token. False when the workspace was installed anew, or left, in the meantime."""
        place = _place(held.workspace.enterprise, held.workspace.team)
        changed = await self._write(
            "UPDATE slack_installation SET sealed = $1, expires_at_us = $2, version = version + 1, busy_until_us = 0"
            " WHERE enterprise = $3 AND team = $4 AND version = $5",
            *(self._seal.close(place, {"token": token, "refresh": refresh}), expires_at_us),
            *(held.workspace.enterprise, held.workspace.team, held.version),
        )
        return changed == 1

    async def _row(self, where: str, value: str) -> Row | None:
        sql = f"SELECT {_COLUMNS} FROM slack_installation WHERE {where}"  # noqa: S608 - our own words
        return await self._database.fetch_one(sql, value)

    def _installed(self, row: Row) -> Installed:
        enterprise, team, me, bot, sealed, expires_at_us, version = row
        try:
            said = self._seal.open(_place(str(enterprise), str(team)), str(sealed))
        except Sealed:
            _log.error("slack_tokens_unreadable", team=str(team), enterprise=str(enterprise))
            raise Later("This workspace's token cannot be read.", after_seconds=60.0) from None
        return Installed(
            Workspace(str(team), str(enterprise), str(me), str(bot)),
            SecretStr(said["token"]),
            SecretStr(said["refresh"]),
            int(expires_at_us or 0),
            int(version or 0),
        )

    async def _write(self, sql: str, *values: str | int) -> int:
        return await self._database.write(lambda tx: tx.execute(sql, *values))


class States(AsyncOAuthStateStore):
    """The `state` that ties a callback to the browser that began: signed, ten minutes old at most, good for once.

    To begin costs no write, so nobody fills the database by opening the page; only one that was come back with does.
    """

    def __init__(self, database: Database, clock: Clock, seal: Seal) -> None:
        self._database = database
        self._clock = clock
        self._seal = seal

    @property
    def logger(self) -> logging.Logger:
        """For bolt."""
        return library_logger()

    async def async_issue(self, *_: Any, **__: Any) -> str:
        """A new one."""
        return self._seal.stamp(new_id(), self._clock.now_us() // 1_000_000)

    async def async_consume(self, state: str) -> bool:
        """Whether it is ours, young, and was never used; now it has been."""
        now_us = self._clock.now_us()
        nonce = self._seal.stamped(state, now_us // 1_000_000, STATE_SECONDS)
        if nonce is None:
            return False

        async def work(tx: Transaction) -> int:
            await tx.execute("DELETE FROM slack_state WHERE at_us < $1", now_us - 2 * STATE_SECONDS * 1_000_000)
            return await tx.execute(
                "INSERT INTO slack_state (nonce, at_us) VALUES ($1, $2) ON CONFLICT (nonce) DO NOTHING", nonce, now_us
            )

        return await self._database.write(work) == 1


def _place(enterprise: str, team: str) -> str:
    return f"{enterprise}/{team}"
