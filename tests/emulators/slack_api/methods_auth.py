"""apps.connections.open, and the methods that come without a bot's token."""

from __future__ import annotations

from typing import Any

from aiohttp import web
from emulators.slack_api.api import Payload
from emulators.slack_api.host import Host
from emulators.slack_api.recorded import Call
from emulators.slack_api.refusals import Refusal, require


async def open_connection(host: Host, call: Call, request: web.Request) -> Payload:
    """apps.connections.open: the app's own token (xapp), nobody else's."""
    require(call.token, "not_authed")
    if call.token != host.app_token:
        bot = any(call.token == each.token for each in host.installations)
        raise Refusal("not_allowed_token_type" if bot else "invalid_auth")
    return {"url": host.sockets.ticket()}


async def api_test(host: Host, call: Call, request: web.Request) -> Payload:
    """api.test: gives back what it was given."""
    return {"args": call.arguments}


TOKENLESS: dict[str, Any] = {"apps.connections.open": open_connection, "api.test": api_test}
