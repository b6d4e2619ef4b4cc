"""Tokens of many workspaces, renewed in time. A refresh token works once: only one process may use it.

https://docs.slack.dev/authentication/using-token-rotation: a token lives for 12 hours.
"""

from __future__ import annotations

import asyncio
from typing import Final

import aiohttp
import structlog
from pydantic import SecretStr
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bots.slack.installations import Installations, Installed
from bots.slack.tasks import Tasks
from bots.slack.tokens import not_installed
from bots.slack.workspaces import Workspace, reason_of
from core.errors import Later
from core.ports import Clock

EARLY_US: Final = 2 * 3600 * 1_000_000  # before its end
CLAIM_US: Final = 30 * 1_000_000  # longer than one request: after it a process that died holds nobody up
AGAIN_US: Final = 60 * 1_000_000  # after Slack gave none
_WAIT_SECONDS: Final = 12.0
_LOOK_SECONDS: Final = 0.1
_TROUBLE: Final = (SlackClientError, aiohttp.ClientError, OSError, KeyError, ValueError)

_log = structlog.get_logger()


class InstalledTokens:
    """The workspaces that installed Easel, and their tokens. Nothing is held in memory: an uninstall counts at once."""

    def __init__(
        self,
        installations: Installations,
        client: AsyncWebClient,
        clock: Clock,
        tasks: Tasks,
        *,
        client_id: str,
        client_secret: SecretStr,
    ) -> None:
        self._installations = installations
        self._client = client
        self._clock = clock
        self._tasks = tasks
        self._client_id = client_id
        self._client_secret = client_secret

    async def of(self, team: str, enterprise: str = "") -> SecretStr:
        """The token for this workspace. Raises `Gone` where Easel is not installed, `Later` when it ended meanwhile."""
        waited = 0.0
        while waited < _WAIT_SECONDS:
            held = await self._installations.find(team, enterprise)
            if held is None:
                raise not_installed()
            if not self._is_ending(held, EARLY_US):
                return held.token
            if await self._installations.claim(held, self._clock.now_us() + CLAIM_US):
                await self._to_its_end(held)
            elif not self._is_ending(held, 0):
                return held.token  # another process is at it, and this one still works
            else:
                await self._clock.sleep(_LOOK_SECONDS)
                waited += _LOOK_SECONDS
        raise Later("Slack gave no new token for this workspace.", after_seconds=30.0)

    async def known(self, team: str, enterprise: str, *, whole_grid: bool) -> Workspace | None:
        """The installation that an event came by."""
        found = await self._installations.find(team, enterprise, whole_grid=whole_grid)
        if found is None:
            return None
        await self._installations.belongs(team, found.workspace.enterprise)
        return found.workspace

    async def left(self, team: str, enterprise: str, *, whole_grid: bool, before_us: int) -> bool:
        """Its token is forgotten."""
        return await self._installations.forget(team, enterprise, whole_grid=whole_grid, before_us=before_us)

    def _is_ending(self, held: Installed, early_us: int) -> bool:
        return bool(held.expires_at_us) and self._clock.now_us() >= held.expires_at_us - early_us

    async def _to_its_end(self, held: Installed) -> None:
        """Even when the caller is cancelled: the answer holds the only token that works from then on."""
        done = asyncio.Event()

        async def work() -> None:
            try:
                await self._renew(held)
            finally:
                done.set()

        self._tasks.start(work())
        await done.wait()

    async def _renew(self, held: Installed) -> None:
        now_us = self._clock.now_us()
        try:
            answer = await self._client.oauth_v2_access(
                client_id=self._client_id,
                client_secret=self._client_secret.get_secret_value(),
                grant_type="refresh_token",
                refresh_token=held.refresh.get_secret_value(),
            )
            token, refresh = str(answer["access_token"]), str(answer["refresh_token"])
            expires_at_us = now_us + int(answer["expires_in"]) * 1_000_000
        except _TROUBLE as error:
            reason = reason_of(error) if isinstance(error, SlackApiError) else type(error).__name__
            _log.error("slack_token_not_renewed", team=held.workspace.team, error=reason)
            await self._installations.put_off(held, now_us + AGAIN_US)
            return
        await self._installations.renew(held, token, refresh, expires_at_us)
        _log.info("slack_token_renewed", team=held.workspace.team)
