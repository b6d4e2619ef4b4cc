"""The faults of the fake image API, looked at as bytes: status, headers, body, and how the connection ends."""

import base64
import io
import json

import httpx
import pytest
from emulators.image_api.faults import SPOILS_ANSWER, Fault
from emulators.image_api.server import FakeImageApi
from PIL import Image, UnidentifiedImageError
from support_image_api import asked, image_api, scenery  # noqa: F401

BODY = {"model": "gpt-image-2", "prompt": "a kite", "size": "1024x640"}
STREAM = {**BODY, "stream": True, "partial_images": 1}
TASK = {"model": "gpt-5.5", "input": "a kite", "tools": [{"type": "image_generation", "output_format": "jpeg"}]}
GENERATIONS, EDITS = "/images/generations", "/images/edits"

# Status, and a word that stands in the body.
ANSWERED = {
    Fault.MODERATION_INPUT: (400, '"moderation_stage": "input"'),
    Fault.MODERATION_OUTPUT: (400, '"moderation_stage": "output"'),
    Fault.CONTENT_POLICY: (400, "content_policy_violation"),
    Fault.AZURE_FILTER: (400, '"created": '),
    Fault.RATE_LIMIT: (429, "rate_limit_exceeded"),
    Fault.RATE_LIMIT_BARE: (429, "rate_limit_exceeded"),
    Fault.SLOW_DOWN: (429, "slow_down"),
    Fault.OVERLOADED: (503, "server_is_overloaded"),
    Fault.BILLING_LIMIT: (400, "Billing hard limit has been reached"),
    Fault.INSUFFICIENT_QUOTA: (429, "insufficient_quota"),
    Fault.UNVERIFIED: (403, "must be verified to use the model `gpt-image-2`"),
    Fault.BAD_KEY: (401, "invalid_api_key"),
    Fault.MODEL_NOT_FOUND: (404, "The model `gpt-image-2` does not exist"),
    Fault.INVALID_SIZE: (400, "divisible by 16"),
    Fault.NO_TRANSPARENCY: (400, "Transparent background is not supported for this model."),
    Fault.UNKNOWN_PARAMETER: (400, "Unknown parameter: 'moderation'."),
    Fault.SERVER_ERROR: (500, '"type": "server_error"'),
    Fault.HTML_502: (502, "<h1>502 Bad Gateway</h1>"),
    Fault.HTML_504: (504, "<h1>504 Gateway Time-out</h1>"),
    Fault.HTML_200: (200, "<html>"),
    Fault.STRING_ERROR: (500, '{"error": "generate_image'),
    Fault.FASTAPI_DETAIL: (422, '{"detail": [{'),
    Fault.EMPTY_BODY_404: (404, ""),
}


@pytest.mark.parametrize("fault", ANSWERED)
@pytest.mark.parametrize(("path", "body"), [(GENERATIONS, BODY), ("/responses", {**TASK, "model": "gpt-image-2"})])
async def test_what_is_answered(asked, image_api, fault, path, body):  # noqa: F811
    status, words = ANSWERED[fault]
    image_api.fault(fault)
    answer = await asked.post(path, json=body)
    assert answer.status_code == status
    assert words in answer.text
    assert ("html" in answer.headers["content-type"]) == fault.startswith("html")
    assert answer.headers.get("retry-after") == ("1" if fault is Fault.RATE_LIMIT else None)
    assert answer.headers["x-request-id"]
    if fault is Fault.EMPTY_BODY_404:
        assert answer.content == b""
    assert image_api.posts == 1
    assert image_api.requests[0].json == body


def test_every_fault_is_looked_at():
    cut = {Fault.HANG, Fault.DROP, Fault.HEARTBEATS}
    assert set(Fault) == set(ANSWERED) | SPOILS_ANSWER | cut


async def test_the_parameter_that_is_unknown_can_be_chosen(asked, image_api):  # noqa: F811
    image_api.parameter = "complexity"
    image_api.fault(Fault.UNKNOWN_PARAMETER)
    assert (await asked.post(GENERATIONS, json=BODY)).json()["error"]["param"] == "complexity"


