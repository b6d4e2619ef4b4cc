"""Many workspaces: installed through real pages, kept encrypted, each with its own token, forgotten when they go."""

from __future__ import annotations

import asyncio
import base64

import pytest
from pydantic import SecretStr
from slack_sdk.oauth.installation_store import Installation
from support_slack_api import no_proxies, slack_api  # noqa: F401
from support_slack_install import KEY, Moving, office
from support_slack_transport import Told, over_sockets

from bots.slack.api import Api
from bots.slack.clients import web_client
from bots.slack.grids import Grids
from bots.slack.installations import Installations
from bots.slack.installing import INSTALL, REDIRECT
from bots.slack.records import Records
from bots.slack.sealing import Seal, Sealed
from bots.slack.workspaces import OneWorkspace
from core.errors import BadSettings, Gone, Later
from core.store.sqlite import SqliteDatabase


@pytest.fixture
async def desk(slack_api, tmp_path):  # noqa: F811
    async with office(slack_api, tmp_path) as opened:
        yield opened


def workspace(fake, name, **more):
    team = fake.workspace(name, installed=False, **more)
    return team, team.person("Guest")


async def test_two_workspaces_install_easel_and_each_has_its_token(desk, slack_api):  # noqa: F811
    (one, guest), (two, member) = workspace(slack_api, "One"), workspace(slack_api, "Two <b>")
    first, second = await desk.install(guest), await desk.install(member)
    assert (first.status, second.status) == (200, 200)
    assert "Easel is in One." in first.text
    assert "Two &lt;b&gt;" in second.text
    assert (await desk.tokens.of(one.id)).get_secret_value() == one.installation.token
    assert (await desk.tokens.of(two.id)).get_secret_value() == two.installation.token
    assert one.installation.token != two.installation.token
    known = await desk.tokens.known(one.id, "", whole_grid=False)
    assert known is not None
    assert (known.team, known.me, known.bot) == (one.id, one.bot.id, one.bot.bot_id)
    assert await desk.tokens.known("T0NOWHERE", "", whole_grid=False) is None
    with pytest.raises(Gone):
        await desk.tokens.of("T0NOWHERE")


async def test_no_token_is_in_the_database(desk, slack_api, tmp_path):  # noqa: F811
    slack_api.token_rotation = True
    one, guest = workspace(slack_api, "One")
    await desk.install(guest)
    token, refresh = one.installation.token, one.installation.refresh_token
    assert token
    assert refresh
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    assert one.id.encode() in kept, "the right files"
    for secret in (token, refresh, token[-12:], refresh[-12:], KEY):
        assert secret.encode() not in kept
        assert base64.b64encode(secret.encode())[:-4] not in kept


async def test_the_way_in_works_once_in_one_browser_and_for_ten_minutes(desk, slack_api):  # noqa: F811
    _, guest = workspace(slack_api, "One")
    begun = await desk.begin()
    assert begun.status == 302
    assert begun.location.startswith(slack_api.authorize_url)
    back = slack_api.approve(begun.location, guest)
    foreign = await desk.get(back)
    assert (foreign.status, "not begun in this browser" in foreign.text) == (400, True)
    other = await desk.get(back, (await desk.begin()).cookie)
    assert other.status == 400
    assert (await desk.get(back, begun.cookie)).status == 200
    again = await desk.get(back, begun.cookie)
    assert (again.status, "used already" in again.text) == (401, True)

    begun = await desk.begin()
    back = slack_api.approve(begun.location, guest)
    desk.clock.ahead_us = 601 * 1_000_000
    late = await desk.get(back, begun.cookie)
    assert (late.status, "too late" in late.text) == (401, True)


@pytest.mark.parametrize("state", ["", "x", "gAAAAAB", "é", "%00", "a" * 5000])
async def test_a_made_up_state_is_refused(desk, state):
    answer = await desk.get(f"{desk.url}{REDIRECT}?code=1&state={state}", f"easel-slack-install={state}")
    assert answer.status in (400, 401)


async def test_what_can_go_wrong_is_said_on_a_page(desk, slack_api):  # noqa: F811
    begun = await desk.begin()
    declined = await desk.get(slack_api.deny(begun.location), begun.cookie)
    assert "declined in Slack" in declined.text
    hostile = await desk.get(f"{desk.url}{REDIRECT}?error=<script>alert(1)</script>", begun.cookie)
    assert "script" not in hostile.text
    assert "not installed" in hostile.text
    begun = await desk.begin()
    state = begun.cookie.partition("=")[2]
    wrong = await desk.get(f"{desk.url}{REDIRECT}?code=made-up&state={state}", begun.cookie)
    assert (wrong.status, "did not confirm" in wrong.text) == (401, True)
    _, guest = workspace(slack_api, "One")
    begun = await desk.begin()
    slack_api.fault("oauth.v2.access", status=502)
    lost = await desk.get(slack_api.approve(begun.location, guest), begun.cookie)
    assert lost.status in (401, 502)


