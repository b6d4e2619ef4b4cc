"""The fake image API as fixtures: `from support_image_api import image_api  # noqa: F401`."""

from __future__ import annotations

import base64
import io
from collections.abc import AsyncIterator
from functools import cache

import httpx
import pytest
from emulators.image_api.server import FakeImageApi
from PIL import Image, ImageDraw


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


@cache
def scenery(hue: str = "tomato", kind: str = "PNG") -> bytes:
    """A picture of 640 x 427 to be edited: a slope of light with a disc in it."""
    light = Image.linear_gradient("L").resize((640, 427))
    picture = Image.merge("RGB", (light, light.transpose(Image.Transpose.FLIP_TOP_BOTTOM), light))
    ImageDraw.Draw(picture).ellipse((200, 100, 440, 340), fill=hue)
    out = io.BytesIO()
    picture.save(out, kind)
    return out.getvalue()


def drawn(b64: str) -> Image.Image:
    """The picture in an answer."""
    return Image.open(io.BytesIO(base64.b64decode(b64)))


def refused(
    answer: httpx.Response,
    param: str | None,
    code: str | None,
    kind: str = "invalid_request_error",
    status: int = 400,
) -> str:
    """See that an answer is this refusal in OpenAI's envelope; its message."""
    assert answer.status_code == status, answer.text[:200]
    error = answer.json()["error"]
    assert set(error) >= {"message", "type", "param", "code"}
    assert (error["param"], error["code"], error["type"]) == (param, code, kind), error["message"]
    return str(error["message"])
