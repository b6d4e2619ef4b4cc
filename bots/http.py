"""The web server's outside: who may knock, what every answer carries, and how Easel says that it is well.

A page of another site may try to talk to a server on this machine through the visitor's own browser: by a name that
resolves to 127.0.0.1 (DNS rebinding: the `Host` header gives it away) or by a form or a script (the `Origin` header
does). Both are compared with exact lists. "Origin equals Host" alone is no defence: a rebinding page has both its way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Protocol

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler, Middleware

from bots.web import limits
from bots.web.admin.page import Administration
from bots.web.app import Playground

_LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")
_INTERFACES = ("/api/", "/admin/api/")
_READING = frozenset({hdrs.METH_GET, hdrs.METH_HEAD})
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' blob: data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Rendered(Protocol):
    """Numbers for Prometheus."""

    def render(self) -> bytes:
        """In its text format."""
        ...


class Entrance(Protocol):
    """Routes that prove by themselves who asks: by a signature, or by a state that a browser brings back.

    Nobody's cookie opens anything there, so the rules for Easel's own page do not hold for them, and they have names of
    their own.
    """

    @property
    def paths(self) -> frozenset[str]:
        """The routes."""
        ...

    @property
    def hosts(self) -> frozenset[str]:
        """Further names that only these routes are reached by."""
        ...

    def mount(self, app: web.Application) -> None:
        """Add them."""
        ...


class Readiness:
    """What is still missing before work may come in. `/readyz` names it."""

    def __init__(self, *awaited: str) -> None:
        self._awaited = dict.fromkeys(awaited)
        self.notes: Callable[[], tuple[str, ...]] = tuple  # said besides, and no reason to send requests elsewhere

    def arrived(self, part: str) -> None:
        """This part is ready."""
        self._awaited.pop(part, None)

    def missing(self, part: str) -> None:
        """This part is not ready, or not any more: a lost database, or a process that is stopping."""
        self._awaited[part] = None

    @property
    def reasons(self) -> tuple[str, ...]:
        """What is missing; empty when Easel is ready."""
        return tuple(self._awaited)


def create_app(
    playground: Playground,
    readiness: Readiness,
    metrics: Rendered,
    *,
    allowed_hosts: Iterable[str] = (),
    entrances: Sequence[Entrance] = (),
    administration: Administration | None = None,
) -> web.Application:
    """The whole web server. `allowed_hosts`: names, with their ports, under which a proxy makes it known."""
    known = frozenset(name.lower() for name in allowed_hosts)
    app = web.Application(middlewares=[_gate(known, entrances)], client_max_size=limits.JSON_BYTES)
    app.on_response_prepare.append(_add_headers)

    async def healthz(request: web.Request) -> web.Response:
        return web.json_response({"status": "ok", "version": product_version()})

    async def readyz(request: web.Request) -> web.Response:
        reasons = readiness.reasons
        said = {"ready": not reasons, "waiting_for": list(reasons), "notes": list(readiness.notes())}
        return web.json_response(said, status=503 if reasons else 200)

    async def render_metrics(request: web.Request) -> web.Response:
        # Prometheus' text format, version 0.0.4
        headers = {"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
        return web.Response(body=metrics.render(), headers=headers)

    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.router.add_get("/metrics", render_metrics)
    playground.mount(app)
    if administration is not None:
        administration.mount(app)
    for entrance in entrances:
        entrance.mount(app)
    return app


def product_version() -> str:
    """The installed version of Easel."""
    try:
        return version("easel")
    except PackageNotFoundError:
        return "unpackaged"


def _gate(allowed_hosts: frozenset[str], entrances: Sequence[Entrance] = ()) -> Middleware:
    own_hosts = {path: entrance.hosts for entrance in entrances for path in entrance.paths}

    @web.middleware
    async def gate(request: web.Request, handler: Handler) -> web.StreamResponse:
        named = request.headers.getall(hdrs.HOST, [])
        host = named[0].lower() if len(named) == 1 else ""
        local = host in _own_names(request)
        of_path = own_hosts.get(request.path)
        if not local and host not in allowed_hosts and host not in (of_path or ()):
            # RFC 9110, 15.5.20: the server is not the one that was asked for.
            return _refusal(421, "wrong_host", "This address is not one that Easel answers to.")
        if of_path is not None:
            return await handler(request)
        if request.method not in _READING and not _from_our_page(request, host, local=local):
            return _refusal(403, "wrong_origin", "This request did not come from Easel's own page.")
        # Other ports of this machine are "same-site" for a browser, which sends them our cookie all the same.
        if request.path.startswith(_INTERFACES) and request.headers.get("Sec-Fetch-Site", "none") not in {
            "none",
            "same-origin",
        }:
            return _refusal(403, "wrong_origin", "This request did not come from Easel's own page.")
        return await handler(request)

    return gate


def _own_names(request: web.Request) -> frozenset[str]:
    """The loopback's names with the port that the connection really came in on."""
    if request.transport is None:
        return frozenset()
    port = request.transport.get_extra_info("sockname")[1]
    names = {f"{name}:{port}" for name in _LOOPBACK_NAMES}
    return frozenset(names | set(_LOOPBACK_NAMES) if port == 80 else names)


def _from_our_page(request: web.Request, host: str, *, local: bool) -> bool:
    origins = {f"http://{host}"} if local else {f"http://{host}", f"https://{host}"}
    named = request.headers.getall(hdrs.ORIGIN, [])
    return len(named) == 1 and named[0] in origins


def _refusal(status: int, code: str, sentence: str) -> web.Response:
    return web.json_response({"error": {"code": code, "sentence": sentence}}, status=status)


async def _add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """On every answer, errors included; an answer that has its own stricter ones keeps them."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers.pop("Server", None)
