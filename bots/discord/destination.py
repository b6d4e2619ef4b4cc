"""Where an answer on Discord goes: the string that travels with a job and is understood here only.

Its form is a contract with every job that is stored already: `d1:` and compact JSON with short keys, without what has
its usual value. A new form gets a new prefix, and this one stays readable.

It holds an interaction's token, which lets its bearer answer in the bot's name for 15 minutes: it is never logged.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from typing import Any, Final

from bots.discord import limits
from core.errors import Gone
from core.model import Destination

PLATFORM: Final = "discord"
PREFIX: Final = "d1:"


@dataclass(frozen=True, slots=True)
class Spot:
    """Everything that a process needs which never saw the request. Ids are Discord's snowflakes."""

    application: int
    channel: int
    guild: int | None
    user: int
    interaction: str = field(default="", repr=False)  # the interaction's token; "" when the request was a message
    expires_at_us: int = 0  # of that token
    original: bool = False  # the interaction has an original response that may be edited
    reply_to: int | None = None  # the message that asked
    placeholder: int | None = None  # our own "working" message in the channel, to be edited into the result
    private: bool = False  # only the person sees it: the first answer was ephemeral
    foreign: bool = False  # user-installed where the bot is no member: it can answer the interaction, and nothing else
    file_bytes: int = limits.FILE_BYTES  # the interaction's `attachment_size_limit`, or the guild's limit
    spoiler: bool = False
    name: str = ""  # of the person, for "who asked"
    threads: bool = False  # Easel and this person may make a thread of a message there

    @property
    def alone(self) -> bool:
        """Whether it is the person's own conversation with the bot: everything there is private."""
        return self.guild is None and not self.foreign

    def token_lives(self, now_us: int) -> bool:
        """Whether the interaction may still be answered. Past that it is never tried."""
        return bool(self.interaction) and now_us < self.expires_at_us - limits.TOKEN_SPARE_SECONDS * 1_000_000


_KEYS: Final = {
    "application": "a",
    "channel": "c",
    "guild": "g",
    "user": "u",
    "interaction": "i",
    "expires_at_us": "x",
    "original": "o",
    "reply_to": "r",
    "placeholder": "w",
    "private": "p",
    "foreign": "f",
    "file_bytes": "b",
    "spoiler": "s",
    "name": "n",
    "threads": "t",
}
_USUAL: Final = {each.name: each.default for each in fields(Spot)}
_KINDS: Final[dict[str, tuple[type, ...]]] = {
    **dict.fromkeys(("application", "channel", "user", "expires_at_us", "file_bytes"), (int,)),
    **dict.fromkeys(("guild", "reply_to", "placeholder"), (int, type(None))),
    **dict.fromkeys(("original", "private", "foreign", "spoiler", "threads"), (bool,)),
    **dict.fromkeys(("interaction", "name"), (str,)),
}


def encode(spot: Spot) -> Destination:
    """As the core keeps it."""
    said: dict[str, Any] = {}
    for name, key in _KEYS.items():
        value = getattr(spot, name)
        if value != _USUAL[name]:
            said[key] = value
    return Destination(PLATFORM, PREFIX + json.dumps(said, separators=(",", ":"), sort_keys=True))


def decode(destination: Destination) -> Spot:
    """The spot that `encode` wrote. Raises `Gone` for a string that it never wrote."""
    if destination.platform != PLATFORM or not destination.token.startswith(PREFIX):
        raise Gone("This answer was meant for a place that is not one of Discord's.")
    try:
        said = json.loads(destination.token.removeprefix(PREFIX))
        return Spot(**{name: _checked(name, said[key]) for name, key in _KEYS.items() if key in said})
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Gone("This answer was meant for a place on Discord that cannot be read any more.") from error


def _checked(name: str, value: object) -> Any:
    if type(value) not in _KINDS[name]:  # not isinstance: True is no channel
        raise TypeError(f"{name} is no {_KINDS[name][0].__name__}")
    return value
