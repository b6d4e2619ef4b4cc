"""Every kind of server that the fake image API can be: what Easel asks of it is what it takes."""

from __future__ import annotations

from pathlib import Path

import pytest
import support_images as files
from emulators.image_api.personas.table import PERSONAS
from emulators.image_api.server import FakeImageApi
from support_openai import change, drawing_with, pictures, told, usage, wish

from core.blobs.files import FileBlobs
from core.model import Size
from core.ports import ModelProfile, SourceImage
from core.providers.profiles import EditEncoding, server_of
from core.sizes import fit

MODELS = {"sd-server": "sd-cpp-local"}


def model_at(api: FakeImageApi) -> str:
    """A model that this server has; OpenAI's, and those who pass it on, have GPT Image 2."""
    own = getattr(api.persona, "serves", None) or getattr(api.persona, "loaded", None)
    return own if isinstance(own, str) else sorted(own)[0] if own else MODELS.get(api.persona.name, "gpt-image-2")


@pytest.fixture
def blobs(tmp_path: Path) -> FileBlobs:
    return FileBlobs(tmp_path)


def photograph() -> SourceImage:
    return SourceImage(files.photo_png("china"), "image/png", Size(640, 427))


def square(profile: ModelProfile) -> Size:
    return fit(None, None, profile).size


@pytest.mark.parametrize("name", sorted(PERSONAS))
async def test_pictures_from_words(blobs: FileBlobs, name: str) -> None:
    api = await FakeImageApi.start(persona=name)
    model = model_at(api)
    try:
        async with drawing_with(api, name, model=model) as provider:
            size = square(provider.profile(model))
            one = await told(provider.generate(wish(model=model, size=size, safety_identifier="5afe"), blobs))
            two = await told(provider.generate(wish(model=model, size=size, count=2), blobs))
    finally:
        await api.aclose()
    assert len(pictures(one)) == 1
    assert len(pictures(two)) == usage(two).images == 2
    refused = [request for request in api.requests if request.status != 200]
    assert not refused
    assert pictures(one)[0].size == Size(*files.opened(await blobs.read(pictures(one)[0].blob.key)).size)


@pytest.mark.parametrize("name", sorted(PERSONAS))
async def test_a_picture_from_a_picture(blobs: FileBlobs, name: str) -> None:
    api = await FakeImageApi.start(persona=name)
    model = model_at(api)
    try:
        async with drawing_with(api, name, model=model) as provider:
            profile = provider.profile(model)
            mask = files.mask_of((640, 427), (100, 100, 300, 300)) if profile.masks else None
            one = await told(provider.edit(change(photograph(), model=model, mask=mask), blobs))
            references = (photograph(),) if profile.references_max > 1 else ()
            more = await told(provider.edit(change(photograph(), model=model, references=references), blobs))
    finally:
        await api.aclose()
    assert server_of("", name).edit_encoding is not EditEncoding.NONE
    assert len(pictures(one)) == len(pictures(more)) == 1
    assert not [request for request in api.requests if request.status != 200]
