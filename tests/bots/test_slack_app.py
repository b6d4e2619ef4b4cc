"""The whole Easel in Slack, by sockets and by signed HTTP: composed as in production, over the fake."""

from __future__ import annotations

import asyncio

import pytest
from emulators.slack_api.server import FakeSlack
from pydantic import SecretStr
from structlog.testing import capture_logs
from support_house import Hand
from support_slack_api import no_proxies, picture, slack, slack_api  # noqa: F401
from support_slack_easel import easel, settings_of
from support_slack_transport import QUICK

from bots.http import Readiness
from bots.platforms import living
from bots.slack.app import Slack
from bots.slack.socket import Patience
from core.blobs.files import FileBlobs
from core.clock import SystemClock
from core.errors import OperatorError
from core.store.migrate import migrate
from core.store.sqlite import SqliteDatabase

MODES = pytest.mark.parametrize("mode", ["socket", "http"])


@MODES
async def test_a_mention_becomes_one_picture_in_its_thread(slack_api, tmp_path, mode):  # noqa: F811
    async with easel(slack_api, tmp_path, mode=mode) as one:
        controls = await one.drawn("a fox")
        await one.quiet()
        assert len(one.shown()) == 1, "the twins are one request"
        assert one.shown()[0].thread == controls.thread
        assert len(one.hand.orders) == 1


@MODES
async def test_a_command_a_button_and_the_home_tab(slack_api, tmp_path, mode):  # noqa: F811
    async with easel(slack_api, tmp_path, mode=mode) as one:
        await one.fake.command(one.member, one.art, "/imagine", "a fox and its payload=1")
        await one.fake.until(one.controls, "a picture", 10)
        assert "payload=1" in one.hand.orders[0].text
        await one.fake.press(one.member, one.controls()[0], "easel:redo")
        await one.fake.until(lambda: len(one.controls()) == 2, "another", 10)
        await one.fake.open_home(one.member)
        await one.fake.until(lambda: one.fake.home_of(one.member), "the Home tab", 10)
        await one.quiet()
        assert all(each.acknowledged for each in one.fake.deliveries)


@MODES
async def test_pitfall_2_a_redelivery_draws_nothing_again(slack_api, tmp_path, mode):  # noqa: F811
    async with easel(slack_api, tmp_path, mode=mode) as one:
        said = await one.fake.say(one.member, one.art, "a fox", mention=True)
        await one.fake.until(one.controls, "a picture", 10)
        await asyncio.sleep(1.1 if mode == "http" else 0)  # signed with a later second
        for delivery in said.deliveries:
            assert (await one.fake.redeliver(delivery)).acknowledged
        await one.quiet()
        assert len(one.hand.orders) == 1
        assert len(one.shown()) == 1


async def test_what_was_asked_before_a_restart_is_posted_after_it(slack_api, tmp_path):  # noqa: F811
    async with easel(slack_api, tmp_path) as one:
        slack_api.fault("files.getUploadURLExternal", status=503, times=50)
        await one.fake.say(one.member, one.art, "a fox", mention=True)
        await one.fake.until(lambda: one.hand.orders, "drawn", 10)
        await asyncio.sleep(0.3)
        assert not one.shown()
    slack_api.faults.planned.clear()
    async with easel(slack_api, tmp_path) as again:
        await again.fake.until(lambda: len(again.shown()) == 1, "posted", 10)
        assert not again.hand.orders, "it was not drawn again"


async def test_events_that_come_while_the_line_is_down_are_answered_after_it(slack_api, tmp_path):  # noqa: F811
    slack_api.postman.retry_seconds = (0.2, 0.4, 0.8)
    async with easel(slack_api, tmp_path) as one:
        slack_api.refuse_sockets(True)
        await slack_api.cut_sockets()
        await slack_api.until(lambda: one.is_connected[-1] is False, "not connected")
        await one.fake.say(one.member, one.art, "a fox", mention=True)
        slack_api.refuse_sockets(False)
        await one.fake.until(one.controls, "a picture", 10)
        assert one.is_connected[-1] is True


async def test_every_burst_is_acknowledged_while_it_draws(slack_api, tmp_path):  # noqa: F811
    async with easel(slack_api, tmp_path, sockets=2) as one:
        await asyncio.gather(*(one.fake.say(one.member, one.art, f"words {n}") for n in range(60)), one.drawn("a fox"))
        await one.quiet()
        late = [each.ms for each in slack_api.deliveries if each.ms is None or each.ms > 1500]
        assert not late


