"""The fake Slack as fixtures: `from support_slack_api import slack_api  # noqa: F401`."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

import pytest
from emulators.slack_api.server import FakeSlack
from PIL import Image
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bots.slack.manifest import Profile, manifest

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY", "all_proxy")


@pytest.fixture
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """slack_sdk takes the proxy of the environment and ignores NO_PROXY: a loopback call would go there."""
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
async def slack_api(no_proxies: None) -> AsyncIterator[FakeSlack]:
    """A Slack that listens; stopped afterwards."""
    async with slack() as fake:
        yield fake


@asynccontextmanager
async def slack(
    *,
    share_after: float = 0.05,
    ack_seconds: float = 3.0,
    retry_seconds: tuple[float, ...] = (0.02, 0.05, 0.1),
    profile: str = "full",
    alt_txt: str = "kept",
) -> AsyncIterator[FakeSlack]:
    """The same, as one wants it. Retries come quickly here; scopes and events are those of Easel's own manifest."""
    fake = await FakeSlack.start(
        share_after=share_after, ack_seconds=ack_seconds, retry_seconds=retry_seconds, profile=profile, alt_txt=alt_txt
    )
    fake.adopt(manifest(Profile(profile)), entries=False)
    try:
        yield fake
    finally:
        await fake.aclose()
    assert not fake.errors, f"the fake itself failed: {fake.errors!r}"


def client_of(fake: FakeSlack, token: str = "") -> AsyncWebClient:
    """The official client, talking to the fake."""
    return AsyncWebClient(token or None, base_url=fake.api_base)


@asynccontextmanager
async def socket_mode(fake: FakeSlack, app: AsyncApp, *, sockets: int = 1) -> AsyncIterator[None]:
    """A Bolt app, connected through Socket Mode; closed afterwards."""
    before = len(fake.sockets.open)
    handlers: list[Any] = [AsyncSocketModeHandler(app, fake.app_token) for _ in range(sockets)]
    try:
        for handler in handlers:
            await handler.connect_async()
        await fake.connected(before + sockets)
        yield
    finally:
        for handler in handlers:
            await handler.close_async()
        await asyncio.sleep(0)


@cache
def picture(colour: str = "tomato", size: tuple[int, int] = (64, 48), kind: str = "PNG") -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind)
    return out.getvalue()
