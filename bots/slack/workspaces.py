"""Which workspaces Easel is in, and as whom: what an event is held against before anything is done for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

from pydantic import SecretStr
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bots.slack.grids import Grids
from bots.slack.tokens import Tokens, not_installed
from core.errors import Later, OperatorError

# Slack's own words for a token that will not work again by itself (https://docs.slack.dev/reference/methods/auth.test).
REFUSED: Final = frozenset(
    {
        *("invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "no_permission"),
        *("not_allowed_token_type", "missing_scope", "invalid_app_id", "app_missing_action_url"),
    }
)


@dataclass(frozen=True, slots=True)
class Workspace:
    """Easel in one workspace, or in all of an Enterprise Grid (then `team` is empty)."""

    team: str
    enterprise: str
    me: str  # Easel's user id there
    bot: str  # and its bot id, by which its own posts are known


class Workspaces(Tokens, Protocol):
    """Where Easel is."""

    async def known(self, team: str, enterprise: str, *, whole_grid: bool) -> Workspace | None:
        """The workspace that an event came from; None where Easel is not installed (any more).

        `whole_grid`: Slack says that the event comes by an installation for the whole Enterprise Grid.
        """
        ...

    async def left(self, team: str, enterprise: str, *, whole_grid: bool, before_us: int) -> bool:
        """Slack says that an installation made before this time has ended. Whether there was one."""
        ...


class OneWorkspace:
    """The workspace of a given token, or all those of a Grid. It has to be asked once who it is."""

    def __init__(self, token: SecretStr, grids: Grids | None = None) -> None:
        """`grids`: which workspaces are in the token's Grid, for what is posted without an event that says so."""
        self._token = token
        self._grids = grids
        self._own: Workspace | None = None

    async def introduce(self, client: AsyncWebClient) -> Workspace:
        """Ask Slack. Raises `OperatorError` for a token that it does not know, and the network's own errors."""
        try:
            answer = await client.auth_test(token=self._token.get_secret_value())
        except SlackApiError as error:
            if (reason := reason_of(error)) in REFUSED:
                raise refused_token(reason) from None  # the error's own text holds the answer
            raise
        is_grid = bool(answer.get("is_enterprise_install"))
        self._own = Workspace(
            team="" if is_grid else str(answer["team_id"]),
            enterprise=str(answer.get("enterprise_id") or ""),
            me=str(answer["user_id"]),
            bot=str(answer.get("bot_id") or ""),
        )
        return self._own

    async def of(self, team: str, enterprise: str = "") -> SecretStr:
        """The token, for its own workspace alone: no other one ever gets an answer by it."""
        if self._own is None:
            raise Later("Slack has not answered yet.", after_seconds=5.0)
        if self._is_ours(team, enterprise or await self._grid_of(team)):
            return self._token
        raise not_installed()

    async def known(self, team: str, enterprise: str, *, whole_grid: bool) -> Workspace | None:
        """Its workspace, for events from there."""
        if self._own is None or not self._is_ours(team, enterprise):
            return None
        if self._grids is not None and not self._own.team:
            await self._grids.belongs(team, self._own.enterprise)
        return self._own

    async def left(self, team: str, enterprise: str, *, whole_grid: bool, before_us: int) -> bool:
        """Nothing is kept of it: the token stands in the settings."""
        return self._is_ours(team, enterprise)

    async def _grid_of(self, team: str) -> str:
        return "" if self._grids is None else await self._grids.of(team)

    def _is_ours(self, team: str, enterprise: str) -> bool:
        own = self._own
        if own is None:
            return False
        return team == own.team if own.team else bool(own.enterprise) and own.enterprise in (enterprise, team)


def reason_of(error: SlackApiError) -> str:
    """Slack's own word for why not. What stands before Slack answers with a page: its status then, as `http_503`."""
    said = error.response.data  # slack_sdk's own `get` fails for a page
    return str(said.get("error") or "unknown") if isinstance(said, dict) else f"http_{error.response.status_code}"


def refused_token(reason: str) -> OperatorError:
    """Slack does not take the bot's token."""
    return OperatorError(
        f"Slack does not take the bot's token ({reason}).",
        "Copy it anew from https://api.slack.com/apps, under OAuth & Permissions, and put it into SLACK_BOT_TOKEN.",
    )


def refused_app_token(reason: str) -> OperatorError:
    """Slack opens no connection by the app's token."""
    return OperatorError(
        f"Slack does not take the app's own token ({reason}).",
        "Make a new one at https://api.slack.com/apps, under Basic Information, App-Level Tokens, with the scope "
        "connections:write; put it into SLACK_APP_TOKEN; and see that Socket Mode is switched on there.",
    )