async def test_faults_come_in_their_order_and_only_where_pictures_are_made(asked, image_api):  # noqa: F811
    image_api.fault(Fault.OVERLOADED, Fault.PASS, Fault.SLOW_DOWN)
    assert (await asked.get("/models")).status_code == 200
    assert (await asked.post("/moderations", json={"input": "x"})).status_code == 200
    answers = [(await asked.post(GENERATIONS, json=BODY)).status_code for _ in range(4)]
    assert answers == [503, 200, 429, 200]
    assert image_api.posts == 4


async def test_a_poll_can_fail_and_be_repeated(asked, image_api):  # noqa: F811
    started = (await asked.post("/responses", json={**TASK, "background": True})).json()
    image_api.fault(Fault.OVERLOADED, Fault.DROP, Fault.ERROR_IN_STREAM)
    path = f"/responses/{started['id']}"
    assert (await asked.get(path)).status_code == 503
    with pytest.raises(httpx.RemoteProtocolError):
        await asked.get(path)
    assert (await asked.get(path)).json()["error"]["code"] == "server_error"
    assert (await asked.get(path)).json()["status"] == "in_progress"
    assert image_api.posts == 1


@pytest.mark.parametrize("body", [BODY, STREAM])
async def test_a_heart_that_beats_for_nothing(asked, image_api, body):  # noqa: F811
    """A timeout on silence alone would wait for ever."""
    image_api.fault(Fault.HEARTBEATS)
    beats = []
    async with asked.stream("POST", GENERATIONS, json=body, timeout=0.5) as answer:
        async for beat in answer.aiter_bytes():
            beats.append(beat)
            if len(beats) == 3:
                break
    assert set(beats) == {b": heartbeat\n\n" if body is STREAM else b" "}


async def test_silence_between_events(asked, image_api):  # noqa: F811
    image_api.pause_seconds = 0.3
    async with asked.stream("POST", GENERATIONS, json=STREAM, timeout=0.15) as answer:
        seen = []
        with pytest.raises(httpx.ReadTimeout):
            await anext(chunk async for chunk in answer.aiter_text() if "completed" in (seen.append(chunk) or chunk))
    assert "partial_image" in "".join(seen)


async def test_a_dropped_connection(asked, image_api):  # noqa: F811
    image_api.fault(Fault.DROP)
    with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
        await asked.post(GENERATIONS, json=BODY)
    assert image_api.posts == 1
    assert image_api.requests[0].status is None
    assert image_api.requests[0].finished_at is None


async def test_half_a_body(asked, image_api):  # noqa: F811
    image_api.fault(Fault.HALF_BODY)
    async with asked.stream("POST", GENERATIONS, json=BODY) as answer:
        promised = int(answer.headers["content-length"])
        with pytest.raises(httpx.RemoteProtocolError) as caught:
            await answer.aread()
    assert f"received {promised // 2} bytes, expected {promised}" in str(caught.value)


async def test_a_hang_ends_with_the_server():
    api = await FakeImageApi.start()
    api.fault(Fault.HANG)
    async with httpx.AsyncClient(base_url=api.base_url, verify=False) as client:
        with pytest.raises(httpx.ReadTimeout):
            await client.post(GENERATIONS, json=BODY, timeout=0.2)
        await api.aclose()
        with pytest.raises(httpx.ConnectError):
            await client.post(GENERATIONS, json=BODY)


async def read_stream(asked, seen):  # noqa: F811
    async with asked.stream("POST", GENERATIONS, json=STREAM) as answer:
        async for text in answer.aiter_text():
            seen.append(text)


async def test_a_stream_that_is_cut(asked, image_api):  # noqa: F811
    image_api.fault(Fault.TRUNCATED_STREAM)
    seen = []
    with pytest.raises(httpx.RemoteProtocolError):
        await read_stream(asked, seen)
    text = "".join(seen)
    assert "event: image_generation.partial_image" in text
    assert "event: image_generation.completed" in text
    assert not text.endswith("\n\n"), "the last event breaks off"


async def test_a_stream_that_ends_too_soon(asked, image_api):  # noqa: F811
    image_api.fault(Fault.ENDED_STREAM)
    answer = await asked.post(GENERATIONS, json=STREAM)
    assert answer.text.count("event: ") == 1
    assert answer.text.endswith("\n\n")


