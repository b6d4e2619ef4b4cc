"""The two pages by which a workspace installs Easel: `/slack/install` leads to Slack, and Slack leads back.

bolt does the steps (https://docs.slack.dev/authentication/installing-with-oauth); the pages are ours.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import Final

import aiohttp
import structlog
from aiohttp import hdrs, web
from pydantic import SecretStr
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bots.slack.clients import library_logger
from bots.slack.installations import STATE_SECONDS, Installations, States
from bots.slack.manifest import bot_scopes
from core.settings_slack import SlackSettings

INSTALL: Final = "/slack/install"
REDIRECT: Final = "/slack/oauth_redirect"
_TEAM: Final = re.compile(r"[TE][A-Z0-9]{2,20}", re.ASCII)
_COOKIE: Final = "easel-slack-install"
_AGAIN: Final = f'Begin again at <a href="{INSTALL}">this page</a>, in the same browser.'
# bolt's reasons, and Slack's own "access_denied"; each with what to do now.
_REASONS: Final = {
    "access_denied": ("Easel was not installed: the request was declined in Slack.", _AGAIN),
    "invalid_browser": ("This answer belongs to an installation that was not begun in this browser.", _AGAIN),
    "invalid_state": ("This answer was used already, or came too late.", _AGAIN),
    "missing_code": ("Slack's answer is not complete.", _AGAIN),
    "invalid_code": ("Slack did not confirm the installation.", _AGAIN),
    "storage_error": ("The installation could not be kept.", "Tell whoever runs Easel, and try again later."),
}
_OTHER: Final = ("Easel was not installed.", _AGAIN)
_PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Easel for Slack</title></head><body><main><h1>{title}</h1><p>{more}</p></main></body></html>
"""

_log = structlog.get_logger()


class InstallPages:
    """Mounted where Slack and browsers reach Easel."""

    def __init__(
        self, settings: SlackSettings, installations: Installations, states: States, client: AsyncWebClient
    ) -> None:
        options = AsyncCallbackOptions(success=_welcome, failure=_failure)
        # All is said: what is left out, bolt takes from SLACK_... variables, and keeps tokens in files at home.
        said = AsyncOAuthSettings(
            client_id=settings.client_id,
            client_secret=(settings.client_secret or SecretStr("")).get_secret_value(),
            scopes=bot_scopes(),
            user_scopes=[],
            redirect_uri=settings.public_url + REDIRECT,
            install_path=INSTALL,
            install_page_rendering_enabled=False,
            redirect_uri_path=REDIRECT,
            callback_options=options,
            authorization_url=settings.authorize_url,
            installation_store=installations,
            installation_store_bot_only=True,
            state_store=states,
            state_cookie_name=_COOKIE,
            state_expiration_seconds=STATE_SECONDS,
            logger=library_logger(),
        )
        self._flow = AsyncOAuthFlow(client=client, logger=library_logger(), settings=said)

    def mount(self, app: web.Application) -> None:
        """Add the routes."""
        app.router.add_get(INSTALL, self.install, allow_head=False)
        app.router.add_get(REDIRECT, self.redirect, allow_head=False)

    async def install(self, request: web.Request) -> web.StreamResponse:
        """To Slack, which asks whether Easel may come in."""
        team = request.query.get("team", "")
        query = f"team={team}" if _TEAM.fullmatch(team) else ""
        return await to_aiohttp_response(await self._flow.handle_installation(AsyncBoltRequest(body="", query=query)))

    async def redirect(self, request: web.Request) -> web.StreamResponse:
        """Back from Slack, with a code for a token."""
        cookie = request.headers.get(hdrs.COOKIE, "")
        asked = AsyncBoltRequest(body="", query=request.query_string, headers={"cookie": cookie})
        try:
            return await to_aiohttp_response(await self._flow.handle_callback(asked))
        except (SlackClientError, aiohttp.ClientError, OSError, KeyError) as error:
            _log.error("slack_install_failed", error=type(error).__name__)
            page = _page(502, "Slack could not be asked.", _AGAIN)
            return await to_aiohttp_response(page)


async def _welcome(args: AsyncSuccessArgs) -> BoltResponse:
    made = args.installation
    name = escape(made.team_name or made.enterprise_name or "your workspace")
    where = f"https://slack.com/app_redirect?app={made.app_id}" + (f"&team={made.team_id}" if made.team_id else "")
    page = _page(
        200,
        f"Easel is in {name}.",
        f'<a href="{escape(where)}">Open it in Slack</a>, or write <b>@Easel</b> and what you want to see in any '
        "channel that it was invited to.",
    )
    page.headers["set-cookie"] = [args.settings.state_utils.build_set_cookie_for_deletion()]
    return page


async def _failure(args: AsyncFailureArgs) -> BoltResponse:
    _log.warning("slack_install_refused", why=args.reason if args.reason in _REASONS else "other")
    return _page(args.suggested_status_code, *_REASONS.get(args.reason, _OTHER))


def _page(status: int, title: str, more: str) -> BoltResponse:
    headers: dict[str, str | Sequence[str]] = {"content-type": "text/html; charset=utf-8"}
    return BoltResponse(status=status, body=_PAGE.format(title=title, more=more), headers=headers)
