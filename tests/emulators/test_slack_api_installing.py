"""Signed requests, OAuth, rotating tokens, whole Enterprise Grids: the fake Slack proved with Bolt's own flows."""

from __future__ import annotations

import html
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from emulators.slack_api.server import FakeSlack
from slack_bolt.async_app import AsyncApp
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth.installation_store import FileInstallationStore
from slack_sdk.oauth.state_store import FileOAuthStateStore
from support_slack_api import client_of, no_proxies, slack, slack_api  # noqa: F401

from bots.slack.manifest import Profile, manifest

pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")  # slack_sdk 3.47's own

Payload = dict[str, Any]
SCOPES = ["commands", "chat:write"]


@asynccontextmanager
async def serving(fake: FakeSlack, app: AsyncApp) -> AsyncIterator[str]:
    """The app's own server, known to Slack: its address."""
    runner = web.AppRunner(app.web_app(path="/slack/events"), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        await fake.connect_http(f"{base}/slack/events")
        fake.redirect_uri = f"{base}/slack/oauth_redirect"
        yield base
    finally:
        await runner.cleanup()


def installable(fake: FakeSlack, folder: Path, heard: list[Payload], answers: list[str]) -> AsyncApp:
    """A Bolt app that many workspaces can install."""
    settings = AsyncOAuthSettings(
        client_id=fake.client_id,
        client_secret=fake.client_secret,
        scopes=SCOPES,
        installation_store=FileInstallationStore(base_dir=str(folder / "installs"), client_id=fake.client_id),
        state_store=FileOAuthStateStore(expiration_seconds=60, base_dir=str(folder / "states")),
        authorization_url=fake.authorize_url,
    )
    app = AsyncApp(client=client_of(fake), signing_secret=fake.signing_secret, oauth_settings=settings)
    app.enable_token_revocation_listeners()

    @app.command("/imagine")
    async def imagine(ack: Any, body: Payload, client: Any) -> None:
        heard.append(body)
        answers.append((await client.auth_test())["team_id"])
        await ack("drawing")

    return app


async def install(base: str, fake: FakeSlack, person: Any, where: Any = None) -> int:
    """In a browser: the app's page, Slack's page, Allow, and back."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as browser:
        async with browser.get(f"{base}/slack/install") as page:
            text = await page.text()
            cookie = {name: each.value for name, each in page.cookies.items()}  # it is "Secure", and this is plain http
        url = html.unescape(text[text.index(fake.authorize_url) :].partition('"')[0])
        async with browser.get(url) as page:
            assert "commands" in await page.text()
        async with browser.get(fake.approve(url, person, where), cookies=cookie) as done:
            return done.status


async def test_two_workspaces_install_and_one_leaves(slack_api: FakeSlack, tmp_path: Path) -> None:  # noqa: F811
    fake = slack_api
    teams = [fake.workspace(name, installed=False) for name in ("One", "Two")]
    people = [team.person("Guest") for team in teams]
    heard: list[Payload] = []
    answers: list[str] = []
    async with serving(fake, installable(fake, tmp_path, heard, answers)) as base:
        for team, person in zip(teams, people, strict=True):
            assert await install(base, fake, person) == 200
            assert team.bot_token.startswith("xoxb-")
        for team, person in zip(teams, people, strict=True):
            room = team.channel("pictures", members=[person])
            assert (await fake.command(person, room, "/imagine", "a fox")).message is not None
        assert answers == [team.id for team in teams]
        await fake.uninstall(teams[0])
        gone = [each for each in fake.deliveries if each.sort == "events_api"]
        assert [each.type for each in gone] == ["tokens_revoked", "app_uninstalled"]
        for each in gone:
            await each.settled.wait()
            assert each.acknowledged
        await fake.command(people[0], next(iter(teams[0].channels.values())), "/imagine")
        assert len(heard) == 2
        told = fake.ephemerals(people[0], next(iter(teams[0].channels.values())))
        assert "install" in told[-1].text


async def test_codes_and_secrets(slack_api: FakeSlack) -> None:  # noqa: F811
    fake = slack_api
    team = fake.workspace(installed=False)
    guest = team.person("Guest")
    url = f"{fake.authorize_url}?client_id={fake.client_id}&scope=commands&state=s1&redirect_uri=http://127.0.0.1/back"
    back = fake.approve(url, guest)
    assert back.startswith("http://127.0.0.1/back?code=")
    assert back.endswith("state=s1")
    code = back.partition("code=")[2].partition("&")[0]
    client = client_of(fake)

    async def access(**more: str) -> str:
        given = {"client_id": fake.client_id, "client_secret": fake.client_secret, "code": code}
        given |= {"redirect_uri": "http://127.0.0.1/back"}
        with pytest.raises(SlackApiError) as caught:
            await client.oauth_v2_access(**given | more)
        return str(caught.value.response["error"])

    assert await access(client_id="1.1") == "invalid_client_id"
    assert await access(client_secret="x") == "bad_client_secret"
    assert await access(code="x") == "invalid_code"
    assert await access(redirect_uri="http://evil.example/") == "bad_redirect_uri"
    answer = await client.oauth_v2_access(
        client_id=fake.client_id, client_secret=fake.client_secret, code=code, redirect_uri="http://127.0.0.1/back"
    )
    assert (answer["access_token"], answer["team"]["id"]) == (team.bot_token, team.id)
    assert answer["authed_user"]["id"] == guest.id
    assert await access() == "code_already_used"
    late = fake.approve(url, guest).partition("code=")[2].partition("&")[0]
    fake.clock.advance(601)
    assert await access(code=late) == "invalid_code"
    assert "error=access_denied" in fake.deny(url)
    with pytest.raises(AssertionError, match="invalid_scope"):
        fake.approve(url.replace("scope=commands", "scope=admin"), guest)


async def test_tokens_rotate_and_a_refresh_token_works_once(slack_api: FakeSlack) -> None:  # noqa: F811
    fake = slack_api
    fake.token_rotation = True
    team = fake.workspace(installed=False)
    url = f"{fake.authorize_url}?client_id={fake.client_id}&scope=commands&redirect_uri=http://127.0.0.1/back"
    code = fake.approve(url, team.person("Guest")).partition("code=")[2].partition("&")[0]
    client = client_of(fake)
    who = {"client_id": fake.client_id, "client_secret": fake.client_secret}
    first = await client.oauth_v2_access(code=code, redirect_uri="http://127.0.0.1/back", **who)
    assert first["expires_in"] == 43200
    refresh = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    second = await client.oauth_v2_access(**refresh, **who)
    with pytest.raises(SlackApiError, match="invalid_refresh_token"):
        await client.oauth_v2_access(**refresh, **who)
    for token in (first["access_token"], second["access_token"]):
        await client.auth_test(token=token)
    fake.clock.advance(43201)
    with pytest.raises(SlackApiError, match="token_expired"):
        await client.auth_test(token=second["access_token"])
    again = {"grant_type": "refresh_token", "refresh_token": second["refresh_token"]}
    third = await client.oauth_v2_access(**again, **who)
    await client.auth_revoke(token=third["access_token"])
    with pytest.raises(SlackApiError, match="token_revoked"):
        await client.auth_test(token=third["access_token"])
    last = {"grant_type": "refresh_token", "refresh_token": third["refresh_token"]}
    with pytest.raises(SlackApiError, match="invalid_refresh_token"):
        await client.oauth_v2_access(**last, **who)


async def test_a_whole_grid_shares_one_token(slack_api: FakeSlack, tmp_path: Path) -> None:  # noqa: F811
    fake = slack_api
    grid = fake.enterprise("Grid")
    one, two = (fake.workspace(name, installed=False, enterprise=grid) for name in ("One", "Two"))
    guest = two.person("Guest")
    heard: list[Payload] = []
    answers: list[str] = []
    async with serving(fake, installable(fake, tmp_path, heard, answers)) as base:
        assert await install(base, fake, one.person("Owner"), grid) == 200
        room = two.channel("pictures", members=[guest])
        assert (await fake.command(guest, room, "/imagine")).message is not None
        assert (heard[0]["is_enterprise_install"], heard[0]["enterprise_id"]) == ("true", grid.id)
        assert one.bot_token == two.bot_token
        assert one.bot.id == two.bot.id
        fake.events.add("app_mention")
        assert two.installation is not None
        two.installation.scopes.add("app_mentions:read")
        said = await fake.say(guest, room, "x", mention=True)
        (authorization,) = said.deliveries[-1].payload["authorizations"]
        assert (authorization["is_enterprise_install"], authorization["enterprise_id"]) == (True, grid.id)
        who = await client_of(fake, two.bot_token).auth_test()
        assert (who["enterprise_id"], who["is_enterprise_install"]) == (grid.id, True)
        await client_of(fake, two.bot_token).chat_postMessage(channel=room.id, text="x", team_id=two.id)


async def _never_again(_: web.Request) -> web.Response:
    return web.Response(status=500, headers={"X-Slack-No-Retry": "1"})


async def test_requests_are_signed(no_proxies: None) -> None:  # noqa: F811
    async with slack(ack_seconds=0.5, retry_seconds=(0.01,)) as fake:
        team = fake.workspace()
        guest = team.person("Guest")
        room = team.channel("pictures", members=[guest])
        app = AsyncApp(client=client_of(fake, team.bot_token), signing_secret=fake.signing_secret)
        headers: list[dict[str, list[str]]] = []

        @app.use
        async def note(req: Any, next_: Any) -> None:
            headers.append(dict(req.headers))
            await next_()

        async with serving(fake, app) as base:
            said = await (await fake.say(guest, room, "nobody listens")).settled()
            assert [(each.status, each.reason) for each in said.deliveries[0].attempts] == [(404, "http_error")] * 2
            assert "x-slack-retry-num" not in headers[-2]
            assert headers[-1]["x-slack-retry-num"] == ["1"]
            assert headers[-1]["x-slack-retry-reason"] == ["http_error"]
            assert (await fake.command(guest, room, "/unknown")).error == "dispatch_failed"
            no_more = web.Application()
            no_more.router.add_post("/", _never_again)
            runner = web.AppRunner(no_more, access_log=None)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            await fake.connect_http(f"http://127.0.0.1:{runner.addresses[0][1]}/", verify=False)
            given_up = await (await fake.say(guest, room, "x")).settled()
            assert [each.status for each in given_up.deliveries[0].attempts] == [500]
            await runner.cleanup()
            body = b"command=%2Fx&text=y"
            form = {"Content-Type": "application/x-www-form-urlencoded"}
            async with aiohttp.ClientSession() as session:
                for signature, status in (
                    (fake.sign(body), 404),
                    (fake.sign(body, secret="other"), 401),
                    (fake.sign(body, at=int(fake.clock.now()) - 400), 401),
                ):
                    async with session.post(f"{base}/slack/events", data=body, headers=signature | form) as answer:
                        assert answer.status == status
            fake.signing_secret = "changed"
            with pytest.raises(AssertionError, match="not verified"):
                await fake.connect_http(f"{base}/slack/events")


async def test_an_app_is_what_its_manifest_says(slack_api: FakeSlack) -> None:  # noqa: F811
    fake = slack_api
    document = manifest(Profile.MINIMAL)
    document["features"]["app_home"]["home_tab_enabled"] = False
    fake.adopt(document, optional=False)
    team = fake.workspace()
    guest = team.person("Guest")
    room = team.channel("pictures", members=[guest])
    assert team.installation is not None
    assert team.installation.scopes == set(document["oauth_config"]["scopes"]["bot"])
    said = await fake.say(guest, room, "x", mention=True)
    assert [each.type for each in said.deliveries] == ["app_mention"]
    for done, why in (
        (fake.command(guest, room, "/dance"), "not a valid command"),
        (fake.shortcut(guest, said.message, "dance"), "no dance"),
        (fake.say(guest, fake.dm(guest), "x"), "turned off"),
        (fake.open_home(guest), "no tab"),
    ):
        with pytest.raises(AssertionError, match=why):
            await done
    with pytest.raises(SlackApiError, match="not_enabled"):
        await client_of(fake, team.bot_token).views_publish(user_id=guest.id, view={"type": "home", "blocks": []})
    document["oauth_config"]["scopes"]["bot"].remove("app_mentions:read")
    with pytest.raises(AssertionError, match="app_mention needs"):
        fake.adopt(document)
