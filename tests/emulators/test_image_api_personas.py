"""The other servers that the fake can be: what each of them takes, refuses and answers, and how it says no."""

import base64
import io
from contextlib import asynccontextmanager

import httpx
import openai
import pytest
from emulators.image_api.faults import Fault
from emulators.image_api.personas.table import PERSONAS
from emulators.image_api.server import FakeImageApi
from PIL import Image
from support_image_api import scenery
from support_images import encoded

GENERATIONS, EDITS = "/images/generations", "/images/edits"
PICTURE = scenery()
BARE = base64.b64encode(PICTURE).decode()
URL = f"data:image/png;base64,{BARE}"
FILE = ("image[]", ("a.png", PICTURE, "image/png"))
LITTLE = {"prompt": "a kite", "size": "512x320"}
# The least that each one draws: a path and a body.
LEAST = {
    "openai": (GENERATIONS, {"model": "gpt-image-2", "prompt": "a kite"}),
    "azure": (GENERATIONS, {"model": "studio-pictures", "prompt": "a kite"}),
    "azure-deployments": (
        "/deployments/studio-pictures/images/generations?api-version=2025-04-01-preview",
        {"prompt": "a kite"},
    ),
    "litellm": (GENERATIONS, {"model": "gpt-image-2", "prompt": "a kite"}),
    "sd-server": (GENERATIONS, LITTLE),
    "localai": (GENERATIONS, {**LITTLE, "model": "flux.1-dev", "response_format": "b64_json"}),
    "vllm-omni": (GENERATIONS, LITTLE),
    "sglang": (GENERATIONS, {**LITTLE, "response_format": "b64_json"}),
    "xai": (GENERATIONS, {"model": "grok-imagine-image", "prompt": "a kite", "response_format": "b64_json"}),
    "openrouter": ("/images", {"model": "openai/gpt-image-2", "prompt": "a kite"}),
}


@asynccontextmanager
async def at(persona):
    api = await FakeImageApi.start(persona=persona)
    headers = {"authorization": f"Bearer {api.key}"}
    try:
        async with httpx.AsyncClient(base_url=api.base_url, headers=headers, verify=False) as client:
            client.fake = api
            yield client
    finally:
        await api.aclose()


def opened(answer, at=0):
    assert answer.status_code == 200, answer.text[:300]
    return Image.open(io.BytesIO(base64.b64decode(answer.json()["data"][at]["b64_json"])))


def half_white():
    """A mask without alpha: white on the left half."""
    mask = Image.new("L", (640, 427), 0)
    mask.paste(255, (0, 0, 320, 427))
    return encoded(mask)


def changed(answer, x):
    """How much the picture differs from its source at a column."""
    drawn = opened(answer).convert("RGB").resize((640, 427))
    with Image.open(io.BytesIO(PICTURE)) as source:
        pairs = zip(drawn.getpixel((x, 200)), source.getpixel((x, 200)), strict=True)
        return max(abs(one - other) for one, other in pairs)


def test_all_are_here():
    assert set(LEAST) == set(PERSONAS)


@pytest.mark.parametrize("persona", LEAST)
async def test_each_draws_and_wants_its_key(persona):
    path, body = LEAST[persona]
    async with at(persona) as client:
        answer = await client.post(path, json=body)
        assert opened(answer).width >= 500
        assert isinstance(answer.json()["created"], int)
        stranger = await client.post(path, json=body, headers={"authorization": "Bearer wrong", "api-key": "wrong"})
        assert stranger.status_code == {"sd-server": 200, "xai": 400}.get(persona, 401)
        assert client.fake.posts == 2


# How each one says that something is wrong, by the error of a full rate.
ENVELOPES = {
    "openai": lambda body: body["error"]["code"] == "rate_limit_exceeded",
    "azure": lambda body: body["error"]["code"] == "rate_limit_exceeded",
    "azure-deployments": lambda body: body["error"]["code"] == "rate_limit_exceeded",
    "litellm": lambda body: body["error"]["code"] == "429" and body["error"]["message"].startswith("litellm."),
    "sd-server": lambda body: isinstance(body["error"], str),
    "localai": lambda body: body["error"]["code"] == 429,
    "vllm-omni": lambda body: isinstance(body["detail"], str),
    "sglang": lambda body: isinstance(body["detail"], str),
    "xai": lambda body: isinstance(body["error"], str) and isinstance(body["code"], str),
    "openrouter": lambda body: body["error"]["code"] == 429,
}


