"""The administrators' interface over real sockets: what opens it, what it says, and what a stranger gets: nothing."""

from __future__ import annotations

import json
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from support_admin import GUILD, HOSTILE, PLAYGROUND_TOKEN, SERVER, TOKEN, Admin, Names, administered, drawn, lost, wish

from bots.web.admin.page import Administration
from bots.web.people import DEMO_CHANNELS
from bots.web.session import ADMINISTRATION, Session
from core.errors import BadSettings, NotFound

READS = (
    "hello",
    f"limits?workspace={GUILD}",
    f"usage?workspace={GUILD}",
    f"usage.csv?workspace={GUILD}",
    f"requests?workspace={GUILD}&which=all",
    "providers",
    "audit",
)
WRITES = ("orders", "key", "words", "resolve")
KEY = "sk-proj-0123456789abcdefghijklmnopWXYZ"


@pytest.fixture
async def admin(tmp_path: Path) -> AsyncIterator[Admin]:
    async with administered(tmp_path, busy=False, hosts=["easel.example.org"]) as running:
        yield running


class Visitor:
    """A browser at the page."""

    def __init__(self, admin: Admin, session: aiohttp.ClientSession) -> None:
        self.admin = admin
        self.session = session

    async def get(self, path: str, **headers: str) -> tuple[int, Any]:
        async with self.session.get(f"{self.admin.url}/admin/api/{path}", headers=headers) as answer:
            text = await answer.text()
            return answer.status, json.loads(text) if answer.content_type == "application/json" else text

    async def post(self, path: str, body: dict[str, Any], origin: str | None = "own") -> tuple[int, Any]:
        headers = {} if origin is None else {"Origin": self.admin.url if origin == "own" else origin}
        said = {"client_key": str(uuid.uuid4()), "workspace": GUILD, **body}
        async with self.session.post(f"{self.admin.url}/admin/api/{path}", json=said, headers=headers) as answer:
            return answer.status, await answer.json() if answer.content_type == "application/json" else None


@pytest.fixture
async def stranger(admin: Admin) -> AsyncIterator[Visitor]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield Visitor(admin, session)


@pytest.fixture
async def boss(admin: Admin) -> AsyncIterator[Visitor]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        visitor = Visitor(admin, session)
        assert (await visitor.post("session", {"token": TOKEN}))[0] == 204
        yield visitor


async def test_without_its_cookie_nothing_is_there_at_all(admin: Admin, stranger: Visitor) -> None:
    nothing = (404, {"error": {"code": "not_found", "sentence": "There is nothing here."}})
    assert await stranger.get("no-such-thing") == nothing
    assert await stranger.post("session", {"token": TOKEN + "x"}) == nothing
    assert await stranger.post("session", {"token": PLAYGROUND_TOKEN}) == nothing
    for path in READS:
        assert await stranger.get(path) == nothing, path
    for path in WRITES:
        assert await stranger.post(path, {}) == nothing, path
    for cookie in (TOKEN, "0" * 64, "é"):
        assert await stranger.get("hello", Cookie=f"easel_admin={cookie}") == nothing


async def test_the_playgrounds_token_opens_nothing_here_nor_the_other_way(admin: Admin) -> None:
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        own = {"Origin": admin.url}
        async with session.post(f"{admin.url}/api/session", json={"token": PLAYGROUND_TOKEN}, headers=own) as answer:
            assert answer.status == 204
        assert (await Visitor(admin, session).get("hello"))[0] == 404
        jar.clear()
        async with session.post(f"{admin.url}/admin/api/session", json={"token": TOKEN}, headers=own) as answer:
            cookie = answer.headers["Set-Cookie"]
        assert {"HttpOnly", "SameSite=Strict", "Path=/admin"} <= set(cookie.split("; "))
        assert TOKEN not in cookie
        async with session.get(f"{admin.url}/api/hello") as answer:
            assert answer.status == 401
    same = Session(TOKEN), Session(TOKEN, ADMINISTRATION)
    assert len({each._cookie for each in same}) == 2, "one token for both would still make two cookies"


