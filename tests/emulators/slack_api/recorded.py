"""Every call of the Web API, remembered, and where bearer tokens travelled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Call:
    """A call and what became of it."""

    method: str
    arguments: dict[str, Any]
    token: str = ""
    team: str = ""
    scopes: tuple[str, ...] = ()
    ok: bool = False
    error: str = ""
    said: str = ""
    answer: dict[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<{self.method} {'ok' if self.ok else self.said or self.error}>"


@dataclass
class Seen:
    """A request at a host, and the Authorization that it carried ("" when none)."""

    host: str
    method: str
    path: str
    authorization: str


class Calls:
    """All calls, in order."""

    def __init__(self) -> None:
        self._calls: list[Call] = []

    def add(self, call: Call) -> None:
        """One more."""
        self._calls.append(call)

    def of(self, method: str) -> list[Call]:
        """Those of a method."""
        return [each for each in self._calls if each.method == method]

    def refused(self) -> list[Call]:
        """Those that Slack refused."""
        return [each for each in self._calls if not each.ok]

    def clear(self) -> None:
        """Forget."""
        self._calls.clear()

    def __iter__(self) -> Iterator[Call]:
        return iter(self._calls)

    def __len__(self) -> int:
        return len(self._calls)
