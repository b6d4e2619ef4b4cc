"""The network, for everyone else: the only module that imports httpx, so that a successor is a change in one place."""

from __future__ import annotations

import ipaddress
from importlib.metadata import PackageNotFoundError, version
from urllib.parse import urlsplit

from httpx import (
    URL,
    AsyncClient,
    ConnectError,
    ConnectTimeout,
    HTTPError,
    HTTPStatusError,
    Limits,
    PoolTimeout,
    ProxyError,
    ReadError,
    ReadTimeout,
    RemoteProtocolError,
    Request,
    Response,
    Timeout,
    TimeoutException,
    TransportError,
    WriteError,
    WriteTimeout,
)

CONNECT_SECONDS = 10.0
READ_SECONDS = 60.0  # between two chunks, not for the whole answer
CONNECTIONS_MAX = 100
# An idle connection that the server closes at the very moment when it is used again loses a request, and nobody can
# tell whether it was begun. Common servers close idle connections after 5 seconds or more (Node, Uvicorn), so ours are
# used again for less than that.
KEEP_ALIVE_SECONDS = 4.0
# More idle ones than this are closed at once. httpcore 1.0 looks at every connection for each idle one, whenever a
# request begins or ends: after a hundred answers that end together, a hundred times a hundred looks for each of them.
IDLE_CONNECTIONS_MAX = 8


def client(
    base_url: str = "",
    *,
    read_seconds: float = READ_SECONDS,
    headers: dict[str, str] | None = None,
    connections_max: int = CONNECTIONS_MAX,
) -> AsyncClient:
    """A client that gives up in the end, follows no redirect, and keeps loopback traffic on this machine.

    A proxy from the environment (`HTTPS_PROXY`) is used for every other host: an internal address must not leave
    through it, and `NO_PROXY` is rarely set where people run one. The caller closes the client (`async with`).
    """
    return AsyncClient(
        base_url=base_url,
        timeout=Timeout(read_seconds, connect=CONNECT_SECONDS),
        limits=Limits(
            max_connections=connections_max,
            max_keepalive_connections=IDLE_CONNECTIONS_MAX,
            keepalive_expiry=KEEP_ALIVE_SECONDS,
        ),
        follow_redirects=False,
        trust_env=not is_loopback(base_url),
        headers={"User-Agent": f"easel/{_version()}", **(headers or {})},
    )


def is_loopback(url: str) -> bool:
    """Whether a URL points at this very machine."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):  # RFC 6761, 6.3
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _version() -> str:
    try:
        return version("easel")
    except PackageNotFoundError:  # run from a checkout that was never installed
        return "0"


__all__ = [
    "URL",
    "AsyncClient",
    "ConnectError",
    "ConnectTimeout",
    "HTTPError",
    "HTTPStatusError",
    "PoolTimeout",
    "ProxyError",
    "ReadError",
    "ReadTimeout",
    "RemoteProtocolError",
    "Request",
    "Response",
    "Timeout",
    "TimeoutException",
    "TransportError",
    "WriteError",
    "WriteTimeout",
    "client",
    "is_loopback",
]
