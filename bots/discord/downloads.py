"""Fetches attachments: from Discord's own hosts, up to a size, and nothing else. An address may come from anybody."""

from __future__ import annotations

from typing import Final

import aiohttp
from yarl import URL

from core.errors import Gone, Later, UnusableImage
from core.http import is_loopback

_SECONDS: Final = 60.0
_CHUNK_BYTES: Final = 64 * 1024
_AGAIN: Final = "Attach it again."


class Downloads:
    """Files from the hosts that are allowed: `name`, or `name:port` where it is not the usual one."""

    def __init__(self, session: aiohttp.ClientSession, hosts: frozenset[str]) -> None:
        self._session = session
        self._hosts = hosts

    def allowed(self, url: str) -> bool:
        """Whether this address is one of Discord's files. Plain http is for this very machine alone."""
        return _url(url, self._hosts) is not None

    async def bytes_of(self, url: str, bytes_max: int) -> bytes:
        """The file. A redirect is not followed. Raises `Gone`, `UnusableImage` when it is larger, and `Later`."""
        address = _url(url, self._hosts)
        if address is None:
            raise Gone("The picture is not one of Discord's files.", _AGAIN)
        try:
            async with self._session.get(
                address, allow_redirects=False, timeout=aiohttp.ClientTimeout(total=_SECONDS)
            ) as answer:
                return await _read(answer, bytes_max)
        except (aiohttp.ClientError, OSError, TimeoutError):
            raise Later("Discord's files cannot be reached at the moment.", "Try again in a minute.") from None


async def _read(answer: aiohttp.ClientResponse, bytes_max: int) -> bytes:
    if answer.status == 429 or answer.status >= 500:
        raise Later("Discord's files cannot be had at the moment.", "Try again in a minute.")
    if answer.status != 200:
        raise Gone("The picture is no longer on Discord.", _AGAIN)
    if (answer.content_length or 0) > bytes_max:
        raise _too_large(bytes_max)
    data = bytearray()
    async for chunk in answer.content.iter_chunked(_CHUNK_BYTES):
        data += chunk
        if len(data) > bytes_max:
            raise _too_large(bytes_max)
    return bytes(data)


def _url(text: str, hosts: frozenset[str]) -> URL | None:
    try:
        url = URL(text, encoded=True)
        host, port = url.host or "", url.port
    except ValueError:
        return None
    if url.user is not None or url.password is not None:
        return None
    usual = url.is_default_port() and host in hosts
    if not usual and f"{host}:{port}" not in hosts:
        return None
    if url.scheme == "https" or (url.scheme == "http" and is_loopback(text)):
        return url
    return None


def _too_large(bytes_max: int) -> UnusableImage:
    return UnusableImage(f"The picture is larger than {bytes_max // 1_000_000} MB.", "Make it smaller.")
