"""Where an answer in Slack goes: the string that travels with a job and is understood here only.

Its form is a contract with every job that is stored already: `s1:` and compact JSON with short keys, without what has
its usual value. A new form gets a new prefix, and this one stays readable.

No secret is in it: the address of a command's answers would let its bearer speak in Easel's name.
"""

from __future__ import annotations

import json
from dataclasses import MISSING, dataclass, fields
from typing import Any, Final

from core.errors import Gone
from core.model import Destination

PLATFORM: Final = "slack"
PREFIX: Final = "s1:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Everything that a process needs which never saw the request. Ids and times of messages are Slack's strings."""

    team: str
    channel: str
    user: str
    enterprise: str = ""
    name: str = ""  # of the person, for "who asked"
    thread: str = ""  # the ts of the root that the answer belongs under; "": at the channel's top level
    placeholder: str = ""  # the ts of our own message that says that we are at work
    placeholder_in: str = ""  # the channel of the placeholder, when that is another one: the person's direct messages
    words: str = ""  # what was asked for, shortened; only where nobody can read it: Slack shows nobody a command
    private: bool = False  # for the person alone: it goes to their direct messages
    direct: bool = False  # the channel is the person's direct messages with Easel
    asked: str = ""  # the ts of the message that asked
    status: bool = False  # the thread shows a status

    @property
    def at_work_in(self) -> str:
        """The channel of the placeholder."""
        return self.placeholder_in or self.channel

    @property
    def at_the_top(self) -> bool:
        """Whether it was asked for where no message stands: by a command, at a channel's top level."""
        return not self.asked and not self.thread


_KEYS: Final = {
    "team": "t",
    "channel": "c",
    "user": "u",
    "enterprise": "e",
    "name": "n",
    "thread": "h",
    "placeholder": "w",
    "placeholder_in": "k",
    "words": "o",
    "private": "p",
    "direct": "d",
    "asked": "a",
    "status": "s",
}
_USUAL: Final = {each.name: each.default for each in fields(Spot)}
_KINDS: Final[dict[str, type]] = {
    **dict.fromkeys(_KEYS, str),
    **dict.fromkeys(("private", "direct", "status"), bool),
}


def encode(spot: Spot) -> Destination:
    """As the core keeps it."""
    said: dict[str, Any] = {}
    for name, key in _KEYS.items():
        value = getattr(spot, name)
        if value != _USUAL[name] or _USUAL[name] is MISSING:
            said[key] = value
    return Destination(PLATFORM, PREFIX + json.dumps(said, separators=(",", ":"), sort_keys=True))


def decode(destination: Destination) -> Spot:
    """The spot that `encode` wrote. Raises `Gone` for a string that it never wrote."""
    if destination.platform != PLATFORM or not destination.token.startswith(PREFIX):
        raise Gone("This answer was meant for a place that is not one of Slack's.")
    try:
        said = json.loads(destination.token.removeprefix(PREFIX))
        return Spot(**{name: _checked(name, said[key]) for name, key in _KEYS.items() if key in said})
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Gone("This answer was meant for a place in Slack that cannot be read any more.") from error


def _checked(name: str, value: object) -> Any:
    if type(value) is not _KINDS[name]:  # not isinstance: True is no number
        raise TypeError(f"{name} is no {_KINDS[name].__name__}")
    return value
