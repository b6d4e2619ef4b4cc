"""What a server supports is found out over a real socket: for nothing first, then with one cheap picture."""

from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from emulators.image_api.faults import Fault
from emulators.image_api.server import FakeImageApi
from PIL import Image
from support_credentials import with_credentials
from support_images import encoded
from support_openai import account_at

from core import pricing
from core.blobs.files import FileBlobs
from core.clock import SystemClock
from core.model import Size
from core.providers import models
from core.providers.openai.breaker import Breakers
from core.providers.openai.connection import Connection
from core.providers.openai.pacing import Pacing
from core.providers.openai.probing import (
    EDITS,
    MASK,
    MODELS,
    MODERATIONS,
    NAMES,
    REQUESTS_MAX,
    Found,
    Manner,
    Verdict,
)
from core.providers.openai.probing_asking import Prober
from core.providers.openai.probing_compared import advice, compared
from core.providers.openai.probing_requests import (
    estimated_nanodollars,
    sample_question,
)


def _model(name="gpt-image-2"):
    return models.catalog().find("openai", name)


def _price(account):
    return pricing.catalog().find(account.server.priced_as, account.model)


@asynccontextmanager
async def _asking(account, folder, found=None):
    clock = SystemClock()
    connection = Connection(account, clock, Pacing(clock), Breakers(clock))
    blobs = FileBlobs(folder)
    try:
        yield Prober(account, connection, blobs, moderation_model="omni-moderation-latest", found=found or Found())
    finally:
        await connection.aclose()


@asynccontextmanager
async def _server(persona, *faults, artist=None):
    api = await (FakeImageApi.start(persona=persona, artist=artist) if artist else FakeImageApi.start(persona=persona))
    api.fault(*faults)
    try:
        yield api
    finally:
        await api.aclose()


def _drawings(api):
    """Requests that were answered with a picture."""
    return [one for one in api.requests if "/images" in one.path and one.method == "POST" and one.status == 200]


def _dot(commission):
    """A picture of any size, be it a single pixel."""
    return encoded(Image.new("RGB", commission.size))


async def _freely(persona, tmp_path, *faults, model="gpt-image-2", may_draw=True, artist=None):
    async with _server(persona, *faults, artist=artist) as api:
        account = account_at(api.base_url, api.key, persona, model=model)
        async with _asking(account, tmp_path) as prober:
            asked = [one async for one in prober.free(may_draw=may_draw)]
        assert prober.found.requests <= len(asked)  # what is not asked is told, too
        return prober.found, api, asked


# --- whole conversations, over a real socket -----------------------------------------------------------------------


async def test_openai_is_understood_for_nothing(tmp_path):
    found, api, _ = await _freely("openai", tmp_path)
    assert found.requests == len(api.requests) <= REQUESTS_MAX - 1
    assert _drawings(api) == []
    assert (found.manner, found.names_checked, found.can_draw) == (Manner.REFUSED, True, True)
    taken = {name for name, one in found.findings.items() if one.verdict is Verdict.TAKEN}
    assert taken >= {"quality", "stream", "n", "background", "safety_identifier", MODELS, MODERATIONS, EDITS, MASK}
    assert found.verdict("complexity") is Verdict.REFUSED  # 2.6 has it, 2 has not
    assert found.verdict(NAMES) is Verdict.REFUSED
    account = account_at(api.base_url, "k")
    assert not [line for line in compared(found, account, _model()) if line.differs]
    assert advice(found, account, _model(), checks=True) == ()


async def test_litellm_is_understood_though_it_loses_the_codes(tmp_path):
    found, api, _ = await _freely("litellm", tmp_path)
    assert _drawings(api) == []
    assert (found.manner, found.names_checked) == (Manner.REFUSED, True)
    assert found.verdict("quality") is found.verdict(EDITS) is Verdict.TAKEN
    assert advice(found, account_at(api.base_url, "k", "litellm"), _model(), checks=False) == ()


