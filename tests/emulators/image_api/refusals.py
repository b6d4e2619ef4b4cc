"""How the image API says no: one exception with the status and the error object that a client will see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

INVALID_REQUEST = "invalid_request_error"
IMAGE_USER_ERROR = "image_generation_user_error"  # what the picture itself cannot have: sizes, qualities, moderation


class Refusal(Exception):
    """A request that is answered with an error. `body` is the whole JSON document."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: str = INVALID_REQUEST,
        code: str | None = None,
        param: str | None = None,
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.kind = kind
        self.code = code
        self.param = param
        self.headers = dict(headers or {})
        self.more = dict(more or {})

    @property
    def error(self) -> dict[str, Any]:
        """The error object of OpenAI's envelope."""
        return {"message": self.message, "type": self.kind, "param": self.param, "code": self.code, **self.more}


def unknown_parameter(name: str) -> Refusal:
    """A parameter that this route does not know."""
    return Refusal(400, f"Unknown parameter: '{name}'.", code="unknown_parameter", param=name)


def missing(name: str) -> Refusal:
    """A parameter that has to be there."""
    return Refusal(400, f"Missing required parameter: '{name}'.", code="missing_required_parameter", param=name)


def wrong_type(name: str, expected: str, got: object) -> Refusal:
    """A parameter of another JSON type."""
    message = f"Invalid type for '{name}': expected {expected}, but got {_named(got)} instead."
    return Refusal(400, message, code="invalid_type", param=name)


def not_one_of(name: str, value: object, allowed: Iterable[str], *, kind: str = IMAGE_USER_ERROR) -> Refusal:
    """A word that is not in the list."""
    words = [f"'{each}'" for each in allowed]
    listed = f"{', '.join(words[:-1])}, and {words[-1]}" if len(words) > 1 else words[0]
    message = f"Invalid value: '{value}'. Supported values are: {listed}."
    return Refusal(400, message, kind=kind, code="invalid_value", param=name)


def out_of_range(name: str, value: int, least: int, most: int) -> Refusal:
    """A number that is too small or too large."""
    if value < least:
        message = (
            f"Invalid '{name}': integer below minimum value. Expected a value >= {least}, but got {value} instead."
        )
        return Refusal(400, message, code="integer_below_min_value", param=name)
    message = f"Invalid '{name}': integer above maximum value. Expected a value <= {most}, but got {value} instead."
    return Refusal(400, message, code="integer_above_max_value", param=name)


def too_long(name: str, length: int, most: int) -> Refusal:
    """A text with more characters than are read."""
    message = (
        f"Invalid '{name}': string too long. Expected a string with maximum length {most}, "
        f"but got a string with length {length} instead."
    )
    return Refusal(400, message, code="string_above_max_length", param=name)


def cannot(message: str, param: str, code: str = "invalid_value") -> Refusal:
    """Something that the model or the combination of parameters does not allow."""
    return Refusal(400, message, kind=IMAGE_USER_ERROR, code=code, param=param)


def no_such_model(model: str) -> Refusal:
    """A model that is not there, or not for this project."""
    message = f"The model `{model}` does not exist or you do not have access to it."
    return Refusal(404, message, code="model_not_found", param=None)


def wrong_key(given: str) -> Refusal:
    """A key that is not ours. The real API shows a few characters of it, too."""
    if not given:
        message = (
            "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer "
            "auth (i.e. Authorization: Bearer YOUR_KEY)."
        )
        return Refusal(401, message)
    shown = given[:4] + "*" * 8 + given[-4:] if len(given) > 12 else "*" * len(given)
    message = (
        f"Incorrect API key provided: {shown}. You can find your API key at "
        "https://platform.openai.com/account/api-keys."
    )
    return Refusal(401, message, code="invalid_api_key")


def moderation_blocked(stage: str, categories: tuple[str, ...], request_id: str) -> Refusal:
    """The safety system declined the words or a picture (`input`), or what was drawn (`output`)."""
    listed = ", ".join(categories)
    message = (
        "Your request was rejected by the safety system. If you believe this is an error, contact us at "
        f"help.openai.com and include the request ID {request_id}. safety_violations=[{listed}]."
    )
    details = {"moderation_stage": stage, "categories": list(categories)}
    return Refusal(400, message, kind=IMAGE_USER_ERROR, code="moderation_blocked", more={"moderation_details": details})


def _named(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int():
            return "an integer"
        case float():
            return "a decimal number"
        case str():
            return "a string"
        case list():
            return "an array"
        case _:
            return "an object"
