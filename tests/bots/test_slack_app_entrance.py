"""Easel's web server keeps its rules for the playground, and has doors of their own for Slack and for installing."""

from __future__ import annotations

from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web
from pydantic import SecretStr
from support_slack_api import no_proxies, slack_api  # noqa: F401
from support_slack_easel import PUBLIC, easel
from support_slack_install import KEY

from bots.http import Readiness, create_app
from bots.slack.app import Slack
from core.blobs.files import FileBlobs
from core.clock import SystemClock
from core.settings_slack import SlackSettings
from core.store.sqlite import SqliteDatabase
from core.telemetry import Metrics

NAME = "easel.example.org"


@asynccontextmanager
async def asked(method: str, url: str, **headers: str):
    async with (
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
        session.request(method, url, headers=headers, data=b"{}", allow_redirects=False) as answer,
    ):
        await answer.read()
        yield answer


async def status(method: str, url: str, **headers: str) -> int:
    async with asked(method, url, **headers) as answer:
        return answer.status


@pytest.mark.parametrize("host", [NAME, NAME.upper()])
async def test_slack_comes_by_the_public_name_to_its_own_route_only(slack_api, tmp_path, host):  # noqa: F811
    async with easel(slack_api, tmp_path, mode="http") as one:
        assert await status("POST", f"{one.url}/slack/events", Host=host) == 401, "it is let in, and not signed"
        assert await status("GET", f"{one.url}/slack/events", Host=host) == 405
        for path in ("/", "/healthz", "/readyz", "/metrics", "/api/session", "/slack/events/", "/slack/install"):
            assert await status("GET", f"{one.url}{path}", Host=host) == 421, path
        assert await status("POST", f"{one.url}/api/session", Host=host, Origin=PUBLIC) == 421
        assert await status("POST", f"{one.url}/slack/events", Host="evil.example") == 421


async def test_a_page_of_another_site_gains_nothing_there(slack_api, tmp_path):  # noqa: F811
    async with easel(slack_api, tmp_path, mode="http") as one:
        headers = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
        assert await status("POST", f"{one.url}/slack/events", Host=NAME, **headers) == 401
        assert await status("POST", f"{one.url}/api/messages", **headers) == 403


async def test_the_playground_is_as_it_was(slack_api, tmp_path):  # noqa: F811
    async with easel(slack_api, tmp_path, mode="http") as one:
        assert await status("GET", f"{one.url}/healthz") == 200
        assert await status("POST", f"{one.url}/api/session") == 403
        async with asked("POST", f"{one.url}/slack/events") as answer:
            assert answer.headers["X-Content-Type-Options"] == "nosniff"


class Nothing:
    """In place of the playground."""

    def mount(self, app: web.Application) -> None:
        """Adds nothing."""


async def test_browsers_install_by_the_public_name(slack_api, tmp_path):  # noqa: F811
    settings = SlackSettings(
        client_id=slack_api.client_id,
        client_secret=SecretStr(slack_api.client_secret),
        signing_secret=SecretStr(slack_api.signing_secret),
        encryption_keys=SecretStr(KEY),
        public_url=PUBLIC,
        api_base=slack_api.api_base,
    )
    database = await SqliteDatabase.open(tmp_path / "easel.sqlite3")
    slack = Slack(
        settings,
        database,
        FileBlobs(tmp_path / "blobs"),
        SystemClock(),
        label_of=lambda *_: "",
        connected=lambda _: None,
    )
    async with slack as app:
        app.attach(None)  # type: ignore[arg-type]  # nobody is heard
        assert app.entrance is not None
        site = create_app(Nothing(), Readiness(), Metrics(), entrances=[app.entrance])  # type: ignore[arg-type]
        runner = web.AppRunner(site, access_log=None, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        async with asked("GET", f"{url}/slack/install", Host=NAME) as answer:
            assert answer.status == 302
            assert answer.headers["Location"].startswith(slack_api.authorize_url)
            assert f"redirect_uri={PUBLIC}/slack/oauth_redirect" in answer.headers["Location"]
            cookie = answer.headers["Set-Cookie"]
            assert all(word in cookie for word in ("Secure", "HttpOnly"))
        assert await status("GET", f"{url}/slack/oauth_redirect?error=access_denied", Host=NAME) == 200
        assert await status("GET", f"{url}/slack/install", Host="evil.example") == 421
        assert await status("HEAD", f"{url}/slack/install", Host=NAME) == 405
        await runner.cleanup()
    await database.close()
