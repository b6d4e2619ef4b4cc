"""What comes to Slack's route from anywhere: only Slack's own, new and signed requests get in; none breaks anything."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import io
import json
from time import time
from urllib.parse import urlencode

import aiohttp
import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st
from support_slack_api import no_proxies, slack_api  # noqa: F401
from support_slack_transport import Line, Told, over_http

from bots.slack.http_mode import BODY_BYTES_MAX, EVENTS, SKEW_SECONDS, Doorkeeper, Refused

SECRET = "0123456789abcdef0123456789abcdef"
CHALLENGE = json.dumps({"type": "url_verification", "challenge": "said", "token": "x"}).encode()
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


def signed(body: bytes, at: float | None = None, secret: str = SECRET, kind: str = JSON) -> dict[str, str]:
    stamp = str(int(time() if at is None else at))
    made = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {"Content-Type": kind, "X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={made}"}


@pytest.fixture
async def line(slack_api):  # noqa: F811
    slack_api.workspace()
    async with over_http(slack_api, Told()) as connected:
        yield connected


async def send(line: Line, body: object, headers: object) -> int:
    async with aiohttp.ClientSession() as session, session.post(line.url, data=body, headers=headers) as answer:  # type: ignore[arg-type]  # several of one name
        await answer.read()
        return answer.status


GARBLED = {
    "no headers": {},
    "no signature": {"X-Slack-Request-Timestamp": "NOW"},
    "no timestamp": {"X-Slack-Signature": "SIGNED"},
    "a word for a timestamp": {"X-Slack-Request-Timestamp": "soon", "X-Slack-Signature": "SIGNED"},
    "an empty timestamp": {"X-Slack-Request-Timestamp": "", "X-Slack-Signature": "SIGNED"},
    "a negative timestamp": {"X-Slack-Request-Timestamp": "-1", "X-Slack-Signature": "SIGNED"},
    "a fraction": {"X-Slack-Request-Timestamp": "1.5", "X-Slack-Signature": "SIGNED"},
    "other digits": {"X-Slack-Request-Timestamp": "١٢٣", "X-Slack-Signature": "SIGNED"},
    "a timestamp of next year": {"X-Slack-Request-Timestamp": "99999999999", "X-Slack-Signature": "SIGNED"},
    "a huge timestamp": {"X-Slack-Request-Timestamp": "9" * 400, "X-Slack-Signature": "SIGNED"},
    "another version": {"X-Slack-Request-Timestamp": "NOW", "X-Slack-Signature": "v1=" + "0" * 64},
    "no hexadecimal": {"X-Slack-Request-Timestamp": "NOW", "X-Slack-Signature": "v0=" + "ä" * 64},
    "too short": {"X-Slack-Request-Timestamp": "NOW", "X-Slack-Signature": "v0=00"},
    "of another secret": {"X-Slack-Request-Timestamp": "NOW", "X-Slack-Signature": "v0=" + "0" * 64},
    "two timestamps": [
        ("X-Slack-Request-Timestamp", "NOW"),
        ("X-Slack-Request-Timestamp", "NOW"),
        ("X-Slack-Signature", "SIGNED"),
    ],
    "two signatures": [
        ("X-Slack-Request-Timestamp", "NOW"),
        ("X-Slack-Signature", "SIGNED"),
        ("X-Slack-Signature", "v0=" + "0" * 64),
    ],
}


@pytest.mark.parametrize("what", GARBLED)
async def test_garbled_headers_are_refused_and_break_nothing(line, what):
    right = signed(CHALLENGE)
    said = GARBLED[what]
    pairs = list(said.items()) if isinstance(said, dict) else said
    instead = {"NOW": right["X-Slack-Request-Timestamp"], "SIGNED": right["X-Slack-Signature"]}
    headers = [("Content-Type", JSON), *((name, instead.get(value, value)) for name, value in pairs)]
    assert await send(line, CHALLENGE, headers) == 401
    assert await send(line, CHALLENGE, right) == 200, "the same with Slack's own headers"


async def test_old_requests_and_those_of_the_future_are_refused(line):
    assert await send(line, CHALLENGE, signed(CHALLENGE, time() - SKEW_SECONDS - 5)) == 401
    assert await send(line, CHALLENGE, signed(CHALLENGE, time() + SKEW_SECONDS + 5)) == 401
    assert await send(line, CHALLENGE, signed(CHALLENGE, time() - SKEW_SECONDS + 20)) == 200


async def test_a_changed_body_is_refused(line):
    assert await send(line, CHALLENGE.replace(b"said", b"sold"), signed(CHALLENGE)) == 401


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"", JSON, 400),
        (b"[]", JSON, 400),
        (b"{}", JSON, 400),
        (b'{"type":', JSON, 400),
        (b"\xff\xfe", JSON, 400),
        (b"[" * 100_000, JSON, 400),
        (b"payload=%7B", FORM, 400),
        (b"payload=[]", FORM, 400),
        (b"", FORM, 400),
        (CHALLENGE, "text/plain", 415),
        (CHALLENGE, "multipart/form-data; boundary=x", 415),
        (CHALLENGE, "application/json; charset=no-such-thing", 200),
        (b"ssl_check=1&token=x", FORM, 200),
    ],
)
async def test_signed_nonsense_is_refused_and_breaks_nothing(line, body, kind, status):
    assert await send(line, body, signed(body, kind=kind)) == status


async def test_what_is_too_large_is_not_read(line):
    async def endless():
        for _ in range(100):
            yield b"x" * 65536

    assert await send(line, io.BytesIO(b"x" * (BODY_BYTES_MAX + 1)), signed(b"")) == 413
    assert await send(line, endless(), signed(b"")) == 413


async def test_a_replay_is_acknowledged_and_not_handled_again(line, slack_api):  # noqa: F811
    team = next(iter(slack_api.teams.values()))
    member = team.person("Member")
    form = {"command": "/imagine", "text": "a fox", "team_id": team.id, "user_id": member.id, "trigger_id": "1.2"}
    body = urlencode(form).encode()
    headers = signed(body, kind=FORM)
    statuses = [await send(line, body, headers) for _ in range(3)]
    assert statuses == [200, 200, 200]
    assert line.told.kinds() == ["command"]
    later = signed(body, time() + 1, kind=FORM)  # Slack's own redelivery is signed anew
    assert await send(line, body, later) == 200
    await slack_api.until(lambda: line.told.kinds() == ["command", "command"], "the redelivery")


async def test_what_was_not_handled_may_come_again(line, slack_api, monkeypatch):  # noqa: F811
    team = next(iter(slack_api.teams.values()))
    body = urlencode({"command": "/imagine", "text": "a fox", "team_id": team.id, "trigger_id": "1.2"}).encode()
    headers = signed(body, kind=FORM)
    dispatch = line.app.async_dispatch

    async def broken(request):
        raise RuntimeError("the database is away")

    monkeypatch.setattr(line.app, "async_dispatch", broken)
    assert await send(line, body, headers) == 500
    monkeypatch.setattr(line.app, "async_dispatch", dispatch)
    assert await send(line, body, headers) == 200
    await slack_api.until(lambda: line.told.kinds() == ["command"], "the command")


async def test_a_closed_door_sends_slack_to_come_again(line):
    assert line.door is not None
    line.door.is_open = False
    headers = signed(CHALLENGE)
    assert await send(line, CHALLENGE, headers) == 503
    line.door.is_open = True
    assert await send(line, CHALLENGE, headers) == 200


async def test_the_same_command_many_times_at_once_is_handled_once(line, slack_api):  # noqa: F811
    team = next(iter(slack_api.teams.values()))
    body = urlencode({"command": "/imagine", "text": "a fox", "team_id": team.id, "trigger_id": "1.2"}).encode()
    headers = signed(body, kind=FORM)
    assert set(await asyncio.gather(*(send(line, body, headers) for _ in range(20)))) == {200}
    assert line.told.kinds() == ["command"]


def keeper(now: list[float]) -> Doorkeeper:
    return Doorkeeper(SECRET, lambda: now[0])


def test_a_signature_is_remembered_for_as_long_as_it_is_taken():
    now = [1_000_000.0]
    door = keeper(now)
    headers = signed(b"body", now[0] + SKEW_SECONDS)  # as far ahead as it is taken
    signature = door.checked(headers, lambda _: 1, b"body")
    assert isinstance(signature, str)
    assert door.is_new(signature)
    now[0] += 2 * SKEW_SECONDS
    assert door.checked(headers, lambda _: 1, b"body") == signature
    assert not door.is_new(signature)
    now[0] += 2
    assert isinstance(door.checked(headers, lambda _: 1, b"body"), Refused)
    door.is_new("another")
    assert door.is_new(signature), "forgotten, since it would not be taken any more"


def test_the_door_itself_knows_the_signature():
    door = keeper([1_700_000_000.0])
    right = signed(b"body", 1_700_000_000)
    assert isinstance(door.checked(right, lambda _: 1, b"body"), str)
    assert door.checked(right, lambda _: 1, b"bodi") == Refused(401, "the signature is not Slack's")
    foreign = signed(b"body", 1_700_000_000, secret="of another app")
    assert isinstance(door.checked(foreign, lambda _: 1, b"body"), Refused)
    moved = right | {"X-Slack-Request-Timestamp": "1700000001"}
    assert isinstance(door.checked(moved, lambda _: 1, b"body"), Refused)


@given(st.dictionaries(st.sampled_from(["X-Slack-Request-Timestamp", "X-Slack-Signature"]), st.text()), st.binary())
@settings(max_examples=200, derandomize=True)
def test_no_header_breaks_the_check(headers, body):
    checked = keeper([1_700_000_000.0]).checked(headers, lambda name: int(name in headers), body)
    assert isinstance(checked, Refused)
    assert checked.status == 401


async def test_the_route_is_mounted_for_posts_only(line):
    async with aiohttp.ClientSession() as session, session.get(line.url) as answer:
        assert answer.status == 405
    assert line.door is not None
    site = web.Application()
    line.door.mount(site)
    assert [each.resource.canonical for each in site.router.routes() if each.resource] == [EVENTS]
