"""Answers are decoded as they arrive: any cut gives the same result, and nothing hostile passes its limit."""

from __future__ import annotations

import base64
import json
import random
import tracemalloc
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
import support_images as files
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core.blobs.files import FileBlobs
from core.errors import DrawingFailed, OutcomeUnknown
from core.model import Size
from core.providers.openai.base64_stream import Base64Stream, NotBase64
from core.providers.openai.decoding import PICTURE_BYTES_MAX, Arrived, Flaw, KeptPicture, Wanted, arrived, kept
from core.providers.openai.json_stream import (
    DEPTH_MAX,
    DIVERTED_MAX,
    REST_BYTES_MAX,
    STRING_BYTES_MAX,
    Begin,
    End,
    JsonStream,
    Malformed,
    Piece,
    Unfinished,
)
from core.providers.openai.sniffing import PIXELS_MAX, Found, Sniffer

WANTED = Wanted(places=(("data", None, "b64_json"),))
PLACES = [("data", None, "b64_json"), ("output", None, "result"), ("b64_json",)]
STEADY = settings(derandomize=True, deadline=None, max_examples=80)


class Cut(httpx.AsyncByteStream):
    """A body that comes in these pieces."""

    def __init__(self, pieces: Sequence[bytes]) -> None:
        self.pieces = pieces

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            yield piece


def answer(body: bytes, step: int = 65_536) -> httpx.Response:
    return httpx.Response(200, stream=Cut([body[at : at + step] for at in range(0, len(body), step)]))


def read(text: bytes, cuts: Sequence[int]) -> tuple[Any, list[bytes]]:
    """The document and the diverted strings, read in pieces that end at `cuts`."""
    stream, strings, pending = JsonStream(PLACES), list[bytes](), bytearray()
    ends = [*sorted(cuts), len(text)]
    for start, end in zip([0, *ends], ends, strict=False):
        for event in stream.feed(text[start:end]):
            match event:
                case Begin():
                    pending = bytearray()
                case Piece(letters):
                    pending += letters
                case End():
                    strings.append(bytes(pending))
    return stream.document([f"<{at}>" for at in range(len(strings))]), strings


def picture(kind: str = "PNG", size: tuple[int, int] = (96, 64)) -> bytes:
    noise = Image.frombytes("RGB", size, random.Random(1).randbytes(size[0] * size[1] * 3))
    return files.encoded(noise, kind)


# --- the JSON around the pictures --------------------------------------------------------------------------------

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
base64_texts = st.text("ABCabc019+/=", max_size=40)
documents = st.fixed_dictionaries(
    {"data": st.lists(st.fixed_dictionaries({"b64_json": base64_texts, "other": values}), max_size=3)},
    optional={"b64_json": base64_texts, "usage": values, 'a "b" \\ /': values},
)


