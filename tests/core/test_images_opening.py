"""What people and attackers send: each file gets one clear sentence or comes out harmless, and the process stands."""

from __future__ import annotations

import asyncio
import io
import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
import support_images as files
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core.errors import UnusableImage
from core.images import sandbox
from core.images.kinds import kind_of
from core.images.opening import open_picture
from core.images.sandbox import Decoded, DecodeJob, Undecodable, decode
from core.model import Size

REFUSED = {
    "nothing at all": (lambda: b"", "is empty", "again"),
    "plain words": (lambda: b"hello, I am a picture", "not a picture", "PNG, JPEG, WebP or GIF"),
    "a bomb": (files.bomb, "13300 x 13300 pixels; Easel reads up to 40 megapixels", "smaller"),
    "a broken transfer": (files.truncated, "damaged or incomplete", "again"),
    "a HEIC photo": (files.heic, "is a HEIC photo", "JPEG"),
    "an SVG": (files.svg, "is an SVG drawing", "PNG"),
    "a PDF": (lambda: b"%PDF-1.7\n...", "is a PDF document", "PNG"),
    "a TIFF": (lambda: files.encoded(Image.new("RGB", (20, 20)), "TIFF"), "is a TIFF", "JPEG"),
    "a BMP": (lambda: files.encoded(Image.new("RGB", (20, 20)), "BMP"), "is a BMP picture", "JPEG"),
    "an AVIF": (lambda: files.encoded(Image.new("RGB", (20, 20)), "AVIF"), "is an AVIF picture", "JPEG"),
    "a video": (lambda: b"\x00\x00\x00\x18ftypmp42" + bytes(99), "is a video", "frames"),
    "a web page": (lambda: b"<!DOCTYPE html><html>log in</html>", "is a web page", "picture itself"),
    "one pixel": (lambda: files.encoded(Image.new("RGB", (1, 1))), "1 x 1 pixels", "larger"),
    "a thread": (lambda: files.encoded(Image.new("RGB", (4000, 20))), "too long and thin", "10:1"),
    "fifty megabytes": (lambda: files.photograph("china") + bytes(50_000_000), "has 51 MB", "smaller"),
}


@pytest.mark.parametrize("what", REFUSED)
async def test_a_file_that_cannot_be_used_is_refused_in_one_sentence_that_says_what_to_do(what: str) -> None:
    make, said, remedy = REFUSED[what]
    with pytest.raises(UnusableImage) as refusal:
        await open_picture(make(), name="holiday.jpg")
    sentence = refusal.value.sentence
    assert said in sentence
    assert remedy in refusal.value.remedy
    assert sentence.startswith("“holiday.jpg”")
    assert "Nothing was charged." in sentence
    assert "Traceback" not in sentence
    assert "\n" not in sentence
    assert (await open_picture(files.photograph("flower"))).size == Size(640, 427)  # and the next one is served


async def test_a_phone_photo_comes_out_upright_and_says_nothing_of_where_it_was_taken() -> None:
    photo = files.rotated_with_gps()
    assert files.GPS_MARK in photo
    assert files.COMMENT_MARK in photo
    opened = await open_picture(photo)
    assert opened.size == Size(427, 640)
    assert opened.media_type == "image/jpeg"
    picture = Image.open(io.BytesIO(opened.data))
    assert not picture.getexif()
    assert {"exif", "comment", "xmp", "icc_profile"}.isdisjoint(picture.info)
    assert files.GPS_MARK not in opened.data
    assert files.COMMENT_MARK not in opened.data
    # Orientation 6 means: turn it clockwise to see it. The sky, which was on top, is now on the right.
    upright = picture.convert("L")
    right, left = upright.crop((380, 0, 427, 640)), upright.crop((0, 0, 47, 640))
    assert sum(right.tobytes()) > 1.5 * sum(left.tobytes())


async def test_every_other_way_to_carry_words_is_left_behind() -> None:
    opened = await open_picture(files.heavy_metadata())
    assert len(opened.data) < 1_000
    polyglot = await open_picture(files.polyglot())
    assert b"PAYLOAD" not in polyglot.data
    assert b"PK\x03\x04" not in polyglot.data
    assert files.opened(polyglot.data).getpixel((5, 5)) == (0, 128, 128)


async def test_of_an_animation_the_first_frame_is_used_and_that_is_said() -> None:
    opened = await open_picture(files.animated_gif(), name="dance.gif")
    assert opened.remark == "“dance.gif” is an animation: only its first frame is used."
    assert files.opened(opened.data).getpixel((5, 5)) == (255, 0, 0)
    assert (await open_picture(files.photograph("china"))).remark == ""


async def test_a_phone_s_second_view_is_no_animation() -> None:
    views = [files.opened(files.photograph(name)) for name in ("china", "flower")]
    opened = await open_picture(files.encoded(views[0], "MPO", save_all=True, append_images=views[1:]))
    assert opened.remark == ""
    assert opened.media_type == "image/jpeg"
    assert opened.size == Size(640, 427)


