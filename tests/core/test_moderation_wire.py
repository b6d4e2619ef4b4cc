"""The safety check, asked on a real socket: what goes out, what is made of the answer, and what happens without one."""

import asyncio
import base64
import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from emulators.image_api.server import FakeImageApi
from hypothesis import given
from hypothesis import strategies as st
from openai.types import ModerationCreateParams
from PIL import Image
from pydantic import SecretStr, TypeAdapter
from structlog.testing import capture_logs

from core.clock import SystemClock
from core.errors import Moderated, ProviderUnavailable
from core.model import Size
from core.moderation import CATEGORIES, Check, ModerationRules, OnTrouble, Scores
from core.ports import SourceImage
from core.providers.openai.account import Account
from core.providers.openai.breaker import Breakers
from core.providers.openai.connection import Connection
from core.providers.openai.moderation import ANSWER_BYTES_MAX, Moderator, scores_of
from core.providers.openai.pacing import Pacing
from core.providers.profiles import server_of

KEY = "sk-CANARY-0123456789"
TEXT = ModerationRules(check=Check.TEXT)
ALL = ModerationRules(check=Check.ALL)
STRICT = ModerationRules(check=Check.TEXT, on_trouble=OnTrouble.REFUSE)
WORKSPACE = "discord:1"


@asynccontextmanager
async def asking(base_url: str, rules: ModerationRules, key: str = KEY, **more: Any) -> AsyncIterator[Moderator]:
    account = Account(base_url, SecretStr(key), server_of("", "openai"), "gpt-image-2")
    clock = SystemClock()
    connection = Connection(account, clock, Pacing(clock), Breakers(clock))
    try:
        yield Moderator(account, connection, rules, **more)
    finally:
        await connection.aclose()


@pytest.fixture
async def image_api() -> AsyncIterator[FakeImageApi]:
    server = await FakeImageApi.start()
    try:
        yield server
    finally:
        await server.aclose()