@pytest.mark.parametrize("team", ["T0123", "x%0d%0aSet-Cookie:%20a=b", "", "T1&scope=admin"])
async def test_the_page_takes_no_other_parameters_along(desk, team):
    answer = await desk.get(f"{desk.url}{INSTALL}?team={team}")
    assert answer.status == 302
    assert ("&team=T0123" in answer.location) is (team == "T0123")
    assert "admin" not in answer.location


async def test_an_uninstalled_workspace_is_forgotten_and_the_others_stay(desk, slack_api):  # noqa: F811
    (one, guest), (two, member) = workspace(slack_api, "One"), workspace(slack_api, "Two")
    await desk.install(guest)
    await desk.install(member)
    told = Told()
    async with over_sockets(slack_api, told, workspaces=desk.tokens):
        for team, person in ((one, guest), (two, member)):
            await (await slack_api.say(person, team.channel("art", members=[person]), "a fox")).settled()
        assert [event.team for _, event in told.events] == [one.id, two.id]
        assert [event.me for _, event in told.events] == [one.bot.id, two.bot.id]
        await slack_api.uninstall(one)
        for each in slack_api.deliveries:
            await each.settled.wait()
        assert all(each.acknowledged for each in slack_api.deliveries)
    with pytest.raises(Gone, match="not installed"):
        await desk.tokens.of(one.id)
    assert await desk.tokens.of(two.id)
    assert await desk.tokens.known(one.id, "", whole_grid=False) is None


async def test_it_can_be_installed_again_and_late_news_of_the_end_changes_nothing(desk, slack_api):  # noqa: F811
    one, guest = workspace(slack_api, "One")
    await desk.install(guest)
    told = Told()
    async with over_sockets(slack_api, told, workspaces=desk.tokens) as line:
        await slack_api.uninstall(one)
        for each in slack_api.deliveries:
            await each.settled.wait()
        await line.tasks.drain(2)
        late = next(each for each in slack_api.deliveries if each.type == "app_uninstalled")
        with pytest.raises(Gone):
            await desk.tokens.of(one.id)
        desk.clock.ahead_us = 60 * 1_000_000
        await desk.install(guest)
        await slack_api.redeliver(late)
        await line.tasks.drain(2)
        assert (await desk.tokens.of(one.id)).get_secret_value() == one.installation.token


async def test_a_persons_revoked_token_is_no_concern_of_easels(desk, slack_api):  # noqa: F811
    one, guest = workspace(slack_api, "One")
    await desk.install(guest)
    event = {"type": "tokens_revoked", "tokens": {"oauth": [guest.id], "bot": []}}
    async with over_sockets(slack_api, Told(), workspaces=desk.tokens) as line:
        await slack_api.send_event(one, event, one.installation).settled.wait()
        await line.tasks.drain(2)
        assert await desk.tokens.of(one.id)
        await slack_api.revoke(one)
        await asyncio.gather(*(each.settled.wait() for each in slack_api.deliveries))
        await line.tasks.drain(2)
        with pytest.raises(Gone):
            await desk.tokens.of(one.id)


async def test_a_whole_grid_is_one_installation(desk, slack_api):  # noqa: F811
    grid = slack_api.enterprise("Works")
    (one, guest), (two, member) = (
        workspace(slack_api, "One", enterprise=grid),
        workspace(slack_api, "Two", enterprise=grid),
    )
    await desk.install(guest, grid)
    token = one.installation.token
    assert (await desk.tokens.of(one.id, grid.id)).get_secret_value() == token
    with pytest.raises(Gone):
        await desk.tokens.of(two.id)  # of which Grid it is nobody has said yet
    told = Told()
    async with over_sockets(slack_api, told, workspaces=desk.tokens) as line:
        for team, person in ((one, guest), (two, member)):
            art = team.channel("art", members=[person])
            await (await slack_api.say(person, art, "a fox")).settled()
            await slack_api.command(person, art, "/imagine", "a fox")
        await slack_api.until(lambda: len(told.events) == 4, "two messages, two commands")
        assert [(event.team, event.enterprise) for _, event in told.events] == [
            *[(one.id, grid.id)] * 2,
            *[(two.id, grid.id)] * 2,
        ]
        assert [event.me for kind, event in told.events if kind == "message"] == [one.bot.id, two.bot.id]
        assert (await desk.tokens.of(two.id)).get_secret_value() == token, "now it is known"
        await slack_api.uninstall(one)
        for each in slack_api.deliveries:
            await each.settled.wait()
        await line.tasks.drain(2)
    with pytest.raises(Gone):
        await desk.tokens.of(two.id, grid.id)


