"""The pictures of a message on Discord, wherever they are: attachments, embeds, components, forwards. Pure.

A message shown through components has no attachments (https://github.com/discord/discord-api-docs/issues/8277), a
forward has them in its snapshot, and a bot of yesteryear has them in an embed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlsplit

import discord

from bots.discord import limits
from bots.discord.destination import PLATFORM
from core.model import ImageRef, Size

ATTACHED: Final = "a1:"  # how the token of an `ImageRef` begins that points at a file of Discord's

# The claimed type comes from the file's name or is missing. What cannot be read is taken, too: the core says why not.
_PICTURE_NAMES: Final = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".heic", ".heif", ".avif", ".bmp", ".tif", ".tiff")
_NAME_CHARACTERS: Final = 100
_DEPTH: Final = 8
_FILE: Final = 13
_ID_MAX: Final = 2**64


@dataclass(frozen=True, slots=True)
class Attached:
    """Where a picture of a message is found: its address now, and the way to a new one when that has died."""

    url: str
    proxy_url: str = ""  # Discord's own copy, for what an embed shows from elsewhere
    channel: int = 0
    message: int = 0
    attachment: int = 0  # 0: an embed's or a component's

    def token(self) -> str:
        """As it stands in an `ImageRef`."""
        said = {"u": self.url, "p": self.proxy_url, "c": self.channel, "m": self.message, "a": self.attachment}
        kept = {key: value for key, value in said.items() if value}
        return ATTACHED + json.dumps(kept, separators=(",", ":"), sort_keys=True)

    @classmethod
    def read(cls, token: str) -> Attached | None:
        """What `token` wrote; None for anything else."""
        try:
            said = json.loads(token.removeprefix(ATTACHED)) if token.startswith(ATTACHED) else None
        except (ValueError, RecursionError):
            return None
        if not isinstance(said, dict):
            return None
        url, proxy_url = said.get("u"), said.get("p", "")
        numbers = [said.get(key, 0) for key in "cma"]
        if not isinstance(url, str) or not isinstance(proxy_url, str) or any(type(each) is not int for each in numbers):
            return None
        return cls(url, proxy_url, *numbers)


@dataclass(frozen=True, slots=True)
class _Found:
    url: str
    proxy_url: str
    name: str
    size: Size | None
    attachment: int = 0


def images_of(payload: object) -> tuple[ImageRef, ...]:
    """The pictures of a message's payload, in the order in which they are seen. Hostile input gives none."""
    if not isinstance(payload, dict):
        return ()
    channel, message = _id(payload.get("channel_id")), _id(payload.get("id"))
    by_place: dict[str, ImageRef] = {}
    for found in _pictures(payload, 0):
        where = Attached(found.url, found.proxy_url, channel, message, found.attachment)
        ref = ImageRef(PLATFORM, token=where.token(), name=found.name, size=found.size)
        by_place.setdefault(_place(found.url), ref)
    return tuple(by_place.values())[: limits.CHOICES]


def payload_of(message: discord.Message) -> dict[str, Any]:
    """A message of the gateway's as far as `images_of` reads it; discord.py does not keep what it was sent."""
    return {
        "id": str(message.id),
        "channel_id": str(message.channel.id),
        "attachments": [each.to_dict() for each in message.attachments],
        "embeds": [each.to_dict() for each in message.embeds],
        # Discord may leave the field out (it is optional), and discord.py then makes no attribute of it.
        "components": [each.to_dict() for each in getattr(message, "components", ())],
        "message_snapshots": [{"message": _snapshot(each)} for each in message.message_snapshots],
    }


def find(payload: object, wanted: Attached) -> Attached | None:
    """The same picture in a newer copy of its message."""
    for ref in images_of(payload):
        found = Attached.read(ref.token)
        if found is not None and (
            found.attachment == wanted.attachment if wanted.attachment else _place(found.url) == _place(wanted.url)
        ):
            return found
    return None


def _snapshot(snapshot: discord.MessageSnapshot) -> dict[str, Any]:
    return {
        "attachments": [each.to_dict() for each in snapshot.attachments],
        "embeds": [each.to_dict() for each in snapshot.embeds],
        "components": [each.to_dict() for each in snapshot.components],
    }


def _pictures(payload: dict[str, Any], depth: int) -> Iterator[_Found]:
    for each in _dicts(payload.get("attachments")):
        found = _file(each)
        if found is not None and _is_picture(each, found):
            yield found
    for each in _dicts(payload.get("components")):
        yield from _of_component(each, depth)
    for each in _dicts(payload.get("embeds")):
        yield from _of_embed(each)
    if depth < _DEPTH:
        for each in _dicts(payload.get("message_snapshots")):
            inside = each.get("message")
            if isinstance(inside, dict):
                yield from _pictures(inside, depth + 1)


def _file(attachment: dict[str, Any]) -> _Found | None:
    found = _media(attachment)
    if found is None:
        return None
    name = attachment.get("filename")
    return replace(
        found, name=_name(name) if isinstance(name, str) else found.name, attachment=_id(attachment.get("id"))
    )


def _is_picture(attachment: dict[str, Any], found: _Found) -> bool:
    kind = attachment.get("content_type")
    if isinstance(kind, str) and kind:
        return kind.startswith("image/")
    return found.name.lower().endswith(_PICTURE_NAMES)


def _of_component(component: dict[str, Any], depth: int) -> Iterator[_Found]:
    if depth > _DEPTH:
        return
    match component.get("type"):
        case 11:  # Thumbnail
            media = [component.get("media")]
        case 12:  # Media Gallery
            media = [each.get("media") for each in _dicts(component.get("items"))]
        case 13:  # File
            media = [component.get("file")]
        case _:
            media = []
    for each in media:
        found = _media(each)
        if found is not None and (component.get("type") != _FILE or found.name.lower().endswith(_PICTURE_NAMES)):
            yield found
    for inside in (*_dicts(component.get("components")), *_dicts([component.get("accessory")])):
        yield from _of_component(inside, depth + 1)


def _of_embed(embed: dict[str, Any]) -> Iterator[_Found]:
    """Its picture; the small one beside the words only where there is no other, and a film's still never."""
    if embed.get("type") == "video":
        return
    found = _media(embed.get("image")) or _media(embed.get("thumbnail"))
    if found is not None:
        yield found


def _media(media: object) -> _Found | None:
    if not isinstance(media, dict):
        return None
    url, proxy_url = media.get("url"), media.get("proxy_url")
    proxy_url = proxy_url if isinstance(proxy_url, str) else ""
    if not isinstance(url, str) or not url.startswith(("https://", "http://")):
        return None
    width, height = _edge(media.get("width")), _edge(media.get("height"))
    size = Size(width, height) if width and height else None
    return _Found(url, proxy_url, _name(_path(url).rpartition("/")[2]), size)


def _edge(value: object) -> int:
    return value if type(value) is int and 0 < value < 1_000_000 else 0


def _place(url: str) -> str:
    """An address without its signature, which changes, and without its host: Discord has two for each file."""
    return _path(url) or url


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def _name(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable())[:_NAME_CHARACTERS]


def _id(value: object) -> int:
    number = int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 21 else value
    return number if type(number) is int and 0 < number < _ID_MAX else 0


def _dicts(value: object) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list | tuple) else []
