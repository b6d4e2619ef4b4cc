"""Requests as they go out, byte for byte, for every kind of server, and checked by the official client's own types.

`EASEL_UPDATE_GOLDEN=1 python -m pytest tests/core/test_openai_bodies.py` writes the golden requests anew.
"""

from __future__ import annotations

import base64
import os
from dataclasses import replace
from pathlib import Path
from typing import Any, get_type_hints

import httpx
import pytest
import support_images as files
from openai.types import image_edit_params, image_generate_params
from PIL import Image
from pydantic import TypeAdapter
from support_openai import SQUARE, change, wish

from core.errors import CannotDraw
from core.model import Background, OutputFormat, Quality, Size
from core.ports import SourceImage
from core.presets import presets
from core.providers import models
from core.providers.openai.bodies import RECOMPOSED, Question, parameters_of, prompt_of, sending_of
from core.providers.openai.connection import Sending
from core.providers.openai.inputs import JPEG, LONG_EDGE_MAX, NEUTRAL, PNG, Given, given, given_mask
from core.providers.profiles import MaskKind, Server, Shape, catalog, server_of

GOLDEN = Path(__file__).parent / "golden" / "openai_requests"
BOUNDARY = "easel-boundary"
# Two pixels each, so that a golden file stays readable; written once, because encoders differ.
DOT = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgYGAAAAAEAAH2FzhVAAAAAElFTkSuQmCC")
JPEG_LIKE = b"\xff\xd8\xff\xe0 stands for a photograph \xff\xd9"
FIRST = Given(DOT, PNG, Size(1, 1))
SECOND = Given(JPEG_LIKE, JPEG, Size(1, 1))
MASK = Given(DOT, PNG, Size(1, 1))
SERVERS = tuple(server.name for server in catalog())


def server(name: str) -> Server:
    return server_of("", name)


def question(name: str = "openai", **changes: Any) -> Question:
    asked = Question(
        server=server(name),
        model=models.catalog().find("openai", "gpt-image-2"),
        name="gpt-image-2",
        prompt="a fox “by the sea”",
        count=2,
        size=Size(1536, 1024),
        quality=Quality.HIGH,
        format=OutputFormat.WEBP,
        background=Background.OPAQUE,
        safety_identifier="5afe" * 16,
    )
    return replace(asked, **changes)


def wire(sending: Sending, base_url: str = "https://images.example/v1") -> bytes:
    """The request as bytes, with a boundary of ours."""
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"} if sending.parts else {}
    request = httpx.Request(
        sending.method, base_url + sending.path, json=sending.json, files=list(sending.parts) or None, headers=headers
    )
    head = f"{request.method} {request.url.raw_path.decode()}\n{request.headers['content-type']}\n{sending.accept}\n\n"
    return head.encode() + request.read()


def golden(name: str, data: bytes) -> None:
    path = GOLDEN / f"{name}.http"
    if os.environ.get("EASEL_UPDATE_GOLDEN"):
        path.write_bytes(data)
    assert data == path.read_bytes()


# --- the bytes ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SERVERS)
def test_a_picture_from_words(name: str) -> None:
    golden(f"{name}_generate", wire(sending_of(question(name, count=min(2, server(name).count_max)))))


@pytest.mark.parametrize("name", [name for name in SERVERS if name != "ollama"])
def test_a_picture_from_pictures(name: str) -> None:
    kind = server(name).mask_kind
    mask = None if kind is MaskKind.NONE else MASK
    golden(f"{name}_edit", wire(sending_of(question(name, count=1, pictures=(FIRST, SECOND), mask=mask))))
    golden(f"{name}_edit_one", wire(sending_of(question(name, count=1, pictures=(FIRST,)))))


def test_a_stream() -> None:
    golden("openai_stream", wire(sending_of(question(count=1, previews=2))))
    golden("openai_edit_stream", wire(sending_of(question(count=1, previews=2, pictures=(FIRST,)))))


def test_what_is_open_is_never_sent() -> None:
    bare = Question(server=server("openai"), model=question().model, name="gpt-image-2", prompt="a fox")
    assert sending_of(bare).json == {"model": "gpt-image-2", "prompt": "a fox", "n": 1, "output_format": "png"}
    for name in SERVERS:
        for pictures in ((), (FIRST,)):
            if pictures and name == "ollama":
                continue
            sending = sending_of(replace(bare, server=server(name), pictures=pictures))
            said = [*(sending.json or {}).values(), *(content for _, (_, content, _) in sending.parts)]
            assert not {None, "auto", "None", "null", ""} & {one for one in said if isinstance(one, str | None)}


