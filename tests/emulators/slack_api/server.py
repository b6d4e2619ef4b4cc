"""The fake Slack on a real loopback socket: Web API, Socket Mode, signed requests, files, forms, response URLs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from aiohttp import web
from emulators.slack_api import (
    methods_auth,
    methods_chat,
    methods_files,
    methods_places,
    methods_views,
    tickets,
)
from emulators.slack_api.api import Door
from emulators.slack_api.deliveries import Attempt, Delivery, Signed
from emulators.slack_api.faults import Fault
from emulators.slack_api.pressing import Pressing
from emulators.slack_api.recorded import Seen
from emulators.slack_api.values import (
    ACK_SECONDS,
    MINIMAL_EVENTS,
    MINIMAL_SCOPES,
    RETRY_SECONDS,
)
from emulators.slack_api.world import Channel, Enterprise, Installation, Person, Workspace

T = TypeVar("T")


class FakeSlack(Pressing):
    """Start it, make workspaces, people and channels, connect the app, and let people do things."""

    def __init__(self) -> None:
        super().__init__()
        rules = methods_chat.METHODS | methods_places.METHODS | methods_files.METHODS | methods_views.METHODS
        self._door = Door(self, rules, methods_auth.TOKENLESS)
        self._runners: list[web.AppRunner] = []
        self.evil_host = ""  # somebody else's server; `posts_to` says what reached it
        self._signed: Signed | None = None

    @classmethod
    async def start(
        cls,
        *,
        share_after: float = 0.05,
        ack_seconds: float = ACK_SECONDS,
        retry_seconds: tuple[float, ...] = RETRY_SECONDS,
        profile: str = "full",
        alt_txt: str = "kept",
    ) -> FakeSlack:
        """Listening. `ack_seconds` and `retry_seconds` can be made shorter than Slack's; `profile` is full or minimal."""
        fake = cls()
        fake.share_after, fake.alt_txt = share_after, alt_txt
        fake.sockets.ack_seconds, fake.postman.retry_seconds = ack_seconds, retry_seconds
        if profile == "minimal":
            fake.scopes, fake.events = set(MINIMAL_SCOPES), set(MINIMAL_EVENTS)
        fake.port = await fake._listen(fake._site())
        evil = web.Application()
        evil.router.add_route("*", "/{tail:.*}", fake._evil)
        fake.evil_host = f"127.0.0.1:{await fake._listen(evil)}"
        return fake

    def _site(self) -> web.Application:
        site = web.Application(client_max_size=64_000_000)

        def to(handler: Callable[..., Any]) -> Callable[[web.Request], Any]:
            async def handle(request: web.Request) -> Any:
                return await handler(request, self)

            return handle

        site.router.add_route("*", "/api/{method}", self._guarded(self._door.handle))
        site.router.add_get("/link", self.sockets.handle)
        site.router.add_post("/upload/v1/{file}", self._guarded(to(methods_files.receive)))
        site.router.add_get("/files-pri/{file}/{name}", self._guarded(to(methods_files.download)))
        site.router.add_get("/files-pri/{file}/download/{name}", self._guarded(to(methods_files.download)))
        site.router.add_get("/files-tmb/{file}/{thumb}", self._guarded(to(methods_files.download)))
        site.router.add_get("/login", methods_files.login)
        for kind in ("commands", "actions"):
            site.router.add_post(f"/{kind}/{{team}}/{{number}}/{{secret}}", self._guarded(to(tickets.handle)))
        return site

    def _guarded(self, handler: Callable[[web.Request], Any]) -> Callable[[web.Request], Any]:
        """A failure of the fake itself is remembered: the fixture fails the test for it."""

        async def handle(request: web.Request) -> Any:
            try:
                return await handler(request)
            except (AssertionError, LookupError, TypeError, ValueError, AttributeError) as failed:
                self.errors.append(failed)
                raise

        return handle

    async def _listen(self, site: web.Application) -> int:
        runner = web.AppRunner(site, shutdown_timeout=0.1, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self._runners.append(runner)
        return int(runner.addresses[0][1])

    async def _evil(self, request: web.Request) -> web.Response:
        authorization = request.headers.get("Authorization", "")
        self.seen.append(Seen(self.evil_host, request.method, request.path, authorization))
        return web.Response(body=b"\x89PNG\r\n\x1a\n", content_type="image/png")

    async def aclose(self) -> None:
        """Stop."""
        await self.postman.aclose()
        for task in list(self._later):
            task.cancel()
        await asyncio.gather(*self._later, return_exceptions=True)
        await self.sockets.aclose()
        if self._signed is not None:
            await self._signed.aclose()
        for runner in self._runners:
            await runner.cleanup()

    # --- the world ---

    def enterprise(self, name: str) -> Enterprise:
        """An Enterprise Grid."""
        grid = Enterprise(self.id("E"), name)
        self.enterprises[grid.id] = grid
        return grid

    def workspace(
        self, name: str = "Studio", *, installed: bool = True, enterprise: Enterprise | None = None
    ) -> Workspace:
        """A workspace, with the app installed in it unless told otherwise."""
        team = Workspace(self.id("T"), name, name.lower().replace(" ", "-"), enterprise)

        def person(name: str, **more: Any) -> Person:
            made = Person(self.id("U"), team, name, **more)
            team.people[made.id] = self.people[made.id] = made
            return made

        def channel(
            name: str,
            *,
            members: Sequence[Person] = (),
            is_private: bool = False,
            shared: bool = False,
            app: bool = True,
        ) -> Channel:
            made = self.add_channel(team, name, "group" if is_private else "channel", list(members))
            made.shared = shared
            made.teams = list({each.team.id: each.team for each in members if each.team is not team}.values())
            if app and self.me(team) is not None:
                made.members.append(team.bot)
            return made

        team.person, team.channel = person, channel
        self.teams[team.id] = team
        if installed:
            self.install(team)
        return team

    def install(self, where: Workspace | Enterprise) -> Installation:
        """The app comes to a workspace, or to every workspace of an Enterprise Grid, with a token."""
        token = f"xoxb-{self.id('')}-fake"
        if isinstance(where, Workspace):
            made = Installation(token, set(self.scopes), where, where.enterprise)
            teams = [where]
        else:
            made = Installation(token, set(self.scopes), None, where)
            teams = [each for each in self.teams.values() if each.enterprise is where]
        for team in teams:
            bot = Person(self.id("U"), team, self.app_name, bot_id=self.id("B"), app_id=self.app_id)
            team.people[bot.id] = self.people[bot.id] = made.bots[team.id] = bot
            team.installation = made
        self.installations.append(made)
        return made

    def group_dm(self, *people: Person) -> Channel:
        """A conversation of several people and the app."""
        team = people[0].team
        return self.add_channel(team, "mpdm", "mpim", [*people, team.bot])

    # --- the app's connection ---

    async def connected(self, sockets: int = 1, seconds: float = 5.0) -> None:
        """Until so many sockets are open."""
        await self.until(lambda: len(self.sockets.open) >= sockets, f"{sockets} sockets", seconds)

    async def connect_http(self, url: str, *, verify: bool = True) -> None:
        """From now on everything goes to the app's own server, signed."""
        signed = Signed(url, self.signing_secret, self.clock)
        signed.ack_seconds = self.sockets.ack_seconds
        self._signed = signed
        if verify:
            await signed.verify()
        self.postman.transport = signed

    @property
    def deliveries(self) -> list[Delivery]:
        """Every envelope, with its attempts."""
        return self.postman.deliveries

    async def redeliver(self, delivery: Delivery) -> Attempt:
        """The same envelope once more."""
        return await self.postman.again(delivery)

    async def until(self, look: Callable[[], T], what: str = "", seconds: float = 5.0) -> T:
        """Wait for something that can be seen; what `look` found is the answer."""
        return await self.bell.until(look, lambda: f"{what}; calls: {list(self.calls)[-8:]}", seconds)

    # --- what goes wrong ---

    def fault(
        self,
        method: str,
        error: str = "internal_error",
        *,
        times: int = 1,
        retry_after: int | None = None,
        status: int | None = None,
        needed: str | None = None,
        after: bool = False,
    ) -> None:
        """A method ("*": any; also "upload", "download", "respond") fails; `after`: it is done, its answer lost."""
        if retry_after is not None:
            error, status = "ratelimited", 429
        self.faults.planned.append(Fault(method, error, times, retry_after, status, needed, after))

    def never_share(self, times: int = 1) -> None:
        """The next completed uploads say ok and never appear."""
        self.faults.unshared = times

    def slow(self, method: str, seconds: float) -> None:
        """A method takes its time; 0 ends it."""
        self.faults.pauses[method] = seconds

    async def cut_sockets(self) -> None:
        """All connections break."""
        await self.sockets.cut()

    def refuse_sockets(self, refused: bool) -> None:
        """Nobody can connect."""
        self.sockets.refused = refused

    async def refresh_sockets(self) -> None:
        """Slack asks for new connections."""
        await self.sockets.refresh()

    def posts_to(self, host: str) -> list[Seen]:
        """Requests with an Authorization header at a host: `file_host`, or `evil_host`, where none may ever arrive."""
        return [each for each in self.seen if each.host == host and each.authorization]
