"""Which token speaks for Easel in which workspace."""

from __future__ import annotations

from typing import Protocol

from pydantic import SecretStr

from core.errors import Gone


class Tokens(Protocol):
    """Finds a bot token (`xoxb-…`)."""

    async def of(self, team: str, enterprise: str = "") -> SecretStr:
        """The token for this workspace. Raises `Gone` where Easel is not installed (any more)."""
        ...


class StaticTokens:
    """One workspace and one token: the usual way to run Easel for oneself."""

    def __init__(self, team: str, token: SecretStr, enterprise: str = "") -> None:
        """`team` and `enterprise` as `auth.test` names them."""
        self._own = frozenset({team, enterprise} - {""})
        self._token = token

    async def of(self, team: str, enterprise: str = "") -> SecretStr:
        """The token, for its own workspace alone: no other one ever gets an answer by it."""
        if team in self._own or (enterprise and enterprise in self._own):
            return self._token
        raise not_installed()


def not_installed() -> Gone:
    """There is nobody left to post as."""
    return Gone("Easel is not installed in that Slack workspace any more.", "Ask an administrator to install it again.")