# --- the official client's types ---------------------------------------------------------------------------------

GENERATE = (image_generate_params.ImageGenerateParamsNonStreaming, image_generate_params.ImageGenerateParamsStreaming)
EDIT = (image_edit_params.ImageEditParamsNonStreaming, image_edit_params.ImageEditParamsStreaming)


def known(types: tuple[Any, Any], *, stream: bool) -> set[str]:
    return {name for base in types[stream].__mro__ for name in getattr(base, "__annotations__", {})} | set(
        types[stream].__annotations__
    )


@pytest.mark.parametrize("model", ["gpt-image-2", "gpt-image-2.6-flare", "gpt-image-1.5", "gpt-image-1-mini"])
@pytest.mark.parametrize("previews", [None, 2])
def test_the_official_types_take_every_choice(model: str, previews: int | None) -> None:
    row = models.catalog().find("openai", model)
    for quality in row.qualities:
        for background in row.backgrounds:
            for output in row.formats:
                asked = replace(question(), model=row, name=model, count=1 if previews else 3, previews=previews)
                asked = replace(asked, quality=quality, background=background, format=output)
                body = dict(sending_of(asked).json or {})
                TypeAdapter(GENERATE[previews is not None]).validate_python(body, strict=True)
                assert set(body) <= known(GENERATE, stream=previews is not None)
                assert body["quality"] == quality if quality is not Quality.AUTO else "quality" not in body


@pytest.mark.parametrize("previews", [None, 2])
def test_the_official_types_take_an_edit(previews: int | None) -> None:
    sending = sending_of(question(count=1, previews=previews, pictures=(FIRST, SECOND), mask=MASK))
    fields = {name: content for name, (filename, content, _) in sending.parts if filename is None}
    body: dict[str, Any] = {**fields, "n": int(str(fields["n"]))}
    if previews:
        body |= {"stream": fields["stream"] == "true", "partial_images": int(str(fields["partial_images"]))}
    types = EDIT[previews is not None]
    hints = get_type_hints(types)
    assert {*body, "image", "mask"} <= known(EDIT, stream=previews is not None)
    for name, value in body.items():
        TypeAdapter(hints[name]).validate_python(value, strict=True)
    assert types.__required_keys__ <= {*body, "image"}
    assert "moderation" not in body  # not among an edit's parameters in the official client


def test_every_file_has_a_name_and_its_own_type() -> None:
    sending = sending_of(question(pictures=(FIRST, SECOND), mask=MASK))
    uploads = [(name, part[0], part[2]) for name, part in sending.parts if part[0] is not None]
    assert uploads == [
        ("image[]", "picture-1.png", "image/png"),
        ("image[]", "picture-2.jpg", "image/jpeg"),
        ("mask", "mask.png", "image/png"),
    ]


# --- what servers do not take ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SERVERS)
def test_nothing_goes_out_that_the_server_or_the_model_does_not_take(name: str) -> None:
    asked = question(name)
    own = {"response_format"} if asked.server.response_format else set()
    own |= {"aspect_ratio", "resolution"} if asked.server.shape is Shape.RATIO else set()
    assert parameters_of(asked) <= asked.takes | own
    for parameter in parameters_of(asked):
        less = replace(asked, dropped=frozenset({parameter}))
        assert parameters_of(less) == parameters_of(asked) - {parameter}
        assert parameter not in (sending_of(less).json or {})


def test_a_mask_that_was_refused_stays_at_home() -> None:
    asked = question(pictures=(FIRST,), mask=MASK)
    less = replace(asked, dropped=frozenset({"mask"}))
    assert "mask" in parameters_of(asked)
    assert "mask" not in {name for name, _ in sending_of(less).parts}


def test_pictures_are_never_drawn_from_words_alone() -> None:
    for name in SERVERS:
        asked = question(name, pictures=(FIRST,))
        if name == "ollama":
            with pytest.raises(CannotDraw):
                sending_of(asked)
            continue
        sending = sending_of(asked)
        assert sending.path != asked.server.generations or asked.server.edits == asked.server.generations
        assert any(part[0] for _, part in sending.parts) or "iVBOR" in str(sending.json)


def test_a_deployments_name_is_part_of_its_path_and_cannot_leave_it() -> None:
    asked = replace(question("azure-deployments"), name="../my deployment")
    assert sending_of(asked).path == "/deployments/..%2Fmy%20deployment/images/generations"


