"""The fake image API, asked by the official client: what the SDK reads and raises is what the real API would cause."""

import base64

import openai
import pytest
from emulators.image_api.faults import Fault
from emulators.image_api.official import sdk
from openai.types import ImageEditCompletedEvent, ImageGenCompletedEvent
from openai.types.images_response import Usage
from support_image_api import drawn, image_api, scenery  # noqa: F401
from support_images import mask_of

MODEL = "gpt-image-2"
RED = ("red.png", scenery("tomato"), "image/png")
BLUE = ("blue.png", scenery("navy"), "image/png")
MASK = ("mask.png", mask_of((640, 427), (100, 100, 300, 300)), "image/png")


async def test_words_become_pictures(image_api):  # noqa: F811
    async with sdk(image_api) as client:
        answer = await client.images.with_raw_response.generate(
            model=MODEL, prompt="a red kite", size="1536x1024", quality="medium", n=2, safety_identifier="ab12"
        )
    parsed = answer.parse()
    assert [drawn(each.b64_json).size for each in parsed.data] == [(1536, 1024)] * 2
    assert parsed.data[0].b64_json != parsed.data[1].b64_json
    assert (parsed.size, parsed.quality, parsed.background, parsed.output_format) == (
        "1536x1024",
        "medium",
        "opaque",
        "png",
    )
    assert parsed.safety_identifier == "ab12"
    assert parsed.usage.output_tokens == 2 * 1372  # published for gpt-image-2, medium, 1536x1024
    assert parsed.usage.output_tokens_details.image_tokens == 2 * 1372
    assert parsed.usage.total_tokens == parsed.usage.input_tokens + parsed.usage.output_tokens
    assert parsed.usage.input_tokens_details.text_tokens == parsed.usage.input_tokens
    assert answer.headers["x-request-id"].startswith("req_")
    assert int(answer.headers["openai-processing-ms"]) >= 0
    assert image_api.posts == 1


@pytest.mark.parametrize(("form", "background"), [("png", "transparent"), ("webp", "transparent"), ("jpeg", "opaque")])
async def test_formats_and_backgrounds(image_api, form, background):  # noqa: F811
    async with sdk(image_api) as client:
        answer = await client.images.generate(
            model=MODEL, prompt="a kite", size="1024x640", output_format=form, background=background
        )
    picture = drawn(answer.data[0].b64_json)
    assert picture.format == form.upper()
    assert picture.size == (1024, 640)
    assert picture.has_transparency_data == (background == "transparent")


async def test_auto_is_an_odd_size_that_is_said(image_api):  # noqa: F811
    async with sdk(image_api) as client:
        answer = await client.images.generate(model=MODEL, prompt="a kite", size="auto")
        legacy = await client.images.generate(model="gpt-image-1.5", prompt="a kite")
    assert answer.size == "1254x1254"
    assert drawn(answer.data[0].b64_json).size == (1254, 1254)
    assert legacy.size == "1024x1024"
    assert legacy.usage.output_tokens == 272


async def test_one_picture_is_edited(image_api):  # noqa: F811
    async with sdk(image_api) as client:
        one = await client.images.edit(model=MODEL, prompt="make it night", image=RED, size="960x704")
        other = await client.images.edit(model=MODEL, prompt="make it night", image=BLUE, size="960x704")
    assert one.data[0].b64_json != other.data[0].b64_json, "the answer has to depend on the uploaded picture"
    assert one.usage.input_tokens_details.image_tokens == 704  # 1024 x 683 in patches of 32
    first = image_api.requests[0]
    assert [(part.name, part.filename, part.media_type) for part in first.files()] == [
        ("image", "red.png", "image/png")
    ]
    assert first.fields()["prompt"] == "make it night"


async def test_an_edit_of_unsaid_size_keeps_the_shape(image_api):  # noqa: F811
    async with sdk(image_api) as client:
        answer = await client.images.edit(model=MODEL, prompt="warmer", image=RED)
    picture = drawn(answer.data[0].b64_json)
    assert answer.size == f"{picture.width}x{picture.height}"
    assert abs(picture.width / picture.height - 640 / 427) < 0.01


async def test_several_pictures_and_a_mask(image_api):  # noqa: F811
    async with sdk(image_api) as client:
        answer = await client.images.edit(
            model=MODEL, prompt="a red roof", image=[RED, BLUE], mask=MASK, size="1024x688", n=2
        )
    assert len(answer.data) == 2
    assert [part.name for part in image_api.requests[0].files()] == ["image[]", "image[]", "mask"]
    assert answer.usage.input_tokens_details.image_tokens == 2 * 2 * 704  # two pictures, billed for each of two results


