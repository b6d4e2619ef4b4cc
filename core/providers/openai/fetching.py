"""Pictures that a server answers as an address instead of as base64: fetched, but not from anywhere.

The address comes from a server, so it is hostile (server-side request forgery): https only, a public host only, no
redirect, no key. Two things are trusted because the operator named them: the very origin of the base URL, which may be
plain http and gets the key, and, where that base URL is itself in a private network, other private hosts.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

from core.http import HTTPError, client
from core.ports import BlobStore
from core.providers.openai.account import Account
from core.providers.openai.decoding import Arriving, Flaw, KeptPicture
from core.providers.profiles import Auth

READ_SECONDS: Final = 30.0
WHOLE_SECONDS: Final = 120.0
TRIES: Final = 3  # a download costs nothing
PAUSE_SECONDS: Final = 0.5
URL_CHARACTERS_MAX: Final = 8_000
# Python 3.11's `is_global` holds these for public, though traffic to some of them ends on this very machine.
_NOT_PUBLIC: Final = tuple(
    ipaddress.ip_network(network)
    for network in (
        "64:ff9b::/96",  # RFC 6052: an IPv4 address in an IPv6 one
        "64:ff9b:1::/48",  # RFC 8215
        "2002::/16",  # RFC 3056: 6to4, the same
        "2001::/32",  # RFC 4380: Teredo, the same
        "fec0::/10",  # RFC 3879: site-local
        "ff00::/8",  # multicast
        "224.0.0.0/4",  # multicast
        "192.0.0.0/24",  # RFC 6890
        "192.88.99.0/24",  # RFC 7526
    )
)
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Target:
    """Where to connect, and what to say there."""

    url: str
    headers: dict[str, str]
    server_name: str = ""  # for TLS, where the URL holds the checked address in place of the name


class Fetcher:
    """Fetches for one account."""

    def __init__(self, account: Account) -> None:
        self._account = account

    async def fetch(self, url: str, into: BlobStore) -> KeptPicture | Flaw:
        """The picture at this address, kept. Never raises for what the address or its server is."""
        for attempt in range(TRIES):
            target = await target_of(url, self._account)
            if isinstance(target, Flaw):
                return target
            try:
                async with asyncio.timeout(WHOLE_SECONDS):
                    return await self._once(target, into)
            except (HTTPError, TimeoutError):
                await asyncio.sleep(PAUSE_SECONDS * attempt)
        return Flaw("its address did not answer")

    async def _once(self, target: Target, into: BlobStore) -> KeptPicture | Flaw:
        extensions = {"sni_hostname": target.server_name} if target.server_name else {}
        async with (
            client(self._account.base_url, read_seconds=READ_SECONDS, headers=target.headers) as network,
            network.stream("GET", target.url, extensions=extensions) as response,
            into.writer() as writer,
        ):
            if response.status_code != 200:
                return Flaw(f"its address answered {response.status_code}")
            picture = Arriving(writer)
            async for data in response.aiter_bytes():
                picture.add_bytes(data)
                if picture.flaw is not None:
                    return picture.flaw
            picture.end()
            if picture.flaw is not None:
                return picture.flaw
            return KeptPicture(await writer.commit(), picture.size, picture.media_type)


async def target_of(url: str, account: Account) -> Target | Flaw:
    """Where that address leads, when it may be followed."""
    base = urlsplit(account.base_url)
    try:
        parts = urlsplit(urljoin(account.base_url + "/", url)) if len(url) <= URL_CHARACTERS_MAX else urlsplit("")
        origin, base_origin = _origin(parts), _origin(base)
    except ValueError:  # a port that is no number, a broken bracket
        return Flaw("its address is none")
    host = parts.hostname
    if not host or parts.username or parts.password:
        return Flaw("its address is none")
    address = urlunsplit(parts._replace(fragment=""))
    if origin == base_origin:
        return Target(address, _authorization(account))
    if parts.scheme != "https":
        return Flaw("its address is not https")
    if not all(is_public(one) for one in await _addresses(base.hostname or "", origin[2])):
        return Target(address, {})
    found = await _addresses(host, origin[2])
    if not found or origin[2] != 443 or not all(is_public(one) for one in found):
        return Flaw("its address is not a public one")
    return _pinned(parts, host, found[0])


def is_public(address: Address) -> bool:
    """Whether it is certainly somebody else's, out on the internet."""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return is_public(address.ipv4_mapped)
    reserved = any(address in network for network in _NOT_PUBLIC if network.version == address.version)
    return address.is_global and not reserved


def _origin(parts: SplitResult) -> tuple[str, str, int]:
    return parts.scheme, (parts.hostname or "").lower(), parts.port or (443 if parts.scheme == "https" else 80)


def _authorization(account: Account) -> dict[str, str]:
    key = account.api_key.get_secret_value()
    if not key:
        return {}
    match account.server.auth:
        case Auth.BEARER:
            return {"Authorization": f"Bearer {key}"}
        case Auth.API_KEY:
            return {"api-key": key}


def _pinned(parts: SplitResult, host: str, address: Address) -> Target:
    """To the address that was checked: a second look-up of the name could give another one (DNS rebinding)."""
    literal = f"[{address}]" if address.version == 6 else str(address)
    return Target(urlunsplit(parts._replace(netloc=literal, fragment="")), {"Host": host}, server_name=host)


async def _addresses(host: str, port: int) -> Sequence[Address]:
    """All that a name stands for. The system reads a number in any of its old spellings, `0x7f.1`, as it will later."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
