"""What goes back over the socket: values, made by the routes and written by the server."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from emulators.image_api.faults import Fault
from emulators.image_api.recorded import Recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request on its way through a route."""

    recorded: Recorded
    params: Mapping[str, str]  # of the path
    fault: Fault  # `PASS`, or one that spoils the answer
    request_id: str


@dataclass(slots=True, kw_only=True)
class Answer:
    """A whole body in pieces, which are never joined; or, with `stream`, pieces over time."""

    status: int = 200
    media_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    pieces: list[bytes] = field(default_factory=list)
    stream: AsyncIterator[bytes] | None = None
    cut: bool = False  # the connection breaks off before the end


class Cut(Exception):
    """Raised inside a stream: the connection breaks off here."""


def document(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """A JSON document."""
    return Answer(status=status, headers=dict(headers or {}), pieces=[json.dumps(value, ensure_ascii=False).encode()])
