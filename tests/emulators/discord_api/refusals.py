"""What Discord says when it refuses: an HTTP status, a JSON error code, a message, and which field is wrong."""

from __future__ import annotations

from typing import Any

MESSAGES = {
    0: (401, "401: Unauthorized"),
    10003: (404, "Unknown Channel"),
    10004: (404, "Unknown Guild"),
    10007: (404, "Unknown Member"),
    10008: (404, "Unknown Message"),
    10013: (404, "Unknown User"),
    10015: (404, "Unknown Webhook"),
    10062: (404, "Unknown interaction"),
    10063: (404, "Unknown application command"),
    20009: (400, "Explicit content cannot be sent to the desired recipient(s)"),
    30034: (400, "Max number of daily application command creates has been reached (200)"),
    30046: (429, "Maximum number of edits to messages older than 1 hour reached. Try again later."),
    40005: (413, "Request entity too large"),
    40060: (400, "Interaction has already been acknowledged."),
    40094: (400, "Maximum number of follow-up messages for this interaction has been reached"),
    50001: (403, "Missing Access"),
    50005: (403, "Cannot edit a message authored by another user"),
    50006: (400, "Cannot send an empty message"),
    50007: (403, "Cannot send messages to this user"),
    50013: (403, "Missing Permissions"),
    50024: (400, "Cannot execute action on this channel type"),
    50027: (401, "Invalid Webhook Token"),
    50035: (400, "Invalid Form Body"),
    50045: (400, "File uploaded exceeds the maximum size"),
    50083: (400, "Thread is archived"),
    50109: (400, "The request body contains invalid JSON."),
    160002: (400, "Cannot reply without permission to read message history"),
    160004: (400, "A thread has already been created for this message"),
    160005: (400, "Thread is locked"),
    200000: (400, "Message was blocked by automatic moderation"),
    240000: (400, "Message contains a link that cannot be posted"),
}


class Refusal(Exception):
    """An answer that is an error."""

    def __init__(
        self, code: int, *, status: int = 0, errors: dict[str, Any] | None = None, headers: dict[str, str] | None = None
    ) -> None:
        usual, self.message = MESSAGES[code]
        self.code, self.status = code, status or usual
        self.errors, self.headers = errors, headers or {}
        super().__init__(f"{self.status} {code} {self.message} {errors or ''}")

    def document(self) -> dict[str, Any]:
        """The body."""
        body: dict[str, Any] = {"message": self.message, "code": self.code}
        if self.errors is not None:
            body["errors"] = self.errors
        return body


def form(path: str, code: str, message: str) -> Refusal:
    """50035 for one field: `path` is dotted, as in "data.components.0.label"."""
    leaf: dict[str, Any] = {"_errors": [{"code": code, "message": message}]}
    for name in reversed(path.split(".")):
        leaf = {name: leaf}
    return Refusal(50035, errors=leaf)


def require(condition: object, path: str, message: str, code: str = "BASE_TYPE_BAD") -> None:
    """Refuse the form unless the condition holds."""
    if not condition:
        raise form(path, code, message)


def length(value: object, path: str, at_most: int, at_least: int = 0) -> str:
    """A string of a length that the form allows."""
    require(isinstance(value, str), path, "Could not interpret value as string.", "STRING_TYPE_CONVERT")
    text = str(value)
    if not at_least <= len(text) <= at_most:
        said = (
            f"Must be between {at_least} and {at_most} in length."
            if at_least
            else f"Must be {at_most} or fewer in length."
        )
        raise form(path, "BASE_TYPE_BAD_LENGTH" if at_least else "BASE_TYPE_MAX_LENGTH", said)
    return text