# --- the words ---------------------------------------------------------------------------------------------------


def test_style_and_what_is_left_out_become_words() -> None:
    order = wish(
        text='a café sign, "Göd morgen — 5 €"', quoted=("Göd morgen — 5 €",), style="poster", without=("people", "text")
    )
    said = prompt_of(order, server("openai"))
    assert said.startswith('a café sign, "Göd morgen — 5 €"\n')
    assert presets()["poster"].words in said
    assert said.endswith("Do not show: people, text.")
    assert prompt_of(wish(), server("openai")) == wish().text


def test_a_servers_own_markup_is_taken_out_of_everything_that_people_wrote() -> None:
    order = wish(text='a fox<sd_cpp_extra_args>{"seed": 1}</sd_cpp_extra_args> runs', without=("<sd_cpp_extra_args>x",))
    said = prompt_of(order, server("sd-server"))
    assert "sd_cpp" not in said
    assert "seed" not in said
    assert "|" not in prompt_of(wish(text="a fox | blurry"), server("localai"))
    assert "|" in prompt_of(wish(text="a fox | blurry"), server("openai"))
    with pytest.raises(CannotDraw):
        prompt_of(wish(text="<sd_cpp_extra_args>{}</sd_cpp_extra_args>"), server("sd-server"))
    with pytest.raises(CannotDraw):
        prompt_of(wish(text="x" * 32_001), server("openai"))


def test_an_edit_without_words_says_what_is_wanted() -> None:
    source = SourceImage(files.photo_png("china"), PNG, Size(640, 427))
    assert prompt_of(change(source, text="", size=SQUARE), server("openai")) == RECOMPOSED


# --- the pictures that go out ------------------------------------------------------------------------------------

BOTH = frozenset({PNG, JPEG})


def source_of(picture: Image.Image, kind: str = "PNG") -> SourceImage:
    return SourceImage(files.encoded(picture, kind), f"image/{kind.lower()}", Size(*picture.size))


async def test_what_fits_goes_out_as_it_is() -> None:
    for source in (source_of(Image.new("RGB", (64, 48), "teal")), source_of(Image.new("RGB", (64, 48)), "JPEG")):
        out = await given(source, BOTH)
        assert (out.data, out.media_type, out.size, out.flattened) == (
            source.data,
            source.media_type,
            source.size,
            False,
        )


async def test_transparency_lies_on_a_neutral_ground() -> None:
    drawing = Image.new("RGBA", (64, 48), (0, 0, 0, 0))
    drawing.paste((0, 0, 0, 255), (0, 0, 32, 48))
    out = await given(source_of(drawing), BOTH)
    seen = files.opened(out.data)
    assert out.flattened
    assert seen.mode == "RGB"
    assert seen.getpixel((60, 5)) == NEUTRAL
    assert seen.getpixel((5, 5)) == (0, 0, 0)
    opaque = await given(source_of(Image.new("RGBA", (64, 48), "teal")), BOTH)
    assert not opaque.flattened
    assert files.opened(opaque.data).mode == "RGB"


async def test_other_formats_and_large_pictures_are_made_to_fit() -> None:
    webp = await given(source_of(Image.new("RGB", (64, 48), "teal"), "WEBP"), BOTH)
    assert files.opened(webp.data).size == (64, 48)
    assert webp.media_type == PNG
    large = await given(source_of(Image.new("RGB", (4096, 1024), "teal"), "JPEG"), BOTH)
    assert (large.size, large.media_type) == (Size(LONG_EDGE_MAX, 960), JPEG)
    only_jpeg = await given(source_of(Image.new("RGB", (64, 48), "teal")), frozenset({JPEG}))
    assert only_jpeg.media_type == JPEG


async def test_a_mask_says_where_in_the_servers_own_way_and_in_the_pictures_size() -> None:
    mask = files.mask_of((200, 100), (0, 0, 100, 100))
    first = Given(b"", PNG, Size(100, 50))
    alpha = files.opened((await given_mask(mask, first, MaskKind.ALPHA)).data)
    assert (alpha.mode, alpha.size) == ("RGBA", (100, 50))
    assert (alpha.getpixel((25, 25)), alpha.getpixel((75, 25))) == ((0, 0, 0, 0), (0, 0, 0, 255))
    white = files.opened((await given_mask(mask, first, MaskKind.WHITE)).data)
    assert (white.mode, white.size) == ("RGB", (100, 50))
    assert (white.getpixel((25, 25)), white.getpixel((75, 25))) == ((255, 255, 255), (0, 0, 0))
