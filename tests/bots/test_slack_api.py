"""What is asked of Slack's Web API: silent, for the right workspace, and again only where that is safe."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from emulators.slack_api import tickets
from emulators.slack_api.server import FakeSlack
from emulators.slack_api.world import Channel, Person, Workspace
from pydantic import SecretStr
from support_slack_api import picture, slack

from bots.slack.api import Api, Unreachable, Upload
from bots.slack.tokens import StaticTokens
from core.errors import Gone, Later


@dataclass
class House:
    """A workspace and its API."""

    slack: FakeSlack
    api: Api
    team: Workspace
    channel: Channel
    member: Person
    slept: list[float]


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with slack(share_after=0.01) as fake:
        team = fake.workspace("Studio")
        member = team.person("Member")
        channel = team.channel("art", members=[member])
        slept: list[float] = []

        async def sleep(seconds: float) -> None:
            slept.append(seconds)

        tokens = StaticTokens(team.id, SecretStr(team.bot_token))
        hosts = frozenset({fake.file_host})
        async with Api.opened(tokens, api_base=fake.api_base, file_hosts=hosts, sleep=sleep) as api:
            yield House(fake, api, team, channel, member, slept)


async def test_what_is_posted_calls_nobody_and_unfolds_nothing(house: House) -> None:
    await house.api.post(house.team.id, house.channel.id, "hello")
    await house.api.ephemeral(house.team.id, house.channel.id, house.member.id, "hello")
    [posted] = house.slack.calls.of("chat.postMessage")
    [aside] = house.slack.calls.of("chat.postEphemeral")
    assert posted.arguments["parse"] == aside.arguments["parse"] == "none"
    assert not posted.arguments["link_names"]
    assert not posted.arguments["unfurl_links"]
    assert not posted.arguments["unfurl_media"]


async def test_a_message_is_changed_answered_and_taken_away(house: House) -> None:
    api, team, channel = house.api, house.team.id, house.channel.id
    root = await api.post(team, channel, "one", [{"type": "section", "text": {"type": "mrkdwn", "text": "one"}}])
    under = await api.post(team, channel, "two", (), root)
    await api.update(team, channel, root, "changed")
    assert house.channel.messages[root].text == "changed"
    assert house.channel.messages[root].blocks == []
    assert [each["ts"] for each in await api.replies(team, channel, root)] == [root, under]
    assert [each["ts"] for each in await api.newest(team, channel)] == [root]
    await api.delete(team, channel, under)
    assert house.channel.messages[under].deleted


async def test_people_and_places(house: House) -> None:
    api, team = house.api, house.team.id
    assert (await api.person(team, house.member.id))["locale"] == "en-US"
    assert (await api.channel(team, house.channel.id))["id"] == house.channel.id
    assert await api.direct_channel(team, house.member.id) == house.slack.dm(house.member).id
    elsewhere = house.team.channel("elsewhere", members=[house.member], app=False)
    await api.join(team, elsewhere.id)
    await api.post(team, elsewhere.id, "here I am")


async def test_a_status_and_suggestions(house: House) -> None:
    api, team = house.api, house.team.id
    root = await api.post(team, house.channel.id, "one")
    await api.status(team, house.channel.id, root, "is drawing…", ["one", "two"])
    status = house.slack.status_of(house.channel, root)
    assert status is not None
    assert status.text == "is drawing…"
    await api.suggest(team, house.slack.dm(house.member).id, [("A fox", "draw a fox")], "What shall I draw?")
    assert house.slack.prompts


async def test_files_are_sent_and_then_shown_as_one_message(house: House) -> None:
    uploads = [Upload("one.png", picture(), "One"), Upload("two.png", picture("green"), "Two")]
    files = await house.api.upload(house.team.id, house.channel.id, "", uploads, "Two pictures")
    await house.slack.until(lambda: house.slack.files(house.channel), "the files")
    ts = {await house.api.shares(house.team.id, file, house.channel.id) for file in files}
    [message] = house.slack.messages(house.channel)
    assert ts == {message.ts}
    assert message.text == "Two pictures"
    assert [each.title for each in message.files] == ["One", "Two"]
    assert not any(each.authorization for each in house.slack.seen if "/upload/" in each.path)


async def test_a_short_wait_is_waited_for(house: House) -> None:
    house.slack.fault("chat.postMessage", retry_after=2, times=2)
    await house.api.post(house.team.id, house.channel.id, "hello")
    assert house.slept == [2.0, 2.0]
    assert len(house.slack.messages(house.channel)) == 1


@pytest.mark.parametrize(("seconds", "times", "waited"), [(30, 1, 0), (1, 3, 2)])
async def test_a_long_wait_is_left_to_whoever_comes_later(house: House, seconds: int, times: int, waited: int) -> None:
    house.slack.fault("chat.postMessage", retry_after=seconds, times=times)
    with pytest.raises(Later) as later:
        await house.api.post(house.team.id, house.channel.id, "hello")
    assert later.value.after_seconds >= seconds
    assert len(house.slept) == waited


async def test_what_may_be_done_twice_is_asked_again(house: House) -> None:
    root = await house.api.post(house.team.id, house.channel.id, "one")
    house.slack.fault("chat.update", status=503)
    house.slack.fault("chat.update", "internal_error")
    await house.api.update(house.team.id, house.channel.id, root, "nearly")
    house.slack.fault("chat.update", after=True)
    await house.api.update(house.team.id, house.channel.id, root, "changed")
    assert house.channel.messages[root].text == "changed"
    assert len(house.slept) == 3


@pytest.mark.parametrize("fault", [{"after": True}, {"status": 500}, {"error": "internal_error"}])
async def test_what_would_be_there_twice_is_not(house: House, fault: dict[str, Any]) -> None:
    house.slack.fault("chat.postMessage", **fault)
    with pytest.raises(Later):
        await house.api.post(house.team.id, house.channel.id, "hello")
    assert len(house.slack.calls.of("chat.postMessage")) == 1
    assert house.slept == []


async def test_a_no_of_slacks_is_told_in_its_own_word(house: House) -> None:
    with pytest.raises(Unreachable) as no:
        await house.api.post(house.team.id, "C0NOWHERE", "hello")
    assert no.value.reason == "channel_not_found"
    house.slack.fault("chat.postMessage", "missing_scope", needed="chat:write")
    with pytest.raises(Unreachable) as no:
        await house.api.post(house.team.id, house.channel.id, "hello")
    assert (no.value.reason, no.value.needed) == ("missing_scope", "chat:write")
    assert "chat:write" not in no.value.sentence


async def test_an_app_that_was_removed_is_gone(house: House) -> None:
    house.slack.fault("chat.postMessage", "account_inactive")
    with pytest.raises(Gone):
        await house.api.post(house.team.id, house.channel.id, "hello")
    with pytest.raises(Gone):
        await house.api.post("T0ELSEWHERE", house.channel.id, "hello")


async def test_nobody_there_is_later() -> None:
    tokens = StaticTokens("T1", SecretStr("xoxb-1"))
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    async with Api.opened(tokens, api_base="http://127.0.0.1:1/api/", sleep=sleep) as api:
        with pytest.raises(Later):
            await api.post("T1", "C1", "hello")
    assert len(slept) == 2  # nothing was sent, so that even a post is tried again


async def test_a_proxy_of_the_environment_does_not_see_this_machine(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, f"http://{house.slack.evil_host}")
    await house.api.post(house.team.id, house.channel.id, "hello")
    assert not [each for each in house.slack.seen if each.host == house.slack.evil_host]


async def test_a_page_instead_of_an_answer_is_later(house: House) -> None:
    async def page(request: web.Request) -> web.Response:
        return web.Response(status=502, text="<html>Bad gateway</html>", content_type="text/html")

    site = web.Application()
    site.router.add_route("*", "/{tail:.*}", page)
    runner = web.AppRunner(site)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    tokens = StaticTokens("T1", SecretStr("xoxb-1"))
    async with Api.opened(tokens, api_base=f"http://127.0.0.1:{runner.addresses[0][1]}/api/") as api:
        with pytest.raises(Later):
            await api.post("T1", "C1", "hello")
    await runner.cleanup()


async def test_an_org_wide_install_has_its_own_token(house: House) -> None:
    class Grid:
        async def of(self, team: str, enterprise: str = "") -> SecretStr:
            if enterprise != "E1":
                raise Gone("not here")
            return SecretStr(house.team.bot_token)

    async with aiohttp.ClientSession() as session:
        api = Api(session, Grid(), api_base=house.slack.api_base)
        assert api.within("") is api
        await api.within("E1").post(house.team.id, house.channel.id, "hello")
        with pytest.raises(Gone):
            await api.post(house.team.id, house.channel.id, "hello")


async def test_a_response_url_of_a_stranger_is_never_asked(house: House) -> None:
    for url in (f"http://{house.slack.evil_host}/commands/1", "https://hooks.slack.com.evil.example/x", "nonsense"):
        with pytest.raises(Unreachable):
            await house.api.respond(url, {"text": "hello"})
    assert not [each for each in house.slack.seen if each.host == house.slack.evil_host]


async def test_forms_and_the_home_tab(house: House) -> None:
    view = {
        "type": "modal", "title": {"type": "plain_text", "text": "Edit"},
        "blocks": [{"type": "section", "text": {"type": "plain_text", "text": "One moment …"}}],
    }  # fmt: skip
    trigger = tickets.new_trigger(house.slack, house.member)
    opened = await house.api.open_view(house.team.id, trigger, view)
    await house.api.update_view(house.team.id, opened, {**view, "title": {"type": "plain_text", "text": "Ready"}})
    shown = house.slack.view_of(house.member)
    assert shown is not None
    assert shown.title == "Ready"
    with pytest.raises(Unreachable) as no:
        await house.api.open_view(house.team.id, trigger, view)
    assert no.value.reason == "exchanged_trigger_id"
    await house.api.publish_home(house.team.id, house.member.id, {"type": "home", "blocks": view["blocks"]})
    assert house.slack.home_of(house.member) is not None
