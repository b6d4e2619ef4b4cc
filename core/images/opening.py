"""Opens what people send: every picture that enters Easel comes through here, and comes out harmless.

Out comes a picture that our own encoder wrote: upright (EXIF orientation applied), sRGB, without EXIF, GPS, XMP,
comments or trailing data, its long edge at most 3840 pixels (what image models accept). OWASP ASVS 5.0: 5.2.1 size,
5.2.2 content by magic bytes and re-writing.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from core.errors import UnusableImage
from core.images.kinds import A_PICTURE, Kind, kind_of
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
        raise UnusableImage(f"{spoken} is empty.", "Send the picture again.")
    if len(data) > FILE_BYTES_MAX:
        size_megabytes = -(-len(data) // 1_000_000)
        raise UnusableImage(f"{spoken} has {size_megabytes} MB; Easel reads up to 50 MB.", "Send a smaller copy.")
    kind = kind_of(data)
    if not kind.readable:
        verb = "is" if kind.label.startswith("not ") else "is " + kind.label + ", which Easel does not read"
        what = f"{spoken} is {kind.label}." if verb == "is" else f"{spoken} {verb}."
        raise UnusableImage(what, kind.remedy)


def speak_of(name: str) -> str:
    """How a sentence begins: the file's own name, without folders, control and direction characters; or "This file"."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C").strip()
    if not shown:
        return "This file"
    if len(shown) > NAME_CHARACTERS_MAX:
        shown = shown[: NAME_CHARACTERS_MAX - 1] + "…"
    return f"“{shown}”"


def _remark(decoded: Decoded, spoken: str) -> str:
    return f"{spoken} is an animation: only its first frame is used." if decoded.animated else ""


def _refused(result: Undecodable, spoken: str, kind: Kind, job: DecodeJob) -> UnusableImage:
    shape = f"{result.width} x {result.height} pixels"
    megapixels = job.pixels // 1_000_000
    match result.code:
        case "pixels":
            what = f"{spoken} has {shape}" if result.width else f"{spoken} has too many pixels"
            return UnusableImage(f"{what}; Easel reads up to {megapixels} megapixels.", "Send a smaller copy.")
        case "tiny":
            return UnusableImage(
                f"{spoken} has {shape}; a picture needs at least {job.short_edge} on each edge.", "Send a larger copy."
            )
        case "thin":
            return UnusableImage(
                f"{spoken} has {shape}, which is too long and thin.", f"Crop it to at most {job.ratio}:1."
            )
        case "time" | "memory":
            return UnusableImage(f"{spoken} takes too long or too much memory to read.", "Send a smaller copy.")
        case "damaged":
            return UnusableImage(f"{spoken} is {kind.label}, but it is damaged or incomplete.", "Send it again.")
        case _:
            return UnusableImage(f"{spoken} could not be read safely.", A_PICTURE)