@pytest.mark.parametrize(
    ("persona", "model", "moderates"),
    [
        ("sd-server", "sd-cpp-local", Verdict.ABSENT),
        ("localai", "stablediffusion", Verdict.TAKEN),
        ("vllm-omni", "Qwen/Qwen-Image", Verdict.ABSENT),
    ],
)
async def test_servers_at_home_that_try_to_draw_anything_are_asked_once_only(tmp_path, persona, model, moderates):
    found, api, _ = await _freely(persona, tmp_path, model=model)
    assert (found.manner, found.can_draw, api.posts) == (Manner.FAILED, None, 1)
    assert found.listed[0] == model
    assert found.verdict(MODERATIONS) is moderates
    assert found.verdict("quality") is found.verdict(EDITS) is Verdict.NOT_ASKED


async def test_a_server_that_draws_what_cannot_be_drawn_is_asked_nothing_more_in_that_way(tmp_path):
    found, api, asked = await _freely("openrouter", tmp_path, model="openai/gpt-image-2", artist=_dot)
    assert (found.manner, found.can_draw, api.posts, len(_drawings(api))) == (Manner.DREW, True, 1, 1)
    assert any("drawn nevertheless" in one.answer for one in asked)


async def test_whoever_might_bill_it_is_asked_for_nothing_impossible(tmp_path):
    found, api, _ = await _freely("openrouter", tmp_path, model="openai/gpt-image-2", may_draw=False)
    assert (api.posts, found.can_draw, found.manner) == (0, None, Manner.NOT_ASKED)
    assert found.verdict(MODELS) is Verdict.TAKEN


async def test_what_easel_always_sends_is_left_out_when_it_is_refused_by_name(tmp_path):
    async with _server("litellm") as api:
        account = account_at(api.base_url, api.key, "litellm")
        account = replace(account, server=replace(account.server, response_format="b64_json"))
        async with _asking(account, tmp_path) as prober:
            _ = [one async for one in prober.free(may_draw=True)]
    found = prober.found
    assert found.verdict("response_format") is Verdict.REFUSED
    assert (found.manner, found.verdict("quality")) == (Manner.REFUSED, Verdict.TAKEN)
    assert "response_format" not in api.requests[-1].fields()
    assert len(api.requests) == found.requests <= REQUESTS_MAX - 1


@pytest.mark.parametrize(
    ("fault", "says", "known"),
    [
        (Fault.BAD_KEY, "does not let Easel in", False),
        (Fault.UNVERIFIED, "organization", False),
        (Fault.BILLING_LIMIT, "spending limit", False),
        (Fault.HTML_200, "web page", False),
        (Fault.EMPTY_BODY_404, "not found", False),
        (Fault.DROP, "lost on the way", None),
    ],
)
async def test_what_ends_it_is_told_after_one_question(tmp_path, fault, says, known):
    found, api, asked = await _freely("openai", tmp_path, fault)
    assert (api.posts, found.can_draw) == (1, known)
    assert says in asked[1].answer
    assert found.verdict("quality") is Verdict.NOT_ASKED


async def test_an_answer_that_is_lost_in_the_middle_ends_the_asking_but_not_what_is_known(tmp_path):
    found, api, _ = await _freely("openai", tmp_path, Fault.PASS, Fault.PASS, Fault.DROP)
    assert (api.posts, found.can_draw, found.names_checked) == (3, True, True)
    assert found.verdict("quality") is Verdict.UNCLEAR
    assert found.verdict(EDITS) is Verdict.NOT_ASKED


async def test_a_server_without_edits_is_found_out(tmp_path):
    found, _, _ = await _freely("openai", tmp_path, *([Fault.PASS] * 11), Fault.EMPTY_BODY_404)
    assert (found.verdict(EDITS), found.verdict(MASK), found.can_draw) == (Verdict.ABSENT, Verdict.NOT_ASKED, True)
    lines = {line.name: line for line in compared(found, account_at("http://127.0.0.1:1/v1", "k"), _model())}
    assert lines[EDITS].differs


async def test_a_mask_that_is_refused_is_told_apart_from_the_edit(tmp_path):
    async with _server("openai", *([Fault.PASS] * 11), Fault.UNKNOWN_PARAMETER) as api:
        api.parameter = "mask"
        async with _asking(account_at(api.base_url, api.key), tmp_path) as prober:
            _ = [one async for one in prober.free(may_draw=True)]
    assert prober.found.verdict(MASK) is Verdict.REFUSED
    assert prober.found.verdict(EDITS) is Verdict.TAKEN


