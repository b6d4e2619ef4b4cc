"""What to post: finished pictures and the limits of a destination become messages of files. Pure; encodes nothing.

The kept bytes go out untouched wherever they fit, content credentials and all. Where they do not, a copy is planned
with a budget of bytes, and a remark says so.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final

from core.i18n import into, say
from core.model import Capabilities, PlannedFile, PostingPlan, StoredImage

# A copy is a WebP where that is shown: a quarter of a PNG's bytes, with transparency. JPEG is shown everywhere.
COPY_TYPES: Final = ("image/webp", "image/jpeg", "image/png")
LEAST_COPY_BYTES: Final = 256 * 1024  # enough for a good 1024 x 1024; below it, fewer pictures share a message
ELLIPSIS: Final = "…"

_EXTENSIONS: Final = {"image/jpeg": "jpg", "image/svg+xml": "svg"}
_ZERO_WIDTH_JOINER: Final = "\u200d"


def file_stem(image: StoredImage) -> str:
    """`easel-1a2b3c4d`: never a name that someone gave, so nothing can be hidden in it. ASCII."""
    return "easel-" + "".join(char for char in image.id if char.isascii() and char.isalnum())[:8]


def fit(
    images: Sequence[StoredImage],
    remarks: Sequence[str],
    capabilities: Capabilities,
    *,
    name_of: Callable[[StoredImage], str] = file_stem,
    language: str = "en",
) -> PostingPlan:
    """The posting plan for these pictures: each exactly once, in order, and no message beyond what the place can show.

    `name_of` gives a file's name without its extension; a number is added where two would be the same.
    `language`: of the remark that is added.
    """
    per_message = max(1, min(capabilities.files, capabilities.message_bytes // LEAST_COPY_BYTES))
    messages = [
        _message(images[start : start + per_message], capabilities) for start in range(0, len(images), per_message)
    ]
    planned = _named([(image, file) for message in messages for image, file in message], name_of)
    sizes = [len(message) for message in messages]
    starts = [sum(sizes[:index]) for index in range(len(sizes))]
    copies = sum(file.re_encode for file in planned)
    return PostingPlan(
        messages=tuple(tuple(planned[start : start + size]) for start, size in zip(starts, sizes, strict=True)),
        remarks=_said(remarks, into(language, _copy_remark(copies, len(planned))), capabilities.text_characters),
    )


def _message(images: Sequence[StoredImage], capabilities: Capabilities) -> list[tuple[StoredImage, PlannedFile]]:
    """Share a message's bytes: the small ones take what they need, and the others share the rest evenly."""
    wanted = [image.size_bytes if _as_it_is(image, capabilities) else capabilities.file_bytes for image in images]
    granted = share(wanted, capabilities.message_bytes)
    return [(image, _file(image, budget, capabilities)) for image, budget in zip(images, granted, strict=True)]


def share(wanted: Sequence[int], total: int) -> list[int]:
    """Max-min fair shares of `total`: nobody gets more than they want, and nobody less than another who wants more."""
    granted = [0] * len(wanted)
    left = total
    by_need = sorted(range(len(wanted)), key=lambda index: wanted[index])
    for place, index in enumerate(by_need):
        granted[index] = min(wanted[index], left // (len(by_need) - place))
        left -= granted[index]
    return granted


def _as_it_is(image: StoredImage, capabilities: Capabilities) -> bool:
    return image.media_type in capabilities.media_types and image.size_bytes <= capabilities.file_bytes


def _file(image: StoredImage, budget: int, capabilities: Capabilities) -> PlannedFile:
    untouched = _as_it_is(image, capabilities) and image.size_bytes <= budget
    return PlannedFile(
        image=image.id,
        blob=image.blob,
        name="",
        alt=shorten(image.alt, capabilities.alt_characters),
        media_type=image.media_type if untouched else _copy_type(capabilities),
        size=image.size,
        re_encode=not untouched,
        byte_budget=None if untouched else budget,
    )


def _copy_type(capabilities: Capabilities) -> str:
    """The best type that is shown there; where no picture is shown at all, the one that everything opens."""
    return next((kind for kind in COPY_TYPES if kind in capabilities.media_types), "image/jpeg")


def _named(
    files: Iterable[tuple[StoredImage, PlannedFile]], name_of: Callable[[StoredImage], str]
) -> list[PlannedFile]:
    """Names that differ: a message refers to its files by them (Discord's `attachment://name`)."""
    taken: set[str] = set()
    named = []
    for image, file in files:
        extension = _EXTENSIONS.get(file.media_type, file.media_type.rpartition("/")[2])
        stem = name_of(image)
        name, number = f"{stem}.{extension}", 1
        while name in taken:
            number += 1
            name = f"{stem}-{number}.{extension}"
        taken.add(name)
        named.append(replace(file, name=name))
    return named


def _copy_remark(copies: int, files: int) -> str:
    if copies == 0:
        return ""
    if files == 1:
        return say("This is a copy that fits here. The full-size original is kept: press Details.")
    return say(
        "{copies} of {files} pictures are copies that fit here. The full-size originals are kept: press Details.",
        copies=copies,
        files=files,
    )


def _said(remarks: Sequence[str], last: str, characters: int) -> tuple[str, ...]:
    """The remarks, one a line, as far as the message has room, where `last` is sure of its place."""
    said: list[str] = []
    closing = shorten(last, characters)
    left = characters - len(closing) - 1 if closing else characters
    for remark in remarks:
        cut = shorten(remark, left)
        if not cut:
            break
        said.append(cut)
        left -= len(cut) + 1
        if cut != remark:
            break
    return (*said, closing) if closing else tuple(said)


def shorten(text: str, characters: int) -> str:
    """The text in at most so many characters, cut after a word with `…`; empty when there is no room for that.

    A script without spaces is cut between characters, never between a letter and its marks or inside an emoji.
    """
    if len(text) <= characters:
        return text
    if characters < 2:
        return ""
    end = characters - len(ELLIPSIS)
    if not text[end].isspace():
        space = max((index for index in range(end) if text[index].isspace()), default=0)
        end = space if space * 2 >= end else end
    while end > 0 and _belongs_to_the_one_before(text, end):
        end -= 1
    kept = text[:end].rstrip()
    return kept + ELLIPSIS if kept else ""


def _belongs_to_the_one_before(text: str, index: int) -> bool:
    """Whether a cut here would part a mark, a joiner, a skin tone or half a flag from what it stands with."""
    char = text[index]
    if unicodedata.category(char).startswith("M") or "\U0001f3fb" <= char <= "\U0001f3ff":
        return True
    if _ZERO_WIDTH_JOINER in (char, text[index - 1]):
        return True
    flags = 0
    while flags < index and "\U0001f1e6" <= text[index - 1 - flags] <= "\U0001f1ff":
        flags += 1
    return "\U0001f1e6" <= char <= "\U0001f1ff" and flags % 2 == 1
