"""Time that a test may push forward, and the ids that Discord makes of it."""

from __future__ import annotations

import time
from datetime import UTC, datetime

EPOCH_MS = 1_420_070_400_000  # the first second of 2015
GUILDS_FROM_MS = 1_577_836_800_000  # guilds are old: 2020


class Clock:
    """Seconds since 1970, ahead of the real ones by what was advanced."""

    def __init__(self) -> None:
        self._ahead_seconds = 0.0
        self._last_ms = 0
        self._count = 0
        self._guilds = 0

    def now(self) -> float:
        """Now."""
        return time.time() + self._ahead_seconds

    def advance(self, seconds: float) -> None:
        """Let time pass at once: tokens and signed addresses age, nothing else happens."""
        self._ahead_seconds += seconds

    def snowflake(self) -> int:
        """A new id, later than all before it."""
        now_ms = max(int(self.now() * 1000), self._last_ms)
        self._count = self._count + 1 if now_ms == self._last_ms else 0
        if self._count >= 1 << 12:
            now_ms, self._count = now_ms + 1, 0
        self._last_ms = now_ms
        return (now_ms - EPOCH_MS) << 22 | self._count

    def guild_snowflake(self) -> int:
        """An id for a guild: one after the other, so that guilds spread over the shards in turn."""
        self._guilds += 1
        return (GUILDS_FROM_MS - EPOCH_MS + self._guilds) << 22


def stamp(seconds: float) -> str:
    """As Discord writes a time."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")
