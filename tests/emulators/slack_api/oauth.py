"""Installing the app: the page that asks, the code, the token, its rotation, and the end of it."""

from __future__ import annotations

import base64
import binascii
import html
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from aiohttp import web
from emulators.slack_api.api import Asked, Payload, Rule, takes
from emulators.slack_api.host import Host
from emulators.slack_api.recorded import Call
from emulators.slack_api.refusals import Refusal, require
from emulators.slack_api.values import CODE_SECONDS, TOKEN_SECONDS
from emulators.slack_api.world import Enterprise, Installation, Person, Workspace


@dataclass
class Code:
    """What the browser carries back."""

    person: Person
    where: Workspace | Enterprise
    scopes: set[str]
    redirect_uri: str
    at: float
    used: bool = False


def parameters(url: str) -> dict[str, str]:
    """Of an address."""
    return {key: values[0] for key, values in parse_qs(urlsplit(url).query).items()}


class OAuth:
    """Codes and tokens."""

    def __init__(self, host: Host, install: Callable[[Workspace | Enterprise], Installation]) -> None:
        self.host, self._install_in = host, install
        self.codes: dict[str, Code] = {}
        self.spent: set[str] = set()  # refresh tokens that were used

    async def page(self, request: web.Request) -> web.Response:
        """GET /oauth/v2/authorize: what a browser shows."""
        wrong = self.wrong(dict(request.query))
        if wrong:
            return web.Response(status=400, text=f"<h1>Something went wrong: {wrong}</h1>", content_type="text/html")
        scopes = "".join(f"<li>{html.escape(each)}</li>" for each in request.query["scope"].split(","))
        title = f"<h1>{self.host.app_name} is requesting permission</h1>"
        return web.Response(text=f"{title}<ul>{scopes}</ul><button>Allow</button>", content_type="text/html")

    def wrong(self, query: dict[str, str]) -> str:
        """What is wrong with the address of the page; "" when nothing."""
        if query.get("client_id") != self.host.client_id:
            return "invalid_client_id"
        asked = set(query.get("scope", "").split(",")) - {""}
        if not asked:
            return "no_scopes"
        unknown = asked - self.host.scopes
        return f"invalid_scope: {sorted(unknown)}" if unknown else ""

    def approve(self, url: str, person: Person, where: Workspace | Enterprise | None) -> str:
        """Somebody presses "Allow": the address that their browser is sent to."""
        query = parameters(url)
        wrong = self.wrong(query)
        assert not wrong, f"the page says {wrong}"
        code = f"{self.host.id('')}.{uuid.uuid4().hex}"
        scopes = set(query["scope"].split(","))
        redirect = query.get("redirect_uri", "")
        self.codes[code] = Code(person, where or person.team, scopes, redirect, self.host.clock.now())
        return self.back(url, code=code)

    def back(self, url: str, **more: str) -> str:
        """The redirect address, with the state."""
        query = parameters(url)
        address = query.get("redirect_uri") or self.host.redirect_uri
        assert address, "no redirect_uri, and the app has none of its own"
        return f"{address}?{urlencode({**more, 'state': query.get('state', '')})}"

    async def access(self, host: Host, call: Call, request: web.Request) -> Payload:
        """oauth.v2.access: a code, or a refresh token, for a token."""
        given = call.arguments
        client_id, secret = self._client(given, request)
        require(client_id == host.client_id, "invalid_client_id")
        require(secret == host.client_secret, "bad_client_secret")
        unknown = set(given) - {"client_id", "client_secret", "code", "redirect_uri", "grant_type", "refresh_token"}
        require(not unknown, "invalid_arguments", f"unknown: {sorted(unknown)}")
        if given.get("grant_type") == "refresh_token":
            return self._refresh(str(given.get("refresh_token")))
        require(given.get("grant_type", "authorization_code") == "authorization_code", "invalid_grant_type")
        code = self.codes.get(str(given.get("code")))
        require(code is not None, "invalid_code")
        assert code is not None
        require(not code.used, "code_already_used")
        require(host.clock.now() - code.at <= CODE_SECONDS, "invalid_code")
        require(str(given.get("redirect_uri") or "") == code.redirect_uri, "bad_redirect_uri")
        code.used = True
        return self._granted(self._install(code), code.person)

    @staticmethod
    def _client(given: Payload, request: web.Request) -> tuple[str, str]:
        header = request.headers.get("Authorization", "")
        if header.startswith("Basic "):
            try:
                name, _, secret = base64.b64decode(header[6:]).decode().partition(":")
            except (binascii.Error, UnicodeDecodeError):
                raise Refusal("invalid_client_id") from None
            return name, secret
        return str(given.get("client_id", "")), str(given.get("client_secret", ""))

    def _install(self, code: Code) -> Installation:
        host = self.host
        again = next((each for each in host.installations if not each.revoked and code.where in _of(each)), None)
        if again is not None:
            again.scopes |= code.scopes
            if host.token_rotation:
                self._rotate(again)
            return again
        made = self._install_in(code.where)
        made.scopes = set(code.scopes)
        if host.token_rotation:
            made.older.clear()
            self._rotate(made)
            made.older.clear()
        return made

    def _rotate(self, installation: Installation) -> None:
        host = self.host
        if installation.refresh_token:
            self.spent.add(installation.refresh_token)
        installation.older[installation.token] = installation.expires_at
        installation.token = f"xoxe.xoxb-1-{uuid.uuid4().hex}"
        installation.refresh_token = f"xoxe-1-{uuid.uuid4().hex}"
        installation.expires_at = host.clock.now() + TOKEN_SECONDS

    def _refresh(self, token: str) -> Payload:
        found = next((each for each in self.host.installations if token and each.refresh_token == token), None)
        require(found is not None and not found.revoked, "invalid_refresh_token")
        assert found is not None
        self._rotate(found)
        return self._granted(found, None)

    def _granted(self, found: Installation, person: Person | None) -> Payload:
        bot = next(iter(found.bots.values()))
        answer: Payload = {
            "access_token": found.token,
            "token_type": "bot",
            "scope": ",".join(sorted(found.scopes)),
            "bot_user_id": bot.id,
            "app_id": self.host.app_id,
            "team": None if found.team is None else {"id": found.team.id, "name": found.team.name},
            "enterprise": None if found.enterprise is None else vars(found.enterprise),
            "is_enterprise_install": found.team is None,
        }
        answer |= {} if person is None else {"authed_user": {"id": person.id}}
        if not self.host.token_rotation:
            return answer
        left = round(found.expires_at - self.host.clock.now())
        return answer | {"refresh_token": found.refresh_token, "expires_in": left}


