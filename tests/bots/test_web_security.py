"""What a hostile page, link or file must not get from the playground, tried over real sockets."""

from __future__ import annotations

import asyncio
import json
import re
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import aiohttp
import pytest
from support_web import TOKEN, Browser, House, house, png

from bots.web.session import Session
from core.errors import BadSettings


@pytest.fixture
async def easel(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path, allowed_hosts=["easel.example.org"]) as running:
        yield running


@pytest.fixture
async def member(easel: House) -> AsyncIterator[Browser]:
    async with easel.browser() as browser:
        yield browser


PATHS = ["/", "/healthz", "/readyz", "/metrics", "/api/hello", "/static/index.html"]


async def test_a_name_that_was_rebound_to_this_machine_gets_nothing(easel: House, member: Browser) -> None:
    names = [
        "evil.example:{port}",
        "127.0.0.1.evil.example:{port}",
        "127.0.0.1",
        "localhost:1",
        "easel.example.org:{port}",
    ]
    for path in PATHS:
        for name in names:
            answer = await member.send("GET", path, headers={"Host": name.format(port=easel.port)})
            assert (answer.status, answer.json["error"]["code"]) == (421, "wrong_host"), (path, name)


async def test_its_own_names_are_answered(easel: House, member: Browser) -> None:
    for name in ("127.0.0.1:{port}", "localhost:{port}", "LOCALHOST:{port}", "[::1]:{port}", "easel.example.org"):
        answer = await member.send("GET", "/healthz", headers={"Host": name.format(port=easel.port)})
        assert (answer.status, answer.json["status"]) == (200, "ok"), name


async def test_two_host_headers_are_one_too_many(easel: House) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", easel.port)
    own = f"Host: 127.0.0.1:{easel.port}\r\n"
    writer.write(f"GET /healthz HTTP/1.1\r\n{own}{own}Connection: close\r\n\r\n".encode())
    status = (await reader.readline()).decode()
    writer.close()
    await writer.wait_closed()
    assert status.split()[1] in {"400", "421"}


async def test_another_sites_page_can_post_nothing(easel: House, member: Browser) -> None:
    origins = [
        "http://evil.example",
        "null",
        "https://127.0.0.1:{port}",
        "http://127.0.0.1:1",
        "http://localhost:{port}",
    ]
    for origin in (*origins, None):
        body = json.dumps({"client_key": str(uuid.uuid4()), "person": "member", "channel": "studio", "text": "hello"})
        headers = {"Content-Type": "application/json"}
        if origin is not None:
            headers["Origin"] = origin.format(port=easel.port)
        async with member.session.post(f"{easel.url}/api/messages", data=body, headers=headers) as answer:
            assert answer.status == 403, origin
    assert await member.messages() == []


async def test_behind_a_proxy_the_origin_must_name_the_same_host(easel: House, member: Browser) -> None:
    for origin, status in (("https://easel.example.org", 204), (easel.url, 403), ("https://evil.example", 403)):
        headers = {"Host": "easel.example.org", "Origin": origin, "Content-Type": "application/json"}
        data = json.dumps({"token": TOKEN}).encode()
        assert (await member.send("POST", "/api/session", headers=headers, data=data)).status == status


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_a_page_on_another_port_of_this_machine_cannot_read(member: Browser, site: str) -> None:
    answer = await member.send("GET", "/api/hello", headers={"Sec-Fetch-Site": site})
    assert answer.status == 403


async def test_without_the_session_nothing_is_told(easel: House) -> None:
    paths = (
        "/api/hello",
        "/api/messages?channel=studio&person=member",
        "/api/events?channel=studio&person=member&after=0",
        "/api/quota?channel=studio&person=member",
        "/api/history?channel=studio&person=member&q=",
        f"/api/images/{'0' * 32}?person=member",
        f"/api/images/{'0' * 32}/details?person=member",
        f"/api/uploads/{'0' * 32}?person=member",
        f"/api/previews/{'0' * 32}/1?person=member",
        "/api/no-such-thing",
    )
    posts = ("/api/messages", "/api/actions", "/api/uploads", f"/api/jobs/{'0' * 32}/cancel")
    async with aiohttp.ClientSession() as stranger:
        for method, path in (*(("GET", path) for path in paths), *(("POST", path) for path in posts)):
            async with stranger.request(method, easel.url + path, headers={"Origin": easel.url}) as answer:
                assert (answer.status, (await answer.json())["error"]["code"]) == (401, "signed_out"), path


async def test_a_made_up_cookie_opens_nothing(easel: House) -> None:
    async with aiohttp.ClientSession() as stranger:
        for cookie in ("", TOKEN, "0" * 64, "é" * 20, "x" * 4000):
            headers = {"Cookie": f"easel_session={cookie}"}
            async with stranger.get(easel.url + "/api/hello", headers=headers) as answer:
                assert answer.status == 401, cookie


async def test_the_token_opens_and_its_cookie_is_not_the_token(easel: House, member: Browser) -> None:
    wrong = await member.post("/api/session", {"token": TOKEN + "x"})
    assert (wrong.status, "Set-Cookie" in wrong.headers) == (401, False)
    right = await member.post("/api/session", {"token": TOKEN})
    cookie = right.headers["Set-Cookie"]
    assert TOKEN not in cookie
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))


@pytest.mark.parametrize("token", ["", "  "])
def test_there_is_no_playground_without_a_token(token: str) -> None:
    with pytest.raises(BadSettings):
        Session(token)


