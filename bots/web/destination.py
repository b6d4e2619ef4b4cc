"""Where the playground's answers go: the string that travels with a job and is understood here only.

Its form is a contract with every job that is stored already: `web1:` and compact JSON with single-letter keys. A new
form gets a new prefix, and this one stays readable.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256

from bots.web.people import PLATFORM
from core.errors import Gone
from core.model import Destination

PREFIX = "web1:"


@dataclass(frozen=True, slots=True)
class WebDestination:
    """One message of Easel's, that exists or will."""

    channel: str
    thread: str | None
    message: str  # the id that Easel's message has, first while it works and then with the result
    reply_to: str | None  # the message that it answers
    person: str  # who asked
    asked_at_us: int  # Easel's message stands right behind what was said, whichever is written first

    def stored(self) -> Destination:
        """As the core keeps it."""
        fields = {
            "a": self.asked_at_us,
            "c": self.channel,
            "m": self.message,
            "p": self.person,
            "r": self.reply_to,
            "t": self.thread,
        }
        return Destination(platform=PLATFORM, token=PREFIX + json.dumps(fields, separators=(",", ":")))


def read(to: Destination) -> WebDestination:
    """The destination that `stored` wrote. Raises `Gone` for a string that it never wrote."""
    if to.platform != PLATFORM or not to.token.startswith(PREFIX):
        raise Gone("This answer was meant for a place that the playground does not know.")
    try:
        fields = json.loads(to.token.removeprefix(PREFIX))
        return WebDestination(
            channel=_text(fields["c"]),
            thread=_text_or_none(fields["t"]),
            message=_text(fields["m"]),
            reply_to=_text_or_none(fields["r"]),
            person=_text(fields["p"]),
            asked_at_us=int(fields["a"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise Gone("This answer was meant for a place that the playground cannot read.") from error


def message_id(event_key: str, part: str) -> str:
    """The id of a message that belongs to an event: the same event twice is the same message."""
    return sha256(f"{event_key}|{part}".encode()).hexdigest()[:32]


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a string")
    return value


def _text_or_none(value: object) -> str | None:
    return None if value is None else _text(value)
