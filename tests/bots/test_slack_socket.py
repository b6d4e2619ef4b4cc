"""Socket Mode that is kept for ever: cut, refused, renewed, with one connection and with several."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

import pytest
from emulators.slack_api.server import FakeSlack
from pydantic import SecretStr
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from support_slack_api import no_proxies, slack_api  # noqa: F401
from support_slack_transport import QUICK, Told, built, over_sockets

from bots.slack.clients import library_logger
from bots.slack.socket import Sockets
from core.errors import OperatorError


@pytest.fixture
def told() -> Told:
    return Told()


async def heard(fake: FakeSlack, told: Told, count: int) -> None:
    team = next(iter(fake.teams.values()))
    member = team.person("Member")
    art = team.channel(f"art-{count}", members=[member])
    said = await (await fake.say(member, art, "a fox")).settled()
    assert all(each.acknowledged for each in said.deliveries), said.deliveries
    await fake.until(lambda: len(told.events) == count, f"{count} events")


async def test_readiness_follows_the_connection(slack_api, told):  # noqa: F811
    slack_api.workspace()
    async with over_sockets(slack_api, told) as line:
        await slack_api.until(lambda: line.is_connected == [True], "connected")
        await heard(slack_api, told, 1)
        slack_api.refuse_sockets(True)
        await slack_api.cut_sockets()
        await slack_api.until(lambda: line.is_connected == [True, False], "not connected")
        await asyncio.sleep(0.5)  # several tries, all refused
        assert line.is_connected == [True, False]
        slack_api.refuse_sockets(False)
        await slack_api.until(lambda: line.is_connected == [True, False, True], "connected again")
        await heard(slack_api, told, 2)
    assert line.is_connected[-1] is False


async def test_a_cut_connection_comes_back_again_and_again(slack_api, told):  # noqa: F811
    slack_api.workspace()
    async with over_sockets(slack_api, told) as line:
        for count in range(1, 4):
            await heard(slack_api, told, count)
            opened = slack_api.sockets.opened
            await slack_api.cut_sockets()
            await slack_api.until(lambda opened=opened: slack_api.sockets.opened > opened, "a new connection")
            await slack_api.until(lambda: line.is_connected[-1], "connected")


@pytest.fixture
def stubborn(monkeypatch):
    """slack_sdk's client never reconnects by itself: the worst that it can do."""

    async def never(self, force=False):
        await asyncio.sleep(3600)

    monkeypatch.setattr(AsyncBaseSocketModeClient, "connect_to_new_endpoint", never)


async def test_a_connection_that_the_library_leaves_dead_is_made_anew(slack_api, told, stubborn):  # noqa: F811
    slack_api.workspace()
    async with over_sockets(slack_api, told) as line:
        await slack_api.until(lambda: line.is_connected == [True], "connected")
        await slack_api.cut_sockets()
        await slack_api.until(lambda: line.is_connected == [True, False, True], "connected again")
        await heard(slack_api, told, 1)


async def test_readiness_does_not_wait_for_the_library(slack_api, told, stubborn):  # noqa: F811
    slack_api.workspace()
    async with over_sockets(slack_api, told, patience=replace(QUICK, grace=60.0)) as line:
        await slack_api.until(lambda: line.is_connected == [True], "connected")
        await slack_api.cut_sockets()
        await slack_api.until(lambda: line.is_connected == [True, False], "red at once", 2)


async def test_slack_may_renew_a_connection(slack_api, told):  # noqa: F811
    slack_api.workspace()
    async with over_sockets(slack_api, told) as line:
        await slack_api.until(lambda: line.is_connected == [True], "connected")
        opened = slack_api.sockets.opened
        await slack_api.refresh_sockets()
        await slack_api.until(lambda: slack_api.sockets.opened > opened, "a new connection")
        await slack_api.until(lambda: any(not each.retiring for each in slack_api.sockets.open), "ready")
        await heard(slack_api, told, 1)