async def test_an_error_inside_a_stream(asked, image_api):  # noqa: F811
    image_api.fault(Fault.ERROR_IN_STREAM)
    answer = await asked.post(GENERATIONS, json=STREAM)
    name, data = answer.text.split("\n\n")[-2].split("\n")
    assert name == "event: error"
    assert json.loads(data.removeprefix("data: "))["error"]["code"] == "server_error"


async def test_an_error_inside_an_answer_of_200(asked, image_api):  # noqa: F811
    image_api.fault(Fault.ERROR_IN_STREAM)
    answer = await asked.post(GENERATIONS, json=BODY)
    assert answer.status_code == 200
    assert answer.json()["error"]["type"] == "server_error"


@pytest.mark.parametrize("body", [BODY, STREAM])
async def test_json_to_a_stream(asked, image_api, body):  # noqa: F811
    image_api.fault(Fault.JSON_TO_STREAM)
    answer = await asked.post(GENERATIONS, json=body)
    assert answer.headers["content-type"].startswith("application/json")
    assert Image.open(io.BytesIO(base64.b64decode(answer.json()["data"][0]["b64_json"]))).size == (1024, 640)


async def drawn(asked, kind):  # noqa: F811
    """The picture's text in each of the three kinds of answers."""
    if kind == "document":
        return (await asked.post(GENERATIONS, json=BODY)).json()["data"][0]["b64_json"]
    if kind == "stream":
        answer = await asked.post(GENERATIONS, json=STREAM)
        return json.loads(answer.text.rstrip().split("\n")[-1].removeprefix("data: "))["b64_json"]
    output = (await asked.post("/responses", json=TASK)).json()["output"]
    return next(item for item in output if item["type"] == "image_generation_call")["result"]


@pytest.mark.parametrize("kind", ["document", "stream", "response"])
async def test_pictures_that_are_none(asked, image_api, kind):  # noqa: F811
    image_api.fault(Fault.NOT_BASE64, Fault.NOT_A_PICTURE, Fault.PASS)
    with pytest.raises(ValueError, match="base64"):
        base64.b64decode(await drawn(asked, kind), validate=True)
    with pytest.raises(UnidentifiedImageError):
        Image.open(io.BytesIO(base64.b64decode(await drawn(asked, kind), validate=True)))
    assert Image.open(io.BytesIO(base64.b64decode(await drawn(asked, kind), validate=True))).width > 1000


async def test_no_pictures_at_all(asked, image_api):  # noqa: F811
    image_api.fault(Fault.EMPTY_DATA, Fault.EMPTY_DATA, Fault.EMPTY_DATA)
    assert (await asked.post(GENERATIONS, json=BODY)).json()["data"] == []
    assert "completed" not in (await asked.post(GENERATIONS, json=STREAM)).text
    output = (await asked.post("/responses", json=TASK)).json()["output"]
    assert [item.get("result") for item in output if item["type"] == "image_generation_call"] == [None]


async def test_addresses_instead_of_pictures(asked, image_api):  # noqa: F811
    image_api.fault(Fault.URL_INSTEAD)
    (picture,) = (await asked.post(GENERATIONS, json={**BODY, "output_format": "jpeg"})).json()["data"]
    assert set(picture) == {"url"}
    fetched = await asked.get(picture["url"])
    assert fetched.headers["content-type"] == "image/jpeg"
    assert Image.open(io.BytesIO(fetched.content)).size == (1024, 640)
    assert (await asked.get(f"{image_api.studio.origin}/files/none.png")).status_code == 404
    assert image_api.posts == 1


async def test_faults_of_edits_have_the_edits_names(asked, image_api):  # noqa: F811
    image_api.fault(Fault.ERROR_IN_STREAM)
    files = [("image[]", ("a.png", scenery(), "image/png"))]
    fields = {
        "model": "gpt-image-2",
        "prompt": "night",
        "stream": "true",
        "partial_images": "1",
        "output_format": "jpeg",
    }
    answer = await asked.post(EDITS, data=fields, files=files)
    assert [line for line in answer.text.split("\n") if line.startswith("event")] == [
        "event: image_edit.partial_image",
        "event: error",
    ]