async def test_colours_arrive_in_srgb_whatever_they_were_kept_in() -> None:
    swapped = await open_picture(files.with_profile())  # a profile that says: my red is green
    red, green, _ = files.opened(swapped.data).getpixel((9, 9))
    assert (red, green) == (40, 200)
    print_photo = files.opened((await open_picture(files.cmyk_jpeg())).data)
    original = files.opened(files.photograph("flower"))
    near = sum(abs(a - b) for a, b in zip(print_photo.tobytes(), original.tobytes(), strict=True)) / len(
        original.tobytes()
    )
    assert near < 12
    ramp = files.opened((await open_picture(files.sixteen_bit_grey())).data)
    assert [ramp.getpixel((x, 4))[0] for x in (0, 64, 128, 192, 255)] == [0, 64, 128, 192, 255]


async def test_transparency_is_kept_and_a_picture_without_any_is_not_given_one() -> None:
    disc = await open_picture(files.palette_with_transparency())
    assert disc.media_type == "image/png"
    assert files.opened(disc.data).getpixel((0, 0))[3] == 0
    assert files.opened(disc.data).getpixel((32, 32)) == (255, 0, 0, 255)
    opaque = await open_picture(files.encoded(Image.new("RGBA", (40, 40), (1, 2, 3, 255))))
    assert files.opened(opaque.data).mode == "RGB"


async def test_a_large_picture_is_scaled_to_what_models_accept() -> None:
    opened = await open_picture(files.encoded(Image.new("RGB", (6000, 1000), "teal"), "JPEG"))
    assert opened.size == Size(3840, 640)
    assert files.opened(opened.data).size == (3840, 640)


async def test_a_name_in_a_sentence_is_a_name_and_nothing_else() -> None:
    with pytest.raises(UnusableImage) as refusal:
        await open_picture(b"x", name="../../etc/\u202egnp.exe\x00\n" + "a" * 300)
    assert refusal.value.what.startswith("“gnp.exe" + "a")
    assert len(refusal.value.what) < 110


def test_a_bomb_is_known_by_its_header_without_taking_its_memory() -> None:
    # A small launcher, because Linux counts the parent's own memory in a child's peak until it has started.
    job = json.dumps({name: getattr(DecodeJob(), name) for name in DecodeJob.__slots__})
    child = str(Path(sandbox.__file__).with_name("child.py"))
    launcher = (
        "import resource, subprocess, sys\n"
        "done = subprocess.run([sys.executable, '-I', sys.argv[1], sys.argv[2]], input=sys.stdin.buffer.read(),"
        " capture_output=True)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, done.stdout[4:].decode())"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", launcher, child, job], input=files.bomb(), capture_output=True, check=True
    )
    peak_kilobytes, answer = done.stdout.decode().split(" ", 1)
    assert json.loads(answer)["error"] == "pixels"
    assert int(peak_kilobytes) < 80_000


async def test_what_the_limits_hold_back_comes_back_as_a_value() -> None:
    generous = replace(DecodeJob(), pixels=200_000_000, long_edge=0)
    assert await decode(files.bomb(), replace(generous, memory_bytes=200_000_000)) == Undecodable("memory")
    assert await decode(files.photograph("china"), replace(DecodeJob(), memory_bytes=1)) == Undecodable("crash")
    slow = replace(generous, memory_bytes=2_000_000_000, cpu_seconds=1)
    assert await decode(files.bomb(9_000), slow) == Undecodable("time")
    assert isinstance(await decode(files.photograph("china"), DecodeJob()), Decoded)


async def test_a_child_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "WALL_SECONDS", 0.01)
    with pytest.raises(UnusableImage, match="too long or too much memory"):
        await open_picture(files.photograph("china"))


async def test_the_child_sees_none_of_our_environment_and_is_not_believed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    spy = tmp_path / "python"
    spy.write_text(f"#!/bin/sh\nenv > {tmp_path}/env\nprintf '\\0\\0\\0\\2{{}}'\n")
    spy.chmod(0o755)
    monkeypatch.setenv("EASEL_OPENAI__API_KEY", "sk-canary")
    monkeypatch.setattr(sys, "executable", str(spy))
    with pytest.raises(UnusableImage, match="could not be read safely"):
        await open_picture(files.photograph("china"))
    assert "sk-canary" not in (tmp_path / "env").read_text()


async def test_the_event_loop_goes_on_while_a_picture_is_decoded() -> None:
    large = files.encoded(files.opened(files.photograph("china")).resize((4200, 2800)), "JPEG")
    opening = asyncio.create_task(open_picture(large))
    lags = []
    while not opening.done():
        before = time.perf_counter()
        await asyncio.sleep(0.005)
        lags.append(time.perf_counter() - before - 0.005)
    assert len(lags) > 20
    assert sorted(lags)[len(lags) * 9 // 10] < 0.05


@given(st.binary(max_size=64))
@settings(derandomize=True, max_examples=300)
def test_no_bytes_can_upset_the_naming_of_a_file(data: bytes) -> None:
    assert kind_of(data).label


@given(
    st.sampled_from(["PNG", "JPEG", "WEBP", "GIF"]),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=12),
    st.floats(0.3, 1),
)
@settings(derandomize=True, max_examples=12, deadline=None)
def test_a_damaged_picture_is_opened_or_refused_and_nothing_else(
    kind: str, flips: list[tuple[float, int]], share: float
) -> None:
    data = bytearray(files.encoded(files.opened(files.photograph("flower")).resize((120, 80)), kind))
    del data[int(len(data) * share) :]
    for at, value in flips:
        data[int(at * len(data))] = value
    try:
        opened = asyncio.run(open_picture(bytes(data)))
    except UnusableImage:
        return
    assert files.opened(opened.data).size == (opened.size.width, opened.size.height)