async def test_every_answer_carries_the_protective_headers(easel: House, member: Browser) -> None:
    for path in (*PATHS, "/nothing-here", "/api/no-such-thing"):
        headers = (await member.send("GET", path)).headers
        assert "default-src 'self'" in headers["Content-Security-Policy"], path
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"], path
        assert "unsafe" not in headers["Content-Security-Policy"], path
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["Referrer-Policy"] == "no-referrer", path
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin", path
        assert "Access-Control-Allow-Origin" not in headers, path


async def test_a_picture_opened_by_itself_can_do_nothing(member: Browser) -> None:
    result = await member.drawn("/imagine a fox")
    sent = await member.upload(png(), "fox.png")
    for url in (result["images"][0]["url"], result["images"][0]["thumb"], sent.json["url"]):
        headers = (await member.send("GET", url)).headers
        assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert re.fullmatch(r"inline; filename=easel-[0-9a-f]{8}\.(png|jpg|webp)", headers["Content-Disposition"])
        assert headers["Content-Type"] in {"image/png", "image/jpeg", "image/webp"}
        assert headers["Cache-Control"] == "private, max-age=31536000, immutable"


async def test_ids_of_other_channels_lead_nowhere(member: Browser) -> None:
    result = await member.drawn("/imagine a fox")
    elsewhere = {"channel": "posters"}
    assert (await member.say("make it night", reply_to=result["id"], **elsewhere)).status == 404
    assert (await member.say("make it night", thread=result["id"], **elsewhere)).status == 404
    async with member.house.browser("designer") as designer:
        image = result["images"][0]["id"]
        for verb in ("edit", "redo", "vary", "undo", "delete"):
            assert (await designer.press(verb, image, instruction="night", **elsewhere)).status == 404, verb
        assert (await designer.say("/edit make it night", image=image, **elsewhere)).status == 404


async def test_a_person_who_is_not_on_the_list_is_nobody(member: Browser) -> None:
    for name in ("a" * 10_000, "nobody", "", "../member", "easel", "MEMBER", "member\u202e", "'--"):
        body = {"client_key": str(uuid.uuid4()), "person": name, "channel": "studio", "text": "hello"}
        said = await member.post("/api/messages", body)
        assert said.status in {400, 404}, name
        assert name == "" or name not in said.sentence.split()
        asked = await member.send("GET", f"/api/quota?channel=studio&person={quote(name[:4000])}")
        assert asked.status == 404, name
    assert await member.messages() == []


async def test_what_is_not_of_the_right_shape_is_not_looked_at(member: Browser) -> None:
    wrong: list[tuple[str, object]] = [
        ("client_key", "1"),
        ("channel", "Studio!"),
        ("thread", "../../etc/passwd"),
        ("reply_to", "A" * 32),
        ("attachments", ["0" * 31]),
        ("attachments", ["0" * 32] * 9),
        ("pick", 0),
        ("image", "0" * 33),
        ("text", 5),
        ("options", {"Ratio!": "1:1"}),
    ]
    right = {"person": "member", "channel": "studio", "text": "hello"}
    for field, value in wrong:
        answer = await member.post("/api/messages", {"client_key": str(uuid.uuid4()), **right, field: value})
        assert (answer.status, answer.json["error"]["code"]) == (400, "bad_request"), field
    assert await member.messages() == []


@pytest.mark.parametrize(
    "path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static//etc/passwd"]
)
async def test_static_files_end_at_their_folder(easel: House, path: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", easel.port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{easel.port}\r\nConnection: close\r\n\r\n".encode())
    status = (await reader.readline()).decode()
    writer.close()
    await writer.wait_closed()
    assert status.split()[1] in {"400", "403", "404"}


async def test_too_much_at_once_is_refused_and_the_server_stands(member: Browser) -> None:
    assert (await member.say("a" * 600_000)).status == 413
    long = await member.say("a" * 40_000)
    assert (long.status, long.json["error"]["code"]) == (422, "prompt_too_long")
    assert "40,000 characters" in long.sentence
    assert (await member.say("/imagine a fox")).status == 202


async def test_words_that_would_read_otherwise_than_they_are_lose_their_tricks(member: Browser) -> None:
    await member.say("hello \u202egnp.exe\u2066\x00\x1b[31m <script>alert(1)</script>")
    assert (await member.messages())[0]["text"] == "hello gnp.exe[31m <script>alert(1)</script>"


async def test_ready_only_when_everything_is_there(easel: House, member: Browser) -> None:
    assert (await member.send("GET", "/readyz")).status == 200
    easel.readiness.missing("the database")
    answer = await member.send("GET", "/readyz")
    assert (answer.status, answer.json["waiting_for"]) == (503, ["the database"])
    easel.readiness.arrived("the database")
    assert (await member.send("GET", "/readyz")).status == 200


async def test_numbers_for_prometheus_name_nobody(member: Browser) -> None:
    await member.drawn("/imagine a secret fox")
    answer = await member.send("GET", "/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert b"easel_" in answer.body
    assert b"fox" not in answer.body
    assert b"member" not in answer.body


async def test_an_upload_that_only_a_private_message_carries_cannot_be_used_by_another(
    easel: House, member: Browser
) -> None:
    sent = await member.upload(png())
    await member.drawn("/edit make it night --private", attachments=[sent.json["upload"]])
    async with easel.browser("designer") as designer:
        stolen = await designer.say("@easel make it day", attachments=[sent.json["upload"]])
        assert stolen.status == 404


async def test_a_database_that_says_no_reaches_the_person_as_one_sentence(tmp_path: Path) -> None:
    async with house(tmp_path) as easel, easel.browser() as member:
        await easel.database.close()
        answer = await member.say("good morning")
        assert answer.status in {500, 503}
        assert str(tmp_path).encode() not in answer.body
        assert b"Traceback" not in answer.body
