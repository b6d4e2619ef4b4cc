"""A way to a Postgres server that can lose what is said on it, at the worst moment."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit, urlunsplit

_SOCKET = ".s.PGSQL.5432"


class Proxy:
    """Passes everything on, until it is told to swallow something."""

    def __init__(self, url: str, folder: Path) -> None:
        parts = urlsplit(url)
        hosts = parse_qs(parts.query).get("host")
        self._socket = Path(hosts[0]) / _SOCKET if hosts else None
        self._host, self._port = parts.hostname or "localhost", parts.port or 5432
        self.url = urlunsplit(
            parts._replace(netloc=f"{parts.username}@", query=f"host={quote(str(folder), safe='')}&sslmode=disable")
        )
        self.swallowed = 0
        self._word = b""
        self._arrives = False
        self._refusing = 0

    @classmethod
    @asynccontextmanager
    async def between(cls, url: str) -> AsyncIterator[Proxy]:
        """Listen on a socket of its own; `url` is then the address to use."""
        with tempfile.TemporaryDirectory(prefix="easel-proxy-") as name:
            proxy = cls(url, Path(name))
            async with await asyncio.start_unix_server(proxy._serve, Path(name) / _SOCKET):
                yield proxy

    def swallow_the_next(self, word: str, *, arrives: bool) -> None:
        """The answer to this statement is lost with the connection; or, where it does not arrive, the statement."""
        self._word, self._arrives = word.encode() + b"\x00", arrives

    def refuse_the_next(self, connections: int) -> None:
        """As a server does that is about to start."""
        self._refusing = connections

    async def _serve(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        if self._refusing:
            self._refusing -= 1
            to_client.close()
            return
        if self._socket is not None:
            server, to_server = await asyncio.open_unix_connection(self._socket)
        else:
            server, to_server = await asyncio.open_connection(self._host, self._port)
        answers = asyncio.create_task(_pass_on(server, to_client))
        while data := await client.read(65536):
            if self._word and self._word in data:
                self._word = b""
                self.swallowed += 1
                if self._arrives:
                    answers.cancel()
                    await asyncio.gather(answers, return_exceptions=True)
                    to_server.write(data)
                    await server.read(65536)
                break
            to_server.write(data)
        to_server.close()
        await asyncio.gather(answers, return_exceptions=True)
        to_client.close()


async def _pass_on(source: asyncio.StreamReader, into: asyncio.StreamWriter) -> None:
    while data := await source.read(65536):
        into.write(data)
    into.close()
