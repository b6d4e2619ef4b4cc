"""Easel's own provider in a process of its own: python api_ours.py http://127.0.0.1:8900/v1"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from api_child import KEY, LARGE, MODEL, PROMPT, SMALL, measured, obey
from pydantic import SecretStr

from core.blobs.files import FileBlobs
from core.clock import SystemClock
from core.model import JobId, Size, new_id
from core.ports import Drawn, GenerateOrder
from core.providers.openai.account import Account
from core.providers.openai.breaker import Breakers
from core.providers.openai.connection import Connection
from core.providers.openai.images import Images
from core.providers.openai.pacing import Pacing
from core.providers.openai.provider import OpenAI
from core.providers.profiles import server_of


async def main(base_url: str) -> None:
    """Draw as told."""
    account = Account(base_url, SecretStr(KEY), server_of(base_url, "openai"), MODEL, previews=0)
    clock = SystemClock()
    connection = Connection(account, clock, Pacing(clock), Breakers(clock))
    provider = OpenAI(account, connection, Images(account, connection), None)
    with tempfile.TemporaryDirectory(prefix="easel-bench-") as folder:
        blobs = FileBlobs(Path(folder))

        async def draw(size: str) -> Drawn:
            width, _, height = size.partition("x")
            order = GenerateOrder(job=JobId(new_id()), model=MODEL, text=PROMPT, size=Size(int(width), int(height)))
            (drawn,) = [event async for event in provider.generate(order, blobs) if isinstance(event, Drawn)]
            return drawn

        await draw(SMALL)
        await obey({"draw": lambda pictures: measured(pictures, lambda _: draw(LARGE))})
    await provider.aclose()


asyncio.run(main(sys.argv[1]))
