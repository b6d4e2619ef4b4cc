"""A fake Discord on one loopback port: REST, gateway and CDN. Strict about requests, exact about its answers.

Tests start one with `FakeDiscord.start()`, make guilds, channels and people, connect a client to `api_base` and
`gateway_url` with `token`, and then do what people do: `await person.slash(channel, "imagine", prompt="a fox")`.
"""

from __future__ import annotations

import base64
import re
import secrets
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Self, TypeVar

from aiohttp import web
from emulators.discord_api import commands, rest_interactions, rest_messages, rest_places
from emulators.discord_api.faults import Fault
from emulators.discord_api.host import Host
from emulators.discord_api.limits import Limits
from emulators.discord_api.payloads import Shown
from emulators.discord_api.people import Person
from emulators.discord_api.recorded import Call, Calls
from emulators.discord_api.refusals import Refusal
from emulators.discord_api.rest import Route, Visit, written
from emulators.discord_api.uploads import read_body
from emulators.discord_api.values import EVERYONE, NOTHING, Intent, Kind, Permission
from emulators.discord_api.world import Channel, Guild, Overwrite, Role

T = TypeVar("T")
BODY_BYTES_MAX = 1 << 30
PREFIX = "/api/v10"
ROUTES = (*rest_places.ROUTES, *rest_messages.ROUTES, *rest_interactions.ROUTES, *commands.ROUTES)


