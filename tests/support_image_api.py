"""The fake image API as fixtures: `from support_image_api import image_api  # noqa: F401`."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from emulators.image_api.server import FakeImageApi


@pytest.fixture
async def image_api() -> AsyncIterator[FakeImageApi]:
    """OpenAI's own persona, listening; stopped afterwards."""
    server = await FakeImageApi.start()
    try:
        yield server
    finally:
        await server.aclose()


@pytest.fixture
async def asked(image_api: FakeImageApi) -> AsyncIterator[httpx.AsyncClient]:
    """A plain client of it, with the key."""
    headers = {"authorization": f"Bearer {image_api.key}"}
    async with httpx.AsyncClient(base_url=image_api.base_url, headers=headers, verify=False, timeout=10) as client:
        yield client
