"""One thing that happened in Slack, as every handler is given it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

Payload: TypeAlias = "dict[str, Any]"


@dataclass(frozen=True, slots=True)
class Event:
    """Verified, authorised and acknowledged; otherwise as it came.

    `body` is the whole payload: `{"event": {...}}`, the fields of a command, or an interaction.
    """

    team: str  # whose installation it is (T…); an Enterprise Grid's own id (E…) for an install without a team
    enterprise: str  # "" outside Enterprise Grid
    me: str  # Easel's user id there (U…)
    body: Payload = field(repr=False)  # people's words, and a key that somebody gives
    shared: bool = False  # from a channel shared with another organisation, or by a person of another team