class Running:
    """An app that is run without a core."""

    def __init__(self, fake: FakeSlack, database: SqliteDatabase, folder, **said: object) -> None:
        team = next(iter(fake.teams.values()))
        mode = str(said.pop("mode", "socket"))
        self.is_connected: list[bool] = []
        self.app = Slack(
            settings_of(fake, team, mode, **said),  # type: ignore[arg-type]  # one of the two
            database,
            FileBlobs(folder / "blobs"),
            SystemClock(),
            label_of=lambda *_: "",
            connected=self.is_connected.append,
            patience=QUICK,
        )


@pytest.fixture
async def database(tmp_path):
    opened = await SqliteDatabase.open(tmp_path / "easel.sqlite3")
    await migrate(opened)
    yield opened
    await opened.close()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"bot_token": SecretStr("xoxb-wrong-CANARY")}, "does not take the bot's token"),
        ({"app_token": SecretStr("xapp-1-wrong-CANARY")}, "does not take the app's own token"),
        ({"mode": "http", "bot_token": SecretStr("xoxb-wrong-CANARY")}, "does not take the bot's token"),
    ],
)
async def test_a_wrong_token_ends_it_with_a_sentence(slack_api, database, tmp_path, wrong, sentence):  # noqa: F811
    slack_api.workspace()
    running = Running(slack_api, database, tmp_path, **wrong)
    async with running.app as app:
        app.attach(None)  # type: ignore[arg-type]  # nobody is heard
        with pytest.raises(OperatorError, match=sentence) as caught:
            await asyncio.wait_for(app.run(asyncio.Event()), 5)
    assert "CANARY" not in caught.value.sentence
    assert True not in running.is_connected


@MODES
async def test_slack_that_is_away_at_the_start_is_waited_for(slack_api, database, tmp_path, mode):  # noqa: F811
    slack_api.workspace()
    slack_api.fault("auth.test", status=503, times=3)
    running = Running(slack_api, database, tmp_path, mode=mode)
    stopping = asyncio.Event()
    async with running.app as app:
        app.attach(None)  # type: ignore[arg-type]  # nobody is heard
        task = asyncio.create_task(app.run(stopping))
        await slack_api.until(lambda: running.is_connected == [True], "connected", 8)
        stopping.set()
        await asyncio.wait_for(task, 5)


async def test_it_stops_while_slack_is_away(slack_api, database, tmp_path):  # noqa: F811
    slack_api.workspace()
    slack_api.fault("auth.test", status=503, times=1000)
    running = Running(slack_api, database, tmp_path)
    running.app._patience = Patience(pauses=(60.0,))
    stopping = asyncio.Event()
    async with running.app as app:
        app.attach(None)  # type: ignore[arg-type]  # nobody is heard
        task = asyncio.create_task(app.run(stopping))
        await asyncio.sleep(0.1)
        stopping.set()
        await asyncio.wait_for(task, 2)


async def test_there_is_nothing_on_the_web_server_in_socket_mode(slack_api, database, tmp_path):  # noqa: F811
    slack_api.workspace()
    running = Running(slack_api, database, tmp_path)
    async with running.app as app:
        app.attach(None)  # type: ignore[arg-type]  # nobody is heard
        assert app.entrance is None


async def test_it_finishes_what_was_acknowledged_when_it_stops(slack_api, tmp_path):  # noqa: F811
    hand = Hand()
    async with easel(slack_api, tmp_path, hand=hand) as one:
        slack_api.slow("users.info", 0.3)
        await (await one.fake.say(one.member, one.art, "a fox", mention=True)).settled()
        store = one.store
        assert not (await store.counts()).waiting
    async with easel(slack_api, tmp_path) as again:
        await again.fake.until(lambda: len(again.shown()) == 1, "it was admitted in the last moment", 10)


@pytest.mark.parametrize("wrong", [{"bot_token": SecretStr("xoxb-wrong")}, {"app_token": SecretStr("xapp-1-wrong")}])
async def test_a_wrong_token_takes_nobody_along(slack_api, database, tmp_path, wrong):  # noqa: F811
    slack_api.workspace()
    running = Running(slack_api, database, tmp_path, **wrong)
    readiness, stopping = Readiness("slack"), asyncio.Event()
    with capture_logs() as lines:
        async with running.app as app:
            app.attach(None)  # type: ignore[arg-type]  # nobody is heard
            async with living([app], readiness, stopping):
                await slack_api.until(lambda: any(line["event"] == "platform_lost" for line in lines), "told", 5)
                assert not stopping.is_set(), "the rest lives on"
                assert readiness.reasons == ("slack",)
    told = next(line for line in lines if line["event"] == "platform_lost")
    assert "token" in told["what"]
    assert "wrong" not in repr(lines)
