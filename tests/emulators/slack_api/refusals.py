"""What Slack says when it refuses: `ok: false`, a word for what was wrong, and sometimes what was missing."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """An answer that is an error. Slack's own status is 200 even then, but for 429 and 5xx."""

    def __init__(
        self,
        error: str,
        *messages: str,
        status: int = 200,
        headers: dict[str, str] | None = None,
        **extra: Any,
    ) -> None:
        self.error, self.messages, self.status = error, messages, status
        self.headers, self.extra = headers or {}, extra
        super().__init__(f"{error} {'; '.join(messages)}".strip())

    def document(self) -> dict[str, Any]:
        """The body."""
        body: dict[str, Any] = {"ok": False, "error": self.error, **self.extra}
        if self.messages:
            body["response_metadata"] = {"messages": [f"[ERROR] {each}" for each in self.messages]}
        return body


def require(condition: object, error: str, *messages: str) -> None:
    """Refuse unless the condition holds."""
    if not condition:
        raise Refusal(error, *messages)
