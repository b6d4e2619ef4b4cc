"""What goes out to an image API, and what never gets out of the connection: keys and people's words."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import replace

import pytest
from support_connection import (
    CANARY,
    DRAW,
    PROMPT,
    WISH,
    account_at,
    assert_hides,
    connected,
    failure,
    read,
)
from support_image_api import image_api  # noqa: F401 - a fixture
from support_raw_server import Exchange, answer, raw_server, says
from support_store import HandClock

from core.errors import (
    BadSettings,
    CannotDraw,
    DrawingFailed,
    Moderated,
    ProviderUnusable,
)
from core.providers.openai.account import Account
from core.providers.openai.breaker import Breakers
from core.providers.openai.connection import Connection, Sending
from core.providers.openai.json_body import Base64Text
from core.providers.openai.pacing import Pacing
from core.providers.profiles import server_of

# --- what is sent ----------------------------------------------------------------------------------------------------


async def sent(account: Account, sending: Sending = DRAW) -> tuple[Exchange, bytes]:
    bodies: list[bytes] = []

    async def behave(exchange: Exchange) -> None:
        bodies.append(await exchange.body())
        exchange.writer.write(answer("200 OK"))

    async with raw_server(behave) as server:
        async with connected(replace(account, base_url=server.base_url)) as connection:
            await read(connection, sending)
        return server.exchanges[0], bodies[0]


async def test_the_key_and_who_pays_go_in_headers() -> None:
    exchange, body = await sent(account_at("http://x/v1", organization="org-1", project="proj_1"))
    assert exchange.line == "POST /v1/images/generations HTTP/1.1"
    assert exchange.headers["authorization"] == f"Bearer {CANARY}"
    assert exchange.headers["openai-organization"] == "org-1"
    assert exchange.headers["openai-project"] == "proj_1"
    assert exchange.headers["accept"] == "application/json"
    assert exchange.headers["accept-encoding"] == "identity"
    assert exchange.headers["content-type"] == "application/json"
    assert exchange.headers["user-agent"].startswith("easel/")
    assert json.loads(body) == WISH


async def test_a_server_at_home_gets_no_headers_that_it_did_not_ask_for() -> None:
    exchange, _ = await sent(account_at("http://x/v1", key="", server="generic"))
    assert not {"authorization", "api-key", "openai-organization", "openai-project", "cookie"} & exchange.headers.keys()


async def test_azure_gets_its_own_header_and_query() -> None:
    account = account_at("http://x/v1")
    azure = replace(account.server, auth=server_of("", "azure").auth, query={"api-version": "preview"})
    exchange, _ = await sent(replace(account, server=azure), replace(DRAW, path="/images/generations?a=1"))
    assert exchange.headers["api-key"] == CANARY
    assert "authorization" not in exchange.headers
    assert exchange.line == "POST /v1/images/generations?a=1&api-version=preview HTTP/1.1"


async def test_pictures_inside_json_arrive_whole_and_hold_nobody_up() -> None:
    """The bytes are those of the plain way, and meanwhile the event loop has time for others."""
    picture = "data:image/png;base64," + "iVBORw0K" * 2_500_000
    texts = [{"type": "text", "text": 'é "quoted"\n'}, {"type": "input_image", "image_url": Base64Text(picture)}]
    document = {"model": "m", "input": [{"content": texts}], "tools": ({"mask": Base64Text("AAAA")},), "n": 1}
    sending = Sending(path="/responses", model="m", json=document, images=1)
    account = account_at("http://x/v1")
    async with connected(account) as connection:
        began = time.process_time()  # of this process alone: the machine may be busy with something else
        connection._request(sending)
        assert time.process_time() - began < 0.01
    exchange, body = await sent(account, sending)
    plain = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    assert body == plain
    assert exchange.headers["content-type"] == "application/json"
    assert exchange.headers["content-length"] == str(len(plain))
    assert "transfer-encoding" not in exchange.headers


async def test_a_form_keeps_its_order_its_names_and_its_types() -> None:
    parts = [
        ("model", (None, "gpt-image-2", None)),
        ("image[]", ("picture-1.png", b"PNG1", "image/png")),
        ("n", (None, "2", None)),
        ("mask", ("mask.png", b"PNG2", "image/png")),
    ]
    exchange, body = await sent(account_at("http://x/v1"), Sending(path="/images/edits", model="m", parts=parts))
    boundary = exchange.headers["content-type"].partition("boundary=")[2]
    wanted = (
        '--B\r\nContent-Disposition: form-data; name="model"\r\n\r\ngpt-image-2\r\n'
        '--B\r\nContent-Disposition: form-data; name="image[]"; filename="picture-1.png"\r\n'
        "Content-Type: image/png\r\n\r\nPNG1\r\n"
        '--B\r\nContent-Disposition: form-data; name="n"\r\n\r\n2\r\n'
        '--B\r\nContent-Disposition: form-data; name="mask"; filename="mask.png"\r\n'
        "Content-Type: image/png\r\n\r\nPNG2\r\n--B--\r\n"
    )
    assert body.decode() == wanted.replace("--B", f"--{boundary}")


async def test_a_redirect_is_not_followed_and_takes_no_key_anywhere() -> None:
    async with raw_server(says("200 OK")) as elsewhere:
        moved = says("307 Temporary Redirect", b"", f"Location: {elsewhere.base_url}/images/generations")
        async with raw_server(moved) as server, connected(account_at(server.base_url)) as connection:
            assert type(await failure(connection)) is ProviderUnusable
        assert elsewhere.connections == 0


async def test_what_is_no_path_is_refused() -> None:
    async with connected(account_at("http://127.0.0.1:1/v1")) as connection:
        for path in ("images", "https://elsewhere.example/", "@elsewhere.example/"):
            with pytest.raises(ValueError, match="not a path"):
                await read(connection, replace(DRAW, path=path))


# --- what is not told ------------------------------------------------------------------------------------------------


async def test_a_server_that_repeats_the_key_and_the_prompt_gets_neither_into_the_note() -> None:
    message = f"Wrong key {CANARY} for the prompt {PROMPT}."
    echo = says("401 Unauthorized", json.dumps({"error": {"message": message}}).encode())
    edit = Sending(path="/images/edits", model="m", parts=[("prompt", (None, PROMPT, None))])
    think = Sending(path="/responses", model="m", json={"input": [{"content": [{"type": "t", "text": PROMPT}]}]})
    for sending in (DRAW, edit, think):
        async with raw_server(echo) as server, connected(account_at(server.base_url)) as connection:
            caught = await failure(connection, sending)
        assert "Wrong key" in caught.note
        assert_hides(caught, CANARY, PROMPT)


async def test_an_error_of_whoever_reads_the_body_loses_them_too() -> None:
    async with raw_server(says("200 OK")) as server, connected(account_at(server.base_url)) as connection:
        with pytest.raises(Moderated) as caught:
            async with connection.send(DRAW):
                raise Moderated("No.", note=f"it says {CANARY} and {PROMPT}")
        assert_hides(caught.value, CANARY, PROMPT)


def test_nothing_prints_the_key() -> None:
    account = account_at("http://127.0.0.1:1/v1")
    clock = HandClock()
    connection = Connection(account, clock, Pacing(clock), Breakers(clock))
    for thing in (account, connection, DRAW, account.payer):
        assert CANARY not in f"{thing!r} {thing}"
        assert PROMPT not in f"{thing!r} {thing}"


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": f"{CANARY}\n"},
        {"key": f"{CANARY} x"},
        {"key": f"{CANARY}é"},
        {"organization": "org\r\nX-Evil: 1"},
        {"base_url": "api.openai.com/v1"},
        {"base_url": "https://api.openai.com/v1/"},
        {"base_url": f"https://user:{CANARY}@api.openai.com/v1"},
        {"base_url": f"https://api.openai.com/v1?key={CANARY}"},
        {"base_url": "ftp://api.openai.com/v1"},
    ],
)
def test_an_account_that_no_request_could_be_made_of_is_refused_without_its_key(wrong: dict[str, str]) -> None:
    with pytest.raises(BadSettings) as caught:
        account_at(**{"base_url": "https://api.openai.com/v1", **wrong})
    assert_hides(caught.value, CANARY)


def test_two_keys_are_two_payers() -> None:
    one, other = account_at("http://x/v1", key="one"), account_at("http://x/v1", key="two")
    assert one.payer != other.payer
    assert one.payer == account_at("http://x/v1", key="one").payer
    assert one.host == "x"


# --- errors' bodies --------------------------------------------------------------------------------------------------


async def test_of_an_endless_error_only_the_beginning_is_read() -> None:
    written = 0

    async def behave(exchange: Exchange) -> None:
        nonlocal written
        await exchange.body()
        exchange.writer.write(b"HTTP/1.1 500 Oh\r\nContent-Type: application/json\r\n\r\n")
        while True:
            exchange.writer.write(b'{"error": ' * 1000)
            written += 10_000
            await exchange.writer.drain()

    async with raw_server(behave) as server, connected(account_at(server.base_url)) as connection, asyncio.timeout(5):
        assert type(await failure(connection)) is DrawingFailed
    assert written < 20_000_000, "what the sockets' buffers took"


async def test_a_compressed_error_is_not_unpacked() -> None:
    bomb = says("400 Bad Request", b"\x1f\x8b" + bytes(100), "Content-Encoding: gzip")
    async with raw_server(bomb) as server, connected(account_at(server.base_url)) as connection:
        caught = await failure(connection)
    assert type(caught) is CannotDraw
    assert "body: empty" in caught.note


async def test_an_error_that_breaks_off_still_says_its_status() -> None:
    half = says("401 Unauthorized", b'{"error": {"mess', length=500)
    async with raw_server(half) as server, connected(account_at(server.base_url)) as connection:
        assert type(await failure(connection)) is ProviderUnusable
