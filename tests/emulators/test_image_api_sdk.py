"""The fake image API, asked by the official client: what the SDK can read is what the real API would have said."""

import base64
import io

import openai
import pytest
from emulators.image_api.faults import Fault
from PIL import Image
from support_image_api import image_api  # noqa: F401
from support_images import photo_png


@pytest.fixture
async def client(image_api):  # noqa: F811
    async with openai.AsyncOpenAI(base_url=image_api.base_url, api_key=image_api.key, max_retries=0) as client:
        yield client


async def test_generate(client, image_api):  # noqa: F811
    answer = await client.images.generate(model="gpt-image-2", prompt="a red kite", size="1536x864", quality="low", n=2)
    assert len(answer.data) == 2
    with Image.open(io.BytesIO(base64.b64decode(answer.data[0].b64_json))) as picture:
        assert picture.size == (1536, 864)
    assert image_api.posts == 1


async def test_edit_and_stream(client, image_api):  # noqa: F811
    stream = await client.images.edit(
        model="gpt-image-2",
        prompt="make it night",
        image=("a.png", photo_png("china"), "image/png"),
        stream=True,
        partial_images=2,
    )
    kinds = [event.type async for event in stream]
    assert kinds == ["image_edit.partial_image"] * 2 + ["image_edit.completed"]


async def test_refusal(client, image_api):  # noqa: F811
    image_api.fault(Fault.MODERATION_INPUT)
    with pytest.raises(openai.BadRequestError) as caught:
        await client.images.generate(model="gpt-image-2", prompt="x")
    assert caught.value.code == "moderation_blocked"
