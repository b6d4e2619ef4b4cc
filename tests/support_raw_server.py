"""A server that does with its socket what a test says: answers, says half of it, hangs, or hangs up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Behaviour = Callable[["Exchange"], Awaitable[None]]


@dataclass
class Exchange:
    """One request as it came, and the socket to answer it on."""

    head: bytes
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @property
    def line(self) -> str:
        """`POST /v1/images/generations HTTP/1.1`"""
        return self.head.split(b"\r\n", 1)[0].decode()

    @property
    def headers(self) -> dict[str, str]:
        """By names in small letters."""
        lines = self.head.decode("latin-1").split("\r\n")[1:]
        pairs = (line.partition(":") for line in lines if line)
        return {name.lower(): value.strip() for name, _, value in pairs}

    async def body(self) -> bytes:
        """All of it: by its length, or in chunks."""
        if "content-length" in self.headers:
            return await self.reader.readexactly(int(self.headers["content-length"]))
        whole = b""
        while "transfer-encoding" in self.headers and (size := int(await self.reader.readline(), 16)):
            whole += (await self.reader.readexactly(size + 2))[:-2]
        return whole

    async def gone(self) -> bool:
        """Wait until the client has closed the connection."""
        try:
            return await self.reader.read() == b""
        except ConnectionResetError:
            return True


@dataclass
class RawServer:
    """Listens on a free port of this machine. Each connection is one request, for `behave`."""

    behave: Behaviour
    exchanges: list[Exchange] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    @property
    def base_url(self) -> str:
        """With the path that OpenAI has."""
        return f"http://127.0.0.1:{self.port}/v1"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            exchange = Exchange(await reader.readuntil(b"\r\n\r\n"), reader, writer)
            self.exchanges.append(exchange)
            await self.behave(exchange)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def raw_server(behave: Behaviour, port: int = 0) -> AsyncIterator[RawServer]:
    """Listen until the block ends; then nobody is waited for."""
    raw = RawServer(behave)
    serving: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        serving.add(task)
        try:
            await raw.serve(reader, writer)
        finally:
            serving.discard(task)

    server = await asyncio.start_server(connected, "127.0.0.1", port, backlog=1024)
    raw.port = server.sockets[0].getsockname()[1]
    try:
        yield raw
    finally:
        server.close()
        for task in list(serving):
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)


def answer(status: str, body: bytes = b"{}", *headers: str, length: int | None = None) -> bytes:
    """An HTTP answer that ends its connection. `length` lies about the body's."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}", "Connection: close"]
    if not any(header.lower().startswith("content-type") for header in headers):
        lines.append("Content-Type: application/json")
    return "\r\n".join([*lines, *headers, "", ""]).encode() + body


def says(status: str, body: bytes = b"{}", *headers: str, length: int | None = None) -> Behaviour:
    """Reads the request and answers this."""

    async def behave(exchange: Exchange) -> None:
        await exchange.body()
        exchange.writer.write(answer(status, body, *headers, length=length))

    return behave
