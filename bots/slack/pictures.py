"""The pictures of a message in Slack, wherever they are: its files, and what other apps show in theirs. Pure.

A file is named by its id: its address is looked up anew when it is opened, since a message's copy of a file is often
poor. While a file is processed it has no type yet (https://github.com/slackapi/bolt-js/issues/2115), and in a channel
that is shared with another organisation only `check_file_info` is sent in its place (docs.slack.dev, "Working with
files"). Both are `unsure`: `files.info` knows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from bots.slack.destination import PLATFORM
from core.model import ImageRef, Size

FILE: Final = "f1:"  # how the token of an `ImageRef` begins that points at a file of Slack's, or at an address

PICTURES_MAX: Final = 20  # of one message
_FILE_ID: Final = re.compile(r"F[A-Z0-9]{1,30}", re.ASCII)
_TEAM: Final = re.compile(r"[TE][A-Z0-9]{1,30}", re.ASCII)
_FILE_LINK: Final = re.compile(r"/files/[UWB][A-Z0-9]{1,30}/(?P<file>F[A-Z0-9]{1,30})(?:/(?P<name>[^/]*))?", re.ASCII)
_MESSAGE_LINK: Final = re.compile(r"/archives/(?P<channel>[CDG][A-Z0-9]{1,30})/p(?P<ts>[0-9]{16,17})", re.ASCII)
# The claimed type comes from the file's name or is missing. What cannot be read is taken, too: the core says why not.
_SUFFIXES: Final = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".heic", ".heif", ".avif", ".bmp", ".tif", ".tiff")
_NAME_CHARACTERS: Final = 100
_URL_CHARACTERS: Final = 2000
_DEPTH: Final = 6
_EDGE_MAX: Final = 1_000_000
# What nobody can open: deleted, or older than a free workspace keeps.
_GONE: Final = frozenset({"tombstone", "hidden_by_limit"})


@dataclass(frozen=True, slots=True)
class Attached:
    """Where a picture is found: the id of a file of Slack's, or the address of what an app shows."""

    team: str
    file: str = ""
    url: str = ""  # with a file id only a hint; `files.info` knows the address
    name: str = ""
    size: Size | None = None

    def ref(self) -> ImageRef:
        """How the core points at it."""
        said = {"t": self.team, "f": self.file, "u": "" if self.file else self.url}
        kept = {key: value for key, value in said.items() if value}
        token = FILE + json.dumps(kept, separators=(",", ":"), sort_keys=True)
        return ImageRef(PLATFORM, token=token, name=self.name, size=self.size)

    @classmethod
    def read(cls, token: str) -> Attached | None:
        """What the token of `ref` says; None for anything else."""
        try:
            said = json.loads(token.removeprefix(FILE)) if token.startswith(FILE) else None
        except (ValueError, RecursionError):
            return None
        if not isinstance(said, dict):
            return None
        team, file, url = (said.get(key, "") for key in "tfu")
        if not isinstance(url, str) or not _is(_TEAM, team) or (file and not _is(_FILE_ID, file)) or not (file or url):
            return None
        return cls(str(team), str(file), url)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a message shows. `unsure`: files of which only Slack's `files.info` can say what they are."""

    pictures: tuple[Attached, ...] = ()
    others: bool = False  # files that are no pictures
    unsure: tuple[str, ...] = ()


def seen_in(message: object, team: str, known: Mapping[str, Mapping[str, Any]] | None = None) -> Seen:
    """The pictures of a message's payload, in the order in which they are seen. Hostile input gives none.

    `known`: what `files.info` said of files that were unsure, by their ids. One that is still without a type is taken
    for a picture when nothing in its name speaks against it: its first bytes will tell.
    """
    if not isinstance(message, dict):
        return Seen()
    pictures: dict[str, Attached] = {}
    unsure: list[str] = []
    others = False
    for file in _dicts(message.get("files")):
        named = file.get("id")
        said = {**file, **known[named]} if known is not None and isinstance(named, str) and named in known else file
        match _kind(said, last_word=known is not None):
            case True:
                found = Attached(team, str(named), name=_name(said.get("name") or said.get("title")), size=_size(said))
                pictures.setdefault(found.file, found)
            case None if isinstance(named, str):
                unsure.append(named)
            case _:
                others = True
    for found in _shown_by_apps(message, team):
        pictures.setdefault(found.file or found.url, found)
    return Seen(tuple(pictures.values())[:PICTURES_MAX], others, tuple(unsure[:PICTURES_MAX]))


