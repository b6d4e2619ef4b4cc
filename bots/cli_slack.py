"""What the command line says about Slack: the app's manifest, and whether its tokens are right."""

from __future__ import annotations

import json
from collections.abc import Awaitable
from typing import Final
from urllib.parse import urlsplit

import aiohttp
import click
from slack_sdk.errors import SlackApiError, SlackClientError

from bots.slack.clients import web_client
from bots.slack.manifest import Profile, as_yaml, manifest
from bots.slack.workspaces import REFUSED, OneWorkspace, reason_of, refused_app_token
from core.errors import EaselError
from core.settings_slack import SlackSettings

_AWAY: Final = "Slack cannot be reached ({error}); look at the network, or set EASEL_SLACK__API_BASE."


def described(settings: SlackSettings, url: str | None, *, minimal: bool, as_json: bool) -> str:
    """The manifest. Without `url` it is for what the settings say: HTTP at the public address, or Socket Mode."""
    if url is None:
        url = settings.public_url if settings.is_on and settings.mode == "http" else ""
    parts = urlsplit(url)
    if url and (parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment):
        raise click.UsageError("--url is an address such as https://easel.example.org")
    profile = Profile.MINIMAL if minimal else Profile.FULL
    url = url.rstrip("/")
    if as_json:
        return json.dumps(manifest(profile, url), indent=2, ensure_ascii=False)
    return as_yaml(profile, url).rstrip("\n")


async def checked(settings: SlackSettings) -> dict[str, str]:
    """Each token asked for once: what is wrong with it, or nothing. What is not set is not in it."""
    client = web_client(settings.api_base)
    found: dict[str, str] = {}
    if settings.bot_token is not None:
        found["Slack's bot token"] = await _wrong(OneWorkspace(settings.bot_token).introduce(client))
    if settings.app_token is not None:
        token = settings.app_token.get_secret_value()
        found["Slack's app token"] = await _wrong(client.apps_connections_open(app_token=token))
    return found


async def _wrong(asking: Awaitable[object]) -> str:
    try:
        await asking
    except EaselError as error:
        return error.sentence
    except SlackApiError as error:
        reason = reason_of(error)
        return refused_app_token(reason).sentence if reason in REFUSED else _AWAY.format(error=reason)
    except (SlackClientError, aiohttp.ClientError, OSError, KeyError) as error:
        return _AWAY.format(error=type(error).__name__)
    return ""