@pytest.mark.parametrize("persona", ENVELOPES)
async def test_each_says_no_in_its_own_way(persona):
    path, body = LEAST[persona]
    async with at(persona) as client:
        client.fake.fault(Fault.RATE_LIMIT)
        answer = await client.post(path, json=body)
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "1"
    assert ENVELOPES[persona](answer.json()), answer.text


async def test_azure():
    async with at("azure") as client:
        body = {"model": "studio-pictures", "prompt": "a kite", "size": "1024x640"}
        by_key = {"api-key": client.fake.key, "authorization": ""}
        drawn = await client.post(f"{GENERATIONS}?api-version=preview", json=body, headers=by_key)
        assert drawn.json()["quality"] == "high", "what nobody chose is drawn at high quality"
        webp = await client.post(GENERATIONS, json={**body, "output_format": "webp"})
        assert webp.json()["error"]["param"] == "output_format"
        nobody = await client.post(GENERATIONS, json={**body, "model": "gpt-image-2.6-flare"})
        assert (nobody.status_code, nobody.json()["error"]["code"]) == (404, "DeploymentNotFound")
        late = await client.post(f"{GENERATIONS}?api-version=2023-01-01", json=body)
        assert late.status_code == 404
        how = {"model": "studio-pictures", "prompt": "night", "output_format": "jpeg"}
        assert opened(await client.post(EDITS, data=how, files=[FILE])).format == "JPEG"
        small = encoded(Image.new("RGB", (64, 64)), "WEBP")
        refused = await client.post(EDITS, data=how, files=[("image[]", ("a.webp", small, "image/webp"))])
        assert refused.json()["error"]["code"] == "unsupported_file_mimetype"
        as_json = await client.post(EDITS, json={**how, "images": [{"image_url": URL}]})
        assert as_json.status_code == 415
        assert (await client.post("/responses", json={})).status_code == 404


async def test_azure_by_deployment_with_the_sdk():
    async with at("azure-deployments") as client:
        plain = openai.DefaultAsyncHttpxClient(verify=False)
        azure = openai.AsyncAzureOpenAI(
            azure_endpoint=client.fake.studio.origin, api_key=client.fake.key, api_version="2025-04-01-preview",
            max_retries=0, http_client=plain,
        )  # fmt: skip
        async with azure:
            drawn = await azure.images.generate(model="studio-pictures", prompt="a kite", size="1024x640")
            assert drawn.quality == "high"
            edited = await azure.images.edit(
                model="studio-pictures", prompt="night", image=FILE[1], quality="low", output_format="jpeg"
            )
            assert edited.data
        assert [each.path for each in client.fake.requests] == [
            "/openai/deployments/studio-pictures/images/generations",
            "/openai/deployments/studio-pictures/images/edits",
        ]
        without = await client.post("/deployments/studio-pictures/images/generations", json={"prompt": "x"})
        assert without.status_code == 404, "it needs a version"


async def test_litellm():
    body = {"model": "gpt-image-2", "prompt": "a kite", "size": "1024x1024"}
    async with at("litellm") as client:
        streamed = await client.post(GENERATIONS, json={**body, "stream": True, "partial_images": 2})
        assert opened(streamed).size == (1024, 1024), "JSON, whatever was asked for"
        assert streamed.json()["usage"]["output_tokens"] == 196
        assert float(streamed.headers["x-litellm-response-cost"]) == pytest.approx((196 * 30 + 2 * 5) / 1_000_000)
        style = await client.post(GENERATIONS, json={**body, "response_format": "b64_json"})
        assert style.status_code == 500
        assert "Setting `response_format` is not supported" in style.json()["error"]["message"]
        unknown = await client.post(GENERATIONS, json={**body, "seed": 1})
        assert (unknown.status_code, unknown.json()["error"]["code"]) == (400, "400")
        both = [FILE, ("image", FILE[1])]
        assert (await client.post(EDITS, data=body, files=both)).status_code == 422
        assert opened(await client.post(EDITS, data=body, files=[FILE])).size == (1024, 1024)


