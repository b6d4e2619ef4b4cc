"""`easel healthcheck`: one request to the running Easel, as a monitor would make it."""

from __future__ import annotations

import ipaddress

from core.http import HTTPError, client
from core.settings import Settings
from core.store.lock import DataFolderLock

PATIENCE_SECONDS = 4.0  # under the 5 s that the container's HEALTHCHECK gives


def address(settings: Settings) -> str:
    """Where the running Easel is reached from this machine.

    An address that means "all of them" (0.0.0.0 and ::) is listened on, not called.
    """
    if settings.web.port == 0:  # any free port: the running process left word which one
        holder = DataFolderLock(settings.data_dir).holder()
        return holder.url.rstrip("/") if holder is not None else ""
    host = settings.web.host
    if host != "localhost":
        ip = ipaddress.ip_address(host)
        if ip.is_unspecified:
            ip = ipaddress.ip_address("127.0.0.1" if ip.version == 4 else "::1")
        host = str(ip) if ip.version == 4 else f"[{ip}]"
    return f"http://{host}:{settings.web.port}"


async def ask(settings: Settings) -> str:
    """What is wrong, in a sentence; empty when all is well."""
    url = address(settings)
    if not url:
        return "No Easel runs on this data folder. Start it with: easel run"
    try:
        async with client(url, read_seconds=PATIENCE_SECONDS, headers=_host(settings)) as http:
            answer = await http.get("/healthz")
    except HTTPError as error:
        return f"Easel does not answer at {url} ({type(error).__name__}). Is it running?"
    if answer.is_success:
        return ""
    return f"Easel at {url} says that it is not well (HTTP {answer.status_code}). Its log says more."


def _host(settings: Settings) -> dict[str, str]:
    """On an address of the network it answers to the names that it was given, as browsers use them."""
    if settings.web.is_public and settings.web.allowed_hosts:
        return {"Host": settings.web.allowed_hosts[0]}
    return {}
