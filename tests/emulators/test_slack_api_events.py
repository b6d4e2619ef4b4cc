"""What the fake Slack tells the app, how often, and through which connection."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest
from emulators.slack_api.deliveries import Delivery
from emulators.slack_api.server import FakeSlack
from emulators.slack_api.world import Channel, Person, Workspace
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from support_slack_api import client_of, no_proxies, slack, slack_api, socket_mode  # noqa: F401

Payload = dict[str, Any]


class Ear:
    """A plain Socket Mode client that acknowledges unless told not to."""

    def __init__(self, fake: FakeSlack) -> None:
        self.fake = fake
        self.client = SocketModeClient(app_token=fake.app_token, web_client=client_of(fake), ping_interval=0.2)
        self.requests: list[SocketModeRequest] = []
        self.silent = False
        self.client.socket_mode_request_listeners.append(self._heard)

    async def _heard(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        self.requests.append(request)
        if not self.silent:
            await client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))

    async def __aenter__(self) -> Ear:
        before = len(self.fake.sockets.open)
        await self.client.connect()
        await self.fake.connected(before + 1)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.client.close()


def room_of(fake: FakeSlack) -> tuple[Workspace, Person, Channel]:
    """A workspace with one person in one channel."""
    team = fake.workspace()
    guest = team.person("Guest")
    return team, guest, team.channel("pictures", members=[guest])


def kinds(deliveries: list[Delivery]) -> list[str]:
    """What was told."""
    return [f"{each.type}/{each.payload['event'].get('subtype', '')}".rstrip("/") for each in deliveries]


async def test_what_is_told_and_what_is_not(slack_api: FakeSlack) -> None:  # noqa: F811
    fake = slack_api
    team, guest, room = room_of(fake)
    outside = team.channel("outside", members=[guest], app=False)
    async with Ear(fake):
        twins = await fake.say(guest, room, "hello", mention=True)
        assert kinds(twins.deliveries) == ["message", "app_mention"]
        first, second = (each.payload for each in twins.deliveries)
        assert first["event_id"] != second["event_id"]
        assert first["event"]["client_msg_id"] == second["event"]["client_msg_id"]
        assert (await fake.say(guest, outside, "hello", mention=True)).deliveries == []
        direct = await fake.say(guest, fake.dm(guest), "hello", mention=True)
        assert kinds(direct.deliveries) == ["message"]
        assert direct.deliveries[0].payload["event"]["channel_type"] == "im"
        group = fake.group_dm(guest, team.person("Member"))
        assert kinds((await fake.say(guest, group, "hello")).deliveries) == ["message"]
        assert kinds((await fake.say(guest, room, "x", files=[b"text"])).deliveries) == ["message/file_share"]
        assert kinds((await fake.edit(guest, twins.message, "bye")).deliveries) == ["message/message_changed"]
        assert kinds((await fake.bot_says(room, "beep")).deliveries) == ["message/bot_message"]
        assert kinds((await fake.remove_message(guest, twins.message)).deliveries) == ["message/message_deleted"]
        assert team.installation is not None
        team.installation.scopes.discard("channels:history")
        assert kinds((await fake.say(guest, room, "x", mention=True)).deliveries) == ["app_mention"]
        fake.events.discard("app_mention")
        assert (await fake.say(guest, room, "x", mention=True)).deliveries == []
        assert await fake.react(guest, direct.message, "art") == []


async def test_the_minimal_profile_hears_mentions_only(no_proxies: None) -> None:  # noqa: F811
    async with slack(profile="minimal") as fake:
        _, guest, room = room_of(fake)
        async with Ear(fake):
            assert kinds((await fake.say(guest, room, "x", mention=True)).deliveries) == ["app_mention"]
            assert (await fake.say(guest, room, "x")).deliveries == []


async def test_the_app_hears_itself(slack_api: FakeSlack) -> None:  # noqa: F811
    fake = slack_api
    team, guest, room = room_of(fake)
    client = client_of(fake, team.bot_token)
    async with Ear(fake) as ear:
        posted = await client.chat_postMessage(channel=room.id, text=f"for {guest.mention} and {team.bot.mention}")
        await client.chat_postMessage(channel=room.id, text="under it", thread_ts=posted["ts"])
        await client.chat_update(channel=room.id, ts=posted["ts"], text="other")
        await client.chat_delete(channel=room.id, ts=posted["ts"])
        await fake.until(lambda: len(ear.requests) == 4)
        events = [each.payload["event"] for each in ear.requests]
    assert [each.get("subtype") for each in events] == [None, None, "message_changed", "message_changed"]
    assert (events[0]["bot_id"], events[0]["user"]) == (team.bot.bot_id, team.bot.id)
    assert events[3]["message"]["subtype"] == "tombstone"
    assert all(each["hidden"] for each in events[2:])


async def test_bolt_ignores_the_echo_and_misses_what_nobody_listens_to(no_proxies: None) -> None:  # noqa: F811
    async with slack(ack_seconds=0.3, retry_seconds=(0.01, 0.02)) as fake:
        team, guest, room = room_of(fake)
        app = AsyncApp(client=client_of(fake, team.bot_token), signing_secret=fake.signing_secret)
        async with socket_mode(fake, app):
            await app.client.chat_postMessage(channel=room.id, text="x")
            (echo,) = fake.deliveries
            await echo.settled.wait()
            assert len(echo.attempts) == 1
            said = await (await fake.say(guest, room, "nobody listens")).settled()
            (unheard,) = said.deliveries
            assert not unheard.acknowledged
            assert [each.reason for each in unheard.attempts] == ["http_timeout"] * 3


async def test_what_is_not_acknowledged_comes_again_three_times(no_proxies: None) -> None:  # noqa: F811
    async with slack(ack_seconds=0.05, retry_seconds=(0.01, 0.01, 0.01)) as fake:
        _, guest, room = room_of(fake)
        async with Ear(fake) as ear:
            ear.silent = True
            said = await (await fake.say(guest, room, "x")).settled()
            assert [each.retry_attempt for each in ear.requests] == [0, 1, 2, 3]
            assert [each.retry_reason for each in ear.requests] == ["", *["http_timeout"] * 3]
            assert len({each.envelope_id for each in ear.requests}) == 4
            assert len({each.payload["event_id"] for each in ear.requests}) == 1
            assert not said.deliveries[0].acknowledged
            ear.silent = False
            attempt = await fake.redeliver(said.deliveries[0])
            assert attempt.acknowledged


async def test_each_envelope_goes_to_one_of_several_sockets(slack_api: FakeSlack) -> None:  # noqa: F811
    fake = slack_api
    _, guest, room = room_of(fake)
    async with Ear(fake) as one, Ear(fake) as two:
        for number in range(6):
            await (await fake.say(guest, room, str(number))).settled()
        assert (len(one.requests), len(two.requests)) == (3, 3)
        via = {each.attempts[0].via for each in fake.deliveries}
        assert via == {"socket-1", "socket-2"}


async def test_a_cut_connection_comes_back_and_hears_what_it_missed(no_proxies: None) -> None:  # noqa: F811
    async with slack(retry_seconds=(0.05, 0.5, 1.0)) as fake:
        _, guest, room = room_of(fake)
        async with Ear(fake) as ear:
            ear.silent = True
            said = await fake.say(guest, room, "x")
            await fake.until(lambda: ear.requests)
            ear.silent = False
            await fake.cut_sockets()
            await said.settled()
            attempts = said.deliveries[0].attempts
            assert attempts[0].reason == "connection_lost"
            assert attempts[-1].acknowledged
            assert fake.sockets.opened == 2


async def test_sockets_can_be_refused_and_refreshed(slack_api: FakeSlack) -> None:  # noqa: F811
    fake = slack_api
    _, guest, room = room_of(fake)
    fake.refuse_sockets(True)
    with pytest.raises(Exception, match="internal_error"):
        await client_of(fake).apps_connections_open(app_token=fake.app_token)
    fake.refuse_sockets(False)
    async with Ear(fake) as ear:
        await fake.refresh_sockets()
        await fake.until(lambda: fake.sockets.opened == 2)
        await (await fake.say(guest, room, "x")).settled()
        assert fake.deliveries[-1].attempts[0].via == "socket-2"
        await fake.until(lambda: len(ear.requests) == 1)
    fake.sockets.refused = True
    lost = await fake.command(guest, room, "/imagine")
    assert lost.error == "dispatch_failed"


async def test_the_address_of_a_socket_works_once(slack_api: FakeSlack) -> None:  # noqa: F811
    fake = slack_api
    url = (await client_of(fake).apps_connections_open(app_token=fake.app_token))["url"]
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(url) as ws:
            assert (await ws.receive_json())["type"] == "hello"
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)
    await asyncio.sleep(0)


async def test_whom_the_app_called(slack_api: FakeSlack) -> None:  # noqa: F811
    fake = slack_api
    team, guest, room = room_of(fake)
    client = client_of(fake, team.bot_token)
    section = {"type": "section", "text": {"type": "plain_text", "text": guest.mention}}
    await client.chat_postMessage(channel=room.id, text="for &lt;!channel&gt;", blocks=[section])
    assert fake.pings() == []
    section["text"]["type"] = "mrkdwn"  # type: ignore[index]
    await client.chat_postMessage(channel=room.id, text="for <!channel>", blocks=[section])
    assert fake.pings() == ["<!channel>", guest.mention]


async def test_what_others_post_and_who_comes(slack_api: FakeSlack) -> None:  # noqa: F811
    fake = slack_api
    team, guest, room = room_of(fake)
    picture = {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "x"}
    async with Ear(fake):
        said = await fake.bot_says(room, "look", blocks=[picture], attachments=[{"image_url": "https://example.com"}])
        event = said.deliveries[0].payload["event"]
        assert (event["blocks"], event["attachments"][0]["image_url"]) == ([picture], "https://example.com")
        slackbot = await fake.slackbot_says(room, f"hello {team.bot.mention}")
        assert slackbot.deliveries[0].payload["event"]["user"] == "USLACKBOT"
        member = team.person("Member")
        assert kinds(await fake.enter(member, room)) == ["message/channel_join"]
        fresh = await fake.say(guest, room, "x", files=[b"\x89PNG"], fresh=True)
        assert fresh.deliveries[0].payload["event"]["files"][0]["mimetype"] == ""
        await fake.until(lambda: fake.shown(fresh.message)["files"][0]["mimetype"] == "image/png")


async def test_somebody_of_another_organisation_presses(slack_api: FakeSlack) -> None:  # noqa: F811
    fake = slack_api
    team = fake.workspace()
    stranger = fake.workspace("Elsewhere", installed=False).person("Stranger")
    room = team.channel("together", members=[stranger])
    app = AsyncApp(client=client_of(fake, team.bot_token), signing_secret=fake.signing_secret)
    bodies: list[Payload] = []

    async def take(ack: Any, body: Payload) -> None:
        bodies.append(body)
        await ack()

    app.action("redo")(take)
    app.view("form")(take)
    async with socket_mode(fake, app):
        button = {"type": "button", "action_id": "redo", "text": {"type": "plain_text", "text": "Redo"}}
        await app.client.chat_postMessage(channel=room.id, text="x", blocks=[{"type": "actions", "elements": [button]}])
        pressed = await fake.press(stranger, fake.messages(room)[0], "redo")
        assert (bodies[0]["team"]["id"], bodies[0]["user"]["team_id"]) == (team.id, stranger.team.id)
        form = {"type": "modal", "callback_id": "form", "title": button["text"], "blocks": [{"type": "divider"}]}
        await app.client.views_open(trigger_id=pressed.trigger_id, view=form)
        await fake.submit(stranger, None)
        assert bodies[1]["team"]["id"] == stranger.team.id
        assert bodies[1]["view"]["app_installed_team_id"] == team.id


async def test_a_retiring_socket_is_sent_nothing_more_and_ten_are_enough(no_proxies: None) -> None:  # noqa: F811
    async with slack(retry_seconds=()) as fake, aiohttp.ClientSession() as session:
        _, guest, room = room_of(fake)
        client = client_of(fake)
        links = []
        for _ in range(10):
            url = (await client.apps_connections_open(app_token=fake.app_token))["url"]
            links.append(await session.ws_connect(url))
        await fake.connected(10)
        with pytest.raises(SlackApiError, match="too_many_websockets"):
            await client.apps_connections_open(app_token=fake.app_token)
        await fake.refresh_sockets(close_after=0.05)
        said = await (await fake.say(guest, room, "x")).settled()
        assert [each.reason for each in said.deliveries[0].attempts] == ["no_connection"]
        await fake.until(lambda: not fake.sockets.open)
        for link in links:
            assert [(await link.receive_json())["type"] for _ in range(2)] == ["hello", "disconnect"]
            await link.close()
