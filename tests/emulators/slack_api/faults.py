"""What goes wrong when a test wants it: errors, limits, slowness, answers that get lost, files that never appear."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from emulators.slack_api.refusals import Refusal


class Lost(Exception):
    """It was done, and nobody hears of it: the connection is cut instead of an answer."""


@dataclass
class Fault:
    """One thing that goes wrong `times` times. `after`: it is done, and the answer lost."""

    method: str
    error: str
    times: int
    retry_after: int | None = None
    status: int | None = None
    needed: str | None = None
    after: bool = False


@dataclass
class Faults:
    """All that is planned."""

    planned: list[Fault] = field(default_factory=list)
    pauses: dict[str, float] = field(default_factory=dict)
    unshared: int = 0

    def take(self, method: str, *, after: bool = False) -> Fault | None:
        """The next for a method, used up."""
        for fault in self.planned:
            if fault.method in (method, "*") and fault.times > 0 and fault.after is after:
                fault.times -= 1
                return fault
        return None

    async def before(self, method: str) -> None:
        """Slow down, and refuse if it is planned."""
        if method in self.pauses:
            await asyncio.sleep(self.pauses[method])
        fault = self.take(method)
        if fault is not None:
            raise self._refusal(fault)

    def after(self, method: str) -> None:
        """Lose the answer if it is planned."""
        fault = self.take(method, after=True)
        if fault is not None:
            raise Lost(method)

    @staticmethod
    def _refusal(fault: Fault) -> Refusal:
        if fault.error == "ratelimited" or fault.status == 429:
            seconds = 1 if fault.retry_after is None else fault.retry_after
            return Refusal("ratelimited", status=429, headers={"Retry-After": str(seconds)})
        refusal = Refusal(fault.error, status=fault.status or 200)
        if fault.needed is not None:
            refusal.extra |= {"needed": fault.needed, "provided": "chat:write"}
        return refusal

    def never_shares(self) -> bool:
        """Whether this upload is one of those that silently never appear."""
        if self.unshared <= 0:
            return False
        self.unshared -= 1
        return True