class FakeDiscord(Host):
    """One Discord, with one application in it.

    What may be set: `acknowledge_seconds`, `token_seconds`, `message_content`, `gateway.identify_seconds`,
    `gateway.max_concurrency`, `gateway.recommended_shards`, `cdn.seconds`.
    """

    def __init__(self) -> None:
        super().__init__()
        number = self.world.clock.guild_snowflake()
        self.app = self._add_person("Easel", number, bot=True)
        head = base64.urlsafe_b64encode(str(number).encode()).decode().rstrip("=")
        self.token = f"{head}.{secrets.token_urlsafe(4)}.{secrets.token_urlsafe(28)}"
        self.shown = Shown(self.cdn, self.app)
        self.calls = Calls()
        self.origin = ""
        self.limits = Limits()
        self.errors: list[Exception] = []
        self._faults: list[Fault] = []
        self._runner: web.AppRunner | None = None

    @classmethod
    async def start(cls, *, port: int = 0, message_content: bool = True) -> Self:
        """Listen. Port 0 takes a free one. `message_content`: whether the intent is switched on in the portal."""
        self = cls()
        self.message_content = message_content
        app = web.Application(client_max_size=BODY_BYTES_MAX)
        app.router.add_get("/gateway/", self.gateway.serve)
        app.router.add_get("/gateway", self.gateway.serve)
        for route in ROUTES:
            app.router.add_route(route.method, PREFIX + route.path, partial(self._serve, route))
        for root in ("attachments", "ephemeral-attachments"):
            app.router.add_get(f"/{root}/{{tail:.*}}", self._file)
        app.router.add_route("*", "/{tail:.*}", partial(self._serve, None))
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        self.origin = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self.cdn.origin = self.origin
        self.gateway_url = f"{self.origin.replace('http', 'ws')}/gateway"
        return self

    async def aclose(self) -> None:
        """Stop."""
        await self.gateway.aclose()
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def api_base(self) -> str:
        """What stands where https://discord.com/api/v10 would."""
        return self.origin + PREFIX

    @property
    def file_host(self) -> str:
        """Where files come from, as host:port."""
        return self.origin.removeprefix("http://")

    def fault(self, method: str, path: str, **what: Any) -> Fault:
        """Order a fault for the next request like that; see `Fault`. The path has no /api/v10 and may have `*`."""
        fault = Fault(method, path, **what)
        self._faults.append(fault)
        return fault

    def limit(self, method: str, path: str, *, requests: int, seconds: float) -> None:
        """Count the requests of a route (its pattern, as "/channels/{channel}/messages"), and answer 429 beyond."""
        self.limits.add(method, path, requests, seconds)

    def advance(self, seconds: float) -> None:
        """Let time pass: tokens of interactions and addresses of files age."""
        self.world.clock.advance(seconds)

    async def connected(self, sessions: int = 1, *, commands: bool = False, seconds: float = 10.0) -> None:
        """Wait until so many shards have identified, and commands were synchronised if asked for."""
        look = lambda: len(self.gateway.live) >= sessions and (bool(self.commands) or not commands)  # noqa: E731
        await self.world.bell.until(look, lambda: f"{len(self.gateway.live)} shards, {self.syncs} syncs", seconds)

    async def until(self, look: Callable[[], T | None], seconds: float = 5.0) -> T:
        """Wait until `look` finds something, in the fake or elsewhere: it is asked again and again."""
        what: Callable[[], str] = lambda: f"the last calls are {self.calls[-5:]}"  # noqa: E731
        return await self.world.bell.until(look, what, seconds, beat_seconds=0.02)

    # ------------------------------------------------------------------------------------------------ the world

    def guild(
        self,
        name: str = "Studio",
        *,
        guild_id: int = 0,
        tier: int = 0,
        has_bot: bool = True,
        everyone: Permission = EVERYONE,
    ) -> Guild:
        """A server; made before the client connects, or told of by `await discord.tell_guild("GUILD_CREATE", ...)`."""
        guild = self.world.add_guild(name, guild_id=guild_id, tier=tier, has_bot=has_bot, everyone=everyone)
        if has_bot:
            guild.members[self.app.id] = []
        return guild

    def channel(
        self, name: str = "art", *, guild: Guild | None = None, nsfw: bool = False, kind: Kind = Kind.TEXT
    ) -> Channel:
        """A channel; of the first guild that there is, or a new one."""
        home = guild or next(iter(self.world.guilds.values()), None) or self.guild()
        channel = self.world.add_channel(name, kind, guild=home)
        channel.nsfw = nsfw
        return channel

    def thread(self, parent: Channel, name: str = "talk", *, owner: Person | None = None) -> Channel:
        """A public thread that people started; `await discord.tell_place("THREAD_CREATE", thread)` tells of it."""
        thread = self.world.add_channel(name, Kind.PUBLIC_THREAD, guild=parent.guild)
        thread.parent, thread.owner_id = parent, owner.id if owner else 1
        return thread

    def group(self, *people: Person) -> Channel:
        """A group conversation; the application is in it only as something that people bring along."""
        channel = self.world.add_channel("group", Kind.GROUP_DM)
        channel.recipients = list(people)
        return channel

    def role(self, guild: Guild, name: str, permissions: Permission = NOTHING) -> Role:
        """A role."""
        role = Role(self.world.clock.snowflake(), name, permissions, len(guild.roles))
        guild.roles[role.id] = role
        return role

    def user(
        self,
        name: str,
        *,
        roles: Iterable[Role] = (),
        guilds: Iterable[Guild] | None = None,
        bot: bool = False,
        locale: str = "en-US",
        installed: bool = False,
    ) -> Person:
        """Somebody: a member of these guilds, or of all that there are. `installed`: has the app in the own account."""
        person = self._add_person(name, self.world.clock.snowflake(), bot=bot)
        person.locale, person.installed = locale, installed
        wanted = list(roles)
        for guild in self.world.guilds.values() if guilds is None else guilds:
            guild.members[person.id] = [role for role in wanted if role.id in guild.roles]
        return person

    def _add_person(self, name: str, number: int, *, bot: bool) -> Person:
        person = Person(number, name, self, bot)
        self.world.users[number] = person
        return person

    def overwrite(
        self,
        channel: Channel,
        whom: Role | Person,
        *,
        allow: Permission = NOTHING,
        deny: Permission = NOTHING,
    ) -> None:
        """What a channel grants or takes; the everyone role is `guild.everyone`."""
        channel.overwrites[whom.id] = Overwrite(allow, deny)

    async def archive(self, thread: Channel, *, locked: bool = False) -> None:
        """Somebody archives a thread."""
        thread.archived, thread.locked = True, locked
        await self.tell_place("THREAD_UPDATE", thread)

    async def close_channel(self, channel: Channel) -> None:
        """Somebody deletes a channel."""
        channel.deleted = True
        await self.tell_place("THREAD_DELETE" if channel.is_thread else "CHANNEL_DELETE", channel)

    async def expel(self, guild: Guild) -> None:
        """The application is thrown out."""
        await self.gateway.dispatch("GUILD_DELETE", guild.id, Intent.GUILDS, lambda session: {"id": str(guild.id)})
        guild.has_bot = False
        guild.members.pop(self.app.id, None)

    # ------------------------------------------------------------------------------------------------ the wire

    async def _serve(self, route: Route | None, request: web.Request) -> web.StreamResponse:
        path = re.sub(r"^/api(/v\d+)?", "", request.path)
        call = Call(request.method, path, route.path if route else "", time.monotonic(), dict(request.headers))
        self.calls.add(call)
        try:
            call.body = await read_body(request)
        except Refusal as refusal:
            call.unreadable = refusal
        usual = partial(self._usual, route, request, call)
        fault = next((each for each in self._faults if each.fits(request.method, path)), None)
        answer = await (usual() if fault is None else fault.strike(request, usual))
        call.status, call.seconds = answer.status, time.monotonic() - call.at
        self.world.bell.ring()
        return answer

    async def _usual(self, route: Route | None, request: web.Request, call: Call) -> web.StreamResponse:
        if route is None:
            return written({"message": "404: Not Found", "code": 0}, 404)
        limited, headers = self.limits.count(call, request.match_info)
        if limited is not None:
            return written(limited, 429, headers)
        try:
            if route.token and request.headers.get("Authorization") != f"Bot {self.token}":
                raise Refusal(0)
            if call.unreadable is not None:
                raise call.unreadable
            return written(await route.handler(Visit(self, request, call.body)), headers=headers)
        except Refusal as refusal:
            call.refusal, call.said = refusal.code, str(refusal)
            return written(refusal.document(), refusal.status, headers | refusal.headers)
        except Exception as error:
            self.errors.append(error)  # a mistake of the fake itself: the fixture tells of it
            raise

    async def _file(self, request: web.Request) -> web.StreamResponse:
        call = Call("GET", request.path, "", time.monotonic(), dict(request.headers))
        self.calls.add(call)

        async def usual() -> web.StreamResponse:
            return self.cdn.serve(request)

        fault = next((each for each in self._faults if each.fits("GET", request.path)), None)
        answer = await (usual() if fault is None else fault.strike(request, usual))
        call.status = answer.status
        return answer
