"""Whose token is this? Asked of Discord before anything is connected with it."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

import aiohttp
from pydantic import SecretStr

from core.errors import OperatorError

API: Final = "https://discord.com/api/v10"
_SECONDS: Final = 15.0
# Discord, "Application Flags": GATEWAY_MESSAGE_CONTENT and, for an app that is not verified, ..._LIMITED.
_CONTENT: Final = 1 << 18 | 1 << 19


@dataclass(frozen=True, slots=True)
class Introduced:
    """The application behind a token."""

    application: int
    name: str
    content: bool  # whether the message content intent is switched on
    servers: int | None  # about how many it is in; None where Discord does not say


async def introduced(token: SecretStr, api_base: str = "") -> Introduced:
    """Ask Discord. Raises `OperatorError` for a token that it does not take, and when it cannot be reached."""
    said = await _asked(f"{api_base or API}/applications/@me", token)
    name, flags, servers = said.get("name"), said.get("flags"), said.get("approximate_guild_count")
    number = str(said.get("id", ""))
    if not (number.isascii() and number.isdigit()):
        raise _away("an answer that says no id")
    return Introduced(
        int(number),
        name if isinstance(name, str) else "",
        content=bool(flags & _CONTENT) if isinstance(flags, int) else False,
        servers=servers if isinstance(servers, int) else None,
    )


async def _asked(url: str, token: SecretStr) -> dict[str, Any]:
    headers = {"Authorization": f"Bot {token.get_secret_value()}"}
    timeout = aiohttp.ClientTimeout(total=_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, headers=headers, trust_env=True) as session,
            session.get(url, allow_redirects=False) as answer,
        ):
            if answer.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
                raise _refused()
            if answer.status != HTTPStatus.OK:
                raise _away(f"status {answer.status}")
            said = await answer.json(content_type=None)
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:  # their own texts may hold the address
        raise _away(type(error).__name__) from None
    return said if isinstance(said, dict) else {}


def _refused() -> OperatorError:
    return OperatorError(
        "Discord does not take this token.",
        "Press Reset Token in the developer portal, under Bot, and copy the new one; the one before it ends then.",
    )


def _away(reason: str) -> OperatorError:
    return OperatorError(f"Discord cannot be reached ({reason}).", "Look at the network, and try again.")