async def test_a_stream_of_words(image_api):  # noqa: F811
    async with sdk(image_api) as client:
        stream = await client.images.generate(
            model=MODEL, prompt="a kite", size="1024x1024", quality="low", stream=True, partial_images=2
        )
        events = [event async for event in stream]
    assert [event.type for event in events] == ["image_generation.partial_image"] * 2 + ["image_generation.completed"]
    assert [event.partial_image_index for event in events[:2]] == [0, 1]
    assert len({event.b64_json for event in events}) == 3
    last = events[-1]
    ImageGenCompletedEvent.model_validate(last.model_dump(), strict=True)
    assert last.usage.output_tokens == 196 + 2 * 100, "each unfinished picture costs 100 tokens more"
    assert drawn(last.b64_json).size == (1024, 1024)


async def test_a_stream_of_an_edit_without_previews(image_api):  # noqa: F811
    async with sdk(image_api) as client:
        stream = await client.images.edit(model=MODEL, prompt="night", image=RED, stream=True, partial_images=0)
        (last,) = [event async for event in stream]
    assert last.type == "image_edit.completed"
    ImageEditCompletedEvent.model_validate(last.model_dump(), strict=True)


async def test_usage_is_whole(image_api):  # noqa: F811
    async with sdk(image_api) as client:
        answer = await client.images.generate(model=MODEL, prompt="a kite")
    Usage.model_validate(answer.usage.model_dump(), strict=True)


ERRORS = {
    Fault.MODERATION_INPUT: (openai.BadRequestError, "moderation_blocked", "image_generation_user_error"),
    Fault.MODERATION_OUTPUT: (openai.BadRequestError, "moderation_blocked", "image_generation_user_error"),
    Fault.CONTENT_POLICY: (openai.BadRequestError, "content_policy_violation", "invalid_request_error"),
    Fault.AZURE_FILTER: (openai.BadRequestError, "contentFilter", None),
    Fault.BILLING_LIMIT: (openai.BadRequestError, "billing_hard_limit_reached", "invalid_request_error"),
    Fault.INVALID_SIZE: (openai.BadRequestError, "invalid_value", "image_generation_user_error"),
    Fault.UNKNOWN_PARAMETER: (openai.BadRequestError, "unknown_parameter", "invalid_request_error"),
    Fault.NO_TRANSPARENCY: (openai.BadRequestError, "invalid_value", "image_generation_user_error"),
    Fault.BAD_KEY: (openai.AuthenticationError, "invalid_api_key", "invalid_request_error"),
    Fault.UNVERIFIED: (openai.PermissionDeniedError, None, "invalid_request_error"),
    Fault.MODEL_NOT_FOUND: (openai.NotFoundError, "model_not_found", "invalid_request_error"),
    Fault.EMPTY_BODY_404: (openai.NotFoundError, None, None),
    Fault.FASTAPI_DETAIL: (openai.UnprocessableEntityError, None, None),
    Fault.RATE_LIMIT: (openai.RateLimitError, "rate_limit_exceeded", "input-images"),
    Fault.RATE_LIMIT_BARE: (openai.RateLimitError, "rate_limit_exceeded", "input-images"),
    Fault.SLOW_DOWN: (openai.RateLimitError, "slow_down", "rate_limit_error"),
    Fault.INSUFFICIENT_QUOTA: (openai.RateLimitError, "insufficient_quota", "insufficient_quota"),
    Fault.OVERLOADED: (openai.InternalServerError, "server_is_overloaded", "service_unavailable_error"),
    Fault.SERVER_ERROR: (openai.InternalServerError, "server_error", "server_error"),
    Fault.STRING_ERROR: (openai.InternalServerError, None, None),
    Fault.HTML_502: (openai.InternalServerError, None, None),
    Fault.HTML_504: (openai.InternalServerError, None, None),
}


@pytest.mark.parametrize("fault", ERRORS)
async def test_the_sdk_raises_its_own_error(image_api, fault):  # noqa: F811
    kind, code, type_ = ERRORS[fault]
    image_api.fault(fault)
    async with sdk(image_api) as client:
        with pytest.raises(kind) as caught:
            await client.images.generate(model=MODEL, prompt="a kite")
        assert (caught.value.code, caught.value.type) == (code, type_)
        assert (await client.images.generate(model=MODEL, prompt="a kite")).data, "a fault is used up by one request"