async def test_with_two_connections_one_is_always_there(slack_api, told):  # noqa: F811
    slack_api.workspace()
    async with over_sockets(slack_api, told, count=2) as line:
        await slack_api.until(lambda: line.is_connected == [True], "connected")
        first = slack_api.sockets.open[0]
        assert first.transport is not None
        first.transport.abort()
        await heard(slack_api, told, 1)
        await slack_api.connected(2)
        assert line.is_connected == [True], "nobody noticed"
        await heard(slack_api, told, 2)
    assert not slack_api.sockets.open


async def test_a_wrong_token_is_said_at_once(slack_api, told):  # noqa: F811
    slack_api.workspace()
    async with built(slack_api, told) as line:
        sockets = Sockets(line.app, SecretStr("xapp-1-A0-0-wrong"), 1, line.is_connected.append, QUICK)
        with pytest.raises(OperatorError, match="invalid_auth") as caught:
            await asyncio.wait_for(sockets.run(asyncio.Event()), 5)
        assert "connections:write" in caught.value.sentence
        assert "wrong" not in caught.value.sentence


async def test_no_network_at_the_start_is_waited_for(slack_api, told):  # noqa: F811
    slack_api.workspace()
    slack_api.refuse_sockets(True)
    async with built(slack_api, told) as line:
        sockets = Sockets(line.app, SecretStr(slack_api.app_token), 1, line.is_connected.append, QUICK)
        stopping = asyncio.Event()
        running = asyncio.create_task(sockets.run(stopping))
        await asyncio.sleep(0.3)
        assert not running.done()
        slack_api.refuse_sockets(False)
        await slack_api.until(lambda: line.is_connected == [True], "connected")
        stopping.set()
        await asyncio.wait_for(running, 3)


async def test_a_token_that_was_right_is_tried_for_ever(slack_api, told):  # noqa: F811
    slack_api.workspace()
    async with over_sockets(slack_api, told) as line:
        await slack_api.until(lambda: line.is_connected == [True], "connected")
        slack_api.fault("apps.connections.open", "invalid_auth", times=2)
        await slack_api.cut_sockets()
        await slack_api.until(lambda: line.is_connected == [True, False, True], "connected again")


async def test_what_is_being_acknowledged_is_finished_when_easel_stops(slack_api, told, monkeypatch):  # noqa: F811
    dispatch = AsyncApp.async_dispatch

    async def slowly(self, request):
        await asyncio.sleep(0.2)
        return await dispatch(self, request)

    monkeypatch.setattr(AsyncApp, "async_dispatch", slowly)
    team = slack_api.workspace()
    member = team.person("Member")
    art = team.channel("art", members=[member])
    async with over_sockets(slack_api, told):
        said = await slack_api.say(member, art, "a fox")
        await asyncio.sleep(0.05)
        assert not said.deliveries[0].acknowledged
    assert said.deliveries[0].acknowledged
    assert told.kinds() == ["message"]


async def test_a_connection_that_says_nothing_any_more_is_replaced(slack_api, told):  # noqa: F811
    slack_api.workspace()
    async with over_sockets(slack_api, told) as line:
        await slack_api.until(lambda: line.is_connected == [True], "connected")
        socket = slack_api.sockets.open[0]
        assert socket.transport is not None
        socket.transport.pause_reading()  # half open: no answer to any ping
        opened = slack_api.sockets.opened
        await slack_api.until(lambda: slack_api.sockets.opened > opened, "a new connection", 8)
        await slack_api.until(lambda: line.is_connected[-1], "connected")


def test_the_libraries_say_nothing_of_what_they_saw(caplog, capsys):
    library_logger().error("a payload with CANARY in it")
    logging.getLogger("slack_bolt.SomethingElse").error("a payload with CANARY in it")
    logging.getLogger("slack_sdk.SomethingElse").error("wss://CANARY")
    assert "CANARY" not in caplog.text
    out = capsys.readouterr()
    assert "CANARY" not in out.out + out.err
    assert "slack_library" in out.out + out.err
