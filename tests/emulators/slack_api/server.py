"""The fake Slack on a real loopback socket: Web API, Socket Mode, signed requests, files, forms, response URLs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from aiohttp import web
from emulators.slack_api import (
    methods_auth,
    methods_chat,
    methods_files,
    methods_places,
    methods_views,
    oauth,
    tickets,
)
from emulators.slack_api.api import Door
from emulators.slack_api.building import Building
from emulators.slack_api.deliveries import Attempt, Delivery, Signed, signed
from emulators.slack_api.faults import Fault
from emulators.slack_api.recorded import Seen
from emulators.slack_api.values import (
    ACK_SECONDS,
    MINIMAL_EVENTS,
    MINIMAL_SCOPES,
    RETRY_SECONDS,
)
from emulators.slack_api.world import Enterprise, File, Person, Workspace

T = TypeVar("T")


class FakeSlack(Building):
    """Start it, make workspaces, people and channels, connect the app, and let people do things."""

    def __init__(self) -> None:
        super().__init__()
        rules = methods_chat.METHODS | methods_places.METHODS | methods_files.METHODS | methods_views.METHODS
        self.oauth = oauth.OAuth(self, self.install)
        tokenless = methods_auth.TOKENLESS | {"oauth.v2.access": self.oauth.access}
        self._door = Door(self, rules | oauth.METHODS, tokenless)
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
        """Listening. `ack_seconds` and `retry_seconds` may be shorter than Slack's; `profile` is full or minimal."""
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
        site.router.add_get("/oauth/v2/authorize", self._guarded(self.oauth.page))
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

    # --- the app's connection ---

    async def connected(self, sockets: int = 1, seconds: float = 5.0) -> None:
        """Until so many sockets are open."""
        await self.until(lambda: len(self.sockets.open) >= sockets, f"{sockets} sockets", seconds)

    async def connect_http(self, url: str, *, verify: bool = True) -> None:
        """From now on everything goes to the app's own server, signed."""
        signed = Signed(url, self.signing_secret, self.clock)
        signed.ack_seconds = self.sockets.ack_seconds
        if self._signed is not None:
            await self._signed.aclose()
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

    async def refresh_sockets(self, *, close_after: float = 10.0) -> None:
        """Slack asks for new connections, sends nothing more through the old ones, and closes them after a while."""
        old = list(self.sockets.open)
        await self.sockets.refresh()

        async def close() -> None:
            await asyncio.sleep(close_after)
            for socket in old:
                await socket.ws.close()

        self.later(close())

    def redirect(self, file: File, to: str = "") -> None:
        """Downloads of this file are sent elsewhere: to the evil host, which would like to have the token."""
        file.redirect = to or f"http://{self.evil_host}/steal.png"

    def sign(self, body: bytes, *, at: int | None = None, secret: str = "") -> dict[str, str]:
        """The headers of a signed request, for those who post one by hand; `at` is another moment."""
        stamp = int(self.clock.now()) if at is None else at
        return signed(body, secret or self.signing_secret, stamp)

    # --- OAuth ---

    @property
    def authorize_url(self) -> str:
        """Where "Add to Slack" leads."""
        return f"{self.base}/oauth/v2/authorize"

    def approve(self, url: str, person: Person, where: Workspace | Enterprise | None = None) -> str:
        """Somebody allows what this address asks, for their workspace or a whole Grid: where the browser goes then."""
        return self.oauth.approve(url, person, where)

    def deny(self, url: str) -> str:
        """Somebody presses "Cancel" on that page: where the browser goes then."""
        return self.oauth.back(url, error="access_denied")

    def posts_to(self, host: str) -> list[Seen]:
        """Requests with an Authorization header at a host: `file_host`, or `evil_host`, where none may ever arrive."""
        return [each for each in self.seen if each.host == host and each.authorization]
