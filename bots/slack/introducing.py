"""Whose tokens are these? Asked of Slack before anything is connected with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import aiohttp
from pydantic import SecretStr
from slack_sdk.errors import SlackApiError, SlackClientError

from bots.slack.clients import web_client
from bots.slack.manifest import bot_scopes
from bots.slack.workspaces import REFUSED, reason_of
from core.errors import OperatorError

_SCOPES: Final = "x-oauth-scopes"  # docs.slack.dev, "Installing with OAuth": every answer tells the token's scopes
_BOT: Final = "Copy the Bot User OAuth Token anew: your app, OAuth & Permissions, after Install to Workspace."
_APP: Final = (
    "Make a new one: your app, Basic Information, App-Level Tokens, with the scope connections:write; and see that "
    "Socket Mode is switched on."
)


@dataclass(frozen=True, slots=True)
class Introduced:
    """The app behind a bot's token, in its workspace."""

    team: str
    name: str
    missing: tuple[str, ...]  # scopes of the manifest that the token lacks


async def introduced(bot: SecretStr, app: SecretStr, api_base: str) -> Introduced:
    """Ask with both tokens. Raises `OperatorError` for one that Slack does not take, and when it is away."""
    client = web_client(api_base)
    try:
        answer = await client.auth_test(token=bot.get_secret_value())
    except SlackApiError as error:
        raise _wrong(reason_of(error), "the bot's token", _BOT) from None  # the error's own text holds the answer
    except (SlackClientError, aiohttp.ClientError, OSError, TimeoutError) as error:
        raise _away(type(error).__name__) from None
    try:
        await client.apps_connections_open(app_token=app.get_secret_value())
    except SlackApiError as error:
        raise _wrong(reason_of(error), "the app-level token", _APP) from None
    except (SlackClientError, aiohttp.ClientError, OSError, TimeoutError) as error:
        raise _away(type(error).__name__) from None
    headers = {name.lower(): value for name, value in answer.headers.items()}
    has = {scope.strip() for scope in str(headers.get(_SCOPES, "")).split(",") if scope.strip()}
    missing = tuple(scope for scope in bot_scopes() if scope not in has) if has else ()
    return Introduced(str(answer.get("team") or ""), str(answer.get("user") or ""), missing)


def _wrong(reason: str, which: str, remedy: str) -> OperatorError:
    return OperatorError(f"Slack does not take {which} ({reason}).", remedy) if reason in REFUSED else _away(reason)


def _away(reason: str) -> OperatorError:
    return OperatorError(f"Slack cannot be reached ({reason}).", "Look at the network, and try again.")
