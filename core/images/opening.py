"""Opens what people send: every picture that enters Easel comes through here, and comes out harmless.

Out comes a picture that our own encoder wrote: upright (EXIF orientation applied), sRGB, without EXIF, GPS, XMP,
comments or trailing data, its long edge at most 3840 pixels (what image models accept). OWASP ASVS 5.0: 5.2.1 size,
5.2.2 content by magic bytes and re-writing.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from core.errors import UnusableImage
from core.i18n import say
from core.images.kinds import A_PICTURE, UNKNOWN, Kind, kind_of
from core.images.sandbox import Decoded, DecodeJob, Undecodable, decode
from core.model import Size

FILE_BYTES_MAX = 50_000_000  # OpenAI Images, edits: "each image should be ... less than 50MB"
NAME_CHARACTERS_MAX = 60


@dataclass(frozen=True, slots=True)
class OpenedPicture:
    """A safe picture: PNG when it is transparent or came lossless, JPEG (quality 95, 4:4:4) when it came as JPEG.

    `remark` is a sentence for the person when not all of the file is used; else empty.
    """

    data: bytes
    media_type: str
    size: Size
    remark: str = ""


async def open_picture(data: bytes, *, name: str = "") -> OpenedPicture:
    """Open a file that a person sent. `name` is how they know it, for the sentence only.

    Raises `UnusableImage` with one sentence that says what the file is and what to do. The decoding happens in a child
    process with bounded memory and time; the event loop is never held up.
    """
    spoken = speak_of(name)
    check_file(data, spoken)
    job = DecodeJob()
    result = await decode(data, job)
    if isinstance(result, Undecodable):
        raise _refused(result, spoken, kind_of(data), job)
    return OpenedPicture(result.data, result.media_type, Size(result.width, result.height), _remark(result, spoken))


def check_file(data: bytes, spoken: str) -> None:
    """What the first bytes and the length already tell. Raises `UnusableImage`."""
    if not data:
        raise UnusableImage(say("{file} is empty.", file=spoken), say("Send the picture again."))
    if len(data) > FILE_BYTES_MAX:
        size_megabytes = -(-len(data) // 1_000_000)
        raise UnusableImage(
            say(
                "{file} has {megabytes} MB; Easel reads up to 50 MB.",
                file=spoken,
                megabytes=size_megabytes,
            ),
            say("Send a smaller copy."),
        )
    kind = kind_of(data)
    if not kind.readable:
        if kind is UNKNOWN:
            raise UnusableImage(say("{file} is not a picture that Easel knows.", file=spoken), kind.remedy)
        what = say("{file} is {kind}, which Easel does not read.", file=spoken, kind=kind.label)
        raise UnusableImage(what, kind.remedy)


def speak_of(name: str) -> str:
    """How a sentence begins: the file's own name, without folders, control and direction characters; or "This file"."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C").strip()
    if not shown:
        return say("This file")
    if len(shown) > NAME_CHARACTERS_MAX:
        shown = shown[: NAME_CHARACTERS_MAX - 1] + "…"
    return f"“{shown}”"


def _remark(decoded: Decoded, spoken: str) -> str:
    return say("{file} is an animation: only its first frame is used.", file=spoken) if decoded.animated else ""


def _too_many(spoken: str, shape: str, job: DecodeJob) -> str:
    most = job.pixels // 1_000_000
    if shape:
        return say("{file} has {shape}; Easel reads up to {most} megapixels.", file=spoken, shape=shape, most=most)
    return say("{file} has too many pixels; Easel reads up to {most} megapixels.", file=spoken, most=most)


def _refused(result: Undecodable, spoken: str, kind: Kind, job: DecodeJob) -> UnusableImage:
    shape = say("{size} pixels", size=f"{result.width} x {result.height}")
    match result.code:
        case "pixels":
            return UnusableImage(_too_many(spoken, shape if result.width else "", job), say("Send a smaller copy."))
        case "tiny":
            return UnusableImage(
                say(
                    "{file} has {shape}; a picture needs at least {least} on each edge.",
                    file=spoken,
                    shape=shape,
                    least=job.short_edge,
                ),
                say("Send a larger copy."),
            )
        case "thin":
            return UnusableImage(
                say("{file} has {shape}, which is too long and thin.", file=spoken, shape=shape),
                say("Crop it to at most {ratio}:1.", ratio=job.ratio),
            )
        case "time" | "memory":
            return UnusableImage(
                say("{file} takes too long or too much memory to read.", file=spoken), say("Send a smaller copy.")
            )
        case "damaged":
            return UnusableImage(
                say("{file} is {kind}, but it is damaged or incomplete.", file=spoken, kind=kind.label),
                say("Send it again."),
            )
        case _:
            return UnusableImage(say("{file} could not be read safely.", file=spoken), A_PICTURE)
