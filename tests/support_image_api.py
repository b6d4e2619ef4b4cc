"""The fake image API as a fixture: `from support_image_api import image_api  # noqa: F401`."""

from __future__ import annotations

from collections.abc import AsyncIterator

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
