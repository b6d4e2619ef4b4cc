"""One request to Slack's Web API: its answer, or what it means that there is none.

The requests themselves are slack_sdk's. Its retry handlers are not used: they wait for as long as Slack asks, which can
be minutes, and ask again after a connection that ended, by which a message may be posted twice.

No error and no log line of this module holds a token, an address or words of people.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeAlias

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bots.slack import limits
from bots.slack.tokens import not_installed
from core.errors import DeliveryError, Later

Payload: TypeAlias = "dict[str, Any]"
Request: TypeAlias = "Callable[[AsyncWebClient], Awaitable[AsyncSlackResponse]]"
Sleep: TypeAlias = "Callable[[float], Awaitable[None]]"

_BUSY_SECONDS: Final = 5.0
# https://docs.slack.dev/reference/methods/chat.postMessage#errors ; they are the same for every method.
_UNINSTALLED: Final = frozenset(
    {"account_inactive", "invalid_auth", "not_authed", "token_revoked", "team_not_found", "org_login_required"}
)
_PASSING: Final = frozenset(
    {
        *("ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"),
        *("token_expired", "team_added_to_org", "accesslimited", "two_factor_setup_required", "message_limit_exceeded"),
    }
)

log = structlog.get_logger()


class Unreachable(DeliveryError):
    """Slack says no, and asking again would change nothing. `reason` is its own word: `not_in_channel`.

    `needed` names the scopes that the app lacks, for `missing_scope`: only an administrator can do something about it.
    """

    code = "unreachable"

    def __init__(self, reason: str, needed: str = "") -> None:
        super().__init__("Slack did not take it.")
        self.reason = reason
        self.needed = needed


class Asking:
    """Asks, and asks again where that is safe."""

    def __init__(self, session: aiohttp.ClientSession, api_base: str, sleep: Sleep) -> None:
        self._session = session
        self._api_base = api_base
        self._sleep = sleep

    async def ask(self, token: str, request: Request, *, again: bool = True) -> Payload:
        """The answer. `again`: done twice it is the same as done once, so that a lost answer does no harm.

        Raises `Unreachable`, `Later`, and `Gone` where Easel is not installed any more.
        """
        for left in range(limits.RETRIES, -1, -1):
            try:
                answer = await request(self._client(token))
            except SlackApiError as error:
                seconds = _wait_or_raise(error, again=again)
            except aiohttp.ClientConnectorError:  # nothing was sent
                seconds = 1.0
            except (aiohttp.ClientError, OSError, TimeoutError, SlackClientError):
                if not again:
                    raise Later("Slack does not answer at the moment.", after_seconds=_BUSY_SECONDS) from None
                seconds = 1.0
            except RuntimeError:  # aiohttp's "Session is closed": this process ends, and another one goes on
                raise Later("Slack is not connected at the moment.", after_seconds=_BUSY_SECONDS) from None
            else:
                data = answer.data
                return data if isinstance(data, dict) else {}
            if left and seconds <= limits.RETRY_AFTER_SECONDS:
                await self._sleep(seconds)
            else:
                raise Later("Slack is busy at the moment.", after_seconds=max(seconds, _BUSY_SECONDS))
        raise Later("Slack is busy at the moment.", after_seconds=_BUSY_SECONDS)

    def _client(self, token: str) -> AsyncWebClient:
        client = AsyncWebClient(token, base_url=self._api_base, session=self._session, retry_handlers=[])
        client.proxy = None  # the session knows the environment's, and unlike slack_sdk it heeds NO_PROXY
        return client


def _wait_or_raise(error: SlackApiError, *, again: bool) -> float:
    """For how many seconds to wait before the next attempt, if one may be made."""
    status, said = _status(error), _said(error)
    reason = str(said.get("error", ""))
    if status == 429 or reason in ("ratelimited", "rate_limited"):
        return _retry_after(error)
    if again and (status >= 500 or reason in _PASSING):
        return 1.0
    if status >= 500:
        raise Later("Slack has trouble at the moment.", after_seconds=_BUSY_SECONDS) from None
    raise _refusal(reason, said) from None


def _refusal(reason: str, said: Payload) -> DeliveryError:
    if reason in _UNINSTALLED:
        return not_installed()
    if reason in _PASSING:
        return Later("Slack has trouble at the moment.", after_seconds=_BUSY_SECONDS)
    needed = str(said.get("needed", ""))
    if needed:
        log.warning("slack_scope_missing", needed=needed)
    return Unreachable(reason or "unknown", needed)


def _status(error: SlackApiError) -> int:
    """slack_sdk hands on its own answer, or aiohttp's where it could not read it."""
    status = getattr(error.response, "status_code", None) or getattr(error.response, "status", 0)
    return status if isinstance(status, int) else 0


def _said(error: SlackApiError) -> Payload:
    data = getattr(error.response, "data", None)
    return data if isinstance(data, dict) else {}


def _retry_after(error: SlackApiError) -> float:
    headers = getattr(error.response, "headers", {})
    try:
        return max(1.0, float(headers.get("Retry-After", "")))
    except ValueError:
        return 1.0