async def test_moderation_names_stage_and_categories(image_api):  # noqa: F811
    image_api.fault(Fault.MODERATION_OUTPUT)
    async with sdk(image_api) as client:
        with pytest.raises(openai.BadRequestError) as caught:
            await client.images.generate(model=MODEL, prompt="a kite")
    assert caught.value.body["moderation_details"] == {"moderation_stage": "output", "categories": ["violence"]}
    assert caught.value.request_id in caught.value.message
    assert "safety_violations=[violence]" in caught.value.message


async def test_a_wrong_key_is_refused(image_api):  # noqa: F811
    async with sdk(image_api, api_key="sk-proj-0123456789abcdef") as client:
        with pytest.raises(openai.AuthenticationError) as caught:
            await client.images.generate(model=MODEL, prompt="a kite")
    assert caught.value.code == "invalid_api_key"
    assert "0123456789" not in str(caught.value)


@pytest.mark.parametrize(
    ("fault", "posts"),
    [(Fault.DROP, 3), (Fault.SERVER_ERROR, 3), (Fault.MODERATION_INPUT, 1)],
)
async def test_how_often_the_sdk_posts_by_default(image_api, fault, posts, monkeypatch):  # noqa: F811
    """Its two blind retries are why the product has a client of its own: a dropped POST may have been billed."""
    monkeypatch.setattr("openai._base_client.INITIAL_RETRY_DELAY", 0.01)
    image_api.fault(*[fault] * 5)
    async with sdk(image_api, max_retries=openai.DEFAULT_MAX_RETRIES) as client:
        with pytest.raises(openai.APIError):
            await client.images.generate(model=MODEL, prompt="a kite")
    assert image_api.posts == posts


async def test_a_server_that_hangs(image_api):  # noqa: F811
    image_api.fault(Fault.HANG)
    async with sdk(image_api, timeout=0.2) as client:
        with pytest.raises(openai.APITimeoutError):
            await client.images.generate(model=MODEL, prompt="a kite")
    assert image_api.posts == 1


async def test_an_error_in_a_stream(image_api):  # noqa: F811
    image_api.fault(Fault.ERROR_IN_STREAM)
    async with sdk(image_api) as client:
        stream = await client.images.generate(model=MODEL, prompt="a kite", stream=True, partial_images=1)
        assert (await anext(stream)).type == "image_generation.partial_image"
        with pytest.raises(openai.APIError) as caught:
            await anext(stream)
    assert caught.value.code == "server_error"


async def test_json_to_a_stream_is_silence_in_the_sdk(image_api):  # noqa: F811
    """Why a client has to look at the content type: the SDK's stream ends without a picture and without an error."""
    image_api.fault(Fault.JSON_TO_STREAM)
    async with sdk(image_api) as client:
        stream = await client.images.generate(model=MODEL, prompt="a kite", stream=True, partial_images=1)
        assert [event async for event in stream] == []


async def test_moderation(image_api):  # noqa: F811
    url = "data:image/png;base64," + base64.b64encode(RED[1]).decode()
    async with sdk(image_api) as client:
        quiet = await client.moderations.create(model="omni-moderation-latest", input="a kite")
        both = await client.moderations.create(input=["a kite", "something forbidden"])
        mixed = await client.moderations.create(
            input=[{"type": "text", "text": "gory"}, {"type": "image_url", "image_url": {"url": url}}]
        )
    assert not quiet.results[0].flagged
    assert [each.flagged for each in both.results] == [False, True]
    assert both.results[1].category_scores.violence == 0.9
    (one,) = mixed.results
    assert one.categories.violence_graphic
    assert one.category_applied_input_types.violence == ["text", "image"]
    assert one.category_applied_input_types.sexual_minors == ["text"]
    assert image_api.posts == 0, "moderation is free of charge"


async def test_models(image_api):  # noqa: F811
    async with sdk(image_api) as client:
        names = [each.id async for each in client.models.list()]
        assert (await client.models.retrieve(MODEL)).id == MODEL
        with pytest.raises(openai.NotFoundError):
            await client.models.retrieve("gpt-image-9")
    assert "gpt-image-2.6-sunburst" in names
    assert "gpt-image-1" not in names