async def test_the_same_gates_as_the_playground(admin: Admin, boss: Visitor) -> None:
    order = {"words": "pause"}
    for origin in (None, "null", "https://evil.example", "http://127.0.0.1:1"):
        assert (await boss.post("orders", order, origin))[0] == 403, origin
    assert (await boss.get("hello", Host="evil.example"))[0] == 421
    for site in ("cross-site", "same-site"):
        assert (await boss.get("hello", **{"Sec-Fetch-Site": site}))[0] == 403
    assert (await boss.get("hello", **{"Sec-Fetch-Site": "same-origin"}))[0] == 200
    assert list(await admin.overseeing.decisions()) == []
    for path in ("/admin", "/admin/", "/admin/api/hello", "/admin/api/nothing"):
        async with boss.session.get(admin.url + path) as answer:
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'self'" in policy
            assert "unsafe" not in policy
            assert answer.headers["X-Frame-Options"] == "DENY"
            assert answer.headers["Referrer-Policy"] == "no-referrer"


async def test_a_key_of_the_workspaces_own_is_kept_and_never_said_again(admin: Admin, boss: Visitor) -> None:
    for origin in (None, "https://evil.example"):
        assert (await boss.post("key", {"key": KEY}, origin))[0] == 403
    status, told = await boss.post("key", {"key": f" {KEY} "})
    assert (status, told["answer"]) == (
        200,
        "From now on this workspace's pictures are drawn with its own key, which ends in WXYZ, and billed to it.",
    )
    assert (await admin.office.keys.secret(*GUILD.split(":"))).get_secret_value() == KEY
    limits = (await boss.get(f"limits?workspace={GUILD}"))[1]
    assert limits["takes_key"]
    assert "own key, which ends in WXYZ, since" in limits["policy"]
    answers = [limits, await boss.get("audit"), await boss.post("orders", {"words": "audit"})]
    for wrong in ("short", "two words in it", "x" * 3000, KEY.encode().hex() * 30, 7):
        status, told = await boss.post("key", {"key": wrong})
        assert status in (400, 422)
        assert str(wrong)[:12] not in json.dumps(told).replace("too short", "")
    answers += [await boss.post("orders", {"words": f"key {KEY}"}), await boss.post("orders", {"words": "key off"})]
    assert "0123456789" not in json.dumps(answers)
    assert "own key" not in (await boss.get(f"limits?workspace={GUILD}"))[1]["policy"]


async def test_where_no_image_api_draws_no_key_is_asked_for(tmp_path: Path) -> None:
    async with (
        administered(tmp_path, busy=False, keys=False) as admin,
        aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session,
    ):
        boss = Visitor(admin, session)
        assert (await boss.post("session", {"token": TOKEN}))[0] == 204
        assert not (await boss.get(f"limits?workspace={GUILD}"))[1]["takes_key"]
        assert (await boss.post("key", {"key": KEY}))[0] == 422


async def test_nothing_on_the_page_comes_from_elsewhere(admin: Admin, stranger: Visitor) -> None:
    async with stranger.session.get(f"{admin.url}/admin") as answer:
        page = await answer.text()
    assert "https://" not in page
    assert "http://" not in page
    assert " style=" not in page
    assert "<script>" not in page


async def test_reading_what_there_is(admin: Admin, boss: Visitor) -> None:
    assert (await boss.get("hello"))[1]["workspaces"] == []
    job = await drawn(admin.bench, wish("100000000000000003", "a secret boat"), 4)
    await drawn(admin.bench, wish("77", "a boat", name=HOSTILE), 4)
    (home,) = (await boss.get("hello"))[1]["workspaces"]
    assert (home["id"], home["money"], home["paused"]) == (GUILD, "$0.08", False)
    limits = (await boss.get(f"limits?workspace={GUILD}"))[1]
    assert [each["said"] for each in limits["shared"]["allowances"]] == ["$0.08 of $50.00", "$0.08 of $12.00"]
    assert {each["name"] for each in limits["people"]} == {"Guest", HOSTILE}
    usage = (await boss.get(f"usage?workspace={GUILD}&month=2026-11"))[1]
    assert (usage["first_day"], usage["last_day"], usage["total"]["images"]) == ("2026-11-01", "2026-11-23", 2)
    status, table = await boss.get(f"usage.csv?workspace={GUILD}")
    assert (status, table.splitlines()[0][:9]) == (200, "by,key,na")
    found = (await boss.get(f"requests?workspace={GUILD}&which=all"))[1]
    assert [each["state"] for each in found["requests"]] == ["delivered", "delivered"]
    assert "secret" not in json.dumps([limits, usage, found])
    words = (await boss.post("words", {"jobs": [job]}))[1]["words"]
    assert words == {job: "a secret boat"}
    (decision,) = (await boss.get(f"audit?workspace={GUILD}"))[1]["decisions"]
    assert (decision["name"], decision["said"]) == ("administrators' page", "show words")