@pytest.mark.parametrize("whose", ["the settings'", "the pages'"])
async def test_an_alert_reaches_every_workspace_of_a_grid(desk, slack_api, whose):  # noqa: F811
    """Nothing says of which Grid a workspace is then, and Easel was started anew since something did."""
    grid = slack_api.enterprise("Works")
    (one, guest), (two, member) = (workspace(slack_api, name, enterprise=grid) for name in ("One", "Two"))
    (elsewhere, stranger) = workspace(slack_api, "Elsewhere")
    await desk.install(guest, grid)
    art = two.channel("art", members=[member, two.bot])
    bulletin = elsewhere.channel("art", members=[stranger])

    async def started():
        if whose == "the pages'":
            return desk.tokens_beside(desk.database)
        own = OneWorkspace(SecretStr(one.installation.token), Grids(desk.database))
        assert (await own.introduce(web_client(slack_api.api_base))).enterprise == grid.id
        return own

    tokens = await started()
    assert await tokens.known(two.id, grid.id, whole_grid=True)
    assert await tokens.known(elsewhere.id, "", whole_grid=False) is None
    async with Api.opened(await started(), api_base=slack_api.api_base) as api:
        await api.post(two.id, art.id, "The budget is used up.")
        with pytest.raises(Gone):
            await api.post(elsewhere.id, bulletin.id, "The budget is used up.")
    assert [each.text for each in art.messages.values()] == ["The budget is used up."]


async def test_one_workspace_of_a_grid_is_its_own_installation(desk, slack_api):  # noqa: F811
    grid = slack_api.enterprise("Works")
    (one, guest), (two, _) = workspace(slack_api, "One", enterprise=grid), workspace(slack_api, "Two", enterprise=grid)
    await desk.install(guest)
    rows = await desk.database.fetch("SELECT enterprise, team FROM slack_installation")
    assert [tuple(row) for row in rows] == [(grid.id, one.id)]
    assert await desk.tokens.of(one.id)
    with pytest.raises(Gone):
        await desk.tokens.of(two.id, grid.id)


# --- keys -----------------------------------------------------------------------------------------------------------


def made(team: str = "T1", token: str = "xoxb-1-secret") -> Installation:
    return Installation(team_id=team, bot_token=token, bot_user_id="U1", bot_id="B1", user_id="U2")


@pytest.fixture
async def database(tmp_path):
    opened = await SqliteDatabase.open(tmp_path / "keys.sqlite3")
    await Records(opened, Moving()).prepare()
    yield opened
    await opened.close()


def kept(database, *keys: str) -> Installations:
    return Installations(database, Moving(), Seal(keys))


OTHER = base64.urlsafe_b64encode(b"x" * 32).decode()


async def test_a_new_key_takes_over_and_the_old_one_can_go(database):
    await kept(database, KEY).async_save(made())
    both = kept(database, OTHER, KEY)
    await both.prepare()
    found = await both.find("T1", "")
    assert found is not None
    alone = kept(database, OTHER)
    await alone.prepare()
    found = await alone.find("T1", "")
    assert found is not None
    assert found.token.get_secret_value() == "xoxb-1-secret"
    assert "secret" not in repr(found)


async def test_a_wrong_key_stops_the_start_with_a_sentence(database):
    await kept(database, KEY).async_save(made())
    wrong = kept(database, OTHER)
    with pytest.raises(BadSettings, match="cannot be read with this key"):
        await wrong.prepare()
    with pytest.raises(Later):
        await wrong.find("T1", "")


async def test_a_token_that_was_moved_to_another_row_opens_nothing(database):
    store = kept(database, KEY)
    await store.async_save(made("T1"))
    await store.async_save(made("T2", "xoxb-2-other"))
    await database.write(
        lambda tx: tx.execute(
            "UPDATE slack_installation SET sealed = (SELECT sealed FROM slack_installation WHERE team = 'T1')"
            " WHERE team = 'T2'"
        )
    )
    await store.prepare()  # one that cannot be read does not stop the others
    assert await store.find("T1", "")
    with pytest.raises(Later):
        await store.find("T2", "")


def test_seals():
    seal = Seal([KEY])
    closed = seal.close("E/T", {"token": "x"})
    assert seal.open("E/T", closed) == {"token": "x"}
    for place, text in (("E/T2", closed), ("E/T", closed[:-2]), ("E/T", ""), ("E/T", "é")):
        with pytest.raises(Sealed):
            seal.open(place, text)
    stamp = seal.stamp("once", 1000)
    assert seal.stamped(stamp, 1500, 600) == "once"
    assert seal.stamped(stamp, 1601, 600) is None
    assert Seal([OTHER]).stamped(stamp, 1500, 600) is None


async def test_pitfall_27_the_pages_ask_for_what_easel_needs_whatever_the_environment_says(
    slack_api,  # noqa: F811
    tmp_path,
    monkeypatch,
):
    for name in ("CLIENT_ID", "CLIENT_SECRET", "SCOPES", "USER_SCOPES", "REDIRECT_URI", "INSTALL_PATH"):
        monkeypatch.setenv(f"SLACK_{name}", "of-another-app")
    async with office(slack_api, tmp_path) as opened:
        _, guest = workspace(slack_api, "One")
        begun = await opened.begin()
        assert "of-another-app" not in begun.location
        assert (await opened.install(guest)).status == 200
