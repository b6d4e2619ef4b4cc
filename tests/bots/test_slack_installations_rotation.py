"""Tokens that end are renewed in time, by one process only: a refresh token works once."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support_slack_api import no_proxies, slack_api  # noqa: F401
from support_slack_install import office

from bots.slack.rotation import AGAIN_US, EARLY_US
from core.errors import Later
from core.store.sqlite import SqliteDatabase

HOUSE = Path(__file__).parents[2]
HOUR_US = 3600 * 1_000_000
# As another process would: it opens the same file, and asks for the token when it is told to.
CHILD = """
import asyncio, json, pathlib, sys
from types import SimpleNamespace
from emulators.slack_api.host import Host
from support_slack_install import Moving, tokens_of
from core.store.sqlite import SqliteDatabase

async def main():
    folder, api_base, team = sys.argv[1:]
    fake = SimpleNamespace(api_base=api_base, client_id=Host.client_id, client_secret=Host.client_secret)
    database = await SqliteDatabase.open(pathlib.Path(folder) / "easel.sqlite3")
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    tokens = tokens_of(fake, database, Moving())
    got = await asyncio.gather(*(tokens.of(team) for _ in range(3)))
    print(json.dumps([each.get_secret_value() for each in got]), flush=True)
    await database.close()

asyncio.run(main())
"""


@pytest.fixture
async def desk(slack_api, tmp_path):  # noqa: F811
    slack_api.token_rotation = True
    async with office(slack_api, tmp_path) as opened:
        yield opened


async def installed(desk):
    team = desk.fake.workspace("One", installed=False)
    await desk.install(team.person("Guest"))
    return team


def refreshes(fake) -> int:
    return sum(1 for call in fake.calls if call.method == "oauth.v2.access") - 1  # the first was for the code


async def test_a_token_is_renewed_before_it_ends_and_not_earlier(desk, slack_api):  # noqa: F811
    team = await installed(desk)
    first = (await desk.tokens.of(team.id)).get_secret_value()
    desk.clock.ahead_us = 12 * HOUR_US - EARLY_US - 60 * 1_000_000
    assert (await desk.tokens.of(team.id)).get_secret_value() == first
    assert refreshes(slack_api) == 0
    desk.clock.ahead_us += 120 * 1_000_000
    second = (await desk.tokens.of(team.id)).get_secret_value()
    assert second != first
    assert second == team.installation.token
    assert (await desk.tokens.of(team.id)).get_secret_value() == second
    assert refreshes(slack_api) == 1


async def test_many_who_ask_at_once_renew_it_once(desk, slack_api, tmp_path):  # noqa: F811
    team = await installed(desk)
    desk.clock.ahead_us = 13 * HOUR_US  # it has ended: all of them have to wait
    slack_api.slow("oauth.v2.access", 0.1)
    other = await SqliteDatabase.open(tmp_path / "easel.sqlite3")
    try:
        beside = desk.tokens_beside(other)
        got = await asyncio.gather(*(each.of(team.id) for each in [desk.tokens, beside] * 5))
    finally:
        await other.close()
    assert {each.get_secret_value() for each in got} == {team.installation.token}
    assert refreshes(slack_api) == 1


async def test_two_processes_at_once_renew_it_once(desk, slack_api, tmp_path):  # noqa: F811
    team = await installed(desk)
    await desk.database.write(lambda tx: tx.execute("UPDATE slack_installation SET expires_at_us = 1"))
    slack_api.slow("oauth.v2.access", 0.2)
    environ = os.environ | {"PYTHONPATH": os.pathsep.join((str(HOUSE), str(HOUSE / "tests")))}
    command = [sys.executable, "-c", CHILD, str(tmp_path), slack_api.api_base, team.id]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "env": environ, "cwd": HOUSE}
    children = [await asyncio.create_subprocess_exec(*command, **pipes) for _ in range(2)]
    try:
        async with asyncio.timeout(30):
            for child in children:
                assert child.stdout is not None
                assert await child.stdout.readline() == b"ready\n"
            for child in children:
                assert child.stdin is not None
                child.stdin.write(b"now\n")
            outs = [(await child.communicate())[0] for child in children]
    finally:
        for child in children:
            if child.returncode is None:
                child.kill()
    got = {token for out in outs for token in json.loads(out.splitlines()[-1])}
    assert got == {team.installation.token}
    assert refreshes(slack_api) == 1


async def test_slack_that_gives_none_is_asked_again_later_and_the_old_one_used_meanwhile(desk, slack_api):  # noqa: F811
    team = await installed(desk)
    first = (await desk.tokens.of(team.id)).get_secret_value()
    desk.clock.ahead_us = 11 * HOUR_US
    slack_api.fault("oauth.v2.access", "internal_error", times=1)
    assert (await desk.tokens.of(team.id)).get_secret_value() == first
    assert (await desk.tokens.of(team.id)).get_secret_value() == first
    assert refreshes(slack_api) == 1, "not at every message"
    desk.clock.ahead_us += AGAIN_US + 1_000_000
    assert (await desk.tokens.of(team.id)).get_secret_value() == team.installation.token != first


async def test_a_token_that_has_ended_and_cannot_be_renewed_is_no_reason_to_forget_the_picture(desk, slack_api):  # noqa: F811
    team = await installed(desk)
    desk.clock.ahead_us = 13 * HOUR_US
    slack_api.fault("oauth.v2.access", "internal_error", times=1)
    with pytest.raises(Later):
        await desk.tokens.of(team.id)
    desk.clock.ahead_us += AGAIN_US + 1_000_000
    assert (await desk.tokens.of(team.id)).get_secret_value() == team.installation.token


async def test_whoever_gave_up_waiting_loses_no_token(desk, slack_api):  # noqa: F811
    team = await installed(desk)
    desk.clock.ahead_us = 13 * HOUR_US
    slack_api.slow("oauth.v2.access", 0.1)
    asking = asyncio.create_task(desk.tokens.of(team.id))
    await asyncio.sleep(0.05)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    assert (await desk.tokens.of(team.id)).get_secret_value() == team.installation.token
    assert refreshes(slack_api) == 1


async def test_a_process_that_died_at_it_holds_nobody_up_for_long(desk, slack_api):  # noqa: F811
    team = await installed(desk)
    held = await desk.installations.find(team.id, "")
    assert held is not None
    assert await desk.installations.claim(held, desk.clock.now_us() + 13 * HOUR_US + 200_000)
    desk.clock.ahead_us = 13 * HOUR_US
    assert (await desk.tokens.of(team.id)).get_secret_value() == team.installation.token


async def test_an_installation_that_was_replaced_meanwhile_is_not_written_over(desk):
    team = await installed(desk)
    held = await desk.installations.find(team.id, "")
    assert held is not None
    await desk.install(next(each for each in team.people.values() if each.name == "Guest"))
    assert not await desk.installations.renew(held, "xoxe.xoxb-old", "xoxe-old", 1)
    assert (await desk.tokens.of(team.id)).get_secret_value() == team.installation.token