async def test_sd_server():
    async with at("sd-server") as client:
        free = {"authorization": ""}
        drawn = await client.post(GENERATIONS, json={**LITTLE, "n": 2, "quality": "x", "model": "?"}, headers=free)
        assert [opened(drawn, i).size for i in (0, 1)] == [(512, 320)] * 2
        assert "usage" not in drawn.json()
        assert opened(await client.post(GENERATIONS, json={"prompt": "x", "size": "auto"})).size == (512, 512)
        assert opened(await client.post(GENERATIONS, json={**LITTLE, "output_format": "webp"})).format == "WEBP"
        for body, status, error in (
            ({"size": "512x512"}, 400, "prompt required"),
            ({**LITTLE, "output_format": "gif"}, 400, "invalid output_format, must be one of [png, jpeg, webp]"),
            ({"prompt": "x<sd_cpp_extra_args>no</sd_cpp_extra_args>"}, 400, "invalid sd_cpp_extra_args"),
            ({**LITTLE, "n": "2"}, 500, "server_error"),
            ({**LITTLE, "size": "9x9"}, 500, "server_error"),
        ):
            answer = await client.post(GENERATIONS, json=body)
            assert (answer.status_code, answer.json()["error"]) == (status, error)
        assert (await client.post(EDITS, json=LITTLE)).json() == {"error": "Content-Type must be multipart/form-data"}
        nothing = await client.post(EDITS, data=LITTLE, files=[("a", ("a", b"x"))])
        assert nothing.json() == {"error": "at least one image[] required"}
        mask = ("mask", ("mask.png", half_white(), "image/png"))
        edited = await client.post(EDITS, data={"prompt": "night"}, files=[FILE, mask])
        assert opened(edited).size == (640, 427), "the size is the picture's own"
        assert changed(edited, 50) > changed(edited, 600), "white is where it changes"
        webp = await client.post(EDITS, data={"prompt": "x", "output_format": "webp"}, files=[FILE])
        assert webp.status_code == 400
        assert (await client.get("/models")).json()["data"][0]["id"] == "sd-cpp-local"


async def test_localai():
    body = {**LITTLE, "model": "flux.1-dev", "response_format": "b64_json"}
    async with at("localai") as client:
        by_address = await client.post(GENERATIONS, json={**body, "response_format": None})
        fetched = await client.get(by_address.json()["data"][0]["url"], headers={"authorization": ""})
        assert Image.open(io.BytesIO(fetched.content)).size == (512, 320)
        drawn = await client.post(GENERATIONS, json=body)
        assert drawn.json()["usage"]["total_tokens"] == 0
        assert opened(await client.post(GENERATIONS, json={**body, "size": "auto"})).size == (512, 512)
        unwanted = await client.post(GENERATIONS, json={**body, "prompt": "a kite|people"})
        assert unwanted.json()["data"] == drawn.json()["data"], "a bar begins what is not wanted"
        from_picture = await client.post(GENERATIONS, json={**body, "file": BARE})
        assert opened(from_picture).tobytes() != opened(drawn).tobytes()
        assert (await client.post(GENERATIONS, json={**body, "files": [URL]})).status_code == 500, "bare base64 only"
        assert (await client.post(GENERATIONS, json={**body, "model": "gpt-image-2"})).status_code == 500
        assert (await client.post(EDITS, data=body, files=[FILE])).status_code == 404, "there is no such route"
        files = [("image", FILE[1]), ("mask", ("mask.png", half_white(), "image/png"))]
        inpainted = await client.post("/images/inpainting", data={**body, "prompt": "night"}, files=files)
        assert changed(inpainted, 50) > changed(inpainted, 600)
        words = await client.post("/moderations", json={"input": "forbidden"})
        assert words.json()["results"][0]["flagged"]
        mixed = [{"type": "image_url", "image_url": {"url": URL}}]
        assert (await client.post("/moderations", json={"input": mixed})).status_code == 400


