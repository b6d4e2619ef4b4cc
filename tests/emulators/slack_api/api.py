"""The Web API's door: who asks, may they, and are these arguments that the method knows."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from emulators.slack_api.faults import Lost
from emulators.slack_api.host import Host
from emulators.slack_api.recorded import Call
from emulators.slack_api.refusals import Refusal, require
from emulators.slack_api.world import Channel, Installation, Message, Person, Workspace

Payload = dict[str, Any]
TRUE, FALSE = ("1", "true", "True"), ("0", "false", "False")


@dataclass
class Asked:
    """A call that was let in."""

    host: Host
    arguments: Payload
    installation: Installation
    team: Workspace

    @property
    def me(self) -> Person:
        """The app's bot user."""
        return self.installation.bots[self.team.id]

    def get(self, name: str, default: Any = None) -> Any:
        """An argument."""
        return self.arguments.get(name, default)

    def scope(self, *any_of: str) -> None:
        """One of these, or missing_scope."""
        if any_of and not self.installation.scopes & set(any_of):
            provided = ",".join(sorted(self.installation.scopes))
            raise Refusal("missing_scope", needed=",".join(any_of), provided=provided)

    def channel(self, name: str = "channel", *, member: bool = True) -> Channel:
        """A conversation that the app knows of (a person's id is their DM); private ones only from inside."""
        given = str(self.get(name, ""))
        person = self.host.people.get(given)
        if person is not None and self.installation.of(person.team):
            return self.host.dm(person)
        found = self.host.channels.get(given)
        require(found is not None, "channel_not_found")
        assert found is not None
        here = found.team is self.team or self.team in found.teams or self.installation.of(found.team)
        require(here and (not found.is_private or self.me in found.members), "channel_not_found")
        if member:
            require(self.me in found.members, "not_in_channel")
        return found

    def message(self, channel: Channel, name: str = "ts") -> Message:
        """One of a channel's messages."""
        found = channel.find(str(self.get(name, "")))
        require(found is not None, "message_not_found")
        assert found is not None
        return found


Handler = Callable[[Asked], Awaitable[Payload]]


@dataclass(frozen=True)
class Rule:
    """A method: what it takes (name -> str, bool, int, json), what it needs, which scopes (any of them) allow it."""

    handler: Handler
    takes: dict[str, str] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()


def takes(strings: str = "", **others: str) -> dict[str, str]:
    """Names of strings, and the kinds of the rest by their kind: `bools="a b"`."""
    kinds = dict.fromkeys(strings.split(), "str")
    for kind, names in others.items():
        kinds |= dict.fromkeys(names.split(), kind.rstrip("s"))
    return kinds


def converted(name: str, value: Any, kind: str) -> Any:
    """As the method wants it, or invalid_arguments."""
    wrong = Refusal("invalid_arguments", f"must be a valid {kind} [json-pointer:/{name}]")
    match kind:
        case "str":
            if not isinstance(value, str):
                raise wrong
            return value
        case "bool":
            if isinstance(value, bool) or value in (*TRUE, *FALSE, 0, 1):
                return value if isinstance(value, bool) else str(value) in TRUE
            raise wrong
        case "int":
            try:
                return int(value)
            except (TypeError, ValueError):
                raise wrong from None
        case _:
            if not isinstance(value, str):
                return value
            try:
                return json.loads(value)
            except ValueError:
                raise wrong from None


async def arguments_of(request: web.Request) -> Payload:
    """From the query, the form and the JSON body alike: the SDK uses all three."""
    found: Payload = dict(request.query)
    if request.content_type == "application/json":
        raw = await request.text()
        try:
            body = json.loads(raw) if raw else {}
        except ValueError:
            raise Refusal("invalid_json") from None
        require(isinstance(body, dict), "json_not_object")
        found |= body
    else:
        found |= {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
    return {key: value for key, value in found.items() if value is not None}


class Door:
    """All methods."""

    def __init__(self, host: Host, rules: dict[str, Rule], tokenless: dict[str, Any]) -> None:
        self.host, self.rules, self.tokenless = host, rules, tokenless

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Any /api/METHOD."""
        method = request.match_info["method"]
        call = Call(method, {})
        self.host.calls.add(call)
        try:
            await self.host.faults.before(method)
            call.arguments = await arguments_of(request)
            answer = await self._answer(method, call, request)
            self.host.faults.after(method)
        except Refusal as refused:
            call.error, call.said = refused.error, str(refused)
            self.host.bell.ring()
            if refused.status >= 500:
                return web.Response(status=refused.status, text="Service Unavailable")
            return web.json_response(refused.document(), status=refused.status, headers=refused.headers)
        except Lost:
            call.ok, call.error = True, "lost"
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        call.ok, call.answer = True, answer
        self.host.bell.ring()
        return web.json_response({"ok": True, **answer}, headers={"X-OAuth-Scopes": ",".join(sorted(call.scopes))})

    async def _answer(self, method: str, call: Call, request: web.Request) -> Payload:
        header = request.headers.get("Authorization", "")
        call.token = header.removeprefix("Bearer ") if header.startswith("Bearer ") else ""
        call.token = call.token or str(call.arguments.pop("token", ""))
        if method in self.tokenless:
            answer: Payload = await self.tokenless[method](self.host, call, request)
            return answer
        rule = self.rules.get(method)
        require(rule is not None, "unknown_method")
        assert rule is not None
        require(call.token, "not_authed")
        installation = self._installation(call.token)
        asked = Asked(self.host, call.arguments, installation, self._team(installation, call.arguments))
        call.team = asked.team.id
        asked.scope(*rule.scopes)
        call.scopes = tuple(installation.scopes)
        call.arguments = asked.arguments = self._checked(rule, call.arguments)
        return await rule.handler(asked)

    def _installation(self, token: str) -> Installation:
        for each in self.host.installations:
            if token == each.token or token in each.older:
                require(not each.revoked, each.revoked)
                until = each.older.get(token, each.expires_at)
                require(not until or self.host.clock.now() < until, "token_expired")
                return each
        require(token != self.host.app_token, "not_allowed_token_type")
        raise Refusal("invalid_auth")

    def _team(self, installation: Installation, arguments: Payload) -> Workspace:
        given = str(arguments.get("team_id") or "")
        if installation.team is not None:
            return installation.team
        found = self.host.teams.get(given)
        if found is not None:
            require(installation.of(found), "team_not_found")
            return found
        place = self.host.channels.get(str(arguments.get("channel") or arguments.get("channel_id") or ""))
        if place is not None:
            return place.team
        return self.host.teams[next(iter(installation.bots))]

    @staticmethod
    def _checked(rule: Rule, given: Payload) -> Payload:
        kinds = rule.takes | {"team_id": "str"}
        unknown = sorted(set(given) - set(kinds))
        if unknown:
            raise Refusal("invalid_arguments", *(f"unknown argument [json-pointer:/{name}]" for name in unknown))
        missing = [name for name in rule.needs if given.get(name) in (None, "")]
        if missing:
            raise Refusal("invalid_arguments", *(f"missing required field: {name}" for name in missing))
        return {name: converted(name, value, kinds[name]) for name, value in given.items()}
