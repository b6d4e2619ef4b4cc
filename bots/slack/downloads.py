"""Fetches files of Slack's: with the workspace's token, from allowed hosts, up to a size, and nothing else.

An address may come from anybody, and the token is worth more than any picture: it is sent to the allowed hosts only,
and every redirect is checked anew.
"""

from __future__ import annotations

from typing import Final

import aiohttp
from pydantic import SecretStr
from yarl import URL

from bots.slack import limits
from core.errors import Gone, Later, UnusableImage
from core.http import is_loopback

_CHUNK_BYTES: Final = 64 * 1024
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_AGAIN: Final = "Attach it again."
_NOT_SHOWN: Final = "Slack does not let me see that picture."
_INVITE: Final = "Invite me to its channel, or attach the picture to a message to me."


class Downloads:
    """Files from the hosts that are allowed: `name`, or `name:port` where it is not the usual one."""

    def __init__(self, session: aiohttp.ClientSession, hosts: frozenset[str]) -> None:
        self._session = session
        self._hosts = hosts

    def allowed(self, url: str) -> bool:
        """Whether this address is one of Slack's files. Plain http is for this very machine alone."""
        return address_on(url, self._hosts) is not None

    async def bytes_of(self, url: str, token: SecretStr, bytes_max: int) -> bytes:
        """The file. Raises `Gone`, `UnusableImage` when it is larger, and `Later`."""
        address = address_on(url, self._hosts)
        headers = {"Authorization": f"Bearer {token.get_secret_value()}"}
        timeout = aiohttp.ClientTimeout(total=limits.UPLOAD_SECONDS)
        try:
            for _ in range(limits.REDIRECTS + 1):
                if address is None:
                    raise Gone("The picture is not one of Slack's files.", _AGAIN)
                async with self._session.get(
                    address, headers=headers, allow_redirects=False, timeout=timeout
                ) as answer:
                    if answer.status not in _REDIRECTS:
                        return await _read(answer, bytes_max)
                    address = _next(address, answer, self._hosts)
        except (aiohttp.ClientError, OSError, TimeoutError):
            raise Later("Slack's files cannot be reached at the moment.", "Try again in a minute.") from None
        raise Gone(_NOT_SHOWN, _INVITE)


def _next(address: URL, answer: aiohttp.ClientResponse, hosts: frozenset[str]) -> URL:
    """Where a redirect leads: never to another host. Without rights, Slack leads to its login page."""
    try:
        target = address.join(URL(answer.headers.get("Location", ""), encoded=True))
    except ValueError:
        target = URL()
    allowed = address_on(str(target), hosts)
    if allowed is None:
        raise Gone(_NOT_SHOWN, _INVITE)
    return allowed


async def _read(answer: aiohttp.ClientResponse, bytes_max: int) -> bytes:
    if answer.status == 429 or answer.status >= 500:
        raise Later("Slack's files cannot be had at the moment.", "Try again in a minute.")
    if answer.status != 200:
        raise Gone("The picture is no longer in Slack.", _AGAIN)
    # A token that may not see a file gets the login page, and status 200 with it.
    if answer.content_type in ("text/html", "application/xhtml+xml"):
        raise Gone(_NOT_SHOWN, _INVITE)
    if (answer.content_length or 0) > bytes_max:
        raise _too_large(bytes_max)
    data = bytearray()
    async for chunk in answer.content.iter_chunked(_CHUNK_BYTES):
        data += chunk
        if len(data) > bytes_max:
            raise _too_large(bytes_max)
    if bytes(data[:512]).lstrip().lower().startswith((b"<!doctype html", b"<html")):
        raise Gone(_NOT_SHOWN, _INVITE)
    return bytes(data)


def address_on(text: str, hosts: frozenset[str]) -> URL | None:
    """The address, if it is on one of these hosts and may be asked; None for every other one."""
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
