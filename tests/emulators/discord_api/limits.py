"""Rate limits: buckets of routes with their headers, and a global one; nothing is limited until a test says so."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from emulators.discord_api.recorded import Call

MAJOR = ("channel", "guild", "application", "token")  # each of these has its own allowance


@dataclass
class Bucket:
    """So many requests in so many seconds, counted for each major parameter."""

    method: str
    route: str
    requests: int
    seconds: float
    windows: dict[tuple[str, ...], tuple[float, int]] = field(default_factory=dict)

    def take(self, key: tuple[str, ...]) -> tuple[bool, int, float]:
        """Whether one more is allowed, how many remain, and when it begins anew."""
        now = time.monotonic()
        began, used = self.windows.get(key, (now, 0))
        if now - began >= self.seconds:
            began, used = now, 0
        allowed = used < self.requests
        self.windows[key] = (began, used + allowed)
        return allowed, self.requests - used - allowed, self.seconds - (now - began)


class Limits:
    """All buckets. `refused` counts what was answered with 429."""

    def __init__(self) -> None:
        self._buckets: dict[tuple[str, str], Bucket] = {}
        self._global: Bucket | None = None
        self.refused = 0

    def add(self, method: str, route: str, requests: int, seconds: float) -> None:
        """Limit a route."""
        self._buckets[(method, route)] = Bucket(method, route, requests, seconds)

    def limit_globally(self, requests: int, seconds: float = 1.0) -> None:
        """Limit everything but the answers to interactions (50 a second for the real one)."""
        self._global = Bucket("*", "*", requests, seconds)

    def count(self, call: Call, parameters: Mapping[str, str]) -> tuple[dict[str, Any] | None, dict[str, str]]:
        """The body of a 429, if it is one, and the headers that tell of the limit."""
        outside = call.route.startswith(("/interactions", "/webhooks"))
        if self._global is not None and not outside:
            allowed, _, wait = self._global.take(())
            if not allowed:
                return self._refuse(wait, is_global=True)
        bucket = self._buckets.get((call.method, call.route))
        if bucket is None:
            return None, {}
        allowed, remaining, wait = bucket.take(tuple(parameters.get(name, "") for name in MAJOR))
        headers = {
            "X-RateLimit-Limit": str(bucket.requests),
            "X-RateLimit-Remaining": str(remaining),
            "X-RateLimit-Reset": f"{time.time() + wait:.3f}",
            "X-RateLimit-Reset-After": f"{wait:.3f}",
            "X-RateLimit-Bucket": f"{abs(hash((bucket.method, bucket.route))):x}",
        }
        if allowed:
            return None, headers
        body, more = self._refuse(wait, is_global=False)
        return body, headers | more

    def _refuse(self, wait: float, *, is_global: bool) -> tuple[dict[str, Any], dict[str, str]]:
        self.refused += 1
        body = {"message": "You are being rate limited.", "retry_after": round(wait, 3), "global": is_global}
        headers = {"Via": "1.1 google", "Retry-After": str(max(1, round(wait)))}
        return body, headers | {"X-RateLimit-Scope": "global" if is_global else "user"}
