"""`[discord]`: the bot, who it is, and what it may ask for."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final
from urllib.parse import urlsplit

from pydantic import SecretStr, field_validator

from core.settings_fields import Explained, Group, Kind, setting, whole
from core.settings_openai import is_private

AMBIENT_TOKEN: Final = "DISCORD_TOKEN"  # noqa: S105 - a variable's name, not a secret
# Discord's documentation, "Signed Attachment CDN URLs" and "CDN Endpoints": where attachments and previews come from.
# Discord's own: attachments, and its proxies for the pictures that embeds show from elsewhere.
FILE_HOSTS: Final = (
    *("cdn.discordapp.com", "media.discordapp.net", "images-ext-1.discordapp.net", "images-ext-2.discordapp.net"),
)
_TOKEN: Final = re.compile(r"([A-Za-z0-9_-]{16,44})={0,2}\.[A-Za-z0-9_-]{4,12}\.[A-Za-z0-9_-]{20,120}")
_HOST: Final = re.compile(r"[A-Za-z0-9.-]+(:\d{1,5})?|\[[0-9A-Fa-f:]+\](:\d{1,5})?", re.ASCII)
_RANGE: Final = re.compile(r"(\d{1,6})(?:-(\d{1,6}))?", re.ASCII)
SHARDS_MAX: Final = 100_000


class DiscordSettings(Group):
    """The bot that people talk to in Discord."""

    token: SecretStr | None = setting(
        None,
        "the bot's token; without one there is no Discord",
        "a bot's token, as the Discord developer portal shows it under Bot",
        also=AMBIENT_TOKEN,
    )
    api_base: str = setting(
        "",
        "where Discord's REST API is, when not at Discord: a proxy",
        "an address such as http://rest-proxy:8080/api/v10",
    )
    gateway_url: str = setting(
        "", "where Discord's gateway is, when not at Discord: a proxy", "an address such as ws://gateway-proxy:7878"
    )
    file_hosts: tuple[str, ...] = setting(
        FILE_HOSTS,
        "the hosts that attachments are fetched from",
        "host names, with a port or not",
        kind=Kind.MANY,
    )
    shard_ids: tuple[int, ...] = setting(
        (),
        "the shards that this process connects; empty: all of them",
        "numbers and ranges such as 0-3, 6, all of them below discord.shard_count",
        kind=Kind.MANY,
    )
    shard_count: int = whole(0, 0, SHARDS_MAX, "shards of the whole bot; 0: as many as Discord recommends")
    message_content: bool = setting(
        True, "ask Discord for the words of messages that do not mention Easel", "true or false"
    )
    post_price: bool = setting(False, "say under a picture what it cost", "true or false")
    post_quota: bool = setting(False, "say under a picture what its maker may still draw", "true or false")
    spoiler: bool = setting(False, "hide every picture until it is clicked on", "true or false")

    @field_validator("token")
    @classmethod
    def _a_token(cls, token: SecretStr | None) -> SecretStr | None:
        said = token.get_secret_value().strip() if token else ""
        if not said:
            return None
        if said.startswith("Bot "):
            raise Explained('must be the token alone, without "Bot" before it.')
        if application_of(said) is None:
            raise Explained(
                "is not a bot's token: it has three parts with dots between them, and stands in the Discord developer "
                "portal under Bot (the application's id, public key and client secret are something else)."
            )
        return SecretStr(said)

    @field_validator("api_base")
    @classmethod
    def _an_api(cls, url: str) -> str:
        return _address(url, "https", "http")

    @field_validator("gateway_url")
    @classmethod
    def _a_gateway(cls, url: str) -> str:
        return _address(url, "wss", "ws")

    @field_validator("file_hosts")
    @classmethod
    def _hosts(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        if not hosts or not all(_HOST.fullmatch(host) for host in hosts):
            raise ValueError("not a host")
        return tuple(dict.fromkeys(host.lower() for host in hosts))

    @field_validator("shard_ids", mode="before")
    @classmethod
    def _numbers(cls, said: object) -> tuple[int, ...]:
        if not isinstance(said, (list, tuple)):
            raise ValueError("not a list")
        numbers = [number for part in said for number in _range(part)]
        return tuple(sorted(set(numbers)))

    @property
    def application(self) -> int | None:
        """The bot's own id, which its token begins with; None without a token."""
        return application_of(self.token.get_secret_value()) if self.token else None

    @property
    def is_first(self) -> bool:
        """Whether this process does what is to be done once for the whole bot."""
        return not self.shard_ids or 0 in self.shard_ids


def application_of(token: str) -> int | None:
    """The id in a bot token's first part, where Discord writes it in base64; None when it is no bot's token."""
    match = _TOKEN.fullmatch(token)
    if match is None:
        return None
    try:
        said = base64.b64decode(match[1] + "=" * (-len(match[1]) % 4), altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return int(said) if said.isdigit() and 15 <= len(said) <= 20 else None


def contradictions(settings: DiscordSettings) -> list[str]:
    """What each setting allows and all of them together do not."""
    ids, count = settings.shard_ids, settings.shard_count
    if ids and not count:
        return [
            "EASEL_DISCORD__SHARD_IDS is given and EASEL_DISCORD__SHARD_COUNT is not: say how many there are in all."
        ]
    if ids and ids[-1] >= count:
        return [
            f"EASEL_DISCORD__SHARD_IDS has {ids[-1]}, and EASEL_DISCORD__SHARD_COUNT is {count}: "
            f"shards are numbered from 0 to {count - 1}."
        ]
    return []


def _address(url: str, secure: str, plain: str) -> str:
    """Without a slash at its end. Plain is for a proxy on a network of one's own: the token goes there."""
    if not url:
        return ""
    if "@" in url or "?" in url or "#" in url:
        raise Explained("must be a host and a path only.")
    parts = urlsplit(url.rstrip("/"))
    host = parts.hostname or ""
    if parts.scheme not in (secure, plain) or not host or not url.isascii() or not url.isprintable() or " " in url:
        raise ValueError("not an address")
    if parts.port == 0:
        raise ValueError("not a port")
    if parts.scheme == plain and not is_private(host):
        raise Explained(
            f"is plain {plain} to {host}, which is not on a network of your own: the bot's token could be read on the "
            f"way. Write {secure}."
        )
    return url.rstrip("/")


def _range(part: object) -> range:
    match = _RANGE.fullmatch(str(part).strip()) if not isinstance(part, bool) else None
    if match is None:
        raise ValueError("not a number")
    first, last = int(match[1]), int(match[2] or match[1])
    if last < first or last >= SHARDS_MAX:
        raise ValueError("not a range")
    return range(first, last + 1)