def numbered(document: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The document with its wanted strings numbered in the order in which they stand, and those strings."""
    strings: list[str] = []

    def number(said: str) -> str:
        strings.append(said)
        return f"<{len(strings) - 1}>"

    def changed(name: str, value: Any) -> Any:
        if name == "b64_json":
            return number(value)
        if name != "data":
            return value
        return [{**entry, "b64_json": number(entry["b64_json"])} for entry in value]

    return {name: changed(name, value) for name, value in document.items()}, strings


@STEADY
@given(documents, st.booleans(), st.booleans(), st.lists(st.integers(0, 3000), max_size=6))
def test_any_cut_of_a_document_gives_what_the_standard_parser_gives(
    document: dict[str, Any], ascii_only: bool, slashes: bool, cuts: list[int]
) -> None:
    said = json.dumps(document, ensure_ascii=ascii_only)
    text = (said.replace("/", "\\/") if slashes else said).encode()
    parsed, strings = read(text, [min(cut, len(text)) for cut in cuts])
    expected, said_strings = numbered(document)
    assert [string.decode() for string in strings] == said_strings
    assert parsed == expected


@STEADY
@given(documents, st.data())
def test_a_document_that_breaks_off_is_never_taken_for_a_whole_one(
    document: dict[str, Any], data: st.DataObject
) -> None:
    text = json.dumps(document).encode()
    end = data.draw(st.integers(0, len(text) - 1))
    with pytest.raises(Unfinished) as caught:
        read(text[:end], [])
    assert caught.value.empty == (end == 0)


@STEADY
@given(st.binary(max_size=60), st.lists(st.integers(0, 60), max_size=3))
def test_rubbish_is_refused_and_only_that(text: bytes, cuts: list[int]) -> None:
    try:
        parsed, _ = read(text, [min(cut, len(text)) for cut in cuts])
    except Malformed:
        return
    assert parsed == json.loads(text.decode("utf-8-sig"))


@pytest.mark.parametrize("step", [1, 2, 3, 5, 7, 1000])
def test_every_escape_is_read_wherever_it_is_cut(step: int) -> None:
    text = rb'{"b64_json": "A\/B\u002b\u003D\n\t", "k\u0065y \"1\\": "\ud83d\ude00 \\\" \u00e9", "half": "\ud83d!"}'
    parsed, strings = read(text, range(0, len(text), step))
    assert strings == [b"A/B+=\n\t"]
    assert parsed == {"b64_json": "<0>", 'key "1\\': '😀 \\" é', "half": "\ufffd!"}


@pytest.mark.parametrize(
    "text",
    [
        b'{"a": NaN}',
        b'{"a": "\xff"}',
        b'{"a": 1,}',
        b'{"a": 1} {"b": 2}',
        b'{"b64_json": "\\x41"}',
        b'{"b64_json": "\\u00zz"}',
        b'{"b64_json": "QUJD", "b64_json": "QUJD"}',
        b'{"data": [{"b64_json": "QUJD"}], "data": null}',
        b'{"data": [{"b64_json": "QUJD"}], "data": [{"b64_json": "QUJD"}]}',
        b"]",
        b"1, 2",
        b'{"a": ' + b"1" * 10_000 + b"}",
        b"[" * (DEPTH_MAX + 1) + b"]" * (DEPTH_MAX + 1),
        b'{"a": "' + b"x" * (STRING_BYTES_MAX + 9) + b'"}',
        b"[" + b"1, " * (REST_BYTES_MAX // 3) + b"1]",
        b'{"data": [' + b'{"b64_json": ""}, ' * DIVERTED_MAX + b'{"b64_json": ""}]}',
    ],
    ids=range(16),
)
def test_what_no_answer_says_is_refused(text: bytes) -> None:
    with pytest.raises(Malformed) as caught:
        read(text, range(0, len(text), 65_536))
    assert not isinstance(caught.value, Unfinished)


def test_a_byte_order_mark_and_blanks_are_no_part_of_it() -> None:
    assert read(b'\xef\xbb\xbf \r\n{"b64_json": "QUJD"}\n', [1, 2, 9]) == ({"b64_json": "<0>"}, [b"QUJD"])


# --- base64 ------------------------------------------------------------------------------------------------------


def decoded(letters: bytes, cuts: Sequence[int]) -> bytes:
    stream, ends = Base64Stream(), [*sorted(cuts), len(letters)]
    out = b"".join(stream.feed(letters[start:end]) for start, end in zip([0, *ends], ends, strict=False))
    return out + stream.finish()


@STEADY
@given(
    st.binary(max_size=200),
    st.booleans(),
    st.sampled_from([b"", b"data:image/png;base64,", b" DATA:;base64,", b"data:image/png;charset=x;BASE64 ,"]),
    st.sampled_from([b"", b"\n", b"\r\n", b" "]),
    st.booleans(),
    st.lists(st.integers(0, 320), max_size=6),
)
def test_base64_is_read_in_every_way_that_servers_write_it(
    content: bytes, url_safe: bool, prefix: bytes, wrap: bytes, padded: bool, cuts: list[int]
) -> None:
    letters = base64.urlsafe_b64encode(content) if url_safe else base64.b64encode(content)
    letters = letters if padded else letters.rstrip(b"=")
    lines = [letters[at : at + 19] for at in range(0, len(letters), 19)]
    text = prefix + (wrap.join([*lines, b""]) if wrap else letters)
    assert decoded(text, [min(cut, len(text)) for cut in cuts]) == content


@pytest.mark.parametrize(
    "letters",
    [
        b"A",
        b"AAAAA",
        b"%%%%",
        b"QUJD!",
        b"QU=D",
        b"Q===",
        b"QUI=QUI=",
        b"QUI=QUJD",
        b"====",
        b"QUJD\xff",
        b"QUJ\x00",
        b"AA===",
        b"QUJDQUI=QUJD",
        b"QUJDQUI=QU",
    ],
)
@pytest.mark.parametrize("cuts", [[], [1], [2], [3], [4], [8], [1, 2, 3, 4, 5, 6, 7]])
def test_what_is_not_base64_is_refused(letters: bytes, cuts: list[int]) -> None:
    with pytest.raises(NotBase64):
        decoded(letters, [min(cut, len(letters)) for cut in cuts])


@pytest.mark.parametrize(
    "letters", [b"data:image/svg+xml,<svg/>", b"data:image/png;base64", b"data:" + b"x" * 400, b"data:"]
)
def test_a_data_url_without_base64_is_refused(letters: bytes) -> None:
    with pytest.raises(NotBase64):
        decoded(letters, [3])


# --- what a picture is -------------------------------------------------------------------------------------------


def sniffed(data: bytes, step: int) -> Found | None:
    sniffer = Sniffer()
    for at in range(0, len(data), step):
        sniffer.feed(data[at : at + step])
    return sniffer.finish()


@pytest.mark.parametrize("step", [1, 2, 17, 4096, 1_000_000])
@pytest.mark.parametrize(
    ("kind", "how"),
    [
        ("PNG", {}),
        ("JPEG", {"quality": 40}),
        ("JPEG", {"progressive": True, "exif": b"Exif\0\0" + bytes(60_000)}),
        ("JPEG", {"icc_profile": bytes(200_000), "comment": b"x" * 9000}),
        ("WEBP", {"quality": 50}),
        ("WEBP", {"lossless": True}),
        ("WEBP", {"exif": b"Exif\0\0" + bytes(600)}),
    ],
)
def test_a_pictures_own_bytes_say_what_it_is(kind: str, how: dict[str, Any], step: int) -> None:
    data = files.encoded(Image.new("RGB", (321, 123), "teal"), kind, **how)
    assert sniffed(data, step) == Found(f"image/{kind.lower()}", Size(321, 123))


def test_no_picture_is_taken_for_one() -> None:
    png = files.encoded(Image.new("RGB", (64, 48)))
    jpeg = files.encoded(Image.new("RGB", (64, 48)), "JPEG")
    huge = png[:16] + (9000).to_bytes(4, "big") * 2 + png[24:]
    assert PIXELS_MAX < 9000 * 9000
    gif = files.encoded(Image.new("P", (64, 48)), "GIF")
    for data in (b"", b"<p>no</p>" * 9, png[:23], jpeg[:20], jpeg[:2] + b"\xff\xd9" + jpeg[2:], gif, huge, files.svg()):
        for step in (1, 7, len(data) or 1):
            assert sniffed(data, step) is None


# --- all together ------------------------------------------------------------------------------------------------


@pytest.fixture
def blobs(tmp_path: Path) -> FileBlobs:
    return FileBlobs(tmp_path)


def body_of(*pictures: bytes, **more: object) -> bytes:
    return json.dumps({"data": [{"b64_json": base64.b64encode(data).decode()} for data in pictures], **more}).encode()


@pytest.mark.parametrize("step", [1, 333, 65_536, 10_000_000])
async def test_pictures_are_kept_as_they_came(blobs: FileBlobs, step: int) -> None:
    png, webp = picture(), picture("WEBP", (20, 30))
    document = await kept(answer(body_of(png, webp, usage={"total_tokens": 3}), step), blobs, WANTED)
    first, second = (entry["b64_json"] for entry in document["data"])
    assert (first.media_type, first.size) == ("image/png", Size(96, 64))
    assert (second.media_type, second.size) == ("image/webp", Size(20, 30))
    assert await blobs.read(first.blob.key) == png
    assert await blobs.read(second.blob.key) == webp
    assert document["usage"] == {"total_tokens": 3}


async def test_a_picture_that_is_none_spoils_no_other(blobs: FileBlobs, tmp_path: Path) -> None:
    good = base64.b64encode(picture()).decode()
    said = [good, "%%%", base64.b64encode(b"<p>no</p>" * 9).decode(), "", None, 7]
    document = await kept(answer(json.dumps({"data": [{"b64_json": one} for one in said]}).encode()), blobs, WANTED)
    first, *others = (entry["b64_json"] for entry in document["data"])
    assert isinstance(first, KeptPicture)
    assert others == [Flaw("not base64"), Flaw("not a picture"), Flaw("nothing"), None, 7]
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1  # what was begun for the others is gone


async def test_what_is_not_wanted_is_forgotten(blobs: FileBlobs, tmp_path: Path) -> None:
    async with arrived(answer(body_of(picture())), blobs, WANTED) as document:
        assert isinstance(document["data"][0]["b64_json"], Arrived)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


async def test_an_answer_that_breaks_off_may_have_been_paid_and_one_that_cannot_be_read_is_a_failure(
    blobs: FileBlobs, tmp_path: Path
) -> None:
    body = body_of(picture())
    with pytest.raises(OutcomeUnknown):
        await kept(answer(body[:-40]), blobs, WANTED)
    for spoiled in (b"", b"  ", b"<html>", body + b"]", body.replace(b'"data"', b"data")):
        with pytest.raises(DrawingFailed):
            await kept(answer(spoiled), blobs, WANTED)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


async def test_an_endless_answer_is_cut_off(blobs: FileBlobs, tmp_path: Path) -> None:
    with pytest.raises(DrawingFailed):
        await kept(answer(b" " * 300_000), blobs, Wanted(WANTED.places, total_bytes_max=200_000))
    chunk = base64.b64encode(bytes(48 * 1024))
    pieces = [b'{"data": [{"b64_json": "', *[chunk] * (PICTURE_BYTES_MAX // (48 * 1024) + 2), b'"}]}']
    document = await kept(httpx.Response(200, stream=Cut(pieces)), blobs, WANTED)
    assert document["data"][0]["b64_json"] == Flaw("too large")
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


async def test_a_picture_in_flight_costs_its_chunk_and_not_its_size(blobs: FileBlobs) -> None:
    body = body_of(picture(size=(2048, 1024)))
    assert len(body) > 8_000_000
    response = answer(body)
    tracemalloc.start()
    await kept(response, blobs, WANTED)
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak_bytes < 700_000