async def test_vllm_omni():
    async with at("vllm-omni") as client:
        drawn = await client.post(GENERATIONS, json={**LITTLE, "quality": "?", "output_format": "jpeg"})
        assert (opened(drawn).format, drawn.json()["size"]) == ("JPEG", "512x320")
        auto = await client.post(GENERATIONS, json={**LITTLE, "size": "auto"})
        assert auto.status_code == 422
        assert auto.json()["detail"][0]["loc"] == ["body", "size"]
        assert (await client.post(GENERATIONS, json={**LITTLE, "response_format": "url"})).status_code == 422
        assert (await client.post(GENERATIONS, json={**LITTLE, "n": 11})).status_code == 422
        assert (await client.post(GENERATIONS, json={"size": "512x512"})).status_code == 422
        other = await client.post(GENERATIONS, json={**LITTLE, "model": "gpt-image-2"})
        assert (other.status_code, other.json()["detail"][:14]) == (400, "Model mismatch")
        ours = ("mask_image", ("mask.png", half_white(), "image/png"))
        unknown = ("mask", ours[1])
        masked = await client.post(EDITS, data={"prompt": "night", "size": "auto"}, files=[FILE, ours])
        assert changed(masked, 50) > changed(masked, 600)
        ignored = await client.post(EDITS, data={"prompt": "night"}, files=[FILE, unknown])
        whole = await client.post(EDITS, data={"prompt": "night"}, files=[FILE])
        assert ignored.json()["data"] == whole.json()["data"], "a field by another name is not looked at"
        assert (await client.post(EDITS, data={"prompt": "night"}, files=[unknown])).status_code == 400


async def test_sglang():
    async with at("sglang") as client:
        address = await client.post(GENERATIONS, json=LITTLE)
        assert address.status_code == 400
        assert "requires cloud storage" in address.json()["detail"]
        body = {**LITTLE, "response_format": "b64_json", "n": 12, "anything": 1}
        drawn = (await client.post(GENERATIONS, json=body)).json()
        assert len(drawn["data"]) == 10, "more than ten are ten"
        assert drawn["usage"]["image_count"] == 10
        assert "prompt_tokens" in drawn["usage"]
        mask = ("mask", ("mask.png", half_white(), "image/png"))
        masked = await client.post(EDITS, data={"prompt": "night", "output_format": "png"}, files=[FILE, mask])
        whole = await client.post(EDITS, data={"prompt": "night", "output_format": "png"}, files=[FILE])
        assert masked.json()["data"] == whole.json()["data"], "a mask is declared and not used"


async def test_xai():
    body = {"model": "grok-imagine-image", "prompt": "a kite", "response_format": "b64_json"}
    async with at("xai") as client:
        wide = await client.post(GENERATIONS, json={**body, "aspect_ratio": "16:9", "resolution": "2k", "n": 2})
        picture = opened(wide, 1)
        assert (picture.format, round(picture.width / picture.height, 1)) == ("JPEG", 1.8)
        address = await client.post(GENERATIONS, json={"model": "grok-imagine-image", "prompt": "a kite"})
        assert address.json()["data"][0]["url"].startswith(client.fake.studio.origin)
        for name, value in (("size", "1024x1024"), ("quality", "low"), ("style", "vivid"), ("background", "auto")):
            refused = await client.post(GENERATIONS, json={**body, name: value})
            assert (refused.status_code, refused.json()["error"]) == (400, f"Argument not supported: {name}")
        assert (await client.post(GENERATIONS, json={**body, "aspect_ratio": "7:5"})).status_code == 400
        assert (await client.post(EDITS, data=body, files=[FILE])).status_code == 415, "JSON only"
        one = await client.post(EDITS, json={**body, "image": {"url": URL, "type": "image_url"}})
        shape = opened(one)
        assert round(shape.width / shape.height, 1) == 1.5
        assert opened(await client.post(EDITS, json={**body, "images": [{"url": URL}] * 3}))
        assert (await client.post(EDITS, json={**body, "images": [{"url": URL}] * 4})).status_code == 400
        assert (await client.post(EDITS, json=body)).status_code == 400


async def test_openrouter():
    body = {"model": "openai/gpt-image-2", "prompt": "a kite", "quality": "low"}
    async with at("openrouter") as client:
        drawn = await client.post("/images", json={**body, "aspect_ratio": "3:2", "resolution": "1K"})
        assert round(opened(drawn).width / opened(drawn).height, 1) == 1.5
        assert drawn.json()["data"][0]["media_type"] == "image/png"
        usage = drawn.json()["usage"]
        assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]
        assert usage["cost"] > 0
        reference = {"type": "image_url", "image_url": {"url": URL}}
        edited = await client.post("/images", json={**body, "size": "1024x640", "input_references": [reference]})
        assert edited.json()["usage"]["prompt_tokens"] > 700
        assert (await client.post("/images", json={**body, "moderation": "low"})).status_code == 400
        assert (await client.post("/images", json={**body, "model": "gpt-image-2"})).json()["error"]["code"] == 400
        assert (await client.post(GENERATIONS, json=body)).status_code == 404