# --- the one picture -----------------------------------------------------------------------------------------------


async def _sampled(persona, tmp_path, *faults, server=None, model="gpt-image-2", parameter="moderation", found=None):
    async with _server(persona, *faults) as api:
        api.parameter = parameter
        account = account_at(api.base_url, api.key, server or persona, model=model)
        price = _price(account)
        question = sample_question(account, _model(model), price, found or Found())
        async with _asking(account, tmp_path, found) as prober:
            asked = await prober.sample(price, estimated_nanodollars(question, price))
        return prober.found, api, asked


async def test_the_one_picture_says_all_that_comes_with_it(tmp_path):
    found, api, _ = await _sampled("openai", tmp_path)
    sample = found.sample
    assert sample is not None
    assert (api.posts, len(_drawings(api)), found.can_draw) == (1, 1, True)
    assert api.requests[0].json["quality"] == "low"
    assert api.requests[0].json["partial_images"] == 1
    assert (sample.size, sample.media_type) == (Size(1024, 640), "image/png")
    assert (sample.streamed, sample.previews, sample.as_address, sample.credentials) == (True, 1, False, False)
    assert dict(sample.echo)["quality"] == "low"
    assert sample.usage_given
    assert sample.nanodollars is not None
    assert 0.8 * sample.estimated_nanodollars < sample.nanodollars <= sample.estimated_nanodollars
    assert sample.first_preview_ms is not None
    assert 0 <= sample.first_preview_ms <= sample.whole_ms
    lines = compared(found, account_at(api.base_url, "k"), _model())
    assert not [line for line in lines if line.differs]


async def test_json_to_a_stream_is_a_difference_with_a_remedy(tmp_path):
    found, api, _ = await _sampled("openai", tmp_path, Fault.JSON_TO_STREAM)
    assert found.sample is not None
    assert not found.sample.streamed
    account = account_at(api.base_url, "k")
    assert [line.name for line in compared(found, account, _model()) if line.differs] == [
        "stream",
        "an answer to a stream",
    ]
    assert [one.toml for one in advice(found, account, _model(), checks=False)] == ["[openai]\npreviews = 0"]


async def test_an_address_is_fetched_and_told(tmp_path):
    found, _, _ = await _sampled("localai", tmp_path, server="generic", model="stablediffusion")
    assert found.sample is not None
    assert (found.sample.as_address, found.sample.media_type) == (True, "image/png")
    assert (found.sample.usage_given, found.sample.nanodollars) == (True, None)


async def test_content_credentials_are_seen(tmp_path):
    from emulators.image_api.pictures import plate

    async with _server("openai", artist=lambda commission: with_credentials(plate(commission))) as api:
        account = account_at(api.base_url, api.key)
        async with _asking(account, tmp_path) as prober:
            await prober.sample(_price(account), 10**9)
    assert prober.found.sample is not None
    assert prober.found.sample.credentials


@pytest.mark.parametrize(
    "fault", [Fault.SERVER_ERROR, Fault.DROP, Fault.TRUNCATED_STREAM, Fault.EMPTY_DATA, Fault.UNVERIFIED]
)
async def test_a_picture_that_does_not_come_is_not_asked_for_twice(tmp_path, fault):
    found, api, asked = await _sampled("openai", tmp_path, fault)
    assert (api.posts, found.sample, found.can_draw) == (1, None, False)
    assert asked.answer


async def test_an_option_that_is_refused_by_name_is_left_out_once(tmp_path):
    found, api, _ = await _sampled("openai", tmp_path, Fault.UNKNOWN_PARAMETER, parameter="stream")
    assert (api.posts, found.verdict("stream")) == (2, Verdict.REFUSED)
    assert found.sample is not None
    assert "stream" not in api.requests[1].json


async def test_it_is_never_dearer_than_was_agreed_to(tmp_path):
    found, api, asked = await _sampled("openai", tmp_path, Fault.UNKNOWN_PARAMETER, parameter="quality")
    assert (api.posts, found.sample, found.can_draw) == (1, None, False)
    assert "might cost more without quality" in asked.question