def _of(installation: Installation) -> tuple[Any, ...]:
    """What it is installed in: the workspace, or the whole organisation."""
    return (installation.enterprise,) if installation.team is None else (installation.team,)


def end(host: Host, found: Installation, *, uninstalled: bool) -> None:
    """The token works no more, and the app hears of it."""
    found.revoked = "account_inactive" if uninstalled else "token_revoked"
    for team_id, bot in found.bots.items():
        team = host.teams[team_id]
        team.installation = None
        revoked = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [bot.id]}, "event_ts": host.clock.ts()}
        events: list[Payload] = [revoked]
        events += [{"type": "app_uninstalled", "event_ts": host.clock.ts()}] if uninstalled else []
        for event in events:
            if event["type"] in host.events:
                host.send_event(team, event, found)


async def revoke(asked: Asked) -> Payload:
    """auth.revoke."""
    if asked.get("test"):
        return {"revoked": False}
    end(asked.host, asked.installation, uninstalled=False)
    return {"revoked": True}


async def uninstall(asked: Asked) -> Payload:
    """apps.uninstall."""
    require(asked.get("client_id") == asked.host.client_id, "invalid_client_id")
    require(asked.get("client_secret") == asked.host.client_secret, "bad_client_secret")
    end(asked.host, asked.installation, uninstalled=True)
    return {}


METHODS = {
    "auth.revoke": Rule(revoke, takes("", bools="test")),
    "apps.uninstall": Rule(uninstall, takes("client_id client_secret"), ("client_id", "client_secret")),
}