def file_in(url: str, team: str) -> Attached | None:
    """The file that a link to one of Slack's own pages points at; None for any other address."""
    path = _slack_path(url)
    found = _FILE_LINK.fullmatch(path) if path else None
    return Attached(team, found["file"], name=_name(found["name"] or "")) if found else None


def message_in(url: str) -> tuple[str, str] | None:
    """The channel and the ts of the message that a link points at ("Copy link"); None for any other address."""
    path = _slack_path(url)
    found = _MESSAGE_LINK.fullmatch(path) if path else None
    return (found["channel"], f"{found['ts'][:-6]}.{found['ts'][-6:]}") if found else None


# --- files -----------------------------------------------------------------------------------------------------------


def _kind(file: Mapping[str, Any], *, last_word: bool) -> bool | None:
    """Whether it is a picture; None while only `files.info` can tell."""
    identity, mode = file.get("id"), file.get("mode")
    if not _is(_FILE_ID, identity) or mode in _GONE:
        return False
    if mode == "external" or file.get("is_external") is True:  # it lies elsewhere: Slack has no bytes of it
        return False
    kind, name = file.get("mimetype"), str(file.get("name") or file.get("title") or "").lower()
    if isinstance(kind, str) and kind and kind != "application/octet-stream":
        return kind.startswith("image/")
    if name.endswith(_SUFFIXES):
        return True
    if not last_word:
        return None
    return not kind and "." not in name


def _size(file: Mapping[str, Any]) -> Size | None:
    width, height = _edge(file.get("original_w")), _edge(file.get("original_h"))
    return Size(width, height) if width and height else None


# --- what other apps show --------------------------------------------------------------------------------------------


def _shown_by_apps(message: Mapping[str, Any], team: str) -> Iterator[Attached]:
    yield from _of_blocks(message.get("blocks"), team, 0)
    for attachment in _dicts(message.get("attachments")):
        # A message that was shared into this one carries its files in the attachment.
        shared = seen_in({"files": attachment.get("files")}, team, known={})
        yield from shared.pictures
        yield from _of_blocks(attachment.get("blocks"), team, 0)
        for each in _dicts(attachment.get("message_blocks")):
            inside = each.get("message")
            yield from _of_blocks(inside.get("blocks") if isinstance(inside, dict) else None, team, 0)
        if not shared.pictures:
            yield from _address(
                attachment.get("image_url"), team, attachment.get("title") or attachment.get("fallback")
            )


def _of_blocks(blocks: object, team: str, depth: int) -> Iterator[Attached]:
    if depth > _DEPTH:
        return
    for block in _dicts(blocks):
        if block.get("type") == "image":
            yield from _of_image(block, team)
        yield from _of_blocks([block.get("accessory")], team, depth + 1)
        yield from _of_blocks(block.get("elements"), team, depth + 1)


def _of_image(block: Mapping[str, Any], team: str) -> Iterator[Attached]:
    """An image block or element: a file of Slack's, or an address."""
    alt, file = block.get("alt_text"), block.get("slack_file")
    if isinstance(file, dict):
        if _is(_FILE_ID, file.get("id")):
            yield Attached(team, str(file["id"]), name=_name(alt))
        else:
            yield from _address(file.get("url"), team, alt)
        return
    yield from _address(block.get("image_url"), team, alt)


def _address(url: object, team: str, name: object) -> Iterator[Attached]:
    if isinstance(url, str) and url.startswith(("https://", "http://")) and len(url) <= _URL_CHARACTERS:
        own = file_in(url, team)
        yield own if own is not None else Attached(team, url=url, name=_name(name))


def _slack_path(url: str) -> str:
    """The path of an address of Slack's own pages."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    host = parts.hostname or ""
    ours = host in ("slack.com", "slack-gov.com") or host.endswith((".slack.com", ".slack-gov.com"))
    return parts.path if ours and parts.scheme == "https" else ""


def _name(text: object) -> str:
    line = " ".join(text.split()) if isinstance(text, str) else ""
    return "".join(sign for sign in line if sign.isprintable())[:_NAME_CHARACTERS]


def _edge(value: object) -> int:
    number = int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 7 else value
    return number if type(number) is int and 0 < number < _EDGE_MAX else 0


def _is(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _dicts(value: object) -> Sequence[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list | tuple) else []