async def test_workspaces_and_channels_go_by_their_names(tmp_path: Path) -> None:
    async with (
        administered(tmp_path, busy=False, named=Names("name of {}")) as admin,
        aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session,
    ):
        boss = Visitor(admin, session)
        assert (await boss.post("session", {"token": TOKEN}))[0] == 204
        await drawn(admin.bench, wish("77", "a boat"), 4)
        await lost(admin.bench, wish("77", "a fox", channel="sketches"), 4)
        (home,) = (await boss.get("hello"))[1]["workspaces"]
        assert home["name"] == f"name of {SERVER}"
        limits = (await boss.get(f"limits?workspace={GUILD}"))[1]
        assert {each["key"]: each["name"] for each in limits["channels"]} == {
            "posters": "name of posters",
            "sketches": "name of sketches",
        }
        usage = (await boss.get(f"usage?workspace={GUILD}"))[1]
        assert usage["channels"] == {"posters": "name of posters", "sketches": "name of sketches"}
        found = (await boss.get(f"requests?workspace={GUILD}&which=all"))[1]
        assert {each["channel_name"] for each in found["requests"]} == {"name of posters", "name of sketches"}
        assert [each["channel_name"] for each in found["uncertain"]] == ["name of sketches"]


async def test_the_playground_knows_its_channels(admin: Admin) -> None:
    room = DEMO_CHANNELS[0]
    assert await admin.playground.adapter.name_of("playground", room.id) == room.name
    assert await admin.playground.adapter.name_of("playground") == ""
    with pytest.raises(NotFound):
        await admin.playground.adapter.name_of("playground", "nowhere")


async def test_ordering_and_settling(admin: Admin, boss: Visitor) -> None:
    job = await lost(admin.bench, wish("100000000000000003", "a boat"), 17)
    assert await boss.post("orders", {"words": "pause for the exam"}) == (
        *(200, {"answer": "Paused: nobody draws until you say resume."}),
    )
    status, refused = await boss.post("orders", {"words": "limit 30 bananas a day for everyone"})
    assert status == 422
    assert refused["error"]["sentence"].startswith("“30 bananas a day” is not an amount that I can read.")
    status, said = await boss.post("resolve", {"job": job, "billed": True})
    assert (status, said["answer"][:13]) == (200, "It was billed")
    assert (await boss.post("resolve", {"job": job, "billed": True}))[0] == 404
    said = [each.entry.said for each in await admin.overseeing.decisions()]
    assert sorted(said) == ["pause for the exam", f"resolve {job} billed"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("orders", {"words": ""}),
        ("orders", {"words": "x" * 2001}),
        ("orders", {"words": 7}),
        ("orders", {"words": "pause", "client_key": "7"}),
        ("words", {"jobs": ["../../etc"]}),
        ("words", {"jobs": ["0" * 32] * 51}),
        ("resolve", {"job": "0" * 32, "billed": "yes"}),
    ],
)
async def test_what_is_no_order_is_told_so(boss: Visitor, path: str, body: dict[str, Any]) -> None:
    status, said = await boss.post(path, body)
    assert (status, said["error"]["code"]) == (400, "bad_request")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("limits?workspace=", 404),
        ("limits?workspace=discord", 404),
        ("usage?workspace=a:b&month=November", 404),
        ("requests?workspace=a:b&which=secret", 400),
        ("requests?workspace=a:b&which=all&before=%27%20OR%201", 400),
        ("audit?before=-1", 400),
        ("audit?before=²", 400),
        (f"audit?before={'9' * 19}", 400),
        ("limits?workspace=a:b", 200),
    ],
)
async def test_odd_questions_have_plain_answers(boss: Visitor, path: str, status: int) -> None:
    assert (await boss.get(path))[0] == status


def test_there_is_no_page_without_a_token(admin: Admin) -> None:
    with pytest.raises(BadSettings, match="EASEL_WEB__ADMIN_TOKEN"):
        Administration(admin.overseeing, " ")
