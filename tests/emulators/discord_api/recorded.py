"""Every REST call, remembered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, overload

from emulators.discord_api.refusals import Refusal
from emulators.discord_api.uploads import Body, Upload


@dataclass
class Call:
    """A request and what became of it. The path is below /api/v10; `route` is its pattern, "" where there is none."""

    method: str
    path: str
    route: str
    at: float
    headers: dict[str, str]
    status: int = 0
    refusal: int | None = None  # the JSON error code
    said: str = ""  # why it was refused
    seconds: float = 0.0
    body: Body = field(default_factory=Body)
    unreadable: Refusal | None = None

    @property
    def json(self) -> Any:
        """Its JSON."""
        return self.body.json

    @property
    def files(self) -> list[Upload]:
        """Its files, in order."""
        return [self.body.files[number] for number in sorted(self.body.files)]

    @property
    def authorised(self) -> bool:
        """Whether it carried the bot's token."""
        return self.headers.get("Authorization", "").startswith("Bot ")

    def __repr__(self) -> str:
        return f"<{self.method} {self.path} {self.status} {self.said}>"


class Calls:
    """All of them, in order. `keeps` False for long runs."""

    def __init__(self) -> None:
        self.keeps = True
        self._calls: list[Call] = []

    def add(self, call: Call) -> None:
        """One more."""
        if self.keeps:
            self._calls.append(call)

    def of(self, method: str = "*", path: str = "*") -> list[Call]:
        """Those of a method whose path fits (`*` fits anything)."""
        return [each for each in self._calls if method in ("*", each.method) and fnmatchcase(each.path, path)]

    def refused(self) -> list[Call]:
        """Those that were the client's mistake, with the reasons in `said`."""
        return [each for each in self._calls if each.refusal is not None]

    def invalid(self) -> int:
        """How many count towards a ban: 401, 403, 429 (10,000 in ten minutes are too many)."""
        return sum(each.status in (401, 403, 429) for each in self._calls)

    def clear(self) -> None:
        """Forget."""
        self._calls.clear()

    def __iter__(self) -> Iterator[Call]:
        return iter(self._calls)

    def __len__(self) -> int:
        return len(self._calls)

    @overload
    def __getitem__(self, index: int) -> Call: ...

    @overload
    def __getitem__(self, index: slice) -> list[Call]: ...

    def __getitem__(self, index: int | slice) -> Call | list[Call]:
        return self._calls[index]
