"""OpenAI's own Python client, pointed at a fake: the freshest word on what the real API says and is told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import openai
from emulators.image_api.server import FakeImageApi


@asynccontextmanager
async def sdk(api: FakeImageApi, **options: Any) -> AsyncIterator[openai.AsyncOpenAI]:
    """The official client of a fake, without retries unless they are asked for."""
    plain = openai.DefaultAsyncHttpxClient(verify=False)  # no list of authorities to load: it is all on this machine
    options = {"api_key": api.key, "base_url": api.base_url, "max_retries": 0, "http_client": plain, **options}
    async with openai.AsyncOpenAI(**options) as client:
        yield client
