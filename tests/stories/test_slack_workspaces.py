"""Two workspaces install one Easel through its own pages; each draws with its own token; one leaves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest
from emulators.slack_api.server import FakeSlack
from emulators.slack_api.world import Person, Workspace
from support_house import Hand
from support_slack_api import no_proxies, slack_api  # noqa: F401
from support_slack_install import KEY
from support_slack_whole import PUBLIC, Whole, whole

NAME = urlsplit(PUBLIC).netloc


@pytest.fixture
async def it(slack_api: FakeSlack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Whole]:  # noqa: F811
    slack_api.workspace("Studio", installed=False)
    async with whole(slack_api, tmp_path, monkeypatch, "http", hand=Hand(), environ=many(slack_api)) as one:
        yield one


def many(fake: FakeSlack) -> dict[str, str]:
    return {
        "EASEL_SLACK__API_BASE": fake.api_base,
        "EASEL_SLACK__FILE_HOSTS": fake.file_host,
        "EASEL_SLACK__CLIENT_ID": fake.client_id,
        "EASEL_SLACK__CLIENT_SECRET": fake.client_secret,
        "EASEL_SLACK__ENCRYPTION_KEYS": KEY,
        "SLACK_SIGNING_SECRET": fake.signing_secret,
        "EASEL_SLACK__PUBLIC_URL": PUBLIC,
    }


async def visited(it: Whole, address: str, cookie: str = "") -> tuple[int, str, str]:
    """What a browser is shown at Easel's public address: the status, where it is sent, and its cookie."""
    parts = urlsplit(address)
    headers = {"Host": NAME} | ({"Cookie": cookie} if cookie else {})
    async with (
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
        session.get(f"{it.url}{parts.path}?{parts.query}", headers=headers, allow_redirects=False) as answer,
    ):
        await answer.read()
        kept = answer.headers.get("Set-Cookie", "").partition(";")[0]
        return answer.status, answer.headers.get("Location", ""), kept


async def installs(it: Whole, by: Person) -> Whole:
    """Somebody brings Easel into their workspace; what is seen there."""
    status, location, cookie = await visited(it, f"{PUBLIC}/slack/install")
    assert status == 302
    assert location.startswith(it.fake.authorize_url)
    status, _, _ = await visited(it, it.fake.approve(location, by), cookie)
    assert status == 200
    art = by.team.channel("art", members=[by])
    return replace(it, team=by.team, art=art, member=by)


def tokens_in(it: Whole, team: Workspace) -> set[str]:
    return {call.token for call in it.fake.calls if call.token and call.team == team.id}


async def test_each_workspace_draws_with_its_own_token_and_one_leaves(it: Whole) -> None:
    one = await installs(it, it.team.person("Moderator", is_admin=True))
    other_team = it.fake.workspace("Works", installed=False)
    other = await installs(it, other_team.person("Designer", is_admin=True))
    mine = await one.drawn("a lighthouse", mention=True)
    theirs = await other.drawn("a boat", mention=True)
    assert tokens_in(it, one.team) == {one.team.bot_token}
    assert tokens_in(it, other.team) == {other.team.bot_token}
    assert one.team.bot_token != other.team.bot_token
    data = b"".join(each.read_bytes() for each in it.folder.glob("easel.sqlite3*"))
    for team in (one.team, other.team):
        assert team.bot_token.encode() not in data, "kept, and not readable"
    await it.fake.uninstall(other.team)
    await it.quiet()
    before = len(it.fake.calls)
    await one.drawn("make it night", thread=mine.ts)
    assert {call.team for call in list(it.fake.calls)[before:] if call.team} == {one.team.id}
    again = await installs(it, other.member)
    await again.drawn("a red boat", mention=True)
    assert it.hand is not None
    assert [each.text for each in it.hand.orders] == ["a lighthouse", "a boat", "make it night", "a red boat"]
    assert await again.lineage(again.controls(again.fake.messages(again.art)[0])[-1]) == ["a red boat"]
    assert theirs.message.channel is other.art


async def test_who_says_no_at_slack_has_installed_nothing(it: Whole) -> None:
    person = it.team.person("Moderator", is_admin=True)
    _, location, cookie = await visited(it, f"{PUBLIC}/slack/install")
    status, _, _ = await visited(it, it.fake.deny(location), cookie)
    assert status == 200
    assert it.fake.installation_of(person.team) is None