@asynccontextmanager
async def answering(
    *answers: bytes | None, status: int = 200, **headers: str
) -> AsyncIterator[tuple[str, list[bytes]]]:
    """A server that answers these bodies in turn, the last one for ever, and None never; and what it was sent."""
    seen: list[bytes] = []
    released = asyncio.Event()

    async def handle(request: web.Request) -> web.Response:
        seen.append(await request.read())
        body = answers[min(len(seen), len(answers)) - 1]
        if body is None:
            await released.wait()
        return web.Response(body=body, status=status, headers={"Content-Type": "application/json", **headers})

    app = web.Application()
    app.router.add_route("*", "/{anything:.*}", handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/v1", seen
    finally:
        released.set()
        await runner.cleanup()


def answer(**scores: float | None) -> bytes:
    named = {name.replace("__", "/").replace("_", "-"): score for name, score in scores.items()}
    return json.dumps(
        {
            "id": "modr-1",
            "model": "omni-moderation-2024-09-26",
            "results": [
                {
                    "flagged": any(score and score > 0.5 for score in named.values()),
                    "categories": {name: bool(score and score > 0.5) for name, score in named.items()},
                    "category_scores": named,
                    "category_applied_input_types": {name: ["text"] for name in named},
                }
            ],
        }
    ).encode()


def picture(width: int = 2000, height: int = 1000, mode: str = "RGB") -> SourceImage:
    out = io.BytesIO()
    Image.new(mode, (width, height)).save(out, "PNG")
    return SourceImage(out.getvalue(), "image/png", Size(width, height))


async def test_nothing_is_asked_when_it_is_off(image_api):
    async with asking(image_api.base_url, ModerationRules(), image_api.key) as moderator:
        await moderator.check("a forbidden thing", [picture()], WORKSPACE)
    assert not image_api.requests


async def test_words_are_checked_and_a_refusal_names_the_category(image_api):
    async with asking(image_api.base_url, TEXT, image_api.key) as moderator:
        await moderator.check("a fox in a boat", [], WORKSPACE)
        with pytest.raises(Moderated) as refused:
            await moderator.check("a gory thing", [], WORKSPACE)
    assert refused.value.categories == ("violence", "violence/graphic")
    assert refused.value.stage == "input"
    assert "your words were taken for violence or graphic violence" in refused.value.sentence
    first = image_api.requests[0]
    assert (first.method, first.path) == ("POST", "/v1/moderations")
    assert first.json == {"model": "omni-moderation-latest", "input": "a fox in a boat"}


async def test_with_words_only_pictures_stay_here(image_api):
    async with asking(image_api.base_url, TEXT, image_api.key) as moderator:
        await moderator.check("a fox", [picture()], WORKSPACE)
        await moderator.check("  ", [picture()], WORKSPACE)
    assert [request.json["input"] for request in image_api.requests] == ["a fox"]


async def test_each_picture_is_a_small_jpeg_in_a_request_of_its_own(image_api):
    pictures = [picture(2000, 1000), picture(40, 20), picture(900, 900, "RGBA")]
    async with asking(image_api.base_url, ALL, image_api.key) as moderator:
        await moderator.check("make it night", pictures, WORKSPACE)
        await moderator.check("", pictures[:1], WORKSPACE)
    sizes = []
    for request in image_api.requests:
        TypeAdapter(ModerationCreateParams).validate_python(request.json)
        *words, shown = request.json["input"]
        assert words in ([{"type": "text", "text": "make it night"}], [])
        head, _, data = shown["image_url"]["url"].partition(",")
        assert head == "data:image/jpeg;base64"
        opened = Image.open(io.BytesIO(base64.b64decode(data, validate=True)))
        sizes.append(opened.size)
        if opened.size == (768, 768):
            assert opened.getpixel((5, 5)) == (255, 255, 255)  # white behind what is transparent
    assert sorted(sizes[:3]) == [(40, 20), (768, 384), (768, 768)]
    assert len(sizes) == 4
    assert len(image_api.requests[3].json["input"]) == 1


async def test_one_bad_picture_of_many_is_enough_even_beside_trouble():
    answers = (answer(violence=0.01), b"rubbish", answer(violence=0.9, sexual=0.7), answer())
    async with answering(*answers) as (url, seen), asking(url, ALL) as moderator:
        with pytest.raises(Moderated) as refused:
            await moderator.check("", [picture(64, 64)] * 6, WORKSPACE)
    assert refused.value.categories == ("sexual", "violence")
    assert len(seen) == 6


async def test_a_workspaces_threshold_decides(image_api):
    rules = ModerationRules(
        check=Check.TEXT, thresholds={"violence": 0.3}, thresholds_in={"discord:7": {"violence": 1.0}}
    )
    async with asking(image_api.base_url, rules, image_api.key) as moderator:
        with pytest.raises(Moderated):
            await moderator.check("something doubtful", [], WORKSPACE)
        await moderator.check("something doubtful", [], "discord:7")


async def test_the_model_is_the_operators_choice():
    rules = ModerationRules(check=Check.TEXT, model="my-instruct-model")
    async with answering(answer(violence=0.1, illicit=None)) as (url, seen), asking(url, rules) as moderator:
        await moderator.check("a fox", [], WORKSPACE)
    assert json.loads(seen[0]) == {"model": "my-instruct-model", "input": "a fox"}


HOSTILE = [
    b"",
    b"rubbish",
    b"\xff\xfe",
    b"[]",
    b"{}",
    b'{"results": []}',
    b'{"results": [{}]}',
    b'{"results": {"flagged": false}}',
    b'{"results": [{"flagged": "no"}]}',
    b'{"results": [{"flagged": false}, 3]}',
    b'{"results": [{"categories": [], "flagged": false}]}',
    b'{"results": [{"categories": {"violence": "false"}}]}',
    b'{"results": [{"category_scores": {"violence": 1.5}}]}',
    b'{"results": [{"category_scores": {"violence": -1}}]}',
    b'{"results": [{"category_scores": {"violence": NaN}}]}',
    b'{"results": [{"category_scores": {"violence": "0.1"}}]}',
    b'{"results": [{"category_scores": {"violence": true}}]}',
    b'{"results": [{"category_scores": {"violence": 1' + b"0" * 500 + b"}}]}",
    b'{"results": ' + b"[" * 100_000,
    b'{"results": [{"flagged": false}]}' + b" " * ANSWER_BYTES_MAX,
]


@pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
async def test_what_is_no_answer_is_trouble_and_no_permission(body):
    async with answering(body) as (url, _), asking(url, STRICT) as moderator:
        with pytest.raises(ProviderUnavailable) as refused:
            await moderator.check("a fox", [], WORKSPACE)
    assert refused.value.sentence == (
        "The safety check could not be asked, and nothing is drawn here without it. Nothing was charged. "
        "Try again in a few minutes."
    )


async def test_a_compressed_answer_was_not_asked_for():
    async with answering(answer(), **{"Content-Encoding": "gzip"}) as (url, _), asking(url, STRICT) as moderator:
        with pytest.raises(ProviderUnavailable):
            await moderator.check("a fox", [], WORKSPACE)


async def test_in_trouble_the_rules_say_whether_it_is_let_through():
    told = b'{"error": {"message": "a secret wish is not valid", "type": "invalid_request_error", "code": null}}'
    async with answering(told, status=400) as (url, _):
        async with asking(url, TEXT) as moderator:
            with capture_logs() as lines:
                await moderator.check("a secret wish", [], WORKSPACE)
        (line,) = [line for line in lines if line["event"] == "moderation_unavailable"]
        assert line["let_through"] is True
        assert line["note"]
        assert "CANARY" not in str(lines)
        assert "a secret wish" not in str(lines)
        async with asking(url, STRICT) as moderator:
            with pytest.raises(ProviderUnavailable):
                await moderator.check("a secret wish", [], WORKSPACE)


async def test_a_bad_key_and_nobody_there_are_trouble_too(image_api):
    async with asking(image_api.base_url, STRICT, "sk-CANARY-another") as moderator:
        with pytest.raises(ProviderUnavailable) as refused:
            await moderator.check("a fox", [], WORKSPACE)
    assert "CANARY" not in refused.value.note
    async with answering(b"") as (url, _):
        pass
    async with asking(url, TEXT) as moderator:
        await moderator.check("a fox", [], WORKSPACE)


async def test_nobody_waits_for_ever():
    async with answering(None) as (url, seen), asking(url, STRICT, seconds_max=0.2) as moderator:
        with pytest.raises(ProviderUnavailable) as refused:
            async with asyncio.timeout(3):
                await moderator.check("a fox", [picture(64, 64)] * 9, WORKSPACE)
    assert refused.value.note == "moderation check: timeout"
    assert len(seen) == 1


async def test_a_flag_beside_silence_still_counts():
    async with answering(answer(violence=0.9), None) as (url, _), asking(url, ALL, seconds_max=0.5) as moderator:
        with pytest.raises(Moderated):
            await moderator.check("a fox", [picture(64, 64)] * 2, WORKSPACE)


def test_of_several_results_the_worst_counts():
    several = {"results": [json.loads(answer(violence=score))["results"][0] for score in (0.2, 0.9, 0.3)]}
    read = scores_of(json.dumps(several).encode())
    assert read == Scores(flagged=True, named=frozenset({"violence"}), scores={"violence": 0.9})


VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*CATEGORIES, "x"]), inner, max_size=3),
)
RESULTS = st.fixed_dictionaries(
    {},
    optional={
        "flagged": VALUES,
        "categories": VALUES,
        "category_scores": VALUES,
        "category_applied_input_types": VALUES,
    },
)


@given(st.lists(RESULTS | VALUES, max_size=3))
def test_any_answer_is_read_or_none(results):
    read = scores_of(json.dumps({"results": results}).encode())
    if read is not None:
        assert all(0 <= score <= 1 for score in read.scores.values())
        assert read.flagged or not read.named


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_none(body):
    scores_of(body)
